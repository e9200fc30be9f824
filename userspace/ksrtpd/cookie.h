/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_COOKIE_H
#define KSRTPD_COOKIE_H

#include "ksrtpd/groups.h"

/*
 * What a flow remembers of its call for a daemon that starts later, in the
 * flow's opaque cookie. No secrets. Integers are big-endian.
 *
 *	 0               1               2               3
 *	+---------------+---------------+---------------+---------------+
 *	|                      magic "KSRP"                             |
 *	+---------------+---------------+---------------+---------------+
 *	| version 1     | role          | flags         | suite         |
 *	+---------------+---------------+---------------+---------------+
 *	|                      current key (CSB ID, MKI)                |
 *	+---------------------------------------------------------------+
 *	|                      key offered to the peer, 0 for none      |
 *	+---------------------------------------------------------------+
 *	|                      set-up time in ms                        |
 *	+---------------------------------------------------------------+
 *	|                      rekeys                                   |
 *	+---------------------------------------------------------------+
 *	|                      keyed at, Unix time (64 bits)            |
 *	|                                                               |
 *	+---------------------------------------------------------------+
 *	|                      set up at, Unix time (64 bits)           |
 *	|                                                               |
 *	+---------------+-----------------------------------------------+
 *	| length        | name of the [Peer] ...
 *	+---------------+---
 *	| length        | identity of the peer ...
 *	+---------------+---
 *	| length        | our identity ...
 *	+---------------+---
 *
 * Flags: 1 established (otherwise the first exchange was never finished), 2 MKI.
 *
 * That of a group's flow, which has all else in its keys' MKIs:
 *
 *	+---------------+---------------+---------------+---------------+
 *	|                      magic "KSRG"                             |
 *	+---------------+---------------+---------------+---------------+
 *	| version 1     |
 *	+---------------+-----------------------------------------------+
 *	| length        | name of the [Group] ...
 *	+---------------+---
 *	| length        | identity of the sender ...
 *	+---------------+---
 */
enum { COOKIE_MAX = 512 };

/* Return: octets, 0 if it does not fit. */
size_t cookie_encode(const struct call *call, uint8_t out[COOKIE_MAX]);
/* Fills what the cookie knows of @flow. False: not ours, or of another version. */
bool cookie_decode(const void *data, size_t len, struct calls_adopt *flow);

/* The same for a flow of a group. */
size_t cookie_group_encode(const struct group *g, const struct group_sender *s,
			   uint8_t out[COOKIE_MAX]);
bool cookie_group_decode(const void *data, size_t len, struct groups_adopt *flow);

#endif
