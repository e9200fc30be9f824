/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Encrypted header extensions (RFC 6904): kmod/hdrext.c against the RFC's example and
 * against a second reading of RFC 8285, and the module's sessions with them: what is on
 * the wire, what a forger can do, what becomes of extensions that are not to be understood.
 */
#include "kernel/kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include <openssl/evp.h>

#include "../../kmod/kdf.h"
#include "../../kmod/rtp.h"
#include "aes.h"
#include "rnd.h"
#include "session_test.h"
#include "vec.h"

enum {
	HDR = KSRTP_RTP_MIN_HDR,
	EXT = HDR + KSRTP_HDREXT_HDR,
	PAYLOAD = 40,
	MAX = 2048,
	ONE = KSRTP_HDREXT_ONE_BYTE,
	TWO = KSRTP_HDREXT_TWO_BYTE,
};

static const char vectors[] = "rfc6904_hdrext.txt";

struct pkt {
	u32 len, hdr_len;
	u8 d[MAX];
};

static struct ksrtp_hdrext_ids ids_of(u32 n, const u8 *id)
{
	struct ksrtp_hdrext_ids ids = { 0 };

	while (n--)
		ids.bits[id[n] / 8] |= (u8)(1 << id[n] % 8);
	return ids;
}

#define IDS(...)	ids_of(sizeof((u8[]){ __VA_ARGS__ }), (u8[]){ __VA_ARGS__ })

/* A packet with this header extension, of whole words, and a payload of zeros. */
static struct pkt packet(u16 seq, u16 profile, const u8 *ext, u32 len)
{
	struct pkt p = { .len = EXT + len + PAYLOAD, .hdr_len = EXT + len };

	assert_true(len % 4 == 0 && p.len < MAX - 64);
	p.d[0] = 0x90;
	put_unaligned_be16(seq, p.d + 2);
	put_unaligned_be32(1, p.d + 8);
	put_unaligned_be16(profile, p.d + HDR);
	put_unaligned_be16((u16)(len / 4), p.d + HDR + 2);
	if (len)
		memcpy(p.d + EXT, ext, len);
	return p;
}

/*
 * Walk along the elements, from a block of just the header; returns what the walk ended
 * with. Elements go forward, have contents, and are inside.
 */
static int mask_of(const struct pkt *p, const struct ksrtp_hdrext_ids *ids, u8 *mask)
{
	u8 *b = malloc(p->hdr_len);
	struct ksrtp_hdrext e;
	u32 end = 0;
	int more;

	memcpy(b, p->d, p->hdr_len);
	memset(mask, 0, MAX);
	more = ksrtp_hdrext_begin(&e, b, p->hdr_len);
	while (!more && (more = ksrtp_hdrext_next(&e, b, ids)) > 0) {
		assert_true(e.len && e.off > end && e.start + e.off + e.len <= p->hdr_len);
		end = e.off + e.len;
		memset(mask + e.start + e.off, 0xff, e.len);
		more = 0;
	}
	free(b);
	return more;
}

/* RFC 8285 section 4.2, octet by octet; false if an element reaches beyond the end. */
static bool one_byte_mask(const u8 *ext, u32 len, const struct ksrtp_hdrext_ids *ids, u8 *mask)
{
	u32 data = 0;
	bool mine = false;

	for (u32 i = 0; i < len; i++) {
		if (data) {
			mask[i] = mine ? 0xff : 0;
			data--;
		} else if (ext[i]) {
			u32 id = ext[i] >> 4;

			if (id == 0 || id == 15)
				return true;
			mine = ids->bits[id / 8] & 1 << id % 8;
			data = (ext[i] & 15U) + 1;
		}
	}
	return !data;
}

