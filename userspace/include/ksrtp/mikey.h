/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * MIKEY-SAKKE: messages of RFC 3830, 4563, 6043 and 6509, key derivation, and
 * the exchange (one message from the initiator, RFC 6509 section 2).
 *
 * There is no global state and no I/O.  Time and randomness are arguments.
 * Elliptic curves are reached through struct ksrtp_mikey_ops, which the program
 * fills, e.g. with libksrtp-sakke.
 *
 * The receiver's work is in two stages that need not be in one process:
 *
 *	ksrtp_mikey_receive()   decode, clock skew, replay, identities and period,
 *	  (public keys only)    signature -> struct ksrtp_mikey_offer, a flat struct
 *	ksrtp_mikey_open()      decapsulate -> struct ksrtp_mikey_keys
 *	  (receiver secret key)
 *	ksrtp_mikey_srtp_key()  SRTP master key and salt of one crypto session
 *
 * Times are nanoseconds since 1970-01-01 00:00 UTC (CLOCK_REALTIME).
 */
#ifndef KSRTP_MIKEY_H
#define KSRTP_MIKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ksrtp/mikey-codec.h>

#ifdef __cplusplus
extern "C" {
#endif

/* -------------------------------------------------------------------- time */

/**
 * ksrtp_mikey_ntp_from_ns() - NTP timestamp of a time, of whatever era
 * @ns: nanoseconds since 1970
 */
uint64_t ksrtp_mikey_ntp_from_ns(int64_t ns);

/**
 * ksrtp_mikey_ntp_to_ns() - time of an NTP timestamp
 * @ntp: 32 bits of seconds since 1900, 32 bits of fraction
 * @near_ns: the era is the one that gives the time nearest to this
 */
int64_t ksrtp_mikey_ntp_to_ns(uint64_t ntp, int64_t near_ns);

/**
 * ksrtp_mikey_unique_time() - a time that no earlier message of ours has
 * @last_ns: the last one given out; updated
 * @now_ns: the clock
 *
 * RFC 3830 section 5.2: all messages of an initiator have a unique timestamp.
 *
 * Return: @now_ns, or just after *@last_ns if the clock has not moved on.
 */
int64_t ksrtp_mikey_unique_time(int64_t *last_ns, int64_t now_ns);

/* Key periods of RFC 6509 are months: 12 * year + month - 1. */
int32_t ksrtp_mikey_month(int64_t ns);
/* "YYYY-MM"; @out holds 8 octets. */
void ksrtp_mikey_month_format(int32_t month, char out[8]);
bool ksrtp_mikey_month_parse(const char *text, int32_t *month);

/**
 * ksrtp_mikey_month_acceptable() - may keys of this month be used to receive now?
 * @month: key period
 * @now_ns: the clock
 *
 * RFC 6509 section 3.3: the current month; the next one from the second-to-last
 * day of a month; the previous one on the first and second day.
 */
bool ksrtp_mikey_month_acceptable(int32_t month, int64_t now_ns);

/* ------------------------------------------------------------- identifiers */

/**
 * struct ksrtp_mikey_identifier - what ECCSI and SAKKE take as the identity
 * @len: octets
 * @data: e.g. "2026-11\0tel:+447700900123\0"
 */
struct ksrtp_mikey_identifier {
	uint16_t len;
	uint8_t data[KSRTP_MIKEY_MAX_IDENTIFIER];
};

/** ksrtp_mikey_tel_valid() - "tel:+" and 1 to 15 digits, nothing else */
bool ksrtp_mikey_tel_valid(const char *uri, size_t len);

/**
 * ksrtp_mikey_identifier_tel() - identifier of RFC 6509 section 3.2
 * @out: result
 * @uri: tel URI, NUL-terminated
 * @month: key period
 *
 * Return: KSRTP_MIKEY_OK, BAD_IDENTITY, or BAD_ARGUMENT for a month without form.
 */
enum ksrtp_mikey_status ksrtp_mikey_identifier_tel(struct ksrtp_mikey_identifier *out,
						   const char *uri, int32_t month);

/* ------------------------------------------------ identifiers of TS 33.180 */

/**
 * struct ksrtp_mikey_domain - what of a KMS enters its users' identifiers
 * @period: UserKeyPeriod, seconds, not 0
 * @offset: UserKeyOffset, seconds, less than @period
 */
struct ksrtp_mikey_domain {
	uint64_t period;
	uint64_t offset;
};

/** ksrtp_mikey_uid_period() - number of the key period of a time; 0 before the first */
uint64_t ksrtp_mikey_uid_period(const struct ksrtp_mikey_domain *domain, int64_t ns);

/**
 * ksrtp_mikey_uid_acceptable() - may keys of that time's period be used to receive now?
 * @domain: KMS
 * @time_ns: time of the message
 * @now_ns: the clock
 *
 * The current period, and its neighbours within two days of the change, or within
 * one period if periods are shorter than that.
 */
bool ksrtp_mikey_uid_acceptable(const struct ksrtp_mikey_domain *domain, int64_t time_ns,
				int64_t now_ns);

/**
 * ksrtp_mikey_uid() - hashed UID, 3GPP TS 33.180 F.2.1
 * @uid: result
 * @uri: user's URI, used octet by octet
 * @kms: URI of the user's KMS
 * @domain: of that KMS
 * @number: key period number
 *
 * Return: KSRTP_MIKEY_OK, BAD_IDENTITY, BAD_ARGUMENT, CRYPTO_FAILED.
 */
enum ksrtp_mikey_status ksrtp_mikey_uid(uint8_t uid[KSRTP_MIKEY_UID_LEN], const char *uri,
					const char *kms, const struct ksrtp_mikey_domain *domain,
					uint64_t number);

/* ------------------------------------------------------- keys of TS 33.180 */

/* Purpose tag: the first four bits of a key ID, and of a CSB ID (Annex G). */
enum ksrtp_mikey_purpose {
	KSRTP_MIKEY_PURPOSE_GMK = 0,
	KSRTP_MIKEY_PURPOSE_PCK = 1,
	KSRTP_MIKEY_PURPOSE_CSK = 2,
	KSRTP_MIKEY_PURPOSE_SPK = 3,
	KSRTP_MIKEY_PURPOSE_MKFC = 4,
	KSRTP_MIKEY_PURPOSE_MSCCK = 5,
	KSRTP_MIKEY_PURPOSE_MUSIK = 6,
};

static inline unsigned int ksrtp_mikey_purpose(uint32_t key_id)
{
	return key_id >> 28;
}

/* Crypto session IDs (Table E.1.3-1). */
enum ksrtp_mikey_mcx_cs {
	KSRTP_MIKEY_CS_PRIVATE_VOICE_INITIATOR = 0,
	KSRTP_MIKEY_CS_PRIVATE_VOICE_RESPONDER = 1,
	KSRTP_MIKEY_CS_PRIVATE_VIDEO_INITIATOR = 2,
	KSRTP_MIKEY_CS_PRIVATE_VIDEO_RESPONDER = 3,
	KSRTP_MIKEY_CS_GROUP_VOICE = 4,
	KSRTP_MIKEY_CS_GROUP_VIDEO = 5,
	KSRTP_MIKEY_CS_CSK_VOICE = 6, /* SRTCP only; so are the next three */
	KSRTP_MIKEY_CS_MUSIK_VOICE = 7,
	KSRTP_MIKEY_CS_CSK_VIDEO = 8,
	KSRTP_MIKEY_CS_MUSIK_VIDEO = 9,
};

enum ksrtp_mikey_media {
	KSRTP_MIKEY_MEDIA_VOICE,
	KSRTP_MIKEY_MEDIA_VIDEO,
};

/**
 * ksrtp_mikey_mcx_cs() - crypto session of a stream (Table E.1.3-1)
 * @key_id: whose purpose decides
 * @media: enum ksrtp_mikey_media
 * @srtcp: for SRTCP; otherwise for SRTP
 * @from_initiator: private calls: which side sends
 * @cs_id: result
 *
 * Return: KSRTP_MIKEY_OK; REFUSED for SRTP with a CSK or MuSiK, which protect SRTCP
 * and nothing else (E.4.1); BAD_ARGUMENT for a purpose that has no row.
 */
enum ksrtp_mikey_status ksrtp_mikey_mcx_cs(uint32_t key_id, unsigned int media, bool srtcp,
					   bool from_initiator, uint8_t *cs_id);

/**
 * ksrtp_mikey_mcx_mki() - the MKI that a sender's packets carry
 * @csb_id: key ID; in a group the sender's GUK-ID
 * @gmk_id: in a group its key's ID, otherwise not used
 * @mki: result: the key ID (section 7.4.1), or GMK-ID and GUK-ID
 *
 * Return: octets, 4 or 8.
 */
size_t ksrtp_mikey_mcx_mki(uint32_t csb_id, uint32_t gmk_id, uint8_t mki[8]);

/**
 * ksrtp_mikey_mcx_default() - what holds when a message has no policy (E.2 to E.4)
 * @key_id: whose purpose decides
 * @rcc: 3 for a group's key: rollover counters in the packets; otherwise 0
 *
 * Return: enum ksrtp_mikey_suite
 */
unsigned int ksrtp_mikey_mcx_default(uint32_t key_id, uint8_t *rcc);

/**
 * ksrtp_mikey_guk_id() - group user key ID, TS 33.180 section 5.2.3
 * @gmk: group master key, secret
 * @gmk_id: its ID; or a GUK-ID, which gives the GMK-ID back
 * @uri: the member's URI
 * @guk_id: result
 *
 * A member sends with keys derived with his own GUK-ID in the place of the CSB ID.
 */
enum ksrtp_mikey_status ksrtp_mikey_guk_id(const uint8_t gmk[KSRTP_MIKEY_SSV_LEN], uint32_t gmk_id,
					   const char *uri, uint32_t *guk_id);

/* Status bits of key parameters (E.6.9). */
enum {
	KSRTP_MIKEY_KEY_NOT_REVOKED = 1,
	KSRTP_MIKEY_KEY_WITH_GATEWAY = 2, /* shared with a security gateway */
};

/**
 * struct ksrtp_mikey_key_params - key parameters, TS 33.180 E.6
 * @type: what the key is, enum ksrtp_mikey_purpose
 * @encrypted: they came, or shall be sent, in an MCData Protected Payload
 * @status: bits above
 * @activation: seconds since 1970, 40 bits; 0: at once
 * @expiry: likewise; 0: none
 * @text_len: octets of @text
 * @text: for people
 * @groups_len: octets of @groups
 * @groups: group IDs as they are on the wire, for group keys
 */
struct ksrtp_mikey_key_params {
	uint8_t type;
	uint8_t encrypted;
	uint32_t status;
	uint64_t activation;
	uint64_t expiry;
	uint16_t text_len;
	uint16_t groups_len;
	uint8_t text[256];
	uint8_t groups[256];
};

enum { KSRTP_MIKEY_PARAMS_MAX = 600 }; /* octets of the extension's data */

/**
 * ksrtp_mikey_params_encode() - data of a key-parameters extension
 * @params: what to say
 * @key: the key they are about, which also encrypts them
 * @key_id: its ID
 * @now_ns: time
 * @iv: random, used if they are encrypted
 * @buf: output
 * @cap: its octets
 * @len: octets written
 */
enum ksrtp_mikey_status ksrtp_mikey_params_encode(const struct ksrtp_mikey_key_params *params,
						  const uint8_t key[KSRTP_MIKEY_SSV_LEN],
						  uint32_t key_id, int64_t now_ns,
						  const uint8_t iv[16], uint8_t *buf, size_t cap,
						  size_t *len);

/** ksrtp_mikey_params_decode() - the way back; BAD_PARAMS if they do not open */
enum ksrtp_mikey_status ksrtp_mikey_params_decode(struct ksrtp_mikey_key_params *params,
						  const uint8_t key[KSRTP_MIKEY_SSV_LEN],
						  uint32_t key_id, const uint8_t *data, size_t len);

/* ---------------------------------------------------------------- the keys */

/** enum ksrtp_mikey_constant - RFC 3830 section 4.1.3 */
enum ksrtp_mikey_constant {
	KSRTP_MIKEY_CONST_TEK = 0x2AD01C64,
	KSRTP_MIKEY_CONST_AUTH = 0x1B5C7973,
	KSRTP_MIKEY_CONST_ENC = 0x15798CEF,
	KSRTP_MIKEY_CONST_SALT = 0x39A2C14B,
};

/**
 * ksrtp_mikey_prf() - PRF(inkey, label) of RFC 3830 section 4.1.2
 * @prf: enum ksrtp_mikey_prf
 * @key: inkey
 * @key_len: octets, 1 to 256
 * @label: label
 * @label_len: octets, at most 512
 * @out: outkey; wiped on error; must not overlap the inputs
 * @out_len: octets, 1 to 1024
 *
 * Return: KSRTP_MIKEY_OK, UNSUPPORTED_PRF, BAD_ARGUMENT, CRYPTO_FAILED.
 */
enum ksrtp_mikey_status ksrtp_mikey_prf(unsigned int prf, const uint8_t *key, size_t key_len,
					const uint8_t *label, size_t label_len, uint8_t *out,
					size_t out_len);

/**
 * struct ksrtp_mikey_keys - secret: what keys of crypto sessions are derived from
 * @not_before: seconds since 1970, from the key's parameters; 0: good at once
 * @not_after: first second in which the key is no longer good; 0: no end
 *
 * Keep it in locked memory; ksrtp_mikey_keys_wipe() when done.  No pointers.
 */
struct ksrtp_mikey_keys {
	uint8_t prf;
	uint8_t tgk_len;
	uint8_t rand_len;
	uint32_t csb_id;
	uint64_t not_before;
	uint64_t not_after;
	uint8_t tgk[KSRTP_MIKEY_MAX_TGK];
	uint8_t rand[KSRTP_MIKEY_MAX_RAND];
};

/** struct ksrtp_mikey_srtp_key - secret: SRTP master key and salt */
struct ksrtp_mikey_srtp_key {
	uint8_t key_len;
	uint8_t salt_len;
	uint8_t key[KSRTP_MIKEY_MAX_KEY];
	uint8_t salt[KSRTP_MIKEY_MAX_SALT];
};

/**
 * ksrtp_mikey_derive() - any key from the TGK, RFC 3830 section 4.1.3
 * @keys: from an exchange
 * @constant: enum ksrtp_mikey_constant
 * @cs_id: crypto session
 * @out: key; wiped on error
 * @out_len: octets, 1 to 1024
 */
enum ksrtp_mikey_status ksrtp_mikey_derive(const struct ksrtp_mikey_keys *keys,
					   uint32_t constant, uint8_t cs_id, uint8_t *out,
					   size_t out_len);

/**
 * ksrtp_mikey_srtp_key() - SRTP master key and salt of a crypto session
 * @keys: from an exchange
 * @cs_id: crypto session
 * @suite: enum ksrtp_mikey_suite, decides the lengths
 * @out: result; wiped on error
 */
enum ksrtp_mikey_status ksrtp_mikey_srtp_key(const struct ksrtp_mikey_keys *keys, uint8_t cs_id,
					     unsigned int suite,
					     struct ksrtp_mikey_srtp_key *out);

/**
 * ksrtp_mikey_keys_usable() - may these keys be used at this time?
 *
 * Keys of groups and servers are distributed ahead and live for long: ask before
 * each use, not only on arrival.
 *
 * Return: KSRTP_MIKEY_OK, NOT_YET, EXPIRED.
 */
enum ksrtp_mikey_status ksrtp_mikey_keys_usable(const struct ksrtp_mikey_keys *keys,
						int64_t now_ns);
void ksrtp_mikey_keys_wipe(struct ksrtp_mikey_keys *keys);
void ksrtp_mikey_srtp_key_wipe(struct ksrtp_mikey_srtp_key *key);

/* ---------------------------------------------------------- flow extension */

/**
 * struct ksrtp_mikey_flow - which media flow a message is for
 * @family: 4 or 6; 0: none
 * @initiator: address, network order, 4 or 16 octets, the rest zero
 * @responder: address
 * @initiator_port: RTP port, host order, not 0
 * @responder_port: RTP port, not 0
 * @initiator_rtcp_port: RTCP port, 0: on the RTP port
 * @responder_rtcp_port: RTCP port, 0: on the RTP port
 *
 * Carried in a General Extension of type Vendor ID, "ksrtp-flow/1" (see
 * Documentation/keying.md); covered by the signature.
 */
struct ksrtp_mikey_flow {
	uint8_t family;
	uint8_t initiator[16];
	uint8_t responder[16];
	uint16_t initiator_port;
	uint16_t responder_port;
	uint16_t initiator_rtcp_port;
	uint16_t responder_rtcp_port;
};

enum { KSRTP_MIKEY_FLOW_MAX = 54 }; /* octets of the encoded extension data */

enum ksrtp_mikey_status ksrtp_mikey_flow_encode(const struct ksrtp_mikey_flow *flow, uint8_t *buf,
						size_t cap, size_t *len);
/* true: the data is of a ksrtp-flow extension of some version */
bool ksrtp_mikey_flow_is(const uint8_t *data, size_t len);
enum ksrtp_mikey_status ksrtp_mikey_flow_decode(struct ksrtp_mikey_flow *flow,
						const uint8_t *data, size_t len);

/* --------------------------------------------------------- group extension */

enum {
	KSRTP_MIKEY_GROUP_NAME = 63, /* characters */
	KSRTP_MIKEY_GROUP_SENDERS = 16,
	KSRTP_MIKEY_GROUP_MS_MAX = 60000, /* of the two times */
	KSRTP_MIKEY_GROUP_MAX = 4800, /* octets of the encoded extension data */
};

/**
 * struct ksrtp_mikey_sender - a member that sends to the group
 * @uri: his identity, from which his keys are derived
 * @address: his media's source, network order, the rest zero
 * @port: UDP port, not 0
 * @has_stream: the next three are known
 * @ssrc: of his stream
 * @roc: its rollover counter
 * @seq: its sequence number
 */
struct ksrtp_mikey_sender {
	char uri[KSRTP_MIKEY_MAX_URI + 1];
	uint8_t address[16];
	uint16_t port;
	uint16_t seq;
	uint8_t has_stream;
	uint32_t ssrc;
	uint32_t roc;
};

/**
 * struct ksrtp_mikey_group - which group a message keys, and who sends to it
 * @family: 4 or 6; 0: none
 * @repeat: the receiver may have been given this key before
 * @n_senders: entries of @sender
 * @port: UDP port of the media, RTP and RTCP, not 0
 * @switch_ms: when to send with the key, after its arrival
 * @overlap_ms: when to remove older keys, after that
 * @address: of the media, network order, 4 or 16 octets, the rest zero
 * @name: printable ASCII without spaces
 * @sender: those that may send; no identity and no source is there twice
 *
 * Carried in a General Extension of type Vendor ID, "ksrtp-group/1" (see
 * Documentation/keying.md); covered by the signature.
 */
struct ksrtp_mikey_group {
	uint8_t family;
	uint8_t repeat;
	uint8_t n_senders;
	uint16_t port;
	uint16_t switch_ms;
	uint16_t overlap_ms;
	uint8_t address[16];
	char name[KSRTP_MIKEY_GROUP_NAME + 1];
	struct ksrtp_mikey_sender sender[KSRTP_MIKEY_GROUP_SENDERS];
};

enum ksrtp_mikey_status ksrtp_mikey_group_encode(const struct ksrtp_mikey_group *group,
						 uint8_t *buf, size_t cap, size_t *len);
/* true: the data is of a ksrtp-group extension of some version */
bool ksrtp_mikey_group_is(const uint8_t *data, size_t len);
enum ksrtp_mikey_status ksrtp_mikey_group_decode(struct ksrtp_mikey_group *group,
						 const uint8_t *data, size_t len);

/* -------------------------------------------------------------- operations */

/** struct ksrtp_mikey_seal - one receiver of a batch: what encapsulate() takes */
struct ksrtp_mikey_seal {
	const char *kms;
	const struct ksrtp_mikey_identifier *id;
	const uint8_t *ssv; /* KSRTP_MIKEY_SSV_LEN octets */
	uint8_t *out; /* KSRTP_MIKEY_SAKKE_LEN octets */
};

/**
 * struct ksrtp_mikey_ops - cryptography, supplied by the program
 * @encapsulate: SAKKE for @id under the KMS @kms; @ssv is secret
 * @encapsulate_batch: the same for many at once; NULL: one after the other
 * @decapsulate: SAKKE with our key for @id; BAD_SAKKE if the test by encapsulating
 *	again fails, NO_KEY if we hold no key
 * @sign: ECCSI with our key for @id; NO_KEY if we hold none
 * @verify: ECCSI by @id under the KMS @kms; BAD_SIGNATURE if it does not hold,
 *	UNKNOWN_KMS if there is no such KMS
 *
 * @kms is the URI of the KMS as the message or the caller names it, "" if nobody
 * does (a closed group with one KMS).  Functions that a process does not need
 * may be NULL.  They return KSRTP_MIKEY_OK or a reason; anything that is not in
 * the enumeration counts as CRYPTO_FAILED.
 */
struct ksrtp_mikey_ops {
	enum ksrtp_mikey_status (*encapsulate)(void *ctx, const char *kms,
					       const struct ksrtp_mikey_identifier *id,
					       const uint8_t ssv[KSRTP_MIKEY_SSV_LEN],
					       uint8_t out[KSRTP_MIKEY_SAKKE_LEN]);
	enum ksrtp_mikey_status (*encapsulate_batch)(void *ctx,
						     const struct ksrtp_mikey_seal *items,
						     size_t n);
	enum ksrtp_mikey_status (*decapsulate)(void *ctx, const char *kms,
					       const struct ksrtp_mikey_identifier *id,
					       const uint8_t data[KSRTP_MIKEY_SAKKE_LEN],
					       uint8_t ssv[KSRTP_MIKEY_SSV_LEN]);
	enum ksrtp_mikey_status (*sign)(void *ctx, const char *kms,
					const struct ksrtp_mikey_identifier *id,
					const uint8_t *msg, size_t len,
					uint8_t sig[KSRTP_MIKEY_SIGN_LEN]);
	enum ksrtp_mikey_status (*verify)(void *ctx, const char *kms,
					  const struct ksrtp_mikey_identifier *id,
					  const uint8_t *msg, size_t len,
					  const uint8_t sig[KSRTP_MIKEY_SIGN_LEN]);
};

/* --------------------------------------------------------------- initiator */

/** struct ksrtp_mikey_ext - a General Extension to send */
struct ksrtp_mikey_ext {
	uint8_t type;
	const uint8_t *data;
	size_t len;
};

/**
 * struct ksrtp_mikey_proposal - what an initiator wants to say
 * @scheme: identifier scheme
 * @prf: enum ksrtp_mikey_prf; SHA1 with TEL_MONTH, SHA256 with UID
 * @now_ns: time of the message, unique (ksrtp_mikey_unique_time()); also gives
 *	the key period
 * @initiator: our URI
 * @responder: their URI
 * @initiator_kms: URI of our KMS, "" or NULL if there is but one
 * @responder_kms: URI of their KMS, "" or NULL if there is but one
 * @csb_id: random, not in use with this responder
 * @rand: random; the same for all members of a group
 * @rand_len: KSRTP_MIKEY_MIN_RAND to KSRTP_MIKEY_MAX_RAND
 * @update: of a bundle that exists: @csb_id and @rand are those of its first message,
 *	and RAND is not sent (RFC 3830 section 4.5)
 * @ssv: random, secret; the same for all members of a group
 * @map_type: how @cs goes into the header; with EMPTY there must be none
 * @n_cs: crypto sessions
 * @cs: SRTP-ID uses ssrc and roc, and numbers them from 1.  @suite of each must
 *	be set; policies and their numbers follow from it
 * @flow: NULL: none
 * @group: NULL: none
 * @n_ext: other General Extensions
 * @ext: those
 *
 * For the UID scheme, which needs both KMS URIs:
 *
 * @initiator_domain: of our KMS
 * @responder_domain: of their KMS
 * @hide: send the two UIDs and not the URIs (TS 33.180 E.7)
 * @to_self: encapsulate to ourselves too, for our other devices (E.5)
 * @params: key parameters, NULL: none (E.6)
 * @params_iv: 16 random octets, needed if those are encrypted
 */
struct ksrtp_mikey_proposal {
	uint8_t scheme;
	uint8_t prf;
	int64_t now_ns;
	const char *initiator;
	const char *responder;
	const char *initiator_kms;
	const char *responder_kms;
	uint32_t csb_id;
	const uint8_t *rand;
	size_t rand_len;
	bool update;
	const uint8_t *ssv;
	uint8_t map_type;
	unsigned int n_cs;
	struct ksrtp_mikey_cs cs[KSRTP_MIKEY_MAX_CS];
	const struct ksrtp_mikey_flow *flow;
	const struct ksrtp_mikey_group *group;
	unsigned int n_ext;
	const struct ksrtp_mikey_ext *ext;
	const struct ksrtp_mikey_domain *initiator_domain;
	const struct ksrtp_mikey_domain *responder_domain;
	bool hide;
	bool to_self;
	const struct ksrtp_mikey_key_params *params;
	const uint8_t *params_iv;
};

/**
 * ksrtp_mikey_initiate() - make an I_MESSAGE
 * @ops: encapsulate and sign are needed
 * @ops_ctx: their first argument
 * @proposal: what to say
 * @buf: the message; nothing usable on error
 * @cap: octets; KSRTP_MIKEY_MAX_MESSAGE always suffices
 * @len: octets of the message
 * @keys: our side of the keys, may be NULL; wiped on error
 *
 * Return: KSRTP_MIKEY_OK or a reason.
 */
enum ksrtp_mikey_status ksrtp_mikey_initiate(const struct ksrtp_mikey_ops *ops, void *ops_ctx,
					     const struct ksrtp_mikey_proposal *proposal,
					     uint8_t *buf, size_t cap, size_t *len,
					     struct ksrtp_mikey_keys *keys);

enum { KSRTP_MIKEY_MAX_BATCH = 32 };

/** struct ksrtp_mikey_draft - one message of a batch: what ksrtp_mikey_initiate() takes */
struct ksrtp_mikey_draft {
	const struct ksrtp_mikey_proposal *proposal;
	uint8_t *buf;
	size_t cap;
	size_t len; /* result */
};

/**
 * ksrtp_mikey_initiate_batch() - make I_MESSAGEs for many receivers
 * @ops: encapsulate or encapsulate_batch, and sign are needed
 * @ops_ctx: their first argument
 * @drafts: the messages
 * @n: how many, at most KSRTP_MIKEY_MAX_BATCH
 *
 * The members of a group get one SSV and one RAND (RFC 3830 section 6.11).
 *
 * Return: KSRTP_MIKEY_OK, or the first reason; then no message is usable.
 */
enum ksrtp_mikey_status ksrtp_mikey_initiate_batch(const struct ksrtp_mikey_ops *ops,
						   void *ops_ctx,
						   struct ksrtp_mikey_draft *drafts, size_t n);

/* ---------------------------------------------------------- error messages */

/**
 * struct ksrtp_mikey_error - an error message (HDR, T, ERR)
 * @csb_id: of the message it answers
 * @ts_type: of the message it answers
 * @ntp: of the message it answers
 * @no: enum ksrtp_mikey_error_no
 * @answer: set by ksrtp_mikey_receive(): the rest is known, and an answer is due
 *
 * It is not authenticated: a hint of what may have gone wrong and no more
 * (RFC 3830 section 5.1.2).
 */
struct ksrtp_mikey_error {
	uint32_t csb_id;
	uint8_t ts_type;
	uint64_t ntp;
	uint8_t no;
	bool answer;
};

enum { KSRTP_MIKEY_ERROR_MAX = 32 }; /* octets of an error message */

enum ksrtp_mikey_status ksrtp_mikey_error_build(const struct ksrtp_mikey_error *error,
						uint8_t *buf, size_t cap, size_t *len);
enum ksrtp_mikey_status ksrtp_mikey_error_parse(struct ksrtp_mikey_error *error,
						const uint8_t *buf, size_t len,
						struct ksrtp_mikey_diag *diag);

/* ---------------------------------------------------------------- receiver */

/**
 * struct ksrtp_mikey_offer - an authenticated I_MESSAGE, flat
 *
 * No pointers: it may cross a process boundary; the receiving process checks it
 * with ksrtp_mikey_offer_valid().  Strings are NUL-terminated.  Nothing in it is
 * secret.
 *
 * @magic: KSRTP_MIKEY_OFFER_MAGIC
 * @scheme: identifier scheme
 * @prf: enum ksrtp_mikey_prf
 * @map_type: enum ksrtp_mikey_map_type
 * @n_cs: entries of @cs
 * @rand_len: octets of @rand
 * @csb_id: crypto session bundle
 * @period: key period: month (TEL_MONTH), 0 (UID)
 * @ntp: T as in the message
 * @ts_type: its type
 * @time_ns: T as a time
 * @lax: enum ksrtp_mikey_lax bits that were needed
 * @initiator: verified URI of the sender
 * @responder: URI it is for
 * @initiator_kms: as named in the message, or as expected, or ""
 * @responder_kms: as named in the message, or as expected, or ""
 * @suite: the suite of all crypto sessions, NONE if they have none or differ
 * @rcc: 3: with rollover counters in the packets, see struct ksrtp_mikey_cs
 * @cs: crypto sessions
 * @flow: family 0: no such extension
 * @group: likewise
 * @digest: keyed digest of the signed octets (names the message in a log)
 * @rand: RAND; empty in the update of a bundle, see ksrtp_mikey_offer_resume()
 * @sakke: encapsulated data
 *
 * UID scheme only:
 *
 * @anonymous: 1: the sender is verified as a UID, and @initiator is empty until
 *	ksrtp_mikey_offer_name() has been told the URI behind it
 * @has_self: 1: @self is set
 * @params_len: octets of @params, 0: none
 * @initiator_uid: of the sender
 * @responder_uid: of the receiver; @responder may be empty
 * @self: encapsulated data for the sender's other devices
 * @params: key parameters extension
 */
struct ksrtp_mikey_offer {
	uint32_t magic;
	uint8_t scheme;
	uint8_t prf;
	uint8_t map_type;
	uint8_t n_cs;
	uint8_t ts_type;
	uint8_t rand_len;
	uint8_t suite;
	uint8_t rcc;
	uint32_t csb_id;
	int32_t period;
	uint32_t lax;
	uint64_t ntp;
	int64_t time_ns;
	char initiator[KSRTP_MIKEY_MAX_URI + 1];
	char responder[KSRTP_MIKEY_MAX_URI + 1];
	char initiator_kms[KSRTP_MIKEY_MAX_URI + 1];
	char responder_kms[KSRTP_MIKEY_MAX_URI + 1];
	struct ksrtp_mikey_cs cs[KSRTP_MIKEY_MAX_CS];
	struct ksrtp_mikey_flow flow;
	struct ksrtp_mikey_group group;
	uint8_t digest[16];
	uint8_t rand[KSRTP_MIKEY_MAX_RAND + 1];
	uint8_t sakke[KSRTP_MIKEY_SAKKE_LEN];
	uint8_t anonymous;
	uint8_t has_self;
	uint16_t params_len;
	uint8_t initiator_uid[KSRTP_MIKEY_UID_LEN];
	uint8_t responder_uid[KSRTP_MIKEY_UID_LEN];
	uint8_t self[KSRTP_MIKEY_SAKKE_LEN];
	uint8_t params[KSRTP_MIKEY_PARAMS_MAX];
};

enum { KSRTP_MIKEY_OFFER_MAGIC = 0x4b4d4f33 };

/** ksrtp_mikey_offer_valid() - lengths, strings and enumerations are in range */
bool ksrtp_mikey_offer_valid(const struct ksrtp_mikey_offer *offer);

/* Identifiers of the two sides in the offer's key period. */
enum ksrtp_mikey_status ksrtp_mikey_offer_initiator(const struct ksrtp_mikey_offer *offer,
						    struct ksrtp_mikey_identifier *out);
enum ksrtp_mikey_status ksrtp_mikey_offer_responder(const struct ksrtp_mikey_offer *offer,
						    struct ksrtp_mikey_identifier *out);

/**
 * ksrtp_mikey_offer_name() - say whose UID the sender of an anonymous offer has
 * @offer: from ksrtp_mikey_receive()
 * @domain: of the sender's KMS
 * @uri: URI, from a protected part of the signalling
 *
 * Return: KSRTP_MIKEY_OK, or WRONG_SENDER: the UID is not that of @uri.
 */
enum ksrtp_mikey_status ksrtp_mikey_offer_name(struct ksrtp_mikey_offer *offer,
					       const struct ksrtp_mikey_domain *domain,
					       const char *uri);

/**
 * ksrtp_mikey_offer_resume() - an update takes RAND from its bundle
 * @offer: from ksrtp_mikey_receive(), without RAND
 * @last: the last offer of the bundle of that CSB ID, with RAND
 *
 * RFC 3830 section 4.5: same bundle, new time, RAND of the first message.  Only who
 * has begun a bundle, or answered for it, is in its updates.
 *
 * Return: KSRTP_MIKEY_OK; WRONG_SENDER or WRONG_RECIPIENT; PAST if @last is not
 * older; BAD_ARGUMENT if that is no update, or of another bundle.
 */
enum ksrtp_mikey_status ksrtp_mikey_offer_resume(struct ksrtp_mikey_offer *offer,
						 const struct ksrtp_mikey_offer *last);

/**
 * struct ksrtp_mikey_mark - an entry of the memory that outlives a receiver
 * @who: digest of a sender whose clock was ahead of ours
 * @until_ns: messages of his with T up to this may have been taken
 *
 * For the library alone; the program gives it room and keeps it.
 */
struct ksrtp_mikey_mark {
	uint64_t who;
	int64_t until_ns;
};

/**
 * struct ksrtp_mikey_receiver_config - of a receiver
 * @ops: verify is needed; kept by reference
 * @ops_ctx: its first argument
 * @admit: called after skew and replay and before the signature, with everything
 *	in the offer set but nothing authenticated: WRONG_RECIPIENT, WRONG_SENDER,
 *	WRONG_PERIOD (no key of that period), UNKNOWN_KMS or REFUSED ends it there.
 *	May be NULL
 * @admit_ctx: its first argument
 * @skew_ns: T may differ from the clock by this much
 * @start_ns: messages with T not later than this may have been seen by an earlier
 *	receiver whose memory is lost, and are refused; if the clock is set back to
 *	before it, those up to then
 * @marks: memory that holds what the last receiver left in it, at first zeros;
 *	used until this one is freed.  What is later than the clock is marked here
 *	before it is accepted, and refused by the next receiver (RFC 3830 section 5.4)
 * @n_marks: entries, at least 2; each holds a sender whose clock is ahead, and if
 *	there are more, one holds them all.  0: nothing is kept, and a program that
 *	starts again waits for @skew_ns before it receives
 * @mark_skew_ns: the largest @skew_ns that any receiver with these @marks may have;
 *	marks are of no effect when this has passed since the start
 * @sync: called when @marks have changed: makes them durable, to the program's end
 *	at least; if it says false, the message is refused
 * @sync_ctx: its argument
 * @max_replay: entries of the replay cache
 * @hash_key: random, of this receiver only
 * @lax: enum ksrtp_mikey_lax bits to accept besides the harmless ones
 * @updates: accept messages without RAND, for ksrtp_mikey_offer_resume(); without it
 *	they are MISSING something
 * @domain: gives the parameters of a KMS, false if it is unknown; NULL: the UID
 *	scheme is not supported
 * @domain_ctx: its first argument
 * @rcc: accept policies with rollover counters in the packets
 */
struct ksrtp_mikey_receiver_config {
	const struct ksrtp_mikey_ops *ops;
	void *ops_ctx;
	enum ksrtp_mikey_status (*admit)(void *ctx, const struct ksrtp_mikey_offer *offer);
	void *admit_ctx;
	int64_t skew_ns;
	int64_t start_ns;
	struct ksrtp_mikey_mark *marks;
	size_t n_marks;
	int64_t mark_skew_ns;
	bool (*sync)(void *ctx);
	void *sync_ctx;
	size_t max_replay;
	uint8_t hash_key[16];
	uint32_t lax;
	bool updates;
	bool (*domain)(void *ctx, const char *kms, struct ksrtp_mikey_domain *out);
	void *domain_ctx;
	bool rcc;
};

struct ksrtp_mikey_receiver;

/**
 * ksrtp_mikey_receiver_new() - make a receiver
 * @out: the new receiver; NULL on error
 * @config: copied
 *
 * All memory it will ever use is allocated here (about 40 octets per entry).
 */
enum ksrtp_mikey_status ksrtp_mikey_receiver_new(struct ksrtp_mikey_receiver **out,
						 const struct ksrtp_mikey_receiver_config *config);
void ksrtp_mikey_receiver_free(struct ksrtp_mikey_receiver *rx);

/* Change the skew (reload).  A larger one refuses what was older than the old one
 * allowed at this moment: its replays would not be known. */
void ksrtp_mikey_receiver_set_skew(struct ksrtp_mikey_receiver *rx, int64_t skew_ns,
				   int64_t now_ns);

/** ksrtp_mikey_receiver_cached() - messages remembered now */
size_t ksrtp_mikey_receiver_cached(const struct ksrtp_mikey_receiver *rx);

/** ksrtp_mikey_receiver_habit() - accepted messages that had this habit of others */
uint64_t ksrtp_mikey_receiver_habit(const struct ksrtp_mikey_receiver *rx, unsigned int habit);

/**
 * struct ksrtp_mikey_expect - what other signalling says about a message
 * @initiator: URI of the sender: the message must name this one or none
 * @responder: URI it is for
 * @initiator_kms: used if the message names none
 * @responder_kms: used if the message names none
 *
 * NULL members: not known; then the message must name initiator and responder.
 */
struct ksrtp_mikey_expect {
	const char *initiator;
	const char *responder;
	const char *initiator_kms;
	const char *responder_kms;
};

/**
 * ksrtp_mikey_receive() - stage 1: from octets to an authenticated offer
 * @rx: receiver
 * @buf: message
 * @len: octets
 * @now_ns: the clock
 * @expect: may be NULL
 * @offer: the offer; all zero on error, but see @hint
 * @hint: what an error message needs, filled as far as known; may be NULL
 * @diag: where it is wrong; may be NULL
 *
 * Order: structure, clock skew, replay cache, identities and period, marks, @admit,
 * signature; only then is the message marked and cached.  KSRTP_MIKEY_REPLAY of an identical
 * message is what retransmission looks like.
 *
 * Return: KSRTP_MIKEY_OK or a reason.
 */
enum ksrtp_mikey_status ksrtp_mikey_receive(struct ksrtp_mikey_receiver *rx, const uint8_t *buf,
					    size_t len, int64_t now_ns,
					    const struct ksrtp_mikey_expect *expect,
					    struct ksrtp_mikey_offer *offer,
					    struct ksrtp_mikey_error *hint,
					    struct ksrtp_mikey_diag *diag);

/**
 * ksrtp_mikey_open() - stage 2: from an offer to keys
 * @ops: decapsulate is needed
 * @ops_ctx: its first argument
 * @offer: from stage 1; checked again
 * @keys: result; wiped on error
 *
 * Key parameters in the message are honoured: REVOKED, EXPIRED, BAD_PARAMS.
 *
 * Return: KSRTP_MIKEY_OK, BAD_SAKKE, NO_KEY, BAD_ARGUMENT (not a valid offer), …
 */
enum ksrtp_mikey_status ksrtp_mikey_open(const struct ksrtp_mikey_ops *ops, void *ops_ctx,
					 const struct ksrtp_mikey_offer *offer,
					 struct ksrtp_mikey_keys *keys);

/** ksrtp_mikey_open_self() - the same on another device of the sender; MISSING if not for it */
enum ksrtp_mikey_status ksrtp_mikey_open_self(const struct ksrtp_mikey_ops *ops, void *ops_ctx,
					      const struct ksrtp_mikey_offer *offer,
					      struct ksrtp_mikey_keys *keys);

#ifdef __cplusplus
}
#endif

#endif /* KSRTP_MIKEY_H */
