// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tells a ksrtpd_fake that an application has sent to a flow without keys.
 *
 *	fake_acquire KERNEL-NAME LOCAL-ADDR:PORT REMOTE-ADDR:PORT
 */
#include <stdio.h>

#include "fake_nl.h"
#include "ksrtpnl/ksrtpnl.h"

int main(int argc, char **argv)
{
	struct ksrtpnl_event e = { .type = KSRTPNL_EV_ACQUIRE, .dir = KSRTPNL_OUT, .ssrc = 77 };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct sockaddr_un sun;
	socklen_t len;

	if (argc != 4 || ksrtp_text_endpoint(argv[2], 0, &e.local) ||
	    ksrtp_text_endpoint(argv[3], 0, &e.remote)) {
		fputs("usage: fake_acquire KERNEL-NAME LOCAL-ADDR:PORT REMOTE-ADDR:PORT\n", stderr);
		return 2;
	}
	len = fake_nl_address(argv[1], &sun);
	if (sendto(fd, &e, sizeof(e), 0, (struct sockaddr *)&sun, len) != sizeof(e)) {
		perror("fake_acquire");
		return 1;
	}
	return 0;
}
