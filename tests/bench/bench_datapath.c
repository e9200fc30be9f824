/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Instructions for one packet, in a guest whose clock counts them (scripts/vm -i).
 * tests/bench/datapath.sh sets up the namespaces:
 *
 *	      sender                          router
 *	dummy0 10.3.0.1/24     eth0 --------- eth0         dummy0
 *	               10.1.0.1/24       10.1.0.2/24   10.2.0.1/24
 *
 * A batch of packets is sent through a path and what the clock advanced divided by
 * their number; the best batch counts, as the others were interrupted by the timer.
 * All of a packet's way is in it, from the system call of the sender to the device or
 * socket where it ends. Before that one packet is looked at where it comes out.
 */
#include "bench_datapath.h"
#include "profile.h"

#include <errno.h>
#include <fnmatch.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	TRAIN = 16,
	TRAIN_BUF = 65536,
	/* of one train: a datagram's size field has 16 bits */
	TRAINS = 6,
	NAME_MAX_LEN = 96,
};

static const unsigned int payloads[] = { 160, 1188 };

/* A packet's way; what follows from it is in struct run. */
enum path { FORWARD, HOST, RELAY };
static const char *const path_names[] = { "forward", "host", "relay" };

/**
 * struct run - one measurement
 * @fd: connected socket to send from
 * @end: where packets come out: packet socket or receiving socket
 * @end_is_tap: it is a packet socket
 * @suite: of what is SRTP, NULL if nothing is
 * @protected_in: SRTP is sent and plain RTP comes out, not the reverse
 * @payload: octets
 * @train: packets of one send
 * @from, @to: sockets of a relay in this process, -1 for none
 * @relay: its session, NULL to pass packets on as they are
 */
struct run {
	int fd, end;
	bool end_is_tap;
	const struct bench_suite *suite;
	bool protected_in;
	unsigned int payload;
	unsigned int train;
	int from, to;
	struct bench_srtp *relay;
};

static void transmit(int fd, const uint8_t *data, size_t len)
{
	if (send(fd, data, len, 0) != (ssize_t)len)
		bench_die("send: %s", strerror(errno));
}

/* What relays without a kernel module do with each packet. */
static void relay_one(const struct run *r)
{
	uint8_t data[BENCH_PACKET_MAX];
	ssize_t n = recv(r->from, data, sizeof(data), 0);
	size_t len = (size_t)n;

	if (n < 0)
		bench_die("recv: %s", strerror(errno));
	if (r->relay && !(r->protected_in ? bench_srtp_unprotect(r->relay, data, &len) :
					    bench_srtp_protect(r->relay, data, &len)))
		bench_die("the relay's libsrtp2 refuses a packet");
	transmit(r->to, data, len);
}

/* The first packet: does what comes out fit what was sent? */
static void check(const struct run *r, const char *name, struct bench_srtp *peer, uint16_t seq)
{
	uint8_t plain[BENCH_PACKET_MAX], sent[BENCH_PACKET_MAX], got[BENCH_PACKET_MAX];
	size_t plain_len = bench_rtp_make(plain, seq, r->payload), len = plain_len;

	memcpy(sent, plain, plain_len);
	if (r->protected_in && !bench_srtp_protect(peer, sent, &len))
		bench_die("%s: libsrtp2 does not protect", name);
	transmit(r->fd, sent, len);
	if (r->from >= 0)
		relay_one(r);
	len = bench_net_receive(r->end, r->end_is_tap, got, sizeof(got));
	if (!len)
		bench_die("%s: nothing comes out", name);
	if (r->suite && !r->protected_in &&
	    (len == plain_len || !bench_srtp_unprotect(peer, got, &len)))
		bench_die("%s: libsrtp2 does not take what comes out", name);
	if (len != plain_len || memcmp(got, plain, len))
		bench_die("%s: what comes out is not what was sent", name);
}

/* Fill what one batch sends; each send is @r->train packets of @step octets. */
static size_t fill(const struct run *r, struct bench_srtp *peer, uint8_t *buf, unsigned int sends,
		   uint16_t *seq)
{
	size_t len = 0;

	for (unsigned int i = 0; i < sends * r->train; i++) {
		len = bench_rtp_make(buf, (*seq)++, r->payload);
		if (r->protected_in && !bench_srtp_protect(peer, buf, &len))
			bench_die("libsrtp2 does not protect");
		buf += len;
	}
	return len;
}

