/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ref.c (the module's pure files and OpenSSL) beside libsrtp2: random packets,
 * suites, MKIs and windows; loss, reordering, repeats, wraps, ROC up to the
 * last, corruption of every kind. Both must say the same and give the same
 * octets.
 *
 * Where libsrtp2 2.5 differs by design, and how that is treated here:
 * - It does not look at the version of RTP, nor at the type of the first RTCP
 *   packet or whether that has an SSRC. What we refuse as malformed it must refuse too, for
 *   whatever reason: these fields are authenticated.
 * - Built on NSS, as in Debian 12, it offers AES-192 but derives other session
 *   keys than RFC 6188. If so the twins do without; core-vectors has AES-192.
 * - It looks for the MKI of an SRTCP packet where the tag of SRTP would leave
 *   it, which is the wrong place for the suites with a 32-bit SRTP tag. No SRTCP
 *   with an MKI for these.
 * - It looks at the MKI and the E flag of SRTCP before the replay test, we after:
 *   a forged packet with more than one fault has another reason.
 * - It numbers SRTCP packets from 1, we from 0 as RFC 3711 section 3.4 says.
 *   Receivers do not care. Our sender is started at 1 here.
 * - Its SRTCP window always has 128 packets; so has the one in ref.c.
 * - Of header extensions (RFC 6904) it encrypts what we do, but for padding in front of
 *   an element: its keystream leaves that out, and the first octet of an extension is the
 *   header of an element to it even if it is zero. Nor does an ID of 0 with a length end
 *   the one-byte form (RFC 8285 section 4.1.2). In the two-byte form it takes a last octet
 *   that is an ID without a length, which we refuse. Here padding is at the end; core-hdrext
 *   has the rest. Elements that reach beyond the end, and extensions of other forms, are
 *   refused by both.
 * - At the end of the last ROC it would begin again with ROC 0, relying on the
 *   caller's key limits; we refuse (core-replay tests that). The walks here
 *   stop before.
 * - SRTCP with E = 0 under keys that encrypt, and the other way round: it
 *   refuses, we follow the flag of an authenticated packet. All packets of a
 *   run here have the same; a flipped flag fails authentication in both.
 */
#include "ref.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <srtp2/srtp.h>

#include "../../kmod/suite.h"
#include "rnd.h"
#include "vec.h"

enum {
	MAX_PKT = 1500,
	BUF = MAX_PKT + 200,
	HISTORY = 4096,
	MAX_SSRCS = 4,
	HDR_IDS = 6,
	EXT_ENOUGH = 300,
};

struct pkt {
	u32 len;
	bool rtcp;
	/* libsrtp wants its packets aligned */
	u8 d[BUF] __attribute__((aligned(8)));
};

/* One direction between two pairs of twins. */
struct world {
	struct rnd *rnd;
	const struct ksrtp_suite_desc *suite;
	bool clear_rtcp, encrypt_hdr;
	struct ksrtp_hdrext_ids ids;
	int id[HDR_IDS];
	u32 mki_len, nkeys, nssrcs, active;
	u32 ssrc[MAX_SSRCS];
	u64 next[MAX_SSRCS];
	u64 end;
	struct ref *tx, *rx;
	srtp_t ltx, lrx;
	struct pkt *history;
	u32 nhistory;
};

static struct {
	u32 sent, sent_refused, fed, ok, replay, old, refused, rtcp_ok;
	u32 wraps, high_roc, elements;
} total;

static void set_policy(u8 s, srtp_policy_t *p)
{
	switch (s) {
	case KSRTP_SUITE_AES_CM_128_HMAC_SHA1_32:
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&p->rtp);
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&p->rtcp);
		break;
	case KSRTP_SUITE_AES_192_CM_HMAC_SHA1_80:
		srtp_crypto_policy_set_aes_cm_192_hmac_sha1_80(&p->rtp);
		srtp_crypto_policy_set_aes_cm_192_hmac_sha1_80(&p->rtcp);
		break;
	case KSRTP_SUITE_AES_192_CM_HMAC_SHA1_32:
		srtp_crypto_policy_set_aes_cm_192_hmac_sha1_32(&p->rtp);
		srtp_crypto_policy_set_aes_cm_192_hmac_sha1_80(&p->rtcp);
		break;
	case KSRTP_SUITE_AES_256_CM_HMAC_SHA1_80:
		srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&p->rtp);
		srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&p->rtcp);
		break;
	case KSRTP_SUITE_AES_256_CM_HMAC_SHA1_32:
		srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32(&p->rtp);
		srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&p->rtcp);
		break;
	case KSRTP_SUITE_AEAD_AES_128_GCM:
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&p->rtp);
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&p->rtcp);
		break;
	case KSRTP_SUITE_AEAD_AES_256_GCM:
		srtp_crypto_policy_set_aes_gcm_256_16_auth(&p->rtp);
		srtp_crypto_policy_set_aes_gcm_256_16_auth(&p->rtcp);
		break;
	case KSRTP_SUITE_NULL_HMAC_SHA1_80:
		srtp_crypto_policy_set_null_cipher_hmac_sha1_80(&p->rtp);
		srtp_crypto_policy_set_null_cipher_hmac_sha1_80(&p->rtcp);
		break;
	case KSRTP_SUITE_NULL_HMAC_SHA1_32:
		srtp_crypto_policy_set_null_cipher_hmac_sha1_80(&p->rtp);
		srtp_crypto_policy_set_null_cipher_hmac_sha1_80(&p->rtcp);
		p->rtp.auth_tag_len = 4;
		break;
	default:
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&p->rtp);
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&p->rtcp);
	}
}

