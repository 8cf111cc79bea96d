// Splits one output stream of the root shell into answers. Each ends with a line that holds the
// session's nonce.

/**
 * Bytes of one answer beyond this limit are dropped: a host that floods must not exhaust this
 * process's memory.
 */
export const answerLimit = 32 * 1024 * 1024;

/** What follows the nonce on its line is cut off beyond this many bytes. */
const trailerLimit = 64 * 1024;

/** One finished answer of a stream. */
export interface Frame {
  readonly data: Buffer;
  /** The text after the nonce on its line. */
  readonly trailer: string;
  readonly truncated: boolean;
}

/** Receives chunks and returns complete frames. */
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
        // The network may split a marker: what could be its beginning is held back.
        const keep = at < 0 ? Math.min(data.length, this.#marker.length) : data.length - at;
        this.#keep(data.subarray(0, data.length - keep));
        const most = this.#marker.length + trailerLimit;
        this.#tail = Buffer.from(data.subarray(data.length - keep).subarray(0, most));
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

  /** The output since the last frame, for the message when the stream ends early. */
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
