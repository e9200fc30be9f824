// SPDX-License-Identifier: BSD-3-Clause
/*
 * Offers a ksrtpd forged messages at a steady rate: each is a true one with another
 * time, CSB ID and RAND, so that all is right with it but the signature, and to find
 * that out costs what a signature costs.  From each of the addresses in turn.
 *
 *	mikey_forge ADDR:PORT SECONDS RATE MESSAGE-FILE FROM-ADDR...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

#include <ksrtp/mikey.h>

#include "base/text.h"

enum { MAX_SOURCES = 256 };

static int64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void die(const char *what)
{
	fprintf(stderr, "mikey_forge: %s\n", what);
	exit(2);
}

static int source(const char *from, const struct ksrtp_endpoint *to)
{
	struct ksrtp_endpoint ep = { 0 };
	struct sockaddr_storage ss;
	int fd;

	if (ksrtp_text_addr(from, &ep.addr))
		die("not an address");
	fd = socket(ep.addr.len == 4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&ss, ksrtp_endpoint_to_sockaddr(&ep, &ss)) ||
	    connect(fd, (struct sockaddr *)&ss, ksrtp_endpoint_to_sockaddr(to, &ss)))
		die(from);
	return fd;
}

/* What is new in each: the octets where they are in the message. */
static void forge(uint8_t *msg, const struct ksrtp_mikey_msg *m, int64_t *last_ns)
{
	uint64_t ntp = ksrtp_mikey_ntp_from_ns(
		ksrtp_mikey_unique_time(last_ns, clock_ns(CLOCK_REALTIME)));
	uint8_t *t = msg + m->t->offset + 2;
	uint8_t *rand = msg + (m->rand->rand.data - m->buf);

	for (int i = 0; i < 8; i++)
		t[i] = (uint8_t)(ntp >> (56 - 8 * i));
	if (getrandom(rand, m->rand->rand.len, 0) < 0 || getrandom(msg + 4, 4, 0) < 0)
		die("no random numbers");
}

int main(int argc, char **argv)
{
	static uint8_t msg[KSRTP_MIKEY_MAX_MESSAGE], template[KSRTP_MIKEY_MAX_MESSAGE];
	int64_t begin, end, now, last_ns = 0, sent = 0, failed = 0;
	static struct ksrtp_mikey_msg m;
	struct ksrtp_endpoint to;
	int fd[MAX_SOURCES], n = 0;
	long rate;
	size_t len;
	FILE *f;

	if (argc < 6 || argc - 5 > MAX_SOURCES || ksrtp_text_endpoint(argv[1], 0, &to)) {
		fputs("usage: mikey_forge ADDR:PORT SECONDS RATE MESSAGE-FILE FROM-ADDR...\n",
		      stderr);
		return 2;
	}
	rate = atol(argv[3]);
	f = fopen(argv[4], "rb");
	len = f ? fread(template, 1, sizeof(template), f) : 0;
	if (f)
		fclose(f);
	if (ksrtp_mikey_decode(&m, template, len, 0, NULL) || !m.rand || !m.sign)
		die("no message to begin with");
	memcpy(msg, template, len);
	for (; n < argc - 5; n++)
		fd[n] = source(argv[5 + n], &to);
	begin = now = clock_ns(CLOCK_MONOTONIC);
	end = begin + atol(argv[2]) * INT64_C(1000000000);
	while (now < end) {
		/* as many as should have been sent by now; a pause makes them a burst */
		while (sent + failed < (now - begin) / 1000 * rate / 1000000) {
			forge(msg, &m, &last_ns);
			if (send(fd[sent % n], msg, len, 0) == (ssize_t)len)
				sent++;
			else
				failed++;
		}
		nanosleep(&(struct timespec){ .tv_nsec = 500000 }, NULL);
		now = clock_ns(CLOCK_MONOTONIC);
	}
	printf("sent=%lld failed=%lld rate=%lld\n", (long long)sent, (long long)failed,
	       (long long)(sent * INT64_C(1000000000) / (now - begin)));
	return 0;
}
