/* SPDX-License-Identifier: BSD-3-Clause */
#include "ref.h"

#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "../../kmod/kdf.h"
#include "../../kmod/replay.h"
#include "../../kmod/rtp.h"
#include "../../kmod/suite.h"
#include "aes.h"

/* Session keys for RTP, for RTCP or for header extensions. */
struct session {
	EVP_CIPHER_CTX *cipher;
	EVP_MAC_CTX *mac;
	u8 salt[KSRTP_KDF_CM_SALT];
};

struct key {
	u8 mki[REF_MAX_MKI];
	struct session rtp, rtcp, hdr;
};

struct stream {
	u32 ssrc;
	struct ksrtp_replay rtp, rtcp;
	u64 *bits, rtcp_bits[KSRTP_REPLAY_WORDS(128)];
};

struct ref {
	const struct ksrtp_suite_desc *s;
	u32 window, nkeys, mki_len, nstreams;
	bool encrypt_hdr;
	struct ksrtp_hdrext_ids ids;
	struct key keys[REF_MAX_KEYS];
	struct stream streams[REF_MAX_STREAMS];
};

static void must(int ok)
{
	if (!ok)
		abort();
}

static void session_init(const struct ksrtp_suite_desc *s, struct session *ss,
			 const u8 *master, enum ksrtp_kdf_label enc)
{
	const u8 *salt = master + s->key_len;
	void *aes = aes_new(master, s->key_len);
	u8 key[32], auth[20];
	const EVP_CIPHER *c;

	must(!ksrtp_kdf_derive(aes_block, aes, salt, s->salt_len, enc, 0, key,
			       s->key_len));
	must(!ksrtp_kdf_derive(aes_block, aes, salt, s->salt_len,
			       (enum ksrtp_kdf_label)(enc + 1), 0, auth, 20));
	must(!ksrtp_kdf_derive(aes_block, aes, salt, s->salt_len,
			       (enum ksrtp_kdf_label)(enc + 2), 0, ss->salt,
			       s->salt_len));
	aes_free(aes);
	if (s->aead)
		c = s->key_len == 16 ? EVP_aes_128_gcm() : EVP_aes_256_gcm();
	else
		c = s->key_len == 16 ? EVP_aes_128_ctr() :
		    s->key_len == 24 ? EVP_aes_192_ctr() : EVP_aes_256_ctr();
	if (!s->null) {
		ss->cipher = EVP_CIPHER_CTX_new();
		must(EVP_CipherInit_ex(ss->cipher, c, NULL, key, NULL, 1));
	}
	if (!s->aead) {
		char sha1[] = "SHA1";
		OSSL_PARAM p[] = {
			OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
							 sha1, 0),
			OSSL_PARAM_construct_end()
		};
		EVP_MAC *m = EVP_MAC_fetch(NULL, "HMAC", NULL);

		ss->mac = EVP_MAC_CTX_new(m);
		must(EVP_MAC_init(ss->mac, auth, sizeof(auth), p));
		EVP_MAC_free(m);
	}
}

/* RFC 7714 section 8.3: counter mode with the GCM suites too, whose salt is shorter */
static void header_init(const struct ksrtp_suite_desc *s, struct session *ss, const u8 *master)
{
	const u8 *salt = master + s->key_len;
	void *aes = aes_new(master, s->key_len);
	u8 key[32];

	must(!ksrtp_kdf_derive(aes_block, aes, salt, s->salt_len, KSRTP_KDF_HDR_ENC, 0, key,
			       s->key_len));
	must(!ksrtp_kdf_derive(aes_block, aes, salt, s->salt_len, KSRTP_KDF_HDR_SALT, 0, ss->salt,
			       s->salt_len));
	aes_free(aes);
	ss->cipher = EVP_CIPHER_CTX_new();
	must(EVP_CipherInit_ex(ss->cipher,
			       s->key_len == 16 ? EVP_aes_128_ctr() :
			       s->key_len == 24 ? EVP_aes_192_ctr() : EVP_aes_256_ctr(),
			       NULL, key, NULL, 1));
}

