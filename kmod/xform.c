// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SRTP transforms on a packet in linear memory: where the parts are, what
 * is encrypted and what is authenticated; cipher.h does the rest.
 */
#include <crypto/aes.h>
#include <linux/slab.h>
#include <uapi/linux/ksrtp.h>

#include "cipher.h"
#include "cipher_plain.h"
#include "compat.h"
#include "kdf.h"
#include "rtp.h"
#include "xform.h"

/**
 * struct master - a master key with a key derivation rate
 * @kdr: the rate, not 0
 * @ids: elements of header extensions that are encrypted, or NULL
 * @key: master key
 * @salt: master salt
 */
struct master {
	u32 kdr;
	const struct ksrtp_hdrext_ids *ids;
	u8 key[KSRTP_SUITE_KEY_MAX];
	u8 salt[KSRTP_SUITE_SALT_MAX];
};

/**
 * struct ksrtp_xform - session keys for SRTP or SRTCP, ready to use
 * @suite: the suite
 * @cipher: session cipher key
 * @plain_key: the same for the plain C cipher; with neither, the NULL cipher
 * @master: where session keys of a key derivation rate come from, or NULL
 * @hdr: SRTP: keys of encrypted header extensions, or NULL
 * @rtcp: for SRTCP
 * @salt: session salt
 * @hmac: session authentication key, not for AEAD
 */
struct ksrtp_xform {
	const struct ksrtp_suite_desc *suite;
	struct ksrtp_cipher *cipher;
	const u8 *plain_key;
	struct master *master;
	struct hdr_keys *hdr;
	bool rtcp;
	u8 salt[KSRTP_SUITE_SALT_MAX];
	struct ksrtp_cipher_hmac hmac;
} ____cacheline_aligned_in_smp;

/**
 * struct hdr_keys - session keys of encrypted header extensions
 * @x: cipher and salt, for counter mode whatever the suite
 * @ids: the elements that are encrypted; lives longer
 */
struct hdr_keys {
	struct ksrtp_xform x;
	const struct ksrtp_hdrext_ids *ids;
};

static u32 rcc_len(const struct ksrtp_xform_pkt *p)
{
	return p->rcc == KSRTP_RCC_NONE ? 0 : KSRTP_XFORM_ROC_LEN;
}

static u32 mac_len(const struct ksrtp_xform *x, const struct ksrtp_xform_pkt *p)
{
	u32 len = x->rtcp ? x->suite->rtcp_tag_len : x->suite->tag_len;

	return p->rcc == KSRTP_RCC_MAC ? len + KSRTP_XFORM_ROC_LEN : len;
}

static int ctr(const struct ksrtp_xform *x, u8 *iv, u8 *data, u32 len)
{
	if (likely(x->cipher))
		return ksrtp_cipher_ctr(x->cipher, iv, data, len);
	if (!x->plain_key)
		return 0;
	return ksrtp_cipher_plain_ctr(x->plain_key, x->suite->key_len, iv, data,
				      len);
}

static noinline_for_stack int cm_steps(const struct ksrtp_xform *x,
				       struct ksrtp_cipher_cm *m, bool encrypt)
{
	u8 tag[KSRTP_CIPHER_SHA1];
	int err;

	if (encrypt)
		return ctr(x, m->iv, m->text, m->text_len) ?:
		       ksrtp_cipher_hmac(&x->hmac, m->data, m->len, m->tag);
	err = ksrtp_cipher_hmac(&x->hmac, m->data, m->len, tag);
	if (!err && crypto_memneq(tag, m->tag, m->tag_len))
		err = -EBADMSG;
	memzero_explicit(tag, sizeof(tag));
	return err ?: ctr(x, m->iv, m->text, m->text_len);
}

static inline int cm_crypt(const struct ksrtp_xform *x,
			   struct ksrtp_cipher_cm *m, bool encrypt)
{
	int err = -EOPNOTSUPP;

