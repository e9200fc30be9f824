// SPDX-License-Identifier: BSD-3-Clause
#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/conf.h"
#include "base/secret.h"
#include "kms/kms.h"
#include "ksrtp/mikey.h"
#include "ksrtpd/conf.h"

/* The parent's part: text to structures. ksrtpd.conf(5) is the description. */

#define M KSRTP_CONF_MULTI
#define R KSRTP_CONF_REQUIRED

static const struct ksrtp_conf_key daemon_keys[] = {
	{ "Listen", M },   { "ControlSocket", 0 }, { "User", 0 },
	{ "Chroot", 0 },   { "ClockSkew", 0 },	   { "IdleTimeout", 0 },
	{ "MaxCalls", 0 }, { "Log", 0 },	   { "ReplayFile", 0 },
	{ NULL, 0 },
};
static const struct ksrtp_conf_key kms_keys[] = { { "Domain", R }, { NULL, 0 } };
static const struct ksrtp_conf_key identity_keys[] = {
	{ "Uri", R },
	{ "KeySet", R | M },
	{ NULL, 0 },
};
static const struct ksrtp_conf_key peer_keys[] = {
	{ "Name", R },	     { "Identity", R },	   { "As", 0 },		  { "Kms", 0 },
	{ "Address", R },    { "Local", R },	   { "Remote", R },	  { "Ports", 0 },
	{ "LocalPorts", 0 }, { "RemotePorts", 0 }, { "Suite", 0 },	  { "Rtcp", 0 },
	{ "Transport", 0 },  { "RekeyAfter", 0 },  { "RekeyPackets", 0 }, { "Mki", 0 },
	{ "Device", 0 },     { "MaxCalls", 0 },	   { NULL, 0 },
};
static const struct ksrtp_conf_key group_keys[] = {
	{ "Name", R },	   { "Manager", 0 }, { "As", 0 },      { "Kms", 0 },
	{ "Address", 0 },  { "Media", R },   { "Source", 0 },  { "Suite", 0 },
	{ "Device", 0 },   { "Switch", 0 },  { "Overlap", 0 }, { "RekeyAfter", 0 },
	{ "Refresh", 0 },  { "Member", M },  { NULL, 0 },
};
static const struct ksrtp_conf_schema schema[] = {
	{ "Daemon", R, daemon_keys },
	{ "Kms", R | M, kms_keys },
	{ "Identity", R | M, identity_keys },
	{ "Peer", M, peer_keys },
	{ "Group", M, group_keys },
	{ NULL, 0, NULL },
};

struct reader {
	struct ksrtpd_conf_file *file;
	const struct ksrtp_conf *conf;
	struct ksrtp_conf_error *error;
};

#define FAIL(r, sec, key, n, ...)                                      \
	({                                                             \
		ksrtp_conf_fail(sec, key, n, (r)->error, __VA_ARGS__); \
		false;                                                 \
	})

/* Copy a value into a fixed field. */
static bool text(struct reader *r, const struct ksrtp_conf_section *sec, const char *key, char *out,
		 size_t cap)
{
	const char *v = ksrtp_conf_get(sec, key);

	if (!v)
		return true;
	if (!ksrtpd_string_valid(v, cap, false))
		return FAIL(r, sec, key, 0, "must be 1 to %zu printable ASCII characters", cap - 1);
	memset(out, 0, cap);
	strcpy(out, v);
	return true;
}

static bool tel(struct reader *r, const struct ksrtp_conf_section *sec, const char *key, char *out)
{
	const char *v = ksrtp_conf_get(sec, key);

	if (!text(r, sec, key, out, KSRTPD_URI_LEN))
		return false;
	if (v && !ksrtp_mikey_tel_valid(v, strlen(v)))
		return FAIL(r, sec, key, 0,
			    "must be \"tel:+\" and up to 15 digits, without separators");
	return true;
}

static bool number(struct reader *r, const struct ksrtp_conf_section *sec, const char *key,
		   uint64_t min, uint64_t max, uint32_t *out)
{
	uint64_t v = *out;

	if (ksrtp_conf_get_u64(sec, key, min, max, &v, r->error))
		return false;
	*out = (uint32_t)v;
	return true;
}

/* --------------------------------------------------------------- [Daemon] */

