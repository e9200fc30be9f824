// SPDX-License-Identifier: BSD-3-Clause
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "ctl.h"

/** struct joins - streams that are joined late */
struct joins {
	struct ksrtpnl_stream stream[KSRTPNL_STREAMS_TOLD_MAX];
	size_t n;
};

/** struct rcc - rollover counters in packets, RFC 4771 */
struct rcc {
	uint8_t mode;
	uint16_t rate;
};

/** struct context_args - words behind rx or tx */
struct context_args {
	enum ksrtpnl_suite suite;
	const char *keys;
	uint8_t mki[KSRTPNL_MKI_MAX];
	struct ctl_octets mki_octets;
	uint32_t window;
	uint32_t streams;
	uint32_t kdr;
	bool unencrypted_srtcp;
	struct joins joins;
	struct rcc rcc;
	uint8_t hdrext[KSRTPNL_HDREXT_OCTETS];
};

static bool parse_suite(struct ctl *c, const char *name, void *dst)
{
	const char *v = ctl_value(c, name);

	if (!v)
		return false;
	if (ksrtpnl_suite_parse(v, dst))
		return true;
	ctl_error(c, "%s: \"%s\" is none of the suites in ksrtpctl(8)", name, v);
	return false;
}

/* SSRC:ROC:SEQ,... with the SSRC in hexadecimal, as it is shown */
static bool parse_joins(struct ctl *c, const char *name, void *dst)
{
	const char *v = ctl_value(c, name), *at = v;
	struct joins *j = dst;

	if (!v)
		return false;
	while (j->n < KSRTPNL_STREAMS_TOLD_MAX) {
		struct ksrtpnl_stream *s = &j->stream[j->n++];
		int used = 0;

		if (sscanf(at, "0x%8" SCNx32 ":%10" SCNu32 ":%5" SCNu16 "%n", &s->ssrc, &s->roc,
			   &s->seq, &used) != 3)
			break;
		at += used;
		if (!*at)
			return true;
		if (*at++ != ',')
			break;
	}
	ctl_error(c, "%s: \"%s\" is not SSRC:ROC:SEQ as in 0x1234abcd:5:6789, at most %d with commas",
		  name, v, KSRTPNL_STREAMS_TOLD_MAX);
	return false;
}

/* MODE or MODE:RATE */
static bool parse_rcc(struct ctl *c, const char *name, void *dst)
{
	const char *v = ctl_value(c, name);
	struct rcc *r = dst;
	uint64_t rate = 1;

	if (!v)
		return false;
	if (*v >= '1' && *v <= '3' &&
	    (!v[1] || (v[1] == ':' && !ksrtp_text_u64(v + 2, 1, UINT16_MAX, &rate)))) {
		r->mode = (uint8_t)(*v - '0');
		r->rate = (uint16_t)rate;
		return true;
	}
	ctl_error(c, "%s: \"%s\" is not MODE:RATE as in 2:100", name, v);
	return false;
}

/* ID,...: elements of header extensions, RFC 8285 */
static bool parse_hdrext(struct ctl *c, const char *name, void *dst)
{
	const char *v = ctl_value(c, name), *at = v;
	uint8_t *set = dst;

	if (!v)
		return false;
	for (;;) {
		unsigned long id;
		char *end;

		id = *at >= '0' && *at <= '9' ? strtoul(at, &end, 10) : 0;
		if (!id || id > UINT8_MAX)
			break;
		set[id / 8] |= (uint8_t)(1 << id % 8);
		if (!*end)
			return true;
		if (*end != ',')
			break;
		at = end + 1;
	}
	ctl_error(c, "%s: \"%s\" is not ID,... as in 1,3,4: numbers from 1 to 255", name, v);
	return false;
}

static bool parse_context(struct ctl *c, const char *name, void *dst)
{
	struct context_args *a = dst;
	struct ctl_word words[] = {
		{ "suite", parse_suite, &a->suite, true, false },
		{ "keys", ctl_parse_text, &a->keys, true, false },
		{ "mki", ctl_parse_hex, &a->mki_octets, false, false },
		{ "window", ctl_parse_u32, &a->window, false, false },
		{ "streams", ctl_parse_u32, &a->streams, false, false },
		{ "join", parse_joins, &a->joins, false, false },
		{ "rcc", parse_rcc, &a->rcc, false, false },
		{ "hdrext", parse_hdrext, a->hdrext, false, false },
		{ "kdr", ctl_parse_u32, &a->kdr, false, false },
		{ "unencrypted-srtcp", ctl_parse_flag, &a->unencrypted_srtcp, false, false },
	};

	return ctl_some_words(c, words, sizeof(words) / sizeof(words[0]), name);
}

