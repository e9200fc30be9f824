// SPDX-License-Identifier: BSD-3-Clause
/*
 * Decoder.  It takes a message apart and checks what the octets must satisfy by
 * themselves; it judges no value that a policy may like or dislike.
 *
 * Payloads have no common length field, so a payload of unknown type ends it
 * (RFC 3830 section 6).  The order is fixed for the first (HDR) and the last
 * (SIGN) payload only, elsewhere it is a recommendation (RFC 3830 section 5.2).
 */
#include <string.h>

#include "mikey/internal.h"

struct decoder {
	struct ksrtp_mikey_msg *msg;
	struct ksrtp_rd rd;
	uint32_t allow;
	struct ksrtp_mikey_diag *diag;
};

static enum ksrtp_mikey_status fail(struct decoder *d, enum ksrtp_mikey_status status, int payload,
				    size_t offset, const char *reason)
{
	return ksrtp_mikey_fail(d->diag, status, payload, offset, reason);
}

/*
 * HDR, RFC 3830 section 6.1:
 *
 *	+---------+-----------+--------------+---+----------+--------+-----+----------+-----
 *	| version | data type | next payload | V | PRF func | CSB ID | #CS | map type | map
 *	|    1    |     1     |      1       | 1 bit,    7  |   4    |  1  |    1     |
 *	+---------+-----------+--------------+---+----------+--------+-----+----------+-----
 */
static enum ksrtp_mikey_status decode_hdr(struct decoder *d)
{
	struct ksrtp_mikey_hdr *hdr = &d->msg->hdr;
	enum ksrtp_mikey_status st;
	unsigned int flags;

	hdr->version = ksrtp_rd_u8(&d->rd);
	hdr->data_type = ksrtp_rd_u8(&d->rd);
	hdr->next = ksrtp_rd_u8(&d->rd);
	flags = ksrtp_rd_u8(&d->rd);
	hdr->v = flags & 0x80;
	hdr->prf = flags & 0x7f;
	hdr->csb_id = ksrtp_rd_u32(&d->rd);
	hdr->n_cs = ksrtp_rd_u8(&d->rd);
	hdr->map_type = ksrtp_rd_u8(&d->rd);
	if (!ksrtp_rd_ok(&d->rd))
		return fail(d, KSRTP_MIKEY_TRUNCATED, KSRTP_MIKEY_PAYLOAD_HDR, 0,
			    "the message is shorter than a header");
	if (hdr->version != 1)
		return fail(d, KSRTP_MIKEY_BAD_VERSION, KSRTP_MIKEY_PAYLOAD_HDR, 0,
			    "MIKEY version is not 1");
	if (hdr->data_type != KSRTP_MIKEY_TYPE_SAKKE && hdr->data_type != KSRTP_MIKEY_TYPE_ERROR)
		return fail(d, KSRTP_MIKEY_UNSUPPORTED_TYPE, KSRTP_MIKEY_PAYLOAD_HDR, 1,
			    "neither a SAKKE nor an error message");
	/* RFC 6509 section 2.2.1: no answer is expected, and the flag is ignored */
	if (hdr->v && hdr->data_type == KSRTP_MIKEY_TYPE_SAKKE)
		d->msg->lax |= KSRTP_MIKEY_LAX_V_FLAG;
	st = ksrtp_mikey_map_decode(hdr, &d->rd, d->diag);
	hdr->len = ksrtp_rd_pos(&d->rd);
	return st;
}

/*
 *	+------+---------+----------+
 *	| next | TS type | TS value |	RFC 3830 section 6.6
 *	|  1   |    1    |  8 or 4  |
 *	+------+---------+----------+
 */
