// SPDX-License-Identifier: GPL-2.0-only
/*
 * AES on the crypto API; the only file that knows requests and scatterlists.
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
 * of cipher_plain.c. Where there is no internal algorithm the best synchronous
 * one is used, which copes with that case itself. Nothing here can return
 * -EINPROGRESS, and so requests may live on the stack: CRYPTO_ALG_ASYNC is
 * masked out in every allocation, which leaves only algorithms that complete
 * before they return.
 *
 * Where the processor has instructions for AES that cipher_x86.c knows, none of
 * this is used, unless the module parameter says so.
 *
 * Kernels that clear variables on the stack would clear whole requests for each
 * packet: these are exempt, as all of them that counts is set.
 */
#include <crypto/aead.h>
#include <crypto/aes.h>
#include <crypto/skcipher.h>
#include <linux/kmod.h>
#include <linux/moduleparam.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "cipher.h"
#include "cipher_cpu.h"
#include "cipher_plain.h"
#include "compat.h"

bool ksrtp_cipher_direct = true;
module_param_named(direct, ksrtp_cipher_direct, bool, 0444);
MODULE_PARM_DESC(direct, "use the processor's instructions for AES and SHA-1 directly, not the crypto API");

enum {
	/* a request of any synchronous algorithm that we take */
	REQ_MAX = 640,
	CHOOSE_TRIES = 5,
};

/**
 * struct ksrtp_cipher - an AES key
 * @ctr: of counter mode, NULL to use plain C
 * @gcm: of GCM, NULL to use plain C
 * @mode: which of both
 * @simd: it must only be called while SIMD is usable
 * @direct: neither: @cpu is used
 * @key_len: length of @key
 * @key: for plain C
 * @cpu: for the processor's instructions, one or none
 */
struct ksrtp_cipher {
	union {
		struct crypto_skcipher *ctr;
		struct crypto_aead *gcm;
	};
	enum ksrtp_cipher_mode mode;
	bool simd;
	bool direct;
	u8 key_len;
	u8 key[KSRTP_CIPHER_KEY_MAX];
	struct ksrtp_x86_key cpu[];
};

/* The algorithms chosen at load; the handles keep their modules in memory. */
static struct {
	struct crypto_skcipher *ctr;
	struct crypto_aead *gcm;
	bool ctr_simd;
	bool gcm_simd;
} algs __read_mostly;

/* There are instructions for SHA-1 beside those for AES. */
static bool direct_sha1 __read_mostly;

/* Can't be asynchronous, see above; were it, it must not look like success. */
static int sync_result(int err)
{
	if (WARN_ON_ONCE(err == -EINPROGRESS || err == -EBUSY))
		return -EIO;
	return err;
}

static bool use_plain(const struct ksrtp_cipher *c, const void *tfm)
{
	return unlikely(!tfm || (c->simd && !crypto_simd_usable()));
}

/* Is the key for the processor's instructions, and can they be used now? */
static inline bool direct_begin(const struct ksrtp_cipher *c)
{
	return KSRTP_CPU_CODE && likely(c->direct) && ksrtp_cpu_begin();
}

/* sg_init_one() without the call; @sg is all zero. */
static void sg_one(struct scatterlist *sg, const void *data, u32 len)
{
	sg_set_buf(sg, data, len);
	sg_mark_end(sg);
}

static noinline_for_stack int ctr_by_api(const struct ksrtp_cipher *c, u8 *iv,
					 u8 *data, u32 len)
{
	u8 mem[sizeof(struct skcipher_request) + REQ_MAX]
		CRYPTO_MINALIGN_ATTR __uninitialized;
	struct skcipher_request *req = (void *)mem;
	struct scatterlist sg = {};

	if (use_plain(c, c->ctr))
		return ksrtp_cipher_plain_ctr(c->key, c->key_len, iv, data,
					      len);

	sg_one(&sg, data, len);
	skcipher_request_set_tfm(req, c->ctr);
	skcipher_request_set_callback(req, 0, NULL, NULL);
	skcipher_request_set_crypt(req, &sg, &sg, len, iv);
	return sync_result(crypto_skcipher_encrypt(req));
}

/* More blocks than the last 32 bits of the counter have left: not in SRTP. */
static inline bool ctr_wraps(const u8 *iv, u32 len)
{
	u32 left = ~get_unaligned_be32(iv + KSRTP_CIPHER_CTR_IV - sizeof(u32));

	return len / AES_BLOCK_SIZE > left;
}

/**
 * ksrtp_cipher_ctr - encrypt or decrypt in counter mode
 * @c: a key of that mode
 * @iv: %KSRTP_CIPHER_CTR_IV octets, the counter block; may be changed
 * @data: the text
 * @len: its length
 *
 * Return: 0 or a negative error.
 */
