// Step 1: the packages. One apt transaction; removed again on destroy is exactly what it brought.
import { z } from "zod";
import { type InstalledPackages, installedPackages } from "../facts/dpkg.ts";
import { aptInstall, aptPurge } from "../steps/apt.ts";
import { define } from "./definition.ts";
import { packageName } from "./inputs.ts";

export const saslPackageSchema = z.strictObject({
  /**
   * The packages to have. A package that another one would have to give way to is not replaced silently: the run stops
   * and names what apt would remove.
   */
  packages: z.array(packageName).min(1).max(100).default(["libsasl2-modules", "sasl2-bin", "postfix"]),
});

interface Actual {
  readonly installed: InstalledPackages;
}

/** Names of the packages that came with our transaction, dependencies included. */
type Before = readonly string[];

export const saslPackage = define<typeof saslPackageSchema, Actual, Before>({
  kind: "SaslPackage",
  schema: saslPackageSchema,
  replacedBy: [],
  id: () => "packages",
  inspect: () => ({ installed: installedPackages }),
  observe: (inputs, { installed }) => ({ packages: inputs.packages.filter((name) => installed[name] !== undefined) }),
  apply: (inputs, { installed }) => {
    const missing = inputs.packages.filter((name) => installed[name] === undefined);
    return missing.length === 0 ? [] : [aptInstall(missing)];
  },
  remember: broughtBy,
  extend: (earlier, actual, after) => [...earlier, ...broughtBy(actual, after)],
  report: (inputs, { installed }) => ({
    versions: Object.fromEntries(
      inputs.packages.flatMap((name) => (installed[name] === undefined ? [] : [[name, installed[name]]])),
    ),
  }),
  remove: (_inputs, { installed }, before) => {
    const ours = before.filter((name) => installed[name] !== undefined);
    return ours.length === 0 ? [] : [aptPurge(ours)];
  },
});

function broughtBy(actual: Actual, after: Actual): Before {
  return Object.keys(after.installed).filter((name) => actual.installed[name] === undefined);
}
