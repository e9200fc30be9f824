// SPDX-License-Identifier: GPL-2.0-only
/*
 * The streams of a context: one for each SSRC.
 *
 * DOC: Streams and ghosts
 *
 * Streams are created by packets, on receive by authenticated ones only, or
 * beforehand where a stream is joined late. Their number is bounded. When it is reached, the
 * stream that has been silent longest makes room for a new one, if it has been
 * so for KSRTP_STREAM_IDLE_MS. It is not forgotten: a sender could use an index
 * again, and a receiver accept a packet twice. Its highest indices stay as a
 * ghost, and when its SSRC comes back it goes on above them, with its rollover
 * counter. Ghosts are bounded too; one may go only when no key is left that it
 * had packets under. If none may, there is no room for a new stream.
 *
 * The context's lock covers tables and ghosts. A stream's lock nests in it. Who
 * holds a stream without the context's lock may find it dead once he has locked
 * it, and has to look for the living one then.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "stream.h"
#include "trace.h"

/**
 * struct ghost - the indices of a stream that made room
 * @node: in a bucket of ksrtp_context.ghosts
 * @ssrc: the SSRC
 * @serial: keys with a serial below this may have been used
 * @rtp_top: highest SRTP index
 * @rtcp_top: highest SRTCP index
 * @rtp: there is one
 * @rtcp: there is one
 */
struct ghost {
	struct hlist_node node;
	u32 ssrc;
	u32 serial;
	u64 rtp_top;
	u32 rtcp_top;
	bool rtp;
	bool rtcp;
};

static struct ksrtp_stream *stream_new(const struct ksrtp_context *ctx,
				       u32 ssrc)
{
	u32 words = KSRTP_REPLAY_WORDS(ctx->window);
	u32 rtcp_window = ctx->transmit ? 0 : KSRTP_RTCP_WINDOW;
	struct ksrtp_stream *s;

	s = kzalloc(struct_size(s, bits,
				words + KSRTP_REPLAY_WORDS(rtcp_window)),
		    GFP_ATOMIC | __GFP_ACCOUNT);
	if (!s)
		return NULL;
	s->ssrc = ssrc;
	s->last = jiffies;
	spin_lock_init(&s->lock);
	ksrtp_replay_init(&s->rtp, s->bits, ctx->window);
	ksrtp_replay_init(&s->rtcp, rtcp_window ? s->bits + words : NULL,
			  rtcp_window);
	return s;
}

static struct ghost *ghost_find(const struct ksrtp_context *ctx, u32 ssrc)
{
	struct ghost *g;

	lockdep_assert_held(&ctx->lock);
	if (ctx->ghosts)
		hlist_for_each_entry(g, &ctx->ghosts[ksrtp_stream_bucket(ctx, ssrc)], node)
			if (g->ssrc == ssrc)
				return g;
	return NULL;
}

static void ghost_del(struct ksrtp_context *ctx, struct ghost *g)
{
	hlist_del(&g->node);
	ctx->n_ghosts--;
	kfree(g);
}

/**
 * ksrtp_stream_known - has an SSRC been used
 * @ctx: the context
 * @ssrc: the SSRC
 *
 * RCU.
 *
 * Return: true if there is a stream or what is left of one.
 */
bool ksrtp_stream_known(struct ksrtp_context *ctx, u32 ssrc)
{
	bool known = ksrtp_stream_find(ctx, ssrc);

	if (!known && READ_ONCE(ctx->n_ghosts)) {
		spin_lock_bh(&ctx->lock);
		known = ksrtp_stream_find(ctx, ssrc) || ghost_find(ctx, ssrc);
		spin_unlock_bh(&ctx->lock);
	}
	return known;
}

/**
 * ksrtp_stream_guess - what is known of an SSRC that has no stream
 * @ctx: the context
 * @ssrc: the SSRC
 * @rtcp: SRTCP, not SRTP
 * @r: set to a state to estimate and test an index with
 */
void ksrtp_stream_guess(struct ksrtp_context *ctx, u32 ssrc, bool rtcp,
			struct ksrtp_replay *r)
{
	const struct ghost *g;

	ksrtp_replay_init(r, NULL, 0);
	if (likely(!READ_ONCE(ctx->n_ghosts)))
		return;
	spin_lock_bh(&ctx->lock);
	g = ghost_find(ctx, ssrc);
	if (g && (rtcp ? g->rtcp : g->rtp))
		ksrtp_replay_resume(r, rtcp ? g->rtcp_top : g->rtp_top);
	else if (g && !rtcp)
		ksrtp_replay_set_roc(r, ksrtp_replay_roc(g->rtp_top));
	spin_unlock_bh(&ctx->lock);
}

/* Make room for a ghost if there is none; false if there is none to be had. */
static bool ghost_room(struct ksrtp_context *ctx)
{
	const struct ksrtp_key *oldest = rcu_dereference(ctx->key[0]);
	struct ghost *g;
	u32 i;

	if (ctx->n_ghosts < KSRTP_STREAM_GHOSTS_MAX)
		return true;
	for (i = 0; i <= ctx->hash_mask; i++)
		hlist_for_each_entry(g, &ctx->ghosts[i], node)
			if (!oldest || (s32)(oldest->serial - g->serial) >= 0) {
				ghost_del(ctx, g);
				return true;
			}
	return false;
}

/* The stream that has been silent longest, if for long enough. */
static struct ksrtp_stream *stream_idlest(const struct ksrtp_context *ctx)
{
	unsigned long before = jiffies - msecs_to_jiffies(KSRTP_STREAM_IDLE_MS);
	struct ksrtp_stream *s, *idlest = NULL;
	unsigned long last;
	u32 b;

