// SPDX-License-Identifier: BSD-3-Clause
/* Messages from a file: octets, hex, base64, or within SDP. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dump.h"

char *dump_slurp(const char *path, size_t *len)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "rb") : stdin;
	char *text = malloc(MAX_INPUT + 1);

	if (!f || !text) {
		perror(path);
		free(text);
		return NULL;
	}
	*len = fread(text, 1, MAX_INPUT + 1, f);
	if (ferror(f) || *len > MAX_INPUT) {
		fprintf(stderr, "ksrtp-mikey: %s: %s\n", path,
			ferror(f) ? "cannot be read" : "too long");
		free(text);
		text = NULL;
	} else {
		text[*len] = 0;
	}
	if (f != stdin)
		fclose(f);
	return text;
}

/* Leave out all white space, in place. */
static void squeeze(char *s)
{
	char *to = s;

	for (; *s; s++)
		if (!isspace((unsigned char)*s))
			*to++ = *s;
	*to = 0;
}

/* What follows a prefix, or NULL if that is not there. */
static char *after(char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) ? NULL : s + n;
}

/* Hex or base64; both in any number of lines. */
static bool decode_text(char *text, struct dump_source *to)
{
	size_t cap;

	squeeze(text);
	cap = strlen(text);
	if (!cap)
		return false;
	to->buf = malloc(cap);
	if (!to->buf)
		return false;
	if (!ksrtp_text_unhex_var(to->buf, cap, &to->len, text) ||
	    !ksrtp_text_unbase64(to->buf, cap, &to->len, text))
		return true;
	free(to->buf);
	to->buf = NULL;
	return false;
}

/*
 * a=key-mgmt:mikey BASE64, RFC 4567 section 3.1, at session level or below an m=
 * line; some write it down without the "a=".
 */
static unsigned int find_in_sdp(char *text, struct dump_source *found)
{
	unsigned int n = 0, line = 0, media = 0;
	const char *m_line = NULL;
	char *next;

	for (; text && n < MAX_MESSAGES; text = next) {
		char *data;

		next = strchr(text, '\n');
		if (next)
			*next++ = 0;
		line++;
		text += strspn(text, " \t");
		text[strcspn(text, "\r")] = 0;
		data = after(text, "m=");
		if (data) {
			media++;
			m_line = data;
		}
		data = after(text, "a=");
		data = after(data ? data : text, "key-mgmt:mikey");
		if (!data || !isspace((unsigned char)*data))
			continue;
		found[n] = (struct dump_source){ .line = line, .media = media, .m_line = m_line };
		/* one that is no base64 is a message that ends before it begins */
		decode_text(data, &found[n++]);
	}
	return n;
}

unsigned int dump_find(char *text, size_t len, struct dump_source *found)
{
	char *at;

	*found = (struct dump_source){ 0 };
	/* version 1 and a data type that no text begins with */
	if (len >= 1 && text[0] == 1) {
		found->buf = malloc(len);
		if (!found->buf)
			return 0;
		memcpy(found->buf, text, len);
		found->len = len;
		return 1;
	}
	if (strstr(text, "key-mgmt:mikey"))
		return find_in_sdp(text, found);
	text += strspn(text, " \t\r\n");
	at = after(text, "mikey");
	return decode_text(at && isspace((unsigned char)*at) ? at : text, found);
}
