#!/bin/sh
# Runs npm in static/.
# Usage: npm.sh VENV ARGUMENTS...
set -eu
venv=$1
shift
cd "$(dirname "$0")/../../../static"
exec ../infra/local/setup/node.sh "$venv" npm "$@"