static enum ksrtp_mikey_status decode_t(struct decoder *d, struct ksrtp_mikey_payload *p)
{
	p->t.type = ksrtp_rd_u8(&d->rd);
	switch (p->t.type) {
	case KSRTP_MIKEY_TS_NTP_UTC:
	case KSRTP_MIKEY_TS_NTP:
		p->t.value = ksrtp_rd_u64(&d->rd);
		return KSRTP_MIKEY_OK;
	case KSRTP_MIKEY_TS_COUNTER:
		p->t.value = ksrtp_rd_u32(&d->rd);
		return KSRTP_MIKEY_OK;
	case KSRTP_MIKEY_TS_NTP_UTC_32:
		p->t.value = (uint64_t)ksrtp_rd_u32(&d->rd) << 32;
		return KSRTP_MIKEY_OK;
	default:
		return fail(d, KSRTP_MIKEY_UNSUPPORTED_TS, p->type, p->offset + 1,
			    "unknown timestamp type");
	}
}

/*
 *	+------+----------+------+
 *	| next | RAND len | RAND |	RFC 3830 section 6.11
 *	|  1   |    1     |      |
 *	+------+----------+------+
 */
static enum ksrtp_mikey_status decode_rand(struct decoder *d, struct ksrtp_mikey_payload *p)
{
	p->rand = ksrtp_mikey_span_of(ksrtp_rd_span(&d->rd, ksrtp_rd_u8(&d->rd)));
	if (ksrtp_rd_ok(&d->rd) && !p->rand.len)
		return fail(d, KSRTP_MIKEY_MALFORMED, p->type, p->offset + 1, "empty RAND");
	return KSRTP_MIKEY_OK;
}

/*
 *	+------+---------+---------+--------+------+
 *	| next | ID role | ID type | ID len | data |	RFC 6043 section 6.6
 *	|  1   |    1    |    1    |   2    |      |
 *	+------+---------+---------+--------+------+
 */
static enum ksrtp_mikey_status decode_idr(struct decoder *d, struct ksrtp_mikey_payload *p)
{
	p->id.role = ksrtp_rd_u8(&d->rd);
	p->id.type = ksrtp_rd_u8(&d->rd);
	p->id.data = ksrtp_mikey_span_of(ksrtp_rd_span(&d->rd, ksrtp_rd_u16(&d->rd)));
	if (!ksrtp_rd_ok(&d->rd))
		return KSRTP_MIKEY_OK;
	if (!p->id.role)
		return fail(d, KSRTP_MIKEY_MALFORMED, p->type, p->offset + 1, "ID role 0");
	if (p->id.type > KSRTP_MIKEY_ID_BYTES)
		return fail(d, KSRTP_MIKEY_UNSUPPORTED_ID, p->type, p->offset + 2,
			    "unknown ID type");
	if (!p->id.data.len)
		return fail(d, KSRTP_MIKEY_MALFORMED, p->type, p->offset + 3, "empty identity");
	/* hashed UIDs are octets even where they are labelled as URIs */
	if (p->id.type == KSRTP_MIKEY_ID_URI && p->id.role != KSRTP_MIKEY_ROLE_INITIATOR_UID &&
	    p->id.role != KSRTP_MIKEY_ROLE_RESPONDER_UID) {
		size_t len = p->id.data.len;

		if (len > 1 && p->id.data.data[len - 1] == 0 &&
		    (d->allow & KSRTP_MIKEY_LAX_URI_NUL)) {
			d->msg->lax |= KSRTP_MIKEY_LAX_URI_NUL;
			p->id.data.len = --len;
		}
		if (len > KSRTP_MIKEY_MAX_URI)
			return fail(d, KSRTP_MIKEY_OVERSIZED, p->type, p->offset + 3,
				    "URI too long");
		if (!ksrtp_mikey_uri_chars(p->id.data.data, len))
			return fail(d, KSRTP_MIKEY_MALFORMED, p->type, p->offset + 5,
				    "an octet that is no URI character");
	}
	return KSRTP_MIKEY_OK;
}

/*
 *	+------+-----------+----------+-------------+
 *	| next | cert type | cert len | certificate |	RFC 3830 section 6.7
 *	|  1   |     1     |    2     |             |
 *	+------+-----------+----------+-------------+
 */
static enum ksrtp_mikey_status decode_cert(struct decoder *d, struct ksrtp_mikey_payload *p)
{
	p->cert.type = ksrtp_rd_u8(&d->rd);
	p->cert.data = ksrtp_mikey_span_of(ksrtp_rd_span(&d->rd, ksrtp_rd_u16(&d->rd)));
	return KSRTP_MIKEY_OK;
}

