// SPDX-License-Identifier: BSD-3-Clause
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>

#include "ctl.h"

static json_t *key_json(const struct ksrtpnl_key *k)
{
	json_t *j =
		json_pack("{s:o?, s:s, s:b, s:o, s:o}", "mki",
			  k->mki_len ? ctl_json_hex(k->mki, k->mki_len) : json_null(), "state",
			  ksrtpnl_key_state_name(k->state), "active", k->active, "packets",
			  ctl_json_u64(k->packets), "rtcp_packets", ctl_json_u64(k->rtcp_packets));

	if (j && k->soft_limit)
		json_object_set_new(j, "soft_limit", ctl_json_u64(k->soft_limit));
	if (j && k->hard_limit)
		json_object_set_new(j, "hard_limit", ctl_json_u64(k->hard_limit));
	if (j && k->has_from && k->has_to) {
		json_object_set_new(j, "from", ctl_json_u64(k->from));
		json_object_set_new(j, "to", ctl_json_u64(k->to));
	}
	return j;
}

static json_t *stream_json(const struct ksrtpnl_stream *s)
{
	return json_pack("{s:I, s:I, s:i, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "ssrc",
			 (json_int_t)s->ssrc, "roc", (json_int_t)s->roc, "seq", (int)s->seq,
			 "index", ctl_json_u64(s->index), "rtcp_index", (json_int_t)s->rtcp_index,
			 "packets", ctl_json_u64(s->packets), "octets", ctl_json_u64(s->octets),
			 "rtcp_packets", ctl_json_u64(s->rtcp_packets), "replays",
			 ctl_json_u64(s->replays), "auth_fails", ctl_json_u64(s->auth_fails),
			 "idle_ms", ctl_json_u64(s->idle_ms));
}

static bool has_hdrext(const struct ksrtpnl_context *c, unsigned int id)
{
	return c->hdrext[id / 8] >> id % 8 & 1;
}

static json_t *hdrext_json(const struct ksrtpnl_context *c)
{
	json_t *ids = json_array();
	unsigned int id;

	for (id = 1; id <= UINT8_MAX; id++)
		if (has_hdrext(c, id))
			json_array_append_new(ids, json_integer(id));
	return ids;
}

static void print_hdrext(const struct ksrtpnl_context *c)
{
	const char *before = " hdrext ";
	unsigned int id;

	for (id = 1; id <= UINT8_MAX; id++) {
		if (!has_hdrext(c, id))
			continue;
		printf("%s%u", before, id);
		before = ",";
	}
}

static json_t *context_json(const struct ksrtpnl_context *c)
{
	json_t *keys = json_array(), *streams = json_array();
	size_t i;

	for (i = 0; i < c->n_keys; i++)
		json_array_append_new(keys, key_json(&c->keys[i]));
	for (i = 0; i < c->n_streams; i++)
		json_array_append_new(streams, stream_json(&c->streams[i]));
	return json_pack("{s:s, s:i, s:I, s:I, s:I, s:i, s:i, s:o, s:b, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "suite", ksrtpnl_suite_name(c->suite), "mki_len", (int)c->mki_len,
			 "window", (json_int_t)c->window, "max_streams", (json_int_t)c->max_streams,
			 "kdr", (json_int_t)c->kdr, "rcc_mode", (int)c->rcc_mode,
			 "rcc_rate", (int)c->rcc_rate, "hdrext", hdrext_json(c),
			 "unencrypted_srtcp", c->unencrypted_srtcp, "aged", (json_int_t)c->aged,
			 "packets", ctl_json_u64(c->packets), "octets", ctl_json_u64(c->octets),
			 "rtcp_packets", ctl_json_u64(c->rtcp_packets), "replays",
			 ctl_json_u64(c->replays), "auth_fails", ctl_json_u64(c->auth_fails),
			 "drops", ctl_json_u64(c->drops), "streams_total",
			 ctl_json_u64(c->streams_total), "keys", keys, "streams", streams);
}

static json_t *rtp_json(const struct ksrtpnl_rtp *r)
{
	json_t *j = json_pack("{s:I, s:i, s:i, s:o, s:o, s:I, s:o, s:o}", "ssrc",
			      (json_int_t)r->ssrc, "payload_type", (int)r->payload_type, "seq",
			      (int)r->seq, "packets", ctl_json_u64(r->packets), "octets",
			      ctl_json_u64(r->octets), "lost", (json_int_t)r->lost, "reordered",
			      ctl_json_u64(r->reordered), "idle_ms", ctl_json_u64(r->idle_ms));

	json_object_set_new(j, "clock_rate",
			    r->clock_rate ? json_integer(r->clock_rate) : json_null());
	json_object_set_new(j, "jitter_ms",
			    r->clock_rate ? json_real(r->jitter_us / 1e3) : json_null());
	json_object_set_new(j, "jitter_max_ms",
			    r->clock_rate ? json_real(r->jitter_max_us / 1e3) : json_null());
	return j;
}

