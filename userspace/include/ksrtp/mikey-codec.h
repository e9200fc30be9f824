/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * MIKEY messages: limits, results, constants, decoder and encoder.  Part of
 * <ksrtp/mikey.h>, which see.
 */
#ifndef KSRTP_MIKEY_CODEC_H
#define KSRTP_MIKEY_CODEC_H

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
	X(BEFORE_MARK, before_mark, -1)		    /* likewise, and its sender was ahead of us */ \
	X(NOT_KEPT, not_kept, -1)		    /* its sender is, and the mark cannot be kept */ \
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
	X(NOT_YET, not_yet, -1)			    /* likewise, but later it will do */ \
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
 * refused unless its bit is given, but for the harmless ones, which are always
 * taken; what was met is reported.
 *
 * X(NAME, name)
 */
#define KSRTP_MIKEY_HABITS(X)                                                               \
	X(URI_NUL, "uri-nul")	      /* a URI with a NUL behind it */                      \
	X(SIGN_LEN, "sign-length")    /* signature length field not 129 */                  \
	X(SIGN_RANGE, "sign-range")   /* signed without S type and length */                \
	X(ROC_RATE, "roc-rate")	      /* harmless: SP type 13 of one octet */               \
	X(HEX_UID, "hex-uid")	      /* hashed UID written as hex */                       \
	X(MAP_SP, "map-sp")	      /* a policy with the empty map */                     \
	X(V_FLAG, "v-flag")	      /* harmless: asks for an answer that there is not */  \
	/* the rest is for hashed UIDs, TS 33.180 */                                        \
	X(MAP_TYPE, "map-type")	      /* a map of type SRTP-ID */                           \
	X(MAP_COUNT, "map-count")     /* harmless: #CS not 0 with the empty map, or 0 with  \
				       * another one */                                     \
	X(MAP_IDS, "map-ids")	      /* CS ID or SPI that is not of the key's purpose */   \
	X(PRIVATE_ROC, "private-roc") /* rollover counters in packets of a private call */  \
	X(URI_SCHEME, "uri-scheme")   /* hashed UIDs under the ID scheme of tel URIs */

enum ksrtp_mikey_habit {
#define KSRTP_MIKEY_HABIT_ENUM(NAME, name) KSRTP_MIKEY_HABIT_##NAME,
	KSRTP_MIKEY_HABITS(KSRTP_MIKEY_HABIT_ENUM)
#undef KSRTP_MIKEY_HABIT_ENUM
	KSRTP_MIKEY_HABIT_COUNT
};

/* A set of them: one bit each. */
enum ksrtp_mikey_lax {
#define KSRTP_MIKEY_LAX_ENUM(NAME, name) KSRTP_MIKEY_LAX_##NAME = 1 << KSRTP_MIKEY_HABIT_##NAME,
	KSRTP_MIKEY_HABITS(KSRTP_MIKEY_LAX_ENUM)
#undef KSRTP_MIKEY_LAX_ENUM
	KSRTP_MIKEY_LAX_HARMLESS = KSRTP_MIKEY_LAX_ROC_RATE | KSRTP_MIKEY_LAX_V_FLAG |
				   KSRTP_MIKEY_LAX_MAP_COUNT,
};

/** ksrtp_mikey_habit_name() - "uri-nul" …, also a counter's name; "?" for unknown */
const char *ksrtp_mikey_habit_name(unsigned int habit);

/**
 * ksrtp_mikey_habits_parse() - a set of habits by their names
 * @names: names with commas between them, or "all"
 * @lax: result
 *
 * Return: false if a name is unknown.
 */
bool ksrtp_mikey_habits_parse(const char *names, uint32_t *lax);

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
 * @lax: habits to accept besides the harmless ones, of enum ksrtp_mikey_lax
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

#ifdef __cplusplus
}
#endif

#endif /* KSRTP_MIKEY_CODEC_H */
