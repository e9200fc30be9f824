// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/random.h"
#include "base/secret.h"
#include "offline.h"

/* Handing out keys far ahead gives up excluding a lost device (RFC 6509 section 6). */
#define MONTHS_AHEAD 2

/** struct issuer - the domain's secrets and what is made of them once */
struct issuer {
	struct kms_store store;
	struct ksrtp_sakke_ctx *ctx;
	struct ksrtp_sakke_kms *sakke;
	struct ksrtp_eccsi_kms *eccsi;
	struct ksrtp_kms_keyset *ks; /* secret memory */
};

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	stop = sig;
}

static bool sakke_failed(const char *what, enum ksrtp_sakke_err err)
{
	kms_error("%s: %s", what, ksrtp_sakke_strerror(err));
	return false;
}

/* Public keys from file, checked on their curves and against the master secrets. */
static bool prepare(struct issuer *is)
{
	const struct ksrtp_kms_domain *d = &is->store.domain;
	const struct ksrtp_kms_master *m = is->store.master;
	uint8_t z[KSRTP_SAKKE_Z_LEN], kpak[KSRTP_ECCSI_KPAK_LEN];
	enum ksrtp_sakke_err err;

	err = ksrtp_sakke_ctx_new(&is->ctx, 0);
	if (err)
		return sakke_failed("libksrtp-sakke", err);
	err = ksrtp_sakke_master_public(is->ctx, m->z, sizeof(m->z), z);
	if (!err)
		err = ksrtp_eccsi_master_public(is->ctx, m->ksak, sizeof(m->ksak), kpak);
	if (err)
		return sakke_failed("master.key", err);
	if (memcmp(z, d->z, sizeof(z)) || memcmp(kpak, d->kpak, sizeof(kpak))) {
		kms_error("%s: domain.conf and master.key do not belong together", is->store.dir);
		return false;
	}
	err = ksrtp_sakke_kms_new(&is->sakke, is->ctx, d->z, sizeof(d->z));
	if (!err)
		err = ksrtp_eccsi_kms_new(&is->eccsi, is->ctx, d->kpak, sizeof(d->kpak));
	if (err)
		return sakke_failed("domain.conf", err);
	is->ks = ksrtp_secret_alloc(sizeof(*is->ks));
	if (!is->ks)
		kms_error("no locked memory: %s", strerror(errno));
	return is->ks;
}

/* Fills is->ks, and verifies the keys as their owner will. */
static bool make(struct issuer *is, const char *identity, const struct ksrtp_period *period)
{
	const struct ksrtp_kms_master *m = is->store.master;
	struct ksrtp_kms_keyset *ks = is->ks;
	uint8_t id[KSRTP_KMS_IDENTIFIER_LEN];
	struct ksrtp_eccsi_key *key = NULL;
	size_t len = ksrtp_kms_identifier(id, period, identity);
	enum ksrtp_sakke_err err;

	ksrtp_secret_wipe(ks, sizeof(*ks));
	strcpy(ks->kms_uri, is->store.domain.uri);
	strcpy(ks->identity, identity);
	ks->period = *period;
	err = ksrtp_sakke_rsk_extract(is->ctx, m->z, sizeof(m->z), id, len, ks->rsk);
	if (!err)
		err = ksrtp_eccsi_key_issue(is->eccsi, m->ksak, sizeof(m->ksak), id, len,
					    ksrtp_random, NULL, ks->ssk, ks->pvt);
	if (!err)
		err = ksrtp_sakke_rsk_validate(is->sakke, id, len, ks->rsk, sizeof(ks->rsk));
	if (!err)
		err = ksrtp_eccsi_key_new(&key, is->eccsi, id, len, ks->ssk, sizeof(ks->ssk),
					  ks->pvt, sizeof(ks->pvt));
	ksrtp_eccsi_key_free(key);
	return !err || sakke_failed(identity, err);
}

/* DIR/keys/tel+447700900123-2026-11.key: no colon, which some programs take for a host */
static bool file_name(char out[PATH_MAX], const char *dir, const char *identity,
		      const struct ksrtp_period *period)
{
	char name[KSRTP_KMS_URI_LEN + 32], text[KSRTP_PERIOD_STRLEN];

	snprintf(name, sizeof(name), "keys/tel%s-%s.key", strchr(identity, '+'),
		 ksrtp_text_period_str(period, text));
	return kms_store_path(out, dir, name);
}

static bool parse_periods(const struct kms_args *args, struct ksrtp_period *periods)
{
	struct ksrtp_period now, far;
	bool dated = ksrtp_period_of(time(NULL), &now);
	size_t i, j;

	far = now;
	dated = dated && ksrtp_period_shift(&far, MONTHS_AHEAD);
	for (i = 0; i < args->n_periods; i++) {
		if (ksrtp_text_period(args->periods[i], &periods[i])) {
			kms_error("\"%s\" is not a month as in 2026-11", args->periods[i]);
			return false;
		}
		for (j = 0; j < i; j++) {
			if (!ksrtp_period_cmp(&periods[i], &periods[j])) {
				kms_error("the period %s is given twice", args->periods[i]);
				return false;
			}
		}
		if (dated && ksrtp_period_cmp(&periods[i], &now) < 0)
			kms_warning("the period %s is over", args->periods[i]);
		else if (dated && ksrtp_period_cmp(&periods[i], &far) > 0)
			kms_warning("%s is more than %d months ahead: a lost device keeps working "
				    "until then",
				    args->periods[i], MONTHS_AHEAD);
	}
	return true;
}

