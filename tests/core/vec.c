/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vec.h"

static void fail(const char *file, const char *section, const char *name,
		 const char *why)
{
	fprintf(stderr, "%s: [%s] %s: %s\n", file, section, name, why);
	exit(99);
}

static int nibble(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

size_t vec_get(const char *file, const char *section, const char *name,
	       uint8_t *out, size_t max)
{
	const char *dir = getenv("KSRTP_VECTORS");
	char path[512], line[4096], *val = NULL, *p;
	size_t n = 0, slen = strlen(section);
	int in = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir ? dir : "tests/vectors", file);
	f = fopen(path, "r");
	if (!f)
		fail(path, section, name, "cannot open");
	while (!val && fgets(line, sizeof(line), f)) {
		if (line[0] == '[') {
			in = !strncmp(line + 1, section, slen) &&
			     line[slen + 1] == ']';
			continue;
		}
		p = strstr(line, " = ");
		if (!in || line[0] == '#' || !p)
			continue;
		*p = 0;
		if (!strcmp(line, name))
			val = p + 3;
	}
	fclose(f);
	if (!val)
		fail(path, section, name, "not found");
	for (p = val; *p && !isspace((unsigned char)*p); p += 2) {
		int hi = nibble(p[0]);
		int lo = hi < 0 ? -1 : nibble(p[1]);

		if (lo < 0)
			fail(path, section, name, "not hex");
		if (n == max)
			fail(path, section, name, "too long");
		out[n++] = (uint8_t)(hi << 4 | lo);
	}
	return n;
}

uint64_t vec_num(const char *file, const char *section, const char *name)
{
	uint8_t b[8];
	size_t n = vec_get(file, section, name, b, sizeof(b)), i;
	uint64_t v = 0;

	for (i = 0; i < n; i++)
		v = v << 8 | b[i];
	return v;
}
