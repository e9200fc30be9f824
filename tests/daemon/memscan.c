// SPDX-License-Identifier: BSD-3-Clause
/*
 * Looks for secrets where they must not be (or, to know that it can, where they
 * are): in the memory of processes and in files.
 *
 *	memscan SECRETS pid:N|FILE...
 *
 * SECRETS has lines "name hex". Both the octets and their hexadecimal form are
 * looked for, and of long secrets every part of 16 octets that starts at a
 * multiple of 16. Prints what was found where; exit status 0: nothing, 1:
 * something, 2: could not look.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum { PART = 16, MAX_PARTS = 512, BLOCK = 1 << 20 };

struct part {
	char name[48];
	uint8_t b[2 * PART];
	size_t len;
};

static struct part parts[MAX_PARTS];
static size_t n_parts;
static bool found;

static void add(const char *name, const uint8_t *b, size_t len, bool hex)
{
	struct part *p = &parts[n_parts];

	if (n_parts == MAX_PARTS || len < 8)
		return;
	snprintf(p->name, sizeof(p->name), "%s%s", name, hex ? " (hex)" : "");
	if (hex) {
		char text[2 * PART + 1];

		ksrtp_text_hex(text, b, len);
		memcpy(p->b, text, 2 * len);
		p->len = 2 * len;
	} else {
		memcpy(p->b, b, len);
		p->len = len;
	}
	n_parts++;
}

static bool read_secrets(const char *path)
{
	char line[2048], name[32], hex[1100];
	FILE *f = fopen(path, "r");

	if (!f)
		return false;
	while (fgets(line, sizeof(line), f)) {
		uint8_t b[512];
		size_t len, at;

		if (sscanf(line, "%31s %1099s", name, hex) != 2 ||
		    ksrtp_text_unhex_var(b, sizeof(b), &len, hex))
			continue;
		/* 04, which begins every point, is no secret */
		for (at = len % PART; at < len; at += PART) {
			add(name, b + at, PART, false);
			add(name, b + at, PART, true);
		}
		if (len < PART) {
			add(name, b, len, false);
			add(name, b, len, true);
		}
	}
	fclose(f);
	return n_parts > 0;
}

static void search(const char *where, const uint8_t *buf, size_t len)
{
	size_t i;

	for (i = 0; i < n_parts; i++) {
		if (memmem(buf, len, parts[i].b, parts[i].len)) {
			printf("%s: %s\n", where, parts[i].name);
			found = true;
		}
	}
}

/* A window with an overlap, so that nothing hides on a border. */
static bool scan_fd(const char *where, int fd, off_t from, uint64_t len)
{
	static uint8_t buf[BLOCK + 2 * PART];
	size_t keep = 0;

	while (len) {
		size_t want = len < BLOCK ? (size_t)len : BLOCK;
		ssize_t n = pread(fd, buf + keep, want, from);

		if (n < 0)
			return errno == EIO; /* a mapping that cannot be read at all */
		if (!n)
			return true;
		search(where, buf, keep + (size_t)n);
		from += n;
		len -= (uint64_t)n;
		keep += (size_t)n;
		if (keep > 2 * PART) {
			memmove(buf, buf + keep - 2 * PART, 2 * PART);
			keep = 2 * PART;
		}
	}
	return true;
}

static bool scan_process(const char *pid)
{
	char path[64], line[512], where[400], perms[8], name[256];
	unsigned int regions = 0;
	FILE *maps;
	int mem;

	snprintf(path, sizeof(path), "/proc/%s/maps", pid);
	maps = fopen(path, "r");
	snprintf(path, sizeof(path), "/proc/%s/mem", pid);
	mem = open(path, O_RDONLY);
	if (!maps || mem < 0)
		return false;
	while (fgets(line, sizeof(line), maps)) {
		uint64_t from, to;

		name[0] = 0;
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %*s %*s %*s %255s", &from, &to, perms,
			   name) < 3 ||
		    perms[0] != 'r' || !strcmp(name, "[vvar]") || !strcmp(name, "[vsyscall]"))
			continue;
		snprintf(where, sizeof(where), "pid %s %s", pid, name[0] ? name : "anonymous");
		if (!scan_fd(where, mem, (off_t)from, to - from))
			fprintf(stderr, "memscan: %s cannot be read: %s\n", where, strerror(errno));
		else
			regions++;
	}
	fclose(maps);
	close(mem);
	return regions > 0;
}

int main(int argc, char **argv)
{
	int i, fd;

	if (argc < 3 || !read_secrets(argv[1])) {
		fputs("usage: memscan SECRETS pid:N|FILE...\n", stderr);
		return 2;
	}
	for (i = 2; i < argc; i++) {
		if (!strncmp(argv[i], "pid:", 4)) {
			if (!scan_process(argv[i] + 4)) {
				fprintf(stderr, "memscan: %s cannot be scanned\n", argv[i]);
				return 2;
			}
			continue;
		}
		fd = open(argv[i], O_RDONLY);
		if (fd < 0 || !scan_fd(argv[i], fd, 0, UINT64_MAX >> 1)) {
			fprintf(stderr, "memscan: %s: %s\n", argv[i], strerror(errno));
			return 2;
		}
		close(fd);
	}
	return found ? 1 : 0;
}
