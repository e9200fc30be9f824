// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SRTP transforms on a packet in linear memory; owns all that is crypto
 * API.
 *
 * DOC: Synchronous and fast
 *
 * Up to Linux 6.14 or so the fast x86 ciphers are offered as asynchronous
 * wrappers around internal algorithms: a wrapper calls the internal algorithm
 * directly while SIMD registers may be used and hands the request to a kernel
 * thread when not. Such a wrapper costs an object in cryptd for each key, and
 * completing in a thread would reorder packets. This file allocates the
 * internal algorithm itself, which is always synchronous, calls it only while
 * crypto_simd_usable(), and does the rare packet that arrives when SIMD is
 * taken (a softirq that interrupted a user of the FPU) with the plain C code
 * below, which needs no memory of its own. Where there is no internal algorithm
 * the best synchronous one is used, which copes with that case itself. Nothing
 * here can return -EINPROGRESS, and so requests may live on the stack:
 * CRYPTO_ALG_ASYNC is masked out in every allocation, which leaves only
 * algorithms that complete before they return.
 */
#include <crypto/aead.h>
#include <crypto/aes.h>
#include <crypto/hash.h>
#include <crypto/internal/simd.h>
#include <crypto/sha1.h>
#include <crypto/skcipher.h>
#include <linux/kmod.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <uapi/linux/ksrtp.h>

#include <asm/simd.h>

#include "compat.h"
#include "kdf.h"
#include "rtp.h"
#include "xform.h"

enum {
	GCM_TAG = 16,
	GCM_J0_COUNTER = 1,
	HMAC_IPAD = 0x36,
	HMAC_OPAD = 0x5c,
	/* a request of any synchronous algorithm that we take */
	REQ_MAX = 640,
	ROC_LEN = 4,
	CHOOSE_TRIES = 5,
};

/**
 * struct ksrtp_xform - session keys for SRTP or SRTCP, ready to use
 * @suite: the suite
 * @ctr: cipher of the counter mode suites, NULL to use plain C
 * @gcm: cipher of the AEAD suites, NULL to use plain C
 * @simd: the cipher must only be called while SIMD is usable
 * @rtcp: for SRTCP
 * @salt: session salt
 * @key: session cipher key
 * @hmac: SHA-1 after the inner and after the outer padded key
 */
struct ksrtp_xform {
	const struct ksrtp_suite_desc *suite;
	union {
		struct crypto_skcipher *ctr;
		struct crypto_aead *gcm;
	};
	bool simd;
	bool rtcp;
	u8 salt[KSRTP_XFORM_SALT_MAX];
	u8 key[KSRTP_XFORM_KEY_MAX];
	u32 hmac[2][SHA1_DIGEST_SIZE / 4];
};

static const struct ksrtp_suite_desc suites[] = {
	{
		.name		= "AES_CM_128_HMAC_SHA1_80",
		.id		= KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80,
		.key_len	= 16,
		.salt_len	= KSRTP_KDF_CM_SALT,
		.auth_len	= 20,
		.tag_len	= 10,
		.rtcp_tag_len	= 10,
	},
	{
		.name		= "AEAD_AES_128_GCM",
		.id		= KSRTP_SUITE_AEAD_AES_128_GCM,
		.key_len	= 16,
		.salt_len	= KSRTP_KDF_GCM_SALT,
		.tag_len	= GCM_TAG,
		.rtcp_tag_len	= GCM_TAG,
		.aead		= true,
	},
};

/* The algorithms chosen at load; the handles keep their modules in memory. */
static struct {
	struct crypto_skcipher *ctr;
	struct crypto_aead *gcm;
	struct crypto_shash *sha1;
	bool ctr_simd;
	bool gcm_simd;
} algs;

/**
 * ksrtp_xform_suite - find a suite
 * @id: enum ksrtp_suite of the netlink interface
 *
 * Return: the suite, or NULL if there is none.
 */
