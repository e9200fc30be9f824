// SPDX-License-Identifier: BSD-3-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kms/kms.h"

static char dir[64];

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/ksrtp-kms-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static unsigned int entries(void)
{
	DIR *d = opendir(dir);
	unsigned int n = 0;
	struct dirent *e;

	assert_non_null(d);
	while ((e = readdir(d)))
		n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
	closedir(d);
	return n;
}

static int teardown(void **state)
{
	struct dirent *e;
	char path[400];
	DIR *d = opendir(dir);

	(void)state;
	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	return rmdir(dir);
}

static void octets(uint8_t *p, size_t len, unsigned int seed)
{
	while (len--) {
		seed = seed * 1103515245 + 12345;
		*p++ = (uint8_t)(seed >> 16);
	}
}

static void make_domain(struct ksrtp_kms_domain *d)
{
	memset(d, 0, sizeof(*d));
	strcpy(d->uri, "kms.example.org");
	octets(d->z, sizeof(d->z), 1);
	octets(d->kpak, sizeof(d->kpak), 2);
}

static void make_keyset(struct ksrtp_kms_keyset *k)
{
	memset(k, 0, sizeof(*k));
	strcpy(k->kms_uri, "kms.example.org");
	strcpy(k->identity, "tel:+447700900123");
	k->period.year = 2026;
	k->period.month = 11;
	octets(k->rsk, sizeof(k->rsk), 3);
	octets(k->ssk, sizeof(k->ssk), 4);
	octets(k->pvt, sizeof(k->pvt), 5);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	return st.st_mode & 07777;
}

static void files_come_back(void **state)
{
	struct ksrtp_kms_domain d, d2;
	struct ksrtp_kms_master m, m2;
	struct ksrtp_kms_keyset k, k2;
	struct ksrtp_conf_error error;
	mode_t old = umask(0077);
	char path[100];

	(void)state;
	make_domain(&d);
	make_keyset(&k);
	memset(&m, 0, sizeof(m));
	memset(&d2, 0, sizeof(d2));
	memset(&m2, 0, sizeof(m2));
	memset(&k2, 0, sizeof(k2));
	strcpy(m.kms_uri, "kms.example.org");
	octets(m.z, sizeof(m.z), 6);
	octets(m.ksak, sizeof(m.ksak), 7);

	snprintf(path, sizeof(path), "%s/domain", dir);
	assert_int_equal(ksrtp_kms_domain_write(path, &d, &error), 0);
	assert_int_equal(mode_of(path), 0644); /* whatever the umask */
	assert_int_equal(ksrtp_kms_domain_load(path, &d2, &error), 0);
	assert_memory_equal(&d, &d2, sizeof(d));

	umask(0);
	snprintf(path, sizeof(path), "%s/master", dir);
	assert_int_equal(ksrtp_kms_master_write(path, &m, &error), 0);
	assert_int_equal(mode_of(path), 0600);
	assert_int_equal(ksrtp_kms_master_load(path, &m2, &error), 0);
	assert_memory_equal(&m, &m2, sizeof(m));

	snprintf(path, sizeof(path), "%s/keys", dir);
	assert_int_equal(ksrtp_kms_keyset_write(path, &k, &error), 0);
	assert_int_equal(mode_of(path), 0600);
	assert_int_equal(ksrtp_kms_keyset_load(path, &k2, &error), 0);
	assert_string_equal(k2.kms_uri, k.kms_uri);
	assert_string_equal(k2.identity, k.identity);
	assert_int_equal(ksrtp_period_cmp(&k2.period, &k.period), 0);
	assert_memory_equal(k2.rsk, k.rsk, sizeof(k.rsk));
	assert_memory_equal(k2.ssk, k.ssk, sizeof(k.ssk));
	assert_memory_equal(k2.pvt, k.pvt, sizeof(k.pvt));

	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(ksrtp_kms_keyset_load(path, &k2, &error), KSRTP_BASE_ERR_ACCESS);
	assert_int_equal(entries(), 3); /* and no temporary file */
	umask(old);
}

