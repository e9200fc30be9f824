// SPDX-License-Identifier: BSD-3-Clause
/*
 * libFuzzer target for the key files of lib/kms: domain, master secrets and key
 * sets, all three readers on each input.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kms/kms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
	if (!ok)
		abort();
}

static int zero(const void *p, size_t len)
{
	const uint8_t *b = p;
	uint8_t any = 0;

	while (len--)
		any |= *b++;
	return !any;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ksrtp_kms_domain d;
	struct ksrtp_kms_master m;
	struct ksrtp_kms_keyset k;
	struct ksrtp_conf_error error;
	char *text = malloc(size ? size : 1);
	uint8_t id[KSRTP_KMS_IDENTIFIER_LEN];

	check(text != NULL);
	memcpy(text, data, size);
	memset(&m, 0, sizeof(m));
	memset(&k, 0, sizeof(k));
	if (!ksrtp_kms_domain_parse("f", text, size, &d, &error))
		check(ksrtp_kms_uri_valid(d.uri) &&
		      (d.scheme == KSRTP_KMS_TS33180) == (d.key_offset < d.key_period));
	else
		check(error.text[0]);
	if (!ksrtp_kms_master_parse("f", text, size, &m, &error))
		check(ksrtp_kms_uri_valid(m.kms_uri));
	else
		check(error.text[0] && zero(&m, sizeof(m)));
	if (!ksrtp_kms_keyset_parse("f", text, size, &k, &error)) {
		check(ksrtp_kms_uri_valid(k.kms_uri));
		check(k.identity[0] && strlen(k.identity) < sizeof(k.identity));
		if (k.scheme == KSRTP_KMS_RFC6509)
			check(ksrtp_kms_identifier(id, &k.period, k.identity) > 8);
	} else {
		check(error.text[0] && zero(&k, sizeof(k)));
	}
	free(text);
	return 0;
}
