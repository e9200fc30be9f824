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

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ limits */

enum {
	KSRTP_MIKEY_PORT = 2269,	/* UDP and TCP */
	KSRTP_MIKEY_MAX_MESSAGE = 8192, /* octets of one message, whatever carries it */
	KSRTP_MIKEY_MAX_PAYLOADS = 32,	/* after the header */
	KSRTP_MIKEY_MAX_CS = 16,	/* crypto sessions in a map */
	KSRTP_MIKEY_MAX_SP = 8,		/* security policies in a message */
	KSRTP_MIKEY_MAX_CS_POLICIES = 4, /* policies of one crypto session (GENERIC-ID) */
	KSRTP_MIKEY_MAX_SPI = 16,	/* octets of an SPI (MKI) in a map */
	KSRTP_MIKEY_MAX_URI = 255,	/* octets of a URI in an identity */
	KSRTP_MIKEY_MAX_RAND = 255,	/* octets of RAND */
	KSRTP_MIKEY_MIN_RAND = 16,	/* "SHOULD be at least 16": demanded here */
	KSRTP_MIKEY_MAX_IDENTIFIER = 288, /* octets of an identifier, see below */

	KSRTP_MIKEY_SSV_LEN = 16,
	KSRTP_MIKEY_SAKKE_LEN = 273,	/* SAKKE Encapsulated Data, parameter set 1 */
	KSRTP_MIKEY_SIGN_LEN = 129,	/* ECCSI signature r || s || PVT */
	KSRTP_MIKEY_UID_LEN = 32,	/* hashed UID of 3GPP TS 33.180 */
	KSRTP_MIKEY_MAX_TGK = 32,
	KSRTP_MIKEY_MAX_KEY = 32,	/* SRTP master key */
	KSRTP_MIKEY_MAX_SALT = 14,	/* SRTP master salt */
};

/* ---------------------------------------------------------------- results */

/*
 * X(NAME, name, error number of RFC 3830 section 6.12 to answer with, or -1)
 *
 * The name is a counter's name.  -1: say nothing (RFC 3830 section 5.3: late and
 * repeated messages are discarded), or it is no fault of the other side.
 */
#define KSRTP_MIKEY_STATUSES(X)                                                     \
	X(OK, ok, -1)                                                               \
	/* the octets */                                                            \
	X(TRUNCATED, truncated, 12)		    /* ends before a field does */  \
	X(TRAILING, trailing, 12)		    /* octets after the last payload */ \
	X(OVERSIZED, oversized, 12)		    /* more than our limits */      \
	X(BAD_VERSION, bad_version, 13)		    /* not MIKEY version 1 */       \
	X(MALFORMED, malformed, 12)		    /* a value that no standard allows */ \
	X(UNKNOWN_PAYLOAD, unknown_payload, 12)	    /* no way to know its length */ \
	X(MISPLACED, misplaced, 12)		    /* wrong order, or not in this message */ \
	X(DUPLICATE, duplicate, 12)		    /* twice what may be once */    \
	X(MISSING, missing, 12)			    /* a mandatory payload */       \
	/* not supported */                                                         \
	X(UNSUPPORTED_TYPE, unsupported_type, 13)   /* data type */                 \
	X(UNSUPPORTED_PRF, unsupported_prf, 2)                                      \
	X(UNSUPPORTED_MAP, unsupported_map, 12)	    /* CS ID map type */            \
	X(UNSUPPORTED_TS, unsupported_ts, 1)	    /* timestamp type */            \
	X(UNSUPPORTED_SAKKE, unsupported_sakke, 12) /* parameter set, ID scheme */  \
	X(UNSUPPORTED_SIGN, unsupported_sign, 12)   /* signature type */            \
	X(UNSUPPORTED_SP, unsupported_sp, 9)	    /* policy of another protocol */ \
	X(UNSUPPORTED_SP_PARAM, unsupported_sp_param, 10) /* no suite of ours */    \
	X(UNSUPPORTED_ID, unsupported_id, 7)	    /* identity type */             \
	/* time and replay */                                                       \
	X(FUTURE, future, -1)                                                       \
	X(PAST, past, -1)                                                           \
	X(BEFORE_START, before_start, -1)	    /* may have been seen before a restart */ \
	X(REPLAY, replay, -1)                                                       \
	X(OVERLOAD, overload, -1)		    /* replay cache full */         \
	/* identities */                                                            \
	X(BAD_IDENTITY, bad_identity, 7)	    /* not in the one form allowed */ \
	X(WRONG_SENDER, wrong_sender, 0)	    /* not who it should be from */ \
	X(WRONG_RECIPIENT, wrong_recipient, 0)	    /* not for us */                \
	X(WRONG_PERIOD, wrong_period, 0)	    /* no key period acceptable now */ \
	X(UNKNOWN_KMS, unknown_kms, 0)                                              \
	X(REFUSED, refused, 0)			    /* the program's policy */      \
	/* cryptography */                                                          \
	X(BAD_SIGNATURE, bad_signature, 0)	    /* tampered with, or not theirs */ \
	X(BAD_SAKKE, bad_sakke, 0)		    /* not made for this key */     \
	X(REVOKED, revoked, 0)			    /* the key's parameters say so */ \
	X(EXPIRED, expired, 0)			    /* likewise */                  \
	X(BAD_PARAMS, bad_params, 0)		    /* key parameters do not open */ \
	X(NO_KEY, no_key, -1)			    /* we lack a key for this */    \
	X(CRYPTO_FAILED, crypto_failed, -1)	    /* a library below failed */    \
	/* the caller */                                                            \
	X(BAD_ARGUMENT, bad_argument, -1)                                           \
	X(NO_SPACE, no_space, -1)		    /* output buffer too small */   \
	X(NO_MEMORY, no_memory, -1)