const struct ksrtp_suite_desc *ksrtp_xform_suite(u8 id)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(suites); i++)
		if (suites[i].id == id)
			return &suites[i];
	return NULL;
}

/* Plain C: AES of lib/crypto, and GHASH without tables or branches. */

static void plain_ctr(const struct crypto_aes_ctx *aes, const u8 *iv, u8 *data,
		      u32 len)
{
	u8 ctr[AES_BLOCK_SIZE], ks[AES_BLOCK_SIZE];
	u32 n;

	memcpy(ctr, iv, sizeof(ctr));
	for (; len; len -= n, data += n) {
		n = min_t(u32, len, AES_BLOCK_SIZE);
		aes_encrypt(aes, ks, ctr);
		crypto_xor(data, ks, n);
		/* no SRTP packet has 2^16 blocks */
		put_unaligned_be32(get_unaligned_be32(ctr + 12) + 1, ctr + 12);
	}
	memzero_explicit(ks, sizeof(ks));
}

struct ghash {
	u64 h[2];
	u64 y[2];
};

static void ghash_block(struct ghash *g, const u8 *block)
{
	u64 x[2] = { g->y[0] ^ get_unaligned_be64(block),
		     g->y[1] ^ get_unaligned_be64(block + 8) };
	u64 v0 = g->h[0], v1 = g->h[1], z0 = 0, z1 = 0;
	u64 take, carry;
	int i;

	for (i = 0; i < 128; i++) {
		take = -(x[i / 64] >> (63 - i % 64) & 1);
		z0 ^= v0 & take;
		z1 ^= v1 & take;
		carry = -(v1 & 1);
		v1 = v1 >> 1 | v0 << 63;
		v0 = v0 >> 1 ^ (carry & 0xe100000000000000ULL);
	}
	g->y[0] = z0;
	g->y[1] = z1;
}

static void ghash_update(struct ghash *g, const u8 *data, u32 len)
{
	u8 last[AES_BLOCK_SIZE] = { 0 };

	for (; len >= AES_BLOCK_SIZE; len -= AES_BLOCK_SIZE) {
		ghash_block(g, data);
		data += AES_BLOCK_SIZE;
	}
	if (len) {
		memcpy(last, data, len);
		ghash_block(g, last);
	}
}

static int plain_expand(const struct ksrtp_xform *x, struct crypto_aes_ctx *aes)
{
	return aes_expandkey(aes, x->key, x->suite->key_len);
}

static int plain_cm(const struct ksrtp_xform *x, const u8 *iv, u8 *data,
		    u32 len)
{
	struct crypto_aes_ctx aes;
	int err;

	err = plain_expand(x, &aes);
	if (!err)
		plain_ctr(&aes, iv, data, len);
	memzero_explicit(&aes, sizeof(aes));
	return err;
}

/**
 * struct gcm_parts - what an AEAD call works on
 * @iv: KSRTP_IV_GCM octets
 * @aad: first part of the associated data
 * @aad_len: its length
 * @trailer: second part, %KSRTP_RTCP_TRAILER octets, NULL for SRTP
 * @text: plain or cipher text, changed in place; the tag is behind it
 * @text_len: its length without the tag
 *
 * In SRTP @text follows @aad in memory. In encrypted SRTCP the trailer is
 * behind the tag; in SRTCP that is only authenticated the tag is in between
 * and there is no text (RFC 7714 section 9).
 */
struct gcm_parts {
	u8 iv[KSRTP_IV_GCM];
	u8 *aad;
	u32 aad_len;
	u8 *trailer;
	u8 *text;
	u32 text_len;
};

