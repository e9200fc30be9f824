/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_KERNEL_H
#define KSRTPD_KERNEL_H

#include "ksrtpd/groups.h"
#include "ksrtpd/conf_rx.h"
#include "ksrtpd/counters.h"
#include "ksrtpnl/ksrtpnl.h"

/*
 * The kernel process: calls and groups tables and CAP_NET_ADMIN. kernel.c is the
 * frame, flows.c does what the calls table asks, group_flows.c what the groups
 * table asks, policies.c keeps the kernel's policies in step with the
 * configuration, report.c writes the log lines.
 */

#define KERNEL_COUNTERS(X)                  \
	X(ACQUIRES, "acquires")             \
	X(INITIATED, "initiated")           \
	X(CALLS_UP, "calls-up")             \
	X(CALLS_DOWN, "calls-down")         \
	X(SECURE, "secure")                 \
	X(REKEYS, "rekeys")                 \
	X(ADOPTED, "adopted")               \
	X(FAILED, "failed")                 \
	X(SOFT_LIMITS, "soft-limits")       \
	X(HARD_LIMITS, "hard-limits")       \
	X(AUTH_FAILS, "auth-failures")      \
	X(EVENTS_LOST, "events-lost")       \
	X(NETLINK_ERRORS, "netlink-errors") \
	X(RESYNCS, "resyncs")               \
	X(GROUP_KEYS, "group-keys")         \
	X(GROUP_TOLD, "group-members-keyed") \
	X(GROUP_FAILED, "group-members-failed")

enum kernel_counter {
#define X(sym, name) KERNEL_C_##sym,
	KERNEL_COUNTERS(X)
#undef X
		KERNEL_C_COUNT
};

#define KERNEL_MAX_POLICIES (2 * (KSRTPD_MAX_PEERS + KSRTPD_MAX_GROUPS))

struct kernel {
	struct proc *proc;
	struct ksrtpnl *nl;
	struct ksrtpnl_events *events;
	struct event *events_ev;
	struct event *tick;
	struct calls *calls;
	struct groups *groups;
	struct conf_rx rx;
	struct ksrtpd_conf conf;
	struct ksrtpd_peers peers;
	uint64_t next_sweep;
	struct flows_scratch *scratch; /* secret */
	uint32_t added[KERNEL_MAX_POLICIES]; /* policies of a configuration not in force */
	size_t n_added;
	uint64_t counter[KERNEL_C_COUNT];
	uint64_t reason[KSRTPD_R_COUNT];
	struct ksrtp_log_limit log_limit;
};

struct calls_now kernel_now(void);

/* flows.c */
/* Structures that hold keys on their way; wiped after each use. */
struct flows_scratch {
	struct ksrtpnl_flow flow;
	struct ksrtpnl_key key;
};

bool flows_init(struct kernel *k);
/* 0, or a negative errno after a line in the log */
int flows_result(struct kernel *k, enum ksrtpnl_err err, const char *what);
/* The stream heard or sent last, or that with this SSRC; NULL: none with RTP. */
const struct ksrtpnl_stream *flows_stream(const struct ksrtpnl_context *ctx, uint32_t ssrc);
extern const struct calls_ops flows_ops;
/* At start: take over flows with our cookie, remove those that are of no use. */
void flows_adopt(struct kernel *k);
/* Look at all flows: idle ones, and calls whose flow is gone. */
void flows_sweep(struct kernel *k);

/* group_flows.c */
extern const struct groups_ops group_flows_ops;
/* Is it one of a group's flows? */
bool group_flows_parse(const struct ksrtpnl_flow *f, struct groups_adopt *out);
void group_flows_made(struct kernel *k, const struct ksrtp_imsg *m);
void group_flows_keys(struct kernel *k, const struct ksrtp_imsg *m);
enum ksrtpd_reason group_flows_opened(struct kernel *k, const struct ksrtp_imsg *m);
/* Lists and commands of the control process. */
void group_flows_list(struct kernel *k, uint32_t id);
void group_flows_command(struct kernel *k, const struct ksrtp_imsg *m);

/* policies.c */
bool policies_prepare(struct kernel *k, const struct ksrtpd_conf *conf, char *why, size_t cap);
void policies_abort(struct kernel *k);
void policies_commit(struct kernel *k);

/* report.c */
void report_group(struct kernel *k, const struct group *g, enum groups_event event,
		  const char *who, enum ksrtpd_reason reason);
void report_event(struct kernel *k, const struct call *call, enum calls_event event,
		  enum ksrtpd_reason reason, int code);

#endif
