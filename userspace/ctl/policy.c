// SPDX-License-Identifier: BSD-3-Clause
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>

#include "ctl.h"

static bool parse_action(struct ctl *c, const char *name, void *dst)
{
	static const char *const choices[] = { "protect", "pass", "block", NULL };
	const char *v = ctl_value(c, name);
	int i = v ? ctl_choice(c, name, v, choices) : -1;

	if (i >= 0)
		*(enum ksrtpnl_action *)dst = (enum ksrtpnl_action)(KSRTPNL_PROTECT + i);
	return i >= 0;
}

static bool parse_non_rtp(struct ctl *c, const char *name, void *dst)
{
	static const char *const choices[] = { "pass", "drop", NULL };
	const char *v = ctl_value(c, name);
	int i = v ? ctl_choice(c, name, v, choices) : -1;

	if (i >= 0)
		*(enum ksrtpnl_non_rtp *)dst = (enum ksrtpnl_non_rtp)(KSRTPNL_NON_RTP_PASS + i);
	return i >= 0;
}

static bool parse_priority(struct ctl *c, const char *name, void *dst)
{
	struct ksrtpnl_policy *p = dst;

	p->has_priority = true;
	return ctl_parse_u32(c, name, &p->priority);
}

static bool parse_cookie(struct ctl *c, const char *name, void *dst)
{
	struct ksrtpnl_policy *p = dst;
	struct ctl_octets o = { p->cookie, sizeof(p->cookie), 0 };
	bool ok = ctl_parse_hex(c, name, &o);

	p->cookie_len = o.len;
	return ok;
}

enum ctl_exit ctl_policy_add(struct ctl *c)
{
	struct ksrtpnl_policy p = { 0 };
	struct ctl_word words[] = {
		{ "dir", ctl_parse_dir, &p.dir, true, false },
		{ "action", parse_action, &p.action, true, false },
		{ "local", ctl_parse_prefix, &p.local, false, false },
		{ "remote", ctl_parse_prefix, &p.remote, false, false },
		{ "lport", ctl_parse_ports, &p.local_ports, false, false },
		{ "rport", ctl_parse_ports, &p.remote_ports, false, false },
		{ "dev", ctl_parse_ifindex, &p.ifindex, false, false },
		{ "prio", parse_priority, &p, false, false },
		{ "nonrtp", parse_non_rtp, &p.non_rtp, false, false },
		{ "cookie", parse_cookie, &p, false, false },
	};
	enum ksrtpnl_err err;
	uint32_t id = 0;

	if (!ctl_words(c, words, sizeof(words) / sizeof(words[0])))
		return CTL_USAGE;
	if (!ctl_kernel(c))
		return CTL_FAILED;
	err = ksrtpnl_policy_add(c->nl, &p, &id);
	if (err)
		return ctl_refused(c, err);
	return ctl_print_id(c, "policy", id) ? CTL_OK : CTL_FAILED;
}

enum ctl_exit ctl_policy_del(struct ctl *c)
{
	enum ksrtpnl_err err;
	uint32_t id;

	if (!ctl_id(c, "policy", &id) || !ctl_no_more(c))
		return CTL_USAGE;
	if (!ctl_kernel(c))
		return CTL_FAILED;
	err = ksrtpnl_policy_del(c->nl, id);
	return err ? ctl_refused(c, err) : CTL_OK;
}

enum ctl_exit ctl_policy_flush(struct ctl *c)
{
	enum ksrtpnl_dir dir = 0;
	struct ctl_word words[] = { { "dir", ctl_parse_dir, &dir, false, false } };
	enum ksrtpnl_err err;

	if (!ctl_words(c, words, 1))
		return CTL_USAGE;
	if (!ctl_kernel(c))
		return CTL_FAILED;
	err = ksrtpnl_policy_flush(c->nl, dir);
	return err ? ctl_refused(c, err) : CTL_OK;
}

static void add_selector(json_t *j, const char *addr_name, const char *ports_name,
			 const struct ksrtp_prefix *prefix, const struct ksrtp_ports *ports)
{
	char text[KSRTP_PREFIX_STRLEN];

	json_object_set_new(j, addr_name,
			    prefix->addr.len ? json_string(ksrtp_text_prefix_str(prefix, text)) :
					       json_null());
	json_object_set_new(j, ports_name,
			    ports->max ? json_pack("[i, i]", ports->min, ports->max) : json_null());
}

json_t *ctl_policy_json(const struct ksrtpnl_policy *p)
{
	char ifname[IF_NAMESIZE];
	json_t *j = json_pack("{s:I, s:I, s:s, s:s}", "id", (json_int_t)p->id, "priority",
			      (json_int_t)p->priority, "dir", ksrtpnl_dir_name(p->dir), "action",
			      ksrtpnl_action_name(p->action));

	if (!j)
		return NULL;
	add_selector(j, "local", "local_ports", &p->local, &p->local_ports);
	add_selector(j, "remote", "remote_ports", &p->remote, &p->remote_ports);
	json_object_set_new(j, "dev",
			    p->ifindex ? json_string(ctl_ifname(p->ifindex, ifname)) : json_null());
	json_object_set_new(j, "non_rtp", json_string(ksrtpnl_non_rtp_name(p->non_rtp)));
	json_object_set_new(j, "cookie", ctl_json_hex(p->cookie, p->cookie_len));
	json_object_set_new(j, "packets", ctl_json_u64(p->packets));
	return j;
}

void ctl_policy_print(const struct ctl *c, const struct ksrtpnl_policy *p)
{
	char text[KSRTP_PREFIX_STRLEN], ports[KSRTP_PORTS_STRLEN], ifname[IF_NAMESIZE];

	printf("policy %" PRIu32 " dir %s action %s", p->id, ksrtpnl_dir_name(p->dir),
	       ksrtpnl_action_name(p->action));
	printf(" local %s", ksrtp_text_prefix_str(&p->local, text));
	if (p->local_ports.max)
		printf(" lport %s", ksrtp_text_ports_str(&p->local_ports, ports));
	printf(" remote %s", ksrtp_text_prefix_str(&p->remote, text));
	if (p->remote_ports.max)
		printf(" rport %s", ksrtp_text_ports_str(&p->remote_ports, ports));
	if (p->ifindex)
		printf(" dev %s", ctl_ifname(p->ifindex, ifname));
	printf(" prio %" PRIu32, p->priority);
	if (p->non_rtp == KSRTPNL_NON_RTP_DROP)
		printf(" nonrtp drop");
	if (c->stats) {
		printf(" packets %" PRIu64, p->packets);
		if (p->cookie_len) {
			char hex[2 * KSRTPNL_POLICY_COOKIE_MAX + 1];

			ksrtp_text_hex(hex, p->cookie, p->cookie_len);
			printf(" cookie %s", hex);
		}
	}
}

static bool each(const struct ksrtpnl_policy *p, void *arg)
{
	struct ctl_list *l = arg;

	if (l->array)
		return !json_array_append_new(l->array, ctl_policy_json(p));
	ctl_policy_print(l->c, p);
	putchar('\n');
	return true;
}

enum ctl_exit ctl_policy_list(struct ctl *c)
{
	struct ctl_list l;
	enum ctl_exit status = ctl_list_begin(c, &l);

	return status ? status : ctl_list_end(&l, ksrtpnl_policy_dump(c->nl, each, &l));
}
