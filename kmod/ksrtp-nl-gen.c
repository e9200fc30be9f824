// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ksrtp.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "ksrtp-nl-gen.h"

#include <uapi/linux/ksrtp.h>

/* Common nested types */
const struct nla_policy ksrtp_context_nl_policy[KSRTP_A_CONTEXT_HDREXT + 1] = {
	[KSRTP_A_CONTEXT_SUITE] = NLA_POLICY_RANGE(NLA_U8, 1, 10),
	[KSRTP_A_CONTEXT_MKI_LEN] = NLA_POLICY_MAX(NLA_U8, KSRTP_MKI_MAX),
	[KSRTP_A_CONTEXT_WINDOW] = { .type = NLA_U32, },
	[KSRTP_A_CONTEXT_MAX_STREAMS] = NLA_POLICY_RANGE(NLA_U32, 1, KSRTP_STREAMS_MAX),
	[KSRTP_A_CONTEXT_KDR] = { .type = NLA_U32, },
	[KSRTP_A_CONTEXT_KEY] = NLA_POLICY_NESTED(ksrtp_key_nl_policy),
	[KSRTP_A_CONTEXT_STREAM] = NLA_POLICY_NESTED(ksrtp_stream_nl_policy),
	[KSRTP_A_CONTEXT_STREAMS] = { .type = NLA_U32, },
	[KSRTP_A_CONTEXT_PACKETS] = { .type = NLA_U64, },
	[KSRTP_A_CONTEXT_OCTETS] = { .type = NLA_U64, },
	[KSRTP_A_CONTEXT_RTCP_PACKETS] = { .type = NLA_U64, },
	[KSRTP_A_CONTEXT_REPLAYS] = { .type = NLA_U64, },
	[KSRTP_A_CONTEXT_AUTH_FAILS] = { .type = NLA_U64, },
	[KSRTP_A_CONTEXT_DROPS] = { .type = NLA_U64, },
	[KSRTP_A_CONTEXT_UNENCRYPTED_SRTCP] = { .type = NLA_FLAG, },
	[KSRTP_A_CONTEXT_AGED] = { .type = NLA_U32, },
	[KSRTP_A_CONTEXT_RCC_MODE] = NLA_POLICY_MAX(NLA_U8, 3),
	[KSRTP_A_CONTEXT_RCC_RATE] = NLA_POLICY_MIN(NLA_U16, 1),
	[KSRTP_A_CONTEXT_HDREXT] = NLA_POLICY_EXACT_LEN(KSRTP_HDREXT_OCTETS),
};

const struct nla_policy ksrtp_key_nl_policy[KSRTP_A_KEY_TO + 1] = {
	[KSRTP_A_KEY_MKI] = { .type = NLA_BINARY, },
	[KSRTP_A_KEY_MASTER_KEY] = { .type = NLA_BINARY, },
	[KSRTP_A_KEY_MASTER_SALT] = { .type = NLA_BINARY, },
	[KSRTP_A_KEY_ACTIVE] = { .type = NLA_FLAG, },
	[KSRTP_A_KEY_SOFT_LIMIT] = { .type = NLA_U64, },
	[KSRTP_A_KEY_HARD_LIMIT] = { .type = NLA_U64, },
	[KSRTP_A_KEY_PACKETS] = { .type = NLA_U64, },
	[KSRTP_A_KEY_RTCP_PACKETS] = { .type = NLA_U64, },
	[KSRTP_A_KEY_STATE] = NLA_POLICY_RANGE(NLA_U8, 1, 5),
	[KSRTP_A_KEY_FROM] = { .type = NLA_U64, },
	[KSRTP_A_KEY_TO] = { .type = NLA_U64, },
};

