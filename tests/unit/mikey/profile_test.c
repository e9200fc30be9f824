// SPDX-License-Identifier: BSD-3-Clause
/*
 * What TS 33.180 makes of a key's purpose, the habits of others, the life of keys,
 * and updates of a bundle (RFC 3830 section 4.5).
 */
#include "mcx_scene.h"

#define GMK_ID 0x09bf9d37
#define PCK_ID 0x16992638
#define CSK_ID 0x2ddd5bf0
#define MUSIK_ID 0x6ddd5bf0

static int setup(void **state)
{
	(void)state;
	mcx_setup();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mcx_teardown();
	return 0;
}

/* ------------------------------------------------------------ purposes of keys */

static void test_crypto_sessions(void **state)
{
	static const struct {
		uint32_t id;
		bool srtp;
		uint8_t cs[2][2]; /* by media: from the initiator, to it */
	} rows[] = {
		{ GMK_ID, true, { { 4, 4 }, { 5, 5 } } },
		{ PCK_ID, true, { { 0, 1 }, { 2, 3 } } },
		{ CSK_ID, false, { { 6, 6 }, { 8, 8 } } },
		{ MUSIK_ID, false, { { 7, 7 }, { 9, 9 } } },
	};
	uint8_t cs;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		for (unsigned int media = 0; media < 2; media++) {
			for (int back = 0; back < 2; back++) {
				assert_status(ksrtp_mikey_mcx_cs(rows[i].id, media, true, !back, &cs),
					      KSRTP_MIKEY_OK);
				assert_int_equal(cs, rows[i].cs[media][back]);
				/* a key for floor control never gets near the media */
				assert_status(ksrtp_mikey_mcx_cs(rows[i].id, media, false, !back,
								 &cs),
					      rows[i].srtp ? KSRTP_MIKEY_OK : KSRTP_MIKEY_REFUSED);
				assert_int_equal(cs, rows[i].srtp ? rows[i].cs[media][back] : 0);
			}
		}
		assert_status(ksrtp_mikey_mcx_cs(rows[i].id, 2, true, true, &cs),
			      KSRTP_MIKEY_BAD_ARGUMENT);
	}
	for (uint32_t purpose = 0; purpose < 16; purpose++)
		if (purpose > 2 && purpose != 6)
			assert_status(ksrtp_mikey_mcx_cs(purpose << 28 | 1, 0, true, true, &cs),
				      KSRTP_MIKEY_BAD_ARGUMENT);
}

static void test_mki(void **state)
{
	const uint8_t group[8] = { 0x09, 0xbf, 0x9d, 0x37, 0x01, 0xc8, 0xde, 0x7b };
	uint8_t mki[8];

	(void)state;
	assert_int_equal(ksrtp_mikey_mcx_mki(PCK_ID, 0, mki), 4);
	assert_memory_equal(mki, "\x16\x99\x26\x38", 4);
	assert_int_equal(ksrtp_mikey_mcx_mki(CSK_ID, GMK_ID, mki), 4);
	assert_int_equal(ksrtp_mikey_mcx_mki(0x01c8de7b, GMK_ID, mki), 8);
	assert_memory_equal(mki, group, 8);
}

