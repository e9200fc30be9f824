// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "ksrtpd/cookie.h"
#include "ksrtpd/kernel.h"

/* What the calls table asks of the kernel and of the other processes. */

bool flows_init(struct kernel *k)
{
	k->scratch = ksrtp_secret_alloc(sizeof(*k->scratch));
	return k->scratch != NULL;
}

int flows_result(struct kernel *k, enum ksrtpnl_err err, const char *what)
{
	uint64_t suppressed;
	int no;

	if (!err)
		return 0;
	k->counter[KERNEL_C_NETLINK_ERRORS]++;
	no = ksrtpnl_errno(k->nl);
	if (ksrtp_log_allow(&k->log_limit, proc_now_ms(), &suppressed))
		ksrtp_log_warning(&k->proc->log, "%s: %s: %s", what, ksrtpnl_strerror(err),
				  ksrtpnl_message(k->nl));
	if (no > 0)
		no = -no;
	return no ? no : -EIO;
}

static void mki_of(uint32_t csb, uint8_t out[4])
{
	out[0] = (uint8_t)(csb >> 24);
	out[1] = (uint8_t)(csb >> 16);
	out[2] = (uint8_t)(csb >> 8);
	out[3] = (uint8_t)csb;
}

static uint32_t csb_of(const uint8_t mki[4])
{
	return (uint32_t)mki[0] << 24 | (uint32_t)mki[1] << 16 | (uint32_t)mki[2] << 8 | mki[3];
}

static void fill_key(struct ksrtpnl_key *out, const struct call *call,
		     const struct ksrtpd_keymat *keys, bool tx, bool active)
{
	const struct ksrtpd_srtp_key *from = tx ? &keys->tx : &keys->rx;

	*out = (struct ksrtpnl_key){ .master_key_len = sizeof(from->key),
				     .master_salt_len = ksrtpd_salt_len(keys->suite),
				     .active = tx && active,
				     .soft_limit = call->peer.rekey_packets };
	if (call->peer.mki) {
		mki_of(keys->csb, out->mki);
		out->mki_len = 4;
	}
	memcpy(out->master_key, from->key, sizeof(from->key));
	memcpy(out->master_salt, from->salt, out->master_salt_len);
}

static void fill_context(struct ksrtpnl_context *out, const struct call *call,
			 const struct ksrtpd_keymat *keys, bool tx)
{
	*out = (struct ksrtpnl_context){ .suite = keys->suite,
					 .mki_len = call->peer.mki ? 4 : 0,
					 .n_keys = 1 };
	fill_key(&out->keys[0], call, keys, tx, true);
}

/* --------------------------------------------------------- the calls table's */

static int op_make(void *arg, const struct call *call, const struct ksrtpd_ssrc *out,
		   const struct ksrtpd_ssrc *in)
{
	struct kernel *k = arg;
	struct ipc_make m = {
		.tuple = call->tuple, .out = *out, .in = *in, .suite = call->peer.suite
	};

	memcpy(m.identity, call->peer.identity, sizeof(m.identity));
	memcpy(m.as, call->peer.as, sizeof(m.as));
	memcpy(m.kms, call->peer.kms, sizeof(m.kms));
	k->counter[KERNEL_C_INITIATED]++;
	return proc_send(k->proc, KSRTPD_KEYS, IPC_MAKE, call->exch_id, 0, -1, &m, sizeof(m)) ?
		       0 :
		       -ENOBUFS;
}

static int op_send(void *arg, const struct call *call, const void *msg, size_t len)
{
	struct kernel *k = arg;
	struct ipc_send m = { .to = call->peer.daemon,
			      .transport = call->peer.transport,
			      .csb = call->exch_csb,
			      .len = (uint32_t)len };

	if (len > sizeof(m.msg))
		return -EMSGSIZE;
	memcpy(m.msg, msg, len);
	return proc_send(k->proc, KSRTPD_NET, IPC_SEND, call->exch_id, 0, -1, &m, sizeof(m)) ?
		       0 :
		       -ENOBUFS;
}

