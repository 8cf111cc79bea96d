// A folder that stands in for a Debian host, with an apt and a dpkg that only keep a table: for
// what our scripts write down of an apt run and take back, without root and without a host.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ShellText, sh } from "../../providers/core/shell.ts";
import { packageRecord } from "../../providers/facts/package-record.ts";
import type { RunScript } from "../../providers/steps/step.ts";
import { answer } from "./fake-answers.ts";

/**
 * Tools, each of which reads or changes files of the folder `$host`. The table has a row "name
 * architecture version state want" each, and perhaps "reinstreq".
 */
const tools: Record<string, string> = {
  "dpkg-query": `case $3 in
  *Want*) awk '{ print $1 ":" $2, $3, $4, $5, $1, ($6 == "" ? "ok" : $6) }' "$host/table" ;;
  *Conffiles*) cat "$host/conffiles" ;;
  *) awk '{ print $1 ":" $2, $4 }' "$host/table" ;;
esac`,
  dpkg: `echo "dpkg $*" >> "$host/calls"
for word; do case $word in
  --print-architecture) echo amd64; exit ;;
  --audit) awk '$4 !~ /^(installed|config-files)$/' "$host/table"; exit ;;
  --configure) [ ! -e "$host/unconfigurable" ] && sed -i '/reinstreq/!s/ unpacked / installed /' "$host/table"; exit ;;
  -L) exit ;;
  --no-act) pretend=yes ;;
  --purge | --remove) action=$word ;;
  -*) ;;
  *) names="$names $word" ;;
esac; done
while read -r needer needed; do
  case " $names " in *" $needer "*) continue ;; *" $needed "*) ;; *) continue ;; esac
  printf '%s\\n' "dpkg: dependency problems prevent removal of $needed:" " $needer depends on $needed." ""
  blocked="$blocked $needed"
done < "$host/needs"
if [ -n "$blocked" ]; then echo 'Errors were encountered while processing:'; printf ' %s\\n' $blocked; exit 1; fi
[ -z "$pretend" ] || exit 0
for name in $names; do
  if [ "$action" = --purge ]; then sed -i "/^$name /d" "$host/table"; else sed -i "s/^\\($name [^ ]* [^ ]*\\) [^ ]*/\\1 config-files/" "$host/table"; fi
done`,
  "dpkg-statoverride": `case $1 in
  --list) [ -z "$2" ] || exec grep -q " $2$" "$host/overrides"; [ -s "$host/overrides" ] && cat "$host/overrides" ;;
  --remove) sed -i "\\\\, $2$,d" "$host/overrides" ;;
esac`,
  "apt-get": `echo "apt-get $*" >> "$host/calls"
for word; do case $word in update | -s) exit ;; DPkg::Pre-Install-Pkgs::=*) hook=\${word#*=} ;; esac; done
if ! { printf '%s\\n' 'VERSION 3' 'APT::Architecture=amd64' ''; cat "$host/transaction"; } | sh -c "$hook"; then
  echo "E: Sub-process $hook returned an error code (1)"
  exit 100
fi
{
  printf '%s\\n' '' 'Start-Date: 1' "Commandline: apt-get $*"
  awk '$2 == "-" && $9 !~ /^[*]/ { printf "%s%s:%s (%s)", (count++ ? ", " : "Install: "), $1, $7, $6 } END { if (count) print "" }' "$host/transaction"
  echo 'End-Date: 1'
} >> "$host/var/log/apt/history.log"
. "$host/unpack"`,
  userdel: `sed -i "/^$2:/d" "$host/etc/passwd"`,
  groupdel: `sed -i "/^$2:/d" "$host/etc/group"`,
  systemctl: "exit 0",
};

