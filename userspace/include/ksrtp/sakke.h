/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ECCSI signatures (RFC 6507) on P-256 with SHA-256, and SAKKE key
 * encapsulation (RFC 6508) with parameter set 1 of RFC 6509.
 *
 * There is no global state.  One context is made at start; it runs the known
 * answers and refuses to exist when one of them is wrong.  Every other object
 * is made from it, never changes after that, may be used by several threads at
 * once, and holds a reference to what it was made from: objects may be freed
 * in any order.
 *
 * Functions return KSRTP_SAKKE_OK (0) or an error.  After an error nothing in
 * the caller's output buffers is usable: buffers for secrets have been wiped,
 * and object pointers are NULL.  Outputs must not overlap inputs.
 *
 * An identity is an octet string of 1 to KSRTP_SAKKE_ID_MAX octets.  SAKKE
 * reads it as an integer, most significant octet first, reduced modulo q; the
 * integers 0 and 1 are no identities (RFC 6508, 2.2).  How the octets come
 * about (RFC 6509, 3.2) is the caller's business.
 */
#ifndef KSRTP_SAKKE_H
#define KSRTP_SAKKE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KSRTP_SAKKE_Z_LEN 257 /* KMS public key Z, 04 || x || y */
#define KSRTP_SAKKE_RSK_LEN 257 /* receiver secret key, 04 || x || y */
#define KSRTP_SAKKE_MASTER_LEN 128 /* KMS master secret z */
#define KSRTP_SAKKE_SSV_LEN 16 /* shared secret value */
#define KSRTP_SAKKE_ENC_LEN 273 /* encapsulated data, point || hint */
#define KSRTP_SAKKE_ID_MAX 1024 /* longest identity */

#define KSRTP_ECCSI_KPAK_LEN 65 /* KMS public authentication key, 04 || x || y */
#define KSRTP_ECCSI_KSAK_LEN 32 /* KMS secret authentication key */
#define KSRTP_ECCSI_SSK_LEN 32 /* secret signing key */
#define KSRTP_ECCSI_PVT_LEN 65 /* public validation token, 04 || x || y */
#define KSRTP_ECCSI_SIG_LEN 129 /* signature, r || s || PVT */

enum ksrtp_sakke_err {
	KSRTP_SAKKE_OK = 0,
	KSRTP_SAKKE_ERR_ARG, /* a pointer or flag that makes no sense */
	KSRTP_SAKKE_ERR_LENGTH, /* an input of the wrong length */
	KSRTP_SAKKE_ERR_NOMEM, /* out of memory */
	KSRTP_SAKKE_ERR_RNG, /* the caller's random source failed */
	KSRTP_SAKKE_ERR_SELFTEST, /* a known answer was wrong */
	KSRTP_SAKKE_ERR_IDENTITY, /* no usable identity */
	KSRTP_SAKKE_ERR_ENCODING, /* not 04 || x || y with x and y below p */
	KSRTP_SAKKE_ERR_CURVE, /* a point that is not on the curve */
	KSRTP_SAKKE_ERR_SUBGROUP, /* a point that is not of order q */
	KSRTP_SAKKE_ERR_RANGE, /* a scalar that is not in its range */
	KSRTP_SAKKE_ERR_KEY, /* a private key that does not fit */
	KSRTP_SAKKE_ERR_DECAPS, /* encapsulated data not made for this key */
	KSRTP_SAKKE_ERR_SIGNATURE, /* a signature that does not verify */
	KSRTP_SAKKE_ERR_INTERNAL, /* a library underneath failed */
};

/**
 * ksrtp_sakke_strerror() - name an error
 * @err: value returned by a function of this library
 *
 * Return: a static string, for unknown values too.
 */
const char *ksrtp_sakke_strerror(enum ksrtp_sakke_err err);

/*
 * Source of randomness: fills @out with @len octets that nobody can guess and
 * returns 0, or returns anything else and the operation fails.
 */
typedef int ksrtp_rng_fn(void *arg, uint8_t *out, size_t len);

