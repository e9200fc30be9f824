// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/conf.h"

static const struct ksrtp_conf_key main_keys[] = {
	{ "Listen", KSRTP_CONF_MULTI },
	{ "Skew", 0 },
	{ "On", 0 },
	{ "Mode", 0 },
	{ "Id", 0 },
	{ NULL, 0 },
};
static const struct ksrtp_conf_key peer_keys[] = {
	{ "Name", KSRTP_CONF_REQUIRED },
	{ "Key", 0 },
	{ NULL, 0 },
};
static const struct ksrtp_conf_schema schema[] = {
	{ "Main", KSRTP_CONF_REQUIRED, main_keys },
	{ "Peer", KSRTP_CONF_MULTI, peer_keys },
	{ NULL, 0, NULL },
};

static enum ksrtp_base_err parse(struct ksrtp_conf **conf, const char *text,
				 enum ksrtp_conf_mode mode, struct ksrtp_conf_error *error)
{
	/* exact size, so that the sanitizer sees a read behind the end */
	size_t len = strlen(text);
	char *copy = malloc(len ? len : 1);
	enum ksrtp_base_err err;

	memcpy(copy, text, len);
	err = ksrtp_conf_parse(conf, "t.conf", copy, len, mode, schema, error);
	free(copy);
	assert_int_equal(err == KSRTP_BASE_OK, *conf != NULL);
	assert_int_equal(err == KSRTP_BASE_OK, error->text[0] == '\0');
	return err;
}

static void sections_and_values(void **state)
{
	const char *text = "# comment\n\n[Main]\r\nListen = 192.0.2.1:2269 \n\tListen=[::1]:5\n"
			   "Mode = a = b#c\n[Peer]\nName = one\n[Peer]\n  Name\t=  two words  \n"
			   "Key = 00ff";
	const struct ksrtp_conf_section *s;
	struct ksrtp_conf_error error;
	struct ksrtp_conf *conf;
	int mode;

	(void)state;
	for (mode = 0; mode < 2; mode++) {
		assert_int_equal(parse(&conf, text, (enum ksrtp_conf_mode)mode, &error), 0);
		s = ksrtp_conf_section(conf, "Main", 0);
		assert_non_null(s);
		assert_int_equal(ksrtp_conf_section_line(s), 3);
		assert_int_equal(ksrtp_conf_count(s, "Listen"), 2);
		assert_string_equal(ksrtp_conf_get_nth(s, "Listen", 0), "192.0.2.1:2269");
		assert_string_equal(ksrtp_conf_get_nth(s, "Listen", 1), "[::1]:5");
		assert_null(ksrtp_conf_get_nth(s, "Listen", 2));
		assert_string_equal(ksrtp_conf_get(s, "Mode"), "a = b#c");
		assert_null(ksrtp_conf_get(s, "Skew"));
		assert_null(ksrtp_conf_section(conf, "Main", 1));
		assert_int_equal(ksrtp_conf_section_count(conf, "Peer"), 2);
		s = ksrtp_conf_section(conf, "Peer", 1);
		assert_string_equal(ksrtp_conf_get(s, "Name"), "two words");
		assert_string_equal(ksrtp_conf_get(s, "Key"), "00ff");
		assert_string_equal(ksrtp_conf_get(ksrtp_conf_section(conf, "Peer", 0), "Name"),
				    "one");
		assert_null(ksrtp_conf_get(NULL, "Name"));
		ksrtp_conf_free(conf);
	}
	ksrtp_conf_free(NULL);
}