int ksrtp_cipher_ctr(const struct ksrtp_cipher *c, u8 *iv, u8 *data, u32 len)
{
	if (!len)
		return 0;
	if (likely(!ctr_wraps(iv, len)) && direct_begin(c)) {
		ksrtp_x86_ctr(c->cpu, iv, data, len);
		ksrtp_cpu_end();
		return 0;
	}
	return ctr_by_api(c, iv, data, len);
}

static noinline_for_stack int gcm_by_api(const struct ksrtp_cipher *c,
					 struct ksrtp_cipher_gcm *g,
					 bool encrypt)
{
	u8 mem[sizeof(struct aead_request) + REQ_MAX]
		CRYPTO_MINALIGN_ATTR __uninitialized;
	struct aead_request *req = (void *)mem;
	u32 text_len = g->text_len + (encrypt ? 0 : KSRTP_CIPHER_GCM_TAG);
	struct scatterlist sg[3] __uninitialized;
	int err;

	if (use_plain(c, c->gcm))
		return ksrtp_cipher_plain_gcm(c->key, c->key_len, g, encrypt);

	if (!g->trailer) {
		sg[0] = (struct scatterlist){};
		sg_one(sg, g->aad,
		       g->aad_len + g->text_len + KSRTP_CIPHER_GCM_TAG);
	} else {
		sg_init_table(sg, 3);
		sg_set_buf(&sg[0], g->aad, g->aad_len);
		sg_set_buf(&sg[1], g->trailer, KSRTP_CIPHER_TRAILER);
		sg_set_buf(&sg[2], g->text,
			   g->text_len + KSRTP_CIPHER_GCM_TAG);
	}
	aead_request_set_tfm(req, c->gcm);
	aead_request_set_callback(req, 0, NULL, NULL);
	aead_request_set_ad(req, g->aad_len +
			    (g->trailer ? KSRTP_CIPHER_TRAILER : 0));
	aead_request_set_crypt(req, sg, sg, text_len, g->iv);
	err = encrypt ? crypto_aead_encrypt(req) : crypto_aead_decrypt(req);
	return sync_result(err);
}

static inline int gcm_crypt(const struct ksrtp_cipher *c,
			    struct ksrtp_cipher_gcm *g, bool encrypt)
{
	bool ok;

	if (!direct_begin(c))
		return gcm_by_api(c, g, encrypt);
	ok = ksrtp_x86_gcm(c->cpu, g, encrypt);
	ksrtp_cpu_end();
	return likely(ok) ? 0 : -EBADMSG;
}

/**
 * ksrtp_cipher_seal - encrypt with AES-GCM and write the tag behind the text
 * @c: a key of that mode
 * @g: nonce, associated data and text
 *
 * Return: 0 or a negative error.
 */
int ksrtp_cipher_seal(const struct ksrtp_cipher *c, struct ksrtp_cipher_gcm *g)
{
	return gcm_crypt(c, g, true);
}

/**
 * ksrtp_cipher_open - verify the tag behind the text and decrypt with AES-GCM
 * @c: a key of that mode
 * @g: nonce, associated data and text
 *
 * Return: 0; -EBADMSG for a wrong tag, after which the text may be destroyed;
 * another negative error if the cipher failed.
 */
int ksrtp_cipher_open(const struct ksrtp_cipher *c, struct ksrtp_cipher_gcm *g)
{
	return gcm_crypt(c, g, false);
}

/**
 * ksrtp_cipher_cm - AES-CM and HMAC-SHA1 of a packet in one
 * @c: a key of counter mode
 * @h: key of the hash
 * @m: what to work on
 * @encrypt: encrypt and authenticate, or verify and decrypt
 *
 * The vector registers are taken once.
 *
 * Return: 0; -EBADMSG for a wrong tag, after which nothing has changed;
 * -EOPNOTSUPP, also with nothing changed, if it is to be done by
 * ksrtp_cipher_ctr() and ksrtp_cipher_hmac().
 */
int ksrtp_cipher_cm(const struct ksrtp_cipher *c,
		    const struct ksrtp_cipher_hmac *h,
		    struct ksrtp_cipher_cm *m, bool encrypt)
{
	bool ok;

	if (unlikely(!direct_sha1 || ctr_wraps(m->iv, m->text_len)) ||
	    !direct_begin(c))
		return -EOPNOTSUPP;
	ok = ksrtp_x86_cm(c->cpu, h, m, encrypt);
	ksrtp_cpu_end();
	return likely(ok) ? 0 : -EBADMSG;
}

static int ctr_alloc(struct ksrtp_cipher *c)
{
	const char *name = crypto_skcipher_driver_name(algs.ctr);
	u32 type = algs.ctr_simd ? CRYPTO_ALG_INTERNAL : 0;

	c->ctr = crypto_alloc_skcipher(name, type, type | CRYPTO_ALG_ASYNC);
	if (IS_ERR(c->ctr)) {
		int err = PTR_ERR(c->ctr);

		c->ctr = NULL;
		return err;
	}
	c->simd = algs.ctr_simd;
	return crypto_skcipher_setkey(c->ctr, c->key, c->key_len);
}

