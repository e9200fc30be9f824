// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/secret.h"
#include "base/text.h"

struct entry {
	const char *key; /* in the schema */
	const char *value;
	unsigned int line;
};

struct ksrtp_conf_section {
	const struct ksrtp_conf *conf;
	const struct ksrtp_conf_schema *schema;
	unsigned int line;
	size_t first; /* its entries, in file order */
	size_t count;
};

struct ksrtp_conf {
	char *name;
	enum ksrtp_conf_mode mode;
	char *text;
	struct entry *entries;
	size_t n_entries, cap_entries;
	struct ksrtp_conf_section *sections;
	size_t n_sections, cap_sections;
};

/* The entries of a section; none if the file has none at all. */
static const struct entry *entries_of(const struct ksrtp_conf_section *sec)
{
	return sec->conf->entries ? sec->conf->entries + sec->first : NULL;
}

static void *text_alloc(enum ksrtp_conf_mode mode, size_t len)
{
	return mode == KSRTP_CONF_SECRET ? ksrtp_secret_alloc(len) : malloc(len);
}

static void text_free(enum ksrtp_conf_mode mode, void *p)
{
	if (mode == KSRTP_CONF_SECRET)
		ksrtp_secret_free(p);
	else
		free(p);
}

static size_t max_size(enum ksrtp_conf_mode mode)
{
	return mode == KSRTP_CONF_SECRET ? KSRTP_CONF_MAX_SECRET : KSRTP_CONF_MAX_FILE;
}

__attribute__((format(printf, 5, 0))) static void compose(struct ksrtp_conf_error *error,
							  const char *name, unsigned int line,
							  const char *key, const char *fmt,
							  va_list ap)
{
	char reason[320];

	vsnprintf(reason, sizeof(reason), fmt, ap);
	if (line && key)
		snprintf(error->text, sizeof(error->text), "%.160s:%u: %s: %s", name, line, key,
			 reason);
	else if (line)
		snprintf(error->text, sizeof(error->text), "%.160s:%u: %s", name, line, reason);
	else
		snprintf(error->text, sizeof(error->text), "%.160s: %s", name, reason);
}

__attribute__((format(printf, 5, 6))) static void fail(struct ksrtp_conf_error *error,
						       const char *name, unsigned int line,
						       const char *key, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	compose(error, name, line, key, fmt, ap);
	va_end(ap);
}

void ksrtp_conf_fail(const struct ksrtp_conf_section *sec, const char *key, size_t n,
		     struct ksrtp_conf_error *error, const char *fmt, ...)
{
	const struct entry *e = entries_of(sec);
	unsigned int line = sec->line;
	size_t i;
	va_list ap;

	for (i = 0; key && i < sec->count; i++) {
		if (strcmp(e[i].key, key))
			continue;
		line = e[i].line;
		if (!n--)
			break;
	}
	va_start(ap, fmt);
	compose(error, sec->conf->name, line, key, fmt, ap);
	va_end(ap);
}

/* --- parsing --- */

/* What an unknown name may be shown as: of a secret file it may be a key. */
static const char *shown(const struct ksrtp_conf *conf, const char *name)
{
	return conf->mode == KSRTP_CONF_SECRET || strlen(name) > 64 ? "(not shown)" : name;
}

static bool grow(void **array, size_t *cap, size_t n, size_t size)
{
	size_t want = *cap ? *cap * 2 : 16;
	void *p;

	if (n < *cap)
		return true;
	p = reallocarray(*array, want, size);
	if (!p)
		return false;
	*array = p;
	*cap = want;
	return true;
}

