// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ksrtpd/calls.h"
#include "ksrtpd/net.h"

/*
 * Delivering our own messages.
 *
 * TCP: connect, write, half-close, read to the end. An end without data is the
 * peer's acceptance, an error message or a reset its refusal.
 *
 * UDP: from a listening socket, so that an error message finds back, again and
 * again until the kernel process cancels (media came with the new key) or the
 * last try has waited in vain. An error message is not authenticated: it ends
 * nothing by itself, and is the reason if nothing better comes.
 */

struct out {
	struct net *net;
	uint32_t exch;
	bool used;
	int fd; /* TCP; -1 with UDP */
	struct event *ev;
	struct event *timer;
	struct ipc_send m;
	size_t done; /* octets written */
	unsigned int tries;
	int code; /* error number heard over UDP, -1 */
	size_t got;
	uint8_t reply[KSRTPD_REPLY_MAX + 1];
};

/* Calls and groups do not take each other's places. */
enum { MAX_OUTS = KSRTPD_MAX_PENDING + KSRTPD_MAX_GROUPS * KSRTPD_GROUP_MEMBERS };

static struct out *outs;

static struct out *find(uint32_t exch)
{
	size_t i;

	for (i = 0; i < MAX_OUTS; i++)
		if (outs[i].used && outs[i].exch == exch)
			return &outs[i];
	return NULL;
}

static void out_free(struct out *o)
{
	if (o->ev)
		event_free(o->ev);
	if (o->timer)
		event_free(o->timer);
	if (o->fd >= 0)
		close(o->fd);
	memset(o, 0, sizeof(*o));
	o->fd = -1;
}

static void report(struct net *n, uint32_t exch, enum calls_outcome outcome, int code)
{
	struct ipc_sent sent = { .outcome = outcome, .code = code };

	if (outcome != CALLS_ACCEPTED)
		n->counter[NET_C_SEND_FAILED]++;
	proc_send(n->proc, KSRTPD_KERNEL, IPC_SENT, exch, 0, -1, &sent, sizeof(sent));
}

static void finish(struct out *o, enum calls_outcome outcome, int code)
{
	struct net *n = o->net;
	uint32_t exch = o->exch;

	out_free(o);
	report(n, exch, outcome, code);
}

/* ---------------------------------------------------------------------- TCP */

static bool is_any(const struct ksrtp_addr *a)
{
	static const struct ksrtp_addr zero;

	return !memcmp(a->b, zero.b, sizeof(zero.b));
}

/* We speak from where we listen, if that is one address. */
static void bind_like_listener(struct net *n, int fd, uint8_t family_len)
{
	struct sockaddr_storage ss;
	size_t i;

	for (i = 0; i < n->listeners.n; i++) {
		struct ksrtp_endpoint ep = n->listeners.l[i].ep;

		if (ep.addr.len != family_len || is_any(&ep.addr))
			continue;
		ep.port = 0;
		/* If it does not work the connection is made from another address. */
		(void)!bind(fd, (struct sockaddr *)&ss, ksrtp_endpoint_to_sockaddr(&ep, &ss));
		return;
	}
}

static void on_reply(struct out *o)
{
	struct ksrtp_mikey_error error;
	ssize_t got = recv(o->fd, o->reply + o->got, sizeof(o->reply) - o->got, 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got < 0) {
		finish(o, CALLS_REFUSED, -1);
		return;
	}
	o->got += (size_t)got;
	if (got && o->got < sizeof(o->reply))
		return;
	if (!got && !o->got) {
		finish(o, CALLS_ACCEPTED, -1);
		return;
	}
	if (!got && !ksrtp_mikey_error_parse(&error, o->reply, o->got, NULL)) {
		o->net->counter[NET_C_ERRORS_RX]++;
		finish(o, CALLS_REFUSED, error.no);
		return;
	}
	finish(o, CALLS_REFUSED, -1);
}

static void on_tcp(evutil_socket_t fd, short what, void *arg);

static bool wait_for(struct out *o, short what)
{
	if (o->ev)
		event_free(o->ev);
	o->ev = event_new(o->net->proc->base, o->fd, what | EV_PERSIST, on_tcp, o);
	return o->ev && !event_add(o->ev, NULL);
}

static void on_tcp(evutil_socket_t fd, short what, void *arg)
{
	struct out *o = arg;
	socklen_t len = sizeof(int);
	int err = 0;
	ssize_t n;

	if (what & EV_READ) {
		on_reply(o);
		return;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) || err) {
		finish(o, CALLS_UNREACHABLE, -1);
		return;
	}
	n = send(fd, o->m.msg + o->done, o->m.len - o->done, MSG_NOSIGNAL);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		finish(o, CALLS_UNREACHABLE, -1);
		return;
	}
	o->done += (size_t)n;
	if (o->done < o->m.len)
		return;
	/* Our part is said, and may be acted upon even if no answer can be had. */
	if (shutdown(fd, SHUT_WR) || !wait_for(o, EV_READ))
		finish(o, CALLS_NO_ANSWER, -1);
}

