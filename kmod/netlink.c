// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink requests: check, call down, answer, notify. Whatever can fail is done
 * before the first thing that others can see.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "acquire.h"
#include "compat.h"
#include "fastpath.h"
#include "hooks.h"
#include "ksrtp-nl-gen.h"
#include "netlink.h"
#include "relay.h"

#define refuse(info, type, msg, err) ({					\
	if ((info)->attrs[type])					\
		NL_SET_ERR_MSG_ATTR((info)->extack, (info)->attrs[type], msg); \
	else								\
		NL_SET_ERR_MSG((info)->extack, msg);			\
	err;								\
})

static int missing(struct genl_info *info, int type, int err)
{
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, type);
	return err;
}

struct answer {
	struct sk_buff *skb;
	void *hdr;
};

static int answer_begin(struct genl_info *info, struct answer *a, size_t size)
{
	a->skb = genlmsg_new(size, GFP_KERNEL);
	if (!a->skb)
		return -ENOMEM;
	a->hdr = genlmsg_put_reply(a->skb, info, &ksrtp_nl_family, 0,
				   info->genlhdr->cmd);
	return a->hdr ? 0 : -EMSGSIZE;
}

static int answer_end(struct genl_info *info, struct answer *a)
{
	genlmsg_end(a->skb, a->hdr);
	return genlmsg_reply(a->skb, info);
}

static struct ksrtp_net *info_net(struct genl_info *info)
{
	return ksrtp_net(genl_info_net(info));
}

/* The message starts with room for all of a flow's streams that fit. */
static struct sk_buff *ntf_new(struct ksrtp_net *kn, u8 cmd, size_t size,
			       void **hdr)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&ksrtp_nl_family, kn->net, KSRTP_NLGRP_EVENTS))
		return NULL;
	skb = genlmsg_new(size, GFP_KERNEL);
	if (!skb)
		return NULL;
	*hdr = genlmsg_put(skb, 0, 0, &ksrtp_nl_family, 0, cmd);
	if (*hdr)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

static void ntf_send(struct ksrtp_net *kn, struct sk_buff *skb, void *hdr,
		     int err)
{
	if (err) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
	genlmsg_multicast_netns(&ksrtp_nl_family, kn->net, skb, 0,
				KSRTP_NLGRP_EVENTS, GFP_KERNEL);
}

static void policy_ntf(struct ksrtp_net *kn, u8 cmd,
		       const struct ksrtp_policy *pol)
{
	struct sk_buff *skb;
	void *hdr;

	skb = ntf_new(kn, cmd, GENLMSG_DEFAULT_SIZE, &hdr);
	if (skb)
		ntf_send(kn, skb, hdr, ksrtp_nl_put_policy(skb, pol));
}

static void flow_ntf(struct ksrtp_net *kn, u8 cmd,
		     const struct ksrtp_flow *flow)
{
	struct sk_buff *skb;
	void *hdr;

	skb = ntf_new(kn, cmd, ksrtp_nl_flow_size(flow), &hdr);
	if (skb)
		ntf_send(kn, skb, hdr, ksrtp_nl_put_flow(skb, kn, flow, false));
}

int ksrtp_nl_policy_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ksrtp_net *kn = info_net(info);
	struct ksrtp_policy *pol;
	struct answer a = {};
	int err;

	pol = ksrtp_policy_new();
	if (!pol)
		return -ENOMEM;
	err = ksrtp_nl_get_policy(info, pol) ?:
	      answer_begin(info, &a, GENLMSG_DEFAULT_SIZE);
	if (err)
		goto free;

	mutex_lock(&kn->lock);
	err = ksrtp_hooks_enable(kn);
	if (err) {
		NL_SET_ERR_MSG(info->extack, "netfilter hooks not available");
		goto unlock;
	}
	err = ksrtp_policy_add(kn, pol);
	if (err == -ENOSPC)
		NL_SET_ERR_MSG(info->extack, "too many policies");
	else if (err == -EEXIST)
		refuse(info, KSRTP_A_POLICY_PRIORITY,
		       "a policy with this selector and priority exists", err);
	else if (err)
		NL_SET_ERR_MSG(info->extack, "the module is being unloaded");
	if (err)
		goto unlock;
	nla_put_u32(a.skb, KSRTP_A_POLICY_ID, pol->id);
	policy_ntf(kn, KSRTP_CMD_POLICY_ADD_NTF, pol);
	if (pol->action != KSRTP_ACTION_PASS)
		ksrtp_fastpath_flush(kn->net);
	mutex_unlock(&kn->lock);
	return answer_end(info, &a);

