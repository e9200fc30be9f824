// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "ksrtpd/cookie.h"
#include "ksrtpd/kernel.h"

/*
 * What the groups table asks of the kernel and of the other processes, and what
 * these tell it. A sender's flow:
 *
 *	ours	local  = our source	remote = the group	sends
 *	others	local  = the group	remote = their source	receives
 */

static uint32_t get_u32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void fill_key(struct ksrtpnl_key *out, const struct group *g, const struct group_key *key,
		     const struct ksrtpd_srtp_key *secret, bool active)
{
	*out = (struct ksrtpnl_key){ .mki_len = KSRTPD_GROUP_MKI,
				     .master_key_len = sizeof(secret->key),
				     .master_salt_len = ksrtpd_salt_len(g->conf.suite),
				     .active = active };
	ksrtp_mikey_mcx_mki(key->guk_id, key->gmk_id, out->mki);
	memcpy(out->master_key, secret->key, sizeof(secret->key));
	memcpy(out->master_salt, secret->salt, out->master_salt_len);
}

/* ------------------------------------------------------- the groups table's */

static int op_make(void *arg, const struct group *g, const struct groups_order *order)
{
	static struct ipc_group_make m;
	struct kernel *k = arg;
	unsigned int i;

	m = (struct ipc_group_make){ .roster = g->roster,
				     .fresh = order->fresh,
				     .n_to = order->n_to };
	memcpy(m.as, g->conf.as, sizeof(m.as));
	for (i = 0; i < order->n_to; i++) {
		const struct ksrtpd_member *member = &g->conf.member[order->to[i]];

		memcpy(m.to[i].identity, member->identity, sizeof(m.to[i].identity));
		memcpy(m.to[i].kms, member->kms, sizeof(m.to[i].kms));
		m.to[i].member = order->to[i];
		m.to[i].repeat = order->repeat[i];
	}
	return proc_send(k->proc, KSRTPD_KEYS, IPC_GROUP_MAKE, g->make_id, 0, -1, &m, sizeof(m)) ?
		       0 :
		       -ENOBUFS;
}

/* By TCP: whether a member has the key must be known. */
static int op_send(void *arg, const struct group *g, unsigned int member, const void *msg,
		   size_t len)
{
	struct ipc_send m = { .to = g->conf.member[member].daemon,
			      .transport = KSRTPD_TCP,
			      .len = (uint32_t)len };
	struct kernel *k = arg;

	if (len > sizeof(m.msg))
		return -EMSGSIZE;
	memcpy(m.msg, msg, len);
	return proc_send(k->proc, KSRTPD_NET, IPC_SEND, g->member[member].exch_id, 0, -1, &m,
			 sizeof(m)) ?
		       0 :
		       -ENOBUFS;
}

static void op_cancel(void *arg, const struct group *g, unsigned int member)
{
	struct kernel *k = arg;

	proc_send(k->proc, KSRTPD_NET, IPC_CANCEL, g->member[member].exch_id, 0, -1, NULL, 0);
}

static int op_flow_add(void *arg, const struct group *g, struct group_sender *s,
		       const struct group_key *key, const struct ksrtpd_srtp_key *secret,
		       const struct ksrtpd_sender *state)
{
	struct kernel *k = arg;
	struct ksrtpnl_flow *f = &k->scratch->flow;
	struct ksrtpnl_stream stream = { .ssrc = state->ssrc,
					 .roc = state->roc,
					 .seq = state->seq };
	struct ksrtpnl_context *ctx = s->self ? &f->tx : &f->rx;
	enum ksrtpnl_err err;

	*f = (struct ksrtpnl_flow){ .local = s->self ? s->source : g->conf.media,
				    .remote = s->self ? g->conf.media : s->source,
				    .has_rx = !s->self,
				    .has_tx = s->self };
	f->cookie_len = cookie_group_encode(g, s, f->cookie);
	*ctx = (struct ksrtpnl_context){ .suite = g->conf.suite,
					 .mki_len = KSRTPD_GROUP_MKI,
					 .n_keys = 1 };
	fill_key(&ctx->keys[0], g, key, secret, s->self);
	/* the stream may have been running for long */
	if (!s->self && state->has_stream) {
		ctx->streams = &stream;
		ctx->n_streams = 1;
	}
	err = ksrtpnl_flow_add(k->nl, f, &s->flow_id);
	ksrtp_secret_wipe(k->scratch, sizeof(*k->scratch));
	return flows_result(k, err, "a group's flow cannot be added");
}

static int op_flow_del(void *arg, const struct group_sender *s)
{
	struct kernel *k = arg;
	enum ksrtpnl_err err = ksrtpnl_flow_del(k->nl, s->flow_id);

	/* Somebody else may have removed it just now. */
	return err == KSRTPNL_ERR_NOT_FOUND ?
		       0 :
		       flows_result(k, err, "a group's flow cannot be removed");
}

