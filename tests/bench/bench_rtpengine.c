/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tells rtpengine's kernel module, without its daemon, to relay what comes to
 * BENCH_ROUTER:BENCH_RELAY_PORT to BENCH_BEYOND. Built by run-datapath with the header of
 * the module's package, which defines the messages.
 */
#include "bench_datapath.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "xt_RTPENGINE.h"

enum {
	SHA1_80_TAG = 10,
	PCMU = 0,
	PCMU_RATE = 8000,
};

static void put(const char *path, const void *data, size_t len, bool may_fail)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, data, len);

	if (n != (ssize_t)len && !may_fail)
		bench_die("%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void send_message(const struct rtpengine_message *msg, bool may_fail)
{
	put("/proc/rtpengine/0/control", msg, sizeof(*msg), may_fail);
}

static struct re_address address(const char *text, unsigned int port)
{
	struct re_address a = { .family = AF_INET, .port = (uint16_t)port };

	if (inet_pton(AF_INET, text, &a.u.ipv4) != 1)
		bench_die("not an address: %s", text);
	return a;
}

static void srtp(struct rtpengine_srtp *s, const struct bench_suite *suite)
{
	struct ksrtpnl_context ctx = { 0 };

	s->cipher = REC_NULL;
	s->hmac = REH_NULL;
	if (!suite)
		return;
	bench_srtp_key(suite, false, &ctx);
	s->cipher = suite->aead ? REC_AEAD_AES_GCM_128 : REC_AES_CM_128;
	s->hmac = suite->aead ? REH_NULL : REH_HMAC_SHA1;
	s->auth_tag_len = suite->aead ? 0 : SHA1_80_TAG;
	s->master_key_len = s->session_key_len = (unsigned int)ctx.keys[0].master_key_len;
	s->master_salt_len = s->session_salt_len = (unsigned int)ctx.keys[0].master_salt_len;
	memcpy(s->master_key, ctx.keys[0].master_key, s->master_key_len);
	memcpy(s->master_salt, ctx.keys[0].master_salt, s->master_salt_len);
}

int main(int argc, char **argv)
{
	struct re_address local = address(BENCH_ROUTER, BENCH_RELAY_PORT);
	const struct bench_suite *suite = NULL;
	struct rtpengine_message msg;
	bool in;

	if (argc != 3)
		bench_die("usage: bench_rtpengine SUITE|null encrypt|decrypt");
	for (size_t i = 0; i < bench_n_suites; i++)
		if (!strcmp(argv[1], bench_suites[i].name))
			suite = &bench_suites[i];
	in = !strcmp(argv[2], "decrypt");

	put("/proc/rtpengine/control", "add 0\n", 6, true);
	memset(&msg, 0, sizeof(msg));
	msg.cmd = REMG_DEL_TARGET;
	msg.u.target.local = local;
	send_message(&msg, true);

	memset(&msg, 0, sizeof(msg));
	msg.cmd = REMG_ADD_TARGET;
	msg.u.target.local = local;
	msg.u.target.num_destinations = 1;
	msg.u.target.rtp = 1;
	msg.u.target.num_payload_types = 1;
	msg.u.target.payload_types[0].pt_num = PCMU;
	msg.u.target.payload_types[0].clock_rate = PCMU_RATE;
	srtp(&msg.u.target.decrypt, in ? suite : NULL);
	send_message(&msg, false);

	memset(&msg, 0, sizeof(msg));
	msg.cmd = REMG_ADD_DESTINATION;
	msg.u.destination.local = local;
	msg.u.destination.output.src_addr = address(BENCH_OUTSIDE, BENCH_RELAY_PORT);
	msg.u.destination.output.dst_addr = address(BENCH_BEYOND, BENCH_RECEIVE_PORT);
	srtp(&msg.u.destination.output.encrypt, in ? NULL : suite);
	send_message(&msg, false);
	return 0;
}