static bool read_listen(struct reader *r, const struct ksrtp_conf_section *sec)
{
	struct ksrtpd_conf *conf = &r->file->conf;
	size_t i, j, n = ksrtp_conf_count(sec, "Listen");
	struct ksrtp_endpoint ep;

	if (!n) {
		/* every address of both families */
		for (i = 0; i < 2; i++) {
			ep = (struct ksrtp_endpoint){ .addr.len = i ? 16 : 4, .port = KSRTPD_PORT };
			if (!ksrtpd_conf_add_listen(conf, &ep))
				return FAIL(r, sec, "Listen", 0, "out of memory");
		}
		return true;
	}
	for (i = 0; i < n; i++) {
		if (ksrtp_text_endpoint(ksrtp_conf_get_nth(sec, "Listen", i), KSRTPD_PORT, &ep))
			return FAIL(r, sec, "Listen", i,
				    "must be ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT");
		for (j = 0; j < conf->n_listen; j++)
			if (!ksrtp_endpoint_cmp(&conf->listen[j], &ep))
				return FAIL(r, sec, "Listen", i, "is there twice");
		if (!ksrtpd_conf_add_listen(conf, &ep))
			return FAIL(r, sec, "Listen", i, "more than %d", KSRTPD_MAX_LISTEN);
	}
	return true;
}

static bool read_user(struct reader *r, const struct ksrtp_conf_section *sec)
{
	struct ksrtpd_conf_file *f = r->file;
	struct passwd *pw;

	if (!text(r, sec, "User", f->user, sizeof(f->user)))
		return false;
	errno = 0;
	pw = getpwnam(f->user);
	if (!pw)
		return FAIL(r, sec, "User", 0, "there is no user \"%s\" (see sysusers.d)", f->user);
	if (!pw->pw_uid || !pw->pw_gid)
		return FAIL(r, sec, "User", 0, "must not be root or of root's group");
	f->uid = pw->pw_uid;
	f->gid = pw->pw_gid;
	return true;
}

static bool read_daemon(struct reader *r)
{
	const struct ksrtp_conf_section *sec = ksrtp_conf_section(r->conf, "Daemon", 0);
	struct ksrtpd_conf_daemon *d = &r->file->conf.daemon;
	struct ksrtpd_conf_file *f = r->file;
	enum ksrtp_log_level level = KSRTP_LOG_INFO;
	const char *v;

	strcpy(f->control, "/run/ksrtpd/control.sock");
	strcpy(f->chroot, "/run/ksrtpd/empty");
	strcpy(f->replay, "/var/lib/ksrtpd/replay");
	strcpy(f->user, "ksrtpd");
	*d = (struct ksrtpd_conf_daemon){ .skew_s = KSRTPD_DEF_SKEW_S,
					  .idle_s = KSRTPD_DEF_IDLE_S,
					  .max_calls = KSRTPD_DEF_CALLS };
	if (!read_listen(r, sec) || !read_user(r, sec) ||
	    !text(r, sec, "ControlSocket", f->control, sizeof(f->control)) ||
	    !text(r, sec, "Chroot", f->chroot, sizeof(f->chroot)) ||
	    !text(r, sec, "ReplayFile", f->replay, sizeof(f->replay)) ||
	    !number(r, sec, "ClockSkew", 1, KSRTPD_MAX_SKEW_S, &d->skew_s) ||
	    !number(r, sec, "IdleTimeout", 1, 30 * 86400, &d->idle_s) ||
	    !number(r, sec, "MaxCalls", 1, KSRTPD_MAX_CALLS, &d->max_calls))
		return false;
	if (f->control[0] != '/')
		return FAIL(r, sec, "ControlSocket", 0, "must be an absolute path");
	if (f->chroot[0] != '/')
		return FAIL(r, sec, "Chroot", 0, "must be an absolute path");
	if (f->replay[0] != '/')
		return FAIL(r, sec, "ReplayFile", 0, "must be an absolute path");
	v = ksrtp_conf_get(sec, "Log");
	if (v && !ksrtp_log_level_parse(v, &level))
		return FAIL(r, sec, "Log", 0, "must be err, warning, notice, info or debug");
	d->log_level = level;
	return true;
}

/* ------------------------------------------------------- [Kms], [Identity] */

