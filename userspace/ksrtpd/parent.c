// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/conf.h"
#include "ksrtpd/proc.h"
#include "ksrtpd/sockets.h"
#include "ksrtpd/spawn.h"

/*
 * The privileged process: reads configuration and key files, opens sockets,
 * starts the others, hands out what they need and wipes it. It never reads
 * anything from the network. If it or any child ends, all end; the kernel's flows
 * run on.
 */

struct parent {
	struct proc proc;
	const char *path;
	bool debug;
	pid_t pid[KSRTPD_ROLES];
	struct sockets sockets;
	struct ksrtpd_conf_file first; /* what cannot change without a restart */
	struct sockets next_sockets;
	unsigned int waiting; /* children that have not answered, bits */
	bool refused;
	bool ready;
	bool again; /* a reload was asked for meanwhile */
	char reason[256];
	bool asked; /* by control, which wants an answer */
	uint32_t ask_id;
	struct event *timeout;
	int ready_fd; /* of the foreground process that started us, or -1 */
};

static struct parent self = { .ready_fd = -1 };

/* Tell systemd, if it is listening; see sd_notify(3). */
static void notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (!len || len >= sizeof(sun.sun_path))
		return;
	memcpy(sun.sun_path, path, len);
	if (sun.sun_path[0] == '@')
		sun.sun_path[0] = 0;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&sun,
		   offsetof(struct sockaddr_un, sun_path) + (socklen_t)len) < 0)
		ksrtp_log_debug(&self.proc.log, "systemd was not told: %s", strerror(errno));
	close(fd);
}

static void tell_starter(char ok)
{
	if (self.ready_fd >= 0) {
		if (write(self.ready_fd, &ok, 1) < 0)
			ksrtp_log_debug(&self.proc.log, "nobody waits for us");
		close(self.ready_fd);
		self.ready_fd = -1;
	}
}

static void clean_up(void)
{
	if (self.first.control[0])
		control_socket_remove(self.first.control);
}

/* --------------------------------------------------------- handing it out */

static void give(enum ksrtpd_role to, uint32_t type, uint32_t flags, int fd, const void *data,
		 size_t len)
{
	if (!proc_send(&self.proc, to, type, 0, flags, fd, data, len))
		proc_fatal(&self.proc, "the configuration does not fit the queue of a child");
}

/* A descriptor that we keep too. */
static void give_copy(enum ksrtpd_role to, uint32_t type, int fd, const void *data, size_t len)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (copy < 0)
		proc_fatal(&self.proc, "out of descriptors");
	give(to, type, 0, copy, data, len);
}

static void give_sockets(const struct sockets *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct socket_pair *sp = &s->pair[i];

		give_copy(KSRTPD_NET, IPC_CONF_UDP, sp->udp, &sp->ep, sizeof(sp->ep));
		give_copy(KSRTPD_NET, IPC_CONF_TCP, sp->tcp, &sp->ep, sizeof(sp->ep));
		give(KSRTPD_CONTROL, IPC_CONF_LISTEN, 0, -1, &sp->ep, sizeof(sp->ep));
	}
}

static void give_conf(struct ksrtpd_conf_file *file)
{
	const struct ksrtpd_conf *conf = &file->conf;
	enum ksrtpd_role role;
	size_t i;

	for (role = KSRTPD_NET; role < KSRTPD_ROLES; role++) {
		give(role, IPC_CONF_BEGIN, 0, -1, NULL, 0);
		give(role, IPC_CONF_DAEMON, 0, -1, &conf->daemon, sizeof(conf->daemon));
	}
	for (i = 0; i < conf->n_kms; i++) {
		give(KSRTPD_NET, IPC_CONF_KMS, 0, -1, &conf->kms[i], sizeof(conf->kms[i]));
		give(KSRTPD_KEYS, IPC_CONF_KMS, 0, -1, &conf->kms[i], sizeof(conf->kms[i]));
	}
	for (i = 0; i < conf->n_peers; i++) {
		give(KSRTPD_NET, IPC_CONF_PEER, 0, -1, &conf->peer[i], sizeof(conf->peer[i]));
		give(KSRTPD_KERNEL, IPC_CONF_PEER, 0, -1, &conf->peer[i], sizeof(conf->peer[i]));
		give(KSRTPD_CONTROL, IPC_CONF_PEER, 0, -1, &conf->peer[i], sizeof(conf->peer[i]));
	}
	for (i = 0; i < conf->n_groups; i++) {
		give(KSRTPD_NET, IPC_CONF_GROUP, 0, -1, &conf->group[i], sizeof(conf->group[i]));
		give(KSRTPD_KEYS, IPC_CONF_GROUP, 0, -1, &conf->group[i], sizeof(conf->group[i]));
		give(KSRTPD_KERNEL, IPC_CONF_GROUP, 0, -1, &conf->group[i],
		     sizeof(conf->group[i]));
	}
	for (i = 0; i < conf->n_keyinfo; i++) {
		give(KSRTPD_NET, IPC_CONF_KEYINFO, 0, -1, &conf->keyinfo[i],
		     sizeof(conf->keyinfo[i]));
		give(KSRTPD_CONTROL, IPC_CONF_KEYINFO, 0, -1, &conf->keyinfo[i],
		     sizeof(conf->keyinfo[i]));
	}
	for (i = 0; i < file->n_keysets; i++)
		give(KSRTPD_KEYS, IPC_CONF_KEYSET, KSRTP_IMSG_SECRET, -1, &file->keysets[i],
		     sizeof(file->keysets[i]));
	give_sockets(&self.next_sockets);
	for (role = KSRTPD_NET; role < KSRTPD_ROLES; role++)
		give(role, IPC_CONF_END, 0, -1, NULL, 0);
	ksrtpd_conf_file_wipe(file);
}

