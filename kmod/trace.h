/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: what happens to packets, streams, keys and contexts. Never key
 * material, nor anything that depends on it. Each event has the inode number of
 * its network namespace, as in /proc/PID/ns/net, and the number of its flow.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ksrtp

#if !defined(_KSRTP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _KSRTP_TRACE_H

#include <linux/tracepoint.h>

struct ksrtp_context;
struct ksrtp_key;
struct ksrtp_net;
struct ksrtp_packet;
struct ksrtp_tuple_key;
struct sk_buff;

/* TRACE_EVENT() has a layout of its own */
/* clang-format off */

/* A packet that a context has transformed; @index of SRTP is ROC << 16 | SEQ. */
DECLARE_EVENT_CLASS(ksrtp_packet,
	TP_PROTO(const struct ksrtp_context *ctx, const struct ksrtp_packet *p),
	TP_ARGS(ctx, p),
	TP_STRUCT__entry(
		__field(u32, netns)
		__field(u32, flow)
		__field(u32, ssrc)
		__field(u32, len)
		__field(u64, index)
		__field(bool, rtcp)
	),
	TP_fast_assign(
		__entry->netns = ctx->netns;
		__entry->flow = ctx->flow_id;
		__entry->ssrc = p->x.ssrc;
		__entry->len = p->x.len;
		__entry->index = p->x.index;
		__entry->rtcp = p->rtcp;
	),
	TP_printk("netns=%u flow=%u ssrc=0x%08x rtcp=%d index=%llu len=%u",
		  __entry->netns, __entry->flow, __entry->ssrc, __entry->rtcp,
		  __entry->index, __entry->len)
);

DEFINE_EVENT(ksrtp_packet, ksrtp_protect,
	TP_PROTO(const struct ksrtp_context *ctx, const struct ksrtp_packet *p),
	TP_ARGS(ctx, p)
);

DEFINE_EVENT(ksrtp_packet, ksrtp_unprotect,
	TP_PROTO(const struct ksrtp_context *ctx, const struct ksrtp_packet *p),
	TP_ARGS(ctx, p)
);

/* A packet that is counted as dropped; @p is NULL if it was not looked into. */
TRACE_EVENT(ksrtp_drop,
	TP_PROTO(const struct ksrtp_net *kn, u32 flow, const struct sk_buff *skb,
		 const struct ksrtp_packet *p, int reason),
	TP_ARGS(kn, flow, skb, p, reason),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(u32, netns)
		__field(u32, flow)
		__field(u32, ssrc)
		__field(u32, len)
		__field(u64, index)
		__field(u16, seq)
		__field(bool, rtcp)
		__array(char, reason, 32)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->netns = kn->net->ns.inum;
		__entry->flow = flow;
		__entry->ssrc = p ? p->x.ssrc : 0;
		__entry->len = p ? p->x.len : skb->len;
		__entry->index = p ? p->x.index : 0;
		__entry->seq = p ? p->seq : 0;
		__entry->rtcp = p && p->rtcp;
		strscpy(__entry->reason, ksrtp_stats_name(reason),
			sizeof(__entry->reason));
	),
	TP_printk("netns=%u flow=%u skbaddr=%p ssrc=0x%08x rtcp=%d seq=%u index=%llu len=%u reason=%s",
		  __entry->netns, __entry->flow, __entry->skbaddr,
		  __entry->ssrc, __entry->rtcp, __entry->seq, __entry->index,
		  __entry->len, __entry->reason)
);

/* A tuple on which a policy decided. */
DECLARE_EVENT_CLASS(ksrtp_policy,
	TP_PROTO(const struct ksrtp_net *kn, u32 policy,
		 const struct ksrtp_tuple_key *key),
	TP_ARGS(kn, policy, key),
	TP_STRUCT__entry(
		__field(u32, netns)
		__field(u32, policy)
		__field(u32, ifindex)
		__array(u8, local, sizeof(struct sockaddr_in6))
		__array(u8, remote, sizeof(struct sockaddr_in6))
	),
	TP_fast_assign(
		__entry->netns = kn->net->ns.inum;
		__entry->policy = policy;
		__entry->ifindex = key->ifindex;
		put_sockaddr(__entry->local, key->family, &key->local,
			     key->local_port);
		put_sockaddr(__entry->remote, key->family, &key->remote,
			     key->remote_port);
	),
	TP_printk("netns=%u policy=%u ifindex=%u local=%pISpc remote=%pISpc",
		  __entry->netns, __entry->policy, __entry->ifindex,
		  __entry->local, __entry->remote)
);

DEFINE_EVENT(ksrtp_policy, ksrtp_block,
	TP_PROTO(const struct ksrtp_net *kn, u32 policy,
		 const struct ksrtp_tuple_key *key),
	TP_ARGS(kn, policy, key)
);

DEFINE_EVENT(ksrtp_policy, ksrtp_acquire,
	TP_PROTO(const struct ksrtp_net *kn, u32 policy,
		 const struct ksrtp_tuple_key *key),
	TP_ARGS(kn, policy, key)
);

