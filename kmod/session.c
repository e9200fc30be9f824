// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contexts, keys and streams.
 *
 * DOC: Lifetime and locks
 *
 * A context belongs to one flow; it is replaced and freed after an RCU grace
 * period. Keys of a context come and go one by one, also by RCU; the caller
 * serialises changes. Streams are in stream.c.
 *
 * Packets come with softirqs off, so that their locks need not see to that. No
 * lock is held while ciphering. A sender takes an index under the stream's
 * lock and owns it from then on, whatever becomes of the packet. A receiver
 * authenticates first; only then does a packet touch any state.
 */
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/once.h>
#include <linux/siphash.h>
#include <linux/slab.h>

#include "compat.h"
#include "rtp.h"
#include "session.h"
#include "stream.h"
#include "trace.h"

static void key_free(struct ksrtp_key *key)
{
	ksrtp_xform_free(key->rtp);
	ksrtp_xform_free(key->rtcp);
	kfree_sensitive(key);
}

static void key_free_rcu(struct rcu_head *rcu)
{
	key_free(container_of(rcu, struct ksrtp_key, rcu));
}

/*
 * A hash of the master key under a random secret: it tells whether a key comes
 * a second time and nothing else about it.
 */
static u64 key_fingerprint(const struct ksrtp_suite_desc *suite,
			   const struct ksrtp_key_cfg *cfg)
{
	static siphash_aligned_key_t secret;
	u8 in[KSRTP_SUITE_KEY_MAX + KSRTP_SUITE_SALT_MAX] = { 0 };
	u64 hash;

	get_random_once(&secret, sizeof(secret));
	memcpy(in, cfg->master_key, suite->key_len);
	memcpy(in + KSRTP_SUITE_KEY_MAX, cfg->master_salt, suite->salt_len);
	hash = siphash(in, sizeof(in), &secret);
	memzero_explicit(in, sizeof(in));
	return hash;
}

static struct ksrtp_key *key_new(const struct ksrtp_context *ctx,
				 const struct ksrtp_key_cfg *cfg)
{
	const struct ksrtp_suite_desc *suite = ctx->suite;
	const struct ksrtp_hdrext_ids *ids = NULL;
	struct ksrtp_key *key;
	int err;

	/* the NULL cipher's keystream is zero for these too, RFC 6904 section 3.2 */
	if (ksrtp_hdrext_any(&ctx->hdrext) && !suite->null)
		ids = &ctx->hdrext;

	key = kzalloc(struct_size(key, mki, cfg->mki_len), GFP_KERNEL_ACCOUNT);
	if (!key)
		return ERR_PTR(-ENOMEM);
	key->rtp = ksrtp_xform_new(suite, false, cfg->master_key,
				   cfg->master_salt, ctx->kdr, ids);
	key->rtcp = ksrtp_xform_new(suite, true, cfg->master_key,
				    cfg->master_salt, ctx->kdr, NULL);
	err = PTR_ERR_OR_ZERO(key->rtp) ?: PTR_ERR_OR_ZERO(key->rtcp);
	if (err) {
		key_free(key);
		return ERR_PTR(err);
	}
	key->hard[0] = min(cfg->hard_limit ?: U64_MAX, KSRTP_KEY_RTP_MAX);
	key->hard[1] = min(cfg->hard_limit ?: U64_MAX, KSRTP_KEY_RTCP_MAX);
	key->soft[0] = cfg->soft_limit ?: U64_MAX;
	key->soft[1] = cfg->soft_limit ?: U64_MAX;
	key->from = cfg->ranged ? cfg->from : 0;
	key->to = cfg->ranged ? cfg->to : U64_MAX;
	key->fingerprint = key_fingerprint(suite, cfg);
	key->serial = ctx->key_serial;
	key->mki_len = cfg->mki_len;
	memcpy(key->mki, cfg->mki, cfg->mki_len);
	return key;
}

static struct ksrtp_key *key_at(const struct ksrtp_context *ctx, u32 i)
{
	/* keys change only under the caller's lock, see session.h */
	return rcu_dereference_protected(ctx->key[i], true);
}

static int key_find(const struct ksrtp_context *ctx, const u8 *mki, u8 mki_len)
{
	u32 i;

	for (i = 0; i < ctx->n_keys; i++) {
		struct ksrtp_key *key = key_at(ctx, i);

		if (key->mki_len == mki_len && !memcmp(key->mki, mki, mki_len))
			return i;
	}
	return -ENOENT;
}

