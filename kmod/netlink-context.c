// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink attributes to contexts and keys, and back. Keys are wiped from the
 * message whatever becomes of it, see ksrtp_nl_wipe().
 */
#include <linux/slab.h>

#include "compat.h"
#include "kdf.h"
#include "ksrtp-nl-gen.h"
#include "netlink-attr.h"
#include "netlink.h"

enum {
	KEY_SIZE = 256,
	STREAM_SIZE = 160,
	/* room to leave behind the streams for the other context */
	STREAM_REST = 256 + KSRTP_KEYS_MAX * KEY_SIZE,
};

static int get_limits(struct nlattr **tb, struct ksrtp_key_cfg *key,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *soft = tb[KSRTP_A_KEY_SOFT_LIMIT];
	struct nlattr *hard = tb[KSRTP_A_KEY_HARD_LIMIT];

	if (soft) {
		key->soft_limit = nla_get_u64(soft);
		if (!key->soft_limit)
			return refuse(extack, soft, "soft-limit is 0");
	}
	if (hard) {
		key->hard_limit = nla_get_u64(hard);
		if (!key->hard_limit)
			return refuse(extack, hard, "hard-limit is 0");
	}
	if (soft && hard && key->soft_limit > key->hard_limit)
		return refuse(extack, soft, "soft-limit is above hard-limit");
	return 0;
}

/* RFC 3711 section 8.1.1 */
static int get_range(const struct nlattr *nest, struct nlattr **tb,
		     struct ksrtp_key_cfg *key, struct netlink_ext_ack *extack)
{
	struct nlattr *from = tb[KSRTP_A_KEY_FROM];
	struct nlattr *to = tb[KSRTP_A_KEY_TO];

	if (!from && !to)
		return 0;
	if (!from)
		return missing(extack, nest, KSRTP_A_KEY_FROM,
			       "to without from");
	if (!to)
		return missing(extack, nest, KSRTP_A_KEY_TO, "from without to");
	key->from = nla_get_u64(from);
	key->to = nla_get_u64(to);
	key->ranged = true;
	if (key->to > KSRTP_INDEX_MAX)
		return refuse(extack, to, "to is longer than 48 bits");
	if (key->from > key->to)
		return refuse(extack, from, "from is above to");
	if (tb[KSRTP_A_KEY_ACTIVE])
		return refuse(extack, tb[KSRTP_A_KEY_ACTIVE],
			      "a key with from and to is active by the index");
	return 0;
}

static int parse_key(const struct nlattr *nest, struct nlattr **tb,
		     struct netlink_ext_ack *extack)
{
	static const u8 read_only[] = {
		KSRTP_A_KEY_PACKETS, KSRTP_A_KEY_RTCP_PACKETS,
		KSRTP_A_KEY_STATE,
	};
	int err;
	u32 i;

	err = nla_parse_nested(tb, KSRTP_A_KEY_MAX, nest, ksrtp_key_nl_policy,
			       extack);
	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(read_only); i++)
		if (tb[read_only[i]])
			return refuse(extack, tb[read_only[i]],
				      "read-only attribute of a key");
	return 0;
}

static int check_mki(const struct nlattr *nest, const struct nlattr *mki,
		     u8 mki_len, struct netlink_ext_ack *extack)
{
	if (!mki_len)
		return mki ? refuse(extack, mki,
				    "the context has no MKI (mki-len)") : 0;
	if (!mki)
		return missing(extack, nest, KSRTP_A_KEY_MKI, "mki is missing");
	if (nla_len(mki) != mki_len)
		return refuse(extack, mki, "mki is not mki-len octets long");
	return 0;
}

static int get_key(const struct nlattr *nest, const struct ksrtp_suite_desc *suite,
		   u8 mki_len, bool transmit, struct ksrtp_key_cfg *key,
		   struct netlink_ext_ack *extack)
{
	struct nlattr *tb[KSRTP_A_KEY_MAX + 1];
	struct nlattr *mk, *salt;
	int err;