static void session_free(struct session *ss)
{
	EVP_CIPHER_CTX_free(ss->cipher);
	EVP_MAC_CTX_free(ss->mac);
}

struct ref *ref_new(u8 suite, u32 window, u32 nkeys, const u8 *master, u32 mki_len, const u8 *mki,
		    const struct ksrtp_hdrext_ids *hdrext)
{
	const struct ksrtp_suite_desc *s = ksrtp_suite_find(suite);
	struct ref *r = calloc(1, sizeof(*r));

	must(s && r && nkeys <= REF_MAX_KEYS && mki_len <= REF_MAX_MKI);
	r->s = s;
	r->window = window;
	r->nkeys = nkeys;
	r->mki_len = mki_len;
	r->encrypt_hdr = hdrext && !s->null;
	if (hdrext)
		r->ids = *hdrext;
	for (u32 i = 0; i < nkeys; i++) {
		const u8 *m = master + i * (s->key_len + s->salt_len);

		if (mki_len)
			memcpy(r->keys[i].mki, mki + i * mki_len, mki_len);
		session_init(s, &r->keys[i].rtp, m, KSRTP_KDF_RTP_ENC);
		session_init(s, &r->keys[i].rtcp, m, KSRTP_KDF_RTCP_ENC);
		header_init(s, &r->keys[i].hdr, m);
	}
	return r;
}

void ref_free(struct ref *r)
{
	for (u32 i = 0; i < r->nkeys; i++) {
		session_free(&r->keys[i].rtp);
		session_free(&r->keys[i].rtcp);
		session_free(&r->keys[i].hdr);
	}
	for (u32 i = 0; i < r->nstreams; i++)
		free(r->streams[i].bits);
	free(r);
}

static struct stream *stream_find(struct ref *r, u32 ssrc)
{
	for (u32 i = 0; i < r->nstreams; i++)
		if (r->streams[i].ssrc == ssrc)
			return &r->streams[i];
	return NULL;
}

static struct stream *stream_add(struct ref *r, u32 ssrc)
{
	struct stream *st = &r->streams[r->nstreams];

	if (r->nstreams == REF_MAX_STREAMS)
		return NULL;
	st->ssrc = ssrc;
	st->bits = calloc(KSRTP_REPLAY_WORDS(r->window), sizeof(u64));
	must(st->bits && !ksrtp_replay_init(&st->rtp, st->bits, r->window));
	must(!ksrtp_replay_init(&st->rtcp, st->rtcp_bits, 128));
	r->nstreams++;
	return st;
}

void ref_set_stream(struct ref *r, u32 ssrc, u32 roc, u32 rtcp_index)
{
	struct stream *st = stream_add(r, ssrc);

	must(st && !ksrtp_replay_set_roc(&st->rtp, roc));
	if (rtcp_index)
		must(!ksrtp_replay_mark(&st->rtcp, rtcp_index - 1));
}

static void put_be32(u8 *p, u32 v)
{
	p[0] = (u8)(v >> 24);
	p[1] = (u8)(v >> 16);
	p[2] = (u8)(v >> 8);
	p[3] = (u8)v;
}

