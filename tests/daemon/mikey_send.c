// SPDX-License-Identifier: BSD-3-Clause
/*
 * Sends I_MESSAGEs to a ksrtpd, right ones and wrong ones, and says what it
 * answered: one word a message, or with -x the number of each.
 *
 *	accepted	TCP: closed in order, without data
 *	error-N		a MIKEY error message
 *	reset		TCP: broken off
 *	no-connection	TCP
 *	silence		UDP: nothing within the time
 *	noise		anything else
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <ksrtp/mikey.h>

#include "base/text.h"
#include "endpoint_keys.h"

enum { ANSWER_LEN = 32, MAX_KINDS = 16 };

struct options {
	const char *domain, *set, *from, *to, *seal_for, *save, *load, *secrets, *kms_name, *group;
	struct ksrtp_endpoint daemon, initiator, responder;
	unsigned int initiator_rtcp, responder_rtcp, suite, wait_ms, repeat;
	long long offset_s;
	bool udp, no_flow, next_ports;
	unsigned int flip_first, flip_last, flip_step;
	size_t cut;
};

static struct options opt = { .suite = KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM,
			      .wait_ms = 1500,
			      .repeat = 1 };
static struct ksrtp_mikey_keys keys;

static void die(const char *what)
{
	fprintf(stderr, "mikey_send: %s\n", what);
	exit(2);
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec + opt.offset_s * 1000000000;
}

/* With -e the SSV is sealed for somebody else than the message says. */
static enum ksrtp_mikey_status seal(void *ctx, const char *kms,
				    const struct ksrtp_mikey_identifier *id, const uint8_t *ssv,
				    uint8_t *out)
{
	struct ksrtp_mikey_identifier other;

	if (!opt.seal_for)
		return endpoint_ops.encapsulate(ctx, kms, id, ssv, out);
	if (ksrtp_mikey_identifier_tel(&other, opt.seal_for, ksrtp_mikey_month(now_ns())))
		die("-e is no identity");
	return endpoint_ops.encapsulate(ctx, kms, &other, ssv, out);
}

static enum ksrtp_mikey_status sign(void *ctx, const char *kms,
				    const struct ksrtp_mikey_identifier *id, const uint8_t *msg,
				    size_t len, uint8_t *sig)
{
	return endpoint_ops.sign(ctx, opt.kms_name ? endpoint_keys_kms(ctx) : kms, id, msg, len,
				 sig);
}

/*
 * With -g the message keys a group whose media is at -r, and whose one sender is the
 * message's, at -i.
 */
static void build_group(struct ksrtp_mikey_proposal *p, struct ksrtp_mikey_group *g)
{
	struct ksrtp_mikey_cs *cs = &p->cs[0];
	uint32_t gmk_id = 0x01234567;
	int i;

	*g = (struct ksrtp_mikey_group){ .family = opt.responder.addr.len == 4 ? 4 : 6,
					 .port = opt.responder.port,
					 .n_senders = 1,
					 .sender = { { .port = opt.initiator.port } } };
	snprintf(g->name, sizeof(g->name), "%s", opt.group);
	snprintf(g->sender[0].uri, sizeof(g->sender[0].uri), "%s", opt.from);
	memcpy(g->address, opt.responder.addr.b, opt.responder.addr.len);
	memcpy(g->sender[0].address, opt.initiator.addr.b, opt.initiator.addr.len);
	if (ksrtp_mikey_guk_id(p->ssv, gmk_id, opt.to, &p->csb_id))
		die("no key ID");
	p->prf = KSRTP_MIKEY_PRF_SHA256;
	p->map_type = KSRTP_MIKEY_MAP_GENERIC_ID;
	p->n_cs = 1;
	p->flow = NULL;
	p->group = g;
	*cs = (struct ksrtp_mikey_cs){ .id = KSRTP_MIKEY_CS_GROUP_VOICE,
				       .spi_len = 8,
				       .suite = (uint8_t)opt.suite };
	for (i = 0; i < 4; i++) {
		cs->spi[i] = (uint8_t)(gmk_id >> (24 - 8 * i));
		cs->spi[4 + i] = (uint8_t)(p->csb_id >> (24 - 8 * i));
	}
}

