// SPDX-License-Identifier: BSD-3-Clause
/*
 * Throws rubbish at the MIKEY port of a ksrtpd for a while: noise, messages with
 * wrong octets, datagrams too long, TCP connections that say nothing, little or
 * too much. Says how much it was.
 *
 *	mikey_flood ADDR:PORT SECONDS [MESSAGE-FILE]
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { CONNS = 96 };

static uint64_t seed = 88172645463325252u;

static uint32_t rnd(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % n;
}

static void noise(uint8_t *buf, size_t len)
{
	while (len--)
		*buf++ = (uint8_t)rnd(256);
}

static size_t rubbish(uint8_t *buf, size_t cap, const uint8_t *msg, size_t msg_len)
{
	size_t len = rnd(4) ? rnd(1400) : rnd((uint32_t)cap), i, n;

	noise(buf, len);
	if (len > 4 && rnd(2)) {
		buf[0] = 1; /* as if it were MIKEY-SAKKE */
		buf[1] = 26;
		buf[2] = 5;
	}
	if (msg_len && rnd(2)) {
		memcpy(buf, msg, msg_len);
		len = msg_len;
		n = 1 + rnd(3);
		for (i = 0; i < n; i++)
			buf[rnd((uint32_t)len)] ^= (uint8_t)(1 + rnd(255));
	}
	return len;
}

static int open_conn(const struct ksrtp_endpoint *to)
{
	struct sockaddr_storage ss;
	socklen_t sl = ksrtp_endpoint_to_sockaddr(to, &ss);
	int fd = socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&ss, sl) && errno != EINPROGRESS) {
		close(fd);
		return -1;
	}
	return fd;
}

int main(int argc, char **argv)
{
	static uint8_t buf[65000], msg[4096];
	unsigned long datagrams = 0, octets = 0, connections = 0;
	struct ksrtp_endpoint to;
	struct sockaddr_storage ss;
	int conn[CONNS], udp, i;
	size_t msg_len = 0;
	socklen_t sl;
	time_t end;
	FILE *f;

	if (argc < 3 || ksrtp_text_endpoint(argv[1], 0, &to)) {
		fputs("usage: mikey_flood ADDR:PORT SECONDS [MESSAGE-FILE]\n", stderr);
		return 2;
	}
	if (argc > 3) {
		f = fopen(argv[3], "r");
		if (!f)
			return 2;
		msg_len = fread(msg, 1, sizeof(msg), f);
		fclose(f);
	}
	sl = ksrtp_endpoint_to_sockaddr(&to, &ss);
	udp = socket(ss.ss_family, SOCK_DGRAM, 0);
	if (udp < 0 || connect(udp, (struct sockaddr *)&ss, sl))
		return 2;
	for (i = 0; i < CONNS; i++)
		conn[i] = -1;
	end = time(NULL) + atoi(argv[2]);
	while (time(NULL) < end) {
		size_t len = rubbish(buf, sizeof(buf), msg, msg_len);

		if (send(udp, buf, len, MSG_DONTWAIT) >= 0) {
			datagrams++;
			octets += len;
		}
		i = (int)rnd(CONNS);
		if (conn[i] < 0) {
			conn[i] = open_conn(&to);
			connections += conn[i] >= 0;
		} else if (!rnd(4)) {
			close(conn[i]);
			conn[i] = -1;
		} else if (send(conn[i], buf, rnd((uint32_t)len + 1), MSG_NOSIGNAL | MSG_DONTWAIT) <
				   0 &&
			   errno != EAGAIN) {
			close(conn[i]);
			conn[i] = -1;
		} else if (!rnd(8)) {
			shutdown(conn[i], SHUT_WR);
		}
	}
	printf("datagrams=%lu octets=%lu connections=%lu\n", datagrams, octets, connections);
	return 0;
}
