// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known-answer tests that run at load; the module does not load if one fails.
 * Each runs with the cipher in ordinary use and with the one for unusable
 * SIMD, where that is another one, and both are compared over many lengths.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include <uapi/linux/ksrtp.h>

#include "cipher.h"
#include "compat.h"
#include "rtp.h"
#include "selftest.h"
#include "selftest-data.h"
#include "xform.h"

enum {
	ROOM = 64,		/* more than any overhead */
	LONG = 1188,
	MKI_LEN = 4,
};

/**
 * struct kat - a packet before and after
 * @suite: enum ksrtp_suite
 * @rtcp: SRTCP
 * @session: the session keys of RFC 7714, otherwise the master key of that length
 * @clear: SRTCP with E = 0
 * @kdr: key derivation rate
 * @index: packet index
 * @wire: the protected packet
 * @len: its length
 */
struct kat {
	u8 suite;
	bool rtcp;
	bool session;
	bool clear;
	u32 kdr;
	u64 index;
	const u8 *wire;
	u32 len;
};

#define WIRE(w)		.wire = w, .len = sizeof(w)
/* the tag of 80 bits begins with that of 32 */
#define WIRE_32(w)	.wire = w, .len = sizeof(w) - 6
#define SUITE(name)	.suite = KSRTP_SUITE_##name
#define RTP		.index = 0xf17b
#define RTP_ROC_1	.index = BIT(16) | 0xf17b
#define RTCP		.rtcp = true, .index = 0x5d4
#define RTCP_CLEAR	RTCP, .clear = true

static const struct kat kats[] = {
	{ SUITE(AEAD_AES_128_GCM), .session = true, RTP, WIRE(gcm_rtp_16_1_1) },
	{ SUITE(AEAD_AES_128_GCM), .session = true, RTCP, WIRE(gcm_rtcp_17_1) },
	{ SUITE(AEAD_AES_128_GCM), .session = true, RTCP_CLEAR,
	  WIRE(gcm_rtcp_17_3) },
	{ SUITE(AEAD_AES_256_GCM), .session = true, RTP,
	  WIRE(gcm_256_rtp_16_2_1) },
	{ SUITE(AEAD_AES_256_GCM), .session = true, RTCP,
	  WIRE(gcm_256_rtcp_17_2) },
	{ SUITE(AEAD_AES_256_GCM), .session = true, RTCP_CLEAR,
	  WIRE(gcm_256_rtcp_17_4) },
	{ SUITE(AES_CM_128_HMAC_SHA1_80), RTP, WIRE(cm_rtp_roc_0) },
	{ SUITE(AES_CM_128_HMAC_SHA1_80), RTP_ROC_1, WIRE(cm_rtp_roc_1) },
	{ SUITE(AES_CM_128_HMAC_SHA1_80), RTCP, WIRE(cm_rtcp) },
	{ SUITE(AES_CM_128_HMAC_SHA1_80), RTCP_CLEAR, WIRE(cm_rtcp_clear) },
	{ SUITE(AES_CM_128_HMAC_SHA1_32), RTP, WIRE_32(cm_rtp_roc_0) },
	{ SUITE(AES_CM_128_HMAC_SHA1_32), RTCP, WIRE(cm_rtcp) },
	{ SUITE(AES_192_CM_HMAC_SHA1_80), RTP, WIRE(cm_192_rtp) },
	{ SUITE(AES_192_CM_HMAC_SHA1_80), RTCP, WIRE(cm_192_rtcp) },
	{ SUITE(AES_192_CM_HMAC_SHA1_32), RTP, WIRE_32(cm_192_rtp) },
	{ SUITE(AES_192_CM_HMAC_SHA1_32), RTCP, WIRE(cm_192_rtcp) },
	{ SUITE(AES_256_CM_HMAC_SHA1_80), RTP, WIRE(cm_256_rtp) },
	{ SUITE(AES_256_CM_HMAC_SHA1_80), RTCP, WIRE(cm_256_rtcp) },
	{ SUITE(AES_256_CM_HMAC_SHA1_32), RTP, WIRE_32(cm_256_rtp) },
	{ SUITE(AES_256_CM_HMAC_SHA1_32), RTCP, WIRE(cm_256_rtcp) },
	{ SUITE(AEAD_AES_128_GCM), RTP, WIRE(gcm_rtp) },
	{ SUITE(AEAD_AES_128_GCM), RTCP, WIRE(gcm_rtcp) },
	{ SUITE(AEAD_AES_256_GCM), RTP, WIRE(gcm_256_rtp) },
	{ SUITE(AEAD_AES_256_GCM), RTCP, WIRE(gcm_256_rtcp) },
	{ SUITE(NULL_HMAC_SHA1_80), RTP, WIRE(null_rtp) },
	{ SUITE(NULL_HMAC_SHA1_80), RTCP_CLEAR, WIRE(cm_rtcp_clear) },
	{ SUITE(NULL_HMAC_SHA1_32), RTP, WIRE_32(null_rtp) },
	{ SUITE(NULL_HMAC_SHA1_32), RTCP_CLEAR, WIRE(cm_rtcp_clear) },
	{ SUITE(AES_CM_128_HMAC_SHA1_80), .kdr = 16, RTP_ROC_1,
	  WIRE(kdr_cm_rtp) },
	{ SUITE(AES_CM_128_HMAC_SHA1_32), .kdr = 16, RTP_ROC_1,
	  WIRE_32(kdr_cm_rtp) },
	{ SUITE(AES_CM_128_HMAC_SHA1_80), .kdr = 16, RTCP, WIRE(kdr_cm_rtcp) },
	{ SUITE(AEAD_AES_128_GCM), .kdr = 16, RTP_ROC_1, WIRE(kdr_gcm_rtp) },
};

