// SPDX-License-Identifier: BSD-3-Clause
/*
 * A telephone without our kernel module: MIKEY-SAKKE by libksrtp-mikey and
 * libksrtp-sakke, SRTP by libsrtp2. It answers MIKEY on port 2269, calls back
 * with a message of its own, plays a file of mu-law octets and records another.
 *
 *	their FROM  --SRTP-->  our RECEIVE	keyed by the message we answer
 *	their TO    <--SRTP--  our SEND		keyed by the message we send
 *
 * RTCP is on the next port of each. One peer, one call, then it ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <ksrtp/mikey.h>

#include "base/secret.h"
#include "base/text.h"
#include "endpoint_keys.h"
#include "endpoint_order.h"
#include "endpoint_srtp.h"

enum {
	BLOCK = 160, /* octets of a packet's payload, 20 ms */
	BLOCK_MS = 20,
	RTP_HEADER = 12,
	REPORT_MS = 2000, /* between RTCP sender reports */
	QUIET_MS = 2500, /* over when nothing has come for so long, and all is said */
	TALK_MS = 10000, /* for one MIKEY exchange over TCP */
	MAX_EXCHANGES = 32,
	PACKET = 2048,
};

enum { SOCK_TCP, SOCK_UDP, SOCK_RTP, SOCK_RTCP, N_SOCKS };

struct options {
	const char *domain, *sets[4], *identity, *peer, *play, *record, *report;
	size_t n_sets;
	struct ksrtp_addr local, peer_addr;
	uint16_t receive, from, send, to;
	unsigned int suite;
	unsigned int seconds;
	bool udp, call_first;
};

struct exchange {
	const char *role;
	char peer[KSRTP_MIKEY_MAX_URI + 1];
	uint32_t csb;
	bool verified; /* their signature, by us */
	bool secure; /* media proved that both have the key */
};

/* What must not be swapped out or dumped. */
struct secrets {
	struct ksrtp_mikey_keys keys;
	struct ksrtp_mikey_srtp_key srtp;
	uint8_t ssv[KSRTP_MIKEY_SSV_LEN];
};

