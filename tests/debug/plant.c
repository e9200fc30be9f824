// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mistakes made on purpose, one at each loading: a guest whose kernel checks its
 * memory must report every one, and a test that is run there must fail for it.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>

static char *kind = "";
module_param(kind, charp, 0);
MODULE_PARM_DESC(kind, "what to do wrong");

static void none(void)
{
}

static void leak(void)
{
	/* the barrier: as a tail call it would not be ours */
	barrier_data(kmalloc(100, GFP_KERNEL));
}

static void write_after_free(void)
{
	u8 *p = kmalloc(200, GFP_KERNEL);
	int i;

	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	if (p)
		WRITE_ONCE(p[100], 1);
	/* it is seen when the memory is given to somebody else */
	for (i = 0; i < 1000; i++)
		kfree(kmalloc(200, GFP_KERNEL));
}

static void overrun(void)
{
	u8 *p = kmalloc(64, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	if (p)
		WRITE_ONCE(p[64], 1);
	kfree(p);
}

static void list(void)
{
	LIST_HEAD(head);
	struct list_head entry;

	list_add(&entry, &head);
	list_del(&entry);
	list_del(&entry);
}

static const struct {
	const char *kind;
	void (*plant)(void);
} plants[] = {
	{ "none", none },
	{ "leak", leak },
	{ "write-after-free", write_after_free },
	{ "overrun", overrun },
	{ "list", list },
};

static int __init plant_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(plants); i++) {
		if (strcmp(plants[i].kind, kind))
			continue;
		plants[i].plant();
		return 0;
	}
	return -EINVAL;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);
MODULE_DESCRIPTION("mistakes made on purpose");
MODULE_LICENSE("GPL");