/* RFC 8285 section 4.3, likewise */
static bool two_byte_mask(const u8 *ext, u32 len, const struct ksrtp_hdrext_ids *ids, u8 *mask)
{
	enum { ID, LENGTH, DATA } at = ID;
	bool mine = false;
	u32 data = 0;

	for (u32 i = 0; i < len; i++) {
		switch (at) {
		case ID:
			mine = ids->bits[ext[i] / 8] & 1 << ext[i] % 8;
			at = ext[i] ? LENGTH : ID;
			break;
		case LENGTH:
			data = ext[i];
			at = data ? DATA : ID;
			break;
		case DATA:
			mask[i] = mine ? 0xff : 0;
			at = --data ? DATA : ID;
			break;
		}
	}
	return at == ID;
}

static void rfc_example(void **state)
{
	struct ksrtp_hdrext_ids ids = IDS(1, 3, 4);
	u8 plain[32], want[32], wire[32], ks[32], mask[MAX];
	u32 len = (u32)vec_get(vectors, "header", "plaintext", plain, sizeof(plain));
	struct pkt p = packet(1, (u16)vec_num(vectors, "header", "profile"), plain, len);

	(void)state;
	assert_int_equal(vec_num(vectors, "header", "words") * 4, len);
	assert_int_equal(vec_get(vectors, "header", "mask", want, sizeof(want)), len);
	vec_get(vectors, "header", "keystream", ks, sizeof(ks));
	vec_get(vectors, "header", "ciphertext", wire, sizeof(wire));
	assert_int_equal(mask_of(&p, &ids, mask), 0);
	assert_memory_equal(mask + EXT, want, len);
	for (u32 i = 0; i < len; i++)
		p.d[EXT + i] ^= mask[EXT + i] & ks[i];
	assert_memory_equal(p.d + EXT, wire, len);
	/* who receives it finds the same mask */
	assert_int_equal(mask_of(&p, &ids, mask), 0);
	assert_memory_equal(mask + EXT, want, len);
}

/* Extensions that chance makes, and some that are nearly good, are read alike twice. */
static void second_reading(void **state)
{
	u32 good[2] = { 0, 0 }, bad[2] = { 0, 0 };
	struct rnd rnd;

	(void)state;
	rnd_init(&rnd, 4);
	for (u32 n = 0; n < 300000; n++) {
		bool one = rnd_below(&rnd, 2);
		u32 len = 4 * rnd_below(&rnd, 20), sparse = 1 + rnd_below(&rnd, 40);
		u8 ext[128], want[MAX] = { 0 }, mask[MAX];
		struct ksrtp_hdrext_ids ids;
		struct pkt p;
		int err;

		/* few octets that are not small numbers make few, long elements */
		for (u32 i = 0; i < len; i++)
			ext[i] = rnd_below(&rnd, sparse) ? (u8)rnd_below(&rnd, 1 + n % 30) :
							   (u8)rnd_u64(&rnd);
		rnd_fill(&rnd, ids.bits, sizeof(ids.bits));
		ids.bits[0] &= 0xfe;
		p = packet(1, one ? ONE : (u16)(TWO | (n & 15)), ext, len);
		err = (one ? one_byte_mask : two_byte_mask)(ext, len, &ids, want + EXT) ? 0 : -EPROTO;
		assert_int_equal(mask_of(&p, &ids, mask), err);
		if (!err)
			assert_memory_equal(mask, want, p.hdr_len);
		(err ? bad : good)[one]++;
	}
	printf("# one-byte form: %u good, %u not; two-byte form: %u, %u\n", good[1], bad[1], good[0],
	       bad[0]);
	assert_true(good[0] > 5000 && good[1] > 5000 && bad[0] > 5000 && bad[1] > 5000);
}

