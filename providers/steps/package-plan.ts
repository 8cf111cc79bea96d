// The plan of one of our apt runs: the packages that it brings, as apt reports them before dpkg
// unpacks the first.

import { sh } from "../core/shell.ts";
import { recordFormat } from "../facts/package-record.ts";
import { lookAround, recordFunctions } from "./package-record.ts";

/**
 * apt passes a hook one line per package on standard input: name, old version ("-" where there is
 * none), architecture and multi-arch, a direction, then the new ones, and the file or the action
 * (apt.conf(5), DPkg::Pre-Install-Pkgs, version 3). A package of which only the configuration is
 * left has no version, but is not new either.
 */
const newPackages = sh`awk -v native="$native" '
  FILENAME ~ /states$/ { if ($2 == "config-files") rest[$1]; next }
  /^$/ { begun = 1 }
  begun && $2 == "-" && $6 != "-" && $9 !~ /^[*][*]/ {
    name = $7 == native || $7 == "all" ? $1 : $1 ":" $7
    print "package", name, $7, $6, (($1 ":" $7) in rest ? "config-files" : "absent"), $9
  }' "$work/states" "$work/told" > "$work/new"`;

/**
 * The hook. Its first argument is the highest number of a record before this step, the others are
 * the requested packages. If it fails, apt changes nothing. The braces prevent a hook that a full
 * disk truncated from running at all. The new record gets a higher number also where settling has
 * removed the record of that number since: the undo takes back what is numbered above it.
 */
export const planHook = sh`#!/bin/sh
{
export LC_ALL=C
earlier=$1
shift
${recordFunctions}
${lookAround}
refuse() { echo "sasl-mail-host: nothing is installed, because what this apt run would bring cannot be written to $records: $1" >&2; exit 1; }
work=$(mktemp -d) || refuse 'there is no place for temporary files'
trap 'rm -rf -- "$work"' EXIT
cat > "$work/told" || refuse 'what apt tells cannot be kept'
[ "$(head -n 1 "$work/told")" = 'VERSION 3' ] || refuse 'apt does not speak version 3 of its hook protocol'
native=$(dpkg --print-architecture) && dpkg-query -W -f '\${Package}:\${Architecture} \${db:Status-Status}\n' > "$work/states" || refuse 'dpkg does not answer'
look_around all "$work/around" && grep -qx 'user root' "$work/around" && grep -qx 'group root' "$work/around" || refuse 'the accounts and files of before cannot be listed'
{
${newPackages}
} || refuse 'what apt tells cannot be read'
{ echo ${recordFormat} && printf 'requested %s\n' "$@" && cat "$work/new" && sed 's/^/had /' "$work/around"; } > "$work/body" || refuse 'the disk may be full'
last=$({ echo "$earlier"; ls -- "$records"; } | grep -x '[0-9]\{4\}' | sort -n | tail -n 1 | sed 's/^0*//')
write_record plan "$records/$(printf %04d $(( \${last:-0} + 1 )))" "$work/body" || refuse 'the disk may be full'
exit 0
}`;