static bool read_kms(struct reader *r, const struct ksrtp_conf_section *sec)
{
	const char *path = ksrtp_conf_get(sec, "Domain");
	struct ksrtpd_conf_kms out = { 0 };
	struct ksrtp_kms_domain domain;

	if (ksrtp_kms_domain_load(path, &domain, r->error))
		return false;
	if (domain.scheme != KSRTP_KMS_RFC6509)
		return FAIL(r, sec, "Domain", 0, "%s is not of scheme rfc6509", path);
	if (strlen(domain.uri) >= sizeof(out.uri))
		return FAIL(r, sec, "Domain", 0, "the URI in %s is longer than %zu characters",
			    path, sizeof(out.uri) - 1);
	strcpy(out.uri, domain.uri);
	memcpy(out.z, domain.z, sizeof(out.z));
	memcpy(out.kpak, domain.kpak, sizeof(out.kpak));
	if (ksrtpd_conf_find_kms(&r->file->conf, out.uri))
		return FAIL(r, sec, "Domain", 0, "the domain \"%s\" is there twice", out.uri);
	if (!ksrtpd_conf_add_kms(&r->file->conf, &out))
		return FAIL(r, sec, "Domain", 0, "more than %d domains", KSRTPD_MAX_KMS);
	return true;
}

static bool read_keyset(struct reader *r, const struct ksrtp_conf_section *sec, size_t n,
			const char *uri, const char *path)
{
	struct ksrtpd_conf_file *f = r->file;
	struct ksrtpd_conf_keyset *out;
	struct ksrtp_kms_keyset *ks;
	bool ok = false;

	if (f->n_keysets >= KSRTPD_MAX_KEYSETS)
		return FAIL(r, sec, "KeySet", n, "more than %d key sets", KSRTPD_MAX_KEYSETS);
	ks = ksrtp_secret_alloc(sizeof(*ks));
	if (!ks)
		return FAIL(r, sec, "KeySet", n, "memory for keys cannot be locked: %s",
			    strerror(errno));
	if (ksrtp_kms_keyset_load(path, ks, r->error))
		goto out;
	if (ks->scheme != KSRTP_KMS_RFC6509) {
		FAIL(r, sec, "KeySet", n, "%s is not of scheme rfc6509", path);
		goto out;
	}
	if (strcmp(ks->identity, uri)) {
		FAIL(r, sec, "KeySet", n, "%s is for %s", path, ks->identity);
		goto out;
	}
	if (!ksrtpd_conf_find_kms(&f->conf, ks->kms_uri)) {
		FAIL(r, sec, "KeySet", n, "%s is from \"%s\", which no [Kms] describes", path,
		     ks->kms_uri);
		goto out;
	}
	if (ksrtpd_conf_find_key(&f->conf, uri, &ks->period)) {
		FAIL(r, sec, "KeySet", n, "%s is the second key set for its month", path);
		goto out;
	}
	out = &f->keysets[f->n_keysets];
	strcpy(out->info.uri, uri);
	strcpy(out->info.kms, ks->kms_uri);
	out->info.period = ks->period;
	memcpy(out->rsk, ks->rsk, sizeof(out->rsk));
	memcpy(out->ssk, ks->ssk, sizeof(out->ssk));
	memcpy(out->pvt, ks->pvt, sizeof(out->pvt));
	f->n_keysets++;
	ok = ksrtpd_conf_add_keyinfo(&f->conf, &out->info);
	if (!ok)
		FAIL(r, sec, "KeySet", n, "out of memory");
out:
	ksrtp_secret_free(ks);
	return ok;
}

/* All files "*.key" of a directory that are for this identity, in order of name. */
static bool read_keyset_dir(struct reader *r, const struct ksrtp_conf_section *sec, size_t n,
			    const char *uri, const char *path)
{
	char prefix[KSRTPD_URI_LEN + 1], name[4096];
	struct dirent **list = NULL;
	int i, count = scandir(path, &list, NULL, alphasort);
	bool ok = true, any = false;

	if (count < 0)
		return FAIL(r, sec, "KeySet", n, "%s: %s", path, strerror(errno));
	/* as ksrtp-kms names them: tel+447700900123-2026-11.key */
	snprintf(prefix, sizeof(prefix), "tel%s-", strchr(uri, '+'));
	for (i = 0; i < count; i++) {
		size_t len = strlen(list[i]->d_name);

		if (ok && len > 4 && !strcmp(list[i]->d_name + len - 4, ".key") &&
		    !strncmp(list[i]->d_name, prefix, strlen(prefix))) {
			any = true;
			if (snprintf(name, sizeof(name), "%s/%s", path, list[i]->d_name) >=
			    (int)sizeof(name))
				ok = FAIL(r, sec, "KeySet", n, "the path is too long");
			else
				ok = read_keyset(r, sec, n, uri, name);
		}
		free(list[i]);
	}
	free(list);
	if (ok && !any)
		return FAIL(r, sec, "KeySet", n, "no file \"%s*.key\" in %s", prefix, path);
	return ok;
}