static void reload(void);

/* Whoever asked for a reload hears how it ended. */
static void answer(uint32_t id, bool ok, const char *why)
{
	struct ipc_result res = { .ok = ok };

	if (!ok)
		snprintf(res.text, sizeof(res.text), "%s", why);
	proc_send(&self.proc, KSRTPD_CONTROL, IPC_RELOADED, id, 0, -1, &res, sizeof(res));
}

static void decided(bool ok)
{
	enum ksrtpd_role role;

	event_del(self.timeout);
	for (role = KSRTPD_NET; role < KSRTPD_ROLES; role++)
		give(role, ok ? IPC_CONF_COMMIT : IPC_CONF_ABORT, 0, -1, NULL, 0);
	if (ok) {
		sockets_replace(&self.sockets, &self.next_sockets);
	} else {
		sockets_drop(&self.next_sockets, &self.sockets);
		ksrtp_log_err(&self.proc.log, "%s", self.reason);
	}
	if (!self.ready) {
		if (!ok) {
			clean_up();
			exit(1);
		}
		self.ready = true;
		ksrtp_log_notice(&self.proc.log, "version " KSRTP_VERSION " is ready");
		tell_starter(1);
		notify("READY=1");
	} else {
		notify("READY=1");
		ksrtp_log_notice(&self.proc.log, ok ? "configuration reloaded" :
						      "the old configuration stays in force");
	}
	if (self.again) {
		self.again = false;
		reload();
	} else if (self.asked) {
		self.asked = false;
		answer(self.ask_id, ok, self.reason);
	}
}

/* A configuration that cannot even be offered: the end, if it is the first. */
static void refuse(const char *why)
{
	ksrtp_log_err(&self.proc.log, "%s", why);
	if (!self.ready) {
		clean_up();
		exit(1);
	}
	if (!self.asked)
		return;
	self.asked = false;
	answer(self.ask_id, false, why);
}

static void warn_fixed(const struct ksrtpd_conf_file *next)
{
	const struct ksrtpd_conf_file *now = &self.first;

	if (strcmp(now->control, next->control) || strcmp(now->user, next->user) ||
	    strcmp(now->chroot, next->chroot) || strcmp(now->replay, next->replay) ||
	    now->conf.daemon.max_calls != next->conf.daemon.max_calls)
		ksrtp_log_warning(
			&self.proc.log,
			"ControlSocket, User, Chroot, ReplayFile and MaxCalls change at a restart only");
}

/* Begin to hand out a configuration; the children's answers decide. */
static void offer_conf(struct ksrtpd_conf_file *file)
{
	static const struct timeval limit = { .tv_sec = KSRTPD_CONF_TIMEOUT / 1000 };

	if (!sockets_open(&self.next_sockets, &self.sockets, &file->conf, self.reason,
			  sizeof(self.reason))) {
		refuse(self.reason);
		return;
	}
	if (self.debug)
		file->conf.daemon.log_level = KSRTP_LOG_DEBUG;
	self.proc.log.level = file->conf.daemon.log_level;
	self.refused = false;
	self.waiting =
		1 << KSRTPD_NET | 1 << KSRTPD_KEYS | 1 << KSRTPD_KERNEL | 1 << KSRTPD_CONTROL;
	event_add(self.timeout, &limit);
	give_conf(file);
}

static void reload(void)
{
	struct ksrtpd_conf_file file;
	struct ksrtp_conf_error error = { "" };

	/* The file may have changed since it was read: once more, when that is through. */
	if (self.waiting) {
		self.again = true;
		return;
	}
	notify("RELOADING=1");
	if (!ksrtpd_conf_read(&file, self.path, &error)) {
		refuse(error.text);
		notify("READY=1");
		return;
	}
	warn_fixed(&file);
	file.conf.daemon.max_calls = self.first.conf.daemon.max_calls;
	offer_conf(&file);
	ksrtpd_conf_file_free(&file);
}

/* ---------------------------------------------------------------- events */

static void handle(struct proc *p, enum ksrtpd_role from, struct ksrtp_imsg *m)
{
	const struct ipc_result *res = m->data;

	if (m->type == IPC_RELOAD) {
		if (self.asked) {
			answer(m->id, false, "a configuration is being taken over already");
			return;
		}
		self.asked = true;
		self.ask_id = m->id;
		reload();
		return;
	}
	if (m->type != IPC_CONF_RESULT || !ipc_result_valid(res) || !(self.waiting & 1u << from))
		proc_violation(p, from, "an answer to nothing");
	self.waiting &= ~(1u << from);
	if (!res->ok) {
		if (!self.refused)
			snprintf(self.reason, sizeof(self.reason), "%s", res->text);
		self.refused = true;
	}
	if (!self.waiting)
		decided(!self.refused);
}