/*
 *	+------+-----------+-----------+-----------+------------+
 *	| next | policy no | prot type | param len | parameters |	RFC 3830 section 6.10
 *	|  1   |     1     |     1     |     2     |            |
 *	+------+-----------+-----------+-----------+------------+
 */
static enum ksrtp_mikey_status decode_sp(struct decoder *d, struct ksrtp_mikey_payload *p)
{
	p->sp.no = ksrtp_rd_u8(&d->rd);
	p->sp.prot = ksrtp_rd_u8(&d->rd);
	p->sp.raw = ksrtp_mikey_span_of(ksrtp_rd_span(&d->rd, ksrtp_rd_u16(&d->rd)));
	if (!ksrtp_rd_ok(&d->rd))
		return KSRTP_MIKEY_OK;
	return ksrtp_mikey_sp_decode(&p->sp, p->offset + 5, d->allow, &d->msg->lax, d->diag);
}

/*
 *	+------+--------------+-----------+----------+------+
 *	| next | SAKKE params | ID scheme | data len | data |	RFC 6509 section 4.2
 *	|  1   |      1       |     1     |    2     |      |
 *	+------+--------------+-----------+----------+------+
 */
static enum ksrtp_mikey_status decode_sakke(struct decoder *d, struct ksrtp_mikey_payload *p)
{
	p->sakke.params = ksrtp_rd_u8(&d->rd);
	p->sakke.scheme = ksrtp_rd_u8(&d->rd);
	p->sakke.data = ksrtp_mikey_span_of(ksrtp_rd_span(&d->rd, ksrtp_rd_u16(&d->rd)));
	if (!ksrtp_rd_ok(&d->rd))
		return KSRTP_MIKEY_OK;
	if (p->sakke.params == KSRTP_MIKEY_SAKKE_PARAMS_1 &&
	    p->sakke.data.len != KSRTP_MIKEY_SAKKE_LEN)
		return fail(d, KSRTP_MIKEY_MALFORMED, p->type, p->offset + 3,
			    "encapsulated data of parameter set 1 that is not 273 octets");
	return KSRTP_MIKEY_OK;
}

/*
 *	+--------+---------------+-----------+
 *	| S type | signature len | signature |	RFC 3830 section 6.5
 *	| 4 bits |    12 bits    |           |
 *	+--------+---------------+-----------+
 *
 * No next payload: it is the last one.  The signature covers all before it.
 */
static enum ksrtp_mikey_status decode_sign(struct decoder *d, struct ksrtp_mikey_payload *p)
{
	unsigned int head = ksrtp_rd_u16(&d->rd);
	size_t len = head & 0xfff;

	p->sign.type = (uint8_t)(head >> 12);
	if (p->sign.type == KSRTP_MIKEY_SIGN_ECCSI && len != KSRTP_MIKEY_SIGN_LEN) {
		if (!(d->allow & KSRTP_MIKEY_LAX_SIGN_LEN) ||
		    ksrtp_rd_left(&d->rd) != KSRTP_MIKEY_SIGN_LEN)
			return fail(d, KSRTP_MIKEY_MALFORMED, p->type, p->offset,
				    "an ECCSI signature that is not 129 octets");
		d->msg->lax |= KSRTP_MIKEY_LAX_SIGN_LEN;
		len = KSRTP_MIKEY_SIGN_LEN;
	}
	d->msg->signed_len = ksrtp_rd_pos(&d->rd);
	p->sign.data = ksrtp_mikey_span_of(ksrtp_rd_span(&d->rd, len));
	return KSRTP_MIKEY_OK;
}

/*
 *	+------+------+--------+------+
 *	| next | type | length | data |	RFC 3830 section 6.15
 *	|  1   |  1   |   2    |      |
 *	+------+------+--------+------+
 */
