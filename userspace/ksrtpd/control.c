// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ksrtpd/conf_rx.h"
#include "ksrtpd/sandbox.h"

/*
 * The control process: clients of the socket on one side, the other processes on
 * the other. A client says one JSON object per line and gets one line for each;
 * Documentation/control-protocol.md. It holds no privilege and no secret.
 */

struct client {
	int fd;
	bool root;
	struct event *rd;
	struct event *wr;
	char line[KSRTPD_CONTROL_LINE + 1];
	size_t len;
	char *out;
	size_t out_len, out_done;
	/* the request in work */
	uint32_t id; /* 0: none */
	unsigned int waiting; /* roles that have not answered, bits */
	uint64_t deadline;
	enum { ASK_NONE, ASK_STATUS, ASK_CALLS, ASK_COUNTERS, ASK_RELOAD, ASK_REKEY, ASK_GROUPS } ask;
	json_t *gather;
};

static struct client clients[KSRTPD_CONTROL_CLIENTS];

static struct {
	struct proc *proc;
	struct conf_rx rx;
	struct ksrtpd_conf conf;
	struct event *accept;
	struct event *sweep;
	int listen;
	uint32_t next_id;
	int64_t started;
	pid_t parent;
} self = { .listen = -1 };

/* ---------------------------------------------------------------- clients */

static void client_close(struct client *c)
{
	if (c->rd)
		event_free(c->rd);
	if (c->wr)
		event_free(c->wr);
	if (c->fd >= 0)
		close(c->fd);
	json_decref(c->gather);
	free(c->out);
	memset(c, 0, sizeof(*c));
	c->fd = -1;
}

static void on_client_writable(evutil_socket_t fd, short what, void *arg)
{
	struct client *c = arg;
	ssize_t n = send(fd, c->out + c->out_done, c->out_len - c->out_done,
			 MSG_NOSIGNAL | MSG_DONTWAIT);

	(void)what;
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		client_close(c);
		return;
	}
	c->out_done += n > 0 ? (size_t)n : 0;
	if (c->out_done < c->out_len) {
		event_add(c->wr, NULL);
		return;
	}
	free(c->out);
	c->out = NULL;
	c->deadline = 0;
	event_add(c->rd, NULL);
	/* The next line may be there already; not from here, lines must not nest. */
	event_active(c->rd, EV_READ, 0);
}

/* Answer; @reply is taken. */
static void reply(struct client *c, json_t *answer)
{
	char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
	size_t len = text ? strlen(text) : 0;
	char *line = text ? realloc(text, len + 2) : NULL;

	json_decref(answer);
	json_decref(c->gather);
	c->gather = NULL;
	c->id = 0;
	c->ask = ASK_NONE;
	if (!line) {
		free(text);
		client_close(c);
		return;
	}
	line[len] = '\n';
	c->out = line;
	c->out_len = len + 1;
	c->out_done = 0;
	c->deadline = proc_now_ms() + KSRTPD_CONTROL_TIMEOUT;
	on_client_writable(c->fd, 0, c);
}

static void reply_error(struct client *c, const char *why)
{
	reply(c, json_pack("{s:b,s:s}", "ok", 0, "error", why));
}

static struct client *find(uint32_t id)
{
	size_t i;

	for (i = 0; id && i < KSRTPD_CONTROL_CLIENTS; i++)
		if (clients[i].fd >= 0 && clients[i].id == id)
			return &clients[i];
	return NULL;
}

/* --------------------------------------------------------------- requests */

static void set(json_t *o, const char *key, json_t *v)
{
	json_object_set_new(o, key, v);
}

static json_t *endpoint(const struct ksrtp_endpoint *ep)
{
	char text[KSRTP_ENDPOINT_STRLEN];

	return json_string(ksrtp_text_endpoint_str(ep, text));
}

static json_t *hex32(uint32_t v)
{
	char text[9];

	snprintf(text, sizeof(text), "%08x", v);
	return json_string(text);
}

static const char *suite_name(unsigned int suite)
{
	return ksrtp_mikey_suite_name(suite);
}

