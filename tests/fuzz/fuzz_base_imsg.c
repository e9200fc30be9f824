// SPDX-License-Identifier: BSD-3-Clause
/*
 * libFuzzer target for lib/base/imsg.c: the other process has been taken over and
 * sends what it likes. The input is a list of packets (length octet, octets),
 * each with or without descriptors (top bits of the length).
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/imsg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ksrtp_imsg_rule rules[] = {
	{ 1, 0, 8, 0 },
	{ 2, 4, 32, KSRTP_IMSG_SECRET },
	{ 3, 0, 4, KSRTP_IMSG_FD },
	{ 4, 0, 4, KSRTP_IMSG_FD | KSRTP_IMSG_SECRET },
	{ 0, 0, 0, 0 },
};

static void check(int ok)
{
	if (!ok)
		abort();
}

static void put(int sock, const uint8_t *data, size_t len, unsigned int fds)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(3 * sizeof(int))];
	} control;
	uint8_t copy[80];
	struct iovec iov = { copy, len };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;
	unsigned int i;

	/* A valid start more often than chance would have it. */
	memcpy(copy, data, len);
	if (len >= 4 && copy[0] == 0x31)
		memcpy(copy, "\x31\x6d\x49\x6b", 4);
	if (fds) {
		memset(&control, 0, sizeof(control));
		mh.msg_control = &control;
		mh.msg_controllen = CMSG_SPACE(fds * sizeof(int));
		c = CMSG_FIRSTHDR(&mh);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(fds * sizeof(int));
		for (i = 0; i < fds; i++)
			memcpy(CMSG_DATA(c) + i * sizeof(int), &sock, sizeof(int));
	}
	check(sendmsg(sock, &mh, MSG_NOSIGNAL) == (ssize_t)len);
}

static void take(struct ksrtp_imsg_chan *chan)
{
	struct ksrtp_imsg m;
	enum ksrtp_base_err err = ksrtp_imsg_recv(chan, &m);

	check(err == KSRTP_BASE_OK || err == KSRTP_BASE_ERR_PROTO);
	if (err) {
		check(m.fd == -1 && !m.data);
		return;
	}
	check(m.type >= 1 && m.type <= 4 && rules[m.type - 1].flags == m.flags);
	check(m.len >= rules[m.type - 1].min && m.len <= rules[m.type - 1].max);
	check((m.fd >= 0) == !!(m.flags & KSRTP_IMSG_FD));
	ksrtp_imsg_done(chan, &m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ksrtp_imsg_chan *chan;
	int fds[2], probe;
	size_t len;

	check(!ksrtp_imsg_socketpair(fds));
	check(!ksrtp_imsg_open(&chan, fds[1], rules, 4096));
	while (size) {
		unsigned int n = *data >> 6;

		len = *data & 63;
		data++;
		size--;
		if (len > size)
			len = size;
		if (len) {
			put(fds[0], data, len, n);
			take(chan);
		}
		data += len;
		size -= len;
	}
	ksrtp_imsg_close(chan);
	close(fds[0]);
	/* No descriptor stayed behind: the lowest free one is ours again. */
	probe = open("/dev/null", O_RDONLY | O_CLOEXEC);
	check(probe == fds[0] || probe == fds[1]);
	close(probe);
	return 0;
}