static enum ksrtp_mikey_status decode_ext(struct decoder *d, struct ksrtp_mikey_payload *p)
{
	p->ext.type = ksrtp_rd_u8(&d->rd);
	p->ext.data = ksrtp_mikey_span_of(ksrtp_rd_span(&d->rd, ksrtp_rd_u16(&d->rd)));
	return KSRTP_MIKEY_OK;
}

/*
 *	+------+----------+----------+
 *	| next | error no | reserved |	RFC 3830 section 6.12
 *	|  1   |    1     |    2     |
 *	+------+----------+----------+
 */
static enum ksrtp_mikey_status decode_err(struct decoder *d, struct ksrtp_mikey_payload *p)
{
	p->err.no = ksrtp_rd_u8(&d->rd);
	p->err.reserved = ksrtp_rd_u16(&d->rd);
	return KSRTP_MIKEY_OK;
}

/* Which payloads may be in a message, RFC 6509 figure 1 and RFC 3830 section 5.1.2. */
enum { IN_SAKKE = 1, IN_ERROR = 2, ONCE = 4 };

static const struct kind {
	int type;
	unsigned int flags;
	enum ksrtp_mikey_status (*decode)(struct decoder *d, struct ksrtp_mikey_payload *p);
} kinds[] = {
	{ KSRTP_MIKEY_PAYLOAD_T, IN_SAKKE | IN_ERROR | ONCE, decode_t },
	{ KSRTP_MIKEY_PAYLOAD_RAND, IN_SAKKE | ONCE, decode_rand },
	{ KSRTP_MIKEY_PAYLOAD_IDR, IN_SAKKE, decode_idr },
	{ KSRTP_MIKEY_PAYLOAD_CERT, IN_SAKKE, decode_cert },
	{ KSRTP_MIKEY_PAYLOAD_SP, IN_SAKKE | IN_ERROR, decode_sp },
	{ KSRTP_MIKEY_PAYLOAD_SAKKE, IN_SAKKE | ONCE, decode_sakke },
	{ KSRTP_MIKEY_PAYLOAD_EXT, IN_SAKKE | IN_ERROR, decode_ext },
	{ KSRTP_MIKEY_PAYLOAD_ERR, IN_ERROR, decode_err },
	{ KSRTP_MIKEY_PAYLOAD_SIGN, IN_SAKKE | IN_ERROR | ONCE, decode_sign },
	/* exist, but not in a message that we can use */
	{ KSRTP_MIKEY_PAYLOAD_KEMAC, 0, NULL },
	{ KSRTP_MIKEY_PAYLOAD_PKE, 0, NULL },
	{ KSRTP_MIKEY_PAYLOAD_DH, 0, NULL },
	{ KSRTP_MIKEY_PAYLOAD_ID, 0, NULL },
	{ KSRTP_MIKEY_PAYLOAD_CHASH, 0, NULL },
	{ KSRTP_MIKEY_PAYLOAD_V, 0, NULL },
	{ 13, 0, NULL }, /* TR, RANDR, TP, TICKET of RFC 6043 */
	{ 15, 0, NULL },
	{ 16, 0, NULL },
	{ 17, 0, NULL },
	{ KSRTP_MIKEY_PAYLOAD_KEY_DATA, 0, NULL },
};

static const struct kind *find_kind(int type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == type)
			return &kinds[i];
	return NULL;
}

/* Enter a payload into the message's directory; false if there is one already. */
static bool enter(struct ksrtp_mikey_msg *msg, const struct ksrtp_mikey_payload *p)
{
	const struct ksrtp_mikey_payload **slot = NULL;

	switch (p->type) {
	case KSRTP_MIKEY_PAYLOAD_T:
		slot = &msg->t;
		break;
	case KSRTP_MIKEY_PAYLOAD_RAND:
		slot = &msg->rand;
		break;
	case KSRTP_MIKEY_PAYLOAD_SAKKE:
		slot = &msg->sakke;
		break;
	case KSRTP_MIKEY_PAYLOAD_SIGN:
		slot = &msg->sign;
		break;
	case KSRTP_MIKEY_PAYLOAD_ERR:
		if (!msg->err)
			msg->err = p;
		return true;
	case KSRTP_MIKEY_PAYLOAD_IDR:
		/* a role that we do not know is signed and looked at no further */
		if (p->id.role >= KSRTP_MIKEY_ROLE_COUNT)
			return true;
		slot = &msg->idr[p->id.role];
		break;
	case KSRTP_MIKEY_PAYLOAD_SP:
		for (unsigned int i = 0; i < msg->n_sp; i++)
			if (msg->sp[i]->sp.no == p->sp.no)
				return false;
		msg->sp[msg->n_sp++] = p;
		return true;
	default:
		return true;
	}
	if (*slot)
		return false;
	*slot = p;
	return true;
}