/* No crypto session and no policy: the default profile of the key's purpose. */
static void test_defaults(void **state)
{
	static const uint32_t ids[] = { GMK_ID, PCK_ID, CSK_ID, MUSIK_ID };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		uint8_t want = ids[i] == GMK_ID ? 3 : 0, rcc;

		assert_int_equal(ksrtp_mikey_mcx_default(ids[i], &rcc),
				 KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
		assert_int_equal(rcc, want);
		private_call(NOON)->csb_id = ids[i];
		assert_status(initiate(NULL), KSRTP_MIKEY_OK);
		assert_status(receive(NULL, 0, true), KSRTP_MIKEY_OK);
		assert_int_equal(offer.suite, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
		assert_int_equal(offer.rcc, want);
		/* who cannot do counters in packets cannot take a group's default */
		assert_status(receive(NULL, 0, false),
			      want ? KSRTP_MIKEY_UNSUPPORTED_SP_PARAM : KSRTP_MIKEY_OK);
	}
}

static void no_policies(struct ksrtp_mikey_msg *m)
{
	for (unsigned int i = 0; i < m->n_payloads; i++)
		if (m->payload[i].type == KSRTP_MIKEY_PAYLOAD_SP)
			memmove(&m->payload[i], &m->payload[i + 1],
				(--m->n_payloads - i) * sizeof(m->payload[0]));
	m->hdr.cs[0].n_policies = 0;
}

/* A crypto session without any policy in the message has the default too. */
static void test_default_in_map(void **state)
{
	(void)state;
	group_key(NOON, GMK_ID, SIP_BOB);
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	rewrite(no_policies);
	assert_status(receive(NULL, 0, true), KSRTP_MIKEY_OK);
	assert_int_equal(offer.cs[0].suite, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	assert_int_equal(offer.cs[0].rcc, 3);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_UNSUPPORTED_SP_PARAM);
}

static void local_time(struct ksrtp_mikey_msg *m)
{
	for (unsigned int i = 0; i < m->n_payloads; i++)
		if (m->payload[i].type == KSRTP_MIKEY_PAYLOAD_T)
			m->payload[i].t.type = KSRTP_MIKEY_TS_NTP;
}

/* The period is found from the timestamp, so that has to be of one kind (E.1). */
static void test_timestamp_type(void **state)
{
	unsigned int verified;

	(void)state;
	private_call(NOON);
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	rewrite(local_time);
	verified = ours.verified;
	assert_status(receive(NULL, UINT32_MAX, true), KSRTP_MIKEY_UNSUPPORTED_TS);
	assert_int_equal(ours.verified, verified);
}

/* What we would not take without a habit's name we do not send either. */
static void test_sent_strictly(void **state)
{
	struct ksrtp_mikey_key_params params = { .type = KSRTP_MIKEY_PURPOSE_CSK, .status = 1 };
	struct ksrtp_mikey_proposal *p = private_call(NOON);

	(void)state;
	p->params = &params;
	assert_status(initiate(NULL), KSRTP_MIKEY_BAD_ARGUMENT);
	p = group_key(NOON, GMK_ID, SIP_BOB);
	p->csb_id = PCK_ID;
	assert_status(initiate(NULL), KSRTP_MIKEY_BAD_ARGUMENT);
	p->cs[0].id = 0;
	p->cs[0].spi_len = 0;
	assert_status(initiate(NULL), KSRTP_MIKEY_BAD_ARGUMENT); /* the counters */
	p->cs[0].rcc = 0;
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	p->map_type = KSRTP_MIKEY_MAP_SRTP_ID;
	assert_status(initiate(NULL), KSRTP_MIKEY_BAD_ARGUMENT);
}

/* -------------------------------------------------------------------- habits */

static void make_group(void)
{
	group_key(NOON, GMK_ID, SIP_BOB);
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
}

static void make_private(bool hide)
{
	private_call(NOON)->hide = hide;
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
}

static void with_nul(struct ksrtp_mikey_msg *m)
{
	static uint8_t uri[] = KMS;

	for (unsigned int i = 0; i < m->n_payloads; i++)
		if (m->payload[i].type == KSRTP_MIKEY_PAYLOAD_IDR && m->payload[i].id.role == 6)
			m->payload[i].id.data = (struct ksrtp_mikey_span){ uri, sizeof(uri) };
}

static void uri_nul(void)
{
	make_private(false);
	rewrite(with_nul);
}

static void sign_length(void)
{
	make_private(false);
	msg[msg_len - 130] = 32;
	resign(SIP_ALICE);
}

static void sign_range(void)
{
	uint8_t kept[2];

	/* sign what is before the two octets of S type and length: move them out of the way */
	make_private(false);
	memcpy(kept, msg + msg_len - 131, 2);
	memmove(msg + msg_len - 131, msg + msg_len - 129, 129);
	msg_len -= 2;
	resign(SIP_ALICE);
	msg_len += 2;
	memmove(msg + msg_len - 129, msg + msg_len - 131, 129);
	memcpy(msg + msg_len - 131, kept, 2);
}

static void short_rate(struct ksrtp_mikey_msg *m)
{
	static const uint8_t params[] = { 0, 1, 6, 1, 1, 16, 2, 1, 4, 4, 1, 12, 13, 1, 1,
					  18, 1, 4, 19, 1, 0, 20, 1, 16 };

	for (unsigned int i = 0; i < m->n_payloads; i++)
		if (m->payload[i].type == KSRTP_MIKEY_PAYLOAD_SP)
			m->payload[i].sp.raw = (struct ksrtp_mikey_span){ params, sizeof(params) };
}

static void roc_rate(void)
{
	make_group();
	rewrite(short_rate);
}

static void in_hex(struct ksrtp_mikey_msg *m)
{
	static const uint8_t lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
	static uint8_t hex[2][64];
	int n = 0;

	for (unsigned int i = 0; i < m->n_payloads; i++) {
		struct ksrtp_mikey_payload *p = &m->payload[i];

		if (p->type != KSRTP_MIKEY_PAYLOAD_IDR || p->id.role < 8)
			continue;
		for (int k = 0; k < 32; k++) {
			hex[n][2 * k] = lower[p->id.data.data[k] >> 4];
			hex[n][2 * k + 1] = upper[p->id.data.data[k] & 15];
		}
		p->id.data = (struct ksrtp_mikey_span){ hex[n++], 64 };
	}
	assert_int_equal(n, 2);
}

static void hex_uid(void)
{
	make_private(true);
	rewrite(in_hex);
}

static void add_policy(struct ksrtp_mikey_msg *m)
{
	unsigned int last = m->n_payloads++;

	m->payload[last] = m->payload[last - 1];
	m->payload[last - 1] = (struct ksrtp_mikey_payload){ .type = KSRTP_MIKEY_PAYLOAD_SP };
	assert_true(ksrtp_mikey_sp_for_suite(&m->payload[last - 1].sp, 0,
					     KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM));
}

static void map_sp(void)
{
	make_private(false);
	rewrite(add_policy);
	assert_status(receive(NULL, KSRTP_MIKEY_LAX_MAP_SP, false), KSRTP_MIKEY_OK);
	assert_int_equal(offer.suite, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
}

static void set_v(struct ksrtp_mikey_msg *m)
{
	m->hdr.v = true;
}

static void v_flag(void)
{
	make_private(false);
	rewrite(set_v);
}

static void srtp_id(struct ksrtp_mikey_msg *m)
{
	m->hdr.map_type = KSRTP_MIKEY_MAP_SRTP_ID;
	m->hdr.cs[0].id = 1;
	m->hdr.cs[0].spi_len = 0;
}

static void map_type(void)
{
	make_group();
	rewrite(srtp_id);
}

static void count_one(struct ksrtp_mikey_msg *m)
{
	m->hdr.n_cs = 1;
}

static void map_count(void)
{
	make_private(false);
	rewrite(count_one);
}

static void wrong_id(struct ksrtp_mikey_msg *m)
{
	m->hdr.cs[0].id = KSRTP_MIKEY_CS_PRIVATE_VOICE_INITIATOR;
}

static void map_ids(void)
{
	make_group();
	rewrite(wrong_id);
}

static void as_private(struct ksrtp_mikey_msg *m)
{
	m->hdr.csb_id = PCK_ID;
	m->hdr.cs[0].id = KSRTP_MIKEY_CS_PRIVATE_VOICE_INITIATOR;
	m->hdr.cs[0].spi_len = 0;
}

static void private_roc(void)
{
	make_group();
	rewrite(as_private);
}

static void scheme_one(struct ksrtp_mikey_msg *m)
{
	for (unsigned int i = 0; i < m->n_payloads; i++)
		if (m->payload[i].type == KSRTP_MIKEY_PAYLOAD_SAKKE)
			m->payload[i].sakke.scheme = KSRTP_MIKEY_SCHEME_TEL_MONTH;
}

static void uri_scheme(void)
{
	make_private(false);
	rewrite(scheme_one);
	assert_status(receive(NULL, KSRTP_MIKEY_LAX_URI_SCHEME, false), KSRTP_MIKEY_OK);
	make_private(true);
	rewrite(scheme_one);
}

static const struct {
	void (*make)(void);
	enum ksrtp_mikey_status without;
} habits[KSRTP_MIKEY_HABIT_COUNT] = {
	[KSRTP_MIKEY_HABIT_URI_NUL] = { uri_nul, KSRTP_MIKEY_MALFORMED },
	[KSRTP_MIKEY_HABIT_SIGN_LEN] = { sign_length, KSRTP_MIKEY_MALFORMED },
	[KSRTP_MIKEY_HABIT_SIGN_RANGE] = { sign_range, KSRTP_MIKEY_BAD_SIGNATURE },
	[KSRTP_MIKEY_HABIT_ROC_RATE] = { roc_rate, KSRTP_MIKEY_OK },
	[KSRTP_MIKEY_HABIT_HEX_UID] = { hex_uid, KSRTP_MIKEY_BAD_IDENTITY },
	[KSRTP_MIKEY_HABIT_MAP_SP] = { map_sp, KSRTP_MIKEY_MISPLACED },
	[KSRTP_MIKEY_HABIT_V_FLAG] = { v_flag, KSRTP_MIKEY_OK },
	[KSRTP_MIKEY_HABIT_MAP_TYPE] = { map_type, KSRTP_MIKEY_UNSUPPORTED_MAP },
	[KSRTP_MIKEY_HABIT_MAP_COUNT] = { map_count, KSRTP_MIKEY_OK },
	[KSRTP_MIKEY_HABIT_MAP_IDS] = { map_ids, KSRTP_MIKEY_MALFORMED },
	[KSRTP_MIKEY_HABIT_PRIVATE_ROC] = { private_roc, KSRTP_MIKEY_UNSUPPORTED_SP_PARAM },
	[KSRTP_MIKEY_HABIT_URI_SCHEME] = { uri_scheme, KSRTP_MIKEY_MISSING },
};

/* Each is one switch: it alone lets the message pass, and all others do not. */
static void test_habits(void **state)
{
	struct ksrtp_mikey_keys keys;

	(void)state;
	for (unsigned int i = 0; i < KSRTP_MIKEY_HABIT_COUNT; i++) {
		uint32_t lax = UINT32_C(1) << i;

		habits[i].make();
		assert_status(receive(NULL, ~lax, true), habits[i].without);
		assert_int_equal(!!(KSRTP_MIKEY_LAX_HARMLESS & lax),
				 habits[i].without == KSRTP_MIKEY_OK);
		assert_status(receive(NULL, lax, true), KSRTP_MIKEY_OK);
		assert_int_equal(offer.lax, lax);
		assert_status(ksrtp_mikey_open(&real_ops, &ours, &offer, &keys), KSRTP_MIKEY_OK);
		/* and none makes a forgery pass */
		msg[msg_len - 100] ^= 1;
		assert_true(receive(NULL, UINT32_MAX, true) != KSRTP_MIKEY_OK);
	}
}

static void test_habit_names(void **state)
{
	uint32_t lax;

	(void)state;
	assert_string_equal(ksrtp_mikey_habit_name(KSRTP_MIKEY_HABIT_URI_NUL), "uri-nul");
	assert_string_equal(ksrtp_mikey_habit_name(KSRTP_MIKEY_HABIT_COUNT), "?");
	for (unsigned int i = 0; i < KSRTP_MIKEY_HABIT_COUNT; i++) {
		assert_true(ksrtp_mikey_habits_parse(ksrtp_mikey_habit_name(i), &lax));
		assert_int_equal(lax, 1 << i);
	}
	assert_true(ksrtp_mikey_habits_parse("hex-uid,v-flag", &lax));
	assert_int_equal(lax, KSRTP_MIKEY_LAX_HEX_UID | KSRTP_MIKEY_LAX_V_FLAG);
	assert_true(ksrtp_mikey_habits_parse("all", &lax));
	assert_int_equal(lax, (1 << KSRTP_MIKEY_HABIT_COUNT) - 1);
	assert_false(ksrtp_mikey_habits_parse("", &lax));
	assert_false(ksrtp_mikey_habits_parse("hex", &lax));
	assert_false(ksrtp_mikey_habits_parse("hex-uid,", &lax));
	assert_false(ksrtp_mikey_habits_parse("hex-uid v-flag", &lax));
}

/* -------------------------------------------------------------- life of keys */

static void test_lifetime(void **state)
{
	const uint64_t now = (uint64_t)(NOON / SEC);
	struct ksrtp_mikey_key_params params = { .status = KSRTP_MIKEY_KEY_NOT_REVOKED,
						 .activation = now + 100,
						 .expiry = now + 200 };
	struct ksrtp_mikey_keys a, b;

	(void)state;
	group_key(NOON, GMK_ID, SIP_BOB)->params = &params;
	assert_status(initiate(&a), KSRTP_MIKEY_OK);
	assert_status(receive(NULL, 0, true), KSRTP_MIKEY_OK);
	/* one that is sent ahead is taken, and used only in its time */
	assert_status(ksrtp_mikey_open(&real_ops, &ours, &offer, &b), KSRTP_MIKEY_OK);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_status(ksrtp_mikey_keys_usable(&b, NOON + 100 * SEC - 1), KSRTP_MIKEY_NOT_YET);
	assert_status(ksrtp_mikey_keys_usable(&b, NOON + 100 * SEC), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_keys_usable(&b, NOON + 200 * SEC - 1), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_keys_usable(&b, NOON + 200 * SEC), KSRTP_MIKEY_EXPIRED);
	assert_status(ksrtp_mikey_keys_usable(&b, INT64_MAX), KSRTP_MIKEY_EXPIRED);
	assert_status(ksrtp_mikey_keys_usable(&b, INT64_MIN), KSRTP_MIKEY_NOT_YET);
	/* 40 bits of seconds are more than a time in nanoseconds holds */
	b.not_before = 0;
	b.not_after = (UINT64_C(1) << 40) - 1;
	assert_status(ksrtp_mikey_keys_usable(&b, INT64_MAX), KSRTP_MIKEY_OK);
	/* without parameters there are no bounds */
	private_call(NOON);
	assert_status(initiate(&a), KSRTP_MIKEY_OK);
	assert_int_equal(a.not_before, 0);
	assert_status(ksrtp_mikey_keys_usable(&a, INT64_MAX), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_keys_usable(&a, INT64_MIN), KSRTP_MIKEY_OK);
}

/* Two periods' keys at once: the message's time says whose, to the second. */
static void test_two_periods(void **state)
{
	int64_t turn = ((int64_t)ksrtp_mikey_uid_period(&month, NOON) * 2592000 -
			INT64_C(2208988800)) * SEC;
	struct ksrtp_mikey_keys keys;
	struct ksrtp_mikey_identifier to;
	uint8_t before[32];

	(void)state;
	private_call(turn - SEC);
	assert_status(initiate(NULL), KSRTP_MIKEY_NO_KEY);
	mcx_issue(SIP_ALICE, turn - SEC);
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
	memcpy(before, offer.responder_uid, 32);
	assert_status(ksrtp_mikey_open(&real_ops, &ours, &offer, &keys), KSRTP_MIKEY_NO_KEY);
	mcx_issue(SIP_BOB, turn - SEC);
	assert_status(ksrtp_mikey_open(&real_ops, &ours, &offer, &keys), KSRTP_MIKEY_OK);
	/* a second later it is the new period's, with the old one's still there */
	private_call(turn);
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_offer_responder(&offer, &to), KSRTP_MIKEY_OK);
	assert_memory_not_equal(to.data, before, 32);
	assert_status(ksrtp_mikey_open(&real_ops, &ours, &offer, &keys), KSRTP_MIKEY_OK);
}

/* The era of NTP that begins on 2036-02-07 06:28:16, with hashed UIDs. */
static void test_era(void **state)
{
	const int64_t wrap = INT64_C(2085978496) * SEC;
	struct ksrtp_mikey_keys a, b;

	(void)state;
	mcx_issue(SIP_ALICE, wrap);
	mcx_issue(SIP_BOB, wrap);
	for (int64_t t = wrap - SEC; t <= wrap + SEC; t += SEC) {
		private_call(t);
		assert_status(initiate(&a), KSRTP_MIKEY_OK);
		/* HDR, then T: next, type, seconds */
		assert_int_equal(msg[12] >= 0x80, t < wrap);
		assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
		assert_int_equal(offer.time_ns, t);
		assert_status(ksrtp_mikey_open(&real_ops, &ours, &offer, &b), KSRTP_MIKEY_OK);
		assert_memory_equal(&a, &b, sizeof(a));
	}
}

/* --------------------------------------------------------------- parameters */

/* What can be seen without a key is seen before any arithmetic. */
static void test_bad_parameters(void **state)
{
	static const struct {
		uint8_t data[40];
		size_t len;
	} rows[] = {
		{ { 1 }, 1 },
		{ { 1, 0, 0, 0, 1 }, 18 }, /* an octet missing before the text's length */
		{ { 1, 0, 0, 0, 1, [16] = 5 }, 20 }, /* a text that is not there */
		{ { 1, 0, 0, 0, 1, [15] = 2 }, 40 }, /* a text too long */
		{ { 0x43 }, 40 }, /* protected by no algorithm */
		{ { 0x43, [11] = 1 }, 20 },
	};
	struct ksrtp_mikey_ext ext = { .type = KSRTP_MIKEY_EXT_KEY_PARAMS };
	struct ksrtp_mikey_proposal *p = private_call(NOON);
	struct ksrtp_mikey_keys keys;
	unsigned int verified;
	const struct ksrtp_mikey_key_params csk = { .type = KSRTP_MIKEY_PURPOSE_CSK,
						    .status = KSRTP_MIKEY_KEY_NOT_REVOKED,
						    .encrypted = 1 };
	const uint8_t good[17] = { KSRTP_MIKEY_PURPOSE_PCK, 0, 0, 0, 1 }, iv[16] = { 1 };
	uint8_t data[KSRTP_MIKEY_PARAMS_MAX];

	(void)state;
	p->n_ext = 1;
	p->ext = &ext;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ext.data = rows[i].data;
		ext.len = rows[i].len;
		assert_status(initiate(NULL), KSRTP_MIKEY_OK);
		verified = ours.verified;
		assert_status(receive(NULL, 0, false), KSRTP_MIKEY_MALFORMED);
		assert_int_equal(ours.verified, verified);
	}
	/* the plainest that is good */
	ext.data = good;
	ext.len = sizeof(good);
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_open(&real_ops, &ours, &offer, &keys), KSRTP_MIKEY_OK);
	/* encrypted, and they say of a PCK that it is a CSK */
	assert_status(ksrtp_mikey_params_encode(&csk, scene.ssv, PCK_ID, NOON, iv, data,
						sizeof(data), &ext.len),
		      KSRTP_MIKEY_OK);
	ext.data = data;
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_open(&real_ops, &ours, &offer, &keys), KSRTP_MIKEY_BAD_PARAMS);
}