/* Hashed UIDs: what the two files have more, and what they must not have. */
static void the_other_scheme(void **state)
{
	struct ksrtp_kms_domain d, d2;
	struct ksrtp_kms_keyset k, k2;
	struct ksrtp_conf_error error;
	char path[100], text[2400], *at;
	size_t len;
	FILE *f;

	(void)state;
	make_domain(&d);
	make_keyset(&k);
	d.scheme = k.scheme = KSRTP_KMS_TS33180;
	d.key_period = 2592000;
	d.key_offset = 1000000;
	strcpy(k.identity, "sip:user@example.org");
	k.period = (struct ksrtp_period){ 0 };
	k.period_number = 1388;
	memset(&d2, 0, sizeof(d2));
	snprintf(path, sizeof(path), "%s/keys-2", dir);
	assert_int_equal(ksrtp_kms_keyset_write(path, &k, &error), 0);
	assert_int_equal(ksrtp_kms_keyset_load(path, &k2, &error), 0);
	assert_int_equal(k2.scheme, KSRTP_KMS_TS33180);
	assert_int_equal(k2.period_number, 1388);
	assert_string_equal(k2.identity, k.identity);
	assert_memory_equal(k2.pvt, k.pvt, sizeof(k.pvt));
	unlink(path);
	snprintf(path, sizeof(path), "%s/domain-2", dir);
	assert_int_equal(ksrtp_kms_domain_write(path, &d, &error), 0);
	assert_int_equal(ksrtp_kms_domain_load(path, &d2, &error), 0);
	assert_memory_equal(&d, &d2, sizeof(d));
	f = fopen(path, "r");
	assert_non_null(f);
	len = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[len] = 0;
	unlink(path);
	/* with months there are no seconds; an offset is less than the period */
	at = strstr(text, "ts33180");
	memcpy(at, "rfc6509", 7);
	assert_int_not_equal(ksrtp_kms_domain_parse("d", text, len, &d2, &error), 0);
	assert_non_null(strstr(error.text, "UserKeyPeriod"));
	memcpy(at, "ts33180", 7);
	at = strstr(text, "UserKeyPeriod = 2592000");
	memcpy(at, "UserKeyPeriod = 1000000", 23);
	assert_int_not_equal(ksrtp_kms_domain_parse("d", text, len, &d2, &error), 0);
	memcpy(at, "UserKeyPeriod = 1000001", 23);
	assert_int_equal(ksrtp_kms_domain_parse("d", text, len, &d2, &error), 0);
	memcpy(at, "UserKeyPeriod = 0      ", 23);
	assert_int_not_equal(ksrtp_kms_domain_parse("d", text, len, &d2, &error), 0);
	memcpy(at, "#", 1);
	assert_int_not_equal(ksrtp_kms_domain_parse("d", text, len, &d2, &error), 0);
	assert_non_null(strstr(error.text, "ts33180 needs"));
}

/* Another file is never replaced, nor a link followed. */
static void nothing_is_overwritten(void **state)
{
	struct ksrtp_kms_keyset k;
	struct ksrtp_conf_error error;
	char path[100], target[100];

	(void)state;
	make_keyset(&k);
	snprintf(path, sizeof(path), "%s/k", dir);
	snprintf(target, sizeof(target), "%s/target", dir);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(ksrtp_kms_keyset_write(path, &k, &error), KSRTP_BASE_ERR_IO);
	assert_int_equal(errno, EEXIST);
	assert_non_null(strstr(error.text, "File exists"));
	assert_int_equal(access(target, F_OK), -1);
	assert_int_equal(entries(), 1);
}

/* The disk is full in the middle: no part of a key file stays. */
static void no_partial_files(void **state)
{
	struct rlimit lim, small;
	struct ksrtp_kms_keyset k;
	struct ksrtp_conf_error error;
	char path[100];
	size_t limit;

	(void)state;
	make_keyset(&k);
	snprintf(path, sizeof(path), "%s/k", dir);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &lim), 0);
	for (limit = 0; limit < 800; limit += 100) {
		small = lim;
		small.rlim_cur = limit;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		assert_int_equal(ksrtp_kms_keyset_write(path, &k, &error), KSRTP_BASE_ERR_IO);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &lim), 0);
		assert_non_null(strstr(error.text, "File too large"));
		assert_int_equal(entries(), 0);
	}
	assert_int_equal(ksrtp_kms_keyset_write(path, &k, &error), 0);
	snprintf(path, sizeof(path), "%s/none/k", dir);
	assert_int_equal(ksrtp_kms_keyset_write(path, &k, &error), KSRTP_BASE_ERR_IO);
	assert_non_null(strstr(error.text, "/none/k: No such file"));
}

static void telephone_numbers(void **state)
{
	static const char *const good[] = { "tel:+447700900123", "tel:+1", "tel:+123456789012345" };
	static const char *const bad[] = {
		"",
		"tel:",
		"tel:+",
		"tel:447700900123", /* local number */
		"tel:+1234567890123456", /* 16 digits */
		"tel:+44 7700900123", /* visual separators */
		"tel:+44-7700-900123",
		"tel:+44(0)7700900123",
		"tel:+44.7700",
		"tel:+447700900123;ext=1", /* parameters */
		"tel:+447700900123;phone-context=example.org",
		"TEL:+447700900123",
		"Tel:+447700900123",
		"tel:+44770090012a",
		"tel:++447700900123",
		" tel:+447700900123",
		"tel:+447700900123 ",
		"tel:+447700900123\n",
		"sip:+447700900123",
		"tel:%2B447700900123",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(ksrtp_kms_tel_valid(good[i]));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ksrtp_kms_tel_valid(bad[i]));
}

