// Cuts one output stream of the root shell into answers: each ends with a line that holds the session's nonce.

/** More than this of one answer is dropped: a host that floods must not fill our memory. */
export const answerLimit = 32 * 1024 * 1024;

/** One finished answer of a stream. */
export interface Frame {
  readonly data: Buffer;
  /** What followed the nonce on its line. */
  readonly trailer: string;
  readonly truncated: boolean;
}

/** Feed it chunks, get complete frames. */
export class FrameReader {
  readonly #marker: Buffer;
  #chunks: Buffer[] = [];
  #size = 0;
  #tail = Buffer.alloc(0);
  #truncated = false;

  constructor(nonce: string) {
    this.#marker = Buffer.from(`\n${nonce} `);
  }

  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let data = Buffer.concat([this.#tail, chunk]);
    for (;;) {
      const at = data.indexOf(this.#marker);
      const end = at < 0 ? -1 : data.indexOf(10, at + this.#marker.length);
      if (end < 0) {
        // a marker may be cut in two by the network: hold back what could be its beginning
        const keep = at < 0 ? Math.min(data.length, this.#marker.length) : data.length - at;
        this.#keep(data.subarray(0, data.length - keep));
        this.#tail = Buffer.from(data.subarray(data.length - keep));
        return frames;
      }
      this.#keep(data.subarray(0, at));
      const trailer = data.subarray(at + this.#marker.length, end).toString("utf8");
      frames.push({ data: Buffer.concat(this.#chunks), trailer, truncated: this.#truncated });
      this.#chunks = [];
      this.#size = 0;
      this.#truncated = false;
      data = data.subarray(end + 1);
    }
  }

  /** What came since the last frame, for the message when the stream ends in the middle. */
  get unfinished(): string {
    return Buffer.concat([...this.#chunks, this.#tail]).toString("utf8");
  }

  #keep(part: Buffer): void {
    const room = Math.max(0, answerLimit - this.#size);
    if (part.length > room) this.#truncated = true;
    const kept = part.subarray(0, room);
    if (kept.length > 0) this.#chunks.push(kept);
    this.#size += kept.length;
  }
}
