/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An RTP endpoint for tests: plain, or SRTP by libsrtp2. It does the commands of
 * its command line one after the other, and says at the end, or when it is told
 * to terminate, what it saw. Packets that come in are looked at all the time. See
 * usage().
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <srtp2/srtp.h>

#include "base/text.h"
#include "peer_rtp.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

static void usage(void)
{
	fputs("usage: srtp_peer -l LOCAL -r REMOTE [options] COMMAND...\n"
	      "  -l ADDR:PORT  local end           -r ADDR:PORT  remote end\n"
	      "  -L PORT  local RTCP port          -R PORT  remote RTCP port (default: RTP's)\n"
	      "  -s SUITE -t KEYFILE... -k KEYFILE...  SRTP: keys to send and to receive with\n"
	      "           ([Key] MasterKey, MasterSalt, Mki in hex); without -s plain RTP\n"
	      "  -S SSRC  -q SEQ  -p PAYLOAD  -g GAP_MS\n"
	      "  -V CHAR  version of the text      -W N  replay window of libsrtp2\n"
	      "  -C       no UDP checksum (IPv4)   -D    do not fragment\n"
	      "  -T TOS   differentiated services and congestion field\n"
	      "  -M       REMOTE is a multicast group: be in it, on the interface of LOCAL\n"
	      "  -E       SRTCP authenticated only (E = 0), to send and to receive\n"
	      "  -x ID    SRTP: encrypt this element of header extensions too; again for others\n"
	      "  -a       accept repeats, -A also altered packets, without failing\n"
	      "commands:\n"
	      "  send N, rtcp N          N packets\n"
	      "  gso N                   N packets as one UDP_SEGMENT send (plain RTP only)\n"
	      "  skip N, back N, seq N   move the sequence number\n"
	      "  ssrc N, payload N, csrcs N, ext WORDS, padding N, version C, gap MS,\n"
	      "  elements 1|2 (RFC 8285, with headers of so many octets; 0: none),\n"
	      "  remote ADDR:PORT\n"
	      "  key I                   send with the I-th key, from 0\n"
	      "  rkey I                  without MKI: receive with the I-th key\n"
	      "  replay N                the last N packets as they were on the wire\n"
	      "  forge KIND N            N RTP packets, spoiled; forge-rtcp KIND N\n"
	      "  forge-all               one of each kind, RTP, and RTCP\n"
	      "  garbage N               N datagrams of noise that start like RTP\n"
	      "  reflect N MS            send back the next N packets as they come in\n"
	      "  ssrcs N                 one packet each of N new SSRCs\n"
	      "  hex OCTETS              one datagram\n"
	      "  expect N MS             wait for N RTP packets in all\n"
	      "  expect-rtcp N MS        wait for N RTCP packets in all\n"
	      "  quiet MS                nothing may come in\n"
	      "  wait MS                 look at what comes in\n"
	      "  mark                    counts of expect and the result begin again\n",
	      stderr);
	exit(2);
}

enum {
	HISTORY = 256,
	MAX_KEYS = 4,
	MAX_HDREXT = 8,
	/* trailer: tag, index, MKI; libsrtp wants room for its largest */
	BUF = PEER_MAX_PACKET + SRTP_MAX_TRAILER_LEN + 128,
	SEEN_SSRCS = 64,
};

struct sent {
	size_t len;
	bool rtcp;
	uint8_t *d;
};

struct keys {
	unsigned int n;
	size_t mki_len;
	uint8_t key[MAX_KEYS][64];
	uint8_t mki[MAX_KEYS][128];
	srtp_master_key_t mk[MAX_KEYS], *mkp[MAX_KEYS];
};

/* Which of the last 65536 packets of one SSRC came in. */
struct ssrc_seen {
	uint32_t ssrc;
	int64_t top;
	uint8_t rtp[65536];
};