static int plain_gcm(const struct ksrtp_xform *x, const struct gcm_parts *p,
		     bool encrypt)
{
	u8 block[AES_BLOCK_SIZE] = { 0 }, ctr[AES_BLOCK_SIZE];
	u8 tag[GCM_TAG];
	struct crypto_aes_ctx aes;
	struct ghash g = {};
	u32 aad_len = p->aad_len;
	int err;

	err = plain_expand(x, &aes);
	if (err)
		goto out;
	aes_encrypt(&aes, ctr, block);
	g.h[0] = get_unaligned_be64(ctr);
	g.h[1] = get_unaligned_be64(ctr + 8);

	memcpy(ctr, p->iv, KSRTP_IV_GCM);
	put_unaligned_be32(GCM_J0_COUNTER + 1, ctr + KSRTP_IV_GCM);
	if (encrypt)
		plain_ctr(&aes, ctr, p->text, p->text_len);

	if (p->trailer) {
		/* full blocks, then the rest of the first part and the second */
		u32 rest = aad_len % AES_BLOCK_SIZE;
		u8 join[AES_BLOCK_SIZE + KSRTP_RTCP_TRAILER];

		memcpy(join, p->aad + aad_len - rest, rest);
		memcpy(join + rest, p->trailer, KSRTP_RTCP_TRAILER);
		ghash_update(&g, p->aad, aad_len - rest);
		ghash_update(&g, join, rest + KSRTP_RTCP_TRAILER);
		aad_len += KSRTP_RTCP_TRAILER;
	} else {
		ghash_update(&g, p->aad, aad_len);
	}
	ghash_update(&g, p->text, p->text_len);
	put_unaligned_be64((u64)aad_len * 8, block);
	put_unaligned_be64((u64)p->text_len * 8, block + 8);
	ghash_block(&g, block);

	put_unaligned_be32(GCM_J0_COUNTER, ctr + KSRTP_IV_GCM);
	aes_encrypt(&aes, tag, ctr);
	put_unaligned_be64(g.y[0], block);
	put_unaligned_be64(g.y[1], block + 8);
	crypto_xor(tag, block, GCM_TAG);

	if (encrypt) {
		memcpy(p->text + p->text_len, tag, GCM_TAG);
	} else if (crypto_memneq(tag, p->text + p->text_len, GCM_TAG)) {
		err = -EBADMSG;
	} else {
		put_unaligned_be32(GCM_J0_COUNTER + 1, ctr + KSRTP_IV_GCM);
		plain_ctr(&aes, ctr, p->text, p->text_len);
	}
	memzero_explicit(tag, sizeof(tag));
out:
	memzero_explicit(&g, sizeof(g));
	memzero_explicit(&aes, sizeof(aes));
	return err;
}

/* Can't be asynchronous, see above; were it, it must not look like success. */
static int sync_result(int err)
{
	if (WARN_ON_ONCE(err == -EINPROGRESS || err == -EBUSY))
		return -EIO;
	return err;
}

static bool use_plain(const struct ksrtp_xform *x, const void *tfm)
{
	return unlikely(!tfm || (x->simd && !crypto_simd_usable()));
}

static int cm_crypt(const struct ksrtp_xform *x, u8 *iv, u8 *data, u32 len)
{
	u8 mem[sizeof(struct skcipher_request) + REQ_MAX] CRYPTO_MINALIGN_ATTR;
	struct skcipher_request *req = (void *)mem;
	struct scatterlist sg;

	if (!len)
		return 0;
	if (use_plain(x, x->ctr))
		return plain_cm(x, iv, data, len);

	sg_init_one(&sg, data, len);
	skcipher_request_set_tfm(req, x->ctr);
	skcipher_request_set_callback(req, 0, NULL, NULL);
	skcipher_request_set_crypt(req, &sg, &sg, len, iv);
	return sync_result(crypto_skcipher_encrypt(req));
}

