# host.mk
#	  Goals that need no PostgreSQL: the one-command scripts, unit tests,
#	  fuzzing, generated documents, the release archive.  Included by the
#	  Makefile, which sets here, EXTENSION, EXTVERSION, PURE and the tools.

.PHONY: help check check-versions demo bench calibration reference unit fuzz docs format sample_day dist

help:
	@sed -n 's/^## \{0,1\}//p' $(here)Makefile

check:
	@WERROR='$(WERROR)' STAGES='$(STAGES)' $(here)test/run/check

check-versions:
	@WERROR='$(WERROR)' STAGES='$(STAGES)' RELEASES='$(RELEASES)' ROOTS='$(ROOTS)' MIRROR='$(MIRROR)' \
		$(here)test/run/check-versions

demo:
	@KEEP='$(KEEP)' $(here)test/run/demo

bench:
	@$(here)bench/run $(BENCH)

calibration:
	@$(here)bench/calibration

reference:
	@$(here)test/run/reference > $(here)docs/reference.md.tmp
	@mv $(here)docs/reference.md.tmp $(here)docs/reference.md

format:
	@cd $(here) && tools/format

# Unit tests and sanitizers
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -g -O1
san_objs = $(patsubst $(here)src/%.c,build/san/%.o,$(PURE))
unit_programs = $(patsubst $(here)test/unit/%.c,build/unit/%,$(wildcard $(here)test/unit/*/*.c))

.SECONDARY: $(san_objs)

unit: $(unit_programs)
	@for p in $(unit_programs); do echo "# $$p"; $$p || exit 1; done

build/san/%.o: $(here)src/%.c $(PURE_HEADERS)
	@mkdir -p $(dir $@)
	$(CC) $(SANITIZE) $(WARNINGS) $(PURE_CPPFLAGS) -c -o $@ $<

build/unit/%: $(here)test/unit/%.c $(san_objs) $(PURE_HEADERS) $(wildcard $(here)test/unit/*.h)
	@mkdir -p $(dir $@)
	$(CC) $(SANITIZE) $(WARNINGS) $(PURE_CPPFLAGS) -I$(here)test/unit -o $@ $< $(san_objs) -lz -lm

# Fuzzing
FUZZ_CC = clang
FUZZ = -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -g -O1
fuzz_objs = $(patsubst $(here)src/%.c,build/fuzz/%.o,$(PURE))
fuzz_programs = $(patsubst $(here)test/fuzz/%.c,build/fuzz/%,$(wildcard $(here)test/fuzz/fuzz_*.c))

.SECONDARY: $(fuzz_objs)

fuzz: $(fuzz_programs)

build/fuzz/%.o: $(here)src/%.c $(PURE_HEADERS)
	@mkdir -p $(dir $@)
	$(FUZZ_CC) $(subst =fuzzer,=fuzzer-no-link,$(FUZZ)) $(CLANG_WARNINGS) $(PURE_CPPFLAGS) -c -o $@ $<

build/fuzz/%: $(here)test/fuzz/%.c $(fuzz_objs) $(PURE_HEADERS)
	@mkdir -p $(dir $@)
	$(FUZZ_CC) $(FUZZ) $(CLANG_WARNINGS) $(PURE_CPPFLAGS) -o $@ $< $(fuzz_objs) -lz -lm

# The sample generator
sample_files = $(filter $(here)src/base/% $(here)src/sample/%,$(PURE))

sample_day: bench/sample_day

bench/sample_day: $(here)bench/sample_day.c $(sample_files) $(PURE_HEADERS)
	@mkdir -p $(dir $@)
	$(CC) -O2 $(WARNINGS) $(PURE_CPPFLAGS) -o $@ $< $(sample_files) -lm

# What bench/run measures without a server
build/evidence_cost: $(here)bench/evidence_cost.c $(PURE) $(PURE_HEADERS)
	@mkdir -p $(dir $@)
	$(CC) -O2 $(WARNINGS) $(PURE_CPPFLAGS) -o $@ $< $(PURE) -lz -lm

# What bench/calibration simulates
build/calibration_data: $(here)bench/calibration_data.c
	@mkdir -p $(dir $@)
	$(CC) -std=gnu11 -O2 $(WARNINGS) -o $@ $< -lm

# Documents and release
docs: $(contract_gen)
	$(contract_gen) docs > $(here)docs/contract.md.tmp
	mv $(here)docs/contract.md.tmp $(here)docs/contract.md

META.json: $(here)META.json.in $(here)$(EXTENSION).control
	sed -e 's|@VERSION@|$(EXTVERSION)|' \
		-e "s|@ABSTRACT@|$$(sed -n "s/^comment *= *'\(.*\)'.*/\1/p" $(here)$(EXTENSION).control)|" $< > $@.tmp
	mv $@.tmp $@

dist: META.json
	@mkdir -p build
	git -C $(here) archive --format=zip --prefix=$(EXTENSION)-$(EXTVERSION)/ \
		--add-file=$(CURDIR)/META.json -o $(CURDIR)/build/$(EXTENSION)-$(EXTVERSION).zip HEAD
