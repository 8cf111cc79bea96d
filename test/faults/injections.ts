// Ways to bring a fault about that several rows share.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inside, knownHosts, openRelay, type Relay } from "../../lab/hosts/index.ts";
import type { Injection, Scene } from "./fault.ts";

/** Shell text before the operation, and what ends it. */
export function onHost(set: string, unset?: string): Injection {
  return {
    how: code(set),
    when: "before",
    start: async ({ shell }) => {
      await shell(set);
      return unset === undefined ? undefined : () => shell(unset);
    },
  };
}

/** Shell text once `seen` holds on the host, and `after` seconds later. */
export function once(seen: string, act: string, unset?: string, after = 0): Injection {
  return {
    how: `once ${code(seen)}${after > 0 ? `, and ${after} s later` : ""}: ${code(act)}`,
    when: "during",
    start: async (scene) => {
      if (!(await untilSeen(scene, seen))) return "missed";
      await sleep(after * 1000);
      await scene.shell(act);
      return unset === undefined ? undefined : () => scene.shell(unset);
    },
  };
}

/** The same with a function in the place of the shell text. */
export function onceDo(seen: string, how: string, act: (scene: Scene) => Promise<unknown>, after = 0): Injection {
  return {
    how: `once ${code(seen)}${after > 0 ? `, and ${after} s later` : ""}: ${how}`,
    when: "during",
    start: async (scene) => {
      if (!(await untilSeen(scene, seen))) return "missed";
      await sleep(after * 1000);
      await act(scene);
      return undefined;
    },
  };
}

/** Another connection of the stack. */
export function connecting(how: string, changes: (scene: Scene) => Promise<Record<string, unknown>>): Injection {
  return {
    how,
    when: "before",
    elsewhere: true,
    start: async (scene) => {
      scene.connect(await changes(scene));
      return () => scene.connect({});
    },
  };
}

/** The connection goes through a relay of this machine, whose behaviour `act` gives. */
export function relayed(how: string, act: (relay: Relay, scene: Scene) => Promise<unknown> | unknown): Injection {
  return {
    how,
    when: "before",
    start: async (scene) => {
      const relay = await openRelay(scene.host);
      const knownHostsFile = join(scene.stack.folder, "known_hosts_relay");
      writeFileSync(knownHostsFile, await knownHosts(scene.host, relay.address, relay.port));
      scene.connect({ host: relay.address, port: relay.port, knownHostsFile });
      const acting = Promise.resolve(act(relay, scene)).catch(() => undefined);
      return async () => {
        await acting;
        await relay.resume();
        relay.close();
        scene.connect({});
      };
    },
  };
}

/** False where the operation is over before. */
export async function untilSeen({ host, over }: Scene, seen: string): Promise<boolean> {
  const look = `until ${seen}; do sleep 0.03; done >/dev/null 2>&1`;
  while (!over.aborted) {
    const { exitCode } = await inside(host, ["timeout", "1", "sh", "-c", look]);
    if (exitCode === 0) return true;
  }
  return false;
}

/** A small file system over a folder, with what is there; its files go back at the end. */
function mounted(place: string, options: string, spoil: string): Injection {
  const kept = "/dev/shm/kept";
  return onHost(
    `rm -rf ${kept}; cp -a ${place} ${kept}; mount -t tmpfs -o ${options},mode=$(stat -c %a ${place}) none ${place}; cp -a ${kept}/. ${place}/; ${spoil}`,
    `rm -f ${place}/.filler*; mount -o remount,rw ${place}; rm -rf ${kept}; cp -a ${place} ${kept}; umount -l ${place}; find ${place} -xdev -mindepth 1 -delete; cp -a ${kept}/. ${place}/; rm -rf ${kept}`,
  );
}

/** No byte is left in the file system of a folder. */
export function full(place: string): Injection {
  return mounted(
    place,
    "size=96m",
    `for size in 64k 4k; do dd if=/dev/zero of=${place}/.filler$size bs=$size 2>/dev/null; done; :`,
  );
}

/** No inode is left there. */
export function withoutInodes(place: string): Injection {
  return mounted(
    place,
    `nr_inodes=$(( $(find ${place} -xdev | wc -l) + 8 ))`,
    `for number in $(seq 50); do touch ${place}/.filler$number 2>/dev/null; done; :`,
  );
}

/** The file system of a folder is read-only. */
export function readOnly(place: string): Injection {
  return onHost(`mount --bind ${place} ${place}; mount -o remount,ro,bind ${place}`, `umount -l ${place}`);
}

const code = (text: string) => `\`${text.replaceAll("`", "'").replaceAll("\n", "; ")}\``;
