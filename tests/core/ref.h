/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A small SRTP endpoint made of the module's pure files (kmod/rtp.c, replay.c,
 * kdf.c, suite.c) and OpenSSL's ciphers. It keeps the module's receive order: parse,
 * estimate the index, cheap replay test, authenticate, mark; a stream comes
 * into being only when a packet of it has been authenticated. One object is
 * one direction: use it to protect or to unprotect, not both.
 */
#ifndef KSRTP_TEST_REF_H
#define KSRTP_TEST_REF_H

#include <uapi/linux/ksrtp.h>

#include "shim.h"

#include "../../kmod/hdrext.h"

enum ref_verdict {
	REF_OK,
	REF_PARSE,	/* no valid header, or too short */
	REF_MKI,	/* no key of that name */
	REF_REPLAY,
	REF_OLD,
	REF_AUTH,
	REF_EXPIRED,	/* index used up */
	REF_FULL	/* too many streams */
};

enum {
	REF_MAX_KEYS = 4,
	REF_MAX_MKI = 128,
	REF_MAX_STREAMS = 16,
	REF_MAX_TRAILER = 16 + 4 + REF_MAX_MKI,
};

struct ref;

/*
 * suite: enum ksrtp_suite; master: nkeys times key || salt; mki: nkeys times mki_len octets;
 * hdrext: elements of header extensions that are encrypted, or NULL
 */
struct ref *ref_new(u8 suite, u32 window, u32 nkeys, const u8 *master, u32 mki_len, const u8 *mki,
		    const struct ksrtp_hdrext_ids *hdrext);
void ref_free(struct ref *r);
/* Give the ROC, and for a sender the first SRTCP index, of a stream to come. */
void ref_set_stream(struct ref *r, u32 ssrc, u32 roc, u32 rtcp_index);

/* In place; the buffer has room for REF_MAX_TRAILER octets more. */
enum ref_verdict ref_protect(struct ref *r, u32 key, u8 *p, u32 *len);
enum ref_verdict ref_protect_rtcp(struct ref *r, u32 key, bool encrypt, u8 *p,
				  u32 *len);
/* In place; p and len keep their values unless REF_OK. */
enum ref_verdict ref_unprotect(struct ref *r, u8 *p, u32 *len);
enum ref_verdict ref_unprotect_rtcp(struct ref *r, u8 *p, u32 *len);

#endif
