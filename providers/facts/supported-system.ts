// Which systems this program supports: tried, like a tried one, or not at all. Decided by what the
// host says of itself, before a question that only a Debian with systemd can answer.
import type { Machine, System } from "./machine.ts";

export type Support =
  | { readonly kind: "tried" }
  /** `words` say what it is. */
  | { readonly kind: "not tried"; readonly words: string }
  | { readonly kind: "not supported"; readonly words: string; readonly next: string };

/** The releases of Debian that the tests boot, by number. */
const tried: Readonly<Record<string, string>> = { bullseye: "11", bookworm: "12", trixie: "13", forky: "14" };

const needed =
  "take another host: this program needs Debian, or a system derived from it, that was booted with systemd";

export function supportOf({ release, system }: Machine): Support {
  const { init, osRelease } = system;
  const family = [osRelease.ID ?? "", ...(osRelease.ID_LIKE ?? "").split(" ")];
  if (release === "")
    return {
      kind: "not supported",
      words: "the host has no os-release(5), so it is not known what it is",
      next: needed,
    };
  if (!family.includes("debian"))
    return {
      kind: "not supported",
      words: `${release} is neither Debian nor derived from it: packages, paths and units are others there`,
      next: needed,
    };
  if (init !== "systemd")
    return {
      kind: "not supported",
      words: `${release} without systemd: process 1 is ${init || "not known"}, and Postfix and saslauthd are run through units of systemd`,
      next: `${needed}; in a container systemd must be the first process`,
    };
  return standingOf(release, system);
}

function standingOf(release: string, system: System): Support {
  const near = nearestDebian(system);
  const isDebian = system.osRelease.ID === "debian" && !system.raspberryPi;
  const what = system.raspberryPi ? `Raspberry Pi OS (${release})` : release;
  const like = near === undefined ? "" : `like Debian ${near}, `;
  if (isDebian && near !== undefined) return { kind: "tried" };
  return {
    kind: "not tried",
    words: `${what}: ${like}not tried; this program is tried on Debian ${Object.values(tried).join(", ")}`,
  };
}

/**
 * The tried release that the host is, or is made from: by its version, its code name, or the
 * release that its /etc/debian_version names ("trixie/sid" on Ubuntu 24.04).
 */
function nearestDebian({ debianVersion, osRelease }: System): string | undefined {
  const { ID, VERSION_ID = "", VERSION_CODENAME = "", DEBIAN_CODENAME = "" } = osRelease;
  const numbers = [ID === "debian" ? VERSION_ID : "", debianVersion.split(".")[0] ?? ""];
  const names = [DEBIAN_CODENAME, VERSION_CODENAME, debianVersion.split("/")[0] ?? ""];
  const known = [...names.flatMap((name) => tried[name] ?? []), ...numbers];
  return known.find((number) => Object.values(tried).includes(number));
}
