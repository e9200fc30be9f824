// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "ctl.h"

#define BATCH_WORDS 64
#define DEFAULT_SOCKET "/run/ksrtpd/control.sock"

static const struct verb {
	const char *object;
	const char *verb; /* NULL: the object is the command */
	enum ctl_exit (*run)(struct ctl *c);
	const char *usage;
} verbs[] = {
	{ "policy", "add", ctl_policy_add,
	  "dir in|out action protect|pass|block [local PREFIX] [remote PREFIX]\n"
	  "            [lport A-B] [rport A-B] [dev IF] [prio N] [nonrtp pass|drop]" },
	{ "policy", "del", ctl_policy_del, "[id] ID" },
	{ "policy", "list", ctl_policy_list, "" },
	{ "policy", "flush", ctl_policy_flush, "[dir in|out]" },
	{ "flow", "add", ctl_flow_add,
	  "local ADDR:PORT remote ADDR:PORT|ADDR:any|any [rtcp LPORT:RPORT]\n"
	  "            [dev IF] [idle MS] [cookie HEX]\n"
	  "            [rx suite SUITE keys FILE [mki HEX] [window N] [streams N] [kdr N]\n"
	  "             [rcc MODE:RATE] [hdrext ID,...] [join SSRC:ROC:SEQ,...]]\n"
	  "            [tx suite SUITE keys FILE [mki HEX] [window N] [streams N] [kdr N]\n"
	  "             [rcc MODE:RATE] [hdrext ID,...] [unencrypted-srtcp]]\n"
	  "            [plain [source PREFIX]] [relay FLOW] [dscp N] [clock HZ]" },
	{ "flow", "set", ctl_flow_set,
	  "[id] ID [remote ADDR:PORT|ADDR:any] [idle MS] [relay FLOW|none] [dscp N] [clock HZ]" },
	{ "flow", "del", ctl_flow_del, "[id] ID" },
	{ "flow", "show", ctl_flow_show, "[id] ID" },
	{ "flow", "list", ctl_flow_list, "" },
	{ "flow", "flush", ctl_flow_flush, "[dev IF]" },
	{ "key", "add", ctl_key_add, "[flow] ID rx|tx keys FILE [mki HEX] [active]" },
	{ "key", "activate", ctl_key_activate, "[flow] ID mki HEX" },
	{ "key", "del", ctl_key_del, "[flow] ID rx|tx [mki HEX]" },
	{ "stats", NULL, ctl_stats, "[drops]" },
	{ "monitor", NULL, ctl_monitor, "[EVENT ...]" },
	{ "calls", NULL, ctl_calls, "" },
	{ "status", NULL, ctl_status, "" },
	{ "counters", NULL, ctl_counters, "" },
	{ "reload", NULL, ctl_reload, "" },
	{ "rekey", NULL, ctl_rekey, "[CALL|PEER]" },
	{ "groups", NULL, ctl_groups, "" },
	{ "group", "remove", ctl_group_remove, "NAME MEMBER" },
	{ "group", "rekey", ctl_group_rekey, "NAME" },
};

#define N_VERBS (sizeof(verbs) / sizeof(verbs[0]))

void ctl_error(const struct ctl *c, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "ksrtpctl: %s%s", c->command ? c->command : "", c->command ? ": " : "");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

bool ctl_kernel(struct ctl *c)
{
	enum ksrtpnl_err err;

	if (c->nl)
		return true;
	err = ksrtpnl_open(&c->nl);
	if (err == KSRTPNL_ERR_IO)
		ctl_error(c, "%s: %s", ksrtpnl_strerror(err), strerror(errno));
	else if (err)
		ctl_error(c, "%s", ksrtpnl_strerror(err));
	return !err;
}

enum ctl_exit ctl_refused(struct ctl *c, enum ksrtpnl_err err)
{
	const char *text = ksrtpnl_message(c->nl);

	/* Numbers alone say little: put the kernel's words first, ours if it had none. */
	if (err == KSRTPNL_ERR_PERMISSION)
		text = ksrtpnl_strerror(err);
	ctl_error(c, "%s", text[0] ? text : ksrtpnl_strerror(err));
	return CTL_FAILED;
}

static void print_verb(FILE *out, const struct verb *v)
{
	fprintf(out, "  ksrtpctl %s%s%s%s%s\n", v->object, v->verb ? " " : "",
		v->verb ? v->verb : "", *v->usage ? " " : "", v->usage);
}

static void usage(FILE *out, const char *object)
{
	size_t i;

	fputs("Usage: ksrtpctl [OPTIONS] OBJECT [VERB] ...\n\n", out);
	for (i = 0; i < N_VERBS; i++)
		if (!object || !strcmp(object, verbs[i].object))
			print_verb(out, &verbs[i]);
	if (object)
		return;
	fputs("\n  -j, --json         answer in JSON\n"
	      "  -s, --stats        more figures\n"
	      "  -S, --socket PATH  control socket of ksrtpd (" DEFAULT_SOCKET ")\n"
	      "  -b, --batch FILE   commands from a file, one a line\n"
	      "  -h, --help         this text\n"
	      "  -V, --version      version\n\n"
	      "SUITE is AEAD_AES_128_GCM or AES_CM_128_HMAC_SHA1_80. FILE holds keys, see\n"
	      "ksrtpctl(8); \"-\" is standard input.\n",
	      out);
}

