// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/imsg.h"
#include "base/secret.h"

#define MAGIC 0x6b496d31U
#define WIRE_FLAGS ((uint32_t)(KSRTP_IMSG_SECRET | KSRTP_IMSG_FD))

struct header {
	uint32_t magic;
	uint32_t type;
	uint32_t id;
	uint32_t flags;
};

struct queued {
	struct queued *next;
	struct header head;
	int fd;
	size_t len;
	uint8_t data[];
};

struct ksrtp_imsg_chan {
	int fd;
	const struct ksrtp_imsg_rule *rules;
	uint8_t *in;
	size_t in_cap;
	bool in_secret; /* in is locked memory */
	struct queued *first, **last;
	size_t queue_len, queue_max;
};

enum ksrtp_base_err ksrtp_imsg_socketpair(int fds[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds))
		return KSRTP_BASE_ERR_IO;
	return KSRTP_BASE_OK;
}

enum ksrtp_base_err ksrtp_imsg_open(struct ksrtp_imsg_chan **out, int fd,
				    const struct ksrtp_imsg_rule *rules, size_t queue_max)
{
	const struct ksrtp_imsg_rule *r;
	struct ksrtp_imsg_chan *chan;
	socklen_t len = sizeof(int);
	int type;

	*out = NULL;
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len))
		return KSRTP_BASE_ERR_IO;
	if (type != SOCK_SEQPACKET) {
		errno = EPROTOTYPE;
		return KSRTP_BASE_ERR_IO;
	}
	chan = calloc(1, sizeof(*chan));
	if (!chan)
		return KSRTP_BASE_ERR_NOMEM;
	chan->fd = fd;
	chan->rules = rules;
	chan->queue_max = queue_max;
	chan->last = &chan->first;
	chan->in_cap = 16;
	for (r = rules; r->type; r++) {
		if (r->max > chan->in_cap)
			chan->in_cap = r->max;
		if (r->flags & KSRTP_IMSG_SECRET)
			chan->in_secret = true;
	}
	chan->in = chan->in_secret ? ksrtp_secret_alloc(chan->in_cap) : malloc(chan->in_cap);
	if (!chan->in) {
		free(chan);
		return KSRTP_BASE_ERR_NOMEM;
	}
	*out = chan;
	return KSRTP_BASE_OK;
}

static void queued_free(struct queued *q)
{
	if (q->fd >= 0)
		close(q->fd);
	if (q->head.flags & KSRTP_IMSG_SECRET)
		ksrtp_secret_free(q);
	else
		free(q);
}

void ksrtp_imsg_close(struct ksrtp_imsg_chan *chan)
{
	struct queued *q;

	if (!chan)
		return;
	while ((q = chan->first)) {
		chan->first = q->next;
		queued_free(q);
	}
	if (chan->in_secret)
		ksrtp_secret_free(chan->in);
	else
		free(chan->in);
	close(chan->fd);
	free(chan);
}

int ksrtp_imsg_fd(const struct ksrtp_imsg_chan *chan)
{
	return chan->fd;
}

bool ksrtp_imsg_pending(const struct ksrtp_imsg_chan *chan)
{
	return chan->first;
}

static enum ksrtp_base_err transmit(int sock, struct header *head, int fd, const void *data,
				    size_t len)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov[2] = {
		{ .iov_base = head, .iov_len = sizeof(*head) },
		{ .iov_len = len },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = len ? 2 : 1 };
	struct cmsghdr *c;

	memcpy(&iov[1].iov_base, &data, sizeof(data)); /* sendmsg() only reads */
	if (fd >= 0) {
		memset(&control, 0, sizeof(control));
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control.buf);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(int));
	}
	while (sendmsg(sock, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		switch (errno) {
		case EINTR:
			continue;
		case EAGAIN:
			return KSRTP_BASE_ERR_AGAIN;
		case EPIPE:
		case ECONNRESET:
		case ENOTCONN:
			return KSRTP_BASE_ERR_EOF;
		case EMSGSIZE:
			return KSRTP_BASE_ERR_RANGE;
		default:
			return KSRTP_BASE_ERR_IO;
		}
	}
	return KSRTP_BASE_OK;
}

static enum ksrtp_base_err enqueue(struct ksrtp_imsg_chan *chan, const struct header *head, int fd,
				   const void *data, size_t len)
{
	size_t size = sizeof(struct queued) + len;
	struct queued *q;

	if (size > chan->queue_max - chan->queue_len)
		return KSRTP_BASE_ERR_SPACE;
	q = head->flags & KSRTP_IMSG_SECRET ? ksrtp_secret_alloc(size) : malloc(size);
	if (!q)
		return KSRTP_BASE_ERR_NOMEM;
	q->next = NULL;
	q->head = *head;
	q->fd = fd;
	q->len = len;
	if (len)
		memcpy(q->data, data, len);
	chan->queue_len += size;
	*chan->last = q;
	chan->last = &q->next;
	return KSRTP_BASE_OK;
}

