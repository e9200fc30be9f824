/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_GROUPS_H
#define KSRTPD_GROUPS_H

#include "ksrtpd/calls.h"

/*
 * The groups table: who sends to which group with which keys, and at the manager
 * who has been told. Like the calls table it does no I/O and knows no clock; keys
 * pass through and are not kept.
 *
 * The manager makes a group master key (GMK) and tells each member. From it and
 * a sender's identity everybody derives that sender's key. A new GMK is installed
 * for receiving at once, used for sending when the others have had time to do so,
 * and the old one is removed after that:
 *
 *	message             switch                overlap
 *	   |------------------>|--------------------->|
 *	   receive old and new   receive old and new    receive new
 *	   send with old         send with new
 *
 * Whoever is not told of a new GMK is out when the overlap is over.
 */

/**
 * struct group_key - a key of a sender; the octets are in the kernel only
 * @gmk_id: number of the GMK, 0: none
 * @guk_id: number of the key
 * @del_at: when to remove it, 0 for not yet
 */
struct group_key {
	uint32_t gmk_id;
	uint32_t guk_id;
	uint64_t del_at;
};

/**
 * struct group_sender - a sender and the flow of his media
 * @used: there is one
 * @self: it is us: the flow sends
 * @heard: a packet of his has been authenticated
 * @identity: who, as the manager says
 * @source: where from
 * @flow_id: in the kernel
 * @key: oldest first
 */
struct group_sender {
	bool used;
	bool self;
	bool heard;
	char identity[KSRTPD_URI_LEN];
	struct ksrtp_endpoint source;
	uint32_t flow_id;
	struct group_key key[KSRTPD_GROUP_KEYS];
};

enum group_member_state {
	MEMBER_WAITING, /* must be told, not before @due_at */
	MEMBER_MAKING,
	MEMBER_SENT,
	MEMBER_KEYED, /* has the newest key; is told again at @due_at */
	MEMBER_REMOVED,
};

/**
 * struct group_member - a member as the manager sees him; place and name as in the
 *	configuration
 * @state: enum group_member_state
 * @given: he may have been given the newest key
 * @repeat: and the message under way says so
 * @exch_id: number of the message under way
 * @exch_end: when to give it up
 * @fails: failures in a row
 * @asked: new keys in a row that only he had need of
 * @due_at: when to tell him
 * @since: Unix time at which he last said that he has the key
 * @reason: last failure
 */
struct group_member {
	uint8_t state;
	bool given;
	bool repeat;
	uint32_t exch_id;
	uint64_t exch_end;
	uint32_t fails;
	uint32_t asked;
	uint64_t due_at;
	int64_t since;
	uint32_t reason;
};

/**
 * struct group - one [Group]
 * @used: there is one
 * @slot: place in the table
 * @conf: its configuration
 * @gmk_id: newest GMK, 0: none
 * @active: the one in use for sending, 0: none
 * @switch_at: when @gmk_id becomes @active, 0: it is
 * @overlap_ms: how long the older ones live after that
 * @time_ns: T of the last message taken
 * @keyed_at: Unix time of @gmk_id
 * @rekeys: how many times it has changed
 * @sender: those in force
 * @member: the manager's; as many as @conf has
 * @roster: of the message being made
 * @make_id: number of the request under way, 0: none
 * @make_end: when to give it up
 * @make_fresh: it makes a new GMK
 * @stale: who is a member has changed since @gmk_id was made: nobody is told it now
 * @fresh_at: when to make the next GMK, 0: never
 * @fresh_made: when the newest was made
 */
struct group {
	bool used;
	uint32_t slot;
	struct ksrtpd_group conf;
	uint32_t gmk_id;
	uint32_t active;
	uint64_t switch_at;
	uint32_t overlap_ms;
	int64_t time_ns;
	int64_t keyed_at;
	uint32_t rekeys;
	struct group_sender sender[KSRTPD_GROUP_SENDERS];
	struct group_member member[KSRTPD_GROUP_MEMBERS];
	struct ksrtpd_roster roster;
	uint32_t make_id;
	uint64_t make_end;
	bool make_fresh;
	bool stale;
	uint64_t fresh_at;
	uint64_t fresh_made;
};

enum groups_event {
	GROUPS_EV_KEYED, /* a new key is there */
	GROUPS_EV_SWITCHED, /* and in use */
	GROUPS_EV_HEARD, /* first packet of a sender */
	GROUPS_EV_MEMBER_KEYED, /* a member has the newest key */
	GROUPS_EV_MEMBER_FAILED,
	GROUPS_EV_MEMBER_REMOVED,
	GROUPS_EV_FAILED, /* a key could not be made or installed */
	GROUPS_EV_ENDED,
};

/** struct groups_made - what the keys process is to make, for the manager
 * @fresh: a new GMK; otherwise the one there is
 * @n_to: entries of @to and @repeat
 * @to: numbers of the members who are told
 * @repeat: who of them may have the key already
 */
struct groups_order {
	bool fresh;
	unsigned int n_to;
	uint8_t to[KSRTPD_GROUP_MEMBERS];
	bool repeat[KSRTPD_GROUP_MEMBERS];
};