static json_t *peer_json(const struct ksrtpd_peer *p)
{
	char local[KSRTP_PREFIX_STRLEN], remote[KSRTP_PREFIX_STRLEN];
	char lports[KSRTP_PORTS_STRLEN], rports[KSRTP_PORTS_STRLEN];
	json_t *o = json_object();

	set(o, "name", json_string(p->name));
	set(o, "identity", json_string(p->identity));
	set(o, "as", json_string(p->as));
	set(o, "kms", json_string(p->kms));
	set(o, "address", endpoint(&p->daemon));
	set(o, "transport", json_string(p->transport == KSRTPD_TCP ? "tcp" : "udp"));
	set(o, "local", json_string(ksrtp_text_prefix_str(&p->local, local)));
	set(o, "remote", json_string(ksrtp_text_prefix_str(&p->remote, remote)));
	set(o, "local_ports", json_string(ksrtp_text_ports_str(&p->local_ports, lports)));
	set(o, "remote_ports", json_string(ksrtp_text_ports_str(&p->remote_ports, rports)));
	set(o, "suite", json_string(suite_name(p->suite)));
	set(o, "rtcp", json_string(p->rtcp == KSRTPD_RTCP_MUX ? "mux" : "next"));
	set(o, "mki", json_boolean(p->mki));
	set(o, "rekey_after", json_integer(p->rekey_after));
	if (p->rekey_packets)
		set(o, "rekey_packets", json_integer((json_int_t)p->rekey_packets));
	if (p->device[0])
		set(o, "device", json_string(p->device));
	return o;
}

/* Whose keys there are, and what will be missing soon. */
static void put_identities(json_t *status)
{
	json_t *list = json_array(), *warnings = json_array();
	int64_t now = proc_wall_ns() / 1000000000;
	struct ksrtp_period month = { 0 }, soon = { 0 };
	char text[KSRTP_PERIOD_STRLEN], warning[KSRTPD_URI_LEN + 64];
	size_t i, j;

	ksrtp_period_of(now, &month);
	ksrtp_period_of(now + 3 * 86400, &soon);
	for (i = 0; i < self.conf.n_keyinfo; i++) {
		const char *uri = self.conf.keyinfo[i].uri;
		json_t *periods, *o;

		for (j = 0; j < i && strcmp(self.conf.keyinfo[j].uri, uri); j++)
			;
		if (j < i)
			continue;
		periods = json_array();
		for (j = i; j < self.conf.n_keyinfo; j++)
			if (!strcmp(self.conf.keyinfo[j].uri, uri))
				json_array_append_new(periods,
						      json_string(ksrtp_text_period_str(
							      &self.conf.keyinfo[j].period, text)));
		o = json_object();
		set(o, "uri", json_string(uri));
		set(o, "kms", json_string(self.conf.keyinfo[i].kms));
		set(o, "periods", periods);
		json_array_append_new(list, o);
		for (j = 0; j < 2; j++) {
			const struct ksrtp_period *need = j ? &soon : &month;

			if (ksrtpd_conf_find_key(&self.conf, uri, need) ||
			    (j && !ksrtp_period_cmp(&month, &soon)))
				continue;
			snprintf(warning, sizeof(warning), "%s has no key set for %s", uri,
				 ksrtp_text_period_str(need, text));
			json_array_append_new(warnings, json_string(warning));
		}
	}
	set(status, "identities", list);
	set(status, "warnings", warnings);
}

static json_t *status_json(void)
{
	json_t *o = json_object(), *listen = json_array(), *peers = json_array();
	int64_t now = proc_wall_ns() / 1000000000;
	size_t i;

	set(o, "ok", json_true());
	set(o, "version", json_string(KSRTP_VERSION));
	set(o, "pid", json_integer(self.parent));
	set(o, "started", json_integer(self.started));
	set(o, "uptime_s", json_integer(now - self.started));
	for (i = 0; i < self.conf.n_listen; i++)
		json_array_append_new(listen, endpoint(&self.conf.listen[i]));
	set(o, "listen", listen);
	put_identities(o);
	for (i = 0; i < self.conf.n_peers; i++)
		json_array_append_new(peers, peer_json(&self.conf.peer[i]));
	set(o, "peers", peers);
	return o;
}

