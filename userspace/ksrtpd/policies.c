// SPDX-License-Identifier: BSD-3-Clause
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ksrtpd/kernel.h"

/*
 * Each [Peer] and each [Group] stands for two protect policies. They stay when the daemon ends, so
 * that nothing leaves in clear without it, and are found again by their cookie.
 * New ones are added before a configuration is in force and old ones removed
 * after, so that there is no gap.
 */

static const char own_cookie[] = "ksrtpd/1";

/* Of a group's media in the place of a peer's: from anywhere to there. */
static void wanted_group(const struct ksrtpd_group *g, enum ksrtpnl_dir dir,
			 struct ksrtpnl_policy *out)
{
	struct ksrtp_prefix group = { .addr = g->media.addr, .bits = g->media.addr.len * 8 };
	struct ksrtp_ports port = { g->media.port, g->media.port };

	*out = (struct ksrtpnl_policy){ .dir = dir,
					.action = KSRTPNL_PROTECT,
					.non_rtp = KSRTPNL_NON_RTP_PASS };
	if (dir == KSRTPNL_IN) {
		out->local = group;
		out->local_ports = port;
	} else {
		out->remote = group;
		out->remote_ports = port;
	}
}

static void wanted_peer(const struct ksrtpd_peer *p, enum ksrtpnl_dir dir,
			struct ksrtpnl_policy *out)
{
	unsigned int extra = p->rtcp == KSRTPD_RTCP_NEXT;

	*out = (struct ksrtpnl_policy){ .dir = dir,
					.action = KSRTPNL_PROTECT,
					.local = p->local,
					.remote = p->remote,
					.local_ports = p->local_ports,
					.remote_ports = p->remote_ports,
					.non_rtp = KSRTPNL_NON_RTP_PASS };
	out->local_ports.max = (uint16_t)(out->local_ports.max + extra);
	out->remote_ports.max = (uint16_t)(out->remote_ports.max + extra);
}

static size_t n_wanted(const struct ksrtpd_conf *conf)
{
	return conf->n_peers + conf->n_groups;
}

/* Peers first, then groups; two for each. */
static bool wanted(const struct ksrtpd_conf *conf, size_t n, enum ksrtpnl_dir dir,
		   struct ksrtpnl_policy *out, char *why, size_t cap)
{
	const struct ksrtpd_peer *p = n < conf->n_peers ? &conf->peer[n] : NULL;
	const struct ksrtpd_group *g = p ? NULL : &conf->group[n - conf->n_peers];
	const char *device = p ? p->device : g->device;

	if (p)
		wanted_peer(p, dir, out);
	else
		wanted_group(g, dir, out);
	out->cookie_len = sizeof(own_cookie) - 1;
	memcpy(out->cookie, own_cookie, sizeof(own_cookie) - 1);
	if (!device[0])
		return true;
	out->ifindex = if_nametoindex(device);
	if (!out->ifindex)
		snprintf(why, cap, "\"%s\": there is no interface \"%s\"", p ? p->name : g->name,
			 device);
	return out->ifindex;
}

static bool same_selector(const struct ksrtpnl_policy *a, const struct ksrtpnl_policy *b)
{
	return a->dir == b->dir && a->action == b->action && a->ifindex == b->ifindex &&
	       a->local.bits == b->local.bits && a->remote.bits == b->remote.bits &&
	       ksrtp_addr_equal(&a->local.addr, &b->local.addr) &&
	       ksrtp_addr_equal(&a->remote.addr, &b->remote.addr) &&
	       a->local_ports.min == b->local_ports.min &&
	       a->local_ports.max == b->local_ports.max &&
	       a->remote_ports.min == b->remote_ports.min &&
	       a->remote_ports.max == b->remote_ports.max;
}

static bool is_ours(const struct ksrtpnl_policy *p)
{
	return p->cookie_len == sizeof(own_cookie) - 1 &&
	       !memcmp(p->cookie, own_cookie, sizeof(own_cookie) - 1);
}

struct list {
	struct ksrtpnl_policy *p;
	size_t n, cap;
	bool failed;
};

static bool on_policy(const struct ksrtpnl_policy *policy, void *arg)
{
	struct list *l = arg;

	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		void *p = realloc(l->p, cap * sizeof(*l->p));

		if (!p) {
			l->failed = true;
			return false;
		}
		l->p = p;
		l->cap = cap;
	}
	l->p[l->n++] = *policy;
	return true;
}

static const struct ksrtpnl_policy *find(const struct list *l, const struct ksrtpnl_policy *want)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (same_selector(&l->p[i], want))
			return &l->p[i];
	return NULL;
}

bool policies_prepare(struct kernel *k, const struct ksrtpd_conf *conf, char *why, size_t cap)
{
	struct ksrtpnl_policy want;
	struct list have = { 0 };
	enum ksrtpnl_err err;
	bool ok = false;
	size_t i;
	int dir;

	err = ksrtpnl_policy_dump(k->nl, on_policy, &have);
	if (err || have.failed) {
		snprintf(why, cap, "policies cannot be listed: %s", ksrtpnl_message(k->nl));
		goto out;
	}
	for (i = 0; i < n_wanted(conf); i++) {
		for (dir = KSRTPNL_IN; dir <= KSRTPNL_OUT; dir++) {
			if (!wanted(conf, i, dir, &want, why, cap))
				goto out;
			/* Ours of before, or the same by hand: either protects. */
			if (find(&have, &want))
				continue;
			err = ksrtpnl_policy_add(k->nl, &want, &k->added[k->n_added]);
			if (err) {
				snprintf(why, cap, "a policy cannot be added: %s",
					 ksrtpnl_message(k->nl));
				goto out;
			}
			k->n_added++;
		}
	}
	ok = true;
out:
	free(have.p);
	return ok;
}

void policies_abort(struct kernel *k)
{
	while (k->n_added)
		ksrtpnl_policy_del(k->nl, k->added[--k->n_added]);
}

void policies_commit(struct kernel *k)
{
	struct list have = { 0 };
	size_t i, j;
	char why[128];

	k->n_added = 0;
	if (ksrtpnl_policy_dump(k->nl, on_policy, &have) || have.failed) {
		ksrtp_log_warning(&k->proc->log, "policies cannot be listed: %s",
				  ksrtpnl_message(k->nl));
		free(have.p);
		return;
	}
	for (i = 0; i < have.n; i++) {
		bool keep = !is_ours(&have.p[i]);

		for (j = 0; !keep && j < n_wanted(&k->conf); j++) {
			struct ksrtpnl_policy want;

			keep = wanted(&k->conf, j, have.p[i].dir, &want, why, sizeof(why)) &&
			       same_selector(&have.p[i], &want);
		}
		if (!keep)
			ksrtpnl_policy_del(k->nl, have.p[i].id);
	}
	free(have.p);
}
