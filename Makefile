# Everything a newcomer needs. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := demo
AS_OF := 2025-11-15
HOUSEHOLDS := 20000

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

SITE := $(DEMO)/site
SITE_PLACE = SHOUWANG_DATA=$(SITE)/data SHOUWANG_KEYS=$(SITE)/keys

demo: $(STAMP)  ## invent a county of 20,000 households and open a working site with it (Ctrl-C stops everything)
	@test -f $(SITE)/.ready || $(MAKE) --no-print-directory $(SITE)/.ready
	@echo
	@echo "演示账号（密码都是 shouwang-demo；验证码每个用一次，用完另开终端：$(SITE_PLACE) $(BIN)/shouwang code 账号）"
	@awk -F, 'NR > 1 {printf "  %-10s %-16s %s\n", $$2, $$1, $$4}' $(SITE)/keys/demo-accounts.csv
	@echo
	@echo "接下来：用浏览器打开 http://127.0.0.1:8000 ，用上面任一账号登录。Ctrl-C 停止；make clean 删除演示数据。"
	@$(SITE_PLACE) $(BIN)/shouwang serve --listen 127.0.0.1:8000

$(SITE)/.ready: $(STAMP)
	@$(MAKE) --no-print-directory forget
	@echo "… 第一步：虚构一个县（真实区划，虚构的人）"
	@rm -rf $(DEMO)/county
	@$(BIN)/shouwang synthetic $(DEMO)/county --households $(HOUSEHOLDS) --as-of $(AS_OF)
	@echo "… 第二步：建立站点，导入登记和各部门表格，比对，筛查（约一分钟）"
	@$(SITE_PLACE) $(BIN)/shouwang demo $(DEMO)/county --as-of $(AS_OF) >/dev/null
	@touch $@

forget:
	@if [ -d $(SITE)/keys ]; then $(SITE_PLACE) $(BIN)/python -m shouwang.config.processes remove; fi
	@rm -rf $(SITE)

run: $(STAMP)  ## screen a folder without a server: make run PACK=folder AS_OF=2025-11-15 OUT=folder
	@test -n "$(PACK)" || { echo "写 make run PACK=文件夹 AS_OF=日期 OUT=结果文件夹"; exit 2; }
	@$(BIN)/shouwang screen $(PACK) --as-of $(AS_OF) --out $(or $(OUT),result)

test: $(STAMP)  ## all tests but the slow ones
	@echo "… 运行测试（两个进程）"
	@$(BIN)/python -m pytest -n 2 -m "not slow"
	@echo "好了。慢的测试：make test-slow；检查：make check"

test-slow: $(STAMP)  ## the slow tests: large packs, a real browser, kill and restore drills
	@echo "… 运行慢测试（大数据包、真实浏览器、断电和恢复演练）"
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
	@test ! -x $(BIN)/python || $(MAKE) --no-print-directory forget
	@rm -rf $(VENV) $(DEMO) bench-data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: help install demo forget run test test-slow check fix bench lock clean
