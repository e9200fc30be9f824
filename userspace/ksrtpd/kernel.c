// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "ksrtpd/kernel.h"
#include "ksrtpd/sandbox.h"

static const char *const counter_names[] = {
#define X(sym, name) name,
	KERNEL_COUNTERS(X)
#undef X
};

static struct kernel self = { .log_limit = KSRTP_LOG_LIMIT(20, 500) };

struct calls_now kernel_now(void)
{
	return (struct calls_now){ .mono = proc_now_ms(), .wall = proc_wall_ns() / 1000000000 };
}

/* ------------------------------------------------------- kernel notifications */

static void on_event(const struct ksrtpnl_event *e, void *arg)
{
	struct kernel *k = arg;
	struct calls_now now = kernel_now();
	bool has_csb = e->mki_len == 4;
	uint32_t csb = has_csb ? (uint32_t)e->mki[0] << 24 | (uint32_t)e->mki[1] << 16 |
					 (uint32_t)e->mki[2] << 8 | e->mki[3] :
				 0;

	if (!k->calls)
		return;
	switch (e->type) {
	case KSRTPNL_EV_ACQUIRE:
		k->counter[KERNEL_C_ACQUIRES]++;
		if (groups_covers(k->groups, &e->remote))
			k->reason[KSRTPD_R_NO_GROUP_KEY]++;
		else if (e->dir == KSRTPNL_OUT && e->local.addr.len == e->remote.addr.len &&
		    e->local.port && e->remote.port)
			calls_acquire(k->calls, &now, &e->local, &e->remote, e->rtcp, e->ssrc);
		break;
	case KSRTPNL_EV_FIRST_AUTH:
		calls_first_auth(k->calls, &now, e->flow_id, has_csb, csb);
		groups_first_auth(k->groups, e->flow_id);
		break;
	case KSRTPNL_EV_KEY_SOFT_LIMIT:
		k->counter[KERNEL_C_SOFT_LIMITS]++;
		calls_soft_limit(k->calls, &now, e->flow_id);
		break;
	case KSRTPNL_EV_KEY_HARD_LIMIT:
		k->counter[KERNEL_C_HARD_LIMITS]++;
		calls_hard_limit(k->calls, &now, e->flow_id);
		break;
	case KSRTPNL_EV_FLOW_DEL:
		if (!e->flow)
			break;
		calls_flow_gone(k->calls, &now, e->flow->id);
		groups_flow_gone(k->groups, &now, e->flow->id);
		break;
	case KSRTPNL_EV_AUTH_FAIL:
		k->counter[KERNEL_C_AUTH_FAILS] += e->count;
		break;
	default:
		break;
	}
}

static void on_events(evutil_socket_t fd, short what, void *arg)
{
	struct kernel *k = arg;
	enum ksrtpnl_err err = ksrtpnl_events_read(k->events, on_event, k);

	(void)fd;
	(void)what;
	if (err == KSRTPNL_ERR_LOST) {
		/* ACQUIREs come again by themselves; the rest is what the sweep finds. */
		k->counter[KERNEL_C_EVENTS_LOST]++;
		k->next_sweep = 0;
	} else if (err) {
		proc_fatal(k->proc, "the kernel's notifications cannot be read");
	}
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct calls_now now = kernel_now();
	struct kernel *k = arg;

	(void)fd;
	(void)what;
	if (!k->calls)
		return;
	calls_tick(k->calls, &now);
	groups_tick(k->groups, &now);
	if (now.mono >= k->next_sweep) {
		uint64_t each = (uint64_t)k->conf.daemon.idle_s * 1000 / 4;

		flows_sweep(k);
		if (each > KSRTPD_SWEEP)
			each = KSRTPD_SWEEP;
		k->next_sweep = now.mono + each;
	}
}

/* ------------------------------------------------------------ configuration */

static bool conf_prepare(struct proc *p, const struct ksrtpd_conf *conf, char *why, size_t cap)
{
	struct calls_params params = { .max_calls = conf->daemon.max_calls,
				       .max_ended = KSRTPD_MAX_ENDED,
				       .idle_ms = (uint64_t)conf->daemon.idle_s * 1000 };

	(void)p;
	if (!self.calls) {
		if (ksrtp_random(NULL, params.hash_key, sizeof(params.hash_key)) ||
		    ksrtp_random(NULL, (uint8_t *)&params.seed, sizeof(params.seed)) ||
		    !(self.groups = groups_new(params.seed, &group_flows_ops, &self)) ||
		    !(self.calls = calls_new(&params, &flows_ops, &self))) {
			groups_free(self.groups);
			self.groups = NULL;
			snprintf(why, cap, "no memory for the calls table");
			return false;
		}
	}
	return policies_prepare(&self, conf, why, cap);
}