static json_t *call_json(const struct ipc_call *m)
{
	static const char *const states[] = { "free", "keying", "up", "backoff" };
	json_t *o = json_object();
	char mki[9];

	set(o, "id", json_integer(m->id));
	set(o, "name", json_string(m->name));
	set(o, "peer", json_string(m->identity));
	set(o, "as", json_string(m->as));
	/*
	 * Nobody else can have these keys: they came under this identity's verified
	 * signature, or were sealed for it. That it is there now is "secure".
	 */
	set(o, "verified", json_boolean(m->state == 2));
	set(o, "state", json_string(states[m->state]));
	set(o, "keying", json_boolean(m->keying));
	set(o, "role", json_string(m->role == 2 ? "responder" : "initiator"));
	set(o, "local", endpoint(&m->tuple.local));
	set(o, "remote", endpoint(&m->tuple.remote));
	set(o, "rtcp_local_port", json_integer(m->tuple.local_rtcp));
	set(o, "rtcp_remote_port", json_integer(m->tuple.remote_rtcp));
	set(o, "suite", json_string(suite_name(m->suite)));
	set(o, "transport", json_string(m->transport == KSRTPD_TCP ? "tcp" : "udp"));
	set(o, "secure", json_boolean(m->secure));
	set(o, "adopted", json_boolean(m->adopted));
	if (m->state == 2) {
		set(o, "flow", json_integer(m->flow_id));
		set(o, "setup_ms", json_integer(m->setup_ms));
		set(o, "started_at", json_integer(m->started_at));
		set(o, "keyed_at", json_integer(m->keyed_at));
		set(o, "rekeys", json_integer(m->rekeys));
		set(o, "rekey_in_s", json_integer((json_int_t)(m->rekey_in_ms / 1000)));
		snprintf(mki, sizeof(mki), "%08x", m->csb);
		set(o, "mki", m->mki ? json_string(mki) : json_null());
	}
	if (m->reason)
		set(o, "reason", json_string(ksrtpd_reason_name(m->reason)));
	return o;
}

static json_t *entry_json(const struct ipc_group_entry *e)
{
	static const char *const states[] = { "waiting", "making", "sent", "keyed", "removed" };
	json_t *o = json_object();

	/* As the manager's verified message names him, or our own configuration. */
	set(o, "identity", json_string(e->identity));
	set(o, "self", json_boolean(e->self));
	if (e->source.addr.len)
		set(o, "source", endpoint(&e->source));
	set(o, "sends", json_boolean(e->sends));
	if (e->sends) {
		set(o, "key", hex32(e->guk_id));
		set(o, "flow", json_integer(e->flow_id));
		if (!e->self)
			set(o, "heard", json_boolean(e->heard));
	}
	if (e->told)
		set(o, "state", json_string(states[e->state]));
	if (e->since)
		set(o, "since", json_integer(e->since));
	if (e->reason)
		set(o, "reason", json_string(ksrtpd_reason_name(e->reason)));
	return o;
}

static json_t *group_json(const struct ipc_group *m)
{
	json_t *o = json_object(), *members = json_array();
	uint32_t i;

	set(o, "name", json_string(m->name));
	set(o, "role", json_string(strcmp(m->as, m->manager) ? "member" : "manager"));
	set(o, "manager", json_string(m->manager));
	set(o, "as", json_string(m->as));
	set(o, "media", endpoint(&m->media));
	set(o, "suite", json_string(suite_name(m->suite)));
	set(o, "key", m->gmk_id ? hex32(m->gmk_id) : json_null());
	if (m->gmk_id) {
		set(o, "since", json_integer(m->keyed_at));
		set(o, "switching", json_boolean(m->switching));
		set(o, "rekeys", json_integer(m->rekeys));
	}
	if (m->rekey_in_ms)
		set(o, "rekey_in_s", json_integer((json_int_t)(m->rekey_in_ms / 1000)));
	for (i = 0; i < m->n; i++)
		json_array_append_new(members, entry_json(&m->entry[i]));
	set(o, "members", members);
	return o;
}

