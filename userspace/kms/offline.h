/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_KMS_OFFLINE_H
#define KSRTP_KMS_OFFLINE_H

#include <ksrtp/sakke.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kms/kms.h"

/*
 * ksrtp-kms without its server: a domain is a directory.
 *
 *	domain.conf	public parameters
 *	master.key	master secrets, 0600
 *	keys/		key sets that were issued, 0700
 *	issued.log	one JSON object a line, no secret in it
 */

enum kms_exit {
	KMS_OK = 0,
	KMS_FAILED = 1,
	KMS_USAGE = 2,
};

/** struct kms_args - the command line */
struct kms_args {
	bool json;
	const char *uri;
	const char **periods;
	size_t n_periods;
	const char *dir;
	char **rest; /* behind DIR */
	size_t n_rest;
};

/* main.c */
void kms_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void kms_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* verbs: init.c, issue.c, show.c */
enum kms_exit kms_init(const struct kms_args *args);
enum kms_exit kms_issue(const struct kms_args *args);
enum kms_exit kms_show(const struct kms_args *args);

/* store.c */

/** struct kms_store - an open domain */
struct kms_store {
	const char *dir;
	int fd; /* of the directory, locked */
	struct ksrtp_kms_domain domain;
	struct ksrtp_kms_master *master; /* secret memory, or NULL */
};

/* DIR/name; says so if that is too long. */
bool kms_store_path(char out[PATH_MAX], const char *dir, const char *name);
/*
 * Opens a domain and, for issuing, locks it and loads the master secrets.
 * Complains and returns false on failure.
 */
bool kms_store_open(struct kms_store *store, const char *dir, bool for_issue);
void kms_store_close(struct kms_store *store);
/* Removes what a crash may have left in keys/; needs the lock. */
void kms_store_tidy(const struct kms_store *store);

/* log.c */

/* Appends to issued.log and waits until it is on disk. */
bool kms_log_issue(const struct kms_store *store, const struct ksrtp_kms_keyset *keyset,
		   const char *file);
/* Number of entries, -1 if it cannot be read. */
long long kms_log_count(const char *dir);

#endif