/*
 * Somebody with good keys takes another's encapsulated data, or spoils his own, and
 * looks at the answers: they are those to a bad signature, to the octet.
 */
static void test_no_oracle(void **state)
{
	static const size_t spoil[] = { 0, 1, 100, 256, 257, 272 };
	struct ksrtp_mikey_error e = { .no = KSRTP_MIKEY_ERR_AUTH };
	struct ksrtp_mikey_key_params params = { .type = 1, .status = 1, .encrypted = 1 };
	const uint8_t iv[16] = { 1 };
	uint8_t want[KSRTP_MIKEY_ERROR_MAX], got[KSRTP_MIKEY_ERROR_MAX], stolen[273], other[16];
	struct ksrtp_mikey_keys keys;
	size_t want_len, len, at;
	uint8_t *sakke;

	(void)state;
	assert_status(ksrtp_mikey_error_build(&e, want, sizeof(want), &want_len), KSRTP_MIKEY_OK);
	private_call(NOON);
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
	memcpy(stolen, offer.sakke, sizeof(stolen));
	scene.proposal.params = &params;
	scene.proposal.params_iv = iv;
	memset(other, 0x77, sizeof(other));
	for (size_t i = 0; i <= sizeof(spoil) / sizeof(spoil[0]); i++) {
		enum ksrtp_mikey_status st;

		/* his own message: parameters under another key than the stolen one */
		scene.proposal.ssv = other;
		assert_status(initiate(NULL), KSRTP_MIKEY_OK);
		assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
		sakke = memmem(msg, msg_len, offer.sakke, sizeof(offer.sakke));
		assert_non_null(sakke);
		at = (size_t)(sakke - msg);
		if (i < sizeof(spoil) / sizeof(spoil[0]))
			msg[at + spoil[i]] ^= 1;
		else
			memcpy(msg + at, stolen, sizeof(stolen));
		resign(SIP_ALICE);
		assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
		st = ksrtp_mikey_open(&real_ops, &ours, &offer, &keys);
		assert_status(st, i < sizeof(spoil) / sizeof(spoil[0]) ? KSRTP_MIKEY_BAD_SAKKE :
									 KSRTP_MIKEY_BAD_PARAMS);
		for (size_t k = 0; k < sizeof(keys); k++)
			assert_int_equal(((uint8_t *)&keys)[k], 0);
		assert_int_equal(ksrtp_mikey_status_error(st),
				 ksrtp_mikey_status_error(KSRTP_MIKEY_BAD_SIGNATURE));
		e.no = (uint8_t)ksrtp_mikey_status_error(st);
		assert_status(ksrtp_mikey_error_build(&e, got, sizeof(got), &len), KSRTP_MIKEY_OK);
		assert_int_equal(len, want_len);
		assert_memory_equal(got, want, len);
	}
	/* nothing that is found out behind the signature has a number of its own */
	assert_int_equal(ksrtp_mikey_status_error(KSRTP_MIKEY_REVOKED), KSRTP_MIKEY_ERR_AUTH);
	assert_int_equal(ksrtp_mikey_status_error(KSRTP_MIKEY_EXPIRED), KSRTP_MIKEY_ERR_AUTH);
}