static void other_forms(void **state)
{
	struct ksrtp_hdrext_ids ids = IDS(1);
	u8 ext[4] = { 0x10, 1, 0, 0 }, mask[MAX];
	struct ksrtp_hdrext e;

	(void)state;
	for (u32 profile = 0; profile < 65536; profile++) {
		struct pkt p = packet(1, (u16)profile, ext, 4);
		bool known = profile == ONE || profile >> 4 == TWO >> 4;

		assert_int_equal(mask_of(&p, &ids, mask), known ? 0 : -EPROTO);
	}
	/* behind CSRCs; no extension; a header that is too short for what it says */
	for (u8 cc = 0; cc < 16; cc++) {
		u8 d[HDR + 60 + 8] = { (u8)(0x90 | cc) };
		u32 at = HDR + cc * 4U;

		d[at] = 0xbe;
		d[at + 1] = 0xde;
		d[at + 3] = 1;
		d[at + 4] = 0x10;
		assert_int_equal(ksrtp_hdrext_begin(&e, d, at + 8), 0);
		assert_int_equal(ksrtp_hdrext_next(&e, d, &ids), 1);
		assert_int_equal(e.start, at + 4);
		assert_int_equal(e.off, 1);
		assert_int_equal(e.len, 1);
		assert_int_equal(ksrtp_hdrext_begin(&e, d, at + 3), -EPROTO);
		if (cc)
			assert_int_equal(ksrtp_hdrext_begin(&e, d, at - 1), -EPROTO);
		d[0] &= 0x8f;
		assert_int_equal(ksrtp_hdrext_begin(&e, d, at + 8), 0);
		assert_int_equal(ksrtp_hdrext_next(&e, d, &ids), 0);
	}
}

/* --- sessions ----------------------------------------------------------------- */

static struct ksrtp_context_cfg config_with(u8 suite, struct ksrtp_hdrext_ids ids)
{
	struct ksrtp_context_cfg cfg = config(suite);

	cfg.hdrext = ids;
	return cfg;
}

static int tx(struct ksrtp_context *ctx, struct pkt *p)
{
	return send_through(ctx, p->d, &p->len, false);
}

static int rx(struct ksrtp_context *ctx, struct pkt *p)
{
	struct ksrtp_packet k = { .x = { .data = p->d, .len = p->len } };
	int drop = ksrtp_session_rx_begin(ctx, &k) ?: ksrtp_session_rx_finish(ctx, &k);

	p->len = k.x.len;
	return drop;
}

static void same_packet(const struct pkt *got, const struct pkt *want)
{
	assert_int_equal(got->len, want->len);
	assert_memory_equal(got->d, want->d, want->len);
}

/* The vector through a session with the keys of the RFC. */
static void rfc_packet(void **state)
{
	struct ksrtp_context_cfg cfg = config_with(KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80, IDS(1, 3, 4));
	struct ksrtp_context *s, *r;
	struct pkt p, plain;
	u8 ext[32], wire[32];
	u32 len;

	(void)state;
	vec_get(vectors, "kdf", "master_key", cfg.key[0].master_key, 16);
	vec_get(vectors, "kdf", "master_salt", cfg.key[0].master_salt, 14);
	s = context(&cfg, true);
	r = context(&cfg, false);
	len = (u32)vec_get(vectors, "header", "plaintext", ext, sizeof(ext));
	vec_get(vectors, "header", "ciphertext", wire, sizeof(wire));
	plain = packet((u16)vec_num(vectors, "header", "sequence_number"), ONE, ext, len);
	put_unaligned_be32((u32)vec_num(vectors, "header", "ssrc"), plain.d + 8);
	p = plain;
	assert_int_equal(tx(s, &p), 0);
	assert_memory_equal(p.d, plain.d, EXT);
	assert_memory_equal(p.d + EXT, wire, len);
	assert_int_equal(rx(r, &p), 0);
	same_packet(&p, &plain);
	ksrtp_context_destroy(s);
	ksrtp_context_destroy(r);
}