struct endpoint {
	struct options opt;
	struct endpoint_keys *keys;
	struct secrets *secrets;
	struct ksrtp_mikey_receiver *rx;
	struct endpoint_srtp *in, *out;
	int sock[N_SOCKS], send_rtp, send_rtcp;
	FILE *play;
	struct endpoint_order record;
	struct exchange exchange[MAX_EXCHANGES];
	size_t n_exchanges;
	int64_t last_time;
	uint64_t next_ms, next_report_ms, heard_ms;
	bool called_back, all_said;
	uint32_t ssrc, rtp_time;
	uint16_t seq;
	unsigned long sent, received, refused, rtcp_sent, rtcp_received, rtcp_refused,
		mikey_refused;
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *fmt, ...)
{
	va_list ap;

	fputs("mikey_endpoint: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static uint64_t now_ms(void)
{
	return (uint64_t)clock_ns(CLOCK_MONOTONIC) / 1000000;
}

/* --- sockets ------------------------------------------------------------- */

static int open_socket(const struct ksrtp_addr *addr, uint16_t port, int type)
{
	struct ksrtp_endpoint ep = { .addr = *addr, .port = port };
	struct sockaddr_storage sa;
	socklen_t len = ksrtp_endpoint_to_sockaddr(&ep, &sa);
	int one = 1, fd = socket(sa.ss_family, type | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&sa, len)) {
		say("port %u: %s", port, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static int connect_to(int fd, const struct ksrtp_addr *addr, uint16_t port)
{
	struct ksrtp_endpoint ep = { .addr = *addr, .port = port };
	struct sockaddr_storage sa;
	socklen_t len = ksrtp_endpoint_to_sockaddr(&ep, &sa);

	return connect(fd, (struct sockaddr *)&sa, len);
}

static int open_all(struct endpoint *e)
{
	const struct options *o = &e->opt;

	e->sock[SOCK_TCP] = open_socket(&o->local, KSRTP_MIKEY_PORT, SOCK_STREAM);
	e->sock[SOCK_UDP] = open_socket(&o->local, KSRTP_MIKEY_PORT, SOCK_DGRAM);
	e->sock[SOCK_RTP] = open_socket(&o->local, o->receive, SOCK_DGRAM);
	e->sock[SOCK_RTCP] = open_socket(&o->local, (uint16_t)(o->receive + 1), SOCK_DGRAM);
	e->send_rtp = open_socket(&o->local, o->send, SOCK_DGRAM);
	e->send_rtcp = open_socket(&o->local, (uint16_t)(o->send + 1), SOCK_DGRAM);
	for (int i = 0; i < N_SOCKS; i++)
		if (e->sock[i] < 0)
			return -1;
	if (e->send_rtp < 0 || e->send_rtcp < 0)
		return -1;
	if (listen(e->sock[SOCK_TCP], 8) || connect_to(e->send_rtp, &o->peer_addr, o->to) ||
	    connect_to(e->send_rtcp, &o->peer_addr, (uint16_t)(o->to + 1))) {
		say("sockets: %s", strerror(errno));
		return -1;
	}
	return 0;
}

/* --- MIKEY --------------------------------------------------------------- */

static struct exchange *note(struct endpoint *e, const char *role, const char *peer, uint32_t csb)
{
	struct exchange *x;

	if (e->n_exchanges == MAX_EXCHANGES)
		return NULL;
	x = &e->exchange[e->n_exchanges++];
	*x = (struct exchange){ .role = role, .csb = csb };
	snprintf(x->peer, sizeof(x->peer), "%s", peer);
	return x;
}

static void flow_of(struct ksrtp_mikey_flow *flow, const struct ksrtp_addr *initiator,
		    uint16_t initiator_port, const struct ksrtp_addr *responder,
		    uint16_t responder_port)
{
	*flow = (struct ksrtp_mikey_flow){
		.family = initiator->len == 4 ? 4 : 6,
		.initiator_port = initiator_port,
		.responder_port = responder_port,
		.initiator_rtcp_port = (uint16_t)(initiator_port + 1),
		.responder_rtcp_port = (uint16_t)(responder_port + 1),
	};
	memcpy(flow->initiator, initiator->b, sizeof(flow->initiator));
	memcpy(flow->responder, responder->b, sizeof(flow->responder));
}

static bool same_flow(const struct ksrtp_mikey_flow *a, const struct ksrtp_mikey_flow *b)
{
	return a->family == b->family && !memcmp(a->initiator, b->initiator, 16) &&
	       !memcmp(a->responder, b->responder, 16) && a->initiator_port == b->initiator_port &&
	       a->responder_port == b->responder_port &&
	       a->initiator_rtcp_port == b->initiator_rtcp_port &&
	       a->responder_rtcp_port == b->responder_rtcp_port;
}

/* What can be said before the signature is looked at. */
static enum ksrtp_mikey_status admit(void *ctx, const struct ksrtp_mikey_offer *offer)
{
	const struct endpoint *e = ctx;
	const struct options *o = &e->opt;
	struct ksrtp_mikey_flow flow;

	if (strcmp(offer->initiator, o->peer))
		return KSRTP_MIKEY_WRONG_SENDER;
	if (strcmp(offer->responder, o->identity))
		return KSRTP_MIKEY_WRONG_RECIPIENT;
	flow_of(&flow, &o->peer_addr, o->from, &o->local, o->receive);
	if (!same_flow(&flow, &offer->flow) || offer->suite != o->suite || offer->n_cs < 1)
		return KSRTP_MIKEY_REFUSED;
	return KSRTP_MIKEY_OK;
}

/* Answer a message: 0, or an error message of *@answer_len octets is due (which may be 0). */
static int take_message(struct endpoint *e, const uint8_t *buf, size_t len, uint8_t *answer,
			size_t cap, size_t *answer_len)
{
	struct ksrtp_mikey_error hint = { 0 };
	struct ksrtp_mikey_diag diag = { 0 };
	struct ksrtp_mikey_offer offer;
	struct secrets *s = e->secrets;
	enum ksrtp_mikey_status status;
	struct exchange *x;

	*answer_len = 0;
	status = ksrtp_mikey_receive(e->rx, buf, len, clock_ns(CLOCK_REALTIME), NULL, &offer, &hint,
				     &diag);
	if (!status)
		status = ksrtp_mikey_open(&endpoint_ops, e->keys, &offer, &s->keys);
	/* crypto session 1 is what the initiator sends */
	if (!status)
		status = ksrtp_mikey_srtp_key(&s->keys, 1, offer.suite, &s->srtp);
	ksrtp_mikey_keys_wipe(&s->keys);
	if (status) {
		say("a message of %zu octets is refused: %s%s%s", len,
		    ksrtp_mikey_status_name(status), diag.reason ? ": " : "",
		    diag.reason ? diag.reason : "");
		if (status != KSRTP_MIKEY_REPLAY)
			e->mikey_refused++;
		if (hint.answer && ksrtp_mikey_status_error(status) >= 0) {
			hint.no = (uint8_t)ksrtp_mikey_status_error(status);
			if (ksrtp_mikey_error_build(&hint, answer, cap, answer_len))
				*answer_len = 0;
		}
		return -1;
	}
	if (endpoint_srtp_add(e->in, offer.csb_id, &s->srtp)) {
		ksrtp_mikey_srtp_key_wipe(&s->srtp);
		return -1;
	}
	ksrtp_mikey_srtp_key_wipe(&s->srtp);
	x = note(e, "responder", offer.initiator, offer.csb_id);
	if (x)
		x->verified = true;
	say("called by %s, key %08x, %s", offer.initiator, offer.csb_id,
	    ksrtp_mikey_suite_name(offer.suite));
	return 0;
}

static void answer_udp(struct endpoint *e)
{
	uint8_t buf[KSRTP_MIKEY_MAX_MESSAGE], answer[KSRTP_MIKEY_ERROR_MAX];
	struct sockaddr_storage sa;
	socklen_t sa_len = sizeof(sa);
	size_t answer_len;
	ssize_t n = recvfrom(e->sock[SOCK_UDP], buf, sizeof(buf), MSG_DONTWAIT,
			     (struct sockaddr *)&sa, &sa_len);

	if (n < 0)
		return;
	if (take_message(e, buf, (size_t)n, answer, sizeof(answer), &answer_len) && answer_len)
		sendto(e->sock[SOCK_UDP], answer, answer_len, MSG_DONTWAIT, (struct sockaddr *)&sa,
		       sa_len);
}

/* Read until the other side closes its half, or @cap octets, or the time is over. */
static ssize_t read_all(int fd, uint8_t *buf, size_t cap)
{
	uint64_t end = now_ms() + TALK_MS;
	size_t len = 0;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		uint64_t now = now_ms();
		ssize_t n;

		if (stop || now >= end || poll(&p, 1, (int)(end - now)) <= 0)
			return -1;
		n = read(fd, buf + len, cap - len);
		if (n < 0)
			return -1;
		if (n == 0)
			return (ssize_t)len;
		len += (size_t)n;
		if (len == cap)
			return -1;
	}
}

static void answer_tcp(struct endpoint *e)
{
	uint8_t buf[KSRTP_MIKEY_MAX_MESSAGE + 1], answer[KSRTP_MIKEY_ERROR_MAX];
	int fd = accept4(e->sock[SOCK_TCP], NULL, NULL, SOCK_CLOEXEC);
	size_t answer_len;
	ssize_t n;

	if (fd < 0)
		return;
	n = read_all(fd, buf, sizeof(buf));
	if (n > 0 && take_message(e, buf, (size_t)n, answer, sizeof(answer), &answer_len) &&
	    answer_len && send(fd, answer, answer_len, MSG_NOSIGNAL) < 0)
		say("the answer: %s", strerror(errno));
	close(fd);
}

static int send_tcp(const struct endpoint *e, const uint8_t *buf, size_t len)
{
	struct timeval limit = { .tv_sec = TALK_MS / 1000 };
	uint8_t answer[KSRTP_MIKEY_MAX_MESSAGE];
	struct ksrtp_mikey_error error;
	int fd = open_socket(&e->opt.local, 0, SOCK_STREAM);
	ssize_t n;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect_to(fd, &e->opt.peer_addr, KSRTP_MIKEY_PORT) ||
	    send(fd, buf, len, MSG_NOSIGNAL) != (ssize_t)len || shutdown(fd, SHUT_WR)) {
		say("MIKEY over TCP: %s", strerror(errno));
		close(fd);
		return -1;
	}
	n = read_all(fd, answer, sizeof(answer));
	close(fd);
	if (n == 0)
		return 0;
	if (n > 0 && !ksrtp_mikey_error_parse(&error, answer, (size_t)n, NULL))
		say("our call is refused with error %u", error.no);
	else
		say("no answer to our call");
	return -1;
}

static int send_udp(const struct endpoint *e, const uint8_t *buf, size_t len)
{
	int fd = open_socket(&e->opt.local, 0, SOCK_DGRAM);
	int ret = -1;

	if (fd < 0)
		return -1;
	/* nothing comes back when it is accepted: say it twice, replays do no harm */
	if (!connect_to(fd, &e->opt.peer_addr, KSRTP_MIKEY_PORT) &&
	    send(fd, buf, len, 0) == (ssize_t)len) {
		usleep(500000);
		ret = send(fd, buf, len, 0) == (ssize_t)len ? 0 : -1;
	}
	close(fd);
	return ret;
}

static int call_back(struct endpoint *e)
{
	const struct options *o = &e->opt;
	struct ksrtp_mikey_proposal p = {
		.scheme = KSRTP_MIKEY_SCHEME_TEL_MONTH,
		.prf = KSRTP_MIKEY_PRF_SHA1,
		.initiator = o->identity,
		.responder = o->peer,
		.initiator_kms = endpoint_keys_kms(e->keys),
		.responder_kms = endpoint_keys_kms(e->keys),
		.map_type = KSRTP_MIKEY_MAP_SRTP_ID,
		.n_cs = 2,
	};
	uint8_t buf[KSRTP_MIKEY_MAX_MESSAGE], rand[KSRTP_MIKEY_MIN_RAND];
	struct ksrtp_mikey_flow flow;
	struct secrets *s = e->secrets;
	enum ksrtp_mikey_status status;
	struct exchange *x;
	size_t len;
	int ret = -1;

	endpoint_random(rand, sizeof(rand));
	endpoint_random(s->ssv, sizeof(s->ssv));
	endpoint_random(&p.csb_id, sizeof(p.csb_id));
	p.now_ns = ksrtp_mikey_unique_time(&e->last_time, clock_ns(CLOCK_REALTIME));
	p.rand = rand;
	p.rand_len = sizeof(rand);
	p.ssv = s->ssv;
	for (unsigned int i = 0; i < p.n_cs; i++)
		p.cs[i].suite = (uint8_t)o->suite;
	p.cs[0].has_ssrc = true;
	p.cs[0].ssrc = e->ssrc;
	flow_of(&flow, &o->local, o->send, &o->peer_addr, o->to);
	p.flow = &flow;

	status = ksrtp_mikey_initiate(&endpoint_ops, e->keys, &p, buf, sizeof(buf), &len, &s->keys);
	if (!status)
		status = ksrtp_mikey_srtp_key(&s->keys, 1, o->suite, &s->srtp);
	if (status)
		say("no message to send: %s", ksrtp_mikey_status_name(status));
	else if (!(o->udp ? send_udp : send_tcp)(e, buf, len))
		ret = endpoint_srtp_add(e->out, p.csb_id, &s->srtp);
	ksrtp_secret_wipe(s, sizeof(*s));
	if (ret)
		return -1;
	x = note(e, "initiator", o->peer, p.csb_id);
	if (x) {
		/* SAKKE: only they could read our key; over TCP they said that they have */
		x->verified = true;
		x->secure = !o->udp;
	}
	say("have called %s, key %08x", o->peer, p.csb_id);
	e->next_ms = e->next_report_ms = now_ms();
	return 0;
}

/* --- media --------------------------------------------------------------- */

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* RFC 3550: a sender report and a name. */
static void send_report(struct endpoint *e)
{
	static const char name[] = "endpoint";
	uint8_t packet[PACKET] = { 0x80, 200, 0, 6 };
	uint64_t ntp = ksrtp_mikey_ntp_from_ns(clock_ns(CLOCK_REALTIME));
	size_t len = 28;

	put32(packet + 4, e->ssrc);
	put32(packet + 8, (uint32_t)(ntp >> 32));
	put32(packet + 12, (uint32_t)ntp);
	put32(packet + 16, e->rtp_time);
	put32(packet + 20, (uint32_t)e->sent);
	put32(packet + 24, (uint32_t)(e->sent * BLOCK));
	packet[len] = 0x81;
	packet[len + 1] = 202;
	packet[len + 3] = 4;
	put32(packet + len + 4, e->ssrc);
	packet[len + 8] = 1;
	packet[len + 9] = sizeof(name) - 1;
	memcpy(packet + len + 10, name, sizeof(name) - 1);
	len += 20;
	if (!endpoint_srtp_protect(e->out, true, packet, &len, sizeof(packet)) &&
	    send(e->send_rtcp, packet, len, 0) == (ssize_t)len)
		e->rtcp_sent++;
	e->next_report_ms += REPORT_MS;
}

static void send_block(struct endpoint *e)
{
	uint8_t packet[PACKET] = { 0x80, 0 };
	size_t n = fread(packet + RTP_HEADER, 1, BLOCK, e->play);
	size_t len = RTP_HEADER + n;

	if (n == 0) {
		send_report(e);
		e->all_said = true;
		e->heard_ms = now_ms();
		return;
	}
	packet[2] = (uint8_t)(e->seq >> 8);
	packet[3] = (uint8_t)e->seq;
	put32(packet + 4, e->rtp_time);
	put32(packet + 8, e->ssrc);
	e->seq++;
	e->rtp_time += BLOCK;
	if (!endpoint_srtp_protect(e->out, false, packet, &len, sizeof(packet)) &&
	    send(e->send_rtp, packet, len, 0) == (ssize_t)len)
		e->sent++;
	e->next_ms += BLOCK_MS;
}

static void receive(struct endpoint *e, bool rtcp)
{
	uint8_t packet[PACKET];
	ssize_t n =
		recv(e->sock[rtcp ? SOCK_RTCP : SOCK_RTP], packet, sizeof(packet), MSG_DONTWAIT);
	size_t len, head;
	int status;

	if (n < 0)
		return;
	len = (size_t)n;
	status = endpoint_srtp_unprotect(e->in, rtcp, packet, &len);
	if (status) {
		say("%s of %zd octets refused by libsrtp: %d", rtcp ? "SRTCP" : "SRTP", n, status);
		*(rtcp ? &e->rtcp_refused : &e->refused) += 1;
		return;
	}
	e->heard_ms = now_ms();
	if (rtcp) {
		e->rtcp_received++;
		return;
	}
	e->received++;
	for (size_t i = 0; i < e->n_exchanges; i++)
		if (!strcmp(e->exchange[i].role, "responder"))
			e->exchange[i].secure = true;
	head = RTP_HEADER + 4 * (size_t)(packet[0] & 15);
	if (len > head)
		endpoint_order_put(&e->record, (uint16_t)(packet[2] << 8 | packet[3]), packet + head,
				   len - head);
}

/* --- the program ----------------------------------------------------------- */

static int report(const struct endpoint *e)
{
	FILE *f = fopen(e->opt.report, "we");

	if (!f) {
		say("%s: %s", e->opt.report, strerror(errno));
		return -1;
	}
	fprintf(f,
		"{\"srtp_sent\": %lu, \"srtp_received\": %lu, \"srtp_refused\": %lu,\n"
		"\"srtcp_sent\": %lu, \"srtcp_received\": %lu, \"srtcp_refused\": %lu,\n"
		"\"mikey_refused\": %lu, \"exchanges\": [",
		e->sent, e->received, e->refused, e->rtcp_sent, e->rtcp_received, e->rtcp_refused,
		e->mikey_refused);
	for (size_t i = 0; i < e->n_exchanges; i++) {
		const struct exchange *x = &e->exchange[i];

		/* URIs here have passed ksrtp_mikey_tel_valid(): nothing to quote */
		fprintf(f,
			"%s\n{\"role\": \"%s\", \"peer\": \"%s\", \"csb\": %u, \"verified\": %s, \"secure\": %s}",
			i ? "," : "", x->role, x->peer, x->csb, x->verified ? "true" : "false",
			x->secure ? "true" : "false");
	}
	fprintf(f, "]}\n");
	return fclose(f) ? -1 : 0;
}

static bool over(const struct endpoint *e)
{
	return stop || (e->all_said && now_ms() > e->heard_ms + QUIET_MS);
}

static int call(struct endpoint *e)
{
	uint64_t limit = now_ms() + e->opt.seconds * 1000ULL;

	while (!over(e)) {
		struct pollfd p[N_SOCKS];
		uint64_t now = now_ms();
		int wait = 100;

		if (now > limit) {
			say("not over after %u seconds", e->opt.seconds);
			return -1;
		}
		if (!e->called_back && (e->opt.call_first || e->n_exchanges)) {
			e->called_back = true;
			if (call_back(e))
				return -1;
			now = now_ms();
		}
		if (endpoint_srtp_keyed(e->out) && !e->all_said) {
			while (!e->all_said && e->next_ms <= now)
				send_block(e);
			if (e->next_report_ms <= now)
				send_report(e);
			wait = e->next_ms > now ? (int)(e->next_ms - now) : 0;
		}
		for (int i = 0; i < N_SOCKS; i++)
			p[i] = (struct pollfd){ .fd = e->sock[i], .events = POLLIN };
		if (poll(p, N_SOCKS, wait) <= 0)
			continue;
		if (p[SOCK_RTP].revents)
			receive(e, false);
		if (p[SOCK_RTCP].revents)
			receive(e, true);
		if (p[SOCK_UDP].revents)
			answer_udp(e);
		if (p[SOCK_TCP].revents)
			answer_tcp(e);
	}
	return 0;
}

static const struct option long_options[] = {
	{ "domain", required_argument, NULL, 'd' },
	{ "keyset", required_argument, NULL, 'k' },
	{ "identity", required_argument, NULL, 'i' },
	{ "peer", required_argument, NULL, 'p' },
	{ "local", required_argument, NULL, 'l' },
	{ "peer-address", required_argument, NULL, 'a' },
	{ "receive", required_argument, NULL, 'R' },
	{ "from", required_argument, NULL, 'F' },
	{ "send", required_argument, NULL, 'S' },
	{ "to", required_argument, NULL, 'T' },
	{ "suite", required_argument, NULL, 's' },
	{ "play", required_argument, NULL, 'y' },
	{ "record", required_argument, NULL, 'r' },
	{ "report", required_argument, NULL, 'o' },
	{ "seconds", required_argument, NULL, 't' },
	{ "udp", no_argument, NULL, 'u' },
	{ "call-first", no_argument, NULL, 'c' },
	{ NULL, 0, NULL, 0 },
};

static bool parse_port(const char *text, uint16_t *out)
{
	uint64_t v;

	if (ksrtp_text_u64(text, 1, 65534, &v))
		return false;
	*out = (uint16_t)v;
	return true;
}

static bool parse_suite(const char *text, unsigned int *out)
{
	for (unsigned int i = 1; i < KSRTP_MIKEY_SUITE_COUNT; i++)
		if (!strcmp(ksrtp_mikey_suite_name(i), text)) {
			*out = i;
			return true;
		}
	return false;
}

static bool parse_option(struct options *o, int c, const char *text)
{
	uint64_t v;

	switch (c) {
	case 'd':
		o->domain = text;
		return true;
	case 'k':
		if (o->n_sets == sizeof(o->sets) / sizeof(o->sets[0]))
			return false;
		o->sets[o->n_sets++] = text;
		return true;
	case 'i':
		o->identity = text;
		return ksrtp_mikey_tel_valid(text, strlen(text));
	case 'p':
		o->peer = text;
		return ksrtp_mikey_tel_valid(text, strlen(text));
	case 'l':
		return !ksrtp_text_addr(text, &o->local);
	case 'a':
		return !ksrtp_text_addr(text, &o->peer_addr);
	case 'R':
		return parse_port(text, &o->receive);
	case 'F':
		return parse_port(text, &o->from);
	case 'S':
		return parse_port(text, &o->send);
	case 'T':
		return parse_port(text, &o->to);
	case 's':
		return parse_suite(text, &o->suite);
	case 'y':
		o->play = text;
		return true;
	case 'r':
		o->record = text;
		return true;
	case 'o':
		o->report = text;
		return true;
	case 't':
		if (ksrtp_text_u64(text, 1, 3600, &v))
			return false;
		o->seconds = (unsigned int)v;
		return true;
	case 'u':
		o->udp = true;
		return true;
	case 'c':
		o->call_first = true;
		return true;
	default:
		return false;
	}
}

static int parse_options(struct options *o, int argc, char **argv)
{
	int c;

	*o = (struct options){ .seconds = 120 };
	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		if (!parse_option(o, c, optarg)) {
			say("bad option or value%s%s", optarg ? ": " : "", optarg ? optarg : "");
			return -1;
		}
	if (optind != argc || !o->domain || !o->n_sets || !o->identity || !o->peer ||
	    !o->local.len || o->peer_addr.len != o->local.len || !o->receive || !o->from ||
	    !o->send || !o->to || !o->suite || !o->play || !o->record || !o->report) {
		say("all of --domain --keyset --identity --peer --local --peer-address --receive "
		    "--from --send --to --suite --play --record --report are needed");
		return -1;
	}
	return 0;
}

static int set_up(struct endpoint *e)
{
	struct ksrtp_mikey_receiver_config config = {
		.ops = &endpoint_ops,
		.admit = admit,
		.admit_ctx = e,
		.skew_ns = 60LL * 1000000000,
		.start_ns = clock_ns(CLOCK_REALTIME),
		.max_replay = 256,
	};

	ksrtp_secret_harden_process();
	if (endpoint_srtp_init())
		return -1;
	e->keys = endpoint_keys_new(e->opt.domain, e->opt.sets, e->opt.n_sets);
	e->secrets = ksrtp_secret_alloc(sizeof(*e->secrets));
	e->in = endpoint_srtp_new(e->opt.suite, true);
	e->out = endpoint_srtp_new(e->opt.suite, false);
	if (!e->keys || !e->secrets || !e->in || !e->out)
		return -1;
	config.ops_ctx = e->keys;
	endpoint_random(config.hash_key, sizeof(config.hash_key));
	endpoint_random(&e->ssrc, sizeof(e->ssrc));
	endpoint_random(&e->seq, sizeof(e->seq));
	endpoint_random(&e->rtp_time, sizeof(e->rtp_time));
	if (ksrtp_mikey_receiver_new(&e->rx, &config))
		return -1;
	e->play = fopen(e->opt.play, "rbe");
	e->record.out = fopen(e->opt.record, "wbe");
	if (!e->play || !e->record.out) {
		say("%s: %s", e->play ? e->opt.record : e->opt.play, strerror(errno));
		return -1;
	}
	return open_all(e);
}

static void tear_down(struct endpoint *e)
{
	for (int i = 0; i < N_SOCKS; i++)
		if (e->sock[i] >= 0)
			close(e->sock[i]);
	if (e->send_rtp >= 0)
		close(e->send_rtp);
	if (e->send_rtcp >= 0)
		close(e->send_rtcp);
	if (e->play)
		fclose(e->play);
	if (e->record.out) {
		endpoint_order_end(&e->record);
		fclose(e->record.out);
	}
	ksrtp_mikey_receiver_free(e->rx);
	endpoint_srtp_free(e->in);
	endpoint_srtp_free(e->out);
	ksrtp_secret_free(e->secrets);
	endpoint_keys_free(e->keys);
}

int main(int argc, char **argv)
{
	struct endpoint e = { .send_rtp = -1, .send_rtcp = -1 };
	struct sigaction sa = { .sa_handler = on_signal };
	int ret;

	for (int i = 0; i < N_SOCKS; i++)
		e.sock[i] = -1;
	if (parse_options(&e.opt, argc, argv))
		return 2;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	ret = set_up(&e);
	if (!ret)
		ret = call(&e);
	if (!ret)
		ret = report(&e);
	tear_down(&e);
	return ret ? 1 : 0;
}
