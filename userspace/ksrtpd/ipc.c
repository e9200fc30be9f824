// SPDX-License-Identifier: BSD-3-Clause
#include "ksrtpd/groups.h"
#include "ksrtpd/ipc.h"

#define FIXED(t, s, f)                                                        \
	{                                                                     \
		.type = (t), .min = sizeof(s), .max = sizeof(s), .flags = (f) \
	}
#define EMPTY(t)            \
	{                   \
		.type = (t) \
	}
#define WITH_FD(t, s)                                                                   \
	{                                                                               \
		.type = (t), .min = sizeof(s), .max = sizeof(s), .flags = KSRTP_IMSG_FD \
	}
#define END                      \
	{                        \
		.type = IPC_NONE \
	}

#define CONF_ALL                                                                     \
	EMPTY(IPC_CONF_BEGIN), FIXED(IPC_CONF_DAEMON, struct ksrtpd_conf_daemon, 0), \
		EMPTY(IPC_CONF_END), EMPTY(IPC_CONF_COMMIT), EMPTY(IPC_CONF_ABORT)

static const struct ksrtp_imsg_rule parent_from_child[] = {
	FIXED(IPC_CONF_RESULT, struct ipc_result, 0),
	END,
};

static const struct ksrtp_imsg_rule parent_from_control[] = {
	FIXED(IPC_CONF_RESULT, struct ipc_result, 0),
	EMPTY(IPC_RELOAD),
	END,
};

static const struct ksrtp_imsg_rule net_from_parent[] = {
	CONF_ALL,
	FIXED(IPC_CONF_KMS, struct ksrtpd_conf_kms, 0),
	FIXED(IPC_CONF_PEER, struct ksrtpd_peer, 0),
	FIXED(IPC_CONF_GROUP, struct ksrtpd_group, 0),
	FIXED(IPC_CONF_KEYINFO, struct ksrtpd_conf_keyinfo, 0),
	WITH_FD(IPC_CONF_UDP, struct ksrtp_endpoint),
	WITH_FD(IPC_CONF_TCP, struct ksrtp_endpoint),
	{ .type = IPC_CONF_REPLAY, .flags = KSRTP_IMSG_FD },
	END,
};

static const struct ksrtp_imsg_rule keys_from_parent[] = {
	CONF_ALL,
	FIXED(IPC_CONF_KMS, struct ksrtpd_conf_kms, 0),
	FIXED(IPC_CONF_GROUP, struct ksrtpd_group, 0),
	FIXED(IPC_CONF_KEYSET, struct ksrtpd_conf_keyset, KSRTP_IMSG_SECRET),
	END,
};

static const struct ksrtp_imsg_rule kernel_from_parent[] = {
	CONF_ALL,
	FIXED(IPC_CONF_PEER, struct ksrtpd_peer, 0),
	FIXED(IPC_CONF_GROUP, struct ksrtpd_group, 0),
	END,
};

static const struct ksrtp_imsg_rule control_from_parent[] = {
	CONF_ALL,
	FIXED(IPC_CONF_PEER, struct ksrtpd_peer, 0),
	FIXED(IPC_CONF_KEYINFO, struct ksrtpd_conf_keyinfo, 0),
	FIXED(IPC_CONF_LISTEN, struct ksrtp_endpoint, 0),
	{ .type = IPC_CONF_CONTROL, .flags = KSRTP_IMSG_FD },
	FIXED(IPC_RELOADED, struct ipc_result, 0),
	END,
};

static const struct ksrtp_imsg_rule net_from_keys[] = {
	FIXED(IPC_FAILED, struct ipc_answer, 0),
	END,
};

static const struct ksrtp_imsg_rule net_from_kernel[] = {
	FIXED(IPC_SEND, struct ipc_send, 0),
	EMPTY(IPC_CANCEL),
	FIXED(IPC_ANSWER, struct ipc_answer, 0),
	END,
};

static const struct ksrtp_imsg_rule keys_from_net[] = {
	FIXED(IPC_OPEN, struct ipc_open, 0),
	END,
};

static const struct ksrtp_imsg_rule keys_from_kernel[] = {
	FIXED(IPC_MAKE, struct ipc_make, 0),
	FIXED(IPC_GROUP_MAKE, struct ipc_group_make, 0),
	END,
};

static const struct ksrtp_imsg_rule kernel_from_net[] = {
	FIXED(IPC_SENT, struct ipc_sent, 0),
	END,
};