static bool read_identity(struct reader *r, const struct ksrtp_conf_section *sec)
{
	char uri[KSRTPD_URI_LEN] = "";
	size_t i, n = ksrtp_conf_count(sec, "KeySet");
	struct stat st;

	if (!tel(r, sec, "Uri", uri))
		return false;
	if (ksrtpd_conf_find_key(&r->file->conf, uri, NULL))
		return FAIL(r, sec, "Uri", 0, "the identity is there twice");
	for (i = 0; i < n; i++) {
		const char *path = ksrtp_conf_get_nth(sec, "KeySet", i);
		bool ok;

		if (!stat(path, &st) && S_ISDIR(st.st_mode))
			ok = read_keyset_dir(r, sec, i, uri, path);
		else
			ok = read_keyset(r, sec, i, uri, path);
		if (!ok)
			return false;
	}
	return true;
}

/* ----------------------------------------------------------------- [Peer] */

static bool read_ports(struct reader *r, const struct ksrtp_conf_section *sec, const char *key,
		       struct ksrtp_ports *out)
{
	const char *v = ksrtp_conf_get(sec, key);

	if (v && ksrtp_text_ports(v, out))
		return FAIL(r, sec, key, 0, "must be PORT or FIRST-LAST, 1 to 65535");
	return true;
}

static bool read_prefix(struct reader *r, const struct ksrtp_conf_section *sec, const char *key,
			struct ksrtp_prefix *out)
{
	if (ksrtp_text_prefix(ksrtp_conf_get(sec, key), out))
		return FAIL(r, sec, key, 0, "must be ADDRESS or PREFIX/BITS without host bits");
	return true;
}

/* Who we are towards the others, and what is their KMS: [Peer] and [Group]. */
static bool read_as(struct reader *r, const struct ksrtp_conf_section *sec, char *as, char *kms)
{
	const struct ksrtpd_conf *conf = &r->file->conf;
	const struct ksrtpd_conf_keyinfo *own;

	if (!tel(r, sec, "As", as) || !text(r, sec, "Kms", kms, KSRTPD_URI_LEN))
		return false;
	if (!as[0]) {
		size_t i;

		for (i = 1; i < conf->n_keyinfo; i++)
			if (strcmp(conf->keyinfo[i].uri, conf->keyinfo[0].uri))
				return FAIL(r, sec, "As", 0,
					    "must say which of several identities to use");
		strcpy(as, conf->keyinfo[0].uri);
	}
	own = ksrtpd_conf_find_key(conf, as, NULL);
	if (!own)
		return FAIL(r, sec, "As", 0, "no [Identity] has the Uri %s", as);
	if (!kms[0])
		strcpy(kms, own->kms);
	if (!ksrtpd_conf_find_kms(conf, kms))
		return FAIL(r, sec, "Kms", 0, "no [Kms] describes \"%s\"", kms);
	return true;
}

static bool read_suite(struct reader *r, const struct ksrtp_conf_section *sec, uint8_t *out)
{
	static const char *const suites[] = { "?", "AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM",
					      NULL };
	unsigned int suite = KSRTPD_SUITE_AEAD_AES_128_GCM;

	if (ksrtp_conf_get_enum(sec, "Suite", suites, &suite, r->error))
		return false;
	if (!suite)
		return FAIL(r, sec, "Suite", 0,
			    "must be AES_CM_128_HMAC_SHA1_80 or AEAD_AES_128_GCM");
	*out = (uint8_t)suite;
	return true;
}

static bool same_flows(const struct ksrtpd_peer *a, const struct ksrtpd_peer *b)
{
	return a->local.bits == b->local.bits && a->remote.bits == b->remote.bits &&
	       ksrtp_addr_equal(&a->local.addr, &b->local.addr) &&
	       ksrtp_addr_equal(&a->remote.addr, &b->remote.addr) &&
	       a->local_ports.min == b->local_ports.min &&
	       a->local_ports.max == b->local_ports.max &&
	       a->remote_ports.min == b->remote_ports.min &&
	       a->remote_ports.max == b->remote_ports.max;
}

