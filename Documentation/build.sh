#!/usr/bin/env bash
# Builds the documentation of the library modules from what `swift build -c release` left; a dead link
# or a parameter without a word is an error. Result: .build/RangeLab.doccarchive
set -euo pipefail
cd "$(dirname "$0")/.."

build=.build/release
graphs=.build/symbol-graphs
rm -rf "$graphs" && mkdir -p "$graphs"

# C modules have no compiled form: their maps are named one by one.
maps=()
for map in Sources/C*/module.modulemap "$build"/C*.build/module.modulemap; do
  [ ! -e "$map" ] || maps+=(-Xcc "-fmodule-map-file=$map")
done

for module in QuantizationCore QuantizationKernels RangeEstimation ScientificMath TensorIO TensorSources
do
  swift symbolgraph-extract -module-name "$module" -I "$build/Modules" "${maps[@]}" \
    -target "$(uname -m)-unknown-linux-gnu" -minimum-access-level public -output-dir "$graphs"
done

docc convert Documentation/RangeLab.docc --additional-symbol-graph-dir "$graphs" \
  --output-dir .build/RangeLab.doccarchive --warnings-as-errors \
  --fallback-display-name RangeLab --fallback-bundle-identifier rangelab.documentation
echo "documentation: .build/RangeLab.doccarchive"
