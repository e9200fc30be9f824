/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What kmod/session.c, stream.c and xform.c need of the kernel, in userspace: one
 * thread, so RCU frees at once, and locks only check how they are used. Headers of
 * the kernel that these files name lie beside this one and lead here; kmod/compat.h
 * is kept out by its guard.
 */
#ifndef KSRTP_TEST_KERNEL_H
#define KSRTP_TEST_KERNEL_H

#define _KSRTP_COMPAT_H

#include "../shim.h"

#include <assert.h>
#include <stdlib.h>

#include <openssl/crypto.h>

typedef int32_t s32;
typedef unsigned int gfp_t;

#define GFP_KERNEL		0
#define GFP_ATOMIC		0
#define GFP_KERNEL_ACCOUNT	0
#define __GFP_ACCOUNT		0
#define __rcu
#define noinline_for_stack	__attribute__((noinline))
#define ____cacheline_aligned_in_smp

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define READ_ONCE(x)		(x)
#define WRITE_ONCE(x, v)	((x) = (v))
#define smp_load_acquire(p)	(*(p))
#define smp_store_release(p, v)	(*(p) = (v))
#define __uninitialized
#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define U64_MAX			UINT64_MAX
#define BUILD_BUG_ON(c)		_Static_assert(!(c), #c)
#define container_of(p, type, member)	((type *)outer(p, offsetof(type, member)))
#define struct_size(p, member, n)                                              \
	(offsetof(__typeof__(*(p)), member) + sizeof((p)->member[0]) * (n))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define swap(a, b)                                                             \
	do {                                                                   \
		__typeof__(a) swap_ = (a);                                     \
		(a) = (b);                                                     \
		(b) = swap_;                                                   \
	} while (0)

static inline void *outer(void *p, size_t offset)
{
	return (char *)p - offset;
}

/* How many allocations succeed before one fails; negative: all do. */
extern int allocs_left;

static inline bool alloc_fails(void)
{
	return allocs_left >= 0 && !allocs_left--;
}

static inline void *kzalloc(size_t n, gfp_t gfp)
{
	(void)gfp;
	return alloc_fails() ? NULL : calloc(1, n);
}

static inline void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	(void)gfp;
	return alloc_fails() ? NULL : calloc(n, size);
}

static inline void *kmemdup(const void *p, size_t n, gfp_t gfp)
{
	void *copy = kzalloc(n, gfp);

	return copy ? memcpy(copy, p, n) : NULL;
}

#define kfree(p)		free(p)
#define kfree_sensitive(p)	free(p)

#define ERR_PTR(e)		((void *)(intptr_t)(e))
#define PTR_ERR(p)		((int)(intptr_t)(p))
#define IS_ERR(p)		((uintptr_t)(p) >= (uintptr_t)-4095)
#define IS_ERR_OR_NULL(p)	(!(p) || IS_ERR(p))
#define PTR_ERR_OR_ZERO(p)	(IS_ERR(p) ? PTR_ERR(p) : 0)

typedef struct {
	int held;
} spinlock_t;

static inline void spin_lock(spinlock_t *l)
{
	assert(!l->held);
	l->held = 1;
}

static inline void spin_unlock(spinlock_t *l)
{
	assert(l->held);
	l->held = 0;
}

#define spin_lock_init(l)	((l)->held = 0)
#define spin_lock_bh(l)		spin_lock(l)
#define spin_unlock_bh(l)	spin_unlock(l)
#define lockdep_is_held(l)	((l)->held)
#define lockdep_assert_held(l)	assert((l)->held)

struct rcu_head {
	int unused;
};

#define rcu_read_lock()				((void)0)
#define rcu_read_unlock()			((void)0)
#define rcu_dereference(p)			(p)
#define rcu_dereference_protected(p, c)		(p)
#define rcu_access_pointer(p)			(p)
#define rcu_assign_pointer(p, v)		((p) = (v))
#define RCU_INIT_POINTER(p, v)			((p) = (v))
#define call_rcu(head, fn)			(fn)(head)
#define kfree_rcu(p, head)			free(p)

