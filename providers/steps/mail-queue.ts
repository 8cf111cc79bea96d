// Mail in a queue of Postfix. Purging the package deletes the queue, so it is read first.
import { sh } from "../core/shell.ts";

/** The folders that hold messages until they are delivered or inspected (qmgr(8), pickup(8)). */
const folders = ["incoming", "active", "deferred", "hold", "maildrop", "corrupt"];

/** Exit status when messages wait, or may wait, in a queue that would be deleted. */
export const mailWaits = 92;

/**
 * `refuse_mail` fails with advice when a message waits in the queue of an instance, or when a queue
 * cannot be read. Debian's own queue is read also where no configuration names it.
 */
export const refuseMail = sh`queues() {
  echo /var/spool/postfix
  [ -e /etc/postfix/main.cf ] && command -v postconf >/dev/null || return 0
  postconf -hx queue_directory && instances=$(postconf -hx multi_instance_directories) || return 1
  for instance in $(echo "$instances" | tr , ' '); do postconf -c "$instance" -hx queue_directory || return 1; done
}
messages_in() {
  count=0
  for folder in ${folders}; do
    [ -d "$1/$folder" ] || continue
    dots=$(find "$1/$folder" -type f -printf .) || return 1
    count=$(( count + \${#dots} ))
  done
  echo "$count"
}
refuse_mail() {
  if ! found=$(queues); then
    echo "nothing is purged: where Postfix has its queues cannot be read. Next: put right what \`postconf queue_directory\` says" >&2
    return ${mailWaits}
  fi
  waiting=
  for queue in $(printf '%s\n' "$found" | sort -u); do
    count=$(messages_in "$queue") || { echo "nothing is purged: the queue $queue cannot be read" >&2; return ${mailWaits}; }
    [ "$count" -eq 0 ] || waiting="$waiting $count in $queue"
  done
  [ -n "$waiting" ] || return 0
  echo "nothing is purged: messages wait in the queue of Postfix:$waiting. Next: \`postqueue -p\` lists them; deliver them (\`postqueue -f\`) or delete by hand what nobody wants (\`postsuper -d QUEUE_ID\`), then run this again" >&2
  return ${mailWaits}
}`;
