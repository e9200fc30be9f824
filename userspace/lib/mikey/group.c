// SPDX-License-Identifier: BSD-3-Clause
/*
 * The group extension: data of a General Extension of type Vendor ID that says
 * which group a message keys and who may send to it.  Documentation/keying.md
 * describes it.
 *
 *	+--------------------+-------+--------+---------+------+--------+---------+
 *	| "ksrtp-group/1" \0 | flags | family | address | port | switch | overlap |
 *	|         14         |   1   |   1    | 4 or 16 |  2   |   2    |    2    |
 *	+--------------------+-------+--------+---------+------+--------+---------+
 *	| length | name | number of senders |
 *	|   1    |      |         1         |
 *	+--------+------+-------------------+
 *
 * and for each sender
 *
 *	+--------+-----+---------+------+-------+------+-----+-----+
 *	| length | URI | address | port | flags | SSRC | ROC | SEQ |
 *	|   1    |     | 4 or 16 |  2   |   1   |  4   |  4  |  2  |
 *	+--------+-----+---------+------+-------+------+-----+-----+
 *
 * flags of the group: 1, the receiver may have the key already; of a sender: 1,
 * the last three fields are there.
 */
#include <string.h>

#include "mikey/internal.h"

static const char prefix[] = "ksrtp-group/";
static const char label[] = "ksrtp-group/1";

/* Keys are derived from the identity, and a flow is known by its source. */
static bool sender_differs(const struct ksrtp_mikey_sender *a, const struct ksrtp_mikey_sender *b)
{
	return strcmp(a->uri, b->uri) &&
	       (a->port != b->port || memcmp(a->address, b->address, sizeof(a->address)));
}

static bool sender_ok(const struct ksrtp_mikey_group *g, unsigned int n)
{
	const struct ksrtp_mikey_sender *s = &g->sender[n];
	size_t len = strnlen(s->uri, sizeof(s->uri));

	if (len == sizeof(s->uri) || !ksrtp_mikey_uri_chars((const uint8_t *)s->uri, len) ||
	    !s->port || !ksrtp_mikey_rest_zero(s->address, ksrtp_mikey_family_len(g->family)) ||
	    s->has_stream > 1)
		return false;
	for (unsigned int i = 0; i < n; i++)
		if (!sender_differs(s, &g->sender[i]))
			return false;
	return s->has_stream || (!s->ssrc && !s->roc && !s->seq);
}

static bool valid(const struct ksrtp_mikey_group *g)
{
	size_t len = strnlen(g->name, sizeof(g->name));

	if (!ksrtp_mikey_family_len(g->family) || g->repeat > 1 || !g->port ||
	    g->switch_ms > KSRTP_MIKEY_GROUP_MS_MAX || g->overlap_ms > KSRTP_MIKEY_GROUP_MS_MAX ||
	    !ksrtp_mikey_rest_zero(g->address, ksrtp_mikey_family_len(g->family)) ||
	    len == sizeof(g->name) || !ksrtp_mikey_uri_chars((const uint8_t *)g->name, len) ||
	    g->n_senders > KSRTP_MIKEY_GROUP_SENDERS)
		return false;
	for (unsigned int i = 0; i < g->n_senders; i++)
		if (!sender_ok(g, i))
			return false;
	return true;
}

