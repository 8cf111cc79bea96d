// What keeps this machine from booting hosts, in words that say what to do about it.
import { cacheRoot } from "../paths.ts";

export interface Obstacle {
  readonly what: string;
  /** What would change that: a command, or flags of one. */
  readonly next: string;
}

/** The command that a person typed. */
export const command = `npm run ${process.env.npm_lifecycle_event ?? "demo"}`;

/** Capabilities that Docker does not give by itself, and two folders that must be the machine's own. Tried with Docker 20.10 on control groups version 1. */
export function dockerLine(capabilities: readonly string[] = ["SYS_ADMIN", "NET_ADMIN"]): string {
  const flags = [
    ...capabilities.map((name) => `--cap-add ${name}`),
    // its profile refuses every mount
    "--security-opt apparmor=unconfined",
    "--cgroupns host --volume /sys/fs/cgroup:/sys/fs/cgroup",
    // an overlay cannot lie on the overlay that a container's own files are
    `--volume sasl-mail-host-lab:${cacheRoot}`,
  ];
  return `in a container, start it with: docker run ${flags.join(" ")} …`;
}

/** Both parts, each in a line of its own. */
export function told({ what, next }: Obstacle): string {
  return `${what}\n  next: ${next}`;
}