static int gcm_crypt(const struct ksrtp_xform *x, struct gcm_parts *p,
		     bool encrypt)
{
	u8 mem[sizeof(struct aead_request) + REQ_MAX] CRYPTO_MINALIGN_ATTR;
	struct aead_request *req = (void *)mem;
	u32 text_len = p->text_len + (encrypt ? 0 : GCM_TAG);
	struct scatterlist sg[3];
	int err;

	if (use_plain(x, x->gcm))
		return plain_gcm(x, p, encrypt);

	if (!p->trailer) {
		sg_init_one(sg, p->aad, p->aad_len + p->text_len + GCM_TAG);
	} else {
		sg_init_table(sg, 3);
		sg_set_buf(&sg[0], p->aad, p->aad_len);
		sg_set_buf(&sg[1], p->trailer, KSRTP_RTCP_TRAILER);
		sg_set_buf(&sg[2], p->text, p->text_len + GCM_TAG);
	}
	aead_request_set_tfm(req, x->gcm);
	aead_request_set_callback(req, 0, NULL, NULL);
	aead_request_set_ad(req, p->aad_len +
			    (p->trailer ? KSRTP_RTCP_TRAILER : 0));
	aead_request_set_crypt(req, sg, sg, text_len, p->iv);
	err = encrypt ? crypto_aead_encrypt(req) : crypto_aead_decrypt(req);
	return sync_result(err);
}

static int sha1_from(struct shash_desc *desc, const u32 *state, const u8 *data,
		     u32 len, u8 *out)
{
	struct sha1_state s = { .count = SHA1_BLOCK_SIZE };
	int err;

	memcpy(s.state, state, sizeof(s.state));
	err = crypto_shash_import(desc, &s);
	if (!err)
		err = crypto_shash_finup(desc, data, len, out);
	memzero_explicit(s.state, sizeof(s.state));
	return err;
}

static int hmac(const struct ksrtp_xform *x, const u8 *data, u32 len, u8 *out)
{
	SHASH_DESC_ON_STACK(desc, algs.sha1);
	int err;

	desc->tfm = algs.sha1;
	err = sha1_from(desc, x->hmac[0], data, len, out);
	if (!err)
		err = sha1_from(desc, x->hmac[1], out, SHA1_DIGEST_SIZE, out);
	memzero_explicit(shash_desc_ctx(desc), crypto_shash_descsize(algs.sha1));
	return err;
}

static int hmac_prepare_one(const u8 *key, u32 key_len, u8 pad, u32 *state)
{
	SHASH_DESC_ON_STACK(desc, algs.sha1);
	u8 block[SHA1_BLOCK_SIZE];
	struct sha1_state s;
	u32 i;
	int err;

	memset(block, pad, sizeof(block));
	for (i = 0; i < key_len; i++)
		block[i] ^= key[i];
	desc->tfm = algs.sha1;
	err = crypto_shash_init(desc);
	if (!err)
		err = crypto_shash_update(desc, block, sizeof(block));
	if (!err)
		err = crypto_shash_export(desc, &s);
	if (!err)
		memcpy(state, s.state, sizeof(s.state));
	memzero_explicit(block, sizeof(block));
	memzero_explicit(&s, sizeof(s));
	shash_desc_zero(desc);
	return err;
}

static int hmac_prepare(struct ksrtp_xform *x, const u8 *key, u32 key_len)
{
	return hmac_prepare_one(key, key_len, HMAC_IPAD, x->hmac[0]) ?:
	       hmac_prepare_one(key, key_len, HMAC_OPAD, x->hmac[1]);
}

/*
 * RFC 3711 sections 3.1 and 3.4; M is what HMAC covers, ROC is not sent:
 *
 *	SRTP	| header | encrypted payload | ROC
 *		|<------------- M --------------->|
 *		| header | encrypted payload | MKI | tag |
 *
 *	SRTCP	| header | encrypted | E, index | MKI | tag |
 *		|<------------- M ------------->|
 *
 * The ROC is written where MKI and tag go, for one pass over linear memory.
 */