	err = parse_key(nest, tb, extack) ?:
	      check_mki(nest, tb[KSRTP_A_KEY_MKI], mki_len, extack) ?:
	      get_limits(tb, key, extack) ?:
	      get_range(nest, tb, key, extack);
	if (err)
		return err;
	mk = tb[KSRTP_A_KEY_MASTER_KEY];
	if (!mk)
		return missing(extack, nest, KSRTP_A_KEY_MASTER_KEY,
			       "master-key is missing");
	if (nla_len(mk) != suite->key_len)
		return refuse(extack, mk,
			      "master-key has a wrong length for the suite");
	salt = tb[KSRTP_A_KEY_MASTER_SALT];
	if (!salt)
		return missing(extack, nest, KSRTP_A_KEY_MASTER_SALT,
			       "master-salt is missing");
	if (nla_len(salt) != suite->salt_len)
		return refuse(extack, salt,
			      "master-salt has a wrong length for the suite");
	if (tb[KSRTP_A_KEY_ACTIVE] && !transmit)
		return refuse(extack, tb[KSRTP_A_KEY_ACTIVE],
			      "active is for transmit contexts");
	memcpy(key->master_key, nla_data(mk), suite->key_len);
	memcpy(key->master_salt, nla_data(salt), suite->salt_len);
	key->active = tb[KSRTP_A_KEY_ACTIVE];
	key->mki_len = mki_len;
	if (mki_len)
		memcpy(key->mki, nla_data(tb[KSRTP_A_KEY_MKI]), mki_len);
	return 0;
}

/**
 * ksrtp_nl_get_key - read a key for a context
 * @nest: the key attribute
 * @ctx: the context
 * @key: filled in, zero before; the caller wipes it in any case
 * @extack: for messages
 *
 * Return: 0 or a negative error with a message.
 */
int ksrtp_nl_get_key(const struct nlattr *nest, const struct ksrtp_context *ctx,
		     struct ksrtp_key_cfg *key, struct netlink_ext_ack *extack)
{
	return get_key(nest, ctx->suite, ctx->mki_len, ctx->transmit, key,
		       extack);
}

/**
 * ksrtp_nl_get_mki - read which key of a context is meant
 * @info: request
 * @ctx: the context
 * @mki: set to the MKI
 * @mki_len: set to its length
 *
 * Return: 0 or a negative error with a message.
 */
int ksrtp_nl_get_mki(struct genl_info *info, const struct ksrtp_context *ctx,
		     const u8 **mki, u8 *mki_len)
{
	struct nlattr *nest = info->attrs[KSRTP_A_FLOW_KEY];
	struct nlattr *tb[KSRTP_A_KEY_MAX + 1] = {};
	struct nlattr *attr;
	int err, i;

	*mki = NULL;
	*mki_len = 0;
	if (!nest)
		return ctx->mki_len ? missing(info->extack, NULL,
					      KSRTP_A_FLOW_KEY,
					      "key with mki is missing") : 0;
	err = parse_key(nest, tb, info->extack);
	if (err)
		return err;
	for (i = 0; i <= KSRTP_A_KEY_MAX; i++)
		if (tb[i] && i != KSRTP_A_KEY_MKI)
			return refuse(info->extack, tb[i],
				      "only mki can tell which key is meant");
	attr = tb[KSRTP_A_KEY_MKI];
	err = check_mki(nest, attr, ctx->mki_len, info->extack);
	if (!err && attr) {
		*mki = nla_data(attr);
		*mki_len = ctx->mki_len;
	}
	return err;
}

/**
 * ksrtp_nl_key_error - say why a key could not be added
 * @extack: for messages
 * @nest: the key attribute
 * @err: what ksrtp_context_add_key() returned
 *
 * Return: @err.
 */
