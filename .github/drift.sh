#!/bin/sh
# Looks at the hosts of one stack and changes nothing: sh .github/drift.sh STACK
# Fails with a report in the run's summary when a host is not as the stack says, or could not be looked at.
set -u
stack=$1
status=0
npm run --silent pulumi -- preview --stack "$stack" --refresh --expect-no-changes --diff --non-interactive --color never \
  >drift.txt 2>&1 || status=$?
case $status in
  0) verdict="all hosts are as the stack says" ;;
  # Pulumi's exit code for --expect-no-changes
  7) verdict="hosts differ from what the stack says; the next up puts them right, or the stack has to follow them" ;;
  *) verdict="could not look at all hosts" ;;
esac
{
  printf '### %s: %s\n\n````diff\n' "$stack" "$verdict"
  tail -c 60000 drift.txt
  printf '\n````\n'
} >>"$GITHUB_STEP_SUMMARY"
cat drift.txt
exit "$status"