/*
 * Take a stream as if the packet that is told had come in just now: what follows
 * finds its index by it.
 */
static int stream_join(struct ksrtp_context *ctx,
		       const struct ksrtp_stream_cfg *cfg)
{
	u64 index = (u64)cfg->roc << KSRTP_SEQ_BITS | cfg->seq;
	struct ksrtp_stream *s;
	int drop, err = -ENOMEM;

	rcu_read_lock();
	s = ksrtp_stream_get(ctx, cfg->ssrc, &drop);
	if (s) {
		spin_lock_bh(&s->lock);
		err = ksrtp_replay_mark(&s->rtp, index);
		spin_unlock_bh(&s->lock);
	}
	rcu_read_unlock();
	return err;
}

/**
 * ksrtp_context_new - make a context with its keys
 * @cfg: what is wanted, checked already
 * @transmit: direction
 *
 * Return: the context or an error pointer, as ksrtp_context_add_key().
 */
struct ksrtp_context *ksrtp_context_new(const struct ksrtp_context_cfg *cfg,
					bool transmit)
{
	u32 buckets = min_t(u32, roundup_pow_of_two(cfg->max_streams),
			    KSRTP_STREAM_BUCKETS_MAX);
	struct ksrtp_context *ctx;
	u32 i;
	int err;

	ctx = kzalloc(struct_size(ctx, bucket, buckets), GFP_KERNEL_ACCOUNT);
	if (!ctx)
		return ERR_PTR(-ENOMEM);
	ctx->suite = cfg->suite;
	ctx->transmit = transmit;
	ctx->mki_len = cfg->mki_len;
	ctx->window = cfg->window;
	ctx->max_streams = cfg->max_streams;
	ctx->kdr = cfg->kdr;
	ctx->rcc_mode = cfg->rcc_mode;
	ctx->rcc_rate = cfg->rcc_rate;
	ctx->hdrext = cfg->hdrext;
	ctx->encrypt_rtcp = !cfg->unencrypted_srtcp && !cfg->suite->null;
	ctx->ranged = cfg->n_keys && cfg->key[0].ranged;
	ctx->hash_mask = buckets - 1;
	spin_lock_init(&ctx->lock);
	ctx->age_next = jiffies;
	for (i = 0; i < cfg->n_keys; i++) {
		err = ksrtp_context_add_key(ctx, &cfg->key[i]);
		if (err)
			goto destroy;
	}
	for (i = 0; i < cfg->n_streams; i++) {
		err = stream_join(ctx, &cfg->stream[i]);
		if (err)
			goto destroy;
	}
	return ctx;

destroy:
	ksrtp_context_destroy(ctx);
	return ERR_PTR(err);
}

/**
 * ksrtp_context_destroy - free a context at once
 * @ctx: a context that no packet can reach, or NULL
 */
void ksrtp_context_destroy(struct ksrtp_context *ctx)
{
	u32 i;

	if (!ctx)
		return;
	for (i = 0; i < ctx->n_keys; i++)
		key_free(key_at(ctx, i));
	ksrtp_stream_free_all(ctx);
	kfree(ctx);
}

static void context_free_rcu(struct rcu_head *rcu)
{
	ksrtp_context_destroy(container_of(rcu, struct ksrtp_context, rcu));
}

/**
 * ksrtp_context_free - free a context once no packet can use it
 * @ctx: a context that is not published any more, or NULL
 */
void ksrtp_context_free(struct ksrtp_context *ctx)
{
	if (ctx)
		call_rcu(&ctx->rcu, context_free_rcu);
}

static void activate(struct ksrtp_context *ctx, struct ksrtp_key *key)
{
	rcu_assign_pointer(ctx->active, key);
	/* the first key of a new context is no switch */
	if (ctx->flow_id)
		trace_ksrtp_key_switch(ctx, key);
}

/* Would two keys be right for one index? With MKI a receiver can tell them apart. */
static bool range_taken(const struct ksrtp_context *ctx,
			const struct ksrtp_key_cfg *cfg)
{
	u32 i;

	if (!ctx->ranged || (ctx->mki_len && !ctx->transmit))
		return false;
	for (i = 0; i < ctx->n_keys; i++)
		if (cfg->from <= key_at(ctx, i)->to &&
		    cfg->to >= key_at(ctx, i)->from)
			return true;
	return false;
}

