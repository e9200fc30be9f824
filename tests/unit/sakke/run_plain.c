/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Becomes the program PROGRAM of the directory above its own: for tests that measure what
 * sanitizers would change.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char path[4096];
	char *slash = strrchr(argv[0], '/');

	(void)argc;
	snprintf(path, sizeof(path), "%.*s/../" PROGRAM, slash ? (int)(slash - argv[0]) : 1,
		 slash ? argv[0] : ".");
	unsetenv("LD_PRELOAD");
	execv(path, argv);
	perror(path);
	return 1;
}