static enum ksrtpnl_dir dir_of(const struct group_sender *s)
{
	return s->self ? KSRTPNL_OUT : KSRTPNL_IN;
}

static int op_key_add(void *arg, const struct group *g, const struct group_sender *s,
		      const struct group_key *key, const struct ksrtpd_srtp_key *secret)
{
	struct kernel *k = arg;
	enum ksrtpnl_err err;

	fill_key(&k->scratch->key, g, key, secret, false);
	err = ksrtpnl_key_add(k->nl, s->flow_id, dir_of(s), &k->scratch->key);
	ksrtp_secret_wipe(k->scratch, sizeof(*k->scratch));
	return flows_result(k, err, "a group's key cannot be added");
}

static int op_key_activate(void *arg, const struct group_sender *s, const struct group_key *key)
{
	uint8_t mki[KSRTPD_GROUP_MKI];
	struct kernel *k = arg;

	ksrtp_mikey_mcx_mki(key->guk_id, key->gmk_id, mki);
	return flows_result(k, ksrtpnl_key_activate(k->nl, s->flow_id, mki, sizeof(mki)),
			    "a group's key cannot be activated");
}

static int op_key_del(void *arg, const struct group_sender *s, const struct group_key *key)
{
	uint8_t mki[KSRTPD_GROUP_MKI];
	struct kernel *k = arg;

	ksrtp_mikey_mcx_mki(key->guk_id, key->gmk_id, mki);
	return flows_result(k, ksrtpnl_key_del(k->nl, s->flow_id, dir_of(s), mki, sizeof(mki)),
			    "a group's key cannot be removed");
}

static int op_stream(void *arg, const struct group_sender *s, struct calls_stream *out)
{
	const struct ksrtpnl_stream *best;
	struct kernel *k = arg;
	struct ksrtpnl_flow *f;

	if (ksrtpnl_flow_get(k->nl, s->flow_id, &f))
		return -ENOENT;
	best = flows_stream(s->self ? &f->tx : &f->rx, 0);
	if (best)
		*out = (struct calls_stream){ .ssrc = best->ssrc,
					      .roc = best->roc,
					      .seq = best->seq };
	ksrtpnl_flow_free(f);
	return best ? 0 : -ENOENT;
}

static void op_event(void *arg, const struct group *g, enum groups_event event, const char *who,
		     enum ksrtpd_reason reason)
{
	report_group(arg, g, event, who, reason);
}

const struct groups_ops group_flows_ops = {
	.make = op_make,
	.send = op_send,
	.cancel = op_cancel,
	.flow_add = op_flow_add,
	.flow_del = op_flow_del,
	.key_add = op_key_add,
	.key_activate = op_key_activate,
	.key_del = op_key_del,
	.stream = op_stream,
	.event = op_event,
};

bool group_flows_parse(const struct ksrtpnl_flow *f, struct groups_adopt *out)
{
	const struct ksrtpnl_context *ctx = f->has_tx ? &f->tx : &f->rx;
	size_t i;

	*out = (struct groups_adopt){ .flow_id = f->id,
				      .media = f->has_tx ? f->remote : f->local,
				      .source = f->has_tx ? f->local : f->remote,
				      .self = f->has_tx,
				      .heard = f->has_rx && (f->rx.packets || f->rx.rtcp_packets) };
	if (!cookie_group_decode(f->cookie, f->cookie_len, out) || f->has_tx == f->has_rx)
		return false;
	for (i = 0; i < ctx->n_keys && i < KSRTPD_GROUP_KEYS; i++) {
		const struct ksrtpnl_key *key = &ctx->keys[i];

		if (key->mki_len != KSRTPD_GROUP_MKI)
			return false;
		out->key[i].gmk_id = get_u32(key->mki);
		out->key[i].guk_id = get_u32(key->mki + 4);
		if (key->active)
			out->active = out->key[i].gmk_id;
	}
	return true;
}

/* ---------------------------------------------------------------- messages */

void group_flows_keys(struct kernel *k, const struct ksrtp_imsg *m)
{
	const struct ipc_group_keys *in = m->data;
	struct calls_now now = kernel_now();

	if (!ipc_group_keys_valid(in))
		proc_violation(k->proc, KSRTPD_KEYS, "keys of a group that make no sense");
	if (k->groups)
		groups_keys(k->groups, &now, m->id, in->failed, in->failed ? NULL : &in->keys);
}

void group_flows_made(struct kernel *k, const struct ksrtp_imsg *m)
{
	const struct ipc_group_made *in = m->data;
	struct calls_now now = kernel_now();

	if (!ipc_group_made_valid(in))
		proc_violation(k->proc, KSRTPD_KEYS, "a message that makes no sense");
	if (k->groups)
		groups_made(k->groups, &now, m->id, in->member, in->msg, in->len);
}