int ksrtp_nl_key_error(struct netlink_ext_ack *extack,
		       const struct nlattr *nest, int err)
{
	switch (err) {
	case -ENOSPC:
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "the context has as many keys as it may");
		break;
	case -EEXIST:
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "the context has a key with this mki");
		break;
	case -EKEYREJECTED:
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "the context has this master-key already");
		break;
	case -EINVAL:
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "all keys of a context have from and to, or none");
		break;
	case -ERANGE:
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "the context has a key for some of these indices");
		break;
	case -ENOMEM:
		NL_SET_ERR_MSG_ATTR(extack, nest, "out of memory");
		break;
	default:
		NL_SET_ERR_MSG_ATTR(extack, nest, "the key can't be set up");
	}
	return err;
}

static int check_active(struct ksrtp_context_cfg *cfg, bool transmit,
			const struct nlattr *nest,
			struct netlink_ext_ack *extack)
{
	u32 i, n = 0;

	if (!transmit || cfg->key[0].ranged)
		return 0;
	for (i = 0; i < cfg->n_keys; i++)
		n += cfg->key[i].active;
	/* one key needs no flag */
	if (!n && cfg->n_keys == 1)
		cfg->key[0].active = true;
	else if (n != 1)
		return refuse(extack, nest,
			      "exactly one key of a transmit context is active");
	return 0;
}

static int get_keys(const struct nlattr *nest, bool transmit,
		    struct ksrtp_context_cfg *cfg,
		    struct netlink_ext_ack *extack)
{
	u32 max = cfg->mki_len ? KSRTP_KEYS_MAX :
		  transmit ? 1 : KSRTP_KEYS_NO_MKI;
	struct nlattr *attr;
	int rem, err;

	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) != KSRTP_A_CONTEXT_KEY)
			continue;
		if (cfg->n_keys == (cfg->key[0].ranged ? KSRTP_KEYS_MAX : max))
			return refuse(extack, attr,
				      "more keys than a context may have");
		err = get_key(attr, cfg->suite, cfg->mki_len, transmit,
			      &cfg->key[cfg->n_keys], extack);
		if (err)
			return err;
		cfg->n_keys++;
	}
	if (!cfg->n_keys)
		return missing(extack, nest, KSRTP_A_CONTEXT_KEY,
			       "key is missing");
	return check_active(cfg, transmit, nest, extack);
}

/*
 * RFC 4771 section 3: mode 1 authenticates the packets with the rollover counter
 * alone, mode 3 none; with AEAD they are all authentic anyway. Every packet of a
 * train has to grow by the same, which mode 3 does at rate 1.
 */
static int get_rcc(struct nlattr **tb, bool transmit,
		   struct ksrtp_context_cfg *cfg,
		   struct netlink_ext_ack *extack)
{
	struct nlattr *mode = tb[KSRTP_A_CONTEXT_RCC_MODE];
	struct nlattr *rate = tb[KSRTP_A_CONTEXT_RCC_RATE];
	bool without_mac;

	cfg->rcc_mode = mode ? nla_get_u8(mode) : 0;
	cfg->rcc_rate = rate ? nla_get_u16(rate) : 1;
	if (!cfg->rcc_mode)
		return rate ? refuse(extack, rate,
				     "rcc-rate without rcc-mode") : 0;
	without_mac = cfg->rcc_mode == 3;
	if (cfg->suite->aead != without_mac)
		return refuse(extack, mode,
			      "rcc-mode 3 is for AEAD, 1 and 2 for HMAC-SHA1");
	if (cfg->rcc_mode == 1 && cfg->rcc_rate != 1)
		return refuse(extack, rate,
			      "rcc-mode 1 authenticates all packets at rate 1 only");
	if (without_mac && cfg->rcc_rate != 1 && transmit)
		return refuse(extack, rate,
			      "rcc-mode 3 sends at rate 1 only");
	return 0;
}

