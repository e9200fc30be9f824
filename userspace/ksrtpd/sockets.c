// SPDX-License-Identifier: BSD-3-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "ksrtp/mikey.h"
#include "ksrtpd/sockets.h"

static bool set_int(int fd, int level, int name, int value)
{
	return !setsockopt(fd, level, name, &value, sizeof(value));
}

static int open_one(const struct ksrtp_endpoint *ep, int type)
{
	struct sockaddr_storage ss;
	socklen_t len = ksrtp_endpoint_to_sockaddr(ep, &ss);
	bool v6 = ep->addr.len == 16;
	int fd = socket(v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if ((v6 && !set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)) ||
	    (type == SOCK_STREAM && !set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1)) ||
	    /* the answer to a datagram leaves from the address it was sent to */
	    (type == SOCK_DGRAM &&
	     !set_int(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, 1)) ||
	    bind(fd, (struct sockaddr *)&ss, len) ||
	    (type == SOCK_STREAM && listen(fd, KSRTPD_TCP_BACKLOG))) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	/* as much as root may; what an unprivileged one gets will do in quiet times */
	if (type == SOCK_DGRAM)
		(void)!set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, KSRTPD_UDP_BUFFER);
	return fd;
}

/* After a crash our own children may hold the port for a moment yet. */
static int open_patiently(const struct ksrtp_endpoint *ep, int type)
{
	static const struct timespec moment = { .tv_nsec = 50000000 };
	int tries = 60, fd;

	while ((fd = open_one(ep, type)) < 0 && errno == EADDRINUSE && tries--)
		nanosleep(&moment, NULL);
	return fd;
}

static const struct socket_pair *find(const struct sockets *s, const struct ksrtp_endpoint *ep)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (!ksrtp_endpoint_cmp(&s->pair[i].ep, ep))
			return &s->pair[i];
	return NULL;
}

static void close_missing(struct sockets *from, const struct sockets *in)
{
	size_t i;

	for (i = 0; i < from->n; i++) {
		if (find(in, &from->pair[i].ep))
			continue;
		if (from->pair[i].udp >= 0)
			close(from->pair[i].udp);
		if (from->pair[i].tcp >= 0)
			close(from->pair[i].tcp);
	}
}

bool sockets_open(struct sockets *next, const struct sockets *old, const struct ksrtpd_conf *conf,
		  char *why, size_t cap)
{
	char text[KSRTP_ENDPOINT_STRLEN];
	size_t i;

	*next = (struct sockets){ 0 };
	for (i = 0; i < conf->n_listen; i++) {
		const struct socket_pair *have = find(old, &conf->listen[i]);
		struct socket_pair *sp = &next->pair[next->n++];

		if (have) {
			*sp = *have;
			continue;
		}
		*sp = (struct socket_pair){ .ep = conf->listen[i], .udp = -1, .tcp = -1 };
		sp->udp = open_patiently(&sp->ep, SOCK_DGRAM);
		if (sp->udp >= 0)
			sp->tcp = open_patiently(&sp->ep, SOCK_STREAM);
		if (sp->tcp < 0) {
			snprintf(why, cap, "cannot listen on %s %s: %s",
				 sp->udp < 0 ? "UDP" : "TCP",
				 ksrtp_text_endpoint_str(&sp->ep, text), strerror(errno));
			sockets_drop(next, old);
			return false;
		}
	}
	return true;
}

void sockets_replace(struct sockets *old, struct sockets *next)
{
	close_missing(old, next);
	*old = *next;
	*next = (struct sockets){ 0 };
}

void sockets_drop(struct sockets *next, const struct sockets *old)
{
	close_missing(next, old);
	*next = (struct sockets){ 0 };
}

/* ------------------------------------------------------------------ control */

/* A file that two daemons cannot share: locked until its last descriptor is closed. */
static int open_locked(const char *path, char *why, size_t cap)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0) {
		snprintf(why, cap, "%s: %s", path, strerror(errno));
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		snprintf(why, cap, "another daemon holds %s", path);
		close(fd);
		return -1;
	}
	return fd;
}

static void dir_of(const char *path, char dir[KSRTPD_PATH_LEN])
{
	char *slash;

	snprintf(dir, KSRTPD_PATH_LEN, "%s", path);
	slash = strrchr(dir, '/');
	slash[slash == dir] = 0;
}

static bool make_parent_dir(const char *path)
{
	char dir[KSRTPD_PATH_LEN];

	dir_of(path, dir);
	return !mkdir(dir, 0755) || errno == EEXIST;
}

int control_socket_open(const struct ksrtpd_conf_file *file, char *why, size_t cap)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	char lock[KSRTPD_PATH_LEN + 8];
	mode_t mask;
	int fd, err;

	if (!make_parent_dir(file->control)) {
		snprintf(why, cap, "%s: %s", file->control, strerror(errno));
		return -1;
	}
	snprintf(lock, sizeof(lock), "%s.lock", file->control);
	if (open_locked(lock, why, cap) < 0)
		return -1;
	memcpy(sun.sun_path, file->control, sizeof(sun.sun_path));
	unlink(file->control);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mask = umask(0117);
	err = fd < 0 || bind(fd, (struct sockaddr *)&sun, sizeof(sun));
	umask(mask);
	/* root may do everything, the daemon's group may look */
	if (err || chown(file->control, 0, file->gid) || listen(fd, KSRTPD_CONTROL_CLIENTS)) {
		snprintf(why, cap, "%s: %s", file->control, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

void control_socket_remove(const char *path)
{
	unlink(path);
}

/* ------------------------------------------------------------------- replay */

/* That the file is there must be as durable as what is in it. */
static bool sync_dir_of(const char *path)
{
	char dir[KSRTPD_PATH_LEN];
	bool ok;
	int fd;

	dir_of(path, dir);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ok = !fsync(fd);
	close(fd);
	return ok;
}

int replay_file_open(const char *path, char *why, size_t cap)
{
	const off_t size = KSRTPD_MARKS * sizeof(struct ksrtp_mikey_mark);
	int fd, err;

	if (!make_parent_dir(path)) {
		snprintf(why, cap, "%s: %s", path, strerror(errno));
		return -1;
	}
	fd = open_locked(path, why, cap);
	if (fd < 0)
		return -1;
	/* It is written by way of a mapping: there must be room for all of it. */
	err = posix_fallocate(fd, 0, size);
	if (!err && (fsync(fd) || !sync_dir_of(path)))
		err = errno;
	if (err) {
		snprintf(why, cap, "%s: %s", path, strerror(err));
		close(fd);
		return -1;
	}
	return fd;
}

/* ------------------------------------------------------------------- chroot */

bool empty_dir_make(const char *path, char *why, size_t cap)
{
	struct dirent *de;
	struct stat st;
	bool empty = true;
	DIR *dir;

	if ((!make_parent_dir(path) || mkdir(path, 0555)) && errno != EEXIST) {
		snprintf(why, cap, "%s: %s", path, strerror(errno));
		return false;
	}
	dir = opendir(path);
	if (!dir || fstat(dirfd(dir), &st)) {
		snprintf(why, cap, "%s: %s", path, strerror(errno));
		if (dir)
			closedir(dir);
		return false;
	}
	while ((de = readdir(dir)))
		if (strcmp(de->d_name, ".") && strcmp(de->d_name, ".."))
			empty = false;
	closedir(dir);
	if (!empty || st.st_uid != 0 || st.st_mode & (S_IWGRP | S_IWOTH)) {
		snprintf(why, cap, "%s: must be an empty directory that only root can write to",
			 path);
		return false;
	}
	return true;
}
