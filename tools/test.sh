#!/usr/bin/env bash
# Runs the tests, quick floors first, so that a broken rule shows within seconds.
# Arguments go to pytest. BROWSER_REQUIRED=1 makes a missing browser a failure instead of a loud gap.
set -uo pipefail
cd "$(dirname "$0")/.."

floors=()
for floor in unit house commands web bench browser; do
    [[ -d "tests/$floor" ]] && floors+=("tests/$floor")
done

chosen=(-n 3 --dist loadfile --no-loadscope-reorder)
loud=""
if CHROMIUM="$(tools/browser.sh)"; then
    export CHROMIUM
elif [[ "${BROWSER_REQUIRED:-0}" == 1 ]]; then
    echo "FAILED: the browser tests are required and there is no browser." >&2
    exit 1
else
    loud="!!!!!!!! NOT TESTED: no browser, so every browser test was left out. !!!!!!!!"
    chosen+=(-m "not browser")
fi

# Where memory has room the databases of the tests live there: on a disk every commit waits for it.
if [[ -w /dev/shm ]] && (($(df --output=avail /dev/shm | tail -n 1) > 4000000)); then
    TMPDIR="$(mktemp -d /dev/shm/eventhub-tests.XXXXXX)"
    export TMPDIR
    chmod 1777 "$TMPDIR"
    trap 'rm -rf "$TMPDIR"' EXIT
fi

[[ -n "$loud" ]] && echo "$loud"
(cd frontend && ../tools/node.sh npm test --silent) || exit
.venv/bin/python -m pytest "${chosen[@]}" "${@:-${floors[@]}}"
status=$?
[[ -n "$loud" ]] && echo "$loud"
exit "$status"
