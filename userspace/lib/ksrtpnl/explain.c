// SPDX-License-Identifier: BSD-3-Clause
#include <linux/netlink.h>
#include <netlink/genl/genl.h>
#include <stdio.h>
#include <string.h>

#include "ksrtpnl/internal.h"

/* Names of attributes as the specification has them, and what is nested in them. */

struct set;

struct attr_name {
	const char *name;
	const struct set *nested;
};

struct set {
	const struct attr_name *attrs;
	size_t n;
};

#define SET(array)                                        \
	{                                                 \
		array, sizeof(array) / sizeof((array)[0]) \
	}

static const struct attr_name key_attrs[] = {
	[KSRTP_A_KEY_MKI] = { "mki", NULL },
	[KSRTP_A_KEY_MASTER_KEY] = { "master-key", NULL },
	[KSRTP_A_KEY_MASTER_SALT] = { "master-salt", NULL },
	[KSRTP_A_KEY_ACTIVE] = { "active", NULL },
	[KSRTP_A_KEY_SOFT_LIMIT] = { "soft-limit", NULL },
	[KSRTP_A_KEY_HARD_LIMIT] = { "hard-limit", NULL },
	[KSRTP_A_KEY_PACKETS] = { "packets", NULL },
	[KSRTP_A_KEY_RTCP_PACKETS] = { "rtcp-packets", NULL },
	[KSRTP_A_KEY_STATE] = { "state", NULL },
	[KSRTP_A_KEY_FROM] = { "from", NULL },
	[KSRTP_A_KEY_TO] = { "to", NULL },
};
static const struct set key_set = SET(key_attrs);

static const struct attr_name stream_attrs[] = {
	[KSRTP_A_STREAM_SSRC] = { "ssrc", NULL },
	[KSRTP_A_STREAM_ROC] = { "roc", NULL },
	[KSRTP_A_STREAM_SEQ] = { "seq", NULL },
};
static const struct set stream_set = SET(stream_attrs);

static const struct attr_name context_attrs[] = {
	[KSRTP_A_CONTEXT_SUITE] = { "suite", NULL },
	[KSRTP_A_CONTEXT_MKI_LEN] = { "mki-len", NULL },
	[KSRTP_A_CONTEXT_WINDOW] = { "window", NULL },
	[KSRTP_A_CONTEXT_MAX_STREAMS] = { "max-streams", NULL },
	[KSRTP_A_CONTEXT_KDR] = { "kdr", NULL },
	[KSRTP_A_CONTEXT_KEY] = { "key", &key_set },
	[KSRTP_A_CONTEXT_STREAM] = { "stream", &stream_set },
	[KSRTP_A_CONTEXT_RCC_MODE] = { "rcc-mode", NULL },
	[KSRTP_A_CONTEXT_RCC_RATE] = { "rcc-rate", NULL },
	[KSRTP_A_CONTEXT_HDREXT] = { "hdrext", NULL },
	[KSRTP_A_CONTEXT_UNENCRYPTED_SRTCP] = { "unencrypted-srtcp", NULL },
};
static const struct set context_set = SET(context_attrs);

static const struct attr_name flow_attrs[] = {
	[KSRTP_A_FLOW_ID] = { "id", NULL },
	[KSRTP_A_FLOW_COOKIE] = { "cookie", NULL },
	[KSRTP_A_FLOW_LOCAL_ADDR] = { "local-addr", NULL },
	[KSRTP_A_FLOW_LOCAL_PORT] = { "local-port", NULL },
	[KSRTP_A_FLOW_REMOTE_ADDR] = { "remote-addr", NULL },
	[KSRTP_A_FLOW_REMOTE_PORT] = { "remote-port", NULL },
	[KSRTP_A_FLOW_RTCP_LOCAL_PORT] = { "rtcp-local-port", NULL },
	[KSRTP_A_FLOW_RTCP_REMOTE_PORT] = { "rtcp-remote-port", NULL },
	[KSRTP_A_FLOW_IFINDEX] = { "ifindex", NULL },
	[KSRTP_A_FLOW_RX] = { "rx", &context_set },
	[KSRTP_A_FLOW_TX] = { "tx", &context_set },
	[KSRTP_A_FLOW_DIR] = { "dir", NULL },
	[KSRTP_A_FLOW_KEY] = { "key", &key_set },
	[KSRTP_A_FLOW_IDLE_TIMEOUT_MS] = { "idle-timeout-ms", NULL },
	[KSRTP_A_FLOW_RELAY] = { "relay", NULL },
	[KSRTP_A_FLOW_PLAIN] = { "plain", NULL },
	[KSRTP_A_FLOW_SOURCE_ADDR] = { "source-addr", NULL },
	[KSRTP_A_FLOW_SOURCE_PREFIXLEN] = { "source-prefixlen", NULL },
	[KSRTP_A_FLOW_DSCP] = { "dscp", NULL },
	[KSRTP_A_FLOW_CLOCK_RATE] = { "clock-rate", NULL },
};
static const struct set flow_set = SET(flow_attrs);

