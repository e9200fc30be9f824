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

/* Prints and releases an answer as it is. */
static enum ctl_exit show(struct ctl *c, json_t *answer)
{
	if (!answer)
		return CTL_FAILED;
	json_object_del(answer, "ok");
	if (c->json)
		return ctl_print_json(answer) ? CTL_OK : CTL_FAILED;
	ctl_print_object(answer, 0);
	json_decref(answer);
	return CTL_OK;
}

/* The list that a command of the same name asks for, or NULL after complaining. */
static json_t *get_list(struct ctl *c, const char *what)
{
	json_t *answer = ask(c, command(what)), *list;

	if (!answer)
		return NULL;
	list = json_incref(json_object_get(answer, what));
	json_decref(answer);
	if (json_is_array(list))
		return list;
	ctl_error(c, "%s: there is no list of %s in the answer", c->socket, what);
	json_decref(list);
	return NULL;
}

enum ctl_exit ctl_calls(struct ctl *c)
{
	json_t *calls, *call;
	size_t i;

	if (!ctl_no_more(c))
		return CTL_USAGE;
	calls = get_list(c, "calls");
	if (!calls)
		return CTL_FAILED;
	if (c->json)
		return ctl_print_json(calls) ? CTL_OK : CTL_FAILED;
	json_array_foreach(calls, i, call)
		ctl_print_call(c, call);
	json_decref(calls);
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

static bool is_peer(json_t *call, const char *which)
{
	const char *name = json_string_value(json_object_get(call, "name"));
	const char *peer = json_string_value(json_object_get(call, "peer"));

	return (name && !strcmp(name, which)) || (peer && !strcmp(peer, which));
}

static enum ctl_exit rekey_peer(struct ctl *c, const char *which)
{
	json_t *calls = get_list(c, "calls"), *call, *answer, *id;
	enum ctl_exit ret = CTL_OK;
	json_int_t n = 0;
	size_t i;

	if (!calls)
		return CTL_FAILED;
	json_array_foreach(calls, i, call) {
		id = json_object_get(call, "id");
		if (!is_peer(call, which) || !json_is_integer(id))
			continue;
		answer = ask(c, json_pack("{s:s, s:O}", "cmd", "rekey", "id", id));
		if (answer)
			n++;
		else
			ret = CTL_FAILED;
		json_decref(answer);
	}
	json_decref(calls);
	if (ret)
		return ret;
	if (!n) {
		ctl_error(c, "there is no call with \"%s\"", which);
		return CTL_FAILED;
	}
	return show(c, json_pack("{s:I}", "rekeyed", n));
}

enum ctl_exit ctl_rekey(struct ctl *c)
{
	const char *which = ctl_peek(c);
	json_t *cmd;
	uint64_t id;

	if (which)
		c->pos++;
	if (!ctl_no_more(c))
		return CTL_USAGE;
	if (which && ksrtp_text_u64(which, 1, INT64_MAX, &id))
		return rekey_peer(c, which);
	cmd = command("rekey");
	if (cmd && which)
		json_object_set_new(cmd, "id", json_integer((json_int_t)id));
	return show(c, ask(c, cmd));
}

enum ctl_exit ctl_groups(struct ctl *c)
{
	json_t *groups, *group;
	size_t i;

	if (!ctl_no_more(c))
		return CTL_USAGE;
	groups = get_list(c, "groups");
	if (!groups)
		return CTL_FAILED;
	if (c->json)
		return ctl_print_json(groups) ? CTL_OK : CTL_FAILED;
	json_array_foreach(groups, i, group)
		ctl_print_group(group);
	json_decref(groups);
	return CTL_OK;
}

enum ctl_exit ctl_group_remove(struct ctl *c)
{
	const char *name = ctl_value(c, "group"), *member = name ? ctl_value(c, "member") : NULL;

	if (!member || !ctl_no_more(c))
		return CTL_USAGE;
	return show(c, ask(c, json_pack("{s:s, s:s, s:s}", "cmd", "group-remove", "name", name,
					"member", member)));
}

enum ctl_exit ctl_group_rekey(struct ctl *c)
{
	const char *name = ctl_value(c, "group");

	if (!name || !ctl_no_more(c))
		return CTL_USAGE;
	return show(c, ask(c, json_pack("{s:s, s:s}", "cmd", "group-rekey", "name", name)));
}
