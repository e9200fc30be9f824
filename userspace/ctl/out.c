// SPDX-License-Identifier: BSD-3-Clause
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"

static bool print(json_t *value, size_t flags)
{
	bool ok = value && !json_dumpf(value, stdout, flags | JSON_ENCODE_ANY);

	json_decref(value);
	putchar('\n');
	if (!ok)
		fputs("ksrtpctl: cannot write the answer\n", stderr);
	return ok;
}

bool ctl_print_json(json_t *value)
{
	return print(value, JSON_INDENT(2));
}

bool ctl_print_json_line(json_t *value)
{
	return print(value, JSON_COMPACT) && !fflush(stdout);
}

json_t *ctl_json_hex(const void *data, size_t len)
{
	char text[2 * KSRTPNL_COOKIE_MAX + 1];

	if (len > KSRTPNL_COOKIE_MAX)
		return NULL;
	ksrtp_text_hex(text, data, len);
	return json_string(text);
}

json_t *ctl_json_u64(uint64_t value)
{
	return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

bool ctl_print_id(const struct ctl *c, const char *what, uint32_t id)
{
	if (c->json)
		return ctl_print_json(json_pack("{s:I}", "id", (json_int_t)id));
	return printf("%s %" PRIu32 "\n", what, id) > 0;
}

enum ctl_exit ctl_list_begin(struct ctl *c, struct ctl_list *list)
{
	*list = (struct ctl_list){ .c = c };
	if (!ctl_no_more(c))
		return CTL_USAGE;
	if (!ctl_kernel(c))
		return CTL_FAILED;
	if (c->json && !(list->array = json_array()))
		return CTL_FAILED;
	return CTL_OK;
}

enum ctl_exit ctl_list_end(struct ctl_list *list, enum ksrtpnl_err err)
{
	if (err) {
		json_decref(list->array);
		return ctl_refused(list->c, err);
	}
	if (list->array && !ctl_print_json(list->array))
		return CTL_FAILED;
	return CTL_OK;
}

const char *ctl_ifname(uint32_t ifindex, char *out)
{
	if (!if_indextoname(ifindex, out))
		snprintf(out, IF_NAMESIZE, "if%" PRIu32, ifindex);
	return out;
}

static bool zero(const struct ksrtp_addr *a)
{
	static const uint8_t none[16];

	return !memcmp(a->b, none, sizeof(none));
}

const char *ctl_endpoint_str(const struct ksrtp_endpoint *ep, char out[KSRTP_ENDPOINT_STRLEN])
{
	char addr[KSRTP_ADDR_STRLEN];

	if (ep->port)
		return ksrtp_text_endpoint_str(ep, out);
	if (zero(&ep->addr))
		snprintf(out, KSRTP_ENDPOINT_STRLEN, "any");
	else
		snprintf(out, KSRTP_ENDPOINT_STRLEN, ep->addr.len == 16 ? "[%s]:any" : "%s:any",
			 ksrtp_text_addr_str(&ep->addr, addr));
	return out;
}

const char *ctl_duration_str(uint64_t ms, char out[32])
{
	uint64_t s = ms / 1000;

	if (s < 60)
		snprintf(out, 32, "%" PRIu64 ".%" PRIu64 "s", s, ms % 1000 / 100);
	else if (s < 3600)
		snprintf(out, 32, "%" PRIu64 "m%" PRIu64 "s", s / 60, s % 60);
	else
		snprintf(out, 32, "%" PRIu64 "h%" PRIu64 "m", s / 3600, s / 60 % 60);
	return out;
}
