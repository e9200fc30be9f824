/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_SIM_H
#define KSRTPD_SIM_H

#include "ksrtpd/calls.h"

/*
 * Two hosts with a calls table each, on a kernel, a network and a clock that are
 * made up. Both send a packet each SIM_STEP; a packet is heard if the receiver has
 * its key and agrees on the rollover counter. Keys are numbers.
 */

enum { SIM_STEP = 10, SIM_MAX_KEYS = 4, SIM_QUEUE = 256 };

struct sim_ctx {
	bool exists;
	uint32_t key[SIM_MAX_KEYS];
	bool used[SIM_MAX_KEYS];
	unsigned int n;
	uint32_t active; /* tx */
	uint32_t roc;
	bool has_stream;
	uint64_t packets;
};

struct sim_flow {
	bool exists;
	uint32_t id;
	struct ksrtpd_tuple tuple;
	struct sim_ctx rx, tx;
	uint8_t cookie[512];
	size_t cookie_len;
};

/* Something that happens to a host at a time. */
struct sim_todo {
	uint64_t at;
	int host;
	enum { TODO_NONE, TODO_MADE, TODO_ARRIVE, TODO_OPENED, TODO_SENT, TODO_FIRST_AUTH } what;
	uint32_t exch;
	uint32_t csb;
	int64_t time_ns;
	uint32_t generation; /* of the daemon it is for; others ignore it */
	bool no_mki;
	int outcome, code;
	int reply_to; /* host that waits for the outcome, -1 with UDP */
	uint32_t reply_generation;
	struct ksrtpd_ssrc out, in;
	uint32_t flow_id;
};

struct sim_host {
	struct sim *sim;
	int index;
	struct calls *calls; /* NULL: the daemon is dead */
	uint32_t generation;
	struct ksrtpd_peer peer;
	struct ksrtpd_peers peers;
	struct sim_flow flow; /* one is enough */
	uint32_t next_flow;
	bool sending;
	/* network, from here to the other host */
	unsigned int delay;
	bool deaf; /* messages that should arrive here are lost */
	bool refuses; /* and are refused unseen */
	bool fails; /* its kernel refuses keys and cookies */
	bool swallows; /* and are acknowledged unseen */
	/* what happened */
	unsigned int heard, missed, dropped; /* packets of the other; dropped: own, no flow */
	unsigned int ups, downs, rekeys, failures, secures, adoptions, made, answers;
	enum ksrtpd_reason last_reason, last_answer;
	uint64_t last_acquire;
	uint32_t max_keys;
};

struct sim {
	uint64_t now;
	int64_t wall0;
	struct sim_host host[2];
	struct sim_todo todo[SIM_QUEUE];
	uint32_t next_csb;
	bool auto_acquire;
};

void sim_init(struct sim *s, enum ksrtpd_transport transport, bool mki, uint32_t rekey_after);
void sim_free(struct sim *s);
/* Let time pass. */
void sim_run(struct sim *s, uint64_t ms);
/* The daemon dies, its kernel does not; and starts again. */
void sim_kill(struct sim *s, int host);
void sim_start(struct sim *s, int host);
/* The kernel forgets the flow. */
void sim_reboot(struct sim *s, int host);
struct calls_now sim_clock(const struct sim *s);
void sim_acquire(struct sim *s, int host);
const struct call *sim_call(const struct sim *s, int host);
/* Both hosts have calls up with keys that fit. */
bool sim_agree(const struct sim *s);

#endif
