/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_BASE_CONF_H
#define KSRTP_BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * The one text format of the project: configuration files and key files.
 *
 *	# a comment is a line of its own
 *	[Section]
 *	Key = value up to the end of the line, outer blanks removed
 *
 * Comments after a value are refused, so that none becomes part of it by
 * accident. Section and key names are matched exactly. What a file may contain is a
 * table; everything else is refused. Errors read "file:line: Key: reason" and
 * never quote a value of a secret file.
 */

#define KSRTP_CONF_MAX_FILE (1024 * 1024)
#define KSRTP_CONF_MAX_SECRET (64 * 1024)
#define KSRTP_CONF_MAX_LINE 4096
#define KSRTP_CONF_MAX_ENTRIES 65536

enum ksrtp_conf_flags {
	KSRTP_CONF_REQUIRED = 1, /* must be there (a key: in each such section) */
	KSRTP_CONF_MULTI = 2, /* may be there more than once */
};

/** struct ksrtp_conf_key - one key of a section; the table ends with name NULL */
struct ksrtp_conf_key {
	const char *name;
	unsigned int flags;
};

/** struct ksrtp_conf_schema - one section; the table ends with name NULL */
struct ksrtp_conf_schema {
	const char *name;
	unsigned int flags;
	const struct ksrtp_conf_key *keys;
};

/** struct ksrtp_conf_error - text for a person, one line without its end */
struct ksrtp_conf_error {
	char text[512];
};

enum ksrtp_conf_mode {
	KSRTP_CONF_PLAIN,
	/*
	 * A file with keys: kept in locked memory, wiped by ksrtp_conf_free();
	 * must be a regular file without any permission for group and others.
	 */
	KSRTP_CONF_SECRET,
};

struct ksrtp_conf; /* a parsed file */
struct ksrtp_conf_section; /* one [Section] of it */

/**
 * ksrtp_conf_load() - read and check a file
 * @conf: result, NULL on error
 * @path: file name, used in messages; "-" is standard input (no permissions to check)
 * @mode: plain or secret
 * @schema: what it may contain
 * @error: filled on error
 *
 * Return: 0 or the reason; ERR_ACCESS for a secret file that others can read.
 */
enum ksrtp_base_err ksrtp_conf_load(struct ksrtp_conf **conf, const char *path,
				    enum ksrtp_conf_mode mode,
				    const struct ksrtp_conf_schema *schema,
				    struct ksrtp_conf_error *error);

/**
 * ksrtp_conf_parse() - the same from memory
 * @conf: result, NULL on error
 * @name: for messages
 * @text: file contents, need not end with NUL
 * @len: octets of @text
 * @mode: plain or secret
 * @schema: what it may contain
 * @error: filled on error
 *
 * Return: 0 or the reason.
 */
enum ksrtp_base_err ksrtp_conf_parse(struct ksrtp_conf **conf, const char *name, const char *text,
				     size_t len, enum ksrtp_conf_mode mode,
				     const struct ksrtp_conf_schema *schema,
				     struct ksrtp_conf_error *error);

/* Wipes what was secret. NULL is fine. */
void ksrtp_conf_free(struct ksrtp_conf *conf);

/* The @n-th section of that name, in file order from 0; NULL if there is none. */
const struct ksrtp_conf_section *ksrtp_conf_section(const struct ksrtp_conf *conf, const char *name,
						    size_t n);
size_t ksrtp_conf_section_count(const struct ksrtp_conf *conf, const char *name);
unsigned int ksrtp_conf_section_line(const struct ksrtp_conf_section *sec);

/* Value of a key, NULL if absent (also if @sec is NULL); _nth for keys that may repeat. */
const char *ksrtp_conf_get(const struct ksrtp_conf_section *sec, const char *key);
const char *ksrtp_conf_get_nth(const struct ksrtp_conf_section *sec, const char *key, size_t n);
size_t ksrtp_conf_count(const struct ksrtp_conf_section *sec, const char *key);

/*
 * Typed values. If the key is absent *@out is left as it is (the default) and
 * the result is 0; a wrong value fills @error.
 */
enum ksrtp_base_err ksrtp_conf_get_u64(const struct ksrtp_conf_section *sec, const char *key,
				       uint64_t min, uint64_t max, uint64_t *out,
				       struct ksrtp_conf_error *error);
/* yes, no */
enum ksrtp_base_err ksrtp_conf_get_bool(const struct ksrtp_conf_section *sec, const char *key,
					bool *out, struct ksrtp_conf_error *error);
/* Index into @choices, a NULL-terminated list of words. */
enum ksrtp_base_err ksrtp_conf_get_enum(const struct ksrtp_conf_section *sec, const char *key,
					const char *const *choices, unsigned int *out,
					struct ksrtp_conf_error *error);
/* Exactly @len octets in hexadecimal. */
enum ksrtp_base_err ksrtp_conf_get_hex(const struct ksrtp_conf_section *sec, const char *key,
				       uint8_t *out, size_t len, struct ksrtp_conf_error *error);
/* Between @min and @max octets in hexadecimal, *@len is set. */
enum ksrtp_base_err ksrtp_conf_get_hex_var(const struct ksrtp_conf_section *sec, const char *key,
					   uint8_t *out, size_t min, size_t max, size_t *len,
					   struct ksrtp_conf_error *error);

/**
 * ksrtp_conf_fail() - compose an error about a value the caller does not like
 * @sec: section, gives the file name and line
 * @key: key, or NULL for the section as a whole
 * @n: which of a repeated key, otherwise 0
 * @error: to fill with "file:line: Key: text"
 * @fmt: printf format of the reason; no secret values, please
 */
void ksrtp_conf_fail(const struct ksrtp_conf_section *sec, const char *key, size_t n,
		     struct ksrtp_conf_error *error, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

#endif
