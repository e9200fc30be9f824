// SPDX-License-Identifier: GPL-2.0-only
/*
 * AES and HMAC-SHA1 with the instructions that x86 has for them (pure: also built
 * in userspace by tests/core).
 *
 * DOC: Why
 *
 * Half of what a packet of speech costs in the crypto API is not cryptography:
 * requests, scatterlists, walks over them, and taking the vector registers once
 * for each call. Here they are taken once, by the caller, and the packet is
 * what it is: linear memory. Kernels whose crypto library offers the same do
 * without this file (Kbuild).
 *
 * All of this file is compiled with vector instructions: every function here is
 * to be called between kernel_fpu_begin() and kernel_fpu_end() only. Nothing
 * branches or addresses memory by key or data.
 *
 * What is as good as a key stays in registers: states of SHA-1, sums and products
 * of GHASH, the block that a tag of GCM is masked with. Whoever changes this file
 * looks for vector registers that are stored on the stack (objdump). There are
 * the ends of texts, of the key stream behind them, which encrypts nothing else,
 * and of what is authenticated, which is not secret. Registers are overwritten by
 * the next who takes them, as after the kernel's own ciphers.
 */
#include <linux/string.h>
#include <linux/types.h>

#include "cipher_x86.h"

/* sparse knows no vectors */
#ifndef __CHECKER__

/* What the compiler's own headers would give names; they need a C library. */
typedef long long v2di __attribute__((vector_size(16)));
typedef int v4si __attribute__((vector_size(16)));
typedef unsigned int v4su __attribute__((vector_size(16)));
typedef char v16qi __attribute__((vector_size(16)));

enum {
	AES_BLOCK = 16,
	SHA1_BLOCK = 64,
	WIDE = 8,	/* blocks at a time: AES-NI works on that many at once */
	LANES = 4,	/* of 32 bits */
};