static void ended(const char *what)
{
	ksrtp_log_err(&self.proc.log, "the %s process has ended: ending, calls run on", what);
	clean_up();
	exit(1);
}

static void say_status(enum ksrtpd_role role, int status)
{
	if (WIFSIGNALED(status))
		ksrtp_log_err(&self.proc.log, "the %s process was ended by signal %d",
			      proc_role_name(role), WTERMSIG(status));
}

static void lost(struct proc *p, enum ksrtpd_role role)
{
	static const struct timespec moment = { .tv_nsec = 10000000 };
	int status, tries = 20;
	pid_t got = 0;

	(void)p;
	/* It is about to be a zombie; how it ended is worth a line. */
	while (!(got = waitpid(self.pid[role], &status, WNOHANG)) && tries--)
		nanosleep(&moment, NULL);
	if (got > 0)
		say_status(role, status);
	ended(proc_role_name(role));
}

static void on_signal(evutil_socket_t sig, short what, void *arg)
{
	int status;
	pid_t pid;

	(void)what;
	(void)arg;
	switch (sig) {
	case SIGHUP:
		reload();
		break;
	case SIGCHLD:
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
			enum ksrtpd_role role;

			for (role = KSRTPD_NET; role < KSRTPD_ROLES; role++) {
				if (self.pid[role] != pid)
					continue;
				say_status(role, status);
				ended(proc_role_name(role));
			}
		}
		break;
	default:
		ksrtp_log_notice(&self.proc.log, "ending, calls run on");
		notify("STOPPING=1");
		clean_up();
		exit(0);
	}
}

static void on_timeout(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	proc_fatal(&self.proc, "a child process does not answer");
}

static bool watch_signals(void)
{
	static const int sigs[] = { SIGHUP, SIGCHLD, SIGTERM, SIGINT };
	size_t i;

	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++) {
		struct event *ev = evsignal_new(self.proc.base, sigs[i], on_signal, NULL);

		if (!ev || event_add(ev, NULL))
			return false;
	}
	self.timeout = evtimer_new(self.proc.base, on_timeout, NULL);
	return self.timeout != NULL;
}

/* Into the background; the first process waits until the second is ready. */
static void go_background(void)
{
	int fds[2];
	char ok = 0;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) || (pid = fork()) < 0) {
		perror("ksrtpd");
		exit(1);
	}
	if (pid) {
		close(fds[1]);
		_exit(read(fds[0], &ok, 1) == 1 && ok ? 0 : 1);
	}
	close(fds[0]);
	self.ready_fd = fds[1];
	if (setsid() < 0 || chdir("/")) {
		perror("ksrtpd");
		exit(1);
	}
}

int parent_main(const char *path, bool foreground, bool debug)
{
	struct ksrtp_conf_error error = { "" };
	struct spawn_args args = { .syslog = !foreground };
	int control, replay;

	self.path = foreground ? path : realpath(path, NULL);
	self.debug = debug;
	if (!self.path || !ksrtpd_conf_read(&self.first, self.path, &error)) {
		fprintf(stderr, "ksrtpd: %s%s%s\n", self.path ? error.text : path,
			self.path ? "" : ": ", self.path ? "" : strerror(errno));
		return 1;
	}
	if (!foreground)
		go_background();
	if (!proc_init(&self.proc, KSRTPD_PARENT, KSRTP_LOG_INFO, !foreground, handle, NULL))
		return 1;
	self.proc.lost = lost;
	control = control_socket_open(&self.first, self.reason, sizeof(self.reason));
	if (control < 0)
		self.first.control[0] = 0; /* perhaps another daemon's */
	if (control < 0 || !empty_dir_make(self.first.chroot, self.reason, sizeof(self.reason)) ||
	    (replay = replay_file_open(self.first.replay, self.reason, sizeof(self.reason))) < 0) {
		refuse(self.reason);
		return 1;
	}
	args.uid = self.first.uid;
	args.gid = self.first.gid;
	args.chroot = self.first.chroot;
	args.level = debug ? KSRTP_LOG_DEBUG : self.first.conf.daemon.log_level;
	if (!watch_signals() || !spawn_children(&self.proc, &args, self.pid)) {
		ksrtp_log_err(&self.proc.log, "processes cannot be started: %s", strerror(errno));
		clean_up();
		return 1;
	}
	give(KSRTPD_CONTROL, IPC_CONF_BEGIN, 0, -1, NULL, 0);
	give(KSRTPD_CONTROL, IPC_CONF_CONTROL, 0, control, NULL, 0);
	give(KSRTPD_NET, IPC_CONF_BEGIN, 0, -1, NULL, 0);
	/* kept as well, as its lock is */
	give_copy(KSRTPD_NET, IPC_CONF_REPLAY, replay, NULL, 0);
	offer_conf(&self.first);
	event_base_dispatch(self.proc.base);
	return 1;
}
