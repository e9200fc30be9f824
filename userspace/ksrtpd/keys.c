// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/secret.h"
#include "ksrtp/mikey.h"
#include "ksrtpd/counters.h"
#include "ksrtpd/keys.h"
#include "ksrtpd/sandbox.h"

/*
 * The keys process: holds receiver secret keys and signing keys, builds messages
 * and opens those that net has verified. It has no socket and no file, and it
 * decodes nothing that came from the network: an offer is a flat struct.
 */

#define KEYS_COUNTERS(X)              \
	X(MADE, "made")               \
	X(MAKE_FAILED, "make-failed") \
	X(OPENED, "opened")           \
	X(OPEN_FAILED, "open-failed") \
	X(QUEUE_FULL, "queue-full")

enum keys_counter {
#define X(sym, name) KEYS_C_##sym,
	KEYS_COUNTERS(X)
#undef X
		KEYS_C_COUNT
};

static const char *const counter_names[] = {
#define X(sym, name) name,
	KEYS_COUNTERS(X)
#undef X
};

static struct keys self;
static uint64_t counter[KEYS_C_COUNT];
static uint64_t mikey[KSRTP_MIKEY_STATUS_COUNT];

int64_t keys_time(struct keys *k)
{
	int64_t wall = proc_wall_ns();

	/* Set back further than a peer forgives: better a time twice than none of use. */
	if (k->last_time > wall + k->skew_ns)
		k->last_time = 0;
	return ksrtp_mikey_unique_time(&k->last_time, wall);
}

/* Crypto session 1 is the initiator's sending, 2 the responder's. */
static enum ksrtp_mikey_status derive(struct keys_scratch *s, uint8_t suite, uint8_t rx_cs,
				      uint8_t tx_cs, struct ksrtpd_keymat *out)
{
	enum ksrtp_mikey_status st;

	out->csb = s->keys.csb_id;
	out->suite = suite;
	st = ksrtp_mikey_srtp_key(&s->keys, rx_cs, suite, &s->srtp);
	if (st)
		return st;
	memcpy(out->rx.key, s->srtp.key, sizeof(out->rx.key));
	memcpy(out->rx.salt, s->srtp.salt, sizeof(out->rx.salt));
	st = ksrtp_mikey_srtp_key(&s->keys, tx_cs, suite, &s->srtp);
	if (st)
		return st;
	memcpy(out->tx.key, s->srtp.key, sizeof(out->tx.key));
	memcpy(out->tx.salt, s->srtp.salt, sizeof(out->tx.salt));
	return KSRTP_MIKEY_OK;
}

/* ------------------------------------------------------------------- making */

static void flow_of(const struct ksrtpd_tuple *t, struct ksrtp_mikey_flow *flow)
{
	*flow = (struct ksrtp_mikey_flow){ .family = t->local.addr.len == 4 ? 4 : 6,
					   .initiator_port = t->local.port,
					   .responder_port = t->remote.port,
					   .initiator_rtcp_port = t->local_rtcp,
					   .responder_rtcp_port = t->remote_rtcp };
	memcpy(flow->initiator, t->local.addr.b, t->local.addr.len);
	memcpy(flow->responder, t->remote.addr.b, t->remote.addr.len);
}

static enum ksrtp_mikey_status make(const struct ipc_make *m, struct keys_scratch *s)
{
	struct ksrtp_mikey_proposal prop = {
		.scheme = KSRTP_MIKEY_SCHEME_TEL_MONTH,
		.prf = KSRTP_MIKEY_PRF_SHA1,
		.initiator = m->as,
		.responder = m->identity,
		.responder_kms = m->kms,
		.ssv = s->ssv,
		.map_type = KSRTP_MIKEY_MAP_SRTP_ID,
		.n_cs = 2,
	};
	const struct ksrtpd_ssrc *streams[2] = { &m->out, &m->in };
	struct ksrtp_mikey_flow flow;
	uint8_t rand[KSRTP_MIKEY_MIN_RAND];
	const char *kms;
	enum ksrtp_mikey_status st;
	size_t len = 0;
	int i;