/**
 * ksrtp_context_add_key - add a key; the streams go on
 * @ctx: the context
 * @cfg: the key, checked already
 *
 * Return: 0; -ENOSPC if the context has as many keys as it may, -EEXIST if it
 * has this MKI, -EKEYREJECTED if it has this key under another MKI, -EINVAL if
 * its other keys go by the index and this one does not, or the other way round,
 * -ERANGE if it has a key for some of the indices, -ENOMEM or an error of the
 * crypto API.
 */
int ksrtp_context_add_key(struct ksrtp_context *ctx,
			  const struct ksrtp_key_cfg *cfg)
{
	u32 max = ctx->mki_len || ctx->transmit || ctx->ranged ?
		  KSRTP_KEYS_MAX : KSRTP_KEYS_NO_MKI;
	u64 fingerprint = key_fingerprint(ctx->suite, cfg);
	struct ksrtp_key *key;
	u32 i;

	if (ctx->n_keys >= max)
		return -ENOSPC;
	if (ctx->ranged != cfg->ranged)
		return -EINVAL;
	if (range_taken(ctx, cfg))
		return -ERANGE;
	if (ctx->mki_len && key_find(ctx, cfg->mki, cfg->mki_len) >= 0)
		return -EEXIST;
	for (i = 0; i < ctx->n_keys; i++)
		if (key_at(ctx, i)->fingerprint == fingerprint)
			return -EKEYREJECTED;
	key = key_new(ctx, cfg);
	if (IS_ERR(key))
		return PTR_ERR(key);
	rcu_assign_pointer(ctx->key[ctx->n_keys], key);
	/* pairs with the loop over keys in rx_key() */
	smp_store_release(&ctx->n_keys, ctx->n_keys + 1);
	WRITE_ONCE(ctx->key_serial, ctx->key_serial + 1);
	if (ctx->transmit && cfg->active)
		activate(ctx, key);
	return 0;
}

/**
 * ksrtp_context_activate - switch a transmit context to another of its keys
 * @ctx: the context
 * @mki: its MKI
 * @mki_len: octets of @mki; 0 means the newest key
 *
 * Return: 0, -ENOENT, or -EOPNOTSUPP if its keys go by the index.
 */
int ksrtp_context_activate(struct ksrtp_context *ctx, const u8 *mki, u8 mki_len)
{
	int i = mki_len ? key_find(ctx, mki, mki_len) : ctx->n_keys - 1;

	if (ctx->ranged)
		return -EOPNOTSUPP;
	if (i < 0)
		return -ENOENT;
	activate(ctx, key_at(ctx, i));
	return 0;
}

/**
 * ksrtp_context_del_key - remove a key
 * @ctx: the context
 * @mki: its MKI
 * @mki_len: octets of @mki; 0 means the oldest key
 *
 * A transmit context that loses its active key drops what it is to send.
 *
 * Return: 0 or -ENOENT.
 */
int ksrtp_context_del_key(struct ksrtp_context *ctx, const u8 *mki, u8 mki_len)
{
	int i = mki_len ? key_find(ctx, mki, mki_len) : 0;
	struct ksrtp_key *key;

	if (i < 0 || i >= ctx->n_keys)
		return -ENOENT;
	key = key_at(ctx, i);
	if (rcu_access_pointer(ctx->active) == key)
		RCU_INIT_POINTER(ctx->active, NULL);
	/* a reader, which goes down, may meet a key twice but misses none */
	for (; i + 1 < ctx->n_keys; i++)
		rcu_assign_pointer(ctx->key[i], key_at(ctx, i + 1));
	/* pairs with rx_key(): who sees fewer keys sees them where they are now */
	smp_store_release(&ctx->n_keys, ctx->n_keys - 1);
	RCU_INIT_POINTER(ctx->key[i], NULL);
	call_rcu(&key->rcu, key_free_rcu);
	return 0;
}

/**
 * ksrtp_context_shares_key - do two contexts have a master key in common
 * @a: a context
 * @b: another
 *
 * Return: true if so; a transmit context that replaces another would start
 * its streams anew and use the key's stream a second time.
 */
bool ksrtp_context_shares_key(const struct ksrtp_context *a,
			      const struct ksrtp_context *b)
{
	u32 i, j;

	for (i = 0; i < a->n_keys; i++)
		for (j = 0; j < b->n_keys; j++)
			if (key_at(a, i)->fingerprint ==
			    key_at(b, j)->fingerprint)
				return true;
	return false;
}

