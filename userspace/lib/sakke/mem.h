/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_SAKKE_MEM_H
#define KSRTP_SAKKE_MEM_H

#include <stddef.h>

/* Zeroed memory, aligned to 64 octets; NULL if there is none. */
void *ksrtp_mem_alloc(size_t len);
void ksrtp_mem_free(void *p);

/*
 * The same for secrets: between two inaccessible pages, outside core files, and
 * locked into memory as far as the process's limit goes. Freeing wipes it.
 */
void *ksrtp_mem_alloc_secret(size_t len);
void ksrtp_mem_free_secret(void *p);

/* Wipes what the functions called before may have left below on the stack. */
void ksrtp_mem_burn_stack(void);

#endif
