/* SPDX-License-Identifier: BSD-3-Clause */
/* The example program, as it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int example_main(void);

#define main example_main
#include "../../../userspace/examples/sakke-exchange.c"
#undef main

static void test_example(void **state)
{
	(void)state;
	assert_int_equal(example_main(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_example) };

	return cmocka_run_group_tests_name("sakke-example", tests, NULL, NULL);
}
