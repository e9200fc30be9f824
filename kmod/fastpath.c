// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flowtables of nftables, which send past POST_ROUTING.
 *
 * DOC: Flowtables
 *
 * A flowtable takes in conntrack entries that are confirmed, and then forwards
 * their packets from the device they come in by to the device they leave by. It
 * leaves alone those with IPS_NAT_CLASH, which beside that says only that an
 * entry never becomes ASSURED: UDP entries under pressure go earlier. So an entry
 * whose packets concern us gets that bit before it is confirmed, while nobody but
 * its first packet knows it. Entries that are older than the policy are looked
 * through once, when it comes.
 */
#include "fastpath.h"
#include "policy.h"

static bool policy_wants(struct ksrtp_net *kn, u8 dir,
			 const struct ksrtp_tuple_key *key)
{
	struct ksrtp_policy *pol = ksrtp_policy_find(kn, dir, key, true);

	return pol && pol->action != KSRTP_ACTION_PASS;
}

static bool ours(struct ksrtp_net *kn, struct ksrtp_tuple_key *key)
{
	return ksrtp_flow_find(kn, key) ||
	       policy_wants(kn, KSRTP_DIR_OUT, key) ||
	       policy_wants(kn, KSRTP_DIR_IN, key);
}

/**
 * ksrtp_fastpath_refuse - the slow part of ksrtp_fastpath_check()
 * @kn: namespace
 * @skb: packet with a conntrack entry that is new, or in a flowtable
 * @out: its tuple
 *
 * An entry concerns us for its packets of either direction, with the addresses
 * that they have on the wire.
 */
void ksrtp_fastpath_refuse(struct ksrtp_net *kn, struct sk_buff *skb,
			   struct ksrtp_tuple_key *out)
{
	const struct nf_conntrack_tuple *came;
	struct ksrtp_tuple_key back = *out;
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	/* our own packets are in no flowtable */
	if (!skb->skb_iif)
		return;
	came = &ct->tuplehash[CTINFO2DIR(ctinfo)].tuple;
	back.ifindex = skb->skb_iif;
	back.local = came->dst.u3;
	back.local_port = came->dst.u.udp.port;
	back.remote = came->src.u3;
	back.remote_port = came->src.u.udp.port;
	if (!ours(kn, out) && !ours(kn, &back))
		return;
	set_bit(IPS_NAT_CLASH_BIT, &ct->status);
	/* taken in between two looks of ours: lives on without, as a new entry */
	if (test_bit(IPS_OFFLOAD_BIT, &ct->status))
		nf_ct_kill(ct);
}

static int keep_off(struct nf_conn *ct, void *data)
{
	if (nf_ct_protonum(ct) != IPPROTO_UDP)
		return 0;
	set_bit(IPS_NAT_CLASH_BIT, &ct->status);
	return test_bit(IPS_OFFLOAD_BIT, &ct->status);
}

/**
 * ksrtp_fastpath_flush - take UDP out of the flowtables of a namespace
 * @net: namespace
 *
 * After a policy has come. What is not ours is taken in again with its next
 * conntrack entry. May sleep.
 */
void ksrtp_fastpath_flush(struct net *net)
{
	struct nf_ct_iter_data iter = { .net = net };

	if (IS_ENABLED(CONFIG_NF_CONNTRACK))
		nf_ct_iterate_cleanup_net(keep_off, &iter);
}