/* Keystream of the header keys by OpenSSL, for what libsrtp2 does otherwise or can't do. */
static void header_keystream(const struct ksrtp_context_cfg *cfg, u64 index, u8 *ks, u32 len)
{
	const struct ksrtp_suite_desc *s = cfg->suite;
	u64 r = ksrtp_kdf_r(index, cfg->kdr);
	void *aes = aes_new(cfg->key[0].master_key, s->key_len);
	u8 key[32], salt[14] = { 0 }, iv[16];
	EVP_CIPHER_CTX *c;
	int n;

	memset(ks, 0, len);
	ksrtp_kdf_derive(aes_block, aes, cfg->key[0].master_salt, s->salt_len, KSRTP_KDF_HDR_ENC, r,
			 key, s->key_len);
	ksrtp_kdf_derive(aes_block, aes, cfg->key[0].master_salt, s->salt_len, KSRTP_KDF_HDR_SALT, r,
			 salt, s->salt_len);
	aes_free(aes);
	ksrtp_kdf_iv_cm(iv, salt, 1, index);
	if (s->null)	/* RFC 6904 section 3.2 */
		return;
	c = EVP_CIPHER_CTX_new();
	assert_true(EVP_EncryptInit_ex(c, s->key_len == 16 ? EVP_aes_128_ctr() :
				       s->key_len == 24 ? EVP_aes_192_ctr() : EVP_aes_256_ctr(),
				       NULL, key, iv));
	assert_true(EVP_EncryptUpdate(c, ks, &n, ks, (int)len));
	EVP_CIPHER_CTX_free(c);
}

/* Elements in both forms, with padding everywhere, at all offsets in a block. */
static u32 elements(u16 profile, u32 variant, u8 *ext)
{
	static const u8 ids[] = { 1, 2, 3, 14, 9, 200, 255, 15 };
	u32 n = variant % 16;

	memset(ext, 0, 512);
	for (u32 i = 0; i < (profile == ONE ? 5 : 8); i++) {
		u32 len = (variant * 7 + i * 13) % (profile == ONE ? 16 : 60);

		if (profile == ONE) {
			ext[n++] = (u8)(ids[i] << 4 | len++);
		} else {
			ext[n++] = ids[i];
			ext[n++] = (u8)len;
		}
		memset(ext + n, 0x60 + (int)i, len);
		n += len + (variant + i) % 4;
	}
	return (n + 3) / 4 * 4;
}

static void every_suite(void **state)
{
	static const u32 kdr[] = { 0, 1, 16 };

	(void)state;
	for (u8 suite = 1; ksrtp_suite_find(suite); suite++) {
		for (u32 v = 0; v < 96; v++) {
			struct ksrtp_context_cfg cfg = config_with(suite, IDS(1, 3, 9, 200, 15));
			u16 profile = v & 1 ? ONE : TWO;
			struct ksrtp_context *s, *r;
			u8 ext[512], ks[512], mask[MAX];
			u32 len = elements(profile, v, ext), changed = 0;
			struct pkt p, plain, wire;

			cfg.kdr = kdr[v / 2 % 3];
			s = context(&cfg, true);
			r = context(&cfg, false);
			/* from ROC 0 into ROC 1 */
			for (u32 n = 65534; n < 65540; n++) {
				plain = packet((u16)n, profile, ext, len);
				p = plain;
				assert_int_equal(tx(s, &p), 0);
				wire = p;
				assert_int_equal(mask_of(&plain, &cfg.hdrext, mask), 0);
				header_keystream(&cfg, n, ks, len);
				for (u32 i = 0; i < len; i++) {
					ks[i] = plain.d[EXT + i] ^ (ks[i] & mask[EXT + i]);
					changed += ks[i] != plain.d[EXT + i];
				}
				assert_memory_equal(p.d, plain.d, EXT);
				assert_memory_equal(p.d + EXT, ks, len);
				assert_int_equal(rx(r, &p), 0);
				same_packet(&p, &plain);
				assert_int_equal(rx(r, &wire), KSRTP_COUNTER_DROP_REPLAY);
			}
			assert_true(cfg.suite->null ? !changed : changed > 20);
			ksrtp_context_destroy(s);
			ksrtp_context_destroy(r);
		}
	}
}

