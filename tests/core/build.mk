# SPDX-License-Identifier: BSD-3-Clause
# The module's pure files on the host: kmod/rtp.c, hdrext.c, replay.c, kdf.c, suite.c, rtpstat.c.
core := tests/core

$(eval $(call unit_test,core-rtp,$(core)/test_rtp.c $(core)/pure_rtp.c,,))
$(eval $(call unit_test,core-replay,$(core)/test_replay.c $(core)/pure_replay.c,,))
$(eval $(call unit_test,core-replay-narrow,$(core)/test_replay.c $(core)/pure_replay.c,,,\
	-DKSRTP_SEQ_BITS=9 -DKSRTP_ROC_BITS=5 -DKSRTP_RTCP_INDEX_BITS=8))
$(eval $(call unit_test,core-rtpstat,$(core)/test_rtpstat.c $(core)/pure_rtpstat.c,,))
$(eval $(call unit_test,core-kdf,$(core)/test_kdf.c $(core)/pure_kdf.c $(core)/vec.c \
	$(core)/aes.c,,libcrypto))

core_pure := $(core)/pure_rtp.c $(core)/pure_hdrext.c $(core)/pure_replay.c $(core)/pure_kdf.c \
	$(core)/pure_suite.c
core_ref := $(core)/ref.c $(core)/aes.c $(core_pure)
$(eval $(call unit_test,core-vectors,$(core)/test_vectors.c $(core)/vec.c $(core_ref),,libcrypto,-Iinclude))
$(eval $(call unit_test,core-twin,$(core)/test_twin.c $(core)/vec.c $(core_ref),,libcrypto libsrtp2,-Iinclude))
# the module's sessions themselves, on OpenSSL
core_session := $(core)/host_session.c $(core)/host_stream.c $(core)/host_xform.c $(core)/host_cipher.c \
	$(core)/aes.c $(core_pure)
core_session_flags := -Iinclude -I$(core)/kernel -Wno-shadow -Wno-cast-qual -Wno-sign-compare
$(eval $(call unit_test,core-session,$(core)/test_session.c $(core_session),,libcrypto,$(core_session_flags)))
$(eval $(call unit_test,core-forged,$(core)/test_forged.c $(core_session),,libcrypto,$(core_session_flags)))
$(eval $(call unit_test,core-hdrext,$(core)/test_hdrext.c $(core)/vec.c $(core_session),,libcrypto,\
	$(core_session_flags)))
$(eval $(call unit_test,core-vectors-session,$(core)/test_vectors.c $(core)/vec.c $(core)/ref_session.c \
	$(core_session),,libcrypto,$(core_session_flags)))
$(eval $(call unit_test,core-twin-session,$(core)/test_twin.c $(core)/vec.c $(core)/ref_session.c \
	$(core_session),,libcrypto libsrtp2,$(core_session_flags)))

$(eval $(call fuzz_target,rtp,tests/fuzz/fuzz_rtp.c $(core)/pure_rtp.c,,))
$(eval $(call fuzz_target,hdrext,tests/fuzz/fuzz_hdrext.c $(core)/pure_hdrext.c $(core)/pure_rtp.c,,))
ifeq ($(shell uname -m),x86_64)
$(eval $(call unit_test,core-x86,$(core)/test_x86.c $(core)/pure_x86.c,,libcrypto,\
	-mavx -maes -mpclmul -msha))
endif
