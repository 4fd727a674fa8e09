/** The parts of one list by district, written while the list itself is: each row's bytes go to the files of its districts too. */
import type { Cells } from '../lists/cells.js';
import type { RowBlock } from '../lists/row-block.js';
import { ByteSink } from './byte-sink.js';
import type { DistrictFolders } from './district-folders.js';
import type { OutputFile, OutputFolder, WrittenFile } from './output-folder.js';

interface Part {
  readonly district: string;
  readonly sink: ByteSink;
  rows: number;
  file: OutputFile | undefined;
}

/** Bytes that wait to be written, over all districts. */
const WAITING_BYTES = 1 << 25;

export class DistrictFiles {
  readonly #folder: OutputFolder;
  readonly #name: string;
  readonly #folders: DistrictFolders;
  readonly #header: Uint8Array;
  readonly #parts = new Map<string, Part>();
  #waiting = 0;

  constructor(folder: OutputFolder, name: string, folders: DistrictFolders, header: Uint8Array) {
    this.#folder = folder;
    this.#name = name;
    this.#folders = folders;
    this.#header = header;
  }

  /** Adds the bytes of a row to each of its districts. @throws OptionError `E_DISTRICTS`. */
  add(cells: Cells, block: RowBlock, row: number, bytes: Uint8Array): void {
    for (const district of cells.districts(block, row)) {
      let part = this.#parts.get(district);
      if (!part) {
        this.#folders.of(district); // refused before the file is begun
        this.#parts.set(district, (part = { district, sink: new ByteSink(), rows: 0, file: undefined }));
        part.sink.put(this.#header);
      }
      part.sink.put(bytes);
      part.rows++;
      this.#waiting += bytes.length;
    }
  }

  /** Whether so much waits that it should be written. */
  get isFull(): boolean {
    return this.#waiting >= WAITING_BYTES;
  }

  async flush(): Promise<void> {
    for (const part of this.#parts.values()) {
      part.file ??= await this.#folder.create(`${this.#folders.of(part.district)}/${this.#name}`);
      try {
        if (part.sink.length > 0) await part.file.append(part.sink.take());
      } finally {
        await part.file.park();
      }
    }
    this.#waiting = 0;
  }

  /** Writes what is left. Returns the files in the order of their districts' first rows. */
  async finish(): Promise<(WrittenFile & { rows: number })[]> {
    await this.flush();
    const written: (WrittenFile & { rows: number })[] = [];
    for (const { file, rows } of this.#parts.values()) written.push({ ...(await file!.finish()), rows });
    return written;
  }
}