static struct {
	int fd, rtcp_fd, group_fd;
	struct sockaddr_storage to, rtcp_to;
	socklen_t to_len;
	struct peer_shape shape;
	uint16_t seq;
	uint32_t rtcp_count;
	unsigned int gap, key, reflect;
	bool srtp, aead, clear_rtcp, accept_repeats, accept_altered;
	const char *suite;
	size_t tag_len, rtcp_tag_len;
	struct keys tx_keys, rx_keys;
	int hdrext[MAX_HDREXT], nhdrext;
	srtp_t tx, rx;
	unsigned long window;
	struct sent history[HISTORY];
	unsigned int sent_total;
	struct ssrc_seen *seen[SEEN_SSRCS];
} peer;

/* what came of it */
static struct {
	unsigned int sent, rtcp_sent, send_errors, mtu_errors, protect_refused;
	unsigned int received, rtcp, repeats, altered, junk, undecryptable;
	unsigned int others;	/* right, but of another version */
	unsigned int reflected;
	uint32_t last_seq;
} res;

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
static void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("srtp_peer: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(2);
}

static unsigned long number(const char *s)
{
	char *end;
	unsigned long v = strtoul(s, &end, 0);

	if (!*s || *end)
		die("not a number: %s", s);
	return v;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static socklen_t to_sockaddr(const struct ksrtp_endpoint *e, struct sockaddr_storage *ss)
{
	memset(ss, 0, sizeof(*ss));
	if (e->addr.len == 4) {
		struct sockaddr_in *a = (struct sockaddr_in *)ss;

		a->sin_family = AF_INET;
		a->sin_port = htons(e->port);
		memcpy(&a->sin_addr, e->addr.b, 4);
		return sizeof(*a);
	} else {
		struct sockaddr_in6 *a = (struct sockaddr_in6 *)ss;

		a->sin6_family = AF_INET6;
		a->sin6_port = htons(e->port);
		memcpy(&a->sin6_addr, e->addr.b, 16);
		return sizeof(*a);
	}
}

static struct ksrtp_endpoint endpoint(const char *s)
{
	struct ksrtp_endpoint e;

	if (ksrtp_text_endpoint(s, 0, &e))
		die("not ADDR:PORT: %s", s);
	return e;
}

static void read_key(struct keys *k, const char *path)
{
	char line[1024], name[32], hex[512];
	size_t key_len = 0, salt_len = 0, mki_len = 0;
	uint8_t key[64], salt[64];
	FILE *f = fopen(path, "r");

	if (!f || k->n == MAX_KEYS)
		die("%s: %s", path, f ? "too many keys" : strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%31[A-Za-z] = %511s", name, hex) != 2)
			continue;
		if (!strcmp(name, "MasterKey") &&
		    ksrtp_text_unhex_var(key, sizeof(key), &key_len, hex))
			die("%s: MasterKey", path);
		if (!strcmp(name, "MasterSalt") &&
		    ksrtp_text_unhex_var(salt, sizeof(salt), &salt_len, hex))
			die("%s: MasterSalt", path);
		if (!strcmp(name, "Mki") &&
		    ksrtp_text_unhex_var(k->mki[k->n], sizeof(k->mki[0]), &mki_len, hex))
			die("%s: Mki", path);
	}
	fclose(f);
	if (!key_len || key_len + salt_len > sizeof(k->key[0]))
		die("%s: no key", path);
	memcpy(k->key[k->n], key, key_len);
	memcpy(k->key[k->n] + key_len, salt, salt_len);
	k->mki_len = mki_len;
	k->n++;
}

/* SRTCP has an 80-bit tag with each; AES-192 of libsrtp2 with NSS is not RFC 6188's. */
static const struct {
	const char *name;
	void (*rtp)(srtp_crypto_policy_t *p);
	void (*rtcp)(srtp_crypto_policy_t *p);
} suites[] = {
	/* the default is that suite, and has no other function */
	{ "AES_CM_128_HMAC_SHA1_80", srtp_crypto_policy_set_rtp_default,
	  srtp_crypto_policy_set_rtp_default },
	{ "AES_CM_128_HMAC_SHA1_32", srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32,
	  srtp_crypto_policy_set_rtp_default },
	{ "AES_256_CM_HMAC_SHA1_80", srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80,
	  srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80 },
	{ "AES_256_CM_HMAC_SHA1_32", srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32,
	  srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80 },
	{ "AEAD_AES_128_GCM", srtp_crypto_policy_set_aes_gcm_128_16_auth,
	  srtp_crypto_policy_set_aes_gcm_128_16_auth },
	{ "AEAD_AES_256_GCM", srtp_crypto_policy_set_aes_gcm_256_16_auth,
	  srtp_crypto_policy_set_aes_gcm_256_16_auth },
	{ "NULL_HMAC_SHA1_80", srtp_crypto_policy_set_null_cipher_hmac_sha1_80,
	  srtp_crypto_policy_set_null_cipher_hmac_sha1_80 },
	{ "NULL_HMAC_SHA1_32", srtp_crypto_policy_set_null_cipher_hmac_sha1_80,
	  srtp_crypto_policy_set_null_cipher_hmac_sha1_80 },
	{ NULL, NULL, NULL },
};

/* Without MKI a session has one key at a time, the first-th. */
static srtp_policy_t policy(struct keys *k, unsigned int first, srtp_ssrc_type_t type)
{
	const char *suite = peer.suite;
	size_t s_i = 0;
	srtp_policy_t p;

	memset(&p, 0, sizeof(p));
	while (suites[s_i].name && strcmp(suites[s_i].name, suite))
		s_i++;
	if (!suites[s_i].name)
		die("unknown suite %s", suite);
	suites[s_i].rtp(&p.rtp);
	suites[s_i].rtcp(&p.rtcp);
	if (strstr(suite, "SHA1_32"))
		p.rtp.auth_tag_len = 4; /* there is no call for NULL */
	if (peer.clear_rtcp)
		p.rtcp.sec_serv = sec_serv_auth;
	peer.tag_len = (size_t)p.rtp.auth_tag_len;
	peer.rtcp_tag_len = (size_t)p.rtcp.auth_tag_len;
	peer.aead = !strncmp(suite, "AEAD", 4);
	for (unsigned int i = 0; i < k->n; i++) {
		k->mk[i].key = k->key[i];
		k->mk[i].mki_id = k->mki[i];
		k->mk[i].mki_size = (unsigned int)k->mki_len;
		k->mkp[i] = &k->mk[i];
	}
	p.ssrc.type = type;
	p.window_size = peer.window;
	p.enc_xtn_hdr = peer.nhdrext ? peer.hdrext : NULL;
	p.enc_xtn_hdr_count = peer.nhdrext;
	if (k->mki_len) {
		p.keys = k->mkp;
		p.num_master_keys = k->n;
	} else {
		p.key = k->key[first];
	}
	return p;
}

static srtp_t session(struct keys *k, srtp_ssrc_type_t type)
{
	srtp_policy_t p = policy(k, 0, type);
	srtp_t s;

	if (srtp_create(&s, &p) != srtp_err_status_ok)
		die("libsrtp2 does not take the keys");
	return s;
}

/* Go on with another key; libsrtp2 keeps the rollover counters of the streams. */
static void change_key(srtp_t s, struct keys *k, unsigned int i, srtp_ssrc_type_t type)
{
	srtp_policy_t p;

	if (i >= k->n)
		usage();
	p = policy(k, i, type);
	if (srtp_update(s, &p) != srtp_err_status_ok)
		die("libsrtp2 does not change its key");
}

static int open_socket(struct ksrtp_endpoint e, bool no_check, bool df)
{
	struct sockaddr_storage ss;
	socklen_t len = to_sockaddr(&e, &ss);
	int fd = socket(ss.ss_family, SOCK_DGRAM, 0), one = 1, buf = 4 << 20;
	int pmtu = df ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT;

	if (fd < 0 || bind(fd, (struct sockaddr *)&ss, len))
		die("bind: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buf, sizeof(buf));
	if (no_check)
		setsockopt(fd, SOL_SOCKET, SO_NO_CHECK, &one, sizeof(one));
	if (ss.ss_family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &pmtu, sizeof(pmtu));
	else
		setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &pmtu, sizeof(pmtu));
	return fd;
}

/* What comes to the group comes here; what goes there goes from the local end. */
static int join(struct ksrtp_endpoint group, struct ksrtp_endpoint local)
{
	int fd = open_socket(group, false, false), err;

	if (group.addr.len == 4) {
		struct ip_mreq m = { 0 };

		memcpy(&m.imr_multiaddr, group.addr.b, 4);
		memcpy(&m.imr_interface, local.addr.b, 4);
		err = setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof(m));
	} else {
		struct ipv6_mreq m = { 0 };

		memcpy(&m.ipv6mr_multiaddr, group.addr.b, 16);
		err = setsockopt(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &m, sizeof(m));
	}
	if (err)
		die("the group cannot be joined: %s", strerror(errno));
	return fd;
}

