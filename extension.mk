# extension.mk
#	  Building, installing and testing the extension with PGXS.  Included by
#	  the Makefile, which sets here, EXTENSION, EXTVERSION and the tools.

MODULE_big = $(EXTENSION)
OBJS = $(sort $(patsubst $(here)%.c,%.o,$(wildcard $(here)src/*.c)))
PG_CPPFLAGS = -I$(here)src -DAGENT_TRACKER_VERSION='"$(EXTVERSION)"'
SHLIB_LINK = -lz -lm
# the same figures on every machine: no multiply and add in one rounding
PG_CFLAGS = -ffp-contract=off
ifdef WERROR
PG_CFLAGS += $(WARNINGS)
endif

# make splits paths at spaces, PGXS does not quote them either.
ifneq ($(words $(CURDIR)),1)
$(error "$(CURDIR)" has spaces, which make and PGXS cannot take; build in a \
directory without, or use "make check" or "make demo", which copy the source)
endif

# The install script is its parts in the listed order; older versions' scripts
# and the upgrade steps are files of their own.
generated_dir = $(CURDIR)/sql/parts/generated/
generated = $(generated_dir)types.sql $(generated_dir)steps.sql
script = $(CURDIR)/sql/$(EXTENSION)--$(EXTVERSION).sql
parts_dir = $(here)sql/parts/
parts_order = $(shell sed 's/\#.*//' $(parts_dir)ORDER)
SQL_PARTS = $(patsubst $(parts_dir)generated/%,$(generated_dir)%,$(addprefix $(parts_dir),$(parts_order)))
unlisted_parts = $(filter-out $(parts_order),$(notdir $(wildcard $(parts_dir)*.sql)))
DATA_built = $(script)
DATA = $(filter-out sql/$(EXTENSION)--$(EXTVERSION).sql, \
	$(patsubst $(here)%,%,$(wildcard $(here)sql/$(EXTENSION)--*.sql)))

# test/sql and test/specs, with expected/ at the top
REGRESS = $(sort $(notdir $(basename $(wildcard $(here)test/sql/*.sql))))
REGRESS_OPTS = --inputdir=$(srcdir)/test --load-extension=$(EXTENSION)
REGRESS_PREP = regress-prep
ISOLATION = $(sort $(notdir $(basename $(wildcard $(here)test/specs/*.spec))))
ISOLATION_OPTS = --inputdir=$(srcdir)/test --outputdir=. --load-extension=$(EXTENSION)

EXTRA_CLEAN = $(OBJS:.o=.d) $(generated) $(contract_gen) META.json build bench/sample_day

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifeq ($(PGXS),)
$(error $(PG_CONFIG) not found: install PostgreSQL's server headers \
(postgresql-server-dev-NN), or use "make check" or "make demo", which do)
endif
include $(PGXS)

# Bitcode for JIT gives the same figures, and is compiled with the same warnings.
override BITCODE_CFLAGS += -ffp-contract=off
ifdef WERROR
override BITCODE_CFLAGS += $(CLANG_WARNINGS)
endif

# Rebuild what includes a changed header or list.
override CFLAGS += -MMD -MP
-include $(OBJS:.o=.d)
$(OBJS:.o=.bc): $(PURE_HEADERS)
$(OBJS): | objdirs
src/agent_tracker.o: $(here)$(EXTENSION).control

.PHONY: objdirs regress-prep
objdirs:
	@$(MKDIR_P) $(sort $(dir $(OBJS)))

$(generated): $(generated_dir)%.sql: $(contract_gen)
	@$(MKDIR_P) $(dir $@)
	$(contract_gen) $* > $@.tmp
	mv $@.tmp $@

$(script): $(SQL_PARTS) $(here)sql/parts/ORDER $(here)$(EXTENSION).control
	@test -z "$(unlisted_parts)" || \
		{ echo "not listed in sql/parts/ORDER: $(unlisted_parts)" >&2; exit 1; }
	@$(MKDIR_P) $(dir $@)
	cat $(SQL_PARTS) > $@.tmp
	mv $@.tmp $@

# pg_regress reads ./sql/T.sql before test/sql/T.sql, and wants expected/ in
# the build directory.
regress-prep:
	@for t in $(REGRESS); do \
		if [ -e $(here)sql/$$t.sql ]; then \
			echo "sql/$$t.sql would run instead of test/sql/$$t.sql" >&2; exit 1; \
		fi; done
	@for t in $(REGRESS) $(ISOLATION); do \
		if [ ! -e $(here)expected/$$t.out ]; then \
			echo "expected/$$t.out is missing" >&2; exit 1; \
		fi; done
	@test -e expected || ln -s $(abspath $(here)expected) expected