static void conf_abort(struct proc *p)
{
	(void)p;
	policies_abort(&self);
}

static void conf_commit(struct proc *p, struct ksrtpd_conf *conf)
{
	struct calls_now now = kernel_now();
	struct ksrtpd_conf old = self.conf;
	static bool adopted;

	self.conf = *conf;
	*conf = (struct ksrtpd_conf){ 0 };
	self.peers = ksrtpd_conf_peers(&self.conf);
	p->log.level = self.conf.daemon.log_level;
	policies_commit(&self);
	calls_set_idle(self.calls, (uint64_t)self.conf.daemon.idle_s * 1000);
	calls_set_peers(self.calls, &now, &self.peers);
	groups_set_conf(self.groups, &now, self.conf.group, self.conf.n_groups);
	ksrtpd_conf_free(&old);
	if (!adopted)
		flows_adopt(&self);
	adopted = true;
}

static const struct conf_role conf_role = {
	.prepare = conf_prepare,
	.commit = conf_commit,
	.abort = conf_abort,
};

/* ---------------------------------------------------------------- messages */

static void handle_made(struct proc *p, const struct ksrtp_imsg *m)
{
	const struct ipc_made *made = m->data;
	struct calls_now now = kernel_now();

	if (!ipc_made_valid(made))
		proc_violation(p, KSRTPD_KEYS, "a message that makes no sense");
	if (self.calls)
		calls_made(self.calls, &now, m->id, made->failed, made->failed ? NULL : &made->keys,
			   made->msg, made->len);
}

static void handle_sent(struct proc *p, const struct ksrtp_imsg *m)
{
	const struct ipc_sent *sent = m->data;
	struct calls_now now = kernel_now();

	if (!ipc_sent_valid(sent))
		proc_violation(p, KSRTPD_NET, "an outcome that makes no sense");
	if (!self.calls)
		return;
	if (m->id & GROUPS_EXCH)
		groups_sent(self.groups, &now, m->id, sent->outcome, sent->code);
	else
		calls_sent(self.calls, &now, m->id, sent->outcome, sent->code);
}

static void tell_net(struct proc *p, uint32_t id, enum ksrtpd_reason reason)
{
	struct ipc_answer answer = { .reason = reason };

	if (reason)
		self.reason[reason]++;
	proc_send(p, KSRTPD_NET, IPC_ANSWER, id, 0, -1, &answer, sizeof(answer));
}

static void handle_opened(struct proc *p, const struct ksrtp_imsg *m)
{
	const struct ipc_opened *in = m->data;
	struct calls_now now = kernel_now();
	enum ksrtpd_reason reason = KSRTPD_R_BUSY;

	if (!ipc_opened_valid(in))
		proc_violation(p, KSRTPD_KEYS, "an opened message that makes no sense");
	if (self.calls) {
		struct calls_opened opened = { .tuple = in->tuple,
					       .in = in->in,
					       .out = in->out,
					       .arrived = in->arrived,
					       .time_ns = in->time_ns,
					       .keys = &in->keys };

		memcpy(opened.identity, in->identity, sizeof(opened.identity));
		memcpy(opened.as, in->as, sizeof(opened.as));
		reason = calls_opened(self.calls, &now, &opened);
	}
	tell_net(p, m->id, reason);
}

static void send_calls(struct proc *p, uint32_t id)
{
	struct ipc_result done = { .ok = 1 };
	uint64_t now = proc_now_ms();
	const struct call *call;
	uint32_t pos = 0;

	while (self.calls && (call = calls_next(self.calls, &pos))) {
		const struct call_key *cur = call_current_key(call);
		struct ipc_call c = {
			.id = call->id,
			.flow_id = call->flow_id,
			.tuple = call->tuple,
			.csb = cur ? cur->csb : 0,
			.setup_ms = call->setup_ms,
			.rekeys = call->rekeys,
			.reason = call->reason,
			.keyed_at = call->keyed_at,
			.started_at = call->started_at,
			.rekey_in_ms = call->rekey_at > now ? call->rekey_at - now : 0,
			.state = call->state,
			.role = call->role,
			.suite = call->peer.suite,
			.mki = call->peer.mki,
			.secure = call->secure,
			.adopted = call->adopted,
			.keying = call->exch != EXCH_NONE,
			.transport = call->peer.transport,
		};

		memcpy(c.name, call->peer.name, sizeof(c.name));
		memcpy(c.identity, call->peer.identity, sizeof(c.identity));
		memcpy(c.as, call->peer.as, sizeof(c.as));
		if (!proc_send(p, KSRTPD_CONTROL, IPC_CALL, id, 0, -1, &c, sizeof(c))) {
			done.ok = 0;
			snprintf(done.text, sizeof(done.text), "the list is longer than the queue");
			break;
		}
	}
	proc_send(p, KSRTPD_CONTROL, IPC_DONE, id, 0, -1, &done, sizeof(done));
}

