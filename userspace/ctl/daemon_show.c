// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ctl.h"

/* What came from the daemon is text of peers too: nothing in it may steer a terminal. */
static void print_text(const char *text)
{
	for (; *text; text++) {
		unsigned char ch = (unsigned char)*text;

		if (ch < 0x20 || ch >= 0x7f)
			printf("\\x%02x", ch);
		else
			putchar(ch);
	}
}

static void print_scalar(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_STRING:
		print_text(json_string_value(v));
		break;
	case JSON_INTEGER:
		printf("%" JSON_INTEGER_FORMAT, json_integer_value(v));
		break;
	case JSON_REAL:
		printf("%.3f", json_real_value(v));
		break;
	case JSON_TRUE:
		fputs("yes", stdout);
		break;
	case JSON_FALSE:
		fputs("no", stdout);
		break;
	default: /* null, and what is nested deeper than we know of */
		putchar('-');
		break;
	}
}

/* "a,b,c" */
static void print_list(json_t *array)
{
	json_t *v;
	size_t i;

	if (!json_array_size(array))
		putchar('-');
	json_array_foreach(array, i, v) {
		if (i)
			putchar(',');
		print_scalar(v);
	}
}

/* "name office address 192.0.2.1:2269 ..." */
static void print_line(json_t *object, int indent)
{
	const char *key, *gap = "";
	json_t *v;

	printf("%*s", indent, "");
	json_object_foreach(object, key, v) {
		fputs(gap, stdout);
		print_text(key);
		putchar(' ');
		if (json_is_array(v))
			print_list(v);
		else
			print_scalar(v);
		gap = " ";
	}
	putchar('\n');
}

void ctl_print_object(json_t *object, int indent)
{
	const char *key;
	json_t *v, *e;
	size_t i;

	json_object_foreach(object, key, v) {
		bool lines = json_is_array(v) && json_is_object(json_array_get(v, 0));

		printf("%*s", indent, "");
		print_text(key);
		if (json_is_object(v) || lines) {
			putchar('\n');
			if (indent < 16 && json_is_object(v))
				ctl_print_object(v, indent + 4);
			json_array_foreach(v, i, e)
				print_line(e, indent + 4);
			continue;
		}
		printf("%*s ", strlen(key) < 24 ? (int)(24 - strlen(key)) : 0, "");
		if (json_is_array(v))
			print_list(v);
		else
			print_scalar(v);
		putchar('\n');
	}
}

static void print_field(json_t *call, const char *name, const char *label)
{
	json_t *v = json_object_get(call, name);

	if (!v || json_is_null(v))
		return;
	printf(" %s ", label);
	print_scalar(v);
}

static void print_time(json_t *call, const char *name, const char *label)
{
	time_t t = (time_t)json_integer_value(json_object_get(call, name));
	char text[32];
	struct tm tm;

	if (t && gmtime_r(&t, &tm) && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		printf(" %s %s", label, text);
}

void ctl_print_call(const struct ctl *c, json_t *call)
{
	fputs("call", stdout);
	print_field(call, "id", "id");
	/* A name that was not verified for this call is never shown as the peer's. */
	if (json_is_true(json_object_get(call, "verified"))) {
		print_field(call, "peer", "peer");
		if (json_is_string(json_object_get(call, "name"))) {
			fputs(" (", stdout);
			print_scalar(json_object_get(call, "name"));
			putchar(')');
		}
	} else {
		fputs(" peer (not verified)", stdout);
	}
	print_field(call, "as", "as");
	print_field(call, "state", "state");
	fputs(json_is_true(json_object_get(call, "secure")) ? " secure" : " not-secure", stdout);
	if (json_is_true(json_object_get(call, "keying")))
		fputs(" keying", stdout);
	print_field(call, "reason", "reason");
	fputs("\n   ", stdout);
	print_field(call, "local", "local");
	print_field(call, "remote", "remote");
	print_field(call, "suite", "suite");
	print_field(call, "role", "role");
	print_field(call, "setup_ms", "setup-ms");
	putchar('\n');
	if (!c->stats)
		return;
	fputs("   ", stdout);
	print_field(call, "flow", "flow");
	print_field(call, "mki", "mki");
	print_field(call, "transport", "transport");
	print_time(call, "started_at", "started-at");
	print_time(call, "keyed_at", "keyed-at");
	print_field(call, "rekeys", "rekeys");
	print_field(call, "rekey_in_s", "rekey-in-s");
	putchar('\n');
}

static void print_member(json_t *m)
{
	fputs("    member", stdout);
	print_field(m, "identity", "identity");
	fputs(json_is_true(json_object_get(m, "self"))	? " self" :
	      json_is_true(json_object_get(m, "sends")) ? " sends" :
							  " listens",
	      stdout);
	print_field(m, "source", "source");
	print_field(m, "state", "state");
	print_field(m, "key", "key");
	print_field(m, "heard", "heard");
	print_field(m, "reason", "reason");
	print_time(m, "since", "since");
	putchar('\n');
}

void ctl_print_group(json_t *group)
{
	json_t *members = json_object_get(group, "members"), *m;
	size_t i;

	fputs("group", stdout);
	print_field(group, "name", "name");
	print_field(group, "role", "role");
	print_field(group, "manager", "manager");
	print_field(group, "as", "as");
	fputs(json_is_string(json_object_get(group, "key")) ? "" : " not-keyed", stdout);
	print_field(group, "key", "key");
	fputs("\n   ", stdout);
	print_field(group, "media", "media");
	print_field(group, "suite", "suite");
	print_time(group, "since", "since");
	print_field(group, "rekeys", "rekeys");
	print_field(group, "rekey_in_s", "rekey-in-s");
	if (json_is_true(json_object_get(group, "switching")))
		fputs(" switching", stdout);
	putchar('\n');
	json_array_foreach(members, i, m)
		print_member(m);
}
