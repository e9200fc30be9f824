// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "offline.h"

static const struct verb {
	const char *name;
	enum kms_exit (*run)(const struct kms_args *args);
	const char *usage;
	const char *what;
	bool wants_uri, wants_periods, wants_rest;
} verbs[] = {
	{ "init", kms_init, "init DIR --uri NAME", "make a new KMS domain", true, false, false },
	{ "issue", kms_issue, "issue DIR --period YYYY-MM [--period ...] IDENTITY ...",
	  "issue key sets to DIR/keys", false, true, true },
	{ "show", kms_show, "show [-j] DIR", "show the public parameters", false, false, false },
};

#define N_VERBS (sizeof(verbs) / sizeof(verbs[0]))

void kms_error(const char *fmt, ...)
{
	va_list ap;

	fputs("ksrtp-kms: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

void kms_warning(const char *fmt, ...)
{
	va_list ap;

	fputs("ksrtp-kms: warning: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static void usage(FILE *out)
{
	size_t i;

	fputs("Usage: ksrtp-kms [-j] COMMAND ...\n\n", out);
	for (i = 0; i < N_VERBS; i++)
		fprintf(out, "  ksrtp-kms %s\n      %s\n", verbs[i].usage, verbs[i].what);
	fputs("\n  -j, --json     answer in JSON\n"
	      "  -h, --help     this text\n"
	      "  -V, --version  version\n\n"
	      "An IDENTITY is a telephone number in the form tel:+447700900123.\n",
	      out);
}

static enum kms_exit check(const struct verb *verb, const struct kms_args *args)
{
	const char *problem = NULL;

	if (!args->dir)
		problem = "the directory is missing";
	else if (verb->wants_uri && !args->uri)
		problem = "--uri is missing";
	else if (!verb->wants_uri && args->uri)
		problem = "--uri has no meaning here";
	else if (verb->wants_periods && !args->n_periods)
		problem = "--period is missing";
	else if (!verb->wants_periods && args->n_periods)
		problem = "--period has no meaning here";
	else if (verb->wants_rest && !args->n_rest)
		problem = "no identity is given";
	else if (!verb->wants_rest && args->n_rest)
		problem = "too many words";
	if (!problem)
		return KMS_OK;
	if (!verb->wants_rest && args->n_rest && args->dir)
		kms_error("%s: %s: \"%s\"", verb->name, problem, args->rest[0]);
	else
		kms_error("%s: %s", verb->name, problem);
	fprintf(stderr, "Usage: ksrtp-kms %s\n", verb->usage);
	return KMS_USAGE;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },	    { "uri", required_argument, NULL, 'u' },
		{ "period", required_argument, NULL, 'p' }, { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },	    { NULL, 0, NULL, 0 },
	};
	struct kms_args args = { 0 };
	const struct verb *verb = NULL;
	enum kms_exit ret = KMS_USAGE;
	size_t i;
	int c;

	args.periods = calloc((size_t)argc, sizeof(*args.periods));
	if (!args.periods) {
		kms_error("out of memory");
		return KMS_FAILED;
	}
	while ((c = getopt_long(argc, argv, "ju:p:hV", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			args.json = true;
			break;
		case 'u':
			args.uri = optarg;
			break;
		case 'p':
			args.periods[args.n_periods++] = optarg;
			break;
		case 'h':
			usage(stdout);
			ret = KMS_OK;
			goto out;
		case 'V':
			puts("ksrtp-kms " KSRTP_VERSION);
			ret = KMS_OK;
			goto out;
		default:
			fputs("Try ksrtp-kms --help.\n", stderr);
			goto out;
		}
	}
	if (optind == argc) {
		usage(stderr);
		goto out;
	}
	for (i = 0; i < N_VERBS && !verb; i++)
		if (!strcmp(verbs[i].name, argv[optind]))
			verb = &verbs[i];
	if (!verb) {
		kms_error("unknown command \"%s\"", argv[optind]);
		fputs("Try ksrtp-kms --help.\n", stderr);
		goto out;
	}
	if (optind + 1 < argc) {
		args.dir = argv[optind + 1];
		args.rest = argv + optind + 2;
		args.n_rest = (size_t)(argc - optind - 2);
	}
	ret = check(verb, &args);
	if (ret)
		goto out;
	if (ksrtp_secret_harden_process()) {
		kms_error("cannot protect this process: %s", strerror(errno));
		ret = KMS_FAILED;
		goto out;
	}
	ret = verb->run(&args);
	if (fflush(stdout) && !ret) {
		kms_error("writing the answer failed: %s", strerror(errno));
		ret = KMS_FAILED;
	}
out:
	free(args.periods);
	return ret;
}