static int cm_protect(const struct ksrtp_xform *x, struct ksrtp_xform_pkt *p)
{
	u8 tag[SHA1_DIGEST_SIZE], iv[KSRTP_IV_CM];
	u32 tag_len = x->rtcp ? x->suite->rtcp_tag_len : x->suite->tag_len;
	u8 *end = p->data + p->len;
	int err = 0;

	ksrtp_kdf_iv_cm(iv, x->salt, p->ssrc, p->index);
	if (!x->rtcp || p->encrypted)
		err = cm_crypt(x, iv, p->data + p->hdr_len, p->len - p->hdr_len);
	if (err)
		return err;
	put_unaligned_be32(x->rtcp ? (u32)p->index |
			   (p->encrypted ? KSRTP_RTCP_E_FLAG : 0) :
			   (u32)(p->index >> 16), end);
	err = hmac(x, p->data, p->len + ROC_LEN, tag);
	if (err)
		return err;
	if (x->rtcp)
		end += KSRTP_RTCP_TRAILER;
	memcpy(end, p->mki, p->mki_len);
	memcpy(end + p->mki_len, tag, tag_len);
	p->len = end + p->mki_len + tag_len - p->data;
	return 0;
}

static int cm_unprotect(const struct ksrtp_xform *x, struct ksrtp_xform_pkt *p)
{
	u8 tag[SHA1_DIGEST_SIZE], sent[KSRTP_XFORM_TAG_MAX], iv[KSRTP_IV_CM];
	u32 tag_len = x->rtcp ? x->suite->rtcp_tag_len : x->suite->tag_len;
	u32 len = p->len - ksrtp_xform_overhead(x->suite, x->rtcp) - p->mki_len;
	u8 saved[ROC_LEN];
	int err;

	memcpy(sent, p->data + p->len - tag_len, tag_len);
	if (!x->rtcp) {
		memcpy(saved, p->data + len, ROC_LEN);
		put_unaligned_be32((u32)(p->index >> 16), p->data + len);
	}
	err = hmac(x, p->data, len + ROC_LEN, tag);
	if (!x->rtcp)
		memcpy(p->data + len, saved, ROC_LEN);
	if (err)
		return err;
	if (crypto_memneq(tag, sent, tag_len))
		return -EBADMSG;

	ksrtp_kdf_iv_cm(iv, x->salt, p->ssrc, p->index);
	if (!x->rtcp || p->encrypted)
		err = cm_crypt(x, iv, p->data + p->hdr_len, len - p->hdr_len);
	if (!err)
		p->len = len;
	return err;
}

/*
 * RFC 7714 sections 8 and 9; A is associated data:
 *
 *	SRTP	| header | ciphertext | tag | MKI |
 *		|<- A -->|
 *
 *	SRTCP	| header | ciphertext | tag | E, index | MKI |
 *		|<- A -->|                  |<-- A --->|
 *
 *	E = 0	| header, plain reports | tag | E, index | MKI |
 *		|<-------- A --------->|     |<-- A --->|
 */
static void gcm_parts_init(const struct ksrtp_xform *x,
			   struct ksrtp_xform_pkt *p, u32 len,
			   struct gcm_parts *g)
{
	g->aad = p->data;
	g->aad_len = p->hdr_len;
	g->trailer = NULL;
	if (x->rtcp) {
		ksrtp_kdf_iv_gcm_rtcp(g->iv, x->salt, p->ssrc, (u32)p->index);
		if (!p->encrypted)
			g->aad_len = len;
		g->trailer = p->data + len + GCM_TAG;
	} else {
		ksrtp_kdf_iv_gcm(g->iv, x->salt, p->ssrc, p->index);
	}
	g->text = p->data + g->aad_len;
	g->text_len = len - g->aad_len;
}

static int gcm_protect(const struct ksrtp_xform *x, struct ksrtp_xform_pkt *p)
{
	u32 over = ksrtp_xform_overhead(x->suite, x->rtcp);
	struct gcm_parts g;
	int err;

	gcm_parts_init(x, p, p->len, &g);
	if (x->rtcp)
		put_unaligned_be32((u32)p->index |
				   (p->encrypted ? KSRTP_RTCP_E_FLAG : 0),
				   g.trailer);
	err = gcm_crypt(x, &g, true);
	if (err)
		return err;
	memcpy(p->data + p->len + over, p->mki, p->mki_len);
	p->len += over + p->mki_len;
	return 0;
}

