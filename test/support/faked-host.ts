// A host of the product behind an SSH server of this process, one for all tests of a file.
import { afterAll, beforeAll } from "@jest/globals";
import { Host } from "../../providers/host/host.ts";
import { prove } from "../../providers/host/prove.ts";
import type { Dialogue } from "../../providers/steps/smtp-dialogue.ts";
import { type FakeHost, fakeHost } from "./fake-ssh-host.ts";

export interface FakedHost {
  /** Known from the first test on. */
  readonly host: Host;
  readonly fake: FakeHost;
  /** The message of a proof that must fail. */
  failedProof(dialogue: Dialogue): Promise<string>;
}

export function fakedHost(): FakedHost {
  let fake: FakeHost;
  let host: Host;

  beforeAll(async () => {
    fake = await fakeHost();
    host = new Host(fake.connection());
  });
  afterAll(async () => {
    await host.close();
    await fake[Symbol.asyncDispose]();
  });

  return {
    get host() {
      return host;
    },
    get fake() {
      return fake;
    },
    failedProof: async (dialogue) => {
      const proof = await prove(host, dialogue).catch((error: Error) => error);
      if (proof instanceof Error) return proof.message;
      throw new Error(`it proved ${proof.reply}`);
    },
  };
}
