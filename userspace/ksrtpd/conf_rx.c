// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <string.h>

#include "ksrtpd/conf_rx.h"

static bool take_part(struct proc *p, struct conf_rx *rx, const struct conf_role *role,
		      struct ksrtp_imsg *m)
{
	switch (m->type) {
	case IPC_CONF_DAEMON:
		memcpy(&rx->next.daemon, m->data, sizeof(rx->next.daemon));
		return ksrtpd_conf_daemon_valid(&rx->next.daemon);
	case IPC_CONF_KMS:
		return ksrtpd_conf_add_kms(&rx->next, m->data);
	case IPC_CONF_PEER:
		return ksrtpd_conf_add_peer(&rx->next, m->data);
	case IPC_CONF_GROUP:
		return ksrtpd_conf_add_group(&rx->next, m->data);
	case IPC_CONF_KEYINFO:
		return ksrtpd_conf_add_keyinfo(&rx->next, m->data);
	case IPC_CONF_LISTEN:
		return ksrtpd_conf_add_listen(&rx->next, m->data);
	default:
		return role->part && role->part(p, m);
	}
}

static void finish(struct proc *p, struct conf_rx *rx, const struct conf_role *role)
{
	struct ipc_result res = { .ok = 1 };

	if (rx->bad) {
		res.ok = 0;
		snprintf(res.text, sizeof(res.text), "the %s process got a part it cannot take",
			 proc_role_name(p->role));
	} else if (role->prepare) {
		res.ok = role->prepare(p, &rx->next, res.text, sizeof(res.text));
	}
	rx->prepared = res.ok;
	proc_send(p, KSRTPD_PARENT, IPC_CONF_RESULT, 0, 0, -1, &res, sizeof(res));
}

bool conf_rx_message(struct proc *p, struct conf_rx *rx, const struct conf_role *role,
		     struct ksrtp_imsg *m)
{
	if (m->type < IPC_CONF_BEGIN || m->type > IPC_CONF_ABORT)
		return false;
	if (m->type == IPC_CONF_BEGIN) {
		ksrtpd_conf_free(&rx->next);
		*rx = (struct conf_rx){ .open = true };
		if (role->begin)
			role->begin(p);
		return true;
	}
	if (!rx->open)
		proc_violation(p, KSRTPD_PARENT, "configuration out of order");
	switch (m->type) {
	case IPC_CONF_END:
		finish(p, rx, role);
		break;
	case IPC_CONF_COMMIT:
		if (!rx->prepared)
			proc_violation(p, KSRTPD_PARENT, "a commit of nothing");
		role->commit(p, &rx->next);
		*rx = (struct conf_rx){ 0 };
		break;
	case IPC_CONF_ABORT:
		if (role->abort)
			role->abort(p);
		ksrtpd_conf_free(&rx->next);
		*rx = (struct conf_rx){ 0 };
		break;
	default:
		if (!take_part(p, rx, role, m))
			rx->bad = true;
		break;
	}
	return true;
}
