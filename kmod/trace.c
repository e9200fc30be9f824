// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code of the tracepoints.
 */
#include <linux/in6.h>
#include <linux/skbuff.h>
#include <linux/string.h>

#include "compat.h"
#include "flow.h"
#include "session.h"
#include "stats.h"

/*
 * As the format %pIS wants it; the rest of @to is cleared: users can read it. A
 * kernel without tracing has no use for it.
 */
static void __maybe_unused put_sockaddr(u8 *to, u32 family,
					const union nf_inet_addr *addr,
					__be16 port)
{
	struct sockaddr_in6 in6 = {};
	struct sockaddr_in in = {};

	memset(to, 0, sizeof(in6));
	if (family == NFPROTO_IPV4) {
		in.sin_family = AF_INET;
		in.sin_addr = addr->in;
		in.sin_port = port;
		memcpy(to, &in, sizeof(in));
	} else {
		in6.sin6_family = AF_INET6;
		in6.sin6_addr = addr->in6;
		in6.sin6_port = port;
		memcpy(to, &in6, sizeof(in6));
	}
}

#define CREATE_TRACE_POINTS
#include "trace.h"
