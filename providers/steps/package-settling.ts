// The result of a plan: the packages that are on the host now, and what their maintainer scripts
// made. Only the result proves what our run brought.

import { lines, sh } from "../core/shell.ts";
import { recordFormat } from "../facts/package-record.ts";

/** `packages_now`: lists all packages that dpkg knows in "$work/now". */
const packagesNow = sh`packages_now() { dpkg-query -W -f '\${Package}:\${Architecture} \${Version} \${db:Status-Status} \${db:Status-Want} \${binary:Package} \${db:Status-Eflag}\n' > "$work/now"; }`;

/**
 * `read_history`: whose apt run installed a package last, by apt's own log with what was rotated
 * ("$work/others" and "$work/logged"): after a run of ours that was killed before dpkg began, the
 * administrator may have installed the same packages. "$told" is empty where a part of the log cannot
 * be read; what is older than that part counts for nothing.
 */
const history = sh`apt_history() {
  unread=0
  for log in $(ls -rt -- /var/log/apt/history.log* 2>/dev/null); do
    case $log in *.gz) zcat -- "$log" ;; *.log | *[0-9]) cat -- "$log" ;; *) false ;; esac || { unread=1; printf '\n\nunreadable\n'; }
    echo
  done
  return $unread
}
read_history() {
  apt_history > "$work/history" 2>/dev/null && [ -s "$work/history" ] && told=1 || told=
  : > "$work/others" && : > "$work/logged" && awk -v RS= -v hook="$records/hook" -v work="$work" '
    $0 == "unreadable" { split("", by); next }
    /\nInstall: / {
      ours = index($0, hook)
      sub(/.*\nInstall: /, ""); sub(/\n.*/, "")
      count = split($0, name, /[)], /)
      for (i = 1; i <= count; i++) { sub(/:.*/, "", name[i]); by[name[i]] = ours }
    }
    END { for (one in by) print one > (work (by[one] ? "/logged" : "/others")) }' "$work/history"
}`;

/**
 * `brought all|finished FILE`: the lines of a record that are still true. For a plan these are the
 * packages in exactly the planned version. The exit status is 3 where dpkg has not finished with
 * one of them, unless `all` is given. Where "$purging" is set, a package must also be shown to be
 * ours: dpkg has not touched it since the record (it writes the list of a package's files when it
 * unpacks it), or apt's log has our run, or has no other one and the version is that of our run. The
 * others are in "$work/unsure".
 */
const brought = sh`brought() {
  is_plan "$2" && plan=1 || plan=
  find /var/lib/dpkg/info -maxdepth 1 -name '*.list' -newer "$2" > "$work/newer" || return 1
  awk -v how="$1" -v plan="$plan" -v purging="$purging" -v told="$told" -v unsure="$work/unsure" '
    FILENAME ~ /now$/ { version[$1] = $2; state[$1] = $3; next }
    FILENAME ~ /others$/ { other[$1]; next }
    FILENAME ~ /logged$/ { logged[$1]; next }
    FILENAME ~ /newer$/ { sub(/.*\//, ""); sub(/[.]list$/, ""); sub(/:.*/, ""); newer[$0]; next }
    $1 == "requested" || $1 ~ /^(user|group|override|file)$/ { print }
    $1 == "package" {
      name = $2; sub(/:.*/, "", name); key = name ":" $3
      if (!(key in state) || state[key] ~ /^(not-installed|config-files)$/) next
      if ((plan || FILENAME !~ /\/0000$/) && name in other) next
      same = (version[key] "") == ($4 "")
      if (plan && state[key] != "installed") { if (how != "all") exit 3; if (state[key] == "half-installed") same = 1 }
      if (purging && (plan || name in newer) && !(name in logged) && !(told && same)) { print name >> unsure; next }
      if (!plan || same) print
    }' "$work/now" "$work/others" "$work/logged" "$work/newer" "$2"
}`;

/**
 * `made PLAN`: the accounts, overrides and files that the packages in "$work/body" made besides
 * those they contain. They were absent at the time of the plan, and a maintainer script or a
 * sysusers.d rule of such a package names them. In folders that a script changes to, the last part
 * of a path is enough when it cannot be a common word ("main.cf"). The digest of a file is known only
 * for the apt run that has just ended, whose records have higher numbers than "$ended"; else it is
 * "-", since somebody may have edited the file before this look.
 */
