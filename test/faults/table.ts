// The fault table: all rows, by what they are about, and what is not run.
import type { Fault } from "./fault.ts";
import { ofApt } from "./rows/apt.ts";
import { ofDaemons } from "./rows/daemons.ts";
import { ofDisk } from "./rows/disk.ts";
import { ofFiles } from "./rows/files.ts";
import { ofInputs } from "./rows/inputs.ts";
import { ofNetwork } from "./rows/network.ts";
import { ofOperator } from "./rows/operator.ts";
import { ofShells } from "./rows/shells.ts";
import { ofLogin } from "./rows/ssh.ts";

export { notRun } from "./not-run.ts";

export const faults: readonly Fault[] = [
  ...ofNetwork,
  ...ofOperator,
  ...ofDisk,
  ...ofApt,
  ...ofDaemons,
  ...ofFiles,
  ...ofInputs,
  ...ofShells,
  ...ofLogin,
];
