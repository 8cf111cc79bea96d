// `npm run coverage`: which lines and branches of providers/ the tests without a host reach; fails below the thresholds of jest.config.ts.
// What runs in a shell on a host is text here, and a stub is text of the engine's: neither is counted.
import { execa } from "execa";
import { runProgram } from "../cli/program.ts";
import { projectRoot } from "../lab/paths.ts";
import { jest, pathWithPackages } from "./jest.ts";

async function main(): Promise<number> {
  const flags = ["--ci", "--coverage", "--selectProjects", "unit", ...process.argv.slice(2)];
  const { exitCode } = await execa(process.execPath, [...jest, ...flags], {
    cwd: projectRoot,
    env: { PATH: pathWithPackages() },
    stdio: "inherit",
    reject: false,
  });
  return exitCode ?? 1;
}

await runProgram("coverage", main);