static size_t build(struct endpoint_keys *ek, uint8_t *buf, size_t cap)
{
	static struct ksrtp_mikey_group group;
	struct ksrtp_mikey_ops ops = { .encapsulate = seal, .sign = sign };
	struct ksrtp_mikey_flow flow = { .family = opt.initiator.addr.len == 4 ? 4 : 6,
					 .initiator_port = opt.initiator.port,
					 .responder_port = opt.responder.port,
					 .initiator_rtcp_port = (uint16_t)opt.initiator_rtcp,
					 .responder_rtcp_port = (uint16_t)opt.responder_rtcp };
	uint8_t ssv[KSRTP_MIKEY_SSV_LEN], rand[16];
	struct ksrtp_mikey_proposal p = { .scheme = KSRTP_MIKEY_SCHEME_TEL_MONTH,
					  .now_ns = now_ns(),
					  .initiator = opt.from,
					  .responder = opt.to,
					  .initiator_kms = opt.kms_name ? opt.kms_name :
									  endpoint_keys_kms(ek),
					  .responder_kms = endpoint_keys_kms(ek),
					  .rand = rand,
					  .rand_len = sizeof(rand),
					  .ssv = ssv,
					  .n_cs = 2,
					  .flow = opt.no_flow ? NULL : &flow };
	enum ksrtp_mikey_status st;
	unsigned int i;
	size_t len;

	memcpy(flow.initiator, opt.initiator.addr.b, opt.initiator.addr.len);
	memcpy(flow.responder, opt.responder.addr.b, opt.responder.addr.len);
	endpoint_random(ssv, sizeof(ssv));
	endpoint_random(rand, sizeof(rand));
	endpoint_random(&p.csb_id, sizeof(p.csb_id));
	for (i = 0; i < 2; i++)
		p.cs[i] = (struct ksrtp_mikey_cs){ .id = (uint8_t)(i + 1),
						   .n_policies = 1,
						   .has_ssrc = true,
						   .has_roc = true,
						   .suite = (uint8_t)opt.suite };
	if (opt.group)
		build_group(&p, &group);
	st = ksrtp_mikey_initiate(&ops, ek, &p, buf, cap, &len, &keys);
	if (st)
		die(ksrtp_mikey_status_name(st));
	return len;
}

static void classify(const uint8_t *buf, size_t len, char *out)
{
	struct ksrtp_mikey_error error;

	if (!ksrtp_mikey_error_parse(&error, buf, len, NULL))
		snprintf(out, ANSWER_LEN, "error-%u", error.no);
	else
		snprintf(out, ANSWER_LEN, "noise");
}

static void by_tcp(const uint8_t *msg, size_t len, char *out)
{
	struct timeval tv = { .tv_sec = 30 };
	struct sockaddr_storage ss;
	socklen_t sl = ksrtp_endpoint_to_sockaddr(&opt.daemon, &ss);
	int fd = socket(ss.ss_family, SOCK_STREAM, 0);
	uint8_t buf[1024];
	size_t got = 0;
	ssize_t n;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	strcpy(out, "no-connection");
	if (connect(fd, (struct sockaddr *)&ss, sl))
		goto out;
	while (len) {
		n = send(fd, msg, len, MSG_NOSIGNAL);
		if (n < 0)
			break;
		msg += n;
		len -= (size_t)n;
	}
	shutdown(fd, SHUT_WR);
	while ((n = recv(fd, buf + got, sizeof(buf) - got, 0)) > 0)
		got += (size_t)n;
	if (got)
		classify(buf, got, out);
	else if (!n)
		strcpy(out, "accepted");
	else
		strcpy(out, errno == EAGAIN ? "silence" : "reset");
out:
	close(fd);
}

static void by_udp(const uint8_t *msg, size_t len, char *out)
{
	struct sockaddr_storage ss;
	socklen_t sl = ksrtp_endpoint_to_sockaddr(&opt.daemon, &ss);
	int fd = socket(ss.ss_family, SOCK_DGRAM, 0);
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	uint8_t buf[1024];
	ssize_t n;

	strcpy(out, "silence");
	if (connect(fd, (struct sockaddr *)&ss, sl) || send(fd, msg, len, 0) < 0)
		strcpy(out, "no-connection");
	else if (poll(&pfd, 1, (int)opt.wait_ms) > 0 && (n = recv(fd, buf, sizeof(buf), 0)) >= 0)
		classify(buf, (size_t)n, out);
	close(fd);
}

static void deliver(const uint8_t *msg, size_t len, char *out)
{
	if (opt.udp)
		by_udp(msg, len, out);
	else
		by_tcp(msg, len, out);
}

/* Flip one bit of one octet after another; how often each answer came. */
static void flip_all(uint8_t *msg, size_t len)
{
	struct {
		char text[ANSWER_LEN];
		unsigned int n;
	} kind[MAX_KINDS] = { 0 };
	unsigned int at, i;

	for (at = opt.flip_first; at <= opt.flip_last && at < len; at += opt.flip_step) {
		char answer[ANSWER_LEN];

		msg[at] ^= (uint8_t)(1 << at % 8);
		deliver(msg, len, answer);
		msg[at] ^= (uint8_t)(1 << at % 8);
		for (i = 0; i < MAX_KINDS - 1 && kind[i].n && strcmp(kind[i].text, answer); i++)
			;
		strcpy(kind[i].text, answer);
		kind[i].n++;
	}
	for (i = 0; i < MAX_KINDS && kind[i].n; i++)
		printf("%s=%u\n", kind[i].text, kind[i].n);
}

