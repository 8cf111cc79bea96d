// Runs a playbook on a host of the lab, as an administrator would from this machine.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { LabHost } from "../hosts/record.ts";
import { ensurePython } from "../python/environment.ts";

/** What Ansible counted on the host. */
export interface PlaybookRun {
  readonly changed: number;
  readonly failed: number;
  /** All that it printed. */
  readonly output: string;
}

/** A failing task is a result, not an error. */
export async function runPlaybook(host: LabHost, playbook: string): Promise<PlaybookRun> {
  const bin = await ensurePython("Ansible", join(import.meta.dirname, "requirements.txt"));
  const home = await mkdtemp(join(tmpdir(), "ansible-"));
  try {
    const { all } = await execa(
      join(bin, "ansible-playbook"),
      ["--inventory", `${host.address},`, "--user", "root", "--private-key", host.privateKeyFile, playbook],
      {
        env: {
          ANSIBLE_HOME: home,
          ANSIBLE_LOCAL_TEMP: join(home, "tmp"),
          ANSIBLE_NOCOLOR: "1",
          ANSIBLE_PIPELINING: "1",
          ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3",
          ANSIBLE_SSH_CONTROL_PATH_DIR: join(home, "cp"),
          ANSIBLE_SSH_ARGS: `-o ControlMaster=auto -o ControlPersist=10s -o UserKnownHostsFile=${host.knownHostsFile}`,
          LC_ALL: "C.UTF-8",
        },
        reject: false,
        all: true,
        timeout: 280_000,
      },
    );
    const count = (what: string) =>
      Number(new RegExp(`^${host.address} .*\\b${what}=(\\d+)`, "m").exec(all)?.[1] ?? -1);
    return { changed: count("changed"), failed: count("failed") + count("unreachable"), output: all };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
