// Unpacks a Go module zip. A bare machine may have neither unzip nor python3, but Node can inflate.
import { mkdir, open, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { inflateRawSync } from "node:zlib";

interface Entry {
  name: string;
  method: number;
  size: number;
  offset: number;
}

/** Unpacks all files of `zip` under `folder`. No modes, links or files over 4 GB: Go module zips have none. */
export async function unzip(zip: string, folder: string): Promise<void> {
  const file = await open(zip);
  try {
    const data = await file.readFile();
    const made = new Set<string>();
    for (const entry of entries(data)) {
      const target = join(folder, entry.name);
      if (normalize(entry.name).startsWith("..")) throw new Error(`${zip}: unsafe name ${entry.name}`);
      if (!made.has(dirname(target))) await mkdir(dirname(target), { recursive: true });
      made.add(dirname(target));
      if (!entry.name.endsWith("/")) await writeFile(target, content(data, entry));
    }
  } finally {
    await file.close();
  }
}

/** Reads the table at the end of the file: signature PK\5\6 points to a list of PK\1\2 records. */
function entries(data: Buffer): Entry[] {
  const end = data.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (end < 0) throw new Error("not a zip file");
  const found: Entry[] = [];
  let at = data.readUInt32LE(end + 16);
  for (let left = data.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = data.readUInt16LE(at + 28);
    found.push({
      method: data.readUInt16LE(at + 10),
      size: data.readUInt32LE(at + 20),
      offset: data.readUInt32LE(at + 42),
      name: data.toString("utf8", at + 46, at + 46 + nameLength),
    });
    at += 46 + nameLength + data.readUInt16LE(at + 30) + data.readUInt16LE(at + 32);
  }
  return found;
}

/** The bytes follow a local header whose name and extra field have lengths of their own. Method 0 is stored, 8 is deflated. */
function content(data: Buffer, { method, size, offset, name }: Entry): Buffer {
  const start = offset + 30 + data.readUInt16LE(offset + 26) + data.readUInt16LE(offset + 28);
  const packed = data.subarray(start, start + size);
  if (method === 0) return packed;
  if (method === 8) return inflateRawSync(packed);
  throw new Error(`${name}: compression method ${method} is not known`);
}
