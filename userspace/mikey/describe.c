// SPDX-License-Identifier: BSD-3-Clause
/* What a message says, as a tree that is printed as text or JSON. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "dump.h"

static json_t *hex(const uint8_t *data, size_t len)
{
	static const size_t most = 64;
	char text[2 * 64 + 4];
	size_t n = len < most ? len : most;

	ksrtp_text_hex(text, data, n);
	if (n < len)
		strcpy(text + 2 * n, "...");
	return json_string(text);
}

static json_t *number_hex(uint32_t v)
{
	char text[9];

	snprintf(text, sizeof(text), "%08x", v);
	return json_string(text);
}

static void put(json_t *to, const char *key, json_t *value)
{
	json_object_set_new(to, key, value);
}

static void put_int(json_t *to, const char *key, uint64_t v)
{
	put(to, key, json_integer((json_int_t)v));
}

static const char *name_of(const char *const *names, size_t n, unsigned int v)
{
	return v < n && names[v] ? names[v] : "unknown";
}
#define NAME(names, v) name_of(names, sizeof(names) / sizeof((names)[0]), v)

static const char *const prfs[] = { "MIKEY-1", "PRF-HMAC-SHA-256" };
static const char *const maps[] = { "SRTP-ID", "empty", "GENERIC-ID" };
static const char *const stamps[] = { "NTP-UTC", "NTP", "COUNTER", "NTP-UTC-32" };
static const char *const id_types[] = { "NAI", "URI", "byte string" };
static const char *const roles[] = { NULL, "initiator", "responder", "KMS", "pre-shared key",
				     "application", "initiator's KMS", "responder's KMS",
				     "initiator, hashed", "responder, hashed" };
static const char *const signs[] = { "RSA/PKCS#1/1.5", "RSA/PSS", "ECCSI" };
static const char *const schemes[] = { NULL, "tel URI with monthly keys", "hashed UID" };
static const char *const exts[] = { "Vendor ID", "SDP IDs", NULL, "Key ID", NULL, NULL,
				    "SAKKE to self", "key parameters" };
static const char *const errors[] = {
	"Auth failure", "Invalid TS",	"Invalid PRF",	"Invalid MAC", "Invalid EA",
	"Invalid HA",	"Invalid DH",	"Invalid ID",	"Invalid Cert", "Invalid SP",
	"Invalid SPpar", "Invalid DT",	"Unspecified",	"Unsupported message type" };
static const char *const sp_types[KSRTP_MIKEY_SP_COUNT] = {
	"encryption algorithm", "encryption key length", "authentication algorithm",
	"authentication key length", "salt length", "SRTP PRF", "key derivation rate",
	"SRTP encryption", "SRTCP encryption", "FEC order", "SRTP authentication",
	"authentication tag length", "SRTP prefix length", "ROC transmission rate",
	"SRTP authentication algorithm", "SRTCP authentication algorithm",
	"SRTP authentication key length", "SRTCP authentication key length",
	"SRTP authentication tag length", "SRTCP authentication tag length", "AEAD tag length" };

static json_t *describe_cs(const struct ksrtp_mikey_cs *cs)
{
	json_t *o = json_object(), *policies = json_array();

	put_int(o, "cs", cs->id);
	for (unsigned int i = 0; i < cs->n_policies; i++)
		json_array_append_new(policies, json_integer(cs->policy[i]));
	put(o, "policies", policies);
	if (cs->has_ssrc)
		put(o, "ssrc", number_hex(cs->ssrc));
	if (cs->has_roc)
		put_int(o, "roc", cs->roc);
	if (cs->has_seq)
		put_int(o, "seq", cs->seq);
	if (cs->spi_len)
		put(o, "spi", hex(cs->spi, cs->spi_len));
	if (cs->suite)
		put(o, "suite", json_string(ksrtp_mikey_suite_name(cs->suite)));
	if (cs->rcc)
		put(o, "rollover_counter", json_string("in each SRTP packet"));
	return o;
}

static const char *const purposes[] = { "GMK", "PCK", "CSK", "SPK", "MKFC", "MSCCK", "MuSiK" };

static json_t *describe_hdr(const struct ksrtp_mikey_msg *msg)
{
	const struct ksrtp_mikey_hdr *h = &msg->hdr;
	json_t *o = json_object();

	put(o, "payload", json_string("HDR"));
	put_int(o, "offset", 0);
	put_int(o, "length", h->len);
	put_int(o, "version", h->version);
	put(o, "data_type", json_string(h->data_type == KSRTP_MIKEY_TYPE_SAKKE ? "SAKKE" :
					h->data_type == KSRTP_MIKEY_TYPE_ERROR ? "error" :
										 "other"));
	put(o, "v", json_boolean(h->v));
	put(o, "prf", json_string(NAME(prfs, h->prf)));
	put(o, "csb_id", number_hex(h->csb_id));
	if (msg->sakke && msg->sakke->sakke.scheme == KSRTP_MIKEY_SCHEME_UID)
		put(o, "purpose", json_string(NAME(purposes, ksrtp_mikey_purpose(h->csb_id))));
	put_int(o, "n_cs", h->n_cs);
	put(o, "map", json_string(NAME(maps, h->map_type)));
	if (h->n_map) {
		json_t *list = json_array();

		for (unsigned int i = 0; i < h->n_map; i++)
			json_array_append_new(list, describe_cs(&h->cs[i]));
		put(o, "crypto_sessions", list);
	}
	return o;
}

static size_t put_date(char *text, size_t cap, time_t sec)
{
	struct tm tm;

	return gmtime_r(&sec, &tm) ? strftime(text, cap, "%Y-%m-%dT%H:%M:%S", &tm) : 0;
}

static json_t *describe_time(const struct ksrtp_mikey_payload *p)
{
	int64_t ns = ksrtp_mikey_ntp_to_ns(p->t.value, (int64_t)time(NULL) * 1000000000);
	time_t sec = (time_t)(ns / 1000000000 - (ns % 1000000000 < 0));
	char text[40];
	size_t n = put_date(text, sizeof(text), sec);

	snprintf(text + n, sizeof(text) - n, ".%03dZ",
		 (int)((ns - (int64_t)sec * 1000000000) / 1000000));
	return json_string(text);
}

static void describe_sp(json_t *o, const struct ksrtp_mikey_sp *sp)
{
	json_t *params = json_object();
	uint8_t rcc;

	put_int(o, "number", sp->no);
	put(o, "protocol", json_string(sp->prot == KSRTP_MIKEY_PROT_SRTP ? "SRTP" : "unknown"));
	for (unsigned int i = 0; i < KSRTP_MIKEY_SP_COUNT; i++)
		if (sp->set & (UINT32_C(1) << i))
			put_int(params, sp_types[i], sp->value[i]);
	if (json_object_size(params))
		put(o, "parameters", params);
	else
		json_decref(params);
	if (sp->unknown)
		put(o, "unknown", json_string("parameters that are not known"));
	put(o, "suite", json_string(ksrtp_mikey_suite_name(ksrtp_mikey_sp_suite_rcc(sp, &rcc))));
}

static json_t *endpoint(unsigned int family, const uint8_t *addr, uint16_t port, uint16_t rtcp)
{
	char ip[INET6_ADDRSTRLEN] = "?", text[80];

	inet_ntop(family == 4 ? AF_INET : AF_INET6, addr, ip, sizeof(ip));
	snprintf(text, sizeof(text), family == 4 ? "%s:%u, RTCP %u" : "[%s]:%u, RTCP %u", ip, port,
		 rtcp ? rtcp : port);
	return json_string(text);
}

static json_t *describe_date(uint64_t sec, const char *none)
{
	char text[40];

	if (!sec)
		return json_string(none);
	snprintf(text + put_date(text, sizeof(text), (time_t)sec), 2, "Z");
	return json_string(text);
}

/* Text if it is printable ASCII: it goes to a terminal. */
static json_t *readable(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i] < ' ' || data[i] > '~')
			return hex(data, len);
	return json_stringn((const char *)data, len);
}