struct ksrtp_sakke_ctx; /* parameters and their tables */
struct ksrtp_sakke_kms; /* a KMS for SAKKE: Z, checked */
struct ksrtp_sakke_rsk; /* a receiver's key, verified for one identity and Z */
struct ksrtp_eccsi_kms; /* a KMS for ECCSI: KPAK, checked */
struct ksrtp_eccsi_signer; /* another's identity and PVT, with a table */
struct ksrtp_eccsi_key; /* a signer's key, verified for one identity and KPAK */

/**
 * ksrtp_sakke_ctx_new() - make the parameter context
 * @out: the new context
 * @flags: must be 0
 *
 * Runs the known-answer tests.
 *
 * Return: KSRTP_SAKKE_OK, or NOMEM, SELFTEST, ARG, INTERNAL.
 */
enum ksrtp_sakke_err ksrtp_sakke_ctx_new(struct ksrtp_sakke_ctx **out, unsigned int flags);

/** ksrtp_sakke_ctx_free() - give back a context; NULL is allowed */
void ksrtp_sakke_ctx_free(struct ksrtp_sakke_ctx *ctx);

/* ------------------------------------------------------- SAKKE, the KMS */

/**
 * ksrtp_sakke_master_generate() - choose a KMS master secret
 * @ctx: parameters
 * @rng: source of randomness
 * @rng_arg: its first argument
 * @z: the master secret, in 2 .. q-1
 *
 * Return: KSRTP_SAKKE_OK, or RNG, ARG.
 */
enum ksrtp_sakke_err ksrtp_sakke_master_generate(const struct ksrtp_sakke_ctx *ctx,
						 ksrtp_rng_fn *rng, void *rng_arg,
						 uint8_t z[KSRTP_SAKKE_MASTER_LEN]);

/**
 * ksrtp_sakke_master_public() - KMS public key Z = [z]P
 * @ctx: parameters
 * @z: master secret, big endian
 * @z_len: its length, KSRTP_SAKKE_MASTER_LEN
 * @Z: the public key
 *
 * Return: KSRTP_SAKKE_OK, or LENGTH, RANGE, ARG, NOMEM.
 */
enum ksrtp_sakke_err ksrtp_sakke_master_public(const struct ksrtp_sakke_ctx *ctx, const uint8_t *z,
					       size_t z_len, uint8_t Z[KSRTP_SAKKE_Z_LEN]);

/**
 * ksrtp_sakke_rsk_extract() - a receiver secret key, [1 / (id + z)]P
 * @ctx: parameters
 * @z: master secret, big endian
 * @z_len: its length, KSRTP_SAKKE_MASTER_LEN
 * @id: the receiver's identity
 * @id_len: its length
 * @rsk: the key
 *
 * Return: KSRTP_SAKKE_OK, or LENGTH, RANGE, IDENTITY, ARG, NOMEM.
 */
enum ksrtp_sakke_err ksrtp_sakke_rsk_extract(const struct ksrtp_sakke_ctx *ctx, const uint8_t *z,
					     size_t z_len, const uint8_t *id, size_t id_len,
					     uint8_t rsk[KSRTP_SAKKE_RSK_LEN]);

/* ----------------------------------------------------- SAKKE, the users */

/**
 * ksrtp_sakke_kms_new() - decode and check a KMS public key
 * @out: the new object
 * @ctx: parameters
 * @Z: public key
 * @Z_len: its length, KSRTP_SAKKE_Z_LEN
 *
 * Return: KSRTP_SAKKE_OK, or LENGTH, ENCODING, CURVE, SUBGROUP, ARG, NOMEM.
 */
enum ksrtp_sakke_err ksrtp_sakke_kms_new(struct ksrtp_sakke_kms **out, struct ksrtp_sakke_ctx *ctx,
					 const uint8_t *Z, size_t Z_len);

/** ksrtp_sakke_kms_free() - give back a KMS object; NULL is allowed */
void ksrtp_sakke_kms_free(struct ksrtp_sakke_kms *kms);

