// SPDX-License-Identifier: BSD-3-Clause
/*
 * The kernel for a daemon that runs without it: lib/ksrtpnl's interface over
 * tables in memory. Events come by datagram to an abstract Unix socket whose name
 * is in KSRTP_FAKE_KERNEL. No packet is ever protected here.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "fake_nl.h"
#include "ksrtpnl/ksrtpnl.h"

enum { MAX_FLOWS = 64, MAX_POLICIES = 64 };

struct ksrtpnl {
	int unused;
};

struct ksrtpnl_events {
	int fd;
};

static struct ksrtpnl_flow flows[MAX_FLOWS];
static struct ksrtpnl_policy policies[MAX_POLICIES];
static uint32_t last_id;

enum ksrtpnl_err ksrtpnl_open(struct ksrtpnl **nl)
{
	*nl = calloc(1, sizeof(**nl));
	return *nl ? KSRTPNL_OK : KSRTPNL_ERR_NOMEM;
}

const char *ksrtpnl_strerror(enum ksrtpnl_err err)
{
	return err ? "fake error" : "ok";
}

const char *ksrtpnl_message(const struct ksrtpnl *nl)
{
	(void)nl;
	return "the fake kernel does not want it";
}

int ksrtpnl_errno(const struct ksrtpnl *nl)
{
	(void)nl;
	return EINVAL;
}

const char *ksrtpnl_suite_name(enum ksrtpnl_suite suite)
{
	return suite == KSRTPNL_AEAD_AES_128_GCM ? "AEAD_AES_128_GCM" : "AES_CM_128_HMAC_SHA1_80";
}

/* ----------------------------------------------------------------- policies */

enum ksrtpnl_err ksrtpnl_policy_add(struct ksrtpnl *nl, const struct ksrtpnl_policy *policy,
				    uint32_t *id)
{
	size_t i;

	(void)nl;
	for (i = 0; i < MAX_POLICIES; i++) {
		if (policies[i].id)
			continue;
		policies[i] = *policy;
		*id = policies[i].id = ++last_id;
		return KSRTPNL_OK;
	}
	return KSRTPNL_ERR_REFUSED;
}

enum ksrtpnl_err ksrtpnl_policy_del(struct ksrtpnl *nl, uint32_t id)
{
	size_t i;

	(void)nl;
	for (i = 0; i < MAX_POLICIES; i++) {
		if (policies[i].id != id)
			continue;
		policies[i].id = 0;
		return KSRTPNL_OK;
	}
	return KSRTPNL_ERR_NOT_FOUND;
}

enum ksrtpnl_err ksrtpnl_policy_dump(struct ksrtpnl *nl, ksrtpnl_policy_fn *fn, void *arg)
{
	size_t i;

	(void)nl;
	for (i = 0; i < MAX_POLICIES; i++)
		if (policies[i].id && !fn(&policies[i], arg))
			break;
	return KSRTPNL_OK;
}

/* -------------------------------------------------------------------- flows */

static struct ksrtpnl_flow *find(uint32_t id)
{
	size_t i;

	for (i = 0; id && i < MAX_FLOWS; i++)
		if (flows[i].id == id)
			return &flows[i];
	return NULL;
}

enum ksrtpnl_err ksrtpnl_flow_add(struct ksrtpnl *nl, const struct ksrtpnl_flow *flow, uint32_t *id)
{
	size_t i;

	(void)nl;
	for (i = 0; i < MAX_FLOWS; i++)
		if (flows[i].id && !ksrtp_endpoint_cmp(&flows[i].local, &flow->local) &&
		    !ksrtp_endpoint_cmp(&flows[i].remote, &flow->remote))
			return KSRTPNL_ERR_EXISTS;
	for (i = 0; i < MAX_FLOWS; i++) {
		if (flows[i].id)
			continue;
		flows[i] = *flow;
		flows[i].rx.streams = NULL; /* the caller's */
		flows[i].rx.n_streams = 0;
		*id = flows[i].id = ++last_id;
		return KSRTPNL_OK;
	}
	return KSRTPNL_ERR_REFUSED;
}

enum ksrtpnl_err ksrtpnl_flow_set(struct ksrtpnl *nl, uint32_t id,
				  const struct ksrtpnl_flow_change *change)
{
	struct ksrtpnl_flow *f = find(id);

	(void)nl;
	if (!f)
		return KSRTPNL_ERR_NOT_FOUND;
	if (change->set_cookie) {
		memcpy(f->cookie, change->cookie, change->cookie_len);
		f->cookie_len = change->cookie_len;
	}
	if (change->rx)
		f->rx = *change->rx;
	if (change->tx)
		f->tx = *change->tx;
	return KSRTPNL_OK;
}

enum ksrtpnl_err ksrtpnl_flow_del(struct ksrtpnl *nl, uint32_t id)
{
	struct ksrtpnl_flow *f = find(id);

	(void)nl;
	if (!f)
		return KSRTPNL_ERR_NOT_FOUND;
	memset(f, 0, sizeof(*f));
	return KSRTPNL_OK;
}