static void op_cancel(void *arg, const struct call *call)
{
	struct kernel *k = arg;

	if (call->exch == EXCH_SENT)
		proc_send(k->proc, KSRTPD_NET, IPC_CANCEL, call->exch_id, 0, -1, NULL, 0);
}

static int op_flow_add(void *arg, struct call *call, const struct ksrtpd_keymat *keys)
{
	struct kernel *k = arg;
	struct ksrtpnl_flow *f = &k->scratch->flow;
	enum ksrtpnl_err err;

	*f = (struct ksrtpnl_flow){ .local = call->tuple.local,
				    .remote = call->tuple.remote,
				    .rtcp_local_port = call->tuple.local_rtcp,
				    .rtcp_remote_port = call->tuple.remote_rtcp,
				    .has_rx = true,
				    .has_tx = true };
	f->cookie_len = cookie_encode(call, f->cookie);
	fill_context(&f->rx, call, keys, false);
	fill_context(&f->tx, call, keys, true);
	err = ksrtpnl_flow_add(k->nl, f, &call->flow_id);
	ksrtp_secret_wipe(k->scratch, sizeof(*k->scratch));
	return flows_result(k, err, "a flow cannot be added");
}

static int op_ctx_replace(void *arg, struct call *call, unsigned int dirs,
			  const struct ksrtpd_keymat *keys)
{
	struct kernel *k = arg;
	struct ksrtpnl_flow *f = &k->scratch->flow;
	struct ksrtpnl_flow_change change = { 0 };
	enum ksrtpnl_err err;

	if (dirs & CALL_RX) {
		fill_context(&f->rx, call, keys, false);
		change.rx = &f->rx;
	}
	if (dirs & CALL_TX) {
		fill_context(&f->tx, call, keys, true);
		change.tx = &f->tx;
	}
	err = ksrtpnl_flow_set(k->nl, call->flow_id, &change);
	ksrtp_secret_wipe(k->scratch, sizeof(*k->scratch));
	return flows_result(k, err, "a context cannot be replaced");
}

static int op_key_add(void *arg, struct call *call, unsigned int dirs,
		      const struct ksrtpd_keymat *keys, bool active)
{
	struct kernel *k = arg;
	enum ksrtpnl_err err = KSRTPNL_OK;
	bool tx;

	for (tx = false;; tx = true) {
		if (dirs & (tx ? CALL_TX : CALL_RX)) {
			fill_key(&k->scratch->key, call, keys, tx, active);
			err = ksrtpnl_key_add(k->nl, call->flow_id, tx ? KSRTPNL_OUT : KSRTPNL_IN,
					      &k->scratch->key);
		}
		if (err || tx)
			break;
	}
	ksrtp_secret_wipe(k->scratch, sizeof(*k->scratch));
	return flows_result(k, err, "a key cannot be added");
}

static int op_key_activate(void *arg, struct call *call, uint32_t csb)
{
	struct kernel *k = arg;
	uint8_t mki[4];

	mki_of(csb, mki);
	return flows_result(k, ksrtpnl_key_activate(k->nl, call->flow_id, mki, call->peer.mki ? 4 : 0),
		      "a key cannot be activated");
}

static int op_key_del(void *arg, struct call *call, unsigned int dirs, uint32_t csb)
{
	struct kernel *k = arg;
	size_t len = call->peer.mki ? 4 : 0;
	enum ksrtpnl_err err = KSRTPNL_OK, err2 = KSRTPNL_OK;
	uint8_t mki[4];

	mki_of(csb, mki);
	if (dirs & CALL_RX)
		err = ksrtpnl_key_del(k->nl, call->flow_id, KSRTPNL_IN, mki, len);
	if (dirs & CALL_TX)
		err2 = ksrtpnl_key_del(k->nl, call->flow_id, KSRTPNL_OUT, mki, len);
	return flows_result(k, err ? err : err2, "a key cannot be removed");
}

static int op_flow_del(void *arg, struct call *call)
{
	struct kernel *k = arg;
	enum ksrtpnl_err err = ksrtpnl_flow_del(k->nl, call->flow_id);

	/* Somebody else may have removed it just now. */
	return err == KSRTPNL_ERR_NOT_FOUND ? 0 : flows_result(k, err, "a flow cannot be removed");
}

