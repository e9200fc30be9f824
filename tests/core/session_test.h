/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of the module's sessions have in common; include cmocka.h before. */
#ifndef KSRTP_TEST_SESSION_H
#define KSRTP_TEST_SESSION_H

#include "kernel/kernel.h"

#include "../../kmod/session.h"

/* A context with one key. */
static inline struct ksrtp_context_cfg config(u8 suite)
{
	struct ksrtp_context_cfg cfg = {
		.suite = ksrtp_suite_find(suite),
		.window = 64,
		.max_streams = 4,
		.rcc_rate = 1,
		.n_keys = 1,
	};

	memset(cfg.key[0].master_key, 0x11, sizeof(cfg.key[0].master_key));
	memset(cfg.key[0].master_salt, 0x22, sizeof(cfg.key[0].master_salt));
	cfg.key[0].active = true;
	return cfg;
}

static inline struct ksrtp_context *context(const struct ksrtp_context_cfg *cfg, bool transmit)
{
	struct ksrtp_context *ctx = ksrtp_context_new(cfg, transmit);

	assert_false(IS_ERR(ctx));
	return ctx;
}

/* Send a packet; returns the counter it was dropped by. */
static inline int send_through(struct ksrtp_context *ctx, u8 *data, u32 *len, bool rtcp)
{
	struct ksrtp_packet k = { .x = { .data = data, .len = *len }, .rtcp = rtcp };
	int drop = ksrtp_session_tx_begin(ctx, &k) ?: ksrtp_session_tx_finish(ctx, &k);

	*len = k.x.len;
	return drop;
}

#endif
