// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/secret.h"
#include "ksrtpd/sandbox.h"

static bool set_caps(uint32_t low)
{
	struct __user_cap_header_struct hdr = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { .effective = low, .permitted = low } };

	return !syscall(SYS_capset, &hdr, data);
}

static bool in_empty_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode) && st.st_uid == 0 &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH)) && !chroot(path) && !chdir("/");
}

static bool become(uid_t uid, gid_t gid)
{
	return !setgroups(0, NULL) && !setresgid(gid, gid, gid) && !setresuid(uid, uid, uid);
}

/* Locked memory is counted against the hard limit once we are not root. */
static bool lock_memory(void)
{
#ifdef KSRTP_SANITIZED
	return true; /* the sanitizer's shadow is larger than any machine */
#else
	struct rlimit rl = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_MEMLOCK, &rl) && !getrlimit(RLIMIT_MEMLOCK, &rl)) {
		rl.rlim_cur = rl.rlim_max;
		setrlimit(RLIMIT_MEMLOCK, &rl);
	}
	return !mlockall(MCL_CURRENT | MCL_FUTURE);
#endif
}

/* ------------------------------------------------------------ system calls */

/* What libc, libevent and the channels need. */
static const int common_calls[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(readv),
	SCMP_SYS(writev),
	SCMP_SYS(close),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendmsg),
	SCMP_SYS(recvfrom),
	SCMP_SYS(sendto),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_pwait2),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(getrandom),
	SCMP_SYS(brk),
	SCMP_SYS(mmap),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(mprotect),
	SCMP_SYS(madvise),
	SCMP_SYS(mlock),
	SCMP_SYS(mlock2),
	SCMP_SYS(munlock),
	SCMP_SYS(futex),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(lseek),
	SCMP_SYS(sched_yield),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sysinfo),
	SCMP_SYS(getrlimit),
	SCMP_SYS(rseq),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(membarrier),
	SCMP_SYS(fcntl),
};

static const int net_calls[] = {
	SCMP_SYS(bind),	       SCMP_SYS(connect),    SCMP_SYS(accept),	   SCMP_SYS(accept4),
	SCMP_SYS(shutdown),    SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(getsockname),
	SCMP_SYS(getpeername), SCMP_SYS(ioctl),	     SCMP_SYS(listen),	   SCMP_SYS(msync),
};

static const int kernel_calls[] = {
	/* netlink, and interface names */
	SCMP_SYS(bind),	       SCMP_SYS(connect), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
	SCMP_SYS(getsockname), SCMP_SYS(ioctl),	  SCMP_SYS(uname),
};

static const int control_calls[] = {
	SCMP_SYS(accept),     SCMP_SYS(accept4), SCMP_SYS(shutdown),	SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt), SCMP_SYS(ioctl),	 SCMP_SYS(getsockname),
};

/* Files are gone with the chroot: let libraries that look for one be told so. */
static const int no_file_calls[] = {
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(access), SCMP_SYS(stat), SCMP_SYS(readlink),
};

static bool allow(scmp_filter_ctx ctx, const int *calls, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0))
			return false;
	return true;
}

#define ALLOW(ctx, list) allow(ctx, list, sizeof(list) / sizeof((list)[0]))

/* What abort(3) and getrlimit(2) need, to no process but this one. */
static bool own_process(scmp_filter_ctx ctx)
{
	return !seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				 SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid())) &&
	       !seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
				 SCMP_A0(SCMP_CMP_EQ, 0));
}

/* socket() for these families; others are refused softly, as syslog(3) reconnects. */
static bool sockets_of(scmp_filter_ctx ctx, const int *families, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
				     SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i])))
			return false;
	return !seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1,
				 SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
}

/* Sanitizers make system calls of their own: with them the filter is made and dropped. */
static int put_in_force(scmp_filter_ctx ctx)
{
#ifdef KSRTP_SANITIZED
	return ctx ? 0 : -1;
#else
	return seccomp_load(ctx);
#endif
}

static bool filter_calls(enum ksrtpd_role role)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	static const int net_families[] = { AF_INET, AF_INET6 };
	static const int kernel_families[] = { AF_NETLINK, AF_INET };
	bool ok = ctx && ALLOW(ctx, common_calls) && own_process(ctx);
	size_t i;

	for (i = 0; ok && i < sizeof(no_file_calls) / sizeof(no_file_calls[0]); i++)
		ok = !seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOENT), no_file_calls[i], 0);
	if (ok && (role == KSRTPD_KEYS || role == KSRTPD_CONTROL))
		ok = !seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 0) &&
		     !seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(connect), 0);
	switch (role) {
	case KSRTPD_NET:
		ok = ok && ALLOW(ctx, net_calls) && sockets_of(ctx, net_families, 2);
		break;
	case KSRTPD_KERNEL:
		ok = ok && ALLOW(ctx, kernel_calls) && sockets_of(ctx, kernel_families, 2);
		break;
	case KSRTPD_CONTROL:
		ok = ok && ALLOW(ctx, control_calls);
		break;
	default:
		break;
	}
	ok = ok && !put_in_force(ctx);
	if (ctx)
		seccomp_release(ctx);
	return ok;
}

static bool give_up(struct proc *p, const char *what)
{
	ksrtp_log_err(&p->log, "%s: %s", what, strerror(errno));
	return false;
}

bool sandbox_enter(struct proc *p, const struct proc_args *args)
{
	uint32_t caps = args->role == KSRTPD_KERNEL ? 1u << CAP_NET_ADMIN : 0;

	if ((args->role == KSRTPD_KEYS || args->role == KSRTPD_KERNEL) && !lock_memory())
		return give_up(p, "memory cannot be locked");
	if (!in_empty_dir(args->chroot))
		return give_up(p, "cannot chroot into the empty directory (must be root's)");
	if (caps && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
		return give_up(p, "capabilities cannot be kept");
	if (!become(args->uid, args->gid))
		return give_up(p, "cannot become the daemon's user");
	if (!set_caps(caps))
		return give_up(p, "capabilities cannot be given up");
	if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return give_up(p, "privileges cannot be given up for good");
	if (ksrtp_secret_harden_process()) /* a change of user sets the dumpable flag anew */
		return give_up(p, "core dumps cannot be switched off");
	errno = 0;
	if (!filter_calls(args->role))
		return give_up(p, "the system call filter cannot be set");
	return true;
}
