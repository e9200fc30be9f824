/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_CONF_H
#define KSRTPD_CONF_H

#include <sys/types.h>

#include "base/log.h"
#include "base/text.h"
#include "ksrtp/sakke.h"
#include "ksrtpd/peers.h"
#include "ksrtpd/types.h"

/* The configuration as all processes see it; flat, so that it fits messages. */

/** struct ksrtpd_conf_daemon - [Daemon], what children need of it
 * @skew_s: how far clocks may differ
 * @idle_s: remove flows without packets
 * @max_calls: size of the calls table, fixed at start
 * @log_level: enum ksrtp_log_level
 */
struct ksrtpd_conf_daemon {
	uint32_t skew_s;
	uint32_t idle_s;
	uint32_t max_calls;
	uint32_t log_level;
};

/** struct ksrtpd_conf_kms - a KMS domain's public keys */
struct ksrtpd_conf_kms {
	char uri[KSRTPD_URI_LEN];
	uint8_t z[KSRTP_SAKKE_Z_LEN];
	uint8_t kpak[KSRTP_ECCSI_KPAK_LEN];
};

/** struct ksrtpd_conf_keyinfo - that there is a key set */
struct ksrtpd_conf_keyinfo {
	char uri[KSRTPD_URI_LEN];
	char kms[KSRTPD_URI_LEN];
	struct ksrtp_period period;
};

/** struct ksrtpd_conf_keyset - the key set; secret */
struct ksrtpd_conf_keyset {
	struct ksrtpd_conf_keyinfo info;
	uint8_t rsk[KSRTP_SAKKE_RSK_LEN];
	uint8_t ssk[KSRTP_ECCSI_SSK_LEN];
	uint8_t pvt[KSRTP_ECCSI_PVT_LEN];
};

/** struct ksrtpd_conf - all of it but the secrets */
struct ksrtpd_conf {
	struct ksrtpd_conf_daemon daemon;
	size_t n_kms, n_peers, n_groups, n_keyinfo, n_listen;
	struct ksrtpd_conf_kms *kms;
	struct ksrtpd_peer *peer;
	struct ksrtpd_group *group;
	struct ksrtpd_conf_keyinfo *keyinfo;
	struct ksrtp_endpoint *listen;
};

/** struct ksrtpd_conf_file - what the parent reads
 * @conf: for everybody
 * @keysets: secret, in locked memory
 * @n_keysets: their number
 * @control: path of the control socket
 * @user: name of the unprivileged user
 * @uid: its number
 * @gid: its group
 * @chroot: empty directory
 * @replay: what must outlive the daemon, lest a message be taken twice
 */
struct ksrtpd_conf_file {
	struct ksrtpd_conf conf;
	struct ksrtpd_conf_keyset *keysets;
	size_t n_keysets;
	char control[KSRTPD_PATH_LEN];
	char user[32];
	uid_t uid;
	gid_t gid;
	char chroot[KSRTPD_PATH_LEN];
	char replay[KSRTPD_PATH_LEN];
};

struct ksrtp_conf_error;

/**
 * ksrtpd_conf_read() - read the configuration and the files it names
 * @file: result; zeroed on error
 * @path: of the configuration
 * @error: "file:line: Key: reason"
 *
 * Return: whether everything is right.
 */
bool ksrtpd_conf_read(struct ksrtpd_conf_file *file, const char *path,
		      struct ksrtp_conf_error *error);
/* Wipe the key sets, keep the rest. */
void ksrtpd_conf_file_wipe(struct ksrtpd_conf_file *file);
void ksrtpd_conf_file_free(struct ksrtpd_conf_file *file);

/* Growing and checking, used by children too; false: full or not acceptable. */
bool ksrtpd_conf_add_kms(struct ksrtpd_conf *conf, const struct ksrtpd_conf_kms *kms);
bool ksrtpd_conf_add_peer(struct ksrtpd_conf *conf, const struct ksrtpd_peer *peer);
bool ksrtpd_conf_add_group(struct ksrtpd_conf *conf, const struct ksrtpd_group *group);
bool ksrtpd_conf_add_keyinfo(struct ksrtpd_conf *conf, const struct ksrtpd_conf_keyinfo *info);
bool ksrtpd_conf_add_listen(struct ksrtpd_conf *conf, const struct ksrtp_endpoint *ep);
bool ksrtpd_conf_daemon_valid(const struct ksrtpd_conf_daemon *daemon);
bool ksrtpd_conf_keyinfo_valid(const struct ksrtpd_conf_keyinfo *info);
void ksrtpd_conf_free(struct ksrtpd_conf *conf);

const struct ksrtpd_conf_kms *ksrtpd_conf_find_kms(const struct ksrtpd_conf *conf, const char *uri);
/* NULL if there is none. */
const struct ksrtpd_group *ksrtpd_conf_find_group(const struct ksrtpd_conf *conf, const char *name);
/* The key set of an identity and month, NULL if there is none; month 0: any. */
const struct ksrtpd_conf_keyinfo *ksrtpd_conf_find_key(const struct ksrtpd_conf *conf,
						       const char *uri,
						       const struct ksrtp_period *period);

static inline struct ksrtpd_peers ksrtpd_conf_peers(const struct ksrtpd_conf *conf)
{
	return (struct ksrtpd_peers){ .peer = conf->peer, .n = conf->n_peers };
}

#endif