/* Ask these roles and gather. */
static void ask(struct client *c, int what, unsigned int roles, uint32_t type, const void *data,
		size_t len)
{
	enum ksrtpd_role role;

	c->ask = what;
	c->waiting = roles;
	if (!++self.next_id)
		self.next_id = 1;
	c->id = self.next_id;
	c->deadline =
		proc_now_ms() + (what == ASK_RELOAD ? KSRTPD_CONF_TIMEOUT : KSRTPD_CONTROL_TIMEOUT);
	for (role = KSRTPD_PARENT; role < KSRTPD_ROLES; role++)
		if (roles & 1u << role)
			proc_send(self.proc, role, type, c->id, 0, -1, data, len);
}

static void do_status(struct client *c)
{
	c->gather = status_json();
	set(c->gather, "calls",
	    json_pack("{s:i,s:i,s:i,s:i,s:i}", "total", 0, "up", 0, "secure", 0, "keying", 0,
		      "backoff", 0));
	ask(c, ASK_STATUS, 1 << KSRTPD_KERNEL, IPC_Q_CALLS, NULL, 0);
}

static void do_rekey(struct client *c, const json_t *id)
{
	uint32_t which = 0;

	if (id && (!json_is_integer(id) || json_integer_value(id) < 1 ||
		   json_integer_value(id) > UINT32_MAX)) {
		reply_error(c, "\"id\" must be the number of a call");
		return;
	}
	if (id)
		which = (uint32_t)json_integer_value(id);
	ask(c, ASK_REKEY, 1 << KSRTPD_KERNEL, IPC_Q_REKEY, &which, sizeof(which));
}

static bool take_text(const json_t *req, const char *key, char *out, size_t cap)
{
	const char *v = json_string_value(json_object_get(req, key));

	if (!v || !ksrtpd_string_valid(v, cap, false))
		return false;
	strcpy(out, v);
	return true;
}

static void do_group(struct client *c, const json_t *req, bool remove)
{
	struct ipc_group_ask m = { "" };

	if (!take_text(req, "name", m.name, sizeof(m.name)))
		reply_error(c, "\"name\" must be that of a group");
	else if (remove && !take_text(req, "member", m.identity, sizeof(m.identity)))
		reply_error(c, "\"member\" must be the identity of a member");
	else
		ask(c, ASK_REKEY, 1 << KSRTPD_KERNEL,
		    remove ? IPC_Q_GROUP_REMOVE : IPC_Q_GROUP_REKEY, &m, sizeof(m));
}

static void do_request(struct client *c, const json_t *req)
{
	const char *cmd = json_string_value(json_object_get(req, "cmd"));
	bool changes = cmd && (!strcmp(cmd, "reload") || !strcmp(cmd, "rekey") ||
			       !strcmp(cmd, "group-remove") || !strcmp(cmd, "group-rekey"));

	if (!cmd) {
		reply_error(c, "an object with \"cmd\" is wanted");
	} else if (changes && !c->root) {
		reply_error(c, "only root may do that");
	} else if (!strcmp(cmd, "status")) {
		do_status(c);
	} else if (!strcmp(cmd, "calls")) {
		c->gather = json_array();
		ask(c, ASK_CALLS, 1 << KSRTPD_KERNEL, IPC_Q_CALLS, NULL, 0);
	} else if (!strcmp(cmd, "groups")) {
		c->gather = json_array();
		ask(c, ASK_GROUPS, 1 << KSRTPD_KERNEL, IPC_Q_GROUPS, NULL, 0);
	} else if (!strcmp(cmd, "group-remove") || !strcmp(cmd, "group-rekey")) {
		do_group(c, req, !strcmp(cmd, "group-remove"));
	} else if (!strcmp(cmd, "counters")) {
		c->gather = json_object();
		ask(c, ASK_COUNTERS, 1 << KSRTPD_KERNEL | 1 << KSRTPD_NET | 1 << KSRTPD_KEYS,
		    IPC_Q_COUNTERS, NULL, 0);
	} else if (!strcmp(cmd, "reload")) {
		ask(c, ASK_RELOAD, 1 << KSRTPD_PARENT, IPC_RELOAD, NULL, 0);
	} else if (!strcmp(cmd, "rekey")) {
		do_rekey(c, json_object_get(req, "id"));
	} else {
		reply_error(c, "unknown command");
	}
}