typedef struct {
	long long v;
} atomic64_t, atomic_long_t;

#define atomic64_inc_return(a)	(++(a)->v)
#define atomic64_dec(a)		((a)->v--)
#define atomic_long_inc(a)	((a)->v++)

static inline bool test_bit(int n, const unsigned long *p)
{
	return *p >> n & 1;
}

static inline bool test_and_set_bit(int n, unsigned long *p)
{
	bool was = test_bit(n, p);

	*p |= BIT(n);
	return was;
}

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

static inline void hlist_add_head(struct hlist_node *n, struct hlist_head *h)
{
	n->next = h->first;
	if (n->next)
		n->next->pprev = &n->next;
	h->first = n;
	n->pprev = &h->first;
}

static inline void hlist_del(struct hlist_node *n)
{
	*n->pprev = n->next;
	if (n->next)
		n->next->pprev = n->pprev;
}

#define hlist_add_head_rcu	hlist_add_head
#define hlist_del_rcu		hlist_del
#define hlist_entry_(n, pos, member)                                           \
	((n) ? container_of(n, __typeof__(*(pos)), member) : NULL)
#define hlist_for_each_entry(pos, head, member)                                \
	for ((pos) = hlist_entry_((head)->first, pos, member); (pos);          \
	     (pos) = hlist_entry_((pos)->member.next, pos, member))
#define hlist_for_each_entry_rcu(pos, head, member, ...)                       \
	hlist_for_each_entry(pos, head, member)
#define hlist_for_each_entry_safe(pos, n, head, member)                        \
	for ((pos) = hlist_entry_((head)->first, pos, member);                 \
	     (pos) && ((n) = (pos)->member.next, 1);                           \
	     (pos) = hlist_entry_(n, pos, member))

static inline u32 hash_32(u32 v, unsigned int bits)
{
	return v * 0x61c88647U >> (32 - bits);
}

static inline u32 roundup_pow_of_two(u32 n)
{
	u32 p = 1;

	while (p < n)
		p *= 2;
	return p;
}

/* Time stands still unless a test moves it. */
extern unsigned long jiffies;
#define HZ			1000
#define msecs_to_jiffies(ms)	((unsigned long)(ms))
#define time_before(a, b)	((long)((a) - (b)) < 0)

typedef u64 siphash_aligned_key_t[2];
#define get_random_once(p, n)	memset(p, 0x5a, n)

/* no siphash, but it tells keys apart too */
static inline u64 siphash(const void *p, size_t n, const siphash_aligned_key_t *key)
{
	const u8 *b = p;
	u64 h = (*key)[0];

	while (n--)
		h = (h ^ *b++) * 0x100000001b3ULL;
	return h;
}

static inline u16 get_unaligned_be16(const void *p)
{
	const u8 *b = p;

	return (u16)(b[0] << 8 | b[1]);
}

static inline u32 get_unaligned_be32(const void *p)
{
	const u8 *b = p;

	return (u32)b[0] << 24 | (u32)b[1] << 16 | (u32)b[2] << 8 | b[3];
}

static inline void put_unaligned_be16(u16 v, void *p)
{
	u8 *b = p;

	b[0] = (u8)(v >> 8);
	b[1] = (u8)v;
}

static inline void put_unaligned_be32(u32 v, void *p)
{
	u8 *b = p;

	b[0] = (u8)(v >> 24);
	b[1] = (u8)(v >> 16);
	b[2] = (u8)(v >> 8);
	b[3] = (u8)v;
}

#define crypto_memneq		CRYPTO_memcmp

/* AES under a master key: see host_cipher.c */
struct aes_enckey {
	void *aes;
};

int aes_prepareenckey(struct aes_enckey *key, const u8 *in, unsigned int len);
void aes_encrypt(const struct aes_enckey *key, u8 *out, const u8 *in);

#endif
