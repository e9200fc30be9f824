// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <sys/random.h>
#include <sys/types.h>

#include "base/random.h"

int ksrtp_random(void *arg, uint8_t *out, size_t len)
{
	(void)arg;
	while (len) {
		ssize_t n = getrandom(out, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		out += n;
		len -= (size_t)n;
	}
	return 0;
}