/**
 * ksrtp_context_pair - note whether the contexts of a flow share a master key
 * @rx: receive context or NULL
 * @tx: transmit context or NULL
 *
 * To be called when either of them or its keys have changed.
 */
void ksrtp_context_pair(struct ksrtp_context *rx, struct ksrtp_context *tx)
{
	bool shared = rx && tx && ksrtp_context_shares_key(rx, tx);

	if (rx)
		rcu_assign_pointer(rx->twin, shared ? tx : NULL);
	if (tx)
		rcu_assign_pointer(tx->twin, shared ? rx : NULL);
}

/**
 * ksrtp_context_key_state - state of a key for a dump
 * @ctx: the context
 * @key: one of its keys
 *
 * Return: enum ksrtp_key_state.
 */
u8 ksrtp_context_key_state(const struct ksrtp_context *ctx,
			   const struct ksrtp_key *key)
{
	if (test_bit(KSRTP_KEY_HARD, &key->flags))
		return KSRTP_KEY_STATE_EXHAUSTED;
	if (test_bit(KSRTP_KEY_SOFT, &key->flags))
		return KSRTP_KEY_STATE_SOFT_LIMIT;
	if (ctx->transmit && !ctx->ranged)
		return rcu_access_pointer(ctx->active) == key ?
		       KSRTP_KEY_STATE_ACTIVE : KSRTP_KEY_STATE_INSTALLED;
	return test_bit(KSRTP_KEY_USED, &key->flags) ?
	       KSRTP_KEY_STATE_IN_USE : KSRTP_KEY_STATE_INSTALLED;
}

/* Spend one packet of a key. Return false if it has none left. */
static inline bool key_spend(struct ksrtp_key *key, bool rtcp, u32 *events)
{
	u64 n = atomic64_inc_return(rtcp ? &key->rtcp_packets : &key->packets);

	if (unlikely(n > key->hard[rtcp])) {
		atomic64_dec(rtcp ? &key->rtcp_packets : &key->packets);
		if (!test_and_set_bit(KSRTP_KEY_HARD, &key->flags))
			*events |= KSRTP_EVENT_HARD_LIMIT;
		return false;
	}
	if (unlikely(n > key->soft[rtcp]) &&
	    !test_bit(KSRTP_KEY_SOFT, &key->flags) &&
	    !test_and_set_bit(KSRTP_KEY_SOFT, &key->flags))
		*events |= KSRTP_EVENT_SOFT_LIMIT;
	return true;
}

/* Count a packet in its stream; under the stream's lock. */
static void stream_count(struct ksrtp_stream *s, const struct ksrtp_packet *p,
			 u32 payload)
{
	lockdep_assert_held(&s->lock);
	if (p->rtcp) {
		s->n.rtcp_packets++;
	} else {
		s->n.packets++;
		s->n.octets += payload;
	}
	s->last = jiffies;
}

static noinline_for_stack int parse_any(struct ksrtp_packet *p, u32 len)
{
	struct ksrtp_rtcp_hdr rtcp __uninitialized;
	struct ksrtp_rtp_hdr rtp __uninitialized;

	if (p->rtcp) {
		if (ksrtp_rtp_parse_rtcp(p->x.data, len, len, &rtcp))
			return KSRTP_COUNTER_DROP_MALFORMED_RTP;
		p->x.ssrc = rtcp.ssrc;
		p->x.hdr_len = KSRTP_RTCP_HDR;
		return 0;
	}
	if (ksrtp_rtp_parse(p->x.data, len, len, &rtp))
		return KSRTP_COUNTER_DROP_MALFORMED_RTP;
	p->x.ssrc = rtp.ssrc;
	p->x.hdr_len = rtp.hdr_len;
	p->seq = rtp.seq;
	return 0;
}

/* Parse the header in the clear; @len is without tag and so on. */
static inline int parse(struct ksrtp_packet *p, u32 len)
{
	const u8 *data = p->x.data;

	if (unlikely(p->rtcp || !ksrtp_rtp_is_bare(data, len)))
		return parse_any(p, len);
	p->x.ssrc = get_unaligned_be32(data + 8);
	p->x.hdr_len = KSRTP_RTP_MIN_HDR;
	p->seq = get_unaligned_be16(data + 2);
	return 0;
}