/**
 * struct groups_ops - what the table asks for; all return 0 or a negative errno
 * @make: have the keys process make @g->roster into messages; answers by
 *	groups_keys(), then groups_made() for each
 * @send: have the net process deliver one; answer by groups_sent()
 * @cancel: it has become pointless
 * @flow_add: install a sender's flow with its first key and, for those who come
 *	late, the state of its stream; sets s->flow_id
 * @flow_del: remove it
 * @key_add: one more key, not yet for sending
 * @key_activate: send with it
 * @key_del: remove it
 * @stream: state of the sender's latest stream; -ENOENT if there is none
 * @event: something happened; @who is an identity or NULL
 */
struct groups_ops {
	int (*make)(void *arg, const struct group *g, const struct groups_order *order);
	int (*send)(void *arg, const struct group *g, unsigned int member, const void *msg,
		    size_t len);
	void (*cancel)(void *arg, const struct group *g, unsigned int member);
	int (*flow_add)(void *arg, const struct group *g, struct group_sender *s,
			const struct group_key *key, const struct ksrtpd_srtp_key *secret,
			const struct ksrtpd_sender *state);
	int (*flow_del)(void *arg, const struct group_sender *s);
	int (*key_add)(void *arg, const struct group *g, const struct group_sender *s,
		       const struct group_key *key, const struct ksrtpd_srtp_key *secret);
	int (*key_activate)(void *arg, const struct group_sender *s, const struct group_key *key);
	int (*key_del)(void *arg, const struct group_sender *s, const struct group_key *key);
	int (*stream)(void *arg, const struct group_sender *s, struct calls_stream *out);
	void (*event)(void *arg, const struct group *g, enum groups_event event, const char *who,
		      enum ksrtpd_reason reason);
};

/** struct groups_opened - the manager's verified and opened message */
struct groups_opened {
	char identity[KSRTPD_URI_LEN];
	char as[KSRTPD_URI_LEN];
	uint64_t arrived; /* monotonic */
	int64_t time_ns; /* T, Unix time */
	const struct ksrtpd_roster *roster;
	const struct ksrtpd_group_keys *keys;
};

/** struct groups_adopt - a group's flow that was there at start
 * @group: its name
 * @identity: the sender's
 * @flow_id: in the kernel
 * @media: one end
 * @source: the other
 * @self: the flow sends
 * @heard: a packet was authenticated
 * @active: GMK that it sends with
 * @key: its keys
 */
struct groups_adopt {
	char group[KSRTPD_NAME_LEN];
	char identity[KSRTPD_URI_LEN];
	uint32_t flow_id;
	struct ksrtp_endpoint media;
	struct ksrtp_endpoint source;
	bool self;
	bool heard;
	uint32_t active;
	struct group_key key[KSRTPD_GROUP_KEYS];
};

/* Numbers of groups' messages are told from those of calls by this bit. */
enum { GROUPS_EXCH = 0x8000 };

struct groups;

struct groups *groups_new(uint16_t seed, const struct groups_ops *ops, void *arg);
void groups_free(struct groups *gs);

/* The [Group]s; copied. Ends groups that are gone or differ. */
void groups_set_conf(struct groups *gs, const struct calls_now *now,
		     const struct ksrtpd_group *conf, size_t n);

/* The keys process has made a GMK, or (@keys NULL) could not. */
void groups_keys(struct groups *gs, const struct calls_now *now, uint32_t make_id,
		 enum ksrtpd_reason failed, const struct ksrtpd_group_keys *keys);
/* And the message for a member. */
void groups_made(struct groups *gs, const struct calls_now *now, uint32_t make_id,
		 unsigned int member, const void *msg, size_t len);
/* The net process has delivered it, or not. @code: the member's error number or -1. */
void groups_sent(struct groups *gs, const struct calls_now *now, uint32_t exch_id,
		 enum calls_outcome outcome, int code);
/* The manager's message; the result is for him. */
enum ksrtpd_reason groups_opened(struct groups *gs, const struct calls_now *now,
				 const struct groups_opened *opened);

/* Notifications of the kernel. */
void groups_first_auth(struct groups *gs, uint32_t flow_id);
void groups_flow_gone(struct groups *gs, const struct calls_now *now, uint32_t flow_id);
/* Is a packet to there one of a group? */
bool groups_covers(const struct groups *gs, const struct ksrtp_endpoint *remote);

/* A flow found at start. Return: false if it was of no use and has to be removed. */
bool groups_adopt(struct groups *gs, const struct groups_adopt *flow);

/* By hand, at the manager. Return: 0, -ENOENT (group or member), -EPERM (not the manager). */
int groups_remove(struct groups *gs, const struct calls_now *now, const char *name,
		  const char *identity);
int groups_rekey(struct groups *gs, const struct calls_now *now, const char *name);

/* Timers: call each KSRTPD_TICK. */
void groups_tick(struct groups *gs, const struct calls_now *now);

/* For lists: the groups from slot *@pos on; NULL at the end. */
const struct group *groups_next(const struct groups *gs, uint32_t *pos);
bool group_is_manager(const struct group *g);

#endif