/**
 * struct master - a master key and what is derived from it for SRTP
 * @suite: enum ksrtp_suite
 * @key: the key
 * @salt: its salt; AEAD takes the first 96 bits
 * @cipher_key: session cipher key
 * @cipher_salt: session salt
 * @auth_key: session authentication key
 */
struct master {
	u8 suite;
	const u8 *key;
	const u8 *salt;
	const u8 *cipher_key;
	const u8 *cipher_salt;
	const u8 *auth_key;
};

static const struct master masters[] = {
	{ KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80, b3_key, b3_salt, b3_cipher_key,
	  b3_cipher_salt, b3_auth_key },
	{ KSRTP_SUITE_AES_192_CM_HMAC_SHA1_80, aes_192_key, aes_192_salt,
	  aes_192_cipher_key, aes_192_cipher_salt, aes_192_auth_key },
	{ KSRTP_SUITE_AES_256_CM_HMAC_SHA1_80, aes_256_key, aes_256_salt,
	  aes_256_cipher_key, aes_256_cipher_salt, aes_256_auth_key },
};

static int kat_header(const struct kat *k, const u8 *data, u32 len,
		      struct ksrtp_xform_pkt *p)
{
	struct ksrtp_rtcp_hdr rtcp;
	struct ksrtp_rtp_hdr rtp;

	if (k->rtcp) {
		if (ksrtp_rtp_parse_rtcp(data, len, len, &rtcp))
			return -EINVAL;
		p->ssrc = rtcp.ssrc;
		p->hdr_len = KSRTP_RTCP_HDR;
		return 0;
	}
	if (ksrtp_rtp_parse(data, len, len, &rtp))
		return -EINVAL;
	p->ssrc = rtp.ssrc;
	p->hdr_len = rtp.hdr_len;
	return 0;
}

static struct ksrtp_xform *kat_keys(const struct kat *k, bool fallback)
{
	const struct ksrtp_suite_desc *suite = ksrtp_suite_find(k->suite);
	const struct master *m = masters;
	struct ksrtp_session_keys keys = {};
	int err;

