// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/random.h"
#include "ksrtpd/net.h"
#include "ksrtpd/sandbox.h"

static const char *const counter_names[] = {
#define X(sym, name) name,
	NET_COUNTERS(X)
#undef X
};

static struct net self = { .log_limit = KSRTP_LOG_LIMIT(10, 1000) };

/* ------------------------------------------------------------- signatures */

/* "" stands for the only domain there is. */
static const struct net_domain *find_domain(const struct net *n, const char *uri)
{
	size_t i;

	if (!uri[0])
		return n->domains.n == 1 ? &n->domains.d[0] : NULL;
	for (i = 0; i < n->domains.n; i++)
		if (!strcmp(n->domains.d[i].uri, uri))
			return &n->domains.d[i];
	return NULL;
}

static enum ksrtp_mikey_status op_verify(void *ctx, const char *kms,
					 const struct ksrtp_mikey_identifier *id,
					 const uint8_t *msg, size_t len,
					 const uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	const struct net_domain *d = find_domain(ctx, kms);

	if (!d)
		return KSRTP_MIKEY_UNKNOWN_KMS;
	switch (ksrtp_eccsi_verify(d->eccsi, id->data, id->len, msg, len, sig,
				   KSRTP_MIKEY_SIGN_LEN)) {
	case KSRTP_SAKKE_OK:
		return KSRTP_MIKEY_OK;
	case KSRTP_SAKKE_ERR_NOMEM:
		return KSRTP_MIKEY_NO_MEMORY;
	default:
		return KSRTP_MIKEY_BAD_SIGNATURE;
	}
}

static const struct ksrtp_mikey_ops ops = { .verify = op_verify };

/* ----------------------------------------------------------------- receiver */

static const size_t marks_size = KSRTPD_MARKS * sizeof(struct ksrtp_mikey_mark);

/*
 * What is in the file is ours to change, but not how long it is: without the
 * descriptor nobody who has taken us over can fill the disk by it.
 */
