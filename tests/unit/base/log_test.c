// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
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

#include "base/log.h"

struct pipe_log {
	struct ksrtp_log log;
	int out;
	char text[4096];
};

static int setup(void **state)
{
	struct pipe_log *p = calloc(1, sizeof(*p));
	int fds[2];

	if (!p || pipe(fds))
		return -1;
	p->log.target = KSRTP_LOG_STDERR;
	p->log.level = KSRTP_LOG_INFO;
	p->log.ident = "test[net]";
	p->log.fd = fds[1];
	p->out = fds[0];
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct pipe_log *p = *state;

	close(p->log.fd);
	close(p->out);
	free(p);
	return 0;
}

static const char *take(struct pipe_log *p)
{
	ssize_t n = read(p->out, p->text, sizeof(p->text) - 1);

	assert_true(n >= 0);
	p->text[n] = '\0';
	return p->text;
}

static void plain_and_journal(void **state)
{
	struct pipe_log *p = *state;

	ksrtp_log_info(&p->log, "call %d", 7);
	assert_string_equal(take(p), "test[net]: call 7\n");
	p->log.target = KSRTP_LOG_JOURNAL;
	ksrtp_log_err(&p->log, "broken");
	assert_string_equal(take(p), "<3>test[net]: broken\n");
}

static void level_filters(void **state)
{
	struct pipe_log *p = *state;

	errno = EILSEQ;
	ksrtp_log_debug(&p->log, "not this");
	ksrtp_log_notice(&p->log, "this");
	assert_int_equal(errno, EILSEQ);
	assert_string_equal(take(p), "test[net]: this\n");
	ksrtp_log_err(NULL, "nobody listens");
}

/* Text that a peer chose must not forge lines or drive the terminal. */
static void control_characters_are_escaped(void **state)
{
	struct pipe_log *p = *state;

	ksrtp_log_info(&p->log, "peer %s", "a\n<0>forged\x1b[2J\x7f\x9b\xc3\xa9");
	assert_string_equal(take(p),
			    "test[net]: peer a\\x0a<0>forged\\x1b[2J\\x7f\\x9b\\xc3\\xa9\n");
}

static void long_lines_are_cut(void **state)
{
	struct pipe_log *p = *state;
	char big[3000];
	size_t len;

	memset(big, '\n', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	ksrtp_log_info(&p->log, "%s", big);
	len = strlen(take(p));
	assert_in_range(len, 900, 1020);
	assert_int_equal(p->text[len - 1], '\n');
	assert_ptr_equal(strchr(p->text, '\n'), p->text + len - 1);
}

static void journal_is_found(void **state)
{
	struct ksrtp_log log;
	struct stat st;
	char env[64];

	(void)state;
	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	snprintf(env, sizeof(env), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	setenv("JOURNAL_STREAM", env, 1);
	ksrtp_log_init(&log, "x", KSRTP_LOG_INFO);
	assert_int_equal(log.target, KSRTP_LOG_JOURNAL);
	setenv("JOURNAL_STREAM", "1:1x", 1);
	ksrtp_log_init(&log, "x", KSRTP_LOG_INFO);
	assert_int_equal(log.target, KSRTP_LOG_STDERR);
	unsetenv("JOURNAL_STREAM");
}

static void level_names(void **state)
{
	enum ksrtp_log_level level = KSRTP_LOG_ERR;

	(void)state;
	assert_true(ksrtp_log_level_parse("debug", &level));
	assert_int_equal(level, KSRTP_LOG_DEBUG);
	assert_false(ksrtp_log_level_parse("Debug", &level));
	assert_false(ksrtp_log_level_parse("", &level));
	assert_int_equal(level, KSRTP_LOG_DEBUG);
}

static void rate_limit(void **state)
{
	struct ksrtp_log_limit limit = KSRTP_LOG_LIMIT(3, 1000);
	uint64_t lost = 99, t = 5000;
	unsigned int i, n = 0;

	(void)state;
	for (i = 0; i < 10; i++)
		n += ksrtp_log_allow(&limit, t, &lost);
	assert_int_equal(n, 3);
	assert_false(ksrtp_log_allow(&limit, t + 999, NULL));
	assert_true(ksrtp_log_allow(&limit, t + 1000, &lost));
	assert_int_equal(lost, 8);
	assert_false(ksrtp_log_allow(&limit, t + 1001, NULL));
	/* After a long silence no more than the burst; a clock that steps back gives nothing. */
	for (n = 0, i = 0; i < 10; i++)
		n += ksrtp_log_allow(&limit, t + 1000000, &lost);
	assert_int_equal(n, 3);
	assert_false(ksrtp_log_allow(&limit, 0, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(plain_and_journal, setup, teardown),
		cmocka_unit_test_setup_teardown(level_filters, setup, teardown),
		cmocka_unit_test_setup_teardown(control_characters_are_escaped, setup, teardown),
		cmocka_unit_test_setup_teardown(long_lines_are_cut, setup, teardown),
		cmocka_unit_test(journal_is_found),
		cmocka_unit_test(level_names),
		cmocka_unit_test(rate_limit),
	};

	return cmocka_run_group_tests_name("base_log", tests, NULL, NULL);
}
