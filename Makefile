# One command each. The only thing needed beforehand is Python 3.11 or newer with its venv module.

PYTHON ?= python3
UV := .uv/bin/uv
BIN := .venv/bin

# Never fetch an interpreter; indexes and mirrors are as the machine has them configured.
export UV_PYTHON_DOWNLOADS := never
# Byte code is kept: the servers and commands that tests start would be compiled anew each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup up demo test test-web check bench lock types histories clean

help: ## List the commands / 列出命令
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: .venv/.complete api/pages/index.html ## Build .venv from requirements.lock / 按锁文件建立 .venv

up: setup ## Start everything on this machine / 在本机启动全部服务
	@$(BIN)/orderflow up

demo: setup ## Start everything, with a simulated business / 启动全部服务和模拟业务
	@$(BIN)/orderflow demo

# Those that wait and those that compute share the cores; the longest begin first.
test: setup ## Run every test but the browser's / 运行除浏览器外的全部测试
	$(BIN)/pytest tests/unit -n 2 -q
	$(BIN)/pytest tests/workflows tests/replay -n 2 --dist loadfile -q
	$(BIN)/pytest tests/faults tests/integration -n 3 --dist loadfile --no-loadscope-reorder -q

test-web: setup ## Try the pages in Chromium / 在 Chromium 中测试网页
	$(BIN)/pytest tests/web -n 2 --dist loadfile -q

check: setup ## Lint, format, types, architecture, the page's units / 静态检查与网页单元测试
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python hatch_build.py run --silent check

bench: setup ## Measure what the README says / 运行性能测试
	@$(BIN)/orderflow bench

histories: setup ## Record the replay histories again / 重新录制回放历史
	$(BIN)/python -m tests.replay.record

types: setup ## Write the page's types from the API's description / 由 API 描述生成网页类型
	$(BIN)/python -m api.openapi web/src/generated/openapi.json
	$(BIN)/python hatch_build.py run --silent types

lock: $(UV) ## Write the lock files again / 重新生成锁文件
	$(UV) pip compile --quiet --universal --generate-hashes --group dev pyproject.toml \
		--custom-compile-command "make lock" -o requirements.lock
	echo "uv==$$($(UV) self version --short)" | $(UV) pip compile --quiet --universal \
		--generate-hashes --no-annotate - --custom-compile-command "make lock" \
		-o requirements-uv.lock

clean: ## Remove what was built; the state in .orderflow stays / 删除构建产物，保留 .orderflow
	rm -rf web/node_modules api/pages
	rm -rf .venv .uv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# What the pages are built from; the directories too, for a file that went.
WEB := $(shell find web -name node_modules -prune -o -print) hatch_build.py

# The stamp is written last, so a set-up that was interrupted is taken up again.
.venv/.complete: requirements.lock pyproject.toml $(UV)
	$(UV) venv --quiet --allow-existing --no-project --python .uv/bin/python .venv
	$(UV) pip sync --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# Installing has built them; this is for when only they changed.
api/pages/index.html: $(WEB) .venv/.complete
	@$(BIN)/python hatch_build.py
	@touch $@

$(UV): requirements-uv.lock
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "orderflow needs Python 3.11 or newer, but $(PYTHON) is" \
			"$$("$(PYTHON)" --version 2>&1 || true)." \
			"Install one and name it: make setup PYTHON=python3.11" >&2; \
		echo "orderflow 需要 Python 3.11 或更高版本，而 $(PYTHON) 不是。" \
			"请安装后指定：make setup PYTHON=python3.11" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear .uv || { \
		echo "$(PYTHON) has no venv module; on Debian: apt-get install python3-venv" >&2; \
		echo "$(PYTHON) 缺少 venv 模块；Debian 上请运行 apt-get install python3-venv" >&2; exit 1; }
	.uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements-uv.lock
	@touch $@