	if (likely(x->cipher))
		err = ksrtp_cipher_cm(x->cipher, &x->hmac, m, encrypt);
	return likely(err != -EOPNOTSUPP) ? err : cm_steps(x, m, encrypt);
}

static inline void cm_parts(const struct ksrtp_xform *x,
			    const struct ksrtp_xform_pkt *p, u32 len,
			    struct ksrtp_cipher_cm *m)
{
	ksrtp_kdf_iv_cm(m->iv, x->salt, p->ssrc, p->index);
	m->text = p->data + p->hdr_len;
	m->text_len = !x->rtcp || p->encrypted ? len - p->hdr_len : 0;
	m->data = p->data;
	m->len = len + KSRTP_XFORM_ROC_LEN;
}

/*
 * Encrypt or decrypt elements of the header extension, RFC 6904 section 3. The
 * keystream runs along the whole extension; where an element begins inside a
 * block, what is in front of it is put back.
 */
static noinline_for_stack int crypt_hdrext(const struct hdr_keys *hdr,
					   const struct ksrtp_xform_pkt *p)
{
	u8 iv[KSRTP_IV_CM], before[KSRTP_KDF_BLOCK];
	struct ksrtp_hdrext e;
	int more, err;

	err = ksrtp_hdrext_begin(&e, p->data, p->hdr_len);
	if (err)
		return err;
	while ((more = ksrtp_hdrext_next(&e, p->data, hdr->ids)) > 0) {
		u32 skip = e.off % KSRTP_KDF_BLOCK;
		u8 *block = p->data + e.start + e.off - skip;

		ksrtp_kdf_iv_cm(iv, hdr->x.salt, p->ssrc, p->index);
		put_unaligned_be16(e.off / KSRTP_KDF_BLOCK,
				   iv + KSRTP_KDF_CM_SALT);
		memcpy(before, block, skip);
		err = ctr(&hdr->x, iv, block, skip + e.len);
		memcpy(block, before, skip);
		if (err)
			return err;
	}
	return more;
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
 *
 *	RCC	| header | encrypted payload | MKI | ROC | tag |
 *
 * With RFC 4771 it is also sent, before the tag.
 */
static int cm_protect(const struct ksrtp_xform *x, struct ksrtp_xform_pkt *p)
{
	struct ksrtp_cipher_cm m __uninitialized;
	u32 tag_len = mac_len(x, p);
	u8 *end = p->data + p->len;
	int err;

	put_unaligned_be32(x->rtcp ? (u32)p->index |
			   (p->encrypted ? KSRTP_RTCP_E_FLAG : 0) :
			   (u32)(p->index >> 16), end);
	cm_parts(x, p, p->len, &m);
	err = cm_crypt(x, &m, true);
	if (err)
		return err;
	if (x->rtcp)
		end += KSRTP_RTCP_TRAILER;
	memcpy(end, p->mki, p->mki_len);
	end += p->mki_len;
	if (p->rcc == KSRTP_RCC_ROC) {
		put_unaligned_be32((u32)(p->index >> 16), end);
		end += KSRTP_XFORM_ROC_LEN;
	}
	memcpy(end, m.tag, tag_len);
	p->len = end + tag_len - p->data;
	return 0;
}

static int cm_unprotect(const struct ksrtp_xform *x, struct ksrtp_xform_pkt *p)
{
	u32 len = p->len - ksrtp_xform_overhead(x->suite, x->rtcp) -
		  p->mki_len - rcc_len(p);
	struct ksrtp_cipher_cm m __uninitialized;
	u8 saved[KSRTP_XFORM_ROC_LEN];
	int err;

	m.tag_len = mac_len(x, p);
	memcpy(m.tag, p->data + p->len - m.tag_len, m.tag_len);
	if (!x->rtcp) {
		memcpy(saved, p->data + len, KSRTP_XFORM_ROC_LEN);
		put_unaligned_be32((u32)(p->index >> 16), p->data + len);
	}
	cm_parts(x, p, len, &m);
	err = cm_crypt(x, &m, false);
	if (!x->rtcp)
		memcpy(p->data + len, saved, KSRTP_XFORM_ROC_LEN);
	if (!err)
		p->len = len;
	return err;
}

/*
 * RFC 7714 sections 8 and 9; A is associated data:
 *
 *	SRTP	| header | ciphertext | tag | MKI | ROC, if RFC 4771 |
 *		|<- A -->|
 *
 *	SRTCP	| header | ciphertext | tag | E, index | MKI |
 *		|<- A -->|                  |<-- A --->|
 *
 *	E = 0	| header, plain reports | tag | E, index | MKI |
 *		|<-------- A --------->|     |<-- A --->|
 */
static void gcm_parts(const struct ksrtp_xform *x, struct ksrtp_xform_pkt *p,
		      u32 len, struct ksrtp_cipher_gcm *g)
{
	g->aad = p->data;
	g->aad_len = p->hdr_len;
	g->trailer = NULL;
	if (x->rtcp) {
		ksrtp_kdf_iv_gcm_rtcp(g->iv, x->salt, p->ssrc, (u32)p->index);
		if (!p->encrypted)
			g->aad_len = len;
		g->trailer = p->data + len + KSRTP_CIPHER_GCM_TAG;
	} else {
		ksrtp_kdf_iv_gcm(g->iv, x->salt, p->ssrc, p->index);
	}
	g->text = p->data + g->aad_len;
	g->text_len = len - g->aad_len;
}

static int gcm_protect(const struct ksrtp_xform *x, struct ksrtp_xform_pkt *p)
{
	u32 over = ksrtp_xform_overhead(x->suite, x->rtcp);
	struct ksrtp_cipher_gcm g __uninitialized;
	int err;

	gcm_parts(x, p, p->len, &g);
	if (x->rtcp)
		put_unaligned_be32((u32)p->index |
				   (p->encrypted ? KSRTP_RTCP_E_FLAG : 0),
				   g.trailer);
	err = likely(x->cipher) ? ksrtp_cipher_seal(x->cipher, &g) :
	      ksrtp_cipher_plain_gcm(x->plain_key, x->suite->key_len, &g, true);
	if (err)
		return err;
	p->len += over;
	memcpy(p->data + p->len, p->mki, p->mki_len);
	p->len += p->mki_len;
	if (p->rcc == KSRTP_RCC_ROC) {
		put_unaligned_be32((u32)(p->index >> 16), p->data + p->len);
		p->len += KSRTP_XFORM_ROC_LEN;
	}
	return 0;
}

static int gcm_unprotect(const struct ksrtp_xform *x, struct ksrtp_xform_pkt *p)
{
	u32 len = p->len - ksrtp_xform_overhead(x->suite, x->rtcp) -
		  p->mki_len - rcc_len(p);
	struct ksrtp_cipher_gcm g;
	int err;

	gcm_parts(x, p, len, &g);
	err = likely(x->cipher) ? ksrtp_cipher_open(x->cipher, &g) :
	      ksrtp_cipher_plain_gcm(x->plain_key, x->suite->key_len, &g,
				     false);
	if (!err)
		p->len = len;
	return err;
}

static void kdf_block(void *ctx, const u8 *in, u8 *out)
{
	aes_encrypt(ctx, out, in);
}

/**
 * ksrtp_xform_derive - derive session keys from a master key
 * @suite: the suite
 * @use: what for
 * @master_key: @suite->key_len octets
 * @master_salt: @suite->salt_len octets
 * @r: of ksrtp_kdf_r()
 * @keys: filled in; the caller wipes it in any case
 *
 * Return: 0 or a negative error.
 */
int ksrtp_xform_derive(const struct ksrtp_suite_desc *suite,
		       enum ksrtp_xform_use use, const u8 *master_key,
		       const u8 *master_salt, u64 r,
		       struct ksrtp_session_keys *keys)
{
	static const struct {
		enum ksrtp_kdf_label enc, auth, salt;
	} labels[] = {
		[KSRTP_XFORM_RTP] = { KSRTP_KDF_RTP_ENC, KSRTP_KDF_RTP_AUTH,
				      KSRTP_KDF_RTP_SALT },
		[KSRTP_XFORM_RTCP] = { KSRTP_KDF_RTCP_ENC, KSRTP_KDF_RTCP_AUTH,
				       KSRTP_KDF_RTCP_SALT },
		[KSRTP_XFORM_HDR] = { .enc = KSRTP_KDF_HDR_ENC,
				      .salt = KSRTP_KDF_HDR_SALT },
	};
	struct aes_enckey aes;
	int err;

	err = aes_prepareenckey(&aes, master_key, suite->key_len);
	if (!err)
		err = ksrtp_kdf_derive(kdf_block, &aes, master_salt,
				       suite->salt_len, labels[use].enc, r,
				       keys->cipher, suite->key_len);
	if (!err && suite->auth_len && use != KSRTP_XFORM_HDR)
		err = ksrtp_kdf_derive(kdf_block, &aes, master_salt,
				       suite->salt_len, labels[use].auth, r,
				       keys->auth, suite->auth_len);
	if (!err)
		err = ksrtp_kdf_derive(kdf_block, &aes, master_salt,
				       suite->salt_len, labels[use].salt, r,
				       keys->salt, suite->salt_len);
	memzero_explicit(&aes, sizeof(aes));
	return err;
}

/* Session keys for the stack. */
struct rekeyed {
	struct ksrtp_xform x;
	struct ksrtp_session_keys keys;
	struct hdr_keys hdr;
	struct ksrtp_session_keys hdr_keys;
};

static int rekey_part(const struct ksrtp_xform *x, enum ksrtp_xform_use use,
		      u64 r, struct ksrtp_xform *part,
		      struct ksrtp_session_keys *keys)
{
	const struct ksrtp_suite_desc *suite = x->suite;
	int err;

	part->suite = suite;
	part->rtcp = x->rtcp;
	part->plain_key = suite->null ? NULL : keys->cipher;
	err = ksrtp_xform_derive(suite, use, x->master->key, x->master->salt, r,
				 keys);
	memcpy(part->salt, keys->salt, suite->salt_len);
	return err;
}

/*
 * The session keys that a key derivation rate gives to one index. They are
 * derived for each packet and used with the plain C ciphers: fast ones need
 * memory, which can't be had here. So packets on both sides of a change may come
 * in any order, and a forged index moves nothing.
 */
static int rekey(const struct ksrtp_xform *x, u64 index, struct rekeyed *k)
{
	const struct ksrtp_suite_desc *suite = x->suite;
	const struct master *m = x->master;
	u64 r = ksrtp_kdf_r(index, m->kdr);
	int err;

	memset(&k->x, 0, sizeof(k->x));
	err = rekey_part(x, x->rtcp ? KSRTP_XFORM_RTCP : KSRTP_XFORM_RTP, r,
			 &k->x, &k->keys);
	if (!err && suite->auth_len)
		err = ksrtp_cipher_hmac_prepare(&k->x.hmac, k->keys.auth,
						suite->auth_len);
	if (err || !m->ids)
		return err;
	memset(&k->hdr, 0, sizeof(k->hdr));
	k->x.hdr = &k->hdr;
	k->hdr.ids = m->ids;
	return rekey_part(x, KSRTP_XFORM_HDR, r, &k->hdr.x, &k->hdr_keys);
}

static noinline_for_stack int protect_rekeyed(const struct ksrtp_xform *x,
					      struct ksrtp_xform_pkt *p)
{
	struct rekeyed k;
	int err;

	err = rekey(x, p->index, &k) ?: ksrtp_xform_protect(&k.x, p);
	memzero_explicit(&k, sizeof(k));
	return err;
}

static noinline_for_stack int unprotect_rekeyed(const struct ksrtp_xform *x,
						struct ksrtp_xform_pkt *p)
{
	struct rekeyed k;
	int err;

	err = rekey(x, p->index, &k) ?: ksrtp_xform_unprotect(&k.x, p);
	memzero_explicit(&k, sizeof(k));
	return err;
}

/**
 * ksrtp_xform_protect - turn an RTP or RTCP packet into SRTP or SRTCP
 * @x: the session keys
 * @p: the packet; @p->len becomes its new length
 *
 * The caller owns @p->index: it gives no two packets of an SSRC the same one.
 *
 * Return: 0, or a negative error after which the packet is neither: -EPROTO if
 * the elements of its header extension can't be told apart to be encrypted.
 */
int ksrtp_xform_protect(const struct ksrtp_xform *x, struct ksrtp_xform_pkt *p)
{
	if (unlikely(x->master))
		return protect_rekeyed(x, p);
	/* what is authenticated is the extension as it is sent */
	if (unlikely(x->hdr)) {
		int err = crypt_hdrext(x->hdr, p);

		if (err)
			return err;
	}
	return x->suite->aead ? gcm_protect(x, p) : cm_protect(x, p);
}

/**
 * ksrtp_xform_unprotect - authenticate and decrypt an SRTP or SRTCP packet
 * @x: the session keys
 * @p: the packet; @p->len becomes the length of the plain packet
 *
 * @p->len must be at least @p->hdr_len plus what protection adds.
 *
 * Return: 0; -EBADMSG if it is not authentic, after which it is as it was
 * unless ksrtp_xform_clobbers(); -EPROTO if it is, and the elements of its header
 * extension can't be told apart; another negative error if the cipher failed.
 */
int ksrtp_xform_unprotect(const struct ksrtp_xform *x,
			  struct ksrtp_xform_pkt *p)
{
	int err;

	if (unlikely(x->master))
		return unprotect_rekeyed(x, p);
	err = x->suite->aead ? gcm_unprotect(x, p) : cm_unprotect(x, p);
	if (unlikely(x->hdr) && !err)
		err = crypt_hdrext(x->hdr, p);
	return err;
}

static int set_cipher(struct ksrtp_xform *x,
		      const struct ksrtp_suite_desc *suite,
		      enum ksrtp_cipher_mode mode,
		      const struct ksrtp_session_keys *keys, bool fallback)
{
	x->suite = suite;
	memcpy(x->salt, keys->salt, suite->salt_len);
	if (suite->null)
		return 0;
	x->cipher = ksrtp_cipher_new(mode, keys->cipher, suite->key_len,
				     fallback);
	return PTR_ERR_OR_ZERO(x->cipher);
}

/*
 * RFC 6904 section 3.2, RFC 7714 section 8.3: AEAD has counter mode here too. Its
 * salt of 96 bits gets zeros behind it, as the master salt in key derivation.
 */
static int add_hdr_keys(struct ksrtp_xform *x, const u8 *master_key,
			const u8 *master_salt,
			const struct ksrtp_hdrext_ids *ids)
{
	struct ksrtp_session_keys keys;
	int err;

	x->hdr = kzalloc(sizeof(*x->hdr), GFP_KERNEL_ACCOUNT);
	if (!x->hdr)
		return -ENOMEM;
	x->hdr->ids = ids;
	err = ksrtp_xform_derive(x->suite, KSRTP_XFORM_HDR, master_key,
				 master_salt, 0, &keys) ?:
	      set_cipher(&x->hdr->x, x->suite, KSRTP_CIPHER_CTR, &keys, false);
	memzero_explicit(&keys, sizeof(keys));
	return err;
}

/**
 * ksrtp_xform_setup - make session keys ready
 * @suite: the suite
 * @rtcp: for SRTCP, not SRTP
 * @keys: the session keys
 * @fallback: only use the ciphers for unusable SIMD (for the self-test)
 *
 * May sleep.
 *
 * Return: the session keys or an error pointer.
 */
struct ksrtp_xform *ksrtp_xform_setup(const struct ksrtp_suite_desc *suite,
				      bool rtcp,
				      const struct ksrtp_session_keys *keys,
				      bool fallback)
{
	struct ksrtp_xform *x;
	int err;

	x = kzalloc(sizeof(*x), GFP_KERNEL_ACCOUNT);
	if (!x)
		return ERR_PTR(-ENOMEM);
	x->rtcp = rtcp;
	err = set_cipher(x, suite, suite->aead ? KSRTP_CIPHER_GCM :
						 KSRTP_CIPHER_CTR,
			 keys, fallback);
	if (!err && suite->auth_len)
		err = ksrtp_cipher_hmac_prepare(&x->hmac, keys->auth,
						suite->auth_len);
	if (err) {
		ksrtp_xform_free(x);
		return ERR_PTR(err);
	}
	return x;
}

static struct ksrtp_xform *new_rekeying(const struct ksrtp_suite_desc *suite,
					bool rtcp, const u8 *master_key,
					const u8 *master_salt, u32 kdr,
					const struct ksrtp_hdrext_ids *ids)
{
	struct ksrtp_xform *x;

	x = kzalloc(sizeof(*x), GFP_KERNEL_ACCOUNT);
	if (!x)
		return ERR_PTR(-ENOMEM);
	x->suite = suite;
	x->rtcp = rtcp;
	x->master = kzalloc(sizeof(*x->master), GFP_KERNEL_ACCOUNT);
	if (!x->master) {
		kfree(x);
		return ERR_PTR(-ENOMEM);
	}
	x->master->kdr = kdr;
	x->master->ids = ids;
	memcpy(x->master->key, master_key, suite->key_len);
	memcpy(x->master->salt, master_salt, suite->salt_len);
	return x;
}

/**
 * ksrtp_xform_new - derive session keys and make them ready
 * @suite: the suite
 * @rtcp: for SRTCP, not SRTP
 * @master_key: @suite->key_len octets
 * @master_salt: @suite->salt_len octets
 * @kdr: key derivation rate, 0 to derive once
 * @ids: SRTP: elements of header extensions that are encrypted, or NULL; has to
 *	live as long as the session keys
 *
 * May sleep.
 *
 * Return: the session keys or an error pointer.
 */
struct ksrtp_xform *ksrtp_xform_new(const struct ksrtp_suite_desc *suite,
				    bool rtcp, const u8 *master_key,
				    const u8 *master_salt, u32 kdr,
				    const struct ksrtp_hdrext_ids *ids)
{
	struct ksrtp_session_keys keys;
	struct ksrtp_xform *x;
	int err;

	if (kdr)
		return new_rekeying(suite, rtcp, master_key, master_salt, kdr,
				    ids);
	err = ksrtp_xform_derive(suite, rtcp ? KSRTP_XFORM_RTCP : KSRTP_XFORM_RTP,
				 master_key, master_salt, 0, &keys);
	x = err ? ERR_PTR(err) :
		  ksrtp_xform_setup(suite, rtcp, &keys, false);
	memzero_explicit(&keys, sizeof(keys));
	if (IS_ERR(x) || !ids)
		return x;
	err = add_hdr_keys(x, master_key, master_salt, ids);
	if (err) {
		ksrtp_xform_free(x);
		return ERR_PTR(err);
	}
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
	if (x->hdr)
		ksrtp_cipher_free(x->hdr->x.cipher);
	kfree_sensitive(x->hdr);
	ksrtp_cipher_free(x->cipher);
	kfree_sensitive(x->master);
	kfree_sensitive(x);
}
