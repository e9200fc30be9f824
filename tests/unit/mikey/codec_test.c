// SPDX-License-Identifier: BSD-3-Clause
/* Decoder and encoder. */
#include "util.h"

static uint8_t buf[KSRTP_MIKEY_MAX_MESSAGE + 1];
static struct ksrtp_mikey_msg msg;
static struct ksrtp_mikey_diag diag;

/*
 * Messages are put together from hex here, not by our encoder.  A payload is
 * written without its next-payload octet, which join() puts in.
 */
struct piece {
	int type;
	const char *hex;
};

#define HDR_EMPTY "00 12345678 00 01" /* V and PRF, CSB ID, #CS, map type */
#define T "00 ee9e1c4000000000"
#define RAND "10 000102030405060708090a0b0c0d0e0f"
#define IDRI "01 01 0011 74656c3a2b343437373030393030313233"
#define IDRR "02 01 0011 74656c3a2b343437373030393030343536"
#define SAKKE "S" /* written out by join() */
#define SIGN "G"

static size_t join(int type, const char *hdr, const struct piece *p)
{
	size_t n = 2, room = sizeof(buf);

	memset(buf, 0, sizeof(buf));
	buf[0] = 1;
	buf[1] = (uint8_t)type;
	buf[n++] = (uint8_t)p->type;
	n += unhex(hdr, buf + n, room - n);
	for (; p->type; p++) {
		if (p->type != KSRTP_MIKEY_PAYLOAD_SIGN)
			buf[n++] = (uint8_t)p[1].type;
		if (*p->hex == 'S') {
			n += unhex("01 01 0111 04", buf + n, room - n);
			memset(buf + n, 0x5a, 272);
			n += 272;
		} else if (*p->hex == 'G') {
			n += unhex("2081", buf + n, room - n);
			memset(buf + n, 0x6b, 129);
			n += 129;
		} else {
			n += unhex(p->hex, buf + n, room - n);
		}
	}
	return n;
}

static enum ksrtp_mikey_status decode(size_t len, uint32_t lax)
{
	/* from a block of its exact size, so that reading beyond it is seen */
	static uint8_t *copy;
	enum ksrtp_mikey_status st;

	free(copy);
	copy = malloc(len ? len : 1);
	memcpy(copy, buf, len);
	st = ksrtp_mikey_decode(&msg, copy, len, lax, &diag);
	assert_int_equal(diag.status, st);
	assert_non_null(diag.reason);
	assert_true(diag.offset <= len);
	if (!st && !lax) {
		uint8_t back[KSRTP_MIKEY_MAX_MESSAGE];
		size_t back_len;

		assert_status(ksrtp_mikey_encode(&msg, back, sizeof(back), &back_len),
			      KSRTP_MIKEY_OK);
		assert_int_equal(back_len, len);
		assert_memory_equal(back, copy, len);
		for (size_t cut = 0; cut < len; cut += 7)
			assert_status(ksrtp_mikey_encode(&msg, back, cut, &back_len),
				      KSRTP_MIKEY_NO_SPACE);
	}
	return st;
}

#define JOIN(type, hdr, ...) join(type, hdr, (struct piece[]){ __VA_ARGS__, { 0, "" } })

#define WHOLE                                                                         \
	{ 5, T }, { 11, RAND }, { 14, IDRI }, { 14, IDRR }, { 26, SAKKE }, { 4, SIGN }

static void test_minimal(void **state)
{
	size_t len = JOIN(26, HDR_EMPTY, WHOLE);

	(void)state;
	assert_status(decode(len, 0), KSRTP_MIKEY_OK);
	assert_int_equal(msg.hdr.csb_id, 0x12345678);
	assert_int_equal(msg.hdr.prf, 0);
	assert_false(msg.hdr.v);
	assert_int_equal(msg.n_payloads, 6);
	assert_int_equal(msg.t->t.value >> 32, 0xee9e1c40);
	assert_int_equal(msg.rand->rand.len, 16);
	assert_int_equal(msg.idr[1]->id.data.len, 17);
	assert_memory_equal(msg.idr[2]->id.data.data, BOB, 17);
	assert_int_equal(msg.sakke->sakke.data.len, 273);
	assert_int_equal(msg.sign->sign.data.len, 129);
	/* 3830 section 5.2: all but the signature itself */
	assert_int_equal(msg.signed_len, len - 129);
	assert_int_equal(msg.lax, 0);
	for (size_t cut = 0; cut < len; cut++) {
		assert_status(decode(cut, 0), KSRTP_MIKEY_TRUNCATED);
		assert_true(diag.offset <= cut);
	}
	assert_status(decode(len + 1, 0), KSRTP_MIKEY_TRAILING);
	assert_int_equal(diag.offset, len);
	/* the V flag and any PRF are just read here */
	buf[3] = 0x81;
	assert_status(decode(len, 0), KSRTP_MIKEY_OK);
	assert_true(msg.hdr.v);
	assert_int_equal(msg.hdr.prf, 1);
	assert_int_equal(msg.lax, KSRTP_MIKEY_LAX_V_FLAG);
}

