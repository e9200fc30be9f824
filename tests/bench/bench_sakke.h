/* SPDX-License-Identifier: BSD-3-Clause */
/* What bench_sakke measures, and against what. */
#ifndef BENCH_SAKKE_H
#define BENCH_SAKKE_H

#include <stddef.h>
#include <stdint.h>

#define BATCH 16
#define ID_LEN 26

struct ours; /* our library with one back end */

struct operation {
	const char *name;
	void (*run)(struct ours *o); /* NULL for peers */
	int repeat; /* runs in a row */
	int items; /* operations in one run */
	const char *peer; /* what it is compared with */
	/* required ratios to it with IFMA and with mulx; 0: none */
	double ifma, mulx;
};

struct peer {
	const char *name;
	void (*run)(void);
	int repeat;
};

void must(int ok, const char *what);
#define MUST(call) must((call) == 0, #call)

/* A receiver that was never called before. */
const uint8_t *new_receiver(void);

/* bench_wolfssl.c: a KMS with master secret @z, and the key of identity @id */
void wolf_setup(const uint8_t z[128], const uint8_t Z[257], const uint8_t *id, const uint8_t K[257],
		const uint8_t ssv[16], const uint8_t enc[273]);
void wolf_encapsulate(void);
void wolf_decapsulate(void);
void wolf_extract(void);
void wolf_validate(void);

/* bench_ecdsa.c: OpenSSL's headers do not go with wolfSSL's options */
int ossl_setup(void);
void ossl_sign(void);
void ossl_verify(void);

#endif
