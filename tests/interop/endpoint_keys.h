/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ENDPOINT_KEYS_H
#define ENDPOINT_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include <ksrtp/mikey.h>

struct endpoint_keys; /* one identity: its KMS's public keys and its own key sets */

/* The operations of libksrtp-mikey on libksrtp-sakke; their context is a struct endpoint_keys. */
extern const struct ksrtp_mikey_ops endpoint_ops;

/**
 * endpoint_keys_new() - read and check key files of ksrtp-kms
 * @domain: domain file
 * @sets: key set files of one identity, of different months
 * @n_sets: their number
 *
 * Return: keys, or NULL after a line on standard error.
 */
struct endpoint_keys *endpoint_keys_new(const char *domain, const char *const *sets, size_t n_sets);
void endpoint_keys_free(struct endpoint_keys *keys);
const char *endpoint_keys_kms(const struct endpoint_keys *keys);

/* Octets that nobody can guess; ends the program if the kernel has none. */
void endpoint_random(void *out, size_t len);

#endif
