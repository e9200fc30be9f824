// SPDX-License-Identifier: BSD-3-Clause
/*
 * Key parameters, in the clear and protected; and the flow extension.  What opens is
 * written again to the same octets, as far as they say anything.  An input is also taken
 * for the text within the protection, which only a right key would show.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mikey/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[KSRTP_MIKEY_SSV_LEN] = { 7 }, iv[16] = { 8 };
	struct ksrtp_mikey_key_params params, again;
	uint8_t out[KSRTP_MIKEY_PARAMS_MAX];
	struct ksrtp_mikey_flow flow;
	enum ksrtp_mikey_status st;
	size_t len;

	st = ksrtp_mikey_params_decode(&params, key, 5, data, size);
	/* what is wrong without a key is wrong with one */
	check(!ksrtp_mikey_params_check(data, size) || st);
	if (!st && !params.encrypted) {
		check(!ksrtp_mikey_params_encode(&params, NULL, 5, 0, NULL, out, sizeof(out), &len));
		/* an empty list of groups may be left out */
		check((len == size || (!params.groups_len && len + 2 == size)) &&
		      !memcmp(out, data, len));
		params.encrypted = 1;
		check(!ksrtp_mikey_params_encode(&params, key, 5, 0, iv, out, sizeof(out), &len));
		check(!ksrtp_mikey_params_check(out, len));
		check(!ksrtp_mikey_params_decode(&again, key, 5, out, len) &&
		      !memcmp(&again, &params, sizeof(params)));
		out[len - 1 - size % 16] ^= 1;
		check(ksrtp_mikey_params_decode(&again, key, 5, out, len) ==
		      KSRTP_MIKEY_BAD_PARAMS);
	}
	if (!ksrtp_mikey_flow_decode(&flow, data, size))
		check(!ksrtp_mikey_flow_encode(&flow, out, sizeof(out), &len) && len == size &&
		      !memcmp(out, data, len));
	return 0;
}
