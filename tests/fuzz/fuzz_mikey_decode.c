// SPDX-License-Identifier: BSD-3-Clause
/*
 * The decoder on any octets: no octet beyond the message is read, and what it
 * takes, strictly, is what the encoder writes.  The first octet of the input
 * chooses the habits to accept, the second whether to pass the others through
 * the error message's parser too.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ksrtp/mikey.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t back[KSRTP_MIKEY_MAX_MESSAGE];
	static struct ksrtp_mikey_msg msg;
	struct ksrtp_mikey_diag diag;
	struct ksrtp_mikey_error error;
	static struct ksrtp_mikey_group group;
	struct ksrtp_mikey_flow flow;
	enum ksrtp_mikey_status st;
	uint32_t lax;
	size_t len;

	if (size < 1)
		return 0;
	lax = data[0];
	data++;
	size--;
	st = ksrtp_mikey_decode(&msg, data, size, lax, &diag);
	check(diag.status == st && diag.reason && diag.offset <= size);
	check((msg.lax & ~(lax | KSRTP_MIKEY_LAX_HARMLESS)) == 0);
	for (unsigned int i = 0; i < msg.n_payloads; i++)
		check(msg.payload[i].offset + msg.payload[i].len <= size);
	if (!st) {
		check(msg.t && msg.signed_len <= size);
		st = ksrtp_mikey_encode(&msg, back, sizeof(back), &len);
		check(st == KSRTP_MIKEY_OK);
		if (!msg.lax)
			check(len == size && !memcmp(back, data, len));
		for (unsigned int i = 0; i < msg.n_payloads; i++) {
			const struct ksrtp_mikey_payload *p = &msg.payload[i];

			if (p->type == KSRTP_MIKEY_PAYLOAD_EXT &&
			    !ksrtp_mikey_flow_decode(&flow, p->ext.data.data, p->ext.data.len)) {
				st = ksrtp_mikey_flow_encode(&flow, back, sizeof(back), &len);
				check(st == KSRTP_MIKEY_OK && len == p->ext.data.len &&
				      !memcmp(back, p->ext.data.data, len));
			}
			if (p->type == KSRTP_MIKEY_PAYLOAD_EXT &&
			    !ksrtp_mikey_group_decode(&group, p->ext.data.data, p->ext.data.len)) {
				st = ksrtp_mikey_group_encode(&group, back, sizeof(back), &len);
				check(st == KSRTP_MIKEY_OK && len == p->ext.data.len &&
				      !memcmp(back, p->ext.data.data, len));
			}
		}
	}
	ksrtp_mikey_error_parse(&error, data, size, NULL);
	return 0;
}