/* RFC 6904 section 4: the elements that are signalled as encrypted. */
static int get_hdrext(const struct nlattr *attr, struct ksrtp_hdrext_ids *ids,
		      struct netlink_ext_ack *extack)
{
	BUILD_BUG_ON(sizeof(*ids) != KSRTP_HDREXT_OCTETS);
	if (!attr)
		return 0;
	memcpy(ids, nla_data(attr), sizeof(*ids));
	return ids->bits[0] & BIT(0) ?
	       refuse(extack, attr, "hdrext has element 0, which is padding") : 0;
}

static int get_context(const struct nlattr *nest, bool transmit,
		       struct ksrtp_context_cfg *cfg,
		       struct netlink_ext_ack *extack)
{
	static const u8 read_only[] = {
		KSRTP_A_CONTEXT_STREAMS, KSRTP_A_CONTEXT_AGED,
		KSRTP_A_CONTEXT_PACKETS, KSRTP_A_CONTEXT_OCTETS,
		KSRTP_A_CONTEXT_RTCP_PACKETS, KSRTP_A_CONTEXT_REPLAYS,
		KSRTP_A_CONTEXT_AUTH_FAILS, KSRTP_A_CONTEXT_DROPS,
	};
	struct nlattr *tb[KSRTP_A_CONTEXT_MAX + 1];
	struct nlattr *attr;
	int err;
	u32 i;

	err = nla_parse_nested(tb, KSRTP_A_CONTEXT_MAX, nest,
			       ksrtp_context_nl_policy, extack);
	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(read_only); i++)
		if (tb[read_only[i]])
			return refuse(extack, tb[read_only[i]],
				      "read-only attribute of a context");

	attr = tb[KSRTP_A_CONTEXT_SUITE];
	if (!attr)
		return missing(extack, nest, KSRTP_A_CONTEXT_SUITE,
			       "suite is missing");
	cfg->suite = ksrtp_suite_find(nla_get_u8(attr));
	if (!cfg->suite)
		return refuse(extack, attr, "unknown suite");

	attr = tb[KSRTP_A_CONTEXT_MKI_LEN];
	cfg->mki_len = attr ? nla_get_u8(attr) : 0;

	attr = tb[KSRTP_A_CONTEXT_WINDOW];
	cfg->window = attr ? nla_get_u32(attr) : KSRTP_REPLAY_DEF_WINDOW;
	if (!ksrtp_replay_window_ok(cfg->window))
		return refuse(extack, attr,
			      "window is not a power of two of 64 to 32768");

	attr = tb[KSRTP_A_CONTEXT_MAX_STREAMS];
	cfg->max_streams = attr ? nla_get_u32(attr) : KSRTP_STREAMS_DEFAULT;

	attr = tb[KSRTP_A_CONTEXT_KDR];
	cfg->kdr = attr ? nla_get_u32(attr) : 0;
	if (!ksrtp_kdf_rate_ok(cfg->kdr))
		return refuse(extack, attr, "kdr is not a power of two of up to 2^24");

	err = get_rcc(tb, transmit, cfg, extack) ?:
	      get_hdrext(tb[KSRTP_A_CONTEXT_HDREXT], &cfg->hdrext, extack);
	if (err)
		return err;

	attr = tb[KSRTP_A_CONTEXT_UNENCRYPTED_SRTCP];
	cfg->unencrypted_srtcp = attr;
	if (attr && !transmit)
		return refuse(extack, attr,
			      "unencrypted-srtcp is for transmit contexts");

	err = get_keys(nest, transmit, cfg, extack);
	if (err)
		return err;
	/* ranges are of the indices of one stream (RFC 3711 section 8.1.1) */
	attr = tb[KSRTP_A_CONTEXT_MAX_STREAMS];
	if (cfg->key[0].ranged && attr && cfg->max_streams != 1)
		return refuse(extack, attr,
			      "keys with from and to are for one stream");
	if (cfg->key[0].ranged)
		cfg->max_streams = 1;
	return ksrtp_nl_get_streams(nest, transmit, cfg, extack);
}

