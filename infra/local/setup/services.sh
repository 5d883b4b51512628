#!/bin/sh
# Installs the emulators of other companies' services that tests start.
# Usage: services.sh VENV
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=$(cd "$1" && pwd)
cd "$here/../../../tests/services"
exec "$here/node.sh" "$venv" npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