/**
 * ksrtp_sakke_rsk_new() - decode a receiver secret key and verify it
 * @out: the new object
 * @kms: the KMS that issued the key
 * @id: the receiver's identity
 * @id_len: its length
 * @rsk: the key
 * @rsk_len: its length, KSRTP_SAKKE_RSK_LEN
 *
 * Verifies <[id]P + Z, RSK> = g (RFC 6508, 6.1.2): the key is the one that this
 * KMS gives to this identity, or there is no object.
 *
 * Return: KSRTP_SAKKE_OK, or LENGTH, IDENTITY, ENCODING, CURVE, SUBGROUP, KEY, ARG, NOMEM.
 */
enum ksrtp_sakke_err ksrtp_sakke_rsk_new(struct ksrtp_sakke_rsk **out, struct ksrtp_sakke_kms *kms,
					 const uint8_t *id, size_t id_len, const uint8_t *rsk,
					 size_t rsk_len);

/**
 * ksrtp_sakke_rsk_validate() - verify a receiver secret key, and no more
 * @kms: the KMS that issued the key
 * @id: the receiver's identity
 * @id_len: its length
 * @rsk: the key
 * @rsk_len: its length, KSRTP_SAKKE_RSK_LEN
 *
 * What ksrtp_sakke_rsk_new() verifies, for those who will not use the key themselves.
 * The first call takes longer: it makes tables for Z and P, which stay with @kms and its
 * context and serve all receivers.
 *
 * Return: KSRTP_SAKKE_OK if the key is right, or LENGTH, IDENTITY, ENCODING, CURVE, SUBGROUP,
 * KEY, ARG, NOMEM.
 */
enum ksrtp_sakke_err ksrtp_sakke_rsk_validate(struct ksrtp_sakke_kms *kms, const uint8_t *id,
					      size_t id_len, const uint8_t *rsk, size_t rsk_len);

/** ksrtp_sakke_rsk_free() - wipe and give back a receiver's key; NULL is allowed */
void ksrtp_sakke_rsk_free(struct ksrtp_sakke_rsk *rsk);

/**
 * ksrtp_sakke_ssv_generate() - choose a shared secret value
 * @rng: source of randomness
 * @rng_arg: its first argument
 * @ssv: the value
 *
 * Return: KSRTP_SAKKE_OK, or RNG, ARG.
 */
enum ksrtp_sakke_err ksrtp_sakke_ssv_generate(ksrtp_rng_fn *rng, void *rng_arg,
					      uint8_t ssv[KSRTP_SAKKE_SSV_LEN]);

/**
 * ksrtp_sakke_encapsulate() - seal a shared secret value for one receiver
 * @kms: the receiver's KMS
 * @id: the receiver's identity
 * @id_len: its length
 * @ssv: the value
 * @enc: the encapsulated data
 *
 * RFC 6508, 6.2.1, steps 2 to 5.  The result follows from @kms, @id and @ssv
 * alone: @ssv must be random and new, or the same for all members of a group.
 *
 * Return: KSRTP_SAKKE_OK, or IDENTITY, LENGTH, ARG, NOMEM.
 */
enum ksrtp_sakke_err ksrtp_sakke_encapsulate(const struct ksrtp_sakke_kms *kms, const uint8_t *id,
					     size_t id_len, const uint8_t ssv[KSRTP_SAKKE_SSV_LEN],
					     uint8_t enc[KSRTP_SAKKE_ENC_LEN]);

/**
 * ksrtp_sakke_decapsulate() - open encapsulated data
 * @rsk: the receiver's key
 * @enc: encapsulated data
 * @enc_len: its length, KSRTP_SAKKE_ENC_LEN
 * @ssv: the value; all zero unless the function succeeds
 *
 * RFC 6508, 6.2.2, with the test by encapsulating again.  To the sender a
 * failure must look the same whatever the error.
 *
 * Return: KSRTP_SAKKE_OK, or LENGTH, ENCODING, CURVE, SUBGROUP, DECAPS, ARG, NOMEM.
 */
