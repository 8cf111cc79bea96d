// The capabilities of this process (capabilities(7)) that a booted host needs.
import { readFileSync } from "node:fs";

/** By their bit. Without any of these no host boots, tried one by one; the others of root that Docker leaves out are not needed. */
const needed: Readonly<Record<number, string>> = {
  1: "DAC_OVERRIDE",
  6: "SETGID",
  8: "SETPCAP",
  10: "NET_BIND_SERVICE",
  12: "NET_ADMIN",
  18: "SYS_CHROOT",
  21: "SYS_ADMIN",
};

/** Without `CAP_`, as Docker names them. */
export function missingCapabilities(status = readFileSync("/proc/self/status", "utf8")): string[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  return Object.entries(needed)
    .filter(([bit]) => ((effective >> BigInt(bit)) & 1n) === 0n)
    .map(([, name]) => name);
}