/**
 * ksrtp_nl_get_context - read and make a context
 * @info: request
 * @type: KSRTP_A_FLOW_RX or KSRTP_A_FLOW_TX
 *
 * Return: the context, NULL if the request has none, or an error pointer with
 * a message.
 */
struct ksrtp_context *ksrtp_nl_get_context(struct genl_info *info, int type)
{
	struct nlattr *nest = info->attrs[type];
	bool transmit = type == KSRTP_A_FLOW_TX;
	struct ksrtp_context_cfg *cfg;
	struct ksrtp_context *ctx;
	int err;

	if (!nest)
		return NULL;
	cfg = kzalloc(sizeof(*cfg), GFP_KERNEL);
	if (!cfg)
		return ERR_PTR(-ENOMEM);
	err = get_context(nest, transmit, cfg, info->extack);
	if (err) {
		ctx = ERR_PTR(err);
	} else {
		ctx = ksrtp_context_new(cfg, transmit);
		if (IS_ERR(ctx))
			ksrtp_nl_key_error(info->extack, nest, PTR_ERR(ctx));
	}
	kfree_sensitive(cfg);
	return ctx;
}

/**
 * ksrtp_nl_wipe - wipe an attribute that has keys in it
 * @info: request
 * @type: the attribute
 *
 * The message is memory of the kernel that is freed without being cleared, and
 * an error answer repeats it.
 */
void ksrtp_nl_wipe(struct genl_info *info, int type)
{
	struct nlattr *attr = info->attrs[type];

	if (attr)
		memzero_explicit(nla_data(attr), nla_len(attr));
}

static int put_key(struct sk_buff *skb, const struct ksrtp_context *ctx,
		   const struct ksrtp_key *key)
{
	struct nlattr *nest = nla_nest_start(skb, KSRTP_A_CONTEXT_KEY);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = (key->mki_len ? nla_put(skb, KSRTP_A_KEY_MKI, key->mki_len,
				      key->mki) : 0) ?:
	      (rcu_access_pointer(ctx->active) == key ?
	       nla_put_flag(skb, KSRTP_A_KEY_ACTIVE) : 0) ?:
	      (key->soft[0] != U64_MAX ?
	       nla_put_u64_64bit(skb, KSRTP_A_KEY_SOFT_LIMIT, key->soft[0],
				 KSRTP_A_KEY_PAD) : 0) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_KEY_HARD_LIMIT, key->hard[0],
				KSRTP_A_KEY_PAD) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_KEY_PACKETS,
				atomic64_read(&key->packets),
				KSRTP_A_KEY_PAD) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_KEY_RTCP_PACKETS,
				atomic64_read(&key->rtcp_packets),
				KSRTP_A_KEY_PAD) ?:
	      nla_put_u8(skb, KSRTP_A_KEY_STATE,
			 ksrtp_context_key_state(ctx, key)) ?:
	      (ctx->ranged ?
	       nla_put_u64_64bit(skb, KSRTP_A_KEY_FROM, key->from,
				 KSRTP_A_KEY_PAD) ?:
	       nla_put_u64_64bit(skb, KSRTP_A_KEY_TO, key->to,
				 KSRTP_A_KEY_PAD) : 0);
	if (!err)
		nla_nest_end(skb, nest);
	return err;
}

struct stream_state {
	u64 index, auth_fails, idle_ms;
	struct ksrtp_counts n;
	u32 rtcp_index;
};

static void stream_read(struct ksrtp_stream *s, struct stream_state *st)
{
	spin_lock_bh(&s->lock);
	st->index = s->rtp.top;
	st->rtcp_index = s->rtcp.top;
	st->n = s->n;
	st->auth_fails = s->auth_fails;
	st->idle_ms = jiffies_to_msecs(jiffies - s->last);
	spin_unlock_bh(&s->lock);
}