static bool check_identities(const struct kms_args *args)
{
	size_t i, j;

	for (i = 0; i < args->n_rest; i++) {
		if (!ksrtp_kms_tel_valid(args->rest[i])) {
			kms_error("\"%s\" is no identity: tel:+ and up to 15 digits, nothing else",
				  args->rest[i]);
			return false;
		}
		for (j = 0; j < i; j++) {
			if (!strcmp(args->rest[i], args->rest[j])) {
				kms_error("%s is given twice", args->rest[i]);
				return false;
			}
		}
	}
	return true;
}

/* Nothing is issued if one of the files is there already. */
static bool check_files(const struct kms_args *args, const struct ksrtp_period *periods)
{
	char path[PATH_MAX];
	size_t i, p;

	for (i = 0; i < args->n_rest; i++) {
		for (p = 0; p < args->n_periods; p++) {
			if (!file_name(path, args->dir, args->rest[i], &periods[p]))
				return false;
			if (!access(path, F_OK)) {
				kms_error("%s: exists already; move it away to issue another key "
					  "set for %s",
					  path, args->rest[i]);
				return false;
			}
		}
	}
	return true;
}

static bool issue_one(struct issuer *is, const char *identity, const struct ksrtp_period *period,
		      json_t *list)
{
	char path[PATH_MAX], text[KSRTP_PERIOD_STRLEN], pvt[2 * KSRTP_KMS_PVT_LEN + 1];
	struct ksrtp_conf_error error;

	if (!file_name(path, is->store.dir, identity, period) || !make(is, identity, period))
		return false;
	/* The log comes first: no key set leaves without an entry. */
	if (!kms_log_issue(&is->store, is->ks, path + strlen(is->store.dir) + 1))
		return false;
	if (ksrtp_kms_keyset_write(path, is->ks, &error)) {
		kms_error("%s", error.text);
		return false;
	}
	if (!list) {
		puts(path);
		return true;
	}
	ksrtp_text_hex(pvt, is->ks->pvt, sizeof(is->ks->pvt));
	return !json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "identity", identity,
						      "period", ksrtp_text_period_str(period, text),
						      "file", path, "pvt", pvt));
}

static void progress(size_t done, size_t total)
{
	fprintf(stderr, "\r%zu of %zu key sets%s", done, total, done == total ? "\r\033[K" : "");
}

static bool issue_all(struct issuer *is, const struct kms_args *args,
		      const struct ksrtp_period *periods, json_t *list)
{
	size_t i, p, done = 0, total = args->n_rest * args->n_periods;
	/* Where the answer goes to the same terminal its lines are progress enough. */
	bool show = isatty(STDERR_FILENO) && total > 4 && (list || !isatty(STDOUT_FILENO));

	for (i = 0; i < args->n_rest; i++) {
		for (p = 0; p < args->n_periods; p++) {
			if (stop) {
				kms_error("stopped after %zu of %zu key sets", done, total);
				return false;
			}
			if (!issue_one(is, args->rest[i], &periods[p], list)) {
				kms_error("failed after %zu of %zu key sets", done, total);
				return false;
			}
			done++;
			if (show)
				progress(done, total);
		}
	}
	return true;
}

enum kms_exit kms_issue(const struct kms_args *args)
{
	/* No SA_RESTART: whoever waits for the lock can leave. */
	struct sigaction action = { .sa_handler = on_signal };
	struct ksrtp_period *periods = calloc(args->n_periods, sizeof(*periods));
	json_t *list = args->json ? json_array() : NULL;
	struct issuer is = { .store.fd = -1 };
	enum kms_exit ret = KMS_FAILED;

	if (!periods || (args->json && !list)) {
		kms_error("out of memory");
		goto out;
	}
	if (!parse_periods(args, periods) || !check_identities(args)) {
		ret = KMS_USAGE;
		goto out;
	}
	if (!kms_store_open(&is.store, args->dir, true))
		goto out;
	/* From here a signal ends the work between two key sets. */
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	kms_store_tidy(&is.store);
	if (check_files(args, periods) && prepare(&is) && issue_all(&is, args, periods, list))
		ret = KMS_OK;
	if (list && json_array_size(list)) {
		if (json_dumpf(list, stdout, JSON_INDENT(2)))
			ret = KMS_FAILED;
		putchar('\n');
	}
out:
	ksrtp_secret_free(is.ks);
	ksrtp_eccsi_kms_free(is.eccsi);
	ksrtp_sakke_kms_free(is.sakke);
	ksrtp_sakke_ctx_free(is.ctx);
	kms_store_close(&is.store);
	json_decref(list);
	free(periods);
	return ret;
}
