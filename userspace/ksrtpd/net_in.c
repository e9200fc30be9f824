// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include "ksrtpd/net.h"

/*
 * Receiving. A message comes as one datagram, or as everything a TCP connection
 * brings up to its half-close. Stage 1 (libksrtp-mikey) ends with the signature;
 * what passes goes to the keys process, and the kernel process has the last word.
 *
 * On TCP an orderly close without data says "installed". So every other way for a
 * connection to end, our own crash included, must be a reset or an error message:
 * SO_LINGER is 0 until there is a verdict.
 *
 * On UDP nothing is said before the signature has verified: the source could be
 * anybody's address.
 */

struct conn {
	struct net *net;
	int fd;
	struct event *ev;
	struct ksrtp_endpoint src;
	bool known; /* from a configured daemon's address */
	uint64_t deadline;
	size_t len;
	bool waiting; /* the message is with the other processes */
	uint8_t buf[KSRTPD_MSG_MAX + 1];
};

/* Where an answer to a datagram goes and comes from. */
struct datagram {
	struct ksrtp_endpoint src;
	struct ksrtp_endpoint local; /* the listener's */
	struct ksrtp_addr to; /* the address it was sent to */
};

/* A message that the other processes have. */
struct opening {
	uint32_t id; /* 0: free */
	uint64_t deadline;
	struct conn *conn; /* NULL: came by UDP, or the connection is gone */
	bool udp;
	struct datagram dgram;
	struct ksrtp_mikey_error error;
	char initiator[KSRTPD_URI_LEN];
};

static struct conn conns[KSRTPD_TCP_MAX];
static struct opening openings[KSRTPD_OPEN_MAX];
static uint32_t next_id;
static struct event *sweep;

/* What admit() must know of the message in work, and what it found. */
static struct {
	struct ksrtp_addr src;
	bool tcp; /* a handshake says that the source is no lie */
	enum ksrtpd_reason reason;
	char initiator[KSRTPD_URI_LEN];
} work;

static void count(struct net *n, enum ksrtpd_reason reason)
{
	n->reason[reason]++;
}

/* ------------------------------------------------------------------ stage 1 */

static bool is_peer_address(const struct net *n, const struct ksrtp_addr *src)
{
	size_t i;

	for (i = 0; i < n->conf.n_peers; i++)
		if (ksrtp_addr_equal(&n->conf.peer[i].daemon.addr, src))
			return true;
	for (i = 0; i < n->conf.n_groups; i++)
		if (ksrtp_addr_equal(&n->conf.group[i].address.addr, src))
			return true;
	return false;
}

static enum rate_source rate_source(const struct net *n)
{
	if (!is_peer_address(n, &work.src))
		return RATE_STRANGER;
	return work.tcp ? RATE_PEER_TCP : RATE_PEER_UDP;
}

static enum ksrtp_mikey_status refuse(enum ksrtpd_reason reason, enum ksrtp_mikey_status st)
{
	work.reason = reason;
	return st;
}

/* May the sender key this flow? */
static enum ksrtp_mikey_status admit_flow(const struct net *n, const struct ksrtp_mikey_offer *o,
					  const char **kms)
{
	struct ksrtpd_peers peers = ksrtpd_conf_peers(&n->conf);
	const struct ksrtpd_peer *peer;
	struct ksrtpd_tuple tuple;
	enum ksrtpd_reason reason;

	if (!o->flow.family)
		return refuse(KSRTPD_R_FLOW, KSRTP_MIKEY_REFUSED);
	if (!ksrtpd_tuple_of(&o->flow, &tuple))
		return refuse(KSRTPD_R_FLOW, KSRTP_MIKEY_REFUSED);
	reason = ksrtpd_peers_authorise(&peers, o->initiator, o->responder, &tuple, 0, &peer);
	if (reason == KSRTPD_R_PEER)
		return KSRTP_MIKEY_WRONG_SENDER;
	if (reason)
		return refuse(reason, KSRTP_MIKEY_REFUSED);
	*kms = peer->kms;
	return KSRTP_MIKEY_OK;
}

/* Is he the manager of this group? */
static enum ksrtp_mikey_status admit_group(const struct net *n, const struct ksrtp_mikey_offer *o,
					   const char **kms)
{
	const struct ksrtpd_group *g = ksrtpd_conf_find_group(&n->conf, o->group.name);

	if (!g || strcmp(o->responder, g->as) || g->media.port != o->group.port ||
	    g->media.addr.len != (o->group.family == 4 ? 4 : 16) ||
	    memcmp(g->media.addr.b, o->group.address, sizeof(g->media.addr.b)))
		return refuse(KSRTPD_R_GROUP, KSRTP_MIKEY_REFUSED);
	/* Nobody else's, and not our own come back. */
	if (strcmp(o->initiator, g->manager) || !strcmp(g->manager, g->as))
		return KSRTP_MIKEY_WRONG_SENDER;
	*kms = g->kms;
	return KSRTP_MIKEY_OK;
}

