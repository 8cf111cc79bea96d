// Which suite runs on which release of Debian, and when: jest.config.ts makes Jest's projects of it, test/run.ts chooses among them.
import type { Debian } from "../lab/hosts/index.ts";

/** A release, or the suite's own choice of hosts. */
type On = Debian | "own";

interface Suite {
  /** `npm test` runs it there. */
  readonly everyday?: readonly On[];
  /** Only `npm run test:all` does, or a pattern: it takes minutes and is about one part, or repeats what another release shows. */
  readonly long?: readonly On[];
  /** On one release, on two slow cores beside two others: the longest start first. */
  readonly seconds: number;
}

/** The files below test/ without `.test.ts`. */
export const suites: Readonly<Record<string, Suite>> = {
  "e2e/adopted": { long: [12, 13], seconds: 140 },
  "e2e/backends": { long: [12, 13], seconds: 100 },
  "e2e/connections": { long: [12, 13], seconds: 100 },
  "e2e/containers": { everyday: [13], long: [12], seconds: 150 },
  "e2e/departure": { everyday: ["own"], seconds: 80 },
  "e2e/doctor-fleet": { everyday: ["own"], seconds: 90 },
  "e2e/documented-commands": { long: ["own"], seconds: 115 },
  "e2e/documented-fleet": { long: ["own"], seconds: 238 },
  "e2e/documented-projects": { long: ["own"], seconds: 93 },
  "e2e/examples": { long: ["own"], seconds: 73 },
  "e2e/fleet": { everyday: ["own"], seconds: 63 },
  "e2e/fleet-command": { long: ["own"], seconds: 180 },
  "e2e/guards": { everyday: ["own"], seconds: 68 },
  "e2e/kept-version": { long: [12, 13], seconds: 190 },
  "e2e/killed": { everyday: [12], long: [13], seconds: 77 },
  "e2e/life-cycle": { everyday: [12, 13], long: [11, 14], seconds: 125 },
  "e2e/main-cf": { long: ["own"], seconds: 220 },
  "e2e/mistakes": { long: ["own"], seconds: 600 },
  "e2e/no-privileges": { long: ["own"], seconds: 400 },
  "e2e/operations": { long: [12, 13], seconds: 200 },
  "e2e/options": { long: [12, 13], seconds: 100 },
  "e2e/own-stack": { everyday: ["own"], seconds: 8 },
  "e2e/package-managers": { long: ["own"], seconds: 900 },
  "e2e/pull-requests": { long: ["own"], seconds: 98 },
  "e2e/release-upgrade": { long: [12], seconds: 600 },
  "e2e/report": { long: ["own"], seconds: 70 },
  "e2e/sdk-versions": { long: ["own"], seconds: 120 },
  "e2e/set-ups": { long: [12, 13], seconds: 700 },
  "e2e/shapes": { long: [12, 13], seconds: 160 },
  "e2e/shells": { long: [12, 13], seconds: 260 },
  "e2e/tls": { long: [12, 13], seconds: 119 },
  "e2e/traps": { everyday: [13], long: [12], seconds: 119 },
  "e2e/two-hands": { everyday: [12], long: [13], seconds: 21 },
  "e2e/unasked-stop": { everyday: [13], long: [12], seconds: 135 },
  "e2e/untouched": { long: [14], seconds: 60 },
  "host/hand-edited": { everyday: ["own"], seconds: 34 },
  "host/in-use": { everyday: [12, 13], seconds: 60 },
  "host/journal-faults": { everyday: [13], long: [12], seconds: 39 },
  "host/kept-entry": { everyday: [13], long: [12], seconds: 20 },
  "host/open-relay": { everyday: [12], long: [13], seconds: 31 },
  "host/other-mail-server": { everyday: ["own"], seconds: 11 },
  "host/packages": { everyday: [13], long: [12], seconds: 306 },
  "host/postfix-that-cannot-start": { long: [12, 13], seconds: 120 },
  "host/power-cut": { everyday: ["own"], seconds: 10 },
  "host/proof": { everyday: [13], long: [12], seconds: 278 },
  "host/recorded-shell": { everyday: ["own"], seconds: 10 },
  "host/resources": { everyday: [12, 13], seconds: 180 },
  "host/saslauthd-of-others": { everyday: [12, 13], seconds: 140 },
  "host/second-person": { everyday: [13], long: [12], seconds: 48 },
  "host/shell-bash": { long: [12, 13], seconds: 300 },
  "host/shell-busybox": { long: [12, 13], seconds: 300 },
  "host/smtpd-parameters": { long: ["own"], seconds: 98 },
  "host/upgraded": { everyday: ["own"], seconds: 18 },
  "host/way-back": { everyday: [12, 13], seconds: 6 },
};

/** Suites of one kind that share a release: a project of Jest. */
export interface Group {
  readonly name: string;
  readonly kind: "host" | "e2e";
  readonly on: On;
  readonly when: "everyday" | "long";
  readonly suites: readonly string[];
}

export const groups: readonly Group[] = (["host", "e2e"] as const).flatMap((kind) =>
  (["own", 11, 12, 13, 14] as const).flatMap((on) =>
    (["everyday", "long"] as const).flatMap((when) => {
      const members = Object.keys(suites).filter(
        (name) => name.startsWith(`${kind}/`) && suites[name]?.[when]?.includes(on),
      );
      const name = [kind, ...(on === "own" ? [] : [on]), ...(when === "long" ? [when] : [])].join("-");
      return members.length === 0 ? [] : [{ name, kind, on, when, suites: members }];
    }),
  ),
);
