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
  [ -d "$1" ] || { echo 0; return 0; }
  dots=$(find "$1" -type f -printf .) || return 1
  echo "\${#dots}"
}
refuse_mail() {
  if ! found=$(queues); then
    echo "nothing is purged: where Postfix has its queues cannot be read. Next: put right what \`postconf queue_directory multi_instance_directories\` on the host complains of, then run the same command again" >&2
    return ${mailWaits}
  fi
  waiting= due= held= corrupt=
  for queue in $(printf '%s\n' "$found" | sort -u); do
    sum=0
    for folder in ${folders}; do
      count=$(messages_in "$queue/$folder") || { echo "nothing is purged: the queue $queue/$folder cannot be read. Next: see why (\`ls -la $queue/$folder\`, a broken disk), then run the same command again" >&2; return ${mailWaits}; }
      [ "$count" -gt 0 ] || continue
      sum=$(( sum + count ))
      case $folder in hold) held=yes ;; corrupt) corrupt="$corrupt $queue/corrupt" ;; *) due=yes ;; esac
    done
    [ "$sum" -eq 0 ] || waiting="$waiting $sum in $queue"
  done
  [ -n "$waiting" ] || return 0
  advice=
  if [ -n "$due$held" ]; then advice=" \`postqueue -p\` lists them (with -c and its folder in /etc those of another instance)."; fi
  if [ -n "$held" ]; then advice="$advice Somebody has put those marked with ! on hold: ask who, then release each (\`postsuper -H QUEUE_ID\`)."; fi
  if [ -n "$due$held" ]; then advice="$advice Deliver them (\`postqueue -f\`; where Postfix is stopped, \`systemctl start postfix\` first), or delete what nobody wants (\`postsuper -d QUEUE_ID\`)."; fi
  if [ -n "$corrupt" ]; then advice="$advice Postfix delivers no file in$corrupt: look at each (\`less FILE\`), then move it to /root/."; fi
  echo "nothing is purged: messages wait in the queue of Postfix:$waiting. Next:$advice" >&2
  return ${mailWaits}
}`;
