// SPDX-License-Identifier: GPL-2.0-only
/*
 * Order in which everything comes and goes.
 */
#include <linux/module.h>
#include <uapi/linux/ksrtp.h>

#include "acquire.h"
#include "cipher.h"
#include "compat.h"
#include "flow.h"
#include "hooks.h"
#include "net.h"
#include "netlink.h"
#include "notify.h"
#include "policy.h"
#include "selftest.h"

unsigned int ksrtp_net_id __read_mostly;

static int __net_init net_init(struct net *net)
{
	struct ksrtp_net *kn = ksrtp_net(net);
	int err;

	kn->net = net;
	mutex_init(&kn->lock);
	INIT_LIST_HEAD(&kn->policies);
	INIT_DELAYED_WORK(&kn->idle_work, ksrtp_notify_idle_work);
	err = ksrtp_stats_net_init(kn);
	if (err)
		return err;
	err = ksrtp_flow_net_init(kn);
	if (err)
		goto exit_stats;
	ksrtp_acquire_net_init(kn);
	return 0;

exit_stats:
	ksrtp_stats_net_exit(kn);
	return err;
}

/*
 * The devices of a dying namespace are gone by now, so that no packet leaves it
 * after the hooks did.
 */
static void __net_exit net_exit(struct net *net)
{
	struct ksrtp_net *kn = ksrtp_net(net);

	if (kn->hooked) {
		ksrtp_hooks_net_exit(kn);
		synchronize_rcu();
	}
	ksrtp_policy_net_exit(kn);
	ksrtp_flow_net_exit(kn);
	/* nothing can schedule it any more: there are no flows */
	cancel_delayed_work_sync(&kn->idle_work);
	ksrtp_acquire_net_exit(kn);
	ksrtp_stats_net_exit(kn);
}

static struct pernet_operations net_ops = {
	.init		= net_init,
	.exit		= net_exit,
	.id		= &ksrtp_net_id,
	.size		= sizeof(struct ksrtp_net),
};

static int __init mod_init(void)
{
	int err;

	err = ksrtp_cipher_init();
	if (err)
		return err;
	err = ksrtp_cipher_hmac_init();
	if (err)
		goto exit_cipher;
	err = ksrtp_selftest();
	if (err) {
		pr_err("a known-answer test failed, not loading\n");
		goto exit_hmac;
	}
	err = register_pernet_subsys(&net_ops);
	if (err)
		goto exit_hmac;
	err = ksrtp_netlink_init();
	if (err)
		goto exit_net;
	return 0;

exit_net:
	unregister_pernet_subsys(&net_ops);
	rcu_barrier();
exit_hmac:
	ksrtp_cipher_hmac_exit();
exit_cipher:
	ksrtp_cipher_exit();
	return err;
}

static void __exit mod_exit(void)
{
	ksrtp_netlink_exit();
	unregister_pernet_subsys(&net_ops);
	/* callbacks that free flows, contexts, keys and policies */
	rcu_barrier();
	ksrtp_cipher_hmac_exit();
	ksrtp_cipher_exit();
}

module_init(mod_init);
module_exit(mod_exit);

MODULE_DESCRIPTION("SRTP in the packet path");
MODULE_LICENSE("GPL");
MODULE_VERSION(KSRTP_VERSION);
MODULE_ALIAS_GENL_FAMILY(KSRTP_GENL_NAME);