/*
 * RFC 4771 sections 2 and 3: which packets carry their rollover counter. The
 * tag has one length in a mode that has a MAC in each packet.
 */
static void set_rcc(const struct ksrtp_context *ctx, struct ksrtp_packet *p,
		    u16 seq)
{
	if (likely(!ctx->rcc_mode) || p->rtcp)
		return;
	if (seq % ctx->rcc_rate == 0)
		p->x.rcc = KSRTP_RCC_ROC;
	else if (!ctx->suite->aead)
		p->x.rcc = KSRTP_RCC_MAC;
	if (p->x.rcc != KSRTP_RCC_NONE)
		p->tail += KSRTP_XFORM_ROC_LEN;
}

/*
 * Where both directions have a master key in common, an SSRC belongs to the
 * direction that used it first: the other would use its keystream a second time
 * (RFC 3711 section 9.1), or takes back what was sent here.
 */
static int check_ssrc(const struct ksrtp_context *ctx, u32 ssrc)
{
	struct ksrtp_context *twin = rcu_dereference(ctx->twin);

	return unlikely(twin) && ksrtp_stream_known(twin, ssrc) ?
	       KSRTP_COUNTER_DROP_SSRC_COLLISION : 0;
}

/**
 * ksrtp_session_parse - parse the header in the clear
 * @p: the packet: @p->x.data and @p->rtcp are set
 * @len: its length without tag and so on
 *
 * Return: 0, or the counter to drop it by.
 */
int ksrtp_session_parse(struct ksrtp_packet *p, u32 len)
{
	return parse(p, len);
}

/**
 * ksrtp_session_tx_begin - parse a packet to be sent and choose its key
 * @ctx: transmit context
 * @p: the packet: @p->x.data, @p->x.len and @p->rtcp are set
 *
 * RCU. Nothing changes yet; @p->tail tells how much the packet will grow.
 *
 * Return: 0, or the counter to drop it by.
 */
int ksrtp_session_tx_begin(struct ksrtp_context *ctx, struct ksrtp_packet *p)
{
	int drop;

	p->key = rcu_dereference(ctx->active);
	if (unlikely(!p->key) && !ctx->ranged)
		return KSRTP_COUNTER_DROP_NO_KEY;
	drop = parse(p, p->x.len) ?: check_ssrc(ctx, p->x.ssrc);
	if (unlikely(drop))
		return drop;
	p->tail = ksrtp_xform_overhead(ctx->suite, p->rtcp) + ctx->mki_len;
	set_rcc(ctx, p, p->seq);
	p->x.mki_len = ctx->mki_len;
	p->x.encrypted = ctx->encrypt_rtcp;
	return 0;
}

/* The next index of a sender, which it owns from then on. */
static inline int next_index(struct ksrtp_stream *s, struct ksrtp_packet *p)
{
	u32 rtcp_index = 0;
	int err;

	if (!p->rtcp)
		return ksrtp_replay_estimate(&s->rtp, p->seq, &p->x.index) ?:
		       ksrtp_replay_mark(&s->rtp, p->x.index);
	err = ksrtp_replay_next_rtcp(&s->rtcp, &rtcp_index);
	p->x.index = rtcp_index;
	return err;
}

/*
 * Take a packet's index in its stream, which is made if there is none. Return 0,
 * the counter to drop it by, or a negative error of replay.c.
 */
static __always_inline int take_index(struct ksrtp_context *ctx,
				      struct ksrtp_packet *p)
{
	struct ksrtp_stream *s = p->stream;
	int drop = 0, err = 0;
	bool dead;

	do {
		if (!s)
			s = ksrtp_stream_find(ctx, p->x.ssrc);
		if (unlikely(!s))
			s = ksrtp_stream_get(ctx, p->x.ssrc, &drop);
		if (unlikely(!s))
			return drop;
		spin_lock(&s->lock);
		dead = s->dead;
		if (likely(!dead)) {
			err = ctx->transmit ? next_index(s, p) :
			      ksrtp_replay_mark(p->rtcp ? &s->rtcp : &s->rtp,
						p->x.index);
			if (likely(!err))
				stream_count(s, p, p->x.len - p->x.hdr_len);
			else if (err != -EOVERFLOW)
				s->n.replays++;
		}
		spin_unlock(&s->lock);
		s = NULL;
	} while (unlikely(dead));
	return err;
}

