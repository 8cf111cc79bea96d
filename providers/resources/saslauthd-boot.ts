// saslauthd at boot. Debian 12 has a sysv script and its links in /etc/rc?.d, Debian 13 a native unit that knows nothing of them: after an
// upgrade nothing would start it. So on 12 the link is made as well that `systemctl enable` makes on 13. systemd takes the name of such a
// link and not where it leads, so it holds for both.

import type { Fact } from "../facts/fact.ts";
import { textOf } from "../facts/fact.ts";
import type { FileContent, PathStatus } from "../facts/file.ts";
import type { UnitStatus } from "../facts/systemd.ts";
import { setEnabled } from "../steps/postfix.ts";
import { sh } from "../steps/shell.ts";
import type { Step } from "../steps/step.ts";
import { nativeUnitPath } from "./saslauthd-settings.ts";

const linkPath = "/etc/systemd/system/multi-user.target.wants/saslauthd.service";
const name = `the link ${linkPath}`;

const linked: Fact<boolean> = {
  name,
  // it leads nowhere on Debian 12, so not -e
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

/** The input `enabled` as the host shows it. A host that was set up by hand, without our drop-in, is left with what it has. */
export function enabledSeen(wanted: boolean, { unit, nativeUnit, dropIn, bootLink }: BootActual): boolean | string {
  const enabled = unit.enabled === "enabled";
  if (nativeUnit !== null || enabled !== wanted) return enabled;
  if (wanted)
    return (
      dropIn === null || bootLink || "by the sysv script alone: nothing would start it after an upgrade to Debian 13"
    );
  return bootLink;
}

/** Only beside our drop-in: without it the native unit would wait for a PID file that never comes. */
export function setAtBoot(wanted: boolean, withDropIn: boolean, actual: BootActual): Step[] {
  const { unit, nativeUnit, bootLink } = actual;
  const steps: Step[] = (unit.enabled === "enabled") === wanted ? [] : [setEnabled("saslauthd", wanted, unit.enabled)];
  if (nativeUnit !== null || bootLink === wanted) return steps;
  if (!wanted) steps.push(unlink);
  else if (withDropIn) steps.push(link);
  return steps;
}

/** As it was before; a link that leads to a native unit is `systemctl disable`'s to take away. */
export function atBootBack(
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
