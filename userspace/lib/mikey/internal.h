/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_MIKEY_INTERNAL_H
#define KSRTP_MIKEY_INTERNAL_H

#include <ksrtp/mikey.h>

#include "base/buf.h"

#define NSEC_PER_SEC INT64_C(1000000000)

/* The public header has its own span, lest it show lib/base. */
static inline struct ksrtp_mikey_span ksrtp_mikey_span_of(struct ksrtp_span s)
{
	return (struct ksrtp_mikey_span){ s.data, s.len };
}

/* diag.c: set @diag if there is one, return @status */
enum ksrtp_mikey_status ksrtp_mikey_fail(struct ksrtp_mikey_diag *diag,
					 enum ksrtp_mikey_status status, int payload, size_t offset,
					 const char *reason);

/* map.c: CS ID map info after the fixed part of the header */
enum ksrtp_mikey_status ksrtp_mikey_map_decode(struct ksrtp_mikey_hdr *hdr, struct ksrtp_rd *rd,
					       struct ksrtp_mikey_diag *diag);
enum ksrtp_mikey_status ksrtp_mikey_map_encode(const struct ksrtp_mikey_hdr *hdr,
					       struct ksrtp_wr *wr);

/* policy.c: parameters of an SP payload */
enum ksrtp_mikey_status ksrtp_mikey_sp_decode(struct ksrtp_mikey_sp *sp, size_t offset,
					      uint32_t allow, uint32_t *lax,
					      struct ksrtp_mikey_diag *diag);
enum ksrtp_mikey_status ksrtp_mikey_sp_encode(const struct ksrtp_mikey_sp *sp,
					      struct ksrtp_wr *wr);

/* flow.c: octets of an address, 0 for an unknown family; the rest of its field is zero */
size_t ksrtp_mikey_family_len(unsigned int family);
bool ksrtp_mikey_rest_zero(const uint8_t addr[16], size_t len);

/* mcx.c: the UID of a URI at a time, as an identifier */
enum ksrtp_mikey_status ksrtp_mikey_identifier_uid(struct ksrtp_mikey_identifier *out,
						   const char *uri, const char *kms,
						   const struct ksrtp_mikey_domain *domain,
						   int64_t time_ns);
/* Is this crypto session of a GENERIC-ID map one of the key's purpose, its SPI the key's ID? */
bool ksrtp_mikey_mcx_cs_fits(uint32_t key_id, const struct ksrtp_mikey_cs *cs);
/* params.c: what can be said of key parameters without the key */
enum ksrtp_mikey_status ksrtp_mikey_params_check(const uint8_t *data, size_t len);
/* Printable ASCII without spaces, 1 to KSRTP_MIKEY_MAX_URI octets. */
bool ksrtp_mikey_uri_chars(const uint8_t *data, size_t len);

/* offer.c: what an operation returned, if it is a status at all */
enum ksrtp_mikey_status ksrtp_mikey_ops_result(enum ksrtp_mikey_status st);

#endif