unlock:
	mutex_unlock(&kn->lock);
free:
	nlmsg_free(a.skb);
	ksrtp_policy_free(pol);
	return err;
}

static struct ksrtp_policy *policy_of(struct genl_info *info,
				      struct ksrtp_net *kn)
{
	struct ksrtp_policy *pol;

	if (!info->attrs[KSRTP_A_POLICY_ID]) {
		NL_SET_ERR_MSG(info->extack, "id is missing");
		return ERR_PTR(missing(info, KSRTP_A_POLICY_ID, -EINVAL));
	}
	pol = ksrtp_policy_get(kn, nla_get_u32(info->attrs[KSRTP_A_POLICY_ID]));
	if (!pol)
		return ERR_PTR(refuse(info, KSRTP_A_POLICY_ID,
				      "no policy with this id", -ENOENT));
	return pol;
}

static void policy_remove(struct ksrtp_net *kn, struct ksrtp_policy *pol)
{
	policy_ntf(kn, KSRTP_CMD_POLICY_DEL_NTF, pol);
	ksrtp_policy_del(kn, pol);
}

int ksrtp_nl_policy_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ksrtp_net *kn = info_net(info);
	struct ksrtp_policy *pol;

	mutex_lock(&kn->lock);
	pol = policy_of(info, kn);
	if (!IS_ERR(pol))
		policy_remove(kn, pol);
	mutex_unlock(&kn->lock);
	return PTR_ERR_OR_ZERO(pol);
}

int ksrtp_nl_policy_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *dir = info->attrs[KSRTP_A_POLICY_DIR];
	struct ksrtp_net *kn = info_net(info);
	struct ksrtp_policy *pol, *next;

	mutex_lock(&kn->lock);
	list_for_each_entry_safe(pol, next, &kn->policies, list)
		if (!dir || nla_get_u8(dir) == pol->sel.dir)
			policy_remove(kn, pol);
	mutex_unlock(&kn->lock);
	return 0;
}

int ksrtp_nl_policy_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ksrtp_net *kn = info_net(info);
	struct ksrtp_policy *pol;
	struct answer a = {};
	int err;

	err = answer_begin(info, &a, GENLMSG_DEFAULT_SIZE);
	if (err)
		goto free;
	mutex_lock(&kn->lock);
	pol = policy_of(info, kn);
	err = PTR_ERR_OR_ZERO(pol) ?: ksrtp_nl_put_policy(a.skb, pol);
	mutex_unlock(&kn->lock);
	if (err)
		goto free;
	return answer_end(info, &a);
free:
	nlmsg_free(a.skb);
	return err;
}

/* Policies are in order of priority; args[0] counts those already shown. */
int ksrtp_nl_policy_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ksrtp_net *kn = ksrtp_net(sock_net(skb->sk));
	struct ksrtp_policy *pol;
	long i = 0;
	void *hdr;

	mutex_lock(&kn->lock);
	list_for_each_entry(pol, &kn->policies, list) {
		if (i++ < cb->args[0])
			continue;
		hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				  cb->nlh->nlmsg_seq, &ksrtp_nl_family,
				  NLM_F_MULTI, KSRTP_CMD_POLICY_GET);
		if (!hdr)
			break;
		if (ksrtp_nl_put_policy(skb, pol)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		cb->args[0] = i;
	}
	mutex_unlock(&kn->lock);
	return skb->len;
}

