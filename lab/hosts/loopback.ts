// The loopback interface: in a new network name space (`unshare -n`) it is down, and the engine, its plugins and the tests talk over it.
import { networkInterfaces } from "node:os";
import { execa } from "execa";
import { timed } from "../../cli/progress.ts";

/** Brings it up where it is down; that reaches nothing outside this name space. */
export async function requireLoopback(): Promise<void> {
  const isUp = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => internal));
  if (isUp) return;
  const tried = await timed("bringing up the loopback interface", () =>
    execa("ip", ["link", "set", "lo", "up"], { reject: false }),
  );
  if (tried.failed)
    throw new Error("127.0.0.1 cannot be reached: the loopback interface is down; as root: ip link set lo up");
}