static inline v2di load(const void *p)
{
	v2di v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

static inline void store(void *p, v2di v)
{
	__builtin_memcpy(p, &v, sizeof(v));
}

static inline v4si add(v4si a, v4si b)
{
	return (v4si)((v4su)a + (v4su)b);
}

static inline v2di shuffle(v2di v, v16qi order)
{
	return (v2di)__builtin_ia32_pshufb128((v16qi)v, order);
}

/* The other order of a block's octets: big against little endian. */
static inline v2di reverse(v2di v)
{
	const v16qi order = { 15, 14, 13, 12, 11, 10, 9, 8,
			      7, 6, 5, 4, 3, 2, 1, 0 };

	return shuffle(v, order);
}

static inline v2di swap_halves(v2di v)
{
	return (v2di)__builtin_ia32_pshufd((v4si)v, 0x4e);
}

/* --- AES --- */

/* Encrypt @n blocks in @rounds rounds; both are constants, or worth a loop. */
static __always_inline void aes_rounds(const struct ksrtp_x86_key *k, v2di *b,
				       u32 n, u32 rounds)
{
	v2di key = load(k->round_key[0]);
	u32 i, r;

#pragma GCC unroll 8
	for (i = 0; i < n; i++)
		b[i] ^= key;
#pragma GCC unroll 14
	for (r = 1; r < rounds; r++) {
		key = load(k->round_key[r]);
#pragma GCC unroll 8
		for (i = 0; i < n; i++)
			b[i] = __builtin_ia32_aesenc128(b[i], key);
	}
	key = load(k->round_key[r]);
#pragma GCC unroll 8
	for (i = 0; i < n; i++)
		b[i] = __builtin_ia32_aesenclast128(b[i], key);
}

/* FIPS 197: 10 rounds for a key of 128 bits, 14 for 256, 12 for 192. */
static __always_inline void aes(const struct ksrtp_x86_key *k, v2di *b, u32 n)
{
	if (k->rounds == 10)
		aes_rounds(k, b, n, 10);
	else if (k->rounds == 14)
		aes_rounds(k, b, n, 14);
	else
		aes_rounds(k, b, n, 12);
}

/*
 * The next @n blocks of the key stream, a constant number. The counter, the last
 * 32 bits of a block, wraps as GCM wants it.
 */
static __always_inline void stream(const struct ksrtp_x86_key *k, v2di *counter,
				   v2di *b, u32 n)
{
	const v4si one = { 1, 0, 0, 0 };
	u32 i;

#pragma GCC unroll 8
	for (i = 0; i < n; i++) {
		b[i] = reverse(*counter);
		*counter = (v2di)add((v4si)*counter, one);
	}
	aes(k, b, n);
}

/* @n whole blocks, a constant number. */
static __always_inline void ctr(const struct ksrtp_x86_key *k, v2di *counter,
				u8 *data, u32 n)
{
	v2di b[WIDE];
	u32 i;

	stream(k, counter, b, n);
#pragma GCC unroll 8
	for (i = 0; i < n; i++)
		store(data + i * AES_BLOCK, load(data + i * AES_BLOCK) ^ b[i]);
}

/* @counter is what reverse() makes a block to encrypt. */
static void ctr_all(const struct ksrtp_x86_key *k, v2di counter, u8 *data,
		    u32 len)
{
	u8 last[AES_BLOCK];
	v2di b;

	for (; len >= WIDE * AES_BLOCK; len -= WIDE * AES_BLOCK) {
		ctr(k, &counter, data, WIDE);
		data += WIDE * AES_BLOCK;
	}
	if (len & 4 * AES_BLOCK) {
		ctr(k, &counter, data, 4);
		data += 4 * AES_BLOCK;
	}
	if (len & 2 * AES_BLOCK) {
		ctr(k, &counter, data, 2);
		data += 2 * AES_BLOCK;
	}
	if (len & AES_BLOCK) {
		ctr(k, &counter, data, 1);
		data += AES_BLOCK;
	}
	len %= AES_BLOCK;
	if (!len)
		return;
	stream(k, &counter, &b, 1);
	memcpy(last, data, len);
	store(last, load(last) ^ b);
	memcpy(data, last, len);
}

/**
 * ksrtp_x86_ctr - encrypt or decrypt in counter mode
 * @k: the key
 * @iv: the first counter block
 * @data: the text
 * @len: its length; the last 32 bits of the counter must not wrap within it
 */
void ksrtp_x86_ctr(const struct ksrtp_x86_key *k, const u8 *iv, u8 *data,
		   u32 len)
{
	ctr_all(k, reverse(load(iv)), data, len);
}

/* --- GHASH --- */

/*
 * GHASH by way of POLYVAL, RFC 8452 appendix A: on blocks with their octets
 * reversed, and with a hash key times x, it is the same.
 */
#define GHASH_G	((long long)(0xc2ULL << 56))

struct product {
	v2di low, middle, high;
};

/*
 * The sums are complete after each product, by the barrier: the compiler would
 * rather have all products first, for which there are not enough registers.
 */
static inline void multiply(struct product *p, v2di a, v2di b)
{
	p->low ^= __builtin_ia32_pclmulqdq128(a, b, 0x00);
	p->middle ^= __builtin_ia32_pclmulqdq128(a, b, 0x01) ^
		     __builtin_ia32_pclmulqdq128(a, b, 0x10);
	p->high ^= __builtin_ia32_pclmulqdq128(a, b, 0x11);
	asm("" : "+x"(p->low), "+x"(p->middle), "+x"(p->high));
}

/*
 * Times x^-128 modulo x^128 + x^127 + x^126 + x^121 + 1, which is
 * 1 + x^64 * (g + x^64): multiples of it cancel the low half, 64 bits and then
 * 64 bits more.
 */
static inline v2di reduce(const struct product *p)
{
	const v2di g = { GHASH_G, 0 };
	const v2di middle = swap_halves(p->middle);
	const v2di low_half = { -1, 0 }, high_half = { 0, -1 };
	v2di low = p->low ^ (middle & high_half);
	v2di high = p->high ^ (middle & low_half);

	low = swap_halves(low) ^ __builtin_ia32_pclmulqdq128(low, g, 0x00);
	return high ^ swap_halves(low) ^
	       __builtin_ia32_pclmulqdq128(low, g, 0x00);
}

static inline v2di multiply_one(v2di a, v2di b)
{
	struct product p = {};

	multiply(&p, a, b);
	return reduce(&p);
}

static inline v2di power(const struct ksrtp_x86_key *k, u32 n)
{
	return load(k->h[KSRTP_X86_POWERS - n]);
}

/**
 * ksrtp_x86_gcm_prepare - make a key ready for GCM
 * @k: the key, with its round keys
 */
void ksrtp_x86_gcm_prepare(struct ksrtp_x86_key *k)
{
	v2di h = {}, power;
	u64 low, high, carry;
	u32 i;

	aes(k, &h, 1);
	h = reverse(h);
	low = h[0];
	high = h[1];
	/* times x */
	carry = high >> 63;
	high = (high << 1 | low >> 63) ^ (-carry & (u64)GHASH_G);
	low = low << 1 ^ carry;
	h = (v2di){ (long long)low, (long long)high };
	power = h;
	for (i = KSRTP_X86_POWERS; i--;) {
		store(k->h[i], power);
		power = multiply_one(power, h);
	}
}

/*
 * Whole blocks. Powers of the hash key are loaded where they are used, as by the
 * barriers the compiler knows no better: it would keep more than there are
 * registers for.
 */
static noinline v2di ghash(const struct ksrtp_x86_key *k, v2di sum,
			   const u8 *data, u32 blocks)
{
	u32 i;

	for (; blocks >= KSRTP_X86_POWERS; blocks -= KSRTP_X86_POWERS) {
		struct product p = {};

		asm("" : "+r"(k));
#pragma GCC unroll 8
		for (i = 0; i < KSRTP_X86_POWERS; i++) {
			multiply(&p, sum ^ reverse(load(data)),
				 power(k, KSRTP_X86_POWERS - i));
			sum = (v2di){};
			data += AES_BLOCK;
		}
		sum = reduce(&p);
	}
	if (blocks) {
		struct product p = {};

		for (; blocks; blocks--) {
			multiply(&p, sum ^ reverse(load(data)),
				 power(k, blocks));
			sum = (v2di){};
			data += AES_BLOCK;
		}
		sum = reduce(&p);
	}
	return sum;
}

/* A last part of a block is filled up with zeros. */
static inline v2di ghash_padded(const struct ksrtp_x86_key *k, v2di sum,
				const u8 *data, u32 len)
{
	u32 n = len % AES_BLOCK;
	u8 last[AES_BLOCK];

	sum = ghash(k, sum, data, len / AES_BLOCK);
	if (n) {
		store(last, (v2di){});
		memcpy(last, data + len - n, n);
		sum = ghash(k, sum, last, 1);
	}
	return sum;
}

/* The first part of the associated data and the second as one. */
static v2di ghash_aad(const struct ksrtp_x86_key *k,
		      const struct ksrtp_cipher_gcm *g)
{
	u32 n = g->aad_len % AES_BLOCK;
	u8 last[2 * AES_BLOCK];
	v2di sum;

	if (!g->trailer)
		return ghash_padded(k, (v2di){}, g->aad, g->aad_len);
	sum = ghash(k, (v2di){}, g->aad, g->aad_len / AES_BLOCK);
	memcpy(last, g->aad + g->aad_len - n, n);
	memcpy(last + n, g->trailer, KSRTP_CIPHER_TRAILER);
	return ghash_padded(k, sum, last, n + KSRTP_CIPHER_TRAILER);
}

/* NIST SP 800-38D section 7; @counter is that of the mask. */
static v2di gcm_tag(const struct ksrtp_x86_key *k,
		    const struct ksrtp_cipher_gcm *g, v2di counter)
{
	u64 aad_len = g->aad_len + (g->trailer ? KSRTP_CIPHER_TRAILER : 0);
	v2di bits = { (long long)((u64)g->text_len * 8),
		      (long long)(aad_len * 8) };
	v2di sum, mask;

	sum = ghash_padded(k, ghash_aad(k, g), g->text, g->text_len);
	sum = reverse(multiply_one(sum ^ bits, power(k, 1)));
	stream(k, &counter, &mask, 1);
	return sum ^ mask;
}

/**
 * ksrtp_x86_gcm - encrypt, or verify and decrypt, with AES-GCM
 * @k: a key that is ready for GCM
 * @g: nonce, associated data and text; the tag is behind the text
 * @encrypt: which of both
 *
 * Return: false if the tag is wrong, after which nothing has changed.
 */
bool ksrtp_x86_gcm(const struct ksrtp_x86_key *k,
		   const struct ksrtp_cipher_gcm *g, bool encrypt)
{
	u8 block[AES_BLOCK] = { [AES_BLOCK - 1] = 1 };
	const v4si one = { 1, 0, 0, 0 };
	v2di first, next, diff;

	memcpy(block, g->iv, KSRTP_CIPHER_GCM_IV);
	first = reverse(load(block));
	next = (v2di)add((v4si)first, one);
	if (encrypt) {
		ctr_all(k, next, g->text, g->text_len);
		store(g->text + g->text_len, gcm_tag(k, g, first));
		return true;
	}
	diff = gcm_tag(k, g, first) ^ load(g->text + g->text_len);
	if (diff[0] | diff[1])
		return false;
	ctr_all(k, next, g->text, g->text_len);
	return true;
}

/* --- SHA-1 --- */

static inline v2di load_words(const u8 *p)
{
	/* big endian, and the first word in the highest lane */
	return reverse(load(p));
}

/*
 * Four of the 80 rounds, FIPS 180-4 section 6.1.2. @i is a constant. The message
 * schedule is made four words at a time from the sixteen before; w[] begins with
 * the block.
 */
#define SHA1_ROUNDS(i)							\
	do {								\
		v4si was = abcd;					\
									\
		/* copied here and once: rounds work in place */	\
		asm("" : "+x"(was));					\
		if ((i) >= LANES)					\
			w[(i) % 4] = __builtin_ia32_sha1msg2(		\
				__builtin_ia32_sha1msg1(w[(i) % 4],	\
							w[((i) + 1) % 4]) ^ \
				w[((i) + 2) % 4], w[((i) + 3) % 4]);	\
		e = (i) ? __builtin_ia32_sha1nexte(e, w[(i) % 4]) :	\
			  add(e, w[0]);					\
		abcd = __builtin_ia32_sha1rnds4(abcd, e, (i) / 5);	\
		e = was;						\
	} while (0)

#define SHA1_ROUNDS_20(i)	\
	do {			\
		SHA1_ROUNDS(i);	\
		SHA1_ROUNDS((i) + 1);	\
		SHA1_ROUNDS((i) + 2);	\
		SHA1_ROUNDS((i) + 3);	\
		SHA1_ROUNDS((i) + 4);	\
	} while (0)

/* A state of SHA-1 as the instructions have it. */
struct sha1 {
	v4si abcd, e;
};

static inline struct sha1 sha1_begin(const u32 *state)
{
	return (struct sha1){
		.abcd = __builtin_ia32_pshufd((v4si)load(state), 0x1b),
		.e = { 0, 0, 0, (int)state[4] },
	};
}

/* One block of words. */
static __always_inline void sha1_words(struct sha1 *s, v4si *w)
{
	v4si abcd = s->abcd, e = s->e;

	SHA1_ROUNDS_20(0);
	SHA1_ROUNDS_20(5);
	SHA1_ROUNDS_20(10);
	SHA1_ROUNDS_20(15);
	s->e = __builtin_ia32_sha1nexte(e, s->e);
	s->abcd = add(abcd, s->abcd);
}

static __always_inline void sha1(struct sha1 *s, const u8 *data, u32 blocks)
{
	for (; blocks; blocks--) {
		v4si w[LANES] = {
			(v4si)load_words(data), (v4si)load_words(data + 16),
			(v4si)load_words(data + 32), (v4si)load_words(data + 48),
		};

		sha1_words(s, w);
		data += SHA1_BLOCK;
	}
}

/* a bit of one behind the message, as a word of it */
#define SHA1_PAD	(-0x7fffffff - 1)

static inline u64 sha1_bits(u32 len)
{
	return (u64)(SHA1_BLOCK + len) * 8;
}

/*
 * The end of a message that is preceded by a padded key, FIPS 180-4 section 5.1.1,
 * in two blocks of which the second may be left over. Returns how many it takes.
 */
static inline u32 sha1_tail(u8 *tail, const u8 *data, u32 len)
{
	u32 n = len % SHA1_BLOCK, whole = n - n % 16, i;
	u32 blocks = n + 1 + sizeof(u64) > SHA1_BLOCK ? 2 : 1;
	u64 bits = __builtin_bswap64(sha1_bits(len));
	v2di zero = {};

	/* the compiler would call memset(), or worse */
	asm("" : "+x"(zero));
#pragma GCC unroll 8
	for (i = 0; i < 2 * SHA1_BLOCK; i += 16)
		store(tail + i, zero);
	data += len - n;
	for (i = 0; i < whole; i += 16)
		store(tail + i, load(data + i));
	memcpy(tail + whole, data + whole, n % 16);
	tail[n] = 0x80;
	memcpy(tail + blocks * SHA1_BLOCK - sizeof(bits), &bits, sizeof(bits));
	return blocks;
}

/**
 * ksrtp_x86_hmac - HMAC-SHA1
 * @h: the key
 * @data: what to authenticate
 * @len: its length
 * @out: %KSRTP_CIPHER_SHA1 octets
 */
void ksrtp_x86_hmac(const struct ksrtp_cipher_hmac *h, const u8 *data, u32 len,
		    u8 *out)
{
	u32 blocks = len / SHA1_BLOCK, e;
	u8 tail[2 * SHA1_BLOCK];
	u32 tail_blocks = sha1_tail(tail, data, len);
	struct sha1 s, outer;
	v4si w[LANES];

	/* the SHA instructions wait for upper halves that others have used */
	__builtin_ia32_vzeroupper();
	s = sha1_begin(h->inner);
	/* both parts in one loop: the rounds are much code */
	for (;;) {
		sha1(&s, data, blocks);
		if (data == tail)
			break;
		data = tail;
		blocks = tail_blocks;
	}

	/* the digest is a message of five words, padded */
	w[0] = s.abcd;
	w[1] = (v4si){ 0, 0, SHA1_PAD, s.e[3] };
	w[2] = (v4si){};
	w[3] = (v4si){ (int)sha1_bits(KSRTP_CIPHER_SHA1) };
	outer = sha1_begin(h->outer);
	sha1_words(&outer, w);
	store(out, reverse((v2di)outer.abcd));
	e = __builtin_bswap32((u32)outer.e[3]);
	memcpy(out + 16, &e, sizeof(e));
}

/**
 * ksrtp_x86_cm - encrypt and authenticate, or verify and decrypt, with AES-CM and
 *	HMAC-SHA1
 * @k: key of the cipher
 * @h: key of the hash
 * @m: what to work on, see ksrtp_cipher_cm(); @m->tag_len is at most 16
 * @encrypt: which of both
 *
 * Return: false if the tag is wrong, after which nothing has changed.
 */
bool ksrtp_x86_cm(const struct ksrtp_x86_key *k,
		  const struct ksrtp_cipher_hmac *h, struct ksrtp_cipher_cm *m,
		  bool encrypt)
{
	static const u8 ones[2 * 16] = { [0 ... 15] = 0xff };
	u8 tag[KSRTP_CIPHER_SHA1];
	v2di diff;

	if (encrypt) {
		ksrtp_x86_ctr(k, m->iv, m->text, m->text_len);
		ksrtp_x86_hmac(h, m->data, m->len, m->tag);
		return true;
	}
	ksrtp_x86_hmac(h, m->data, m->len, tag);
	/* what is sent is never the whole of it */
	diff = (load(tag) ^ load(m->tag)) & load(ones + 16 - m->tag_len);
	/* the right one of what may be a forgery */
	memzero_explicit(tag, sizeof(tag));
	if (diff[0] | diff[1])
		return false;
	ksrtp_x86_ctr(k, m->iv, m->text, m->text_len);
	return true;
}

#endif /* __CHECKER__ */
