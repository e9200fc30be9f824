// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/secret.h"
#include "ksrtpd/proc.h"
#include "ksrtpd/sandbox.h"

static const char *const role_names[KSRTPD_ROLES] = {
	[KSRTPD_PARENT] = "parent", [KSRTPD_NET] = "net",	  [KSRTPD_KEYS] = "keys",
	[KSRTPD_KERNEL] = "kernel", [KSRTPD_CONTROL] = "control",
};

static const char *const log_names[KSRTPD_ROLES] = {
	[KSRTPD_PARENT] = "ksrtpd",	      [KSRTPD_NET] = "ksrtpd[net]",
	[KSRTPD_KEYS] = "ksrtpd[keys]",	      [KSRTPD_KERNEL] = "ksrtpd[kernel]",
	[KSRTPD_CONTROL] = "ksrtpd[control]",
};

const char *proc_role_name(enum ksrtpd_role role)
{
	return role < KSRTPD_ROLES ? role_names[role] : "?";
}

bool proc_role_parse(const char *name, enum ksrtpd_role *role)
{
	unsigned int i;

	for (i = KSRTPD_NET; i < KSRTPD_ROLES; i++) {
		if (!strcmp(name, role_names[i])) {
			*role = i;
			return true;
		}
	}
	return false;
}

uint64_t proc_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

int64_t proc_wall_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

void proc_fatal(struct proc *p, const char *what)
{
	ksrtp_log_err(&p->log, "%s", what);
	exit(1);
}

void proc_violation(struct proc *p, enum ksrtpd_role from, const char *what)
{
	ksrtp_log_err(&p->log, "the %s process sent %s: ending", proc_role_name(from), what);
	exit(1);
}

static void chan_lost(struct proc *p, enum ksrtpd_role role)
{
	if (p->lost) {
		p->lost(p, role);
		return;
	}
	/* Whoever is gone, the parent sees it and says so: end quietly and at once. */
	_exit(0);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct proc_chan *c = arg;
	struct proc *p = c->proc;
	struct ksrtp_imsg m;
	unsigned int budget = 256;

	(void)fd;
	(void)what;
	while (c->chan && budget--) {
		enum ksrtp_base_err err = ksrtp_imsg_recv(c->chan, &m);

		if (err == KSRTP_BASE_ERR_AGAIN)
			return;
		if (err == KSRTP_BASE_ERR_PROTO)
			proc_violation(p, c->role, "a message of a wrong type or length");
		if (err) {
			chan_lost(p, c->role);
			return;
		}
		p->handler(p, c->role, &m);
		/* The handler may have closed the channel. */
		if (c->chan)
			ksrtp_imsg_done(c->chan, &m);
	}
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct proc_chan *c = arg;
	enum ksrtp_base_err err = ksrtp_imsg_flush(c->chan);

	(void)fd;
	(void)what;
	if (err == KSRTP_BASE_ERR_AGAIN)
		event_add(c->wr, NULL);
	else if (err)
		chan_lost(c->proc, c->role);
}

bool proc_attach(struct proc *p, enum ksrtpd_role role, int fd)
{
	struct proc_chan *c = &p->chan[role];

	c->proc = p;
	c->role = role;
	if (ksrtp_imsg_open(&c->chan, fd, ipc_rules(p->role, role), KSRTPD_QUEUE)) {
		close(fd);
		return false;
	}
	c->rd = event_new(p->base, fd, EV_READ | EV_PERSIST, on_readable, c);
	c->wr = event_new(p->base, fd, EV_WRITE, on_writable, c);
	if (!c->rd || !c->wr || event_add(c->rd, NULL)) {
		proc_detach(p, role);
		return false;
	}
	return true;
}

void proc_detach(struct proc *p, enum ksrtpd_role role)
{
	struct proc_chan *c = &p->chan[role];

	if (c->rd)
		event_free(c->rd);
	if (c->wr)
		event_free(c->wr);
	ksrtp_imsg_close(c->chan);
	*c = (struct proc_chan){ 0 };
}

bool proc_send(struct proc *p, enum ksrtpd_role to, uint32_t type, uint32_t id, uint32_t flags,
	       int fd, const void *data, size_t len)
{
	struct proc_chan *c = &p->chan[to];
	enum ksrtp_base_err err;

	if (!c->chan) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	err = ksrtp_imsg_send(c->chan, type, id, flags, fd, data, len);
	if (err == KSRTP_BASE_ERR_EOF || err == KSRTP_BASE_ERR_IO) {
		chan_lost(p, to);
		return false;
	}
	if (!err && ksrtp_imsg_pending(c->chan))
		event_add(c->wr, NULL);
	return !err;
}

bool proc_init(struct proc *p, enum ksrtpd_role role, enum ksrtp_log_level level, bool to_syslog,
	       proc_fn *handler, void *arg)
{
	struct event_config *cfg;

	*p = (struct proc){ .role = role, .handler = handler, .arg = arg };
	ksrtp_log_init(&p->log, log_names[role], level);
	if (to_syslog) {
		/* Connected now, as there will be no /dev/log in an empty directory. */
		openlog("ksrtpd", LOG_PID | LOG_NDELAY, LOG_DAEMON);
		p->log.target = KSRTP_LOG_SYSLOG;
	}
	signal(SIGPIPE, SIG_IGN);
	cfg = event_config_new();
	if (!cfg)
		return false;
	event_config_set_flag(cfg, EVENT_BASE_FLAG_IGNORE_ENV);
	p->base = event_base_new_with_config(cfg);
	event_config_free(cfg);
	return p->base != NULL;
}

int proc_child(const struct proc_args *args)
{
	static int (*const mains[KSRTPD_ROLES])(struct proc *, const struct proc_args *) = {
		[KSRTPD_NET] = net_main,
		[KSRTPD_KEYS] = keys_main,
		[KSRTPD_KERNEL] = kernel_main,
		[KSRTPD_CONTROL] = control_main,
	};
	static struct proc p;
	unsigned int i;

	if (!proc_init(&p, args->role, args->level, args->syslog, NULL, NULL))
		return 1;
	/* Signals for the group are the parent's business; it takes us along. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	if (ksrtp_secret_harden_process()) {
		ksrtp_log_err(&p.log, "core dumps cannot be switched off: %s", strerror(errno));
		return 1;
	}
	for (i = 0; i < KSRTPD_ROLES; i++) {
		if (i != args->role && ipc_rules(args->role, i) &&
		    !proc_attach(&p, i, PROC_FD_BASE + (int)i)) {
			ksrtp_log_err(&p.log, "no channel to the %s process", proc_role_name(i));
			return 1;
		}
	}
	return mains[args->role](&p, args);
}
