// SPDX-License-Identifier: BSD-3-Clause
/* Configuration of ksrtpd: what is read, and what every mistake is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/conf.h"
#include "kms/kms.h"
#include "ksrtpd/conf.h"

#define ALICE "tel:+447700900001"
#define BOB "tel:+447700900002"

static char dir[] = "/tmp/ksrtpd-conf-XXXXXX";
static char path[64];

static const char *in_dir(const char *name)
{
	static char out[4][256];
	static unsigned int n;

	n = (n + 1) % 4;
	snprintf(out[n], sizeof(out[n]), "%s/%s", dir, name);
	return out[n];
}

static void write_keyset(const char *name, const char *identity, const char *kms, int month)
{
	struct ksrtp_kms_keyset ks = { .period = { 2026, (uint8_t)month } };
	struct ksrtp_conf_error e;

	strcpy(ks.identity, identity);
	strcpy(ks.kms_uri, kms);
	memset(ks.rsk, 0x11, sizeof(ks.rsk));
	memset(ks.ssk, 0x22, sizeof(ks.ssk));
	memset(ks.pvt, 0x33, sizeof(ks.pvt));
	assert_int_equal(ksrtp_kms_keyset_write(in_dir(name), &ks, &e), 0);
}

static int set_up(void **state)
{
	struct ksrtp_kms_domain d = { .uri = "kms.example.org" };
	struct ksrtp_conf_error e;

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/ksrtpd.conf", dir);
	memset(d.z, 4, sizeof(d.z));
	memset(d.kpak, 4, sizeof(d.kpak));
	if (ksrtp_kms_domain_write(in_dir("domain"), &d, &e))
		return -1;
	write_keyset("tel+447700900001-2026-11.key", ALICE, "kms.example.org", 11);
	write_keyset("tel+447700900001-2026-12.key", ALICE, "kms.example.org", 12);
	write_keyset("tel+447700900002-2026-11.key", BOB, "kms.example.org", 11);
	write_keyset("foreign", ALICE, "kms.example.net", 10);
	return 0;
}

static int tear_down(void **state)
{
	char cmd[64];

	(void)state;
	snprintf(cmd, sizeof(cmd), "rm -rf %s", dir);
	return system(cmd);
}

/* "D" in the text stands for the directory. */
static void write_conf(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	for (; *text; text++) {
		if (*text == '@')
			fputs(dir, f);
		else
			fputc(*text, f);
	}
	fclose(f);
}

#define DAEMON "[Daemon]\nUser = nobody\n"
#define KMS "[Kms]\nDomain = @/domain\n"
#define IDENTITY "[Identity]\nUri = " ALICE "\nKeySet = @/tel+447700900001-2026-11.key\n"
#define BASE DAEMON KMS IDENTITY
#define PEER_1 "[Peer]\nName = bob\nIdentity = " BOB "\nAddress = 192.0.2.2\n"
#define PEER_2 "Local = 192.0.2.1\nRemote = 192.0.2.2\nPorts = 5000-5999\n"
#define PEER PEER_1 PEER_2

static void good(const char *text, struct ksrtpd_conf_file *file)
{
	struct ksrtp_conf_error e = { "" };

	write_conf(text);
	if (!ksrtpd_conf_read(file, path, &e))
		fail_msg("%s", e.text);
}

static void bad(const char *text, int line, const char *key, const char *why)
{
	struct ksrtpd_conf_file file;
	struct ksrtp_conf_error e = { "" };
	char where[128];

	write_conf(text);
	if (ksrtpd_conf_read(&file, path, &e)) {
		ksrtpd_conf_file_free(&file);
		fail_msg("accepted: %s", text);
	}
	if (line)
		snprintf(where, sizeof(where), "%s:%d: %s", path, line, key);
	else
		snprintf(where, sizeof(where), "%s", key);
	if (!strstr(e.text, where) || !strstr(e.text, why))
		fail_msg("\"%s\" is not about %s: %s", e.text, where, why);
	assert_null(file.keysets);
	assert_null(file.conf.peer);
}