static int gcm_unprotect(const struct ksrtp_xform *x, struct ksrtp_xform_pkt *p)
{
	u32 len = p->len - ksrtp_xform_overhead(x->suite, x->rtcp) - p->mki_len;
	struct gcm_parts g;
	int err;

	gcm_parts_init(x, p, len, &g);
	err = gcm_crypt(x, &g, false);
	if (!err)
		p->len = len;
	return err;
}

/**
 * ksrtp_xform_protect - turn an RTP or RTCP packet into SRTP or SRTCP
 * @x: the session keys
 * @p: the packet; @p->len becomes its new length
 *
 * The caller owns @p->index: it gives no two packets of an SSRC the same one.
 *
 * Return: 0, or a negative error after which the packet is neither.
 */
int ksrtp_xform_protect(const struct ksrtp_xform *x, struct ksrtp_xform_pkt *p)
{
	return x->suite->aead ? gcm_protect(x, p) : cm_protect(x, p);
}

/**
 * ksrtp_xform_unprotect - authenticate and decrypt an SRTP or SRTCP packet
 * @x: the session keys
 * @p: the packet; @p->len becomes the length of the plain packet
 *
 * @p->len must be at least @p->hdr_len plus overhead plus MKI.
 *
 * Return: 0; -EBADMSG if it is not authentic, after which it is as it was
 * unless ksrtp_xform_clobbers(); another negative error if the cipher failed.
 */
int ksrtp_xform_unprotect(const struct ksrtp_xform *x,
			  struct ksrtp_xform_pkt *p)
{
	return x->suite->aead ? gcm_unprotect(x, p) : cm_unprotect(x, p);
}

static void kdf_block(void *ctx, const u8 *in, u8 *out)
{
	aes_encrypt(ctx, out, in);
}

static int ctr_alloc(struct ksrtp_xform *x)
{
	const char *name = crypto_skcipher_driver_name(algs.ctr);
	u32 type = algs.ctr_simd ? CRYPTO_ALG_INTERNAL : 0;

	x->ctr = crypto_alloc_skcipher(name, type, type | CRYPTO_ALG_ASYNC);
	if (IS_ERR(x->ctr)) {
		int err = PTR_ERR(x->ctr);

		x->ctr = NULL;
		return err;
	}
	x->simd = algs.ctr_simd;
	return crypto_skcipher_setkey(x->ctr, x->key, x->suite->key_len);
}

static int gcm_alloc(struct ksrtp_xform *x)
{
	const char *name = crypto_aead_driver_name(algs.gcm);
	u32 type = algs.gcm_simd ? CRYPTO_ALG_INTERNAL : 0;

	x->gcm = crypto_alloc_aead(name, type, type | CRYPTO_ALG_ASYNC);
	if (IS_ERR(x->gcm)) {
		int err = PTR_ERR(x->gcm);

		x->gcm = NULL;
		return err;
	}
	x->simd = algs.gcm_simd;
	return crypto_aead_setkey(x->gcm, x->key, x->suite->key_len) ?:
	       crypto_aead_setauthsize(x->gcm, GCM_TAG);
}

/**
 * ksrtp_xform_setup - make session keys ready
 * @suite: the suite
 * @rtcp: for SRTCP, not SRTP
 * @keys: the session keys
 * @plain_c: never use the crypto API's cipher (for the self-test)
 *
 * May sleep.
 *
 * Return: the session keys or an error pointer.
 */
