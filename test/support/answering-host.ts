// A host of the product whose questions are answered by a test, by their keys; all else it does for real.
import { Host } from "../../providers/host/host.ts";
import { fakeHost } from "./fake-ssh-host.ts";

/** `answersTo` gives the answers to questions with these keys, each time they are asked. */
export async function answering<Result>(
  answersTo: (keys: readonly string[]) => Readonly<Record<string, unknown>>,
  work: (host: Host) => Promise<Result>,
): Promise<Result> {
  await using fake = await fakeHost();
  class Answering extends Host {
    override async ask(questions: object) {
      const keys = Object.keys(questions);
      const answers = answersTo(keys);
      return Object.fromEntries(keys.map((key) => [key, answers[key]])) as never;
    }
  }
  const host = new Answering(fake.connection());
  return await work(host).finally(() => host.close());
}