static bool start_tcp(struct out *o)
{
	static const struct timeval deadline = { .tv_sec = KSRTPD_TCP_DEADLINE / 1000 };
	struct sockaddr_storage ss;
	socklen_t len = ksrtp_endpoint_to_sockaddr(&o->m.to, &ss);

	o->net->counter[NET_C_SENT_TCP]++;
	o->fd = socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (o->fd < 0)
		return false;
	bind_like_listener(o->net, o->fd, o->m.to.addr.len);
	if (connect(o->fd, (struct sockaddr *)&ss, len) && errno != EINPROGRESS)
		return false;
	return !event_add(o->timer, &deadline) && wait_for(o, EV_WRITE);
}

/* ---------------------------------------------------------------------- UDP */

static int udp_socket(const struct net *n, uint8_t family_len)
{
	size_t i;

	for (i = 0; i < n->listeners.n; i++)
		if (!n->listeners.l[i].tcp && n->listeners.l[i].ep.addr.len == family_len)
			return n->listeners.l[i].fd;
	return -1;
}

static bool send_udp(struct out *o)
{
	struct sockaddr_storage ss;
	socklen_t len = ksrtp_endpoint_to_sockaddr(&o->m.to, &ss);
	int fd = udp_socket(o->net, o->m.to.addr.len);
	struct timeval tv;
	unsigned int ms;

	if (fd < 0)
		return false;
	ms = KSRTPD_UDP_FIRST << o->tries++;
	if (o->tries > 1)
		o->net->counter[NET_C_RETRANSMITTED]++;
	if (o->tries == KSRTPD_UDP_TRIES)
		ms = KSRTPD_UDP_LAST;
	/* What is lost here is lost like any datagram, and sent again. */
	if (sendto(fd, o->m.msg, o->m.len, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&ss,
		   len) < 0 &&
	    (errno == ENETUNREACH || errno == EHOSTUNREACH) && o->tries == KSRTPD_UDP_TRIES)
		return false;
	tv.tv_sec = ms / 1000;
	tv.tv_usec = ms % 1000 * 1000;
	return !event_add(o->timer, &tv);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct out *o = arg;

	(void)fd;
	(void)what;
	if (o->m.transport == KSRTPD_TCP) {
		/* Connected and silent, or not even connected? */
		finish(o, o->done ? CALLS_NO_ANSWER : CALLS_UNREACHABLE, -1);
		return;
	}
	if (o->tries < KSRTPD_UDP_TRIES) {
		if (!send_udp(o))
			finish(o, CALLS_UNREACHABLE, -1);
		return;
	}
	finish(o, o->code >= 0 ? CALLS_REFUSED : CALLS_NO_ANSWER, o->code);
}

void net_out_error(struct net *n, const struct ksrtp_endpoint *src,
		   const struct ksrtp_mikey_error *error)
{
	size_t i;

	for (i = 0; i < MAX_OUTS; i++) {
		struct out *o = &outs[i];

		if (o->used && o->m.transport == KSRTPD_UDP && o->m.csb == error->csb_id &&
		    !ksrtp_endpoint_cmp(&o->m.to, src)) {
			n->counter[NET_C_ERRORS_RX]++;
			o->code = error->no;
			return;
		}
	}
	n->counter[NET_C_ERRORS_STRAY]++;
}

/* ------------------------------------------------------------------- frame */

bool net_out_init(struct net *n)
{
	size_t i;

	(void)n;
	outs = calloc(MAX_OUTS, sizeof(*outs));
	for (i = 0; outs && i < MAX_OUTS; i++)
		outs[i].fd = -1;
	return outs != NULL;
}

void net_out_send(struct net *n, uint32_t exch, const struct ipc_send *m)
{
	struct out *o = NULL;
	bool ok;
	size_t i;

	for (i = 0; i < MAX_OUTS && !o; i++)
		if (!outs[i].used)
			o = &outs[i];
	if (!o) {
		report(n, exch, CALLS_UNREACHABLE, -1);
		return;
	}
	*o = (struct out){ .net = n, .exch = exch, .used = true, .fd = -1, .m = *m, .code = -1 };
	o->timer = evtimer_new(n->proc->base, on_timer, o);
	if (m->transport == KSRTPD_UDP)
		n->counter[NET_C_SENT_UDP]++;
	ok = o->timer && (m->transport == KSRTPD_TCP ? start_tcp(o) : send_udp(o));
	if (!ok)
		finish(o, CALLS_UNREACHABLE, -1);
}

void net_out_cancel(struct net *n, uint32_t exch)
{
	struct out *o = find(exch);

	(void)n;
	if (o)
		out_free(o);
}