static const struct ksrtp_imsg_rule kernel_from_keys[] = {
	FIXED(IPC_MADE, struct ipc_made, KSRTP_IMSG_SECRET),
	FIXED(IPC_OPENED, struct ipc_opened, KSRTP_IMSG_SECRET),
	FIXED(IPC_GROUP_KEYS, struct ipc_group_keys, KSRTP_IMSG_SECRET),
	FIXED(IPC_GROUP_MADE, struct ipc_group_made, 0),
	FIXED(IPC_GROUP_OPENED, struct ipc_group_opened, KSRTP_IMSG_SECRET),
	END,
};

static const struct ksrtp_imsg_rule from_control[] = {
	EMPTY(IPC_Q_COUNTERS),
	END,
};

static const struct ksrtp_imsg_rule kernel_from_control[] = {
	EMPTY(IPC_Q_COUNTERS),
	EMPTY(IPC_Q_CALLS),
	FIXED(IPC_Q_REKEY, uint32_t, 0),
	EMPTY(IPC_Q_GROUPS),
	FIXED(IPC_Q_GROUP_REMOVE, struct ipc_group_ask, 0),
	FIXED(IPC_Q_GROUP_REKEY, struct ipc_group_ask, 0),
	END,
};

#define COUNTERS                                                     \
	{                                                            \
		.type = IPC_COUNTERS, .min = 0,                      \
		.max = IPC_COUNTERS_MAX * sizeof(struct ipc_counter) \
	}

static const struct ksrtp_imsg_rule control_from_child[] = {
	COUNTERS,
	END,
};

static const struct ksrtp_imsg_rule control_from_kernel[] = {
	COUNTERS,
	FIXED(IPC_CALL, struct ipc_call, 0),
	FIXED(IPC_GROUP, struct ipc_group, 0),
	FIXED(IPC_DONE, struct ipc_result, 0),
	END,
};

const struct ksrtp_imsg_rule *ipc_rules(enum ksrtpd_role to, enum ksrtpd_role from)
{
	static const struct ksrtp_imsg_rule *const rules[KSRTPD_ROLES][KSRTPD_ROLES] = {
		[KSRTPD_PARENT] = {
			[KSRTPD_NET] = parent_from_child,
			[KSRTPD_KEYS] = parent_from_child,
			[KSRTPD_KERNEL] = parent_from_child,
			[KSRTPD_CONTROL] = parent_from_control,
		},
		[KSRTPD_NET] = {
			[KSRTPD_PARENT] = net_from_parent,
			[KSRTPD_KEYS] = net_from_keys,
			[KSRTPD_KERNEL] = net_from_kernel,
			[KSRTPD_CONTROL] = from_control,
		},
		[KSRTPD_KEYS] = {
			[KSRTPD_PARENT] = keys_from_parent,
			[KSRTPD_NET] = keys_from_net,
			[KSRTPD_KERNEL] = keys_from_kernel,
			[KSRTPD_CONTROL] = from_control,
		},
		[KSRTPD_KERNEL] = {
			[KSRTPD_PARENT] = kernel_from_parent,
			[KSRTPD_NET] = kernel_from_net,
			[KSRTPD_KEYS] = kernel_from_keys,
			[KSRTPD_CONTROL] = kernel_from_control,
		},
		[KSRTPD_CONTROL] = {
			[KSRTPD_PARENT] = control_from_parent,
			[KSRTPD_NET] = control_from_child,
			[KSRTPD_KEYS] = control_from_child,
			[KSRTPD_KERNEL] = control_from_kernel,
		},
	};

	return to < KSRTPD_ROLES && from < KSRTPD_ROLES ? rules[to][from] : NULL;
}

/* ---------------------------------------------------------------- values */

static bool suite_valid(uint8_t suite)
{
	return suite == KSRTPD_SUITE_AES_CM_128_HMAC_SHA1_80 ||
	       suite == KSRTPD_SUITE_AEAD_AES_128_GCM;
}

static bool uri_valid(const char *text)
{
	return ksrtpd_string_valid(text, KSRTPD_URI_LEN, false);
}

bool ipc_result_valid(const struct ipc_result *m)
{
	return m->ok <= 1 && ksrtpd_string_valid(m->text, sizeof(m->text), true);
}

bool ipc_make_valid(const struct ipc_make *m)
{
	return uri_valid(m->identity) && uri_valid(m->as) && uri_valid(m->kms) &&
	       ksrtpd_tuple_valid(&m->tuple) && suite_valid(m->suite);
}

bool ipc_made_valid(const struct ipc_made *m)
{
	if (m->failed)
		return m->failed < KSRTPD_R_COUNT && !m->len;
	return m->len > 0 && m->len <= sizeof(m->msg) && suite_valid(m->keys.suite);
}

bool ipc_send_valid(const struct ipc_send *m)
{
	return (m->to.addr.len == 4 || m->to.addr.len == 16) && m->to.port &&
	       m->transport <= KSRTPD_UDP && m->len > 0 && m->len <= sizeof(m->msg);
}