static void forged(void **state)
{
	(void)state;
	for (u8 suite = 1; ksrtp_suite_find(suite); suite++) {
		struct ksrtp_context_cfg cfg = config_with(suite, IDS(1, 3));
		struct ksrtp_context *s = context(&cfg, true), *r = context(&cfg, false);
		u8 ext[512];
		u32 len = elements(ONE, 5, ext);
		struct pkt plain = packet(7, ONE, ext, len), wire = plain, p;

		assert_int_equal(tx(s, &wire), 0);
		/* neither what is encrypted nor what is not can be changed on the way */
		for (u32 at = 0; at < wire.hdr_len; at++) {
			for (u32 bit = 0; bit < 8; bit++) {
				int drop;

				p = wire;
				p.d[at] ^= (u8)(1 << bit);
				drop = rx(r, &p);
				assert_true(drop == KSRTP_COUNTER_DROP_AUTH ||
					    (drop == KSRTP_COUNTER_DROP_MALFORMED_RTP && !at) ||
					    (drop == KSRTP_COUNTER_DROP_MALFORMED_RTP &&
					     at >= HDR + 2 && at < EXT));
			}
		}
		assert_int_equal(r->n_streams, 0);
		p = wire;
		assert_int_equal(rx(r, &p), 0);
		same_packet(&p, &plain);
		ksrtp_context_destroy(s);
		ksrtp_context_destroy(r);
	}
}

/*
 * What a sender can't mask it does not send, a receiver does not deliver; where nothing is
 * encrypted both do.
 */
static void not_understood(void **state)
{
	static const struct {
		const char *what;
		u16 profile;
		u8 ext[8];
		bool ok;
	} t[] = {
		{ "one-byte, beyond the end", ONE, { 0x20, 1, 0x16, 1, 2, 3, 4, 5 }, false },
		{ "one-byte, no data", ONE, { 0x22, 1, 2, 3, 0, 0, 0, 0x10 }, false },
		{ "one-byte, not listed, beyond the end", ONE, { 0x2f }, false },
		{ "two-byte, beyond the end", TWO, { 1, 7, 1, 2, 3, 4, 5, 6 }, false },
		{ "two-byte, no length", TWO, { 2, 5, 1, 2, 3, 4, 5, 1 }, false },
		{ "another form", 0x1234, { 0x10, 1 }, false },
		{ "RFC 9335", 0xc0de, { 0x10, 1 }, false },
		{ "to the end", ONE, { 0x20, 1, 0x14, 1, 2, 3, 4, 5 }, true },
		{ "to the end", TWO, { 1, 6, 1, 2, 3, 4, 5, 6 }, true },
		{ "behind ID 15", ONE, { 0x20, 1, 0xf0, 0x1f, 1, 2, 3, 4 }, true },
		{ "behind ID 0 with a length", ONE, { 0x20, 1, 0x01, 0x1f, 1, 2, 3, 4 }, true },
		{ "padding alone", ONE, { 0 }, true },
		{ "two-byte, no content", TWO, { 1, 0, 3, 0, 0, 0, 1, 0 }, true },
	};

	(void)state;
	for (u8 suite = 1; ksrtp_suite_find(suite); suite++) {
		struct ksrtp_context_cfg cfg = config_with(suite, IDS(1, 3));
		struct ksrtp_context_cfg off = config(suite);
		struct ksrtp_context *s = context(&cfg, true), *r = context(&cfg, false);
		struct ksrtp_context *careless = context(&off, true);

		for (u32 i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
			struct pkt p = packet((u16)(10 + 3 * i), t[i].profile, t[i].ext, 8), q = p, z;
			bool ok = t[i].ok || cfg.suite->null;
			int want = ok ? 0 : KSRTP_COUNTER_DROP_MALFORMED_RTP;

			if (tx(s, &p) != want)
				fail_msg("%s, %s: sent", cfg.suite->name, t[i].what);
			/* one that knows nothing of it sends all of them; they are authentic */
			assert_int_equal(tx(careless, &q), 0);
			z = q;
			if (rx(r, &q) != want)
				fail_msg("%s, %s: received", cfg.suite->name, t[i].what);
			if (rx(r, &z) != (want ?: KSRTP_COUNTER_DROP_REPLAY))
				fail_msg("%s, %s: received twice", cfg.suite->name, t[i].what);
		}
		/* what follows is understood as ever */
		for (u16 seq = 100; seq < 110; seq++) {
			struct pkt plain = packet(seq, ONE, (const u8[4]){ 0x10, 1 }, 4), p = plain;

			assert_int_equal(tx(s, &p), 0);
			assert_int_equal(rx(r, &p), 0);
			same_packet(&p, &plain);
		}
		ksrtp_context_destroy(s);
		ksrtp_context_destroy(r);
		ksrtp_context_destroy(careless);
	}
}