static u32 get_be32(const u8 *p)
{
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

static void ctr(struct session *ss, u32 ssrc, u64 index, u8 *p, u32 len)
{
	u8 iv[KSRTP_IV_CM];
	int n;

	if (!ss->cipher)
		return;
	ksrtp_kdf_iv_cm(iv, ss->salt, ssrc, index);
	must(EVP_CipherInit_ex(ss->cipher, NULL, NULL, NULL, iv, 1));
	must(EVP_CipherUpdate(ss->cipher, p, &n, p, (int)len) && n == (int)len);
}

/*
 * RFC 6904 section 3 word for word: keystream of the whole extension, mask, exclusive or. The
 * packet stays as it was if that fails.
 */
static bool crypt_header(struct ref *r, struct key *key, const struct ksrtp_rtp_hdr *h, u64 index,
			 u8 *p)
{
	struct ksrtp_hdrext e;
	u8 *mask, *ks;
	int more;

	if (!r->encrypt_hdr)
		return true;
	if (ksrtp_hdrext_begin(&e, p, h->hdr_len))
		return false;
	if (!h->ext_len)
		return true;
	mask = calloc(2, h->ext_len);
	must(!!mask);
	ks = mask + h->ext_len;
	while ((more = ksrtp_hdrext_next(&e, p, &r->ids)) > 0)
		memset(mask + e.off, 0xff, e.len);
	ctr(&key->hdr, h->ssrc, index, ks, h->ext_len);
	for (u32 i = 0; i < h->ext_len && !more; i++)
		p[h->ext_off + i] ^= mask[i] & ks[i];
	free(mask);
	return !more;
}

static void hmac(struct session *ss, const u8 *p, u32 len, const u8 *more,
		 u32 more_len, u8 *out)
{
	size_t n;

	must(EVP_MAC_init(ss->mac, NULL, 0, NULL));
	must(EVP_MAC_update(ss->mac, p, len));
	must(EVP_MAC_update(ss->mac, more, more_len));
	must(EVP_MAC_final(ss->mac, out, &n, 20) && n == 20);
}

/* AEAD of len octets in place with two parts of associated data. */
static bool gcm(struct session *ss, bool encrypt, const u8 *iv, const u8 *aad,
		u32 aad_len, const u8 *aad2, u32 aad2_len, u8 *p, u32 len,
		u8 *tag)
{
	int n;

	must(EVP_CipherInit_ex(ss->cipher, NULL, NULL, NULL, iv, encrypt));
	if (!encrypt)
		must(EVP_CIPHER_CTX_ctrl(ss->cipher, EVP_CTRL_AEAD_SET_TAG, 16,
					 tag));
	must(EVP_CipherUpdate(ss->cipher, NULL, &n, aad, (int)aad_len));
	if (aad2_len)
		must(EVP_CipherUpdate(ss->cipher, NULL, &n, aad2, (int)aad2_len));
	if (len)
		must(EVP_CipherUpdate(ss->cipher, p, &n, p, (int)len));
	if (EVP_CipherFinal_ex(ss->cipher, p + len, &n) != 1)
		return false;
	if (encrypt)
		must(EVP_CIPHER_CTX_ctrl(ss->cipher, EVP_CTRL_AEAD_GET_TAG, 16,
					 tag));
	return true;
}

static enum ref_verdict verdict_of(int err)
{
	return err == -EEXIST ? REF_REPLAY : err == -ESTALE ? REF_OLD :
	       err ? REF_EXPIRED : REF_OK;
}

enum ref_verdict ref_protect(struct ref *r, u32 key, u8 *p, u32 *len)
{
	struct session *ss = &r->keys[key].rtp;
	struct ksrtp_rtp_hdr h;
	struct stream *st;
	u32 n = *len;
	u64 index;
	int err;

	if (ksrtp_rtp_parse(p, n, n, &h))
		return REF_PARSE;
	st = stream_find(r, h.ssrc);
	if (!st)
		st = stream_add(r, h.ssrc);
	if (!st)
		return REF_FULL;
	err = ksrtp_replay_estimate(&st->rtp, h.seq, &index);
	if (!err)
		err = ksrtp_replay_mark(&st->rtp, index);
	if (err)
		return verdict_of(err);
	if (!crypt_header(r, &r->keys[key], &h, index, p))
		return REF_PARSE;
	if (r->s->aead) {
		u8 iv[KSRTP_IV_GCM];

		ksrtp_kdf_iv_gcm(iv, ss->salt, h.ssrc, index);
		must(gcm(ss, true, iv, p, h.hdr_len, NULL, 0, p + h.hdr_len,
			 n - h.hdr_len, p + n));
		n += 16;
		memcpy(p + n, r->keys[key].mki, r->mki_len);
		n += r->mki_len;
	} else {
		u8 roc[4], tag[20];

		ctr(ss, h.ssrc, index, p + h.hdr_len, n - h.hdr_len);
		put_be32(roc, ksrtp_replay_roc(index));
		hmac(ss, p, n, roc, 4, tag);
		memcpy(p + n, r->keys[key].mki, r->mki_len);
		n += r->mki_len;
		memcpy(p + n, tag, r->s->tag_len);
		n += r->s->tag_len;
	}
	*len = n;
	return REF_OK;
}

enum ref_verdict ref_protect_rtcp(struct ref *r, u32 key, bool encrypt, u8 *p,
				  u32 *len)
{
	struct session *ss = &r->keys[key].rtcp;
	struct ksrtp_rtcp_hdr h;
	struct stream *st;
	u32 n = *len, index;
	u8 word[4];
	int err;

	if (ksrtp_rtp_parse_rtcp(p, n, n, &h))
		return REF_PARSE;
	st = stream_find(r, h.ssrc);
	if (!st)
		st = stream_add(r, h.ssrc);
	if (!st)
		return REF_FULL;
	err = ksrtp_replay_next_rtcp(&st->rtcp, &index);
	if (err)
		return verdict_of(err);
	put_be32(word, index | (encrypt ? KSRTP_RTCP_E_FLAG : 0));
	if (r->s->aead) {
		u32 clear = encrypt ? KSRTP_RTCP_HDR : n;
		u8 iv[KSRTP_IV_GCM];

		ksrtp_kdf_iv_gcm_rtcp(iv, ss->salt, h.ssrc, index);
		must(gcm(ss, true, iv, p, clear, word, 4, p + clear, n - clear,
			 p + n));
		n += 16;
		memcpy(p + n, word, 4);
		n += 4;
		memcpy(p + n, r->keys[key].mki, r->mki_len);
		n += r->mki_len;
	} else {
		u8 tag[20];

		if (encrypt)
			ctr(ss, h.ssrc, index, p + KSRTP_RTCP_HDR,
			    n - KSRTP_RTCP_HDR);
		hmac(ss, p, n, word, 4, tag);
		memcpy(p + n, word, 4);
		n += 4;
		memcpy(p + n, r->keys[key].mki, r->mki_len);
		n += r->mki_len;
		memcpy(p + n, tag, r->s->rtcp_tag_len);
		n += r->s->rtcp_tag_len;
	}
	*len = n;
	return REF_OK;
}

static struct key *find_key(struct ref *r, const u8 *mki)
{
	for (u32 i = 0; i < r->nkeys; i++)
		if (!r->mki_len || !memcmp(mki, r->keys[i].mki, r->mki_len))
			return &r->keys[i];
	return NULL;
}

/* A state to estimate with, for an SSRC that has none. */
static const struct ksrtp_replay fresh = { .window = 64 };

/* after authentication: mark, in a stream made now if there was none */
static enum ref_verdict mark(struct ref *r, struct stream *st, u32 ssrc,
			     bool rtcp, u64 index)
{
	if (!st)
		st = stream_add(r, ssrc);
	if (!st)
		return REF_FULL;
	return verdict_of(ksrtp_replay_mark(rtcp ? &st->rtcp : &st->rtp, index));
}

enum ref_verdict ref_unprotect(struct ref *r, u8 *p, u32 *len)
{
	u32 trailer = r->s->tag_len + r->mki_len, n;
	const u8 *mki;
	struct ksrtp_rtp_hdr h;
	enum ref_verdict v;
	struct session *ss;
	struct stream *st;
	struct key *key;
	u8 *copy = NULL;
	u64 index;
	int err;

	if (*len < trailer)
		return REF_PARSE;
	n = *len - trailer;
	if (ksrtp_rtp_parse(p, n, n, &h))
		return REF_PARSE;
	mki = p + n + (r->s->aead ? 16 : 0);
	st = stream_find(r, h.ssrc);
	err = ksrtp_replay_estimate(st ? &st->rtp : &fresh, h.seq, &index);
	if (!err && st)
		err = ksrtp_replay_test(&st->rtp, index);
	if (err)
		return verdict_of(err);
	key = find_key(r, mki);
	if (!key)
		return REF_MKI;
	ss = &key->rtp;
	if (r->s->aead) {
		u8 iv[KSRTP_IV_GCM];

		copy = malloc(*len);
		memcpy(copy, p, *len);
		ksrtp_kdf_iv_gcm(iv, ss->salt, h.ssrc, index);
		if (!gcm(ss, false, iv, copy, h.hdr_len, NULL, 0,
			 copy + h.hdr_len, n - h.hdr_len, copy + n)) {
			free(copy);
			return REF_AUTH;
		}
	} else {
		u8 roc[4], tag[20];

		put_be32(roc, ksrtp_replay_roc(index));
		hmac(ss, p, n, roc, 4, tag);
		if (CRYPTO_memcmp(tag, p + n + r->mki_len, r->s->tag_len))
			return REF_AUTH;
	}
	if (!crypt_header(r, key, &h, index, copy ? copy : p)) {
		free(copy);
		return REF_PARSE;
	}
	v = mark(r, st, h.ssrc, false, index);
	if (v == REF_OK) {
		if (copy)
			memcpy(p, copy, n);
		else
			ctr(ss, h.ssrc, index, p + h.hdr_len, n - h.hdr_len);
		*len = n;
	} else if (!copy) {
		crypt_header(r, key, &h, index, p);
	}
	free(copy);
	return v;
}

enum ref_verdict ref_unprotect_rtcp(struct ref *r, u8 *p, u32 *len)
{
	u32 trailer = r->s->rtcp_tag_len + 4 + r->mki_len, n, word, index, clear;
	struct ksrtp_rtcp_hdr h;
	enum ref_verdict v;
	struct session *ss;
	struct stream *st;
	struct key *key;
	u8 *copy = NULL, *pword;
	int err;

	if (*len < trailer)
		return REF_PARSE;
	n = *len - trailer;
	/* the length field is clear and must fit what was authenticated */
	if (ksrtp_rtp_parse_rtcp(p, n, n, &h))
		return REF_PARSE;
	pword = p + n + (r->s->aead ? 16 : 0);
	word = get_be32(pword);
	index = word & KSRTP_RTCP_INDEX_MASK;
	clear = word & KSRTP_RTCP_E_FLAG ? KSRTP_RTCP_HDR : n;
	st = stream_find(r, h.ssrc);
	err = st ? ksrtp_replay_test(&st->rtcp, index) : 0;
	if (err)
		return verdict_of(err);
	key = find_key(r, pword + 4);
	if (!key)
		return REF_MKI;
	ss = &key->rtcp;
	if (r->s->aead) {
		u8 iv[KSRTP_IV_GCM];

		copy = malloc(*len);
		memcpy(copy, p, *len);
		ksrtp_kdf_iv_gcm_rtcp(iv, ss->salt, h.ssrc, index);
		if (!gcm(ss, false, iv, copy, clear, pword, 4, copy + clear,
			 n - clear, copy + n)) {
			free(copy);
			return REF_AUTH;
		}
	} else {
		u8 tag[20];

		hmac(ss, p, n, pword, 4, tag);
		if (CRYPTO_memcmp(tag, pword + 4 + r->mki_len, r->s->rtcp_tag_len))
			return REF_AUTH;
	}
	v = mark(r, st, h.ssrc, true, index);
	if (v == REF_OK) {
		if (copy)
			memcpy(p, copy, n);
		else
			ctr(ss, h.ssrc, index, p + clear, n - clear);
		*len = n;
	}
	free(copy);
	return v;
}
