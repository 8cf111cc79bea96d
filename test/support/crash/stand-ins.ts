// Shell functions in the place of programs that would touch this machine. A daemon is a file below /daemons that holds what it has loaded.

/** `sync` tells which path it was asked to sync and leaves this machine's disks alone. */
export const standIns = String.raw`
sync() {
  local path
  for path; do
    case $path in -*) continue ;; esac
    [ -e "$path" ] || { echo "sync: error opening '$path'" >&2; return 1; }
    happened "sync $PWD $path"
  done
}
mktemp() {
  local name number=10000000
  for name; do :; done
  name=$(echo "$name" | sed 's/X*$//')
  while [ -e "$name$number" ]; do number=$((number + 1)); done
  (umask 077; : > "$name$number")
  echo "$name$number"
}
loaded() {
  case $1 in
    postfix) find "$ROOT/etc/postfix/master.cf" "$ROOT/etc/postfix/sasl" -type f ! -name '.*' '(' -name master.cf -o -name '*.conf' ')' | sort | xargs cat ;;
    saslauthd) cat "$ROOT/etc/default/saslauthd" ;;
  esac > "$ROOT/daemons/$1"
}
begin() {
  loaded "$1"
  [ "$1" = postfix ] || return 0
  mkdir -p "$ROOT/run/queue/pid" "$ROOT/proc/77"
  echo 77 > "$ROOT/run/queue/pid/master.pid"
  echo master > "$ROOT/proc/77/comm"
}
systemctl() {
  case "$1 $2" in
    start\ * | restart\ *) begin "$2" ;;
    stop\ *) rm -rf "$ROOT/daemons/$2"; [ "$2" != postfix ] || rm -rf "$ROOT/proc/77" "$ROOT/run/queue" ;;
  esac
}
postfix() {
  case $1 in
    status) [ -e "$ROOT/daemons/postfix" ] ;;
    reload) [ -e "$ROOT/daemons/postfix" ] && loaded postfix ;;
  esac
}
postmulti() { shift 3; postfix "$@"; }
postconf() { case "$*" in "-h queue_directory") echo "$ROOT/run/queue" ;; -M) grep -v '^#' "$ROOT/etc/postfix/master.cf" ;; esac; }
ps() { [ ! -e "$ROOT/daemons/saslauthd" ] || echo saslauthd.service; }
ss() { :; }
pgrep() { return 1; }
chown() { :; }
sleep() { :; }
journalctl() { :; }
date() { echo 20260101T000000Z; }
getent() { grep "^$2:" "$ROOT/etc/$1" || return 2; }
id() { echo postfix $(grep '[:,]postfix' "$ROOT/etc/group" | cut -d : -f 1); }
usermod() { regroup "s/^\($3:.*:\)\$/\1$5/; t; s/^\($3:.*\)\$/\1,$5/"; }
gpasswd() { regroup "s/^\($3:.*[:,]\)$2,/\1/; t; s/^\($3:.*[:,]\)$2\$/\1/; s/^\($3:.*\),\$/\1/"; }
regroup() { sed "$1" "$ROOT/etc/group" > "$ROOT/run/group" && sync "$ROOT/run/group" && mv "$ROOT/run/group" "$ROOT/etc/group"; }
sh() { ( trap - EXIT; . "$1" ); }
warn() { :; }
tell() { :; }
`;