/*
 * Before the signature is verified: is there any use in doing so? Nothing here is
 * authenticated yet, so no answer depends on what is found but "no".
 */
enum ksrtp_mikey_status net_in_admit(void *ctx, const struct ksrtp_mikey_offer *o)
{
	struct net *n = ctx;
	struct ksrtp_period period = { .year = (uint16_t)(o->period / 12),
				       .month = (uint8_t)(o->period % 12 + 1) };
	enum ksrtp_mikey_status st;
	const char *kms;
	size_t i;

	if (strlen(o->initiator) < sizeof(work.initiator))
		strcpy(work.initiator, o->initiator);
	if (!ksrtpd_conf_find_key(&n->conf, o->responder, NULL))
		return KSRTP_MIKEY_WRONG_RECIPIENT;
	if (!ksrtpd_conf_find_key(&n->conf, o->responder, &period))
		return KSRTP_MIKEY_WRONG_PERIOD;
	st = o->group.family ? admit_group(n, o, &kms) : admit_flow(n, o, &kms);
	if (st)
		return st;
	/* Another KMS could issue the sender's identity to anybody. */
	if (o->initiator_kms[0] && strcmp(o->initiator_kms, kms))
		return KSRTP_MIKEY_UNKNOWN_KMS;
	if (!o->initiator_kms[0] && n->domains.n != 1)
		return KSRTP_MIKEY_UNKNOWN_KMS;
	for (i = 0; o->responder_kms[0] && i < n->conf.n_keyinfo; i++)
		if (!strcmp(n->conf.keyinfo[i].uri, o->responder) &&
		    !ksrtp_period_cmp(&n->conf.keyinfo[i].period, &period) &&
		    strcmp(n->conf.keyinfo[i].kms, o->responder_kms))
			return KSRTP_MIKEY_UNKNOWN_KMS;
	if (!rate_allow(n->rate, &work.src, rate_source(n), proc_now_ms()))
		return refuse(KSRTPD_R_RATE, KSRTP_MIKEY_REFUSED);
	return KSRTP_MIKEY_OK;
}

static void log_refusal(struct net *n, const struct ksrtp_endpoint *src,
			const struct ksrtp_mikey_diag *diag)
{
	char text[KSRTP_ENDPOINT_STRLEN];
	uint64_t suppressed;

	/* A retransmission that is late is no news. */
	if (diag->status == KSRTP_MIKEY_REPLAY ||
	    !ksrtp_log_allow(&n->log_limit, proc_now_ms(), &suppressed))
		return;
	ksrtp_log_info(&n->proc->log, "refused a message from %s%s%s: %s (%s%s) at octet %zu",
		       ksrtp_text_endpoint_str(src, text), work.initiator[0] ? " for " : "",
		       work.initiator, ksrtp_mikey_status_name(diag->status),
		       work.reason ? ksrtpd_reason_text(work.reason) : diag->reason,
		       suppressed ? "; some more were not logged" : "", diag->offset);
}

static struct opening *opening_new(void)
{
	size_t i;

	for (i = 0; i < KSRTPD_OPEN_MAX; i++) {
		if (!openings[i].id) {
			if (!++next_id)
				next_id = 1;
			openings[i] = (struct opening){ .id = next_id };
			return &openings[i];
		}
	}
	return NULL;
}

/*
 * One complete message. Return: what is in work, or NULL with @error->answer set
 * if the sender may be told why not.
 */
static struct opening *take_message(struct net *n, const uint8_t *buf, size_t len,
				    const struct ksrtp_endpoint *src, bool tcp,
				    struct ksrtp_mikey_error *error)
{
	static struct ipc_open out;
	struct ksrtp_mikey_diag diag = { 0 };
	enum ksrtp_mikey_status st;
	struct opening *o;