/* Which elements of header extensions are encrypted: in half of the runs, some. */
static void choose_elements(struct world *w)
{
	w->encrypt_hdr = rnd_below(w->rnd, 2);
	memset(&w->ids, 0, sizeof(w->ids));
	for (int i = 0; i < HDR_IDS; i++) {
		w->id[i] = 1 + (int)rnd_below(w->rnd, i < HDR_IDS / 2 ? 14 : 255);
		w->ids.bits[w->id[i] / 8] |= (u8)(1 << w->id[i] % 8);
	}
}

static void world_open(struct world *w, u8 suite, u32 window,
		       u32 roc, u32 mki_len, u32 nkeys)
{
	const struct ksrtp_suite_desc *s = ksrtp_suite_find(suite);
	u32 ms = s->key_len + s->salt_len, i;
	u8 master[REF_MAX_KEYS * 48], mki[REF_MAX_KEYS * REF_MAX_MKI];
	srtp_master_key_t mk[REF_MAX_KEYS], *mkp[REF_MAX_KEYS];
	srtp_policy_t pol[MAX_SSRCS];

	w->suite = s;
	w->clear_rtcp = s->null || !rnd_below(w->rnd, 4);
	w->mki_len = mki_len;
	w->nkeys = nkeys;
	w->active = 0;
	w->nhistory = 0;
	choose_elements(w);
	rnd_fill(w->rnd, master, sizeof(master));
	rnd_fill(w->rnd, mki, sizeof(mki));
	for (i = 0; i < nkeys && mki_len; i++)
		mki[i * mki_len] = (u8)i;	/* all differ */
	for (i = 0; i < nkeys; i++) {
		mk[i].key = master + i * ms;
		mk[i].mki_id = mki + i * mki_len;
		mk[i].mki_size = mki_len;
		mkp[i] = &mk[i];
	}
	w->nssrcs = 1 + rnd_below(w->rnd, MAX_SSRCS);
	for (i = 0; i < w->nssrcs; i++) {
		w->ssrc[i] = (u32)rnd_u64(w->rnd) & ~3U;
		w->ssrc[i] |= i;
		w->next[i] = ((u64)roc << 16) + rnd_below(w->rnd, 65536);
	}
	w->end = ((u64)0xffffffffU << 16) + 65535;

	w->tx = ref_new(suite, window, nkeys, master, mki_len, mki, w->encrypt_hdr ? &w->ids : NULL);
	w->rx = ref_new(suite, window, nkeys, master, mki_len, mki, w->encrypt_hdr ? &w->ids : NULL);
	/*
	 * At ROC 0 libsrtp makes its streams from a template, as our receiver
	 * does. To be given a ROC they must be there from the start.
	 */
	memset(pol, 0, sizeof(pol));
	for (i = 0; i < w->nssrcs; i++) {
		set_policy(suite, &pol[i]);
		if (w->clear_rtcp)
			pol[i].rtcp.sec_serv = sec_serv_auth;
		pol[i].window_size = window;
		if (w->encrypt_hdr) {
			pol[i].enc_xtn_hdr = w->id;
			pol[i].enc_xtn_hdr_count = HDR_IDS;
		}
		if (mki_len) {
			pol[i].keys = mkp;
			pol[i].num_master_keys = nkeys;
		} else {
			pol[i].key = master;
		}
		pol[i].ssrc.type = ssrc_specific;
		pol[i].ssrc.value = w->ssrc[i];
		if (roc && i + 1 < w->nssrcs)
			pol[i].next = &pol[i + 1];
		ref_set_stream(w->tx, w->ssrc[i], roc, 1);
		if (roc)
			ref_set_stream(w->rx, w->ssrc[i], roc, 0);
	}
	if (!roc)
		pol[0].ssrc.type = ssrc_any_outbound;
	assert_int_equal(srtp_create(&w->ltx, pol), srtp_err_status_ok);
	if (!roc)
		pol[0].ssrc.type = ssrc_any_inbound;
	assert_int_equal(srtp_create(&w->lrx, pol), srtp_err_status_ok);
	for (i = 0; roc && i < w->nssrcs; i++) {
		assert_int_equal(srtp_set_stream_roc(w->ltx, w->ssrc[i], roc), 0);
		assert_int_equal(srtp_set_stream_roc(w->lrx, w->ssrc[i], roc), 0);
	}
}

