#!/bin/sh
# Pins every package and its dependencies; each file includes the one before. No registry's address
# is recorded.
# Usage: lock.sh VENV
set -eu
cd "$(dirname "$0")/../../.."
for part in "" -worker -local -dev -torch; do
  "$1/bin/uv" pip compile -q --no-header --no-annotate --no-emit-index-url --python-version 3.11 \
    --override requirements-overrides.txt "requirements$part.in" -o "requirements$part.txt"
done
