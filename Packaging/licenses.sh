#!/usr/bin/env bash
# Copies the licences of what is inside a package of RangeLab into a folder.
#
#   Packaging/licenses.sh FOLDER             of the C library: the Swift runtime and GSL
#   Packaging/licenses.sh FOLDER CHECKOUTS   of the program: also the Swift packages of a build, and libcrypto
set -euo pipefail
umask 022

# The runtime and Foundation are of the toolchain that builds.
swift=$(dirname "$(readlink -f "$(command -v swiftc)")")/..
cp "$swift/share/swift/LICENSE.txt" "$1/swift.txt"
cp /usr/share/doc/libgsl-dev/copyright "$1/gsl.txt"
if [ $# -gt 1 ]; then
  for package in swift-argument-parser swift-protobuf Yams; do
    cp "$2/$package"/LICENSE* "$1/$package.txt"
  done
  cp /usr/share/doc/libssl-dev/copyright "$1/libcrypto.txt"
fi
chmod 644 "$1"/*.txt
