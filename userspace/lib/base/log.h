/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_BASE_LOG_H
#define KSRTP_BASE_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The log is an object of the program, handed to whoever may write to it; there
 * is no global one. Keys are never an argument of these functions: nothing here
 * prints octets.
 */

enum ksrtp_log_level { /* values of syslog(3) and sd-daemon(3) */
		       KSRTP_LOG_ERR = 3,
		       KSRTP_LOG_WARNING = 4,
		       KSRTP_LOG_NOTICE = 5,
		       KSRTP_LOG_INFO = 6,
		       KSRTP_LOG_DEBUG = 7,
};

enum ksrtp_log_target {
	KSRTP_LOG_STDERR, /* "ksrtpd[net]: text", for a person */
	KSRTP_LOG_JOURNAL, /* the same behind "<N>" on standard error, for systemd */
	KSRTP_LOG_SYSLOG, /* syslog(3) */
};

/**
 * struct ksrtp_log - where lines go
 * @target: destination
 * @level: lines above this level are not written
 * @fd: descriptor for the first two targets
 * @ident: prefix, e.g. "ksrtpd[net]"; kept by reference
 */
struct ksrtp_log {
	enum ksrtp_log_target target;
	enum ksrtp_log_level level;
	int fd;
	const char *ident;
};

/**
 * ksrtp_log_init() - set up a log on standard error
 * @log: to fill
 * @ident: prefix of each line, must stay valid
 * @level: highest level written
 *
 * Chooses the journal's form if systemd connected standard error to the journal
 * (JOURNAL_STREAM), otherwise the plain one. Set log->target to override.
 */
void ksrtp_log_init(struct ksrtp_log *log, const char *ident, enum ksrtp_log_level level);

/**
 * ksrtp_log_level_parse() - "err", "warning", "notice", "info", "debug"
 * @name: text
 * @level: result
 *
 * Return: whether @name is a level.
 */
bool ksrtp_log_level_parse(const char *name, enum ksrtp_log_level *level);

/**
 * ksrtp_log_write() - write one line
 * @log: log, NULL discards
 * @level: severity
 * @fmt: printf format; control characters in the result are written as \xNN
 *
 * errno is preserved. Lines are cut at 1,000 octets.
 */
void ksrtp_log_write(const struct ksrtp_log *log, enum ksrtp_log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void ksrtp_log_vwrite(const struct ksrtp_log *log, enum ksrtp_log_level level, const char *fmt,
		      va_list ap) __attribute__((format(printf, 3, 0)));

#define ksrtp_log_err(log, ...) ksrtp_log_write(log, KSRTP_LOG_ERR, __VA_ARGS__)
#define ksrtp_log_warning(log, ...) ksrtp_log_write(log, KSRTP_LOG_WARNING, __VA_ARGS__)
#define ksrtp_log_notice(log, ...) ksrtp_log_write(log, KSRTP_LOG_NOTICE, __VA_ARGS__)
#define ksrtp_log_info(log, ...) ksrtp_log_write(log, KSRTP_LOG_INFO, __VA_ARGS__)
#define ksrtp_log_debug(log, ...) ksrtp_log_write(log, KSRTP_LOG_DEBUG, __VA_ARGS__)

/**
 * struct ksrtp_log_limit - token bucket for lines that the network can cause
 * @burst: lines allowed at once
 * @interval_ms: one more line is allowed each @interval_ms
 * @tokens: lines left
 * @last_ms: when @tokens was last filled
 * @suppressed: lines refused since the last allowed one
 *
 * Initialise with KSRTP_LOG_LIMIT(burst, interval_ms). Keep one per line and
 * object, e.g. in the peer.
 */
struct ksrtp_log_limit {
	uint32_t burst;
	uint32_t interval_ms;
	uint32_t tokens;
	uint64_t last_ms;
	uint64_t suppressed;
};

#define KSRTP_LOG_LIMIT(b, ms)                                   \
	{                                                        \
		.burst = (b), .interval_ms = (ms), .tokens = (b) \
	}

/**
 * ksrtp_log_allow() - may this line be written now?
 * @limit: bucket
 * @now_ms: monotonic time in milliseconds
 * @suppressed: how many were refused before this one; may be NULL
 *
 * Return: true if the line may be written.
 */
bool ksrtp_log_allow(struct ksrtp_log_limit *limit, uint64_t now_ms, uint64_t *suppressed);

#endif