static void measure(struct run *r, const char *name)
{
	unsigned int sends = r->train > 1 ? TRAINS : BENCH_PACKETS, n = sends * r->train;
	uint8_t *buf = malloc((size_t)n * BENCH_PACKET_MAX);
	struct bench_srtp *peer = r->suite ? bench_srtp_new(r->suite, !r->protected_in) : NULL;
	uint64_t cost[BENCH_BATCHES];
	uint16_t seq = 1;

	if (!buf)
		bench_die("no memory");
	check(r, name, peer, seq++);
	/* a packet socket gets a copy of each packet: not while it counts */
	if (r->end_is_tap)
		close(r->end);
	for (unsigned int b = 0; b < BENCH_BATCHES; b++) {
		size_t len = fill(r, peer, buf, sends, &seq), step;
		uint64_t start;

		if (r->train > 1) {
			int size = (int)len;

			if (setsockopt(r->fd, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size)))
				bench_die("UDP_SEGMENT: %s", strerror(errno));
		}
		step = len * r->train;
		start = bench_clock();
		profile_begin();
		for (unsigned int i = 0; i < sends; i++) {
			transmit(r->fd, buf + i * step, step);
			if (r->from >= 0)
				relay_one(r);
		}
		profile_end();
		cost[b] = bench_clock() - start;
		if (!r->end_is_tap)
			bench_net_drain(r->end);
	}
	bench_result(name, "instructions", cost, BENCH_BATCHES, n);
	if (!r->end_is_tap)
		close(r->end);
	close(r->fd);
	bench_srtp_free(peer);
	free(buf);
}

/*
 * The way through something that relays: sent to the router itself. The leg by which
 * it comes in and the one by which it leaves.
 */
static const struct bench_flow leg_in = {
	.local = BENCH_ROUTER, .local_port = BENCH_RELAY_PORT,
	.remote = BENCH_SENDER, .remote_port = BENCH_SEND_PORT,
}, leg_out = {
	.local = BENCH_OUTSIDE, .local_port = BENCH_RELAY_PORT,
	.remote = BENCH_BEYOND, .remote_port = BENCH_RECEIVE_PORT,
};

static struct run relayed(const struct bench_suite *suite, unsigned int payload, bool in)
{
	struct run r = { .suite = suite, .payload = payload, .protected_in = in, .train = 1,
			 .end_is_tap = true, .from = -1 };

	r.end = bench_net_tap(BENCH_NS_ROUTER, "dummy0");
	r.fd = bench_net_udp(BENCH_NS_SENDER, leg_in.remote, leg_in.remote_port, leg_in.local,
			     leg_in.local_port);
	return r;
}

/* Sockets of a path; by what addresses its flow goes. Returns where it is. */
static enum bench_ns prepare(struct run *r, enum path path, struct bench_flow *f)
{
	const struct bench_flow sent = { .local = BENCH_SENDER, .local_port = BENCH_SEND_PORT,
					 .remote = BENCH_BEYOND,
					 .remote_port = BENCH_RECEIVE_PORT };

	*f = sent;
	r->end_is_tap = true;
	if (path == HOST && !r->protected_in) {
		f->local = BENCH_HOST;
		f->remote = BENCH_HOST_BEYOND;
		r->fd = bench_net_udp(BENCH_NS_SENDER, f->local, f->local_port, f->remote,
				      f->remote_port);
		r->end = bench_net_tap(BENCH_NS_SENDER, "dummy0");
		return BENCH_NS_SENDER;
	}
	if (path == HOST) {
		f->remote = BENCH_ROUTER;
		r->end_is_tap = false;
		r->end = bench_net_udp(BENCH_NS_ROUTER, f->remote, f->remote_port, NULL, 0);
	} else {
		r->end = bench_net_tap(BENCH_NS_ROUTER, "dummy0");
	}
	r->fd = bench_net_udp(BENCH_NS_SENDER, f->local, f->local_port, f->remote, f->remote_port);
	/* the protected side is where the packet goes */
	if (r->protected_in) {
		f->local = f->remote;
		f->local_port = f->remote_port;
		f->remote = sent.local;
		f->remote_port = sent.local_port;
	}
	return BENCH_NS_ROUTER;
}

static const char *name_of(char *out, const char *peer, enum path path, const char *suite,
			   unsigned int payload, const char *dir)
{
	snprintf(out, NAME_MAX_LEN, "%s%s%s%s/%u/%s", peer, path_names[path], suite ? "/" : "",
		 suite ? suite : "", payload, dir);
	return out;
}

/* Names of the only entries to measure, a pattern. */
static const char *only = "*";

static bool wanted(const char *name)
{
	return !fnmatch(only, name, 0);
}

static void plain(enum path path, unsigned int payload, bool in, unsigned int train)
{
	struct run r = { .payload = payload, .protected_in = in, .train = train, .from = -1 };
	char name[NAME_MAX_LEN];
	struct bench_flow f;

	name_of(name, "plain/", path, NULL, payload,
		train > 1 ? "train" : in ? "decrypt" : "encrypt");
	if (!wanted(name))
		return;
	prepare(&r, path, &f);
	r.protected_in = false;
	measure(&r, name);
}

