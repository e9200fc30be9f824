/* SPDX-License-Identifier: BSD-3-Clause */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what, const char *file, const char *name)
{
	fprintf(stderr, "%s: %s: %s\n", file, name, what);
	abort();
}

size_t vec_get(const char *file, const char *section, const char *name, uint8_t *out, size_t max)
{
	const char *dir = getenv("KSRTP_VECTORS");
	char path[512], line[8192], want[64];
	size_t n = 0, name_len = strlen(name);
	int in = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.txt", dir ? dir : "tests/vectors", file);
	snprintf(want, sizeof(want), "[%s]\n", section);
	f = fopen(path, "r");
	if (!f)
		die("cannot open", path, name);
	while (fgets(line, sizeof(line), f)) {
		const char *hex;

		if (line[0] == '[')
			in = !strcmp(line, want);
		if (!in || strncmp(line, name, name_len) || strncmp(line + name_len, " = ", 3))
			continue;
		for (hex = line + name_len + 3; hex[0] > ' ' && hex[1] > ' '; hex += 2) {
			unsigned int x;

			if (n == max || sscanf(hex, "%2x", &x) != 1)
				die("bad value", path, name);
			out[n++] = (uint8_t)x;
		}
		fclose(f);
		return n;
	}
	die("no such value", path, name);
	return 0;
}

void vec_pad(const char *file, const char *section, const char *name, uint8_t *out, size_t len)
{
	uint8_t t[1024];
	size_t n = vec_get(file, section, name, t, sizeof(t));

	if (n > len)
		die("too long", file, name);
	memset(out, 0, len - n);
	memcpy(out + len - n, t, n);
}

void test_rng_seed(struct test_rng *r, uint64_t seed)
{
	r->s[0] = seed * 0x9e3779b97f4a7c15 + 1;
	r->s[1] = seed ^ 0xd1b54a32d192ed03;
}

static uint64_t next(struct test_rng *r)
{
	uint64_t a = r->s[0], b = r->s[1], sum = a + b;

	b ^= a;
	r->s[0] = (a << 24 | a >> 40) ^ b ^ b << 16;
	r->s[1] = b << 37 | b >> 27;
	return sum;
}

int test_rng_fill(void *arg, uint8_t *out, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		out[i] = (uint8_t)(next(arg) >> 32);
	return 0;
}

uint32_t test_rng_below(struct test_rng *r, uint32_t n)
{
	return (uint32_t)((next(r) >> 32) * n >> 32);
}

int fixed_rng(void *arg, uint8_t *out, size_t len)
{
	if (len != 32)
		return -1;
	memcpy(out, arg, len);
	return 0;
}

int broken_rng(void *arg, uint8_t *out, size_t len)
{
	(void)arg;
	memset(out, 0x55, len);
	return -1;
}