/** enum ksrtp_mikey_status - result of the library's functions; 0 is success */
enum ksrtp_mikey_status {
#define KSRTP_MIKEY_STATUS_ENUM(NAME, name, err) KSRTP_MIKEY_##NAME,
	KSRTP_MIKEY_STATUSES(KSRTP_MIKEY_STATUS_ENUM)
#undef KSRTP_MIKEY_STATUS_ENUM
	KSRTP_MIKEY_STATUS_COUNT
};

/** ksrtp_mikey_status_name() - counter name ("bad_signature"), never NULL */
const char *ksrtp_mikey_status_name(enum ksrtp_mikey_status status);

/** ksrtp_mikey_status_error() - error number to answer with, or -1 for none */
int ksrtp_mikey_status_error(enum ksrtp_mikey_status status);

/** enum ksrtp_mikey_error_no - RFC 3830 section 6.12, RFC 6509 section 2.2.2 */
enum ksrtp_mikey_error_no {
	KSRTP_MIKEY_ERR_AUTH = 0,
	KSRTP_MIKEY_ERR_TS = 1,
	KSRTP_MIKEY_ERR_PRF = 2,
	KSRTP_MIKEY_ERR_MAC = 3,
	KSRTP_MIKEY_ERR_EA = 4,
	KSRTP_MIKEY_ERR_HA = 5,
	KSRTP_MIKEY_ERR_DH = 6,
	KSRTP_MIKEY_ERR_ID = 7,
	KSRTP_MIKEY_ERR_CERT = 8,
	KSRTP_MIKEY_ERR_SP = 9,
	KSRTP_MIKEY_ERR_SP_PARAM = 10,
	KSRTP_MIKEY_ERR_DT = 11,
	KSRTP_MIKEY_ERR_UNSPECIFIED = 12,
	KSRTP_MIKEY_ERR_UNSUPPORTED = 13,
};

/**
 * struct ksrtp_mikey_diag - where and why a message is wrong
 * @status: as returned
 * @payload: type of the payload (enum ksrtp_mikey_payload_type), or
 *	KSRTP_MIKEY_PAYLOAD_HDR, or KSRTP_MIKEY_PAYLOAD_NONE if about no payload
 * @offset: octet in the message at which the field at fault begins
 * @reason: English, static, lower case, no full stop
 */
