// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/imsg.h"

enum { T_HELLO = 1, T_KEY, T_FILE, T_BIG };

static const struct ksrtp_imsg_rule rules[] = {
	{ T_HELLO, 0, 16, 0 },
	{ T_KEY, 30, 30, KSRTP_IMSG_SECRET },
	{ T_FILE, 4, 4, KSRTP_IMSG_FD },
	{ T_BIG, 0, KSRTP_IMSG_MAX_PAYLOAD, 0 },
	{ 0, 0, 0, 0 },
};

struct pair {
	struct ksrtp_imsg_chan *a, *b;
	int raw; /* the same as a's descriptor, for malformed packets */
};

static int setup(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));
	int fds[2];

	if (!p || ksrtp_imsg_socketpair(fds) || ksrtp_imsg_open(&p->a, fds[0], rules, 1 << 20) ||
	    ksrtp_imsg_open(&p->b, fds[1], rules, 1 << 20))
		return -1;
	p->raw = fds[0];
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct pair *p = *state;

	ksrtp_imsg_close(p->a);
	ksrtp_imsg_close(p->b);
	free(p);
	return 0;
}

static void round_trip(void **state)
{
	struct pair *p = *state;
	struct ksrtp_imsg m;

	assert_int_equal(ksrtp_imsg_recv(p->b, &m), KSRTP_BASE_ERR_AGAIN);
	assert_int_equal(ksrtp_imsg_send(p->a, T_HELLO, 7, 0, -1, "abc", 3), 0);
	assert_int_equal(ksrtp_imsg_send(p->a, T_HELLO, 8, 0, -1, NULL, 0), 0);
	assert_false(ksrtp_imsg_pending(p->a));
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), 0);
	assert_int_equal(m.type, T_HELLO);
	assert_int_equal(m.id, 7);
	assert_int_equal(m.len, 3);
	assert_int_equal(m.fd, -1);
	assert_memory_equal(m.data, "abc", 3);
	assert_int_equal((uintptr_t)m.data % 16, 0);
	ksrtp_imsg_done(p->b, &m);
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), 0);
	assert_int_equal(m.id, 8);
	assert_int_equal(m.len, 0);
	ksrtp_imsg_done(p->b, &m);
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), KSRTP_BASE_ERR_AGAIN);
}

static void secrets_are_wiped(void **state)
{
	struct pair *p = *state;
	struct ksrtp_imsg m;
	const uint8_t *where;
	uint8_t key[30];
	size_t i;

	memset(key, 0x77, sizeof(key));
	assert_int_equal(ksrtp_imsg_send(p->a, T_KEY, 0, KSRTP_IMSG_SECRET, -1, key, 30), 0);
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), 0);
	assert_memory_equal(m.data, key, sizeof(key));
	where = m.data;
	ksrtp_imsg_done(p->b, &m);
	for (i = 0; i < sizeof(key); i++)
		assert_int_equal(where[i], 0);

	/* Also if it is refused: here it lacks the mark. */
	assert_int_equal(ksrtp_imsg_send(p->a, T_KEY, 0, 0, -1, key, 30), 0);
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), KSRTP_BASE_ERR_PROTO);
	for (i = 0; i < sizeof(key); i++)
		assert_int_equal(where[i], 0);
}

