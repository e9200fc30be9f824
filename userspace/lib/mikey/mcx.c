// SPDX-License-Identifier: BSD-3-Clause
/* Hashed UIDs, key IDs and crypto sessions of 3GPP TS 33.180. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/secret.h"
#include "mikey/internal.h"

#define NTP_UNIX_OFFSET INT64_C(2208988800) /* seconds from 1900 to 1970 */
#define GRACE_NS (2 * 86400 * NSEC_PER_SEC)

static bool domain_ok(const struct ksrtp_mikey_domain *d)
{
	return d && d->period && d->offset < d->period;
}

uint64_t ksrtp_mikey_uid_period(const struct ksrtp_mikey_domain *domain, int64_t ns)
{
	/* seconds since 1900 of whatever era: 2036 is no end */
	int64_t sec = ns / NSEC_PER_SEC - (ns % NSEC_PER_SEC < 0) + NTP_UNIX_OFFSET;

	if (!domain_ok(domain) || sec < 0 || (uint64_t)sec < domain->offset)
		return 0;
	return ((uint64_t)sec - domain->offset) / domain->period;
}

bool ksrtp_mikey_uid_acceptable(const struct ksrtp_mikey_domain *domain, int64_t time_ns,
				int64_t now_ns)
{
	uint64_t number = ksrtp_mikey_uid_period(domain, time_ns);
	int64_t grace = GRACE_NS;

	if (!domain_ok(domain))
		return false;
	if (domain->period < (uint64_t)(GRACE_NS / NSEC_PER_SEC))
		grace = (int64_t)domain->period * NSEC_PER_SEC;
	if (now_ns > INT64_MAX - grace || now_ns < INT64_MIN + grace)
		return false;
	return number >= ksrtp_mikey_uid_period(domain, now_ns - grace) &&
	       number <= ksrtp_mikey_uid_period(domain, now_ns + grace);
}

/* A part of the hashed string: its octets, then their number in two octets. */
static void put_part(struct ksrtp_wr *wr, const void *data, size_t len)
{
	ksrtp_wr_bytes(wr, data, len);
	ksrtp_wr_u16(wr, (uint16_t)len);
}

/* Integers have the shortest form; zero is one octet. */
static void put_integer(struct ksrtp_wr *wr, uint64_t v)
{
	uint8_t be[8];
	size_t n = 0;

	for (int i = 7; i >= 0; i--)
		if (n || v >> (8 * i) || !i)
			be[n++] = (uint8_t)(v >> (8 * i));
	put_part(wr, be, n);
}

/*
 * SHA-256(00 || P0 || L0 || ... || P5 || L5), F.2.1.1:
 * "MIKEY-SAKKE-UID", URI, KMS URI, period, offset, period number.
 */
enum ksrtp_mikey_status ksrtp_mikey_uid(uint8_t uid[KSRTP_MIKEY_UID_LEN], const char *uri,
					const char *kms, const struct ksrtp_mikey_domain *domain,
					uint64_t number)
{
	static const char p0[] = "MIKEY-SAKKE-UID";
	size_t uri_len = strnlen(uri, KSRTP_MIKEY_MAX_URI + 1);
	size_t kms_len = strnlen(kms, KSRTP_MIKEY_MAX_URI + 1);
	uint8_t text[640];
	struct ksrtp_wr wr;

	memset(uid, 0, KSRTP_MIKEY_UID_LEN);
	if (!domain)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	if (!ksrtp_mikey_uri_chars((const uint8_t *)uri, uri_len) ||
	    !ksrtp_mikey_uri_chars((const uint8_t *)kms, kms_len))
		return KSRTP_MIKEY_BAD_IDENTITY;
	ksrtp_wr_init(&wr, text, sizeof(text));
	ksrtp_wr_u8(&wr, 0);
	put_part(&wr, p0, sizeof(p0) - 1);
	put_part(&wr, uri, uri_len);
	put_part(&wr, kms, kms_len);
	put_integer(&wr, domain->period);
	put_integer(&wr, domain->offset);
	put_integer(&wr, number);
	if (!ksrtp_wr_ok(&wr) ||
	    !EVP_Digest(text, ksrtp_wr_len(&wr), uid, NULL, EVP_sha256(), NULL))
		return KSRTP_MIKEY_CRYPTO_FAILED;
	return KSRTP_MIKEY_OK;
}

enum ksrtp_mikey_status ksrtp_mikey_identifier_uid(struct ksrtp_mikey_identifier *out,
						   const char *uri, const char *kms,
						   const struct ksrtp_mikey_domain *domain,
						   int64_t time_ns)
{
	enum ksrtp_mikey_status st;

	memset(out, 0, sizeof(*out));
	st = ksrtp_mikey_uid(out->data, uri, kms, domain, ksrtp_mikey_uid_period(domain, time_ns));
	if (!st)
		out->len = KSRTP_MIKEY_UID_LEN;
	return st;
}

/*
 * salt = low 28 bits of HMAC-SHA-256(GMK, 50 || URI || length of URI), F.1.3;
 * GUK-ID = purpose tag of the GMK-ID, and (GMK-ID xor salt).
 */