static bool parse_local(struct ctl *c, const char *name, void *dst)
{
	const char *v = ctl_value(c, name);

	if (!v)
		return false;
	if (!ksrtp_text_endpoint(v, 0, dst))
		return true;
	ctl_error(
		c,
		"%s: \"%s\" is not an address and port as in 192.0.2.1:40000 or [2001:db8::1]:40000",
		name, v);
	return false;
}

/* ADDR:PORT, ADDR:any, any; "any" has no address family yet. */
static bool parse_remote(struct ctl *c, const char *name, void *dst)
{
	struct ksrtp_endpoint *ep = dst;
	const char *v = ctl_value(c, name), *end;
	char addr[KSRTP_ENDPOINT_STRLEN];
	size_t len;

	if (!v)
		return false;
	if (!strcmp(v, "any"))
		return true;
	if (!ksrtp_text_endpoint(v, 0, ep))
		return true;
	end = strrchr(v, ':');
	len = end ? (size_t)(end - v) : 0;
	if (end && !strcmp(end, ":any") && len && len < sizeof(addr)) {
		memcpy(addr, v, len);
		addr[len] = '\0';
		/* the default port only allows to leave it out; then it is set to "any" */
		if ((addr[0] == '[' || !strchr(addr, ':')) && !ksrtp_text_endpoint(addr, 1, ep)) {
			ep->port = 0;
			return true;
		}
	}
	ctl_error(c, "%s: \"%s\" is none of ADDRESS:PORT, ADDRESS:any, any", name, v);
	return false;
}

/** struct rtcp_args - ports of RTCP */
struct rtcp_args {
	uint16_t local;
	uint16_t remote;
};

static bool parse_rtcp(struct ctl *c, const char *name, void *dst)
{
	struct rtcp_args *a = dst;
	const char *v = ctl_value(c, name), *colon;
	uint64_t local, remote = 0;
	char first[6];

	if (!v)
		return false;
	colon = strchr(v, ':');
	if (!colon || (size_t)(colon - v) >= sizeof(first))
		goto wrong;
	memcpy(first, v, (size_t)(colon - v));
	first[colon - v] = '\0';
	if (ksrtp_text_u64(first, 1, 65535, &local))
		goto wrong;
	if (strcmp(colon + 1, "any") && ksrtp_text_u64(colon + 1, 1, 65535, &remote))
		goto wrong;
	a->local = (uint16_t)local;
	a->remote = (uint16_t)remote;
	return true;
wrong:
	ctl_error(c, "%s: \"%s\" is not LOCALPORT:REMOTEPORT as in 40001:40001", name, v);
	return false;
}

/* The number of a flow, or "none". */
static bool parse_relay(struct ctl *c, const char *name, void *dst)
{
	const char *v = ctl_value(c, name);
	uint64_t n = 0;

	if (!v)
		return false;
	if (strcmp(v, "none") && ksrtp_text_u64(v, 1, UINT32_MAX, &n)) {
		ctl_error(c, "%s: \"%s\" is not the number of a flow", name, v);
		return false;
	}
	*(uint32_t *)dst = (uint32_t)n;
	return true;
}

static bool parse_dscp(struct ctl *c, const char *name, void *dst)
{
	const char *v = ctl_value(c, name);
	uint64_t n;

	if (!v)
		return false;
	if (ksrtp_text_u64(v, 0, 63, &n)) {
		ctl_error(c, "%s: \"%s\" is not a number from 0 to 63", name, v);
		return false;
	}
	*(uint32_t *)dst = (uint32_t)n;
	return true;
}

/* Fills a context from its words and key file. */
static bool load_context(struct ctl *c, const char *name, struct context_args *a,
			 struct ksrtpnl_context *ctx, bool transmit)
{
	struct ctl_keys *keys = ctl_keys_load(c, a->keys);
	bool active = false, ok = false;
	size_t i;

