// SPDX-License-Identifier: BSD-3-Clause
/*
 * The receiver on messages that are well formed and well signed: the mutator takes
 * one apart, changes it payload by payload, puts it together and signs it, so that
 * what lies behind the signature is searched as the decoder is.  Of each message
 * that passes, one changed bit must not, nor may it pass a second time, be it after
 * a restart.
 *
 * Two octets of switches (habits to accept, bit 15: with expected identities), then
 * the message.
 */
#include "fuzz_mikey_fake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* What verify() has last been asked for, and the signature that would have been right. */
static struct {
	bool asked;
	uint8_t sig[KSRTP_MIKEY_SIGN_LEN];
} wanted;

static enum ksrtp_mikey_status verify(void *ctx, const char *kms,
				      const struct ksrtp_mikey_identifier *id, const uint8_t *msg,
				      size_t len, const uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	uint8_t want[KSRTP_MIKEY_SIGN_LEN];

	(void)ctx;
	fuzz_sign(kms, id, msg, len, want);
	if (!wanted.asked)
		memcpy(wanted.sig, want, sizeof(want));
	wanted.asked = true;
	return memcmp(want, sig, sizeof(want)) ? KSRTP_MIKEY_BAD_SIGNATURE : KSRTP_MIKEY_OK;
}

static const struct ksrtp_mikey_ops ops = { .verify = verify, .decapsulate = fuzz_decapsulate };

static bool sync_marks(void *ctx)
{
	(void)ctx;
	return true;
}

static enum ksrtp_mikey_status receive(const uint8_t *data, size_t size, bool twice,
				       struct ksrtp_mikey_offer *offer)
{
	static const struct ksrtp_mikey_expect expect = { "sip:alice@example.org", NULL,
							  "kms.example.org", "kms.example.org" };
	const int64_t day = INT64_C(86400) * 1000000000;
	uint32_t switches = data[0] | (uint32_t)data[1] << 8;
	struct ksrtp_mikey_mark marks[2] = { 0 };
	struct ksrtp_mikey_receiver_config cfg = {
		.ops = &ops,
		.skew_ns = day,
		.marks = marks,
		.n_marks = 2,
		.mark_skew_ns = day,
		.sync = sync_marks,
		.max_replay = 2,
		.domain = fuzz_domain,
		.updates = true,
		.rcc = true,
		.lax = switches & 0x7fff,
	};
	const struct ksrtp_mikey_expect *e = switches & 0x8000 ? &expect : NULL;
	struct ksrtp_mikey_receiver *rx;
	struct ksrtp_mikey_error hint;
	struct ksrtp_mikey_diag diag;
	enum ksrtp_mikey_status st;
	uint64_t habits = 0;

	fuzz_check(!ksrtp_mikey_receiver_new(&rx, &cfg));
	st = ksrtp_mikey_receive(rx, data + 2, size - 2, FUZZ_NOON, e, offer, &hint, &diag);
	fuzz_check(ksrtp_mikey_receiver_cached(rx) == (st == KSRTP_MIKEY_OK));
	fuzz_check(diag.offset <= size - 2 && (st || !hint.answer));
	for (unsigned int i = 0; i < KSRTP_MIKEY_HABIT_COUNT; i++)
		habits |= ksrtp_mikey_receiver_habit(rx, i) << i;
	fuzz_check(habits == offer->lax && !(habits & ~(cfg.lax | KSRTP_MIKEY_LAX_HARMLESS)));
	if (!st && twice) {
		static struct ksrtp_mikey_offer again;

		fuzz_check(ksrtp_mikey_receive(rx, data + 2, size - 2, FUZZ_NOON, e, &again, &hint,
					       &diag) == KSRTP_MIKEY_REPLAY);
		ksrtp_mikey_receiver_free(rx);
		cfg.start_ns = FUZZ_NOON;
		fuzz_check(!ksrtp_mikey_receiver_new(&rx, &cfg));
		fuzz_check(ksrtp_mikey_receive(rx, data + 2, size - 2, FUZZ_NOON, e, &again, &hint,
					       &diag) == (offer->time_ns > FUZZ_NOON ?
								  KSRTP_MIKEY_BEFORE_MARK :
								  KSRTP_MIKEY_BEFORE_START));
	}
	ksrtp_mikey_receiver_free(rx);
	return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ksrtp_mikey_offer offer, other;
	uint8_t *copy;
	size_t bit;

	if (size < 2 || size > KSRTP_MIKEY_MAX_MESSAGE)
		return 0;
	if (receive(data, size, true, &offer))
		return 0;
	/* with that habit two octets are not signed */
	if (!(offer.lax & KSRTP_MIKEY_LAX_SIGN_RANGE)) {
		copy = malloc(size);
		fuzz_check(copy != NULL);
		memcpy(copy, data, size);
		bit = (offer.digest[0] | (size_t)offer.digest[1] << 8) % (8 * (size - 2));
		copy[2 + bit / 8] ^= (uint8_t)(1 << bit % 8);
		fuzz_check(receive(copy, size, false, &other) != KSRTP_MIKEY_OK);
		free(copy);
	}
	fuzz_open(&offer);
	return 0;
}

