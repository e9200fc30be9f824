/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_KSRTPNL_INTERNAL_H
#define KSRTP_KSRTPNL_INTERNAL_H

#include <linux/ksrtp.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "ksrtpnl/ksrtpnl.h"

#define KSRTPNL_MSG_SIZE 8192

/* conn.c */

/** struct ksrtpnl - a connection; see ksrtpnl.h */
struct ksrtpnl {
	struct nl_sock *sk;
	int family;
	int errnum;
	char message[256];
};

/* Opens a generic netlink socket and finds the family. */
enum ksrtpnl_err ksrtpnl_conn_socket(struct nl_sock **sk, int *family);

/* What a request does with the parts of its answer; false ends it. */
typedef bool ksrtpnl_conn_reply_fn(struct nlmsghdr *nlh, void *arg, enum ksrtpnl_err *err);

/* A new request; NULL without memory. */
struct nl_msg *ksrtpnl_conn_request(struct ksrtpnl *nl, uint8_t cmd, int flags);

/*
 * Sends @msg, wipes and frees it, and waits for the end of the answer. @encoded
 * false: only wipes and frees, and says that something did not fit.
 */
enum ksrtpnl_err ksrtpnl_conn_run(struct ksrtpnl *nl, struct nl_msg *msg, bool encoded,
				  ksrtpnl_conn_reply_fn *fn, void *arg);

/* explain.c */

/* Composes nl->message from an error message with its extended attributes. */
void ksrtpnl_explain(struct ksrtpnl *nl, struct nlmsghdr *request, const struct nlmsghdr *error);

/* encode.c: false if something does not fit the message */
bool ksrtpnl_encode_policy(struct nl_msg *msg, const struct ksrtpnl_policy *policy);
bool ksrtpnl_encode_flow(struct nl_msg *msg, const struct ksrtpnl_flow *flow);
bool ksrtpnl_encode_change(struct nl_msg *msg, const struct ksrtpnl_flow_change *change);
bool ksrtpnl_encode_key(struct nl_msg *msg, int type, const struct ksrtpnl_key *key);

/* decode.c: take the attributes behind the generic netlink header */
enum ksrtpnl_err ksrtpnl_decode_policy(struct nlmsghdr *nlh, struct ksrtpnl_policy *policy);
/* The streams are allocated: release with ksrtpnl_decode_release(), also on error. */
enum ksrtpnl_err ksrtpnl_decode_flow(struct nlmsghdr *nlh, struct ksrtpnl_flow *flow);
void ksrtpnl_decode_release(struct ksrtpnl_flow *flow);
enum ksrtpnl_err ksrtpnl_decode_stats(struct nlmsghdr *nlh, struct ksrtpnl_stats *stats);
enum ksrtpnl_err ksrtpnl_decode_event(struct nlmsghdr *nlh, struct ksrtpnl_event *event);

#endif