	if (!keys)
		return false;
	if (a->mki_octets.len && keys->n > 1) {
		ctl_error(c, "%s: \"mki\" with %zu keys: put Mki into the file", name, keys->n);
		goto out;
	}
	ctx->suite = a->suite;
	ctx->window = a->window;
	ctx->max_streams = a->streams;
	ctx->streams = a->joins.stream;
	ctx->n_streams = a->joins.n;
	ctx->rcc_mode = a->rcc.mode;
	ctx->rcc_rate = a->rcc.rate;
	memcpy(ctx->hdrext, a->hdrext, sizeof(ctx->hdrext));
	ctx->kdr = a->kdr;
	ctx->unencrypted_srtcp = a->unencrypted_srtcp;
	ctx->n_keys = keys->n;
	memcpy(ctx->keys, keys->keys, sizeof(ctx->keys));
	if (a->mki_octets.len) {
		memcpy(ctx->keys[0].mki, a->mki, a->mki_octets.len);
		ctx->keys[0].mki_len = a->mki_octets.len;
	}
	for (i = 0; i < ctx->n_keys; i++) {
		/* a key with a range is active by the index */
		active = active || ctx->keys[i].active || ctx->keys[i].has_from;
		if (ctx->keys[i].mki_len != ctx->keys[0].mki_len) {
			ctl_error(c, "%s: %s: Mki must have one length in all keys", name, a->keys);
			goto out;
		}
	}
	if (transmit && !active)
		ctx->keys[0].active = true;
	ctx->mki_len = (uint8_t)ctx->keys[0].mki_len;
	ok = true;
out:
	ksrtp_secret_free(keys);
	return ok;
}

enum ctl_exit ctl_flow_add(struct ctl *c)
{
	struct ksrtpnl_flow *f = ksrtp_secret_alloc(sizeof(*f));
	struct context_args rx = { 0 }, tx = { 0 };
	uint32_t dscp = UINT32_MAX;
	struct rtcp_args rtcp = { 0 };
	struct ctl_octets cookie;
	enum ctl_exit ret = CTL_FAILED;
	enum ksrtpnl_err err;
	uint32_t id = 0;

	if (!f) {
		ctl_error(c, "no locked memory for keys");
		return CTL_FAILED;
	}
	rx.mki_octets = (struct ctl_octets){ rx.mki, sizeof(rx.mki), 0 };
	tx.mki_octets = (struct ctl_octets){ tx.mki, sizeof(tx.mki), 0 };
	cookie = (struct ctl_octets){ f->cookie, sizeof(f->cookie), 0 };
	{
		struct ctl_word words[] = {
			{ "local", parse_local, &f->local, true, false },
			{ "remote", parse_remote, &f->remote, true, false },
			{ "rtcp", parse_rtcp, &rtcp, false, false },
			{ "dev", ctl_parse_ifindex, &f->ifindex, false, false },
			{ "idle", ctl_parse_u32, &f->idle_timeout_ms, false, false },
			{ "cookie", ctl_parse_hex, &cookie, false, false },
			{ "rx", parse_context, &rx, false, false },
			{ "tx", parse_context, &tx, false, false },
			{ "plain", ctl_parse_flag, &f->plain, false, false },
			{ "source", ctl_parse_prefix, &f->source, false, false },
			{ "relay", parse_relay, &f->relay, false, false },
			{ "dscp", parse_dscp, &dscp, false, false },
			{ "clock", ctl_parse_u32, &f->clock_rate, false, false },
		};

		ret = CTL_USAGE;
		if (!ctl_words(c, words, sizeof(words) / sizeof(words[0])))
			goto out;
		if (rx.keys && tx.keys && !strcmp(rx.keys, "-") && !strcmp(tx.keys, "-")) {
			ctl_error(c, "keys: standard input can be read for one of rx and tx only");
			goto out;
		}
	}
	ret = CTL_FAILED;
	f->cookie_len = cookie.len;
	f->rtcp_local_port = rtcp.local;
	f->rtcp_remote_port = rtcp.remote;
	f->has_dscp = dscp != UINT32_MAX;
	f->dscp = (uint8_t)dscp;
	if (!f->remote.addr.len) /* "any" is of the local end's family */
		f->remote.addr.len = f->local.addr.len;
	f->has_rx = rx.keys;
	f->has_tx = tx.keys;
	if (rx.keys && !load_context(c, "rx", &rx, &f->rx, false))
		goto out;
	if (tx.keys && !load_context(c, "tx", &tx, &f->tx, true))
		goto out;
	if (!ctl_kernel(c))
		goto out;
	err = ksrtpnl_flow_add(c->nl, f, &id);
	if (err)
		ret = ctl_refused(c, err);
	else
		ret = ctl_print_id(c, "flow", id) ? CTL_OK : CTL_FAILED;
out:
	ksrtp_secret_free(f);
	return ret;
}

