## agent_tracker: telemetry of AI trading agents, kept inside PostgreSQL
##
## Without anything installed (Debian 12; they install what they need):
##   make demo             a throw-away cluster with a sample trading day
##                         (KEEP=1 leaves it running)
##   make check            every test, in a throw-away cluster
##                         (STAGES="unit regress" for some of them, WERROR=1)
##   make check-versions   the same on all major versions that Debian has, in
##                         roots of their own (as root; RELEASES="trixie")
##   make bench            the speed and size ratios of bench/README.md
##   make calibration      false alarms and power of the tests of drift (slow)
##   make reference        docs/reference.md from the server's catalogs
##
## With PostgreSQL's server headers (PG_CONFIG=/path/to/pg_config):
##   make                  build the extension
##   make install          install it into that server
##   make installcheck     regression and isolation tests against a running
##                         server (REGRESS=name for one)
##   make clean            remove what was built
##   with_llvm=no          for machines without clang
##
## With a C compiler only:
##   make unit             the C files that need no server under ASan and UBSan
##   make fuzz             libFuzzer programs in build/fuzz (clang)
##   make docs             docs/contract.md from the contract's lists
##   make format           the C sources in PostgreSQL's layout (pg-bsd-indent)
##   make sample_day       the sample generator, bench/sample_day
##   make dist             a release archive in build/
##
## Out-of-tree: make -f /path/to/Makefile in the build directory.

EXTENSION = agent_tracker
here := $(dir $(firstword $(MAKEFILE_LIST)))
ifeq ($(wildcard $(here)extension.mk),)
$(error no extension.mk beside the Makefile: has its path spaces, which make cannot take?)
endif
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" $(here)$(EXTENSION).control)

WARNINGS = -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers
ifeq ($(WERROR),1)
WARNINGS += -Werror
endif
# clang takes & of two booleans for a slip
CLANG_WARNINGS = $(WARNINGS) -Wno-bitwise-instead-of-logical

# The files that need no server, for unit tests, fuzzing and tools.
PURE_FILES := $(shell sed -n 's/^pure://p' $(here)src/layers.txt)
PURE = $(wildcard $(PURE_FILES:%=$(here)src/%.c))
PURE_HEADERS = $(wildcard $(here)src/*/*.h $(here)src/*/*.def $(here)test/fuzz/*.h)
PURE_CPPFLAGS = -ffp-contract=off -DTRK_STANDALONE -I$(here)src -I$(here)test/fuzz

# The tool that writes out the contract.
contract_gen = $(CURDIR)/tools/contract_gen

# Goals of our own that must work before any pg_config exists.  PGXS has a
# "check" of its own, so it is not included for these; a mixture of both kinds
# is made goal by goal.
HOST_GOALS = help check check-versions demo bench calibration reference unit fuzz docs format sample_day dist META.json
goals := $(or $(MAKECMDGOALS),all)
host_goals := $(filter $(HOST_GOALS) build/%,$(goals))

ifeq ($(words $(host_goals)),0)
include $(here)extension.mk
else ifeq ($(words $(host_goals)),$(words $(goals)))
include $(here)host.mk
else
.NOTPARALLEL:
.PHONY: $(goals)
$(goals):
	+@$(MAKE) --no-print-directory -f $(firstword $(MAKEFILE_LIST)) $@
endif

$(contract_gen): $(here)tools/contract_gen.c $(PURE) $(PURE_HEADERS)
	@mkdir -p $(dir $@)
	$(CC) -O1 $(WARNINGS) $(PURE_CPPFLAGS) -o $@ $< $(PURE) -lz -lm
