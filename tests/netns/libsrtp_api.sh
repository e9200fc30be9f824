#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 150
# kernel: any
#
# libsrtp.sh with the ciphers of the crypto API, which machines without code of the
# module's own use.
KSRTP_MODULE_OPTIONS=direct=0
export KSRTP_MODULE_OPTIONS
exec "$(dirname "$0")/libsrtp.sh"