static void errors_name_line_and_key(void **state)
{
	static const char *const bad[][2] = {
		{ "", "t.conf: section [Main] is missing" },
		{ "x", "t.conf:1: neither \"[Section]\" nor \"Key = value\"" },
		{ "Skew = 1", "t.conf:1: a key before the first [Section]" },
		{ "[Main", "t.conf:1: ']' is missing" },
		{ "[", "t.conf:1: ']' is missing" },
		{ "[]", "t.conf:1: unknown section []" },
		{ "[main]", "t.conf:1: unknown section [main], is it [Main]?" },
		{ "[Main] # x", "t.conf:1: ']' is missing" },
		{ "[Main]\n\n[Main]",
		  "t.conf:3: section [Main] may be there once only, the first is in line 1" },
		{ "[Main]\nskew = 1",
		  "t.conf:2: skew: unknown key in section [Main], is it Skew?" },
		{ "[Main]\nName = 1", "t.conf:2: Name: unknown key in section [Main]" },
		{ "[Main]\nSkew =", "t.conf:2: Skew: the value is missing" },
		{ "[Main]\nSkew = # nothing",
		  "t.conf:2: Skew: a comment after a value: give it a line of its own" },
		{ "[Main]\nSkew = 1 # x",
		  "t.conf:2: Skew: a comment after a value: give it a line of its own" },
		{ "[Main]\nSkew = 1\nSkew = 2",
		  "t.conf:3: Skew: may be given once only, the first is in line 2" },
		{ "[Main]\n= 1",
		  "t.conf:2: the name before '=' may consist of letters and digits only" },
		{ "[Main]\nSk ew = 1",
		  "t.conf:2: the name before '=' may consist of letters and digits only" },
		{ "[Main]\nSkew = 1\x01", "t.conf:2: control character" },
		{ "[Main]\nSkew = \r1", "t.conf:2: control character" },
		{ "[Main]\nSkew = 1\x7f", "t.conf:2: control character" },
		{ "[Main]\n[Peer]\nKey = 00", "t.conf:2: Name: is missing in section [Peer]" },
	};
	struct ksrtp_conf_error error;
	struct ksrtp_conf *conf;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_not_equal(parse(&conf, bad[i][0], KSRTP_CONF_PLAIN, &error), 0);
		assert_string_equal(error.text, bad[i][1]);
	}
}

static void octet_zero_is_refused(void **state)
{
	static const char text[] = "[Main]\nSkew = 1\0 2\n";
	static const char end[] = "[Main]\nSkew = 1\0";
	struct ksrtp_conf_error error;
	struct ksrtp_conf *conf;

	(void)state;
	assert_int_equal(ksrtp_conf_parse(&conf, "t", text, sizeof(text) - 1, KSRTP_CONF_PLAIN,
					  schema, &error),
			 KSRTP_BASE_ERR_SYNTAX);
	assert_null(conf);
	assert_int_equal(
		ksrtp_conf_parse(&conf, "t", end, sizeof(end), KSRTP_CONF_PLAIN, schema, &error),
		KSRTP_BASE_ERR_SYNTAX);
}

/* Nothing that may be a key is repeated, wherever it turns up in a broken file. */
static void secret_text_is_never_quoted(void **state)
{
	static const char *const bad[] = {
		"5EC2E7",
		"5EC2E7 = 1",
		"[5EC2E7]",
		"[5EC2E7",
		"[Main]\n5EC2E7 = x",
		"[Main]\n5EC2E7",
		"[Main]\nSkew = 5EC2E7 # x",
		"[Main]\nSkew = 5EC2E7\nSkew = 5EC2E7",
		"[Main]\nSkew = 5EC2E7\n\x01",
		"[Main]\nSkew = 5EC2E7\n[Peer]",
	};
	struct ksrtp_conf_error error;
	struct ksrtp_conf *conf;
	uint8_t id[4];
	uint64_t v;
	unsigned int c;
	bool b = true;
	static const char *const words[] = { "one", "two", NULL };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_not_equal(parse(&conf, bad[i], KSRTP_CONF_SECRET, &error), 0);
		assert_null(strstr(error.text, "5EC2E7"));
	}
	assert_int_equal(parse(&conf,
			       "[Main]\nSkew = 5EC2E7\nMode = 5EC2E7\nId = 5EC2E7\nOn=5EC2E7",
			       KSRTP_CONF_SECRET, &error),
			 0);
	assert_int_not_equal(
		ksrtp_conf_get_u64(ksrtp_conf_section(conf, "Main", 0), "Skew", 0, 9, &v, &error),
		0);
	assert_null(strstr(error.text, "5EC2E7"));
	assert_int_not_equal(
		ksrtp_conf_get_enum(ksrtp_conf_section(conf, "Main", 0), "Mode", words, &c, &error),
		0);
	assert_null(strstr(error.text, "5EC2E7"));
	assert_int_not_equal(
		ksrtp_conf_get_hex(ksrtp_conf_section(conf, "Main", 0), "Id", id, 4, &error), 0);
	assert_null(strstr(error.text, "5EC2E7"));
	assert_int_not_equal(
		ksrtp_conf_get_bool(ksrtp_conf_section(conf, "Main", 0), "On", &b, &error), 0);
	assert_null(strstr(error.text, "5EC2E7"));
	assert_true(b);
	ksrtp_conf_free(conf);
}

