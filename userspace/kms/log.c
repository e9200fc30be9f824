// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "offline.h"

#define NAME "issued.log"

/* The user who logged in, also behind sudo; -1 if the system does not know. */
static long long login_uid(void)
{
	FILE *f = fopen("/proc/self/loginuid", "re");
	unsigned int uid;
	int n;

	if (!f)
		return -1;
	n = fscanf(f, "%u", &uid);
	fclose(f);
	return n == 1 && uid != (unsigned int)-1 ? (long long)uid : -1;
}

bool kms_log_issue(const struct kms_store *store, const struct ksrtp_kms_keyset *ks,
		   const char *file)
{
	char when[32], period[KSRTP_PERIOD_STRLEN], pvt[2 * 8 + 1];
	const struct passwd *pw = getpwuid(getuid());
	time_t now = time(NULL);
	char *line = NULL;
	bool ok = false;
	struct tm tm;
	json_t *j;
	int fd = -1;
	off_t end;

	if (!gmtime_r(&now, &tm) || !strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm))
		return false;
	/* The first octets of the token's x coordinate: public, and tell two key sets apart. */
	ksrtp_text_hex(pvt, ks->pvt + 1, 8);
	j = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s}", "time", when, "act", "issue",
		      "identity", ks->identity, "period",
		      ksrtp_text_period_str(&ks->period, period), "pvt", pvt, "file", file, "uid",
		      (json_int_t)getuid(), "user", pw ? pw->pw_name : "");
	if (j && login_uid() >= 0)
		json_object_set_new(j, "login_uid", json_integer(login_uid()));
	if (j)
		line = json_dumps(j, JSON_COMPACT);
	json_decref(j);
	if (!line) {
		errno = ENOMEM;
		goto out;
	}
	fd = openat(store->fd, NAME, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		goto out;
	end = lseek(fd, 0, SEEK_END);
	ok = end >= 0 && dprintf(fd, "%s\n", line) == (int)strlen(line) + 1 && !fsync(fd);
	/* Half a line would spoil the next one. */
	if (!ok && end >= 0) {
		int saved = errno;

		if (ftruncate(fd, end))
			kms_warning("%s/" NAME ": the last line is incomplete", store->dir);
		errno = saved;
	}
out:
	if (!ok)
		kms_error("%s/" NAME ": %s", store->dir, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(line);
	return ok;
}

long long kms_log_count(const char *dir)
{
	char path[PATH_MAX];
	long long n = 0;
	FILE *f;
	int c;

	if (!kms_store_path(path, dir, NAME))
		return -1;
	f = fopen(path, "re");
	if (!f)
		return errno == ENOENT ? 0 : -1;
	while ((c = getc(f)) != EOF)
		n += c == '\n';
	fclose(f);
	return n;
}