static void test_defaults(void **state)
{
	struct ksrtpd_conf_file f;

	(void)state;
	good(BASE PEER, &f);
	assert_string_equal(f.control, "/run/ksrtpd/control.sock");
	assert_string_equal(f.chroot, "/run/ksrtpd/empty");
	assert_int_equal(f.uid, 65534);
	assert_int_equal(f.conf.daemon.skew_s, 60);
	assert_int_equal(f.conf.daemon.idle_s, 300);
	assert_int_equal(f.conf.daemon.max_calls, 4096);
	assert_int_equal(f.conf.n_listen, 2);
	assert_int_equal(f.conf.listen[0].port, 2269);
	assert_int_equal(f.conf.n_kms, 1);
	assert_int_equal(f.conf.n_keyinfo, 1);
	assert_int_equal(f.n_keysets, 1);
	assert_int_equal(f.keysets[0].rsk[0], 0x11);
	assert_int_equal(f.conf.n_peers, 1);
	assert_string_equal(f.conf.peer[0].as, ALICE);
	assert_string_equal(f.conf.peer[0].kms, "kms.example.org");
	assert_int_equal(f.conf.peer[0].daemon.port, 2269);
	assert_int_equal(f.conf.peer[0].suite, KSRTPD_SUITE_AEAD_AES_128_GCM);
	assert_int_equal(f.conf.peer[0].transport, KSRTPD_TCP);
	assert_int_equal(f.conf.peer[0].rtcp, KSRTPD_RTCP_MUX);
	assert_int_equal(f.conf.peer[0].rekey_after, 3600);
	assert_int_equal(f.conf.peer[0].mki, 1);
	assert_int_equal(f.conf.peer[0].local.bits, 32);
	ksrtpd_conf_file_wipe(&f);
	assert_null(f.keysets);
	ksrtpd_conf_file_free(&f);
}

static void test_everything(void **state)
{
	struct ksrtpd_conf_file f;
	const struct ksrtpd_peer *p;

	(void)state;
	good(DAEMON
	     "Listen = 192.0.2.1\nListen = [2001:db8::1]:4000\nControlSocket = /a/b\n"
	     "Chroot = /c\nReplayFile = /d/e\nClockSkew = 5\nIdleTimeout = 7\nMaxCalls = 9\nLog = debug\n" KMS
	     "[Identity]\nUri = " ALICE "\nKeySet = @\n"
	     "[Peer]\nName = gw\nIdentity = " BOB "\nAs = " ALICE
	     "\nKms = kms.example.org\nAddress = [2001:db8::2]:9\nLocal = 2001:db8:1::/48\n"
	     "Remote = 2001:db8:2::/48\nLocalPorts = 1000-1999\nRemotePorts = 2000\n"
	     "Suite = AES_CM_128_HMAC_SHA1_80\nRtcp = next\nTransport = udp\nRekeyAfter = 60\n"
	     "RekeyPackets = 1000\nMki = no\nDevice = eth0\nMaxCalls = 3\n",
	     &f);
	assert_int_equal(f.conf.n_listen, 2);
	assert_int_equal(f.conf.listen[1].port, 4000);
	assert_int_equal(f.n_keysets, 2); /* November and December, not BOB's */
	assert_int_equal(f.conf.daemon.max_calls, 9);
	assert_string_equal(f.replay, "/d/e");
	assert_int_equal(f.conf.daemon.log_level, KSRTP_LOG_DEBUG);
	p = &f.conf.peer[0];
	assert_int_equal(p->suite, KSRTPD_SUITE_AES_CM_128_HMAC_SHA1_80);
	assert_int_equal(p->rtcp, KSRTPD_RTCP_NEXT);
	assert_int_equal(p->transport, KSRTPD_UDP);
	assert_int_equal(p->rekey_packets, 1000);
	assert_int_equal(p->mki, 0);
	assert_int_equal(p->max_calls, 3);
	assert_int_equal(p->local_ports.max, 1999);
	assert_int_equal(p->remote_ports.min, 2000);
	assert_string_equal(p->device, "eth0");
	ksrtpd_conf_file_free(&f);
}

