// What is measured: a row for each question that an operator asks, with who takes part in it.
import type { Contender, Job } from "./contender.ts";
import { bare, ours } from "./contenders/pulumi.ts";
import { ansible, pyinfra } from "./contenders/python.ts";
import { ssh } from "./contenders/ssh.ts";

export interface Case {
  readonly name: string;
  readonly what: string;
  readonly hosts: number;
  /** Milliseconds of round trip that a relay adds. */
  readonly roundTrip: number;
  /** Each run begins with hosts as they were made. */
  readonly cold: boolean;
  readonly contenders: readonly Contender[];
  readonly commandOf: (job: Job) => Job["apply"] | undefined;
}

const all = [ours, bare, ansible, pyinfra, ssh];
const again = (job: Job) => job.again ?? job.apply;

export const cases: readonly Case[] = [
  {
    name: "cold",
    what: "bare host → AUTH works",
    hosts: 1,
    roundTrip: 0,
    cold: true,
    contenders: [ours, ansible, pyinfra, ssh],
    commandOf: ({ apply }) => apply,
  },
  {
    name: "nothing",
    what: "nothing to do, 1 host, looked at",
    hosts: 1,
    roundTrip: 0,
    cold: false,
    contenders: all,
    commandOf: again,
  },
  {
    name: "dry",
    what: "dry run with a look",
    hosts: 1,
    roundTrip: 0,
    cold: false,
    contenders: [ours, bare, ansible, pyinfra],
    commandOf: ({ dry }) => dry,
  },
  {
    name: "preview",
    what: "preview without asking the host",
    hosts: 1,
    roundTrip: 0,
    cold: false,
    contenders: [ours, bare],
    commandOf: ({ preview }) => preview,
  },
  {
    name: "nothing-5",
    what: "nothing to do, 5 hosts",
    hosts: 5,
    roundTrip: 0,
    cold: false,
    contenders: all,
    commandOf: again,
  },
  {
    name: "cold-5",
    what: "cold, 5 hosts",
    hosts: 5,
    roundTrip: 0,
    cold: true,
    contenders: [ours, ansible, pyinfra, ssh],
    commandOf: ({ apply }) => apply,
  },
  {
    name: "far",
    what: "nothing to do at 101 ms round trip",
    hosts: 1,
    roundTrip: 101,
    cold: false,
    contenders: all,
    commandOf: again,
  },
  {
    name: "nothing-20",
    what: "nothing to do, 20 hosts",
    hosts: 20,
    roundTrip: 0,
    cold: false,
    contenders: [ours, bare, pyinfra, ssh],
    commandOf: again,
  },
];