enum ksrtpnl_err ksrtpnl_flow_get(struct ksrtpnl *nl, uint32_t id, struct ksrtpnl_flow **flow)
{
	struct ksrtpnl_flow *f = find(id);

	(void)nl;
	if (!f)
		return KSRTPNL_ERR_NOT_FOUND;
	*flow = malloc(sizeof(**flow));
	if (!*flow)
		return KSRTPNL_ERR_NOMEM;
	**flow = *f;
	return KSRTPNL_OK;
}

void ksrtpnl_flow_free(struct ksrtpnl_flow *flow)
{
	free(flow);
}

enum ksrtpnl_err ksrtpnl_flow_dump(struct ksrtpnl *nl, ksrtpnl_flow_fn *fn, void *arg)
{
	size_t i;

	(void)nl;
	for (i = 0; i < MAX_FLOWS; i++)
		if (flows[i].id && !fn(&flows[i], arg))
			break;
	return KSRTPNL_OK;
}

/* --------------------------------------------------------------------- keys */

static struct ksrtpnl_context *context(uint32_t id, enum ksrtpnl_dir dir)
{
	struct ksrtpnl_flow *f = find(id);

	return !f ? NULL : dir == KSRTPNL_IN ? &f->rx : &f->tx;
}

static size_t find_key(const struct ksrtpnl_context *c, const void *mki, size_t len)
{
	size_t i;

	for (i = 0; i < c->n_keys; i++)
		if (c->keys[i].mki_len == len && !memcmp(c->keys[i].mki, mki, len))
			break;
	return i;
}

enum ksrtpnl_err ksrtpnl_key_add(struct ksrtpnl *nl, uint32_t flow_id, enum ksrtpnl_dir dir,
				 const struct ksrtpnl_key *key)
{
	struct ksrtpnl_context *c = context(flow_id, dir);
	size_t i;

	(void)nl;
	if (!c)
		return KSRTPNL_ERR_NOT_FOUND;
	if (c->n_keys == KSRTPNL_KEYS_MAX || find_key(c, key->mki, key->mki_len) < c->n_keys)
		return KSRTPNL_ERR_REFUSED;
	for (i = 0; key->active && i < c->n_keys; i++)
		c->keys[i].active = false;
	c->keys[c->n_keys++] = *key;
	return KSRTPNL_OK;
}

enum ksrtpnl_err ksrtpnl_key_activate(struct ksrtpnl *nl, uint32_t flow_id, const void *mki,
				      size_t mki_len)
{
	struct ksrtpnl_context *c = context(flow_id, KSRTPNL_OUT);
	size_t i;

	(void)nl;
	if (!c || find_key(c, mki, mki_len) == c->n_keys)
		return KSRTPNL_ERR_NOT_FOUND;
	for (i = 0; i < c->n_keys; i++)
		c->keys[i].active = i == find_key(c, mki, mki_len);
	return KSRTPNL_OK;
}

enum ksrtpnl_err ksrtpnl_key_del(struct ksrtpnl *nl, uint32_t flow_id, enum ksrtpnl_dir dir,
				 const void *mki, size_t mki_len)
{
	struct ksrtpnl_context *c = context(flow_id, dir);
	size_t i = c ? find_key(c, mki, mki_len) : 0;

	(void)nl;
	if (!c || i == c->n_keys)
		return KSRTPNL_ERR_NOT_FOUND;
	memmove(&c->keys[i], &c->keys[i + 1], (c->n_keys - i - 1) * sizeof(c->keys[0]));
	c->n_keys--;
	return KSRTPNL_OK;
}

/* ------------------------------------------------------------------- events */

socklen_t fake_nl_address(const char *name, struct sockaddr_un *sun)
{
	*sun = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(sun->sun_path + 1, sizeof(sun->sun_path) - 1, "%s", name);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

enum ksrtpnl_err ksrtpnl_events_open(struct ksrtpnl_events **events)
{
	const char *name = getenv("KSRTP_FAKE_KERNEL");
	struct sockaddr_un sun;

	*events = calloc(1, sizeof(**events));
	if (!*events || !name)
		return KSRTPNL_ERR_NOMEM;
	(*events)->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (bind((*events)->fd, (struct sockaddr *)&sun, fake_nl_address(name, &sun)))
		return KSRTPNL_ERR_IO;
	return KSRTPNL_OK;
}

int ksrtpnl_events_fd(const struct ksrtpnl_events *events)
{
	return events->fd;
}

enum ksrtpnl_err ksrtpnl_events_read(struct ksrtpnl_events *events,
				     void (*fn)(const struct ksrtpnl_event *event, void *arg),
				     void *arg)
{
	struct ksrtpnl_event e;

	while (recv(events->fd, &e, sizeof(e), 0) == sizeof(e)) {
		e.policy = NULL;
		e.flow = NULL;
		fn(&e, arg);
	}
	return KSRTPNL_OK;
}