static void test_daemon_mistakes(void **state)
{
	(void)state;
	bad(KMS IDENTITY PEER, 0, "Daemon", "");
	bad(DAEMON "Colour = red\n" KMS IDENTITY, 3, "Colour", "");
	bad("[Daemon]\nUser = no such user\n" KMS IDENTITY, 2, "User", "no user");
	bad("[Daemon]\nUser = root\n" KMS IDENTITY, 2, "User", "must not be root");
	bad(DAEMON "Listen = here\n" KMS IDENTITY, 3, "Listen", "must be ADDRESS");
	bad(DAEMON "Listen = 192.0.2.1\nListen = 192.0.2.1:2269\n" KMS IDENTITY, 4, "Listen",
	    "twice");
	bad(DAEMON "ClockSkew = 0\n" KMS IDENTITY, 3, "ClockSkew", "");
	bad(DAEMON "ClockSkew = 301\n" KMS IDENTITY, 3, "ClockSkew", "");
	bad(DAEMON "IdleTimeout = never\n" KMS IDENTITY, 3, "IdleTimeout", "");
	bad(DAEMON "MaxCalls = 99999\n" KMS IDENTITY, 3, "MaxCalls", "");
	bad(DAEMON "Log = loud\n" KMS IDENTITY, 3, "Log", "must be err");
	bad(DAEMON "ControlSocket = here\n" KMS IDENTITY, 3, "ControlSocket", "absolute");
	bad(DAEMON "Chroot = .\n" KMS IDENTITY, 3, "Chroot", "absolute");
	bad(DAEMON "ReplayFile = replay\n" KMS IDENTITY, 3, "ReplayFile", "absolute");
	bad(DAEMON "Chroot = /"
		   "1234567890123456789012345678901234567890123456789012345678901234567890"
		   "1234567890123456789012345678901234567890\n" KMS IDENTITY,
	    3, "Chroot", "1 to 107");
	bad("what is this", 1, "", "");
	bad(BASE "[Unknown]\n", 8, "", "");
}

static void test_identity_mistakes(void **state)
{
	(void)state;
	bad(DAEMON IDENTITY, 0, "Kms", "");
	bad(DAEMON "[Kms]\n" IDENTITY, 3, "Domain", "");
	bad(DAEMON "[Kms]\nDomain = @/missing\n" IDENTITY, 0, "missing", "No such file");
	bad(DAEMON KMS KMS IDENTITY, 6, "Domain", "twice");
	bad(DAEMON KMS "[Identity]\nUri = tel:0770\nKeySet = @\n", 6, "Uri", "tel:+");
	bad(DAEMON KMS "[Identity]\nUri = sip:a@b.example\nKeySet = @\n", 6, "Uri", "tel:+");
	bad(DAEMON KMS "[Identity]\nUri = " ALICE "\n", 5, "KeySet", "");
	bad(DAEMON KMS "[Identity]\nUri = " ALICE "\nKeySet = @/nothing\n", 0, "nothing",
	    "No such file");
	bad(DAEMON KMS "[Identity]\nUri = " ALICE "\nKeySet = @/tel+447700900002-2026-11.key\n", 7,
	    "KeySet", "is for " BOB);
	bad(DAEMON KMS "[Identity]\nUri = " ALICE "\nKeySet = @/foreign\n", 7, "KeySet",
	    "which no [Kms] describes");
	bad(DAEMON KMS "[Identity]\nUri = " ALICE "\nKeySet = @/tel+447700900001-2026-11.key\n"
		       "KeySet = @\n",
	    8, "KeySet", "second key set for its month");
	bad(DAEMON KMS "[Identity]\nUri = tel:+447700900009\nKeySet = @\n", 7, "KeySet", "no file");
	bad(BASE IDENTITY PEER, 9, "Uri", "twice");
}

