/** A zip file as it is made: entries one after the other, none kept in memory. The same entries give the same bytes, in any zone. */
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export interface ZipEntry {
  readonly name: string;
  readonly pieces: AsyncIterable<string> | Iterable<string>;
}

/** The earliest time that the format knows, as every clock shows it: what is older is taken for it. */
const OPTIONS = { mtime: new Date(0), mode: 0o100600, forceDosTimestamp: true } as const;

/** The bytes of the file. The next entry is asked for when the one before is used up. @throws whatever the entries throw. */
export async function* zipBytes(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let reading: Readable | undefined;
  const feeding = (async () => {
    for await (const { name, pieces } of entries) {
      reading = Readable.from(pieces);
      zip.addReadStream(reading, name, OPTIONS);
      await finished(reading);
    }
    zip.end();
  })();
  feeding.catch((error: Error) => output.destroy(error));
  try {
    yield* output as AsyncIterable<Uint8Array>;
    await feeding;
  } finally {
    reading?.destroy();
    output.destroy();
  }
}
