// SPDX-License-Identifier: BSD-3-Clause
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

static bool is_drop(const struct ksrtpnl_counter *n)
{
	return !strncmp(n->name, "drop-", 5);
}

static json_t *to_json(const struct ksrtpnl_stats *s)
{
	json_t *counters = json_object();
	json_int_t drops = 0;
	size_t i;

	for (i = 0; i < s->n_counters; i++) {
		json_object_set_new(counters, s->counters[i].name,
				    ctl_json_u64(s->counters[i].value));
		if (is_drop(&s->counters[i]))
			drops += (json_int_t)s->counters[i].value;
	}
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:o}", "version", s->version, "flows",
			 (json_int_t)s->flows, "policies", (json_int_t)s->policies, "acquires",
			 (json_int_t)s->acquires, "drops", drops, "counters", counters);
}

static void print(const struct ctl *c, const struct ksrtpnl_stats *s)
{
	size_t i;

	printf("ksrtp %s flows %" PRIu32 " policies %" PRIu32 " waiting %" PRIu32 "\n", s->version,
	       s->flows, s->policies, s->acquires);
	/* Many reasons never happen: those at zero only on request. */
	for (i = 0; i < s->n_counters; i++)
		if (s->counters[i].value || c->stats)
			printf("    %-20s %" PRIu64 "\n", s->counters[i].name,
			       s->counters[i].value);
}

enum ctl_exit ctl_stats(struct ctl *c)
{
	struct ksrtpnl_stats *s;
	bool drops = false, ok = true;
	struct ctl_word words[] = { { "drops", ctl_parse_flag, &drops, false, false } };
	enum ksrtpnl_err err;

	if (!ctl_words(c, words, 1))
		return CTL_USAGE;
	if (!ctl_kernel(c))
		return CTL_FAILED;
	s = malloc(sizeof(*s));
	if (!s)
		return CTL_FAILED;
	err = ksrtpnl_stats_get(c->nl, drops, s);
	if (!err && c->json)
		ok = ctl_print_json(to_json(s));
	else if (!err)
		print(c, s);
	free(s);
	if (err)
		return ctl_refused(c, err);
	return ok ? CTL_OK : CTL_FAILED;
}
