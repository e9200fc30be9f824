/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_PROC_H
#define KSRTPD_PROC_H

#include <event2/event.h>
#include <sys/types.h>

#include "base/log.h"
#include "ksrtpd/ipc.h"

/*
 * The frame of a process: its event loop, its channels to the others, its log.
 * Channels are inherited at fixed descriptors: PROC_FD_BASE plus the role at the
 * other end. When a channel ends, the process ends: nothing here may go on alone.
 */

enum { PROC_FD_BASE = 3 };

struct proc;

/* Handles one message; @m is released by the caller. */
typedef void proc_fn(struct proc *p, enum ksrtpd_role from, struct ksrtp_imsg *m);

struct proc_chan {
	struct proc *proc;
	enum ksrtpd_role role;
	struct ksrtp_imsg_chan *chan;
	struct event *rd;
	struct event *wr;
};

/**
 * struct proc - a process of the daemon
 * @role: which one
 * @base: event loop
 * @log: where lines go
 * @chan: channels by the role at the other end
 * @handler: of all messages
 * @lost: a channel has ended; NULL: end the process
 * @arg: of the role
 */
struct proc {
	enum ksrtpd_role role;
	struct event_base *base;
	struct ksrtp_log log;
	struct proc_chan chan[KSRTPD_ROLES];
	proc_fn *handler;
	void (*lost)(struct proc *p, enum ksrtpd_role role);
	void *arg;
};

/** struct proc_args - what a child is told on its command line
 * @role: which process to be
 * @uid: user to become
 * @gid: group
 * @chroot: empty directory
 * @syslog: log there
 * @level: of the log
 */
struct proc_args {
	enum ksrtpd_role role;
	uid_t uid;
	gid_t gid;
	const char *chroot;
	bool syslog;
	enum ksrtp_log_level level;
};

const char *proc_role_name(enum ksrtpd_role role);
bool proc_role_parse(const char *name, enum ksrtpd_role *role);

/* Set up loop and log. */
bool proc_init(struct proc *p, enum ksrtpd_role role, enum ksrtp_log_level level, bool to_syslog,
	       proc_fn *handler, void *arg);
/* A channel over @fd, which is owned from now on. */
bool proc_attach(struct proc *p, enum ksrtpd_role role, int fd);
void proc_detach(struct proc *p, enum ksrtpd_role role);

/**
 * proc_send() - send a message
 *
 * Return: false if the other end does not keep up; the message is lost then. A
 * channel that is gone ends the process.
 */
bool proc_send(struct proc *p, enum ksrtpd_role to, uint32_t type, uint32_t id, uint32_t flags,
	       int fd, const void *data, size_t len);

/* Log and end: another process of ours does what it must not. */
void proc_violation(struct proc *p, enum ksrtpd_role from, const char *what)
	__attribute__((noreturn));
void proc_fatal(struct proc *p, const char *what) __attribute__((noreturn));

uint64_t proc_now_ms(void); /* monotonic */
int64_t proc_wall_ns(void); /* since 1970 */

/* The children's main functions. Return: exit status. */
int proc_child(const struct proc_args *args);
int net_main(struct proc *p, const struct proc_args *args);
int keys_main(struct proc *p, const struct proc_args *args);
int kernel_main(struct proc *p, const struct proc_args *args);
int control_main(struct proc *p, const struct proc_args *args);
int parent_main(const char *path, bool foreground, bool debug);

#endif