enum ksrtp_sakke_err ksrtp_sakke_decapsulate(const struct ksrtp_sakke_rsk *rsk, const uint8_t *enc,
					     size_t enc_len, uint8_t ssv[KSRTP_SAKKE_SSV_LEN]);

/* ------------------------------------------------------- many at a time */

/* One receiver of a batch: what ksrtp_sakke_encapsulate() takes, and its result. */
struct ksrtp_sakke_seal {
	const struct ksrtp_sakke_kms *kms; /* may differ from one to the next */
	const uint8_t *id;
	size_t id_len;
	const uint8_t *ssv; /* KSRTP_SAKKE_SSV_LEN octets */
	uint8_t *enc; /* KSRTP_SAKKE_ENC_LEN octets */
	enum ksrtp_sakke_err err;
};

/* One message of a batch: what ksrtp_sakke_decapsulate() takes, and its result. */
struct ksrtp_sakke_open {
	const struct ksrtp_sakke_rsk *rsk;
	const uint8_t *enc;
	size_t enc_len;
	uint8_t *ssv; /* KSRTP_SAKKE_SSV_LEN octets */
	enum ksrtp_sakke_err err;
};

/**
 * ksrtp_sakke_encapsulate_batch() - seal shared secret values for many receivers
 * @items: the receivers; @err of each is set
 * @n: how many
 *
 * The results are those of single calls, and one that fails does not disturb the others.
 *
 * Return: KSRTP_SAKKE_OK if all succeeded, else the first error.
 */
enum ksrtp_sakke_err ksrtp_sakke_encapsulate_batch(struct ksrtp_sakke_seal *items, size_t n);

/**
 * ksrtp_sakke_decapsulate_batch() - open many encapsulated data
 * @items: the data; @err of each is set
 * @n: how many
 *
 * Return: KSRTP_SAKKE_OK if all succeeded, else the first error.
 */
enum ksrtp_sakke_err ksrtp_sakke_decapsulate_batch(struct ksrtp_sakke_open *items, size_t n);

/* ------------------------------------------------------- ECCSI, the KMS */

/**
 * ksrtp_eccsi_master_generate() - choose a KMS secret authentication key
 * @ctx: parameters
 * @rng: source of randomness
 * @rng_arg: its first argument
 * @ksak: the key, in 1 .. q-1
 *
 * Return: KSRTP_SAKKE_OK, or RNG, ARG.
 */
enum ksrtp_sakke_err ksrtp_eccsi_master_generate(const struct ksrtp_sakke_ctx *ctx,
						 ksrtp_rng_fn *rng, void *rng_arg,
						 uint8_t ksak[KSRTP_ECCSI_KSAK_LEN]);

/**
 * ksrtp_eccsi_master_public() - KMS public authentication key KPAK = [KSAK]G
 * @ctx: parameters
 * @ksak: secret authentication key, big endian
 * @ksak_len: its length, KSRTP_ECCSI_KSAK_LEN
 * @kpak: the public key
 *
 * Return: KSRTP_SAKKE_OK, or LENGTH, RANGE, ARG, NOMEM.
 */
enum ksrtp_sakke_err ksrtp_eccsi_master_public(const struct ksrtp_sakke_ctx *ctx,
					       const uint8_t *ksak, size_t ksak_len,
					       uint8_t kpak[KSRTP_ECCSI_KPAK_LEN]);

/**
 * ksrtp_eccsi_kms_new() - decode and check a KMS public authentication key
 * @out: the new object
 * @ctx: parameters
 * @kpak: public key
 * @kpak_len: its length, KSRTP_ECCSI_KPAK_LEN
 *
 * Return: KSRTP_SAKKE_OK, or LENGTH, ENCODING, CURVE, ARG, NOMEM.
 */
enum ksrtp_sakke_err ksrtp_eccsi_kms_new(struct ksrtp_eccsi_kms **out, struct ksrtp_sakke_ctx *ctx,
					 const uint8_t *kpak, size_t kpak_len);