bool ipc_sent_valid(const struct ipc_sent *m)
{
	return m->outcome <= CALLS_NO_ANSWER && m->code >= -1 && m->code <= 255;
}

bool ipc_open_valid(const struct ipc_open *m)
{
	return ksrtp_mikey_offer_valid(&m->offer);
}

bool ipc_opened_valid(const struct ipc_opened *m)
{
	return uri_valid(m->identity) && uri_valid(m->as) && ksrtpd_tuple_valid(&m->tuple) &&
	       suite_valid(m->keys.suite);
}

bool ipc_answer_valid(const struct ipc_answer *m)
{
	return m->reason < KSRTPD_R_COUNT;
}

bool ipc_counters_valid(const struct ipc_counter *m, size_t len)
{
	size_t i, n = len / sizeof(*m);

	if (len % sizeof(*m))
		return false;
	for (i = 0; i < n; i++)
		if (!ksrtpd_string_valid(m[i].name, sizeof(m[i].name), false))
			return false;
	return true;
}

bool ipc_call_valid(const struct ipc_call *m)
{
	return ksrtpd_string_valid(m->name, sizeof(m->name), false) && uri_valid(m->identity) &&
	       uri_valid(m->as) && ksrtpd_tuple_valid(&m->tuple) && suite_valid(m->suite) &&
	       m->state <= CALL_BACKOFF && m->role <= CALL_RESPONDER &&
	       m->reason < KSRTPD_R_COUNT && m->transport <= KSRTPD_UDP;
}

static bool endpoint_valid(const struct ksrtp_endpoint *ep, bool may_be_none)
{
	if (!ep->addr.len)
		return may_be_none && !ep->port;
	return (ep->addr.len == 4 || ep->addr.len == 16) && ep->port;
}

static bool roster_valid(const struct ksrtpd_roster *r)
{
	uint32_t i;

	if (!ksrtpd_string_valid(r->name, sizeof(r->name), false) ||
	    !endpoint_valid(&r->media, false) || !suite_valid(r->suite) || r->repeat > 1 ||
	    r->switch_ms > KSRTPD_GROUP_MS_MAX || r->overlap_ms > KSRTPD_GROUP_MS_MAX ||
	    r->n > KSRTPD_GROUP_SENDERS)
		return false;
	for (i = 0; i < r->n; i++)
		if (!uri_valid(r->sender[i].identity) ||
		    !endpoint_valid(&r->sender[i].source, false) ||
		    r->sender[i].source.addr.len != r->media.addr.len ||
		    r->sender[i].has_stream > 1)
			return false;
	return true;
}

bool ipc_group_make_valid(const struct ipc_group_make *m)
{
	uint32_t i;

	if (!roster_valid(&m->roster) || !uri_valid(m->as) || m->fresh > 1 ||
	    m->n_to > KSRTPD_GROUP_MEMBERS)
		return false;
	for (i = 0; i < m->n_to; i++)
		if (!uri_valid(m->to[i].identity) || !uri_valid(m->to[i].kms) ||
		    m->to[i].member >= KSRTPD_GROUP_MEMBERS || m->to[i].repeat > 1)
			return false;
	return true;
}

bool ipc_group_keys_valid(const struct ipc_group_keys *m)
{
	return m->failed < KSRTPD_R_COUNT && !m->failed == !!m->keys.gmk_id;
}

bool ipc_group_made_valid(const struct ipc_group_made *m)
{
	return m->member < KSRTPD_GROUP_MEMBERS && m->len > 0 && m->len <= sizeof(m->msg);
}

bool ipc_group_opened_valid(const struct ipc_group_opened *m)
{
	return uri_valid(m->identity) && uri_valid(m->as) && roster_valid(&m->roster) &&
	       m->keys.gmk_id;
}

bool ipc_group_ask_valid(const struct ipc_group_ask *m)
{
	return ksrtpd_string_valid(m->name, sizeof(m->name), false) &&
	       ksrtpd_string_valid(m->identity, sizeof(m->identity), true);
}

bool ipc_group_valid(const struct ipc_group *m)
{
	uint32_t i;

	if (!ksrtpd_string_valid(m->name, sizeof(m->name), false) || !uri_valid(m->manager) ||
	    !uri_valid(m->as) || !endpoint_valid(&m->media, false) || !suite_valid(m->suite) ||
	    m->n > 2 * KSRTPD_GROUP_SENDERS)
		return false;
	for (i = 0; i < m->n; i++)
		if (!uri_valid(m->entry[i].identity) ||
		    !endpoint_valid(&m->entry[i].source, true) ||
		    m->entry[i].state > MEMBER_REMOVED || m->entry[i].reason >= KSRTPD_R_COUNT)
			return false;
	return true;
}