	if (k->session) {
		memcpy(keys.cipher, gcm_key, sizeof(gcm_key));
		memcpy(keys.salt, gcm_salt, sizeof(gcm_salt));
	} else {
		while (ksrtp_suite_find(m->suite)->key_len != suite->key_len)
			m++;
		if (k->kdr)
			return ksrtp_xform_new(suite, k->rtcp, m->key, m->salt,
					       k->kdr, NULL);
		err = ksrtp_xform_derive(suite, k->rtcp ? KSRTP_XFORM_RTCP :
							  KSRTP_XFORM_RTP,
					 m->key, m->salt, 0, &keys);
		if (err)
			return ERR_PTR(err);
	}
	return ksrtp_xform_setup(suite, k->rtcp, &keys, fallback);
}

/* A changed octet anywhere must be found. */
static int kat_forge(const struct kat *k, const struct ksrtp_xform *x,
		     struct ksrtp_xform_pkt *p, u8 *buf)
{
	u32 i;

	for (i = 0; i < k->len; i++) {
		memcpy(buf, k->wire, k->len);
		buf[i] ^= 1;
		p->len = k->len;
		if (ksrtp_xform_unprotect(x, p) != -EBADMSG) {
			/* the E flag and index are the caller's to read */
			if (k->rtcp && i >= k->len - ROOM)
				continue;
			return -EBADMSG;
		}
	}
	return 0;
}

/* The same packet with an MKI, and with the rollover counter of RFC 4771. */
static int kat_more(const struct kat *k, const struct ksrtp_xform *x,
		    struct ksrtp_xform_pkt *p, u8 *buf, const u8 *plain,
		    u32 plain_len, enum ksrtp_rcc rcc)
{
	static const u8 mki[MKI_LEN] = { 0xca, 0xfe, 0xf0, 0x0d };
	const struct ksrtp_suite_desc *suite = ksrtp_suite_find(k->suite);
	u32 tail = suite->aead ? 0 :
		   k->rtcp ? suite->rtcp_tag_len : suite->tag_len;
	u32 roc_len = rcc == KSRTP_RCC_ROC ? KSRTP_XFORM_ROC_LEN : 0;
	u32 more = rcc == KSRTP_RCC_NONE ? 0 : KSRTP_XFORM_ROC_LEN;
	const u8 *tag = k->wire + k->len - tail;
	u8 *end = buf + k->len - tail;
	int err;

	memcpy(buf, plain, plain_len);
	p->len = plain_len;
	p->mki = mki;
	p->mki_len = MKI_LEN;
	p->rcc = rcc;
	err = ksrtp_xform_protect(x, p);
	if (err)
		return err;
	if (p->len != k->len + MKI_LEN + more ||
	    memcmp(buf, k->wire, k->len - tail) || memcmp(end, mki, MKI_LEN) ||
	    memcmp(end + MKI_LEN + roc_len, tag, tail))
		return -EINVAL;
	if (roc_len && (ksrtp_xform_roc(suite, p) != end + MKI_LEN ||
			get_unaligned_be32(end + MKI_LEN) != k->index >> 16))
		return -EINVAL;
	return ksrtp_xform_unprotect(x, p) ?:
	       p->len != plain_len || memcmp(buf, plain, plain_len) ?
	       -EINVAL : 0;
}

