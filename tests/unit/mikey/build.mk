# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call unit_test,mikey_kdf,tests/unit/mikey/kdf_test.c tests/unit/mikey/util.c,\
	ksrtp-mikey,libcrypto))
$(eval $(call unit_test,mikey_misc,tests/unit/mikey/misc_test.c tests/unit/mikey/util.c,\
	ksrtp-mikey,libcrypto))
$(eval $(call unit_test,mikey_codec,tests/unit/mikey/codec_test.c tests/unit/mikey/util.c,\
	ksrtp-mikey,libcrypto))
$(eval $(call unit_test,mikey_group,tests/unit/mikey/group_test.c tests/unit/mikey/util.c,\
	ksrtp-mikey,libcrypto))
$(eval $(call unit_test,mikey_exchange,tests/unit/mikey/exchange_test.c tests/unit/mikey/util.c,\
	ksrtp-mikey,libcrypto))
$(eval $(call unit_test,mikey_marks,tests/unit/mikey/marks_test.c tests/unit/mikey/util.c,\
	ksrtp-mikey,libcrypto))
$(eval $(call unit_test,mikey_sakke,tests/unit/mikey/sakke_test.c tests/unit/mikey/util.c \
	tests/unit/mikey/real.c,ksrtp-mikey ksrtp-sakke,libcrypto))
$(eval $(call test_prog,mikey_sample,tests/unit/mikey/sample.c tests/unit/mikey/real.c,\
	ksrtp-mikey ksrtp-kms ksrtp-sakke ksrtp-base,))
$(eval $(call unit_test,mikey_mcx,tests/unit/mikey/mcx_test.c \
	$(addprefix tests/unit/mikey/,mcx_scene.c util.c real.c),ksrtp-mikey ksrtp-sakke,libcrypto))
$(eval $(call unit_test,mikey_profile,tests/unit/mikey/profile_test.c \
	$(addprefix tests/unit/mikey/,mcx_scene.c util.c real.c),ksrtp-mikey ksrtp-sakke,libcrypto))
$(eval $(call fuzz_target,mikey_decode,tests/fuzz/fuzz_mikey_decode.c,ksrtp-mikey,))
$(eval $(call fuzz_target,mikey_map,tests/fuzz/fuzz_mikey_map.c,ksrtp-mikey,))
$(eval $(call fuzz_target,mikey_policy,tests/fuzz/fuzz_mikey_policy.c,ksrtp-mikey,))
$(eval $(call fuzz_target,mikey_params,tests/fuzz/fuzz_mikey_params.c,ksrtp-mikey,))
$(eval $(call fuzz_target,mikey_receive,tests/fuzz/fuzz_mikey_receive.c,ksrtp-mikey,libcrypto))
$(eval $(call fuzz_target,mikey_signed,tests/fuzz/fuzz_mikey_signed.c,ksrtp-mikey,libcrypto))
$(eval $(call fuzz_target,mikey_input,tests/fuzz/fuzz_mikey_input.c \
	userspace/mikey/describe.c userspace/mikey/input.c,ksrtp-mikey ksrtp-base,jansson,\
	-Iuserspace/mikey))