static const struct attr_name policy_attrs[] = {
	[KSRTP_A_POLICY_ID] = { "id", NULL },
	[KSRTP_A_POLICY_PRIORITY] = { "priority", NULL },
	[KSRTP_A_POLICY_DIR] = { "dir", NULL },
	[KSRTP_A_POLICY_ACTION] = { "action", NULL },
	[KSRTP_A_POLICY_LOCAL_ADDR] = { "local-addr", NULL },
	[KSRTP_A_POLICY_LOCAL_PREFIXLEN] = { "local-prefixlen", NULL },
	[KSRTP_A_POLICY_REMOTE_ADDR] = { "remote-addr", NULL },
	[KSRTP_A_POLICY_REMOTE_PREFIXLEN] = { "remote-prefixlen", NULL },
	[KSRTP_A_POLICY_LOCAL_PORT_MIN] = { "local-port-min", NULL },
	[KSRTP_A_POLICY_LOCAL_PORT_MAX] = { "local-port-max", NULL },
	[KSRTP_A_POLICY_REMOTE_PORT_MIN] = { "remote-port-min", NULL },
	[KSRTP_A_POLICY_REMOTE_PORT_MAX] = { "remote-port-max", NULL },
	[KSRTP_A_POLICY_IFINDEX] = { "ifindex", NULL },
	[KSRTP_A_POLICY_NON_RTP] = { "non-rtp", NULL },
	[KSRTP_A_POLICY_COOKIE] = { "cookie", NULL },
};
static const struct set policy_set = SET(policy_attrs);

static const struct attr_name stats_attrs[] = {
	[KSRTP_A_STATS_DROPS_ONLY] = { "drops-only", NULL },
};
static const struct set stats_set = SET(stats_attrs);

static const struct set *set_of(uint8_t cmd)
{
	if (cmd <= KSRTP_CMD_POLICY_FLUSH)
		return &policy_set;
	return cmd == KSRTP_CMD_STATS_GET ? &stats_set : &flow_set;
}

static const struct attr_name *lookup(const struct set *set, int type)
{
	if (!set || type < 0 || (size_t)type >= set->n || !set->attrs[type].name)
		return NULL;
	return &set->attrs[type];
}

struct path {
	char text[80];
	const struct set *set; /* of what is nested in the attribute found */
};

static void append(struct path *path, const char *name)
{
	size_t len = strlen(path->text);

	snprintf(path->text + len, sizeof(path->text) - len, "%s%s", len ? " " : "", name);
}

/* Follows the attributes of the request down to the one at @offset of the message. */
static void find(struct nlmsghdr *request, uint32_t offset, const struct set *set,
		 struct path *path)
{
	const char *target = (const char *)request + offset;
	struct nlattr *a = genlmsg_attrdata(genlmsg_hdr(request), 0);
	int rem = genlmsg_attrlen(genlmsg_hdr(request), 0);

	path->text[0] = '\0';
	path->set = set;
	while (nla_ok(a, rem)) {
		const char *start = (const char *)a, *end = start + nla_total_size(nla_len(a));
		const struct attr_name *name;

		if (target < start || target >= end) {
			a = nla_next(a, &rem);
			continue;
		}
		name = lookup(set, nla_type(a));
		append(path, name ? name->name : "?");
		set = name ? name->nested : NULL;
		path->set = set;
		if (target == start || !set)
			return;
		rem = nla_len(a);
		a = nla_data(a);
	}
}

void ksrtpnl_explain(struct ksrtpnl *nl, struct nlmsghdr *request, const struct nlmsghdr *error)
{
	const struct nlmsgerr *e = nlmsg_data(error);
	const struct set *top = set_of(((struct genlmsghdr *)nlmsg_data(request))->cmd);
	const char *text = NULL;
	uint32_t offset = 0, nest = 0, miss = 0;
	int text_len = 0, rem, skip = sizeof(*e);
	struct path path = { "", top };
	const struct attr_name *name;
	struct nlattr *a;

	nl->errnum = -e->error;
	if (!(error->nlmsg_flags & NLM_F_CAPPED) && e->msg.nlmsg_len >= sizeof(e->msg))
		skip += (int)NLMSG_ALIGN(e->msg.nlmsg_len) - (int)sizeof(e->msg);
	if ((error->nlmsg_flags & NLM_F_ACK_TLVS) && skip < nlmsg_datalen(error)) {
		rem = nlmsg_datalen(error) - skip;
		for (a = (struct nlattr *)((char *)nlmsg_data(error) + skip); nla_ok(a, rem);
		     a = nla_next(a, &rem)) {
			if (nla_type(a) == NLMSGERR_ATTR_MSG) {
				text = nla_data(a);
				text_len = (int)strnlen(text, (size_t)nla_len(a));
			} else if (nla_len(a) != sizeof(uint32_t)) {
				continue;
			} else if (nla_type(a) == NLMSGERR_ATTR_OFFS) {
				offset = nla_get_u32(a);
			} else if (nla_type(a) == NLMSGERR_ATTR_MISS_TYPE) {
				miss = nla_get_u32(a);
			} else if (nla_type(a) == NLMSGERR_ATTR_MISS_NEST) {
				nest = nla_get_u32(a);
			}
		}
	}
	if (miss) {
		if (nest)
			find(request, nest, top, &path);
		name = lookup(path.set, (int)miss);
		append(&path, name ? name->name : "?");
		if (!text) {
			snprintf(nl->message, sizeof(nl->message), "attribute \"%s\" is missing",
				 path.text);
			return;
		}
	} else if (offset) {
		find(request, offset, top, &path);
	}
	if (!text) {
		text = strerror(nl->errnum);
		text_len = (int)strlen(text);
	}
	snprintf(nl->message, sizeof(nl->message),
		 path.text[0] ? "%.*s (attribute \"%s\")" : "%.*s", text_len, text, path.text);
}
