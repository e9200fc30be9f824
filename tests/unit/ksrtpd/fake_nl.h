/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_FAKE_NL_H
#define KSRTPD_FAKE_NL_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Where a fake kernel of that name takes events, each a struct ksrtpnl_event. */
socklen_t fake_nl_address(const char *name, struct sockaddr_un *sun);

#endif