struct ksrtp_mikey_diag {
	enum ksrtp_mikey_status status;
	int payload;
	size_t offset;
	const char *reason;
};

/* --------------------------------------------------------------- constants */

enum ksrtp_mikey_data_type {
	KSRTP_MIKEY_TYPE_ERROR = 6,
	KSRTP_MIKEY_TYPE_SAKKE = 26,
};

enum ksrtp_mikey_payload_type {
	KSRTP_MIKEY_PAYLOAD_NONE = -2,
	KSRTP_MIKEY_PAYLOAD_HDR = -1,
	KSRTP_MIKEY_PAYLOAD_LAST = 0,
	KSRTP_MIKEY_PAYLOAD_KEMAC = 1,
	KSRTP_MIKEY_PAYLOAD_PKE = 2,
	KSRTP_MIKEY_PAYLOAD_DH = 3,
	KSRTP_MIKEY_PAYLOAD_SIGN = 4,
	KSRTP_MIKEY_PAYLOAD_T = 5,
	KSRTP_MIKEY_PAYLOAD_ID = 6,
	KSRTP_MIKEY_PAYLOAD_CERT = 7,
	KSRTP_MIKEY_PAYLOAD_CHASH = 8,
	KSRTP_MIKEY_PAYLOAD_V = 9,
	KSRTP_MIKEY_PAYLOAD_SP = 10,
	KSRTP_MIKEY_PAYLOAD_RAND = 11,
	KSRTP_MIKEY_PAYLOAD_ERR = 12,
	KSRTP_MIKEY_PAYLOAD_IDR = 14,
	KSRTP_MIKEY_PAYLOAD_KEY_DATA = 20,
	KSRTP_MIKEY_PAYLOAD_EXT = 21,
	KSRTP_MIKEY_PAYLOAD_SAKKE = 26,
};

enum ksrtp_mikey_prf {
	KSRTP_MIKEY_PRF_SHA1 = 0,   /* MIKEY-1, RFC 3830 section 4.1.2 */
	KSRTP_MIKEY_PRF_SHA256 = 1, /* PRF-HMAC-SHA-256, RFC 6043 section 6.1 */
};

enum ksrtp_mikey_map_type {
	KSRTP_MIKEY_MAP_SRTP_ID = 0,	/* RFC 3830 section 6.1.1 */
	KSRTP_MIKEY_MAP_EMPTY = 1,	/* RFC 4563 section 5 */
	KSRTP_MIKEY_MAP_GENERIC_ID = 2, /* RFC 6043 section 6.1.1 */
};

enum ksrtp_mikey_ts_type {
	KSRTP_MIKEY_TS_NTP_UTC = 0,
	KSRTP_MIKEY_TS_NTP = 1,
	KSRTP_MIKEY_TS_COUNTER = 2,
	KSRTP_MIKEY_TS_NTP_UTC_32 = 3, /* RFC 6043 section 6.3 */
};

enum ksrtp_mikey_id_type {
	KSRTP_MIKEY_ID_NAI = 0,
	KSRTP_MIKEY_ID_URI = 1,
	KSRTP_MIKEY_ID_BYTES = 2, /* RFC 6043 section 6.5 */
};

enum ksrtp_mikey_role {
	KSRTP_MIKEY_ROLE_INITIATOR = 1,
	KSRTP_MIKEY_ROLE_RESPONDER = 2,
	KSRTP_MIKEY_ROLE_KMS = 3,
	KSRTP_MIKEY_ROLE_PSK = 4,
	KSRTP_MIKEY_ROLE_APP = 5,
	KSRTP_MIKEY_ROLE_INITIATOR_KMS = 6,
	KSRTP_MIKEY_ROLE_RESPONDER_KMS = 7,
	KSRTP_MIKEY_ROLE_INITIATOR_UID = 8, /* 3GPP TS 33.180 E.7: hashed */
	KSRTP_MIKEY_ROLE_RESPONDER_UID = 9,
	KSRTP_MIKEY_ROLE_COUNT = 10,
};

