// Every version and checksum of the engine, in one place. To move to a newer CLI: change them here, delete the cache, run `npm test`.

/** The Pulumi CLI: the oldest one accepted from PATH, and the one that is installed or built. */
export const cliVersion = "3.274.1";

/** The Go module of that CLI, and the program in it. */
export const cliModule = "github.com/pulumi/pulumi/pkg/v3";
export const cliProgram = `${cliModule}/cmd/pulumi`;

/** The CLI prints this variable as its version; the linker sets it. */
export const cliVersionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** `replace` lines count only in the main module, so the one of the CLI's own go.mod has to be repeated in ours. */
export const cliReplace =
  "github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e";

/** What the `go` line of the CLI's go.mod asks for. */
export const oldestGo = "1.26.6";

/** The Go that is fetched where there is none: the Go module `golang.org/toolchain`, as `go` itself would fetch it. */
export const fetchedGo = "1.26.8";

/** SHA-256 of the toolchain's module zip by Go's name of the architecture; the contents were compared with sum.golang.org. */
export const fetchedGoSums: Record<string, string> = {
  amd64: "30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7",
  arm64: "02b36b6787b3ac767668f630e2998df45a3b1f9ffee08d1bf3ef6487cd658d99",
};

/** True if dotted version `a` is `b` or newer. A pre-release counts as its release. */
export function atLeast(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split("-")[0]?.split(".").map(Number) ?? []);
  for (const [i, wanted] of (right ?? []).entries()) {
    const got = left?.[i] ?? 0;
    if (got !== wanted) return got > wanted;
  }
  return true;
}
