#!/bin/sh
# Stands beside the engine as `pulumi-language-nodejs`. Finds a Node that runs TypeScript, and hands over to main.ts.
node=${SASL_LAB_NODE:-}
folder=$PWD
while [ -z "$node" ] && [ "$folder" != / ] && [ -n "$folder" ]; do
  if [ -x "$folder/node_modules/.bin/node" ]; then node=$folder/node_modules/.bin/node; fi
  folder=$(dirname "$folder")
done
exec "${node:-node}" "$(dirname "$0")/language-host/main.ts" "$@"