/* A flow has learnt its remote end. */
TRACE_EVENT(ksrtp_latch,
	TP_PROTO(const struct ksrtp_net *kn, u32 flow,
		 const struct ksrtp_tuple_key *key, bool rtcp),
	TP_ARGS(kn, flow, key, rtcp),
	TP_STRUCT__entry(
		__field(u32, netns)
		__field(u32, flow)
		__field(bool, rtcp)
		__array(u8, remote, sizeof(struct sockaddr_in6))
	),
	TP_fast_assign(
		__entry->netns = kn->net->ns.inum;
		__entry->flow = flow;
		__entry->rtcp = rtcp;
		put_sockaddr(__entry->remote, key->family, &key->remote,
			     key->remote_port);
	),
	TP_printk("netns=%u flow=%u rtcp=%d remote=%pISpc", __entry->netns,
		  __entry->flow, __entry->rtcp, __entry->remote)
);

/* A flow has got a context, or lost it; nothing, if there is none. */
DECLARE_EVENT_CLASS(ksrtp_context,
	TP_PROTO(const struct ksrtp_context *ctx),
	TP_ARGS(ctx),
	TP_STRUCT__entry(
		__field(u32, netns)
		__field(u32, flow)
		__field(bool, transmit)
		__field(u8, suite)
		__field(u8, mki_len)
		__field(u8, keys)
		__field(u32, streams)
	),
	TP_fast_assign(
		__entry->netns = ctx->netns;
		__entry->flow = ctx->flow_id;
		__entry->transmit = ctx->transmit;
		__entry->suite = ctx->suite->id;
		__entry->mki_len = ctx->mki_len;
		__entry->keys = ctx->n_keys;
		__entry->streams = READ_ONCE(ctx->n_streams);
	),
	TP_printk("netns=%u flow=%u dir=%s suite=%u mki_len=%u keys=%u streams=%u",
		  __entry->netns, __entry->flow,
		  __entry->transmit ? "tx" : "rx", __entry->suite,
		  __entry->mki_len, __entry->keys, __entry->streams)
);

DEFINE_EVENT_CONDITION(ksrtp_context, ksrtp_context_installed,
	TP_PROTO(const struct ksrtp_context *ctx),
	TP_ARGS(ctx),
	TP_CONDITION(ctx)
);

DEFINE_EVENT_CONDITION(ksrtp_context, ksrtp_context_removed,
	TP_PROTO(const struct ksrtp_context *ctx),
	TP_ARGS(ctx),
	TP_CONDITION(ctx)
);

/* From now on packets go by this key; received ones by the first that is right. */
TRACE_EVENT(ksrtp_key_switch,
	TP_PROTO(const struct ksrtp_context *ctx, const struct ksrtp_key *key),
	TP_ARGS(ctx, key),
	TP_STRUCT__entry(
		__field(u32, netns)
		__field(u32, flow)
		__field(u32, key)
		__field(bool, transmit)
		__dynamic_array(u8, mki, key->mki_len)
	),
	TP_fast_assign(
		__entry->netns = ctx->netns;
		__entry->flow = ctx->flow_id;
		__entry->key = key->serial;
		__entry->transmit = ctx->transmit;
		memcpy(__get_dynamic_array(mki), key->mki, key->mki_len);
	),
	TP_printk("netns=%u flow=%u dir=%s key=%u mki=%s", __entry->netns,
		  __entry->flow, __entry->transmit ? "tx" : "rx", __entry->key,
		  __print_hex_str(__get_dynamic_array(mki),
				  __get_dynamic_array_len(mki)))
);

/* A stream has come, or has made room for another. */
DECLARE_EVENT_CLASS(ksrtp_stream,
	TP_PROTO(const struct ksrtp_context *ctx, u32 ssrc),
	TP_ARGS(ctx, ssrc),
	TP_STRUCT__entry(
		__field(u32, netns)
		__field(u32, flow)
		__field(u32, ssrc)
		__field(u32, streams)
		__field(bool, transmit)
	),
	TP_fast_assign(
		__entry->netns = ctx->netns;
		__entry->flow = ctx->flow_id;
		__entry->ssrc = ssrc;
		__entry->streams = ctx->n_streams;
		__entry->transmit = ctx->transmit;
	),
	TP_printk("netns=%u flow=%u dir=%s ssrc=0x%08x streams=%u",
		  __entry->netns, __entry->flow,
		  __entry->transmit ? "tx" : "rx", __entry->ssrc,
		  __entry->streams)
);

DEFINE_EVENT(ksrtp_stream, ksrtp_stream_created,
	TP_PROTO(const struct ksrtp_context *ctx, u32 ssrc),
	TP_ARGS(ctx, ssrc)
);

DEFINE_EVENT(ksrtp_stream, ksrtp_stream_aged,
	TP_PROTO(const struct ksrtp_context *ctx, u32 ssrc),
	TP_ARGS(ctx, ssrc)
);

#endif /* _KSRTP_TRACE_H */

/* trace.o is compiled with this directory in its search path */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
