#!/usr/bin/env bash
# Copies GSL and libcrypto, where a program or library needs them, under the names they are loaded by.
#
#   Packaging/bundle_libraries.sh BINARY FOLDER
#
# Their versions differ between distributions; the others that it needs are on every machine. The binary
# finds them by its rpath ($ORIGIN and a folder), which was given when it was linked.
set -euo pipefail
ldd "$1" | awk '$1 ~ /^lib(gsl|gslcblas|crypto)\.so/ { print $1, $3 }' | while read -r name path; do
  [ -e "$path" ] || { echo "$1: $name cannot be found" >&2; exit 1; }
  strip -o "$2/$name" "$path"
  chmod 755 "$2/$name"
done
