/* SPDX-License-Identifier: BSD-3-Clause */
#include "mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ALIGN 64
#define BURN (32 * 1024)

#ifdef KSRTP_SAKKE_ALLOC_TEST
/* Set by the test that lets the n-th allocation fail. */
int ksrtp_mem_test_countdown = -1;

static int test_fails(void)
{
	return ksrtp_mem_test_countdown >= 0 && ksrtp_mem_test_countdown-- == 0;
}
#else
static inline int test_fails(void)
{
	return 0;
}
#endif

void *ksrtp_mem_alloc(size_t len)
{
	void *p = NULL;

	if (test_fails() || posix_memalign(&p, ALIGN, len))
		return NULL;
	memset(p, 0, len);
	return p;
}

void ksrtp_mem_free(void *p)
{
	free(p);
}

/*
 *   page          pages                              page
 *   +-----------+----------------------------------+-----------+
 *   | no access | total length (8) .. pad .. data  | no access |
 *   +-----------+----------------------------------+-----------+
 *
 * The length sits at the start of the accessible part; the data follow at the
 * next multiple of ALIGN.
 */
void *ksrtp_mem_alloc_secret(size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t inner, total;
	uint8_t *m;

	if (test_fails() || len > SIZE_MAX / 2)
		return NULL;
	inner = (len + ALIGN + page - 1) / page * page;
	total = inner + 2 * page;
	m = mmap(NULL, total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (m == MAP_FAILED)
		return NULL;
	if (mprotect(m + page, inner, PROT_READ | PROT_WRITE)) {
		munmap(m, total);
		return NULL;
	}
	(void)mlock(m + page, inner);
	(void)madvise(m + page, inner, MADV_DONTDUMP);
	memcpy(m + page, &total, sizeof(total));
	return m + page + ALIGN;
}

void ksrtp_mem_free_secret(void *p)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), total;
	uint8_t *start;

	if (!p)
		return;
	start = (uint8_t *)p - ALIGN;
	memcpy(&total, start, sizeof(total));
	explicit_bzero(start, total - 2 * page);
	munmap(start - page, total);
}

__attribute__((noinline)) void ksrtp_mem_burn_stack(void)
{
	uint8_t below[BURN];

	explicit_bzero(below, sizeof(below));
}