static json_t *leg_json(const struct ksrtpnl_flow *f)
{
	const struct ksrtpnl_leg *leg = &f->leg;
	char source[KSRTP_PREFIX_STRLEN];
	json_t *rtp = json_array();
	size_t i;

	for (i = 0; i < leg->n_rtp; i++)
		json_array_append_new(rtp, rtp_json(&leg->rtp[i]));
	return json_pack("{s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "relay",
			 f->relay ? json_integer(f->relay) : json_null(), "plain", f->plain,
			 "source",
			 f->source.addr.len ?
				 json_string(ksrtp_text_prefix_str(&f->source, source)) :
				 json_null(),
			 "dscp", f->has_dscp ? json_integer(f->dscp) : json_null(), "clock_rate",
			 f->clock_rate ? json_integer(f->clock_rate) : json_null(), "rtp", rtp,
			 "rtcp_packets", ctl_json_u64(leg->rtcp_packets), "sent_packets",
			 ctl_json_u64(leg->sent_packets), "sent_octets",
			 ctl_json_u64(leg->sent_octets), "sent_rtcp_packets",
			 ctl_json_u64(leg->sent_rtcp_packets), "drops", ctl_json_u64(leg->drops));
}

json_t *ctl_flow_json(const struct ksrtpnl_flow *f)
{
	char local[KSRTP_ENDPOINT_STRLEN], remote[KSRTP_ENDPOINT_STRLEN], ifname[IF_NAMESIZE];
	json_t *j;

	j = json_pack("{s:I, s:s, s:s, s:b, s:o, s:o, s:I, s:o?}", "id", (json_int_t)f->id, "local",
		      ctl_endpoint_str(&f->local, local), "remote",
		      ctl_endpoint_str(&f->remote, remote), "latched", f->latched, "age_ms",
		      ctl_json_u64(f->age_ms), "idle_ms", ctl_json_u64(f->idle_ms),
		      "idle_timeout_ms", (json_int_t)f->idle_timeout_ms, "cookie",
		      ctl_json_hex(f->cookie, f->cookie_len));
	if (!j)
		return NULL;
	if (!f->rtcp_local_port)
		json_object_set_new(j, "rtcp", json_string("mux"));
	else
		json_object_set_new(j, "rtcp",
				    json_pack("{s:i, s:o}", "local_port", (int)f->rtcp_local_port,
					      "remote_port",
					      f->rtcp_remote_port ?
						      json_integer(f->rtcp_remote_port) :
						      json_null()));
	json_object_set_new(j, "dev",
			    f->ifindex ? json_string(ctl_ifname(f->ifindex, ifname)) : json_null());
	json_object_set_new(j, "rx", f->has_rx ? context_json(&f->rx) : json_null());
	json_object_set_new(j, "tx", f->has_tx ? context_json(&f->tx) : json_null());
	json_object_set_new(j, "leg", f->has_leg ? leg_json(f) : json_null());
	return j;
}

void ctl_flow_print_head(const struct ksrtpnl_flow *f)
{
	char text[KSRTP_ENDPOINT_STRLEN], ifname[IF_NAMESIZE];

	printf("flow %" PRIu32 " local %s", f->id, ctl_endpoint_str(&f->local, text));
	printf(" remote %s", ctl_endpoint_str(&f->remote, text));
	if (f->latched)
		printf(" (latched)");
	if (f->rtcp_local_port && f->rtcp_remote_port)
		printf(" rtcp %u:%u", f->rtcp_local_port, f->rtcp_remote_port);
	else if (f->rtcp_local_port)
		printf(" rtcp %u:any", f->rtcp_local_port);
	if (f->ifindex)
		printf(" dev %s", ctl_ifname(f->ifindex, ifname));
	if (f->plain)
		printf(" plain");
	if (f->relay)
		printf(" relay %" PRIu32, f->relay);
}

