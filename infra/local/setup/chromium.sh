#!/bin/sh
# Makes sure that there is a Chromium for the browser tests, and prints where it is.
# Usage: chromium.sh VENV
set -eu
here=$(dirname "$0")
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
  if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
    command -v "$name"
    exit 0
  fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >&2
  command -v chromium && exit 0
fi
"$here/npm.sh" "$(cd "$1" && pwd)" exec -- playwright-core install chromium >&2
found=$(find "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}" -path '*chrome-linux*' -name chrome -type f | sort | tail -n 1)
if [ -z "$found" ]; then
  echo "No Chromium: install it (sudo apt-get install chromium) or name it with CHROMIUM=/path." >&2
  exit 1
fi
echo "$found"