static void world_close(struct world *w)
{
	ref_free(w->tx);
	ref_free(w->rx);
	srtp_dealloc(w->ltx);
	srtp_dealloc(w->lrx);
}

/* Same meaning? Refusals other than for the index are one class. */
static void same(enum ref_verdict v, srtp_err_status_t l)
{
	if ((l == srtp_err_status_bad_mki || l == srtp_err_status_cant_check) &&
	    (v == REF_REPLAY || v == REF_OLD))
		return;
	switch (v) {
	case REF_OK:
		assert_int_equal(l, srtp_err_status_ok);
		break;
	case REF_REPLAY:
		assert_int_equal(l, srtp_err_status_replay_fail);
		break;
	case REF_OLD:
		assert_int_equal(l, srtp_err_status_replay_old);
		break;
	case REF_PARSE:
		assert_int_not_equal(l, srtp_err_status_ok);
		break;
	default:
		assert_int_not_equal(l, srtp_err_status_ok);
		assert_int_not_equal(l, srtp_err_status_replay_fail);
		assert_int_not_equal(l, srtp_err_status_replay_old);
	}
}

/* Does libsrtp give the octets of RFC 6188's keys? */
static bool lib_has_192(void)
{
	static const char f[] = "srtp_derived.txt";
	u8 master[24 + 14], want[256];
	u8 p[256] __attribute__((aligned(8)));
	srtp_policy_t pol = { .ssrc.type = ssrc_any_outbound };
	int len;
	bool ok;
	srtp_t s;

	vec_get(f, "kdf_aes_192", "master_key", master, 24);
	vec_get(f, "kdf_aes_192", "master_salt", master + 24, 14);
	len = (int)vec_get(f, "srtp_aes_cm_192_hmac_sha1", "rtp_packet", p,
			   sizeof(p) - 16);
	vec_get(f, "srtp_aes_cm_192_hmac_sha1", "srtp_80_roc_00000000", want,
		sizeof(want));
	set_policy(KSRTP_SUITE_AES_192_CM_HMAC_SHA1_80, &pol);
	pol.key = master;
	if (srtp_create(&s, &pol))
		return false;
	ok = !srtp_protect(s, p, &len) && !memcmp(p, want, (size_t)len);
	srtp_dealloc(s);
	return ok;
}

