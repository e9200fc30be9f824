// SPDX-License-Identifier: BSD-3-Clause
/* ksrtp-mikey: print a MIKEY message field by field, verify it, open it. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/secret.h"
#include "dump.h"

static void usage(FILE *to)
{
	fputs("usage: ksrtp-mikey dump [-j] [-l[NAMES]] [-D FILE]... [-k FILE]... [-t TIME] [FILE]\n"
	      "\n"
	      "Prints MIKEY messages: octets, hex, base64, or all those of an SDP.\n"
	      "\n"
	      "  -j, --json         print JSON, one object for each message\n"
	      "  -l, --lax[=NAMES]  accept habits outside the standards, all or those named\n"
	      "  -D, --domain FILE  public keys of a KMS: verify the signature\n"
	      "  -k, --keyset FILE  the receiver's keys: open it (needs -D); no key is printed\n"
	      "  -t, --time TIME    seconds since 1970: check the message's time against this\n"
	      "\n"
	      "habits:",
	      to);
	for (unsigned int i = 0; i < KSRTP_MIKEY_HABIT_COUNT; i++)
		fprintf(to, " %s", ksrtp_mikey_habit_name(i));
	fputc('\n', to);
}

/* One object after the other, "name: value", lists indented. */
static void print_value(const char *key, json_t *value, int indent);

static void print_object(json_t *o, int indent)
{
	const char *key;
	json_t *value;

	json_object_foreach(o, key, value) {
		if (strcmp(key, "payload") && strcmp(key, "offset") && strcmp(key, "length"))
			print_value(key, value, indent);
	}
}

static void print_value(const char *key, json_t *value, int indent)
{
	size_t i;
	json_t *one;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		printf("%*s%s:\n", indent, "", key);
		print_object(value, indent + 2);
		break;
	case JSON_ARRAY:
		if (json_array_size(value) && json_is_object(json_array_get(value, 0))) {
			json_array_foreach(value, i, one) {
				printf("%*s%s %zu:\n", indent, "", key, i + 1);
				print_object(one, indent + 2);
			}
			break;
		}
		printf("%*s%s:", indent, "", key);
		json_array_foreach(value, i, one) {
			if (json_is_integer(one))
				printf(" %" JSON_INTEGER_FORMAT, json_integer_value(one));
			else
				printf(" %s", json_string_value(one));
		}
		putchar('\n');
		break;
	case JSON_STRING:
		printf("%*s%s: %s\n", indent, "", key, json_string_value(value));
		break;
	case JSON_INTEGER:
		printf("%*s%s: %" JSON_INTEGER_FORMAT "\n", indent, "", key,
		       json_integer_value(value));
		break;
	default:
		printf("%*s%s: %s\n", indent, "", key, json_is_true(value) ? "yes" : "no");
	}
}

static void print_text(json_t *tree)
{
	const char *key;
	json_t *value, *p;
	size_t i;

	json_array_foreach(json_object_get(tree, "payloads"), i, p) {
		printf("%4" JSON_INTEGER_FORMAT "  %s (%" JSON_INTEGER_FORMAT " octets)\n",
		       json_integer_value(json_object_get(p, "offset")),
		       json_string_value(json_object_get(p, "payload")),
		       json_integer_value(json_object_get(p, "length")));
		print_object(p, 8);
	}
	json_object_foreach(tree, key, value) {
		if (strcmp(key, "payloads") && strcmp(key, "error") && strcmp(key, "source"))
			print_value(key, value, 0);
	}
	p = json_object_get(tree, "error");
	if (p)
		printf("error: %s at octet %" JSON_INTEGER_FORMAT ", payload %s: %s\n",
		       json_string_value(json_object_get(p, "status")),
		       json_integer_value(json_object_get(p, "offset")),
		       json_string_value(json_object_get(p, "payload")),
		       json_string_value(json_object_get(p, "reason")));
}

