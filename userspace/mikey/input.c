// SPDX-License-Identifier: BSD-3-Clause
/* A message from a file: octets, hex, base64, or within SDP. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dump.h"

static char *slurp(const char *path, size_t *len)
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

uint8_t *dump_read(const char *path, size_t *len)
{
	size_t n;
	char *text = slurp(path, &n), *at;
	uint8_t *out;

	if (!text)
		return NULL;
	out = malloc(n + 1);
	if (!out) {
		free(text);
		return NULL;
	}
	/* version 1 and a data type that no text begins with */
	if (n >= 1 && text[0] == 1) {
		memcpy(out, text, n);
		*len = n;
		goto done;
	}
	at = strstr(text, "key-mgmt:mikey");
	if (at) {
		at += strlen("key-mgmt:mikey");
		at += strspn(at, " \t");
		at[strcspn(at, "\r\n")] = 0;
	} else {
		at = text + strspn(text, " \t\r\n");
		if (!strncmp(at, "mikey", 5) && isspace((unsigned char)at[5]))
			at += 6;
	}
	squeeze(at);
	if (strlen(at) && (!ksrtp_text_unhex_var(out, n, len, at) ||
			   !ksrtp_text_unbase64(out, n, len, at)))
		goto done;
	fprintf(stderr, "ksrtp-mikey: %s: neither octets of a message, nor hex, base64 or SDP\n",
		path);
	free(out);
	out = NULL;
done:
	free(text);
	return out;
}
