/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench_datapath.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void bench_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("bench: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}

uint64_t bench_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void bench_figure(const char *name, const char *unit, double value, unsigned int n)
{
	printf("%s %.1f %s %u 0\n", name, value, unit, n);
	fflush(stdout);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

void bench_result(const char *name, const char *unit, uint64_t *cost, unsigned int n,
		  unsigned int per)
{
	qsort(cost, n, sizeof(*cost), compare);
	printf("%s %.1f %s %u %.1f\n", name, (double)cost[0] / per, unit, n * per,
	       (double)(cost[n / 2] - cost[0]) / per);
	fflush(stdout);
}
