/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the parts of bench_datapath share: namespaces and sockets (bench_net.c), SRTP by
 * libsrtp2 (bench_srtp.c), clock and output (bench_result.c), many flows (bench_flows.c).
 */
#ifndef BENCH_DATAPATH_H
#define BENCH_DATAPATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ksrtpnl/ksrtpnl.h"

enum {
	BENCH_PACKET_MAX = 2048,
	BENCH_SEND_PORT = 5000,
	BENCH_RECEIVE_PORT = 6000,
	BENCH_RELAY_PORT = 7000,
	BENCH_BATCHES = 20,
	BENCH_PACKETS = 100,
};

/* Addresses of tests/bench/datapath.sh */
#define BENCH_SENDER	  "10.1.0.1"
#define BENCH_ROUTER	  "10.1.0.2"
#define BENCH_OUTSIDE	  "10.2.0.1"
#define BENCH_BEYOND	  "10.2.0.9"
#define BENCH_HOST	  "10.3.0.1"
#define BENCH_HOST_BEYOND "10.3.0.9"

void bench_die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* The guest's clock: instructions. Natively: nanoseconds. */
uint64_t bench_clock(void);

/*
 * One line "NAME VALUE UNIT N SPREAD". The value is the best of n costs, all of which
 * are for @per things at once; the spread is what the median is above it.
 */
void bench_result(const char *name, const char *unit, uint64_t *cost, unsigned int n,
		  unsigned int per);
void bench_figure(const char *name, const char *unit, double value, unsigned int n);

/* --- namespaces and sockets --- */

enum bench_ns { BENCH_NS_SENDER, BENCH_NS_ROUTER, BENCH_NS_MAX };

void bench_net_init(const char *sender, const char *router);
void bench_net_enter(enum bench_ns ns);
/* A socket bound to an address, ours or not; unconnected if @to is NULL. */
int bench_net_udp(enum bench_ns ns, const char *from, unsigned int port, const char *to,
		  unsigned int to_port);
void bench_net_send(int fd, const void *data, size_t len, const char *to, unsigned int port);
/* A packet socket that sees what leaves by a device. */
int bench_net_tap(enum bench_ns ns, const char *dev);
/* Wait for the next datagram; of a tap, its UDP payload. */
size_t bench_net_receive(int fd, bool is_tap, uint8_t *data, size_t cap);
void bench_net_drain(int fd);

/* --- SRTP --- */

/** struct bench_suite - a suite of ours and its master key and salt for libsrtp2 */
struct bench_suite {
	const char *name;
	enum ksrtpnl_suite id;
	bool aead;
};

extern const struct bench_suite bench_suites[];
extern const size_t bench_n_suites;

struct bench_srtp;

void bench_srtp_init(void);
/* A session of libsrtp2 with the keys that bench_srtp_key() gives to a flow. */
struct bench_srtp *bench_srtp_new(const struct bench_suite *suite, bool inbound);
void bench_srtp_free(struct bench_srtp *s);
bool bench_srtp_protect(struct bench_srtp *s, uint8_t *data, size_t *len);
bool bench_srtp_unprotect(struct bench_srtp *s, uint8_t *data, size_t *len);
void bench_srtp_key(const struct bench_suite *suite, bool transmit, struct ksrtpnl_context *ctx);
/* An RTP packet of one SSRC; returns its length. */
size_t bench_rtp_make(uint8_t *data, uint16_t seq, unsigned int payload);

/* --- flows --- */

/**
 * struct bench_flow - a flow to add
 * @rx, @tx: suites of its contexts, NULL for none; with neither it is a plain leg
 * @local, @remote: addresses
 * @local_port, @remote_port: and ports
 * @relay: the flow that it is joined with, 0 for none
 */
struct bench_flow {
	const struct bench_suite *rx, *tx;
	const char *local, *remote;
	unsigned int local_port, remote_port;
	uint32_t relay;
};

struct ksrtpnl *bench_flows_open(enum bench_ns ns);
uint32_t bench_flow_add(struct ksrtpnl *nl, const struct bench_flow *f);
void bench_flow_del(struct ksrtpnl *nl, uint32_t id);
/* Cost of many flows; @n in all. */
void bench_flows(unsigned int n);

#endif