static void test_header(void **state)
{
	size_t len = JOIN(26, HDR_EMPTY, WHOLE);

	(void)state;
	buf[0] = 2;
	assert_status(decode(len, 0), KSRTP_MIKEY_BAD_VERSION);
	buf[0] = 1;
	for (int type = 0; type < 256; type++) {
		buf[1] = (uint8_t)type;
		if (type == 26)
			continue;
		assert_status(decode(len, 0), type == 6 ? KSRTP_MIKEY_MISPLACED :
							  KSRTP_MIKEY_UNSUPPORTED_TYPE);
	}
	buf[1] = 26;
	for (int map = 3; map < 256; map++) {
		buf[9] = (uint8_t)map;
		assert_status(decode(len, 0), KSRTP_MIKEY_UNSUPPORTED_MAP);
		assert_int_equal(diag.payload, KSRTP_MIKEY_PAYLOAD_HDR);
		assert_int_equal(diag.offset, 9);
	}
	len = JOIN(26, HDR_EMPTY, { 4, SIGN });
	assert_status(decode(len, 0), KSRTP_MIKEY_MISPLACED);
	assert_status(decode(0, 0), KSRTP_MIKEY_TRUNCATED);
	assert_status(decode(KSRTP_MIKEY_MAX_MESSAGE + 1, 0), KSRTP_MIKEY_OVERSIZED);
	len = join(26, HDR_EMPTY, (struct piece[]){ { 0, "" } });
	assert_status(decode(len, 0), KSRTP_MIKEY_MISSING);
}

static void test_map_srtp_id(void **state)
{
	size_t len = JOIN(26, "00 12345678 02 00 00 cafebabe 00000007 00 00000000 00000000", WHOLE);

	(void)state;
	assert_status(decode(len, 0), KSRTP_MIKEY_OK);
	assert_int_equal(msg.hdr.n_map, 2);
	assert_int_equal(msg.hdr.cs[0].id, 1);
	assert_int_equal(msg.hdr.cs[0].ssrc, 0xcafebabe);
	assert_int_equal(msg.hdr.cs[0].roc, 7);
	assert_true(msg.hdr.cs[0].has_ssrc);
	assert_int_equal(msg.hdr.cs[1].id, 2);
	assert_false(msg.hdr.cs[1].has_ssrc);
	assert_int_equal(msg.hdr.cs[1].suite, 0);
	for (size_t cut = 0; cut < 28; cut++) {
		assert_status(decode(cut, 0), KSRTP_MIKEY_TRUNCATED);
		assert_int_equal(diag.payload, KSRTP_MIKEY_PAYLOAD_HDR);
	}
	buf[8] = KSRTP_MIKEY_MAX_CS + 1;
	assert_status(decode(len, 0), KSRTP_MIKEY_OVERSIZED);
	buf[8] = 255;
	assert_status(decode(len, 0), KSRTP_MIKEY_OVERSIZED);
	len = JOIN(26, "00 12345678 00 00", WHOLE);
	assert_status(decode(len, 0), KSRTP_MIKEY_OK);
	assert_int_equal(msg.hdr.n_map, 0);
}

