/** Zip files made by hand, so that tests can damage every part of them. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Bytes as they lie there in place of the content, which size and checksum still speak of. */
  readonly packed?: Uint8Array;
  readonly crc?: number;
  /** Bit 0: encrypted. */
  readonly flags?: number;
  readonly uncompressedSize?: number;
}

/** One zip file: local headers with deflated contents, then the directory. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const [files, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { name, content, packed, crc, flags = 0x800, uncompressedSize } of entries) {
    const raw = Buffer.from(content as string);
    const data = Buffer.from(packed ?? deflateRawSync(raw));
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(flags, 2);
    about.writeUInt16LE(8, 4);
    about.writeUInt32LE(crc ?? crc32(raw), 10);
    about.writeUInt32LE(data.length, 14);
    about.writeUInt32LE(uncompressedSize ?? raw.length, 18);
    about.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), about, Buffer.from(name), data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), about, tail, Buffer.from(name));
    files.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, listed, Buffer.from('PK\x05\x06'), end]);
}
