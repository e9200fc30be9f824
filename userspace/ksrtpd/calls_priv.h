/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_CALLS_PRIV_H
#define KSRTPD_CALLS_PRIV_H

#include "ksrtpd/calls.h"

/* Between calls.c (table and exchanges) and call_keys.c (keys of one call). */

/** struct calls_ended - what is remembered of a flow after its call
 * @hash: of the tuple, keyed
 * @time_ns: T of the last message taken, 0 for an empty entry
 */
struct calls_ended {
	uint64_t hash;
	int64_t time_ns;
};

struct calls {
	struct calls_params params;
	const struct calls_ops *ops;
	void *arg;
	const struct ksrtpd_peers *peers;
	struct call *slot;
	struct calls_ended *ended;
	uint32_t ended_next;
	int64_t ended_floor;
	struct call **by_tuple;
	struct call **by_flow;
	uint32_t mask;
	uint32_t count;
	uint32_t pending;
	uint32_t last_id;
	uint16_t exch_seq;
};

/* NULL if there is none with that number. */
struct call_key *calls_key_find(struct call *call, uint32_t csb);
/* Without MKIs: the key that a first authenticated packet can only belong to. */
struct call_key *calls_key_unnamed(struct call *call);
/* There is a key that the peer has been offered and has not taken. */
bool calls_key_offered(struct call *call);
/* The only key of a new flow. */
void calls_key_first(struct call *call, uint32_t csb);
/* Install one more for both directions; @active: accepted already. */
int calls_key_add(struct calls *c, struct call *call, const struct calls_now *now,
		  const struct ksrtpd_keymat *keys, bool active);
/* The peer's key: into running contexts, or into new ones for the directions @fresh. */
int calls_key_accept(struct calls *c, struct call *call, const struct calls_now *now,
		     const struct ksrtpd_keymat *keys, unsigned int fresh);
/* Send with it from now on. */
int calls_key_activate(struct calls *c, struct call *call, const struct calls_now *now,
		       struct call_key *key);
/* A packet came with it. */
void calls_key_authenticated(struct call *call, const struct calls_now *now, struct call_key *key);
/* Remove keys whose time is over. */
void calls_key_retire(struct calls *c, struct call *call, const struct calls_now *now);
/* Take over keys that are in the kernel. Return: whether there is one to send with. */
bool calls_key_adopt(struct call *call, const struct calls_now *now,
		     const struct calls_adopt *flow);

#endif