/*
 * A header extension of RFC 8285, rarely with its last element too long: up to eight of them,
 * of which about half are encrypted. Whole ones of the one-byte form also have ID 15, which ends the
 * elements: where it would reach beyond the end, libsrtp2 refuses it, and we do not look.
 * Returns its words.
 */
static u32 make_elements(struct world *w, u8 *ext)
{
	bool one = rnd_below(w->rnd, 2), whole = rnd_below(w->rnd, 40);
	u32 n = 4, elements = rnd_below(w->rnd, 9), len;
	u8 id, *last = NULL;

	ext[0] = one ? 0xbe : 0x10;
	ext[1] = one ? 0xde : ext[1] & 0x0f;
	while (elements-- && n < EXT_ENOUGH) {
		id = (u8)w->id[rnd_below(w->rnd, one ? HDR_IDS / 2 : HDR_IDS)];
		if (rnd_below(w->rnd, 2))
			id = (u8)(1 + rnd_below(w->rnd, one ? 14 + whole : 255));
		len = rnd_below(w->rnd, rnd_below(w->rnd, 8) || one ? 16 : 256);
		total.elements += w->encrypt_hdr;
		if (!one)
			ext[n++] = id;
		last = ext + n++;
		*last = (u8)(one ? id << 4 | len++ : len);
		rnd_fill(w->rnd, ext + n, len);
		n += len;
	}
	if (last && !whole)
		*last |= one ? 0x0f : 0xff;
	while (n % 4)
		ext[n++] = 0;
	len = n / 4 - 1;
	ext[2] = 0;
	ext[3] = (u8)len;
	return len;
}

static u32 make_rtp(struct world *w, u8 *p, u32 ssrc, u16 seq)
{
	struct rnd *r = w->rnd;
	u32 cc = rnd_below(r, 4) ? 0 : rnd_below(r, 16), n = 12 + cc * 4, pl;

	rnd_fill(r, p, 12 + 60 + 4 + 64);
	p[0] = (u8)(0x80 | cc);
	p[2] = (u8)(seq >> 8);
	p[3] = (u8)seq;
	p[8] = (u8)(ssrc >> 24);
	p[9] = (u8)(ssrc >> 16);
	p[10] = (u8)(ssrc >> 8);
	p[11] = (u8)ssrc;
	if (!rnd_below(r, w->encrypt_hdr ? 2 : 4)) {
		u32 words = rnd_below(r, 10);

		p[0] |= 0x10;
		p[n + 2] = 0;
		p[n + 3] = (u8)words;
		if (rnd_below(r, 16))
			words = make_elements(w, p + n);
		n += 4 + words * 4;
	}
	switch (rnd_below(r, 8)) {
	case 0:
		pl = rnd_below(r, 20);
		break;
	case 1:
		pl = rnd_below(r, MAX_PKT - n);
		break;
	default:
		pl = 160;
	}
	rnd_fill(r, p + n, pl);
	n += pl;
	if (pl && !rnd_below(r, 8)) {
		p[0] |= 0x20;
		p[n - 1] = (u8)(1 + rnd_below(r, pl < 255 ? pl : 255));
	}
	return n;
}

static u32 make_rtcp(struct rnd *r, u8 *p, u32 ssrc)
{
	u32 words = 1 + rnd_below(r, 30), n;

	p[0] = (u8)(0x80 | rnd_below(r, 32));
	p[1] = (u8)(200 + rnd_below(r, 8));
	p[2] = 0;
	p[3] = (u8)words;
	p[4] = (u8)(ssrc >> 24);
	p[5] = (u8)(ssrc >> 16);
	p[6] = (u8)(ssrc >> 8);
	p[7] = (u8)ssrc;
	n = (words + 1) * 4 + rnd_below(r, 4) * 4;
	rnd_fill(r, p + 8, n - 8);
	return n;
}

