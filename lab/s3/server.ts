// A throw-away server that speaks S3, for Pulumi's state: moto's, in memory, on this machine's loopback alone.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../paths.ts";
import { ensurePython } from "../python/environment.ts";

export interface ObjectStore {
  /** For PULUMI_BACKEND_URL: the bucket `pulumi`. */
  readonly url: string;
  /** What a client of it logs in with. */
  readonly environment: Readonly<Record<string, string>>;
  /** The names of all objects in the bucket. */
  names(): Promise<string[]>;
  stop(): Promise<void>;
}

const bucket = "pulumi";

export async function startObjectStore(): Promise<ObjectStore> {
  const programs = await ensurePython("a server that speaks S3", join(projectRoot, "lab", "s3", "requirements.txt"));
  // port 0: the kernel gives a free one, and the server says which
  const server = spawn(
    // ends with this process, however that ends
    "setpriv",
    ["--pdeathsig", "TERM", join(programs, "moto_server"), "--host", "127.0.0.1", "--port", "0"],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const origin = await told(server);
  const made = await fetch(`${origin}/${bucket}`, { method: "PUT" });
  if (!made.ok) throw new Error(`the S3 server does not make a bucket: ${made.status}`);
  return {
    url: `s3://${bucket}?endpoint=${origin}&region=us-east-1&use_path_style=true&disable_https=true`,
    environment: { AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any" },
    names: async () => {
      const listed = await (await fetch(`${origin}/${bucket}?list-type=2`)).text();
      return [...listed.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name = ""]) => name);
    },
    stop: async () => {
      const ended = once(server, "exit");
      server.kill("SIGTERM");
      await ended;
    },
  };
}

/** The address that the server writes to its log when it listens. */
async function told(server: ReturnType<typeof spawn>): Promise<string> {
  let log = "";
  server.stderr?.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const deadline = performance.now() + 60_000;
  while (server.exitCode === null && performance.now() < deadline) {
    const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(log) ?? [];
    if (origin !== undefined) return origin;
    await sleep(100);
  }
  server.kill("SIGKILL");
  throw new Error(`the S3 server did not say where it listens; its log: ${log.slice(-500)}`);
}
