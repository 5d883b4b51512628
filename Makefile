# Everything one does with this repository. Stamp files make a second run do no work twice.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?= 8080
export PORT
VENV ?= .venv
PY := $(VENV)/bin/python
NPM := infra/local/setup/npm.sh $(abspath $(VENV))
WITH_NODE := infra/local/setup/node.sh $(abspath $(VENV))
STAMPS := $(VENV)/stamps
REPORTS := .cache/reports
WORKERS ?= auto
API_SOURCES := $(shell find app.py chalicelib -name '*.py' 2>/dev/null)
WEB_SOURCES := $(shell find static/src static/public static/index.html static/vite.config.ts \
	static/package-lock.json -type f -not -path '*/generated/*' 2>/dev/null)
PIP_INSTALL := $(PY) -m pip install -q --disable-pip-version-check --no-deps -r

.PHONY: help
help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)


$(STAMPS)/venv:
	@infra/local/setup/venv.sh $(VENV)
	@mkdir -p $(STAMPS) && touch $@

# The files pin every dependency of a dependency, so pip has nothing to resolve.
$(STAMPS)/local: requirements-local.txt $(STAMPS)/venv
	@echo "Installing Python packages…"
	@$(PIP_INSTALL) requirements-local.txt
	@touch $@

$(STAMPS)/dev: requirements-dev.txt $(STAMPS)/local
	@echo "Installing Python packages for development…"
	@$(PIP_INSTALL) requirements-dev.txt
	@touch $@

# Without --no-deps: what PyTorch needs depends on whether there is a build of it without CUDA.
$(STAMPS)/torch: requirements-torch.in requirements-torch.txt requirements-readers.txt $(STAMPS)/dev
	@echo "Installing PyTorch…"
	@$(PY) -m pip install -q --disable-pip-version-check -r requirements-torch.in \
		-c requirements-torch.txt
	@$(PIP_INSTALL) requirements-readers.txt
	@touch $@

$(STAMPS)/services: tests/services/package-lock.json $(STAMPS)/venv
	@echo "Installing emulators of other services…"
	@infra/local/setup/services.sh $(VENV)
	@touch $@

$(STAMPS)/npm: static/package-lock.json $(STAMPS)/venv
	@echo "Installing browser packages…"
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

# The browser's client is generated from the API's own description.
static/src/api/generated/openapi.json: $(API_SOURCES) $(STAMPS)/local
	@mkdir -p $(@D)
	@$(PY) -m chalicelib.platform.openapi > $@.new
	@if cmp -s $@.new $@; then rm $@.new; touch $@; else mv $@.new $@; fi

static/src/api/generated/schema.d.ts: static/src/api/generated/openapi.json $(STAMPS)/npm
	@$(NPM) run --silent api > /dev/null
	@touch $@

static/dist/index.html: $(WEB_SOURCES) static/src/api/generated/schema.d.ts $(STAMPS)/npm
	@echo "Building the browser application…"
	@$(NPM) run --silent build -- --logLevel warn
	@touch $@

.PHONY: setup
setup: $(STAMPS)/local static/dist/index.html ## Install what running needs and build the browser application

.PHONY: run
run: setup ## Serve everything on http://localhost:$PORT (8080)
	@exec $(PY) -m infra.local

.PHONY: demo
demo: setup-dev ## Fill a running server with a project of real photographs and a video
	@$(PY) -m infra.local.demo

.PHONY: setup-dev
setup-dev: setup $(STAMPS)/dev ## Install what checks, tests and benchmarks need

.PHONY: format
format: setup-dev ## Format Python and TypeScript
	@$(VENV)/bin/ruff format -q .
	@$(VENV)/bin/ruff check -q --fix .
	@$(NPM) run --silent format

.PHONY: check lint types check-static test-unit
check: lint types check-static test-unit ## Lint, types and unit tests (under two minutes)

lint: $(STAMPS)/dev
	@$(VENV)/bin/ruff check -q .
	@$(VENV)/bin/ruff format -q --check .

types: $(STAMPS)/dev
	@$(VENV)/bin/mypy --no-error-summary .

check-static: static/src/api/generated/schema.d.ts
	@$(NPM) run --silent check

test-unit: $(STAMPS)/dev test-static
	@PROPERTIES=quick $(WITH_NODE) $(PY) -m pytest tests/unit -q -n $(WORKERS) -m "not slow"

.PHONY: test test-python test-static test-browser
test: test-python test-static test-browser ## Run every test: Python, browser application, browser journeys

test-python: setup-dev $(STAMPS)/torch $(STAMPS)/services
	@mkdir -p $(REPORTS)
	@$(WITH_NODE) $(PY) -m pytest -q -n $(WORKERS) --dist loadgroup --junit-xml=$(REPORTS)/python.xml tests

test-static: static/src/api/generated/schema.d.ts
	@mkdir -p $(REPORTS)
	@$(NPM) run --silent test -- --reporter=default --reporter=junit \
		--outputFile.junit=$(abspath $(REPORTS))/static.xml

test-browser: setup-dev
	@mkdir -p $(REPORTS)
	@CHROMIUM="$$(infra/local/setup/chromium.sh $(VENV))" REPORT=$(abspath $(REPORTS))/browser.xml \
		PYTHON=$(abspath $(PY)) $(NPM) run --silent test:browser

.PHONY: bench
bench: setup-dev ## Measure: each line is a ratio against a limit or a peer
	@$(WITH_NODE) $(PY) -m bench

.PHONY: costs
costs: setup-dev ## Count the AWS calls of every action again and write docs/costs.md
	@$(PY) -m bench.costs --write

.PHONY: screenshots
screenshots: setup-dev ## Take the README's screenshots from a running demo
	@CHROMIUM="$$(infra/local/setup/chromium.sh $(VENV))" PYTHON=$(abspath $(PY)) \
		$(NPM) run --silent screenshots

.PHONY: lock
lock: setup-dev ## Pin the packages again after editing a requirements*.in file
	@infra/local/setup/lock.sh $(VENV)

.PHONY: clean
clean: ## Remove what was built and installed; your data in .skylabel stays
	@rm -rf $(VENV) static/node_modules tests/services/node_modules static/dist static/src/api/generated .cache cdk.out chalice.out \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# 3.x of the CLI cannot read what this aws-cdk-lib writes.
CDK = npx --yes aws-cdk@2.1148.1 --app "$(PY) -m infra.cdk.app" --output .cache/cdk.out $(CONTEXT)

.PHONY: synth deploy destroy aws-admin
synth: setup-dev ## Write the CloudFormation template to .cache/cdk.out
	@$(CDK) synth --quiet

deploy: setup-dev ## Deploy to the AWS account that the AWS CLI is configured for (docs/aws.md)
	@$(CDK) deploy
	@$(PY) -m infra.cdk.site

destroy: setup-dev ## Remove what was deployed, except what holds data
	@$(CDK) destroy

aws-admin: setup-dev ## Create the administrator of a deployed stack (USERNAME=admin)
	@$(PY) -m infra.cdk.admin $(USERNAME)
