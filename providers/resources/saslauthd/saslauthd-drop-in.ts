// The drop-in of saslauthd.service that earlier versions of this program wrote, mended before apt
// runs.

import { sh } from "../../core/shell.ts";
import type { FileContent } from "../../facts/file.ts";
import { dropIn, dropInPath } from "../../steps/saslauthd.ts";
import type { Step } from "../../steps/step.ts";

/** Owner and mode of the files that this program creates. */
export const created = { owner: "root", group: "root", mode: "644" } as const;

export const readUnitsAgain: Step = {
  do: "run",
  reason: "let systemd read its units again",
  script: sh`systemctl daemon-reload`,
};

/**
 * An earlier drop-in waited for a PID file. Where the default file says START=no, Debian 12's
 * start script starts nothing and so makes none: the unit fails, and with it sasl2-bin's postinst,
 * whoever runs apt (invoke-rc.d in dh_installinit's autoscript). SaslauthdService comes later and
 * sets START.
 */
export function mendDropIn(found: FileContent | null): Step[] {
  const [, socketDirectory] =
    /^# Written by sasl-mail-host [\s\S]*^PIDFile=(\/.*)\/saslauthd\.pid$/m.exec(
      found?.content.toString("latin1") ?? "",
    ) ?? [];
  if (found === null || socketDirectory === undefined) return [];
  return [
    {
      do: "write",
      path: dropInPath,
      content: Buffer.from(dropIn(socketDirectory)),
      expected: found.content,
      created,
      reason:
        "write the drop-in anew: the earlier one waits for a PID file, so that dpkg cannot configure sasl2-bin where START is not yes",
    },
    readUnitsAgain,
  ];
}
