/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_BASE_ERR_H
#define KSRTP_BASE_ERR_H

/**
 * enum ksrtp_base_err - result of lib/base functions
 *
 * Zero is success. Functions that return something else than success or a
 * reason return it through a pointer.
 */
enum ksrtp_base_err {
	KSRTP_BASE_OK = 0,
	KSRTP_BASE_ERR_NOMEM, /* out of (lockable) memory */
	KSRTP_BASE_ERR_SYNTAX, /* text is not what it should be */
	KSRTP_BASE_ERR_RANGE, /* a number, length or name is out of its bounds */
	KSRTP_BASE_ERR_SPACE, /* the caller's buffer or the queue is too small */
	KSRTP_BASE_ERR_IO, /* a system call failed, errno says why */
	KSRTP_BASE_ERR_ACCESS, /* permissions of a secret file are too wide */
	KSRTP_BASE_ERR_AGAIN, /* nothing to do now, wait for the descriptor */
	KSRTP_BASE_ERR_EOF, /* the other end has closed */
	KSRTP_BASE_ERR_PROTO, /* malformed message from the other end */
};

/**
 * ksrtp_base_strerror() - fixed English text for an error
 * @err: any value
 *
 * Return: a static string, never NULL.
 */
const char *ksrtp_base_strerror(enum ksrtp_base_err err);

#endif
