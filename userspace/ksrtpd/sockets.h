/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_SOCKETS_H
#define KSRTPD_SOCKETS_H

#include "ksrtpd/conf.h"

/* The sockets, files and directories that only the parent may make. */

struct socket_pair {
	struct ksrtp_endpoint ep;
	int udp;
	int tcp;
};

/** struct sockets - one UDP and one TCP socket for each Listen */
struct sockets {
	struct socket_pair pair[KSRTPD_MAX_LISTEN];
	size_t n;
};

/* What @conf wants: sockets of @old are used again, others are opened. */
bool sockets_open(struct sockets *next, const struct sockets *old, const struct ksrtpd_conf *conf,
		  char *why, size_t cap);
/* @next is in force: close what only @old has. */
void sockets_replace(struct sockets *old, struct sockets *next);
/* @next is not: close what only it has. */
void sockets_drop(struct sockets *next, const struct sockets *old);

/* A listening socket; -1 if another daemon has it or on error. */
int control_socket_open(const struct ksrtpd_conf_file *file, char *why, size_t cap);
void control_socket_remove(const char *path);
/*
 * The file of KSRTPD_MARKS entries, with zeros if it is new, which is ours until all
 * its descriptors are closed; -1 if another daemon has it or on error.
 */
int replay_file_open(const char *path, char *why, size_t cap);
/* Make the directory if it is missing; it must be empty and root's. */
bool empty_dir_make(const char *path, char *why, size_t cap);

#endif