json_t *dump_describe_params(const struct ksrtp_mikey_key_params *params)
{
	json_t *o = json_object();

	put(o, "key", json_string(NAME(purposes, params->type)));
	put(o, "revoked", json_boolean(!(params->status & KSRTP_MIKEY_KEY_NOT_REVOKED)));
	if (params->status & KSRTP_MIKEY_KEY_WITH_GATEWAY)
		put(o, "with_gateway", json_true());
	put(o, "activation", describe_date(params->activation, "at once"));
	put(o, "expiry", describe_date(params->expiry, "none"));
	if (params->text_len)
		put(o, "text", readable(params->text, params->text_len));
	if (params->groups_len)
		put(o, "groups", hex(params->groups, params->groups_len));
	return o;
}

static void describe_group(json_t *o, const struct ksrtp_mikey_group *g)
{
	json_t *senders = json_array();

	put(o, "group", json_string("ksrtp-group/1"));
	put(o, "name", json_string(g->name));
	put(o, "media", endpoint(g->family, g->address, g->port, 0));
	put(o, "repeat", json_boolean(g->repeat));
	put_int(o, "switch_ms", g->switch_ms);
	put_int(o, "overlap_ms", g->overlap_ms);
	for (unsigned int i = 0; i < g->n_senders; i++) {
		const struct ksrtp_mikey_sender *s = &g->sender[i];
		json_t *e = json_object();

		put(e, "uri", json_string(s->uri));
		put(e, "source", endpoint(g->family, s->address, s->port, 0));
		if (s->has_stream) {
			put_int(e, "ssrc", s->ssrc);
			put_int(e, "roc", s->roc);
			put_int(e, "seq", s->seq);
		}
		json_array_append_new(senders, e);
	}
	put(o, "senders", senders);
}

