/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_KMS_INTERNAL_H
#define KSRTP_KMS_INTERNAL_H

#include <sys/types.h>

#include "kms/kms.h"

/* The one that there is: appendix A of RFC 6509. */
#define KSRTP_KMS_PARAMETER_SET 1

/* file.c */
enum ksrtp_base_err ksrtp_kms_file_write(const char *path, mode_t mode, const char *text,
					 size_t len, struct ksrtp_conf_error *error);

/* ident.c: checked copies of values that are there */
enum ksrtp_base_err ksrtp_kms_ident_uri(const struct ksrtp_conf_section *sec, const char *key,
					char out[KSRTP_KMS_URI_LEN],
					struct ksrtp_conf_error *error);
enum ksrtp_base_err ksrtp_kms_ident_user(const struct ksrtp_conf_section *sec, const char *key,
					 enum ksrtp_kms_scheme scheme,
					 char out[KSRTP_KMS_URI_LEN],
					 struct ksrtp_conf_error *error);
enum ksrtp_base_err ksrtp_kms_ident_scheme(const struct ksrtp_conf_section *sec,
					   enum ksrtp_kms_scheme *scheme,
					   struct ksrtp_conf_error *error);
const char *ksrtp_kms_scheme_name(enum ksrtp_kms_scheme scheme);

#endif
