# The verbs of ExecLine; each is a script in scripts/ or tests/.
.DEFAULT_GOAL := help
.NOTPARALLEL:

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F '|' '{ printf "  make %-8s %s\n", $$1, $$2 }'

up: ## Install what is missing, build, start, wait until healthy; prints what to dial
	@scripts/up.sh
	@scripts/welcome.sh

down: ## Stop the containers; calls, messages and lines stay in the volume
	@scripts/compose.sh down --remove-orphans

logs: ## Follow the logs of all parts
	@scripts/compose.sh logs --follow --tail 100

demo: ## Place calls of two members and the host, and show what happens
	@scripts/demo.sh

test: ## All tests; SUITES="unit state" for some of lint, unit, fuzz, state, service, sim, model, e2e, chaos, torture, mutated, nat
	@scripts/test.sh $(SUITES)

fuzz: ## Fuzz what reads foreign bytes; TIME_S=3600 for each target (600), TARGET=sdp for one (tests/fuzz/README.md)
	@scripts/fuzz.sh $(or $(TIME_S),600) $(TARGET)

lint: ## Style and static analysis only
	@scripts/test.sh lint

format: ## Lay out the C sources as lint wants them
	@scripts/tools.sh sh -c 'git ls-files -co --exclude-standard "*.c" "*.h" "*.cc" | xargs clang-format -i'

bench: ## Measure latencies and rates on this machine; ARGS=--short for a quick look
	@scripts/bench.sh $(ARGS)

clean: ## Remove what builds and tests have made, a stack under test too; your containers, volumes and .env stay
	@[ ! -e build/nat.env ] || tests/nat/run.sh down
	@tests/stack.sh down || { echo 'the stack under test is still there; see build/logs/test-down.log' >&2; exit 1; }
	@rm -rf build service/build

.PHONY: help up down logs demo test fuzz lint format bench clean
