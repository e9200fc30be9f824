# SPDX-License-Identifier: BSD-3-Clause
# Programs that the scripts here use.
$(eval $(call test_prog,srtp_peer,tests/interop/srtp_peer.c tests/interop/peer_rtp.c,ksrtp-base,libsrtp2))