/* Handle the next complete line, if there is one and nothing is in work. */
static void client_read(struct client *c)
{
	char *end;
	json_t *req;
	size_t used;

	if (c->fd < 0 || c->id || c->out)
		return;
	end = memchr(c->line, '\n', c->len);
	if (!end) {
		if (c->len == sizeof(c->line) - 1)
			client_close(c);
		return;
	}
	event_del(c->rd); /* until this one is answered */
	used = (size_t)(end - c->line) + 1;
	req = json_loadb(c->line, used - 1, JSON_REJECT_DUPLICATES, NULL);
	memmove(c->line, c->line + used, c->len - used);
	c->len -= used;
	if (json_is_object(req))
		do_request(c, req);
	else
		reply_error(c, "not a JSON object");
	json_decref(req);
}

static void on_client(evutil_socket_t fd, short what, void *arg)
{
	struct client *c = arg;
	size_t room = sizeof(c->line) - 1 - c->len;
	ssize_t n = room ? recv(fd, c->line + c->len, room, MSG_DONTWAIT) : -1;

	(void)what;
	if (!n || (n < 0 && room && errno != EAGAIN && errno != EINTR)) {
		client_close(c);
		return;
	}
	c->len += n > 0 ? (size_t)n : 0;
	client_read(c);
}

static void on_accept(evutil_socket_t fd, short what, void *arg)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);
	struct client *c = NULL;
	size_t i;
	int s = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)what;
	(void)arg;
	if (s < 0)
		return;
	for (i = 0; i < KSRTPD_CONTROL_CLIENTS && !c; i++)
		if (clients[i].fd < 0)
			c = &clients[i];
	if (!c || getsockopt(s, SOL_SOCKET, SO_PEERCRED, &cred, &len)) {
		close(s);
		return;
	}
	*c = (struct client){ .fd = s, .root = cred.uid == 0 };
	c->rd = event_new(self.proc->base, s, EV_READ | EV_PERSIST, on_client, c);
	c->wr = event_new(self.proc->base, s, EV_WRITE, on_client_writable, c);
	if (!c->rd || !c->wr || event_add(c->rd, NULL))
		client_close(c);
}

static void on_sweep(evutil_socket_t fd, short what, void *arg)
{
	uint64_t now = proc_now_ms();
	size_t i;

	(void)fd;
	(void)what;
	(void)arg;
	for (i = 0; i < KSRTPD_CONTROL_CLIENTS; i++)
		if (clients[i].fd >= 0 && clients[i].deadline && now >= clients[i].deadline)
			client_close(&clients[i]);
}

/* ---------------------------------------------------------------- answers */

static void count_call(json_t *counts, const struct ipc_call *m)
{
	static const char *const keys[] = { "total", "keying", "up", "backoff" };

	for (size_t i = 0; i < 5; i++) {
		bool yes = i == 0 || (i < 4 && m->state == i) || (i == 4 && m->secure);
		const char *key = i < 4 ? keys[i] : "secure";

		if (yes)
			set(counts, key,
			    json_integer(json_integer_value(json_object_get(counts, key)) + 1));
	}
}

static void take_call(struct client *c, const struct ipc_call *m)
{
	if (c->ask == ASK_CALLS)
		json_array_append_new(c->gather, call_json(m));
	else if (c->ask == ASK_STATUS)
		count_call(json_object_get(c->gather, "calls"), m);
}

static void take_done(struct client *c, const struct ipc_result *m)
{
	json_t *gather = c->gather;

	if (!m->ok) {
		reply_error(c, m->text);
		return;
	}
	c->gather = NULL;
	if (c->ask == ASK_CALLS)
		reply(c, json_pack("{s:b,s:o}", "ok", 1, "calls", gather));
	else if (c->ask == ASK_GROUPS)
		reply(c, json_pack("{s:b,s:o}", "ok", 1, "groups", gather));
	else if (c->ask == ASK_STATUS)
		reply(c, gather);
	else
		reply(c, json_pack("{s:b}", "ok", 1));
}