static void test_file_permissions(void **state)
{
	struct ksrtpd_conf_file f;

	(void)state;
	chmod(in_dir("tel+447700900001-2026-11.key"), 0640);
	bad(BASE, 0, "tel+447700900001-2026-11.key", "");
	chmod(in_dir("tel+447700900001-2026-11.key"), 0600);
	good(BASE, &f);
	ksrtpd_conf_file_free(&f);
}

/* Nothing of a broken key file is quoted. */
static void test_secret_not_quoted(void **state)
{
	struct ksrtpd_conf_file file;
	struct ksrtp_conf_error e = { "" };
	FILE *f;

	(void)state;
	f = fopen(in_dir("broken"), "w");
	fputs("[KeySet]\nKmsUri = kms.example.org\nIdentity = " ALICE "\nPeriod = 2026-11\n"
	      "Scheme = rfc6509\nRSK = 5ec2e75ec2e7\nSSK = 5ec2e7\nPVT = 04\n",
	      f);
	fclose(f);
	chmod(in_dir("broken"), 0600);
	write_conf(DAEMON KMS "[Identity]\nUri = " ALICE "\nKeySet = @/broken\n");
	assert_false(ksrtpd_conf_read(&file, path, &e));
	assert_non_null(strstr(e.text, "broken:6: RSK"));
	assert_null(strstr(e.text, "5ec2e7"));
}

static void test_peer_mistakes(void **state)
{
	(void)state;
	bad(BASE "[Peer]\nIdentity = " BOB "\nAddress = 192.0.2.2\n" PEER_2, 8, "Name", "");
	bad(BASE "[Peer]\nName = x\nIdentity = " ALICE "\nAddress = 192.0.2.2\n" PEER_2, 10,
	    "Identity", "our own");
	bad(BASE "[Peer]\nName = x\nIdentity = 447700\nAddress = 192.0.2.2\n" PEER_2, 10,
	    "Identity", "tel:+");
	bad(BASE "[Peer]\nName = x\nIdentity = " BOB "\nAddress = example.org\n" PEER_2, 11,
	    "Address", "must be ADDRESS");
	bad(BASE PEER_1 "Local = 192.0.2.1/24\nRemote = 192.0.2.2\nPorts = 5000\n", 12, "Local",
	    "host bits");
	bad(BASE PEER_1 "Local = 192.0.2.1\nRemote = 2001:db8::1\nPorts = 5000\n", 13, "Remote",
	    "same address family");
	bad(BASE PEER_1 "Local = 192.0.2.1\nRemote = 192.0.2.2\n", 8, "Ports", "is missing");
	bad(BASE PEER_1 "Local = 192.0.2.1\nRemote = 192.0.2.2\nLocalPorts = 5000\n", 8, "Ports",
	    "is missing");
	bad(BASE PEER_1 "Local = 192.0.2.1\nRemote = 192.0.2.2\nPorts = 6000-5000\n", 14, "Ports",
	    "FIRST-LAST");
	bad(BASE PEER_1 "Local = 192.0.2.1\nRemote = 192.0.2.2\nPorts = 60000-65535\nRtcp = next\n",
	    15, "Rtcp", "no port");
	bad(BASE PEER "Suite = ROT13\n", 15, "Suite", "");
	bad(BASE PEER "Suite = ?\n", 15, "Suite", "must be AES");
	bad(BASE PEER "Rtcp = maybe\n", 15, "Rtcp", "");
	bad(BASE PEER "Transport = sctp\n", 15, "Transport", "");
	bad(BASE PEER "Mki = 4\n", 15, "Mki", "");
	bad(BASE PEER "RekeyAfter = 1\n", 15, "RekeyAfter", "");
	bad(BASE PEER "RekeyPackets = 5\n", 15, "RekeyPackets", "");
	bad(BASE PEER "Device = an-interface-name-that-is-too-long\n", 15, "Device", "1 to 15");
	bad(BASE PEER "MaxCalls = 0\n", 15, "MaxCalls", "");
	bad(BASE PEER "As = " BOB "\n", 15, "As", "no [Identity]");
	bad(BASE PEER "Kms = kms.example.net\n", 15, "Kms", "no [Kms]");
	bad(BASE PEER PEER, 16, "Name", "already");
	bad(BASE PEER "[Peer]\nName = other\nIdentity = " BOB "\nAddress = 192.0.2.2\n" PEER_2, 15,
	    "", "same flows");
	bad(BASE "[Identity]\nUri = " BOB "\nKeySet = @\n" PEER, 0, "As", "which of several");
}

