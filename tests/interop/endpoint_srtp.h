/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ENDPOINT_SRTP_H
#define ENDPOINT_SRTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ksrtp/mikey.h>

/* One direction of SRTP and SRTCP in libsrtp2, its keys named by an MKI of 4 octets. */
struct endpoint_srtp;

/* Once, before all others. Return: 0 or libsrtp's status. */
int endpoint_srtp_init(void);

struct endpoint_srtp *endpoint_srtp_new(unsigned int suite, bool inbound);
void endpoint_srtp_free(struct endpoint_srtp *srtp);

/* Add the key of a crypto session under this MKI; it is used to send from now on. */
int endpoint_srtp_add(struct endpoint_srtp *srtp, uint32_t mki,
		      const struct ksrtp_mikey_srtp_key *key);
bool endpoint_srtp_keyed(const struct endpoint_srtp *srtp);

/* In place; @len is the length before and after, @cap what fits. Return: 0 or libsrtp's status. */
int endpoint_srtp_protect(struct endpoint_srtp *srtp, bool rtcp, uint8_t *packet, size_t *len,
			  size_t cap);
int endpoint_srtp_unprotect(struct endpoint_srtp *srtp, bool rtcp, uint8_t *packet, size_t *len);

#endif