struct ksrtp_xform *ksrtp_xform_setup(const struct ksrtp_suite_desc *suite,
				      bool rtcp,
				      const struct ksrtp_session_keys *keys,
				      bool plain_c)
{
	struct ksrtp_xform *x;
	int err = 0;

	x = kzalloc(sizeof(*x), GFP_KERNEL_ACCOUNT);
	if (!x)
		return ERR_PTR(-ENOMEM);
	x->suite = suite;
	x->rtcp = rtcp;
	memcpy(x->key, keys->cipher, suite->key_len);
	memcpy(x->salt, keys->salt, suite->salt_len);
	if (suite->auth_len)
		err = hmac_prepare(x, keys->auth, suite->auth_len);
	if (!err && !plain_c)
		err = suite->aead ? gcm_alloc(x) : ctr_alloc(x);
	if (err) {
		ksrtp_xform_free(x);
		return ERR_PTR(err);
	}
	return x;
}

/**
 * ksrtp_xform_derive - derive session keys from a master key
 * @suite: the suite
 * @rtcp: for SRTCP, not SRTP
 * @master_key: @suite->key_len octets
 * @master_salt: @suite->salt_len octets
 * @keys: filled in; the caller wipes it in any case
 *
 * Return: 0 or a negative error.
 */
int ksrtp_xform_derive(const struct ksrtp_suite_desc *suite, bool rtcp,
		       const u8 *master_key, const u8 *master_salt,
		       struct ksrtp_session_keys *keys)
{
	u32 first = rtcp ? KSRTP_KDF_RTCP_ENC : KSRTP_KDF_RTP_ENC;
	struct crypto_aes_ctx aes;
	int err;

	BUILD_BUG_ON(KSRTP_KDF_RTCP_AUTH - KSRTP_KDF_RTCP_ENC !=
		     KSRTP_KDF_RTP_AUTH - KSRTP_KDF_RTP_ENC);
	BUILD_BUG_ON(KSRTP_KDF_RTCP_SALT - KSRTP_KDF_RTCP_ENC !=
		     KSRTP_KDF_RTP_SALT - KSRTP_KDF_RTP_ENC);

	err = aes_expandkey(&aes, master_key, suite->key_len);
	if (!err)
		err = ksrtp_kdf_derive(kdf_block, &aes, master_salt,
				       suite->salt_len, first, 0, keys->cipher,
				       suite->key_len);
	if (!err && suite->auth_len)
		err = ksrtp_kdf_derive(kdf_block, &aes, master_salt,
				       suite->salt_len,
				       first + KSRTP_KDF_RTP_AUTH, 0,
				       keys->auth, suite->auth_len);
	if (!err)
		err = ksrtp_kdf_derive(kdf_block, &aes, master_salt,
				       suite->salt_len,
				       first + KSRTP_KDF_RTP_SALT, 0,
				       keys->salt, suite->salt_len);
	memzero_explicit(&aes, sizeof(aes));
	return err;
}

/**
 * ksrtp_xform_new - derive session keys and make them ready
 * @suite: the suite
 * @rtcp: for SRTCP, not SRTP
 * @master_key: @suite->key_len octets
 * @master_salt: @suite->salt_len octets
 *
 * May sleep.
 *
 * Return: the session keys or an error pointer.
 */
struct ksrtp_xform *ksrtp_xform_new(const struct ksrtp_suite_desc *suite,
				    bool rtcp, const u8 *master_key,
				    const u8 *master_salt)
{
	struct ksrtp_session_keys keys;
	struct ksrtp_xform *x;
	int err;

	err = ksrtp_xform_derive(suite, rtcp, master_key, master_salt, &keys);
	x = err ? ERR_PTR(err) :
		  ksrtp_xform_setup(suite, rtcp, &keys, false);
	memzero_explicit(&keys, sizeof(keys));
	return x;
}

/**
 * ksrtp_xform_free - wipe and free session keys
 * @x: session keys, NULL or an error pointer
 */