/* ------------------------------------------------------------------- updates */

static void test_update(void **state)
{
	struct ksrtp_mikey_offer first, update;
	struct ksrtp_mikey_keys a, b, old;
	struct ksrtp_mikey_srtp_key ka, kb, kold;
	struct ksrtp_mikey_proposal *p = private_call(NOON);

	(void)state;
	assert_status(initiate(&old), KSRTP_MIKEY_OK);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
	first = offer;

	/* same bundle, new time, new key, no RAND on the wire */
	scene.ssv[0] ^= 0xff;
	p->update = true;
	p->now_ns = NOON + SEC;
	assert_status(initiate(&a), KSRTP_MIKEY_OK);
	assert_null(memmem(msg, msg_len, scene.rand, sizeof(scene.rand)));
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
	update = offer;
	assert_int_equal(update.rand_len, 0);
	/* of no use alone */
	assert_status(ksrtp_mikey_open(&real_ops, &ours, &update, &b), KSRTP_MIKEY_BAD_ARGUMENT);
	assert_status(ksrtp_mikey_offer_resume(&update, &first), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_open(&real_ops, &ours, &update, &b), KSRTP_MIKEY_OK);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_memory_equal(a.rand, old.rand, sizeof(a.rand));
	assert_status(ksrtp_mikey_srtp_key(&a, 0, 2, &ka), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_srtp_key(&b, 0, 2, &kb), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_srtp_key(&old, 0, 2, &kold), KSRTP_MIKEY_OK);
	assert_memory_equal(&ka, &kb, sizeof(ka));
	assert_memory_not_equal(ka.key, kold.key, 16);

	/* an update of the update; the one before it is too old now */
	p->now_ns = NOON + 2 * SEC;
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_offer_resume(&offer, &update), KSRTP_MIKEY_OK);
	update.rand_len = 0;
	assert_status(ksrtp_mikey_offer_resume(&update, &offer), KSRTP_MIKEY_PAST);
	assert_int_equal(update.rand_len, 0);
	/* one that has RAND is no update, and one without is nothing to go on from */
	assert_status(ksrtp_mikey_offer_resume(&offer, &first), KSRTP_MIKEY_BAD_ARGUMENT);
	offer.rand_len = 0;
	assert_status(ksrtp_mikey_offer_resume(&offer, &update), KSRTP_MIKEY_BAD_ARGUMENT);
	/* another bundle */
	first.csb_id++;
	assert_status(ksrtp_mikey_offer_resume(&offer, &first), KSRTP_MIKEY_BAD_ARGUMENT);
}

