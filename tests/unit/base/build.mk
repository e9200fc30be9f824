# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call unit_test,base_buf,tests/unit/base/buf_test.c,ksrtp-base,))
$(eval $(call unit_test,base_conf,tests/unit/base/conf_test.c,ksrtp-base,))
$(eval $(call unit_test,base_imsg,tests/unit/base/imsg_test.c,ksrtp-base,))
$(eval $(call unit_test,base_log,tests/unit/base/log_test.c,ksrtp-base,))
$(eval $(call unit_test,base_secret,tests/unit/base/secret_test.c,ksrtp-base,))
$(eval $(call unit_test,base_text,tests/unit/base/text_test.c,ksrtp-base,))

$(eval $(call fuzz_target,base_conf,tests/fuzz/fuzz_base_conf.c,ksrtp-base,))
$(eval $(call fuzz_target,base_imsg,tests/fuzz/fuzz_base_imsg.c,ksrtp-base,))
$(eval $(call fuzz_target,base_text,tests/fuzz/fuzz_base_text.c,ksrtp-base,))
