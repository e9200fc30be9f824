// SPDX-License-Identifier: BSD-3-Clause
/* Error messages, RFC 3830 section 5.1.2: HDR, T, ERR. */
#include <string.h>

#include "mikey/internal.h"

enum ksrtp_mikey_status ksrtp_mikey_error_build(const struct ksrtp_mikey_error *error,
						uint8_t *buf, size_t cap, size_t *len)
{
	struct ksrtp_mikey_msg msg = {
		.hdr = { .data_type = KSRTP_MIKEY_TYPE_ERROR,
			 .csb_id = error->csb_id,
			 .map_type = KSRTP_MIKEY_MAP_EMPTY },
		.n_payloads = 2,
		.payload = { { .type = KSRTP_MIKEY_PAYLOAD_T,
			       .t = { .type = error->ts_type, .value = error->ntp } },
			     { .type = KSRTP_MIKEY_PAYLOAD_ERR, .err = { .no = error->no } } },
	};

	return ksrtp_mikey_encode(&msg, buf, cap, len);
}

enum ksrtp_mikey_status ksrtp_mikey_error_parse(struct ksrtp_mikey_error *error,
						const uint8_t *buf, size_t len,
						struct ksrtp_mikey_diag *diag)
{
	enum ksrtp_mikey_status st;
	struct ksrtp_mikey_msg msg;

	memset(error, 0, sizeof(*error));
	st = ksrtp_mikey_decode(&msg, buf, len, 0, diag);
	if (st)
		return st;
	if (msg.hdr.data_type != KSRTP_MIKEY_TYPE_ERROR)
		return ksrtp_mikey_fail(diag, KSRTP_MIKEY_UNSUPPORTED_TYPE,
					KSRTP_MIKEY_PAYLOAD_HDR, 1, "not an error message");
	error->csb_id = msg.hdr.csb_id;
	error->ts_type = msg.t->t.type;
	error->ntp = msg.t->t.value;
	error->no = msg.err->err.no;
	return KSRTP_MIKEY_OK;
}
