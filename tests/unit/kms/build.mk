# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call unit_test,kms_files,tests/unit/kms/files_test.c,ksrtp-kms ksrtp-base,))
$(eval $(call fuzz_target,kms_files,tests/fuzz/fuzz_kms_files.c,ksrtp-kms ksrtp-base,))