static void rekey(struct proc *p, uint32_t id, uint32_t which)
{
	struct ipc_result done = { .ok = 1 };
	struct calls_now now = kernel_now();
	const struct call *call;
	uint32_t pos = 0, n = 0;

	while (self.calls && (call = calls_next(self.calls, &pos)))
		if ((!which || call->id == which) && !calls_rekey(self.calls, &now, call->id))
			n++;
	if (!n && which) {
		done.ok = 0;
		snprintf(done.text, sizeof(done.text),
			 "there is no such call, or it is being keyed now");
	}
	proc_send(p, KSRTPD_CONTROL, IPC_DONE, id, 0, -1, &done, sizeof(done));
}

static void send_counters(struct proc *p, uint32_t id)
{
	struct counters_msg m = { .n = 0 };
	unsigned int i;

	for (i = 0; i < KERNEL_C_COUNT; i++)
		counters_put(&m, "calls", counter_names[i], self.counter[i]);
	counters_put(&m, "calls", "now", self.calls ? calls_count(self.calls) : 0);
	counters_put(&m, "calls", "pending", self.calls ? calls_pending(self.calls) : 0);
	counters_put_reasons(&m, "calls.reason", self.reason);
	counters_send(p, id, &m);
}

static void handle(struct proc *p, enum ksrtpd_role from, struct ksrtp_imsg *m)
{
	uint32_t which;

	if (from == KSRTPD_PARENT && conf_rx_message(p, &self.rx, &conf_role, m))
		return;
	switch (m->type) {
	case IPC_MADE:
		handle_made(p, m);
		break;
	case IPC_OPENED:
		handle_opened(p, m);
		break;
	case IPC_SENT:
		handle_sent(p, m);
		break;
	case IPC_GROUP_KEYS:
		group_flows_keys(&self, m);
		break;
	case IPC_GROUP_MADE:
		group_flows_made(&self, m);
		break;
	case IPC_GROUP_OPENED:
		tell_net(p, m->id, group_flows_opened(&self, m));
		break;
	case IPC_Q_GROUPS:
		group_flows_list(&self, m->id);
		break;
	case IPC_Q_GROUP_REMOVE:
	case IPC_Q_GROUP_REKEY:
		group_flows_command(&self, m);
		break;
	case IPC_Q_CALLS:
		send_calls(p, m->id);
		break;
	case IPC_Q_REKEY:
		memcpy(&which, m->data, sizeof(which));
		rekey(p, m->id, which);
		break;
	case IPC_Q_COUNTERS:
		send_counters(p, m->id);
		break;
	default:
		proc_violation(p, from, "a message for somebody else");
	}
}

int kernel_main(struct proc *p, const struct proc_args *args)
{
	static const struct timeval tick = { .tv_usec = KSRTPD_TICK * 1000 };
	enum ksrtpnl_err err;

	p->handler = handle;
	self.proc = p;
	/* The first request may load the module, which takes more than we keep. */
	err = ksrtpnl_open(&self.nl);
	if (!err)
		err = ksrtpnl_events_open(&self.events);
	if (err) {
		ksrtp_log_err(&p->log, "the kernel's ksrtp family: %s%s%s", ksrtpnl_strerror(err),
			      err == KSRTPNL_ERR_IO ? ": " : "",
			      err == KSRTPNL_ERR_IO ? strerror(errno) : "");
		return 1;
	}
	if (!sandbox_enter(p, args))
		return 1;
	self.events_ev = event_new(p->base, ksrtpnl_events_fd(self.events), EV_READ | EV_PERSIST,
				   on_events, &self);
	self.tick = event_new(p->base, -1, EV_PERSIST, on_tick, &self);
	if (!flows_init(&self) || !self.events_ev || !self.tick ||
	    event_add(self.events_ev, NULL) || event_add(self.tick, &tick)) {
		ksrtp_log_err(&p->log, "out of memory");
		return 1;
	}
	event_base_dispatch(p->base);
	return 1;
}
