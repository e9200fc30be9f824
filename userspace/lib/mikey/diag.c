// SPDX-License-Identifier: BSD-3-Clause
/* Names of results, habits and payloads; diagnostics. */
#include <string.h>

#include "mikey/internal.h"

static const struct {
	const char *name;
	int error;
} statuses[] = {
#define ROW(NAME, name, err) [KSRTP_MIKEY_##NAME] = { #name, err },
	KSRTP_MIKEY_STATUSES(ROW)
#undef ROW
};

const char *ksrtp_mikey_status_name(enum ksrtp_mikey_status status)
{
	if ((unsigned int)status >= KSRTP_MIKEY_STATUS_COUNT)
		return "unknown_status";
	return statuses[status].name;
}

int ksrtp_mikey_status_error(enum ksrtp_mikey_status status)
{
	if ((unsigned int)status >= KSRTP_MIKEY_STATUS_COUNT)
		return -1;
	return statuses[status].error;
}

enum ksrtp_mikey_status ksrtp_mikey_fail(struct ksrtp_mikey_diag *diag,
					 enum ksrtp_mikey_status status, int payload, size_t offset,
					 const char *reason)
{
	if (diag) {
		diag->status = status;
		diag->payload = payload;
		diag->offset = offset;
		diag->reason = reason;
	}
	return status;
}

const char *ksrtp_mikey_payload_name(int type)
{
	switch (type) {
	case KSRTP_MIKEY_PAYLOAD_HDR:
		return "HDR";
	case KSRTP_MIKEY_PAYLOAD_LAST:
		return "Last";
	case KSRTP_MIKEY_PAYLOAD_KEMAC:
		return "KEMAC";
	case KSRTP_MIKEY_PAYLOAD_PKE:
		return "PKE";
	case KSRTP_MIKEY_PAYLOAD_DH:
		return "DH";
	case KSRTP_MIKEY_PAYLOAD_SIGN:
		return "SIGN";
	case KSRTP_MIKEY_PAYLOAD_T:
		return "T";
	case KSRTP_MIKEY_PAYLOAD_ID:
		return "ID";
	case KSRTP_MIKEY_PAYLOAD_CERT:
		return "CERT";
	case KSRTP_MIKEY_PAYLOAD_CHASH:
		return "CHASH";
	case KSRTP_MIKEY_PAYLOAD_V:
		return "V";
	case KSRTP_MIKEY_PAYLOAD_SP:
		return "SP";
	case KSRTP_MIKEY_PAYLOAD_RAND:
		return "RAND";
	case KSRTP_MIKEY_PAYLOAD_ERR:
		return "ERR";
	case KSRTP_MIKEY_PAYLOAD_IDR:
		return "IDR";
	case KSRTP_MIKEY_PAYLOAD_KEY_DATA:
		return "Key data";
	case KSRTP_MIKEY_PAYLOAD_EXT:
		return "General Ext.";
	case KSRTP_MIKEY_PAYLOAD_SAKKE:
		return "SAKKE";
	default:
		return "?";
	}
}

static const char *const habits[KSRTP_MIKEY_HABIT_COUNT] = {
#define ROW(NAME, name) [KSRTP_MIKEY_HABIT_##NAME] = name,
	KSRTP_MIKEY_HABITS(ROW)
#undef ROW
};

const char *ksrtp_mikey_habit_name(unsigned int habit)
{
	return habit < KSRTP_MIKEY_HABIT_COUNT ? habits[habit] : "?";
}

bool ksrtp_mikey_habits_parse(const char *names, uint32_t *lax)
{
	*lax = 0;
	if (!strcmp(names, "all")) {
		*lax = (UINT32_C(1) << KSRTP_MIKEY_HABIT_COUNT) - 1;
		return true;
	}
	for (;;) {
		size_t len = strcspn(names, ",");
		unsigned int i = 0;

		while (i < KSRTP_MIKEY_HABIT_COUNT &&
		       (strlen(habits[i]) != len || memcmp(habits[i], names, len)))
			i++;
		if (i == KSRTP_MIKEY_HABIT_COUNT)
			return false;
		*lax |= UINT32_C(1) << i;
		if (!names[len])
			return true;
		names += len + 1;
	}
}
