// Requests to a root shell (providers/host/start-shell.ts frames them) whose absolute paths are moved below a folder while they are on their way,
// and answers that know nothing of the folder: a whole program can so be run against a host that is a folder.
import { movedBelow } from "./host-in-folder.ts";

/** `command` is what the client wanted to be run: how long the loop is that comes first stands in it. */
export function movedRequests(root: string, command: string) {
  const nonce = /ready-([0-9a-f]+)/.exec(command)?.[1] ?? "";
  let preamble = `go-${nonce}\n`.length + Number(/head -c (\d+)/.exec(command)?.[1] ?? 0);
  let heard = Buffer.alloc(0);

  const requests = (chunk: Buffer): Buffer => {
    const passed = chunk.subarray(0, preamble);
    preamble -= passed.length;
    heard = Buffer.concat([heard, chunk.subarray(passed.length)]);
    const moved: Buffer[] = [passed];
    for (;;) {
      const end = heard.indexOf(10);
      const length = Number(heard.subarray(0, Math.max(0, end)).toString());
      if (end < 0 || heard.length < end + 1 + length) return Buffer.concat(moved);
      const script = movedBelow(root, heard.subarray(end + 1, end + 1 + length).toString());
      const request = Buffer.from(`export ROOT='${root}' PATH='${root}/bin':"$PATH"\n${script}`);
      moved.push(Buffer.from(`${request.length}\n`), request);
      heard = heard.subarray(end + 1 + length);
    }
  };

  /** Each answer ends with a line end, so a path is never cut in two. */
  const answers = () => {
    let rest = Buffer.alloc(0);
    return (chunk: Buffer): Buffer => {
      const text = Buffer.concat([rest, chunk]);
      const end = text.lastIndexOf(10) + 1;
      rest = text.subarray(end);
      return Buffer.from(text.subarray(0, end).toString("latin1").replaceAll(root, ""), "latin1");
    };
  };
  return { requests, answers };
}
