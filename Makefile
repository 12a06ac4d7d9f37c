# Two commands matter: `make run` and `make test`. The rest is for those who work on the portal.
.DEFAULT_GOAL := help
.PHONY: help run test check format bench bench-search search-server messages requirements clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Set everything up, load the programme, serve it (PORT=8000)
	@bin/run

test: ## Set everything up, run every check
	@bin/test

check: ## Run the checks that need no browser and no server
	@bin/setup dev
	@bin/check

format: ## Format the code
	@bin/setup dev
	@.venv/bin/ruff check --fix --quiet .; .venv/bin/ruff format .

bench: ## Measure pages against a bare Wagtail project
	@bin/setup dev
	@.venv/bin/python -m tests.bench

bench-search: ## Measure search on each engine, up to 100,000 entries (an hour)
	@bin/setup dev
	@.venv/bin/python -m tests.bench.search

search-server: ## Start Elasticsearch for development (SEARCH_PORT=9200)
	@port=$${SEARCH_PORT:-9200}; url=$$(bin/search-server elasticsearch start $$port) && \
	printf '%s\n' "Elasticsearch runs. To use it:  export ELASTICSEARCH_URL=$$url" \
		"To remove it with its data:     bin/search-server elasticsearch stop $$port"

messages: ## Collect the interface strings into the catalogues (needs gettext)
	@.venv/bin/python manage.py makemessages --all --no-location --no-wrap --ignore=.venv --ignore=var --ignore=tests --ignore=docs

requirements: ## Pin the dependencies again
	@.venv/bin/pip install -q uv
	@.venv/bin/uv pip compile -q --universal --upgrade --no-header requirements.in -o requirements.txt
	@.venv/bin/uv pip compile -q --universal --upgrade --no-header requirements-dev.in -o requirements-dev.txt

clean: ## Remove what was installed and built here; data stay in var/
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
