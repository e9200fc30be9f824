/* SPDX-License-Identifier: BSD-3-Clause */
/* A domain in the profile of 3GPP TS 33.180 with two users, for the tests. */
#ifndef MIKEY_TEST_MCX_SCENE_H
#define MIKEY_TEST_MCX_SCENE_H

#include "real.h"
#include "util.h"

#define SIP_ALICE "sip:alice@example.org"
#define SIP_BOB "sip:bob@example.org"

extern const struct ksrtp_mikey_domain month; /* of KMS */
extern struct real ours;
extern struct scene scene;
extern uint8_t msg[KSRTP_MIKEY_MAX_MESSAGE];
extern size_t msg_len;
extern struct ksrtp_mikey_offer offer; /* what the last receive() made of @msg */

void mcx_setup(void);
void mcx_teardown(void);
/* The keys of a user at a time. */
void mcx_issue(const char *uri, int64_t when);
bool mcx_domain(void *ctx, const char *kms, struct ksrtp_mikey_domain *out);

/* A private call from SIP_ALICE to SIP_BOB, to change at will. */
struct ksrtp_mikey_proposal *private_call(int64_t now);
/* A group key for one member: GENERIC-ID map, counters in the packets. */
struct ksrtp_mikey_proposal *group_key(int64_t now, uint32_t gmk_id, const char *member);
enum ksrtp_mikey_status initiate(struct ksrtp_mikey_keys *keys);
enum ksrtp_mikey_status receive(const struct ksrtp_mikey_expect *e, uint32_t lax, bool rcc);
/* Sign @msg, as it is now, again. */
void resign(const char *uri);
/* Take @msg apart, let @change have it, put it together and sign it. */
void rewrite(void (*change)(struct ksrtp_mikey_msg *m));

#endif
