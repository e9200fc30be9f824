/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every difference between kernel versions, and nowhere else. The code is
 * written for the newest kernel; a block here gives an older one what it lacks
 * and names the version that ends it.
 */
#ifndef _KSRTP_COMPAT_H
#define _KSRTP_COMPAT_H

#include <linux/version.h>

#if KERNEL_VERSION(6, 1, 0) > LINUX_VERSION_CODE
#error "ksrtp needs Linux 6.1 or newer"
#endif

/* 6.4: crypto_xor() and crypto_memneq() got a header of their own */
#if KERNEL_VERSION(6, 4, 0) > LINUX_VERSION_CODE
#include <crypto/algapi.h>
#else
#include <crypto/utils.h>
#endif

/* 6.5: GSO got a header of its own */
#if KERNEL_VERSION(6, 5, 0) <= LINUX_VERSION_CODE
#include <net/gso.h>
#endif

/* 6.12: moved from asm/ */
#if KERNEL_VERSION(6, 12, 0) > LINUX_VERSION_CODE
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif

/* 7.2 or before: AES keys of the library got a type for encryption (probed) */
#ifndef KSRTP_HAVE_AES_ENCKEY
#define aes_enckey		crypto_aes_ctx
#define aes_prepareenckey	aes_expandkey
#endif

#include <linux/ipv6.h>
#include <net/inet_sock.h>

/* 6.6 and 6.7: socket options moved from bit-fields to flags */
#if KERNEL_VERSION(6, 6, 0) > LINUX_VERSION_CODE
#define ksrtp_recverr4(sk)	(inet_sk(sk)->recverr)
#else
#define ksrtp_recverr4(sk)	inet_test_bit(RECVERR, sk)
#endif
#if KERNEL_VERSION(6, 7, 0) > LINUX_VERSION_CODE
#define ksrtp_recverr6(sk)	(inet6_sk(sk)->recverr)
#else
#define ksrtp_recverr6(sk)	inet6_test_bit(RECVERR6, sk)
#endif

#include <linux/netfilter_bridge.h>

/* What a kernel was configured without: hooks of bridges, and br_netfilter */
#define KSRTP_BRIDGE_HOOKS	IS_ENABLED(CONFIG_NETFILTER_FAMILY_BRIDGE)
#if !IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
static inline struct net_device *nf_bridge_get_physoutdev(const struct sk_buff *skb)
{
	return NULL;
}
#endif

#endif /* _KSRTP_COMPAT_H */
