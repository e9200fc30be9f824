/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_SANDBOX_H
#define KSRTPD_SANDBOX_H

#include "ksrtpd/proc.h"

/**
 * sandbox_enter() - give up what a role does not need
 * @p: the process, with its channels
 * @args: user, group and empty directory
 *
 * All children: chroot, the daemon's user, no capabilities (kernel keeps
 * CAP_NET_ADMIN), no new privileges, no core files, a system call filter. keys
 * and kernel lock their memory. If a step fails the process must not go on.
 *
 * Return: whether all was given up; a line has been logged otherwise.
 */
bool sandbox_enter(struct proc *p, const struct proc_args *args);

#endif
