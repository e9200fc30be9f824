// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static const uint8_t octets[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
				  0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12 };

static void reads_big_endian(void **state)
{
	struct ksrtp_rd rd;

	(void)state;
	ksrtp_rd_init(&rd, octets, sizeof(octets));
	assert_int_equal(ksrtp_rd_u8(&rd), 0x01);
	assert_int_equal(ksrtp_rd_u16(&rd), 0x0203);
	assert_int_equal(ksrtp_rd_u24(&rd), 0x040506);
	assert_int_equal(ksrtp_rd_u32(&rd), 0x0708090a);
	assert_true(ksrtp_rd_u64(&rd) == 0x0b0c0d0e0f101112ULL);
	assert_true(ksrtp_rd_done(&rd));
	assert_int_equal(ksrtp_rd_pos(&rd), sizeof(octets));
}

/* For each width and each remaining length: all or nothing, and then nothing for ever. */
static void error_is_sticky(void **state)
{
	size_t width, have;

	(void)state;
	for (width = 1; width <= 8; width++) {
		for (have = 0; have < width; have++) {
			uint8_t *exact = malloc(have ? have : 1);
			struct ksrtp_rd rd;
			uint8_t out[8];

			memcpy(exact, octets, have);
			ksrtp_rd_init(&rd, exact, have);
			memset(out, 0xaa, sizeof(out));
			switch (width) {
			case 2:
				assert_int_equal(ksrtp_rd_u16(&rd), 0);
				break;
			case 3:
				assert_int_equal(ksrtp_rd_u24(&rd), 0);
				break;
			case 4:
				assert_int_equal(ksrtp_rd_u32(&rd), 0);
				break;
			case 8:
				assert_true(ksrtp_rd_u64(&rd) == 0);
				break;
			default:
				ksrtp_rd_copy(&rd, out, width);
				assert_int_equal(out[width - 1], 0);
				assert_int_equal(out[0], 0);
			}
			assert_false(ksrtp_rd_ok(&rd));
			assert_int_equal(ksrtp_rd_left(&rd), 0);
			assert_int_equal(ksrtp_rd_u8(&rd), 0);
			assert_null(ksrtp_rd_span(&rd, 0).data);
			assert_false(ksrtp_rd_done(&rd));
			free(exact);
		}
	}
}

static void huge_lengths_do_not_wrap(void **state)
{
	struct ksrtp_rd rd;
	struct ksrtp_wr wr;
	uint8_t buf[4];

	(void)state;
	ksrtp_rd_init(&rd, octets, sizeof(octets));
	ksrtp_rd_u16(&rd);
	assert_null(ksrtp_rd_span(&rd, SIZE_MAX).data);
	assert_false(ksrtp_rd_ok(&rd));

	ksrtp_wr_init(&wr, buf, sizeof(buf));
	ksrtp_wr_u16(&wr, 1);
	assert_null(ksrtp_wr_reserve(&wr, SIZE_MAX));
	assert_false(ksrtp_wr_ok(&wr));
}

static void sub_readers_stay_inside(void **state)
{
	struct ksrtp_rd rd, sub;

	(void)state;
	ksrtp_rd_init(&rd, octets, sizeof(octets));
	sub = ksrtp_rd_sub(&rd, 3);
	assert_int_equal(ksrtp_rd_u8(&rd), 0x04);
	assert_int_equal(ksrtp_rd_u16(&sub), 0x0102);
	assert_int_equal(ksrtp_rd_u16(&sub), 0);
	assert_false(ksrtp_rd_ok(&sub));
	assert_true(ksrtp_rd_ok(&rd));

	sub = ksrtp_rd_sub(&rd, 100);
	assert_false(ksrtp_rd_ok(&sub));
	assert_false(ksrtp_rd_ok(&rd));

	ksrtp_rd_init(&rd, octets, 2);
	sub = ksrtp_rd_sub(&rd, 0);
	assert_true(ksrtp_rd_done(&sub));
	assert_int_equal(ksrtp_rd_rest(&rd).len, 2);
	assert_true(ksrtp_rd_done(&rd));
	assert_int_equal(ksrtp_rd_rest(&rd).len, 0);
	assert_true(ksrtp_rd_ok(&rd));
}

static void no_memory_at_all(void **state)
{
	struct ksrtp_rd rd;
	struct ksrtp_wr wr;

	(void)state;
	ksrtp_rd_init(&rd, NULL, 0);
	assert_true(ksrtp_rd_done(&rd));
	assert_non_null(ksrtp_rd_span(&rd, 0).data);
	assert_int_equal(ksrtp_rd_u8(&rd), 0);
	assert_false(ksrtp_rd_ok(&rd));
	ksrtp_rd_init(&rd, NULL, 5);
	assert_false(ksrtp_rd_ok(&rd));

	ksrtp_wr_init(&wr, NULL, 0);
	ksrtp_wr_bytes(&wr, NULL, 0);
	assert_true(ksrtp_wr_ok(&wr));
	ksrtp_wr_u8(&wr, 1);
	assert_false(ksrtp_wr_ok(&wr));
}