/* Make a packet, protect it twice; into the history if it is fit to send. */
static void send_one(struct world *w)
{
	struct pkt *a = &w->history[w->nhistory % HISTORY], b;
	u32 i = rnd_below(w->rnd, w->nssrcs);
	unsigned int use_mki = !!w->mki_len;
	srtp_err_status_t l;
	enum ref_verdict v;
	u64 index;
	int blen;

	if (!rnd_below(w->rnd, 400))
		w->active = rnd_below(w->rnd, w->nkeys);
	memset(a, 0, sizeof(*a));
	a->rtcp = !rnd_below(w->rnd, 10) &&
		  (!w->mki_len || w->suite->tag_len == w->suite->rtcp_tag_len);
	if (a->rtcp) {
		a->len = make_rtcp(w->rnd, a->d, w->ssrc[i]);
		b = *a;
		blen = (int)b.len;
		v = ref_protect_rtcp(w->tx, w->active, !w->clear_rtcp, a->d, &a->len);
		l = srtp_protect_rtcp_mki(w->ltx, b.d, &blen, use_mki, w->active);
	} else {
		u32 what = rnd_below(w->rnd, 1000);

		index = w->next[i];
		if (what < 30)		/* the application goes back */
			index -= rnd_below(w->rnd, 300);
		else if (what < 35)
			index += rnd_below(w->rnd, 3000);
		else if (what < 36)
			index += rnd_below(w->rnd, 32000);
		if (index > w->end)
			return;
		if (index >= w->next[i]) {
			total.wraps += index >> 16 != w->next[i] >> 16;
			total.high_roc += index >> 32 != 0;
			w->next[i] = index + 1;
		}
		a->len = make_rtp(w, a->d, w->ssrc[i], (u16)index);
		b = *a;
		blen = (int)b.len;
		v = ref_protect(w->tx, w->active, a->d, &a->len);
		l = srtp_protect_mki(w->ltx, b.d, &blen, use_mki, w->active);
	}
	same(v, l);
	total.sent++;
	if (v != REF_OK) {
		total.sent_refused++;
		return;
	}
	assert_int_equal(a->len, blen);
	assert_memory_equal(a->d, b.d, a->len);
	w->nhistory++;
}

/* Spoil a packet: octets, length, or the fields that move state. */
static void corrupt(struct rnd *r, struct pkt *p)
{
	u32 n;

	switch (rnd_below(r, 8)) {
	case 0:	/* shorter */
		p->len = rnd_below(r, p->len);
		break;
	case 1:	/* longer */
		n = rnd_below(r, BUF - p->len);
		rnd_fill(r, p->d + p->len, n);
		p->len += n;
		break;
	case 2:	/* another sequence number: a forged index push */
		p->d[2] = (u8)rnd_u64(r);
		p->d[3] = (u8)rnd_u64(r);
		break;
	case 3:	/* another source */
		p->d[8] ^= (u8)(1 + rnd_below(r, 255));
		break;
	case 4:	/* version, CC, X, P */
		p->d[0] = (u8)rnd_u64(r);
		break;
	case 5:	/* tag, MKI, SRTCP index */
		n = rnd_below(r, p->len < 40 ? p->len : 40);
		p->d[p->len - 1 - n] ^= (u8)(1 << rnd_below(r, 8));
		break;
	case 6:	/* all new, and still RTP */
		p->len = rnd_below(r, 300);
		rnd_fill(r, p->d, p->len ? p->len : 1);
		p->d[0] = (u8)(0x80 | (p->d[0] & 0x3f));
		break;
	default:
		n = rnd_below(r, p->len);
		p->d[n] ^= (u8)(1 << rnd_below(r, 8));
	}
}

static void feed(struct world *w, const struct pkt *src, bool spoil)
{
	struct pkt a = *src, b, before;
	unsigned int use_mki = !!w->mki_len;
	srtp_err_status_t l;
	enum ref_verdict v;
	int blen;

	if (spoil)
		corrupt(w->rnd, &a);
	b = a;
	before = a;
	blen = (int)b.len;
	if (a.rtcp) {
		v = ref_unprotect_rtcp(w->rx, a.d, &a.len);
		l = srtp_unprotect_rtcp_mki(w->lrx, b.d, &blen, use_mki);
	} else {
		v = ref_unprotect(w->rx, a.d, &a.len);
		l = srtp_unprotect_mki(w->lrx, b.d, &blen, use_mki);
	}
	same(v, l);
	total.fed++;
	if (v != REF_OK) {
		assert_memory_equal(&a, &before, sizeof(a));
		total.replay += v == REF_REPLAY;
		total.old += v == REF_OLD;
		total.refused += v != REF_REPLAY && v != REF_OLD;
		return;
	}
	assert_int_equal(a.len, blen);
	assert_memory_equal(a.d, b.d, a.len);
	total.ok++;
	total.rtcp_ok += a.rtcp;
}