/* Header and payload have keystreams of their own; and none is used twice. */
static void keystreams(void **state)
{
	(void)state;
	for (u8 suite = 1; ksrtp_suite_find(suite); suite++) {
		struct ksrtp_context_cfg cfg = config_with(suite, IDS(1));
		struct ksrtp_context *s = context(&cfg, true);
		u8 ext[20] = { 1, 16 }, seen[40][16];
		u32 n = 0;

		if (cfg.suite->null) {
			ksrtp_context_destroy(s);
			continue;
		}
		/* an element of zeros shows its keystream, and the payload is zeros too */
		for (u16 seq = 1; seq <= 20; seq++) {
			struct pkt p = packet(seq, TWO, ext, sizeof(ext)), again = p;

			assert_int_equal(tx(s, &p), 0);
			memcpy(seen[n++], p.d + EXT + 2, 16);
			memcpy(seen[n++], p.d + EXT + sizeof(ext), 16);
			/* who has another element to send under this number can't */
			again.d[EXT + 2] = 1;
			assert_int_equal(tx(s, &again), KSRTP_COUNTER_DROP_TX_REPLAY);
		}
		for (u32 i = 0; i < n; i++)
			for (u32 j = 0; j < i; j++)
				assert_memory_not_equal(seen[i], seen[j], 16);
		ksrtp_context_destroy(s);
	}
}

/* Both ends must be told the same; who is not, delivers what he can't read. */
static void other_settings(void **state)
{
	struct ksrtp_context_cfg cfg = config_with(KSRTP_SUITE_AEAD_AES_256_GCM, IDS(1, 3));
	struct ksrtp_context *s = context(&cfg, true), *r;
	u8 ext[512];
	struct pkt plain, p;

	(void)state;
	plain = packet(1, ONE, ext, elements(ONE, 3, ext));
	p = plain;
	assert_int_equal(tx(s, &p), 0);
	memset(&cfg.hdrext, 0, sizeof(cfg.hdrext));
	r = context(&cfg, false);
	assert_int_equal(rx(r, &p), 0);
	assert_int_equal(p.len, plain.len);
	assert_memory_not_equal(p.d, plain.d, plain.hdr_len);
	assert_memory_equal(p.d + p.hdr_len, plain.d + p.hdr_len, PAYLOAD);
	ksrtp_context_destroy(s);
	ksrtp_context_destroy(r);
}

/* A key that comes later has header keys too. */
static void later_key(void **state)
{
	struct ksrtp_context_cfg cfg = config_with(KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80, IDS(1, 3));
	struct ksrtp_context *s = context(&cfg, true), *r = context(&cfg, false);
	u8 ext[512];
	u32 len = elements(ONE, 3, ext);
	struct pkt plain, p, old;

	(void)state;
	old = packet(1, ONE, ext, len);
	assert_int_equal(tx(s, &old), 0);
	cfg.key[0].master_key[3] ^= 1;
	assert_int_equal(ksrtp_context_add_key(s, &cfg.key[0]), 0);
	assert_int_equal(ksrtp_context_add_key(r, &cfg.key[0]), 0);
	plain = packet(2, ONE, ext, len);
	p = plain;
	assert_int_equal(tx(s, &p), 0);
	assert_memory_not_equal(p.d + EXT, old.d + EXT, len);
	assert_int_equal(rx(r, &p), 0);
	same_packet(&p, &plain);
	ksrtp_context_destroy(s);
	ksrtp_context_destroy(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_example),
		cmocka_unit_test(second_reading),
		cmocka_unit_test(other_forms),
		cmocka_unit_test(rfc_packet),
		cmocka_unit_test(every_suite),
		cmocka_unit_test(forged),
		cmocka_unit_test(not_understood),
		cmocka_unit_test(keystreams),
		cmocka_unit_test(other_settings),
		cmocka_unit_test(later_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
