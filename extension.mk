# extension.mk
#	  Building, installing and testing the extension with PGXS.  Included by
#	  the Makefile, which sets here, EXTENSION, EXTVERSION and the tools.

MODULE_big = $(EXTENSION)
OBJS = $(sort $(patsubst $(here)%.c,%.o,$(wildcard $(here)src/*.c $(here)src/*/*.c)))
PG_CPPFLAGS = -I$(here)src -DAGENT_TRACKER_VERSION='"$(EXTVERSION)"'
SHLIB_LINK = -lz -lm
# only what the server looks up is visible; -fvisibility=hidden, which 16 and later
# set, would hide that, too, on 15
ifeq ($(shell uname -s),Linux)
SHLIB_LINK += -Wl,--version-script=$(here)src/exports.map
endif
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

# The install script is its parts in the listed order, some of which are made: of
# the contract, of a template, and of parts in which states of aggregates and their
# figures stand in short (.sql.in); older versions' scripts and the upgrade steps
# are files of their own.
sql_dir = $(CURDIR)/sql/
contract_sql = $(sql_dir)contract/types.sql $(sql_dir)ingest/steps.sql
compare_sql = $(sql_dir)store/compare.sql
states_sql = $(filter-out $(compare_sql), \
	$(patsubst $(here)sql/%.in,$(sql_dir)%,$(wildcard $(here)sql/*/*.sql.in)))
generated = $(contract_sql) $(compare_sql) $(states_sql)
script = $(CURDIR)/sql/$(EXTENSION)--$(EXTVERSION).sql
parts_order = $(shell sed 's/\#.*//' $(here)sql/ORDER)
SQL_PARTS = $(foreach part,$(parts_order),$(or $(filter $(generated),$(sql_dir)$(part)),$(here)sql/$(part)))
unlisted_parts = $(filter-out $(parts_order) $(EXTENSION)--%, \
	$(patsubst $(here)sql/%,%,$(wildcard $(here)sql/*.sql $(here)sql/*/*.sql)))
DATA_built = $(script)
DATA = $(filter-out sql/$(EXTENSION)--$(EXTVERSION).sql, \
	$(patsubst $(here)%,%,$(wildcard $(here)sql/$(EXTENSION)--*.sql)))

# test/sql, test/specs and test/expected; results in directories of their own, as
# pg_regress would take sql/MODULE/NAME.sql of the install script for a test
REGRESS = $(sort $(patsubst $(here)test/sql/%.sql,%,$(wildcard $(here)test/sql/*.sql $(here)test/sql/*/*.sql)))
REGRESS_OPTS = --inputdir=$(srcdir)/test --outputdir=build/regress --load-extension=$(EXTENSION)
REGRESS_PREP = regress-prep
ISOLATION = $(sort $(patsubst $(here)test/specs/%.spec,%,$(wildcard $(here)test/specs/*/*.spec)))
ISOLATION_OPTS = --inputdir=$(srcdir)/test --outputdir=build/isolation --load-extension=$(EXTENSION)

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

$(contract_sql): $(contract_gen)
	@$(MKDIR_P) $(dir $@)
	$(contract_gen) $(basename $(notdir $@)) > $@.tmp
	mv $@.tmp $@

# Operators of the types that are compared: type, what its values are called, and
# the prefix of the C functions that compare them.
compared = id:identifiers:at_id key:keys:at_bytes envelope:envelopes:at_bytes evidence:evidence:at_bytes
$(compare_sql): $(here)sql/store/compare.sql.in $(here)extension.mk
	@$(MKDIR_P) $(dir $@)
	{ echo '-- Comparison of at_id, at_key, at_envelope and at_evidence.  Written by make from compare.sql.in.'; \
	for t in $(compared); do echo; \
		(IFS=:; set -- $$t; sed "s/@type@/at_$$1/g; s/@things@/$$2/g; s/@compare@/$$3/g" $<); \
	done; } > $@.tmp
	mv $@.tmp $@

$(states_sql): $(sql_dir)%: $(here)sql/%.in $(here)tools/states.awk
	@$(MKDIR_P) $(dir $@)
	awk -f $(here)tools/states.awk $< > $@.tmp
	mv $@.tmp $@

$(script): $(SQL_PARTS) $(here)sql/ORDER $(here)$(EXTENSION).control
	@test -z "$(unlisted_parts)" || \
		{ echo "not listed in sql/ORDER: $(unlisted_parts)" >&2; exit 1; }
	@$(MKDIR_P) $(dir $@)
	cat $(SQL_PARTS) > $@.tmp
	mv $@.tmp $@

# pg_regress and pg_isolation_regress make no directories for tests in directories.
regress-prep:
	@for t in $(REGRESS) $(ISOLATION); do \
		if [ ! -e $(here)test/expected/$$t.out ]; then \
			echo "test/expected/$$t.out is missing" >&2; exit 1; \
		fi; done
	@$(MKDIR_P) $(sort $(addprefix build/regress/results/,$(dir $(REGRESS)))) \
		$(sort $(addprefix build/isolation/results/,$(dir $(ISOLATION))))
