// SPDX-License-Identifier: BSD-3-Clause
/*
 * The whole daemon, all its processes, on a kernel that is made up: two of them
 * on loopback agree keys, are asked, reloaded, flooded and crashed. With
 * sanitizers, which the guest's tests have not. Needs root (for chroot and the
 * change of user).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

/* its children are this program again */
int ksrtpd_main(int argc, char **argv);
#define main ksrtpd_main
#include "../../../userspace/ksrtpd/ksrtpd.c"
#undef main

#include "base/random.h"
#include "endpoint_keys.h"
#include "fake_nl.h"
#include "kms/kms.h"
#include "ksrtpd/keystore.h"
#include "ksrtpnl/ksrtpnl.h"

#define ALICE "tel:+447700900001"
#define BOB "tel:+447700900002"
#define CAROL "tel:+447700900003"

static char dir[] = "/tmp/ksrtpd-whole-XXXXXX";
static char month[8];

struct daemon {
	const char *name, *identity, *peer;
	const char *address, *peer_address;
	pid_t pid;
};

static struct daemon alice = { "alice", ALICE, BOB, "127.0.0.1", "127.0.0.2", 0 };
static struct daemon bob = { "bob", BOB, ALICE, "127.0.0.2", "127.0.0.1", 0 };

static const char *in_dir(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static const char *in_dir(const char *fmt, ...)
{
	static char out[4][300];
	static unsigned int n;
	va_list ap;
	int len;

	n = (n + 1) % 4;
	len = snprintf(out[n], sizeof(out[n]), "%s/", dir);
	va_start(ap, fmt);
	vsnprintf(out[n] + len, sizeof(out[n]) - (size_t)len, fmt, ap);
	va_end(ap);
	return out[n];
}

static void pause_ms(long ms)
{
	struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

/* -------------------------------------------------------------------- keys */

static void issue(struct ksrtp_sakke_ctx *ctx, const struct ksrtp_eccsi_kms *eccsi,
		  const uint8_t *z, const uint8_t *ksak, const char *identity)
{
	struct ksrtp_kms_keyset ks = { .kms_uri = "kms.example.org" };
	uint8_t id[KSRTP_KMS_IDENTIFIER_LEN];
	struct ksrtp_conf_error e;
	size_t len;

	strcpy(ks.identity, identity);
	assert_int_equal(ksrtp_text_period(month, &ks.period), 0);
	len = ksrtp_kms_identifier(id, &ks.period, identity);
	assert_true(len > 0);
	assert_int_equal(ksrtp_sakke_rsk_extract(ctx, z, KSRTP_SAKKE_MASTER_LEN, id, len, ks.rsk),
			 0);
	assert_int_equal(ksrtp_eccsi_key_issue(eccsi, ksak, KSRTP_ECCSI_KSAK_LEN, id, len,
					       ksrtp_random, NULL, ks.ssk, ks.pvt),
			 0);
	assert_int_equal(
		ksrtp_kms_keyset_write(in_dir("tel%s-%s.key", identity + 4, month), &ks, &e), 0);
}

static void make_kms(void)
{
	struct ksrtp_kms_domain d = { .uri = "kms.example.org" };
	uint8_t z[KSRTP_SAKKE_MASTER_LEN], ksak[KSRTP_ECCSI_KSAK_LEN];
	struct ksrtp_eccsi_kms *eccsi;
	struct ksrtp_sakke_ctx *ctx;
	struct ksrtp_conf_error e;

	assert_int_equal(ksrtp_sakke_ctx_new(&ctx, 0), 0);
	assert_int_equal(ksrtp_sakke_master_generate(ctx, ksrtp_random, NULL, z), 0);
	assert_int_equal(ksrtp_eccsi_master_generate(ctx, ksrtp_random, NULL, ksak), 0);
	assert_int_equal(ksrtp_sakke_master_public(ctx, z, sizeof(z), d.z), 0);
	assert_int_equal(ksrtp_eccsi_master_public(ctx, ksak, sizeof(ksak), d.kpak), 0);
	assert_int_equal(ksrtp_eccsi_kms_new(&eccsi, ctx, d.kpak, sizeof(d.kpak)), 0);
	assert_int_equal(ksrtp_kms_domain_write(in_dir("domain"), &d, &e), 0);
	issue(ctx, eccsi, z, ksak, ALICE);
	issue(ctx, eccsi, z, ksak, BOB);
	issue(ctx, eccsi, z, ksak, CAROL);
	ksrtp_eccsi_kms_free(eccsi);
	ksrtp_sakke_ctx_free(ctx);
}

/* ------------------------------------------------------------------ daemons */

static void write_conf(const struct daemon *d, const char *transport, const char *more)
{
	FILE *f = fopen(in_dir("%s.conf", d->name), "w");

	assert_non_null(f);
	fprintf(f,
		"[Daemon]\nListen = %s:22690\nUser = nobody\nControlSocket = %s/%s.sock\n"
		"Chroot = %s/%s.empty\nReplayFile = %s/%s.replay\nLog = debug\n"
		"[Kms]\nDomain = %s/domain\n"
		"[Identity]\nUri = %s\nKeySet = %s\n"
		"[Peer]\nName = %s\nIdentity = %s\nAddress = %s:22690\nLocal = %s\nRemote = %s\n"
		"Ports = 5000-5999\nTransport = %s\n%s",
		d->address, dir, d->name, dir, d->name, dir, d->name, dir, d->identity, dir,
		d == &alice ? "bob" : "alice", d->peer, d->peer_address, d->address,
		d->peer_address, transport, more);
	fclose(f);
}

static int dial(const struct daemon *d)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct timeval tv = { .tv_sec = 30 };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/%s.sock", dir, d->name);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun))) {
		close(fd);
		return -1;
	}
	return fd;
}