static bool read_peer(struct reader *r, const struct ksrtp_conf_section *sec)
{
	static const char *const rtcps[] = { "mux", "next", NULL };
	static const char *const transports[] = { "tcp", "udp", NULL };
	struct ksrtpd_peer p = { .rekey_after = KSRTPD_DEF_REKEY_S,
				 .max_calls = KSRTPD_DEF_PEER_CALLS };
	unsigned int rtcp = KSRTPD_RTCP_MUX, transport = KSRTPD_TCP;
	struct ksrtpd_conf *conf = &r->file->conf;
	uint64_t packets = 0;
	bool mki = true;
	size_t i;

	if (!text(r, sec, "Name", p.name, sizeof(p.name)) ||
	    !tel(r, sec, "Identity", p.identity) || !read_as(r, sec, p.as, p.kms))
		return false;
	if (!strcmp(p.as, p.identity))
		return FAIL(r, sec, "Identity", 0, "is our own identity");
	if (ksrtp_text_endpoint(ksrtp_conf_get(sec, "Address"), KSRTPD_PORT, &p.daemon))
		return FAIL(r, sec, "Address", 0,
			    "must be ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT");
	if (!read_prefix(r, sec, "Local", &p.local) || !read_prefix(r, sec, "Remote", &p.remote))
		return false;
	if (p.local.addr.len != p.remote.addr.len)
		return FAIL(r, sec, "Remote", 0, "must be of the same address family as Local");
	if (!read_ports(r, sec, "Ports", &p.local_ports))
		return false;
	p.remote_ports = p.local_ports;
	if (!read_ports(r, sec, "LocalPorts", &p.local_ports) ||
	    !read_ports(r, sec, "RemotePorts", &p.remote_ports))
		return false;
	if (!p.local_ports.max || !p.remote_ports.max)
		return FAIL(r, sec, "Ports", 0, "is missing (or LocalPorts and RemotePorts)");
	if (!read_suite(r, sec, &p.suite) ||
	    ksrtp_conf_get_enum(sec, "Rtcp", rtcps, &rtcp, r->error) ||
	    ksrtp_conf_get_enum(sec, "Transport", transports, &transport, r->error) ||
	    ksrtp_conf_get_bool(sec, "Mki", &mki, r->error) ||
	    !number(r, sec, "RekeyAfter", KSRTPD_MIN_REKEY_S, 30 * 86400, &p.rekey_after) ||
	    !number(r, sec, "MaxCalls", 1, KSRTPD_MAX_CALLS, &p.max_calls) ||
	    ksrtp_conf_get_u64(sec, "RekeyPackets", KSRTPD_MIN_REKEY_PACKETS, 1ull << 47, &packets,
			       r->error) ||
	    !text(r, sec, "Device", p.device, sizeof(p.device)))
		return false;
	p.rtcp = rtcp;
	p.transport = transport;
	p.rekey_packets = packets;
	p.mki = mki;
	if (rtcp == KSRTPD_RTCP_NEXT &&
	    (p.local_ports.max == UINT16_MAX || p.remote_ports.max == UINT16_MAX))
		return FAIL(r, sec, "Rtcp", 0, "leaves no port for RTCP above the last one");
	for (i = 0; i < conf->n_peers; i++) {
		if (!strcmp(conf->peer[i].name, p.name))
			return FAIL(r, sec, "Name", 0, "is another peer's name already");
		if (same_flows(&conf->peer[i], &p))
			return FAIL(r, sec, NULL, 0, "has the same flows as peer \"%s\"",
				    conf->peer[i].name);
	}
	if (!ksrtpd_conf_add_peer(conf, &p))
		return FAIL(r, sec, NULL, 0, "more than %d peers", KSRTPD_MAX_PEERS);
	return true;
}

/* ---------------------------------------------------------------- [Group] */

static bool is_multicast(const struct ksrtp_addr *a)
{
	return a->len == 4 ? a->b[0] >> 4 == 14 : a->b[0] == 0xff;
}

