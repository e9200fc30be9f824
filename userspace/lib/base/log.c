// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

#include "base/log.h"

#define MAX_LINE 1000

/* systemd sets JOURNAL_STREAM to "device:inode" of what it connected us to. */
static bool is_journal(int fd)
{
	const char *env = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;
	char end;

	if (!env || sscanf(env, "%llu:%llu%c", &dev, &ino, &end) != 2)
		return false;
	return !fstat(fd, &st) && st.st_dev == dev && st.st_ino == ino;
}

void ksrtp_log_init(struct ksrtp_log *log, const char *ident, enum ksrtp_log_level level)
{
	log->fd = STDERR_FILENO;
	log->target = is_journal(log->fd) ? KSRTP_LOG_JOURNAL : KSRTP_LOG_STDERR;
	log->level = level;
	log->ident = ident;
}

bool ksrtp_log_level_parse(const char *name, enum ksrtp_log_level *level)
{
	static const char *const names[] = {
		[KSRTP_LOG_ERR] = "err",       [KSRTP_LOG_WARNING] = "warning",
		[KSRTP_LOG_NOTICE] = "notice", [KSRTP_LOG_INFO] = "info",
		[KSRTP_LOG_DEBUG] = "debug",
	};
	unsigned int i;

	for (i = KSRTP_LOG_ERR; i <= KSRTP_LOG_DEBUG; i++) {
		if (!strcmp(names[i], name)) {
			*level = (enum ksrtp_log_level)i;
			return true;
		}
	}
	return false;
}

/*
 * Text of a peer may be part of a line: nothing in it may start a new line or
 * steer a terminal.
 */
static size_t escape(char *out, size_t cap, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (; *text && n + 4 < cap; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c < 0x7f) {
			out[n++] = (char)c;
		} else {
			out[n++] = '\\';
			out[n++] = 'x';
			out[n++] = digits[c >> 4];
			out[n++] = digits[c & 15];
		}
	}
	out[n] = '\0';
	return n;
}

void ksrtp_log_vwrite(const struct ksrtp_log *log, enum ksrtp_log_level level, const char *fmt,
		      va_list ap)
{
	int saved = errno;
	char raw[MAX_LINE], text[MAX_LINE], head[128], end[] = "\n";
	struct iovec iov[3];
	int n;

	if (!log || level > log->level)
		return;
	n = vsnprintf(raw, sizeof(raw), fmt, ap);
	if (n < 0)
		goto out;
	iov[1].iov_len = escape(text, sizeof(text), raw);
	iov[1].iov_base = text;

	if (log->target == KSRTP_LOG_SYSLOG) {
		syslog(LOG_DAEMON | (int)level, "%s: %s", log->ident, text);
		goto out;
	}
	if (log->target == KSRTP_LOG_JOURNAL)
		n = snprintf(head, sizeof(head), "<%d>%s: ", (int)level, log->ident);
	else
		n = snprintf(head, sizeof(head), "%s: ", log->ident);
	if (n < 0)
		goto out;
	iov[0].iov_base = head;
	iov[0].iov_len = (size_t)n < sizeof(head) ? (size_t)n : sizeof(head) - 1;
	iov[2].iov_base = end;
	iov[2].iov_len = 1;
	/* One call, so that lines of several processes do not mix. A log that
	 * cannot be written has nowhere to complain to.
	 */
	if (writev(log->fd, iov, 3) < 0)
		goto out;
out:
	errno = saved;
}

void ksrtp_log_write(const struct ksrtp_log *log, enum ksrtp_log_level level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ksrtp_log_vwrite(log, level, fmt, ap);
	va_end(ap);
}

bool ksrtp_log_allow(struct ksrtp_log_limit *limit, uint64_t now_ms, uint64_t *suppressed)
{
	if (limit->interval_ms && now_ms > limit->last_ms) {
		uint64_t fresh = (now_ms - limit->last_ms) / limit->interval_ms;

		if (fresh >= limit->burst - limit->tokens) {
			limit->tokens = limit->burst;
			limit->last_ms = now_ms;
		} else {
			limit->tokens += (uint32_t)fresh;
			limit->last_ms += fresh * limit->interval_ms;
		}
	}
	if (!limit->tokens) {
		limit->suppressed++;
		return false;
	}
	limit->tokens--;
	if (suppressed)
		*suppressed = limit->suppressed;
	limit->suppressed = 0;
	return true;
}
