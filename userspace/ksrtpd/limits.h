/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_LIMITS_H
#define KSRTPD_LIMITS_H

/*
 * Every number of the daemon that is a protocol limit, a timer or the size of a
 * table. Times are milliseconds unless the name says otherwise.
 */
enum ksrtpd_limits {
	/* text, with the final NUL */
	KSRTPD_URI_LEN = 128,
	KSRTPD_NAME_LEN = 64,
	KSRTPD_PATH_LEN = 108, /* sun_path */

	/* configuration */
	KSRTPD_MAX_PEERS = 1024,
	KSRTPD_MAX_KMS = 16,
	KSRTPD_MAX_KEYSETS = 256,
	KSRTPD_MAX_IDENTITIES = 64,
	KSRTPD_MAX_LISTEN = 16,
	KSRTPD_CONF_TIMEOUT = 60000, /* a child that does not answer for so long is broken */

	/* calls */
	KSRTPD_MAX_CALLS = 16384, /* upper end of MaxCalls */
	KSRTPD_DEF_CALLS = 4096,
	/* at 200 calls a second what is forgotten is older than any clock skew allows */
	KSRTPD_MAX_ENDED = 65536,
	KSRTPD_DEF_PEER_CALLS = 1024,
	KSRTPD_MAX_PENDING = 256, /* exchanges under way, all peers */
	KSRTPD_MAX_PEER_PENDING = 64, /* and to one peer */
	KSRTPD_CALL_KEYS = 4, /* keys of a call that exist side by side */
	KSRTPD_TICK = 250, /* resolution of all timers of calls */
	KSRTPD_MAKE_TIMEOUT = 10000, /* keys must have built a message */
	KSRTPD_SEND_TIMEOUT = 60000, /* net must have reported an outcome */
	KSRTPD_BACKOFF_MIN = 1000,
	KSRTPD_BACKOFF_MAX = 60000,
	KSRTPD_BACKOFF_LINGER = 120000, /* forget a failed call after its last try */
	KSRTPD_RETIRE = 5000, /* old keys live on after the switch */
	KSRTPD_RETIRE_SILENT = 60000, /* the same if the peer sends nothing (TCP) */
	KSRTPD_KEPT_MAX = 6, /* put off again, for twice as long, so often */
	KSRTPD_GLARE_WINDOW = 4000, /* a losing message may arrive so late */
	KSRTPD_UNCONFIRMED = 60000, /* key again a call nothing was heard from */
	KSRTPD_SWEEP = 10000, /* look for idle flows so often, at least */
	KSRTPD_DEF_IDLE_S = 300,
	KSRTPD_DEF_REKEY_S = 3600,
	KSRTPD_MIN_REKEY_S = 5,
	KSRTPD_MIN_REKEY_PACKETS = 100,

	/* groups */
	KSRTPD_MAX_GROUPS = 16,
	KSRTPD_GROUP_SENDERS = 16, /* of one group, the manager among them */
	KSRTPD_GROUP_MEMBERS = KSRTPD_GROUP_SENDERS - 1,
	KSRTPD_GROUP_KEYS = 4, /* keys of a sender that exist side by side */
	KSRTPD_GROUP_MKI = 8, /* octets: GMK-ID, GUK-ID */
	KSRTPD_GROUP_MS_MAX = 60000, /* of Switch and Overlap */
	KSRTPD_GROUP_RETRY_MIN = 1000, /* tell a member again, then twice as long each time */
	KSRTPD_GROUP_RETRY_MAX = 8000,
	KSRTPD_GROUP_REKEY_MIN = 5000, /* new keys that members ask for, not oftener */
	KSRTPD_DEF_SWITCH_MS = 2000,
	KSRTPD_DEF_OVERLAP_MS = 5000,
	KSRTPD_DEF_REFRESH_S = 60,
	KSRTPD_MIN_REFRESH_S = 2,

	/* MIKEY transport */
	KSRTPD_MAX_REPLAY = 65536, /* messages remembered within the clock skew */
	KSRTPD_MARKS = 2048, /* senders ahead of our clock, two key periods of each peer */
	KSRTPD_PORT = 2269,
	KSRTPD_MSG_MAX = 2048, /* an I_MESSAGE of ours has about 700 octets */
	KSRTPD_REPLY_MAX = 512,
	KSRTPD_UDP_BUFFER = 4 * 1024 * 1024, /* of a socket: a flood must not fill it at once */
	KSRTPD_UDP_TRIES = 5,
	KSRTPD_UDP_FIRST = 500, /* then twice as long each time */
	KSRTPD_UDP_LAST = 2000, /* wait for media after the last one */
	KSRTPD_TCP_DEADLINE = 10000,
	KSRTPD_TCP_BACKLOG = 64,
	KSRTPD_TCP_MAX = 256, /* connections at once */
	KSRTPD_TCP_PER_PEER = 128, /* of them from a configured daemon */
	KSRTPD_TCP_STRANGERS = 64, /* from all other addresses */
	KSRTPD_TCP_PER_SRC = 8, /* and from one of those */
	KSRTPD_OPEN_MAX = 128, /* messages with the keys process */
	KSRTPD_OPEN_TIMEOUT = 10000, /* then net says that we are busy */
	KSRTPD_OPEN_MARGIN = 2000, /* so nothing is begun that late */
	KSRTPD_RATE_SOURCES = 1024, /* token buckets for signature checks: */
	KSRTPD_RATE_PEER_BURST = 400, /* a configured daemon's address */
	KSRTPD_RATE_PEER_PER_S = 200,
	KSRTPD_RATE_UDP_BURST = 800, /* all of those together over UDP */
	KSRTPD_RATE_UDP_PER_S = 400,
	KSRTPD_RATE_SRC_BURST = 50, /* another source */
	KSRTPD_RATE_SRC_PER_S = 20,
	KSRTPD_RATE_ALL_BURST = 200, /* and all others together */
	KSRTPD_RATE_ALL_PER_S = 100,
	KSRTPD_DEF_SKEW_S = 60,
	KSRTPD_MAX_SKEW_S = 300,

	/* control socket */
	KSRTPD_CONTROL_CLIENTS = 16,
	KSRTPD_CONTROL_LINE = 4096,
	KSRTPD_CONTROL_TIMEOUT = 5000,

	/* queues between the processes, octets */
	KSRTPD_QUEUE = 16 * 1024 * 1024,
};

#endif