static void describe_ext(json_t *o, const struct ksrtp_mikey_payload *p)
{
	static const uint8_t no_key[KSRTP_MIKEY_SSV_LEN];
	struct ksrtp_mikey_key_params params;
	struct ksrtp_mikey_group g;
	struct ksrtp_mikey_flow f;

	put(o, "type", json_string(NAME(exts, p->ext.type)));
	if (p->ext.type == KSRTP_MIKEY_EXT_VENDOR_ID &&
	    !ksrtp_mikey_flow_decode(&f, p->ext.data.data, p->ext.data.len)) {
		put(o, "flow", json_string("ksrtp-flow/1"));
		put(o, "initiator",
		    endpoint(f.family, f.initiator, f.initiator_port, f.initiator_rtcp_port));
		put(o, "responder",
		    endpoint(f.family, f.responder, f.responder_port, f.responder_rtcp_port));
		return;
	}
	if (p->ext.type == KSRTP_MIKEY_EXT_VENDOR_ID &&
	    !ksrtp_mikey_group_decode(&g, p->ext.data.data, p->ext.data.len)) {
		describe_group(o, &g);
		return;
	}
	/* those in the clear need no key */
	if (p->ext.type == KSRTP_MIKEY_EXT_KEY_PARAMS &&
	    !ksrtp_mikey_params_decode(&params, no_key, 0, p->ext.data.data, p->ext.data.len)) {
		put(o, "parameters", dump_describe_params(&params));
		return;
	}
	if (p->ext.type == KSRTP_MIKEY_EXT_VENDOR_ID || p->ext.type == KSRTP_MIKEY_EXT_SDP_IDS)
		put(o, "data", readable(p->ext.data.data, p->ext.data.len));
	else
		put(o, "data", hex(p->ext.data.data, p->ext.data.len));
}

static void describe_id(json_t *o, const struct ksrtp_mikey_payload *p)
{
	bool hashed = p->id.role == KSRTP_MIKEY_ROLE_INITIATOR_UID ||
		      p->id.role == KSRTP_MIKEY_ROLE_RESPONDER_UID;

	put(o, "role", json_string(NAME(roles, p->id.role)));
	put(o, "type", json_string(NAME(id_types, p->id.type)));
	if (p->id.type == KSRTP_MIKEY_ID_URI && !hashed)
		put(o, "id", json_stringn((const char *)p->id.data.data, p->id.data.len));
	else
		put(o, "id", hex(p->id.data.data, p->id.data.len));
}