static void run(struct rnd *rnd, u8 suite, u32 window, u32 roc,
		u32 mki_len, u32 steps)
{
	struct world w = { .rnd = rnd };
	u32 next = 0;

	if (getenv("KSRTP_TWIN_VERBOSE"))
		printf("# %s, window %u, ROC %u, MKI %u\n", ksrtp_suite_find(suite)->name,
		       window, roc, mki_len);
	w.history = calloc(HISTORY, sizeof(*w.history));
	assert_non_null(w.history);
	world_open(&w, suite, window, roc, mki_len,
		   mki_len ? 1 + rnd_below(rnd, 3) : 1);
	while (steps--) {
		u32 what = rnd_below(rnd, 100), back;

		send_one(&w);
		if (next == w.nhistory)
			continue;
		if (what < 8)			/* lost, or late: see below */
			next++;
		else if (what < 95)		/* in order */
			feed(&w, &w.history[next++ % HISTORY], false);
		if (what < 30) {		/* late or repeated */
			back = 1 + rnd_below(rnd, what < 25 ? 20 : HISTORY - 1);
			if (back < next)
				feed(&w, &w.history[(next - back) % HISTORY], false);
		}
		if (what >= 70 && next) {	/* forged, of the last or the next */
			back = next == w.nhistory || rnd_below(rnd, 2);
			feed(&w, &w.history[(next - back) % HISTORY], true);
		}
		if (w.nhistory - next > 64)	/* a burst is lost */
			next = w.nhistory - 32;
	}
	world_close(&w);
	free(w.history);
}

static void twin(void **state)
{
	static const u32 windows[] = { 64, 128, 1024, 4096, 16384 };
	static const u32 rocs[] = {
		0, 0, 1, 65535, 65536, 0x00fffffe, 0x7fffffff, 0xfffffffe
	};
	static const u32 mkis[] = { 0, 1, 4, 128 };
	const char *e = getenv("KSRTP_TWIN_PACKETS");
	u32 want = e ? (u32)strtoul(e, NULL, 0) : 150000, n = 0, nsuites = 0;
	struct rnd rnd;

	(void)state;
	rnd_init(&rnd, 3);
	if (!lib_has_192())
		printf("# this libsrtp2 derives no AES-192 keys of RFC 6188: left out\n");
	/* all suites with each MKI in turn */
	while (ksrtp_suite_find((u8)(nsuites + 1)))
		nsuites++;
	for (n = 0; total.fed < want || n < nsuites * 4; n++) {
		u32 s = 1 + n % nsuites, m = n / nsuites % 4;

		if (ksrtp_suite_find((u8)s)->key_len == 24 && !lib_has_192())
			continue;
		run(&rnd, (u8)s, windows[rnd_below(&rnd, 5)],
		    rocs[rnd_below(&rnd, 8)], mkis[m], 3000);
	}
	printf("# %u runs: %u protected (%u refused), %u received: %u good (%u SRTCP), %u replays, %u old, %u refused; %u wraps, %u from ROC 65536 on, %u elements of header extensions\n",
	       n, total.sent, total.sent_refused, total.fed, total.ok,
	       total.rtcp_ok, total.replay, total.old, total.refused,
	       total.wraps, total.high_roc, total.elements);
	assert_true(total.ok > want / 4 && total.rtcp_ok > want / 100);
	assert_true(total.replay > want / 100 && total.old > want / 1000);
	assert_true(total.refused > want / 10);
	assert_true(total.sent_refused > want / 1000);
	assert_true(total.elements > want / 5);
	assert_true(total.wraps > 10 && total.high_roc > want / 10);
}

static int setup(void **state)
{
	(void)state;
	return srtp_init() != srtp_err_status_ok;
}

static int teardown(void **state)
{
	(void)state;
	return srtp_shutdown() != srtp_err_status_ok;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twin),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
