// Faults that were asked for and are not rows here: shown by another suite, or out of reach of this
// lab.
import type { NotRun } from "./fault.ts";

export const notRun: readonly NotRun[] = [
  {
    id: "clock-skewed",
    of: "faults.md 62, issue 14",
    fault: "The host's clock is a year ahead or behind",
    because: "The lab's hosts share the kernel, and with it the clock, of the machine they run on.",
  },
  {
    id: "upgrade-12-to-13",
    of: "issue 14",
    fault: "The host is upgraded from Debian 12 to 13 between two runs",
    because: "Shown by `npm test -- e2e/release-upgrade`, which takes ten minutes.",
  },
  {
    id: "sudo-rs",
    of: "faults.md 20",
    fault: "The host has sudo-rs",
    because: "The lab's offline repository does not have it; its words are tried in `unit/host/sudo`.",
  },
  {
    id: "root-disk-full",
    of: "issue 14",
    fault: "The whole root file system is full",
    because:
      "The root of a lab host lies on the disk of the machine that runs it; `full-usr-bare`, `full-var-bare` and `full-etc` fill its parts.",
  },
  {
    id: "power-cut-unsynced",
    of: "faults.md 64, H4",
    fault: "The power goes and takes what was not synced",
    because:
      "A killed host loses its processes, not its page cache. Shown on ext4 images by `npm test -- host/power-cut`.",
  },
  {
    id: "journal-removal-killed",
    of: "H5",
    fault: "The removal of the journal dies part-way",
    because: "Shown by `npm test -- host/journal-faults` on a host, and at every command by `npm test -- unit/crash`.",
  },
  {
    id: "no-stack-selected",
    of: "H11",
    fault: "No stack is selected when a secret is set",
    because: "Shown by `npm test -- e2e/mistakes`, which makes docs/messages.md.",
  },
  {
    id: "project-reinstalled",
    of: "faults.md 51",
    fault: "The project was upgraded or reinstalled since the state was written",
    because: "Shown by `npm test -- e2e/kept-version`.",
  },
  {
    id: "host-cloned",
    of: "issue 14",
    fault: "The host is cloned, and both answer",
    because:
      "A lab host's files lie under its own keys and address; `machine-id-new-up` and `empty-host-destroy` are its halves.",
  },
  {
    id: "start-and-unit",
    of: "faults.md 41",
    fault: "START= of Debian 12 and the unit of Debian 13",
    because: "Every row runs on both.",
  },
  {
    id: "password-odd",
    of: "faults.md 54",
    fault: "A password with every character that careless quoting would change",
    because: "The password of every row's proof has them all.",
  },
];
