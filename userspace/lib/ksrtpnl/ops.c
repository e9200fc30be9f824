// SPDX-License-Identifier: BSD-3-Clause
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>

#include "ksrtpnl/internal.h"

static bool put_u32(struct nl_msg *msg, int type, uint32_t v)
{
	return msg && nla_put_u32(msg, type, v) == 0;
}

/* A request that is an object's id and has no answer but success. */
static enum ksrtpnl_err simple(struct ksrtpnl *nl, uint8_t cmd, int type, uint32_t id)
{
	struct nl_msg *msg = ksrtpnl_conn_request(nl, cmd, 0);

	return ksrtpnl_conn_run(nl, msg, put_u32(msg, type, id), NULL, NULL);
}

struct want_id {
	int type;
	uint32_t id;
	bool found;
};

static bool take_id(struct nlmsghdr *nlh, void *arg, enum ksrtpnl_err *err)
{
	struct want_id *want = arg;
	struct nlattr *a;

	a = genlmsg_valid_hdr(nlh, 0) ? nlmsg_find_attr(nlh, GENL_HDRLEN, want->type) : NULL;
	if (!a || nla_len(a) != sizeof(uint32_t)) {
		*err = KSRTPNL_ERR_PROTO;
		return false;
	}
	want->id = nla_get_u32(a);
	want->found = true;
	return true;
}

static enum ksrtpnl_err run_for_id(struct ksrtpnl *nl, struct nl_msg *msg, bool encoded, int type,
				   uint32_t *id)
{
	struct want_id want = { .type = type };
	enum ksrtpnl_err err = ksrtpnl_conn_run(nl, msg, encoded, take_id, &want);

	if (!err && !want.found)
		err = KSRTPNL_ERR_PROTO;
	if (!err && id)
		*id = want.id;
	return err;
}

/* --- policies --- */

enum ksrtpnl_err ksrtpnl_policy_add(struct ksrtpnl *nl, const struct ksrtpnl_policy *policy,
				    uint32_t *id)
{
	struct nl_msg *msg = ksrtpnl_conn_request(nl, KSRTP_CMD_POLICY_ADD, 0);

	return run_for_id(nl, msg, msg && ksrtpnl_encode_policy(msg, policy), KSRTP_A_POLICY_ID,
			  id);
}

enum ksrtpnl_err ksrtpnl_policy_del(struct ksrtpnl *nl, uint32_t id)
{
	return simple(nl, KSRTP_CMD_POLICY_DEL, KSRTP_A_POLICY_ID, id);
}

struct policies {
	struct ksrtpnl_policy *one;
	ksrtpnl_policy_fn *fn;
	void *arg;
	bool found;
};

static bool take_policy(struct nlmsghdr *nlh, void *arg, enum ksrtpnl_err *err)
{
	struct policies *p = arg;
	struct ksrtpnl_policy policy;

	*err = ksrtpnl_decode_policy(nlh, p->one ? p->one : &policy);
	if (*err)
		return false;
	p->found = true;
	return p->one || p->fn(&policy, p->arg);
}

enum ksrtpnl_err ksrtpnl_policy_get(struct ksrtpnl *nl, uint32_t id, struct ksrtpnl_policy *policy)
{
	struct nl_msg *msg = ksrtpnl_conn_request(nl, KSRTP_CMD_POLICY_GET, 0);
	struct policies p = { .one = policy };
	enum ksrtpnl_err err;

	err = ksrtpnl_conn_run(nl, msg, put_u32(msg, KSRTP_A_POLICY_ID, id), take_policy, &p);
	return !err && !p.found ? KSRTPNL_ERR_PROTO : err;
}

enum ksrtpnl_err ksrtpnl_policy_dump(struct ksrtpnl *nl, ksrtpnl_policy_fn *fn, void *arg)
{
	struct nl_msg *msg = ksrtpnl_conn_request(nl, KSRTP_CMD_POLICY_GET, NLM_F_DUMP);
	struct policies p = { .fn = fn, .arg = arg };

