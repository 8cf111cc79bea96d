// Answers are cut out of a byte stream, however the network cuts the stream itself.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { answerLimit, type Frame, FrameReader } from "../../../providers/host/frames.ts";

const nonce = "0123456789abcdef";
const framed = (data: Buffer, trailer: string) => Buffer.concat([data, Buffer.from(`\n${nonce} ${trailer}\n`)]);

/** Cuts bytes at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

const nearlyMarker = fc.constantFrom("\n", `\n${nonce}`, `${nonce} `, `\n${nonce.slice(0, 8)}`, "\n\n", "0\n");
const payload = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      nearlyMarker.map((text) => Buffer.from(text)),
    ),
  )
  .map((parts) => Buffer.concat(parts))
  .filter((bytes) => !framed(bytes, "").subarray(0, -3).includes(`\n${nonce} `));

describe("the same answers come out", () => {
  test("in whatever pieces they arrive, binary bytes and half markers included", () => {
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 5 }), fc.array(fc.nat(2000), { maxLength: 30 }), (answers, places) => {
        const stream = Buffer.concat(answers.map((data, index) => framed(data, String(index))));
        const reader = new FrameReader(nonce);

        const frames = cut(stream, places).flatMap((piece) => reader.push(piece));

        const expected = answers.map((data, index) => ({ data, trailer: String(index), truncated: false }));
        expect(frames).toEqual(expected);
        expect(reader.unfinished).toBe("");
      }),
    );
  });

  test("byte by byte", () => {
    const reader = new FrameReader(nonce);
    const stream = Buffer.concat([framed(Buffer.from("one\n"), "0"), framed(Buffer.from([0, 255, 10]), "12")]);

    const frames = [...stream].flatMap((byte) => reader.push(Buffer.from([byte])));

    expect(frames.map((frame: Frame) => [frame.data.toString("latin1"), frame.trailer])).toEqual([
      ["one\n", "0"],
      ["\0\xff\n", "12"],
    ]);
  });
});

test("another session's marker is data", () => {
  const [frame] = new FrameReader(nonce).push(framed(Buffer.from("\nfedcba9876543210 0\n"), "3"));

  expect(frame?.data.toString()).toBe("\nfedcba9876543210 0\n");
});

test("what came before a break is kept for the message", () => {
  const reader = new FrameReader(nonce);
  reader.push(Buffer.concat([framed(Buffer.from("whole"), "0"), Buffer.from("bash: oops")]));

  expect(reader.unfinished).toBe("bash: oops");
});

test("an answer beyond the limit is cut and marked, and the next one is whole again", () => {
  const reader = new FrameReader(nonce);
  const mebibyte = Buffer.alloc(1024 * 1024, "x");
  for (let index = 0; index < 33; index += 1) expect(reader.push(mebibyte)).toEqual([]);

  const [flood, next] = reader.push(Buffer.concat([framed(mebibyte, "0"), framed(Buffer.from("small"), "0")]));

  expect(flood?.truncated).toBe(true);
  expect(flood?.data.length).toBe(answerLimit);
  expect(next).toEqual({ data: Buffer.from("small"), trailer: "0", truncated: false });
});

test("a line of the nonce that never ends holds no more than what a line may have", () => {
  const reader = new FrameReader(nonce);
  reader.push(Buffer.from(`\n${nonce} `));
  for (let index = 0; index < 64; index += 1) expect(reader.push(Buffer.alloc(1024 * 1024, "x"))).toEqual([]);

  expect(reader.unfinished.length).toBeLessThan(100_000);
  const [frame, next] = reader.push(Buffer.concat([Buffer.from("\n"), framed(Buffer.from("small"), "0")]));

  expect(frame?.trailer.length).toBe(64 * 1024);
  expect(next).toEqual({ data: Buffer.from("small"), trailer: "0", truncated: false });
});
