/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_NET_H
#define KSRTPD_NET_H

#include "ksrtp/mikey.h"
#include "ksrtp/sakke.h"
#include "ksrtpd/conf_rx.h"
#include "ksrtpd/counters.h"
#include "ksrtpd/rate.h"

/*
 * The net process: the only one that reads what strangers send. It holds public
 * keys only. net.c is the frame, net_in.c receives, net_out.c delivers.
 */

#define NET_COUNTERS(X)                         \
	X(UDP_RX, "udp-received")               \
	X(TCP_RX, "tcp-received")               \
	X(TCP_ACCEPTED, "tcp-connections")      \
	X(VERIFIED, "verified")                 \
	X(INSTALLED, "installed")               \
	X(ERRORS_TX, "errors-sent")             \
	X(ERRORS_RX, "errors-received")         \
	X(ERRORS_STRAY, "errors-unexpected")    \
	X(SENT_TCP, "tcp-exchanges")            \
	X(SENT_UDP, "udp-exchanges")            \
	X(RETRANSMITTED, "udp-retransmissions") \
	X(SEND_FAILED, "send-failed")

enum net_counter {
#define X(sym, name) NET_C_##sym,
	NET_COUNTERS(X)
#undef X
		NET_C_COUNT
};

struct net;

struct net_listener {
	struct net *net;
	struct ksrtp_endpoint ep;
	int fd;
	bool tcp;
	struct event *ev;
};

struct net_listeners {
	struct net_listener l[2 * KSRTPD_MAX_LISTEN];
	size_t n;
};

struct net_domain {
	char uri[KSRTPD_URI_LEN];
	struct ksrtp_eccsi_kms *eccsi;
};

struct net_domains {
	struct net_domain d[KSRTPD_MAX_KMS];
	size_t n;
};

struct net {
	struct proc *proc;
	struct ksrtp_sakke_ctx *ctx;
	struct ksrtp_mikey_receiver *receiver;
	struct ksrtp_mikey_mark *marks;
	struct rate *rate;
	struct conf_rx rx;
	struct ksrtpd_conf conf;
	struct net_domains domains, next_domains;
	struct net_listeners listeners, next_listeners;
	uint64_t counter[NET_C_COUNT];
	uint64_t reason[KSRTPD_R_COUNT];
	uint64_t mikey[KSRTP_MIKEY_STATUS_COUNT];
	struct ksrtp_log_limit log_limit;
};

/* net_in.c */
bool net_in_init(struct net *n);
void net_in_listen(struct net *n, struct net_listener *l);
enum ksrtp_mikey_status net_in_admit(void *ctx, const struct ksrtp_mikey_offer *offer);
/* What keys or kernel say about message @id. */
void net_in_answer(struct net *n, uint32_t id, enum ksrtpd_reason reason);

/* net_out.c */
bool net_out_init(struct net *n);
void net_out_send(struct net *n, uint32_t exch, const struct ipc_send *m);
void net_out_cancel(struct net *n, uint32_t exch);
/* An error message over UDP, perhaps about one of ours. */
void net_out_error(struct net *n, const struct ksrtp_endpoint *src,
		   const struct ksrtp_mikey_error *error);

#endif
