// Where the packages of a base system come from: the mirror this machine itself uses, when it is a Debian machine.
import { execa } from "execa";

/** The mirror's address, or nothing: then mmdebstrap takes its own default. `SASL_LAB_MIRROR` overrides. */
export async function debianMirror(): Promise<string | undefined> {
  if (process.env.SASL_LAB_MIRROR) return process.env.SASL_LAB_MIRROR;
  const format = "$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)";
  const { stdout, failed } = await execa("apt-get", ["indextargets", "--format", format], { reject: false });
  if (failed) return undefined;
  const fields = stdout.split("\n").map((line) => line.split("|"));
  return fields.find(
    ([origin, label, component]) => origin === "Debian" && label === "Debian" && component === "main",
  )?.[3];
}

/** apt's settings of this machine that decide whether a download works here: proxy, retries, checks of dates. */
export async function aptSettings(): Promise<string[]> {
  const { stdout, failed } = await execa("apt-config", ["dump"], { reject: false });
  if (failed) return [];
  return stdout.split("\n").filter((line) => /^Acquire::(https?::|Check-|Retries)[^"]* "[^"]+";$/.test(line));
}
