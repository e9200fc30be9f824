// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/secret.h"

/* Runs @fn in a child; returns its wait status. Sanitizers' own reports are not wanted here. */
static int in_child(void (*fn)(void *), void *arg)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		signal(SIGABRT, SIG_DFL);
		fn(arg);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void memory_is_zero_and_aligned(void **state)
{
	size_t len, i;

	(void)state;
	for (len = 1; len < 9000; len += 97) {
		uint8_t *p = ksrtp_secret_alloc(len);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 16, 0);
		for (i = 0; i < len; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0x5a, len);
		ksrtp_secret_free(p);
	}
	ksrtp_secret_free(NULL);
}

static void senseless_lengths(void **state)
{
	(void)state;
	errno = 0;
	assert_null(ksrtp_secret_alloc(0));
	assert_int_equal(errno, EINVAL);
	assert_null(ksrtp_secret_alloc(SIZE_MAX));
	assert_null(ksrtp_secret_alloc(SIZE_MAX - 8192));
}

static void touch(void *p)
{
	volatile uint8_t *q = p;

	q[0] = (uint8_t)(q[0] + 1);
}

static void guards_fault(void **state)
{
	uint8_t *p = ksrtp_secret_alloc(4096 * 2 + 32);
	long page = sysconf(_SC_PAGESIZE);
	uint8_t *end = p + 4096 * 2 + 32, *start = end;
	int status;

	(void)state;
	assert_int_equal((uintptr_t)end % (uintptr_t)page, 0);
	status = in_child(touch, end);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	start = end - 3 * page; /* header and data share three pages */
	status = in_child(touch, start - 1);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	status = in_child(touch, end - 1);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	ksrtp_secret_free(p);
}

static void overrun(void *arg)
{
	uint8_t *p = ksrtp_secret_alloc(10);

	((volatile uint8_t *)p)[*(int *)arg] ^= 1;
	ksrtp_secret_free(p);
}

static void small_overruns_abort(void **state)
{
	int at[] = { 10, 15, -1, -8, -16, 9 };
	int status;
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		status = in_child(overrun, &at[i]);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	}
	status = in_child(overrun, &at[5]);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
}

/* VmFlags of the mapping that holds @p: "lo" locked, "dd" not dumped. */
static void mapping_flags(const void *p, char *flags, size_t len)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	unsigned long lo, hi;
	char line[512];
	int inside = 0;

	assert_non_null(f);
	flags[0] = '\0';
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &lo, &hi) == 2 &&
		    strchr(line, '-') < strchr(line, ' '))
			inside = (uintptr_t)p >= lo && (uintptr_t)p < hi;
		else if (inside && !strncmp(line, "VmFlags:", 8))
			snprintf(flags, len, "%.400s ", line + 8);
	}
	fclose(f);
}

static void locked_and_not_dumped(void **state)
{
	uint8_t *p = ksrtp_secret_alloc(100);
	char flags[512];

	(void)state;
	mapping_flags(p, flags, sizeof(flags));
	assert_non_null(strstr(flags, " dd"));
	/* The sanitizers turn mlock() into nothing: the std build is the one that locks. */
#ifndef KSRTP_SANITIZED
	assert_non_null(strstr(flags, " lo"));
#endif
	ksrtp_secret_free(p);
}

static void wipe_and_compare(void **state)
{
	uint8_t a[64], b[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(a); i++)
		a[i] = b[i] = (uint8_t)(i * 7 + 1);
	assert_true(ksrtp_secret_equal(a, b, sizeof(a)));
	for (i = 0; i < sizeof(a) * 8; i++) {
		b[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_false(ksrtp_secret_equal(a, b, sizeof(a)));
		b[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	assert_true(ksrtp_secret_equal(a, b, 0));
	ksrtp_secret_wipe(a, 63);
	for (i = 0; i < 63; i++)
		assert_int_equal(a[i], 0);
	assert_int_equal(a[63], b[63]);
	ksrtp_secret_wipe(NULL, 0);
}

static void hardened(void *arg)
{
	struct rlimit lim;

	(void)arg;
	if (ksrtp_secret_harden_process())
		_exit(1);
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		_exit(2);
	if (getrlimit(RLIMIT_CORE, &lim) || lim.rlim_cur || lim.rlim_max)
		_exit(3);
	if (getrlimit(RLIMIT_MEMLOCK, &lim) || lim.rlim_cur != lim.rlim_max)
		_exit(4);
}

static void process_is_hardened(void **state)
{
	int status = in_child(hardened, NULL);

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zero_and_aligned),
		cmocka_unit_test(senseless_lengths),
		cmocka_unit_test(guards_fault),
		cmocka_unit_test(small_overruns_abort),
		cmocka_unit_test(locked_and_not_dumped),
		cmocka_unit_test(wipe_and_compare),
		cmocka_unit_test(process_is_hardened),
	};

	return cmocka_run_group_tests_name("base_secret", tests, NULL, NULL);
}
