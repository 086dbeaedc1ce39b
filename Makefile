# Everything a newcomer needs. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := demo
AS_OF := 2025-11-15

.DEFAULT_GOAL := help

help:  ## this list
	@echo "守望 Shouwang"
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python ≥ 3.11（现在是 $$($(PYTHON) --version)）；可写 make PYTHON=python3.12 …"; exit 2; }
	@echo "… 建立虚拟环境 $(VENV) 并按 requirements.lock 安装（首次约一分钟）"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

install: $(STAMP)  ## set up; the command is then .venv/bin/shouwang
	@echo "好了：$(BIN)/shouwang --help"

demo: $(STAMP)  ## invent a county of 20,000 households, screen it, show the summary
	@echo "… 第一步：虚构一个县（真实区划，虚构的人）"
	@rm -rf $(DEMO)/county
	@$(BIN)/shouwang synthetic $(DEMO)/county --households 20000 --as-of $(AS_OF)
	@echo "… 第二步：筛查"
	@$(BIN)/shouwang screen $(DEMO)/county --as-of $(AS_OF) --out $(DEMO)/result
	@$(BIN)/shouwang stories $(DEMO)/county $(DEMO)/result
	@echo
	@echo "接下来：用浏览器打开 $(CURDIR)/$(DEMO)/result/摘要.html"
	@echo "        核查清单在 $(DEMO)/result/核查清单/；用自己的文件：$(BIN)/shouwang screen 文件夹 --as-of 日期 --out 结果"

run: $(STAMP)  ## screen a folder: make run PACK=folder AS_OF=2025-11-15 OUT=folder
	@test -n "$(PACK)" || { echo "写 make run PACK=文件夹 AS_OF=日期 OUT=结果文件夹"; exit 2; }
	@$(BIN)/shouwang screen $(PACK) --as-of $(AS_OF) --out $(or $(OUT),result)

test: $(STAMP)  ## all tests but the slow ones
	@echo "… 运行测试（两个进程）"
	@$(BIN)/python -m pytest -n 2 -m "not slow"
	@echo "好了。慢的测试：make test-slow；检查：make check"

test-slow: $(STAMP)  ## the slow tests: large packs, a real browser
	@echo "… 运行慢测试（大数据包、真实浏览器）"
	@$(BIN)/python -m pytest -n 2 -m slow
	@echo "好了。"

check: $(STAMP)  ## lint, types, import contracts, generated documents
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.generated --check
	@echo "好了：规范、类型、依赖方向、生成的文档都没有问题"

fix: $(STAMP)  ## format, mend what can be mended, write the generated documents
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/python -m tests.generated

bench: $(STAMP)  ## benchmarks as ratios (make bench ONLY="core xlsx command million")
	@$(BIN)/python -m benchmarks.run $(ONLY)

lock:  ## write requirements.lock anew from pyproject.toml
	@$(BIN)/pip-compile --quiet --generate-hashes --extra dev --all-build-deps --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --output-file requirements.lock pyproject.toml
	@! grep -nE 'https?://|file:/' requirements.lock

clean:  ## remove what was made here
	@rm -rf $(VENV) $(DEMO) bench-data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: help install demo run test test-slow check fix bench lock clean