static bool seen_before(uint32_t ssrc, uint32_t seq)
{
	struct ssrc_seen *e;
	unsigned int i;
	int64_t index;
	bool was;

	for (i = 0; i < SEEN_SSRCS && peer.seen[i] && peer.seen[i]->ssrc != ssrc; i++)
		;
	if (i == SEEN_SSRCS)
		return false;
	e = peer.seen[i];
	if (!e) {
		e = peer.seen[i] = calloc(1, sizeof(*e));
		if (!e)
			die("no memory");
		e->ssrc = ssrc;
		e->top = 65536 + seq;
	}
	index = e->top + (int16_t)(seq - (uint32_t)e->top);
	while (e->top < index)
		e->rtp[++e->top & 0xffff] = 0;
	was = e->rtp[index & 0xffff];
	e->rtp[index & 0xffff] = 1;
	return was;
}

static void take(uint8_t *p, size_t n)
{
	uint32_t ssrc = 0, seq = 0;
	int len = (int)n;
	char version = 0;

	if (peer.srtp) {
		bool rtcp = n > 1 && p[1] >= 192 && p[1] <= 223;
		srtp_err_status_t e;

		e = rtcp ? srtp_unprotect_rtcp_mki(peer.rx, p, &len, !!peer.rx_keys.mki_len) :
			   srtp_unprotect_mki(peer.rx, p, &len, !!peer.rx_keys.mki_len);
		if (e) {
			res.undecryptable++;
			return;
		}
	}
	switch (peer_rtp_check(p, (size_t)len, &ssrc, &seq, &version)) {
	case PEER_SEEN_RTP:
		if (seen_before(ssrc, seq))
			res.repeats++;
		else
			res.received++;
		if (version != peer.shape.version)
			res.others++;
		res.last_seq = seq;
		break;
	case PEER_SEEN_RTCP:
		res.rtcp++;
		break;
	case PEER_SEEN_OTHER:
		res.altered++;
		break;
	default:
		res.junk++;
	}
}