static void print_source(json_t *source)
{
	json_t *media = json_object_get(source, "media");

	printf("SDP line %" JSON_INTEGER_FORMAT ", ",
	       json_integer_value(json_object_get(source, "line")));
	if (media)
		printf("media %" JSON_INTEGER_FORMAT " (%s)\n", json_integer_value(media),
		       json_string_value(json_object_get(source, "description")));
	else
		puts("session level");
}

static int dump_one(const struct dump_options *opt, struct dump_keys *keys,
		    const struct dump_source *source)
{
	struct ksrtp_mikey_diag diag;
	struct ksrtp_mikey_msg msg;
	int status = 1;
	json_t *tree;

	ksrtp_mikey_decode(&msg, source->buf, source->len, opt->lax, &diag);
	if (!source->buf)
		diag.reason = "not base64";
	tree = dump_describe(&msg, &diag);
	if (!diag.status)
		status = keys ? dump_check(keys, opt, source->buf, source->len, &msg, tree) : 0;
	if (source->line)
		json_object_set_new(tree, "source", dump_describe_source(source));
	if (opt->json) {
		json_dumpf(tree, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		if (source->line)
			print_source(json_object_get(tree, "source"));
		print_text(tree);
	}
	json_decref(tree);
	return status;
}

static int dump(const struct dump_options *opt)
{
	struct dump_source found[MAX_MESSAGES];
	struct dump_keys *keys = NULL;
	unsigned int n = 0;
	int status = 2;
	size_t len;
	char *text;

	text = dump_slurp(opt->input, &len);
	if (!text)
		return 2;
	n = dump_find(text, len, found);
	if (!n)
		fprintf(stderr,
			"ksrtp-mikey: %s: neither octets of a message, nor hex, base64 or SDP\n",
			opt->input);
	if (n && opt->n_domains)
		keys = dump_keys_load(opt);
	if (n && (keys || !opt->n_domains)) {
		status = 0;
		for (unsigned int i = 0; i < n; i++) {
			int one = dump_one(opt, keys, &found[i]);

			if (one > status)
				status = one;
		}
	}
	dump_keys_free(keys);
	for (unsigned int i = 0; i < n; i++)
		free(found[i].buf);
	free(text);
	if (fflush(stdout) || ferror(stdout))
		status = 2;
	return status;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },	    { "lax", optional_argument, NULL, 'l' },
		{ "domain", required_argument, NULL, 'D' }, { "keyset", required_argument, NULL, 'k' },
		{ "time", required_argument, NULL, 't' },   { "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct dump_options opt = { .input = "-" };
	char *end;
	int c;

	ksrtp_secret_harden_process();
	while ((c = getopt_long(argc, argv, "jl::D:k:t:h", longs, NULL)) != -1) {
		switch (c) {
		case 'j':
			opt.json = true;
			break;
		case 'l':
			if (!ksrtp_mikey_habits_parse(optarg ? optarg : "all", &opt.lax)) {
				fprintf(stderr, "ksrtp-mikey: %s: no such habits\n", optarg);
				return 2;
			}
			break;
		case 'D':
			if (opt.n_domains == MAX_FILES) {
				fprintf(stderr, "ksrtp-mikey: too many domain files\n");
				return 2;
			}
			opt.domain[opt.n_domains++] = optarg;
			break;
		case 'k':
			if (opt.n_keysets == MAX_FILES) {
				fprintf(stderr, "ksrtp-mikey: too many key sets\n");
				return 2;
			}
			opt.keyset[opt.n_keysets++] = optarg;
			break;
		case 't':
			opt.now_ns = strtoll(optarg, &end, 10);
			if (!*optarg || *end || opt.now_ns < 0 || opt.now_ns > INT32_MAX * 4LL) {
				fprintf(stderr, "ksrtp-mikey: %s: not seconds since 1970\n", optarg);
				return 2;
			}
			opt.now_ns *= 1000000000;
			opt.has_now = true;
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	}
	if (optind >= argc || strcmp(argv[optind], "dump") || argc - optind > 2 ||
	    (opt.n_keysets && !opt.n_domains)) {
		usage(stderr);
		return 2;
	}
	if (optind + 1 < argc)
		opt.input = argv[optind + 1];
	return dump(&opt);
}
