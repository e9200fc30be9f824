// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/secret.h"
#include "ksrtpnl/internal.h"

enum ksrtpnl_err ksrtpnl_conn_socket(struct nl_sock **out, int *family)
{
	struct nl_sock *sk = nl_socket_alloc();
	int one = 1, fd;

	if (!sk)
		return KSRTPNL_ERR_NOMEM;
	if (genl_connect(sk) < 0)
		goto io;
	fd = nl_socket_get_fd(sk);
	/*
	 * Words of explanation with a refusal, and without a copy of the request:
	 * it may hold keys.
	 */
	if (setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one)))
		goto io;
	*family = genl_ctrl_resolve(sk, KSRTP_GENL_NAME);
	if (*family < 0) {
		nl_socket_free(sk);
		return *family == -NLE_NOMEM ? KSRTPNL_ERR_NOMEM : KSRTPNL_ERR_NO_FAMILY;
	}
	*out = sk;
	return KSRTPNL_OK;
io:
	one = errno;
	nl_socket_free(sk);
	errno = one;
	return KSRTPNL_ERR_IO;
}

enum ksrtpnl_err ksrtpnl_open(struct ksrtpnl **out)
{
	struct ksrtpnl *nl = calloc(1, sizeof(*nl));
	enum ksrtpnl_err err;

	*out = NULL;
	if (!nl)
		return KSRTPNL_ERR_NOMEM;
	err = ksrtpnl_conn_socket(&nl->sk, &nl->family);
	if (err) {
		free(nl);
		return err;
	}
	/* A flow with many streams is the longest answer. */
	nl_socket_set_msg_buf_size(nl->sk, 64 * 1024);
	*out = nl;
	return KSRTPNL_OK;
}

void ksrtpnl_close(struct ksrtpnl *nl)
{
	if (!nl)
		return;
	nl_socket_free(nl->sk);
	free(nl);
}

const char *ksrtpnl_message(const struct ksrtpnl *nl)
{
	return nl->message;
}

int ksrtpnl_errno(const struct ksrtpnl *nl)
{
	return nl->errnum;
}

struct nl_msg *ksrtpnl_conn_request(struct ksrtpnl *nl, uint8_t cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc_size(KSRTPNL_MSG_SIZE);

	if (msg && !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nl->family, 0,
				NLM_F_REQUEST | NLM_F_ACK | flags, cmd, KSRTP_GENL_VERSION)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return msg;
}

/* libnl neither wipes what it frees nor the room behind the message. */
static void wipe_free(struct nl_msg *msg)
{
	if (msg)
		ksrtp_secret_wipe(nlmsg_hdr(msg), nlmsg_get_max_size(msg));
	nlmsg_free(msg);
}

struct run {
	struct ksrtpnl *nl;
	struct nlmsghdr *request;
	ksrtpnl_conn_reply_fn *fn;
	void *arg;
	enum ksrtpnl_err err;
	bool stopped; /* the callback wants no more */
	bool done;
};

static enum ksrtpnl_err classify(int errnum)
{
	switch (errnum) {
	case EPERM:
	case EACCES:
		return KSRTPNL_ERR_PERMISSION;
	case EEXIST:
		return KSRTPNL_ERR_EXISTS;
	case ENOENT:
		return KSRTPNL_ERR_NOT_FOUND;
	case ENOMEM:
	case ENOBUFS:
		return KSRTPNL_ERR_NOMEM;
	default:
		return KSRTPNL_ERR_REFUSED;
	}
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct run *run = arg;

	if (!run->err && !run->stopped && run->fn)
		run->stopped = !run->fn(nlmsg_hdr(msg), run->arg, &run->err);
	return NL_OK;
}

static int on_end(struct nl_msg *msg, void *arg)
{
	struct run *run = arg;

	(void)msg;
	run->done = true;
	return NL_STOP;
}

static int on_error(struct sockaddr_nl *peer, struct nlmsgerr *e, void *arg)
{
	struct run *run = arg;

	(void)peer;
	/* libnl hands out the payload; the flags that matter are in front of it */
	ksrtpnl_explain(run->nl, run->request,
			(const struct nlmsghdr *)((const char *)e - NLMSG_HDRLEN));
	run->err = classify(run->nl->errnum);
	run->done = true;
	return NL_STOP;
}

enum ksrtpnl_err ksrtpnl_conn_run(struct ksrtpnl *nl, struct nl_msg *msg, bool encoded,
				  ksrtpnl_conn_reply_fn *fn, void *arg)
{
	struct run run = { .nl = nl, .fn = fn, .arg = arg };
	bool interrupted = false;
	struct nl_cb *cb;
	int r;

	nl->errnum = 0;
	nl->message[0] = '\0';
	if (!msg) {
		run.err = KSRTPNL_ERR_NOMEM;
		goto out;
	}
	if (!encoded) {
		run.err = KSRTPNL_ERR_ARG;
		goto out;
	}
	cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!cb) {
		run.err = KSRTPNL_ERR_NOMEM;
		goto out;
	}
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, &run);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, &run);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, &run);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, &run);

	r = nl_send_auto(nl->sk, msg);
	run.request = nlmsg_hdr(msg);
	while (r >= 0 && !run.done) {
		r = nl_recvmsgs(nl->sk, cb);
		if (r == -NLE_DUMP_INTR) {
			interrupted = true;
			r = 0;
		}
	}
	nl_cb_put(cb);
	if (r < 0 && !run.done) {
		/* What is left of this answer would be taken for the next one's. */
		run.err = KSRTPNL_ERR_IO;
		nl->errnum = EIO;
		snprintf(nl->message, sizeof(nl->message), "%s", nl_geterror(r));
	}
	if (!run.err && interrupted)
		run.err = KSRTPNL_ERR_INTERRUPTED;
out:
	if (run.err && !nl->message[0])
		snprintf(nl->message, sizeof(nl->message), "%s", ksrtpnl_strerror(run.err));
	wipe_free(msg);
	return run.err;
}
