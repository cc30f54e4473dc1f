#!/usr/bin/env bash
# Packs the program for machines without Swift: .build/dist/rangelab-VERSION-linux-x86_64.tar.gz and its
# .sha256. Run by `make dist`, which builds the program with the Swift runtime inside.
#
#   Packaging/dist.sh PROGRAM
#
# The same program gives the same bytes: names in order, one time (that of the last commit), no owner, gzip
# without name and time. GSL and libcrypto lie beside the program, as their versions differ between
# distributions; libz and the C library are those of the machine. ONNX Runtime, which runs networks, is found at
# run time.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C
umask 022

program=$1
version=$("$program" --version)
name=rangelab-$version-linux-$(uname -m)
target=.build/dist
folder=$target/$name
time=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)

rm -rf "$folder"
mkdir -p "$folder"/{bin,lib,licenses} "$folder"/share/{man/man1,bash-completion/completions} \
  "$folder"/share/{zsh/site-functions,fish/vendor_completions.d}

Packaging/strip.sh "$program" "$folder/bin/rangelab"
Packaging/bundle_libraries.sh "$folder/bin/rangelab" "$folder/lib"

cp .build/man/*.1 "$folder/share/man/man1"
cp .build/completions/rangelab.bash "$folder/share/bash-completion/completions/rangelab"
cp .build/completions/rangelab.zsh "$folder/share/zsh/site-functions/_rangelab"
cp .build/completions/rangelab.fish "$folder/share/fish/vendor_completions.d/rangelab.fish"

# The newest version of the C library that any binary needs.
glibc=$(objdump -T "$folder/bin/rangelab" "$folder"/lib/* | grep -oE 'GLIBC_[0-9.]+' | sort -uV | tail -n 1)
sed "s/@NAME@/$name/g; s/@GLIBC@/${glibc#GLIBC_}/" Packaging/README.dist.md > "$folder/README.md"
cp LICENSE CHANGELOG.md "$folder"
Packaging/licenses.sh "$folder/licenses" "$(dirname "$(dirname "$program")")/checkouts"

find "$folder" -type f -exec chmod 644 {} + && chmod 755 "$folder/bin/rangelab"
(cd "$folder" && find . -type f ! -name SHA256SUMS | sort | xargs sha256sum > SHA256SUMS)
part=$target/$name.tar.gz.part
tar --create --directory "$target" --sort=name --format=ustar --owner=0 --group=0 --numeric-owner \
  --mtime="@$time" "$name" | gzip --no-name --best > "$part"
mv "$part" "$target/$name.tar.gz"
(cd "$target" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
rm -rf "$folder"
echo "$target/$name.tar.gz: $(stat -c %s "$target/$name.tar.gz") bytes"