	return ksrtpnl_conn_run(nl, msg, msg != NULL, take_policy, &p);
}

enum ksrtpnl_err ksrtpnl_policy_flush(struct ksrtpnl *nl, enum ksrtpnl_dir dir)
{
	struct nl_msg *msg = ksrtpnl_conn_request(nl, KSRTP_CMD_POLICY_FLUSH, 0);
	bool ok = msg && (!dir || nla_put_u8(msg, KSRTP_A_POLICY_DIR, (uint8_t)dir) == 0);

	return ksrtpnl_conn_run(nl, msg, ok, NULL, NULL);
}

/* --- flows --- */

enum ksrtpnl_err ksrtpnl_flow_add(struct ksrtpnl *nl, const struct ksrtpnl_flow *flow, uint32_t *id)
{
	struct nl_msg *msg = ksrtpnl_conn_request(nl, KSRTP_CMD_FLOW_ADD, 0);

	return run_for_id(nl, msg, msg && ksrtpnl_encode_flow(msg, flow), KSRTP_A_FLOW_ID, id);
}

enum ksrtpnl_err ksrtpnl_flow_set(struct ksrtpnl *nl, uint32_t id,
				  const struct ksrtpnl_flow_change *change)
{
	struct nl_msg *msg = ksrtpnl_conn_request(nl, KSRTP_CMD_FLOW_SET, 0);
	bool ok = put_u32(msg, KSRTP_A_FLOW_ID, id) && ksrtpnl_encode_change(msg, change);

	return ksrtpnl_conn_run(nl, msg, ok, NULL, NULL);
}

enum ksrtpnl_err ksrtpnl_flow_del(struct ksrtpnl *nl, uint32_t id)
{
	return simple(nl, KSRTP_CMD_FLOW_DEL, KSRTP_A_FLOW_ID, id);
}

struct flows {
	struct ksrtpnl_flow *flow; /* room for the one that is being looked at */
	bool single;
	ksrtpnl_flow_fn *fn;
	void *arg;
	bool found;
};

static bool take_flow(struct nlmsghdr *nlh, void *arg, enum ksrtpnl_err *err)
{
	struct flows *f = arg;
	bool more = true;

	if (f->found)
		ksrtpnl_decode_release(f->flow);
	f->found = true;
	*err = ksrtpnl_decode_flow(nlh, f->flow);
	if (!*err && !f->single)
		more = f->fn(f->flow, f->arg);
	return !*err && more;
}

enum ksrtpnl_err ksrtpnl_flow_get(struct ksrtpnl *nl, uint32_t id, struct ksrtpnl_flow **flow)
{
	struct flows f = { .flow = calloc(1, sizeof(*f.flow)), .single = true };
	struct nl_msg *msg;
	enum ksrtpnl_err err;

	*flow = NULL;
	if (!f.flow)
		return KSRTPNL_ERR_NOMEM;
	msg = ksrtpnl_conn_request(nl, KSRTP_CMD_FLOW_GET, 0);
	err = ksrtpnl_conn_run(nl, msg, put_u32(msg, KSRTP_A_FLOW_ID, id), take_flow, &f);
	if (!err && !f.found)
		err = KSRTPNL_ERR_PROTO;
	if (err)
		ksrtpnl_flow_free(f.flow);
	else
		*flow = f.flow;
	return err;
}

void ksrtpnl_flow_free(struct ksrtpnl_flow *flow)
{
	if (!flow)
		return;
	ksrtpnl_decode_release(flow);
	free(flow);
}

enum ksrtpnl_err ksrtpnl_flow_dump(struct ksrtpnl *nl, ksrtpnl_flow_fn *fn, void *arg)
{
	struct flows f = { .flow = calloc(1, sizeof(*f.flow)), .fn = fn, .arg = arg };
	struct nl_msg *msg;
	enum ksrtpnl_err err;

