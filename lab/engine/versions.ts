// What the engine is built from: modules, versions and checksums, in one place. The version of the engine itself: cli/engine/versions.ts.

/** The Go module of the Pulumi CLI, and the program in it. */
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
