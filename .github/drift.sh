#!/bin/sh
# Looks at the hosts of one stack and changes nothing: sh .github/drift.sh STACK
# Puts the report into the run's summary and ends as it does: 0 all as wanted, 7 something differs, 1 a host could not be looked at.
set -u
stack=$1
status=0
rm -f drift.txt
# a line that begins with :: is a command to the runner
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '::stop-commands::%s\n' "$token"
npm run --silent report -- --stack "$stack" --now --markdown drift.txt || status=$?
[ -s drift.txt ] || printf '### %s: no host could be looked at; the log of this job says why\n' "$stack" >drift.txt
cat drift.txt
printf '\n::%s::\n' "$token"
cat drift.txt >>"$GITHUB_STEP_SUMMARY"
exit "$status"
