/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_COUNTERS_H
#define KSRTPD_COUNTERS_H

#include "ksrtpd/proc.h"

/*
 * A process's counters, declared once in a list of X(symbol, name) and expanded:
 * the enum indexes the array that the process keeps, the names go to whoever
 * asks through the control socket.
 */
/** struct counters_msg - an answer that is being put together */
struct counters_msg {
	struct ipc_counter c[IPC_COUNTERS_MAX];
	size_t n;
};

/* One more, "group.name"; what does not fit is left out. */
void counters_put(struct counters_msg *m, const char *group, const char *name, uint64_t value);
/* All of a table over enum ksrtpd_reason, those that were never counted left out. */
void counters_put_reasons(struct counters_msg *m, const char *group, const uint64_t *reason);
void counters_send(struct proc *p, uint32_t id, const struct counters_msg *m);

#endif
