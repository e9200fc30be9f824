// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "ksrtpnl/internal.h"

/* The public header does not show the kernel's: here both are seen to agree. */
_Static_assert(KSRTPNL_COOKIE_MAX == KSRTP_COOKIE_MAX, "cookie");
_Static_assert(KSRTPNL_POLICY_COOKIE_MAX == KSRTP_POLICY_COOKIE_MAX, "policy cookie");
_Static_assert(KSRTPNL_MKI_MAX == KSRTP_MKI_MAX, "mki");
_Static_assert(KSRTPNL_KEY_MAX == KSRTP_MASTER_KEY_MAX, "key");
_Static_assert(KSRTPNL_SALT_MAX == KSRTP_MASTER_SALT_MAX, "salt");
_Static_assert(KSRTPNL_KEYS_MAX == KSRTP_KEYS_MAX, "keys");
_Static_assert(KSRTPNL_STREAMS_TOLD_MAX == KSRTP_STREAMS_TOLD_MAX, "streams");
_Static_assert(KSRTPNL_HDREXT_OCTETS == KSRTP_HDREXT_OCTETS, "hdrext");
_Static_assert(KSRTPNL_COUNTERS_MAX > KSRTP_COUNTER_MAX, "counters");
_Static_assert((int)KSRTPNL_IN == (int)KSRTP_DIR_IN && (int)KSRTPNL_OUT == (int)KSRTP_DIR_OUT,
	       "dir");
_Static_assert((int)KSRTPNL_PROTECT == (int)KSRTP_ACTION_PROTECT &&
		       (int)KSRTPNL_PASS == (int)KSRTP_ACTION_PASS &&
		       (int)KSRTPNL_BLOCK == (int)KSRTP_ACTION_BLOCK,
	       "action");
_Static_assert((int)KSRTPNL_NON_RTP_PASS == (int)KSRTP_NON_RTP_PASS &&
		       (int)KSRTPNL_NON_RTP_DROP == (int)KSRTP_NON_RTP_DROP,
	       "non-rtp");
_Static_assert((int)KSRTPNL_KEY_INSTALLED == (int)KSRTP_KEY_STATE_INSTALLED &&
		       (int)KSRTPNL_KEY_ACTIVE == (int)KSRTP_KEY_STATE_ACTIVE &&
		       (int)KSRTPNL_KEY_IN_USE == (int)KSRTP_KEY_STATE_IN_USE &&
		       (int)KSRTPNL_KEY_SOFT_LIMIT == (int)KSRTP_KEY_STATE_SOFT_LIMIT &&
		       (int)KSRTPNL_KEY_EXHAUSTED == (int)KSRTP_KEY_STATE_EXHAUSTED,
	       "key state");

