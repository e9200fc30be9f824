// SPDX-License-Identifier: BSD-3-Clause
/*
 * What ksrtp-mikey makes of a file: octets, hex, base64, session descriptions; and
 * the description of each message found, right or wrong.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dump_source found[MAX_MESSAGES];
	struct ksrtp_mikey_diag diag;
	struct ksrtp_mikey_msg msg;
	char *text = malloc(size + 1);
	unsigned int n;

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = 0;
	n = dump_find(text, size, found);
	if (n > MAX_MESSAGES)
		abort();
	for (unsigned int i = 0; i < n; i++) {
		json_t *tree;
		char *json;

		ksrtp_mikey_decode(&msg, found[i].buf, found[i].len, (uint32_t)size, &diag);
		tree = dump_describe(&msg, &diag);
		if (found[i].line)
			json_object_set_new(tree, "source", dump_describe_source(&found[i]));
		/* of whatever octets: it can be printed, and is UTF-8 */
		json = json_dumps(tree, JSON_COMPACT);
		if (!json)
			abort();
		free(json);
		json_decref(tree);
		free(found[i].buf);
	}
	free(text);
	return 0;
}