static json_t *describe_payload(const struct ksrtp_mikey_payload *p)
{
	json_t *o = json_object();

	put(o, "payload", json_string(ksrtp_mikey_payload_name(p->type)));
	put_int(o, "offset", p->offset);
	put_int(o, "length", p->len);
	switch (p->type) {
	case KSRTP_MIKEY_PAYLOAD_T:
		put(o, "type", json_string(NAME(stamps, p->t.type)));
		if (p->t.type == KSRTP_MIKEY_TS_COUNTER)
			put_int(o, "counter", p->t.value);
		else
			put(o, "time", describe_time(p));
		break;
	case KSRTP_MIKEY_PAYLOAD_RAND:
		put(o, "rand", hex(p->rand.data, p->rand.len));
		break;
	case KSRTP_MIKEY_PAYLOAD_IDR:
		describe_id(o, p);
		break;
	case KSRTP_MIKEY_PAYLOAD_SP:
		describe_sp(o, &p->sp);
		break;
	case KSRTP_MIKEY_PAYLOAD_SAKKE:
		put_int(o, "parameter_set", p->sakke.params);
		put(o, "scheme", json_string(NAME(schemes, p->sakke.scheme)));
		put(o, "data", hex(p->sakke.data.data, p->sakke.data.len));
		break;
	case KSRTP_MIKEY_PAYLOAD_SIGN:
		put(o, "type", json_string(NAME(signs, p->sign.type)));
		put(o, "signature", hex(p->sign.data.data, p->sign.data.len));
		break;
	case KSRTP_MIKEY_PAYLOAD_EXT:
		describe_ext(o, p);
		break;
	case KSRTP_MIKEY_PAYLOAD_ERR:
		put_int(o, "number", p->err.no);
		put(o, "error", json_string(NAME(errors, p->err.no)));
		break;
	case KSRTP_MIKEY_PAYLOAD_CERT:
		put(o, "certificate", hex(p->cert.data.data, p->cert.data.len));
		break;
	default:
		break;
	}
	return o;
}

json_t *dump_describe_habits(uint32_t lax)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < KSRTP_MIKEY_HABIT_COUNT; i++)
		if (lax & (UINT32_C(1) << i))
			json_array_append_new(list, json_string(ksrtp_mikey_habit_name(i)));
	return list;
}

json_t *dump_describe(const struct ksrtp_mikey_msg *msg, const struct ksrtp_mikey_diag *diag)
{
	json_t *o = json_object(), *list = json_array();

	put_int(o, "octets", msg->len);
	if (msg->hdr.len)
		json_array_append_new(list, describe_hdr(msg));
	for (unsigned int i = 0; i < msg->n_payloads; i++)
		json_array_append_new(list, describe_payload(&msg->payload[i]));
	put(o, "payloads", list);
	if (msg->signed_len)
		put_int(o, "signed_octets", msg->signed_len);
	if (msg->sakke && !msg->rand)
		put(o, "update", json_true());
	if (msg->lax)
		put(o, "habits", dump_describe_habits(msg->lax));
	put(o, "valid", json_boolean(!diag->status));
	if (diag->status) {
		json_t *e = json_object();

		put(e, "status", json_string(ksrtp_mikey_status_name(diag->status)));
		put(e, "payload", json_string(diag->payload == KSRTP_MIKEY_PAYLOAD_NONE ?
						      "none" :
						      ksrtp_mikey_payload_name(diag->payload)));
		put_int(e, "offset", diag->offset);
		put(e, "reason", json_string(diag->reason));
		put(o, "error", e);
	}
	return o;
}

json_t *dump_describe_source(const struct dump_source *source)
{
	json_t *o = json_object();
	char text[100];
	size_t i;

	put_int(o, "line", source->line);
	put(o, "level", json_string(source->media ? "media" : "session"));
	if (!source->media)
		return o;
	put_int(o, "media", source->media);
	/* whoever wrote it, it goes to a terminal */
	for (i = 0; i + 1 < sizeof(text) && source->m_line[i]; i++)
		text[i] = source->m_line[i] < ' ' || source->m_line[i] > '~' ? '?' :
									       source->m_line[i];
	text[i] = 0;
	put(o, "description", json_string(text));
	return o;
}
