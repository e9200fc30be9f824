// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>

#include "ksrtpd/counters.h"

void counters_put(struct counters_msg *m, const char *group, const char *name, uint64_t value)
{
	struct ipc_counter *c;

	if (m->n >= IPC_COUNTERS_MAX)
		return;
	c = &m->c[m->n++];
	*c = (struct ipc_counter){ .value = value };
	snprintf(c->name, sizeof(c->name), "%s.%s", group, name);
}

void counters_put_reasons(struct counters_msg *m, const char *group, const uint64_t *reason)
{
	unsigned int i;

	for (i = KSRTPD_R_NONE + 1; i < KSRTPD_R_COUNT; i++)
		if (reason[i])
			counters_put(m, group, ksrtpd_reason_name(i), reason[i]);
}

void counters_send(struct proc *p, uint32_t id, const struct counters_msg *m)
{
	proc_send(p, KSRTPD_CONTROL, IPC_COUNTERS, id, 0, -1, m->c, m->n * sizeof(m->c[0]));
}
