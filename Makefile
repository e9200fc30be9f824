# SPDX-License-Identifier: BSD-3-Clause
#
# ksrtp: everything is built below build/; `make help` lists the targets.

BUILD ?= build
VERSION := 0.1.0
KREL ?=
export BUILD VERSION

US := $(MAKE) --no-print-directory -f userspace/Makefile

.DEFAULT_GOAL := all
.PHONY: all help modules userspace tests gen setup check check-vm style demo \
	install dkms-install clean

all: userspace modules

help:
	@sed -n 's/^## //p' Makefile

## all            userspace programs, libraries and the module
## userspace      programs and libraries only
userspace:
	@$(US) all

## tests          unit tests, helper programs and fuzz targets (not run)
tests:
	@$(US) tests

## modules        ksrtp.ko for KREL=RELEASE, the running kernel, or (where its
##                headers are missing) every kernel of scripts/kernels.sh
modules:
	@scripts/kernels.sh build $(KREL)

clean:
	rm -rf $(BUILD)