	if (!f.flow)
		return KSRTPNL_ERR_NOMEM;
	msg = ksrtpnl_conn_request(nl, KSRTP_CMD_FLOW_GET, NLM_F_DUMP);
	err = ksrtpnl_conn_run(nl, msg, msg != NULL, take_flow, &f);
	ksrtpnl_flow_free(f.flow);
	return err;
}

enum ksrtpnl_err ksrtpnl_flow_flush(struct ksrtpnl *nl, uint32_t ifindex)
{
	struct nl_msg *msg = ksrtpnl_conn_request(nl, KSRTP_CMD_FLOW_FLUSH, 0);
	bool ok = msg && (!ifindex || put_u32(msg, KSRTP_A_FLOW_IFINDEX, ifindex));

	return ksrtpnl_conn_run(nl, msg, ok, NULL, NULL);
}

/* --- keys --- */

static enum ksrtpnl_err key_request(struct ksrtpnl *nl, uint8_t cmd, uint32_t flow_id,
				    enum ksrtpnl_dir dir, const struct ksrtpnl_key *key)
{
	struct nl_msg *msg = ksrtpnl_conn_request(nl, cmd, 0);
	bool ok = put_u32(msg, KSRTP_A_FLOW_ID, flow_id);

	if (dir)
		ok = ok && nla_put_u8(msg, KSRTP_A_FLOW_DIR, (uint8_t)dir) == 0;
	ok = ok && ksrtpnl_encode_key(msg, KSRTP_A_FLOW_KEY, key);
	return ksrtpnl_conn_run(nl, msg, ok, NULL, NULL);
}

static bool set_mki(struct ksrtpnl_key *key, const void *mki, size_t mki_len)
{
	memset(key, 0, sizeof(*key));
	if (mki_len > sizeof(key->mki))
		return false;
	if (mki_len)
		memcpy(key->mki, mki, mki_len);
	key->mki_len = mki_len;
	return true;
}

enum ksrtpnl_err ksrtpnl_key_add(struct ksrtpnl *nl, uint32_t flow_id, enum ksrtpnl_dir dir,
				 const struct ksrtpnl_key *key)
{
	return key_request(nl, KSRTP_CMD_KEY_ADD, flow_id, dir, key);
}

enum ksrtpnl_err ksrtpnl_key_activate(struct ksrtpnl *nl, uint32_t flow_id, const void *mki,
				      size_t mki_len)
{
	struct ksrtpnl_key key;

	if (!set_mki(&key, mki, mki_len))
		return KSRTPNL_ERR_ARG;
	return key_request(nl, KSRTP_CMD_KEY_ACTIVATE, flow_id, 0, &key);
}

enum ksrtpnl_err ksrtpnl_key_del(struct ksrtpnl *nl, uint32_t flow_id, enum ksrtpnl_dir dir,
				 const void *mki, size_t mki_len)
{
	struct ksrtpnl_key key;

	if (!set_mki(&key, mki, mki_len))
		return KSRTPNL_ERR_ARG;
	return key_request(nl, KSRTP_CMD_KEY_DEL, flow_id, dir, &key);
}

/* --- counters --- */

static bool take_stats(struct nlmsghdr *nlh, void *arg, enum ksrtpnl_err *err)
{
	*err = ksrtpnl_decode_stats(nlh, arg);
	return !*err;
}

enum ksrtpnl_err ksrtpnl_stats_get(struct ksrtpnl *nl, bool drops_only, struct ksrtpnl_stats *stats)
{
	struct nl_msg *msg = ksrtpnl_conn_request(nl, KSRTP_CMD_STATS_GET, 0);
	bool ok = msg && (!drops_only || nla_put_flag(msg, KSRTP_A_STATS_DROPS_ONLY) == 0);

	memset(stats, 0, sizeof(*stats));
	return ksrtpnl_conn_run(nl, msg, ok, take_stats, stats);
}
