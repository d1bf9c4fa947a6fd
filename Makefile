# Sets itself up in .venv, from the Python and npm package indexes alone.

PYTHON ?= python3.11
# The branch that a change of dist/ is held against.
BASE ?= origin/main
# Arguments for pytest.
ARGS ?=
# The environment that is synthesized, and where to.
ENV := production
OUTPUT = $(if $(filter production,$(ENV)),dist,build/$(ENV))
# Modules that write a page of docs/ when they are run.
GENERATED_DOCS := $(addprefix tests.documentation.,capabilities coverage picture reference runbooks)

VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# Python caches bytecode even where the environment says otherwise: without it a synth is a second slower.
export PYTHONDONTWRITEBYTECODE :=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help synth test snapshots lint types imports fresh wheel test-wheel test-config cluster-images test-accepted test-slow test-cluster benchmark changes check clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

synth: $(VENV)/cli.done ## Turn main.py into the manifests in dist/; ENV=dev for those of a laptop, in build/dev/.
	@echo "==> Synthesizing main.py into $(OUTPUT)/"
	@# The CLI deletes its output before it starts; a failure must leave dist/ as it was.
	@cdk8s --check-upgrade=false synth --app "python -O main.py $(ENV)" --output build/synth > /dev/null
	@rm -rf $(OUTPUT) && mv build/synth $(OUTPUT)
	@find $(OUTPUT) -type f | sort

test: $(VENV)/dev.done $(VENV)/cli.done ## Run all tests that need only Python and Node; ARGS="-k web" selects.
	@python -m pytest -n auto $(ARGS)

snapshots: synth $(VENV)/dev.done ## Accept what changed: dist/, generated pages of docs/, test snapshots.
	@for module in $(GENERATED_DOCS); do python -m $$module || exit 1; done
	@python -m pytest --snapshot-update $(ARGS)
	@cd tests/packaging/consumer && PYTHONPATH=$(CURDIR) python -m pytest -p pytest_constructs_lib --snapshot-update

lint: $(VENV)/dev.done ## Check style and format.
	@ruff check
	@ruff format --check

types: $(VENV)/dev.done ## Check types, strictly.
	@mypy

imports: $(VENV)/cli.done ## Make imports/ from crds/.
	@echo "==> Importing crds/ into imports/"
	@rm -rf build/imports
	@# The archives record file modes; Node warns about how the CLI starts its child processes.
	@umask 022; NODE_OPTIONS=--disable-warning=DEP0190 cdk8s --check-upgrade=false import --output build/imports
	@rm -rf imports && mv build/imports imports

fresh: imports synth ## Check that git holds imports/ and dist/ just as they are made.
	@# A copy of the index, so that the diff shows new files too and nothing is staged.
	@cp "$$(git rev-parse --git-path index)" build/index
	@GIT_INDEX_FILE=build/index git add --intent-to-add --ignore-removal -- imports dist
	@GIT_INDEX_FILE=build/index git --no-pager diff --exit-code -- imports dist

wheel: $(VENV)/python.done ## Build the wheel into build/wheel/.
	@rm -rf build
	@python -m pip wheel --quiet --no-deps --wheel-dir build/wheel .
	@find build/wheel -type f

test-wheel: $(VENV)/dev.done ## Install the wheel elsewhere and run the tests of a consumer.
	@python -m pytest tests/packaging $(ARGS)

test-config: $(VENV)/dev.done ## Let the real programs load every configuration file; needs Debian 12, root, Go, a JDK and Maven.
	@python -m pytest tests/configuration $(ARGS)

cluster-images: $(VENV)/dev.done ## Build the images that test-accepted runs, for the cluster of KUBECONFIG.
	@python -m tests.cluster.platform

test-accepted: $(VENV)/dev.done ## Apply what is synthesized to the cluster of KUBECONFIG, and ask its images.
	@python -m pytest tests/cluster/test_accepted.py tests/cluster/test_answers.py $(ARGS)

test-slow: $(VENV)/dev.done ## Let the API server of KUBECONFIG try add-ons, 500 random settings, and what changes says of it.
	@python -m pytest $(addprefix tests/cluster/test_,dry_runs.py refused.py server_side.py values.py) $(ARGS)

test-cluster: $(VENV)/dev.done ## Watch the platform in the cluster of KUBECONFIG; KEEP=1 leaves it there.
	@python -m pytest tests/cluster $(ARGS)

benchmark: $(VENV)/dev.done ## Measure what a synth costs; ARGS="--rounds 15" for more.
	@python -m benchmarks $(ARGS)

changes: $(VENV)/python.done ## Tell what the changes of dist/ since BASE do; what may hurt needs an acceptance.
	@constructs-lib changes "$(BASE)..."

check: lint types test fresh ## Run all checks of a change.

clean: ## Remove everything that make made, but dist/ and imports/.
	rm -rf $(VENV) build
	find . -type d \( -name __pycache__ -o -name ".*_cache" -o -name .hypothesis \) -prune -exec rm -rf {} +

$(VENV)/python.done: requirements.txt pyproject.toml
	@echo "==> Installing Python packages and Node into $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@python -m pip install --requirement $< --editable .
	@echo "==> Compiling for python -O"
	@python -O -m compileall -q $(VENV)/lib constructs_lib
	@touch $@

$(VENV)/cli.done: cdk8s-cli/package-lock.json $(VENV)/python.done
	@echo "==> Installing the cdk8s CLI"
	@cp -R cdk8s-cli $(VENV)
	@npm ci --prefix $(VENV)/cdk8s-cli
	@ln -sf ../cdk8s-cli/node_modules/.bin/cdk8s $(VENV)/bin/cdk8s
	@touch $@

$(VENV)/dev.done: requirements-dev.txt $(VENV)/python.done
	@echo "==> Installing the packages for tests and checks"
	@python -m pip install --requirement $<
	@touch $@