/* Look at what comes in for so long, or until n RTP or RTCP packets are there. */
static bool look(int64_t ms, unsigned int rtp, unsigned int rtcp)
{
	static uint8_t buf[BUF] __attribute__((aligned(8)));
	int64_t end = now_ms() + ms;

	for (;;) {
		struct pollfd fds[3] = {
			{ .fd = peer.fd, .events = POLLIN },
			{ .fd = peer.rtcp_fd, .events = POLLIN },
			{ .fd = peer.group_fd, .events = POLLIN },
		};
		int64_t left = end - now_ms();

		if ((rtp || rtcp) && res.received >= rtp && res.rtcp >= rtcp)
			return true;
		if (left < 0 || stopped)
			return false;
		if (poll(fds, 3, (int)left) <= 0)
			continue;
		for (int i = 0; i < 3; i++) {
			ssize_t n;

			if (!(fds[i].revents & POLLIN))
				continue;
			n = recv(fds[i].fd, buf, PEER_MAX_PACKET, MSG_DONTWAIT);
			if (n < 0)
				continue;
			if (peer.reflect) {
				peer.reflect--;
				if (sendto(fds[i].fd, buf, (size_t)n, 0,
					   (struct sockaddr *)(i == 1 ? &peer.rtcp_to : &peer.to),
					   peer.to_len) < 0)
					res.send_errors++;
				res.reflected++;
				continue;
			}
			take(buf, (size_t)n);
		}
	}
}