/* ------------------------------------------------------------------- mutation */

static uint32_t state;

static uint32_t rnd(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % n;
}

static uint8_t arena[4 * KSRTP_MIKEY_MAX_MESSAGE];
static size_t arena_used;

/* A changed copy of a span, which may grow. */
static void change_span(struct ksrtp_mikey_span *s)
{
	size_t room = s->len + 64;

	if (arena_used + room > sizeof(arena))
		return;
	if (s->len)
		memcpy(arena + arena_used, s->data, s->len);
	s->data = arena + arena_used;
	s->len = LLVMFuzzerMutate(arena + arena_used, s->len, room);
	arena_used += room;
}

static void set_span(struct ksrtp_mikey_span *s, const void *data, size_t len)
{
	if (arena_used + len > sizeof(arena))
		return;
	memcpy(arena + arena_used, data, len);
	*s = (struct ksrtp_mikey_span){ arena + arena_used, len };
	arena_used += len;
}

static const char *const uris[] = { "tel:+447700900123",     "tel:+447700900456",
				    "sip:alice@example.org", "sip:bob@example.org",
				    "kms.example.org",	     "unknown" };

static enum ksrtp_mikey_status encapsulate(void *ctx, const char *kms,
					   const struct ksrtp_mikey_identifier *id,
					   const uint8_t ssv[KSRTP_MIKEY_SSV_LEN],
					   uint8_t out[KSRTP_MIKEY_SAKKE_LEN])
{
	(void)ctx;
	(void)kms;
	(void)id;
	memset(out, 4, 257);
	memcpy(out + 257, ssv, KSRTP_MIKEY_SSV_LEN);
	return KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status sign(void *ctx, const char *kms,
				    const struct ksrtp_mikey_identifier *id, const uint8_t *msg,
				    size_t len, uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	(void)ctx;
	fuzz_sign(kms, id, msg, len, sig);
	return KSRTP_MIKEY_OK;
}

static struct ksrtp_mikey_key_params random_params(uint32_t csb_id)
{
	return (struct ksrtp_mikey_key_params){
		.type = (uint8_t)(rnd(4) ? ksrtp_mikey_purpose(csb_id) : rnd(8)),
		.encrypted = (uint8_t)rnd(2),
		.status = rnd(4),
		.activation = rnd(2) ? 0 : rnd(UINT32_MAX),
		.expiry = rnd(2) ? 0 : rnd(UINT32_MAX),
		.text_len = (uint16_t)rnd(20),
		.groups_len = (uint16_t)rnd(20),
	};
}

/* A message as we might send it, in either profile; 0 if there is no such. */
static size_t fresh(uint8_t *out, size_t cap)
{
	static const struct ksrtp_mikey_ops making = { .encapsulate = encapsulate, .sign = sign };
	static const struct ksrtp_mikey_domain month = { .period = 2592000 };
	static const uint8_t octets[32] = { 1, 2, 3 };
	bool uid = rnd(4), map = rnd(2);
	uint32_t csb_id = rnd(UINT32_MAX) & 0x6fffffff;
	struct ksrtp_mikey_key_params params = random_params(csb_id);
	struct ksrtp_mikey_flow flow = { .family = 4, .initiator_port = 1, .responder_port = 2 };
	struct ksrtp_mikey_proposal p = {
		.scheme = uid ? KSRTP_MIKEY_SCHEME_UID : KSRTP_MIKEY_SCHEME_TEL_MONTH,
		.prf = (uint8_t)uid,
		.now_ns = FUZZ_NOON - rnd(UINT32_MAX),
		.initiator = uris[2 * uid],
		.responder = uris[1 + 2 * uid],
		.initiator_kms = "kms.example.org",
		.responder_kms = "kms.example.org",
		.csb_id = csb_id,
		.rand = octets,
		.rand_len = 16 + rnd(16),
		.update = rnd(4) == 0,
		.ssv = octets,
		.map_type = map ? (uid ? KSRTP_MIKEY_MAP_GENERIC_ID : KSRTP_MIKEY_MAP_SRTP_ID) :
				  KSRTP_MIKEY_MAP_EMPTY,
		.n_cs = map,
		.flow = rnd(4) ? NULL : &flow,
		.initiator_domain = &month,
		.responder_domain = &month,
		.hide = uid && rnd(2),
		.to_self = uid && rnd(2),
		.params = uid && rnd(2) ? &params : NULL,
		.params_iv = octets,
	};
	size_t len;

	p.cs[0].suite = (uint8_t)(1 + rnd(KSRTP_MIKEY_SUITE_COUNT - 1));
	if (uid) {
		ksrtp_mikey_mcx_cs(csb_id, rnd(2), true, rnd(2), &p.cs[0].id);
		p.cs[0].rcc = rnd(2) ? 3 : 0;
		if (rnd(2))
			p.cs[0].spi_len = (uint8_t)ksrtp_mikey_mcx_mki(csb_id, 7, p.cs[0].spi);
	}
	return ksrtp_mikey_initiate(&making, NULL, &p, out, cap, &len, NULL) ? 0 : len;
}

static void change_id(struct ksrtp_mikey_payload *p)
{
	static const struct ksrtp_mikey_domain month = { .period = 2592000 };
	const char *uri = uris[rnd(6)];
	uint8_t uid[KSRTP_MIKEY_UID_LEN];

	switch (rnd(4)) {
	case 0:
		p->id.role = (uint8_t)rnd(12);
		break;
	case 1:
		set_span(&p->id.data, uri, strlen(uri) + rnd(2));
		break;
	case 2:
		if (!ksrtp_mikey_uid(uid, uri, "kms.example.org", &month,
				     ksrtp_mikey_uid_period(&month, FUZZ_NOON)))
			set_span(&p->id.data, uid, sizeof(uid));
		break;
	default:
		change_span(&p->id.data);
	}
}

/* Parameters that open: encrypted with the key in the clear of this SAKKE. */
static void change_params(const struct ksrtp_mikey_msg *m, struct ksrtp_mikey_payload *p)
{
	static const uint8_t iv[16] = { 1 };
	struct ksrtp_mikey_key_params params = random_params(m->hdr.csb_id);
	uint8_t data[KSRTP_MIKEY_PARAMS_MAX];
	size_t len;

	p->ext.type = KSRTP_MIKEY_EXT_KEY_PARAMS;
	for (unsigned int i = 0; i < m->n_payloads; i++)
		if (m->payload[i].type == KSRTP_MIKEY_PAYLOAD_SAKKE &&
		    m->payload[i].sakke.data.len == KSRTP_MIKEY_SAKKE_LEN &&
		    !ksrtp_mikey_params_encode(&params, m->payload[i].sakke.data.data + 257,
					       m->hdr.csb_id, FUZZ_NOON, iv, data, sizeof(data),
					       &len))
			set_span(&p->ext.data, data, len);
}

static void change_ext(const struct ksrtp_mikey_msg *m, struct ksrtp_mikey_payload *p)
{
	static const uint8_t self[278] = { 0, 1, 2, 1, 17, 4 };
	struct ksrtp_mikey_flow flow = { .family = rnd(2) ? 4 : 6,
					 .initiator_port = (uint16_t)rnd(65536),
					 .responder_port = (uint16_t)rnd(65536) };
	uint8_t data[KSRTP_MIKEY_FLOW_MAX];
	size_t len;

	switch (rnd(4)) {
	case 0:
		change_params(m, p);
		break;
	case 1:
		p->ext.type = KSRTP_MIKEY_EXT_SAKKE_SELF;
		set_span(&p->ext.data, self, sizeof(self));
		break;
	case 2:
		p->ext.type = KSRTP_MIKEY_EXT_VENDOR_ID;
		if (!ksrtp_mikey_flow_encode(&flow, data, sizeof(data), &len))
			set_span(&p->ext.data, data, len);
		break;
	default:
		change_span(&p->ext.data);
	}
}

static void change_payload(struct ksrtp_mikey_msg *m, struct ksrtp_mikey_payload *p)
{
	switch (p->type) {
	case KSRTP_MIKEY_PAYLOAD_T:
		p->t.value = ksrtp_mikey_ntp_from_ns(FUZZ_NOON) + rnd(UINT32_MAX);
		p->t.type = (uint8_t)rnd(8 + 1) / 4;
		break;
	case KSRTP_MIKEY_PAYLOAD_RAND:
		change_span(&p->rand);
		break;
	case KSRTP_MIKEY_PAYLOAD_IDR:
		change_id(p);
		break;
	case KSRTP_MIKEY_PAYLOAD_SP:
		if (rnd(2))
			change_span(&p->sp.raw);
		else if (ksrtp_mikey_sp_for_suite(&p->sp, p->sp.no, rnd(10)) && rnd(2))
			ksrtp_mikey_sp_add_rcc(&p->sp);
		break;
	case KSRTP_MIKEY_PAYLOAD_SAKKE:
		p->sakke.scheme = (uint8_t)(1 + rnd(2));
		if (rnd(2) && p->sakke.data.len == KSRTP_MIKEY_SAKKE_LEN) {
			change_span(&p->sakke.data);
			if (rnd(4))
				p->sakke.data.len = KSRTP_MIKEY_SAKKE_LEN;
		}
		break;
	case KSRTP_MIKEY_PAYLOAD_EXT:
		change_ext(m, p);
		break;
	default:
		break;
	}
}

static void change_hdr(struct ksrtp_mikey_hdr *h)
{
	struct ksrtp_mikey_cs *cs = &h->cs[h->n_map ? rnd(h->n_map) : 0];

	switch (rnd(7)) {
	case 0:
		h->prf = (uint8_t)rnd(3);
		break;
	case 1:
		h->csb_id = (h->csb_id & 0x0fffffff) | rnd(16) << 28;
		break;
	case 2:
		h->map_type = (uint8_t)rnd(3);
		break;
	case 3:
		h->n_cs = h->n_map = (uint8_t)rnd(4);
		for (unsigned int i = 0; i < h->n_map; i++)
			h->cs[i] = (struct ksrtp_mikey_cs){ .id = (uint8_t)(i + 1),
							    .n_policies = 1 };
		break;
	case 4:
		cs->id = (uint8_t)rnd(10);
		break;
	case 5:
		cs->spi_len = rnd(2) ? 4 : 8;
		for (unsigned int i = 0; i < 4; i++)
			cs->spi[cs->spi_len - 4 + i] = (uint8_t)(h->csb_id >> (24 - 8 * i));
		break;
	default:
		h->v = rnd(2);
		cs->policy[0] = (uint8_t)rnd(3);
		cs->n_policies = (uint8_t)rnd(3);
	}
}

/* One change; the signature stays the last payload. */
static void change(struct ksrtp_mikey_msg *m)
{
	unsigned int last = m->n_payloads ? m->n_payloads - 1 : 0, a, b;
	struct ksrtp_mikey_payload tmp;

	if (!last || rnd(4) == 0) {
		change_hdr(&m->hdr);
		return;
	}
	a = rnd(last);
	b = rnd(last);
	switch (rnd(8)) {
	case 0: /* leave one out */
		memmove(&m->payload[a], &m->payload[a + 1],
			(m->n_payloads - a - 1) * sizeof(tmp));
		m->n_payloads--;
		break;
	case 1:
		tmp = m->payload[a];
		m->payload[a] = m->payload[b];
		m->payload[b] = tmp;
		break;
	case 2: /* one twice, and changed */
	case 3:
		if (m->n_payloads == KSRTP_MIKEY_MAX_PAYLOADS)
			break;
		memmove(&m->payload[a + 1], &m->payload[a], (m->n_payloads - a) * sizeof(tmp));
		m->n_payloads++;
		if (rnd(2)) {
			m->payload[a] =
				(struct ksrtp_mikey_payload){ .type = KSRTP_MIKEY_PAYLOAD_EXT };
			m->payload[a].ext.data = (struct ksrtp_mikey_span){ arena, 0 };
		} else if (rnd(2)) {
			m->payload[a] =
				(struct ksrtp_mikey_payload){ .type = KSRTP_MIKEY_PAYLOAD_SP };
			m->payload[a].sp.no = (uint8_t)rnd(3);
		}
		change_payload(m, &m->payload[a]);
		break;
	default:
		change_payload(m, &m->payload[a]);
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	static uint8_t source[KSRTP_MIKEY_MAX_MESSAGE], out[KSRTP_MIKEY_MAX_MESSAGE];
	static struct ksrtp_mikey_offer offer;
	static struct ksrtp_mikey_msg m;
	unsigned int changes;
	size_t len, old = size;

	state = seed | 1;
	arena_used = 0;
	changes = rnd(4) ? 1 : rnd(4);
	if (size < 2 || size > sizeof(source))
		return LLVMFuzzerMutate(data, size, max_size);
	if (rnd(16) == 0)
		data[rnd(2)] ^= (uint8_t)(1 << rnd(8));
	memcpy(source, data + 2, size - 2);
	/* most that has been kept is refused early; begin with something good now and then */
	if (rnd(4) == 0) {
		len = fresh(source, sizeof(source));
		if (len)
			size = len + 2;
	}
	/* as far as it can be read: what is wrong with it is mended, or not */
	ksrtp_mikey_decode(&m, source, size - 2, UINT32_MAX, NULL);
	while (changes--)
		change(&m);
	if (!m.n_payloads || ksrtp_mikey_encode(&m, out, sizeof(out), &len) || len < 200 ||
	    len + 2 > max_size)
		return LLVMFuzzerMutate(data, old, max_size);
	memcpy(data + 2, out, len);
	/* ask the receiver what the signature should be, and write that */
	wanted.asked = false;
	receive(data, len + 2, false, &offer);
	if (wanted.asked)
		memcpy(data + 2 + len - KSRTP_MIKEY_SIGN_LEN, wanted.sig, KSRTP_MIKEY_SIGN_LEN);
	return len + 2;
}
