// Fetches one file from the first address that has it, and checks its SHA-256.
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Nothing at all for this long means that the server is dead. */
const silence = 30_000;

/** Writes the file to `target`. Throws with the reason of every address if none has it. */
export async function download(urls: string[], target: string, sha256: string): Promise<void> {
  const reasons: string[] = [];
  for (const url of urls) {
    try {
      const got = await fetchTo(url, target);
      if (got === sha256) return;
      reasons.push(`${url}: SHA-256 is ${got}, expected ${sha256}`);
    } catch (error) {
      const { message, cause } = error as Error;
      reasons.push(`${url}: ${message}${cause instanceof Error ? ` (${cause.message})` : ""}`);
    }
  }
  throw new Error(urls.length === 0 ? "GOPROXY names no module proxy" : `download failed:\n${reasons.join("\n")}`);
}

async function fetchTo(url: string, target: string): Promise<string> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error(`no data for ${silence / 1000} s`)), silence);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    const hash = createHash("sha256");
    const watch = new Transform({
      transform(chunk, _encoding, done) {
        timer.refresh();
        hash.update(chunk);
        done(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body), watch, createWriteStream(target));
    return hash.digest("hex");
  } finally {
    clearTimeout(timer);
  }
}