static void take_counters(struct client *c, enum ksrtpd_role from, const struct ipc_counter *m,
			  size_t n)
{
	size_t i;

	if (c->ask != ASK_COUNTERS || !(c->waiting & 1u << from))
		return;
	for (i = 0; i < n; i++)
		set(c->gather, m[i].name, json_integer((json_int_t)m[i].value));
	c->waiting &= ~(1u << from);
	if (!c->waiting) {
		json_t *gather = c->gather;

		c->gather = NULL;
		reply(c, json_pack("{s:b,s:o}", "ok", 1, "counters", gather));
	}
}

static void handle_answer(struct proc *p, enum ksrtpd_role from, struct ksrtp_imsg *m)
{
	struct client *c = find(m->id);

	switch (m->type) {
	case IPC_CALL:
		if (!ipc_call_valid(m->data))
			proc_violation(p, from, "a call that makes no sense");
		if (c)
			take_call(c, m->data);
		break;
	case IPC_GROUP:
		if (!ipc_group_valid(m->data))
			proc_violation(p, from, "a group that makes no sense");
		if (c && c->ask == ASK_GROUPS)
			json_array_append_new(c->gather, group_json(m->data));
		break;
	case IPC_DONE:
	case IPC_RELOADED:
		if (!ipc_result_valid(m->data))
			proc_violation(p, from, "a result that makes no sense");
		if (c)
			take_done(c, m->data);
		break;
	case IPC_COUNTERS:
		if (!ipc_counters_valid(m->data, m->len))
			proc_violation(p, from, "counters that make no sense");
		if (c)
			take_counters(c, from, m->data, m->len / sizeof(struct ipc_counter));
		break;
	default:
		proc_violation(p, from, "a message for somebody else");
	}
}

/* ------------------------------------------------------------------- frame */

static bool conf_part(struct proc *p, struct ksrtp_imsg *m)
{
	(void)p;
	if (m->type != IPC_CONF_CONTROL || self.listen >= 0)
		return false;
	self.listen = m->fd;
	m->fd = -1;
	return true;
}

static void conf_commit(struct proc *p, struct ksrtpd_conf *conf)
{
	ksrtpd_conf_free(&self.conf);
	self.conf = *conf;
	*conf = (struct ksrtpd_conf){ 0 };
	p->log.level = self.conf.daemon.log_level;
	if (self.accept)
		return;
	self.accept = event_new(p->base, self.listen, EV_READ | EV_PERSIST, on_accept, NULL);
	if (!self.accept || event_add(self.accept, NULL))
		proc_fatal(p, "out of memory");
}

static bool conf_prepare(struct proc *p, const struct ksrtpd_conf *conf, char *why, size_t cap)
{
	(void)p;
	(void)conf;
	if (self.listen < 0)
		snprintf(why, cap, "there is no control socket");
	return self.listen >= 0;
}

static const struct conf_role conf_role = {
	.part = conf_part,
	.prepare = conf_prepare,
	.commit = conf_commit,
};

static void handle(struct proc *p, enum ksrtpd_role from, struct ksrtp_imsg *m)
{
	if (from == KSRTPD_PARENT && conf_rx_message(p, &self.rx, &conf_role, m))
		return;
	handle_answer(p, from, m);
}

int control_main(struct proc *p, const struct proc_args *args)
{
	static const struct timeval second = { .tv_sec = 1 };
	size_t i;

	p->handler = handle;
	self.proc = p;
	self.started = proc_wall_ns() / 1000000000;
	self.parent = getppid();
	for (i = 0; i < KSRTPD_CONTROL_CLIENTS; i++)
		clients[i].fd = -1;
	/* Jansson seeds its hash from a file: before there are none. */
	json_object_seed(0);
	if (!sandbox_enter(p, args))
		return 1;
	self.sweep = event_new(p->base, -1, EV_PERSIST, on_sweep, NULL);
	if (!self.sweep || event_add(self.sweep, &second)) {
		ksrtp_log_err(&p->log, "out of memory");
		return 1;
	}
	event_base_dispatch(p->base);
	return 1;
}
