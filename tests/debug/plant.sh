#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# A test that finds nothing wrong, while the kernel makes the mistake $KSRTP_PLANT.
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/ktap.sh
. "$here/../lib/ktap.sh"

ktap_start
at=$(sed -n '/^jiffies: /{s///p;q}' /proc/timer_list)
check "planted: ${KSRTP_PLANT:?}" insmod "${KSRTP_BUILD:?}/debug/plant.ko" kind="$KSRTP_PLANT"
echo "$at $(grep '^plant ' /proc/modules)" >>/tmp/reports-loaded
check "it goes" rmmod plant
ktap_end