static bool read_source(struct reader *r, const struct ksrtp_conf_section *sec, const char *key,
			size_t n, const char *v, const struct ksrtpd_group *g,
			struct ksrtp_endpoint *out)
{
	if (ksrtp_text_endpoint(v, 0, out) || is_multicast(&out->addr) ||
	    out->addr.len != g->media.addr.len)
		return FAIL(r, sec, key, n,
			    "the source must be ADDRESS:PORT, of the same family as Media");
	return true;
}

/* "IDENTITY DAEMON [SOURCE]" */
static bool read_member(struct reader *r, const struct ksrtp_conf_section *sec, size_t n,
			struct ksrtpd_group *g)
{
	char line[KSRTPD_URI_LEN + 2 * KSRTP_ENDPOINT_STRLEN + 8] = "";
	const char *v = ksrtp_conf_get_nth(sec, "Member", n);
	struct ksrtpd_member *m = &g->member[g->n_members];
	char *identity, *daemon, *source, *rest;
	uint32_t i;

	if (g->n_members >= KSRTPD_GROUP_MEMBERS)
		return FAIL(r, sec, "Member", n, "more than %d", KSRTPD_GROUP_MEMBERS);
	if (strlen(v) >= sizeof(line))
		return FAIL(r, sec, "Member", n, "is too long");
	strcpy(line, v);
	identity = strtok_r(line, " \t", &rest);
	daemon = strtok_r(NULL, " \t", &rest);
	source = strtok_r(NULL, " \t", &rest);
	if (!identity || !daemon || strtok_r(NULL, " \t", &rest))
		return FAIL(r, sec, "Member", n, "must be IDENTITY DAEMON or IDENTITY DAEMON SOURCE");
	if (!ksrtp_mikey_tel_valid(identity, strlen(identity)))
		return FAIL(r, sec, "Member", n,
			    "must begin with \"tel:+\" and up to 15 digits, without separators");
	if (ksrtp_text_endpoint(daemon, KSRTPD_PORT, &m->daemon))
		return FAIL(r, sec, "Member", n,
			    "the daemon must be ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT");
	if (source && !read_source(r, sec, "Member", n, source, g, &m->source))
		return false;
	if (!strcmp(identity, g->manager))
		return FAIL(r, sec, "Member", n, "is the manager");
	for (i = 0; i < g->n_members; i++) {
		if (!strcmp(identity, g->member[i].identity))
			return FAIL(r, sec, "Member", n, "is there twice");
		if (source && !ksrtp_endpoint_cmp(&m->source, &g->member[i].source))
			return FAIL(r, sec, "Member", n, "has the source of another");
	}
	if (source && !ksrtp_endpoint_cmp(&m->source, &g->source))
		return FAIL(r, sec, "Member", n, "has our own source");
	strcpy(m->identity, identity);
	strcpy(m->kms, g->kms);
	g->n_members++;
	return true;
}

static bool read_managed(struct reader *r, const struct ksrtp_conf_section *sec,
			 struct ksrtpd_group *g)
{
	uint32_t delay = KSRTPD_DEF_SWITCH_MS / 1000, overlap = KSRTPD_DEF_OVERLAP_MS / 1000;
	const char *source = ksrtp_conf_get(sec, "Source");
	size_t i;

	if (ksrtp_conf_get(sec, "Address"))
		return FAIL(r, sec, "Address", 0, "is for members: this is the manager");
	if (source && !read_source(r, sec, "Source", 0, source, g, &g->source))
		return false;
	if (!number(r, sec, "Switch", 0, KSRTPD_GROUP_MS_MAX / 1000, &delay) ||
	    !number(r, sec, "Overlap", 0, KSRTPD_GROUP_MS_MAX / 1000, &overlap) ||
	    !number(r, sec, "RekeyAfter", KSRTPD_MIN_REKEY_S, 30 * 86400, &g->rekey_after) ||
	    !number(r, sec, "Refresh", KSRTPD_MIN_REFRESH_S, 86400, &g->refresh))
		return false;
	g->switch_ms = 1000 * delay;
	g->overlap_ms = 1000 * overlap;
	for (i = 0; i < ksrtp_conf_count(sec, "Member"); i++)
		if (!read_member(r, sec, i, g))
			return false;
	return true;
}