/* Why the transform failed. */
static int xform_drop(int err)
{
	return err == -EBADMSG ? KSRTP_COUNTER_DROP_AUTH :
	       err == -EPROTO ? KSRTP_COUNTER_DROP_MALFORMED_RTP :
				KSRTP_COUNTER_DROP_CRYPTO;
}

static bool range_has(const struct ksrtp_key *key, u64 index)
{
	return index >= key->from && index <= key->to;
}

/*
 * The key whose range has an index, or NULL; @ended is set to the one that ended
 * last before it, @first to the first index that there is a key for.
 */
static struct ksrtp_key *range_find(const struct ksrtp_context *ctx, u64 index,
				    struct ksrtp_key **ended, u64 *first)
{
	struct ksrtp_key *key, *found = NULL;
	u32 i;

	*ended = NULL;
	*first = U64_MAX;
	/* downwards, see rx_key() */
	for (i = smp_load_acquire(&ctx->n_keys); i--;) { /* pairs with changes */
		key = rcu_dereference(ctx->key[i]);
		if (!key)
			continue;
		*first = min(*first, key->from);
		if (range_has(key, index))
			found = key;
		if (key->to < index && (!*ended || (*ended)->to < key->to))
			*ended = key;
	}
	return found;
}

/*
 * RFC 3711 section 8.1.1: the SRTP index that a packet's key goes by. For SRTCP
 * that is the latest one of its SSRC; before there is any, its first key's.
 */
static u64 range_index(struct ksrtp_context *ctx, const struct ksrtp_packet *p)
{
	struct ksrtp_stream *s;
	struct ksrtp_replay r;
	struct ksrtp_key *ended;
	u64 first;

	if (!p->rtcp)
		return p->x.index;
	s = ksrtp_stream_find(ctx, p->x.ssrc);
	if (s) {
		spin_lock(&s->lock);
		r = s->rtp;
		spin_unlock(&s->lock);
	} else {
		ksrtp_stream_guess(ctx, p->x.ssrc, false, &r);
	}
	if (r.started)
		return r.top;
	range_find(ctx, 0, &ended, &first);
	return first;
}

/*
 * Choose the key of a packet to be sent by its index. What is in no range is not
 * sent: that is the end of the key whose range was the last.
 */
static int tx_key(struct ksrtp_context *ctx, struct ksrtp_packet *p)
{
	u64 index = range_index(ctx, p), first;
	struct ksrtp_key *ended;

	p->key = range_find(ctx, index, &ended, &first);
	if (!p->key) {
		if (!ended)
			return ctx->n_keys ? KSRTP_COUNTER_DROP_KEY_RANGE :
					     KSRTP_COUNTER_DROP_NO_KEY;
		p->key = ended;
		if (!test_and_set_bit(KSRTP_KEY_HARD, &ended->flags))
			p->events |= KSRTP_EVENT_HARD_LIMIT;
		return KSRTP_COUNTER_DROP_KEY_RANGE;
	}
	if (!test_and_set_bit(KSRTP_KEY_USED, &p->key->flags))
		trace_ksrtp_key_switch(ctx, p->key);
	if (p->key->to - index < KSRTP_RANGE_SOFT &&
	    !test_bit(KSRTP_KEY_SOFT, &p->key->flags) &&
	    !range_find(ctx, p->key->to + 1, &ended, &first) &&
	    !test_and_set_bit(KSRTP_KEY_SOFT, &p->key->flags))
		p->events |= KSRTP_EVENT_SOFT_LIMIT;
	return 0;
}

/**
 * ksrtp_session_tx_finish - take an index and protect
 * @ctx: transmit context
 * @p: the packet after ksrtp_session_tx_begin(), with @p->tail octets of room
 *
 * Return: 0, or the counter to drop it by; @p->events is set in both cases.
 */
int ksrtp_session_tx_finish(struct ksrtp_context *ctx, struct ksrtp_packet *p)
{
	int err = take_index(ctx, p);

	if (unlikely(err))
		return err > 0 ? err :
		       err == -EEXIST ? KSRTP_COUNTER_DROP_TX_REPLAY :
		       err == -ESTALE ? KSRTP_COUNTER_DROP_TX_OLD :
					KSRTP_COUNTER_DROP_INDEX_LIMIT;
	if (unlikely(!p->key)) {
		err = tx_key(ctx, p);
		if (err)
			return err;
	}
	if (unlikely(!key_spend(p->key, p->rtcp, &p->events)))
		return KSRTP_COUNTER_DROP_KEY_LIMIT;

	p->x.mki = p->key->mki;
	err = ksrtp_xform_protect(p->rtcp ? p->key->rtcp : p->key->rtp, &p->x);
	return unlikely(err) ? xform_drop(err) : 0;
}