static int op_cookie(void *arg, struct call *call)
{
	struct kernel *k = arg;
	uint8_t cookie[COOKIE_MAX];
	struct ksrtpnl_flow_change change = { .set_cookie = true, .cookie = cookie };

	change.cookie_len = cookie_encode(call, cookie);
	return flows_result(k, ksrtpnl_flow_set(k->nl, call->flow_id, &change),
		      "a cookie cannot be written");
}

const struct ksrtpnl_stream *flows_stream(const struct ksrtpnl_context *ctx, uint32_t ssrc)
{
	const struct ksrtpnl_stream *best = NULL;
	size_t i;

	for (i = 0; i < ctx->n_streams; i++) {
		const struct ksrtpnl_stream *s = &ctx->streams[i];

		/* RTCP alone has no rollover counter. */
		if (!s->packets || (ssrc && s->ssrc != ssrc))
			continue;
		if (!best || s->idle_ms < best->idle_ms)
			best = s;
	}
	return best;
}

static int op_stream(void *arg, const struct call *call, enum call_dir dir, uint32_t ssrc,
		     struct calls_stream *out)
{
	struct kernel *k = arg;
	const struct ksrtpnl_stream *best;
	struct ksrtpnl_flow *f;

	if (ksrtpnl_flow_get(k->nl, call->flow_id, &f))
		return -ENOENT;
	best = flows_stream(dir == CALL_RX ? &f->rx : &f->tx, ssrc);
	if (best)
		*out = (struct calls_stream){ .ssrc = best->ssrc,
					      .roc = best->roc,
					      .seq = best->seq };
	ksrtpnl_flow_free(f);
	return best ? 0 : -ENOENT;
}

static void op_event(void *arg, const struct call *call, enum calls_event event,
		     enum ksrtpd_reason reason, int code)
{
	report_event(arg, call, event, reason, code);
}

const struct calls_ops flows_ops = {
	.make = op_make,
	.send = op_send,
	.cancel = op_cancel,
	.flow_add = op_flow_add,
	.ctx_replace = op_ctx_replace,
	.key_add = op_key_add,
	.key_activate = op_key_activate,
	.key_del = op_key_del,
	.flow_del = op_flow_del,
	.cookie = op_cookie,
	.stream = op_stream,
	.event = op_event,
};

/* -------------------------------------------------------------- what is there */

static void add_keys(struct calls_adopt *a, const struct ksrtpnl_context *ctx, bool tx)
{
	size_t i;

	for (i = 0; i < ctx->n_keys && a->n_keys < 2 * KSRTPD_CALL_KEYS; i++) {
		const struct ksrtpnl_key *key = &ctx->keys[i];
		size_t n = a->n_keys++;

		a->key[n].csb = key->mki_len == 4 ? csb_of(key->mki) : 0;
		a->key[n].rx = !tx;
		a->key[n].tx = tx;
		a->key[n].tx_active = tx && key->active;
		a->key[n].rx_used = !tx && (key->packets || key->rtcp_packets);
	}
}

/* The dump's list is walked after the dump: its connection cannot do two things. */
struct adopt_list {
	struct calls_adopt *a;
	size_t n, cap;
	struct groups_adopt group[KSRTPD_MAX_GROUPS * KSRTPD_GROUP_SENDERS];
	size_t n_groups;
};

static bool on_flow(const struct ksrtpnl_flow *f, void *arg)
{
	struct adopt_list *l = arg;
	struct calls_adopt a = { .flow_id = f->id };

	if (l->n_groups < sizeof(l->group) / sizeof(l->group[0]) &&
	    group_flows_parse(f, &l->group[l->n_groups])) {
		l->n_groups++;
		return true;
	}
	if (!cookie_decode(f->cookie, f->cookie_len, &a))
		return true; /* somebody else's */
	a.tuple = (struct ksrtpd_tuple){ .local = f->local,
					 .remote = f->remote,
					 .local_rtcp = f->rtcp_local_port,
					 .remote_rtcp = f->rtcp_remote_port };
	if (f->has_rx)
		add_keys(&a, &f->rx, false);
	if (f->has_tx)
		add_keys(&a, &f->tx, true);
	a.rx_seen = f->has_rx && (f->rx.packets || f->rx.rtcp_packets);
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		struct calls_adopt *p = realloc(l->a, cap * sizeof(*p));

		if (!p)
			return true; /* the sweep of a later start finds it */
		l->a = p;
		l->cap = cap;
	}
	l->a[l->n++] = a;
	return true;
}

