// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/secret.h"

#define MAX_LEN ((size_t)16 << 20)
#define ALIGN ((size_t)16)
#define FILL 0xdb
#define MAGIC ((uintptr_t)0x6b73727470c0ffeeULL)

/*
 *	| guard page | unused ... | header | data, fill to 16 | guard page |
 *
 * Data stands at the end, so that reading or writing beyond it faults at once;
 * header and fill show at release whether something small went astray.
 */
struct header {
	size_t len;
	size_t locked; /* octets between the guard pages */
	uintptr_t magic;
	uintptr_t magic2;
};

_Static_assert(sizeof(struct header) % ALIGN == 0, "data must stay aligned");

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

void *ksrtp_secret_alloc(size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room, locked;
	struct header *h;
	uint8_t *map, *data;
	int saved;

	if (!len || len > MAX_LEN) {
		errno = EINVAL;
		return NULL;
	}
	room = round_up(len, ALIGN);
	locked = round_up(sizeof(*h) + room, page);
	map = mmap(NULL, locked + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		return NULL;
	if (mprotect(map + page, locked, PROT_READ | PROT_WRITE) ||
	    madvise(map + page, locked, MADV_DONTDUMP) || mlock(map + page, locked))
		goto unmap;

	data = map + page + locked - room;
	memset(data + len, FILL, room - len);
	h = (struct header *)(data - sizeof(*h));
	h->len = len;
	h->locked = locked;
	h->magic = MAGIC ^ (uintptr_t)data;
	h->magic2 = ~h->magic;
	return data;

unmap:
	saved = errno;
	munmap(map, locked + 2 * page);
	errno = saved;
	return NULL;
}

void ksrtp_secret_free(void *p)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room, locked, i;
	struct header *h;
	uint8_t *data = p;

	if (!p)
		return;
	h = (struct header *)(data - sizeof(*h));
	if (h->magic != (MAGIC ^ (uintptr_t)data) || h->magic2 != ~h->magic)
		abort();
	room = round_up(h->len, ALIGN);
	for (i = h->len; i < room; i++)
		if (data[i] != FILL)
			abort();
	locked = h->locked;
	data = data + room - locked; /* start of the locked pages */
	explicit_bzero(data, locked);
	munlock(data, locked);
	munmap(data - page, locked + 2 * page);
}

void ksrtp_secret_wipe(void *p, size_t len)
{
	if (len)
		explicit_bzero(p, len);
}

bool ksrtp_secret_equal(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a, *y = b;
	unsigned int diff = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		diff |= (unsigned int)(x[i] ^ y[i]);
		/* Keep the compiler from leaving the loop early. */
		__asm__ volatile("" : "+r"(diff));
	}
	return diff == 0;
}

int ksrtp_secret_harden_process(void)
{
	struct rlimit lim = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &lim))
		return -1;
	/* Also needed for core patterns that are pipes: those ignore the limit. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return -1;
	if (getrlimit(RLIMIT_MEMLOCK, &lim))
		return -1;
	if (lim.rlim_cur != lim.rlim_max) {
		lim.rlim_cur = lim.rlim_max;
		if (setrlimit(RLIMIT_MEMLOCK, &lim))
			return -1;
	}
	return 0;
}
