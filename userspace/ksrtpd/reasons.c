// SPDX-License-Identifier: BSD-3-Clause
#include "ksrtpd/reasons.h"

static const struct {
	const char *name;
	const char *text;
	int code;
} reasons[] = {
#define KSRTPD_REASON_ROW(sym, name, code, text) { name, text, code },
	KSRTPD_REASONS(KSRTPD_REASON_ROW)
#undef KSRTPD_REASON_ROW
};

const char *ksrtpd_reason_name(unsigned int reason)
{
	return reason < KSRTPD_R_COUNT ? reasons[reason].name : "unknown";
}

const char *ksrtpd_reason_text(unsigned int reason)
{
	return reason < KSRTPD_R_COUNT ? reasons[reason].text : "unknown";
}

int ksrtpd_reason_mikey(unsigned int reason)
{
	return reason < KSRTPD_R_COUNT ? reasons[reason].code : -1;
}
