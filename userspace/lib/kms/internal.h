/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_KMS_INTERNAL_H
#define KSRTP_KMS_INTERNAL_H

#include <sys/types.h>

#include "kms/kms.h"

/* The one identifier scheme there is so far, and the parameter set of RFC 6509. */
#define KSRTP_KMS_SCHEME "rfc6509"
#define KSRTP_KMS_PARAMETER_SET 1

/* file.c */
enum ksrtp_base_err ksrtp_kms_file_write(const char *path, mode_t mode, const char *text,
					 size_t len, struct ksrtp_conf_error *error);

/* ident.c: checked copies of values that are there */
enum ksrtp_base_err ksrtp_kms_ident_uri(const struct ksrtp_conf_section *sec, const char *key,
					char out[KSRTP_KMS_URI_LEN],
					struct ksrtp_conf_error *error);
enum ksrtp_base_err ksrtp_kms_ident_tel(const struct ksrtp_conf_section *sec, const char *key,
					char out[KSRTP_KMS_URI_LEN],
					struct ksrtp_conf_error *error);
enum ksrtp_base_err ksrtp_kms_ident_scheme(const struct ksrtp_conf_section *sec,
					   struct ksrtp_conf_error *error);

#endif
