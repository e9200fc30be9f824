/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_MIKEY_DUMP_H
#define KSRTP_MIKEY_DUMP_H

#include <jansson.h>
#include <ksrtp/mikey.h>

enum {
	MAX_FILES = 8,
	MAX_INPUT = 1 << 20,
	MAX_MESSAGES = 32, /* in one session description */
};

struct dump_options {
	bool json;
	uint32_t lax;
	bool has_now;
	int64_t now_ns; /* clock; the message's own time without it */
	const char *domain[MAX_FILES];
	unsigned int n_domains;
	const char *keyset[MAX_FILES];
	unsigned int n_keysets;
	const char *input;
};

/**
 * struct dump_source - a message and where it was found
 * @buf: its octets, allocated
 * @len: their number
 * @line: in a session description, from 1; 0: the input was nothing but a message
 * @media: which media description, from 1; 0: session level
 * @m_line: that description's first line without "m=", within the text
 */
struct dump_source {
	uint8_t *buf;
	size_t len;
	unsigned int line;
	unsigned int media;
	const char *m_line;
};

/**
 * dump_find() - the messages in a text: octets, hex, base64, or all those of a
 * session description
 * @text: @len octets and a NUL; changed, and must outlive @found
 * @len: octets
 * @found: MAX_MESSAGES places
 *
 * Return: how many there are; 0: it is none of those.
 */
unsigned int dump_find(char *text, size_t len, struct dump_source *found);

/* input.c: a whole file, or standard input for "-"; NULL with a complaint on stderr */
char *dump_slurp(const char *path, size_t *len);

/* describe.c: everything the message says, in its order */
json_t *dump_describe(const struct ksrtp_mikey_msg *msg, const struct ksrtp_mikey_diag *diag);
json_t *dump_describe_habits(uint32_t lax);
json_t *dump_describe_source(const struct dump_source *source);
json_t *dump_describe_params(const struct ksrtp_mikey_key_params *params);

/* check.c: keys from files.  NULL with a complaint if they are of no use. */
struct dump_keys *dump_keys_load(const struct dump_options *opt);
void dump_keys_free(struct dump_keys *keys);

/*
 * Verify and, if there are key sets, open.  Adds what it finds to @out.
 * Return: 0 all held, 1 something did not, 2 it could not be tried.
 */
int dump_check(struct dump_keys *keys, const struct dump_options *opt, const uint8_t *buf,
	       size_t len, const struct ksrtp_mikey_msg *msg, json_t *out);

#endif
