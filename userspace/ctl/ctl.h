/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_CTL_H
#define KSRTP_CTL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "ksrtpnl/ksrtpnl.h"

/* ksrtpctl: one file per object, and a table of verbs in main.c. */

enum ctl_exit {
	CTL_OK = 0,
	CTL_FAILED = 1,
	CTL_USAGE = 2,
};

/** struct ctl - the command line and what is open */
struct ctl {
	bool json;
	bool stats;
	const char *socket; /* of the daemon */
	const char *batch; /* file of commands, or NULL */
	const char *command; /* "policy add", for messages */
	const char *usage; /* of the verb */
	char **word; /* behind the verb */
	int n_words, pos;
	struct ksrtpnl *nl;
};

/* main.c */
void ctl_error(const struct ctl *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Connects to the module once; complains if that fails. */
bool ctl_kernel(struct ctl *c);
/* Complains about a request that failed; always CTL_FAILED. */
enum ctl_exit ctl_refused(struct ctl *c, enum ksrtpnl_err err);

/* --- args.c: words --- */

/** struct ctl_word - a word that a verb knows
 * @name: the word
 * @parse: takes its value from the command line, complains if it is wrong
 * @dst: for @parse
 * @required: must be there
 * @seen: has been there
 */
struct ctl_word {
	const char *name;
	bool (*parse)(struct ctl *c, const char *name, void *dst);
	void *dst;
	bool required;
	bool seen;
};

/* Reads all words; complains about unknown, repeated and missing ones. */
bool ctl_words(struct ctl *c, struct ctl_word *words, size_t n);
/* Reads the words that are in the table and stops at one that is not. */
bool ctl_some_words(struct ctl *c, struct ctl_word *words, size_t n, const char *of);
/* The word at the current position, NULL at the end. */
const char *ctl_peek(const struct ctl *c);
/* Takes the next word as the value of @name; NULL after complaining. */
const char *ctl_value(struct ctl *c, const char *name);
/* Complains if words are left. */
bool ctl_no_more(struct ctl *c);

/* Parsers for tables; @dst is what the comment says. */
bool ctl_parse_dir(struct ctl *c, const char *name, void *dst); /* enum ksrtpnl_dir */
bool ctl_parse_prefix(struct ctl *c, const char *name, void *dst); /* struct ksrtp_prefix */
bool ctl_parse_ports(struct ctl *c, const char *name, void *dst); /* struct ksrtp_ports */
bool ctl_parse_ifindex(struct ctl *c, const char *name, void *dst); /* uint32_t */
bool ctl_parse_u32(struct ctl *c, const char *name, void *dst); /* uint32_t, 0.. */
bool ctl_parse_flag(struct ctl *c, const char *name, void *dst); /* bool; takes no value */
bool ctl_parse_text(struct ctl *c, const char *name, void *dst); /* const char * */

/** struct ctl_octets - octets given in hexadecimal */
struct ctl_octets {
	uint8_t *data;
	size_t cap;
	size_t len;
};
bool ctl_parse_hex(struct ctl *c, const char *name, void *dst); /* struct ctl_octets */

/* An object's number, with or without "id" in front; from 1. */
bool ctl_id(struct ctl *c, const char *what, uint32_t *id);
/* One of several words: index, -1 after complaining. */
int ctl_choice(const struct ctl *c, const char *name, const char *value,
	       const char *const *choices);

/* --- out.c: answers --- */

/* Prints and releases; false if the answer could not be written. */
bool ctl_print_json(json_t *value);
/* The same on one line, at once: for streams of objects. */
bool ctl_print_json_line(json_t *value);
json_t *ctl_json_hex(const void *data, size_t len);
json_t *ctl_json_u64(uint64_t value);
/* {"id": N}, or "what N" for people */
bool ctl_print_id(const struct ctl *c, const char *what, uint32_t id);

/** struct ctl_list - an answer of many objects: one array, or lines for people
 * @array: NULL for people
 */
struct ctl_list {
	struct ctl *c;
	json_t *array;
};
/* A list verb's beginning: no word follows, the module is there. */
enum ctl_exit ctl_list_begin(struct ctl *c, struct ctl_list *list);
/* Its end: complains if the dump failed, or prints the array. */
enum ctl_exit ctl_list_end(struct ctl_list *list, enum ksrtpnl_err err);

const char *ctl_ifname(uint32_t ifindex, char *out); /* IF_NAMESIZE octets */
/* "192.0.2.1:any" for port 0, "any" for no address at all */
const char *ctl_endpoint_str(const struct ksrtp_endpoint *ep, char out[KSRTP_ENDPOINT_STRLEN]);
/* "1h2m", "3.4s" */
const char *ctl_duration_str(uint64_t ms, char out[32]);

json_t *ctl_policy_json(const struct ksrtpnl_policy *p); /* policy.c */
void ctl_policy_print(const struct ctl *c, const struct ksrtpnl_policy *p);
json_t *ctl_flow_json(const struct ksrtpnl_flow *f); /* flow_show.c */
void ctl_flow_print(const struct ctl *c, const struct ksrtpnl_flow *f, bool streams);
/* A flow's tuple, without a line end. */
void ctl_flow_print_head(const struct ksrtpnl_flow *f);

/* --- daemon_show.c: what the daemon said, for people --- */
void ctl_print_object(json_t *object, int indent);
void ctl_print_call(const struct ctl *c, json_t *call);
void ctl_print_group(json_t *group);

/* --- keyfile.c --- */

/** struct ctl_keys - contents of a key file; secret memory */
struct ctl_keys {
	struct ksrtpnl_key keys[KSRTPNL_KEYS_MAX];
	size_t n;
};

/* Reads [Key] sections; complains; NULL on failure. Release with ksrtp_secret_free(). */
struct ctl_keys *ctl_keys_load(const struct ctl *c, const char *path);

/* --- verbs --- */
enum ctl_exit ctl_policy_add(struct ctl *c);
enum ctl_exit ctl_policy_del(struct ctl *c);
enum ctl_exit ctl_policy_list(struct ctl *c);
enum ctl_exit ctl_policy_flush(struct ctl *c);
enum ctl_exit ctl_flow_add(struct ctl *c);
enum ctl_exit ctl_flow_set(struct ctl *c);
enum ctl_exit ctl_flow_del(struct ctl *c);
enum ctl_exit ctl_flow_show(struct ctl *c);
enum ctl_exit ctl_flow_list(struct ctl *c);
enum ctl_exit ctl_flow_flush(struct ctl *c);
enum ctl_exit ctl_key_add(struct ctl *c);
enum ctl_exit ctl_key_activate(struct ctl *c);
enum ctl_exit ctl_key_del(struct ctl *c);
enum ctl_exit ctl_stats(struct ctl *c);
enum ctl_exit ctl_monitor(struct ctl *c);
enum ctl_exit ctl_calls(struct ctl *c);
enum ctl_exit ctl_status(struct ctl *c);
enum ctl_exit ctl_counters(struct ctl *c);
enum ctl_exit ctl_reload(struct ctl *c);
enum ctl_exit ctl_rekey(struct ctl *c);
enum ctl_exit ctl_groups(struct ctl *c);
enum ctl_exit ctl_group_remove(struct ctl *c);
enum ctl_exit ctl_group_rekey(struct ctl *c);

#endif