/* Ours, encrypting or decrypting; a relay without a suite is plain on both sides. */
static void module(enum path path, const struct bench_suite *suite, unsigned int payload, bool in,
		   unsigned int train)
{
	struct run r = { .suite = suite, .payload = payload, .protected_in = in, .train = train,
			 .from = -1 };
	const struct bench_suite *rx = in ? suite : NULL, *tx = in ? NULL : suite;
	char name[NAME_MAX_LEN], dir[32];
	struct bench_flow f = leg_in;
	enum bench_ns ns = BENCH_NS_ROUTER;
	struct ksrtpnl *nl;
	uint32_t id;

	snprintf(dir, sizeof(dir), "%s%s", in ? "decrypt" : "encrypt", train > 1 ? "-train" : "");
	if (!wanted(name_of(name, "", path, suite ? suite->name : "null", payload, dir)))
		return;
	if (path == RELAY) {
		r = relayed(suite, payload, in);
		r.train = train;
	} else {
		ns = prepare(&r, path, &f);
		f.tx = tx;
	}
	nl = bench_flows_open(ns);
	f.rx = rx;
	id = bench_flow_add(nl, &f);
	if (path == RELAY) {
		f = leg_out;
		f.tx = tx;
		f.relay = id;
		id = bench_flow_add(nl, &f);
	}
	measure(&r, name);
	bench_flow_del(nl, id);
	if (path == RELAY)
		bench_flow_del(nl, f.relay);
	ksrtpnl_close(nl);
}

/* A relay in userspace, here and now: nobody has to be woken, the best that there is. */
static void userspace(const struct bench_suite *suite, unsigned int payload, bool in)
{
	struct run r = relayed(suite, payload, in);
	char name[NAME_MAX_LEN];

	r.from = bench_net_udp(BENCH_NS_ROUTER, leg_in.local, leg_in.local_port, NULL, 0);
	r.to = bench_net_udp(BENCH_NS_ROUTER, leg_out.local, leg_out.local_port, leg_out.remote,
			     leg_out.remote_port);
	r.relay = suite ? bench_srtp_new(suite, in) : NULL;
	measure(&r, name_of(name, "libsrtp/", RELAY, suite ? suite->name : "null", payload,
			    in ? "decrypt" : "encrypt"));
	close(r.from);
	close(r.to);
	bench_srtp_free(r.relay);
}

/* The program that tells rtpengine's module what to do. */
static const char *rtpengine_control;

static void rtpengine(const struct bench_suite *suite, unsigned int payload, bool in)
{
	struct run r = relayed(suite, payload, in);
	const char *suite_name = suite ? suite->name : "null", *dir = in ? "decrypt" : "encrypt";
	char name[NAME_MAX_LEN], command[512];

	snprintf(command, sizeof(command), "%s %s %s", rtpengine_control, suite_name, dir);
	if (system(command))
		bench_die("failed: %s", command);
	measure(&r, name_of(name, "rtpengine/", RELAY, suite_name, payload, dir));
}

static void usage(void)
{
	fputs("usage: bench_datapath SENDER-NETNS ROUTER-NETNS plain|module [PATTERN]\n"
	      "       bench_datapath SENDER-NETNS ROUTER-NETNS libsrtp|rtpengine PROGRAM|flows N\n",
	      stderr);
	exit(2);
}

static void each_plain(unsigned int payload)
{
	plain(FORWARD, payload, false, 1);
	plain(HOST, payload, false, 1);
	plain(HOST, payload, true, 1);
	plain(FORWARD, payload, false, TRAIN);
}

static void each_module(unsigned int payload)
{
	static const enum path trains[] = { FORWARD, RELAY };

	module(RELAY, NULL, payload, false, 1);
	for (size_t s = 0; s < bench_n_suites; s++) {
		for (int in = 0; in < 2; in++) {
			for (enum path path = FORWARD; path <= RELAY; path++)
				module(path, &bench_suites[s], payload, in, 1);
			for (size_t i = 0; i < sizeof(trains) / sizeof(trains[0]); i++)
				module(trains[i], &bench_suites[s], payload, in, TRAIN);
		}
	}
}

static void each_relay(void (*one)(const struct bench_suite *suite, unsigned int payload, bool in),
		       unsigned int payload)
{
	one(NULL, payload, false);
	for (size_t s = 0; s < bench_n_suites; s++)
		for (int in = 0; in < 2; in++)
			one(&bench_suites[s], payload, in);
}

static void each_libsrtp(unsigned int payload)
{
	each_relay(userspace, payload);
}

static void each_rtpengine(unsigned int payload)
{
	each_relay(rtpengine, payload);
}

int main(int argc, char **argv)
{
	void (*each)(unsigned int payload);

	if (argc < 4)
		usage();
	bench_srtp_init();
	bench_net_init(argv[1], argv[2]);
	if (!strcmp(argv[3], "flows") && argc == 5) {
		bench_flows((unsigned int)strtoul(argv[4], NULL, 10));
		return 0;
	}
	rtpengine_control = argv[4];
	each = !strcmp(argv[3], "plain") ? each_plain :
	       !strcmp(argv[3], "rtpengine") && argc == 5 ? each_rtpengine :
	       !strcmp(argv[3], "module") ? each_module :
	       !strcmp(argv[3], "libsrtp") ? each_libsrtp : NULL;
	if (!each)
		usage();
	if (argc == 5 && (each == each_plain || each == each_module))
		only = argv[4];
	for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++)
		each(payloads[i]);
	return 0;
}