export class FakePackages implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "packages-"));
  readonly #records = join(this.folder, "var/lib/sasl-mail-host/packages");

  constructor() {
    for (const path of ["bin", "run", "etc/postfix", "var/lib/dpkg/info", "var/log/apt", "var/backups"])
      mkdirSync(join(this.folder, path), { recursive: true });
    for (const [name, text] of Object.entries(tools)) this.tool(name, text);
    this.write("table", "dpkg amd64 1.21 installed install\nledger all 1 installed install\n");
    this.write("etc/passwd", "root:x:0:0::/root:/bin/sh\nadmin:x:1000:1000::/:/bin/sh\n");
    this.write("etc/group", "root:x:0:\nsasl:x:45:\n");
    for (const name of ["needs", "overrides", "transaction", "unpack", "calls", "conffiles"]) this.write(name, "");
  }

  tool(name: string, text: string): void {
    writeFileSync(join(this.folder, "bin", name), `#!/bin/sh\nhost=${this.folder}\n${text}\n`, { mode: 0o755 });
  }

  write(path: string, content: string): void {
    writeFileSync(join(this.folder, path), content);
  }

  read(path: string): string {
    return existsSync(join(this.folder, path)) ? readFileSync(join(this.folder, path), "utf8") : "";
  }

  /**
   * What apt installs, as its hook is told, and shell text that stands for dpkg and the maintainer
   * scripts, in the folder.
   */
  transaction(rows: readonly string[], unpack: string): void {
    this.write("transaction", rows.map((row) => `${row}\n`).join(""));
    this.write("unpack", `cd "$host" || exit 1\n${unpack}\n`);
  }

  /** Maintainer script of a package that is unpacked; paths are those of the folder. */
  script(name: string, text: string): void {
    this.write(`var/lib/dpkg/info/${name}.list`, "/.\n");
    this.write(`var/lib/dpkg/info/${name}.postinst`, text.replaceAll("/etc/", `${this.folder}/etc/`));
  }

  run({ text }: ShellText, shell = "sh", cwd = this.folder, rootShell = "") {
    const moved = text.replaceAll(/(?<![\w\\/.])\/(etc|var|run|usr\/lib\/sysusers)(?=[/' "[])/g, `${this.folder}/$1`);
    const env = { PATH: `${this.folder}/bin:${process.env.PATH}`, TMPDIR: tmpdir(), SASL_MAIL_HOST_SHELL: rootShell };
    const { status, stdout, stderr } = spawnSync(shell, ["-c", moved], {
      cwd,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return { status, said: `${stdout}${stderr}` };
  }

  /** The step with its way back, as a journal has them. */
  journalled({ script, undo }: RunScript, shell?: string) {
    const entry = mkdtempSync(join(this.folder, "entry-"));
    this.run(undo?.remember ?? sh`:`, shell, entry);
    const made = this.run(script, shell);
    const undone = (rootShell?: string) => this.run(undo?.script ?? sh`:`, shell, entry, rootShell);
    // A shell of its own runs each script here: the undo is told that it is the one of the step.
    const [own] = existsSync(join(this.folder, "run/sasl-mail-host.ended"))
      ? this.read("run/sasl-mail-host.ended").split(" ")
      : [];
    return { ...made, entry, undo: () => undone(), undoInSameShell: () => undone(own) };
  }

  records(): string[] {
    return existsSync(this.#records) ? readdirSync(this.#records) : [];
  }

  record(name = "0001"): string[] {
    return this.read(`var/lib/sasl-mail-host/packages/${name}`).split("\n").slice(0, -1);
  }

  damage(change: (content: string) => string): void {
    this.write("var/lib/sasl-mail-host/packages/0001", change(this.read("var/lib/sasl-mail-host/packages/0001")));
  }

  /** What the product reads of them. */
  asRead() {
    const { status, said } = this.run(packageRecord.question);
    return packageRecord.parse(answer(said, status ?? 1));
  }

  /** The names of the packages, in the states that dpkg has them. */
  table(): string[] {
    return this.read("table")
      .split("\n")
      .filter(Boolean)
      .map((row) => row.split(" "))
      .map(([name, , , state]) => (state === "installed" ? `${name}` : `${name} ${state}`));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
