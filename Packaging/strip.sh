#!/usr/bin/env bash
# Copies a program or library without symbols of debugging, so that two builds of the same sources in the same
# folder give the same bytes.
#
#   Packaging/strip.sh BINARY COPY
#
# What differs between builds is what the compiler keeps of its own caches, in .swift_modhash and in the
# debugging information, and the build identifier, which is a digest of both. Nothing reads them at run time.
set -euo pipefail
strip -R .swift_modhash -R .note.gnu.build-id -o "$2" "$1"