static json_t *read_answer(int fd)
{
	static char buf[1 << 20];
	size_t len = 0;

	while (len < sizeof(buf)) {
		ssize_t n = recv(fd, buf + len, 1, 0);

		if (n <= 0)
			return NULL;
		if (buf[len++] == '\n')
			return json_loadb(buf, len, 0, NULL);
	}
	return NULL;
}

static json_t *ask(const struct daemon *d, const char *line)
{
	int fd = dial(d);
	json_t *answer;

	if (fd < 0)
		return NULL;
	assert_int_equal(send(fd, line, strlen(line), MSG_NOSIGNAL), strlen(line));
	assert_int_equal(send(fd, "\n", 1, MSG_NOSIGNAL), 1);
	answer = read_answer(fd);
	close(fd);
	return answer;
}

static bool ok(const struct daemon *d, const char *line)
{
	json_t *a = ask(d, line);
	bool yes = json_is_true(json_object_get(a, "ok"));

	json_decref(a);
	return yes;
}

static json_int_t counter(const struct daemon *d, const char *name)
{
	json_t *a = ask(d, "{\"cmd\":\"counters\"}");
	json_int_t v = json_integer_value(json_object_get(json_object_get(a, "counters"), name));

	json_decref(a);
	return v;
}

static json_int_t status_calls(const struct daemon *d, const char *name)
{
	json_t *a = ask(d, "{\"cmd\":\"status\"}");
	json_int_t v = json_integer_value(json_object_get(json_object_get(a, "calls"), name));

	json_decref(a);
	return v;
}

static void run(struct daemon *d)
{
	char fake[128];
	int tries, fd;

	d->pid = fork();
	if (!d->pid) {
		snprintf(fake, sizeof(fake), "%s/%s.kernel", dir, d->name);
		setenv("KSRTP_FAKE_KERNEL", fake, 1);
		fd = open(in_dir("%s.log", d->name), O_WRONLY | O_CREAT | O_APPEND, 0600);
		dup2(fd, 2);
		close(fd);
		execl("/proc/self/exe", "ksrtpd", "--daemon", in_dir("%s.conf", d->name), NULL);
		_exit(1);
	}
	for (tries = 0; tries < 600 && !ok(d, "{\"cmd\":\"status\"}"); tries++) {
		if (waitpid(d->pid, NULL, WNOHANG))
			break;
		pause_ms(50);
	}
	if (!ok(d, "{\"cmd\":\"status\"}"))
		fail_msg("%s does not start", d->name);
}

/* Its exit status, or 128 and the signal. */
static int wait_end(struct daemon *d)
{
	int status, tries;

	for (tries = 0; tries < 400; tries++) {
		if (waitpid(d->pid, &status, WNOHANG) == d->pid) {
			d->pid = 0;
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		}
		pause_ms(50);
	}
	return -1;
}

