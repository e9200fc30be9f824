// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <inttypes.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "ctl.h"

struct monitor {
	const struct ctl *c;
	uint32_t wanted; /* bit per event type */
	bool failed; /* nobody reads us any more */
};

static const enum ksrtpnl_event_type types[] = {
	KSRTPNL_EV_POLICY_ADD,	   KSRTPNL_EV_POLICY_DEL,     KSRTPNL_EV_FLOW_ADD,
	KSRTPNL_EV_FLOW_DEL,	   KSRTPNL_EV_ACQUIRE,	      KSRTPNL_EV_FIRST_AUTH,
	KSRTPNL_EV_KEY_SOFT_LIMIT, KSRTPNL_EV_KEY_HARD_LIMIT, KSRTPNL_EV_AUTH_FAIL,
	KSRTPNL_EV_LATCHED,	   KSRTPNL_EV_IDLE,
};

#define N_TYPES (sizeof(types) / sizeof(types[0]))

static void set_endpoint(json_t *j, const char *name, const struct ksrtp_endpoint *ep)
{
	char text[KSRTP_ENDPOINT_STRLEN];

	if (ep->addr.len)
		json_object_set_new(j, name, json_string(ctl_endpoint_str(ep, text)));
}

static json_t *to_json(const struct ksrtpnl_event *e, const struct timeval *now)
{
	char ifname[IF_NAMESIZE];
	json_t *j =
		json_pack("{s:f, s:s}", "time", (double)now->tv_sec + (double)now->tv_usec / 1e6,
			  "event", ksrtpnl_event_name(e->type));

	if (!j)
		return NULL;
	if (e->policy_id)
		json_object_set_new(j, "policy_id", json_integer(e->policy_id));
	if (e->flow_id)
		json_object_set_new(j, "flow_id", json_integer(e->flow_id));
	if (e->policy)
		json_object_set_new(j, "policy", ctl_policy_json(e->policy));
	if (e->flow)
		json_object_set_new(j, "flow", ctl_flow_json(e->flow));
	if (e->dir)
		json_object_set_new(j, "dir", json_string(ksrtpnl_dir_name(e->dir)));
	set_endpoint(j, "local", &e->local);
	set_endpoint(j, "remote", &e->remote);
	if (e->ifindex)
		json_object_set_new(j, "dev", json_string(ctl_ifname(e->ifindex, ifname)));
	if (e->type == KSRTPNL_EV_ACQUIRE || e->type == KSRTPNL_EV_FIRST_AUTH)
		json_object_set_new(j, "ssrc", json_integer(e->ssrc));
	if (e->type == KSRTPNL_EV_ACQUIRE || e->type == KSRTPNL_EV_LATCHED)
		json_object_set_new(j, "rtcp", json_boolean(e->rtcp));
	if (e->mki_len)
		json_object_set_new(j, "mki", ctl_json_hex(e->mki, e->mki_len));
	if (e->cookie_len)
		json_object_set_new(j, "cookie", ctl_json_hex(e->cookie, e->cookie_len));
	if (e->type == KSRTPNL_EV_AUTH_FAIL)
		json_object_set_new(j, "count", ctl_json_u64(e->count));
	return j;
}

static void print_text(const struct ctl *c, const struct ksrtpnl_event *e,
		       const struct timeval *now)
{
	char text[KSRTP_ENDPOINT_STRLEN], hex[2 * KSRTPNL_MKI_MAX + 1], ifname[IF_NAMESIZE];
	struct tm tm;

	if (localtime_r(&now->tv_sec, &tm))
		printf("[%02d:%02d:%02d.%06ld] ", tm.tm_hour, tm.tm_min, tm.tm_sec,
		       (long)now->tv_usec);
	printf("%s ", ksrtpnl_event_name(e->type));
	if (e->policy)
		ctl_policy_print(c, e->policy);
	else if (e->policy_id)
		printf("policy %" PRIu32, e->policy_id);
	if (e->flow)
		ctl_flow_print_head(e->flow);
	else if (e->flow_id)
		printf("flow %" PRIu32, e->flow_id);
	if (e->dir)
		printf(" dir %s", ksrtpnl_dir_name(e->dir));
	if (e->local.addr.len)
		printf(" local %s", ctl_endpoint_str(&e->local, text));
	if (e->remote.addr.len)
		printf(" remote %s", ctl_endpoint_str(&e->remote, text));
	if (e->ifindex)
		printf(" dev %s", ctl_ifname(e->ifindex, ifname));
	if (e->type == KSRTPNL_EV_ACQUIRE || e->type == KSRTPNL_EV_FIRST_AUTH)
		printf(" ssrc 0x%08" PRIx32, e->ssrc);
	if (e->rtcp)
		printf(" rtcp");
	if (e->mki_len) {
		ksrtp_text_hex(hex, e->mki, e->mki_len);
		printf(" mki %s", hex);
	}
	if (e->type == KSRTPNL_EV_AUTH_FAIL)
		printf(" count %" PRIu64, e->count);
	putchar('\n');
}

static void on_event(const struct ksrtpnl_event *e, void *arg)
{
	struct monitor *m = arg;
	struct timeval now;

	if (m->failed || !(m->wanted & (1U << e->type)))
		return;
	gettimeofday(&now, NULL);
	if (m->c->json) {
		m->failed = !ctl_print_json_line(to_json(e, &now));
		return;
	}
	print_text(m->c, e, &now);
	m->failed = fflush(stdout);
}

static bool parse(struct ctl *c, uint32_t *wanted)
{
	const char *names[N_TYPES + 1] = { NULL }, *v;
	size_t i;
	int n;

	for (i = 0; i < N_TYPES; i++)
		names[i] = ksrtpnl_event_name(types[i]);
	if (!ctl_peek(c))
		*wanted = UINT32_MAX;
	while ((v = ctl_peek(c))) {
		c->pos++;
		n = ctl_choice(c, "event", v, names);
		if (n < 0)
			return false;
		*wanted |= 1U << types[n];
	}
	return true;
}

enum ctl_exit ctl_monitor(struct ctl *c)
{
	struct monitor m = { .c = c };
	struct ksrtpnl_events *ev;
	struct pollfd p[2];
	enum ksrtpnl_err err;

	if (!parse(c, &m.wanted))
		return CTL_USAGE;
	err = ksrtpnl_events_open(&ev);
	if (err) {
		ctl_error(c, "%s%s%s", ksrtpnl_strerror(err), err == KSRTPNL_ERR_IO ? ": " : "",
			  err == KSRTPNL_ERR_IO ? strerror(errno) : "");
		return CTL_FAILED;
	}
	/* The second one tells when a reader of our output has gone. */
	p[0] = (struct pollfd){ .fd = ksrtpnl_events_fd(ev), .events = POLLIN };
	p[1] = (struct pollfd){ .fd = fileno(stdout) };
	while (!m.failed) {
		if (poll(p, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			err = KSRTPNL_ERR_IO;
			break;
		}
		if (p[1].revents & (POLLERR | POLLHUP | POLLNVAL))
			break;
		err = ksrtpnl_events_read(ev, on_event, &m);
		if (err == KSRTPNL_ERR_LOST)
			ctl_error(c, "%s", ksrtpnl_strerror(err));
		else if (err)
			break;
	}
	ksrtpnl_events_close(ev);
	if (err && err != KSRTPNL_ERR_LOST) {
		ctl_error(c, "%s", ksrtpnl_strerror(err));
		return CTL_FAILED;
	}
	return CTL_OK;
}