enum ksrtp_mikey_sign_type {
	KSRTP_MIKEY_SIGN_RSA_PKCS1 = 0,
	KSRTP_MIKEY_SIGN_RSA_PSS = 1,
	KSRTP_MIKEY_SIGN_ECCSI = 2,
};

enum ksrtp_mikey_ext_type {
	KSRTP_MIKEY_EXT_VENDOR_ID = 0,
	KSRTP_MIKEY_EXT_SDP_IDS = 1,
	KSRTP_MIKEY_EXT_KEY_ID = 3,	 /* RFC 4563 */
	KSRTP_MIKEY_EXT_SAKKE_SELF = 6,	 /* 3GPP TS 33.180 E.5 */
	KSRTP_MIKEY_EXT_KEY_PARAMS = 7,	 /* 3GPP TS 33.180 E.6 */
};

/* Identifier scheme: the "ID scheme" octet of the SAKKE payload. */
enum ksrtp_mikey_scheme {
	KSRTP_MIKEY_SCHEME_TEL_MONTH = 1, /* RFC 6509 section 3.2 */
	KSRTP_MIKEY_SCHEME_UID = 2,	  /* 3GPP TS 33.180 F.2.1, hashed UID */
};

enum {
	KSRTP_MIKEY_SAKKE_PARAMS_1 = 1,
	KSRTP_MIKEY_PROT_SRTP = 0,
};

/* SRTP suites, numbered as in the kernel's netlink family. */
enum ksrtp_mikey_suite {
	KSRTP_MIKEY_SUITE_NONE = 0, /* no policy in the message: the profile's default */
	KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_80 = 1,
	KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM = 2,
	KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_32 = 3,
	KSRTP_MIKEY_SUITE_AES_CM_192_HMAC_SHA1_80 = 4,
	KSRTP_MIKEY_SUITE_AES_CM_192_HMAC_SHA1_32 = 5,
	KSRTP_MIKEY_SUITE_AES_CM_256_HMAC_SHA1_80 = 6,
	KSRTP_MIKEY_SUITE_AES_CM_256_HMAC_SHA1_32 = 7,
	KSRTP_MIKEY_SUITE_AEAD_AES_256_GCM = 8,
	KSRTP_MIKEY_SUITE_NULL_HMAC_SHA1_80 = 9,
	KSRTP_MIKEY_SUITE_COUNT = 10,
};

/** ksrtp_mikey_suite_name() - "AEAD_AES_128_GCM" …, "none" for 0, "?" for unknown */
const char *ksrtp_mikey_suite_name(unsigned int suite);

/** ksrtp_mikey_suite_lengths() - octets of master key and salt; false if no suite */
bool ksrtp_mikey_suite_lengths(unsigned int suite, size_t *key_len, size_t *salt_len);

/* ------------------------------------------------------------- the message */

/** struct ksrtp_mikey_span - octets in the caller's buffer */
struct ksrtp_mikey_span {
	const uint8_t *data;
	size_t len;
};

/**
 * struct ksrtp_mikey_cs - one crypto session of a CS ID map
 * @id: CS ID; with SRTP-ID the place in the map, from 1
 * @prot: security protocol, KSRTP_MIKEY_PROT_SRTP
 * @n_policies: policies named; always 1 with SRTP-ID
 * @policy: numbers of SP payloads
 * @has_ssrc: 1: @ssrc is set; with SRTP-ID an SSRC of 0 is "not chosen yet"
 * @has_roc: 1: @roc is set
 * @has_seq: 1: @seq is set (GENERIC-ID with the S flag)
 * @ssrc: of the sender of this crypto session
 * @roc: rollover counter at the time of the message
 * @seq: sequence number at the time of the message
 * @spi_len: octets of @spi; 0 with SRTP-ID
 * @spi: MKI
 * @suite: enum ksrtp_mikey_suite, found from the policies
 * @rcc: 3: the policy adds the rollover counter to each SRTP packet (RFC 4771
 *	mode 3, group calls of 3GPP TS 33.180); 0: it does not
 */