static void kms_names(void **state)
{
	static const char *const bad[] = { "",
					   ".",
					   "-a",
					   "a.",
					   ".a",
					   "a..b",
					   "Kms.example.org",
					   "kms/example",
					   "kms example",
					   "kms_1",
					   "k\n" };
	char longest[KSRTP_KMS_URI_LEN + 1];
	size_t i;

	(void)state;
	assert_true(ksrtp_kms_uri_valid("kms.example.org"));
	assert_true(ksrtp_kms_uri_valid("k"));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ksrtp_kms_uri_valid(bad[i]));
	memset(longest, 'a', sizeof(longest));
	longest[KSRTP_KMS_URI_LEN] = '\0';
	assert_false(ksrtp_kms_uri_valid(longest));
	longest[KSRTP_KMS_URI_LEN - 1] = '\0';
	assert_true(ksrtp_kms_uri_valid(longest));
}

/* The example of RFC 6509 section 3.2. */
static void identifier(void **state)
{
	static const char want[] = "2011-02\0tel:+447700900123";
	const struct ksrtp_period period = { 2011, 2 };
	uint8_t out[KSRTP_KMS_IDENTIFIER_LEN];

	(void)state;
	assert_int_equal(ksrtp_kms_identifier(out, &period, "tel:+447700900123"), sizeof(want));
	assert_memory_equal(out, want, sizeof(want));
	assert_int_equal(ksrtp_kms_identifier(out, &period, "tel:+44 "), 0);
}

/* Every line of a good file once left out, once doubled, once with a wrong value. */
static void damaged_files(void **state)
{
	char path[100], text[4096], bad[8192], *line[16], *p;
	struct ksrtp_kms_keyset k, zero;
	struct ksrtp_conf_error error;
	size_t n = 0, i, j, len;
	FILE *f;

	(void)state;
	memset(&zero, 0, sizeof(zero));
	make_keyset(&k);
	snprintf(path, sizeof(path), "%s/k", dir);
	assert_int_equal(ksrtp_kms_keyset_write(path, &k, &error), 0);
	f = fopen(path, "re");
	assert_non_null(f);
	len = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[len] = '\0';
	for (p = strtok(text, "\n"); p; p = strtok(NULL, "\n"))
		line[n++] = p;
	assert_int_equal(n, 9); /* section, comment, seven keys */
	for (i = 0; i < n; i++) {
		int kind;

		if (line[i][0] == '#')
			continue;
		for (kind = 0; kind < 4; kind++) {
			bad[0] = '\0';
			for (j = 0; j < n; j++) {
				char copy[1024];

				strcpy(copy, line[j]);
				if (j == i && kind == 0)
					continue;
				if (j == i && kind == 1)
					strcat(strcat(bad, copy), "\n");
				if (j == i && kind == 2)
					copy[strlen(copy) - 1] = '\0';
				if (j == i && kind == 3)
					copy[strlen(copy) - 1] = '*';
				strcat(strcat(bad, copy), "\n");
			}
			/* A number may lose a digit and still be a number, and so a name. */
			if (kind == 2 &&
			    (!strncmp(line[i], "Identity", 8) || !strncmp(line[i], "KmsUri", 6)))
				continue;
			memset(&k, 0xaa, sizeof(k));
			assert_int_not_equal(
				ksrtp_kms_keyset_parse("bad", bad, strlen(bad), &k, &error), 0);
			assert_int_equal(strncmp(error.text, "bad", 3), 0);
		}
	}
	/* What was taken before the error is wiped. */
	snprintf(bad, sizeof(bad),
		 "[KeySet]\nKmsUri = kms.example.org\nIdentity = tel:+1\n"
		 "Period = 2026-11\nScheme = rfc6509\nRSK = 00\nSSK = 00\nPVT = 00");
	memset(&k, 0xaa, sizeof(k));
	assert_int_not_equal(ksrtp_kms_keyset_parse("bad", bad, strlen(bad), &k, &error), 0);
	assert_memory_equal(&k, &zero, sizeof(k));
	assert_string_equal(error.text, "bad:6: RSK: not 257 octets in hexadecimal (514 digits), "
					"2 characters found");
}

/* A file of one kind in the place of another. */
static void kinds_are_not_mixed(void **state)
{
	struct ksrtp_kms_domain d;
	struct ksrtp_kms_master m;
	struct ksrtp_kms_keyset k;
	struct ksrtp_conf_error error;
	char path[100];

	(void)state;
	make_keyset(&k);
	snprintf(path, sizeof(path), "%s/k", dir);
	assert_int_equal(ksrtp_kms_keyset_write(path, &k, &error), 0);
	assert_int_not_equal(ksrtp_kms_domain_load(path, &d, &error), 0);
	assert_non_null(strstr(error.text, "unknown section [KeySet]"));
	assert_int_not_equal(ksrtp_kms_master_load(path, &m, &error), 0);
	assert_non_null(strstr(error.text, "unknown section [(not shown)]"));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(files_come_back),
		T(the_other_scheme),
		T(nothing_is_overwritten),
		T(no_partial_files),
		cmocka_unit_test(telephone_numbers),
		cmocka_unit_test(kms_names),
		cmocka_unit_test(identifier),
		T(damaged_files),
		T(kinds_are_not_mixed),
	};

	return cmocka_run_group_tests_name("kms_files", tests, NULL, NULL);
}