static void save_secrets(void)
{
	struct ksrtp_mikey_srtp_key k;
	FILE *f = fopen(opt.secrets, "w");
	char hex[128];
	unsigned int cs;

	if (!f)
		die("the secrets cannot be written");
	ksrtp_text_hex(hex, keys.tgk, keys.tgk_len);
	fprintf(f, "ssv %s\n", hex);
	for (cs = 1; cs <= 2; cs++) {
		if (ksrtp_mikey_srtp_key(&keys, (uint8_t)cs, opt.suite, &k))
			die("no SRTP key");
		ksrtp_text_hex(hex, k.key, k.key_len);
		fprintf(f, "master-key-%u %s\n", cs, hex);
		ksrtp_text_hex(hex, k.salt, k.salt_len);
		fprintf(f, "master-salt-%u %s\n", cs, hex);
	}
	fclose(f);
}

static void endpoint(const char *text, uint16_t port, struct ksrtp_endpoint *out)
{
	if (ksrtp_text_endpoint(text, port, out))
		die("not an address and port");
}

static void parse(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "d:k:f:t:e:D:g:i:r:I:R:s:o:x:c:w:l:S:K:T:N:unP")) != -1) {
		switch (c) {
		case 'd':
			opt.domain = optarg;
			break;
		case 'k':
			opt.set = optarg;
			break;
		case 'f':
			opt.from = optarg;
			break;
		case 't':
			opt.to = optarg;
			break;
		case 'e':
			opt.seal_for = optarg;
			break;
		case 'D':
			endpoint(optarg, KSRTP_MIKEY_PORT, &opt.daemon);
			break;
		case 'g':
			opt.group = optarg;
			break;
		case 'i':
			endpoint(optarg, 0, &opt.initiator);
			break;
		case 'r':
			endpoint(optarg, 0, &opt.responder);
			break;
		case 'I':
			opt.initiator_rtcp = (unsigned int)atoi(optarg);
			break;
		case 'R':
			opt.responder_rtcp = (unsigned int)atoi(optarg);
			break;
		case 's':
			opt.suite = (unsigned int)atoi(optarg);
			break;
		case 'o':
			opt.offset_s = atoll(optarg);
			break;
		case 'x':
			if (sscanf(optarg, "%u-%u/%u", &opt.flip_first, &opt.flip_last,
				   &opt.flip_step) != 3 ||
			    !opt.flip_step)
				die("-x FIRST-LAST/STEP");
			break;
		case 'c':
			opt.cut = (size_t)atoi(optarg);
			break;
		case 'w':
			opt.save = optarg;
			break;
		case 'l':
			opt.load = optarg;
			break;
		case 'S':
			opt.secrets = optarg;
			break;
		case 'K':
			opt.kms_name = optarg;
			break;
		case 'T':
			opt.wait_ms = (unsigned int)atoi(optarg);
			break;
		case 'N':
			opt.repeat = (unsigned int)atoi(optarg);
			break;
		case 'u':
			opt.udp = true;
			break;
		case 'n':
			opt.no_flow = true;
			break;
		case 'P':
			opt.next_ports = true;
			break;
		default:
			die("see the source for its options");
		}
	}
	if (!opt.daemon.port || (!opt.load && (!opt.domain || !opt.set || !opt.from || !opt.to)))
		die("-D and either -l or -d -k -f -t are needed");
}

static size_t load(uint8_t *buf, size_t cap)
{
	FILE *f = fopen(opt.load, "r");
	size_t len;

	if (!f)
		die("the message cannot be read");
	len = fread(buf, 1, cap, f);
	fclose(f);
	return len;
}

int main(int argc, char **argv)
{
	uint8_t msg[KSRTP_MIKEY_MAX_MESSAGE];
	struct endpoint_keys *ek = NULL;
	char answer[ANSWER_LEN];
	size_t len;
	FILE *f;

	parse(argc, argv);
	if (!opt.load) {
		ek = endpoint_keys_new(opt.domain, &opt.set, 1);
		if (!ek)
			return 2;
	}
	while (opt.repeat--) {
		len = opt.load ? load(msg, sizeof(msg)) : build(ek, msg, sizeof(msg));
		if (opt.cut && opt.cut < len)
			len = opt.cut;
		if (opt.save) {
			f = fopen(opt.save, "w");
			if (!f || fwrite(msg, 1, len, f) != len || fclose(f))
				die("the message cannot be written");
		}
		if (opt.secrets)
			save_secrets();
		if (opt.flip_step) {
			flip_all(msg, len);
			continue;
		}
		deliver(msg, len, answer);
		puts(answer);
		if (opt.next_ports) {
			opt.initiator.port++;
			opt.responder.port++;
		}
	}
	endpoint_keys_free(ek);
	return 0;
}
