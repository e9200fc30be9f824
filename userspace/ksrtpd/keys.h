/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_KEYS_H
#define KSRTPD_KEYS_H

#include "ksrtpd/conf_rx.h"
#include "ksrtpd/keystore.h"

/* The keys process: keys.c is the frame and the flows' part, keys_group.c the groups'. */

/**
 * struct keys_gmk - a group master key of ours, for members who come late; secret
 * @name: of the group, empty: none
 * @id: its number
 * @gmk: the key
 * @rand: RAND of its messages, the same for all members (RFC 3830 section 6.11)
 */
struct keys_gmk {
	char name[KSRTPD_NAME_LEN];
	uint32_t id;
	uint8_t gmk[KSRTP_MIKEY_SSV_LEN];
	uint8_t rand[KSRTP_MIKEY_MIN_RAND];
};

/** struct keys_scratch - what must be wiped after use; in locked memory */
struct keys_scratch {
	uint8_t ssv[KSRTP_MIKEY_SSV_LEN];
	struct ksrtp_mikey_keys keys;
	struct ksrtp_mikey_srtp_key srtp;
	struct ipc_made made;
	struct ipc_opened opened;
	struct keys_gmk gmk;
	struct ipc_group_keys group;
	struct ipc_group_opened group_opened;
};

struct keys {
	struct ksrtp_sakke_ctx *ctx;
	struct keystore *now;
	struct keystore *next;
	struct ksrtpd_conf_keyset *raw; /* while a configuration comes in; secret */
	size_t n_raw;
	struct keys_scratch *scratch;
	struct keys_gmk *gmk; /* KSRTPD_MAX_GROUPS; secret */
	struct conf_rx rx;
	int64_t last_time;
	int64_t skew_ns;
};

/* T of the next message. */
int64_t keys_time(struct keys *k);

/* Messages for members of a group, with a new or the present GMK; keys in k->scratch. */
enum ksrtp_mikey_status keys_group_make(struct keys *k, const struct ipc_group_make *m,
					struct ipc_group_made *out);
/* The manager's message, into k->scratch->group_opened. */
enum ksrtpd_reason keys_group_open(struct keys *k, const struct ipc_open *m,
				   enum ksrtp_mikey_status *st);
/* Forget the GMKs of groups that are gone. */
void keys_group_conf(struct keys *k, const struct ksrtpd_conf *conf);

#endif
