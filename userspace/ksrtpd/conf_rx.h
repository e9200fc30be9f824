/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_CONF_RX_H
#define KSRTPD_CONF_RX_H

#include "ksrtpd/proc.h"

/*
 * How a child takes a configuration: the parent sends the parts, each child
 * prepares and says whether it can live with it, and only if all can the parent
 * commits. Until then, and after an abort, the old one holds.
 */

/** struct conf_rx - a configuration that is coming in
 * @next: as far as it is known
 * @open: between begin and commit or abort
 * @prepared: the child said that it can
 * @bad: a part was not acceptable
 */
struct conf_rx {
	struct ksrtpd_conf next;
	bool open;
	bool prepared;
	bool bad;
};

/** struct conf_role - what a role does with it
 * @begin: forget what was prepared before
 * @part: a message that only this role gets; false: not acceptable
 * @prepare: check and make ready; false with a reason
 * @commit: switch to @conf, which is the role's to free
 * @abort: drop what was prepared
 */
struct conf_role {
	void (*begin)(struct proc *p);
	bool (*part)(struct proc *p, struct ksrtp_imsg *m);
	bool (*prepare)(struct proc *p, const struct ksrtpd_conf *conf, char *why, size_t cap);
	void (*commit)(struct proc *p, struct ksrtpd_conf *conf);
	void (*abort)(struct proc *p);
};

/* Handles every message of the parent about configuration; false: another message. */
bool conf_rx_message(struct proc *p, struct conf_rx *rx, const struct conf_role *role,
		     struct ksrtp_imsg *m);

#endif