enum ksrtp_mikey_status ksrtp_mikey_guk_id(const uint8_t gmk[KSRTP_MIKEY_SSV_LEN], uint32_t gmk_id,
					   const char *uri, uint32_t *guk_id)
{
	size_t len = strnlen(uri, KSRTP_MIKEY_MAX_URI + 1);
	uint8_t text[1 + KSRTP_MIKEY_MAX_URI + 2], mac[EVP_MAX_MD_SIZE];
	struct ksrtp_wr wr;
	uint32_t salt;

	*guk_id = 0;
	if (!ksrtp_mikey_uri_chars((const uint8_t *)uri, len))
		return KSRTP_MIKEY_BAD_IDENTITY;
	ksrtp_wr_init(&wr, text, sizeof(text));
	ksrtp_wr_u8(&wr, 0x50);
	put_part(&wr, uri, len);
	if (!HMAC(EVP_sha256(), gmk, KSRTP_MIKEY_SSV_LEN, text, ksrtp_wr_len(&wr), mac, NULL))
		return KSRTP_MIKEY_CRYPTO_FAILED;
	salt = (uint32_t)mac[28] << 24 | (uint32_t)mac[29] << 16 | (uint32_t)mac[30] << 8 | mac[31];
	ksrtp_secret_wipe(mac, sizeof(mac));
	*guk_id = gmk_id ^ (salt & 0x0fffffff);
	return KSRTP_MIKEY_OK;
}

/* Table E.1.3-1.  SPK, MKFC and MSCCK have no row of their own. */
static const struct {
	bool known, srtcp_only;
	uint8_t cs[2][2]; /* by media and by side: initiator's, the other's */
} purposes[] = {
	[KSRTP_MIKEY_PURPOSE_GMK] = { true, false,
				      { { KSRTP_MIKEY_CS_GROUP_VOICE, KSRTP_MIKEY_CS_GROUP_VOICE },
					{ KSRTP_MIKEY_CS_GROUP_VIDEO,
					  KSRTP_MIKEY_CS_GROUP_VIDEO } } },
	[KSRTP_MIKEY_PURPOSE_PCK] = { true, false,
				      { { KSRTP_MIKEY_CS_PRIVATE_VOICE_INITIATOR,
					  KSRTP_MIKEY_CS_PRIVATE_VOICE_RESPONDER },
					{ KSRTP_MIKEY_CS_PRIVATE_VIDEO_INITIATOR,
					  KSRTP_MIKEY_CS_PRIVATE_VIDEO_RESPONDER } } },
	[KSRTP_MIKEY_PURPOSE_CSK] = { true, true,
				      { { KSRTP_MIKEY_CS_CSK_VOICE, KSRTP_MIKEY_CS_CSK_VOICE },
					{ KSRTP_MIKEY_CS_CSK_VIDEO, KSRTP_MIKEY_CS_CSK_VIDEO } } },
	[KSRTP_MIKEY_PURPOSE_MUSIK] = { true, true,
					{ { KSRTP_MIKEY_CS_MUSIK_VOICE,
					    KSRTP_MIKEY_CS_MUSIK_VOICE },
					  { KSRTP_MIKEY_CS_MUSIK_VIDEO,
					    KSRTP_MIKEY_CS_MUSIK_VIDEO } } },
};

static bool has_row(unsigned int purpose)
{
	return purpose < sizeof(purposes) / sizeof(purposes[0]) && purposes[purpose].known;
}

enum ksrtp_mikey_status ksrtp_mikey_mcx_cs(uint32_t key_id, unsigned int media, bool srtcp,
					   bool from_initiator, uint8_t *cs_id)
{
	unsigned int purpose = ksrtp_mikey_purpose(key_id);

	*cs_id = 0;
	if (!has_row(purpose) || media > KSRTP_MIKEY_MEDIA_VIDEO)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	if (purposes[purpose].srtcp_only && !srtcp)
		return KSRTP_MIKEY_REFUSED;
	*cs_id = purposes[purpose].cs[media][!from_initiator];
	return KSRTP_MIKEY_OK;
}

size_t ksrtp_mikey_mcx_mki(uint32_t csb_id, uint32_t gmk_id, uint8_t mki[8])
{
	struct ksrtp_wr wr;

	ksrtp_wr_init(&wr, mki, 8);
	if (ksrtp_mikey_purpose(csb_id) == KSRTP_MIKEY_PURPOSE_GMK)
		ksrtp_wr_u32(&wr, gmk_id);
	ksrtp_wr_u32(&wr, csb_id);
	return ksrtp_wr_len(&wr);
}

unsigned int ksrtp_mikey_mcx_default(uint32_t key_id, uint8_t *rcc)
{
	*rcc = ksrtp_mikey_purpose(key_id) == KSRTP_MIKEY_PURPOSE_GMK ? 3 : 0;
	return KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM;
}

bool ksrtp_mikey_mcx_cs_fits(uint32_t key_id, const struct ksrtp_mikey_cs *cs)
{
	unsigned int purpose = ksrtp_mikey_purpose(key_id), i;
	uint8_t mki[8];
	size_t len;

	if (!has_row(purpose))
		return true;
	for (i = 0; i < 4 && purposes[purpose].cs[i / 2][i % 2] != cs->id; i++)
		;
	/* a group's SPI begins with the GMK-ID, which only who has the key can check */
	len = ksrtp_mikey_mcx_mki(key_id, 0, mki);
	return i < 4 && (!cs->spi_len || (cs->spi_len == len &&
					  !memcmp(cs->spi + len - 4, mki + len - 4, 4)));
}