static int get_contexts(struct genl_info *info, struct ksrtp_context **rx,
			struct ksrtp_context **tx)
{
	*rx = ksrtp_nl_get_context(info, KSRTP_A_FLOW_RX);
	if (IS_ERR(*rx)) {
		int err = PTR_ERR(*rx);

		*rx = NULL;
		*tx = NULL;
		return err;
	}
	*tx = ksrtp_nl_get_context(info, KSRTP_A_FLOW_TX);
	if (IS_ERR(*tx)) {
		int err = PTR_ERR(*tx);

		*tx = NULL;
		return err;
	}
	return 0;
}

/*
 * The media of a multicast group goes one way in a flow: out to the group, or in
 * from one of its senders, who has a key of his own.
 */
static int check_multicast(struct genl_info *info,
			   const struct ksrtp_tuple_key *key, bool rtcp,
			   bool rx, bool tx)
{
	bool local = ksrtp_addr_multicast(key->family, &key->local);
	bool remote = ksrtp_addr_multicast(key->family, &key->remote);
	bool exact = key[KSRTP_PORT_RTP].remote_port &&
		     (!rtcp || key[KSRTP_PORT_RTCP].remote_port);

	if (local && (tx || remote || !exact))
		return refuse(info, KSRTP_A_FLOW_LOCAL_ADDR,
			      "a multicast local-addr takes one sender and no tx",
			      -EINVAL);
	if (remote && (rx || !exact))
		return refuse(info, KSRTP_A_FLOW_REMOTE_ADDR,
			      "a multicast remote-addr takes its ports and no rx",
			      -EINVAL);
	return 0;
}

static void free_cfg(struct ksrtp_flow_cfg *cfg)
{
	/* a packet may have met a flow that then could not be added */
	ksrtp_context_free(cfg->rx);
	ksrtp_context_free(cfg->tx);
	if (cfg->cookie)
		kfree_rcu(cfg->cookie, rcu);
}

int ksrtp_nl_flow_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ksrtp_net *kn = info_net(info);
	struct ksrtp_flow_cfg cfg = {};
	struct ksrtp_nl_relay r = {};
	struct ksrtp_flow *flow;
	struct answer a = {};
	int err;

	err = ksrtp_nl_get_flow(info, &cfg) ?:
	      ksrtp_nl_get_relay(info, &r) ?:
	      ksrtp_nl_get_plain(info, &cfg, r.leg) ?:
	      ksrtp_nl_get_cookie(info, &cfg.cookie) ?:
	      get_contexts(info, &cfg.rx, &cfg.tx) ?:
	      check_multicast(info, cfg.key, cfg.rtcp, cfg.rx, cfg.tx) ?:
	      answer_begin(info, &a, GENLMSG_DEFAULT_SIZE);
	if (err)
		goto free;

	ksrtp_context_pair(cfg.rx, cfg.tx);
	mutex_lock(&kn->lock);
	err = ksrtp_hooks_enable(kn);
	if (err) {
		NL_SET_ERR_MSG(info->extack, "netfilter hooks not available");
		goto unlock;
	}
	err = ksrtp_nl_check_relay(info, kn, NULL, &r);
	if (err)
		goto unlock;
	cfg.leg = r.leg;
	flow = ksrtp_flow_add(kn, &cfg);
	if (IS_ERR(flow)) {
		err = PTR_ERR(flow);
		if (err == -ENOSPC)
			NL_SET_ERR_MSG(info->extack, "too many flows");
		else if (err == -EEXIST)
			refuse(info, KSRTP_A_FLOW_LOCAL_PORT,
			       "a flow with this tuple exists", err);
		goto unlock;
	}
	r.leg = NULL;
	ksrtp_nl_set_relay(info, kn, flow, &r);
	nla_put_u32(a.skb, KSRTP_A_FLOW_ID, flow->id);
	flow_ntf(kn, KSRTP_CMD_FLOW_ADD_NTF, flow);
	mutex_unlock(&kn->lock);
	ksrtp_nl_wipe(info, KSRTP_A_FLOW_RX);
	ksrtp_nl_wipe(info, KSRTP_A_FLOW_TX);
	ksrtp_nl_free_relay(&r);
	return answer_end(info, &a);