struct ksrtp_mikey_cs {
	uint8_t id;
	uint8_t prot;
	uint8_t n_policies;
	uint8_t policy[KSRTP_MIKEY_MAX_CS_POLICIES];
	uint8_t has_ssrc;
	uint8_t has_roc;
	uint8_t has_seq;
	uint8_t spi_len;
	uint8_t suite;
	uint8_t rcc;
	uint16_t seq;
	uint32_t ssrc;
	uint32_t roc;
	uint8_t spi[KSRTP_MIKEY_MAX_SPI];
};

/** struct ksrtp_mikey_hdr - common header, RFC 3830 section 6.1 */
struct ksrtp_mikey_hdr {
	uint8_t version;
	uint8_t data_type;
	uint8_t next;
	bool v;
	uint8_t prf;
	uint32_t csb_id;
	uint8_t n_cs;	  /* #CS as in the header; with the empty map there is no @cs */
	uint8_t map_type; /* enum ksrtp_mikey_map_type */
	uint8_t n_map;	  /* entries of @cs */
	struct ksrtp_mikey_cs cs[KSRTP_MIKEY_MAX_CS];
	size_t len; /* octets of the header */
};

/* SRTP policy parameters, RFC 3830 section 6.10.1, 4771, 6904, 7714 */
enum ksrtp_mikey_sp_type {
	KSRTP_MIKEY_SP_ENC_ALG = 0,
	KSRTP_MIKEY_SP_ENC_KEY_LEN = 1,
	KSRTP_MIKEY_SP_AUTH_ALG = 2,
	KSRTP_MIKEY_SP_AUTH_KEY_LEN = 3,
	KSRTP_MIKEY_SP_SALT_LEN = 4,
	KSRTP_MIKEY_SP_PRF = 5,
	KSRTP_MIKEY_SP_KDR = 6,
	KSRTP_MIKEY_SP_SRTP_ENC = 7,
	KSRTP_MIKEY_SP_SRTCP_ENC = 8,
	KSRTP_MIKEY_SP_FEC = 9,
	KSRTP_MIKEY_SP_SRTP_AUTH = 10,
	KSRTP_MIKEY_SP_TAG_LEN = 11,
	KSRTP_MIKEY_SP_PREFIX_LEN = 12,
	KSRTP_MIKEY_SP_ROC_RATE = 13,
	KSRTP_MIKEY_SP_SRTP_AUTH_ALG = 14,
	KSRTP_MIKEY_SP_SRTCP_AUTH_ALG = 15,
	KSRTP_MIKEY_SP_SRTP_AUTH_KEY_LEN = 16,
	KSRTP_MIKEY_SP_SRTCP_AUTH_KEY_LEN = 17,
	KSRTP_MIKEY_SP_SRTP_TAG_LEN = 18,
	KSRTP_MIKEY_SP_SRTCP_TAG_LEN = 19,
	KSRTP_MIKEY_SP_AEAD_TAG_LEN = 20,
	KSRTP_MIKEY_SP_COUNT = 21,
};

/**
 * struct ksrtp_mikey_sp - security policy for SRTP
 * @no: policy number
 * @prot: security protocol
 * @unknown: there were parameters not in enum ksrtp_mikey_sp_type, or (@prot is
 *	not SRTP) none could be understood
 * @set: bit n: @value[n] was in the payload
 * @value: by enum ksrtp_mikey_sp_type
 * @raw: the parameters as decoded; ksrtp_mikey_encode() copies them if there are
 *	any, otherwise it writes what @set names
 */
struct ksrtp_mikey_sp {
	uint8_t no;
	uint8_t prot;
	bool unknown;
	uint32_t set;
	uint32_t value[KSRTP_MIKEY_SP_COUNT];
	struct ksrtp_mikey_span raw;
};

/**
 * ksrtp_mikey_sp_for_suite() - the policy to send for a suite
 * @sp: result
 * @no: policy number
 * @suite: enum ksrtp_mikey_suite
 *
 * Return: false if there is no such suite.
 */