static void limits(void **state)
{
	struct ksrtp_conf_error error;
	struct ksrtp_conf *conf;
	size_t n = KSRTP_CONF_MAX_FILE + 1, i;
	char *big = malloc(n);

	(void)state;
	memset(big, '\n', n);
	assert_int_equal(ksrtp_conf_parse(&conf, "t", big, n, KSRTP_CONF_PLAIN, schema, &error),
			 KSRTP_BASE_ERR_RANGE);
	memcpy(big, "[Main]", 6);
	assert_int_equal(ksrtp_conf_parse(&conf, "t", big, n - 1, KSRTP_CONF_PLAIN, schema, &error),
			 KSRTP_BASE_OK);
	ksrtp_conf_free(conf);
	assert_int_equal(ksrtp_conf_parse(&conf, "t", big, KSRTP_CONF_MAX_SECRET + 1,
					  KSRTP_CONF_SECRET, schema, &error),
			 KSRTP_BASE_ERR_RANGE);
	memset(big + 7, ' ', KSRTP_CONF_MAX_LINE + 1);
	assert_int_equal(ksrtp_conf_parse(&conf, "t", big, n - 1, KSRTP_CONF_PLAIN, schema, &error),
			 KSRTP_BASE_ERR_RANGE);
	assert_string_equal(error.text, "t:2: the line is longer than 4096 characters");
	big[7 + KSRTP_CONF_MAX_LINE] = '\n';
	assert_int_equal(ksrtp_conf_parse(&conf, "t", big, n - 1, KSRTP_CONF_PLAIN, schema, &error),
			 KSRTP_BASE_OK);
	ksrtp_conf_free(conf);

	for (i = 0; i + 11 <= n - 8; i += 11)
		memcpy(big + 7 + i, "Listen=abc\n", 11);
	assert_int_equal(ksrtp_conf_parse(&conf, "t", big, 7 + i, KSRTP_CONF_PLAIN, schema, &error),
			 KSRTP_BASE_ERR_RANGE);
	assert_non_null(strstr(error.text, "too many keys"));
	free(big);
}