static bool map_marks(struct net *n, int fd)
{
	void *map;

	if (n->marks)
		return false;
	map = mmap(NULL, marks_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return false;
	n->marks = map;
	return true;
}

static bool sync_marks(void *ctx)
{
	struct net *n = ctx;

	return !msync(n->marks, marks_size, MS_SYNC);
}

static bool make_receiver(struct net *n, uint32_t skew_s)
{
	struct ksrtp_mikey_receiver_config cfg = {
		.ops = &ops,
		.ops_ctx = n,
		.admit = net_in_admit,
		.admit_ctx = n,
		.skew_ns = (int64_t)skew_s * 1000000000,
		.start_ns = proc_wall_ns(),
		.marks = n->marks,
		.n_marks = KSRTPD_MARKS,
		.mark_skew_ns = (int64_t)KSRTPD_MAX_SKEW_S * 1000000000,
		.sync = sync_marks,
		.sync_ctx = n,
		.max_replay = KSRTPD_MAX_REPLAY,
	};

	return !ksrtp_random(NULL, cfg.hash_key, sizeof(cfg.hash_key)) &&
	       !ksrtp_mikey_receiver_new(&n->receiver, &cfg);
}

/* ------------------------------------------------------------ configuration */

static void domains_free(struct net_domains *ds)
{
	size_t i;

	for (i = 0; i < ds->n; i++)
		ksrtp_eccsi_kms_free(ds->d[i].eccsi);
	ds->n = 0;
}

static void listeners_free(struct net_listeners *ls)
{
	size_t i;

	for (i = 0; i < ls->n; i++) {
		if (ls->l[i].ev)
			event_free(ls->l[i].ev);
		if (ls->l[i].fd >= 0)
			close(ls->l[i].fd);
	}
	ls->n = 0;
}

static void conf_abort(struct proc *p)
{
	(void)p;
	domains_free(&self.next_domains);
	listeners_free(&self.next_listeners);
}

static bool conf_part(struct proc *p, struct ksrtp_imsg *m)
{
	struct net_listener *l;

	(void)p;
	if (m->type == IPC_CONF_REPLAY)
		return map_marks(&self, m->fd);
	if ((m->type != IPC_CONF_UDP && m->type != IPC_CONF_TCP) ||
	    self.next_listeners.n >= 2 * KSRTPD_MAX_LISTEN)
		return false;
	l = &self.next_listeners.l[self.next_listeners.n++];
	*l = (struct net_listener){ .fd = m->fd, .tcp = m->type == IPC_CONF_TCP };
	memcpy(&l->ep, m->data, sizeof(l->ep));
	m->fd = -1;
	return true;
}

static bool conf_prepare(struct proc *p, const struct ksrtpd_conf *conf, char *why, size_t cap)
{
	size_t i;

	(void)p;
	for (i = 0; i < conf->n_kms; i++) {
		struct net_domain *d = &self.next_domains.d[self.next_domains.n];
		enum ksrtp_sakke_err err;

		strcpy(d->uri, conf->kms[i].uri);
		err = ksrtp_eccsi_kms_new(&d->eccsi, self.ctx, conf->kms[i].kpak,
					  sizeof(conf->kms[i].kpak));
		if (err) {
			snprintf(why, cap, "the KPAK of KMS %s is not acceptable: %s", d->uri,
				 ksrtp_sakke_strerror(err));
			return false;
		}
		self.next_domains.n++;
	}
	if (!self.receiver && !make_receiver(&self, conf->daemon.skew_s)) {
		snprintf(why, cap, "no memory for the replay cache");
		return false;
	}
	return true;
}

static void conf_commit(struct proc *p, struct ksrtpd_conf *conf)
{
	size_t i;

	domains_free(&self.domains);
	self.domains = self.next_domains;
	self.next_domains.n = 0;
	listeners_free(&self.listeners);
	self.listeners = self.next_listeners;
	self.next_listeners.n = 0;
	ksrtpd_conf_free(&self.conf);
	self.conf = *conf;
	*conf = (struct ksrtpd_conf){ 0 };
	p->log.level = self.conf.daemon.log_level;
	ksrtp_mikey_receiver_set_skew(self.receiver, (int64_t)self.conf.daemon.skew_s * 1000000000,
				      proc_wall_ns());
	for (i = 0; i < self.listeners.n; i++)
		net_in_listen(&self, &self.listeners.l[i]);
}

static const struct conf_role conf_role = {
	.begin = conf_abort,
	.part = conf_part,
	.prepare = conf_prepare,
	.commit = conf_commit,
	.abort = conf_abort,
};

/* ---------------------------------------------------------------- messages */

static void send_counters(struct proc *p, uint32_t id)
{
	struct counters_msg m = { .n = 0 };
	unsigned int i;

	for (i = 0; i < NET_C_COUNT; i++)
		counters_put(&m, "net", counter_names[i], self.counter[i]);
	for (i = 1; i < KSRTP_MIKEY_STATUS_COUNT; i++)
		if (self.mikey[i])
			counters_put(&m, "refused", ksrtp_mikey_status_name(i), self.mikey[i]);
	counters_put_reasons(&m, "refused", self.reason);
	if (self.receiver)
		counters_put(&m, "net", "replay-cache", ksrtp_mikey_receiver_cached(self.receiver));
	for (i = 0; self.receiver && i < KSRTP_MIKEY_HABIT_COUNT; i++)
		if (ksrtp_mikey_receiver_habit(self.receiver, i))
			counters_put(&m, "habit", ksrtp_mikey_habit_name(i),
				     ksrtp_mikey_receiver_habit(self.receiver, i));
	counters_send(p, id, &m);
}

static void handle(struct proc *p, enum ksrtpd_role from, struct ksrtp_imsg *m)
{
	const struct ipc_answer *answer = m->data;

	if (from == KSRTPD_PARENT && conf_rx_message(p, &self.rx, &conf_role, m))
		return;
	switch (m->type) {
	case IPC_SEND:
		if (!ipc_send_valid(m->data))
			proc_violation(p, from, "a message that makes no sense");
		net_out_send(&self, m->id, m->data);
		break;
	case IPC_CANCEL:
		net_out_cancel(&self, m->id);
		break;
	case IPC_FAILED:
	case IPC_ANSWER:
		if (!ipc_answer_valid(answer))
			proc_violation(p, from, "an answer that makes no sense");
		net_in_answer(&self, m->id, answer->reason);
		break;
	case IPC_Q_COUNTERS:
		send_counters(p, m->id);
		break;
	default:
		proc_violation(p, from, "a message for somebody else");
	}
}

int net_main(struct proc *p, const struct proc_args *args)
{
	struct rate_params rate = {
		.peer_burst = KSRTPD_RATE_PEER_BURST,
		.peer_per_s = KSRTPD_RATE_PEER_PER_S,
		.udp_burst = KSRTPD_RATE_UDP_BURST,
		.udp_per_s = KSRTPD_RATE_UDP_PER_S,
		.src_burst = KSRTPD_RATE_SRC_BURST,
		.src_per_s = KSRTPD_RATE_SRC_PER_S,
		.all_burst = KSRTPD_RATE_ALL_BURST,
		.all_per_s = KSRTPD_RATE_ALL_PER_S,
	};

	p->handler = handle;
	self.proc = p;
	if (ksrtp_random(NULL, rate.hash_key, sizeof(rate.hash_key)) ||
	    ksrtp_sakke_ctx_new(&self.ctx, 0) || !(self.rate = rate_new(&rate)) ||
	    !net_in_init(&self) || !net_out_init(&self)) {
		ksrtp_log_err(&p->log, "out of memory, or the arithmetic cannot be used");
		return 1;
	}
	if (!sandbox_enter(p, args))
		return 1;
	event_base_dispatch(p->base);
	return 1;
}
