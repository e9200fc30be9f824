// SPDX-License-Identifier: BSD-3-Clause
/*
 * ksrtpd: agrees SRTP keys by MIKEY-SAKKE for the kernel's flows. This file is
 * the command line; see proc.h for how the processes hang together.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/secret.h"
#include "ksrtpd/keystore.h"
#include "ksrtpd/proc.h"

#define DEFAULT_CONF "/etc/ksrtp/ksrtpd.conf"

static void usage(FILE *to)
{
	fputs("usage: ksrtpd [-dnvV] [-f FILE]\n"
	      "  -d       stay in the foreground and log to standard error\n"
	      "  -f FILE  configuration file (default " DEFAULT_CONF ")\n"
	      "  -n       check the configuration and the key files, then exit\n"
	      "  -v       log more (same as Log = debug)\n"
	      "  -V       print the version\n",
	      to);
}

static int check_conf(const char *path)
{
	struct ksrtpd_conf_file file;
	struct ksrtp_conf_error error = { "" };
	struct ksrtp_sakke_ctx *ctx;
	enum ksrtp_sakke_err err;
	struct keystore *ks;

	if (!ksrtpd_conf_read(&file, path, &error)) {
		fprintf(stderr, "ksrtpd: %s\n", error.text);
		return 1;
	}
	err = ksrtp_sakke_ctx_new(&ctx, 0);
	if (err) {
		fprintf(stderr, "ksrtpd: the arithmetic cannot be used: %s\n",
			ksrtp_sakke_strerror(err));
		ksrtpd_conf_file_free(&file);
		return 1;
	}
	ks = keystore_new(ctx, &file.conf, file.keysets, file.n_keysets, error.text,
			  sizeof(error.text));
	ksrtp_sakke_ctx_free(ctx);
	if (!ks) {
		fprintf(stderr, "ksrtpd: %s: %s\n", path, error.text);
		ksrtpd_conf_file_free(&file);
		return 1;
	}
	keystore_free(ks);
	printf("%s: %zu KMS, %zu key sets, %zu peers: OK\n", path, file.conf.n_kms,
	       file.conf.n_keyinfo, file.conf.n_peers);
	ksrtpd_conf_file_free(&file);
	return 0;
}

/* Numbers that only our own parent writes. */
static unsigned int own_number(const char *text)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (*end || v > 0xffffffff)
		exit(1);
	return (unsigned int)v;
}

static int child(int argc, char **argv)
{
	struct proc_args args = { .level = KSRTP_LOG_INFO };
	int opt;

	while ((opt = getopt(argc, argv, "R:u:g:C:l:s")) != -1) {
		switch (opt) {
		case 'R':
			if (!proc_role_parse(optarg, &args.role))
				return 1;
			break;
		case 'u':
			args.uid = own_number(optarg);
			break;
		case 'g':
			args.gid = own_number(optarg);
			break;
		case 'C':
			args.chroot = optarg;
			break;
		case 'l':
			args.level = own_number(optarg);
			break;
		case 's':
			args.syslog = true;
			break;
		default:
			return 1;
		}
	}
	if (!args.role || !args.uid || !args.gid || !args.chroot)
		return 1;
	return proc_child(&args);
}

int main(int argc, char **argv)
{
	const char *path = DEFAULT_CONF;
	bool check = false, foreground = false, debug = false;
	int opt;

	if (argc > 1 && !strcmp(argv[1], "-R"))
		return child(argc, argv);
	while ((opt = getopt(argc, argv, "df:hnvV")) != -1) {
		switch (opt) {
		case 'd':
			foreground = true;
			break;
		case 'f':
			path = optarg;
			break;
		case 'h':
			usage(stdout);
			return 0;
		case 'n':
			check = true;
			break;
		case 'v':
			debug = true;
			break;
		case 'V':
			puts("ksrtpd " KSRTP_VERSION);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	}
	if (optind < argc) {
		usage(stderr);
		return 2;
	}
	if (ksrtp_secret_harden_process()) {
		perror("ksrtpd: core dumps cannot be switched off");
		return 1;
	}
	if (check)
		return check_conf(path);
	return parent_main(path, foreground, debug);
}