	prop.now_ns = keys_time(&self);
	kms = keystore_kms(self.now, m->as, ksrtp_mikey_month(prop.now_ns));
	if (!kms)
		return KSRTP_MIKEY_NO_KEY;
	prop.initiator_kms = kms;
	if (ksrtp_random(NULL, rand, sizeof(rand)) ||
	    ksrtp_random(NULL, s->ssv, sizeof(s->ssv)) ||
	    ksrtp_random(NULL, (uint8_t *)&prop.csb_id, sizeof(prop.csb_id)))
		return KSRTP_MIKEY_CRYPTO_FAILED;
	prop.rand = rand;
	prop.rand_len = sizeof(rand);
	for (i = 0; i < 2; i++)
		prop.cs[i] = (struct ksrtp_mikey_cs){ .id = (uint8_t)(i + 1),
						      .prot = KSRTP_MIKEY_PROT_SRTP,
						      .n_policies = 1,
						      .has_ssrc = true,
						      .has_roc = true,
						      .ssrc = streams[i]->ssrc,
						      .roc = streams[i]->roc,
						      .suite = m->suite };
	flow_of(&m->tuple, &flow);
	prop.flow = &flow;
	st = ksrtp_mikey_initiate(&keystore_ops, self.now, &prop, s->made.msg, sizeof(s->made.msg),
				  &len, &s->keys);
	if (st)
		return st;
	s->made.len = (uint32_t)len;
	return derive(s, m->suite, 2, 1, &s->made.keys);
}

static void handle_make(struct proc *p, const struct ksrtp_imsg *m)
{
	struct keys_scratch *s = self.scratch;
	enum ksrtp_mikey_status st;

	if (!ipc_make_valid(m->data))
		proc_violation(p, KSRTPD_KERNEL, "a request that makes no sense");
	st = self.now ? make(m->data, s) : KSRTP_MIKEY_NO_KEY;
	mikey[st]++;
	counter[st ? KEYS_C_MAKE_FAILED : KEYS_C_MADE]++;
	if (st) {
		ksrtp_secret_wipe(&s->made, sizeof(s->made));
		s->made.failed = st == KSRTP_MIKEY_NO_KEY ? KSRTPD_R_OWN_KEY : KSRTPD_R_MAKE;
	}
	if (!proc_send(p, KSRTPD_KERNEL, IPC_MADE, m->id, KSRTP_IMSG_SECRET, -1, &s->made,
		       sizeof(s->made)))
		counter[KEYS_C_QUEUE_FULL]++;
	ksrtp_secret_wipe(s, sizeof(*s));
}

static void handle_group_make(struct proc *p, const struct ksrtp_imsg *m)
{
	static struct ipc_group_made made[KSRTPD_GROUP_MEMBERS];
	const struct ipc_group_make *in = m->data;
	struct keys_scratch *s = self.scratch;
	enum ksrtp_mikey_status st;
	bool sent;
	uint32_t i;

	if (!ipc_group_make_valid(in))
		proc_violation(p, KSRTPD_KERNEL, "a request that makes no sense");
	st = self.now ? keys_group_make(&self, in, made) : KSRTP_MIKEY_NO_KEY;
	mikey[st]++;
	counter[st ? KEYS_C_MAKE_FAILED : KEYS_C_MADE] += st ? 1 : in->n_to;
	if (st) {
		ksrtp_secret_wipe(&s->group, sizeof(s->group));
		s->group.failed = st == KSRTP_MIKEY_NO_KEY ? KSRTPD_R_OWN_KEY : KSRTPD_R_MAKE;
	}
	sent = proc_send(p, KSRTPD_KERNEL, IPC_GROUP_KEYS, m->id, KSRTP_IMSG_SECRET, -1, &s->group,
			 sizeof(s->group));
	for (i = 0; sent && !st && i < in->n_to; i++)
		sent = proc_send(p, KSRTPD_KERNEL, IPC_GROUP_MADE, m->id, 0, -1, &made[i],
				 sizeof(made[i]));
	if (!sent)
		counter[KEYS_C_QUEUE_FULL]++;
	ksrtp_secret_wipe(s, sizeof(*s));
}