unlock:
	mutex_unlock(&kn->lock);
free:
	ksrtp_nl_wipe(info, KSRTP_A_FLOW_RX);
	ksrtp_nl_wipe(info, KSRTP_A_FLOW_TX);
	ksrtp_nl_free_relay(&r);
	nlmsg_free(a.skb);
	free_cfg(&cfg);
	return err;
}

static struct ksrtp_flow *flow_of(struct genl_info *info, struct ksrtp_net *kn)
{
	struct ksrtp_flow *flow;

	if (!info->attrs[KSRTP_A_FLOW_ID]) {
		NL_SET_ERR_MSG(info->extack, "id is missing");
		return ERR_PTR(missing(info, KSRTP_A_FLOW_ID, -EINVAL));
	}
	flow = ksrtp_flow_get(kn, nla_get_u32(info->attrs[KSRTP_A_FLOW_ID]));
	if (!flow)
		return ERR_PTR(refuse(info, KSRTP_A_FLOW_ID,
				      "no flow with this id", -ENOENT));
	return flow;
}

static struct ksrtp_context *context_of(struct ksrtp_net *kn,
					struct ksrtp_context __rcu *p)
{
	return rcu_dereference_protected(p, lockdep_is_held(&kn->lock));
}

/* Both contexts, or their keys, may have changed. */
static void pair_contexts(struct ksrtp_net *kn, const struct ksrtp_flow *flow)
{
	ksrtp_context_pair(context_of(kn, flow->rx), context_of(kn, flow->tx));
}

/* A context that took an old one's keys would forget what they were used for. */
static int check_fresh(struct genl_info *info, int type,
		       const struct ksrtp_context *have,
		       const struct ksrtp_context *want)
{
	if (have && want && ksrtp_context_shares_key(have, want))
		return refuse(info, type,
			      "the context to replace has this master-key",
			      -EKEYREJECTED);
	return 0;
}

static int set_remote(struct genl_info *info, struct ksrtp_net *kn,
		      struct ksrtp_flow *flow,
		      const struct ksrtp_flow_cfg *cfg)
{
	struct ksrtp_tuple_key old[KSRTP_PORTS] = {}, key[KSRTP_PORTS] = {};
	struct ksrtp_tuple *t;
	int i, ret, err;

	rcu_read_lock();
	for (i = 0; i < KSRTP_PORTS; i++) {
		t = rcu_dereference(flow->tuple[i]);
		if (t)
			old[i] = t->key;
	}
	rcu_read_unlock();
	ret = ksrtp_nl_get_remote(info, flow, old, key);
	if (ret < 0)
		return ret;
	err = check_multicast(info, ret ? key : old,
			      rcu_access_pointer(flow->tuple[KSRTP_PORT_RTCP]),
			      cfg->rx || rcu_access_pointer(flow->rx),
			      cfg->tx || rcu_access_pointer(flow->tx));
	if (err || !ret)
		return err;
	err = ksrtp_nl_check_remote(info, kn, flow, &key[KSRTP_PORT_RTP]);
	if (err)
		return err;
	err = ksrtp_flow_set_remote(kn, flow, key);
	if (err == -EEXIST)
		refuse(info, KSRTP_A_FLOW_REMOTE_PORT,
		       "a flow with this tuple exists", err);
	return err;
}

static void set_rest(struct genl_info *info, struct ksrtp_net *kn,
		     struct ksrtp_flow *flow, struct ksrtp_flow_cfg *cfg)
{
	struct nlattr *idle = info->attrs[KSRTP_A_FLOW_IDLE_TIMEOUT_MS];

	if (cfg->rx)
		cfg->rx = ksrtp_flow_set_context(kn, flow, cfg->rx);
	if (cfg->tx)
		cfg->tx = ksrtp_flow_set_context(kn, flow, cfg->tx);
	if (info->attrs[KSRTP_A_FLOW_COOKIE])
		cfg->cookie = rcu_replace_pointer(flow->cookie, cfg->cookie,
						  lockdep_is_held(&kn->lock));
	if (idle)
		ksrtp_flow_set_idle(kn, flow, nla_get_u32(idle));
}