static void print_context(const struct ctl *ctl, const char *name, const struct ksrtpnl_context *c,
			  bool streams)
{
	char hex[2 * KSRTPNL_MKI_MAX + 1], idle[32];
	size_t i;

	printf("    %s suite %s window %" PRIu32, name, ksrtpnl_suite_name(c->suite), c->window);
	if (c->kdr)
		printf(" kdr %" PRIu32, c->kdr);
	if (c->rcc_mode)
		printf(" rcc %u:%u", c->rcc_mode, c->rcc_rate);
	print_hdrext(c);
	if (c->unencrypted_srtcp)
		printf(" unencrypted-srtcp");
	printf(" packets %" PRIu64 " octets %" PRIu64 " rtcp-packets %" PRIu64 "\n", c->packets,
	       c->octets, c->rtcp_packets);
	if (ctl->stats || c->drops || c->auth_fails || c->replays)
		printf("        drops %" PRIu64 " auth-fails %" PRIu64 " replays %" PRIu64 "\n",
		       c->drops, c->auth_fails, c->replays);
	for (i = 0; i < c->n_keys; i++) {
		const struct ksrtpnl_key *k = &c->keys[i];

		printf("        key");
		if (k->mki_len) {
			ksrtp_text_hex(hex, k->mki, k->mki_len);
			printf(" mki %s", hex);
		}
		printf(" state %s", ksrtpnl_key_state_name(k->state));
		if (k->has_from && k->has_to)
			printf(" from %" PRIu64 " to %" PRIu64, k->from, k->to);
		if (ctl->stats) {
			printf(" packets %" PRIu64 " rtcp-packets %" PRIu64, k->packets,
			       k->rtcp_packets);
			if (k->soft_limit)
				printf(" soft-limit %" PRIu64, k->soft_limit);
			if (k->hard_limit)
				printf(" hard-limit %" PRIu64, k->hard_limit);
		}
		putchar('\n');
	}
	for (i = 0; streams && i < c->n_streams; i++) {
		const struct ksrtpnl_stream *s = &c->streams[i];

		printf("        ssrc 0x%08" PRIx32 " roc %" PRIu32 " seq %u packets %" PRIu64
		       " octets %" PRIu64 " idle %s\n",
		       s->ssrc, s->roc, s->seq, s->packets, s->octets,
		       ctl_duration_str(s->idle_ms, idle));
		if (ctl->stats)
			printf("            index %" PRIu64 " rtcp-index %" PRIu32
			       " rtcp-packets %" PRIu64 " replays %" PRIu64 " auth-fails %" PRIu64
			       "\n",
			       s->index, s->rtcp_index, s->rtcp_packets, s->replays, s->auth_fails);
	}
	if (ctl->stats && c->aged)
		printf("        aged %" PRIu32 "\n", c->aged);
	if (streams && c->streams_total > c->n_streams)
		printf("        and %zu more SSRCs\n", c->streams_total - c->n_streams);
}

static void print_leg(const struct ctl *ctl, const struct ksrtpnl_flow *f)
{
	const struct ksrtpnl_leg *leg = &f->leg;
	char source[KSRTP_PREFIX_STRLEN], idle[32];
	size_t i;

	printf("    leg sent-packets %" PRIu64 " sent-octets %" PRIu64 " sent-rtcp-packets %" PRIu64
	       " rtcp-packets %" PRIu64 " drops %" PRIu64,
	       leg->sent_packets, leg->sent_octets, leg->sent_rtcp_packets, leg->rtcp_packets,
	       leg->drops);
	if (ctl->stats && f->source.addr.len)
		printf(" source %s", ksrtp_text_prefix_str(&f->source, source));
	if (ctl->stats && f->has_dscp)
		printf(" dscp %u", f->dscp);
	if (ctl->stats && f->clock_rate)
		printf(" clock %" PRIu32, f->clock_rate);
	putchar('\n');
	for (i = 0; i < leg->n_rtp; i++) {
		const struct ksrtpnl_rtp *r = &leg->rtp[i];

		printf("        rtp ssrc 0x%08" PRIx32 " pt %u seq %u packets %" PRIu64
		       " octets %" PRIu64 " lost %" PRId64 " reordered %" PRIu64,
		       r->ssrc, r->payload_type, r->seq, r->packets, r->octets, r->lost,
		       r->reordered);
		if (r->clock_rate)
			printf(" jitter %.3fms max %.3fms", r->jitter_us / 1e3,
			       r->jitter_max_us / 1e3);
		printf(" idle %s\n", ctl_duration_str(r->idle_ms, idle));
	}
}

void ctl_flow_print(const struct ctl *c, const struct ksrtpnl_flow *f, bool streams)
{
	char hex[2 * KSRTPNL_COOKIE_MAX + 1], age[32], idle[32];

	ctl_flow_print_head(f);
	printf(" age %s idle %s\n", ctl_duration_str(f->age_ms, age),
	       ctl_duration_str(f->idle_ms, idle));
	if (c->stats && f->idle_timeout_ms)
		printf("    idle-timeout %" PRIu32 "ms\n", f->idle_timeout_ms);
	if (c->stats && f->cookie_len) {
		ksrtp_text_hex(hex, f->cookie, f->cookie_len);
		printf("    cookie %s\n", hex);
	}
	if (f->has_rx)
		print_context(c, "rx", &f->rx, streams);
	if (f->has_tx)
		print_context(c, "tx", &f->tx, streams);
	if (f->has_leg && streams)
		print_leg(c, f);
}
