#!/bin/sh
# Gives the SSH key in SSH_PRIVATE_KEY to an agent that later steps find: the key is in no file, and gone when the job ends.
set -eu
eval "$(env -u SSH_PRIVATE_KEY ssh-agent -s)" >/dev/null
printf '%s\n' "$SSH_PRIVATE_KEY" | ssh-add -q -
printf 'SSH_AUTH_SOCK=%s\nSSH_AGENT_PID=%s\n' "$SSH_AUTH_SOCK" "$SSH_AGENT_PID" >>"$GITHUB_ENV"