int ksrtp_nl_flow_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ksrtp_net *kn = info_net(info);
	struct ksrtp_flow_cfg cfg = {};
	struct ksrtp_nl_relay r = {};
	struct ksrtp_flow *flow;
	int err;

	err = ksrtp_nl_get_relay(info, &r) ?:
	      ksrtp_nl_get_cookie(info, &cfg.cookie) ?:
	      get_contexts(info, &cfg.rx, &cfg.tx);
	if (err)
		goto free;
	mutex_lock(&kn->lock);
	flow = flow_of(info, kn);
	err = PTR_ERR_OR_ZERO(flow);
	if (!err)
		err = check_fresh(info, KSRTP_A_FLOW_RX,
				  context_of(kn, flow->rx), cfg.rx) ?:
		      check_fresh(info, KSRTP_A_FLOW_TX,
				  context_of(kn, flow->tx), cfg.tx) ?:
		      ksrtp_nl_check_plain(info, kn, flow) ?:
		      ksrtp_nl_check_relay(info, kn, flow, &r) ?:
		      set_remote(info, kn, flow, &cfg);
	if (!err) {
		set_rest(info, kn, flow, &cfg);
		ksrtp_nl_set_relay(info, kn, flow, &r);
		pair_contexts(kn, flow);
	}
	mutex_unlock(&kn->lock);
free:
	/* what was replaced, or what was not taken */
	ksrtp_nl_wipe(info, KSRTP_A_FLOW_RX);
	ksrtp_nl_wipe(info, KSRTP_A_FLOW_TX);
	ksrtp_nl_free_relay(&r);
	free_cfg(&cfg);
	return err;
}

static void flow_remove(struct ksrtp_net *kn, struct ksrtp_flow *flow)
{
	flow_ntf(kn, KSRTP_CMD_FLOW_DEL_NTF, flow);
	ksrtp_flow_del(kn, flow);
}

int ksrtp_nl_flow_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ksrtp_net *kn = info_net(info);
	struct ksrtp_flow *flow;

	mutex_lock(&kn->lock);
	flow = flow_of(info, kn);
	if (!IS_ERR(flow))
		flow_remove(kn, flow);
	mutex_unlock(&kn->lock);
	return PTR_ERR_OR_ZERO(flow);
}

static bool flow_bound(const struct ksrtp_flow *flow, u32 ifindex)
{
	bool bound;

	rcu_read_lock();
	bound = rcu_dereference(flow->tuple[KSRTP_PORT_RTP])->key.ifindex ==
		ifindex;
	rcu_read_unlock();
	return bound;
}

int ksrtp_nl_flow_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *ifindex = info->attrs[KSRTP_A_FLOW_IFINDEX];
	struct ksrtp_net *kn = info_net(info);
	struct ksrtp_flow *flow;
	unsigned long id;

	mutex_lock(&kn->lock);
	xa_for_each(&kn->flows, id, flow) {
		if (!ifindex || flow_bound(flow, nla_get_u32(ifindex)))
			flow_remove(kn, flow);
		cond_resched();
	}
	mutex_unlock(&kn->lock);
	return 0;
}

int ksrtp_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ksrtp_net *kn = info_net(info);
	struct ksrtp_flow *flow;
	struct answer a = {};
	int err;

	mutex_lock(&kn->lock);
	flow = flow_of(info, kn);
	err = PTR_ERR_OR_ZERO(flow) ?:
	      answer_begin(info, &a, ksrtp_nl_flow_size(flow)) ?:
	      ksrtp_nl_put_flow(a.skb, kn, flow, false);
	mutex_unlock(&kn->lock);
	if (!err)
		return answer_end(info, &a);
	nlmsg_free(a.skb);
	return err;
}

