// SPDX-License-Identifier: BSD-3-Clause
#include "endpoint_order.h"

#include <string.h>

static void step(struct endpoint_order *o)
{
	size_t i = o->next % ORDER_SLOTS;

	if (o->slot[i].len)
		fwrite(o->slot[i].data, 1, o->slot[i].len, o->out);
	o->slot[i].len = 0;
	o->next++;
}

void endpoint_order_put(struct endpoint_order *o, uint16_t seq, const uint8_t *data, size_t len)
{
	uint16_t ahead;

	if (!o->begun) {
		o->begun = true;
		o->next = seq;
	}
	ahead = (uint16_t)(seq - o->next);
	if (ahead > UINT16_MAX / 2 || len == 0 || len > ORDER_MAX)
		return; /* too late, or nothing to play */
	if (ahead >= 4 * ORDER_SLOTS) {
		/* a long gap: what waits is all there will be */
		endpoint_order_end(o);
		o->next = seq;
	}
	while ((uint16_t)(seq - o->next) >= ORDER_SLOTS)
		step(o);
	memcpy(o->slot[seq % ORDER_SLOTS].data, data, len);
	o->slot[seq % ORDER_SLOTS].len = len;
	while (o->slot[o->next % ORDER_SLOTS].len)
		step(o);
	fflush(o->out);
}

void endpoint_order_end(struct endpoint_order *o)
{
	if (!o->begun)
		return;
	for (unsigned int i = 0; i < ORDER_SLOTS; i++)
		step(o);
	fflush(o->out);
}
