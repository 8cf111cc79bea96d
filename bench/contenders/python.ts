// The peers in Python, each as its manual advises for speed: Ansible with pipelining and persistent connections, pyinfra as it is.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../lab/paths.ts";
import type { Contender, Target } from "../contender.ts";
import { ensurePeers } from "../peers/install.ts";

const peers = join(projectRoot, "bench", "peers");

export const ansible: Contender = {
  name: "Ansible",
  python: true,
  prepare: async (folder, targets) => {
    mkdirSync(folder, { recursive: true });
    const program = join(await ensurePeers(), "ansible-playbook");
    const rows = targets.map(
      ({ name, address, port, privateKeyFile }) =>
        `${name} ansible_host=${address} ansible_port=${port} ansible_ssh_private_key_file=${privateKeyFile}`,
    );
    writeFileSync(join(folder, "inventory.ini"), `${rows.join("\n")}\n`);
    // short: a socket's path has room for 108 characters
    const control = `/tmp/bench-${process.pid}`;
    const knownHosts = targets.map(({ knownHostsFile }) => knownHostsFile).join(" ");
    writeFileSync(
      join(folder, "ansible.cfg"),
      `[defaults]
inventory = inventory.ini
remote_user = root
forks = 50
interpreter_python = /usr/bin/python3
[ssh_connection]
pipelining = True
ssh_args = -o ControlMaster=auto -o ControlPersist=600 -o UserKnownHostsFile="${knownHosts}"
control_path = ${control}-%%C
`,
    );
    const env = { ...process.env, ANSIBLE_CONFIG: join(folder, "ansible.cfg"), ANSIBLE_HOME: join(folder, "home") };
    const command = (...words: string[]) => ({
      argv: [program, ...words, join(peers, "playbook.yml")],
      cwd: folder,
      env,
    });
    return {
      apply: command(),
      dry: command("--check"),
      forget: async () => {
        for (const { address, port } of targets)
          await execa("ssh", ["-O", "exit", "-o", `ControlPath=${control}-%C`, "-p", `${port}`, `root@${address}`], {
            reject: false,
          });
      },
    };
  },
};

export const pyinfra: Contender = {
  name: "pyinfra",
  prepare: async (folder, targets) => {
    mkdirSync(folder, { recursive: true });
    const program = join(await ensurePeers(), "pyinfra");
    writeFileSync(join(folder, "inventory.py"), `hosts = [\n${targets.map(inventoryRow).join("\n")}\n]\n`);
    const command = (...words: string[]) => ({
      argv: [program, "--yes", ...words, "inventory.py", join(peers, "deploy.py")],
      cwd: folder,
    });
    return { apply: command(), dry: command("--dry") };
  },
};

function inventoryRow({ name, address, port, privateKeyFile, knownHostsFile }: Target): string {
  const data = {
    ssh_hostname: address,
    ssh_port: port,
    ssh_user: "root",
    ssh_key: privateKeyFile,
    ssh_known_hosts_file: knownHostsFile,
    ssh_strict_host_key_checking: "yes",
  };
  return `    (${JSON.stringify(name)}, ${JSON.stringify(data)}),`;
}
