// SPDX-License-Identifier: BSD-3-Clause
/*
 * Parameters of a security policy: a suite that is found in them is the one that the
 * policy for it says, whatever they leave out.  The first octet is the protocol.
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
	struct ksrtp_mikey_sp sp = { 0 }, own, again;
	struct ksrtp_mikey_diag diag = { 0 };
	uint8_t rcc, own_rcc, out[6 * KSRTP_MIKEY_SP_COUNT];
	uint32_t lax = 0;
	unsigned int suite;
	struct ksrtp_wr wr;

	if (size < 1)
		return 0;
	sp.prot = data[0];
	sp.raw = (struct ksrtp_mikey_span){ data + 1, size - 1 };
	if (ksrtp_mikey_sp_decode(&sp, 0, KSRTP_MIKEY_LAX_HARMLESS, &lax, &diag)) {
		check(diag.reason && diag.offset < size);
		return 0;
	}
	check(!(sp.set >> KSRTP_MIKEY_SP_COUNT));
	suite = ksrtp_mikey_sp_suite_rcc(&sp, &rcc);
	check(suite < KSRTP_MIKEY_SUITE_COUNT && (!rcc || rcc == 3));
	if (!suite)
		return 0;
	check(sp.prot == KSRTP_MIKEY_PROT_SRTP && !sp.unknown);
	check(ksrtp_mikey_sp_for_suite(&own, 0, suite) && (!rcc || ksrtp_mikey_sp_add_rcc(&own)));
	check(ksrtp_mikey_sp_suite_rcc(&own, &own_rcc) == suite && own_rcc == rcc);
	/* three that are for SRTP and SRTCP both give way to those for one of them */
	for (unsigned int i = 0; i < KSRTP_MIKEY_SP_COUNT; i++)
		if (sp.set & own.set & UINT32_C(1) << i && i != KSRTP_MIKEY_SP_AUTH_ALG &&
		    i != KSRTP_MIKEY_SP_AUTH_KEY_LEN && i != KSRTP_MIKEY_SP_TAG_LEN)
			check(sp.value[i] == own.value[i]);
	/* and what we write of it is read as the same */
	sp.raw.data = NULL;
	ksrtp_wr_init(&wr, out, sizeof(out));
	check(!ksrtp_mikey_sp_encode(&sp, &wr) && ksrtp_wr_ok(&wr));
	again = (struct ksrtp_mikey_sp){ .prot = sp.prot, .raw = { out, ksrtp_wr_len(&wr) } };
	check(!ksrtp_mikey_sp_decode(&again, 0, 0, &lax, &diag) && again.set == sp.set &&
	      !memcmp(again.value, sp.value, sizeof(sp.value)));
	return 0;
}
