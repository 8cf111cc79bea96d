// A fleet's shards as the matrix of a CI: one job a shard, the canary's before the others.
import type { Shard } from "./assignment.ts";

/** GitHub's limit for the jobs of one matrix (docs.github.com, Usage limits of Actions). */
const mostJobs = 256;

interface Row {
  readonly shard: string;
  /** In how many shards the hosts are split, which every job must know. */
  readonly shards: number;
  readonly hosts: number;
}

/** `canary` is the first shard, `rest` are the others: two matrices, the second of which needs the first. */
export function githubMatrix(shards: readonly Shard[], count: number): { canary: Row[]; rest: Row[] } {
  const [first, ...others] = rowsOf(shards, count);
  return { canary: first === undefined ? [] : [first], rest: others };
}

/** A child pipeline (docs.gitlab.com/ci/pipelines/downstream_pipelines): JSON is YAML, too. */
export function gitlabPipeline(stack: string, shards: readonly Shard[], count: number): object {
  const rows = rowsOf(shards, count);
  const job = ({ shard, shards }: Row, stage: string) => ({
    stage,
    extends: ".fleet",
    resource_group: `hosts-${shard}`,
    script: [`npm run --silent fleet -- up --yes --stack ${stack} --shards ${shards} --only ${shard}`],
  });
  const jobs = rows.map((row, index) => [row.shard, job(row, index === 0 ? "canary" : "rest")] as const);
  return {
    include: { local: "/.gitlab/fleet.yml" },
    stages: ["canary", "rest", "report"],
    ...Object.fromEntries(jobs),
  };
}

function rowsOf(shards: readonly Shard[], count: number): Row[] {
  const rows = shards.filter(({ hosts }) => hosts.length > 0);
  if (rows.length > mostJobs)
    throw new Error(
      `${rows.length} shards are more than the ${mostJobs} jobs of a matrix: make them larger with --shard-size`,
    );
  return rows.map(({ stack, hosts }) => ({ shard: stack, shards: count, hosts: hosts.length }));
}
