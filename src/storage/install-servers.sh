#!/bin/sh
# Installs the S3 servers that we did not write, for `make test-services`, below .cache/services:
# moto into a Python environment of its own, versitygw as a Go program. What is there is kept;
# what cannot be installed is an error.
set -eu

moto='moto[server]==5.1.22'
versitygw='github.com/versity/versitygw/cmd/versitygw@v1.8.0'

root=$(cd "$(dirname "$0")/../.." && pwd)
target="$root/.cache/services"
mkdir -p "$target"

. "$root/src/testing/installing.sh"

if [ ! -x "$target/moto/bin/moto_server" ]; then
  need python3 moto
  python3 -m venv "$target/moto"
  "$target/moto/bin/pip" install --quiet --disable-pip-version-check "$moto"
fi

if [ ! -x "$target/bin/versitygw" ]; then
  need go versitygw
  # Built for this machine alone, whatever the environment says of cross-compiling.
  GOBIN="$target/bin" GOFLAGS=-modcacherw CGO_ENABLED=0 go install "$versitygw"
fi

echo "Installed: $moto, $versitygw"
