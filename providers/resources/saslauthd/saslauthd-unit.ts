// Hosts where saslauthd.service is not Debian's: a unit file in its place, or a drop-in with its
// own start line.

import { Failure } from "../../core/failure.ts";
import type { StartLine } from "../../facts/saslauthd-unit.ts";
import type { UnitStatus } from "../../facts/systemd.ts";

interface UnitActual {
  readonly unit: UnitStatus;
  readonly startLines: readonly StartLine[];
}

/**
 * A unit that does not pass on the settings of the default file would keep its own options,
 * whatever is written there.
 */
export function refuseForeignUnit({ unit, startLines }: UnitActual): void {
  if (unit.load === "masked") {
    throw new Failure({
      code: "saslauthd-unit-masked",
      tried: "let saslauthd.service run saslauthd",
      found: "the unit is masked: somebody wants it never to start (systemctl mask)",
      left: ["nothing was changed"],
      next: "find out who masked it and why; when it may start again: `systemctl unmask saslauthd`, then run `pulumi up` again",
    });
  }
  const strange = startLines.find(({ line }) => !/\$\{?OPTIONS\b/.test(line));
  if (strange === undefined) return;
  throw new Failure({
    code: "saslauthd-unit-foreign",
    tried: "let saslauthd.service run with what /etc/default/saslauthd says",
    found: `${strange.path} starts it in another way, without $OPTIONS: ${strange.line}`,
    left: ["nothing was changed"],
    next: `where something else than Postfix uses that daemon, give it a unit of its own first (docs/taking-over.md has one). Then put this file out of force, so that Debian's own unit counts again: \`mv ${strange.path} ${strange.path}.off\`, \`systemctl daemon-reload\`, and run \`pulumi up\` again`,
  });
}

/** For a daemon that does not follow its default file. */
export function startedBy({ startLines }: UnitActual): string {
  return startLines.map(({ path, line }) => `; ${path} starts it: ${line}`).join("");
}
