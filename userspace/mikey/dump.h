/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_MIKEY_DUMP_H
#define KSRTP_MIKEY_DUMP_H

#include <jansson.h>
#include <ksrtp/mikey.h>

enum { MAX_FILES = 8, MAX_INPUT = 1 << 20 };

struct dump_options {
	bool json;
	uint32_t lax;
	bool has_now;
	int64_t now_ns; /* clock; the message's own time without it */
	const char *domain[MAX_FILES];
	unsigned int n_domains;
	const char *keyset;
	const char *input;
};

/* input.c: the message in whatever the text is; NULL with a complaint on stderr */
uint8_t *dump_read(const char *path, size_t *len);

/* describe.c: everything the message says, in its order */
json_t *dump_describe(const struct ksrtp_mikey_msg *msg, const struct ksrtp_mikey_diag *diag);

/*
 * check.c: verify and open with keys from files.  Adds what it finds to @out.
 * Return: 0 all held, 1 something did not, 2 the files are of no use.
 */
int dump_check(const struct dump_options *opt, const uint8_t *buf, size_t len,
	       const struct ksrtp_mikey_msg *msg, json_t *out);

#endif
