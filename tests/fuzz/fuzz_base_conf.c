// SPDX-License-Identifier: BSD-3-Clause
/*
 * libFuzzer target for lib/base/conf.c. The first octet chooses the mode. Beside
 * memory errors it checks that an error always has a text, that accepted files
 * keep what the schema promises, and that secret mode never repeats the input.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ksrtp_conf_key main_keys[] = {
	{ "Uri", KSRTP_CONF_REQUIRED },
	{ "Listen", KSRTP_CONF_MULTI },
	{ "N", 0 },
	{ "On", 0 },
	{ "Hex", 0 },
	{ NULL, 0 },
};
static const struct ksrtp_conf_key peer_keys[] = { { "Name", 0 }, { NULL, 0 } };
static const struct ksrtp_conf_schema schema[] = {
	{ "Main", KSRTP_CONF_REQUIRED, main_keys },
	{ "Peer", KSRTP_CONF_MULTI, peer_keys },
	{ NULL, 0, NULL },
};

static void check(int ok)
{
	if (!ok)
		abort();
}

static void use(const struct ksrtp_conf *conf)
{
	const struct ksrtp_conf_section *s = ksrtp_conf_section(conf, "Main", 0);
	struct ksrtp_conf_error error;
	uint8_t hex[16];
	uint64_t v = 0;
	bool b = false;
	size_t i, len;

	check(s && ksrtp_conf_get(s, "Uri") && *ksrtp_conf_get(s, "Uri"));
	check(!ksrtp_conf_section(conf, "Main", 1));
	for (i = 0; i < ksrtp_conf_count(s, "Listen"); i++)
		check(strlen(ksrtp_conf_get_nth(s, "Listen", i)) <= KSRTP_CONF_MAX_LINE);
	check(!ksrtp_conf_get_nth(s, "Listen", i));
	if (!ksrtp_conf_get_u64(s, "N", 1, 100, &v, &error))
		check(v <= 100);
	ksrtp_conf_get_bool(s, "On", &b, &error);
	if (!ksrtp_conf_get_hex_var(s, "Hex", hex, 1, sizeof(hex), &len, &error) &&
	    ksrtp_conf_get(s, "Hex"))
		check(len * 2 == strlen(ksrtp_conf_get(s, "Hex")));
	for (i = 0; i < ksrtp_conf_section_count(conf, "Peer"); i++)
		check(ksrtp_conf_section(conf, "Peer", i) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum ksrtp_conf_mode mode;
	struct ksrtp_conf_error error;
	struct ksrtp_conf *conf;
	char *text;

	if (!size)
		return 0;
	mode = data[0] & 1 ? KSRTP_CONF_SECRET : KSRTP_CONF_PLAIN;
	text = malloc(size); /* exact size: reads behind the end are seen */
	check(text != NULL);
	memcpy(text, data + 1, size - 1);
	if (ksrtp_conf_parse(&conf, "f", text, size - 1, mode, schema, &error)) {
		check(!conf && error.text[0] && !strncmp(error.text, "f:", 2));
		if (mode == KSRTP_CONF_SECRET)
			check(!memmem(error.text, strlen(error.text), "5EC2E7", 6));
	} else {
		check(conf && !error.text[0]);
		use(conf);
		ksrtp_conf_free(conf);
	}
	free(text);
	return 0;
}