/*
 * The keys to try, the first in p->key. With MKI, or if keys go by the index,
 * there is one; without, the one that was right last time is the newest that has
 * been used.
 */
static int rx_key(struct ksrtp_context *ctx, struct ksrtp_packet *p,
		  struct ksrtp_key **other)
{
	const u8 *mki = p->x.data + p->x.len - ctx->mki_len;
	u64 index = unlikely(ctx->ranged) ? range_index(ctx, p) : 0;
	struct ksrtp_key *key;
	bool any = false;
	u32 i;

	*other = NULL;
	if (p->x.rcc != KSRTP_RCC_NONE)
		mki -= KSRTP_XFORM_ROC_LEN;
	if (!ctx->suite->aead)
		mki -= p->rtcp ? ctx->suite->rtcp_tag_len : ctx->suite->tag_len;
	/* downwards: a removal moves keys down, so that none is missed */
	for (i = smp_load_acquire(&ctx->n_keys); i--;) { /* pairs with changes */
		key = rcu_dereference(ctx->key[i]);
		if (!key)
			continue;
		any = true;
		if (ctx->mki_len) {
			if (!memcmp(key->mki, mki, ctx->mki_len)) {
				p->key = key;
				return range_has(key, index) ?
				       0 : KSRTP_COUNTER_DROP_KEY_RANGE;
			}
		} else if (unlikely(!range_has(key, index))) {
			continue;
		} else if (!p->key) {
			p->key = key;
		} else if (key != p->key) {
			*other = key;
		}
	}
	if (p->key)
		return 0;
	if (!any)
		return KSRTP_COUNTER_DROP_NO_KEY;
	return ctx->mki_len ? KSRTP_COUNTER_DROP_UNKNOWN_MKI :
			      KSRTP_COUNTER_DROP_KEY_RANGE;
}

/* Index and the test that needs no key; under the stream's lock if there is. */
static inline int rx_index(const struct ksrtp_replay *r, struct ksrtp_packet *p)
{
	/* RFC 4771, as in SRTCP: the whole index is in the packet */
	if (!p->rtcp && p->x.rcc != KSRTP_RCC_ROC) {
		int err = ksrtp_replay_estimate(r, p->seq, &p->x.index);

		if (err)
			return err;
	}
	return ksrtp_replay_test(r, p->x.index);
}

static int rx_drop(int err)
{
	return err == -EEXIST ? KSRTP_COUNTER_DROP_REPLAY :
	       err == -ESTALE ? KSRTP_COUNTER_DROP_OLD :
				KSRTP_COUNTER_DROP_INDEX_LIMIT;
}

/**
 * ksrtp_session_rx_begin - parse a received packet and do the cheap test
 * @ctx: receive context
 * @p: the packet: @p->x.data, @p->x.len and @p->rtcp are set
 *
 * RCU. Nothing but counters changes.
 *
 * Return: 0, or the counter to drop it by.
 */