static void out(bool rtcp, const uint8_t *p, size_t len)
{
	bool own_port = rtcp && peer.rtcp_fd >= 0;

	if (sendto(own_port ? peer.rtcp_fd : peer.fd, p, len, 0,
		   (struct sockaddr *)(rtcp ? &peer.rtcp_to : &peer.to), peer.to_len) < 0) {
		if (errno == EMSGSIZE)
			res.mtu_errors++;
		else
			res.send_errors++;
	}
	look(peer.gap, 0, 0);
}

static void remember(bool rtcp, const uint8_t *p, size_t len)
{
	struct sent *s = &peer.history[peer.sent_total++ % HISTORY];

	free(s->d);
	s->d = malloc(len);
	if (!s->d)
		die("no memory");
	memcpy(s->d, p, len);
	s->len = len;
	s->rtcp = rtcp;
}

/* Make and protect the next packet; 0 if libsrtp refused. */
static size_t make(bool rtcp, uint8_t *p)
{
	size_t n = rtcp ? peer_rtcp_make(peer.shape.ssrc, peer.rtcp_count++, p, PEER_MAX_PACKET) :
			  peer_rtp_make(&peer.shape, peer.seq++, p, PEER_MAX_PACKET);
	int len = (int)n;

	if (!n)
		die("this packet cannot be made");
	if (peer.srtp) {
		srtp_err_status_t e;

		e = rtcp ? srtp_protect_rtcp_mki(peer.tx, p, &len, !!peer.tx_keys.mki_len,
						 peer.key) :
			   srtp_protect_mki(peer.tx, p, &len, !!peer.tx_keys.mki_len, peer.key);
		if (e) {
			res.protect_refused++;
			return 0;
		}
	}
	return (size_t)len;
}

static void send_packets(bool rtcp, unsigned long count)
{
	static uint8_t buf[BUF] __attribute__((aligned(8)));

	while (count-- && !stopped) {
		size_t n = make(rtcp, buf);

		if (!n)
			continue;
		remember(rtcp, buf, n);
		out(rtcp, buf, n);
		if (rtcp)
			res.rtcp_sent++;
		else
			res.sent++;
	}
}