bool ksrtp_mikey_sp_for_suite(struct ksrtp_mikey_sp *sp, uint8_t no, unsigned int suite);

/**
 * ksrtp_mikey_sp_suite() - the suite that a policy stands for
 * @sp: policy; what it leaves out has SRTP's defaults
 *
 * Return: enum ksrtp_mikey_suite, KSRTP_MIKEY_SUITE_NONE if it is none of ours,
 * a policy with rollover counters in the packets included.
 */
unsigned int ksrtp_mikey_sp_suite(const struct ksrtp_mikey_sp *sp);

/**
 * ksrtp_mikey_sp_suite_rcc() - the same, for policies with rollover counters too
 * @sp: policy
 * @rcc: 3: AEAD_AES_128_GCM with the counter in each SRTP packet (4 octets) and
 *	none in SRTCP; otherwise 0
 */
unsigned int ksrtp_mikey_sp_suite_rcc(const struct ksrtp_mikey_sp *sp, uint8_t *rcc);

/* Make such a policy of one from ksrtp_mikey_sp_for_suite(); false if not of GCM. */
bool ksrtp_mikey_sp_add_rcc(struct ksrtp_mikey_sp *sp);

/**
 * struct ksrtp_mikey_payload - one payload of a decoded message
 * @type: enum ksrtp_mikey_payload_type
 * @offset: of its first octet in the message
 * @len: octets, its own next-payload field included
 *
 * Spans point into the decoded buffer.
 */
struct ksrtp_mikey_payload {
	int type;
	size_t offset;
	size_t len;
	union {
		struct {
			uint8_t type;
			uint64_t value; /* NTP 64 bits; counters as they are */
		} t;
		struct ksrtp_mikey_span rand;
		struct {
			uint8_t role; /* 0 in an ID payload */
			uint8_t type;
			struct ksrtp_mikey_span data;
		} id;
		struct {
			uint8_t type;
			struct ksrtp_mikey_span data;
		} cert;
		struct ksrtp_mikey_sp sp;
		struct {
			uint8_t params;
			uint8_t scheme;
			struct ksrtp_mikey_span data;
		} sakke;
		struct {
			uint8_t type;
			struct ksrtp_mikey_span data;
		} sign;
		struct {
			uint8_t type;
			struct ksrtp_mikey_span data;
		} ext;
		struct {
			uint8_t no;
			uint16_t reserved;
		} err;
	};
};

/*
 * Habits of other implementations that are outside the standards.  Each is
 * refused unless its bit is given; what was met is reported.
 */
enum ksrtp_mikey_lax {
	KSRTP_MIKEY_LAX_URI_NUL = 1 << 0,      /* a URI with a NUL behind it */
	KSRTP_MIKEY_LAX_SIGN_LEN = 1 << 1,     /* signature length field not 129 */
	KSRTP_MIKEY_LAX_SIGN_RANGE = 1 << 2,   /* signed without S type and length */
	KSRTP_MIKEY_LAX_ROC_RATE = 1 << 3,     /* SP type 13 of one octet */
	KSRTP_MIKEY_LAX_HEX_UID = 1 << 4,      /* hashed UID written as hex */
	KSRTP_MIKEY_LAX_MAP_SP = 1 << 5,       /* a policy with the empty map */
};

/**
 * struct ksrtp_mikey_msg - a decoded message
 * @buf: the buffer it was decoded from, which must outlive this
 * @len: its octets
 * @hdr: common header
 * @n_payloads: payloads after the header
 * @payload: in the order of the message
 * @t: timestamp, or NULL; the same for the others
 * @idr: by enum ksrtp_mikey_role
 * @n_sp: security policies
 * @signed_len: octets that the signature covers, 0 without SIGN
 * @lax: bits of enum ksrtp_mikey_lax that were needed
 */