static int put_stream(struct sk_buff *skb, const struct ksrtp_stream *s,
		      const struct stream_state *st)
{
	struct nlattr *nest = nla_nest_start(skb, KSRTP_A_CONTEXT_STREAM);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = nla_put_u32(skb, KSRTP_A_STREAM_SSRC, s->ssrc) ?:
	      nla_put_u32(skb, KSRTP_A_STREAM_ROC,
			  ksrtp_replay_roc(st->index)) ?:
	      nla_put_u16(skb, KSRTP_A_STREAM_SEQ,
			  ksrtp_replay_seq(st->index)) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_STREAM_INDEX, st->index,
				KSRTP_A_STREAM_PAD) ?:
	      nla_put_u32(skb, KSRTP_A_STREAM_RTCP_INDEX, st->rtcp_index) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_STREAM_PACKETS, st->n.packets,
				KSRTP_A_STREAM_PAD) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_STREAM_OCTETS, st->n.octets,
				KSRTP_A_STREAM_PAD) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_STREAM_RTCP_PACKETS,
				st->n.rtcp_packets, KSRTP_A_STREAM_PAD) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_STREAM_REPLAYS, st->n.replays,
				KSRTP_A_STREAM_PAD) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_STREAM_AUTH_FAILS, st->auth_fails,
				KSRTP_A_STREAM_PAD) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_STREAM_IDLE_MS, st->idle_ms,
				KSRTP_A_STREAM_PAD);
	if (err)
		nla_nest_cancel(skb, nest);
	else
		nla_nest_end(skb, nest);
	return err;
}

static int put_totals(struct sk_buff *skb, const struct ksrtp_context *ctx,
		      const struct ksrtp_counts *sum)
{
	return nla_put_u32(skb, KSRTP_A_CONTEXT_STREAMS,
			   READ_ONCE(ctx->n_streams)) ?:
	       nla_put_u32(skb, KSRTP_A_CONTEXT_AGED, READ_ONCE(ctx->aged)) ?:
	       nla_put_u64_64bit(skb, KSRTP_A_CONTEXT_PACKETS, sum->packets,
				 KSRTP_A_CONTEXT_PAD) ?:
	       nla_put_u64_64bit(skb, KSRTP_A_CONTEXT_OCTETS, sum->octets,
				 KSRTP_A_CONTEXT_PAD) ?:
	       nla_put_u64_64bit(skb, KSRTP_A_CONTEXT_RTCP_PACKETS,
				 sum->rtcp_packets, KSRTP_A_CONTEXT_PAD) ?:
	       nla_put_u64_64bit(skb, KSRTP_A_CONTEXT_REPLAYS, sum->replays,
				 KSRTP_A_CONTEXT_PAD) ?:
	       nla_put_u64_64bit(skb, KSRTP_A_CONTEXT_AUTH_FAILS,
				 atomic_long_read(&ctx->auth_fails),
				 KSRTP_A_CONTEXT_PAD) ?:
	       nla_put_u64_64bit(skb, KSRTP_A_CONTEXT_DROPS,
				 atomic_long_read(&ctx->drops),
				 KSRTP_A_CONTEXT_PAD);
}

static int put_streams(struct sk_buff *skb, struct ksrtp_context *ctx,
		       bool whole)
{
	struct stream_state st;
	struct ksrtp_counts sum;
	struct ksrtp_stream *s;
	bool full = false;
	u32 b;
	int err;

	/* none may make room meanwhile and be counted twice, or not at all */
	spin_lock_bh(&ctx->lock);
	sum = ctx->gone;
	ksrtp_context_for_each_stream(s, ctx, b) {
		stream_read(s, &st);
		sum.packets += st.n.packets;
		sum.octets += st.n.octets;
		sum.rtcp_packets += st.n.rtcp_packets;
		sum.replays += st.n.replays;
	}
	spin_unlock_bh(&ctx->lock);
	err = put_totals(skb, ctx, &sum);
	if (err)
		return err;
	ksrtp_context_for_each_stream(s, ctx, b) {
		if (full)
			break;
		stream_read(s, &st);
		full = skb_tailroom(skb) < STREAM_SIZE + STREAM_REST ||
		       put_stream(skb, s, &st);
	}
	return full && whole ? -EMSGSIZE : 0;
}

