#!/bin/sh
# Appends the preview of one stack to preview.md, as a part of a comment: sh .github/preview.sh STACK
# Contacts no host: what the stack's state knows is compared with the program (--refresh=false). Ends as the preview does.
set -u
stack=$1
status=0
npm run --silent pulumi -- preview --stack "$stack" --refresh=false --diff --policy-pack policy --non-interactive --color never \
  >preview.txt 2>&1 || status=$?
# longer than any run of backticks in the text, which may come from a host
fence='````'
while grep -qF "$fence" preview.txt; do fence="$fence\`"; done
{
  if [ "$status" -eq 0 ]; then echo "### $stack"; else echo "### $stack: the preview failed"; fi
  # a comment may have 65536 characters
  printf '\n%sdiff\n' "$fence"
  tail -c 30000 preview.txt
  printf '\n%s\n\n' "$fence"
} >>preview.md
# a line that begins with :: is a command to the runner
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '::stop-commands::%s\n' "$token"
cat preview.txt
printf '\n::%s::\n' "$token"
exit "$status"
