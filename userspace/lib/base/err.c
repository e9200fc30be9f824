// SPDX-License-Identifier: BSD-3-Clause
#include "base/err.h"

const char *ksrtp_base_strerror(enum ksrtp_base_err err)
{
	switch (err) {
	case KSRTP_BASE_OK:
		return "success";
	case KSRTP_BASE_ERR_NOMEM:
		return "out of memory";
	case KSRTP_BASE_ERR_SYNTAX:
		return "malformed text";
	case KSRTP_BASE_ERR_RANGE:
		return "out of range";
	case KSRTP_BASE_ERR_SPACE:
		return "no room";
	case KSRTP_BASE_ERR_IO:
		return "input/output error";
	case KSRTP_BASE_ERR_ACCESS:
		return "permissions are too wide";
	case KSRTP_BASE_ERR_AGAIN:
		return "try again later";
	case KSRTP_BASE_ERR_EOF:
		return "closed by the other end";
	case KSRTP_BASE_ERR_PROTO:
		return "malformed message";
	}
	return "unknown error";
}
