/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_BASE_IMSG_H
#define KSRTP_BASE_IMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * Typed messages between the processes of one program, over a SOCK_SEQPACKET
 * socketpair: a message is a packet, so nothing has to be reassembled and a
 * short one cannot shift the next. A channel belongs to one event loop.
 *
 * On the wire (host order, both ends are the same binary):
 *
 *	 0        4        8       12       16
 *	+--------+--------+--------+--------+----------------
 *	| magic  | type   | id     | flags  | payload ...
 *	+--------+--------+--------+--------+----------------
 */

#define KSRTP_IMSG_MAX_PAYLOAD 65536

enum ksrtp_imsg_flags {
	KSRTP_IMSG_SECRET = 1, /* buffers are locked and wiped at both ends */
	KSRTP_IMSG_FD = 2, /* set by the library: a descriptor comes along */
};

/**
 * struct ksrtp_imsg_rule - which messages a receiver accepts
 * @type: message type; the table ends with type 0, which is no valid type
 * @min: least payload octets
 * @max: most payload octets
 * @flags: flags it must have, no more and no less
 *
 * Everything that is not in the table, or of another length, is ERR_PROTO: the
 * other process is broken or taken over, and the receiver should end.
 */
struct ksrtp_imsg_rule {
	uint32_t type;
	uint32_t min;
	uint32_t max;
	uint32_t flags;
};

/**
 * struct ksrtp_imsg - one received message
 * @type: message type
 * @id: chosen by the sender, e.g. to match answers
 * @flags: of enum ksrtp_imsg_flags
 * @fd: descriptor passed along (close-on-exec) or -1; set to -1 to keep it
 * @data: payload, 16-aligned, in the channel's buffer
 * @len: octets of payload
 */
struct ksrtp_imsg {
	uint32_t type;
	uint32_t id;
	uint32_t flags;
	int fd;
	const void *data;
	size_t len;
};

struct ksrtp_imsg_chan;

/**
 * ksrtp_imsg_socketpair() - two connected descriptors, close-on-exec, non-blocking
 * @fds: result
 *
 * Return: 0 or ERR_IO.
 */
enum ksrtp_base_err ksrtp_imsg_socketpair(int fds[2]);

/**
 * ksrtp_imsg_open() - make a channel of a descriptor
 * @chan: result
 * @fd: one end, owned by the channel from now on (not on error)
 * @rules: messages accepted from the other end; kept by reference
 * @queue_max: octets that may wait for a slow reader before sends fail
 *
 * Return: 0, ERR_NOMEM or ERR_IO.
 */
enum ksrtp_base_err ksrtp_imsg_open(struct ksrtp_imsg_chan **chan, int fd,
				    const struct ksrtp_imsg_rule *rules, size_t queue_max);

/* Wipes and releases everything that waits; closes the descriptor. NULL is fine. */
void ksrtp_imsg_close(struct ksrtp_imsg_chan *chan);

/* The descriptor, for the event loop. */
int ksrtp_imsg_fd(const struct ksrtp_imsg_chan *chan);

/**
 * ksrtp_imsg_send() - send now, or queue and send later
 * @chan: channel
 * @type: message type, not 0
 * @id: for the receiver
 * @flags: KSRTP_IMSG_SECRET or 0
 * @fd: descriptor to pass, closed here in every case; -1 for none
 * @data: payload, copied if it has to wait
 * @len: octets, at most KSRTP_IMSG_MAX_PAYLOAD
 *
 * Order is kept. If ksrtp_imsg_pending() is true afterwards, wait for the
 * descriptor to become writable and call ksrtp_imsg_flush().
 *
 * Return: 0; ERR_SPACE when the queue is full; ERR_RANGE, ERR_NOMEM; ERR_EOF when
 * the other end is gone; ERR_IO.
 */
enum ksrtp_base_err ksrtp_imsg_send(struct ksrtp_imsg_chan *chan, uint32_t type, uint32_t id,
				    uint32_t flags, int fd, const void *data, size_t len);

/* Send what waits. 0: all sent; ERR_AGAIN: still something; ERR_EOF; ERR_IO. */
enum ksrtp_base_err ksrtp_imsg_flush(struct ksrtp_imsg_chan *chan);

/* Whether something waits to be sent. */
bool ksrtp_imsg_pending(const struct ksrtp_imsg_chan *chan);

/**
 * ksrtp_imsg_recv() - take one message
 * @chan: channel
 * @msg: filled on success; release with ksrtp_imsg_done() before the next call
 *
 * Call in a loop until it says ERR_AGAIN.
 *
 * Return: 0, ERR_AGAIN, ERR_EOF, ERR_PROTO (see &struct ksrtp_imsg_rule) or ERR_IO.
 */
enum ksrtp_base_err ksrtp_imsg_recv(struct ksrtp_imsg_chan *chan, struct ksrtp_imsg *msg);

/* Wipe a secret payload, close a descriptor that was not taken. */
void ksrtp_imsg_done(struct ksrtp_imsg_chan *chan, struct ksrtp_imsg *msg);

#endif