void flows_adopt(struct kernel *k)
{
	struct calls_now now = kernel_now();
	static struct adopt_list l;
	size_t i;

	if (flows_result(k, ksrtpnl_flow_dump(k->nl, on_flow, &l), "flows cannot be listed"))
		proc_fatal(k->proc, "calls of an earlier daemon cannot be taken over");
	for (i = 0; i < l.n; i++) {
		if (calls_adopt(k->calls, &now, &l.a[i]))
			continue;
		k->reason[KSRTPD_R_NOT_OURS]++;
		ksrtp_log_notice(&k->proc->log, "flow %u to %s removed: %s", l.a[i].flow_id,
				 l.a[i].identity,
				 l.a[i].established ? ksrtpd_reason_text(KSRTPD_R_RECONFIGURED) :
						      ksrtpd_reason_text(KSRTPD_R_NOT_OURS));
		flows_result(k, ksrtpnl_flow_del(k->nl, l.a[i].flow_id), "a flow cannot be removed");
	}
	free(l.a);
	for (i = 0; i < l.n_groups; i++)
		if (!groups_adopt(k->groups, &l.group[i]))
			flows_result(k, ksrtpnl_flow_del(k->nl, l.group[i].flow_id),
				     "a group's flow cannot be removed");
}

struct sweep {
	struct {
		uint32_t id;
		uint64_t idle_ms;
	} * seen;
	size_t n, cap;
	bool failed;
};

static bool on_sweep(const struct ksrtpnl_flow *f, void *arg)
{
	struct sweep *s = arg;

	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 256;
		void *p = realloc(s->seen, cap * sizeof(*s->seen));

		if (!p) {
			s->failed = true;
			return false;
		}
		s->seen = p;
		s->cap = cap;
	}
	s->seen[s->n].id = f->id;
	s->seen[s->n++].idle_ms = f->idle_ms;
	return true;
}

static int by_id(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static bool seen(const struct sweep *s, uint32_t flow_id)
{
	return s->n && bsearch(&flow_id, s->seen, s->n, sizeof(*s->seen), by_id);
}

static void sweep_groups(struct kernel *k, const struct calls_now *now, const struct sweep *s)
{
	const struct group *g;
	uint32_t pos = 0;
	unsigned int i;

	while ((g = groups_next(k->groups, &pos)))
		for (i = 0; i < KSRTPD_GROUP_SENDERS; i++)
			if (g->sender[i].used && !seen(s, g->sender[i].flow_id))
				groups_flow_gone(k->groups, now, g->sender[i].flow_id);
}

void flows_sweep(struct kernel *k)
{
	struct calls_now now = kernel_now();
	const struct call *call;
	struct sweep s = { 0 };
	uint32_t pos = 0;
	size_t i;

	if (!calls_count(k->calls) && !k->conf.n_groups)
		return;
	/* Interrupted by a change: half a list must not look like calls that are gone. */
	if (!ksrtpnl_flow_dump(k->nl, on_sweep, &s) && !s.failed) {
		if (s.n)
			qsort(s.seen, s.n, sizeof(*s.seen), by_id);
		while ((call = calls_next(k->calls, &pos)))
			if (call->has_flow && !seen(&s, call->flow_id))
				calls_flow_gone(k->calls, &now, call->flow_id);
		for (i = 0; i < s.n; i++)
			calls_flow_idle(k->calls, &now, s.seen[i].id, s.seen[i].idle_ms);
		sweep_groups(k, &now, &s);
	}
	free(s.seen);
}