/* Somebody else with good keys cannot get hold of a bundle. */
static void test_update_by_others(void **state)
{
	struct ksrtp_mikey_offer first;
	struct ksrtp_mikey_proposal *p = private_call(NOON);

	(void)state;
	for (int hide = 0; hide < 2; hide++) {
		p = private_call(NOON);
		p->hide = hide;
		assert_status(initiate(NULL), KSRTP_MIKEY_OK);
		assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
		first = offer;
		p->update = true;
		p->now_ns += SEC;
		p->initiator = SIP_BOB;
		assert_status(initiate(NULL), KSRTP_MIKEY_OK);
		assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
		assert_status(ksrtp_mikey_offer_resume(&offer, &first), KSRTP_MIKEY_WRONG_SENDER);
		p->initiator = SIP_ALICE;
		p->responder = SIP_ALICE;
		assert_status(initiate(NULL), KSRTP_MIKEY_OK);
		assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
		assert_status(ksrtp_mikey_offer_resume(&offer, &first), KSRTP_MIKEY_WRONG_RECIPIENT);
		assert_int_equal(offer.rand_len, 0);
		/* hidden before and named now: nobody knows that it is the same */
		p->responder = SIP_BOB;
		p->hide = !hide;
		assert_status(initiate(NULL), KSRTP_MIKEY_OK);
		assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
		assert_status(ksrtp_mikey_offer_resume(&offer, &first), KSRTP_MIKEY_WRONG_SENDER);
	}
}

