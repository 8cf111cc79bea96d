#!/bin/sh
# Stands beside the engine as `pulumi-resource-pulumi-nodejs`: starts the SDK's process for dynamic providers. The SDK's own script of
# that name starts a Node only to find the program; here the shell looks upwards for it, as Node would.
folder=$PWD
program=node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js
while [ ! -e "$folder/$program" ] && [ -n "$folder" ] && [ "$folder" != / ]; do folder=${folder%/*}; done
exec node "$folder/$program" "$@"
