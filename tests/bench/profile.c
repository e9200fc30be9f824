// SPDX-License-Identifier: BSD-3-Clause
/*
 * A plugin of QEMU: where the instructions of a packet go. It counts how often each
 * block of code runs between the two marks that bench_clock_profile() sets, and writes
 * "ADDRESS INSTRUCTIONS" for each block to the file that it is given.
 *
 * Blocks end at calls and jumps, so that each belongs to one function. The declarations
 * are those of QEMU's interface for plugins that are needed here; no package has them.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

enum {
	PLUGIN_VERSION = 4,
	CB_NO_REGS = 0,
	HASH_BITS = 18,
};

extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
						  void (*cb)(plugin_id, struct qemu_plugin_tb *));
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
						 void (*cb)(unsigned int cpu, void *data), int flags,
						 void *data);
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
						   void (*cb)(unsigned int cpu, void *data),
						   int flags, void *data);
extern void qemu_plugin_register_atexit_cb(plugin_id id, void (*cb)(plugin_id, void *data),
					   void *data);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
extern uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
extern size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to, size_t len);

__attribute__((visibility("default"))) int qemu_plugin_version = PLUGIN_VERSION;

struct block {
	struct block *next;
	uint64_t addr;
	uint64_t insns;
	uint64_t count;
};

static struct block *blocks[1 << HASH_BITS];
static bool counting;
static const char *path;

static void ran(unsigned int cpu, void *data)
{
	struct block *b = data;

	(void)cpu;
	if (counting)
		b->count++;
}

static void mark(unsigned int cpu, void *data)
{
	(void)cpu;
	counting = data;
}

/* The same code may be translated again, and more or less of it. */
static struct block *find(uint64_t addr, uint64_t insns)
{
	struct block **at = &blocks[(addr ^ addr >> HASH_BITS) & ((1 << HASH_BITS) - 1)], *b;

	for (b = *at; b; b = b->next)
		if (b->addr == addr && b->insns == insns)
			return b;
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	b->next = *at;
	b->addr = addr;
	b->insns = insns;
	*at = b;
	return b;
}

static void translated(plugin_id id, struct qemu_plugin_tb *tb)
{
	static const uint8_t begin[] = PROFILE_BEGIN, end[] = PROFILE_END;
	size_t n = qemu_plugin_tb_n_insns(tb);
	uint8_t code[sizeof(begin)];

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, ran, CB_NO_REGS, find(qemu_plugin_tb_vaddr(tb), n));
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		if (qemu_plugin_insn_data(insn, code, sizeof(code)) != sizeof(code))
			continue;
		if (!memcmp(code, begin, sizeof(code)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, mark, CB_NO_REGS, blocks);
		else if (!memcmp(code, end, sizeof(code)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, mark, CB_NO_REGS, NULL);
	}
}

static void finish(plugin_id id, void *data)
{
	FILE *f = fopen(path, "w");

	(void)id;
	(void)data;
	if (!f)
		return;
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		for (const struct block *b = blocks[i]; b; b = b->next)
			if (b->count)
				fprintf(f, "%" PRIx64 " %" PRIu64 "\n", b->addr,
					b->count * b->insns);
	fclose(f);
}

extern int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);

__attribute__((visibility("default"))) int qemu_plugin_install(plugin_id id, const void *info,
							       int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return -1;
	path = strdup(argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
