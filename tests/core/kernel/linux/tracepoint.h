/* SPDX-License-Identifier: BSD-3-Clause */
/* Tracepoints that do nothing, as those of a kernel that nobody looks at. */
#include "../kernel.h"

#define TRACE_EVENT(name, ...)                                                 \
	static inline __attribute__((unused)) void trace_##name(const void *of, ...) \
	{                                                                      \
		(void)of;                                                      \
	}                                                                      \
	struct ksrtp_trace_##name
#define DECLARE_EVENT_CLASS(name, ...)		struct ksrtp_trace_##name
#define DEFINE_EVENT(class, name, ...)		TRACE_EVENT(name, )
#define DEFINE_EVENT_CONDITION(class, name, ...) TRACE_EVENT(name, )
