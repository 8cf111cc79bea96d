// The floor: OpenSSH and one shell script, for all hosts at once. It records nothing, proves nothing and can not undo.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/paths.ts";
import type { Contender, Target } from "../contender.ts";

const peers = join(projectRoot, "bench", "peers");

export const ssh: Contender = {
  name: "plain ssh",
  prepare: async (folder, targets) => {
    mkdirSync(folder, { recursive: true });
    const command = (script: string) => {
      const path = join(folder, script);
      writeFileSync(path, onAll(targets, join(peers, script)));
      return { argv: ["sh", path], cwd: folder };
    };
    return { apply: command("apply.sh"), again: command("check.sh") };
  },
};

function onAll(targets: readonly Target[], script: string): string {
  const rows = targets.map(
    ({ address, port, privateKeyFile, knownHostsFile }) =>
      `ssh -o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile=${knownHostsFile} -i ${privateKeyFile} -p ${port} root@${address} /bin/sh -s < ${script} & children="$children $!"`,
  );
  return `children=\n${rows.join("\n")}\nfor child in $children; do wait $child || exit 1; done\n`;
}
