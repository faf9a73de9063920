#!/usr/bin/env bash
# Prints the path of a Chromium that the browser tests can drive, installing one when the machine has none.
# CHROMIUM=/path wins. Ends with 1 and says what to do when there is none to be had. Reads no input.
set -uo pipefail
venv="$(cd "$(dirname "$0")/.." && pwd)/.venv"

say() { echo "browser: $*" >&2; }

works() { [[ -x "$1" ]] && "$1" --version </dev/null >/dev/null 2>&1; }

found() {
    local name path
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if path="$(command -v "$name")" && works "$path"; then
            echo "$path"
            return 0
        fi
    done
    for path in "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        if works "$path"; then
            echo "$path"
            return 0
        fi
    done
    return 1
}

as_root() {
    if [[ "$(id -u)" -eq 0 ]]; then "$@"; else sudo -n "$@"; fi
}

may_be_root() { [[ "$(id -u)" -eq 0 ]] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

from_the_machine() {
    if command -v brew >/dev/null; then brew install --cask chromium; return; fi
    may_be_root || return 1
    if command -v apt-get >/dev/null; then
        as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
    elif command -v dnf >/dev/null; then
        as_root dnf install -y -q chromium
    elif command -v apk >/dev/null; then
        as_root apk add --quiet chromium
    else
        return 1
    fi
}

from_playwright() {
    "$venv/bin/python" -m playwright install chromium >&2 || return 1
    "$venv/bin/python" - <<'PYTHON'
from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
PYTHON
}

if [[ -n "${CHROMIUM:-}" ]]; then
    works "$CHROMIUM" && echo "$CHROMIUM" && exit 0
    say "CHROMIUM=$CHROMIUM is not a browser that starts"
    exit 1
fi
found && exit 0
say "no Chromium on this machine, installing one"
from_the_machine </dev/null >&2 && found && exit 0
path="$(from_playwright </dev/null)" && works "$path" && echo "$path" && exit 0
say "no Chromium could be installed. Install chromium or google-chrome by hand, or give its path as CHROMIUM=..."
exit 1
