// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "ksrtp/mikey.h"
#include "ksrtpd/conf.h"

/* Room for one more in an array that grows by doubling; NULL: full or no memory. */
static void *grow(void *array, size_t n, size_t size, size_t max)
{
	size_t cap = n ? n : 1;

	if (n >= max)
		return NULL;
	/* A power of two means that the array is full. */
	if (n & (n - 1))
		return array;
	return realloc(array, 2 * cap * size);
}

#define APPEND(conf, field, count, value, max)                                                 \
	({                                                                                     \
		void *grown = grow((conf)->field, (conf)->count, sizeof(*(conf)->field), max); \
		bool done = grown != NULL;                                                     \
                                                                                               \
		if (done) {                                                                    \
			(conf)->field = grown;                                                 \
			(conf)->field[(conf)->count++] = *(value);                             \
		}                                                                              \
		done;                                                                          \
	})

static bool period_valid(const struct ksrtp_period *p)
{
	return p->year >= 1900 && p->year <= 9999 && p->month >= 1 && p->month <= 12;
}

bool ksrtpd_conf_daemon_valid(const struct ksrtpd_conf_daemon *d)
{
	return d->skew_s >= 1 && d->skew_s <= KSRTPD_MAX_SKEW_S && d->idle_s >= 1 && d->idle_s <= 30 * 86400 &&
	       d->max_calls >= 1 && d->max_calls <= KSRTPD_MAX_CALLS &&
	       d->log_level >= KSRTP_LOG_ERR && d->log_level <= KSRTP_LOG_DEBUG;
}

bool ksrtpd_conf_keyinfo_valid(const struct ksrtpd_conf_keyinfo *i)
{
	return ksrtpd_string_valid(i->uri, sizeof(i->uri), false) &&
	       ksrtpd_string_valid(i->kms, sizeof(i->kms), false) && period_valid(&i->period);
}

bool ksrtpd_conf_add_kms(struct ksrtpd_conf *conf, const struct ksrtpd_conf_kms *kms)
{
	return ksrtpd_string_valid(kms->uri, sizeof(kms->uri), false) &&
	       !ksrtpd_conf_find_kms(conf, kms->uri) &&
	       APPEND(conf, kms, n_kms, kms, KSRTPD_MAX_KMS);
}

bool ksrtpd_conf_add_peer(struct ksrtpd_conf *conf, const struct ksrtpd_peer *peer)
{
	return ksrtpd_peer_valid(peer) && APPEND(conf, peer, n_peers, peer, KSRTPD_MAX_PEERS);
}

static bool endpoint_valid(const struct ksrtp_endpoint *ep, const struct ksrtp_endpoint *media,
			   bool may_be_none)
{
	if (!ep->addr.len)
		return may_be_none && !ep->port;
	return ep->port && (ep->addr.len == 4 || ep->addr.len == 16) &&
	       (!media || ep->addr.len == media->addr.len);
}

static bool member_valid(const struct ksrtpd_group *g, uint32_t n)
{
	const struct ksrtpd_member *m = &g->member[n];
	uint32_t i;

	if (!ksrtpd_string_valid(m->identity, sizeof(m->identity), false) ||
	    !ksrtpd_string_valid(m->kms, sizeof(m->kms), false) ||
	    !endpoint_valid(&m->daemon, NULL, false) ||
	    !endpoint_valid(&m->source, &g->media, true) || !strcmp(m->identity, g->manager) ||
	    (m->source.addr.len && !ksrtp_endpoint_cmp(&m->source, &g->source)))
		return false;
	for (i = 0; i < n; i++)
		if (!strcmp(m->identity, g->member[i].identity) ||
		    (m->source.addr.len && !ksrtp_endpoint_cmp(&m->source, &g->member[i].source)))
			return false;
	return true;
}

static bool group_valid(const struct ksrtpd_group *g)
{
	bool manager = !strcmp(g->as, g->manager);
	uint32_t i;

	if (!ksrtpd_string_valid(g->name, sizeof(g->name), false) || strchr(g->name, ' ') ||
	    !ksrtpd_string_valid(g->manager, sizeof(g->manager), false) ||
	    !ksrtpd_string_valid(g->as, sizeof(g->as), false) ||
	    !ksrtpd_string_valid(g->kms, sizeof(g->kms), false) ||
	    !ksrtpd_string_valid(g->device, sizeof(g->device), true) ||
	    !endpoint_valid(&g->address, NULL, manager) ||
	    !endpoint_valid(&g->media, NULL, false) ||
	    !endpoint_valid(&g->source, &g->media, true) ||
	    (g->suite != KSRTPD_SUITE_AES_CM_128_HMAC_SHA1_80 &&
	     g->suite != KSRTPD_SUITE_AEAD_AES_128_GCM) ||
	    g->switch_ms > KSRTPD_GROUP_MS_MAX || g->overlap_ms > KSRTPD_GROUP_MS_MAX ||
	    g->rekey_after < KSRTPD_MIN_REKEY_S || g->refresh < KSRTPD_MIN_REFRESH_S ||
	    g->n_members > KSRTPD_GROUP_MEMBERS || (!manager && g->n_members))
		return false;
	for (i = 0; i < g->n_members; i++)
		if (!member_valid(g, i))
			return false;
	return true;
}

bool ksrtpd_conf_add_group(struct ksrtpd_conf *conf, const struct ksrtpd_group *group)
{
	return group_valid(group) && !ksrtpd_conf_find_group(conf, group->name) &&
	       APPEND(conf, group, n_groups, group, KSRTPD_MAX_GROUPS);
}

bool ksrtpd_conf_add_keyinfo(struct ksrtpd_conf *conf, const struct ksrtpd_conf_keyinfo *info)
{
	return ksrtpd_conf_keyinfo_valid(info) &&
	       APPEND(conf, keyinfo, n_keyinfo, info, KSRTPD_MAX_KEYSETS);
}

bool ksrtpd_conf_add_listen(struct ksrtpd_conf *conf, const struct ksrtp_endpoint *ep)
{
	return (ep->addr.len == 4 || ep->addr.len == 16) && ep->port &&
	       APPEND(conf, listen, n_listen, ep, KSRTPD_MAX_LISTEN);
}

void ksrtpd_conf_free(struct ksrtpd_conf *conf)
{
	free(conf->kms);
	free(conf->peer);
	free(conf->group);
	free(conf->keyinfo);
	free(conf->listen);
	*conf = (struct ksrtpd_conf){ 0 };
}

const struct ksrtpd_conf_kms *ksrtpd_conf_find_kms(const struct ksrtpd_conf *conf, const char *uri)
{
	size_t i;

	for (i = 0; i < conf->n_kms; i++)
		if (!strcmp(conf->kms[i].uri, uri))
			return &conf->kms[i];
	return NULL;
}

const struct ksrtpd_conf_keyinfo *ksrtpd_conf_find_key(const struct ksrtpd_conf *conf,
						       const char *uri,
						       const struct ksrtp_period *period)
{
	size_t i;

	for (i = 0; i < conf->n_keyinfo; i++)
		if (!strcmp(conf->keyinfo[i].uri, uri) &&
		    (!period || !ksrtp_period_cmp(&conf->keyinfo[i].period, period)))
			return &conf->keyinfo[i];
	return NULL;
}

const struct ksrtpd_group *ksrtpd_conf_find_group(const struct ksrtpd_conf *conf, const char *name)
{
	size_t i;

	for (i = 0; i < conf->n_groups; i++)
		if (!strcmp(conf->group[i].name, name))
			return &conf->group[i];
	return NULL;
}
