// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>

#include "base/conf.h"
#include "base/secret.h"
#include "ctl.h"

static const struct ksrtp_conf_key words[] = {
	{ "MasterKey", KSRTP_CONF_REQUIRED },
	{ "MasterSalt", KSRTP_CONF_REQUIRED },
	{ "Mki", 0 },
	{ "Active", 0 },
	{ "SoftLimit", 0 },
	{ "HardLimit", 0 },
	{ "From", 0 },
	{ "To", 0 },
	{ NULL, 0 },
};
static const struct ksrtp_conf_schema schema[] = {
	{ "Key", KSRTP_CONF_REQUIRED | KSRTP_CONF_MULTI, words },
	{ NULL, 0, NULL },
};

static enum ksrtp_base_err take(const struct ksrtp_conf_section *sec, struct ksrtpnl_key *key,
				struct ksrtp_conf_error *error)
{
	enum ksrtp_base_err err;

	err = ksrtp_conf_get_hex_var(sec, "MasterKey", key->master_key, 1, sizeof(key->master_key),
				     &key->master_key_len, error);
	if (!err)
		err = ksrtp_conf_get_hex_var(sec, "MasterSalt", key->master_salt, 1,
					     sizeof(key->master_salt), &key->master_salt_len,
					     error);
	if (!err)
		err = ksrtp_conf_get_hex_var(sec, "Mki", key->mki, 1, sizeof(key->mki),
					     &key->mki_len, error);
	if (!err)
		err = ksrtp_conf_get_bool(sec, "Active", &key->active, error);
	if (!err)
		err = ksrtp_conf_get_u64(sec, "SoftLimit", 1, UINT64_MAX, &key->soft_limit, error);
	if (!err)
		err = ksrtp_conf_get_u64(sec, "HardLimit", 1, UINT64_MAX, &key->hard_limit, error);
	if (!err)
		err = ksrtp_conf_get_u64(sec, "From", 0, UINT64_MAX, &key->from, error);
	if (!err)
		err = ksrtp_conf_get_u64(sec, "To", 0, UINT64_MAX, &key->to, error);
	key->has_from = ksrtp_conf_get(sec, "From");
	key->has_to = ksrtp_conf_get(sec, "To");
	return err;
}

struct ctl_keys *ctl_keys_load(const struct ctl *c, const char *path)
{
	struct ctl_keys *keys = ksrtp_secret_alloc(sizeof(*keys));
	const struct ksrtp_conf_section *sec;
	struct ksrtp_conf_error error;
	struct ksrtp_conf *conf = NULL;

	if (c->batch && !strcmp(c->batch, "-") && !strcmp(path, "-")) {
		ctl_error(c, "keys: standard input is read for commands");
		ksrtp_secret_free(keys);
		return NULL;
	}
	if (!keys) {
		ctl_error(c, "no locked memory for keys: %s", strerror(errno));
		return NULL;
	}
	if (ksrtp_conf_load(&conf, path, KSRTP_CONF_SECRET, schema, &error))
		goto fail;
	while ((sec = ksrtp_conf_section(conf, "Key", keys->n))) {
		if (keys->n == KSRTPNL_KEYS_MAX) {
			ksrtp_conf_fail(sec, NULL, 0, &error, "more than %d keys",
					KSRTPNL_KEYS_MAX);
			goto fail;
		}
		if (take(sec, &keys->keys[keys->n], &error))
			goto fail;
		keys->n++;
	}
	ksrtp_conf_free(conf);
	return keys;
fail:
	ctl_error(c, "%s", error.text);
	ksrtp_conf_free(conf);
	ksrtp_secret_free(keys);
	return NULL;
}
