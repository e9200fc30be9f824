/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_HASH_H
#define KSRTPD_HASH_H

#include <stddef.h>
#include <stdint.h>

/** ksrtpd_hash() - SipHash-2-4 of octets that the network chooses
 * @key: 16 random octets
 * @data: octets
 * @len: their number
 */
uint64_t ksrtpd_hash(const uint8_t key[16], const void *data, size_t len);

#endif
