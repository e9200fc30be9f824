// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ksrtpd/spawn.h"

/* end[a][b]: what a holds to talk to b */
struct pairs {
	int end[KSRTPD_ROLES][KSRTPD_ROLES];
};

static void pairs_close(struct pairs *ps)
{
	unsigned int a, b;

	for (a = 0; a < KSRTPD_ROLES; a++) {
		for (b = 0; b < KSRTPD_ROLES; b++) {
			if (ps->end[a][b] >= 0)
				close(ps->end[a][b]);
			ps->end[a][b] = -1;
		}
	}
}

static bool pairs_open(struct pairs *ps)
{
	unsigned int a, b;
	int fds[2];

	for (a = 0; a < KSRTPD_ROLES; a++)
		for (b = 0; b < KSRTPD_ROLES; b++)
			ps->end[a][b] = -1;
	for (a = 0; a < KSRTPD_ROLES; a++) {
		for (b = a + 1; b < KSRTPD_ROLES; b++) {
			if (!ipc_rules(a, b) && !ipc_rules(b, a))
				continue;
			if (ksrtp_imsg_socketpair(fds))
				return false;
			ps->end[a][b] = fds[0];
			ps->end[b][a] = fds[1];
		}
	}
	return true;
}

/* In the child: channels to their places, everything else closed, the same binary again. */
static void become_child(enum ksrtpd_role role, const struct pairs *ps,
			 const struct spawn_args *args)
{
	char uid[16], gid[16], level[16], title[32];
	char *argv[] = { title,
			 (char[]){ "-R" },
			 (char *)(uintptr_t)proc_role_name(role),
			 (char[]){ "-u" },
			 uid,
			 (char[]){ "-g" },
			 gid,
			 (char[]){ "-C" },
			 (char *)(uintptr_t)args->chroot,
			 (char[]){ "-l" },
			 level,
			 args->syslog ? (char[]){ "-s" } : NULL,
			 NULL };
	int high[KSRTPD_ROLES];
	unsigned int i;
	sigset_t none;

	for (i = 0; i < KSRTPD_ROLES; i++) {
		high[i] = -1;
		if (ps->end[role][i] < 0)
			continue;
		high[i] = fcntl(ps->end[role][i], F_DUPFD_CLOEXEC, 64);
		if (high[i] < 0)
			_exit(1);
	}
	for (i = 0; i < KSRTPD_ROLES; i++) {
		if (high[i] < 0)
			close(PROC_FD_BASE + (int)i);
		else if (dup2(high[i], PROC_FD_BASE + (int)i) < 0)
			_exit(1);
	}
	if (close_range(PROC_FD_BASE + KSRTPD_ROLES, ~0u, 0))
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	snprintf(uid, sizeof(uid), "%u", args->uid);
	snprintf(gid, sizeof(gid), "%u", args->gid);
	snprintf(level, sizeof(level), "%u", (unsigned int)args->level);
	snprintf(title, sizeof(title), "ksrtpd: %s", proc_role_name(role));
	unsetenv("NOTIFY_SOCKET");
	execv("/proc/self/exe", argv);
	_exit(1);
}

bool spawn_children(struct proc *parent, const struct spawn_args *args, pid_t pids[KSRTPD_ROLES])
{
	enum ksrtpd_role role;
	struct pairs ps;
	bool ok = pairs_open(&ps);

	for (role = KSRTPD_NET; ok && role < KSRTPD_ROLES; role++) {
		pids[role] = fork();
		if (pids[role] == 0)
			become_child(role, &ps, args);
		ok = pids[role] > 0;
	}
	for (role = KSRTPD_NET; ok && role < KSRTPD_ROLES; role++) {
		ok = proc_attach(parent, role, ps.end[KSRTPD_PARENT][role]);
		ps.end[KSRTPD_PARENT][role] = -1;
	}
	pairs_close(&ps);
	return ok;
}