/** ksrtp_eccsi_kms_free() - give back a KMS object; NULL is allowed */
void ksrtp_eccsi_kms_free(struct ksrtp_eccsi_kms *kms);

/**
 * ksrtp_eccsi_key_issue() - a signer's key pair (SSK, PVT)
 * @kms: the KMS's own public authentication key
 * @ksak: secret authentication key that belongs to it, big endian
 * @ksak_len: its length, KSRTP_ECCSI_KSAK_LEN
 * @id: the signer's identity
 * @id_len: its length
 * @rng: source of randomness
 * @rng_arg: its first argument
 * @ssk: secret signing key
 * @pvt: public validation token
 *
 * The pair is validated before it is handed out: a @ksak that does not belong
 * to @kms gives KEY.
 *
 * Return: KSRTP_SAKKE_OK, or LENGTH, RANGE, IDENTITY, RNG, KEY, ARG, NOMEM.
 */
enum ksrtp_sakke_err ksrtp_eccsi_key_issue(const struct ksrtp_eccsi_kms *kms, const uint8_t *ksak,
					   size_t ksak_len, const uint8_t *id, size_t id_len,
					   ksrtp_rng_fn *rng, void *rng_arg,
					   uint8_t ssk[KSRTP_ECCSI_SSK_LEN],
					   uint8_t pvt[KSRTP_ECCSI_PVT_LEN]);

/* ----------------------------------------------------- ECCSI, the users */

/**
 * ksrtp_eccsi_key_new() - decode a signer's key pair and verify it
 * @out: the new object
 * @kms: the KMS that issued the pair
 * @id: the signer's identity
 * @id_len: its length
 * @ssk: secret signing key
 * @ssk_len: its length, KSRTP_ECCSI_SSK_LEN
 * @pvt: public validation token
 * @pvt_len: its length, KSRTP_ECCSI_PVT_LEN
 *
 * Verifies KPAK = [SSK]G - [HS]PVT (RFC 6507, 5.1.2).
 *
 * Return: KSRTP_SAKKE_OK, or LENGTH, IDENTITY, RANGE, ENCODING, CURVE, KEY, ARG, NOMEM.
 */
enum ksrtp_sakke_err ksrtp_eccsi_key_new(struct ksrtp_eccsi_key **out, struct ksrtp_eccsi_kms *kms,
					 const uint8_t *id, size_t id_len, const uint8_t *ssk,
					 size_t ssk_len, const uint8_t *pvt, size_t pvt_len);

/** ksrtp_eccsi_key_free() - wipe and give back a signer's key; NULL is allowed */
void ksrtp_eccsi_key_free(struct ksrtp_eccsi_key *key);

/**
 * ksrtp_eccsi_sign() - sign a message
 * @key: the signer's key
 * @msg: the message; may be NULL if @msg_len is 0
 * @msg_len: its length
 * @rng: source of randomness for the one-time value j
 * @rng_arg: its first argument
 * @sig: the signature
 *
 * Return: KSRTP_SAKKE_OK, or RNG, ARG, NOMEM.
 */
enum ksrtp_sakke_err ksrtp_eccsi_sign(const struct ksrtp_eccsi_key *key, const uint8_t *msg,
				      size_t msg_len, ksrtp_rng_fn *rng, void *rng_arg,
				      uint8_t sig[KSRTP_ECCSI_SIG_LEN]);

/**
 * ksrtp_eccsi_verify() - verify a signature
 * @kms: the KMS of the signer
 * @id: the signer's identity
 * @id_len: its length
 * @msg: the message; may be NULL if @msg_len is 0
 * @msg_len: its length
 * @sig: the signature
 * @sig_len: its length, KSRTP_ECCSI_SIG_LEN
 *
 * A signature (r, q - s, PVT) verifies wherever (r, s, PVT) does: its octets are
 * no unique name for a message.
 *
 * Return: KSRTP_SAKKE_OK only if the signature verifies; SIGNATURE, LENGTH, IDENTITY, RANGE,
 * ENCODING, CURVE, ARG, NOMEM otherwise.
 */
