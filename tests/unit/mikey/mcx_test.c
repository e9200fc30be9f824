// SPDX-License-Identifier: BSD-3-Clause
/* The profile of 3GPP TS 33.180: published values, and our own messages. */
#include "mcx_scene.h"

#define NTP_UNIX INT64_C(2208988800)

static struct vectors *v;
static struct real theirs; /* the keys that came with the published messages */
static struct ksrtp_mikey_domain published;

static uint64_t number(const char *section, const char *name)
{
	return strtoull(vectors_text(v, section, name), NULL, 10);
}

static uint32_t u32(const char *section, const char *name)
{
	uint8_t b[4];

	assert_int_equal(vectors_hex(v, section, name, b, 4), 4);
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void add_key(struct vectors *f, const char *section)
{
	uint8_t rsk[257], ssk[32], pvt[65];
	struct ksrtp_mikey_identifier id = { 0 };

	if (strncmp(section, "key_", 4))
		return;
	id.len = (uint16_t)vectors_hex(f, section, "uid", id.data, 32);
	vectors_hex(f, section, "rsk", rsk, sizeof(rsk));
	vectors_hex(f, section, "ssk", ssk, sizeof(ssk));
	vectors_hex(f, section, "pvt", pvt, sizeof(pvt));
	assert_true(real_add_key(&theirs, vectors_text(f, "kms", "uri"), &id, rsk, ssk, pvt));
}

static int setup(void **state)
{
	uint8_t z[257], kpak[65];

	(void)state;
	v = vectors_open("mcx_mikey.txt");
	vectors_hex(v, "kms", "Z", z, sizeof(z));
	vectors_hex(v, "kms", "KPAK", kpak, sizeof(kpak));
	published.period = number("kms", "period");
	published.offset = number("kms", "offset");
	assert_true(real_init(&theirs));
	assert_true(real_add_public(&theirs, vectors_text(v, "kms", "uri"), z, kpak));
	vectors_each(v, add_key);
	assert_int_equal(theirs.n_keys, 4);
	mcx_setup();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	real_free(&theirs);
	mcx_teardown();
	vectors_close(v);
	return 0;
}

static bool domain(void *ctx, const char *kms, struct ksrtp_mikey_domain *out)
{
	*out = published;
	return !strcmp(kms, vectors_text(v, "kms", "uri")) || mcx_domain(ctx, kms, out);
}

static struct ksrtp_mikey_receiver *receiver(uint32_t lax, bool rcc)
{
	struct ksrtp_mikey_receiver_config cfg = {
		.ops = &real_ops,
		.ops_ctx = &theirs,
		.skew_ns = 60 * SEC,
		.max_replay = 100,
		.domain = domain,
		.lax = lax,
		.rcc = rcc,
	};
	struct ksrtp_mikey_receiver *rx;

	assert_status(ksrtp_mikey_receiver_new(&rx, &cfg), KSRTP_MIKEY_OK);
	return rx;
}

static unsigned int uids;

static void check_uid(struct vectors *f, const char *section)
{
	struct ksrtp_mikey_domain d;
	uint8_t want[32], got[32];

	if (strncmp(section, "uid_", 4))
		return;
	uids++;
	d.period = number(section, "period");
	d.offset = number(section, "offset");
	vectors_hex(f, section, "uid", want, sizeof(want));
	assert_status(ksrtp_mikey_uid(got, vectors_text(f, section, "uri"),
				      vectors_text(f, section, "kms"), &d,
				      number(section, "number")),
		      KSRTP_MIKEY_OK);
	assert_memory_equal(got, want, 32);
	if (vectors_has(f, section, "ntp"))
		assert_int_equal(
			ksrtp_mikey_uid_period(&d, ((int64_t)number(section, "ntp") - NTP_UNIX) *
							   SEC),
			number(section, "number"));
}

static void test_uid(void **state)
{
	uint8_t a[32], b[32];

	(void)state;
	vectors_each(v, check_uid);
	assert_int_equal(uids, 6);
	/* zero is one octet, and URIs are hashed as they are */
	assert_status(ksrtp_mikey_uid(a, "sip:a@b", "k", &month, 0), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_uid(b, "sip:A@b", "k", &month, 0), KSRTP_MIKEY_OK);
	assert_memory_not_equal(a, b, 32);
	assert_status(ksrtp_mikey_uid(a, "", "k", &month, 0), KSRTP_MIKEY_BAD_IDENTITY);
	assert_status(ksrtp_mikey_uid(a, "sip:a b", "k", &month, 0), KSRTP_MIKEY_BAD_IDENTITY);
	assert_status(ksrtp_mikey_uid(a, "sip:a", "", &month, 0), KSRTP_MIKEY_BAD_IDENTITY);
	/* the era of NTP that begins in 2036 has no new period numbers */
	assert_true(ksrtp_mikey_uid_period(&month, INT64_C(2085978496) * SEC) >
		    ksrtp_mikey_uid_period(&month, NOON));
	assert_int_equal(ksrtp_mikey_uid_period(&(struct ksrtp_mikey_domain){ 100, 100 }, NOON), 0);
	assert_int_equal(ksrtp_mikey_uid_period(&month, -NTP_UNIX * SEC - SEC), 0);
}

static void test_uid_rollover(void **state)
{
	const struct ksrtp_mikey_domain hour = { 3600, 0 };
	/* the first second of a period */
	int64_t turn = ((int64_t)ksrtp_mikey_uid_period(&month, NOON) * 2592000 - NTP_UNIX) * SEC;

	(void)state;
	assert_true(ksrtp_mikey_uid_acceptable(&month, turn, turn));
	assert_true(ksrtp_mikey_uid_acceptable(&month, turn - SEC, turn + 2 * DAY - SEC));
	assert_false(ksrtp_mikey_uid_acceptable(&month, turn - SEC, turn + 2 * DAY));
	assert_true(ksrtp_mikey_uid_acceptable(&month, turn, turn - 2 * DAY));
	assert_false(ksrtp_mikey_uid_acceptable(&month, turn, turn - 2 * DAY - SEC));
	assert_true(ksrtp_mikey_uid_acceptable(&hour, turn - SEC, turn));
	assert_false(ksrtp_mikey_uid_acceptable(&hour, turn - SEC, turn + 3600 * SEC));
	assert_false(ksrtp_mikey_uid_acceptable(&(struct ksrtp_mikey_domain){ 0, 0 }, 0, 0));
}

static void test_guk_id(void **state)
{
	uint8_t gmk[16];
	uint32_t guk, back;

	(void)state;
	vectors_hex(v, "guk", "gmk", gmk, 16);
	assert_status(ksrtp_mikey_guk_id(gmk, u32("guk", "gmk_id"), vectors_text(v, "guk", "uri"),
					 &guk),
		      KSRTP_MIKEY_OK);
	assert_int_equal(guk, u32("guk", "guk_id"));
	assert_status(ksrtp_mikey_guk_id(gmk, guk, vectors_text(v, "guk", "uri"), &back),
		      KSRTP_MIKEY_OK);
	assert_int_equal(back, u32("guk", "gmk_id"));
	assert_status(ksrtp_mikey_guk_id(gmk, 0x40000001, SIP_ALICE, &guk), KSRTP_MIKEY_OK);
	assert_int_equal(ksrtp_mikey_purpose(guk), KSRTP_MIKEY_PURPOSE_MKFC);
	assert_status(ksrtp_mikey_guk_id(gmk, 1, "", &guk), KSRTP_MIKEY_BAD_IDENTITY);
}

static unsigned int messages;

/* What the published messages do that the standards do not allow. */
static const struct {
	const char *section;
	uint32_t lax;
	enum ksrtp_mikey_status strictly;
} published_habits[] = {
	{ "message_gmk", 0, KSRTP_MIKEY_OK },
	{ "message_csk", 0, KSRTP_MIKEY_OK },
	{ "message_pck", KSRTP_MIKEY_LAX_MAP_SP | KSRTP_MIKEY_LAX_PRIVATE_ROC,
	  KSRTP_MIKEY_MISPLACED },
	{ "message_gmk_legacy", KSRTP_MIKEY_LAX_MAP_TYPE, KSRTP_MIKEY_UNSUPPORTED_MAP },
};

static void check_message(struct vectors *f, const char *section)
{
	uint32_t lax;
	unsigned int row = 0;
	struct ksrtp_mikey_key_params params;
	struct ksrtp_mikey_diag diag;
	struct ksrtp_mikey_receiver *rx;
	struct ksrtp_mikey_keys keys;
	char from[64], to[64];
	uint8_t tgk[16], rand[16], uid[32];
	enum ksrtp_mikey_status st;
	int64_t now;
	size_t len;

	if (strncmp(section, "message_", 8))
		return;
	messages++;
	while (strcmp(published_habits[row].section, section))
		assert_true(++row < sizeof(published_habits) / sizeof(published_habits[0]));
	lax = published_habits[row].lax;
	len = vectors_hex(f, section, "message", msg, sizeof(msg));
	vectors_hex(f, section, "tgk", tgk, 16);
	vectors_hex(f, section, "rand", rand, 16);
	snprintf(from, sizeof(from), "key_%s", vectors_text(f, section, "from"));
	snprintf(to, sizeof(to), "key_%s", vectors_text(f, section, "to"));
	now = (INT64_C(0xec898da8) - NTP_UNIX) * SEC;

	/* strictly, and without counters in the packets, they are refused with a reason */
	rx = receiver(0, true);
	st = ksrtp_mikey_receive(rx, msg, len, now, NULL, &offer, NULL, &diag);
	assert_status(st, published_habits[row].strictly);
	ksrtp_mikey_receiver_free(rx);
	rx = receiver(lax, false);
	assert_status(ksrtp_mikey_receive(rx, msg, len, now, NULL, &offer, NULL, &diag),
		      KSRTP_MIKEY_UNSUPPORTED_SP_PARAM);
	ksrtp_mikey_receiver_free(rx);

	rx = receiver(lax, true);
	assert_status(ksrtp_mikey_receive(rx, msg, len, now, NULL, &offer, NULL, &diag),
		      KSRTP_MIKEY_OK);
	assert_int_equal(offer.lax, lax);
	assert_int_equal(offer.suite, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	assert_int_equal(offer.prf, KSRTP_MIKEY_PRF_SHA256);
	assert_memory_equal(offer.rand, rand, 16);
	vectors_hex(f, from, "uid", uid, 32);
	assert_memory_equal(offer.initiator_uid, uid, 32);
	vectors_hex(f, to, "uid", uid, 32);
	assert_memory_equal(offer.responder_uid, uid, 32);
	/* the caller has no name until the protected signalling gives one that fits */
	assert_true(offer.anonymous);
	assert_string_equal(offer.initiator, "");
	assert_status(ksrtp_mikey_offer_name(&offer, &published, SIP_ALICE),
		      KSRTP_MIKEY_WRONG_SENDER);
	assert_true(offer.anonymous);
	assert_status(ksrtp_mikey_offer_name(&offer, &published, vectors_text(f, from, "uri")),
		      KSRTP_MIKEY_OK);
	assert_false(offer.anonymous);
	assert_string_equal(offer.initiator, vectors_text(f, from, "uri"));

	assert_status(ksrtp_mikey_open(&real_ops, &theirs, &offer, &keys), KSRTP_MIKEY_OK);
	assert_memory_equal(keys.tgk, tgk, 16);
	assert_status(ksrtp_mikey_params_decode(&params, keys.tgk, offer.csb_id, offer.params,
						offer.params_len),
		      KSRTP_MIKEY_OK);
	assert_int_equal(params.status, KSRTP_MIKEY_KEY_NOT_REVOKED);
	assert_int_equal(params.expiry, 0);
	if (vectors_has(f, section, "guk_id")) {
		uint32_t guk;

		/* a group's message names the receiver's own key ID */
		assert_int_equal(offer.csb_id, u32(section, "guk_id"));
		assert_status(ksrtp_mikey_guk_id(keys.tgk, u32(section, "id"),
						 vectors_text(f, to, "uri"), &guk),
			      KSRTP_MIKEY_OK);
		assert_int_equal(guk, offer.csb_id);
	} else {
		assert_int_equal(offer.csb_id, u32(section, "id"));
		assert_int_equal(params.type, ksrtp_mikey_purpose(offer.csb_id));
		assert_true(params.encrypted);
	}
	/* one bit of the parameters: the tag, or what they say, is wrong */
	offer.params[offer.params_len - 1] ^= 1;
	assert_true(ksrtp_mikey_open(&real_ops, &theirs, &offer, &keys) != KSRTP_MIKEY_OK);
	ksrtp_mikey_receiver_free(rx);

	/* with the URIs known beforehand they are compared at once */
	rx = receiver(lax, true);
	struct ksrtp_mikey_expect e = { .initiator = SIP_ALICE,
					.responder = vectors_text(f, to, "uri") };

	assert_status(ksrtp_mikey_receive(rx, msg, len, now, &e, &offer, NULL, &diag),
		      KSRTP_MIKEY_WRONG_SENDER);
	e.initiator = vectors_text(f, from, "uri");
	assert_status(ksrtp_mikey_receive(rx, msg, len, now, &e, &offer, NULL, &diag),
		      KSRTP_MIKEY_OK);
	assert_false(offer.anonymous);
	ksrtp_mikey_receiver_free(rx);
}

static void test_published(void **state)
{
	(void)state;
	vectors_each(v, check_message);
	assert_int_equal(messages, 4);
}

/* --- our own --- */

static void test_private(void **state)
{
	const uint8_t iv[16] = { 1, 2, 3 };
	struct ksrtp_mikey_key_params params = { .type = KSRTP_MIKEY_PURPOSE_PCK,
						 .encrypted = 1,
						 .status = KSRTP_MIKEY_KEY_NOT_REVOKED,
						 .text_len = 4,
						 .text = "test" };
	struct ksrtp_mikey_proposal *p = private_call(NOON);
	struct ksrtp_mikey_keys a, b;

	(void)state;
	p->params = &params;
	p->params_iv = iv;
	p->to_self = true;
	for (int hide = 0; hide <= 1; hide++) {
		p->hide = hide;
		assert_status(initiate(&a), KSRTP_MIKEY_OK);
		assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
		assert_int_equal(offer.anonymous, hide);
		assert_string_equal(offer.initiator, hide ? "" : SIP_ALICE);
		assert_int_equal(offer.suite, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
		assert_int_equal(!!memmem(msg, msg_len, SIP_ALICE, strlen(SIP_ALICE)), !hide);
		assert_status(ksrtp_mikey_open(&real_ops, &ours, &offer, &b), KSRTP_MIKEY_OK);
		assert_memory_equal(&a, &b, sizeof(a));
		/* the caller's other device */
		assert_status(ksrtp_mikey_open_self(&real_ops, &ours, &offer, &b), KSRTP_MIKEY_OK);
		assert_memory_equal(&a, &b, sizeof(a));
	}
	p->to_self = false;
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_open_self(&real_ops, &ours, &offer, &b), KSRTP_MIKEY_MISSING);

	/* status and expiry are honoured; a gateway at the other end is just said */
	params.status = 0;
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_open(&real_ops, &ours, &offer, &b), KSRTP_MIKEY_REVOKED);
	for (size_t i = 0; i < sizeof(b); i++)
		assert_int_equal(((uint8_t *)&b)[i], 0);
	params.status = KSRTP_MIKEY_KEY_NOT_REVOKED | KSRTP_MIKEY_KEY_WITH_GATEWAY;
	params.expiry = (uint64_t)(NOON / SEC);
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_open(&real_ops, &ours, &offer, &b), KSRTP_MIKEY_EXPIRED);
	params.expiry++;
	params.encrypted = 0;
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_open(&real_ops, &ours, &offer, &b), KSRTP_MIKEY_OK);
}