/* A receiver that keeps no bundles has no use for a message without RAND. */
static void test_update_unwanted(void **state)
{
	struct ksrtp_mikey_receiver_config cfg = { .ops = &real_ops,
						   .ops_ctx = &ours,
						   .skew_ns = 60 * SEC,
						   .max_replay = 1,
						   .domain = mcx_domain };
	struct ksrtp_mikey_receiver *rx;
	struct ksrtp_mikey_diag diag;
	unsigned int verified;

	(void)state;
	private_call(NOON)->update = true;
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_receiver_new(&rx, &cfg), KSRTP_MIKEY_OK);
	verified = ours.verified;
	assert_status(ksrtp_mikey_receive(rx, msg, msg_len, NOON, NULL, &offer, NULL, &diag),
		      KSRTP_MIKEY_MISSING);
	assert_int_equal(diag.payload, KSRTP_MIKEY_PAYLOAD_RAND);
	assert_int_equal(ours.verified, verified);
	ksrtp_mikey_receiver_free(rx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crypto_sessions),
		cmocka_unit_test(test_mki),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_default_in_map),
		cmocka_unit_test(test_timestamp_type),
		cmocka_unit_test(test_sent_strictly),
		cmocka_unit_test(test_habits),
		cmocka_unit_test(test_habit_names),
		cmocka_unit_test(test_lifetime),
		cmocka_unit_test(test_two_periods),
		cmocka_unit_test(test_era),
		cmocka_unit_test(test_bad_parameters),
		cmocka_unit_test(test_no_oracle),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_update_by_others),
		cmocka_unit_test(test_update_unwanted),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
