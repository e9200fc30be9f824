// SPDX-License-Identifier: BSD-3-Clause
#include <openssl/evp.h>

#include "util.h"

size_t unhex(const char *text, uint8_t *out, size_t cap)
{
	size_t n = 0;

	while (*text) {
		unsigned int v;

		if (*text == ' ') {
			text++;
			continue;
		}
		assert_int_equal(sscanf(text, "%2x", &v), 1);
		assert_true(text[1] != 0 && n < cap);
		out[n++] = (uint8_t)v;
		text += 2;
	}
	return n;
}

struct row {
	char section[64];
	char name[64];
	char *value;
};

struct vectors {
	struct row *row;
	size_t n;
};

struct vectors *vectors_open(const char *file)
{
	const char *dir = getenv("KSRTP_VECTORS");
	struct vectors *v = calloc(1, sizeof(*v));
	char path[512], section[64] = "", *line = NULL;
	size_t cap = 0;
	ssize_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir ? dir : "tests/vectors", file);
	f = fopen(path, "r");
	if (!f)
		print_error("cannot open %s\n", path);
	assert_non_null(f);
	while ((len = getline(&line, &cap, f)) > 0) {
		struct row *row;
		char *eq;

		line[strcspn(line, "\r\n")] = 0;
		if (!*line || *line == '#')
			continue;
		if (*line == '[') {
			assert_int_equal(sscanf(line, "[%63[^]]]", section), 1);
			continue;
		}
		eq = strstr(line, " = ");
		assert_non_null(eq);
		*eq = 0;
		v->row = realloc(v->row, (v->n + 1) * sizeof(*v->row));
		row = &v->row[v->n++];
		snprintf(row->section, sizeof(row->section), "%s", section);
		snprintf(row->name, sizeof(row->name), "%s", line);
		row->value = strdup(eq + 3);
	}
	free(line);
	fclose(f);
	return v;
}

void vectors_close(struct vectors *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->row[i].value);
	free(v->row);
	free(v);
}

void vectors_each(struct vectors *v, void (*fn)(struct vectors *v, const char *section))
{
	const char *last = "";

	for (size_t i = 0; i < v->n; i++) {
		if (strcmp(v->row[i].section, last))
			fn(v, v->row[i].section);
		last = v->row[i].section;
	}
}

static const char *find(struct vectors *v, const char *section, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->row[i].section, section) && !strcmp(v->row[i].name, name))
			return v->row[i].value;
	return NULL;
}

bool vectors_has(struct vectors *v, const char *section, const char *name)
{
	return find(v, section, name);
}

const char *vectors_text(struct vectors *v, const char *section, const char *name)
{
	const char *value = find(v, section, name);

	if (!value)
		print_error("no %s in [%s]\n", name, section);
	assert_non_null(value);
	return value;
}

size_t vectors_hex(struct vectors *v, const char *section, const char *name, uint8_t *out,
		   size_t cap)
{
	return unhex(vectors_text(v, section, name), out, cap);
}

/* --- fake cryptography --- */

static void stream(uint8_t *out, size_t len, const char *what, const char *kms,
		   const struct ksrtp_mikey_identifier *id, const uint8_t *data, size_t data_len)
{
	for (uint32_t i = 0; len; i++) {
		uint8_t md[32];
		EVP_MD_CTX *c = EVP_MD_CTX_new();
		size_t n = len < sizeof(md) ? len : sizeof(md);

		assert_int_equal(EVP_DigestInit_ex(c, EVP_sha256(), NULL), 1);
		EVP_DigestUpdate(c, &i, sizeof(i));
		EVP_DigestUpdate(c, what, strlen(what) + 1);
		EVP_DigestUpdate(c, kms, strlen(kms) + 1);
		EVP_DigestUpdate(c, id->data, id->len);
		EVP_DigestUpdate(c, data, data_len);
		assert_int_equal(EVP_DigestFinal_ex(c, md, NULL), 1);
		EVP_MD_CTX_free(c);
		memcpy(out, md, n);
		out += n;
		len -= n;
	}
}

static void named(struct fake *f, const char *kms)
{
	snprintf(f->kms, sizeof(f->kms), "%s", kms);
}

