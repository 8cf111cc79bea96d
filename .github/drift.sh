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
# longer than any run of backticks in the text, which may come from a host
fence='````'
while grep -qF "$fence" drift.txt; do fence="$fence\`"; done
{
  printf '### %s: %s\n\n%sdiff\n' "$stack" "$verdict" "$fence"
  tail -c 60000 drift.txt
  printf '\n%s\n' "$fence"
} >>"$GITHUB_STEP_SUMMARY"
# a line that begins with :: is a command to the runner
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '::stop-commands::%s\n' "$token"
cat drift.txt
printf '\n::%s::\n' "$token"
exit "$status"
