/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_SPAWN_H
#define KSRTPD_SPAWN_H

#include "ksrtpd/proc.h"

/** struct spawn_args - the same for all children */
struct spawn_args {
	uid_t uid;
	gid_t gid;
	const char *chroot;
	bool syslog;
	enum ksrtp_log_level level;
};

/* Start all children with channels to each other and to @parent. */
bool spawn_children(struct proc *parent, const struct spawn_args *args, pid_t pids[KSRTPD_ROLES]);

#endif