static void writes_what_is_read(void **state)
{
	uint8_t buf[32];
	struct ksrtp_wr wr;

	(void)state;
	memset(buf, 0xee, sizeof(buf));
	ksrtp_wr_init(&wr, buf, 18);
	ksrtp_wr_u8(&wr, 0x01);
	ksrtp_wr_u16(&wr, 0x0203);
	ksrtp_wr_u24(&wr, 0x040506);
	ksrtp_wr_u32(&wr, 0x0708090a);
	ksrtp_wr_u64(&wr, 0x0b0c0d0e0f101112ULL);
	assert_true(ksrtp_wr_ok(&wr));
	assert_int_equal(ksrtp_wr_left(&wr), 0);
	assert_memory_equal(buf, octets, sizeof(octets));
	ksrtp_wr_u8(&wr, 0xff);
	assert_false(ksrtp_wr_ok(&wr));
	assert_int_equal(buf[18], 0xee);
	assert_int_equal(ksrtp_wr_len(&wr), 18);
}

static void texts_have_no_nul(void **state)
{
	char out[4], big[257];
	uint8_t buf[300];
	struct ksrtp_rd rd;
	struct ksrtp_wr wr;

	(void)state;
	ksrtp_wr_init(&wr, buf, sizeof(buf));
	ksrtp_wr_text(&wr, "abc");
	ksrtp_wr_text(&wr, "");
	assert_true(ksrtp_wr_ok(&wr));
	assert_int_equal(ksrtp_wr_len(&wr), 5);
	assert_memory_equal(buf, "\x03" "abc", 5);
	ksrtp_rd_init(&rd, buf, 5);
	ksrtp_rd_text(&rd, out, sizeof(out));
	assert_string_equal(out, "abc");
	ksrtp_rd_text(&rd, out, sizeof(out));
	assert_string_equal(out, "");
	assert_true(ksrtp_rd_done(&rd));

	/* no room for its NUL, a NUL within, octets that are not there */
	ksrtp_rd_init(&rd, buf, 5);
	ksrtp_rd_text(&rd, out, 3);
	assert_true(!ksrtp_rd_ok(&rd) && !out[0]);
	ksrtp_rd_init(&rd, (const uint8_t *)"\x02" "a", 3);
	ksrtp_rd_text(&rd, out, sizeof(out));
	assert_true(!ksrtp_rd_ok(&rd) && !out[0]);
	ksrtp_rd_init(&rd, buf, 3);
	ksrtp_rd_text(&rd, out, sizeof(out));
	assert_true(!ksrtp_rd_ok(&rd) && !out[0]);

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = 0;
	ksrtp_wr_init(&wr, buf, sizeof(buf));
	ksrtp_wr_text(&wr, big);
	assert_false(ksrtp_wr_ok(&wr));
}

static void patches_only_what_was_written(void **state)
{
	uint8_t buf[16] = { 0 };
	struct ksrtp_wr wr;

	(void)state;
	ksrtp_wr_init(&wr, buf, sizeof(buf));
	ksrtp_wr_zero(&wr, 7);
	ksrtp_wr_patch_u8(&wr, 0, 0x11);
	ksrtp_wr_patch_u16(&wr, 1, 0x2233);
	ksrtp_wr_patch_u32(&wr, 3, 0x44556677);
	assert_true(ksrtp_wr_ok(&wr));
	assert_memory_equal(buf, "\x11\x22\x33\x44\x55\x66\x77", 7);
	ksrtp_wr_patch_u32(&wr, 4, 1);
	assert_false(ksrtp_wr_ok(&wr));
	assert_int_equal(buf[7], 0);

	ksrtp_wr_init(&wr, buf, sizeof(buf));
	ksrtp_wr_u24(&wr, 0x1000000);
	assert_false(ksrtp_wr_ok(&wr));
	ksrtp_wr_init(&wr, buf, sizeof(buf));
	ksrtp_wr_patch_u8(&wr, SIZE_MAX, 1);
	assert_false(ksrtp_wr_ok(&wr));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_big_endian),
		cmocka_unit_test(error_is_sticky),
		cmocka_unit_test(huge_lengths_do_not_wrap),
		cmocka_unit_test(sub_readers_stay_inside),
		cmocka_unit_test(no_memory_at_all),
		cmocka_unit_test(writes_what_is_read),
		cmocka_unit_test(texts_have_no_nul),
		cmocka_unit_test(patches_only_what_was_written),
	};

	return cmocka_run_group_tests_name("base_buf", tests, NULL, NULL);
}
