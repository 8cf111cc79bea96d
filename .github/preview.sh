#!/bin/sh
# Appends the preview of one stack to preview.md, as a part of a comment: sh .github/preview.sh STACK
# Contacts no host: what the stack's state knows is compared with the program (--refresh=false). Ends as the preview does.
set -u
stack=$1
status=0
npm run --silent pulumi -- preview --stack "$stack" --refresh=false --diff --policy-pack policy --non-interactive --color never \
  >preview.txt 2>&1 || status=$?
{
  if [ "$status" -eq 0 ]; then echo "### $stack"; else echo "### $stack: the preview failed"; fi
  # a comment may have 65536 characters; more backticks than any line of the preview has
  printf '\n````diff\n'
  tail -c 30000 preview.txt
  printf '\n````\n\n'
} >>preview.md
cat preview.txt
exit "$status"