/* One GMK and RAND for all, a message for each; each sends with his own GUK-ID. */
static void test_group(void **state)
{
	static const char *const members[] = { SIP_ALICE, SIP_BOB };
	struct ksrtp_mikey_srtp_key sent[2], heard;
	struct ksrtp_mikey_keys keys;
	uint32_t guk[2];

	(void)state;
	for (int m = 0; m < 2; m++) {
		guk[m] = group_key(NOON, 0x09bf9d37, members[m])->csb_id;
		assert_status(initiate(NULL), KSRTP_MIKEY_OK);
		assert_status(receive(NULL, 0, false), KSRTP_MIKEY_UNSUPPORTED_SP_PARAM);
		assert_status(receive(NULL, 0, true), KSRTP_MIKEY_OK);
		assert_int_equal(offer.cs[0].rcc, 3);
		assert_int_equal(offer.rcc, 3);
		assert_int_equal(offer.cs[0].suite, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
		assert_status(ksrtp_mikey_open(&real_ops, &ours, &offer, &keys), KSRTP_MIKEY_OK);
		assert_status(ksrtp_mikey_srtp_key(&keys, 4, 2, &sent[m]), KSRTP_MIKEY_OK);
	}
	assert_memory_not_equal(sent[0].key, sent[1].key, 16);
	/* the second member hears the first, whose GUK-ID comes in the MKI */
	keys.csb_id = guk[0];
	assert_status(ksrtp_mikey_srtp_key(&keys, 4, 2, &heard), KSRTP_MIKEY_OK);
	assert_memory_equal(&heard, &sent[0], sizeof(heard));
}

static void test_refused(void **state)
{
	struct ksrtp_mikey_proposal *p = private_call(NOON);
	struct ksrtp_mikey_expect e = { .responder = SIP_ALICE };
	uint8_t *at;

	(void)state;
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	assert_status(receive(&e, 0, false), KSRTP_MIKEY_WRONG_RECIPIENT);
	p->hide = true;
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	assert_status(receive(&e, 0, false), KSRTP_MIKEY_WRONG_RECIPIENT);
	/* a UID that is not that of the URI beside it */
	e.responder = SIP_BOB;
	e.initiator = SIP_BOB;
	assert_status(receive(&e, 0, false), KSRTP_MIKEY_WRONG_SENDER);
	/* a KMS that nobody knows */
	at = memmem(msg, msg_len, KMS, strlen(KMS));
	*at = 'x';
	resign(SIP_ALICE);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_UNKNOWN_KMS);
	*at = KMS[0];
	/* signed by somebody else who has good keys */
	resign(SIP_BOB);
	assert_status(receive(NULL, 0, false), KSRTP_MIKEY_BAD_SIGNATURE);
	/* no KMS named */
	p->initiator_kms = p->responder_kms = NULL;
	assert_status(initiate(NULL), KSRTP_MIKEY_BAD_IDENTITY);
	/* not for the scheme of tel URIs */
	p = private_call(NOON);
	p->scheme = KSRTP_MIKEY_SCHEME_TEL_MONTH;
	p->initiator = ALICE;
	p->responder = BOB;
	p->hide = true;
	assert_status(initiate(NULL), KSRTP_MIKEY_BAD_ARGUMENT);

	/* every octet of a message with all there is */
	const uint8_t iv[16] = { 9 };
	struct ksrtp_mikey_key_params params = { .type = 1, .encrypted = 1, .status = 1 };

	p = private_call(NOON);
	p->hide = p->to_self = true;
	p->params = &params;
	p->params_iv = iv;
	assert_status(initiate(NULL), KSRTP_MIKEY_OK);
	for (size_t i = 0; i < msg_len; i++) {
		msg[i] ^= (uint8_t)(1u << (i % 8));
		assert_true(receive(NULL, 0, true) != KSRTP_MIKEY_OK);
		msg[i] ^= (uint8_t)(1u << (i % 8));
	}
	assert_status(receive(NULL, 0, true), KSRTP_MIKEY_OK);
}