enum ksrtpd_reason group_flows_opened(struct kernel *k, const struct ksrtp_imsg *m)
{
	const struct ipc_group_opened *in = m->data;
	struct groups_opened opened = { .arrived = in->arrived,
					.time_ns = in->time_ns,
					.roster = &in->roster,
					.keys = &in->keys };
	struct calls_now now = kernel_now();

	if (!ipc_group_opened_valid(in))
		proc_violation(k->proc, KSRTPD_KEYS, "an opened message that makes no sense");
	memcpy(opened.identity, in->identity, sizeof(opened.identity));
	memcpy(opened.as, in->as, sizeof(opened.as));
	return k->groups ? groups_opened(k->groups, &now, &opened) : KSRTPD_R_BUSY;
}

/* ------------------------------------------------------------------- lists */

static struct ipc_group_entry *entry_of(struct ipc_group *out, const char *identity,
					const struct ksrtp_endpoint *source)
{
	struct ipc_group_entry *e;
	uint32_t i;

	for (i = 0; i < out->n; i++)
		if (!strcmp(out->entry[i].identity, identity) &&
		    (!source->addr.len || !ksrtp_endpoint_cmp(&out->entry[i].source, source)))
			return &out->entry[i];
	e = &out->entry[out->n++];
	memcpy(e->identity, identity, sizeof(e->identity));
	e->source = *source;
	return e;
}

static void put_sender(struct ipc_group *out, const struct group *g, const struct group_sender *s)
{
	struct ipc_group_entry *e = entry_of(out, s->identity, &s->source);
	unsigned int i;

	e->self = s->self;
	e->sends = true;
	e->heard = s->heard;
	e->flow_id = s->flow_id;
	for (i = 0; i < KSRTPD_GROUP_KEYS; i++)
		if (s->key[i].gmk_id == g->gmk_id)
			e->guk_id = s->key[i].guk_id;
	if (s->self)
		e->since = g->keyed_at;
}

static void put_group(const struct group *g, struct ipc_group *out)
{
	uint64_t now = proc_now_ms();
	unsigned int i;

	*out = (struct ipc_group){ .media = g->conf.media,
				   .suite = g->conf.suite,
				   .switching = g->switch_at != 0,
				   .gmk_id = g->gmk_id,
				   .rekeys = g->rekeys,
				   .keyed_at = g->keyed_at,
				   .rekey_in_ms = g->fresh_at > now ? g->fresh_at - now : 0 };
	memcpy(out->name, g->conf.name, sizeof(out->name));
	memcpy(out->manager, g->conf.manager, sizeof(out->manager));
	memcpy(out->as, g->conf.as, sizeof(out->as));
	for (i = 0; i < KSRTPD_GROUP_SENDERS; i++)
		if (g->sender[i].used)
			put_sender(out, g, &g->sender[i]);
	for (i = 0; i < g->conf.n_members; i++) {
		const struct ksrtpd_member *m = &g->conf.member[i];
		struct ipc_group_entry *e = entry_of(out, m->identity, &m->source);

		e->told = true;
		e->state = g->member[i].state;
		e->since = g->member[i].since;
		e->reason = g->member[i].reason;
	}
}

void group_flows_list(struct kernel *k, uint32_t id)
{
	struct ipc_result done = { .ok = 1 };
	static struct ipc_group out;
	const struct group *g;
	uint32_t pos = 0;

	while (k->groups && (g = groups_next(k->groups, &pos))) {
		put_group(g, &out);
		proc_send(k->proc, KSRTPD_CONTROL, IPC_GROUP, id, 0, -1, &out, sizeof(out));
	}
	proc_send(k->proc, KSRTPD_CONTROL, IPC_DONE, id, 0, -1, &done, sizeof(done));
}

void group_flows_command(struct kernel *k, const struct ksrtp_imsg *m)
{
	const struct ipc_group_ask *ask = m->data;
	struct calls_now now = kernel_now();
	struct ipc_result done = { .ok = 1 };
	int err;

	if (!ipc_group_ask_valid(ask))
		proc_violation(k->proc, KSRTPD_CONTROL, "a command that makes no sense");
	err = !k->groups ? -ENOENT :
	      m->type == IPC_Q_GROUP_REKEY ? groups_rekey(k->groups, &now, ask->name) :
					     groups_remove(k->groups, &now, ask->name, ask->identity);
	if (err) {
		done.ok = 0;
		snprintf(done.text, sizeof(done.text), "%s",
			 err == -EPERM ? "only the group's manager can do that" :
			 m->type == IPC_Q_GROUP_REKEY ? "there is no such group" :
							"there is no such group, or no such member in it");
	}
	proc_send(k->proc, KSRTPD_CONTROL, IPC_DONE, m->id, 0, -1, &done, sizeof(done));
}
