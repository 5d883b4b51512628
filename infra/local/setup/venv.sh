#!/bin/sh
# Makes a virtual environment with pip, however this machine lets us.
# Usage: venv.sh DIRECTORY
set -eu
target=$1

python=
for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
  [ -n "$candidate" ] || continue
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "Python 3.11 or newer is needed: install it, or say where it is with PYTHON=/path/to/python3." >&2
  exit 1
fi

usable() { "$target/bin/python" -m pip --version >/dev/null 2>&1; }

usable && exit 0
if [ -x "$target/bin/python" ] && command -v uv >/dev/null 2>&1; then
  uv pip install -q --python "$target/bin/python" pip && usable && exit 0
fi
# Debian splits ensurepip into python3-venv, which may be missing.
"$python" -m venv "$target" >/dev/null 2>&1 && usable && exit 0
rm -rf "$target"
if command -v uv >/dev/null 2>&1 && uv venv -q --seed --python "$python" "$target" && usable; then
  exit 0
fi
if "$python" -m virtualenv -q "$target" >/dev/null 2>&1 && usable; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
  rm -rf "$target"
  "$python" -m venv "$target" && usable && exit 0
fi
if "$python" -m pip --version >/dev/null 2>&1; then
  rm -rf "$target"
  "$python" -m venv --without-pip "$target"
  "$python" -m pip --python "$target/bin/python" install -q pip && usable && exit 0
fi
echo "Python's venv module is not complete: run 'sudo apt-get install python3-venv' and try again." >&2
exit 1