	for (b = 0; b <= ctx->hash_mask; b++)
		hlist_for_each_entry(s, &ctx->bucket[b], node) {
			last = READ_ONCE(s->last);
			if (time_before(last, before)) {
				before = last;
				idlest = s;
			}
		}
	return idlest;
}

/* Let a stream make room; false if none may. */
static bool stream_age(struct ksrtp_context *ctx)
{
	struct ksrtp_stream *s;
	struct ghost *g;

	lockdep_assert_held(&ctx->lock);
	if (time_before(jiffies, ctx->age_next))
		return false;
	s = stream_idlest(ctx);
	if (!s || !ghost_room(ctx)) {
		/* not for every packet of a flood */
		WRITE_ONCE(ctx->age_next, jiffies + HZ / 10);
		return false;
	}
	if (!ctx->ghosts)
		ctx->ghosts = kcalloc(ctx->hash_mask + 1, sizeof(*ctx->ghosts),
				      GFP_ATOMIC | __GFP_ACCOUNT);
	g = ctx->ghosts ? kzalloc(sizeof(*g), GFP_ATOMIC | __GFP_ACCOUNT) : NULL;
	if (!g)
		return false;

	spin_lock(&s->lock);
	s->dead = true;
	g->ssrc = s->ssrc;
	g->serial = READ_ONCE(ctx->key_serial);
	g->rtp_top = s->rtp.top;
	g->rtcp_top = s->rtcp.top;
	g->rtp = s->rtp.started;
	g->rtcp = s->rtcp.started;
	ctx->gone.packets += s->n.packets;
	ctx->gone.octets += s->n.octets;
	ctx->gone.rtcp_packets += s->n.rtcp_packets;
	ctx->gone.replays += s->n.replays;
	spin_unlock(&s->lock);

	hlist_add_head(&g->node, &ctx->ghosts[ksrtp_stream_bucket(ctx, g->ssrc)]);
	ctx->n_ghosts++;
	ctx->aged++;
	hlist_del_rcu(&s->node);
	WRITE_ONCE(ctx->n_streams, ctx->n_streams - 1);
	trace_ksrtp_stream_aged(ctx, g->ssrc);
	kfree_rcu(s, rcu);
	return true;
}

/* Publish a new stream; false if there is no room for it. */
static bool stream_add(struct ksrtp_context *ctx, struct ksrtp_stream *s)
{
	struct ghost *g;

	lockdep_assert_held(&ctx->lock);
	if (ctx->n_streams >= ctx->max_streams && !stream_age(ctx))
		return false;
	g = ghost_find(ctx, s->ssrc);
	if (g) {
		if (g->rtp)
			ksrtp_replay_resume(&s->rtp, g->rtp_top);
		else
			ksrtp_replay_set_roc(&s->rtp,
					     ksrtp_replay_roc(g->rtp_top));
		if (g->rtcp)
			ksrtp_replay_resume(&s->rtcp, g->rtcp_top);
		ghost_del(ctx, g);
	}
	WRITE_ONCE(ctx->n_streams, ctx->n_streams + 1);
	hlist_add_head_rcu(&s->node, &ctx->bucket[ksrtp_stream_bucket(ctx, s->ssrc)]);
	trace_ksrtp_stream_created(ctx, s->ssrc);
	return true;
}

/**
 * ksrtp_stream_get - find a stream or make it
 * @ctx: the context
 * @ssrc: its SSRC
 * @drop: set to the counter to drop by if there is no stream
 *
 * RCU, which is held for as long as the stream is used.
 *
 * Return: the stream, or NULL.
 */
struct ksrtp_stream *ksrtp_stream_get(struct ksrtp_context *ctx, u32 ssrc,
				      int *drop)
{
	struct ksrtp_stream *s, *have;

	s = ksrtp_stream_find(ctx, ssrc);
	if (likely(s))
		return s;
	/* nothing is allocated for a flood of SSRCs */
	if (READ_ONCE(ctx->n_streams) >= ctx->max_streams &&
	    time_before(jiffies, READ_ONCE(ctx->age_next))) {
		*drop = KSRTP_COUNTER_DROP_STREAM_LIMIT;
		return NULL;
	}
	s = stream_new(ctx, ssrc);
	if (!s) {
		*drop = KSRTP_COUNTER_DROP_NO_MEMORY;
		return NULL;
	}
	spin_lock_bh(&ctx->lock);
	have = ksrtp_stream_find(ctx, ssrc);
	if (!have) {
		if (stream_add(ctx, s))
			have = s;
		else
			*drop = KSRTP_COUNTER_DROP_STREAM_LIMIT;
	}
	spin_unlock_bh(&ctx->lock);
	if (have != s)
		kfree(s);
	return have;
}

/**
 * ksrtp_stream_free_all - free all streams and ghosts
 * @ctx: a context that no packet can reach
 */
void ksrtp_stream_free_all(struct ksrtp_context *ctx)
{
	struct ksrtp_stream *s;
	struct hlist_node *next;
	struct ghost *g;
	u32 i;

	for (i = 0; i <= ctx->hash_mask; i++) {
		hlist_for_each_entry_safe(s, next, &ctx->bucket[i], node)
			kfree(s);
		if (ctx->ghosts)
			hlist_for_each_entry_safe(g, next, &ctx->ghosts[i],
						  node)
				kfree(g);
	}
	kfree(ctx->ghosts);
}
