// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "ksrtpnl/internal.h"

/* Room for a burst of notifications while the program does something else. */
#define RECEIVE_BUFFER (1024 * 1024)

struct ksrtpnl_events {
	struct nl_sock *sk;
	int family;
	struct nl_cb *cb;
	struct ksrtpnl_flow *flow; /* scratch: too large for a stack */
	void (*fn)(const struct ksrtpnl_event *event, void *arg);
	void *arg;
	enum ksrtpnl_err err;
};

static const enum ksrtpnl_event_type types[KSRTP_CMD_MAX + 1] = {
	[KSRTP_CMD_POLICY_ADD_NTF] = KSRTPNL_EV_POLICY_ADD,
	[KSRTP_CMD_POLICY_DEL_NTF] = KSRTPNL_EV_POLICY_DEL,
	[KSRTP_CMD_FLOW_ADD_NTF] = KSRTPNL_EV_FLOW_ADD,
	[KSRTP_CMD_FLOW_DEL_NTF] = KSRTPNL_EV_FLOW_DEL,
	[KSRTP_CMD_ACQUIRE_NTF] = KSRTPNL_EV_ACQUIRE,
	[KSRTP_CMD_FIRST_AUTH_NTF] = KSRTPNL_EV_FIRST_AUTH,
	[KSRTP_CMD_KEY_SOFT_LIMIT_NTF] = KSRTPNL_EV_KEY_SOFT_LIMIT,
	[KSRTP_CMD_KEY_HARD_LIMIT_NTF] = KSRTPNL_EV_KEY_HARD_LIMIT,
	[KSRTP_CMD_AUTH_FAIL_NTF] = KSRTPNL_EV_AUTH_FAIL,
	[KSRTP_CMD_LATCHED_NTF] = KSRTPNL_EV_LATCHED,
	[KSRTP_CMD_IDLE_NTF] = KSRTPNL_EV_IDLE,
};

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct ksrtpnl_events *ev = arg;
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct ksrtpnl_event event;
	struct ksrtpnl_policy policy;
	enum ksrtpnl_err err;
	uint8_t cmd;

	if (nlh->nlmsg_type != ev->family || !genlmsg_valid_hdr(nlh, 0))
		return NL_OK;
	cmd = genlmsg_hdr(nlh)->cmd;
	if (cmd > KSRTP_CMD_MAX || !types[cmd])
		return NL_OK;
	switch (types[cmd]) {
	case KSRTPNL_EV_POLICY_ADD:
	case KSRTPNL_EV_POLICY_DEL:
		memset(&event, 0, sizeof(event));
		err = ksrtpnl_decode_policy(nlh, &policy);
		event.policy = &policy;
		event.policy_id = policy.id;
		break;
	case KSRTPNL_EV_FLOW_ADD:
	case KSRTPNL_EV_FLOW_DEL:
		memset(&event, 0, sizeof(event));
		err = ksrtpnl_decode_flow(nlh, ev->flow);
		event.flow = ev->flow;
		event.flow_id = ev->flow->id;
		break;
	default:
		err = ksrtpnl_decode_event(nlh, &event);
		break;
	}
	event.type = types[cmd];
	if (err)
		ev->err = err;
	else
		ev->fn(&event, ev->arg);
	ksrtpnl_decode_release(ev->flow);
	return NL_OK;
}

enum ksrtpnl_err ksrtpnl_events_open(struct ksrtpnl_events **out)
{
	struct ksrtpnl_events *ev = calloc(1, sizeof(*ev));
	enum ksrtpnl_err err = KSRTPNL_ERR_NOMEM;
	int group, saved;

	*out = NULL;
	if (!ev)
		return err;
	ev->flow = calloc(1, sizeof(*ev->flow));
	ev->cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!ev->flow || !ev->cb)
		goto fail;
	nl_cb_set(ev->cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, ev);

	err = ksrtpnl_conn_socket(&ev->sk, &ev->family);
	if (err)
		goto fail;
	group = genl_ctrl_resolve_grp(ev->sk, KSRTP_GENL_NAME, KSRTP_MCGRP_EVENTS);
	err = group < 0 ? KSRTPNL_ERR_NO_FAMILY : KSRTPNL_ERR_IO;
	if (group < 0)
		goto fail;
	nl_socket_set_msg_buf_size(ev->sk, 64 * 1024);
	/* Beyond net.core.rmem_max where we may, up to it where not. */
	if (setsockopt(nl_socket_get_fd(ev->sk), SOL_SOCKET, SO_RCVBUFFORCE,
		       &(int){ RECEIVE_BUFFER }, sizeof(int)))
		nl_socket_set_buffer_size(ev->sk, RECEIVE_BUFFER, 0);
	nl_socket_disable_seq_check(ev->sk);
	nl_socket_disable_auto_ack(ev->sk);
	if (nl_socket_add_membership(ev->sk, group) < 0 || nl_socket_set_nonblocking(ev->sk) < 0)
		goto fail;
	*out = ev;
	return KSRTPNL_OK;
fail:
	saved = errno;
	ksrtpnl_events_close(ev);
	errno = saved;
	return err;
}

void ksrtpnl_events_close(struct ksrtpnl_events *ev)
{
	if (!ev)
		return;
	if (ev->sk)
		nl_socket_free(ev->sk);
	if (ev->cb)
		nl_cb_put(ev->cb);
	free(ev->flow);
	free(ev);
}

int ksrtpnl_events_fd(const struct ksrtpnl_events *ev)
{
	return nl_socket_get_fd(ev->sk);
}

enum ksrtpnl_err ksrtpnl_events_read(struct ksrtpnl_events *ev,
				     void (*fn)(const struct ksrtpnl_event *event, void *arg),
				     void *arg)
{
	int r;

	ev->fn = fn;
	ev->arg = arg;
	ev->err = KSRTPNL_OK;
	do {
		errno = 0;
		r = nl_recvmsgs(ev->sk, ev->cb);
	} while (r >= 0 && !ev->err);
	if (ev->err)
		return ev->err;
	if (r == -NLE_AGAIN)
		return KSRTPNL_OK;
	/* libnl folds ENOBUFS into its own "out of memory" */
	if (r == -NLE_NOMEM)
		return errno == ENOBUFS ? KSRTPNL_ERR_LOST : KSRTPNL_ERR_NOMEM;
	return KSRTPNL_ERR_IO;
}