#define SUITE_AGREES(suite) \
	_Static_assert((int)KSRTPNL_##suite == (int)KSRTP_SUITE_##suite, #suite)
SUITE_AGREES(AES_CM_128_HMAC_SHA1_80);
SUITE_AGREES(AEAD_AES_128_GCM);
SUITE_AGREES(AES_CM_128_HMAC_SHA1_32);
SUITE_AGREES(AES_192_CM_HMAC_SHA1_80);
SUITE_AGREES(AES_192_CM_HMAC_SHA1_32);
SUITE_AGREES(AES_256_CM_HMAC_SHA1_80);
SUITE_AGREES(AES_256_CM_HMAC_SHA1_32);
SUITE_AGREES(AEAD_AES_256_GCM);
SUITE_AGREES(NULL_HMAC_SHA1_80);
SUITE_AGREES(NULL_HMAC_SHA1_32);

#define SUITE(suite, key_len, salt_len) [KSRTPNL_##suite] = { #suite, key_len, salt_len }

static const struct {
	const char *name;
	size_t key_len;
	size_t salt_len;
} suites[] = {
	SUITE(AES_CM_128_HMAC_SHA1_80, 16, 14),
	SUITE(AEAD_AES_128_GCM, 16, 12),
	SUITE(AES_CM_128_HMAC_SHA1_32, 16, 14),
	SUITE(AES_192_CM_HMAC_SHA1_80, 24, 14),
	SUITE(AES_192_CM_HMAC_SHA1_32, 24, 14),
	SUITE(AES_256_CM_HMAC_SHA1_80, 32, 14),
	SUITE(AES_256_CM_HMAC_SHA1_32, 32, 14),
	SUITE(AEAD_AES_256_GCM, 32, 12),
	SUITE(NULL_HMAC_SHA1_80, 16, 14),
	SUITE(NULL_HMAC_SHA1_32, 16, 14),
};

static const char *pick(const char *const *names, size_t n, unsigned int i)
{
	return i < n && names[i] ? names[i] : "?";
}

#define PICK(names, i) pick(names, sizeof(names) / sizeof((names)[0]), (unsigned int)(i))
#define N_SUITES (sizeof(suites) / sizeof(suites[0]))

const char *ksrtpnl_suite_name(enum ksrtpnl_suite suite)
{
	return (size_t)suite < N_SUITES && suites[suite].name ? suites[suite].name : "?";
}

bool ksrtpnl_suite_parse(const char *name, enum ksrtpnl_suite *suite)
{
	size_t i;

	for (i = 0; i < N_SUITES; i++) {
		if (suites[i].name && !strcmp(suites[i].name, name)) {
			*suite = (enum ksrtpnl_suite)i;
			return true;
		}
	}
	return false;
}

size_t ksrtpnl_suite_key_len(enum ksrtpnl_suite suite)
{
	return (size_t)suite < N_SUITES ? suites[suite].key_len : 0;
}

size_t ksrtpnl_suite_salt_len(enum ksrtpnl_suite suite)
{
	return (size_t)suite < N_SUITES ? suites[suite].salt_len : 0;
}

const char *ksrtpnl_dir_name(enum ksrtpnl_dir dir)
{
	static const char *const names[] = { [KSRTPNL_IN] = "in", [KSRTPNL_OUT] = "out" };

	return PICK(names, dir);
}

const char *ksrtpnl_action_name(enum ksrtpnl_action action)
{
	static const char *const names[] = {
		[KSRTPNL_PROTECT] = "protect",
		[KSRTPNL_PASS] = "pass",
		[KSRTPNL_BLOCK] = "block",
	};

	return PICK(names, action);
}

const char *ksrtpnl_non_rtp_name(enum ksrtpnl_non_rtp non_rtp)
{
	static const char *const names[] = {
		[KSRTPNL_NON_RTP_PASS] = "pass",
		[KSRTPNL_NON_RTP_DROP] = "drop",
	};

	return PICK(names, non_rtp);
}

const char *ksrtpnl_key_state_name(enum ksrtpnl_key_state state)
{
	static const char *const names[] = {
		[KSRTPNL_KEY_INSTALLED] = "installed", [KSRTPNL_KEY_ACTIVE] = "active",
		[KSRTPNL_KEY_IN_USE] = "in-use",       [KSRTPNL_KEY_SOFT_LIMIT] = "soft-limit",
		[KSRTPNL_KEY_EXHAUSTED] = "exhausted",
	};

	return PICK(names, state);
}

const char *ksrtpnl_event_name(enum ksrtpnl_event_type type)
{
	static const char *const names[] = {
		[KSRTPNL_EV_POLICY_ADD] = "policy-add",
		[KSRTPNL_EV_POLICY_DEL] = "policy-del",
		[KSRTPNL_EV_FLOW_ADD] = "flow-add",
		[KSRTPNL_EV_FLOW_DEL] = "flow-del",
		[KSRTPNL_EV_ACQUIRE] = "acquire",
		[KSRTPNL_EV_FIRST_AUTH] = "first-auth",
		[KSRTPNL_EV_KEY_SOFT_LIMIT] = "key-soft-limit",
		[KSRTPNL_EV_KEY_HARD_LIMIT] = "key-hard-limit",
		[KSRTPNL_EV_AUTH_FAIL] = "auth-fail",
		[KSRTPNL_EV_LATCHED] = "latched",
		[KSRTPNL_EV_IDLE] = "idle",
	};

	return PICK(names, type);
}

const char *ksrtpnl_strerror(enum ksrtpnl_err err)
{
	switch (err) {
	case KSRTPNL_OK:
		return "success";
	case KSRTPNL_ERR_NOMEM:
		return "out of memory";
	case KSRTPNL_ERR_ARG:
		return "the request does not fit a message";
	case KSRTPNL_ERR_NO_FAMILY:
		return "the kernel module ksrtp is not loaded";
	case KSRTPNL_ERR_PERMISSION:
		return "not permitted (CAP_NET_ADMIN is needed)";
	case KSRTPNL_ERR_EXISTS:
		return "exists already";
	case KSRTPNL_ERR_NOT_FOUND:
		return "there is no such object";
	case KSRTPNL_ERR_REFUSED:
		return "refused by the kernel";
	case KSRTPNL_ERR_IO:
		return "netlink socket failed";
	case KSRTPNL_ERR_PROTO:
		return "unexpected answer from the kernel";
	case KSRTPNL_ERR_LOST:
		return "notifications were lost";
	case KSRTPNL_ERR_INTERRUPTED:
		return "objects changed while they were listed";
	}
	return "unknown error";
}