enum ctl_exit ctl_flow_set(struct ctl *c)
{
	struct ksrtpnl_flow_change change = { 0 };
	struct ksrtp_endpoint remote = { 0 };
	uint32_t id, dscp = 0;
	enum { REMOTE, IDLE, RELAY, DSCP, CLOCK, N };
	struct ctl_word words[N] = {
		[REMOTE] = { "remote", parse_remote, &remote, false, false },
		[IDLE] = { "idle", ctl_parse_u32, &change.idle_timeout_ms, false, false },
		[RELAY] = { "relay", parse_relay, &change.relay, false, false },
		[DSCP] = { "dscp", parse_dscp, &dscp, false, false },
		[CLOCK] = { "clock", ctl_parse_u32, &change.clock_rate, false, false },
	};
	enum ksrtpnl_err err;

	if (!ctl_id(c, "flow", &id) || !ctl_words(c, words, N))
		return CTL_USAGE;
	if (words[REMOTE].seen && !remote.addr.len) {
		ctl_error(c, "remote: name an address, as in 192.0.2.1:any");
		return CTL_USAGE;
	}
	change.remote = words[REMOTE].seen ? &remote : NULL;
	change.set_idle_timeout = words[IDLE].seen;
	change.set_relay = words[RELAY].seen;
	change.set_dscp = words[DSCP].seen;
	change.dscp = (uint8_t)dscp;
	if (!ctl_kernel(c))
		return CTL_FAILED;
	err = ksrtpnl_flow_set(c->nl, id, &change);
	return err ? ctl_refused(c, err) : CTL_OK;
}

enum ctl_exit ctl_flow_del(struct ctl *c)
{
	enum ksrtpnl_err err;
	uint32_t id;

	if (!ctl_id(c, "flow", &id) || !ctl_no_more(c))
		return CTL_USAGE;
	if (!ctl_kernel(c))
		return CTL_FAILED;
	err = ksrtpnl_flow_del(c->nl, id);
	return err ? ctl_refused(c, err) : CTL_OK;
}

enum ctl_exit ctl_flow_flush(struct ctl *c)
{
	uint32_t ifindex = 0;
	struct ctl_word words[] = { { "dev", ctl_parse_ifindex, &ifindex, false, false } };
	enum ksrtpnl_err err;

	if (!ctl_words(c, words, 1))
		return CTL_USAGE;
	if (!ctl_kernel(c))
		return CTL_FAILED;
	err = ksrtpnl_flow_flush(c->nl, ifindex);
	return err ? ctl_refused(c, err) : CTL_OK;
}

enum ctl_exit ctl_flow_show(struct ctl *c)
{
	struct ksrtpnl_flow *f;
	enum ksrtpnl_err err;
	bool ok = true;
	uint32_t id;

	if (!ctl_id(c, "flow", &id) || !ctl_no_more(c))
		return CTL_USAGE;
	if (!ctl_kernel(c))
		return CTL_FAILED;
	err = ksrtpnl_flow_get(c->nl, id, &f);
	if (err)
		return ctl_refused(c, err);
	if (c->json)
		ok = ctl_print_json(ctl_flow_json(f));
	else
		ctl_flow_print(c, f, true);
	ksrtpnl_flow_free(f);
	return ok ? CTL_OK : CTL_FAILED;
}

static bool each(const struct ksrtpnl_flow *f, void *arg)
{
	struct ctl_list *l = arg;

	if (l->array)
		return !json_array_append_new(l->array, ctl_flow_json(f));
	ctl_flow_print(l->c, f, l->c->stats);
	return true;
}

enum ctl_exit ctl_flow_list(struct ctl *c)
{
	struct ctl_list l;
	enum ctl_exit status = ctl_list_begin(c, &l);

	return status ? status : ctl_list_end(&l, ksrtpnl_flow_dump(c->nl, each, &l));
}