int ksrtp_session_rx_begin(struct ksrtp_context *ctx, struct ksrtp_packet *p)
{
	struct ksrtp_replay guess;
	u32 len, trailer;
	int drop, err;

	p->tail = ksrtp_xform_overhead(ctx->suite, p->rtcp) + ctx->mki_len;
	p->x.mki_len = ctx->mki_len;
	if (p->x.len < p->tail + KSRTP_RTCP_HDR)
		return KSRTP_COUNTER_DROP_SHORT;
	set_rcc(ctx, p, get_unaligned_be16(p->x.data + KSRTP_RTP_SEQ));
	if (p->x.len < p->tail)
		return KSRTP_COUNTER_DROP_SHORT;
	len = p->x.len - p->tail;
	if (len < (p->rtcp ? KSRTP_RTCP_HDR : KSRTP_RTP_MIN_HDR))
		return KSRTP_COUNTER_DROP_SHORT;
	drop = parse(p, len) ?: check_ssrc(ctx, p->x.ssrc);
	if (unlikely(drop))
		return drop;
	if (p->rtcp) {
		trailer = get_unaligned_be32(p->x.data + len +
					     (ctx->suite->aead ?
					      ctx->suite->rtcp_tag_len : 0));
		p->x.encrypted = trailer & KSRTP_RTCP_E_FLAG;
		p->x.index = trailer & KSRTP_RTCP_INDEX_MASK;
	} else if (unlikely(p->x.rcc == KSRTP_RCC_ROC)) {
		trailer = get_unaligned_be32(ksrtp_xform_roc(ctx->suite, &p->x));
		p->x.index = (u64)trailer << KSRTP_SEQ_BITS | p->seq;
	}

	p->stream = ksrtp_stream_find(ctx, p->x.ssrc);
	if (unlikely(!p->stream)) {
		ksrtp_stream_guess(ctx, p->x.ssrc, p->rtcp, &guess);
		err = rx_index(&guess, p);
	} else {
		spin_lock(&p->stream->lock);
		err = rx_index(p->rtcp ? &p->stream->rtcp : &p->stream->rtp, p);
		if (unlikely(err))
			p->stream->n.replays++;
		spin_unlock(&p->stream->lock);
	}
	return unlikely(err) ? rx_drop(err) : 0;
}

/* Try a key, keeping what is needed to try another one. */
static int rx_try(struct ksrtp_packet *p, struct ksrtp_key *key,
		  const u8 *copy)
{
	u32 len = p->x.len;
	int err;

	err = ksrtp_xform_unprotect(p->rtcp ? key->rtcp : key->rtp, &p->x);
	if (err == -EBADMSG && copy)
		memcpy(p->x.data, copy, len);
	return err;
}

static int rx_authenticate(struct ksrtp_context *ctx, struct ksrtp_packet *p)
{
	struct ksrtp_key *other;
	u8 *copy = NULL;
	int drop, err;

	drop = rx_key(ctx, p, &other);
	if (drop)
		return drop;
	if (unlikely(other)) {
		/* the older one was right last time until the newer one is */
		if (!test_bit(KSRTP_KEY_USED, &p->key->flags) &&
		    test_bit(KSRTP_KEY_USED, &other->flags))
			swap(p->key, other);
		if (ksrtp_xform_clobbers(ctx->suite)) {
			copy = kmemdup(p->x.data, p->x.len, GFP_ATOMIC);
			if (!copy)
				return KSRTP_COUNTER_DROP_NO_MEMORY;
		}
	}
	err = rx_try(p, p->key, copy);
	if (unlikely(err == -EBADMSG && other)) {
		p->key = other;
		p->events |= KSRTP_EVENT_AUTH_RETRY;
		err = rx_try(p, p->key, NULL);
	}
	kfree(copy);
	return likely(!err) ? 0 : xform_drop(err);
}

/**
 * ksrtp_session_rx_finish - authenticate, mark and decrypt
 * @ctx: receive context
 * @p: the packet after ksrtp_session_rx_begin(), writable
 *
 * Return: 0 with @p->x.len the length of the plain packet, or the counter to
 * drop it by; @p->events is set in both cases.
 */
int ksrtp_session_rx_finish(struct ksrtp_context *ctx, struct ksrtp_packet *p)
{
	struct ksrtp_stream *s = p->stream;
	int drop, err;

	drop = rx_authenticate(ctx, p);
	if (unlikely(drop)) {
		if (drop == KSRTP_COUNTER_DROP_AUTH) {
			p->events |= KSRTP_EVENT_AUTH_FAIL;
			atomic_long_inc(&ctx->auth_fails);
			if (s) {
				spin_lock(&s->lock);
				s->auth_fails++;
				spin_unlock(&s->lock);
			}
		}
		return drop;
	}

	err = take_index(ctx, p);
	if (unlikely(err))
		return err > 0 ? err : rx_drop(err);
	if (unlikely(!key_spend(p->key, p->rtcp, &p->events)))
		return KSRTP_COUNTER_DROP_KEY_LIMIT;
	if (unlikely(!test_bit(KSRTP_KEY_USED, &p->key->flags)) &&
	    !test_and_set_bit(KSRTP_KEY_USED, &p->key->flags)) {
		p->events |= KSRTP_EVENT_FIRST_AUTH;
		trace_ksrtp_key_switch(ctx, p->key);
	}
	return 0;
}