static const struct verb *find(struct ctl *c, int argc, char **argv, int *used)
{
	const char *object = argv[0], *word = argc > 1 ? argv[1] : NULL;
	bool known = false;
	size_t i;

	/* what people are used to */
	if (word && !strcmp(word, "delete"))
		word = "del";
	if (word && !strcmp(word, "ls"))
		word = "list";
	if (!word)
		word = "list";
	for (i = 0; i < N_VERBS; i++) {
		if (strcmp(verbs[i].object, object))
			continue;
		known = true;
		if (!verbs[i].verb) {
			*used = 1;
			return &verbs[i];
		}
		/* "policy show" and "flow show" without a number are lists */
		if (!strcmp(verbs[i].verb, word) ||
		    (!strcmp(verbs[i].verb, "list") && !strcmp(word, "show") &&
		     (argc == 2 || !strcmp(object, "policy")))) {
			if (argc == 2 && !strcmp(verbs[i].verb, "show"))
				continue;
			*used = argc > 1 ? 2 : 1;
			return &verbs[i];
		}
	}
	if (!known)
		ctl_error(c, "unknown object \"%s\"", object);
	else if (argc > 1)
		ctl_error(c, "%s: unknown verb \"%s\"", object, argv[1]);
	else
		ctl_error(c, "%s: the verb is missing", object);
	usage(stderr, known ? object : NULL);
	return NULL;
}

static enum ctl_exit run(struct ctl *c, int argc, char **argv)
{
	const struct verb *v;
	enum ctl_exit ret;
	char command[64];
	int used = 0;

	v = find(c, argc, argv, &used);
	if (!v)
		return CTL_USAGE;
	snprintf(command, sizeof(command), "%s%s%s", v->object, v->verb ? " " : "",
		 v->verb ? v->verb : "");
	c->command = command;
	c->usage = v->usage;
	c->word = argv + used;
	c->n_words = argc - used;
	c->pos = 0;
	ret = v->run(c);
	if (ret == CTL_USAGE) {
		fputs("Usage:\n", stderr);
		print_verb(stderr, v);
	}
	if (fflush(stdout) && ret == CTL_OK) {
		ctl_error(c, "writing the answer failed: %s", strerror(errno));
		ret = CTL_FAILED;
	}
	c->command = NULL;
	return ret;
}

/* One command line per line, without quoting; stops at the first that fails. */
static enum ctl_exit run_batch(struct ctl *c, const char *path)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *line = NULL, *words[BATCH_WORDS], *save;
	enum ctl_exit ret = CTL_OK;
	unsigned int number = 0;
	size_t cap = 0;
	int n;

	if (!f) {
		ctl_error(c, "%s: %s", path, strerror(errno));
		return CTL_FAILED;
	}
	while (!ret && getline(&line, &cap, f) > 0) {
		number++;
		n = 0;
		for (words[0] = strtok_r(line, " \t\r\n", &save); words[n];
		     words[n] = strtok_r(NULL, " \t\r\n", &save))
			if (++n == BATCH_WORDS)
				break;
		if (!n || words[0][0] == '#')
			continue;
		ret = CTL_USAGE;
		if (n == BATCH_WORDS)
			ctl_error(c, "too many words");
		else if (!strcmp(words[0], "monitor"))
			ctl_error(c, "\"monitor\" has no end and no place in a batch");
		else
			ret = run(c, n, words);
	}
	if (ret)
		ctl_error(c, "%s:%u: the command failed, those behind it were not tried",
			  f == stdin ? "standard input" : path, number);
	free(line);
	if (f != stdin)
		fclose(f);
	return ret;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "stats", no_argument, NULL, 's' },
		{ "statistics", no_argument, NULL, 's' },
		{ "socket", required_argument, NULL, 'S' },
		{ "batch", required_argument, NULL, 'b' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	struct ctl c = { .socket = DEFAULT_SOCKET };
	enum ctl_exit ret;
	int opt;

	/* "+": a word that begins with '-' behind the object is a value, e.g. keys - */
	while ((opt = getopt_long(argc, argv, "+jsS:b:hV", options, NULL)) != -1) {
		switch (opt) {
		case 'j':
			c.json = true;
			break;
		case 's':
			c.stats = true;
			break;
		case 'S':
			c.socket = optarg;
			break;
		case 'b':
			c.batch = optarg;
			break;
		case 'h':
			usage(stdout, NULL);
			return CTL_OK;
		case 'V':
			puts("ksrtpctl " KSRTP_VERSION);
			return CTL_OK;
		default:
			fputs("Try ksrtpctl --help.\n", stderr);
			return CTL_USAGE;
		}
	}
	if ((optind == argc) != (c.batch != NULL)) {
		if (c.batch)
			ctl_error(&c, "a batch and a command: \"%s\"", argv[optind]);
		else
			usage(stderr, NULL);
		return CTL_USAGE;
	}
	if (!c.batch && !strcmp(argv[optind], "help")) {
		usage(stdout, NULL);
		return CTL_OK;
	}
	if (ksrtp_secret_harden_process()) {
		ctl_error(&c, "cannot protect this process: %s", strerror(errno));
		return CTL_FAILED;
	}
	ret = c.batch ? run_batch(&c, c.batch) : run(&c, argc - optind, argv + optind);
	ksrtpnl_close(c.nl);
	return ret;
}
