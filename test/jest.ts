// How Jest is started: on Node's own ES modules, with the programs of the packages on PATH.
import { delimiter, join } from "node:path";
import { projectRoot } from "../lab/paths.ts";

/** What Node needs for ES modules in Jest, which loads them through node:vm. */
export const nodeFlags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];

/** The arguments of Node before those of Jest. */
export const jest = [...nodeFlags, join(projectRoot, "node_modules", "jest", "bin", "jest.js")];

export function pathWithPackages(): string {
  return [join(projectRoot, "node_modules", ".bin"), process.env.PATH].join(delimiter);
}