static enum ksrtp_mikey_status fake_encapsulate(void *ctx, const char *kms,
						const struct ksrtp_mikey_identifier *id,
						const uint8_t ssv[KSRTP_MIKEY_SSV_LEN],
						uint8_t out[KSRTP_MIKEY_SAKKE_LEN])
{
	struct fake *f = ctx;
	uint8_t pad[KSRTP_MIKEY_SSV_LEN];

	f->encapsulated++;
	named(f, kms);
	if (f->fail_encapsulate)
		return f->fail_encapsulate;
	/* point: a function of the receiver and the value; hint: the value, masked by it */
	out[0] = 4;
	stream(out + 1, 256, "point", kms, id, ssv, KSRTP_MIKEY_SSV_LEN);
	stream(pad, sizeof(pad), "pad", kms, id, out, 257);
	for (int i = 0; i < 16; i++)
		out[257 + i] = ssv[i] ^ pad[i];
	return KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status fake_decapsulate(void *ctx, const char *kms,
						const struct ksrtp_mikey_identifier *id,
						const uint8_t data[KSRTP_MIKEY_SAKKE_LEN],
						uint8_t ssv[KSRTP_MIKEY_SSV_LEN])
{
	struct fake *f = ctx;
	uint8_t pad[KSRTP_MIKEY_SSV_LEN], again[257] = { 4 };

	f->decapsulated++;
	named(f, kms);
	if (f->fail_decapsulate)
		return f->fail_decapsulate;
	stream(pad, sizeof(pad), "pad", kms, id, data, 257);
	for (int i = 0; i < 16; i++)
		ssv[i] = data[257 + i] ^ pad[i];
	stream(again + 1, 256, "point", kms, id, ssv, KSRTP_MIKEY_SSV_LEN);
	return memcmp(again, data, sizeof(again)) ? KSRTP_MIKEY_BAD_SAKKE : KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status fake_sign(void *ctx, const char *kms,
					 const struct ksrtp_mikey_identifier *id,
					 const uint8_t *msg, size_t len,
					 uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	struct fake *f = ctx;

	f->signed_++;
	named(f, kms);
	if (f->fail_sign)
		return f->fail_sign;
	stream(sig, KSRTP_MIKEY_SIGN_LEN, "sign", kms, id, msg, len);
	return KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status fake_verify(void *ctx, const char *kms,
					   const struct ksrtp_mikey_identifier *id,
					   const uint8_t *msg, size_t len,
					   const uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	uint8_t want[KSRTP_MIKEY_SIGN_LEN];
	struct fake *f = ctx;

	f->verified++;
	named(f, kms);
	if (f->fail_verify)
		return f->fail_verify;
	stream(want, sizeof(want), "sign", kms, id, msg, len);
	return memcmp(want, sig, sizeof(want)) ? KSRTP_MIKEY_BAD_SIGNATURE : KSRTP_MIKEY_OK;
}

const struct ksrtp_mikey_ops fake_ops = {
	.encapsulate = fake_encapsulate,
	.decapsulate = fake_decapsulate,
	.sign = fake_sign,
	.verify = fake_verify,
};

void scene_init(struct scene *s, int64_t now, unsigned int suite)
{
	memset(s, 0, sizeof(*s));
	for (int i = 0; i < 16; i++) {
		s->rand[i] = (uint8_t)(0xa0 + i);
		s->ssv[i] = (uint8_t)(0x50 + i);
	}
	s->flow = (struct ksrtp_mikey_flow){
		.family = 4,
		.initiator = { 192, 0, 2, 1 },
		.responder = { 198, 51, 100, 2 },
		.initiator_port = 40000,
		.responder_port = 40002,
		.initiator_rtcp_port = 40001,
	};
	s->proposal = (struct ksrtp_mikey_proposal){
		.scheme = KSRTP_MIKEY_SCHEME_TEL_MONTH,
		.prf = KSRTP_MIKEY_PRF_SHA1,
		.now_ns = now,
		.initiator = ALICE,
		.responder = BOB,
		.initiator_kms = KMS,
		.responder_kms = KMS,
		.csb_id = 0x12345678,
		.rand = s->rand,
		.rand_len = sizeof(s->rand),
		.ssv = s->ssv,
		.map_type = KSRTP_MIKEY_MAP_SRTP_ID,
		.n_cs = 2,
		.cs = { { .suite = (uint8_t)suite, .ssrc = 0xcafebabe },
			{ .suite = (uint8_t)suite } },
		.flow = &s->flow,
	};
}
