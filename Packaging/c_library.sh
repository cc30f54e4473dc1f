#!/usr/bin/env bash
# Puts the C library together: .build/c-library/lib/librangelab.so and GSL, include/rangelab.h, licenses.
# Run by `make c-library`, which builds it with the Swift runtime inside.
#
#   Packaging/c_library.sh BUILT_LIBRARY
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022

target=.build/c-library
part=$target.part
rm -rf "$part"
mkdir -p "$part"/{lib,include,licenses}
Packaging/strip.sh "$1" "$part/lib/librangelab.so.0"
ln -s librangelab.so.0 "$part/lib/librangelab.so"
Packaging/bundle_libraries.sh "$part/lib/librangelab.so.0" "$part/lib"
cp Sources/CRangeLab/include/rangelab.h "$part/include"
cp LICENSE "$part"
Packaging/licenses.sh "$part/licenses"
rm -rf "$target"
mv "$part" "$target"
echo "$target/lib/librangelab.so: $(stat -L -c %s "$target/lib/librangelab.so") bytes"