static bool name_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static char *trim(char *s, char *end)
{
	while (end > s && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	*end = '\0';
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

static enum ksrtp_base_err start_section(struct ksrtp_conf *conf, unsigned int line, char *text,
					 const struct ksrtp_conf_schema *schema,
					 struct ksrtp_conf_error *error)
{
	size_t len = strlen(text), i;
	const struct ksrtp_conf_schema *sc;
	struct ksrtp_conf_section *sec;

	if (text[len - 1] != ']') {
		fail(error, conf->name, line, NULL, "']' is missing");
		return KSRTP_BASE_ERR_SYNTAX;
	}
	text[len - 1] = '\0';
	text++;
	for (sc = schema; sc->name && strcmp(sc->name, text); sc++)
		;
	if (!sc->name) {
		for (sc = schema; sc->name && strcasecmp(sc->name, text); sc++)
			;
		fail(error, conf->name, line, NULL, "unknown section [%s]%s%s%s", shown(conf, text),
		     sc->name ? ", is it [" : "", sc->name ? sc->name : "", sc->name ? "]?" : "");
		return KSRTP_BASE_ERR_SYNTAX;
	}
	for (i = 0; i < conf->n_sections && !(sc->flags & KSRTP_CONF_MULTI); i++) {
		if (conf->sections[i].schema == sc) {
			fail(error, conf->name, line, NULL,
			     "section [%s] may be there once only, the first is in line %u",
			     sc->name, conf->sections[i].line);
			return KSRTP_BASE_ERR_SYNTAX;
		}
	}
	if (conf->n_sections == KSRTP_CONF_MAX_ENTRIES) {
		fail(error, conf->name, line, NULL, "too many sections");
		return KSRTP_BASE_ERR_RANGE;
	}
	if (!grow((void **)&conf->sections, &conf->cap_sections, conf->n_sections,
		  sizeof(*conf->sections)))
		return KSRTP_BASE_ERR_NOMEM;
	sec = &conf->sections[conf->n_sections++];
	sec->conf = conf;
	sec->schema = sc;
	sec->line = line;
	sec->first = conf->n_entries;
	sec->count = 0;
	return KSRTP_BASE_OK;
}

static enum ksrtp_base_err add_entry(struct ksrtp_conf *conf, unsigned int line, char *text,
				     struct ksrtp_conf_error *error)
{
	struct ksrtp_conf_section *sec;
	const struct ksrtp_conf_key *key;
	const struct entry *e;
	struct entry *fresh;
	char *eq = strchr(text, '='), *value, *p;
	size_t i;

	if (!eq) {
		fail(error, conf->name, line, NULL, "neither \"[Section]\" nor \"Key = value\"");
		return KSRTP_BASE_ERR_SYNTAX;
	}
	value = trim(eq + 1, eq + 1 + strlen(eq + 1));
	text = trim(text, eq);
	for (p = text; name_char(*p); p++)
		;
	if (*p || p == text) {
		fail(error, conf->name, line, NULL,
		     "the name before '=' may consist of letters and digits only");
		return KSRTP_BASE_ERR_SYNTAX;
	}
	if (!conf->n_sections) {
		fail(error, conf->name, line, NULL, "a key before the first [Section]");
		return KSRTP_BASE_ERR_SYNTAX;
	}
	sec = &conf->sections[conf->n_sections - 1];
	for (key = sec->schema->keys; key->name && strcmp(key->name, text); key++)
		;
	if (!key->name) {
		for (key = sec->schema->keys; key->name && strcasecmp(key->name, text); key++)
			;
		fail(error, conf->name, line, shown(conf, text),
		     "unknown key in section [%s]%s%s%s", sec->schema->name,
		     key->name ? ", is it " : "", key->name ? key->name : "", key->name ? "?" : "");
		return KSRTP_BASE_ERR_SYNTAX;
	}
	if (!*value) {
		fail(error, conf->name, line, key->name, "the value is missing");
		return KSRTP_BASE_ERR_SYNTAX;
	}
	for (p = value; (p = strchr(p, '#')); p++) {
		if (p == value || p[-1] == ' ' || p[-1] == '\t') {
			fail(error, conf->name, line, key->name,
			     "a comment after a value: give it a line of its own");
			return KSRTP_BASE_ERR_SYNTAX;
		}
	}
	e = entries_of(sec);
	for (i = 0; i < sec->count && !(key->flags & KSRTP_CONF_MULTI); i++) {
		if (e[i].key == key->name) {
			fail(error, conf->name, line, key->name,
			     "may be given once only, the first is in line %u", e[i].line);
			return KSRTP_BASE_ERR_SYNTAX;
		}
	}
	if (conf->n_entries == KSRTP_CONF_MAX_ENTRIES) {
		fail(error, conf->name, line, NULL, "too many keys");
		return KSRTP_BASE_ERR_RANGE;
	}
	if (!grow((void **)&conf->entries, &conf->cap_entries, conf->n_entries,
		  sizeof(*conf->entries)))
		return KSRTP_BASE_ERR_NOMEM;
	fresh = &conf->entries[conf->n_entries++];
	fresh->key = key->name;
	fresh->value = value;
	fresh->line = line;
	sec->count++;
	return KSRTP_BASE_OK;
}

static enum ksrtp_base_err check_required(const struct ksrtp_conf *conf,
					  const struct ksrtp_conf_schema *schema,
					  struct ksrtp_conf_error *error)
{
	const struct ksrtp_conf_schema *sc;
	const struct ksrtp_conf_key *key;
	size_t i;

	for (sc = schema; sc->name; sc++) {
		if ((sc->flags & KSRTP_CONF_REQUIRED) && !ksrtp_conf_section(conf, sc->name, 0)) {
			fail(error, conf->name, 0, NULL, "section [%s] is missing", sc->name);
			return KSRTP_BASE_ERR_SYNTAX;
		}
	}
	for (i = 0; i < conf->n_sections; i++) {
		for (key = conf->sections[i].schema->keys; key->name; key++) {
			if ((key->flags & KSRTP_CONF_REQUIRED) &&
			    !ksrtp_conf_get(&conf->sections[i], key->name)) {
				fail(error, conf->name, conf->sections[i].line, key->name,
				     "is missing in section [%s]", conf->sections[i].schema->name);
				return KSRTP_BASE_ERR_SYNTAX;
			}
		}
	}
	return KSRTP_BASE_OK;
}

/* Cuts conf->text (@len octets and a NUL) into strings, in place. */
static enum ksrtp_base_err parse(struct ksrtp_conf *conf, size_t len,
				 const struct ksrtp_conf_schema *schema,
				 struct ksrtp_conf_error *error)
{
	char *p = conf->text, *end = conf->text + len, *eol, *s;
	enum ksrtp_base_err err;
	unsigned int line;

	for (line = 1; p < end; line++, p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (!eol)
			eol = end;
		if (eol - p > KSRTP_CONF_MAX_LINE) {
			fail(error, conf->name, line, NULL, "the line is longer than %d characters",
			     KSRTP_CONF_MAX_LINE);
			return KSRTP_BASE_ERR_RANGE;
		}
		for (s = p; s < eol; s++) {
			if (((unsigned char)*s < ' ' && *s != '\t' &&
			     (*s != '\r' || s + 1 < eol)) ||
			    *s == 0x7f) {
				fail(error, conf->name, line, NULL, "control character");
				return KSRTP_BASE_ERR_SYNTAX;
			}
		}
		s = trim(p, eol);
		if (!*s || *s == '#')
			continue;
		if (*s == '[')
			err = start_section(conf, line, s, schema, error);
		else
			err = add_entry(conf, line, s, error);
		if (err)
			return err;
	}
	return check_required(conf, schema, error);
}

/* Takes @text, also on error. */
static enum ksrtp_base_err parse_owned(struct ksrtp_conf **out, const char *name, char *text,
				       size_t len, enum ksrtp_conf_mode mode,
				       const struct ksrtp_conf_schema *schema,
				       struct ksrtp_conf_error *error)
{
	enum ksrtp_base_err err = KSRTP_BASE_ERR_NOMEM;
	struct ksrtp_conf *conf = calloc(1, sizeof(*conf));

	if (!conf) {
		text_free(mode, text);
		goto nomem;
	}
	conf->mode = mode;
	conf->text = text;
	conf->name = strdup(name);
	if (conf->name)
		err = parse(conf, len, schema, error);
	if (!err) {
		*out = conf;
		return KSRTP_BASE_OK;
	}
	ksrtp_conf_free(conf);
nomem:
	if (err == KSRTP_BASE_ERR_NOMEM)
		fail(error, name, 0, NULL, "out of memory");
	return err;
}

enum ksrtp_base_err ksrtp_conf_parse(struct ksrtp_conf **conf, const char *name, const char *text,
				     size_t len, enum ksrtp_conf_mode mode,
				     const struct ksrtp_conf_schema *schema,
				     struct ksrtp_conf_error *error)
{
	char *copy;

	*conf = NULL;
	error->text[0] = '\0';
	if (len > max_size(mode)) {
		fail(error, name, 0, NULL, "larger than %zu octets", max_size(mode));
		return KSRTP_BASE_ERR_RANGE;
	}
	copy = text_alloc(mode, len + 1);
	if (!copy) {
		fail(error, name, 0, NULL, "out of memory");
		return KSRTP_BASE_ERR_NOMEM;
	}
	if (len)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return parse_owned(conf, name, copy, len, mode, schema, error);
}

static enum ksrtp_base_err check_file(int fd, const char *path, enum ksrtp_conf_mode mode,
				      struct ksrtp_conf_error *error)
{
	struct stat st;

	if (fstat(fd, &st)) {
		fail(error, path, 0, NULL, "%s", strerror(errno));
		return KSRTP_BASE_ERR_IO;
	}
	if (!S_ISREG(st.st_mode)) {
		fail(error, path, 0, NULL, "not a regular file");
		return KSRTP_BASE_ERR_IO;
	}
	if (mode == KSRTP_CONF_SECRET && (st.st_mode & (S_IRWXG | S_IRWXO))) {
		fail(error, path, 0, NULL,
		     "holds keys but group or others have access (mode %04o), use chmod 600",
		     st.st_mode & 07777U);
		return KSRTP_BASE_ERR_ACCESS;
	}
	return KSRTP_BASE_OK;
}

enum ksrtp_base_err ksrtp_conf_load(struct ksrtp_conf **conf, const char *path,
				    enum ksrtp_conf_mode mode,
				    const struct ksrtp_conf_schema *schema,
				    struct ksrtp_conf_error *error)
{
	bool is_stdin = !strcmp(path, "-");
	const char *name = is_stdin ? "standard input" : path;
	size_t cap = max_size(mode) + 1, len = 0;
	enum ksrtp_base_err err;
	char *text = NULL;
	ssize_t n;
	int fd;

	*conf = NULL;
	error->text[0] = '\0';
	/* O_NONBLOCK: a FIFO in place of the file must not stop us. */
	fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		fail(error, name, 0, NULL, "%s", strerror(errno));
		return KSRTP_BASE_ERR_IO;
	}
	err = is_stdin ? KSRTP_BASE_OK : check_file(fd, name, mode, error);
	if (err)
		goto out;
	text = text_alloc(mode, cap + 1);
	if (!text) {
		fail(error, name, 0, NULL, "out of %smemory",
		     mode == KSRTP_CONF_SECRET ? "lockable " : "");
		err = KSRTP_BASE_ERR_NOMEM;
		goto out;
	}
	while (len < cap) {
		n = read(fd, text + len, cap - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fail(error, name, 0, NULL, "%s", strerror(errno));
			err = KSRTP_BASE_ERR_IO;
			goto out;
		}
		if (!n)
			break;
		len += (size_t)n;
	}
	if (len == cap) {
		fail(error, name, 0, NULL, "larger than %zu octets", cap - 1);
		err = KSRTP_BASE_ERR_RANGE;
		goto out;
	}
	text[len] = '\0';
	err = parse_owned(conf, name, text, len, mode, schema, error);
	text = NULL;
out:
	if (text)
		text_free(mode, text);
	if (!is_stdin)
		close(fd);
	return err;
}

void ksrtp_conf_free(struct ksrtp_conf *conf)
{
	if (!conf)
		return;
	if (conf->text)
		text_free(conf->mode, conf->text);
	free(conf->sections);
	free(conf->entries);
	free(conf->name);
	free(conf);
}

/* --- access --- */

const struct ksrtp_conf_section *ksrtp_conf_section(const struct ksrtp_conf *conf, const char *name,
						    size_t n)
{
	size_t i;

	for (i = 0; i < conf->n_sections; i++)
		if (!strcmp(conf->sections[i].schema->name, name) && !n--)
			return &conf->sections[i];
	return NULL;
}

size_t ksrtp_conf_section_count(const struct ksrtp_conf *conf, const char *name)
{
	size_t i, n = 0;

	for (i = 0; i < conf->n_sections; i++)
		n += !strcmp(conf->sections[i].schema->name, name);
	return n;
}

unsigned int ksrtp_conf_section_line(const struct ksrtp_conf_section *sec)
{
	return sec->line;
}

const char *ksrtp_conf_get_nth(const struct ksrtp_conf_section *sec, const char *key, size_t n)
{
	const struct entry *e;
	size_t i;

	if (!sec)
		return NULL;
	e = entries_of(sec);
	for (i = 0; i < sec->count; i++)
		if (!strcmp(e[i].key, key) && !n--)
			return e[i].value;
	return NULL;
}

const char *ksrtp_conf_get(const struct ksrtp_conf_section *sec, const char *key)
{
	return ksrtp_conf_get_nth(sec, key, 0);
}

size_t ksrtp_conf_count(const struct ksrtp_conf_section *sec, const char *key)
{
	size_t i, n = 0;

	for (i = 0; sec && i < sec->count; i++)
		n += !strcmp(sec->conf->entries[sec->first + i].key, key);
	return n;
}

enum ksrtp_base_err ksrtp_conf_get_u64(const struct ksrtp_conf_section *sec, const char *key,
				       uint64_t min, uint64_t max, uint64_t *out,
				       struct ksrtp_conf_error *error)
{
	const char *v = ksrtp_conf_get(sec, key);
	enum ksrtp_base_err err;

	if (!v)
		return KSRTP_BASE_OK;
	err = ksrtp_text_u64(v, min, max, out);
	if (err)
		ksrtp_conf_fail(sec, key, 0, error, "not a number from %llu to %llu",
				(unsigned long long)min, (unsigned long long)max);
	return err;
}

enum ksrtp_base_err ksrtp_conf_get_bool(const struct ksrtp_conf_section *sec, const char *key,
					bool *out, struct ksrtp_conf_error *error)
{
	static const char *const words[] = { "no", "yes", NULL };
	unsigned int i = *out;
	enum ksrtp_base_err err;

	err = ksrtp_conf_get_enum(sec, key, words, &i, error);
	if (!err)
		*out = i;
	return err;
}

enum ksrtp_base_err ksrtp_conf_get_enum(const struct ksrtp_conf_section *sec, const char *key,
					const char *const *choices, unsigned int *out,
					struct ksrtp_conf_error *error)
{
	const char *v = ksrtp_conf_get(sec, key);
	char list[200] = "";
	size_t n = 0;
	unsigned int i;

	if (!v)
		return KSRTP_BASE_OK;
	for (i = 0; choices[i]; i++) {
		if (!strcmp(choices[i], v)) {
			*out = i;
			return KSRTP_BASE_OK;
		}
		if (n < sizeof(list))
			n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", i ? ", " : "",
					      choices[i]);
	}
	ksrtp_conf_fail(sec, key, 0, error, "not one of: %s", list);
	return KSRTP_BASE_ERR_SYNTAX;
}

