// SPDX-License-Identifier: BSD-3-Clause
/* Names of results, payloads and suites; diagnostics. */
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
