# SPDX-License-Identifier: BSD-3-Clause
#
# ksrtp: everything is built below build/; `make help` lists the targets.

BUILD ?= build
VERSION := 0.1.0
KREL ?=
DESTDIR ?=
PREFIX ?= /usr/local
export BUILD VERSION

# one userspace build at a time in a tree
US = mkdir -p $(BUILD) && flock $(BUILD)/.lock $(MAKE) --no-print-directory \
	$(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc)) -f userspace/Makefile

.DEFAULT_GOAL := all
.PHONY: all help modules userspace tests gen setup check check-build check-vm \
	check-debug style demo bench install dkms-install clean

## all            userspace programs, libraries and the module
all: userspace modules

help:
	@sed -n 's/^## //p' Makefile

## userspace      programs and libraries only
userspace:
	@$(US) all

## tests          unit tests, helper programs and fuzz targets, without running them
tests:
	@$(US) tests

## modules        ksrtp.ko for KREL=RELEASE, the running kernel or, where its
##                headers are missing, every kernel of scripts/kernels.sh
modules:
	@scripts/kernels.sh build $(KREL)

## gen            regenerate what the netlink spec determines
gen:
	scripts/gen-netlink.sh

## setup          install what building and testing needs, by package name
setup:
	@scripts/setup

## check          every test layer; TESTS="unit kunit" picks some (tests/run -l)
check: setup
	@$(MAKE) --no-print-directory check-build
	@tests/run $(TESTS)

check-build:
	@$(US) all tests
	@scripts/kernels.sh build all

## check-vm       the tests in the guests only
check-vm: setup
	@$(MAKE) --no-print-directory check-build
	@tests/run guest

## check-debug    the tests in a guest whose kernel checks its memory (slow)
check-debug: setup
	@$(MAKE) --no-print-directory check-build
	@KSRTP_TIMEOUT_SCALE=$${KSRTP_TIMEOUT_SCALE:-3} tests/run debug guest-debug

## style          code style, lint of scripts and manual pages, sparse, checkpatch
style:
	@scripts/check-style.sh

## demo           protected calls end to end in a guest, with a report
demo:
	@scripts/setup -d
	@$(US) all test-progs
	@tests/demo/run

## bench          measurements beside peers, results in build/bench; BENCH="sakke" picks some
BENCH ?= $(patsubst tests/bench/run-%,%,$(wildcard tests/bench/run-*))
bench: setup
	@$(US) all test-progs
	@for name in $(BENCH); do tests/bench/run-$$name || exit 1; done

## install        programs, libraries, manual pages to DESTDIR, PREFIX (/usr/local)
install: userspace
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' scripts/install.sh $(BUILD) $(VERSION)

## dkms-install   the module's sources to /usr/src, for DKMS to build
DKMS_DIR = $(DESTDIR)/usr/src/ksrtp-$(VERSION)
dkms-install:
	install -d $(DKMS_DIR)/kmod $(DKMS_DIR)/include/uapi/linux
	install -m 644 Kbuild COPYING LICENSES/GPL-2.0 $(DKMS_DIR)
	install -m 644 kmod/Kbuild $(filter-out %_test.c,$(wildcard kmod/*.[ch])) $(DKMS_DIR)/kmod
	install -m 644 include/uapi/linux/ksrtp.h $(DKMS_DIR)/include/uapi/linux
	sed 's/@VERSION@/$(VERSION)/' dkms.conf >$(DKMS_DIR)/dkms.conf
	@echo "now: dkms install ksrtp/$(VERSION)"

## clean          remove build/
clean:
	rm -rf $(BUILD)