static int kat_run(const struct kat *k, u8 *buf, bool fallback)
{
	const u8 *plain = k->rtcp ? rtcp_plain : rtp_plain;
	u32 plain_len = k->rtcp ? sizeof(rtcp_plain) : sizeof(rtp_plain);
	struct ksrtp_xform_pkt p = {
		.data = buf,
		.len = plain_len,
		.index = k->index,
		.encrypted = !k->clear,
	};
	struct ksrtp_xform *x;
	int err;

	err = kat_header(k, plain, plain_len, &p);
	if (err)
		return err;
	x = kat_keys(k, fallback);
	if (IS_ERR(x))
		return PTR_ERR(x);
	memcpy(buf, plain, plain_len);
	err = ksrtp_xform_protect(x, &p);
	if (!err && (p.len != k->len || memcmp(buf, k->wire, k->len)))
		err = -EINVAL;
	if (!err)
		err = ksrtp_xform_unprotect(x, &p);
	if (!err && (p.len != plain_len || memcmp(buf, plain, plain_len)))
		err = -EINVAL;
	if (!err)
		err = kat_forge(k, x, &p, buf);
	if (!err)
		err = kat_more(k, x, &p, buf, plain, plain_len, KSRTP_RCC_NONE);
	if (!err && !k->rtcp)
		err = kat_more(k, x, &p, buf, plain, plain_len, KSRTP_RCC_ROC);
	if (!err && !k->rtcp && !ksrtp_suite_find(k->suite)->aead)
		err = kat_more(k, x, &p, buf, plain, plain_len, KSRTP_RCC_MAC);
	ksrtp_xform_free(x);
	return err;
}

/* RFC 3711 B.2: a packet of zeros with SSRC, ROC and SEQ 0 is the keystream. */
static int keystream(u8 *buf, bool fallback)
{
	const struct ksrtp_suite_desc *suite =
		ksrtp_suite_find(KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80);
	struct ksrtp_xform_pkt p = {
		.data = buf,
		.len = KSRTP_RTP_MIN_HDR + sizeof(b2_keystream),
		.hdr_len = KSRTP_RTP_MIN_HDR,
	};
	struct ksrtp_session_keys keys = {};
	struct ksrtp_xform *x;
	int err;

	memcpy(keys.cipher, b2_key, sizeof(b2_key));
	memcpy(keys.salt, b2_salt, sizeof(b2_salt));
	x = ksrtp_xform_setup(suite, false, &keys, fallback);
	if (IS_ERR(x))
		return PTR_ERR(x);
	memset(buf, 0, p.len);
	err = ksrtp_xform_protect(x, &p);
	if (!err && memcmp(buf + KSRTP_RTP_MIN_HDR, b2_keystream,
			   sizeof(b2_keystream)))
		err = -EINVAL;
	ksrtp_xform_free(x);
	return err;
}

/* RFC 6904 appendix A.2, by keys derived as in A.1; behind it, nothing. */
static int header_extension(u8 *buf)
{
	static const struct ksrtp_hdrext_ids ids = {
		.bits = { BIT(1) | BIT(3) | BIT(4) },
	};
	struct ksrtp_xform_pkt p = {
		.data = buf,
		.len = sizeof(ext_plain),
		.hdr_len = sizeof(ext_plain),
		.ssrc = 0xcafebabe,
		.index = 0x1234,
	};
	struct ksrtp_xform *x;
	int err;

	x = ksrtp_xform_new(ksrtp_suite_find(KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80),
			    false, b3_key, b3_salt, 0, &ids);
	if (IS_ERR(x))
		return PTR_ERR(x);
	memcpy(buf, ext_plain, sizeof(ext_plain));
	err = ksrtp_xform_protect(x, &p);
	if (!err && memcmp(buf, ext_wire, sizeof(ext_wire)))
		err = -EINVAL;
	if (!err)
		err = ksrtp_xform_unprotect(x, &p);
	if (!err && memcmp(buf, ext_plain, sizeof(ext_plain)))
		err = -EINVAL;
	ksrtp_xform_free(x);
	return err;
}

static int derivation(void)
{
	struct ksrtp_session_keys keys;
	u32 i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(masters) && !err; i++) {
		const struct master *m = &masters[i];
		const struct ksrtp_suite_desc *suite =
			ksrtp_suite_find(m->suite);

		err = ksrtp_xform_derive(suite, KSRTP_XFORM_RTP, m->key,
					 m->salt, 0, &keys);
		if (!err &&
		    (memcmp(keys.cipher, m->cipher_key, suite->key_len) ||
		     memcmp(keys.salt, m->cipher_salt, suite->salt_len) ||
		     memcmp(keys.auth, m->auth_key, suite->auth_len)))
			err = -EINVAL;
	}
	return err;
}

