/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_MIKEY_MARKS_H
#define KSRTP_MIKEY_MARKS_H

#include <ksrtp/mikey.h>

/**
 * struct ksrtp_mikey_marks - which messages an earlier receiver may have taken
 * @now: entries that outlive us, the caller's; the first is for all senders
 * @then: what the earlier receiver left in them
 * @n: entries of each, 0: none
 * @latest_ns: none of @then is later than this
 */
struct ksrtp_mikey_marks {
	struct ksrtp_mikey_mark *now;
	struct ksrtp_mikey_mark *then;
	size_t n;
	int64_t latest_ns;
};

/* @limit_ns: nothing later than this can have been taken. */
bool ksrtp_mikey_marks_init(struct ksrtp_mikey_marks *m, struct ksrtp_mikey_mark *mark, size_t n,
			    int64_t limit_ns);
void ksrtp_mikey_marks_release(struct ksrtp_mikey_marks *m);

/* The clock was set back: what is later than @limit_ns was of another time. */
void ksrtp_mikey_marks_limit(struct ksrtp_mikey_marks *m, int64_t limit_ns);

/**
 * ksrtp_mikey_marks_check() - may an earlier receiver have taken this message?
 * @m: marks
 * @from: its sender
 * @time_ns: its T
 *
 * Return: KSRTP_MIKEY_OK, BEFORE_MARK or CRYPTO_FAILED.
 */
enum ksrtp_mikey_status ksrtp_mikey_marks_check(const struct ksrtp_mikey_marks *m,
						const struct ksrtp_mikey_identifier *from,
						int64_t time_ns);

/**
 * ksrtp_mikey_marks_set() - a message that is ahead of the clock is about to be taken
 * @m: marks
 * @from: its sender
 * @time_ns: its T
 * @now_ns: the clock
 * @sync: makes the entries durable
 * @sync_ctx: its argument
 *
 * Return: KSRTP_MIKEY_OK, NOT_KEPT or CRYPTO_FAILED.
 */
enum ksrtp_mikey_status ksrtp_mikey_marks_set(struct ksrtp_mikey_marks *m,
					      const struct ksrtp_mikey_identifier *from,
					      int64_t time_ns, int64_t now_ns,
					      bool (*sync)(void *ctx), void *sync_ctx);

#endif