const struct nla_policy ksrtp_stream_nl_policy[KSRTP_A_STREAM_IDLE_MS + 1] = {
	[KSRTP_A_STREAM_SSRC] = { .type = NLA_U32, },
	[KSRTP_A_STREAM_ROC] = { .type = NLA_U32, },
	[KSRTP_A_STREAM_SEQ] = { .type = NLA_U16, },
	[KSRTP_A_STREAM_INDEX] = { .type = NLA_U64, },
	[KSRTP_A_STREAM_RTCP_INDEX] = { .type = NLA_U32, },
	[KSRTP_A_STREAM_PACKETS] = { .type = NLA_U64, },
	[KSRTP_A_STREAM_OCTETS] = { .type = NLA_U64, },
	[KSRTP_A_STREAM_RTCP_PACKETS] = { .type = NLA_U64, },
	[KSRTP_A_STREAM_REPLAYS] = { .type = NLA_U64, },
	[KSRTP_A_STREAM_AUTH_FAILS] = { .type = NLA_U64, },
	[KSRTP_A_STREAM_IDLE_MS] = { .type = NLA_U64, },
};

/* KSRTP_CMD_POLICY_ADD - do */
const struct nla_policy ksrtp_policy_add_nl_policy[KSRTP_A_POLICY_COOKIE + 1] = {
	[KSRTP_A_POLICY_PRIORITY] = { .type = NLA_U32, },
	[KSRTP_A_POLICY_DIR] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[KSRTP_A_POLICY_ACTION] = NLA_POLICY_RANGE(NLA_U8, 1, 3),
	[KSRTP_A_POLICY_LOCAL_ADDR] = { .type = NLA_BINARY, },
	[KSRTP_A_POLICY_LOCAL_PREFIXLEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[KSRTP_A_POLICY_REMOTE_ADDR] = { .type = NLA_BINARY, },
	[KSRTP_A_POLICY_REMOTE_PREFIXLEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[KSRTP_A_POLICY_LOCAL_PORT_MIN] = { .type = NLA_U16, },
	[KSRTP_A_POLICY_LOCAL_PORT_MAX] = { .type = NLA_U16, },
	[KSRTP_A_POLICY_REMOTE_PORT_MIN] = { .type = NLA_U16, },
	[KSRTP_A_POLICY_REMOTE_PORT_MAX] = { .type = NLA_U16, },
	[KSRTP_A_POLICY_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[KSRTP_A_POLICY_NON_RTP] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[KSRTP_A_POLICY_COOKIE] = { .type = NLA_BINARY, },
};

/* KSRTP_CMD_POLICY_DEL - do */
const struct nla_policy ksrtp_policy_del_nl_policy[KSRTP_A_POLICY_ID + 1] = {
	[KSRTP_A_POLICY_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* KSRTP_CMD_POLICY_GET - do */
const struct nla_policy ksrtp_policy_get_nl_policy[KSRTP_A_POLICY_ID + 1] = {
	[KSRTP_A_POLICY_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* KSRTP_CMD_POLICY_FLUSH - do */
const struct nla_policy ksrtp_policy_flush_nl_policy[KSRTP_A_POLICY_DIR + 1] = {
	[KSRTP_A_POLICY_DIR] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
};

/* KSRTP_CMD_FLOW_ADD - do */
const struct nla_policy ksrtp_flow_add_nl_policy[KSRTP_A_FLOW_CLOCK_RATE + 1] = {
	[KSRTP_A_FLOW_COOKIE] = { .type = NLA_BINARY, },
	[KSRTP_A_FLOW_LOCAL_ADDR] = { .type = NLA_BINARY, },
	[KSRTP_A_FLOW_LOCAL_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[KSRTP_A_FLOW_REMOTE_ADDR] = { .type = NLA_BINARY, },
	[KSRTP_A_FLOW_REMOTE_PORT] = { .type = NLA_U16, },
	[KSRTP_A_FLOW_RTCP_LOCAL_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[KSRTP_A_FLOW_RTCP_REMOTE_PORT] = { .type = NLA_U16, },
	[KSRTP_A_FLOW_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[KSRTP_A_FLOW_IDLE_TIMEOUT_MS] = { .type = NLA_U32, },
	[KSRTP_A_FLOW_RX] = NLA_POLICY_NESTED(ksrtp_context_nl_policy),
	[KSRTP_A_FLOW_TX] = NLA_POLICY_NESTED(ksrtp_context_nl_policy),
	[KSRTP_A_FLOW_RELAY] = { .type = NLA_U32, },
	[KSRTP_A_FLOW_PLAIN] = { .type = NLA_FLAG, },
	[KSRTP_A_FLOW_SOURCE_ADDR] = { .type = NLA_BINARY, },
	[KSRTP_A_FLOW_SOURCE_PREFIXLEN] = NLA_POLICY_RANGE(NLA_U8, 1, 128),
	[KSRTP_A_FLOW_DSCP] = NLA_POLICY_MAX(NLA_U8, 63),
	[KSRTP_A_FLOW_CLOCK_RATE] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* KSRTP_CMD_FLOW_SET - do */
const struct nla_policy ksrtp_flow_set_nl_policy[KSRTP_A_FLOW_CLOCK_RATE + 1] = {
	[KSRTP_A_FLOW_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KSRTP_A_FLOW_COOKIE] = { .type = NLA_BINARY, },
	[KSRTP_A_FLOW_REMOTE_ADDR] = { .type = NLA_BINARY, },
	[KSRTP_A_FLOW_REMOTE_PORT] = { .type = NLA_U16, },
	[KSRTP_A_FLOW_RTCP_REMOTE_PORT] = { .type = NLA_U16, },
	[KSRTP_A_FLOW_IDLE_TIMEOUT_MS] = { .type = NLA_U32, },
	[KSRTP_A_FLOW_RX] = NLA_POLICY_NESTED(ksrtp_context_nl_policy),
	[KSRTP_A_FLOW_TX] = NLA_POLICY_NESTED(ksrtp_context_nl_policy),
	[KSRTP_A_FLOW_RELAY] = { .type = NLA_U32, },
	[KSRTP_A_FLOW_DSCP] = NLA_POLICY_MAX(NLA_U8, 63),
	[KSRTP_A_FLOW_CLOCK_RATE] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* KSRTP_CMD_FLOW_DEL - do */
const struct nla_policy ksrtp_flow_del_nl_policy[KSRTP_A_FLOW_ID + 1] = {
	[KSRTP_A_FLOW_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* KSRTP_CMD_FLOW_GET - do */
const struct nla_policy ksrtp_flow_get_nl_policy[KSRTP_A_FLOW_ID + 1] = {
	[KSRTP_A_FLOW_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* KSRTP_CMD_FLOW_FLUSH - do */
const struct nla_policy ksrtp_flow_flush_nl_policy[KSRTP_A_FLOW_IFINDEX + 1] = {
	[KSRTP_A_FLOW_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* KSRTP_CMD_KEY_ADD - do */
const struct nla_policy ksrtp_key_add_nl_policy[KSRTP_A_FLOW_KEY + 1] = {
	[KSRTP_A_FLOW_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KSRTP_A_FLOW_DIR] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[KSRTP_A_FLOW_KEY] = NLA_POLICY_NESTED(ksrtp_key_nl_policy),
};

/* KSRTP_CMD_KEY_ACTIVATE - do */
const struct nla_policy ksrtp_key_activate_nl_policy[KSRTP_A_FLOW_KEY + 1] = {
	[KSRTP_A_FLOW_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KSRTP_A_FLOW_KEY] = NLA_POLICY_NESTED(ksrtp_key_nl_policy),
};

/* KSRTP_CMD_KEY_DEL - do */
const struct nla_policy ksrtp_key_del_nl_policy[KSRTP_A_FLOW_KEY + 1] = {
	[KSRTP_A_FLOW_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KSRTP_A_FLOW_DIR] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[KSRTP_A_FLOW_KEY] = NLA_POLICY_NESTED(ksrtp_key_nl_policy),
};

/* KSRTP_CMD_STATS_GET - do */
const struct nla_policy ksrtp_stats_get_nl_policy[KSRTP_A_STATS_DROPS_ONLY + 1] = {
	[KSRTP_A_STATS_DROPS_ONLY] = { .type = NLA_FLAG, },
};

/* Ops table for ksrtp */
const struct genl_ops ksrtp_nl_ops[13] = {
	{
		.cmd		= KSRTP_CMD_POLICY_ADD,
		.doit		= ksrtp_nl_policy_add_doit,
		.policy		= ksrtp_policy_add_nl_policy,
		.maxattr	= KSRTP_A_POLICY_COOKIE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= KSRTP_CMD_POLICY_DEL,
		.doit		= ksrtp_nl_policy_del_doit,
		.policy		= ksrtp_policy_del_nl_policy,
		.maxattr	= KSRTP_A_POLICY_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= KSRTP_CMD_POLICY_GET,
		.doit		= ksrtp_nl_policy_get_doit,
		.dumpit		= ksrtp_nl_policy_get_dumpit,
		.policy		= ksrtp_policy_get_nl_policy,
		.maxattr	= KSRTP_A_POLICY_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= KSRTP_CMD_POLICY_FLUSH,
		.doit		= ksrtp_nl_policy_flush_doit,
		.policy		= ksrtp_policy_flush_nl_policy,
		.maxattr	= KSRTP_A_POLICY_DIR,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= KSRTP_CMD_FLOW_ADD,
		.doit		= ksrtp_nl_flow_add_doit,
		.policy		= ksrtp_flow_add_nl_policy,
		.maxattr	= KSRTP_A_FLOW_CLOCK_RATE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= KSRTP_CMD_FLOW_SET,
		.doit		= ksrtp_nl_flow_set_doit,
		.policy		= ksrtp_flow_set_nl_policy,
		.maxattr	= KSRTP_A_FLOW_CLOCK_RATE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= KSRTP_CMD_FLOW_DEL,
		.doit		= ksrtp_nl_flow_del_doit,
		.policy		= ksrtp_flow_del_nl_policy,
		.maxattr	= KSRTP_A_FLOW_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= KSRTP_CMD_FLOW_GET,
		.doit		= ksrtp_nl_flow_get_doit,
		.dumpit		= ksrtp_nl_flow_get_dumpit,
		.policy		= ksrtp_flow_get_nl_policy,
		.maxattr	= KSRTP_A_FLOW_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= KSRTP_CMD_FLOW_FLUSH,
		.doit		= ksrtp_nl_flow_flush_doit,
		.policy		= ksrtp_flow_flush_nl_policy,
		.maxattr	= KSRTP_A_FLOW_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= KSRTP_CMD_KEY_ADD,
		.doit		= ksrtp_nl_key_add_doit,
		.policy		= ksrtp_key_add_nl_policy,
		.maxattr	= KSRTP_A_FLOW_KEY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= KSRTP_CMD_KEY_ACTIVATE,
		.doit		= ksrtp_nl_key_activate_doit,
		.policy		= ksrtp_key_activate_nl_policy,
		.maxattr	= KSRTP_A_FLOW_KEY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= KSRTP_CMD_KEY_DEL,
		.doit		= ksrtp_nl_key_del_doit,
		.policy		= ksrtp_key_del_nl_policy,
		.maxattr	= KSRTP_A_FLOW_KEY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= KSRTP_CMD_STATS_GET,
		.doit		= ksrtp_nl_stats_get_doit,
		.policy		= ksrtp_stats_get_nl_policy,
		.maxattr	= KSRTP_A_STATS_DROPS_ONLY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
};

const struct genl_multicast_group ksrtp_nl_mcgrps[] = {
	[KSRTP_NLGRP_EVENTS] = { "events", .flags = GENL_MCAST_CAP_NET_ADMIN },
};
