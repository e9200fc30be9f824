/* SPDX-License-Identifier: BSD-3-Clause */
/* Shared by the tests of lib/mikey. */
#ifndef MIKEY_TEST_UTIL_H
#define MIKEY_TEST_UTIL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <ksrtp/mikey.h>

#define SEC INT64_C(1000000000)
#define DAY (86400 * SEC)
/* 2026-11-15 12:00:00 UTC */
#define NOON (INT64_C(1794744000) * SEC)

#define ALICE "tel:+447700900123"
#define BOB "tel:+447700900456"
#define CAROL "tel:+447700900789"
#define KMS "kms.example.org"

#define assert_status(got, want)                                                           \
	assert_string_equal(ksrtp_mikey_status_name(got), ksrtp_mikey_status_name(want))

/* Octets from hex that may have spaces; the test ends if it is no hex. */
size_t unhex(const char *text, uint8_t *out, size_t cap);

/* --- vector files: "[section]" and "name = hex" lines --- */
struct vectors;
struct vectors *vectors_open(const char *file);
void vectors_close(struct vectors *v);
/* Calls @fn for each section. */
void vectors_each(struct vectors *v, void (*fn)(struct vectors *v, const char *section));
bool vectors_has(struct vectors *v, const char *section, const char *name);
/* Text of a value; the test ends if there is none. */
const char *vectors_text(struct vectors *v, const char *section, const char *name);
size_t vectors_hex(struct vectors *v, const char *section, const char *name, uint8_t *out,
		   size_t cap);

/*
 * Cryptography for tests of codec and order only: deterministic hashes in the
 * place of curves.  Counts its calls.
 */
struct fake {
	unsigned int encapsulated, decapsulated, signed_, verified;
	/* what to return in place of doing it, if not OK */
	enum ksrtp_mikey_status fail_encapsulate, fail_decapsulate, fail_sign, fail_verify;
	char kms[KSRTP_MIKEY_MAX_URI + 1]; /* the last one named */
};

extern const struct ksrtp_mikey_ops fake_ops;

/* A proposal from ALICE to BOB at @now with two crypto sessions and a flow. */
struct scene {
	struct ksrtp_mikey_proposal proposal;
	struct ksrtp_mikey_flow flow;
	uint8_t rand[16];
	uint8_t ssv[KSRTP_MIKEY_SSV_LEN];
};
void scene_init(struct scene *s, int64_t now, unsigned int suite);

#endif
