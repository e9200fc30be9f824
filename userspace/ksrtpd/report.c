// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>

#include "ksrtpd/kernel.h"

/* One line for each call that is set up and each that ends; never a key in it. */

static const char *error_text(int code)
{
	switch (code) {
	case -1:
		return "closed without a word; is its clock right, and has it just been started?";
	case 0:
		return "authentication failure: identities, prefixes, ports and key sets of both ends must fit";
	case 1:
		return "invalid timestamp: the clocks differ";
	case 7:
		return "identity not supported";
	case 10:
		return "cipher suite not supported there";
	case 12:
		return "unspecified; its log says more";
	case 13:
		return "it does not speak MIKEY-SAKKE";
	default:
		return "see RFC 3830, section 6.12";
	}
}

static void where(const struct call *call, char *out, size_t cap)
{
	char l[KSRTP_ENDPOINT_STRLEN], r[KSRTP_ENDPOINT_STRLEN];

	snprintf(out, cap, "peer=\"%s\" identity=%s as=%s local=%s remote=%s", call->peer.name,
		 call->peer.identity, call->peer.as, ksrtp_text_endpoint_str(&call->tuple.local, l),
		 ksrtp_text_endpoint_str(&call->tuple.remote, r));
}

static const char *role_name(const struct call *call)
{
	return call->role == CALL_RESPONDER ? "responder" : "initiator";
}

static void report_down(struct kernel *k, const struct call *call, const char *at,
			enum ksrtpd_reason reason)
{
	uint64_t rx = 0, tx = 0, fails = 0;
	struct ksrtpnl_flow *f;

	if (call->has_flow && !ksrtpnl_flow_get(k->nl, call->flow_id, &f)) {
		rx = f->rx.packets;
		tx = f->tx.packets;
		fails = f->rx.auth_fails;
		ksrtpnl_flow_free(f);
	}
	ksrtp_log_notice(&k->proc->log,
			 "event=call-end call=%u %s reason=%s seconds=%lld rx=%llu tx=%llu "
			 "auth-fails=%llu rekeys=%u secure=%s",
			 call->id, at, ksrtpd_reason_name(reason),
			 (long long)(kernel_now().wall - call->started_at), (unsigned long long)rx,
			 (unsigned long long)tx, (unsigned long long)fails, call->rekeys,
			 call->secure ? "yes" : "no");
}

static void report_failed(struct kernel *k, const struct call *call, const char *at,
			  enum ksrtpd_reason reason, int code)
{
	char daemon[KSRTP_ENDPOINT_STRLEN];
	uint64_t suppressed;

	if (!ksrtp_log_allow(&k->log_limit, proc_now_ms(), &suppressed))
		return;
	ksrtp_log_warning(&k->proc->log,
			  "event=exchange-failed call=%u %s daemon=%s tries=%u reason=%s: %s%s%s",
			  call->id, at, ksrtp_text_endpoint_str(&call->peer.daemon, daemon),
			  call->fails, ksrtpd_reason_name(reason), ksrtpd_reason_text(reason),
			  reason == KSRTPD_R_REFUSED ? ": " : "",
			  reason == KSRTPD_R_REFUSED ? error_text(code) : "");
}

void report_event(struct kernel *k, const struct call *call, enum calls_event event,
		  enum ksrtpd_reason reason, int code)
{
	char at[2 * KSRTPD_URI_LEN + KSRTPD_NAME_LEN + 2 * KSRTP_ENDPOINT_STRLEN + 64] = "";

	if (reason)
		k->reason[reason]++;
	if (call)
		where(call, at, sizeof(at));
	switch (event) {
	case CALLS_EV_UP:
		k->counter[KERNEL_C_CALLS_UP]++;
		ksrtp_log_notice(
			&k->proc->log,
			"event=call-up call=%u %s role=%s suite=%s mki=%08x setup-ms=%u", call->id,
			at, role_name(call), ksrtpnl_suite_name(call->peer.suite),
			call_current_key(call) ? call_current_key(call)->csb : 0, call->setup_ms);
		break;
	case CALLS_EV_SECURE:
		k->counter[KERNEL_C_SECURE]++;
		ksrtp_log_info(&k->proc->log, "event=call-secure call=%u %s", call->id, at);
		break;
	case CALLS_EV_REKEYED:
		k->counter[KERNEL_C_REKEYS]++;
		ksrtp_log_info(&k->proc->log, "event=call-rekeyed call=%u %s role=%s mki=%08x",
			       call->id, at, role_name(call),
			       call_current_key(call) ? call_current_key(call)->csb : 0);
		break;
	case CALLS_EV_ADOPTED:
		k->counter[KERNEL_C_ADOPTED]++;
		ksrtp_log_notice(&k->proc->log, "event=call-adopted call=%u %s role=%s", call->id,
				 at, role_name(call));
		break;
	case CALLS_EV_FAILED:
		k->counter[KERNEL_C_FAILED]++;
		report_failed(k, call, at, reason, code);
		break;
	case CALLS_EV_DOWN:
		k->counter[KERNEL_C_CALLS_DOWN]++;
		report_down(k, call, at, reason);
		break;
	case CALLS_EV_NOTE:
		break;
	}
}

void report_group(struct kernel *k, const struct group *g, enum groups_event event,
		  const char *who, enum ksrtpd_reason reason)
{
	static const char *const names[] = {
		[GROUPS_EV_KEYED] = "keyed",
		[GROUPS_EV_SWITCHED] = "switched",
		[GROUPS_EV_HEARD] = "heard",
		[GROUPS_EV_MEMBER_KEYED] = "member-keyed",
		[GROUPS_EV_MEMBER_FAILED] = "member-failed",
		[GROUPS_EV_MEMBER_REMOVED] = "member-removed",
		[GROUPS_EV_FAILED] = "failed",
		[GROUPS_EV_ENDED] = "ended",
	};
	bool failed = event == GROUPS_EV_MEMBER_FAILED || event == GROUPS_EV_FAILED;
	uint64_t suppressed;

	if (reason)
		k->reason[reason]++;
	k->counter[KERNEL_C_GROUP_KEYS] += event == GROUPS_EV_KEYED;
	k->counter[KERNEL_C_GROUP_TOLD] += event == GROUPS_EV_MEMBER_KEYED;
	k->counter[KERNEL_C_GROUP_FAILED] += event == GROUPS_EV_MEMBER_FAILED;
	if (failed && !ksrtp_log_allow(&k->log_limit, proc_now_ms(), &suppressed))
		return;
	ksrtp_log_write(&k->proc->log, failed ? KSRTP_LOG_WARNING : KSRTP_LOG_NOTICE,
		  "event=group-%s group=\"%s\" manager=%s as=%s gmk=%08x%s%s%s%s", names[event],
		  g->conf.name, g->conf.manager, g->conf.as, g->gmk_id, who ? " who=" : "",
		  who ? who : "", reason ? " reason=" : "", reason ? ksrtpd_reason_name(reason) : "");
}