/* One payload; @next is its type, and becomes that of the one after it. */
static enum ksrtp_mikey_status decode_payload(struct decoder *d, int *next)
{
	struct ksrtp_mikey_msg *msg = d->msg;
	unsigned int here = msg->hdr.data_type == KSRTP_MIKEY_TYPE_SAKKE ? IN_SAKKE : IN_ERROR;
	size_t at = ksrtp_rd_pos(&d->rd);
	const struct kind *kind = find_kind(*next);
	struct ksrtp_mikey_payload *p;
	enum ksrtp_mikey_status st;

	if (!kind)
		return fail(d, KSRTP_MIKEY_UNKNOWN_PAYLOAD, *next, at, "unknown payload type");
	if (!(kind->flags & here))
		return fail(d, KSRTP_MIKEY_MISPLACED, *next, at,
			    "a payload that has no place in this kind of message");
	if (msg->n_payloads == KSRTP_MIKEY_MAX_PAYLOADS)
		return fail(d, KSRTP_MIKEY_OVERSIZED, *next, at, "too many payloads");
	if (kind->type == KSRTP_MIKEY_PAYLOAD_SP && msg->n_sp == KSRTP_MIKEY_MAX_SP)
		return fail(d, KSRTP_MIKEY_OVERSIZED, *next, at, "too many security policies");

	p = &msg->payload[msg->n_payloads];
	p->type = kind->type;
	p->offset = at;
	*next = KSRTP_MIKEY_PAYLOAD_LAST;
	if (kind->type != KSRTP_MIKEY_PAYLOAD_SIGN)
		*next = ksrtp_rd_u8(&d->rd);
	st = kind->decode(d, p);
	if (!ksrtp_rd_ok(&d->rd))
		return fail(d, KSRTP_MIKEY_TRUNCATED, p->type, at,
			    "the message ends in this payload");
	p->len = ksrtp_rd_pos(&d->rd) - at;
	msg->n_payloads++;
	if (st)
		return st;
	if (!enter(msg, p))
		return fail(d, KSRTP_MIKEY_DUPLICATE, p->type, at,
			    p->type == KSRTP_MIKEY_PAYLOAD_IDR ? "the same ID role twice" :
			    p->type == KSRTP_MIKEY_PAYLOAD_SP  ? "the same policy number twice" :
								 "the same payload twice");
	return KSRTP_MIKEY_OK;
}

/* What must be there, and what must not be there together. */
static enum ksrtp_mikey_status check_whole(struct decoder *d)
{
	struct ksrtp_mikey_msg *msg = d->msg;