static void gso(unsigned long count)
{
	static uint8_t buf[BUF];
	char control[CMSG_SPACE(sizeof(uint16_t))] = { 0 };
	struct iovec iov = { .iov_base = buf };
	struct msghdr m = {
		.msg_name = &peer.to,
		.msg_namelen = peer.to_len,
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	uint16_t size = 0;

	if (peer.srtp)
		die("gso is for plain RTP");
	for (unsigned long i = 0; i < count; i++) {
		size_t n = peer_rtp_make(&peer.shape, peer.seq++, buf + iov.iov_len,
					 PEER_MAX_PACKET - iov.iov_len);

		if (!n)
			die("too much for one send");
		size = (uint16_t)n;
		iov.iov_len += n;
	}
	c->cmsg_level = SOL_UDP;
	c->cmsg_type = UDP_SEGMENT;
	c->cmsg_len = CMSG_LEN(sizeof(size));
	memcpy(CMSG_DATA(c), &size, sizeof(size));
	if (sendmsg(peer.fd, &m, 0) < 0)
		res.send_errors++;
	else
		res.sent += (unsigned int)count;
	look(peer.gap, 0, 0);
}

static bool forge(bool rtcp, const char *kind, unsigned long count)
{
	static uint8_t buf[BUF] __attribute__((aligned(8)));

	while (count-- && !stopped) {
		size_t n = make(rtcp, buf);

		if (!n)
			continue;
		if (!peer_forge(kind, rtcp, peer.aead,
				peer.srtp ? peer.tx_keys.mki_len : 0,
				peer.srtp ? (rtcp ? peer.rtcp_tag_len : peer.tag_len) : 0, buf, &n,
				sizeof(buf)))
			return false;
		out(rtcp, buf, n);
	}
	return true;
}

static void garbage(unsigned long count)
{
	static uint8_t buf[512];

	while (count-- && !stopped) {
		size_t n = 1 + (size_t)(rand() % (int)(sizeof(buf) - 1));

		for (size_t i = 0; i < n; i++)
			buf[i] = (uint8_t)rand();
		buf[0] = (uint8_t)(0x80 | (buf[0] & 0x3f));
		out(false, buf, n);
	}
}

static void result(void)
{
	printf("sent=%u rtcp-sent=%u send-errors=%u mtu-errors=%u protect-refused=%u received=%u rtcp=%u repeats=%u altered=%u junk=%u undecryptable=%u others=%u reflected=%u last-seq=%u\n",
	       res.sent, res.rtcp_sent, res.send_errors, res.mtu_errors, res.protect_refused,
	       res.received, res.rtcp, res.repeats, res.altered, res.junk, res.undecryptable,
	       res.others, res.reflected, (unsigned int)res.last_seq);
	fflush(stdout);
}

static bool command(char ***argv)
{
	const char *c = *(*argv)++, *a = NULL, *b = NULL;
	static const char *const two[] = { "forge", "forge-rtcp", "expect", "expect-rtcp", "reflect",
					   NULL };
	static const char *const none[] = { "mark", "forge-all", NULL };
	unsigned int i, args = 1;

	for (i = 0; two[i]; i++)
		args = !strcmp(c, two[i]) ? 2 : args;
	for (i = 0; none[i]; i++)
		args = !strcmp(c, none[i]) ? 0 : args;
	if (args > 0 && !(a = *(*argv)++))
		usage();
	if (args > 1 && !(b = *(*argv)++))
		usage();

	if (!strcmp(c, "send")) {
		send_packets(false, number(a));
	} else if (!strcmp(c, "rtcp")) {
		send_packets(true, number(a));
	} else if (!strcmp(c, "gso")) {
		gso(number(a));
	} else if (!strcmp(c, "skip")) {
		peer.seq = (uint16_t)(peer.seq + number(a));
	} else if (!strcmp(c, "back")) {
		peer.seq = (uint16_t)(peer.seq - number(a));
	} else if (!strcmp(c, "seq")) {
		peer.seq = (uint16_t)number(a);
	} else if (!strcmp(c, "ssrc")) {
		peer.shape.ssrc = (uint32_t)number(a);
	} else if (!strcmp(c, "key")) {
		peer.key = (unsigned int)number(a);
		if (peer.srtp && !peer.tx_keys.mki_len)
			change_key(peer.tx, &peer.tx_keys, peer.key, ssrc_any_outbound);
	} else if (!strcmp(c, "rkey")) {
		if (!peer.srtp || peer.rx_keys.mki_len)
			usage();
		change_key(peer.rx, &peer.rx_keys, (unsigned int)number(a), ssrc_any_inbound);
	} else if (!strcmp(c, "payload")) {
		peer.shape.payload = (unsigned int)number(a);
	} else if (!strcmp(c, "csrcs")) {
		peer.shape.csrcs = (unsigned int)number(a);
	} else if (!strcmp(c, "ext")) {
		peer.shape.ext = true;
		peer.shape.ext_words = (unsigned int)number(a);
	} else if (!strcmp(c, "elements")) {
		peer.shape.elements = (unsigned int)number(a);
	} else if (!strcmp(c, "padding")) {
		peer.shape.padding = (unsigned int)number(a);
	} else if (!strcmp(c, "version")) {
		peer.shape.version = a[0];
	} else if (!strcmp(c, "gap")) {
		peer.gap = (unsigned int)number(a);
	} else if (!strcmp(c, "remote")) {
		struct ksrtp_endpoint e = endpoint(a);

		peer.to_len = to_sockaddr(&e, &peer.to);
		peer.rtcp_to = peer.to;
	} else if (!strcmp(c, "replay")) {
		unsigned long n = number(a);

		if (n > HISTORY || n > peer.sent_total)
			die("nothing to replay");
		for (; n; n--) {
			struct sent *s = &peer.history[(peer.sent_total - n) % HISTORY];

			out(s->rtcp, s->d, s->len);
		}
	} else if (!strcmp(c, "forge") || !strcmp(c, "forge-rtcp")) {
		if (!forge(c[5] == '-', a, number(b)))
			die("cannot forge %s", a);
	} else if (!strcmp(c, "forge-all")) {
		for (i = 0; peer_forge_kinds[i]; i++) {
			forge(false, peer_forge_kinds[i], 1);
			forge(true, peer_forge_kinds[i], 1);
		}
	} else if (!strcmp(c, "garbage")) {
		garbage(number(a));
	} else if (!strcmp(c, "ssrcs")) {
		uint32_t was = peer.shape.ssrc;

		for (unsigned long n = number(a); n; n--) {
			peer.shape.ssrc++;
			send_packets(false, 1);
		}
		peer.shape.ssrc = was;
	} else if (!strcmp(c, "hex")) {
		static uint8_t buf[2048];
		size_t n;

		if (ksrtp_text_unhex_var(buf, sizeof(buf), &n, a))
			die("not hex: %s", a);
		out(false, buf, n);
	} else if (!strcmp(c, "expect") || !strcmp(c, "expect-rtcp")) {
		bool rtcp = c[6] == '-';
		unsigned int n = (unsigned int)number(a);

		if (!look((int64_t)number(b), rtcp ? 0 : n, rtcp ? n : 0)) {
			fprintf(stderr, "srtp_peer: %s %u: %u came\n", c, n,
				rtcp ? res.rtcp : res.received);
			return false;
		}
	} else if (!strcmp(c, "reflect")) {
		unsigned int n = (unsigned int)number(a);
		int64_t end = now_ms() + (int64_t)number(b);

		for (peer.reflect = n; peer.reflect && now_ms() < end;)
			look(10, 0, 0);
		if (peer.reflect) {
			fprintf(stderr, "srtp_peer: reflect %u: %u came\n", n, n - peer.reflect);
			return false;
		}
	} else if (!strcmp(c, "quiet")) {
		unsigned int before = res.received + res.rtcp + res.repeats + res.altered +
				      res.junk + res.undecryptable;

		look((int64_t)number(a), 0, 0);
		if (res.received + res.rtcp + res.repeats + res.altered + res.junk +
			    res.undecryptable !=
		    before) {
			fprintf(stderr, "srtp_peer: quiet: something came\n");
			return false;
		}
	} else if (!strcmp(c, "wait")) {
		look((int64_t)number(a), 0, 0);
	} else if (!strcmp(c, "mark")) {
		result();
		memset(&res, 0, sizeof(res));
	} else {
		usage();
	}
	return true;
}

int main(int argc, char **argv)
{
	const char *local = NULL, *remote = NULL;
	unsigned int rtcp_local = 0, rtcp_remote = 0;
	bool no_check = false, df = false, group = false, ok = true;
	/* poll() is to return */
	const struct sigaction on_term = { .sa_handler = stop };
	struct ksrtp_endpoint le, re;
	int o, tos = 0;

	peer.rtcp_fd = -1;
	peer.group_fd = -1;
	peer.window = 1024;
	peer.seq = 1;
	peer.shape.ssrc = 0x6b737274;
	peer.shape.payload = 160;
	peer.shape.version = '0';
	while ((o = getopt(argc, argv, "+l:r:L:R:s:t:k:S:q:p:g:V:W:T:x:CDMEaA")) >= 0) {
		switch (o) {
		case 'l':
			local = optarg;
			break;
		case 'r':
			remote = optarg;
			break;
		case 'L':
			rtcp_local = (unsigned int)number(optarg);
			break;
		case 'R':
			rtcp_remote = (unsigned int)number(optarg);
			break;
		case 's':
			peer.suite = optarg;
			break;
		case 't':
			read_key(&peer.tx_keys, optarg);
			break;
		case 'k':
			read_key(&peer.rx_keys, optarg);
			break;
		case 'S':
			peer.shape.ssrc = (uint32_t)number(optarg);
			break;
		case 'q':
			peer.seq = (uint16_t)number(optarg);
			break;
		case 'p':
			peer.shape.payload = (unsigned int)number(optarg);
			break;
		case 'g':
			peer.gap = (unsigned int)number(optarg);
			break;
		case 'V':
			peer.shape.version = optarg[0];
			break;
		case 'W':
			peer.window = number(optarg);
			break;
		case 'x':
			if (peer.nhdrext == MAX_HDREXT)
				die("too many elements");
			peer.hdrext[peer.nhdrext++] = (int)number(optarg);
			break;
		case 'C':
			no_check = true;
			break;
		case 'D':
			df = true;
			break;
		case 'T':
			tos = (int)number(optarg);
			break;
		case 'M':
			group = true;
			break;
		case 'E':
			peer.clear_rtcp = true;
			break;
		case 'A':
			peer.accept_altered = true;
			peer.accept_repeats = true;
			break;
		case 'a':
			peer.accept_repeats = true;
			break;
		default:
			usage();
		}
	}
	if (!local || !remote || !argv[optind])
		usage();
	sigaction(SIGTERM, &on_term, NULL);
	le = endpoint(local);
	re = endpoint(remote);
	peer.fd = open_socket(le, no_check, df);
	if (tos && setsockopt(peer.fd, le.addr.len == 4 ? IPPROTO_IP : IPPROTO_IPV6,
			      le.addr.len == 4 ? IP_TOS : IPV6_TCLASS, &tos, sizeof(tos)))
		die("-T: %s", strerror(errno));
	peer.to_len = to_sockaddr(&re, &peer.to);
	if (group)
		peer.group_fd = join(re, le);
	if (rtcp_local) {
		le.port = (uint16_t)rtcp_local;
		peer.rtcp_fd = open_socket(le, no_check, df);
	}
	if (rtcp_remote)
		re.port = (uint16_t)rtcp_remote;
	to_sockaddr(&re, &peer.rtcp_to);
	if (peer.suite) {
		peer.srtp = true;
		if (!peer.tx_keys.n || !peer.rx_keys.n || srtp_init())
			die("keys to send and to receive with are needed");
		peer.tx = session(&peer.tx_keys, ssrc_any_outbound);
		peer.rx = session(&peer.rx_keys, ssrc_any_inbound);
	}
	argv += optind;
	while (ok && *argv && !stopped)
		ok = command(&argv);
	result();
	if (!ok && !stopped)
		return 1;
	if ((res.repeats && !peer.accept_repeats) || (res.altered && !peer.accept_altered))
		return 1;
	return 0;
}