/**
 * ksrtp_nl_put_context - write a context
 * @skb: message
 * @type: KSRTP_A_FLOW_RX or KSRTP_A_FLOW_TX
 * @ctx: the context or NULL
 * @whole: fail if not all streams fit
 *
 * RCU.
 *
 * Return: 0 or -EMSGSIZE.
 */
int ksrtp_nl_put_context(struct sk_buff *skb, int type,
			 struct ksrtp_context *ctx, bool whole)
{
	struct ksrtp_key *key;
	struct nlattr *nest;
	int i, err;

	if (!ctx)
		return 0;
	nest = nla_nest_start(skb, type);
	if (!nest)
		return -EMSGSIZE;
	err = nla_put_u8(skb, KSRTP_A_CONTEXT_SUITE, ctx->suite->id) ?:
	      nla_put_u8(skb, KSRTP_A_CONTEXT_MKI_LEN, ctx->mki_len) ?:
	      nla_put_u32(skb, KSRTP_A_CONTEXT_WINDOW, ctx->window) ?:
	      nla_put_u32(skb, KSRTP_A_CONTEXT_MAX_STREAMS, ctx->max_streams) ?:
	      (ctx->kdr ? nla_put_u32(skb, KSRTP_A_CONTEXT_KDR, ctx->kdr) :
			  0) ?:
	      (ctx->rcc_mode ?
	       nla_put_u8(skb, KSRTP_A_CONTEXT_RCC_MODE, ctx->rcc_mode) ?:
	       nla_put_u16(skb, KSRTP_A_CONTEXT_RCC_RATE, ctx->rcc_rate) :
	       0) ?:
	      (ksrtp_hdrext_any(&ctx->hdrext) ?
	       nla_put(skb, KSRTP_A_CONTEXT_HDREXT, sizeof(ctx->hdrext),
		       &ctx->hdrext) : 0) ?:
	      (ctx->transmit && !ctx->encrypt_rtcp ?
	       nla_put_flag(skb, KSRTP_A_CONTEXT_UNENCRYPTED_SRTCP) : 0);
	for (i = 0; i < KSRTP_KEYS_MAX && !err; i++) {
		key = rcu_dereference(ctx->key[i]);
		if (key)
			err = put_key(skb, ctx, key);
	}
	if (!err)
		err = put_streams(skb, ctx, whole);
	if (!err)
		nla_nest_end(skb, nest);
	return err;
}

/**
 * ksrtp_nl_context_idle - how long a context has been silent
 * @ctx: the context or NULL
 * @idle: milliseconds
 *
 * RCU.
 *
 * Return: milliseconds since its youngest packet, or @idle if shorter.
 */
u64 ksrtp_nl_context_idle(struct ksrtp_context *ctx, u64 idle)
{
	struct stream_state st;
	struct ksrtp_stream *s;
	u32 b;

	if (!ctx)
		return idle;
	ksrtp_context_for_each_stream(s, ctx, b) {
		stream_read(s, &st);
		idle = min(idle, st.idle_ms);
	}
	return idle;
}

/**
 * ksrtp_nl_context_size - room that a context needs in a message
 * @ctx: the context or NULL
 *
 * Return: octets.
 */
size_t ksrtp_nl_context_size(const struct ksrtp_context *ctx)
{
	return ctx ? STREAM_REST + ctx->n_keys * KEY_SIZE +
		     READ_ONCE(ctx->n_streams) * STREAM_SIZE : 0;
}
