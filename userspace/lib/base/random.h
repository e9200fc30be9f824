/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_BASE_RANDOM_H
#define KSRTP_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/**
 * ksrtp_random() - random octets of the kernel
 * @arg: not used; there so that this is a ksrtp_rng_fn of libksrtp-sakke
 * @out: where to
 * @len: octets, any number
 *
 * Return: 0, or -1 with errno set.
 */
int ksrtp_random(void *arg, uint8_t *out, size_t len);

#endif