/* ------------------------------------------------------------------ opening */

static enum ksrtpd_reason open_offer(const struct ipc_open *m, struct keys_scratch *s)
{
	const struct ksrtp_mikey_offer *o = &m->offer;
	enum ksrtp_mikey_status st;

	if (!ksrtpd_tuple_of(&o->flow, &s->opened.tuple) || o->map_type != KSRTP_MIKEY_MAP_SRTP_ID ||
	    o->n_cs != 2)
		return KSRTPD_R_FLOW;
	if (o->suite != KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_80 &&
	    o->suite != KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM)
		return KSRTPD_R_SUITE;
	if (strlen(o->initiator) >= sizeof(s->opened.identity) ||
	    strlen(o->responder) >= sizeof(s->opened.as))
		return KSRTPD_R_PEER;
	strcpy(s->opened.identity, o->initiator);
	strcpy(s->opened.as, o->responder);
	s->opened.arrived = m->arrived;
	s->opened.time_ns = o->time_ns;
	s->opened.in = (struct ksrtpd_ssrc){ o->cs[0].ssrc, o->cs[0].roc };
	s->opened.out = (struct ksrtpd_ssrc){ o->cs[1].ssrc, o->cs[1].roc };
	st = self.now ? ksrtp_mikey_open(&keystore_ops, self.now, o, &s->keys) : KSRTP_MIKEY_NO_KEY;
	if (!st)
		st = derive(s, o->suite, 1, 2, &s->opened.keys);
	mikey[st]++;
	if (st == KSRTP_MIKEY_NO_KEY)
		return KSRTPD_R_NO_KEY;
	return st ? KSRTPD_R_DECAPSULATE : KSRTPD_R_NONE;
}

static enum ksrtpd_reason open_group(const struct ipc_open *in)
{
	enum ksrtp_mikey_status st = KSRTP_MIKEY_NO_KEY;
	enum ksrtpd_reason reason = KSRTPD_R_NO_KEY;

	if (self.now)
		reason = keys_group_open(&self, in, &st);
	mikey[st]++;
	return reason;
}

static void handle_open(struct proc *p, const struct ksrtp_imsg *m)
{
	const struct ipc_open *in = m->data;
	struct keys_scratch *s = self.scratch;
	struct ipc_answer answer = { 0 };
	bool sent;

	if (!ipc_open_valid(in))
		proc_violation(p, KSRTPD_NET, "an offer that makes no sense");
	if (ksrtpd_open_late(in->arrived, proc_now_ms()))
		answer.reason = KSRTPD_R_BUSY;
	else
		answer.reason = in->offer.group.family ? open_group(in) : open_offer(in, s);
	counter[answer.reason ? KEYS_C_OPEN_FAILED : KEYS_C_OPENED]++;
	if (in->offer.group.family)
		sent = answer.reason ||
		       proc_send(p, KSRTPD_KERNEL, IPC_GROUP_OPENED, m->id, KSRTP_IMSG_SECRET, -1,
				 &s->group_opened, sizeof(s->group_opened));
	else
		sent = answer.reason || proc_send(p, KSRTPD_KERNEL, IPC_OPENED, m->id,
						  KSRTP_IMSG_SECRET, -1, &s->opened,
						  sizeof(s->opened));
	if (!sent) {
		counter[KEYS_C_QUEUE_FULL]++;
		answer.reason = KSRTPD_R_BUSY;
	}
	if (answer.reason)
		proc_send(p, KSRTPD_NET, IPC_FAILED, m->id, 0, -1, &answer, sizeof(answer));
	ksrtp_secret_wipe(s, sizeof(*s));
}

/* ------------------------------------------------------------ configuration */

static void raw_drop(void)
{
	ksrtp_secret_free(self.raw);
	self.raw = NULL;
	self.n_raw = 0;
}

