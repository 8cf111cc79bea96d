// Another machine in the place of the host: gone, empty, restored from a backup, with another identity.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { destroyHost, knownHosts, resetHost } from "../../../lab/hosts/index.ts";
import type { Fault } from "../fault.ts";
import { connecting, onHost } from "../injections.ts";
import { quick } from "../moments.ts";
import { stranger } from "../prepared.ts";

/** Another host answers at the address. */
const elsewhere = (id: string, fault: string, of: string, set: string, more: Partial<Fault>): Fault => ({
  id,
  of,
  fault,
  start: "mail",
  meets: "up",
  inject: [],
  exit: "any",
  left: "as before",
  next: [],
  within: 240,
  run: async (scene) => {
    const { stack } = scene;
    const first = await stack.up();
    if (first.exitCode !== 0) return first;
    const other = await stranger(scene);
    try {
      const knownHostsFile = join(stack.folder, "known-other");
      writeFileSync(knownHostsFile, await knownHosts(other, other.address));
      scene.connect({ host: other.address, privateKeyFile: other.privateKeyFile, knownHostsFile });
      const run = set === "destroy" ? await stack.destroy("--refresh=false") : await stack.preview("--refresh");
      scene.connect({});
      const own = await stack.destroy("--refresh=false");
      return own.exitCode === 0 ? run : { exitCode: own.exitCode, output: `${run.output}\n${own.output}` };
    } finally {
      scene.connect({});
      await destroyHost(other);
    }
  },
  ...more,
});

export const ofMachines: readonly Fault[] = [
  {
    id: "machine-id-new-up",
    of: "H7",
    fault: "The host gets a new /etc/machine-id, and `up` and `destroy` follow",
    start: "mail",
    meets: "refresh",
    inject: [onHost("tr -d - < /proc/sys/kernel/random/uuid > /etc/machine-id")],
    exit: "any",
    left: "as before",
    run: ({ stack }) => stack.up(),
  },
  {
    id: "machine-id-new-destroy",
    of: "H7",
    fault: "The host gets a new /etc/machine-id, and a destroy follows",
    start: "mail",
    meets: "destroy",
    inject: [onHost("tr -d - < /proc/sys/kernel/random/uuid > /etc/machine-id")],
    exit: 0,
    left: "as asked",
  },
  {
    id: "machine-id-empty",
    of: "H7",
    fault: "/etc/machine-id is empty",
    start: "mail",
    meets: "preview",
    inject: [onHost("cp -a /etc/machine-id /run/id; : > /etc/machine-id", "cat /run/id > /etc/machine-id")],
    exit: "not 0",
    says: [/machine-id-unreadable/],
    left: "as before",
  },
  elsewhere(
    "empty-host-preview",
    "An empty host answers at the address of the old one, in a preview",
    "issue 14",
    "preview",
    { exit: 0, says: [/another machine|machine/] },
  ),
  elsewhere(
    "empty-host-destroy",
    "An empty host answers at the address of the old one, at a destroy",
    "issue 14, faults.md 52",
    "destroy",
    { exit: "not 0", says: [/another-machine/] },
  ),
  {
    id: "destroy-host-gone",
    of: "faults.md 52",
    fault: "The host is gone at a destroy",
    start: "mail",
    meets: "destroy",
    inject: [connecting("an address where nobody listens", async () => ({ port: 2222, ...quick }))],
    exit: "not 0",
    says: [/host-unreachable/],
    left: "to be repaired",
  },
  {
    id: "host-restored-from-backup",
    of: "issue 14",
    fault: "The host is restored from a backup that is older than our first up",
    start: "mail",
    meets: "up",
    inject: [],
    exit: 0,
    left: "as asked",
    within: 240,
    run: async ({ stack, host }) => {
      const first = await stack.up();
      if (first.exitCode !== 0) return first;
      await resetHost(host, "mail");
      return await stack.up();
    },
  },
  {
    id: "host-restored-then-destroy",
    of: "issue 14",
    fault: "The same, and a destroy follows",
    start: "mail",
    meets: "up",
    inject: [],
    exit: 0,
    left: "as before",
    within: 240,
    next: [],
    run: async ({ stack, host }) => {
      const first = await stack.up();
      if (first.exitCode !== 0) return first;
      await resetHost(host, "mail");
      return await stack.destroy("--refresh=false");
    },
  },
  {
    id: "host-restored-to-before-change",
    of: "issue 14",
    fault: "The host is restored from a backup of before the last change",
    start: "mail",
    meets: "change",
    inject: [],
    exit: 0,
    left: "as asked",
    within: 240,
    run: async ({ stack, host }) => {
      await stack.up();
      await resetHost(host, "mail-proved");
      return await stack.up();
    },
  },
];