	*error = (struct ksrtp_mikey_error){ 0 };
	work.src = src->addr;
	work.tcp = tcp;
	work.reason = KSRTPD_R_NONE;
	work.initiator[0] = 0;
	out.arrived = proc_now_ms();
	st = ksrtp_mikey_receive(n->receiver, buf, len, proc_wall_ns(), NULL, &out.offer, error,
				 &diag);
	if (st) {
		if (work.reason)
			count(n, work.reason);
		else
			n->mikey[st]++;
		if (work.reason == KSRTPD_R_RATE)
			error->answer = false;
		diag.status = st;
		log_refusal(n, src, &diag);
		return NULL;
	}
	n->counter[NET_C_VERIFIED]++;
	error->csb_id = out.offer.csb_id;
	error->ts_type = out.offer.ts_type;
	error->ntp = out.offer.ntp;
	o = opening_new();
	if (!o || !proc_send(n->proc, KSRTPD_KEYS, IPC_OPEN, o->id, 0, -1, &out, sizeof(out))) {
		if (o)
			o->id = 0;
		count(n, KSRTPD_R_BUSY);
		error->no = (uint8_t)ksrtpd_reason_mikey(KSRTPD_R_BUSY);
		error->answer = true;
		return NULL;
	}
	o->deadline = out.arrived + KSRTPD_OPEN_TIMEOUT;
	o->error = *error;
	strcpy(o->initiator, work.initiator);
	return o;
}

/* ---------------------------------------------------------------------- TCP */

static void linger_reset(int fd)
{
	struct linger lg = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &lg, sizeof(lg));
}

static void linger_orderly(int fd)
{
	struct linger lg = { 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &lg, sizeof(lg));
}

static void conn_close(struct conn *c)
{
	size_t i;

	for (i = 0; i < KSRTPD_OPEN_MAX; i++)
		if (openings[i].conn == c)
			openings[i].conn = NULL;
	event_free(c->ev);
	close(c->fd);
	memset(c, 0, sizeof(*c));
	c->fd = -1;
}

