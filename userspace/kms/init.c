// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "base/secret.h"
#include "offline.h"

static bool generate(struct ksrtp_kms_master *master, struct ksrtp_kms_domain *domain)
{
	struct ksrtp_sakke_ctx *ctx = NULL;
	enum ksrtp_sakke_err err;

	err = ksrtp_sakke_ctx_new(&ctx, 0);
	if (!err)
		err = ksrtp_sakke_master_generate(ctx, ksrtp_random, NULL, master->z);
	if (!err)
		err = ksrtp_sakke_master_public(ctx, master->z, sizeof(master->z), domain->z);
	if (!err)
		err = ksrtp_eccsi_master_generate(ctx, ksrtp_random, NULL, master->ksak);
	if (!err)
		err = ksrtp_eccsi_master_public(ctx, master->ksak, sizeof(master->ksak),
						domain->kpak);
	ksrtp_sakke_ctx_free(ctx);
	if (err)
		kms_error("cannot make master keys: %s", ksrtp_sakke_strerror(err));
	return !err;
}

/* Fills a directory that nobody knows yet. */
static bool fill(const char *dir, const struct ksrtp_kms_master *master,
		 const struct ksrtp_kms_domain *domain)
{
	struct ksrtp_conf_error error;
	char path[PATH_MAX];

	if (!kms_store_path(path, dir, "keys"))
		return false;
	if (mkdir(path, 0700) || chmod(path, 0700)) {
		kms_error("%s: %s", path, strerror(errno));
		return false;
	}
	if (!kms_store_path(path, dir, "master.key"))
		return false;
	if (ksrtp_kms_master_write(path, master, &error))
		goto fail;
	if (!kms_store_path(path, dir, "domain.conf"))
		return false;
	if (ksrtp_kms_domain_write(path, domain, &error))
		goto fail;
	if (chmod(dir, 0755)) {
		kms_error("%s: %s", dir, strerror(errno));
		return false;
	}
	return true;
fail:
	kms_error("%s", error.text);
	return false;
}

static void undo(const char *dir)
{
	static const char *const names[] = { "domain.conf", "master.key" };
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (kms_store_path(path, dir, names[i]))
			unlink(path);
	if (kms_store_path(path, dir, "keys"))
		rmdir(path);
	rmdir(dir);
}

/*
 * The domain is made beside its place and moved there, so that there is all of
 * it or nothing. rename() takes the place of an empty directory and of no other.
 */
static bool place(const char *dir, const struct ksrtp_kms_master *master,
		  const struct ksrtp_kms_domain *domain)
{
	char tmp[PATH_MAX];
	int n = snprintf(tmp, sizeof(tmp), "%s.XXXXXX", dir);

	if (n < 0 || (size_t)n >= sizeof(tmp)) {
		kms_error("%.100s...: the name is too long", dir);
		return false;
	}
	if (!mkdtemp(tmp)) {
		kms_error("%s: %s", dir, strerror(errno));
		return false;
	}
	if (!fill(tmp, master, domain)) {
		undo(tmp);
		return false;
	}
	if (rename(tmp, dir)) {
		if (errno == ENOTEMPTY || errno == EEXIST)
			kms_error("%s: exists and is not empty; a domain is never overwritten",
				  dir);
		else
			kms_error("%s: %s", dir, strerror(errno));
		undo(tmp);
		return false;
	}
	return true;
}

enum kms_exit kms_init(const struct kms_args *args)
{
	struct ksrtp_kms_domain domain = { 0 };
	struct ksrtp_kms_master *master;
	char *dir = strdup(args->dir);
	enum kms_exit ret = KMS_FAILED;
	sigset_t signals, old;
	size_t len;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	master = ksrtp_secret_alloc(sizeof(*master));
	if (!dir || !master) {
		kms_error("no memory for the master secrets: %s", strerror(errno));
		goto out;
	}
	for (len = strlen(dir); len > 1 && dir[len - 1] == '/'; len--)
		dir[len - 1] = '\0';
	if (!ksrtp_kms_uri_valid(args->uri)) {
		kms_error("\"%s\" is no name of a KMS: lower-case letters, digits, '-' and '.'",
			  args->uri);
		ret = KMS_USAGE;
		goto out;
	}
	strcpy(domain.uri, args->uri);
	strcpy(master->kms_uri, args->uri);
	if (!generate(master, &domain))
		goto out;
	/* No half-made domain with secrets in it is to stay behind. */
	sigprocmask(SIG_BLOCK, &signals, &old);
	if (place(dir, master, &domain))
		ret = KMS_OK;
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (ret)
		goto out;
	if (args->json) {
		json_t *j = json_pack("{s:s, s:s}", "directory", dir, "uri", domain.uri);

		if (j && !json_dumpf(j, stdout, 0))
			putchar('\n');
		json_decref(j);
	} else {
		printf("KMS domain %s is in %s.\n", domain.uri, dir);
		printf("  %s/domain.conf  public parameters, for every member\n", dir);
		printf("  %s/master.key   master secrets: keep a copy in a safe, show it to nobody\n",
		       dir);
	}
out:
	ksrtp_secret_free(master);
	free(dir);
	return ret;
}
