// Ansible and pyinfra, pinned, in a Python environment of their own in the cache.
import { join } from "node:path";
import { ensurePython } from "../../lab/python/environment.ts";

/** The folder with the programs `ansible-playbook` and `pyinfra`. */
export function ensurePeers(): Promise<string> {
  return ensurePython("Ansible and pyinfra", join(import.meta.dirname, "requirements.txt"));
}