enum ksrtp_mikey_status ksrtp_mikey_group_encode(const struct ksrtp_mikey_group *group,
						 uint8_t *buf, size_t cap, size_t *len)
{
	size_t n = ksrtp_mikey_family_len(group->family);
	struct ksrtp_wr wr;

	*len = 0;
	if (!valid(group))
		return KSRTP_MIKEY_BAD_ARGUMENT;
	ksrtp_wr_init(&wr, buf, cap);
	ksrtp_wr_bytes(&wr, label, sizeof(label));
	ksrtp_wr_u8(&wr, group->repeat);
	ksrtp_wr_u8(&wr, group->family);
	ksrtp_wr_bytes(&wr, group->address, n);
	ksrtp_wr_u16(&wr, group->port);
	ksrtp_wr_u16(&wr, group->switch_ms);
	ksrtp_wr_u16(&wr, group->overlap_ms);
	ksrtp_wr_text(&wr, group->name);
	ksrtp_wr_u8(&wr, group->n_senders);
	for (unsigned int i = 0; i < group->n_senders; i++) {
		const struct ksrtp_mikey_sender *s = &group->sender[i];

		ksrtp_wr_text(&wr, s->uri);
		ksrtp_wr_bytes(&wr, s->address, n);
		ksrtp_wr_u16(&wr, s->port);
		ksrtp_wr_u8(&wr, s->has_stream);
		if (s->has_stream) {
			ksrtp_wr_u32(&wr, s->ssrc);
			ksrtp_wr_u32(&wr, s->roc);
			ksrtp_wr_u16(&wr, s->seq);
		}
	}
	if (!ksrtp_wr_ok(&wr))
		return KSRTP_MIKEY_NO_SPACE;
	*len = ksrtp_wr_len(&wr);
	return KSRTP_MIKEY_OK;
}

bool ksrtp_mikey_group_is(const uint8_t *data, size_t len)
{
	return len >= sizeof(prefix) - 1 && !memcmp(data, prefix, sizeof(prefix) - 1);
}

static void get_sender(struct ksrtp_rd *rd, struct ksrtp_mikey_sender *s, size_t n)
{
	ksrtp_rd_text(rd, s->uri, sizeof(s->uri));
	ksrtp_rd_copy(rd, s->address, n);
	s->port = ksrtp_rd_u16(rd);
	s->has_stream = ksrtp_rd_u8(rd);
	if (s->has_stream != 1)
		return;
	s->ssrc = ksrtp_rd_u32(rd);
	s->roc = ksrtp_rd_u32(rd);
	s->seq = ksrtp_rd_u16(rd);
}

enum ksrtp_mikey_status ksrtp_mikey_group_decode(struct ksrtp_mikey_group *group,
						 const uint8_t *data, size_t len)
{
	enum ksrtp_mikey_status st = KSRTP_MIKEY_OK;
	struct ksrtp_span head;
	struct ksrtp_rd rd;
	size_t n;

	memset(group, 0, sizeof(*group));
	ksrtp_rd_init(&rd, data, len);
	head = ksrtp_rd_span(&rd, sizeof(label));
	if (!ksrtp_rd_ok(&rd))
		return KSRTP_MIKEY_TRUNCATED;
	if (memcmp(head.data, label, sizeof(label)))
		return KSRTP_MIKEY_MALFORMED;
	group->repeat = ksrtp_rd_u8(&rd);
	group->family = ksrtp_rd_u8(&rd);
	n = ksrtp_mikey_family_len(group->family);
	ksrtp_rd_copy(&rd, group->address, n);
	group->port = ksrtp_rd_u16(&rd);
	group->switch_ms = ksrtp_rd_u16(&rd);
	group->overlap_ms = ksrtp_rd_u16(&rd);
	ksrtp_rd_text(&rd, group->name, sizeof(group->name));
	group->n_senders = ksrtp_rd_u8(&rd);
	if (group->n_senders > KSRTP_MIKEY_GROUP_SENDERS)
		st = KSRTP_MIKEY_MALFORMED;
	for (unsigned int i = 0; !st && i < group->n_senders; i++)
		get_sender(&rd, &group->sender[i], n);
	if (!st && !ksrtp_rd_ok(&rd))
		st = KSRTP_MIKEY_TRUNCATED;
	if (!st && !valid(group))
		st = KSRTP_MIKEY_MALFORMED;
	if (!st && !ksrtp_rd_done(&rd))
		st = KSRTP_MIKEY_TRAILING;
	if (st)
		memset(group, 0, sizeof(*group));
	return st;
}
