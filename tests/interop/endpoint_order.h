/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ENDPOINT_ORDER_H
#define ENDPOINT_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { ORDER_SLOTS = 16, ORDER_MAX = 512 };

/**
 * struct endpoint_order - writes what RTP packets carry in the order of their numbers
 *
 * Packets that overtook others wait until those have come, or until ORDER_SLOTS
 * more have come. Begin with all zero and @out set.
 */
struct endpoint_order {
	FILE *out;
	bool begun;
	uint16_t next;
	struct {
		size_t len; /* 0: empty */
		uint8_t data[ORDER_MAX];
	} slot[ORDER_SLOTS]; /* by number modulo ORDER_SLOTS */
};

/* Take a packet's payload; more than ORDER_MAX octets are not kept. */
void endpoint_order_put(struct endpoint_order *o, uint16_t seq, const uint8_t *data, size_t len);

/* Write what still waits. */
void endpoint_order_end(struct endpoint_order *o);

#endif
