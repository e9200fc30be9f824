# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call unit_test,mikey_kdf,tests/unit/mikey/kdf_test.c tests/unit/mikey/util.c,\
	ksrtp-mikey,libcrypto))
$(eval $(call unit_test,mikey_misc,tests/unit/mikey/misc_test.c tests/unit/mikey/util.c,\
	ksrtp-mikey,libcrypto))
$(eval $(call unit_test,mikey_codec,tests/unit/mikey/codec_test.c tests/unit/mikey/util.c,\
	ksrtp-mikey,libcrypto))
$(eval $(call unit_test,mikey_exchange,tests/unit/mikey/exchange_test.c tests/unit/mikey/util.c,\
	ksrtp-mikey,libcrypto))
$(eval $(call unit_test,mikey_sakke,tests/unit/mikey/sakke_test.c tests/unit/mikey/util.c \
	tests/unit/mikey/real.c,ksrtp-mikey ksrtp-sakke,libcrypto))