static void test_params(void **state)
{
	struct ksrtp_mikey_key_params p = { .type = 0,
					    .status = 3,
					    .activation = 1,
					    .expiry = (UINT64_C(1) << 40) - 1,
					    .text_len = 256,
					    .groups_len = 256 },
				      back;
	const uint8_t key[16] = { 7 }, iv[16] = { 8 };
	uint8_t buf[KSRTP_MIKEY_PARAMS_MAX];
	size_t len, n;

	(void)state;
	for (int enc = 0; enc <= 1; enc++) {
		p.encrypted = (uint8_t)enc;
		assert_status(ksrtp_mikey_params_encode(&p, key, 5, NOON, iv, buf, sizeof(buf),
							&len),
			      KSRTP_MIKEY_OK);
		assert_status(ksrtp_mikey_params_decode(&back, key, 5, buf, len), KSRTP_MIKEY_OK);
		assert_memory_equal(&back, &p, sizeof(p));
		for (size_t cut = 0; cut < len; cut++) {
			/* cut before the group IDs it is a whole without them */
			bool whole = !enc && cut == len - 258;

			assert_int_equal(ksrtp_mikey_params_decode(&back, key, 5, buf, cut) ==
						 KSRTP_MIKEY_OK,
					 whole);
			assert_status(ksrtp_mikey_params_encode(&p, key, 5, NOON, iv, buf, cut, &n),
				      KSRTP_MIKEY_NO_SPACE);
			assert_status(ksrtp_mikey_params_encode(&p, key, 5, NOON, iv, buf,
								sizeof(buf), &len),
				      KSRTP_MIKEY_OK);
		}
		for (size_t i = 0; enc && i < len; i++) {
			/* the one octet that the tag does not cover is an identifier of no use */
			if (i == 32)
				continue;
			buf[i] ^= 1;
			assert_true(ksrtp_mikey_params_decode(&back, key, 5, buf, len) !=
				    KSRTP_MIKEY_OK);
			buf[i] ^= 1;
		}
	}
	assert_status(ksrtp_mikey_params_decode(&back, key, 6, buf, len), KSRTP_MIKEY_BAD_PARAMS);
	assert_status(ksrtp_mikey_params_decode(&back, iv, 5, buf, len), KSRTP_MIKEY_BAD_PARAMS);
	p.text_len = 257;
	assert_status(ksrtp_mikey_params_encode(&p, key, 5, NOON, iv, buf, sizeof(buf), &len),
		      KSRTP_MIKEY_BAD_ARGUMENT);
	p.text_len = 0;
	p.expiry++;
	assert_status(ksrtp_mikey_params_encode(&p, key, 5, NOON, iv, buf, sizeof(buf), &len),
		      KSRTP_MIKEY_BAD_ARGUMENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uid),	  cmocka_unit_test(test_uid_rollover),
		cmocka_unit_test(test_guk_id),	  cmocka_unit_test(test_published),
		cmocka_unit_test(test_private),	  cmocka_unit_test(test_group),
		cmocka_unit_test(test_refused),	  cmocka_unit_test(test_params),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