static void test_find(void **state)
{
	struct ksrtp_period nov = { 2026, 11 }, dec = { 2026, 12 }, jan = { 2027, 1 };
	struct ksrtpd_conf_file f;

	(void)state;
	good(DAEMON KMS "[Identity]\nUri = " ALICE "\nKeySet = @\n" PEER, &f);
	assert_non_null(ksrtpd_conf_find_key(&f.conf, ALICE, &nov));
	assert_non_null(ksrtpd_conf_find_key(&f.conf, ALICE, &dec));
	assert_null(ksrtpd_conf_find_key(&f.conf, ALICE, &jan));
	assert_non_null(ksrtpd_conf_find_key(&f.conf, ALICE, NULL));
	assert_null(ksrtpd_conf_find_key(&f.conf, BOB, NULL));
	ksrtpd_conf_file_free(&f);
}

#define GROUP "[Group]\nName = ops\nMedia = 239.1.2.3:5000\n"
#define MANAGED GROUP "Source = 192.0.2.1:6000\n"
#define MEMBER GROUP "Manager = " BOB "\nAddress = 192.0.2.2\n"

static void test_group(void **state)
{
	const struct ksrtpd_group *g;
	struct ksrtpd_conf_file f;

	(void)state;
	good(BASE MEMBER "[Group]\nName = six\nMedia = [ff15::9]:6000\nSource = [2001:db8::1]:7000\n"
			 "Switch = 0\nOverlap = 60\nRekeyAfter = 60\nRefresh = 10\nDevice = eth0\n"
			 "Suite = AES_CM_128_HMAC_SHA1_80\n"
			 "Member = tel:+3 192.0.2.3:9\nMember = tel:+4 192.0.2.4 [2001:db8::4]:7000\n",
	     &f);
	assert_int_equal(f.conf.n_groups, 2);
	g = &f.conf.group[0];
	assert_string_equal(g->manager, BOB);
	assert_string_equal(g->as, ALICE);
	assert_string_equal(g->kms, "kms.example.org");
	assert_int_equal(g->address.port, 2269);
	assert_int_equal(g->suite, KSRTPD_SUITE_AEAD_AES_128_GCM);
	assert_int_equal(g->n_members, 0);
	g = &f.conf.group[1];
	assert_string_equal(g->manager, ALICE);
	assert_int_equal(g->address.addr.len, 0);
	assert_int_equal(g->source.port, 7000);
	assert_int_equal(g->switch_ms, 0);
	assert_int_equal(g->overlap_ms, 60000);
	assert_int_equal(g->rekey_after, 60);
	assert_int_equal(g->refresh, 10);
	assert_int_equal(g->n_members, 2);
	assert_string_equal(g->member[0].identity, "tel:+3");
	assert_int_equal(g->member[0].daemon.port, 9);
	assert_int_equal(g->member[0].source.addr.len, 0);
	assert_int_equal(g->member[1].daemon.port, 2269);
	assert_int_equal(g->member[1].source.port, 7000);
	assert_string_equal(g->member[1].kms, "kms.example.org");
	ksrtpd_conf_file_free(&f);
	good(BASE MANAGED "Member = tel:+3 192.0.2.3\n", &f);
	assert_int_equal(f.conf.group[0].switch_ms, 2000);
	assert_int_equal(f.conf.group[0].overlap_ms, 5000);
	assert_int_equal(f.conf.group[0].rekey_after, 3600);
	assert_int_equal(f.conf.group[0].refresh, 60);
	ksrtpd_conf_file_free(&f);
}