enum ksrtp_base_err ksrtp_conf_get_hex(const struct ksrtp_conf_section *sec, const char *key,
				       uint8_t *out, size_t len, struct ksrtp_conf_error *error)
{
	const char *v = ksrtp_conf_get(sec, key);
	enum ksrtp_base_err err;

	if (!v)
		return KSRTP_BASE_OK;
	err = ksrtp_text_unhex(out, len, v);
	if (err)
		ksrtp_conf_fail(sec, key, 0, error,
				"not %zu octets in hexadecimal (%zu digits), %zu characters found",
				len, 2 * len, strlen(v));
	return err;
}

enum ksrtp_base_err ksrtp_conf_get_hex_var(const struct ksrtp_conf_section *sec, const char *key,
					   uint8_t *out, size_t min, size_t max, size_t *len,
					   struct ksrtp_conf_error *error)
{
	const char *v = ksrtp_conf_get(sec, key);
	size_t n = 0;
	enum ksrtp_base_err err;

	if (!v)
		return KSRTP_BASE_OK;
	err = ksrtp_text_unhex_var(out, max, &n, v);
	if (!err && n < min) {
		ksrtp_secret_wipe(out, max);
		err = KSRTP_BASE_ERR_RANGE;
	}
	if (err)
		ksrtp_conf_fail(sec, key, 0, error, "not %zu to %zu octets in hexadecimal", min,
				max);
	else
		*len = n;
	return err;
}