const made = sh`made() {
  look_around system "$work/here" && sort "$work/here" > "$work/sorted" || return 1
  sed -n 's/^had //p' "$1" | sort | comm -13 - "$work/sorted" > "$work/new" || return 1
  lists=
  set -- how=new "$work/new"
  while read -r word package architecture rest; do
    [ "$word" = package ] || continue
    for prefix in "/var/lib/dpkg/info/\${package%%:*}" "/var/lib/dpkg/info/\${package%%:*}:$architecture"; do
      [ -e "$prefix.list" ] || continue
      set -- "$@" how=list "$prefix.list" how=script "package=$package"
      for script in "$prefix.preinst" "$prefix.postinst"; do if [ -e "$script" ]; then set -- "$@" "$script"; fi; done
      lists="$lists $prefix.list"
    done
  done < "$work/body"
  for rule in $([ -z "$lists" ] || grep -H '^/usr/lib/sysusers[.]d/.*[.]conf$' $lists); do
    package=\${rule##*/info/}
    rule=\${rule##*.list:}
    if [ -e "$rule" ]; then set -- "$@" how=script "package=\${package%%.list:*}" "$rule"; fi
  done
  awk '
    how == "new" { line[++count] = $0; next }
    how == "list" { owned["file " $0]; next }
    !/^[ \t]*#/ {
      gsub(/[^A-Za-z0-9_.\/+-]+/, " ")
      words = split($0, word, " ")
      for (i = 1; i <= words; i++) { sub(/[.]+$/, "", word[i]); if (!(word[i] in by)) by[word[i]] = package }
    }
    END {
      for (i = 1; i <= count; i++) {
        kind = path = base = line[i]
        sub(/ .*/, "", kind); sub(/^[^ ]* /, "", path); sub(/.*\//, "", base)
        if (path in by) found = by[path]
        else if (path ~ /\/etc\/.*\// && base ~ /[.]/ && base in by) found = by[base]
        else continue
        if (!(line[i] in owned)) print kind, found, path
      }
    }' "$@" > "$work/made" || return 1
  sed -n 's/^file [^ ]* //p' "$work/made" | tr '\n' '\0' | xargs -0 -r sha256sum -- > "$work/digests" || return 1
  awk -v known="$known" '
    FILENAME ~ /digests$/ { digest[substr($0, 67)] = known ? $1 : "-"; next }
    $1 != "file" { print; next }
    { path = $0; sub(/^file [^ ]* /, "", path); if (!(path in digest)) exit 1; print "file", $2, digest[path], path }' "$work/digests" "$work/made"
}`;

/**
 * `settle all|finished FILE…` replaces plans by their results, and removes from every record what
 * has left the host since: if it returns, it is not ours. A plan that dpkg has not finished stays a
 * plan, unless `all` is given. A record keeps its time, except the one of the run that has just ended.
 */
const settle = sh`settle() {
  how=$1
  shift
  [ -e "\${1:-none}" ] || return 0
  packages_now && read_history && : > "$work/unsure" || return 1
  for record; do
    [ -e "$record" ] || continue
    sound "$record" || return 1
    [ "1\${record##*/}" -gt "1\${ended:-9999}" ] && known=1 aged= || known= aged=$record
    brought "$how" "$record" > "$work/body.packages"
    case $? in 0) ;; 3) continue ;; *) return 1 ;; esac
    { echo ${recordFormat} && cat "$work/body.packages"; } > "$work/body" || return 1
    if is_plan "$record"; then made "$record" > "$work/came" && cat "$work/came" >> "$work/body" || return 1
    elif head -n -1 -- "$record" | cmp -s - "$work/body"; then continue
    fi
    if grep -qE '^(package|user|group|override|file) ' "$work/body"; then write_record confirmed "$record" "$work/body" "$aged" || return 1
    else rm -f -- "$record" || return 1
    fi
  done
}`;

export const settling = lines(packagesNow, history, brought, made, settle);
