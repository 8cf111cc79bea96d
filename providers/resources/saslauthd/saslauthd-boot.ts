// saslauthd at boot. Debian 12 has a sysv script with links in /etc/rc?.d; Debian 13 has a native
// unit that ignores them, so after an upgrade nothing would start saslauthd. Therefore Debian 12
// also gets the link that `systemctl enable` makes on Debian 13. systemd uses the name of such a
// link and not its target, so one link works on both.

import { sh } from "../../core/shell.ts";
import type { Fact } from "../../facts/fact.ts";
import { textOf } from "../../facts/fact.ts";
import type { FileContent, PathStatus } from "../../facts/file.ts";
import type { UnitStatus } from "../../facts/systemd.ts";
import { setEnabled } from "../../steps/postfix.ts";
import type { Step } from "../../steps/step.ts";
import { nativeUnitPath } from "./saslauthd-settings.ts";

const linkPath = "/etc/systemd/system/multi-user.target.wants/saslauthd.service";
const name = `the link ${linkPath}`;

const linked: Fact<boolean> = {
  name,
  // On Debian 12 the target does not exist, so -e would be false.
  question: sh`if [ -L ${linkPath} ]; then echo yes; else echo no; fi`,
  parse: (answer) => textOf(name, answer) === "yes",
};

export const bootQuestions = { bootLink: linked };

export interface BootActual {
  readonly unit: UnitStatus;
  readonly nativeUnit: PathStatus | null;
  readonly dropIn: FileContent | null;
  readonly bootLink: boolean;
}

/**
 * The input `enabled` as observed on the host. A host that was set up by hand, without our drop-in,
 * keeps what it has.
 */
export function observedEnabled(
  desired: boolean,
  { unit, nativeUnit, dropIn, bootLink }: BootActual,
): boolean | string {
  const enabled = unit.enabled === "enabled";
  if (nativeUnit !== null || enabled !== desired) return enabled;
  if (desired)
    return (
      dropIn === null || bootLink || "by the sysv script alone: nothing would start it after an upgrade to Debian 13"
    );
  return bootLink;
}

/**
 * The link is made only together with our drop-in: without it the native unit would wait for a PID
 * file that never appears.
 */
export function setAtBoot(desired: boolean, withDropIn: boolean, actual: BootActual): Step[] {
  const { unit, nativeUnit, bootLink } = actual;
  const steps: Step[] =
    (unit.enabled === "enabled") === desired ? [] : [setEnabled("saslauthd", desired, unit.enabled)];
  if (nativeUnit !== null || bootLink === desired) return steps;
  if (!desired) steps.push(unlink);
  else if (withDropIn) steps.push(link);
  return steps;
}

/** Restores the earlier state. A link to a native unit is removed by `systemctl disable`. */
export function restoreAtBoot(
  before: { readonly enabled: boolean; readonly bootLink?: boolean },
  actual: BootActual,
): Step[] {
  const { unit, nativeUnit, bootLink } = actual;
  const steps: Step[] =
    (unit.enabled === "enabled") === before.enabled ? [] : [setEnabled("saslauthd", before.enabled, unit.enabled)];
  if (nativeUnit === null && bootLink && !before.bootLink) steps.push(unlink);
  return steps;
}

const make = sh`install -d -m 755 -- "$(dirname -- ${linkPath})" && ln -sfT -- ${nativeUnitPath} ${linkPath}`;
const remove = sh`rm -f -- ${linkPath}`;

const link: Step = {
  do: "run",
  reason: "let saslauthd start at boot after an upgrade to Debian 13, too, which ignores the sysv script",
  script: make,
  undo: { script: remove },
};

const unlink: Step = {
  do: "run",
  reason: "do not let saslauthd start at boot after an upgrade to Debian 13",
  script: remove,
  undo: { script: make },
};