enum ksrtp_base_err ksrtp_imsg_send(struct ksrtp_imsg_chan *chan, uint32_t type, uint32_t id,
				    uint32_t flags, int fd, const void *data, size_t len)
{
	struct header head = { MAGIC, type, id, flags | (fd >= 0 ? KSRTP_IMSG_FD : 0U) };
	enum ksrtp_base_err err = KSRTP_BASE_ERR_RANGE;

	if (!type || (flags & ~(uint32_t)KSRTP_IMSG_SECRET) || len > KSRTP_IMSG_MAX_PAYLOAD)
		goto out;
	err = KSRTP_BASE_ERR_AGAIN;
	if (!chan->first)
		err = transmit(chan->fd, &head, fd, data, len);
	if (err == KSRTP_BASE_ERR_AGAIN) {
		err = enqueue(chan, &head, fd, data, len);
		if (!err)
			fd = -1;
	}
out:
	if (fd >= 0)
		close(fd);
	return err;
}

enum ksrtp_base_err ksrtp_imsg_flush(struct ksrtp_imsg_chan *chan)
{
	enum ksrtp_base_err err;
	struct queued *q;

	while ((q = chan->first)) {
		err = transmit(chan->fd, &q->head, q->fd, q->data, q->len);
		if (err)
			return err;
		chan->first = q->next;
		if (!chan->first)
			chan->last = &chan->first;
		chan->queue_len -= sizeof(*q) + q->len;
		queued_free(q);
	}
	return KSRTP_BASE_OK;
}

/* The descriptor in a control message; closes all if there is more than one. */
static bool take_fd(struct msghdr *msg, int *fd)
{
	bool ok = !(msg->msg_flags & MSG_CTRUNC);
	struct cmsghdr *c;
	size_t i, n;
	int got;

	*fd = -1;
	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(&got, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			if (*fd >= 0) {
				close(got);
				ok = false;
			} else {
				*fd = got;
			}
		}
	}
	if (!ok && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return ok;
}

static bool allowed(const struct ksrtp_imsg_rule *r, const struct header *h, size_t len)
{
	for (; r->type; r++)
		if (r->type == h->type)
			return r->flags == h->flags && len >= r->min && len <= r->max;
	return false;
}

enum ksrtp_base_err ksrtp_imsg_recv(struct ksrtp_imsg_chan *chan, struct ksrtp_imsg *msg)
{
	struct header head = { 0 };
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov[2] = {
		{ .iov_base = &head, .iov_len = sizeof(head) },
		{ .iov_base = chan->in, .iov_len = chan->in_cap },
	};
	struct msghdr mh = { .msg_iov = iov,
			     .msg_iovlen = 2,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control.buf) };
	size_t len;
	ssize_t n;
	bool ok;
	int fd;

	*msg = (struct ksrtp_imsg){ .fd = -1 };
	do {
		n = recvmsg(chan->fd, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return KSRTP_BASE_ERR_AGAIN;
	if (n < 0 && errno != ECONNRESET)
		return KSRTP_BASE_ERR_IO;
	if (n <= 0)
		return KSRTP_BASE_ERR_EOF;

	ok = take_fd(&mh, &fd) && !(mh.msg_flags & MSG_TRUNC) && (size_t)n >= sizeof(head);
	len = ok ? (size_t)n - sizeof(head) : 0;
	if (!ok || head.magic != MAGIC || (head.flags & ~WIRE_FLAGS) ||
	    (fd >= 0) != !!(head.flags & KSRTP_IMSG_FD) || !allowed(chan->rules, &head, len)) {
		if (fd >= 0)
			close(fd);
		ksrtp_secret_wipe(chan->in, chan->in_cap);
		return KSRTP_BASE_ERR_PROTO;
	}
	msg->type = head.type;
	msg->id = head.id;
	msg->flags = head.flags;
	msg->fd = fd;
	msg->data = chan->in;
	msg->len = len;
	return KSRTP_BASE_OK;
}

void ksrtp_imsg_done(struct ksrtp_imsg_chan *chan, struct ksrtp_imsg *msg)
{
	if (msg->flags & KSRTP_IMSG_SECRET)
		ksrtp_secret_wipe(chan->in, msg->len);
	if (msg->fd >= 0)
		close(msg->fd);
	*msg = (struct ksrtp_imsg){ .fd = -1 };
}
