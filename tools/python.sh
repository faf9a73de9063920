#!/usr/bin/env bash
# Names the Python that the environment is made with: the first on the PATH that is new enough, unless another one on
# this machine is much faster. Interpreters built from source without optimisation take a fifth longer for each request.
set -uo pipefail

# Prints how long a little work takes, in microseconds; nothing when it is too old or cannot make an environment.
trial='
import ensurepip, sys, time, venv
assert sys.version_info >= (3, 11)
def work():
    start, kept = time.process_time(), {}
    for number in range(60000):
        kept[number & 255] = str(number).upper()
    return time.process_time() - start
print(round(min(work() for _ in range(5)) * 1000000))
'

best="" best_time=0
for name in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3 /usr/local/bin/python3; do
    path="$(command -v "$name")" || continue
    took="$("$path" -I -c "$trial" 2>/dev/null)" || continue
    if [[ -z "$best" ]] || ((took * 6 < best_time * 5)); then
        best="$path" best_time="$took"
    fi
done
[[ -n "$best" ]] && echo "$best"
