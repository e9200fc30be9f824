/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_SELFTEST_H
#define _KSRTP_SELFTEST_H

int ksrtp_selftest(void);

#endif /* _KSRTP_SELFTEST_H */
