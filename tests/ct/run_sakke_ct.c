/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs sakke_ct under valgrind, which must find nothing, and its variants with
 * planted leaks, which it must find.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define FOUND 9

static char dir[4000];

static int run(const char *program)
{
	char path[4096], code[32];
	int status;
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", dir, program);
	snprintf(code, sizeof(code), "--error-exitcode=%d", FOUND);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		/* not the sanitizers' environment of this program */
		unsetenv("LD_PRELOAD");
		execlp("valgrind", "valgrind", "-q", code, path, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 127)
		skip();
	return WEXITSTATUS(status);
}

static void test_no_leak(void **state)
{
	(void)state;
	assert_int_equal(run("sakke_ct"), 0);
}

static void test_branch_found(void **state)
{
	(void)state;
	assert_int_equal(run("sakke_ct_branch"), FOUND);
}

static void test_index_found(void **state)
{
	(void)state;
	assert_int_equal(run("sakke_ct_index"), FOUND);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_leak),
		cmocka_unit_test(test_branch_found),
		cmocka_unit_test(test_index_found),
	};
	char *slash;

	(void)argc;
	/* build/tests/unit/sakke-ct -> build/tests */
	snprintf(dir, sizeof(dir), "%s", argv[0]);
	slash = strrchr(dir, '/');
	snprintf(slash ? slash : dir, 8, slash ? "/.." : "..");
	return cmocka_run_group_tests_name("sakke-ct", tests, NULL, NULL);
}
