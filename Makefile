# Weir's everyday commands. Each installs what is missing first (Scripts/setup), and says so.

release = swift build -c release --product
weir = "$$(swift build -c release --show-bin-path)/weir"

.PHONY: help setup demo build check format test fuzz fuzzreceivers bench acceptance record

help: ## what can be made (this list)
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## install missing Debian packages and the pinned DuckDB library
	@Scripts/setup

demo: setup ## the main job on a sample made here; ends with the report's path
	@$(release) weir
	@Scripts/demo $(weir)

build: setup ## build everything, release
	@swift build -c release

check: setup ## format, arrows between rooms
	@Scripts/check

format: ## lay out every source file as `make check` wants it
	@swift format --in-place --parallel --recursive Package.swift Sources Tests Benchmarks

test: setup ## all tests
	@swift test

fuzz: setup ## libFuzzer on the decoders of captures, flow exports and routes (SECONDS=3600, DECODER=dns or each)
	@Scripts/fuzz $(or $(SECONDS),3600) $(DECODER)

fuzzreceivers: setup ## libFuzzer on logs, syslog and the HTTP receiver (SECONDS=3600, TARGETS="logs push")
	@Scripts/fuzz-receivers $(or $(SECONDS),3600) $(TARGETS)

bench: setup ## CPU per event, memory and accuracy beside DuckDB; BENCH_LONG=1 adds ten times the input
	@$(release) weir
	@$(release) bench
	@"$$(swift build -c release --show-bin-path)/bench" $(weir)

acceptance: setup ## every set of the corpus (WEIR_CORPUS or ../shared/corpus); ARGS=--verbose names each miss
	@$(release) weir
	@$(release) acceptance
	@"$$(swift build -c release --show-bin-path)/acceptance" $(ARGS)

record: setup ## make generated pages and recorded fixtures anew
	@Scripts/record