static void typed_values(void **state)
{
	static const char *const words[] = { "tcp", "udp", NULL };
	const struct ksrtp_conf_section *s;
	struct ksrtp_conf_error error;
	struct ksrtp_conf *conf;
	uint8_t id[8] = { 0 };
	unsigned int c = 0;
	uint64_t v = 60;
	bool on = false;
	size_t len = 0;

	(void)state;
	assert_int_equal(parse(&conf, "[Main]\nSkew = 61\nOn = yes\nMode = udp\nId = 0A0b0C",
			       KSRTP_CONF_PLAIN, &error),
			 0);
	s = ksrtp_conf_section(conf, "Main", 0);
	assert_int_equal(ksrtp_conf_get_u64(s, "Skew", 0, 60, &v, &error), KSRTP_BASE_ERR_RANGE);
	assert_string_equal(error.text, "t.conf:2: Skew: not a number from 0 to 60");
	assert_true(v == 60);
	assert_int_equal(ksrtp_conf_get_u64(s, "Skew", 0, 61, &v, &error), 0);
	assert_true(v == 61);
	assert_int_equal(ksrtp_conf_get_bool(s, "On", &on, &error), 0);
	assert_true(on);
	assert_int_equal(ksrtp_conf_get_enum(s, "Mode", words, &c, &error), 0);
	assert_int_equal(c, 1);
	assert_int_not_equal(ksrtp_conf_get_enum(s, "Id", words, &c, &error), 0);
	assert_string_equal(error.text, "t.conf:5: Id: not one of: tcp, udp");
	assert_int_equal(ksrtp_conf_get_hex(s, "Id", id, 3, &error), 0);
	assert_memory_equal(id, "\x0a\x0b\x0c\0", 4);
	assert_int_not_equal(ksrtp_conf_get_hex(s, "Id", id, 4, &error), 0);
	assert_int_equal(ksrtp_conf_get_hex_var(s, "Id", id, 1, 8, &len, &error), 0);
	assert_int_equal(len, 3);
	assert_int_not_equal(ksrtp_conf_get_hex_var(s, "Id", id, 4, 8, &len, &error), 0);
	assert_int_not_equal(ksrtp_conf_get_hex_var(s, "Id", id, 1, 2, &len, &error), 0);
	/* absent: the default stays */
	assert_int_equal(ksrtp_conf_get_u64(s, "Listen", 0, 1, &v, &error), 0);
	assert_true(v == 61);
	ksrtp_conf_fail(s, "Mode", 0, &error, "no %s here", "such thing");
	assert_string_equal(error.text, "t.conf:4: Mode: no such thing here");
	ksrtp_conf_fail(s, NULL, 0, &error, "together");
	assert_string_equal(error.text, "t.conf:1: together");
	ksrtp_conf_free(conf);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, mode), 0);
}

static void files_and_permissions(void **state)
{
	static const mode_t wide[] = { 0644, 0640, 0620, 0610, 0604, 0602, 0601, 0660, 0777 };
	char dir[] = "/tmp/ksrtp-conf-XXXXXX", path[64], fifo[64];
	struct ksrtp_conf_error error;
	struct ksrtp_conf *conf;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/k", dir);
	snprintf(fifo, sizeof(fifo), "%s/f", dir);

	assert_int_equal(ksrtp_conf_load(&conf, path, KSRTP_CONF_PLAIN, schema, &error),
			 KSRTP_BASE_ERR_IO);
	assert_non_null(strstr(error.text, "/k: No such file or directory"));
	assert_int_equal(ksrtp_conf_load(&conf, dir, KSRTP_CONF_PLAIN, schema, &error),
			 KSRTP_BASE_ERR_IO);
	assert_non_null(strstr(error.text, "not a regular file"));
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(ksrtp_conf_load(&conf, fifo, KSRTP_CONF_SECRET, schema, &error),
			 KSRTP_BASE_ERR_IO);

	write_file(path, "[Main]\nSkew = 5\n", 0600);
	for (i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		assert_int_equal(chmod(path, wide[i]), 0);
		assert_int_equal(ksrtp_conf_load(&conf, path, KSRTP_CONF_SECRET, schema, &error),
				 KSRTP_BASE_ERR_ACCESS);
		assert_null(conf);
		assert_non_null(strstr(error.text, "use chmod 600"));
		assert_int_equal(ksrtp_conf_load(&conf, path, KSRTP_CONF_PLAIN, schema, &error), 0);
		ksrtp_conf_free(conf);
	}
	assert_int_equal(chmod(path, 0400), 0);
	assert_int_equal(ksrtp_conf_load(&conf, path, KSRTP_CONF_SECRET, schema, &error), 0);
	assert_string_equal(ksrtp_conf_get(ksrtp_conf_section(conf, "Main", 0), "Skew"), "5");
	ksrtp_conf_free(conf);
	unlink(path);
	unlink(fifo);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_and_values),
		cmocka_unit_test(errors_name_line_and_key),
		cmocka_unit_test(octet_zero_is_refused),
		cmocka_unit_test(secret_text_is_never_quoted),
		cmocka_unit_test(limits),
		cmocka_unit_test(typed_values),
		cmocka_unit_test(files_and_permissions),
	};

	return cmocka_run_group_tests_name("base_conf", tests, NULL, NULL);
}