/* The verdict: an orderly close, an error message, or a reset that says nothing. */
static void conn_finish(struct conn *c, bool accepted, const struct ksrtp_mikey_error *error)
{
	uint8_t buf[KSRTP_MIKEY_ERROR_MAX];
	size_t len = 0;

	if (accepted) {
		linger_orderly(c->fd);
	} else if (error->answer && !ksrtp_mikey_error_build(error, buf, sizeof(buf), &len) &&
		   send(c->fd, buf, len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len) {
		c->net->counter[NET_C_ERRORS_TX]++;
		linger_orderly(c->fd);
	}
	conn_close(c);
}

static void on_conn(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;
	struct ksrtp_mikey_error error;
	struct opening *o;
	ssize_t got;

	(void)what;
	got = recv(fd, c->buf + c->len, sizeof(c->buf) - c->len, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got < 0) {
		conn_close(c);
		return;
	}
	c->len += (size_t)got;
	if (got && c->len <= KSRTPD_MSG_MAX)
		return;
	if (got) {
		count(c->net, KSRTPD_R_SIZE);
		conn_close(c);
		return;
	}
	c->net->counter[NET_C_TCP_RX]++;
	o = take_message(c->net, c->buf, c->len, &c->src, true, &error);
	if (!o) {
		conn_finish(c, false, &error);
		return;
	}
	o->conn = c;
	c->waiting = true;
	event_del(c->ev);
}

/* Of a stranger's IPv6 address the last 64 bits are for it to choose. */
static bool same_source(const struct ksrtp_addr *a, const struct ksrtp_addr *b, bool known)
{
	if (known || a->len != 16)
		return ksrtp_addr_equal(a, b);
	return b->len == 16 && !memcmp(a->b, b->b, 8);
}

/* Strangers share a part of the places, so that peers always find one. */
static struct conn *conn_slot(const struct ksrtp_endpoint *src, bool known)
{
	unsigned int same = 0, strangers = 0;
	struct conn *free_conn = NULL;
	size_t i;

	for (i = 0; i < KSRTPD_TCP_MAX; i++) {
		if (conns[i].fd < 0) {
			free_conn = &conns[i];
			continue;
		}
		if (!conns[i].known)
			strangers++;
		if (conns[i].known == known && same_source(&conns[i].src.addr, &src->addr, known))
			same++;
	}
	if (known)
		return same < KSRTPD_TCP_PER_PEER ? free_conn : NULL;
	return same < KSRTPD_TCP_PER_SRC && strangers < KSRTPD_TCP_STRANGERS ? free_conn : NULL;
}

static void on_accept(evutil_socket_t fd, short what, void *arg)
{
	struct net *n = arg;
	struct sockaddr_storage ss;
	struct ksrtp_endpoint src;
	socklen_t len = sizeof(ss);
	bool known = false;
	struct conn *c;
	int s;

	(void)what;
	s = accept4(fd, (struct sockaddr *)&ss, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (s < 0)
		return;
	n->counter[NET_C_TCP_ACCEPTED]++;
	linger_reset(s);
	c = NULL;
	if (ksrtp_endpoint_from_sockaddr((struct sockaddr *)&ss, len, &src)) {
		known = is_peer_address(n, &src.addr);
		c = conn_slot(&src, known);
	}
	if (!c) {
		count(n, KSRTPD_R_CONNECTIONS);
		close(s);
		return;
	}
	*c = (struct conn){
		.net = n,
		.fd = s,
		.src = src,
		.known = known,
		.deadline = proc_now_ms() + KSRTPD_TCP_DEADLINE,
	};
	c->ev = event_new(n->proc->base, s, EV_READ | EV_PERSIST, on_conn, c);
	if (!c->ev || event_add(c->ev, NULL)) {
		if (c->ev)
			event_free(c->ev);
		close(s);
		c->fd = -1;
	}
}

/* ---------------------------------------------------------------------- UDP */

static void dest_of(struct msghdr *mh, struct ksrtp_addr *to)
{
	struct cmsghdr *cm;

	*to = (struct ksrtp_addr){ 0 };
	for (cm = CMSG_FIRSTHDR(mh); cm; cm = CMSG_NXTHDR(mh, cm)) {
		if (cm->cmsg_level == IPPROTO_IP && cm->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo pi;

			memcpy(&pi, CMSG_DATA(cm), sizeof(pi));
			to->len = 4;
			memcpy(to->b, &pi.ipi_addr, 4);
		} else if (cm->cmsg_level == IPPROTO_IPV6 && cm->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo pi;

			memcpy(&pi, CMSG_DATA(cm), sizeof(pi));
			to->len = 16;
			memcpy(to->b, &pi.ipi6_addr, 16);
		}
	}
}

static int listener_fd(const struct net *n, const struct ksrtp_endpoint *local)
{
	size_t i;

	for (i = 0; i < n->listeners.n; i++)
		if (!n->listeners.l[i].tcp && !ksrtp_endpoint_cmp(&n->listeners.l[i].ep, local))
			return n->listeners.l[i].fd;
	return -1;
}

/* From the address that was asked. */
static void send_from(int fd, const struct datagram *d, const void *buf, size_t len)
{
	union {
		struct cmsghdr align;
		uint8_t space[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	} control = { 0 };
	struct sockaddr_storage ss;
	struct iovec iov = { .iov_base = (void *)(uintptr_t)buf, .iov_len = len };
	struct msghdr mh = {
		.msg_name = &ss, .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.space
	};
	struct cmsghdr *cm;

	mh.msg_namelen = ksrtp_endpoint_to_sockaddr(&d->src, &ss);
	mh.msg_controllen = sizeof(control.space);
	cm = CMSG_FIRSTHDR(&mh);
	if (d->to.len == 4) {
		struct in_pktinfo pi = { 0 };

		memcpy(&pi.ipi_spec_dst, d->to.b, 4);
		cm->cmsg_level = IPPROTO_IP;
		cm->cmsg_type = IP_PKTINFO;
		cm->cmsg_len = CMSG_LEN(sizeof(pi));
		memcpy(CMSG_DATA(cm), &pi, sizeof(pi));
		mh.msg_controllen = CMSG_SPACE(sizeof(pi));
	} else if (d->to.len == 16) {
		struct in6_pktinfo pi = { 0 };

		memcpy(&pi.ipi6_addr, d->to.b, 16);
		cm->cmsg_level = IPPROTO_IPV6;
		cm->cmsg_type = IPV6_PKTINFO;
		cm->cmsg_len = CMSG_LEN(sizeof(pi));
		memcpy(CMSG_DATA(cm), &pi, sizeof(pi));
	} else {
		mh.msg_control = NULL;
		mh.msg_controllen = 0;
	}
	sendmsg(fd, &mh, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void udp_error(struct net *n, const struct datagram *d,
		      const struct ksrtp_mikey_error *error)
{
	uint8_t buf[KSRTP_MIKEY_ERROR_MAX];
	int fd = listener_fd(n, &d->local);
	size_t len = 0;

	if (fd < 0 || ksrtp_mikey_error_build(error, buf, sizeof(buf), &len))
		return;
	send_from(fd, d, buf, len);
	n->counter[NET_C_ERRORS_TX]++;
}

static void one_datagram(struct net *n, const uint8_t *buf, size_t len, const struct datagram *d)
{
	struct ksrtp_mikey_error error;
	struct opening *o;

	/* An error message is the one thing that may come here and is no request. */
	if (!ksrtp_mikey_error_parse(&error, buf, len, NULL)) {
		net_out_error(n, &d->src, &error);
		return;
	}
	o = take_message(n, buf, len, &d->src, false, &error);
	if (o) {
		o->udp = true;
		o->dgram = *d;
	}
}

static void on_udp(evutil_socket_t fd, short what, void *arg)
{
	static uint8_t buf[KSRTPD_MSG_MAX + 1];
	struct net_listener *l = arg;
	struct net *n = l->net;
	union {
		struct cmsghdr align;
		uint8_t space[CMSG_SPACE(sizeof(struct in6_pktinfo)) + 64];
	} control;
	unsigned int budget = 32; /* others want to be heard as well */

	(void)what;
	while (budget--) {
		struct sockaddr_storage ss;
		struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
		struct msghdr mh = { .msg_name = &ss,
				     .msg_namelen = sizeof(ss),
				     .msg_iov = &iov,
				     .msg_iovlen = 1,
				     .msg_control = control.space,
				     .msg_controllen = sizeof(control.space) };
		struct datagram d = { .local = l->ep };
		ssize_t got = recvmsg(fd, &mh, MSG_DONTWAIT);

		if (got < 0)
			return;
		n->counter[NET_C_UDP_RX]++;
		if ((size_t)got > KSRTPD_MSG_MAX || mh.msg_flags & MSG_TRUNC) {
			count(n, KSRTPD_R_SIZE);
			continue;
		}
		if (!ksrtp_endpoint_from_sockaddr((struct sockaddr *)&ss, mh.msg_namelen, &d.src) ||
		    !d.src.port)
			continue;
		dest_of(&mh, &d.to);
		one_datagram(n, buf, (size_t)got, &d);
	}
}

/* ------------------------------------------------------------------- frame */

void net_in_answer(struct net *n, uint32_t id, enum ksrtpd_reason reason)
{
	char text[KSRTP_ENDPOINT_STRLEN];
	struct opening *o = NULL;
	uint64_t suppressed;
	size_t i;
	int no;

	for (i = 0; i < KSRTPD_OPEN_MAX; i++)
		if (openings[i].id && openings[i].id == id)
			o = &openings[i];
	if (reason)
		count(n, reason);
	else
		n->counter[NET_C_INSTALLED]++;
	if (!o)
		return; /* too late */
	no = ksrtpd_reason_mikey(reason);
	o->error.answer = no >= 0;
	o->error.no = no >= 0 ? (uint8_t)no : 0;
	if (reason && reason != KSRTPD_R_GLARE &&
	    ksrtp_log_allow(&n->log_limit, proc_now_ms(), &suppressed)) {
		const struct ksrtp_endpoint *src = o->conn ? &o->conn->src : &o->dgram.src;

		ksrtp_log_warning(&n->proc->log, "refused %s at %s: %s", o->initiator,
				  src->addr.len ? ksrtp_text_endpoint_str(src, text) : "?",
				  ksrtpd_reason_text(reason));
	}
	if (o->conn)
		conn_finish(o->conn, !reason, &o->error);
	else if (o->udp && reason && o->error.answer)
		udp_error(n, &o->dgram, &o->error);
	o->id = 0;
}

static void on_sweep(evutil_socket_t fd, short what, void *arg)
{
	uint64_t now = proc_now_ms();
	size_t i;

	(void)fd;
	(void)what;
	for (i = 0; i < KSRTPD_OPEN_MAX; i++)
		if (openings[i].id && now >= openings[i].deadline)
			net_in_answer(arg, openings[i].id, KSRTPD_R_BUSY);
	/* For the message as a whole, however slowly it trickles in. */
	for (i = 0; i < KSRTPD_TCP_MAX; i++) {
		if (conns[i].fd < 0 || conns[i].waiting || now < conns[i].deadline)
			continue;
		count(arg, KSRTPD_R_DEADLINE);
		conn_close(&conns[i]);
	}
}

bool net_in_init(struct net *n)
{
	static const struct timeval second = { .tv_sec = 1 };
	size_t i;

	for (i = 0; i < KSRTPD_TCP_MAX; i++)
		conns[i].fd = -1;
	sweep = event_new(n->proc->base, -1, EV_PERSIST, on_sweep, n);
	return sweep && !event_add(sweep, &second);
}

void net_in_listen(struct net *n, struct net_listener *l)
{
	l->net = n;
	l->ev = event_new(n->proc->base, l->fd, EV_READ | EV_PERSIST, l->tcp ? on_accept : on_udp,
			  l->tcp ? (void *)n : (void *)l);
	if (!l->ev || event_add(l->ev, NULL))
		proc_fatal(n->proc, "out of memory");
}