static int dump_flow(struct sk_buff *skb, struct netlink_callback *cb,
		     struct ksrtp_net *kn, const struct ksrtp_flow *flow,
		     bool whole)
{
	void *hdr;
	int err;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &ksrtp_nl_family, NLM_F_MULTI, KSRTP_CMD_FLOW_GET);
	if (!hdr)
		return -EMSGSIZE;
	err = ksrtp_nl_put_flow(skb, kn, flow, whole);
	if (err)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return err;
}

/*
 * args[0] is the id to go on with. A flow that does not fit goes to the next
 * message; one that does not fit an empty message leaves some streams out.
 */
int ksrtp_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ksrtp_net *kn = ksrtp_net(sock_net(skb->sk));
	unsigned long id = cb->args[0];
	struct ksrtp_flow *flow;
	int err = 0;

	mutex_lock(&kn->lock);
	xa_for_each_start(&kn->flows, id, flow, cb->args[0]) {
		err = dump_flow(skb, cb, kn, flow, true);
		if (err && !skb->len)
			err = dump_flow(skb, cb, kn, flow, false);
		if (err)
			break;
		cb->args[0] = id + 1;
	}
	mutex_unlock(&kn->lock);
	return skb->len ?: err;
}

static struct ksrtp_context *context_by_dir(struct genl_info *info,
					    struct ksrtp_net *kn, u8 dir)
{
	struct ksrtp_context *ctx;
	struct ksrtp_flow *flow;

	flow = flow_of(info, kn);
	if (IS_ERR(flow))
		return ERR_CAST(flow);
	ctx = context_of(kn, dir == KSRTP_DIR_IN ? flow->rx : flow->tx);
	if (!ctx)
		return ERR_PTR(refuse(info, KSRTP_A_FLOW_DIR,
				      "the flow has no context of this direction",
				      -ENOENT));
	return ctx;
}

static struct ksrtp_context *context_named(struct genl_info *info,
					   struct ksrtp_net *kn)
{
	struct nlattr *dir = info->attrs[KSRTP_A_FLOW_DIR];

	if (!dir) {
		NL_SET_ERR_MSG(info->extack, "dir is missing");
		return ERR_PTR(missing(info, KSRTP_A_FLOW_DIR, -EINVAL));
	}
	return context_by_dir(info, kn, nla_get_u8(dir));
}

int ksrtp_nl_key_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *nest = info->attrs[KSRTP_A_FLOW_KEY];
	struct ksrtp_net *kn = info_net(info);
	struct ksrtp_key_cfg key = {};
	struct ksrtp_context *ctx;
	int err;

	mutex_lock(&kn->lock);
	ctx = context_named(info, kn);
	err = PTR_ERR_OR_ZERO(ctx);
	if (!err && !nest) {
		NL_SET_ERR_MSG(info->extack, "key is missing");
		err = missing(info, KSRTP_A_FLOW_KEY, -EINVAL);
	}
	if (!err)
		err = ksrtp_nl_get_key(nest, ctx, &key, info->extack);
	if (!err) {
		err = ksrtp_context_add_key(ctx, &key);
		if (err)
			ksrtp_nl_key_error(info->extack, nest, err);
		else
			pair_contexts(kn, flow_of(info, kn));
	}
	mutex_unlock(&kn->lock);
	memzero_explicit(&key, sizeof(key));
	ksrtp_nl_wipe(info, KSRTP_A_FLOW_KEY);
	return err;
}

/* Neither of these two needs a key; wipe one that came in error. */
int ksrtp_nl_key_activate_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ksrtp_net *kn = info_net(info);
	struct ksrtp_context *ctx;
	const u8 *mki;
	u8 mki_len;
	int err;

	mutex_lock(&kn->lock);
	ctx = context_by_dir(info, kn, KSRTP_DIR_OUT);
	err = PTR_ERR_OR_ZERO(ctx) ?:
	      ksrtp_nl_get_mki(info, ctx, &mki, &mki_len);
	if (!err) {
		err = ksrtp_context_activate(ctx, mki, mki_len);
		if (err == -EOPNOTSUPP)
			refuse(info, KSRTP_A_FLOW_KEY,
			       "the keys of this context go by the index", err);
		else if (err)
			refuse(info, KSRTP_A_FLOW_KEY,
			       "the context has no key with this mki", err);
	}
	mutex_unlock(&kn->lock);
	ksrtp_nl_wipe(info, KSRTP_A_FLOW_KEY);
	return err;
}

