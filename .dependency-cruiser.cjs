// The arrows of the structure, checked by `npm run check`. Read top to bottom: a folder may only point at what stands below it.
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: {
        orphan: true,
        pathNot: "\\.(d\\.ts|cjs)$|^test/|/cli\\.ts$|lean-sdk\\.ts$|^jest|run\\.ts$|^index\\.ts$",
      },
      to: {},
    },
    {
      name: "decisions-never-connect",
      comment: "core/, facts/, steps/, resources/ and recipe/ are pure: no SSH, no files, no Pulumi",
      severity: "error",
      from: { path: "^providers/(core|facts|steps|resources|recipe)/" },
      to: {
        path: "^providers/(host|transaction|engine|pulumi)/|node_modules/(ssh2|@pulumi|nodemailer|p-retry)|^(node:)?(fs|net|tls|child_process|dns)",
      },
    },
    {
      name: "core-knows-nobody",
      severity: "error",
      from: { path: "^providers/core/" },
      to: { path: "^providers/", pathNot: "^providers/core/" },
    },
    {
      name: "facts-know-no-step",
      severity: "error",
      from: { path: "^providers/facts/" },
      to: { path: "^providers/(steps|resources)/" },
    },
    {
      name: "steps-know-no-resource",
      severity: "error",
      from: { path: "^providers/steps/" },
      to: { path: "^providers/resources/" },
    },
    {
      name: "resources-know-no-recipe",
      severity: "error",
      from: { path: "^providers/resources/" },
      to: { path: "^providers/recipe/" },
    },
    {
      name: "transport-knows-no-resource",
      severity: "error",
      from: { path: "^providers/host/" },
      to: { path: "^providers/(resources|recipe|transaction|engine|pulumi)/|node_modules/@pulumi" },
    },
    {
      name: "transaction-knows-no-resource",
      comment: "journal, apply and roll-back know steps and hosts, not what the steps are for",
      severity: "error",
      from: { path: "^providers/transaction/" },
      to: { path: "^providers/(resources|recipe|engine|pulumi)/|node_modules/@pulumi" },
    },
    {
      name: "only-host-connects",
      severity: "error",
      from: { path: "^providers/", pathNot: "^providers/host/" },
      to: { path: "node_modules/(ssh2|nodemailer)" },
    },
    {
      name: "only-pulumi-folder-loads-the-sdk",
      comment:
        "engine/ speaks the protocol as plain functions, and only its log needs the engine; the classes a program uses are in pulumi/",
      severity: "error",
      from: { path: "^providers/", pathNot: "^providers/(pulumi/|index\\.ts$|engine/resource-log\\.ts$)" },
      to: { path: "node_modules/@pulumi" },
    },
    {
      name: "product-knows-no-lab",
      severity: "error",
      from: { path: "^(index\\.ts$|configuration/|providers/|cli/|policy/|examples/)" },
      to: { path: "^(lab|test|bench|packaging)/" },
    },
    {
      name: "no-dev-dependency-in-product",
      severity: "error",
      from: { path: "^(index\\.ts$|configuration/|providers/|cli/|lab/engine/|policy/|examples/)" },
      to: { dependencyTypes: ["npm-dev"] },
    },
    {
      name: "packages-name-what-they-import",
      comment:
        "what a workspace package imports stands in its own package.json: elsewhere there is no other to lend it",
      severity: "error",
      from: { path: "^(providers|policy|examples)/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "undetermined"], pathNot: "^providers/" },
    },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^providers/dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
