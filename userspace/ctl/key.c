// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "base/secret.h"
#include "ctl.h"

/* rx or tx, without a word in front */
static bool parse_side(struct ctl *c, enum ksrtpnl_dir *dir)
{
	const char *v = ctl_peek(c);

	if (!v) {
		ctl_error(c, "\"rx\" or \"tx\" is missing");
		return false;
	}
	c->pos++;
	if (!strcmp(v, "rx"))
		*dir = KSRTPNL_IN;
	else if (!strcmp(v, "tx"))
		*dir = KSRTPNL_OUT;
	else
		ctl_error(c, "\"%s\" is neither \"rx\" nor \"tx\"", v);
	return *dir;
}

enum ctl_exit ctl_key_add(struct ctl *c)
{
	uint8_t mki[KSRTPNL_MKI_MAX];
	struct ctl_octets octets = { mki, sizeof(mki), 0 };
	enum ctl_exit ret = CTL_FAILED;
	enum ksrtpnl_dir dir = 0;
	const char *path = NULL;
	bool active = false;
	struct ctl_word words[] = {
		{ "keys", ctl_parse_text, &path, true, false },
		{ "mki", ctl_parse_hex, &octets, false, false },
		{ "active", ctl_parse_flag, &active, false, false },
	};
	struct ctl_keys *keys;
	enum ksrtpnl_err err;
	uint32_t id;

	if (!ctl_id(c, "flow", &id) || !parse_side(c, &dir) ||
	    !ctl_words(c, words, sizeof(words) / sizeof(words[0])))
		return CTL_USAGE;
	keys = ctl_keys_load(c, path);
	if (!keys)
		return CTL_FAILED;
	if (keys->n != 1) {
		ctl_error(c, "%s: one key can be added at a time, there are %zu", path, keys->n);
		goto out;
	}
	if (octets.len) {
		memcpy(keys->keys[0].mki, mki, octets.len);
		keys->keys[0].mki_len = octets.len;
	}
	keys->keys[0].active = keys->keys[0].active || active;
	if (!ctl_kernel(c))
		goto out;
	err = ksrtpnl_key_add(c->nl, id, dir, &keys->keys[0]);
	ret = err ? ctl_refused(c, err) : CTL_OK;
out:
	ksrtp_secret_free(keys);
	return ret;
}

enum ctl_exit ctl_key_activate(struct ctl *c)
{
	uint8_t mki[KSRTPNL_MKI_MAX];
	struct ctl_octets octets = { mki, sizeof(mki), 0 };
	struct ctl_word words[] = { { "mki", ctl_parse_hex, &octets, true, false } };
	enum ksrtpnl_err err;
	uint32_t id;

	if (!ctl_id(c, "flow", &id) || !ctl_words(c, words, 1))
		return CTL_USAGE;
	if (!ctl_kernel(c))
		return CTL_FAILED;
	err = ksrtpnl_key_activate(c->nl, id, mki, octets.len);
	return err ? ctl_refused(c, err) : CTL_OK;
}

enum ctl_exit ctl_key_del(struct ctl *c)
{
	uint8_t mki[KSRTPNL_MKI_MAX];
	struct ctl_octets octets = { mki, sizeof(mki), 0 };
	struct ctl_word words[] = { { "mki", ctl_parse_hex, &octets, false, false } };
	enum ksrtpnl_dir dir = 0;
	enum ksrtpnl_err err;
	uint32_t id;

	if (!ctl_id(c, "flow", &id) || !parse_side(c, &dir) || !ctl_words(c, words, 1))
		return CTL_USAGE;
	if (!ctl_kernel(c))
		return CTL_FAILED;
	err = ksrtpnl_key_del(c->nl, id, dir, mki, octets.len);
	return err ? ctl_refused(c, err) : CTL_OK;
}