int ksrtp_nl_key_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ksrtp_net *kn = info_net(info);
	struct ksrtp_context *ctx;
	const u8 *mki;
	u8 mki_len;
	int err;

	mutex_lock(&kn->lock);
	ctx = context_named(info, kn);
	err = PTR_ERR_OR_ZERO(ctx) ?:
	      ksrtp_nl_get_mki(info, ctx, &mki, &mki_len);
	if (!err) {
		err = ksrtp_context_del_key(ctx, mki, mki_len);
		if (err)
			refuse(info, KSRTP_A_FLOW_KEY,
			       "the context has no key with this mki", err);
		else
			pair_contexts(kn, flow_of(info, kn));
	}
	mutex_unlock(&kn->lock);
	ksrtp_nl_wipe(info, KSRTP_A_FLOW_KEY);
	return err;
}

static int put_counter(struct sk_buff *skb, struct ksrtp_net *kn,
		       enum ksrtp_counter c)
{
	struct nlattr *nest = nla_nest_start(skb, KSRTP_A_STATS_COUNTER);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = nla_put_u32(skb, KSRTP_A_COUNTER_ID, c) ?:
	      nla_put_string(skb, KSRTP_A_COUNTER_NAME, ksrtp_stats_name(c)) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_COUNTER_VALUE,
				ksrtp_stats_read(kn->stats, c),
				KSRTP_A_COUNTER_PAD);
	if (!err)
		nla_nest_end(skb, nest);
	return err;
}

static bool is_drop(enum ksrtp_counter c)
{
	static const char prefix[] = "drop-";

	return !strncmp(ksrtp_stats_name(c), prefix, sizeof(prefix) - 1);
}

int ksrtp_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	bool drops_only = info->attrs[KSRTP_A_STATS_DROPS_ONLY];
	struct ksrtp_net *kn = info_net(info);
	enum ksrtp_counter c;
	struct answer a = {};
	int err;

	err = answer_begin(info, &a, 2 * GENLMSG_DEFAULT_SIZE);
	for (c = 1; c <= KSRTP_COUNTER_MAX && !err; c++)
		if (!drops_only || is_drop(c))
			err = put_counter(a.skb, kn, c);
	if (err)
		goto free;
	mutex_lock(&kn->lock);
	err = nla_put_u32(a.skb, KSRTP_A_STATS_FLOWS, kn->n_flows) ?:
	      nla_put_u32(a.skb, KSRTP_A_STATS_POLICIES, kn->n_policies) ?:
	      nla_put_u32(a.skb, KSRTP_A_STATS_ACQUIRES,
			  ksrtp_acquire_count(kn)) ?:
	      nla_put_string(a.skb, KSRTP_A_STATS_VERSION, KSRTP_VERSION);
	mutex_unlock(&kn->lock);
	if (err)
		goto free;
	return answer_end(info, &a);
free:
	nlmsg_free(a.skb);
	return err;
}

struct genl_family ksrtp_nl_family __ro_after_init = {
	.name		= KSRTP_GENL_NAME,
	.version	= KSRTP_GENL_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= ksrtp_nl_ops,
	.n_ops		= ARRAY_SIZE(ksrtp_nl_ops),
	.resv_start_op	= KSRTP_CMD_POLICY_ADD,
	.mcgrps		= ksrtp_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(ksrtp_nl_mcgrps),
};

/**
 * ksrtp_netlink_init - offer the family
 *
 * Return: 0 or a negative error.
 */
int __init ksrtp_netlink_init(void)
{
	return genl_register_family(&ksrtp_nl_family);
}

/**
 * ksrtp_netlink_exit - withdraw the family
 */
void ksrtp_netlink_exit(void)
{
	genl_unregister_family(&ksrtp_nl_family);
}