static void test_map_generic(void **state)
{
	size_t len;

	(void)state;
	/* as in a group call of 3GPP TS 33.180: CS 4, policy 0, no session data, SPI of 8 */
	len = JOIN(26, "01 06a12aea 01 02 04 00 01 00 0000 08 0df9bc3906a12aea", { 5, T },
		   { 10, "00 00 0003 000106" }, { 11, RAND }, { 26, SAKKE }, { 4, SIGN });
	assert_status(decode(len, 0), KSRTP_MIKEY_OK);
	assert_int_equal(msg.hdr.n_map, 1);
	assert_int_equal(msg.hdr.cs[0].id, 4);
	assert_int_equal(msg.hdr.cs[0].spi_len, 8);
	assert_false(msg.hdr.cs[0].has_ssrc);
	assert_int_equal(msg.hdr.cs[0].suite, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	for (size_t cut = 0; cut < 26; cut++)
		assert_status(decode(cut, 0), KSRTP_MIKEY_TRUNCATED);

	/* SSRC alone, and with ROC and SEQ */
	len = JOIN(26,
		   "00 00000001 03 02  01 00 00 0004 00000000 00"
		   " 02 00 80 000a 11223344 00000001 0203 04 aabbccdd  09 00 00 0000 00",
		   WHOLE);
	assert_status(decode(len, 0), KSRTP_MIKEY_OK);
	assert_int_equal(msg.hdr.n_map, 3);
	assert_true(msg.hdr.cs[0].has_ssrc); /* 0 is an SSRC like any here */
	assert_false(msg.hdr.cs[0].has_roc);
	assert_int_equal(msg.hdr.cs[1].seq, 0x203);
	assert_int_equal(msg.hdr.cs[1].roc, 1);
	assert_int_equal(msg.hdr.cs[2].id, 9);

	static const struct {
		const char *map;
		enum ksrtp_mikey_status want;
	} bad[] = {
		{ "01 00 00 0005 0011223344 00", KSRTP_MIKEY_MALFORMED },
		{ "01 00 00 000a 11223344000000010203 00", KSRTP_MIKEY_MALFORMED },
		{ "01 00 80 0004 11223344 00", KSRTP_MIKEY_MALFORMED },
		{ "01 00 80 0000 00", KSRTP_MIKEY_MALFORMED },
		{ "01 01 00 0000 00", KSRTP_MIKEY_UNSUPPORTED_MAP },
		{ "01 00 05 0001020304 0000 00", KSRTP_MIKEY_OVERSIZED },
		{ "01 00 00 0000 11 00112233445566778899aabbccddeeff00", KSRTP_MIKEY_OVERSIZED },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char hdr[128];

		snprintf(hdr, sizeof(hdr), "00 00000001 01 02 %s", bad[i].map);
		len = JOIN(26, hdr, WHOLE);
		assert_status(decode(len, 0), bad[i].want);
		assert_int_equal(diag.payload, KSRTP_MIKEY_PAYLOAD_HDR);
	}
	len = JOIN(26, "00 00000001 02 02 01 00 00 0000 00 01 00 00 0000 00", WHOLE);
	assert_status(decode(len, 0), KSRTP_MIKEY_DUPLICATE);
}

static void test_payload_rules(void **state)
{
	(void)state;
	/* what may be once */
	assert_status(decode(JOIN(26, HDR_EMPTY, { 5, T }, WHOLE), 0), KSRTP_MIKEY_DUPLICATE);
	assert_int_equal(diag.payload, KSRTP_MIKEY_PAYLOAD_T);
	assert_int_equal(diag.offset, 20);
	assert_status(decode(JOIN(26, HDR_EMPTY, { 11, RAND }, WHOLE), 0), KSRTP_MIKEY_DUPLICATE);
	assert_status(decode(JOIN(26, HDR_EMPTY, { 26, SAKKE }, WHOLE), 0), KSRTP_MIKEY_DUPLICATE);
	assert_status(decode(JOIN(26, HDR_EMPTY, { 14, IDRR }, WHOLE), 0), KSRTP_MIKEY_DUPLICATE);
	/* a role unknown to us may be there, twice too */
	assert_status(decode(JOIN(26, HDR_EMPTY, { 14, "63 01 0001 61" }, { 14, "63 01 0001 62" },
				  WHOLE), 0),
		      KSRTP_MIKEY_OK);
	/* what must be there */
	assert_status(decode(JOIN(26, HDR_EMPTY, { 11, RAND }, { 26, SAKKE }, { 4, SIGN }), 0),
		      KSRTP_MIKEY_MISSING);
	assert_int_equal(diag.payload, KSRTP_MIKEY_PAYLOAD_T);
	assert_status(decode(JOIN(26, HDR_EMPTY, { 5, T }, { 11, RAND }, { 4, SIGN }), 0),
		      KSRTP_MIKEY_MISSING);
	assert_int_equal(diag.payload, KSRTP_MIKEY_PAYLOAD_SAKKE);
	assert_status(decode(JOIN(26, HDR_EMPTY, { 5, T }, { 11, RAND }, { 26, SAKKE }), 0),
		      KSRTP_MIKEY_MISSING);
	assert_int_equal(diag.payload, KSRTP_MIKEY_PAYLOAD_SIGN);
	/* what need not: RAND is left out in updates, 3830 section 4.5 */
	assert_status(decode(JOIN(26, HDR_EMPTY, { 5, T }, { 26, SAKKE }, { 4, SIGN }), 0),
		      KSRTP_MIKEY_OK);
	assert_null(msg.rand);
	/* the order in between is free, RFC 3830 section 5.2 only recommends one */
	assert_status(decode(JOIN(26, HDR_EMPTY, { 26, SAKKE }, { 14, IDRR }, { 11, RAND },
				  { 5, T }, { 4, SIGN }), 0),
		      KSRTP_MIKEY_OK);
	/* 6509 section 2.2.1: no certificate with ECCSI; with RSA there may be */
	assert_status(decode(JOIN(26, HDR_EMPTY, { 7, "00 0003 414243" }, WHOLE), 0),
		      KSRTP_MIKEY_MISPLACED);
	assert_int_equal(diag.payload, KSRTP_MIKEY_PAYLOAD_CERT);
	assert_int_equal(diag.offset, 10);
	assert_status(decode(JOIN(26, HDR_EMPTY, { 7, "00 0003 414243" }, { 5, T }, { 11, RAND },
				  { 26, SAKKE }, { 4, "0004 61626364" }), 0),
		      KSRTP_MIKEY_OK);
	/* 4563 section 5: no policy with the empty map */
	assert_status(decode(JOIN(26, HDR_EMPTY, { 10, "00 00 0000" }, WHOLE), 0),
		      KSRTP_MIKEY_MISPLACED);

	for (int type = 1; type < 256; type++) {
		static const int ours[] = { 4, 5, 7, 10, 11, 14, 21, 26 };
		static const int others[] = { 1, 2, 3, 6, 8, 9, 12, 13, 15, 16, 17, 20 };
		enum ksrtp_mikey_status want = KSRTP_MIKEY_UNKNOWN_PAYLOAD;
		bool skip = false;

		for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
			skip |= ours[i] == type;
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
			if (others[i] == type)
				want = KSRTP_MIKEY_MISPLACED;
		if (skip)
			continue;
		assert_status(decode(JOIN(26, HDR_EMPTY, { type, "00 0000" }, WHOLE), 0), want);
		assert_int_equal(diag.payload, type);
		assert_int_equal(diag.offset, 10);
	}
}

static void test_payload_values(void **state)
{
	static const struct {
		int type;
		const char *hex;
		enum ksrtp_mikey_status want;
	} rows[] = {
		{ 5, "02 00000001", KSRTP_MIKEY_OK }, /* COUNTER */
		{ 5, "03 ee9e1c40", KSRTP_MIKEY_OK }, /* NTP-UTC-32 */
		{ 5, "04 ee9e1c40", KSRTP_MIKEY_UNSUPPORTED_TS },
		{ 11, "00", KSRTP_MIKEY_MALFORMED },
		{ 14, "00 01 0001 61", KSRTP_MIKEY_MALFORMED },
		{ 14, "06 03 0001 61", KSRTP_MIKEY_UNSUPPORTED_ID },
		{ 14, "06 01 0000", KSRTP_MIKEY_MALFORMED },
		{ 14, "06 01 0002 6120", KSRTP_MIKEY_MALFORMED },
		{ 14, "06 01 0002 6100", KSRTP_MIKEY_MALFORMED },
		{ 14, "06 01 0002 00 61", KSRTP_MIKEY_MALFORMED },
		{ 14, "06 01 0002 617f", KSRTP_MIKEY_MALFORMED },
		{ 14, "06 01 0002 61c3", KSRTP_MIKEY_MALFORMED },
		{ 14, "06 02 0002 00ff", KSRTP_MIKEY_OK }, /* byte string */
		{ 14, "08 01 0002 00ff", KSRTP_MIKEY_OK }, /* hashed UID, whatever its ID type */
		{ 21, "00 0000", KSRTP_MIKEY_OK },
		{ 21, "f0 0003 616263", KSRTP_MIKEY_OK },
		{ 10, "00 00 0002 0001", KSRTP_MIKEY_TRUNCATED },
		{ 10, "00 00 0001 00", KSRTP_MIKEY_TRUNCATED },
		{ 10, "00 00 0002 0000", KSRTP_MIKEY_MALFORMED },
		{ 10, "00 00 0007 00050000000001", KSRTP_MIKEY_MALFORMED },
		{ 10, "00 00 0006 000101000101", KSRTP_MIKEY_DUPLICATE },
		{ 10, "00 00 0003 1e0101", KSRTP_MIKEY_OK }, /* parameter of the future */
		{ 10, "00 01 0003 ffffff", KSRTP_MIKEY_OK }, /* other protocol */
		{ 10, "00 00 0003 0d0101", KSRTP_MIKEY_OK }, /* a harmless habit */
		{ 10, "00 00 0005 0d03000001", KSRTP_MIKEY_MALFORMED },
		{ 10, "00 00 0004 0d020001", KSRTP_MIKEY_OK },
		{ 10, "00 00 0006 000400000001", KSRTP_MIKEY_OK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool t = rows[i].type == 5, r = rows[i].type == 11;
		struct piece p[8], *q = p;

		*q++ = (struct piece){ rows[i].type, rows[i].hex };
		if (!t)
			*q++ = (struct piece){ 5, T };
		if (!r)
			*q++ = (struct piece){ 11, RAND };
		*q++ = (struct piece){ 26, SAKKE };
		*q++ = (struct piece){ 4, SIGN };
		*q = (struct piece){ 0, "" };
		assert_status(decode(join(26, "00 00000000 00 00", p), 0), rows[i].want);
		if (rows[i].want)
			assert_int_equal(diag.payload, rows[i].type);
	}
	assert_status(decode(JOIN(26, HDR_EMPTY, { 5, "03 ee9e1c40" }, { 11, RAND }, { 26, SAKKE },
				  { 4, SIGN }), 0),
		      KSRTP_MIKEY_OK);
	assert_int_equal(msg.t->t.value, UINT64_C(0xee9e1c4000000000));
	/* SAKKE data of parameter set 1 has one length; of others we do not know */
	assert_status(decode(JOIN(26, HDR_EMPTY, { 5, T }, { 11, RAND }, { 26, "01 01 0002 0400" },
				  { 4, SIGN }), 0),
		      KSRTP_MIKEY_MALFORMED);
	assert_status(decode(JOIN(26, HDR_EMPTY, { 5, T }, { 11, RAND }, { 26, "02 01 0002 0400" },
				  { 4, SIGN }), 0),
		      KSRTP_MIKEY_OK);
}

static void test_policies(void **state)
{
	struct piece p[KSRTP_MIKEY_MAX_PAYLOADS + 4], *q;
	char sp[KSRTP_MIKEY_MAX_SP + 1][24];

	(void)state;
	/* two policies; the crypto sessions choose */
	assert_status(decode(JOIN(26, "00 00000001 02 00 07 00000001 00000000 02 00000000 00000000",
				  { 10, "07 00 0003 000106" }, { 10, "02 00 0000" }, WHOLE), 0),
		      KSRTP_MIKEY_OK);
	assert_int_equal(msg.n_sp, 2);
	assert_int_equal(msg.hdr.cs[0].suite, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	assert_int_equal(msg.hdr.cs[1].suite, KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_80);
	/* one that is not there */
	assert_status(decode(JOIN(26, "00 00000001 01 00 03 00000001 00000000",
				  { 10, "07 00 0003 000106" }, WHOLE), 0),
		      KSRTP_MIKEY_MALFORMED);
	/* the same number twice */
	assert_status(decode(JOIN(26, "00 00000001 00 00", { 10, "07 00 0000" },
				  { 10, "07 00 0000" }, WHOLE), 0),
		      KSRTP_MIKEY_DUPLICATE);
	/* of several, the first that is a suite: GENERIC-ID only */
	assert_status(decode(JOIN(26, "00 00000001 01 02 01 00 02 0708 0000 00",
				  { 10, "07 00 0003 000102" }, { 10, "08 00 0003 000106" }, WHOLE),
			     0),
		      KSRTP_MIKEY_OK);
	assert_int_equal(msg.hdr.cs[0].suite, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);

	q = p;
	for (int i = 0; i <= KSRTP_MIKEY_MAX_SP; i++) {
		snprintf(sp[i], sizeof(sp[i]), "%02x 00 0000", i);
		*q++ = (struct piece){ 10, sp[i] };
	}
	memcpy(q, (struct piece[]){ WHOLE, { 0, "" } }, 7 * sizeof(*q));
	assert_status(decode(join(26, "00 00000001 00 00", p), 0), KSRTP_MIKEY_OVERSIZED);
	assert_status(decode(join(26, "00 00000001 00 00", p + 1), 0), KSRTP_MIKEY_OK);

	q = p;
	for (int i = 0; i < KSRTP_MIKEY_MAX_PAYLOADS - 5; i++)
		*q++ = (struct piece){ 21, "00 0000" };
	memcpy(q, (struct piece[]){ WHOLE, { 0, "" } }, 7 * sizeof(*q));
	assert_status(decode(join(26, HDR_EMPTY, p), 0), KSRTP_MIKEY_OVERSIZED);
	assert_status(decode(join(26, HDR_EMPTY, p + 1), 0), KSRTP_MIKEY_OK);
}

static void test_sign(void **state)
{
	size_t len;

	(void)state;
	len = JOIN(26, HDR_EMPTY, { 5, T }, { 11, RAND }, { 26, SAKKE }, { 4, "2003 010203" });
	assert_status(decode(len, 0), KSRTP_MIKEY_MALFORMED);
	assert_int_equal(diag.payload, KSRTP_MIKEY_PAYLOAD_SIGN);
	/* the length that one edition of a standard prints */
	len = JOIN(26, HDR_EMPTY, WHOLE);
	buf[len - 131 + 1] = 32;
	assert_status(decode(len, 0), KSRTP_MIKEY_MALFORMED);
	assert_status(decode(len, KSRTP_MIKEY_LAX_SIGN_LEN), KSRTP_MIKEY_OK);
	assert_int_equal(msg.lax, KSRTP_MIKEY_LAX_SIGN_LEN);
	assert_int_equal(msg.sign->sign.data.len, 129);
	assert_status(decode(len - 1, KSRTP_MIKEY_LAX_SIGN_LEN), KSRTP_MIKEY_MALFORMED);
}

static void test_lax(void **state)
{
	size_t len = JOIN(26, HDR_EMPTY, { 14, "06 01 0004 61626300" }, WHOLE);

	(void)state;
	assert_status(decode(len, 0), KSRTP_MIKEY_MALFORMED);
	assert_status(decode(len, KSRTP_MIKEY_LAX_URI_NUL), KSRTP_MIKEY_OK);
	assert_int_equal(msg.idr[6]->id.data.len, 3);
	assert_int_equal(msg.lax, KSRTP_MIKEY_LAX_URI_NUL);
	/* one NUL, and not all of it */
	len = JOIN(26, HDR_EMPTY, { 14, "06 01 0004 61620000" }, WHOLE);
	assert_status(decode(len, KSRTP_MIKEY_LAX_URI_NUL), KSRTP_MIKEY_MALFORMED);
	len = JOIN(26, HDR_EMPTY, { 14, "06 01 0001 00" }, WHOLE);
	assert_status(decode(len, KSRTP_MIKEY_LAX_URI_NUL), KSRTP_MIKEY_MALFORMED);

	len = JOIN(26, "00 00000000 00 00", { 10, "00 00 0003 0d0101" }, WHOLE);
	assert_status(decode(len, 0), KSRTP_MIKEY_OK);
	assert_int_equal(msg.lax, KSRTP_MIKEY_LAX_ROC_RATE);
	assert_int_equal(msg.sp[0]->sp.value[13], 1);
	/* an allowed habit that was not met leaves no mark */
	len = JOIN(26, HDR_EMPTY, WHOLE);
	assert_status(decode(len, UINT32_MAX), KSRTP_MIKEY_OK);
	assert_int_equal(msg.lax, 0);
}

static void test_error_message(void **state)
{
	size_t len = JOIN(6, HDR_EMPTY, { 5, T }, { 12, "0a 0000" }, { 12, "0c 0000" });

	(void)state;
	assert_status(decode(len, 0), KSRTP_MIKEY_OK);
	assert_int_equal(msg.err->err.no, 10);
	assert_int_equal(msg.n_payloads, 3);
	len = JOIN(6, "00 12345678 00 00", { 5, T }, { 12, "0a 1234" }, { 10, "00 00 0003 000106" },
		   { 4, SIGN });
	assert_status(decode(len, 0), KSRTP_MIKEY_OK);
	assert_status(decode(JOIN(6, HDR_EMPTY, { 5, T }), 0), KSRTP_MIKEY_MISSING);
	assert_status(decode(JOIN(6, HDR_EMPTY, { 12, "0a 0000" }), 0), KSRTP_MIKEY_MISSING);
	assert_status(decode(JOIN(6, HDR_EMPTY, { 5, T }, { 12, "0a 0000" }, { 11, RAND }), 0),
		      KSRTP_MIKEY_MISPLACED);
	assert_status(decode(JOIN(6, HDR_EMPTY, { 5, T }, { 12, "0a 0000" }, { 26, SAKKE }), 0),
		      KSRTP_MIKEY_MISPLACED);
}

static void test_encode_refuses(void **state)
{
	static const uint8_t big[65536];
	uint8_t out[256];
	size_t len = 1;

	(void)state;
#define REFUSED(...)                                                                       \
	do {                                                                               \
		msg = (struct ksrtp_mikey_msg){ .hdr = { .map_type = 1 }, .n_payloads = 1, \
						.payload = { { __VA_ARGS__ } } };          \
		assert_status(ksrtp_mikey_encode(&msg, out, sizeof(out), &len),            \
			      KSRTP_MIKEY_BAD_ARGUMENT);                                   \
		assert_int_equal(len, 0);                                                  \
	} while (0)
	REFUSED(.type = 1);
	REFUSED(.type = 5, .t = { .type = 4 });
	REFUSED(.type = 5, .t = { .type = 2, .value = UINT64_MAX });
	REFUSED(.type = 5, .t = { .type = 3, .value = 1 });
	REFUSED(.type = 11, .rand = { big, 256 });
	REFUSED(.type = 14, .id = { 1, 1, { big, 65536 } });
	REFUSED(.type = 21, .ext = { 1, { big, 65536 } });
	REFUSED(.type = 4, .sign = { 2, { big, 4096 } });
	REFUSED(.type = 4, .sign = { 16, { big, 1 } });
	REFUSED(.type = 10, .sp = { .prot = 1 });
	REFUSED(.type = 10, .sp = { .unknown = true });
	msg = (struct ksrtp_mikey_msg){ .hdr = { .map_type = 3, .n_cs = 1, .n_map = 1 } };
	assert_status(ksrtp_mikey_encode(&msg, out, sizeof(out), &len), KSRTP_MIKEY_BAD_ARGUMENT);
	msg = (struct ksrtp_mikey_msg){ .hdr = { .map_type = 0, .n_cs = 2, .n_map = 1 } };
	assert_status(ksrtp_mikey_encode(&msg, out, sizeof(out), &len), KSRTP_MIKEY_BAD_ARGUMENT);
	msg = (struct ksrtp_mikey_msg){ .hdr = { .map_type = 1, .prf = 128 } };
	assert_status(ksrtp_mikey_encode(&msg, out, sizeof(out), &len), KSRTP_MIKEY_BAD_ARGUMENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_minimal),	       cmocka_unit_test(test_header),
		cmocka_unit_test(test_map_srtp_id),    cmocka_unit_test(test_map_generic),
		cmocka_unit_test(test_payload_rules),  cmocka_unit_test(test_payload_values),
		cmocka_unit_test(test_policies),       cmocka_unit_test(test_sign),
		cmocka_unit_test(test_lax),	       cmocka_unit_test(test_error_message),
		cmocka_unit_test(test_encode_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