static int children(const struct daemon *d, pid_t *out, int max)
{
	char path[64], text[256] = "";
	int n = 0, fd;
	ssize_t len;
	char *p;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", d->pid, d->pid);
	fd = open(path, O_RDONLY);
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len > 0 ? len : 0] = 0;
	for (p = strtok(text, " "); p && n < max; p = strtok(NULL, " "))
		out[n++] = atoi(p);
	return n;
}

static void send_event(const struct daemon *d, const struct ksrtpnl_event *e)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct sockaddr_un sun;
	socklen_t len = fake_nl_address(in_dir("%s.kernel", d->name), &sun);

	assert_int_equal(sendto(fd, e, sizeof(*e), 0, (struct sockaddr *)&sun, len), sizeof(*e));
	close(fd);
}

static void acquire(const struct daemon *d, uint16_t port)
{
	struct ksrtpnl_event e = { .type = KSRTPNL_EV_ACQUIRE, .dir = KSRTPNL_OUT, .ssrc = 77 };

	assert_int_equal(ksrtp_text_addr(d->address, &e.local.addr), 0);
	assert_int_equal(ksrtp_text_addr(d->peer_address, &e.remote.addr), 0);
	e.local.port = e.remote.port = port;
	send_event(d, &e);
}

static bool soon(json_int_t (*what)(const struct daemon *, const char *), const struct daemon *d,
		 const char *name, json_int_t least)
{
	int tries;

	for (tries = 0; tries < 300; tries++) {
		if (what(d, name) >= least)
			return true;
		pause_ms(50);
	}
	return false;
}

/* What is in a log that should not be: sanitizers report there. */
static void log_is_clean(const struct daemon *d)
{
	static const char *const bad[] = { "ERROR: AddressSanitizer",
					   "runtime error:", "LeakSanitizer", "makes no sense",
					   "wrong type" };
	static char text[1 << 20];
	FILE *f = fopen(in_dir("%s.log", d->name), "r");
	size_t len, i;

	assert_non_null(f);
	len = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[len] = 0;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (strstr(text, bad[i]))
			fail_msg("%s: %s", d->name, strstr(text, bad[i]));
}

/* --------------------------------------------------------------------- MIKEY */

static struct endpoint_keys *keys_of(const char *identity)
{
	const char *set = in_dir("tel%s-%s.key", identity + 4, month);
	struct endpoint_keys *ek = endpoint_keys_new(in_dir("domain"), &set, 1);

	assert_non_null(ek);
	return ek;
}

static size_t message(struct endpoint_keys *ek, const char *from, const char *to, uint16_t port,
		      uint8_t *buf, size_t cap)
{
	struct ksrtp_mikey_flow flow = { .family = 4,
					 .initiator = { 127, 0, 0, 1 },
					 .responder = { 127, 0, 0, 2 },
					 .initiator_port = port,
					 .responder_port = port };
	uint8_t ssv[16], rand[16];
	struct ksrtp_mikey_proposal p = { .scheme = KSRTP_MIKEY_SCHEME_TEL_MONTH,
					  .now_ns = proc_wall_ns(),
					  .initiator = from,
					  .responder = to,
					  .initiator_kms = "kms.example.org",
					  .responder_kms = "kms.example.org",
					  .rand = rand,
					  .rand_len = sizeof(rand),
					  .ssv = ssv,
					  .n_cs = 2,
					  .flow = &flow };
	size_t len;
	int i;

	endpoint_random(ssv, sizeof(ssv));
	endpoint_random(rand, sizeof(rand));
	endpoint_random(&p.csb_id, sizeof(p.csb_id));
	for (i = 0; i < 2; i++)
		p.cs[i] = (struct ksrtp_mikey_cs){ .id = (uint8_t)(i + 1),
						   .n_policies = 1,
						   .has_ssrc = true,
						   .has_roc = true,
						   .suite = 2 };
	assert_int_equal(ksrtp_mikey_initiate(&endpoint_ops, ek, &p, buf, cap, &len, NULL), 0);
	return len;
}

enum verdict { ACCEPTED, ERROR, RESET, NOTHING };

static struct sockaddr_in bobs_port(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(22690) };

	inet_pton(AF_INET, bob.address, &sin.sin_addr);
	return sin;
}