	if (!msg->t)
		return fail(d, KSRTP_MIKEY_MISSING, KSRTP_MIKEY_PAYLOAD_T, msg->len,
			    "no timestamp");
	if (msg->hdr.data_type == KSRTP_MIKEY_TYPE_ERROR) {
		if (!msg->err)
			return fail(d, KSRTP_MIKEY_MISSING, KSRTP_MIKEY_PAYLOAD_ERR, msg->len,
				    "an error message without an error");
		return KSRTP_MIKEY_OK;
	}
	/* RAND is not in an update (RFC 3830 section 4.5): the receiver knows if it wants one */
	if (!msg->sakke)
		return fail(d, KSRTP_MIKEY_MISSING, KSRTP_MIKEY_PAYLOAD_SAKKE, msg->len,
			    "no SAKKE payload");
	if (!msg->sign)
		return fail(d, KSRTP_MIKEY_MISSING, KSRTP_MIKEY_PAYLOAD_SIGN, msg->len,
			    "no signature");
	if (msg->n_sp && msg->hdr.map_type == KSRTP_MIKEY_MAP_EMPTY) {
		if (!(d->allow & KSRTP_MIKEY_LAX_MAP_SP))
			return fail(d, KSRTP_MIKEY_MISPLACED, KSRTP_MIKEY_PAYLOAD_SP,
				    msg->sp[0]->offset, "a security policy with the empty map");
		msg->lax |= KSRTP_MIKEY_LAX_MAP_SP;
	}
	if (msg->sign->sign.type == KSRTP_MIKEY_SIGN_ECCSI)
		for (unsigned int i = 0; i < msg->n_payloads; i++)
			if (msg->payload[i].type == KSRTP_MIKEY_PAYLOAD_CERT)
				return fail(d, KSRTP_MIKEY_MISPLACED, KSRTP_MIKEY_PAYLOAD_CERT,
					    msg->payload[i].offset,
					    "a certificate with an ECCSI signature");
	return KSRTP_MIKEY_OK;
}

/* Every crypto session's policies are in the message, if any policy is. */
static enum ksrtp_mikey_status check_map(struct decoder *d)
{
	struct ksrtp_mikey_msg *msg = d->msg;

	for (unsigned int i = 0; i < msg->hdr.n_map && msg->n_sp; i++) {
		struct ksrtp_mikey_cs *cs = &msg->hdr.cs[i];

		for (unsigned int j = 0; j < cs->n_policies; j++) {
			const struct ksrtp_mikey_sp *sp = NULL;

			for (unsigned int k = 0; k < msg->n_sp && !sp; k++)
				if (msg->sp[k]->sp.no == cs->policy[j])
					sp = &msg->sp[k]->sp;
			if (!sp)
				return fail(d, KSRTP_MIKEY_MALFORMED, KSRTP_MIKEY_PAYLOAD_HDR, 10,
					    "a crypto session names a policy that is not there");
			if (!cs->suite)
				cs->suite = (uint8_t)ksrtp_mikey_sp_suite_rcc(sp, &cs->rcc);
		}
	}
	return KSRTP_MIKEY_OK;
}

enum ksrtp_mikey_status ksrtp_mikey_decode(struct ksrtp_mikey_msg *msg, const uint8_t *buf,
					   size_t len, uint32_t lax, struct ksrtp_mikey_diag *diag)
{
	struct decoder d = { .msg = msg, .allow = lax | KSRTP_MIKEY_LAX_HARMLESS, .diag = diag };
	enum ksrtp_mikey_status st;
	int next;

	memset(msg, 0, sizeof(*msg));
	msg->buf = buf;
	msg->len = len;
	ksrtp_mikey_fail(diag, KSRTP_MIKEY_OK, KSRTP_MIKEY_PAYLOAD_NONE, 0, "ok");
	if (len > KSRTP_MIKEY_MAX_MESSAGE)
		return fail(&d, KSRTP_MIKEY_OVERSIZED, KSRTP_MIKEY_PAYLOAD_NONE,
			    KSRTP_MIKEY_MAX_MESSAGE, "message too long");
	ksrtp_rd_init(&d.rd, buf, len);

	st = decode_hdr(&d);
	if (st)
		return st;
	next = msg->hdr.next;
	if (next == KSRTP_MIKEY_PAYLOAD_SIGN)
		return fail(&d, KSRTP_MIKEY_MISPLACED, next, msg->hdr.len,
			    "a signature directly after the header");
	while (next != KSRTP_MIKEY_PAYLOAD_LAST) {
		st = decode_payload(&d, &next);
		if (st)
			return st;
	}
	if (ksrtp_rd_left(&d.rd))
		return fail(&d, KSRTP_MIKEY_TRAILING, KSRTP_MIKEY_PAYLOAD_NONE,
			    ksrtp_rd_pos(&d.rd), "octets after the last payload");
	st = check_whole(&d);
	return st ? st : check_map(&d);
}
