// SPDX-License-Identifier: BSD-3-Clause
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"

const char *ctl_peek(const struct ctl *c)
{
	return c->pos < c->n_words ? c->word[c->pos] : NULL;
}

const char *ctl_value(struct ctl *c, const char *name)
{
	if (c->pos == c->n_words) {
		ctl_error(c, "the value of \"%s\" is missing", name);
		return NULL;
	}
	return c->word[c->pos++];
}

bool ctl_no_more(struct ctl *c)
{
	if (c->pos == c->n_words)
		return true;
	ctl_error(c, "unexpected word \"%s\"", c->word[c->pos]);
	return false;
}

static struct ctl_word *find(struct ctl_word *words, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(words[i].name, name))
			return &words[i];
	return NULL;
}

bool ctl_some_words(struct ctl *c, struct ctl_word *words, size_t n, const char *of)
{
	struct ctl_word *w;
	size_t i;

	while (ctl_peek(c) && (w = find(words, n, ctl_peek(c)))) {
		if (w->seen) {
			ctl_error(c, "\"%s\" is given twice", w->name);
			return false;
		}
		w->seen = true;
		c->pos++;
		if (!w->parse(c, w->name, w->dst))
			return false;
	}
	for (i = 0; i < n; i++) {
		if (words[i].required && !words[i].seen) {
			/* it may be there, behind a word that is the real mistake */
			if (ctl_peek(c) && !of)
				break;
			ctl_error(c, "\"%s\" is missing%s%s", words[i].name, of ? " after " : "",
				  of ? of : "");
			return false;
		}
	}
	return true;
}

bool ctl_words(struct ctl *c, struct ctl_word *words, size_t n)
{
	char list[200] = "";
	size_t i, len = 0;

	if (!ctl_some_words(c, words, n, NULL))
		return false;
	if (!ctl_peek(c))
		return true;
	for (i = 0; i < n && len < sizeof(list); i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", i ? ", " : "",
					words[i].name);
	ctl_error(c, "unknown word \"%s\"; known are %s", ctl_peek(c), list);
	return false;
}

static bool wrong(const struct ctl *c, const char *name, const char *value, const char *what)
{
	ctl_error(c, "%s: \"%s\" is not %s", name, value, what);
	return false;
}

int ctl_choice(const struct ctl *c, const char *name, const char *value, const char *const *choices)
{
	char list[200] = "one of";
	size_t len = strlen(list);
	int i;

	for (i = 0; choices[i]; i++) {
		if (!strcmp(choices[i], value))
			return i;
		if (len < sizeof(list))
			len += (size_t)snprintf(list + len, sizeof(list) - len, "%s %s",
						i ? "," : "", choices[i]);
	}
	wrong(c, name, value, list);
	return -1;
}

bool ctl_parse_dir(struct ctl *c, const char *name, void *dst)
{
	static const char *const choices[] = { "in", "out", NULL };
	const char *v = ctl_value(c, name);
	int i = v ? ctl_choice(c, name, v, choices) : -1;

	if (i >= 0)
		*(enum ksrtpnl_dir *)dst = i ? KSRTPNL_OUT : KSRTPNL_IN;
	return i >= 0;
}

bool ctl_parse_prefix(struct ctl *c, const char *name, void *dst)
{
	const char *v = ctl_value(c, name);

	if (!v)
		return false;
	if (!strcmp(v, "any"))
		return true;
	switch (ksrtp_text_prefix(v, dst)) {
	case KSRTP_BASE_OK:
		return true;
	case KSRTP_BASE_ERR_RANGE:
		return wrong(c, name, v,
			     "a prefix: it is too long or has bits set behind its length");
	default:
		return wrong(c, name, v, "a prefix as in 192.0.2.0/24 or 2001:db8::/32");
	}
}

bool ctl_parse_ports(struct ctl *c, const char *name, void *dst)
{
	const char *v = ctl_value(c, name);

	if (!v)
		return false;
	if (ksrtp_text_ports(v, dst))
		return wrong(c, name, v, "a port or range as in 40000-40999");
	return true;
}

bool ctl_parse_ifindex(struct ctl *c, const char *name, void *dst)
{
	const char *v = ctl_value(c, name);
	unsigned int i;

	if (!v)
		return false;
	i = if_nametoindex(v);
	if (!i)
		return wrong(c, name, v, "an interface of this namespace");
	*(uint32_t *)dst = i;
	return true;
}

bool ctl_parse_u32(struct ctl *c, const char *name, void *dst)
{
	const char *v = ctl_value(c, name);
	uint64_t n;

	if (!v)
		return false;
	if (ksrtp_text_u64(v, 0, UINT32_MAX, &n))
		return wrong(c, name, v, "a number from 0 to 4294967295");
	*(uint32_t *)dst = (uint32_t)n;
	return true;
}

bool ctl_parse_flag(struct ctl *c, const char *name, void *dst)
{
	(void)c;
	(void)name;
	*(bool *)dst = true;
	return true;
}

bool ctl_parse_text(struct ctl *c, const char *name, void *dst)
{
	const char *v = ctl_value(c, name);

	if (v)
		*(const char **)dst = v;
	return v;
}

bool ctl_parse_hex(struct ctl *c, const char *name, void *dst)
{
	struct ctl_octets *o = dst;
	const char *v = ctl_value(c, name);
	char what[64];

	if (!v)
		return false;
	if (ksrtp_text_unhex_var(o->data, o->cap, &o->len, v) || !o->len) {
		snprintf(what, sizeof(what), "1 to %zu octets in hexadecimal", o->cap);
		return wrong(c, name, v, what);
	}
	return true;
}

bool ctl_id(struct ctl *c, const char *what, uint32_t *id)
{
	const char *v = ctl_peek(c);
	uint64_t n;

	if (v && (!strcmp(v, "id") || !strcmp(v, what))) {
		c->pos++;
		v = ctl_peek(c);
	}
	if (!v) {
		ctl_error(c, "the number of the %s is missing", what);
		return false;
	}
	c->pos++;
	if (ksrtp_text_u64(v, 1, UINT32_MAX, &n)) {
		char text[64];

		snprintf(text, sizeof(text), "the number of a %s", what);
		return wrong(c, "id", v, text);
	}
	*id = (uint32_t)n;
	return true;
}