static int gcm_alloc(struct ksrtp_cipher *c)
{
	const char *name = crypto_aead_driver_name(algs.gcm);
	u32 type = algs.gcm_simd ? CRYPTO_ALG_INTERNAL : 0;

	c->gcm = crypto_alloc_aead(name, type, type | CRYPTO_ALG_ASYNC);
	if (IS_ERR(c->gcm)) {
		int err = PTR_ERR(c->gcm);

		c->gcm = NULL;
		return err;
	}
	c->simd = algs.gcm_simd;
	return crypto_aead_setkey(c->gcm, c->key, c->key_len) ?:
	       crypto_aead_setauthsize(c->gcm, KSRTP_CIPHER_GCM_TAG);
}

/* Round keys are made by the crypto library: they are words in memory order. */
static int direct_prepare(struct ksrtp_cipher *c)
{
	struct crypto_aes_ctx aes;
	int err;

	err = aes_expandkey(&aes, c->key, c->key_len);
	if (err)
		return err;
	BUILD_BUG_ON(sizeof(aes.key_enc) != sizeof(c->cpu->round_key));
	memcpy(c->cpu->round_key, aes.key_enc, sizeof(aes.key_enc));
	memzero_explicit(&aes, sizeof(aes));
	c->cpu->rounds = 6 + c->key_len / 4;
	if (c->mode == KSRTP_CIPHER_GCM) {
		if (WARN_ON_ONCE(!ksrtp_cpu_begin()))
			return -EIO;
		ksrtp_x86_gcm_prepare(c->cpu);
		ksrtp_cpu_end();
	}
	c->direct = true;
	return 0;
}

/**
 * ksrtp_cipher_new - make an AES key ready
 * @mode: what for
 * @key: the key
 * @key_len: its length: 16, 24 (not for GCM in SRTP) or 32 octets
 * @fallback: only ever use what is used while SIMD is not usable, for tests
 *
 * May sleep.
 *
 * Return: the key or an error pointer.
 */
struct ksrtp_cipher *ksrtp_cipher_new(enum ksrtp_cipher_mode mode,
				      const u8 *key, u32 key_len, bool fallback)
{
	bool direct = KSRTP_CPU_CODE && !fallback && ksrtp_cpu_has_aes();
	struct ksrtp_cipher *c;
	int err = 0;

	if (key_len > KSRTP_CIPHER_KEY_MAX)
		return ERR_PTR(-EINVAL);
	c = kzalloc(struct_size(c, cpu, direct), GFP_KERNEL_ACCOUNT);
	if (!c)
		return ERR_PTR(-ENOMEM);
	c->mode = mode;
	c->key_len = key_len;
	memcpy(c->key, key, key_len);
	if (direct)
		err = direct_prepare(c);
	else if (!fallback)
		err = mode == KSRTP_CIPHER_GCM ? gcm_alloc(c) : ctr_alloc(c);
	if (err) {
		ksrtp_cipher_free(c);
		return ERR_PTR(err);
	}
	return c;
}

/**
 * ksrtp_cipher_free - wipe and free an AES key
 * @c: the key, NULL or an error pointer
 */
void ksrtp_cipher_free(struct ksrtp_cipher *c)
{
	if (IS_ERR_OR_NULL(c))
		return;
	if (c->mode == KSRTP_CIPHER_GCM && c->gcm)
		crypto_free_aead(c->gcm);
	else if (c->mode == KSRTP_CIPHER_CTR && c->ctr)
		crypto_free_skcipher(c->ctr);
	kfree_sensitive(c);
}

/**
 * ksrtp_cipher_has_fallback - is there code of its own for unusable SIMD
 *
 * Return: true if it makes sense to test ksrtp_cipher_new() with fallback.
 */
bool ksrtp_cipher_has_fallback(void)
{
	return true;
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
 * ksrtp_cipher_init - choose the algorithms
 *
 * Return: 0 or a negative error.
 */
int ksrtp_cipher_init(void)
{
	int err;

	direct_sha1 = ksrtp_cpu_has_sha1();
	if (ksrtp_cpu_has_aes()) {
		pr_info("using AES instructions\n");
		return 0;
	}
	/* a generic one that is built in keeps the API from loading faster ones */
	request_module("crypto-aes");
	err = patient(ctr_choose) ?: patient(gcm_choose);
	if (err) {
		ksrtp_cipher_exit();
		return err;
	}
	pr_info("using %s, %s\n", crypto_skcipher_driver_name(algs.ctr),
		crypto_aead_driver_name(algs.gcm));
	return 0;
}

/**
 * ksrtp_cipher_exit - let the algorithms go
 */
void ksrtp_cipher_exit(void)
{
	crypto_free_aead(algs.gcm);
	crypto_free_skcipher(algs.ctr);
	memset(&algs, 0, sizeof(algs));
}