static void test_group_mistakes(void **state)
{
	(void)state;
	bad(BASE "[Group]\nName = ops\n", 0, "Media", "");
	bad(BASE "[Group]\nName = o ps\nMedia = 239.1.2.3:5000\n", 0, "Name", "without spaces");
	bad(BASE "[Group]\nName = ops\nMedia = 192.0.2.9:5000\n", 0, "Media", "multicast");
	bad(BASE "[Group]\nName = ops\nMedia = 239.1.2.3\n", 0, "Media", "multicast");
	bad(BASE "[Group]\nName = ops\nMedia = [2001:db8::1]:5\n", 0, "Media", "multicast");
	bad(BASE GROUP GROUP, 0, "Name", "another group's");
	bad(BASE GROUP "[Group]\nName = two\nMedia = 239.1.2.3:5000\n", 0, "Media",
	    "group \"ops\"");
	bad(BASE GROUP "Manager = tel:bob\n", 0, "Manager", "tel:+");
	bad(BASE GROUP "Manager = " BOB "\n", 0, "Address", "must be the manager's");
	bad(BASE GROUP "As = " BOB "\n", 0, "As", "no [Identity]");
	bad(BASE GROUP "Kms = other\n", 0, "Kms", "no [Kms]");
	bad(BASE GROUP "Address = 192.0.2.2\n", 0, "Address", "this is the manager");
	bad(BASE MEMBER "Source = 192.0.2.1:6000\n", 0, "Source", "for the manager");
	bad(BASE MEMBER "Member = tel:+3 192.0.2.3\n", 0, "Member", "for the manager");
	bad(BASE MEMBER "Switch = 1\n", 0, "Switch", "for the manager");
	bad(BASE GROUP "Source = 192.0.2.1\n", 0, "Source", "ADDRESS:PORT");
	bad(BASE GROUP "Source = 239.0.0.1:5\n", 0, "Source", "ADDRESS:PORT");
	bad(BASE GROUP "Source = [2001:db8::1]:5\n", 0, "Source", "same family");
	bad(BASE MANAGED "Switch = 61\n", 0, "Switch", "");
	bad(BASE MANAGED "Refresh = 1\n", 0, "Refresh", "");
	bad(BASE MANAGED "Member = tel:+3\n", 0, "Member", "IDENTITY DAEMON");
	bad(BASE MANAGED "Member = tel:+3 192.0.2.3 192.0.2.3:5 more\n", 0, "Member", "IDENTITY DAEMON");
	bad(BASE MANAGED "Member = bob 192.0.2.3\n", 0, "Member", "tel:+");
	bad(BASE MANAGED "Member = tel:+3 there\n", 0, "Member", "the daemon must be");
	bad(BASE MANAGED "Member = tel:+3 192.0.2.3 192.0.2.3\n", 0, "Member", "the source must be");
	bad(BASE MANAGED "Member = " ALICE " 192.0.2.3\n", 0, "Member", "is the manager");
	bad(BASE MANAGED "Member = tel:+3 192.0.2.3\nMember = tel:+3 192.0.2.4\n", 0, "Member", "twice");
	bad(BASE MANAGED "Member = tel:+3 192.0.2.3 192.0.2.3:5\nMember = tel:+4 192.0.2.4 192.0.2.3:5\n",
	    0, "Member", "source of another");
	bad(BASE MANAGED "Member = tel:+3 192.0.2.3 192.0.2.1:6000\n", 0, "Member", "our own source");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),	 cmocka_unit_test(test_everything),
		cmocka_unit_test(test_daemon_mistakes),	 cmocka_unit_test(test_identity_mistakes),
		cmocka_unit_test(test_file_permissions), cmocka_unit_test(test_secret_not_quoted),
		cmocka_unit_test(test_peer_mistakes),	 cmocka_unit_test(test_find),
		cmocka_unit_test(test_group),		 cmocka_unit_test(test_group_mistakes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