static void descriptors_pass(void **state)
{
	struct pair *p = *state;
	struct ksrtp_imsg m;
	int fds[2];
	char c = 0;

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(ksrtp_imsg_send(p->a, T_FILE, 0, 0, fds[1], "abcd", 4), 0);
	assert_int_equal(fcntl(fds[1], F_GETFD), -1); /* closed on our side */
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), 0);
	assert_true(m.fd >= 0);
	assert_int_equal(fcntl(m.fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(write(m.fd, "x", 1), 1);
	assert_int_equal(read(fds[0], &c, 1), 1);
	assert_int_equal(c, 'x');
	ksrtp_imsg_done(p->b, &m);
	assert_int_equal(m.fd, -1);
	assert_int_equal(read(fds[0], &c, 1), 0); /* no writer is left */
	close(fds[0]);
}

/* A descriptor nobody asked for is closed, and a missing one is noticed. */
static void descriptors_out_of_place(void **state)
{
	struct pair *p = *state;
	struct ksrtp_imsg m;
	int fds[2];
	char c;

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(ksrtp_imsg_send(p->a, T_HELLO, 0, 0, fds[1], "abcd", 4), 0);
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), KSRTP_BASE_ERR_PROTO);
	assert_int_equal(read(fds[0], &c, 1), 0);
	close(fds[0]);
	assert_int_equal(ksrtp_imsg_send(p->a, T_FILE, 0, 0, -1, "abcd", 4), 0);
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), KSRTP_BASE_ERR_PROTO);
}

static void several_descriptors_are_refused(void **state)
{
	struct pair *p = *state;
	uint32_t head[5] = { 0x6b496d31U, T_FILE, 0, KSRTP_IMSG_FD, 0 };
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(2 * sizeof(int))];
	} control = { 0 };
	struct iovec iov = { head, sizeof(head) };
	struct msghdr mh = { .msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control.buf) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&mh);
	struct ksrtp_imsg m;
	int fds[2];
	char x;

	assert_int_equal(pipe(fds), 0);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(2 * sizeof(int));
	memcpy(CMSG_DATA(c), &fds[1], sizeof(int));
	memcpy(CMSG_DATA(c) + sizeof(int), &fds[1], sizeof(int));
	assert_int_equal(sendmsg(p->raw, &mh, 0), sizeof(head));
	close(fds[1]);
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), KSRTP_BASE_ERR_PROTO);
	assert_int_equal(read(fds[0], &x, 1), 0);
	close(fds[0]);
}

static void malformed_packets(void **state)
{
	struct pair *p = *state;
	uint32_t head[12] = { 0x6b496d31U, T_HELLO, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	struct ksrtp_imsg m;
	size_t len;

	for (len = 1; len < 16; len++) { /* shorter than the header */
		assert_int_equal(send(p->raw, head, len, 0), (int)len);
		assert_int_equal(ksrtp_imsg_recv(p->b, &m), KSRTP_BASE_ERR_PROTO);
	}
	assert_int_equal(send(p->raw, head, 16 + 17, 0), 33); /* longer than its rule allows */
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), KSRTP_BASE_ERR_PROTO);
	head[1] = T_KEY;
	head[3] = KSRTP_IMSG_SECRET;
	assert_int_equal(send(p->raw, head, 16 + 29, 0), 45); /* shorter than its rule allows */
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), KSRTP_BASE_ERR_PROTO);
	head[1] = 99;
	head[3] = 0;
	assert_int_equal(send(p->raw, head, 16, 0), 16);
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), KSRTP_BASE_ERR_PROTO);
	head[1] = T_HELLO;
	head[3] = 4;
	assert_int_equal(send(p->raw, head, 16, 0), 16);
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), KSRTP_BASE_ERR_PROTO);
	head[3] = 0;
	head[0]++;
	assert_int_equal(send(p->raw, head, 16, 0), 16);
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), KSRTP_BASE_ERR_PROTO);
	head[0]--;
	assert_int_equal(send(p->raw, head, 16, 0), 16); /* and a good one still works */
	assert_int_equal(ksrtp_imsg_recv(p->b, &m), 0);
	ksrtp_imsg_done(p->b, &m);
}

static void bad_arguments(void **state)
{
	struct pair *p = *state;
	static uint8_t big[KSRTP_IMSG_MAX_PAYLOAD + 1];
	struct ksrtp_imsg_chan *chan;
	int fds[2];

	assert_int_equal(ksrtp_imsg_send(p->a, 0, 0, 0, -1, "", 0), KSRTP_BASE_ERR_RANGE);
	assert_int_equal(ksrtp_imsg_send(p->a, T_HELLO, 0, KSRTP_IMSG_FD, -1, "", 0),
			 KSRTP_BASE_ERR_RANGE);
	assert_int_equal(ksrtp_imsg_send(p->a, T_BIG, 0, 0, -1, big, sizeof(big)),
			 KSRTP_BASE_ERR_RANGE);
	assert_int_equal(ksrtp_imsg_open(&chan, -1, rules, 1), KSRTP_BASE_ERR_IO);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(ksrtp_imsg_open(&chan, fds[0], rules, 1), KSRTP_BASE_ERR_IO);
	assert_null(chan);
	close(fds[0]);
	close(fds[1]);
}

