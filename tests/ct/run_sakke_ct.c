/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs sakke_ct under valgrind with each back end, where it must find nothing, and with
 * leaks planted into the back ends, the vectors and the inversion, which it must find. With
 * LANES it is about the back end with emulated vectors, which takes longest.
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
#define NO_BACKEND 3 /* sakke_ct's */

static char dir[4000];

/* The status of valgrind, FOUND if it found something; skips where there is nothing to run. */
static int run(const char *program, const char *backend, const char *leak)
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
		execlp("valgrind", "valgrind", "-q", code, "--exit-on-first-error=yes", path,
		       backend, leak, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == NO_BACKEND)
		skip();
	return WEXITSTATUS(status);
}

static void test_backend(void **state)
{
	assert_int_equal(run("sakke_ct", *state, NULL), 0);
}

static void test_branch_found(void **state)
{
	assert_int_equal(run("sakke_ct", *state, "branch"), FOUND);
}

static void test_index_found(void **state)
{
	assert_int_equal(run("sakke_ct", *state, "index"), FOUND);
}

#ifdef LANES
static char ifma[] = "ifma";

static void test_lanes_found(void **state)
{
	(void)state;
	assert_int_equal(run("sakke_ct_lanes", ifma, NULL), FOUND);
}
#else
static char mulx[] = "mulx", portable[] = "portable";

static void test_inversion_branch_found(void **state)
{
	(void)state;
	assert_int_equal(run("sakke_ct_branch", NULL, NULL), FOUND);
}

static void test_inversion_index_found(void **state)
{
	(void)state;
	assert_int_equal(run("sakke_ct_index", NULL, NULL), FOUND);
}
#endif

/* clang-format off */
#define BACKEND(b)							\
	{ #b " without a leak", test_backend, NULL, NULL, b },		\
	{ #b " with a branch planted", test_branch_found, NULL, NULL, b },	\
	{ #b " with an index planted", test_index_found, NULL, NULL, b }
/* clang-format on */

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#ifdef LANES
		BACKEND(ifma),
		cmocka_unit_test(test_lanes_found),
#else
		BACKEND(mulx),
		BACKEND(portable),
		cmocka_unit_test(test_inversion_branch_found),
		cmocka_unit_test(test_inversion_index_found),
#endif
	};
	char *slash;

	(void)argc;
	/* build/tests/unit/sakke-ct -> build/tests */
	snprintf(dir, sizeof(dir), "%s", argv[0]);
	slash = strrchr(dir, '/');
	snprintf(slash ? slash : dir, 8, slash ? "/.." : "..");
	return cmocka_run_group_tests_name("sakke-ct", tests, NULL, NULL);
}
