// SPDX-License-Identifier: BSD-3-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/secret.h"
#include "offline.h"

bool kms_store_path(char out[PATH_MAX], const char *dir, const char *name)
{
	int n = snprintf(out, PATH_MAX, "%s/%s", dir, name);

	if (n > 0 && n < PATH_MAX)
		return true;
	kms_error("%.100s...: the name is too long", dir);
	return false;
}

static bool lock(struct kms_store *store)
{
	if (!flock(store->fd, LOCK_EX | LOCK_NB))
		return true;
	if (errno == EWOULDBLOCK) {
		fprintf(stderr, "ksrtp-kms: %s: waiting for another ksrtp-kms to end\n",
			store->dir);
		while (flock(store->fd, LOCK_EX))
			if (errno != EINTR)
				goto fail;
		return true;
	}
fail:
	kms_error("%s: cannot lock: %s", store->dir, strerror(errno));
	return false;
}

bool kms_store_open(struct kms_store *store, const char *dir, bool for_issue)
{
	struct ksrtp_conf_error error;
	char path[PATH_MAX];

	*store = (struct kms_store){ .dir = dir, .fd = -1 };
	store->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->fd < 0) {
		kms_error("%s: %s", dir, strerror(errno));
		return false;
	}
	if (for_issue && !lock(store))
		goto fail;
	if (!kms_store_path(path, dir, "domain.conf"))
		goto fail;
	if (ksrtp_kms_domain_load(path, &store->domain, &error)) {
		kms_error("%s", error.text);
		goto fail;
	}
	if (store->domain.scheme != KSRTP_KMS_RFC6509) {
		kms_error("%s: this program issues keys of scheme rfc6509 only", path);
		goto fail;
	}
	if (!for_issue)
		return true;

	store->master = ksrtp_secret_alloc(sizeof(*store->master));
	if (!store->master) {
		kms_error("no locked memory for the master secrets: %s", strerror(errno));
		goto fail;
	}
	if (!kms_store_path(path, dir, "master.key"))
		goto fail;
	if (ksrtp_kms_master_load(path, store->master, &error)) {
		kms_error("%s", error.text);
		goto fail;
	}
	if (strcmp(store->master->kms_uri, store->domain.uri)) {
		kms_error("%s: these master secrets belong to the domain %s, not to %s", path,
			  store->master->kms_uri, store->domain.uri);
		goto fail;
	}
	return true;
fail:
	kms_store_close(store);
	return false;
}

void kms_store_close(struct kms_store *store)
{
	ksrtp_secret_free(store->master);
	store->master = NULL;
	if (store->fd >= 0)
		close(store->fd);
	store->fd = -1;
}

void kms_store_tidy(const struct kms_store *store)
{
	int fd = openat(store->fd, "keys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *e;
	DIR *d;

	if (fd < 0)
		return;
	d = fdopendir(fd);
	if (!d) {
		close(fd);
		return;
	}
	while ((e = readdir(d)))
		if (!strncmp(e->d_name, KSRTP_KMS_TEMPORARY, strlen(KSRTP_KMS_TEMPORARY)))
			unlinkat(fd, e->d_name, 0);
	closedir(d);
}
