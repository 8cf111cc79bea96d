// An error of read or delete: the SDK prints it with its stack, and hands it to the engine. Here the print is left out.
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { printedOnce } from "../../../providers/engine/print-once.ts";

const real = console.error;
const printed = jest.fn();
beforeEach(() => {
  printed.mockClear();
  console.error = printed;
});
afterEach(() => {
  console.error = real;
});

/** As the SDK calls a provider (cmd/dynamic-provider/index.js). */
async function asSdk(work: Promise<unknown>): Promise<unknown> {
  try {
    return await printedOnce(work);
  } catch (error) {
    console.error(`${error}: ${(error as Error).stack}`);
    return error;
  }
}

test("an error is handed on and not printed", async () => {
  const error = new Error("no login within 2 s");

  expect(await asSdk(Promise.reject(error))).toBe(error);
  expect(printed).not.toHaveBeenCalled();
});

test("of several at once none is printed", async () => {
  await Promise.all(["a", "b", "c"].map((what) => asSdk(Promise.reject(new Error(what)))));

  expect(printed).not.toHaveBeenCalled();
});

test("what others print is printed, the same text a second time too", async () => {
  const error = new Error("no login within 2 s");
  await asSdk(Promise.reject(error));

  console.error("another text");
  console.error(`${error}: ${error.stack}`);

  expect(printed.mock.calls).toEqual([["another text"], [`${error}: ${error.stack}`]]);
});

test("a result is the result", async () => {
  expect(await asSdk(Promise.resolve(3))).toBe(3);
});