static enum verdict deliver(const uint8_t *msg, size_t len)
{
	struct sockaddr_in sin = bobs_port();
	struct timeval tv = { .tv_sec = 20 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	uint8_t buf[64];
	ssize_t n = -1;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	if (!connect(fd, (struct sockaddr *)&sin, sizeof(sin))) {
		(void)!send(fd, msg, len, MSG_NOSIGNAL);
		shutdown(fd, SHUT_WR);
		n = recv(fd, buf, sizeof(buf), 0);
	}
	close(fd);
	if (n < 0)
		return errno == EAGAIN ? NOTHING : RESET;
	return n ? ERROR : ACCEPTED;
}

/* -------------------------------------------------------------------- tests */

static int set_up(void **state)
{
	time_t now = time(NULL);

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	strftime(month, sizeof(month), "%Y-%m", gmtime(&now));
	make_kms();
	write_conf(&alice, "tcp", "");
	write_conf(&bob, "tcp", "MaxCalls = 40\n");
	run(&alice);
	run(&bob);
	return 0;
}

static int tear_down(void **state)
{
	char cmd[64];

	(void)state;
	if (alice.pid)
		kill(alice.pid, SIGKILL);
	if (bob.pid)
		kill(bob.pid, SIGKILL);
	snprintf(cmd, sizeof(cmd), "rm -rf %s", dir);
	return system(cmd);
}

static void test_agree(void **state)
{
	json_t *a, *b, *ca, *cb;

	(void)state;
	acquire(&alice, 5000);
	assert_true(soon(status_calls, &alice, "up", 1));
	assert_true(soon(status_calls, &bob, "up", 1));
	a = ask(&alice, "{\"cmd\":\"calls\"}");
	b = ask(&bob, "{\"cmd\":\"calls\"}");
	ca = json_array_get(json_object_get(a, "calls"), 0);
	cb = json_array_get(json_object_get(b, "calls"), 0);
	assert_string_equal(json_string_value(json_object_get(ca, "peer")), BOB);
	assert_string_equal(json_string_value(json_object_get(cb, "peer")), ALICE);
	assert_string_equal(json_string_value(json_object_get(ca, "mki")),
			    json_string_value(json_object_get(cb, "mki")));
	assert_true(json_is_false(json_object_get(ca, "secure")));
	json_decref(a);
	json_decref(b);
	assert_int_equal(counter(&bob, "net.installed"), 1);
}

/* Many at once, from both ends, some of them for the same flow. */
static void test_many(void **state)
{
	uint16_t port;

	(void)state;
	for (port = 5001; port < 5030; port++) {
		acquire(&alice, port);
		if (port % 3 == 0)
			acquire(&bob, port);
	}
	assert_true(soon(status_calls, &alice, "up", 30));
	assert_true(soon(status_calls, &bob, "up", 30));
	assert_int_equal(status_calls(&alice, "up"), 30);
}

static void test_rekey(void **state)
{
	(void)state;
	assert_true(ok(&alice, "{\"cmd\":\"rekey\"}"));
	assert_true(soon(counter, &alice, "calls.rekeys", 30));
	assert_true(soon(counter, &bob, "calls.rekeys", 30));
	assert_true(ok(&bob, "{\"cmd\":\"rekey\",\"id\":1}"));
	assert_true(soon(counter, &bob, "calls.rekeys", 31));
	assert_false(ok(&bob, "{\"cmd\":\"rekey\",\"id\":4711}"));
	assert_false(ok(&bob, "{\"cmd\":\"rekey\",\"id\":-1}"));
	assert_false(ok(&bob, "{\"cmd\":\"rekey\",\"id\":\"x\"}"));
}

static void test_control_abuse(void **state)
{
	static const char *const bad[] = { "",
					   "{",
					   "[]",
					   "null",
					   "{}",
					   "{\"cmd\":1}",
					   "{\"cmd\":\"\"}",
					   "{\"cmd\":\"stop\"}",
					   "\x01\xff",
					   "{\"cmd\":\"calls\",\"cmd\":\"status\"}" };
	static char big[9000];
	int fd, i, fds[40];
	json_t *a;

	(void)state;
	for (i = 0; i < 10; i++) {
		a = ask(&bob, bad[i]);
		assert_true(json_is_false(json_object_get(a, "ok")));
		assert_true(json_is_string(json_object_get(a, "error")));
		json_decref(a);
	}
	/* a thousand lines at once, answered in order */
	fd = dial(&bob);
	for (i = 0; i < 1000; i++)
		memcpy(big + 4 * i, i % 2 ? "{} \n" : "[]\n\n", 4);
	assert_int_equal(send(fd, big, 4000, MSG_NOSIGNAL), 4000);
	for (i = 0; i < 1500; i++) {
		a = read_answer(fd);
		assert_non_null(a);
		json_decref(a);
	}
	close(fd);
	/* a line without end */
	fd = dial(&bob);
	memset(big, 'x', sizeof(big));
	(void)!send(fd, big, sizeof(big), MSG_NOSIGNAL);
	assert_null(read_answer(fd));
	close(fd);
	/* more clients than places, and one that goes away before its answer */
	for (i = 0; i < 40; i++)
		fds[i] = dial(&bob);
	for (i = 0; i < 40; i++) {
		if (fds[i] < 0)
			continue;
		(void)!send(fds[i], "{\"cmd\":\"calls\"}\n", 16, MSG_NOSIGNAL);
		close(fds[i]);
	}
	assert_true(soon(status_calls, &bob, "up", 1));
}

static void test_tampered(void **state)
{
	struct endpoint_keys *ek = keys_of(ALICE);
	uint8_t msg[2048];
	size_t len = message(ek, ALICE, BOB, 5100, msg, sizeof(msg)), i;
	json_int_t up = status_calls(&bob, "up");

	(void)state;
	for (i = 0; i < len; i++) {
		msg[i] ^= (uint8_t)(1 << i % 8);
		assert_int_not_equal(deliver(msg, len), ACCEPTED);
		msg[i] ^= (uint8_t)(1 << i % 8);
	}
	for (i = 0; i < len; i += 5)
		assert_int_not_equal(deliver(msg, i), ACCEPTED);
	assert_int_equal(status_calls(&bob, "up"), up);
	assert_int_equal(deliver(msg, len), ACCEPTED);
	assert_int_equal(deliver(msg, len), RESET);
	assert_int_equal(counter(&bob, "refused.replay"), 1);
	len = message(ek, ALICE, CAROL, 5101, msg, sizeof(msg));
	assert_int_equal(deliver(msg, len), ERROR);
	len = message(ek, ALICE, BOB, 6000, msg, sizeof(msg));
	assert_int_equal(deliver(msg, len), ERROR);
	endpoint_keys_free(ek);
	ek = keys_of(CAROL);
	len = message(ek, CAROL, BOB, 5101, msg, sizeof(msg));
	assert_int_equal(deliver(msg, len), ERROR);
	endpoint_keys_free(ek);
	assert_int_equal(status_calls(&bob, "up"), up + 1);
}

/* A harmless habit of others is taken, and counted; one that is not, is refused. */
static void test_habits(void **state)
{
	struct endpoint_keys *ek = keys_of(ALICE);
	struct ksrtp_mikey_identifier id;
	uint8_t msg[2048];
	int32_t period;
	size_t len;

	(void)state;
	assert_int_equal(counter(&bob, "habit.v-flag"), 0);
	assert_true(ksrtp_mikey_month_parse(month, &period));
	assert_int_equal(ksrtp_mikey_identifier_tel(&id, ALICE, period), 0);
	len = message(ek, ALICE, BOB, 5102, msg, sizeof(msg));
	msg[3] |= 0x80; /* the V flag */
	assert_int_equal(endpoint_ops.sign(ek, "kms.example.org", &id, msg, len - 129,
					   msg + len - 129),
			 0);
	assert_int_equal(deliver(msg, len), ACCEPTED);
	assert_int_equal(counter(&bob, "habit.v-flag"), 1);
	len = message(ek, ALICE, BOB, 5103, msg, sizeof(msg));
	msg[len - 130] = 32; /* the signature's length */
	assert_int_equal(endpoint_ops.sign(ek, "kms.example.org", &id, msg, len - 129,
					   msg + len - 129),
			 0);
	assert_int_equal(deliver(msg, len), ERROR);
	assert_int_equal(counter(&bob, "habit.sign-length"), 0);
	endpoint_keys_free(ek);
}

static uint32_t rnd(uint32_t n)
{
	static uint32_t s = 2463534242u;

	s ^= s << 13;
	s ^= s >> 17;
	s ^= s << 5;
	return s % n;
}

static void test_rubbish(void **state)
{
	struct endpoint_keys *ek = keys_of(ALICE);
	struct sockaddr_in sin = bobs_port();
	static uint8_t msg[2048], buf[9000];
	size_t len = message(ek, ALICE, BOB, 5110, msg, sizeof(msg)), i;
	int udp = socket(AF_INET, SOCK_DGRAM, 0), conn[100], n;

	(void)state;
	for (i = 0; i < 100; i++) {
		conn[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(conn[i], (struct sockaddr *)&sin, sizeof(sin));
	}
	for (n = 0; n < 20000; n++) {
		size_t out = rnd(20) ? rnd(1500) : rnd(sizeof(buf));

		for (i = 0; i < out; i++)
			buf[i] = (uint8_t)rnd(256);
		if (rnd(2) && out > 100) {
			memcpy(buf, msg, out < len ? out : len);
			for (i = 0; i < 3; i++)
				buf[rnd(100)] = (uint8_t)rnd(256);
		}
		sendto(udp, buf, out, 0, (struct sockaddr *)&sin, sizeof(sin));
		if (!rnd(20))
			(void)!send(conn[rnd(100)], buf, out, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (!rnd(200))
			shutdown(conn[rnd(100)], SHUT_WR);
	}
	for (i = 0; i < 100; i++)
		close(conn[i]);
	close(udp);
	assert_true(soon(counter, &bob, "net.udp-received", 1000));
	/* and the real thing */
	len = message(ek, ALICE, BOB, 5111, msg, sizeof(msg));
	assert_int_equal(deliver(msg, len), ACCEPTED);
	endpoint_keys_free(ek);
}

static void test_max_calls(void **state)
{
	struct endpoint_keys *ek = keys_of(ALICE);
	static uint8_t msg[2048];
	uint16_t port;
	size_t len;

	(void)state;
	for (port = 5200; port < 5260; port++) {
		len = message(ek, ALICE, BOB, port, msg, sizeof(msg));
		deliver(msg, len);
	}
	assert_int_equal(status_calls(&bob, "up"), 40);
	assert_true(counter(&bob, "refused.call-limit") >= 20);
	endpoint_keys_free(ek);
}

static void test_reload(void **state)
{
	json_int_t up = status_calls(&bob, "up");
	char cmd[400];
	json_t *a;

	(void)state;
	assert_true(ok(&bob, "{\"cmd\":\"reload\"}"));
	assert_int_equal(status_calls(&bob, "up"), up);
	write_conf(&bob, "tcp", "Nonsense = 1\n");
	a = ask(&bob, "{\"cmd\":\"reload\"}");
	assert_true(json_is_false(json_object_get(a, "ok")));
	assert_non_null(strstr(json_string_value(json_object_get(a, "error")), "Nonsense"));
	json_decref(a);
	assert_int_equal(status_calls(&bob, "up"), up);
	/* a key set that is not what it says: the keys process objects */
	rename(in_dir("tel%s-%s.key", BOB + 4, month), in_dir("good"));
	snprintf(cmd, sizeof(cmd), "umask 077; sed s/900003/900002/ %s/tel%s-%s.key >%s/x", dir,
		 CAROL + 4, month, dir);
	assert_int_equal(system(cmd), 0);
	rename(in_dir("x"), in_dir("tel%s-%s.key", BOB + 4, month));
	write_conf(&bob, "tcp", "");
	a = ask(&bob, "{\"cmd\":\"reload\"}");
	assert_true(json_is_false(json_object_get(a, "ok")));
	assert_non_null(strstr(json_string_value(json_object_get(a, "error")), "does not verify"));
	json_decref(a);
	rename(in_dir("good"), in_dir("tel%s-%s.key", BOB + 4, month));
	/* another transport, another limit; SIGHUP does the same */
	write_conf(&bob, "udp", "");
	kill(bob.pid, SIGHUP);
	pause_ms(500);
	assert_true(ok(&bob, "{\"cmd\":\"reload\"}"));
	assert_int_equal(status_calls(&bob, "up"), up);
}

/* bob's messages go by UDP now; alice's first packet is his answer. */
static void test_udp(void **state)
{
	struct ksrtpnl_event e = { .type = KSRTPNL_EV_FIRST_AUTH, .mki_len = 4 };
	json_t *a, *c = NULL;
	unsigned int mki;
	size_t i;

	(void)state;
	acquire(&bob, 5300);
	assert_true(soon(status_calls, &bob, "keying", 1));
	assert_true(soon(counter, &alice, "net.udp-received", 1));
	for (i = 0; i < 100 && !c; i++) {
		pause_ms(50);
		a = ask(&alice, "{\"cmd\":\"calls\"}");
		json_array_foreach(json_object_get(a, "calls"), i, c)
			if (!strcmp(json_string_value(json_object_get(c, "local")),
				    "127.0.0.1:5300"))
				break;
		json_decref(c ? NULL : a);
	}
	assert_non_null(c);
	mki = (unsigned int)strtoul(json_string_value(json_object_get(c, "mki")), NULL, 16);
	for (i = 0; i < 4; i++)
		e.mki[i] = (uint8_t)(mki >> (24 - 8 * i));
	/* the fake's numbers are those of its own flows: try them all */
	for (e.flow_id = 1; e.flow_id < 200; e.flow_id++)
		send_event(&bob, &e);
	assert_true(soon(status_calls, &bob, "secure", 1));
	json_decref(a);
}

/* A field of a group's only entry, or of its member's; the caller releases it. */
static json_t *group_field(const struct daemon *d, const char *member, const char *name)
{
	json_t *a = ask(d, "{\"cmd\":\"groups\"}"), *found = NULL, *m;
	json_t *g = json_array_get(json_object_get(a, "groups"), 0);
	size_t i;

	if (!member)
		found = json_object_get(g, name);
	json_array_foreach(json_object_get(g, "members"), i, m)
		if (member && !strcmp(json_string_value(json_object_get(m, "identity")), member))
			found = json_object_get(m, name);
	json_incref(found);
	json_decref(a);
	return found;
}

static bool group_is(const struct daemon *d, const char *member, const char *name, const char *want)
{
	json_t *v = group_field(d, member, name);
	bool is = json_is_string(v) && !strcmp(json_string_value(v), want);

	json_decref(v);
	return is;
}

/* Both have one key of the group, and not the one it was. */
static bool group_keyed(const char *before, char key[16])
{
	int tries;

	for (tries = 0; tries < 300; tries++, pause_ms(50)) {
		json_t *v = group_field(&alice, NULL, "key");

		snprintf(key, 16, "%s", json_is_string(v) ? json_string_value(v) : "");
		json_decref(v);
		if (*key && strcmp(key, before) && group_is(&bob, NULL, "key", key) &&
		    group_is(&alice, BOB, "state", "keyed"))
			return true;
	}
	return false;
}

#define GROUP "[Group]\nName = ops\nMedia = 239.1.2.3:5000\n"

/* alice manages a group; bob is told, carol's daemon is not there. */
static void test_group(void **state)
{
	char one[16], two[16], three[16];
	json_int_t told = counter(&alice, "calls.group-members-keyed");
	uint8_t buf[KSRTPD_MSG_MAX];
	struct endpoint_keys *ek = keys_of(CAROL);
	struct ksrtp_mikey_group g = { .family = 4,
				       .port = 5000,
				       .address = { 239, 1, 2, 3 },
				       .name = "ops" };
	struct ksrtp_mikey_proposal p = { .scheme = KSRTP_MIKEY_SCHEME_TEL_MONTH,
					  .prf = KSRTP_MIKEY_PRF_SHA256,
					  .initiator = CAROL,
					  .responder = BOB,
					  .initiator_kms = "kms.example.org",
					  .responder_kms = "kms.example.org",
					  .rand = buf,
					  .rand_len = 16,
					  .ssv = buf,
					  .map_type = KSRTP_MIKEY_MAP_GENERIC_ID,
					  .n_cs = 1,
					  .cs = { { .id = 4, .spi_len = 8, .suite = 2 } },
					  .group = &g };
	size_t len;

	(void)state;
	write_conf(&alice, "tcp",
		   GROUP "Source = 127.0.0.1:6000\nSwitch = 1\nOverlap = 1\n"
			 "Member = " BOB " 127.0.0.2:22690 127.0.0.2:6000\n"
			 "Member = " CAROL " 127.0.0.3:22690 127.0.0.3:6000\n");
	write_conf(&bob, "udp", GROUP "Manager = " ALICE "\nAddress = 127.0.0.1:22690\n");
	assert_true(ok(&bob, "{\"cmd\":\"reload\"}"));
	assert_true(ok(&alice, "{\"cmd\":\"reload\"}"));
	assert_true(group_keyed("", one));
	assert_int_equal(counter(&alice, "calls.group-members-keyed"), told + 1);
	assert_true(group_is(&alice, NULL, "role", "manager"));
	assert_true(group_is(&bob, NULL, "role", "member"));
	assert_true(group_is(&bob, ALICE, "source", "127.0.0.1:6000"));
	assert_true(group_is(&bob, BOB, "source", "127.0.0.2:6000"));
	assert_true(group_is(&alice, CAROL, "state", "waiting"));

	assert_true(ok(&alice, "{\"cmd\":\"group-rekey\",\"name\":\"ops\"}"));
	assert_true(group_keyed(one, two));
	assert_false(ok(&bob, "{\"cmd\":\"group-rekey\",\"name\":\"ops\"}"));
	assert_false(ok(&alice, "{\"cmd\":\"group-rekey\",\"name\":\"none\"}"));
	assert_false(ok(&alice, "{\"cmd\":\"group-rekey\"}"));
	assert_false(ok(&alice, "{\"cmd\":\"group-remove\",\"name\":\"ops\"}"));
	assert_false(ok(&alice, "{\"cmd\":\"group-remove\",\"name\":\"ops\",\"member\":7}"));
	assert_true(ok(&alice,
		       "{\"cmd\":\"group-remove\",\"name\":\"ops\",\"member\":\"" CAROL "\"}"));
	assert_true(group_keyed(two, three));
	assert_true(group_is(&alice, CAROL, "state", "removed"));
	assert_null(group_field(&bob, CAROL, "source"));

	/* carol names a key */
	p.now_ns = proc_wall_ns();
	endpoint_random(buf, sizeof(buf));
	assert_int_equal(ksrtp_mikey_initiate(&endpoint_ops, ek, &p, buf + 32, sizeof(buf) - 32,
					      &len, NULL),
			 0);
	assert_int_equal(deliver(buf + 32, len), ERROR);
	assert_true(group_is(&bob, NULL, "key", three));
	endpoint_keys_free(ek);

	write_conf(&alice, "tcp", "");
	write_conf(&bob, "udp", "");
	assert_true(ok(&bob, "{\"cmd\":\"reload\"}"));
	assert_true(ok(&alice, "{\"cmd\":\"reload\"}"));
	assert_null(group_field(&alice, NULL, "key"));
	assert_null(group_field(&bob, NULL, "key"));
}

static void test_second_daemon(void **state)
{
	struct daemon again = bob;
	int status;

	(void)state;
	again.pid = fork();
	if (!again.pid) {
		setenv("KSRTP_FAKE_KERNEL", "other", 1);
		close(2);
		open("/dev/null", O_WRONLY);
		execl("/proc/self/exe", "ksrtpd", "--daemon", in_dir("bob.conf"), NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(again.pid, &status, 0), again.pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	assert_true(ok(&bob, "{\"cmd\":\"status\"}"));
}

static void test_crashes(void **state)
{
	pid_t kids[8];
	int i, j, n;

	(void)state;
	for (i = 0; i < 5; i++) {
		n = children(&bob, kids, 8);
		assert_int_equal(n, 4);
		kill(i < 4 ? kids[i] : bob.pid, SIGKILL);
		assert_int_equal(wait_end(&bob), i < 4 ? 1 : 128 + SIGKILL);
		for (j = 0; j < 200; j++) {
			int k, left = 0;

			for (k = 0; k < n; k++)
				left += !kill(kids[k], 0);
			if (!left)
				break;
			pause_ms(20);
		}
		assert_true(j < 200);
		run(&bob);
	}
}

static void test_end(void **state)
{
	(void)state;
	kill(alice.pid, SIGTERM);
	assert_int_equal(wait_end(&alice), 0);
	kill(bob.pid, SIGINT);
	assert_int_equal(wait_end(&bob), 0);
	assert_int_equal(access(in_dir("bob.sock"), F_OK), -1);
	log_is_clean(&alice);
	log_is_clean(&bob);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agree),	  cmocka_unit_test(test_many),
		cmocka_unit_test(test_rekey),	  cmocka_unit_test(test_control_abuse),
		cmocka_unit_test(test_tampered),  cmocka_unit_test(test_habits),
		cmocka_unit_test(test_rubbish),
		cmocka_unit_test(test_max_calls), cmocka_unit_test(test_reload),
		cmocka_unit_test(test_udp),	  cmocka_unit_test(test_group),
		cmocka_unit_test(test_second_daemon),
		cmocka_unit_test(test_crashes),	  cmocka_unit_test(test_end),
	};

	if (argc > 1 && !strcmp(argv[1], "-R"))
		return ksrtpd_main(argc, argv);
	if (argc > 2 && !strcmp(argv[1], "--daemon"))
		return parent_main(argv[2], true, false);
	if (geteuid()) {
		puts("1..0 # SKIP not root");
		return 0;
	}
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
