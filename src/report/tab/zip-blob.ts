/** Files → one zip file in memory of the browser, stored as they are, so that all lists can be saved at once. The same files give the same bytes. */
import type { TabList } from './messages.js';
import { TabSource } from './tab-source.js';

/** 1980-01-01 00:00, the earliest time that the format knows: no clock is looked at. */
const DOS_DATE = 0x21;
/** Made on Unix, by version 2.0; a file that its owner alone may read. */
const MADE_BY = (3 << 8) | 20;
const MODE = (0o100600 << 16) >>> 0;
const VERSION = 20;
const UTF8_NAMES = 1 << 11;
const encoder = new TextEncoder();

export async function zipBlob(files: readonly Pick<TabList, 'name' | 'blob'>[]): Promise<Blob> {
  const parts: (Blob | Uint8Array<ArrayBuffer>)[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const { name, blob } of files) {
    const bytes = encoder.encode(name);
    // Both headers have this part: version, flags, stored, time, date, checksum, sizes, length of the name, of nothing further.
    const [crc, size] = [await crcOf(blob), blob.size];
    const about = fields([2, VERSION], [2, UTF8_NAMES], [2, 0], [2, 0], [2, DOS_DATE], [4, crc], [4, size], [4, size], [2, bytes.length], [2, 0]);
    parts.push(fields([4, 0x04034b50]), about, bytes, blob);
    directory.push(fields([4, 0x02014b50], [2, MADE_BY]), about, fields([2, 0], [2, 0], [2, 0], [4, MODE], [4, at]), bytes);
    at += 4 + about.length + bytes.length + size;
  }
  const directoryBytes = directory.reduce((sum, { length }) => sum + length, 0);
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, directoryBytes], [4, at], [2, 0]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}

/** Numbers of two or four bytes, the least first. */
function fields(...values: readonly (readonly [bytes: 2 | 4, value: number])[]): Uint8Array<ArrayBuffer> {
  const data = new DataView(new ArrayBuffer(values.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of values) {
    if (bytes === 2) data.setUint16(at, value, true);
    else data.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(data.buffer);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 as zip has it. */
async function crcOf(blob: Blob): Promise<number> {
  let crc = 0xffffffff;
  for await (const chunk of new TabSource('', blob).chunks()) for (let i = 0; i < chunk.length; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ chunk[i]!) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}
