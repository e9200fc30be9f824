// SPDX-License-Identifier: BSD-3-Clause
/*
 * CS ID map info: what is decoded is encoded to the same octets.  The first two octets
 * are map type and #CS.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mikey/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t back[KSRTP_MIKEY_MAX_MESSAGE];
	struct ksrtp_mikey_hdr hdr = { 0 };
	struct ksrtp_mikey_diag diag = { 0 };
	enum ksrtp_mikey_status st;
	struct ksrtp_rd rd;
	struct ksrtp_wr wr;
	size_t used;

	if (size < 2 || size > sizeof(back))
		return 0;
	hdr.map_type = data[0];
	hdr.n_cs = data[1];
	ksrtp_rd_init(&rd, data + 2, size - 2);
	st = ksrtp_mikey_map_decode(&hdr, &rd, &diag);
	if (hdr.n_map > KSRTP_MIKEY_MAX_CS || hdr.n_map > hdr.n_cs || (st && !diag.reason))
		abort();
	if (st)
		return 0;
	used = ksrtp_rd_pos(&rd);
	ksrtp_wr_init(&wr, back, sizeof(back));
	if (ksrtp_mikey_map_encode(&hdr, &wr) || !ksrtp_wr_ok(&wr) || ksrtp_wr_len(&wr) != used ||
	    memcmp(back, data + 2, used))
		abort();
	for (unsigned int i = 0; i < hdr.n_map; i++)
		ksrtp_mikey_mcx_cs_fits((uint32_t)data[0] << 28, &hdr.cs[i]);
	return 0;
}