/* A slow reader: order is kept, the queue is bounded, and everything arrives. */
static void queue(void **state)
{
	struct pair *p = *state;
	static uint8_t big[20000];
	uint32_t sent = 0, got = 0;
	struct ksrtp_imsg m;
	enum ksrtp_base_err err;

	for (;;) {
		memset(big, (int)sent, sizeof(big));
		err = ksrtp_imsg_send(p->a, T_BIG, sent, 0, -1, big, sizeof(big));
		if (err)
			break;
		sent++;
		assert_true(sent < 10000);
	}
	assert_int_equal(err, KSRTP_BASE_ERR_SPACE);
	assert_true(sent >= (1 << 20) / (sizeof(big) + 100));
	assert_true(ksrtp_imsg_pending(p->a));
	assert_int_equal(ksrtp_imsg_flush(p->a), KSRTP_BASE_ERR_AGAIN);
	while (got < sent) {
		err = ksrtp_imsg_recv(p->b, &m);
		if (err == KSRTP_BASE_ERR_AGAIN) {
			err = ksrtp_imsg_flush(p->a);
			assert_true(err == KSRTP_BASE_OK || err == KSRTP_BASE_ERR_AGAIN);
			continue;
		}
		assert_int_equal(err, 0);
		assert_int_equal(m.id, got);
		assert_int_equal(m.len, sizeof(big));
		assert_int_equal(((const uint8_t *)m.data)[19999], got & 255);
		ksrtp_imsg_done(p->b, &m);
		got++;
	}
	assert_int_equal(ksrtp_imsg_flush(p->a), 0);
	assert_false(ksrtp_imsg_pending(p->a));
}

/* What waits in the queue when the channel goes: secrets and descriptors too. */
static void close_with_waiting(void **state)
{
	struct pair *p = *state;
	uint8_t key[30] = { 1 };
	int fds[2], i;
	char c;

	while (!ksrtp_imsg_pending(p->a))
		assert_int_equal(ksrtp_imsg_send(p->a, T_KEY, 0, KSRTP_IMSG_SECRET, -1, key, 30),
				 0);
	for (i = 0; i < 5; i++)
		assert_int_equal(ksrtp_imsg_send(p->a, T_KEY, 0, KSRTP_IMSG_SECRET, -1, key, 30),
				 0);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(ksrtp_imsg_send(p->a, T_FILE, 0, 0, fds[1], "abcd", 4), 0);
	ksrtp_imsg_close(p->a);
	p->a = NULL;
	assert_int_equal(read(fds[0], &c, 1), 0);
	close(fds[0]);
}

static void other_end_is_gone(void **state)
{
	struct pair *p = *state;
	struct ksrtp_imsg m;

	ksrtp_imsg_close(p->b);
	p->b = NULL;
	assert_int_equal(ksrtp_imsg_recv(p->a, &m), KSRTP_BASE_ERR_EOF);
	assert_int_equal(ksrtp_imsg_send(p->a, T_HELLO, 0, 0, -1, "", 0), KSRTP_BASE_ERR_EOF);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(round_trip),
		T(secrets_are_wiped),
		T(descriptors_pass),
		T(descriptors_out_of_place),
		T(several_descriptors_are_refused),
		T(malformed_packets),
		T(bad_arguments),
		T(queue),
		T(close_with_waiting),
		T(other_end_is_gone),
	};

	return cmocka_run_group_tests_name("base_imsg", tests, NULL, NULL);
}
