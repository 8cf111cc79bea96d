// The provider's process ends with the engine: no killed `up` goes on changing a host. An idle connection that the engine closes is no end.
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { endWithEngine, engineAddress } from "../../../providers/engine/watch.ts";

describe("the engine's address", () => {
  test.each([
    ["127.0.0.1:4711", "127.0.0.1:4711"],
    ["[::1]:4711", "[::1]:4711"],
    ["localhost:4711", "localhost:4711"],
    ["mail1.example.org:4711", undefined],
    ["127.0.0.1", undefined],
    ["x127.0.0.1:4711", undefined],
    ["127.0.0.1:4711/x", undefined],
  ])("is the last argument, where it is one of this machine: %s", (last, address) => {
    expect(engineAddress(["node", "program", last])).toBe(address);
  });

  test("is none where there are no arguments", () => {
    expect(engineAddress([])).toBeUndefined();
  });
});

describe("a process of an engine", () => {
  let engine: Server;
  let sockets: Socket[];
  let ended: Promise<number>;
  const exit = jest.spyOn(process, "exit");
  const given = process.argv;

  beforeEach(async () => {
    exit.mockClear();
    ended = new Promise((resolve) =>
      exit.mockImplementation(((code: number) => {
        // a process that has ended tries no more
        jest.useFakeTimers();
        resolve(code);
      }) as never),
    );
    sockets = [];
    engine = createServer((socket) => sockets.push(socket.on("error", () => {})));
    await once(engine.listen(0, "127.0.0.1"), "listening");
    process.argv = [...given, `127.0.0.1:${(engine.address() as AddressInfo).port}`];
  });
  afterEach(async () => {
    process.argv = given;
    engine.close();
    for (const socket of sockets) socket.destroy();
    // what a test holds ends before the next one begins
    if (sockets.length > 0) await ended;
    await sleep(50);
    jest.useRealTimers();
  });

  test("goes on where the engine closes an idle connection, and holds a new one", async () => {
    endWithEngine();
    await once(engine, "connection");

    sockets[0]?.end();
    await once(engine, "connection");

    expect(sockets).toHaveLength(2);
    expect(exit).not.toHaveBeenCalled();
  });

  test("ends with status 1 where nobody takes a new connection", async () => {
    endWithEngine();
    await once(engine, "connection");

    engine.close();
    sockets[0]?.destroy();

    expect(await ended).toBe(1);
  });

  test("is not one where no engine has started it: nothing is watched", async () => {
    process.argv = given;

    endWithEngine();
    await sleep(50);

    expect(sockets).toEqual([]);
  });
});
