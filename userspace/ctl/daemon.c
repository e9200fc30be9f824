// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl.h"

/* Client of ksrtpd's control socket, Documentation/control-protocol.md. */

#define ANSWER_MAX (16 * 1024 * 1024)
#define TIMEOUT_S 10

static int dial(const struct ctl *c)
{
	struct timeval timeout = { .tv_sec = TIMEOUT_S };
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(c->socket) >= sizeof(sun.sun_path)) {
		ctl_error(c, "%s: the name is too long for a socket", c->socket);
		return -1;
	}
	strcpy(sun.sun_path, c->socket);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)) ||
	    connect(fd, (struct sockaddr *)&sun, sizeof(sun))) {
		if (errno == ENOENT || errno == ECONNREFUSED)
			ctl_error(c, "%s: %s: is ksrtpd running?", c->socket, strerror(errno));
		else
			ctl_error(c, "%s: %s", c->socket, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static bool send_line(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

/* One line, without its end; NULL with errno set. */
static char *read_line(int fd)
{
	size_t cap = 16384, len = 0;
	char *buf = malloc(cap), *end, *bigger;
	ssize_t n;

	if (!buf)
		return NULL;
	for (;;) {
		n = recv(fd, buf + len, cap - len - 1, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n ? errno : ECONNRESET;
			if (errno == EAGAIN)
				errno = ETIMEDOUT;
			break;
		}
		end = memchr(buf + len, '\n', (size_t)n);
		if (end) {
			*end = '\0';
			return buf;
		}
		len += (size_t)n;
		if (cap - len > 4096)
			continue;
		cap *= 2;
		bigger = cap <= ANSWER_MAX ? realloc(buf, cap) : NULL;
		if (!bigger) {
			errno = EMSGSIZE;
			break;
		}
		buf = bigger;
	}
	free(buf);
	return NULL;
}

/* Sends a command (taken) and returns the answer, or NULL after complaining. */
static json_t *ask(struct ctl *c, json_t *command)
{
	char *line = command ? json_dumps(command, JSON_COMPACT) : NULL, *text = NULL;
	json_t *answer = NULL;
	json_error_t error;
	int fd = -1;

	json_decref(command);
	if (!line) {
		ctl_error(c, "out of memory");
		return NULL;
	}
	fd = dial(c);
	if (fd < 0)
		goto out;
	if (!send_line(fd, line) || !send_line(fd, "\n")) {
		ctl_error(c, "%s: %s", c->socket, strerror(errno));
		goto out;
	}
	text = read_line(fd);
	if (!text) {
		ctl_error(c, "%s: no answer: %s", c->socket, strerror(errno));
		goto out;
	}
	answer = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!answer || !json_is_object(answer)) {
		ctl_error(c, "%s: the answer is not a JSON object", c->socket);
		json_decref(answer);
		answer = NULL;
		goto out;
	}
	if (!json_is_true(json_object_get(answer, "ok"))) {
		const char *why = json_string_value(json_object_get(answer, "error"));

		ctl_error(c, "%s", why ? why : "refused by ksrtpd");
		json_decref(answer);
		answer = NULL;
	}
out:
	free(line);
	free(text);
	if (fd >= 0)
		close(fd);
	return answer;
}

static json_t *command(const char *name)
{
	return json_pack("{s:s}", "cmd", name);
}

/* What came from the daemon is text of peers too: nothing in it may steer a terminal. */
static void print_text(const char *text)
{
	for (; *text; text++) {
		unsigned char ch = (unsigned char)*text;

		if (ch < 0x20 || ch == 0x7f)
			printf("\\x%02x", ch);
		else
			putchar(ch);
	}
}

static void print_value(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_STRING:
		print_text(json_string_value(v));
		break;
	case JSON_INTEGER:
		printf("%" JSON_INTEGER_FORMAT, json_integer_value(v));
		break;
	case JSON_REAL:
		printf("%.3f", json_real_value(v));
		break;
	case JSON_TRUE:
		fputs("yes", stdout);
		break;
	case JSON_FALSE:
		fputs("no", stdout);
		break;
	case JSON_NULL:
		putchar('-');
		break;
	default: /* an object or list in a place where we know of none */
		json_dumpf(v, stdout, JSON_COMPACT);
		break;
	}
}

static void print_object(json_t *object, int indent)
{
	const char *key;
	json_t *v;

	json_object_foreach(object, key, v)
	{
		if (!indent && !strcmp(key, "ok"))
			continue;
		printf("%*s", indent, "");
		print_text(key);
		if (json_is_object(v)) {
			putchar('\n');
			print_object(v, indent + 4);
			continue;
		}
		printf("%*s ", key[0] && strlen(key) < 24 ? (int)(24 - strlen(key)) : 0, "");
		print_value(v);
		putchar('\n');
	}
}

/* Prints and releases an answer as it is. */
static enum ctl_exit show(struct ctl *c, json_t *answer)
{
	if (!answer)
		return CTL_FAILED;
	if (c->json) {
		json_object_del(answer, "ok");
		return ctl_print_json(answer) ? CTL_OK : CTL_FAILED;
	}
	print_object(answer, 0);
	json_decref(answer);
	return CTL_OK;
}

static void print_field(json_t *call, const char *name, const char *label)
{
	json_t *v = json_object_get(call, name);

	if (!v || json_is_null(v))
		return;
	printf(" %s ", label);
	print_value(v);
}

static void print_call(const struct ctl *c, json_t *call)
{
	bool secure = json_is_true(json_object_get(call, "secure"));
	bool verified = json_is_true(json_object_get(call, "verified"));

	fputs("call", stdout);
	print_field(call, "id", "id");
	/* A name that was not verified for this call is never shown as the peer's. */
	if (verified)
		print_field(call, "peer", "peer");
	else
		fputs(" peer (not verified)", stdout);
	print_field(call, "as", "as");
	fputs(secure ? " secure" : " not-secure", stdout);
	fputs("\n   ", stdout);
	print_field(call, "local", "local");
	print_field(call, "remote", "remote");
	print_field(call, "suite", "suite");
	print_field(call, "role", "role");
	print_field(call, "setup_ms", "setup-ms");
	putchar('\n');
	if (c->stats) {
		fputs("   ", stdout);
		print_field(call, "mki", "mki");
		print_field(call, "keyed_at", "keyed-at");
		print_field(call, "state", "state");
		print_field(call, "flow", "flow");
		putchar('\n');
	}
}

enum ctl_exit ctl_calls(struct ctl *c)
{
	json_t *answer, *calls, *call;
	size_t i;

	if (!ctl_no_more(c))
		return CTL_USAGE;
	answer = ask(c, command("calls"));
	if (!answer)
		return CTL_FAILED;
	calls = json_object_get(answer, "calls");
	if (!json_is_array(calls)) {
		ctl_error(c, "%s: there is no list of calls in the answer", c->socket);
		json_decref(answer);
		return CTL_FAILED;
	}
	if (c->json) {
		bool ok = ctl_print_json(json_incref(calls));

		json_decref(answer);
		return ok ? CTL_OK : CTL_FAILED;
	}
	json_array_foreach(calls, i, call)
		print_call(c, call);
	json_decref(answer);
	return CTL_OK;
}

enum ctl_exit ctl_status(struct ctl *c)
{
	return ctl_no_more(c) ? show(c, ask(c, command("status"))) : CTL_USAGE;
}

enum ctl_exit ctl_counters(struct ctl *c)
{
	return ctl_no_more(c) ? show(c, ask(c, command("counters"))) : CTL_USAGE;
}

enum ctl_exit ctl_reload(struct ctl *c)
{
	return ctl_no_more(c) ? show(c, ask(c, command("reload"))) : CTL_USAGE;
}

enum ctl_exit ctl_rekey(struct ctl *c)
{
	json_t *cmd;
	uint64_t id;
	const char *which = ctl_peek(c);

	if (which)
		c->pos++;
	if (!ctl_no_more(c))
		return CTL_USAGE;
	cmd = command("rekey");
	if (cmd && which && !ksrtp_text_u64(which, 0, INT64_MAX, &id))
		json_object_set_new(cmd, "id", json_integer((json_int_t)id));
	else if (cmd && which)
		json_object_set_new(cmd, "peer", json_string(which));
	return show(c, ask(c, cmd));
}
