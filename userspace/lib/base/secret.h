/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_BASE_SECRET_H
#define KSRTP_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/**
 * ksrtp_secret_alloc() - memory for secrets
 * @len: octets, 1 up to 16 MiB
 *
 * The memory is zero, locked, left out of core dumps and stands between two
 * inaccessible pages; its last octet is within 15 of the page behind it. Each
 * allocation costs at least one locked page: use one for a structure, not for
 * each field.
 *
 * Return: 16-aligned memory, or NULL with errno set (also when RLIMIT_MEMLOCK
 * does not allow to lock it: unlocked memory is never handed out).
 */
void *ksrtp_secret_alloc(size_t len);

/**
 * ksrtp_secret_free() - wipe and release
 * @p: from ksrtp_secret_alloc(), or NULL
 *
 * Aborts if the octets around the allocation have been overwritten.
 */
void ksrtp_secret_free(void *p);

/**
 * ksrtp_secret_wipe() - overwrite with zeroes, never optimised away
 * @p: memory of any kind; may be NULL if @len is 0
 * @len: octets
 */
void ksrtp_secret_wipe(void *p, size_t len);

/**
 * ksrtp_secret_equal() - compare in time that depends on @len only
 * @a: octets
 * @b: octets
 * @len: of both
 *
 * Return: whether they are equal.
 */
bool ksrtp_secret_equal(const void *a, const void *b, size_t len);

/**
 * ksrtp_secret_harden_process() - no core files, no ptrace by equals
 *
 * Sets RLIMIT_CORE to 0 and PR_SET_DUMPABLE to 0 and raises the soft limit of
 * lockable memory to the hard one. Call again after a change of user, which
 * may set the dumpable flag anew.
 *
 * Return: 0, or -1 with errno set.
 */
int ksrtp_secret_harden_process(void);

#endif