static void conf_abort(struct proc *p)
{
	(void)p;
	raw_drop();
	keystore_free(self.next);
	self.next = NULL;
}

static bool conf_part(struct proc *p, struct ksrtp_imsg *m)
{
	const struct ksrtpd_conf_keyset *ks = m->data;

	(void)p;
	if (m->type != IPC_CONF_KEYSET || !ksrtpd_conf_keyinfo_valid(&ks->info) ||
	    self.n_raw >= KSRTPD_MAX_KEYSETS)
		return false;
	if (!self.raw)
		self.raw = ksrtp_secret_alloc(KSRTPD_MAX_KEYSETS * sizeof(*self.raw));
	if (!self.raw)
		return false;
	self.raw[self.n_raw++] = *ks;
	return true;
}

static bool conf_prepare(struct proc *p, const struct ksrtpd_conf *conf, char *why, size_t cap)
{
	(void)p;
	self.next = keystore_new(self.ctx, conf, self.raw, self.n_raw, why, cap);
	raw_drop();
	return self.next != NULL;
}

static void conf_commit(struct proc *p, struct ksrtpd_conf *conf)
{
	keystore_free(self.now);
	self.now = self.next;
	self.next = NULL;
	self.skew_ns = (int64_t)conf->daemon.skew_s * 1000000000;
	keys_group_conf(&self, conf);
	p->log.level = conf->daemon.log_level;
	ksrtp_log_info(&p->log, "%zu key sets in force", keystore_count(self.now));
	ksrtpd_conf_free(conf);
}

static const struct conf_role conf_role = {
	.begin = conf_abort,
	.part = conf_part,
	.prepare = conf_prepare,
	.commit = conf_commit,
	.abort = conf_abort,
};

static void send_counters(struct proc *p, uint32_t id)
{
	struct counters_msg m = { .n = 0 };
	unsigned int i;

	for (i = 0; i < KEYS_C_COUNT; i++)
		counters_put(&m, "keys", counter_names[i], counter[i]);
	for (i = 1; i < KSRTP_MIKEY_STATUS_COUNT; i++)
		if (mikey[i])
			counters_put(&m, "keys.mikey", ksrtp_mikey_status_name(i), mikey[i]);
	counters_send(p, id, &m);
}

static void handle(struct proc *p, enum ksrtpd_role from, struct ksrtp_imsg *m)
{
	if (from == KSRTPD_PARENT && conf_rx_message(p, &self.rx, &conf_role, m))
		return;
	switch (m->type) {
	case IPC_MAKE:
		handle_make(p, m);
		break;
	case IPC_GROUP_MAKE:
		handle_group_make(p, m);
		break;
	case IPC_OPEN:
		handle_open(p, m);
		break;
	case IPC_Q_COUNTERS:
		send_counters(p, m->id);
		break;
	default:
		proc_violation(p, from, "a message for somebody else");
	}
}

int keys_main(struct proc *p, const struct proc_args *args)
{
	enum ksrtp_sakke_err err;
	uint8_t probe[16];

	p->handler = handle;
	/* Fails without a seeded generator: the nonces of signatures depend on it. */
	if (ksrtp_random(NULL, probe, sizeof(probe))) {
		ksrtp_log_err(&p->log, "no random numbers: %s", strerror(errno));
		return 1;
	}
	self.scratch = ksrtp_secret_alloc(sizeof(*self.scratch));
	self.gmk = ksrtp_secret_alloc(KSRTPD_MAX_GROUPS * sizeof(*self.gmk));
	err = ksrtp_sakke_ctx_new(&self.ctx, 0);
	if (err || !self.scratch || !self.gmk) {
		ksrtp_log_err(&p->log, "the arithmetic cannot be used: %s",
			      err ? ksrtp_sakke_strerror(err) : "no lockable memory");
		return 1;
	}
	if (!sandbox_enter(p, args))
		return 1;
	event_base_dispatch(p->base);
	return 1;
}