/* Both ciphers do the same for payloads of every length modulo a block. */
static int compare_len(struct ksrtp_xform *a, struct ksrtp_xform *b, u8 *buf,
		       u8 *ref, u32 len)
{
	struct ksrtp_xform_pkt p = {
		.data = buf, .len = len, .hdr_len = KSRTP_RTP_MIN_HDR,
		.ssrc = len, .index = 0xfedcba987654 - len,
	}, q = p;
	int err;

	memset(buf, len, len);
	memcpy(ref, buf, len);
	q.data = ref;
	err = ksrtp_xform_protect(a, &p) ?: ksrtp_xform_protect(b, &q);
	if (!err && (p.len != q.len || memcmp(buf, ref, p.len)))
		err = -EINVAL;
	return err ?: ksrtp_xform_unprotect(b, &p) ?:
		      ksrtp_xform_unprotect(a, &q) ?:
		      memchr_inv(buf, len & 0xff, len) ||
		      memchr_inv(ref, len & 0xff, len) ? -EINVAL : 0;
}

static int compare(u8 suite, u8 *buf, u8 *ref)
{
	static const u16 lens[] = { 160, 255, 256, 257, 511, 512, 513, LONG };
	struct kat k = { .suite = suite };
	struct ksrtp_xform *a, *b;
	u32 i;
	int err;

	a = kat_keys(&k, false);
	b = kat_keys(&k, true);
	err = PTR_ERR_OR_ZERO(a) ?: PTR_ERR_OR_ZERO(b);
	for (i = 0; i <= 80 && !err; i++)
		err = compare_len(a, b, buf, ref, KSRTP_RTP_MIN_HDR + i);
	for (i = 0; i < ARRAY_SIZE(lens) && !err; i++)
		err = compare_len(a, b, buf, ref, KSRTP_RTP_MIN_HDR + lens[i]);
	ksrtp_xform_free(a);
	ksrtp_xform_free(b);
	return err;
}

static int known_answers(u8 *buf, bool fallback)
{
	const char *which = fallback ? "fallback " : "";
	u32 i;
	int err;

	err = keystream(buf, fallback);
	if (err)
		pr_err("RFC 3711 B.2 fails with the %scipher: %d\n", which,
		       err);
	for (i = 0; i < ARRAY_SIZE(kats) && !err; i++) {
		err = kat_run(&kats[i], buf, fallback);
		if (err)
			pr_err("known packet %u fails with the %scipher: %d\n",
			       i, which, err);
	}
	return err;
}

/**
 * ksrtp_selftest - run all known-answer tests
 *
 * Return: 0, or a negative error if one fails.
 */
int __init ksrtp_selftest(void)
{
	static const u8 compared[] = {
		KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80,
		KSRTP_SUITE_AES_192_CM_HMAC_SHA1_80,
		KSRTP_SUITE_AES_256_CM_HMAC_SHA1_80,
		KSRTP_SUITE_AEAD_AES_128_GCM,
		KSRTP_SUITE_AEAD_AES_256_GCM,
	};
	u8 *buf, *ref;
	u32 i;
	int err;

	buf = kmalloc(2 * (LONG + ROOM), GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	ref = buf + LONG + ROOM;
	err = derivation();
	if (err)
		pr_err("RFC 3711 B.3 or RFC 6188 section 7 fails: %d\n", err);
	if (!err) {
		err = header_extension(buf);
		if (err)
			pr_err("RFC 6904 appendix A fails: %d\n", err);
	}
	if (!err)
		err = known_answers(buf, false);
	if (!err && ksrtp_cipher_has_fallback()) {
		err = known_answers(buf, true);
		for (i = 0; i < ARRAY_SIZE(compared) && !err; i++) {
			err = compare(compared[i], buf, ref);
			if (err)
				pr_err("%s: cipher and fallback disagree: %d\n",
				       ksrtp_suite_find(compared[i])->name,
				       err);
		}
	}
	kfree(buf);
	return err;
}