void ksrtp_xform_free(struct ksrtp_xform *x)
{
	if (IS_ERR_OR_NULL(x))
		return;
	if (x->suite->aead && x->gcm)
		crypto_free_aead(x->gcm);
	else if (!x->suite->aead && x->ctr)
		crypto_free_skcipher(x->ctr);
	kfree_sensitive(x);
}

static u32 skcipher_prio(struct crypto_skcipher *tfm)
{
	return crypto_skcipher_tfm(tfm)->__crt_alg->cra_priority;
}

static u32 aead_prio(struct crypto_aead *tfm)
{
	return crypto_aead_tfm(tfm)->__crt_alg->cra_priority;
}

/* Allocating the public name first also loads the modules with the others. */
static int ctr_choose(void)
{
	struct crypto_skcipher *pub, *in;

	pub = crypto_alloc_skcipher("ctr(aes)", 0, CRYPTO_ALG_ASYNC);
	if (IS_ERR(pub))
		return PTR_ERR(pub);
	in = crypto_alloc_skcipher("__ctr(aes)", CRYPTO_ALG_INTERNAL,
				   CRYPTO_ALG_INTERNAL | CRYPTO_ALG_ASYNC);
	if (!IS_ERR(in) && skcipher_prio(in) > skcipher_prio(pub)) {
		swap(in, pub);
		algs.ctr_simd = true;
	}
	if (!IS_ERR(in))
		crypto_free_skcipher(in);
	algs.ctr = pub;
	return crypto_skcipher_reqsize(pub) > REQ_MAX ? -EOVERFLOW : 0;
}

static int gcm_choose(void)
{
	struct crypto_aead *pub, *in;

	pub = crypto_alloc_aead("gcm(aes)", 0, CRYPTO_ALG_ASYNC);
	if (IS_ERR(pub))
		return PTR_ERR(pub);
	in = crypto_alloc_aead("__gcm(aes)", CRYPTO_ALG_INTERNAL,
			       CRYPTO_ALG_INTERNAL | CRYPTO_ALG_ASYNC);
	if (!IS_ERR(in) && aead_prio(in) > aead_prio(pub)) {
		swap(in, pub);
		algs.gcm_simd = true;
	}
	if (!IS_ERR(in))
		crypto_free_aead(in);
	algs.gcm = pub;
	return crypto_aead_reqsize(pub) > REQ_MAX ? -EOVERFLOW : 0;
}

/* The API gives up when an algorithm's self-test takes a slow machine a minute. */
static int patient(int (*choose)(void))
{
	int err, tries = CHOOSE_TRIES;

	do {
		err = choose();
	} while (err == -ETIMEDOUT && --tries);
	return err;
}

/**
 * ksrtp_xform_init - choose the algorithms
 *
 * Return: 0 or a negative error.
 */
int ksrtp_xform_init(void)
{
	struct crypto_shash *sha1;
	int err;

	/* generic ones that are built in keep the API from loading faster ones */
	request_module("crypto-aes");
	request_module("crypto-sha1");

	sha1 = crypto_alloc_shash("sha1", 0, 0);
	if (IS_ERR(sha1))
		return PTR_ERR(sha1);
	algs.sha1 = sha1;
	err = crypto_shash_statesize(sha1) == sizeof(struct sha1_state) ?
	      0 : -EOPNOTSUPP;
	if (!err)
		err = patient(ctr_choose);
	if (!err)
		err = patient(gcm_choose);
	if (err) {
		ksrtp_xform_exit();
		return err;
	}
	pr_info("using %s, %s, %s\n", crypto_skcipher_driver_name(algs.ctr),
		crypto_aead_driver_name(algs.gcm),
		crypto_shash_driver_name(algs.sha1));
	return 0;
}

/**
 * ksrtp_xform_exit - let the algorithms go
 */
void ksrtp_xform_exit(void)
{
	crypto_free_aead(algs.gcm);
	crypto_free_skcipher(algs.ctr);
	crypto_free_shash(algs.sha1);
	memset(&algs, 0, sizeof(algs));
}
