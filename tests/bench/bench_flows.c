/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cost of flows: adding one, a packet's look-up among few and among many, memory,
 * removing all. Flow i goes from a port of ours, BENCH_BEYOND:i, to the sender.
 */
#include "bench_datapath.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	FEW = 10,
	PORTS = 50000,	/* of one address; the next one has the next flows */
	PORT_FIRST = 10000,
	FED = 2000,	/* flows that get packets, so that they have streams */
	PAYLOAD = 160,
};

struct ksrtpnl *bench_flows_open(enum bench_ns ns)
{
	struct ksrtpnl *nl;
	enum ksrtpnl_err err;

	bench_net_enter(ns);
	err = ksrtpnl_open(&nl);
	if (err)
		bench_die("netlink: %s", ksrtpnl_strerror(err));
	return nl;
}

static struct ksrtp_endpoint endpoint(const char *addr, unsigned int port)
{
	char text[KSRTP_ENDPOINT_STRLEN];
	struct ksrtp_endpoint e;

	snprintf(text, sizeof(text), "%s:%u", addr, port);
	if (ksrtp_text_endpoint(text, 0, &e))
		bench_die("not an address: %s", text);
	return e;
}

uint32_t bench_flow_add(struct ksrtpnl *nl, const struct bench_flow *f)
{
	static struct ksrtpnl_flow flow;
	enum ksrtpnl_err err;
	uint32_t id;

	memset(&flow, 0, sizeof(flow));
	flow.local = endpoint(f->local, f->local_port);
	flow.remote = endpoint(f->remote, f->remote_port);
	flow.has_rx = f->rx;
	flow.has_tx = f->tx;
	flow.plain = !f->rx && !f->tx;
	flow.relay = f->relay;
	if (f->rx)
		bench_srtp_key(f->rx, false, &flow.rx);
	if (f->tx)
		bench_srtp_key(f->tx, true, &flow.tx);
	err = ksrtpnl_flow_add(nl, &flow, &id);
	if (err)
		bench_die("flow: %s: %s", ksrtpnl_strerror(err), ksrtpnl_message(nl));
	return id;
}

void bench_flow_del(struct ksrtpnl *nl, uint32_t id)
{
	enum ksrtpnl_err err = ksrtpnl_flow_del(nl, id);

	if (err)
		bench_die("flow: %s: %s", ksrtpnl_strerror(err), ksrtpnl_message(nl));
}

/* Flow i's own end */
static const char *flow_addr(unsigned int i, unsigned int *port)
{
	static char text[32];

	*port = PORT_FIRST + i % PORTS;
	snprintf(text, sizeof(text), "10.2.0.%u", 10 + i / PORTS);
	return text;
}

static void flow_add(struct ksrtpnl *nl, const struct bench_suite *suite, unsigned int i)
{
	struct bench_flow f = { .rx = suite, .tx = suite, .remote = BENCH_SENDER,
				.remote_port = BENCH_SEND_PORT };

	f.local = flow_addr(i, &f.local_port);
	bench_flow_add(nl, &f);
}

static double meminfo_free(void)
{
	unsigned long kib = 0;
	char line[128];
	FILE *f;

	/* what can be given back at once is not in use */
	sync();
	f = fopen("/proc/sys/vm/drop_caches", "w");
	if (f) {
		fputs("3\n", f);
		fclose(f);
	}
	f = fopen("/proc/meminfo", "r");
	if (!f)
		bench_die("no /proc/meminfo");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "MemFree: %lu", &kib) == 1)
			break;
	fclose(f);
	return (double)kib * 1024;
}

/* One packet each way for flow i, so that it has a stream in both contexts. */
static void feed(int fd, const struct bench_suite *suite, unsigned int i)
{
	struct bench_srtp *s = bench_srtp_new(suite, false);
	uint8_t data[BENCH_PACKET_MAX];
	size_t len = bench_rtp_make(data, 1, PAYLOAD);
	unsigned int port;
	const char *addr = flow_addr(i, &port);
	int back = bench_net_udp(BENCH_NS_ROUTER, addr, port, NULL, 0);

	bench_net_send(back, data, len, BENCH_SENDER, BENCH_SEND_PORT);
	if (!bench_srtp_protect(s, data, &len))
		bench_die("libsrtp2 does not protect");
	bench_net_send(fd, data, len, addr, port);
	close(back);
	bench_srtp_free(s);
}

/* Packets to @n_to of the flows in turn. */
static void look_up(int fd, const struct bench_suite *suite, const char *name, unsigned int n,
		    unsigned int n_to)
{
	struct bench_srtp *s = bench_srtp_new(suite, false);
	static uint8_t data[BENCH_PACKETS][BENCH_PACKET_MAX];
	uint64_t cost[BENCH_BATCHES], start;
	size_t len = 0;
	/* goes on: no flow sees a number again */
	static uint16_t seq = 2;

	for (unsigned int b = 0; b < BENCH_BATCHES; b++) {
		for (unsigned int i = 0; i < BENCH_PACKETS; i++) {
			len = bench_rtp_make(data[i], seq++, PAYLOAD);
			if (!bench_srtp_protect(s, data[i], &len))
				bench_die("libsrtp2 does not protect");
		}
		start = bench_clock();
		for (unsigned int i = 0; i < BENCH_PACKETS; i++) {
			unsigned int port;
			const char *addr = flow_addr(i % n_to * (n / n_to), &port);

			bench_net_send(fd, data[i], len, addr, port);
		}
		cost[b] = bench_clock() - start;
	}
	bench_result(name, "instructions", cost, BENCH_BATCHES, BENCH_PACKETS);
	bench_srtp_free(s);
}

void bench_flows(unsigned int n)
{
	const struct bench_suite *suite = &bench_suites[0];
	struct ksrtpnl *nl = bench_flows_open(BENCH_NS_ROUTER);
	int fd = bench_net_udp(BENCH_NS_SENDER, BENCH_SENDER, BENCH_SEND_PORT, NULL, 0);
	uint64_t cost[BENCH_BATCHES], start;
	unsigned int i = 0, b;
	char name[64];
	double before;

	if (n < FED + BENCH_BATCHES * BENCH_PACKETS)
		bench_die("that is not many");
	while (i < FEW)
		flow_add(nl, suite, i++);
	look_up(fd, suite, "flows/10/packet", i, FEW);

	for (b = 0; b < BENCH_BATCHES; b++) {
		start = bench_clock();
		for (unsigned int k = 0; k < BENCH_PACKETS; k++)
			flow_add(nl, suite, i++);
		cost[b] = bench_clock() - start;
	}
	bench_result("flows/install", "instructions", cost, BENCH_BATCHES, BENCH_PACKETS);

	before = meminfo_free();
	for (b = i; b < i + FED; b++)
		flow_add(nl, suite, b);
	for (b = i; b < i + FED; b++)
		feed(fd, suite, b);
	i += FED;
	bench_figure("flows/memory", "octets", (before - meminfo_free()) / FED, FED);

	while (i < n)
		flow_add(nl, suite, i++);
	snprintf(name, sizeof(name), "flows/%u/packet", n);
	look_up(fd, suite, name, n, BENCH_PACKETS);

	start = bench_clock();
	if (ksrtpnl_flow_flush(nl, 0))
		bench_die("flush: %s", ksrtpnl_message(nl));
	snprintf(name, sizeof(name), "flows/%u/remove", n);
	bench_figure(name, "instructions", (double)(bench_clock() - start) / n, n);
	close(fd);
	ksrtpnl_close(nl);
}
