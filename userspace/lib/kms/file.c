// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "kms/internal.h"

static enum ksrtp_base_err failed(const char *path, const char *what,
				  struct ksrtp_conf_error *error)
{
	int saved = errno;

	snprintf(error->text, sizeof(error->text), "%.300s: %s%s", path, what, strerror(saved));
	errno = saved;
	return KSRTP_BASE_ERR_IO;
}

static bool write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

/* "dir/name" -> "dir/.new-<random>"; the directory alone in @dir */
static bool temporary(const char *path, char *dir, char *tmp, size_t cap)
{
	const char *slash = strrchr(path, '/');
	uint8_t random[8];
	char hex[17];
	int n;

	n = slash ? snprintf(dir, cap, "%.*s", slash == path ? 1 : (int)(slash - path), path) :
		    snprintf(dir, cap, ".");
	if (n < 0 || (size_t)n >= cap) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (ksrtp_random(NULL, random, sizeof(random)))
		return false;
	ksrtp_text_hex(hex, random, sizeof(random));
	n = snprintf(tmp, cap, "%s/" KSRTP_KMS_TEMPORARY "%s", dir, hex);
	if (n < 0 || (size_t)n >= cap) {
		errno = ENAMETOOLONG;
		return false;
	}
	return true;
}

static bool sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

	if (fd < 0)
		return false;
	r = fsync(fd);
	close(fd);
	return !r || errno == EINVAL; /* some filesystems have nothing to do there */
}

enum ksrtp_base_err ksrtp_kms_file_write(const char *path, mode_t mode, const char *text,
					 size_t len, struct ksrtp_conf_error *error)
{
	char dir[PATH_MAX], tmp[PATH_MAX];
	enum ksrtp_base_err err;
	int fd;

	error->text[0] = '\0';
	if (!temporary(path, dir, tmp, sizeof(tmp)))
		return failed(path, "", error);
	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return failed(path, "", error);
	/* fchmod: the public file must not depend on the umask */
	if (!write_all(fd, text, len) || fchmod(fd, mode) || fsync(fd)) {
		err = failed(path, "writing failed: ", error);
		close(fd);
		goto undo;
	}
	if (close(fd)) {
		err = failed(path, "writing failed: ", error);
		goto undo;
	}
	/* link() never replaces a file that is there, rename() would */
	if (link(tmp, path)) {
		err = failed(path, "", error);
		goto undo;
	}
	unlink(tmp);
	if (!sync_dir(dir))
		return failed(path, "writing failed: ", error);
	return KSRTP_BASE_OK;
undo:
	len = (size_t)errno;
	unlink(tmp);
	errno = (int)len;
	return err;
}