struct ksrtp_mikey_msg {
	const uint8_t *buf;
	size_t len;
	struct ksrtp_mikey_hdr hdr;
	unsigned int n_payloads;
	struct ksrtp_mikey_payload payload[KSRTP_MIKEY_MAX_PAYLOADS];
	const struct ksrtp_mikey_payload *t;
	const struct ksrtp_mikey_payload *rand;
	const struct ksrtp_mikey_payload *sakke;
	const struct ksrtp_mikey_payload *sign;
	const struct ksrtp_mikey_payload *err;
	const struct ksrtp_mikey_payload *idr[KSRTP_MIKEY_ROLE_COUNT];
	unsigned int n_sp;
	const struct ksrtp_mikey_payload *sp[KSRTP_MIKEY_MAX_SP];
	size_t signed_len;
	uint32_t lax;
};

/**
 * ksrtp_mikey_decode() - decode a message, strictly
 * @msg: filled as far as the message is right, also on error (for a dump)
 * @buf: octets, kept by reference
 * @len: their number
 * @lax: habits to accept, of enum ksrtp_mikey_lax
 * @diag: where it is wrong; may be NULL
 *
 * Decodes data types SAKKE and error.  Only what the octets say is checked here;
 * whether the values are supported or wanted is the exchange's business.
 *
 * Return: KSRTP_MIKEY_OK or what is wrong first.
 */
enum ksrtp_mikey_status ksrtp_mikey_decode(struct ksrtp_mikey_msg *msg, const uint8_t *buf,
					   size_t len, uint32_t lax,
					   struct ksrtp_mikey_diag *diag);

/**
 * ksrtp_mikey_encode() - write a message
 * @msg: header and payloads; their offsets, lengths and next fields and the
 *	pointers after @payload are not used
 * @buf: output
 * @cap: its octets
 * @len: octets written; on error 0
 *
 * The signature, if there is a SIGN payload, is copied as it is.
 *
 * Return: KSRTP_MIKEY_OK, BAD_ARGUMENT for what has no encoding, NO_SPACE.
 */
enum ksrtp_mikey_status ksrtp_mikey_encode(const struct ksrtp_mikey_msg *msg, uint8_t *buf,
					   size_t cap, size_t *len);

/** ksrtp_mikey_payload_name() - "IDR", "General Ext." …; "?" if unknown */
const char *ksrtp_mikey_payload_name(int type);

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
 *
 * Keep it in locked memory; ksrtp_mikey_keys_wipe() when done.  No pointers.
 */
struct ksrtp_mikey_keys {
	uint8_t prf;
	uint8_t tgk_len;
	uint8_t rand_len;
	uint32_t csb_id;
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

/* -------------------------------------------------------------- operations */

/**
 * struct ksrtp_mikey_ops - cryptography, supplied by the program
 * @encapsulate: SAKKE for @id under the KMS @kms; @ssv is secret
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
 * @ssv: random, secret; the same for all members of a group
 * @map_type: how @cs goes into the header; with EMPTY there must be none
 * @n_cs: crypto sessions
 * @cs: SRTP-ID uses ssrc and roc, and numbers them from 1.  @suite of each must
 *	be set; policies and their numbers follow from it
 * @flow: NULL: none
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
	const uint8_t *ssv;
	uint8_t map_type;
	unsigned int n_cs;
	struct ksrtp_mikey_cs cs[KSRTP_MIKEY_MAX_CS];
	const struct ksrtp_mikey_flow *flow;
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
 * @cs: crypto sessions
 * @flow: family 0: no such extension
 * @digest: keyed digest of the signed octets (names the message in a log)
 * @rand: RAND
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

enum { KSRTP_MIKEY_OFFER_MAGIC = 0x4b4d4f32 };

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
 *	receiver whose memory is lost, and are refused
 * @max_replay: entries of the replay cache
 * @hash_key: random, of this receiver only
 * @lax: enum ksrtp_mikey_lax bits to accept
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
	size_t max_replay;
	uint8_t hash_key[16];
	uint32_t lax;
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
 * Order: structure, clock skew, replay cache, identities and period, @admit,
 * signature; only then is the message cached.  KSRTP_MIKEY_REPLAY of an identical
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
