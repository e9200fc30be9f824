// SPDX-License-Identifier: GPL-2.0-only
/* Streams that a request tells of: a receiver joins them late. */
#include "ksrtp-nl-gen.h"
#include "netlink-attr.h"
#include "netlink.h"

static int get_stream(const struct nlattr *nest, struct ksrtp_stream_cfg *s,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[KSRTP_A_STREAM_MAX + 1];
	int err, i;

	err = nla_parse_nested(tb, KSRTP_A_STREAM_MAX, nest,
			       ksrtp_stream_nl_policy, extack);
	if (err)
		return err;
	for (i = 0; i <= KSRTP_A_STREAM_MAX; i++) {
		bool taken = i == KSRTP_A_STREAM_SSRC ||
			     i == KSRTP_A_STREAM_ROC || i == KSRTP_A_STREAM_SEQ;

		if (tb[i] && !taken)
			return refuse(extack, tb[i],
				      "read-only attribute of a stream");
		if (!tb[i] && taken)
			return missing(extack, nest, i,
				       "ssrc, roc or seq is missing");
	}
	s->ssrc = nla_get_u32(tb[KSRTP_A_STREAM_SSRC]);
	s->roc = nla_get_u32(tb[KSRTP_A_STREAM_ROC]);
	s->seq = nla_get_u16(tb[KSRTP_A_STREAM_SEQ]);
	return 0;
}

/**
 * ksrtp_nl_get_streams - read the streams of a context that is to be made
 * @nest: the context's attribute, parsed once
 * @transmit: direction
 * @cfg: to fill in; max_streams is set
 * @extack: for messages
 *
 * Return: 0 or a negative error with a message.
 */
int ksrtp_nl_get_streams(const struct nlattr *nest, bool transmit,
			 struct ksrtp_context_cfg *cfg,
			 struct netlink_ext_ack *extack)
{
	struct nlattr *attr;
	int rem, err;
	u32 i;

	nla_for_each_nested(attr, nest, rem) {
		struct ksrtp_stream_cfg *s = &cfg->stream[cfg->n_streams];

		if (nla_type(attr) != KSRTP_A_CONTEXT_STREAM)
			continue;
		if (transmit)
			return refuse(extack, attr,
				      "streams are told to receivers");
		if (cfg->n_streams == KSRTP_STREAMS_TOLD_MAX ||
		    cfg->n_streams == cfg->max_streams)
			return refuse(extack, attr,
				      "more streams than may be told");
		err = get_stream(attr, s, extack);
		if (err)
			return err;
		for (i = 0; i < cfg->n_streams; i++)
			if (cfg->stream[i].ssrc == s->ssrc)
				return refuse(extack, attr,
					      "two streams with one ssrc");
		cfg->n_streams++;
	}
	return 0;
}