static bool read_group(struct reader *r, const struct ksrtp_conf_section *sec)
{
	static const char *const managers[] = { "Source",     "Switch",	 "Overlap",
						"RekeyAfter", "Refresh", "Member" };
	struct ksrtpd_group g = { .rekey_after = KSRTPD_DEF_REKEY_S,
				  .refresh = KSRTPD_DEF_REFRESH_S };
	struct ksrtpd_conf *conf = &r->file->conf;
	size_t i;

	if (!text(r, sec, "Name", g.name, sizeof(g.name)) || !read_as(r, sec, g.as, g.kms) ||
	    !tel(r, sec, "Manager", g.manager) || !read_suite(r, sec, &g.suite) ||
	    !text(r, sec, "Device", g.device, sizeof(g.device)))
		return false;
	if (strchr(g.name, ' '))
		return FAIL(r, sec, "Name", 0, "must be without spaces");
	if (!g.manager[0])
		strcpy(g.manager, g.as);
	if (ksrtp_text_endpoint(ksrtp_conf_get(sec, "Media"), 0, &g.media) ||
	    !is_multicast(&g.media.addr))
		return FAIL(r, sec, "Media", 0, "must be a multicast ADDRESS:PORT");
	for (i = 0; i < conf->n_groups; i++) {
		if (!strcmp(conf->group[i].name, g.name))
			return FAIL(r, sec, "Name", 0, "is another group's name already");
		if (!ksrtp_endpoint_cmp(&conf->group[i].media, &g.media))
			return FAIL(r, sec, "Media", 0, "is that of group \"%s\"",
				    conf->group[i].name);
	}
	if (!strcmp(g.as, g.manager)) {
		if (!read_managed(r, sec, &g))
			return false;
	} else {
		for (i = 0; i < sizeof(managers) / sizeof(managers[0]); i++)
			if (ksrtp_conf_count(sec, managers[i]))
				return FAIL(r, sec, managers[i], 0, "is for the manager");
		if (!ksrtp_conf_get(sec, "Address") ||
		    ksrtp_text_endpoint(ksrtp_conf_get(sec, "Address"), KSRTPD_PORT, &g.address))
			return FAIL(r, sec, "Address", 0,
				    "must be the manager's ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT");
	}
	if (!ksrtpd_conf_add_group(conf, &g))
		return FAIL(r, sec, NULL, 0, "more than %d groups", KSRTPD_MAX_GROUPS);
	return true;
}

/* ------------------------------------------------------------------- file */

static bool read_all(struct reader *r)
{
	static bool (*const each[])(struct reader *, const struct ksrtp_conf_section *) = {
		read_kms,
		read_identity,
		read_peer,
		read_group,
	};
	static const char *const names[] = { "Kms", "Identity", "Peer", "Group" };
	const struct ksrtp_conf_section *sec;
	size_t i, n;

	if (!read_daemon(r))
		return false;
	for (i = 0; i < sizeof(each) / sizeof(each[0]); i++)
		for (n = 0; (sec = ksrtp_conf_section(r->conf, names[i], n)); n++)
			if (!each[i](r, sec))
				return false;
	return true;
}

bool ksrtpd_conf_read(struct ksrtpd_conf_file *file, const char *path,
		      struct ksrtp_conf_error *error)
{
	struct reader r = { .file = file, .error = error };
	struct ksrtp_conf *conf = NULL;
	bool ok;

	*file = (struct ksrtpd_conf_file){ 0 };
	if (ksrtp_conf_load(&conf, path, KSRTP_CONF_PLAIN, schema, error))
		return false;
	file->keysets = ksrtp_secret_alloc(KSRTPD_MAX_KEYSETS * sizeof(*file->keysets));
	if (!file->keysets) {
		snprintf(error->text, sizeof(error->text),
			 "%s: memory for keys cannot be locked: %s", path, strerror(errno));
		ksrtp_conf_free(conf);
		return false;
	}
	r.conf = conf;
	ok = read_all(&r);
	ksrtp_conf_free(conf);
	if (!ok)
		ksrtpd_conf_file_free(file);
	return ok;
}

void ksrtpd_conf_file_wipe(struct ksrtpd_conf_file *file)
{
	ksrtp_secret_free(file->keysets);
	file->keysets = NULL;
	file->n_keysets = 0;
}

void ksrtpd_conf_file_free(struct ksrtpd_conf_file *file)
{
	ksrtpd_conf_file_wipe(file);
	ksrtpd_conf_free(&file->conf);
	*file = (struct ksrtpd_conf_file){ 0 };
}