enum ksrtp_sakke_err ksrtp_eccsi_verify(const struct ksrtp_eccsi_kms *kms, const uint8_t *id,
					size_t id_len, const uint8_t *msg, size_t msg_len,
					const uint8_t *sig, size_t sig_len);

/**
 * ksrtp_eccsi_signer_new() - prepare to verify many signatures of one signer
 * @out: the new object
 * @kms: the KMS of the signer
 * @id: the signer's identity
 * @id_len: its length
 * @pvt: public validation token, the last octets of the signer's signatures
 * @pvt_len: its length, KSRTP_ECCSI_PVT_LEN
 *
 * Nothing is proven about the signer by this; each signature still is. The table
 * pays from the tenth signature on.
 *
 * Return: KSRTP_SAKKE_OK, or LENGTH, IDENTITY, ENCODING, CURVE, KEY, ARG, NOMEM.
 */
enum ksrtp_sakke_err ksrtp_eccsi_signer_new(struct ksrtp_eccsi_signer **out,
					    struct ksrtp_eccsi_kms *kms, const uint8_t *id,
					    size_t id_len, const uint8_t *pvt, size_t pvt_len);

/** ksrtp_eccsi_signer_free() - give back a signer's table; NULL is allowed */
void ksrtp_eccsi_signer_free(struct ksrtp_eccsi_signer *signer);

/**
 * ksrtp_eccsi_signer_verify() - verify a signature with the signer's table
 * @signer: the signer
 * @msg: the message; may be NULL if @msg_len is 0
 * @msg_len: its length
 * @sig: the signature
 * @sig_len: its length, KSRTP_ECCSI_SIG_LEN
 *
 * The result is that of ksrtp_eccsi_verify(); a signature with another PVT than the
 * table's, as after a new month, takes as long as there.
 *
 * Return: as ksrtp_eccsi_verify().
 */
enum ksrtp_sakke_err ksrtp_eccsi_signer_verify(const struct ksrtp_eccsi_signer *signer,
					       const uint8_t *msg, size_t msg_len,
					       const uint8_t *sig, size_t sig_len);

/* ------------------------------------------------------- many at a time */

/* One message of a batch: what ksrtp_eccsi_sign() takes, and its result. */
struct ksrtp_eccsi_signing {
	const struct ksrtp_eccsi_key *key;
	const uint8_t *msg;
	size_t msg_len;
	uint8_t *sig; /* KSRTP_ECCSI_SIG_LEN octets */
	enum ksrtp_sakke_err err;
};

/* One signature of a batch: what ksrtp_eccsi_verify() takes, and its result. */
struct ksrtp_eccsi_check {
	const struct ksrtp_eccsi_kms *kms;
	const uint8_t *id;
	size_t id_len;
	const uint8_t *msg;
	size_t msg_len;
	const uint8_t *sig;
	size_t sig_len;
	enum ksrtp_sakke_err err;
};

/**
 * ksrtp_eccsi_sign_batch() - sign many messages
 * @items: the messages; @err of each is set
 * @n: how many
 * @rng: source of randomness for all of them
 * @rng_arg: its first argument
 *
 * Return: KSRTP_SAKKE_OK if all succeeded, else the first error.
 */
enum ksrtp_sakke_err ksrtp_eccsi_sign_batch(struct ksrtp_eccsi_signing *items, size_t n,
					    ksrtp_rng_fn *rng, void *rng_arg);

/**
 * ksrtp_eccsi_verify_batch() - verify many signatures, each by itself
 * @items: the signatures; @err of each is set
 * @n: how many
 *
 * Return: KSRTP_SAKKE_OK only if all verify, else the first error.
 */
enum ksrtp_sakke_err ksrtp_eccsi_verify_batch(struct ksrtp_eccsi_check *items, size_t n);

#ifdef __cplusplus
}
#endif

#endif /* KSRTP_SAKKE_H */
