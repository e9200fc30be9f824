// SPDX-License-Identifier: BSD-3-Clause
#include <jansson.h>
#include <stdio.h>

#include "offline.h"

static void print_hex(const char *name, const char *hex)
{
	int n;

	printf("%s\n", name);
	for (; *hex; hex += n) {
		fputs("    ", stdout);
		for (n = 0; n < 64 && hex[n]; n++)
			putchar(hex[n]);
		putchar('\n');
	}
}

enum kms_exit kms_show(const struct kms_args *args)
{
	char z[2 * KSRTP_KMS_Z_LEN + 1], kpak[2 * KSRTP_KMS_KPAK_LEN + 1];
	struct kms_store store;
	long long issued;
	json_t *j;

	if (!kms_store_open(&store, args->dir, false))
		return KMS_FAILED;
	kms_store_close(&store);
	issued = kms_log_count(args->dir);
	ksrtp_text_hex(z, store.domain.z, sizeof(store.domain.z));
	ksrtp_text_hex(kpak, store.domain.kpak, sizeof(store.domain.kpak));
	if (!args->json) {
		printf("KMS      %s\nscheme   RFC 6509 (tel URI and month), parameter set 1\n",
		       store.domain.uri);
		if (issued >= 0)
			printf("issued   %lld key sets\n", issued);
		print_hex("Z (SAKKE)", z);
		print_hex("KPAK (ECCSI)", kpak);
		return KMS_OK;
	}
	j = json_pack("{s:s, s:s, s:i, s:s, s:s, s:o}", "uri", store.domain.uri, "scheme",
		      "rfc6509", "parameter_set", 1, "z", z, "kpak", kpak, "issued",
		      issued < 0 ? json_null() : json_integer(issued));
	if (!j || json_dumpf(j, stdout, JSON_INDENT(2))) {
		kms_error("cannot write the answer");
		json_decref(j);
		return KMS_FAILED;
	}
	putchar('\n');
	json_decref(j);
	return KMS_OK;
}
