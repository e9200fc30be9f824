// SPDX-License-Identifier: BSD-3-Clause
/*
 * What outlives a receiver.
 *
 * RFC 3830 section 5.4 wants every message refused that a receiver may have seen
 * before it lost its replay cache.  Those with T up to its clock are refused by the
 * next one's start.  A sender whose clock is ahead of ours is seen earlier than his
 * T, so for each such sender the latest T is kept in memory that the program makes
 * durable, before the message is taken.
 *
 * Nobody is locked out for it: the sender's next message has a later T.  Only if his
 * clock has been put right meanwhile he waits until it is there again, and that is
 * no longer than the clock skew that was allowed.
 *
 * An entry whose time has come is free: any receiver that starts from now on refuses
 * the messages by its start.  When there is no free one, the first entry marks them
 * for all senders.
 *
 * What we set ourselves is not looked at: the replay cache knows those messages one
 * by one, and a sender's messages may come in another order than they were made.
 */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "mikey/internal.h"
#include "mikey/marks.h"

/* in the first entry, as the sender */
#define FORM UINT64_C(0x31736b72616d6b) /* "kmarks1" */

static bool all_zero(const struct ksrtp_mikey_mark *mark, size_t n)
{
	static const struct ksrtp_mikey_mark zero;

	for (size_t i = 0; i < n; i++)
		if (memcmp(&mark[i], &zero, sizeof(zero)))
			return false;
	return true;
}

static void limit(struct ksrtp_mikey_mark *mark, size_t n, int64_t limit_ns)
{
	for (size_t i = 0; i < n; i++)
		if (mark[i].until_ns > limit_ns)
			mark[i].until_ns = limit_ns;
}

bool ksrtp_mikey_marks_init(struct ksrtp_mikey_marks *m, struct ksrtp_mikey_mark *mark, size_t n,
			    int64_t limit_ns)
{
	memset(m, 0, sizeof(*m));
	if (!n)
		return true;
	m->then = calloc(n, sizeof(*m->then));
	if (!m->then)
		return false;
	m->now = mark;
	m->n = n;
	if (all_zero(mark, n)) {
		mark[0].who = FORM;
	} else if (mark[0].who != FORM) {
		/* damaged: anything may have been taken */
		memset(mark, 0, n * sizeof(*mark));
		mark[0] = (struct ksrtp_mikey_mark){ FORM, limit_ns };
	}
	limit(mark, n, limit_ns);
	memcpy(m->then, mark, n * sizeof(*mark));
	m->latest_ns = INT64_MIN;
	for (size_t i = 0; i < n; i++)
		if (m->then[i].until_ns > m->latest_ns)
			m->latest_ns = m->then[i].until_ns;
	return true;
}

void ksrtp_mikey_marks_release(struct ksrtp_mikey_marks *m)
{
	free(m->then);
	memset(m, 0, sizeof(*m));
}

void ksrtp_mikey_marks_limit(struct ksrtp_mikey_marks *m, int64_t limit_ns)
{
	limit(m->then, m->n, limit_ns);
}

/*
 * The identifier is what the signature is verified with, so a message that comes
 * again has the same one.  That two senders share a digest does no harm.
 */
static bool digest(const struct ksrtp_mikey_identifier *from, uint64_t *who)
{
	uint8_t md[EVP_MAX_MD_SIZE];

	if (!EVP_Digest(from->data, from->len, md, NULL, EVP_sha256(), NULL))
		return false;
	memcpy(who, md, sizeof(*who));
	return true;
}

enum ksrtp_mikey_status ksrtp_mikey_marks_check(const struct ksrtp_mikey_marks *m,
						const struct ksrtp_mikey_identifier *from,
						int64_t time_ns)
{
	uint64_t who;

	if (!m->n || time_ns > m->latest_ns)
		return KSRTP_MIKEY_OK;
	if (!digest(from, &who))
		return KSRTP_MIKEY_CRYPTO_FAILED;
	for (size_t i = 0; i < m->n; i++)
		if ((i == 0 || m->then[i].who == who) && time_ns <= m->then[i].until_ns)
			return KSRTP_MIKEY_BEFORE_MARK;
	return KSRTP_MIKEY_OK;
}

enum ksrtp_mikey_status ksrtp_mikey_marks_set(struct ksrtp_mikey_marks *m,
					      const struct ksrtp_mikey_identifier *from,
					      int64_t time_ns, int64_t now_ns,
					      bool (*sync)(void *ctx), void *sync_ctx)
{
	struct ksrtp_mikey_mark *slot = m->now, old;
	uint64_t who;

	if (!m->n || time_ns <= now_ns)
		return KSRTP_MIKEY_OK;
	if (!digest(from, &who))
		return KSRTP_MIKEY_CRYPTO_FAILED;
	for (size_t i = 1; i < m->n; i++) {
		if (m->now[i].who == who) {
			slot = &m->now[i];
			break;
		}
		if (slot == m->now && m->now[i].until_ns <= now_ns)
			slot = &m->now[i];
	}
	old = *slot;
	if ((slot == m->now || slot->who == who) && slot->until_ns >= time_ns)
		return KSRTP_MIKEY_OK;
	/* We may end between any two of these: an old time under a new name is no mark. */
	if (slot != m->now)
		slot->who = who;
	__atomic_store_n(&slot->until_ns, time_ns, __ATOMIC_RELEASE);
	if (sync(sync_ctx))
		return KSRTP_MIKEY_OK;
	*slot = old;
	return KSRTP_MIKEY_NOT_KEPT;
}
