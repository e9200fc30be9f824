/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_MIKEY_RECEIVE_H
#define KSRTP_MIKEY_RECEIVE_H

#include "mikey/internal.h"
#include "mikey/marks.h"
#include "mikey/replay.h"

struct ksrtp_mikey_receiver {
	struct ksrtp_mikey_receiver_config cfg;
	struct ksrtp_mikey_replay replay;
	struct ksrtp_mikey_marks marks;
	uint64_t habit[KSRTP_MIKEY_HABIT_COUNT];
};

/* What stage 1 works on. */
struct work {
	struct ksrtp_mikey_receiver *rx;
	const struct ksrtp_mikey_msg *msg;
	const struct ksrtp_mikey_expect *expect;
	int64_t now_ns;
	struct ksrtp_mikey_offer *offer;
	struct ksrtp_mikey_diag *diag;
};

/* receive_uid.c: what the UID scheme of 3GPP TS 33.180 adds */
bool ksrtp_mikey_is_uid_scheme(struct work *w);
enum ksrtp_mikey_status ksrtp_mikey_check_sessions(struct work *w);
enum ksrtp_mikey_status ksrtp_mikey_check_uids(struct work *w);
enum ksrtp_mikey_status ksrtp_mikey_take_mcx_ext(struct work *w,
						 const struct ksrtp_mikey_payload *p);

#endif
