#!/usr/bin/env bash
# gate.sh PASSED REPORT...: prints the reports that have findings and fails, else writes PASSED.
set -euo pipefail
passed=$1
shift
status=0
for report in "$@"; do
    if [ "$(tr -d '[:space:]' <"$report")" != "[]" ]; then
        cat "$report" >&2
        status=1
    fi
done
[ "$status" = 0 ] && : >"$passed"
exit "$status"
