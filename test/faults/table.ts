// The fault table: all rows, by what they are about, and what is not run.
import type { Fault } from "./fault.ts";
import { ofApt } from "./rows/apt.ts";
import { ofDaemons } from "./rows/daemons.ts";
import { ofDisk } from "./rows/disk.ts";
import { ofEngines } from "./rows/engines.ts";
import { ofFiles } from "./rows/files.ts";
import { ofInputs } from "./rows/inputs.ts";
import { ofMachines } from "./rows/machines.ts";
import { ofNetwork } from "./rows/network.ts";
import { ofShells } from "./rows/shells.ts";
import { ofLogin } from "./rows/ssh.ts";
import { ofStates } from "./rows/states.ts";

export { notRun } from "./not-run.ts";

export const faults: readonly Fault[] = [
  ...ofNetwork,
  ...ofEngines,
  ...ofStates,
  ...ofMachines,
  ...ofDisk,
  ...ofApt,
  ...ofDaemons,
  ...ofFiles,
  ...ofInputs,
  ...ofShells,
  ...ofLogin,
];
