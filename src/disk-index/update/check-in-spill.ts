/**
 * Check-ins on their way from the files to the parts of an index: taken in batches, put down part by part, so that all rows of a person lie in one part
 * and a part fits into memory.
 *
 * A piece holds the rows of one batch and part as 32-bit words: ends of the texts of its people · rows (person within the piece, place, time, file |
 * 1 << 31 if an extra follows, line) · extras (check_out, run, carriage, seat) in the order of the rows · the texts.
 */
import { U32Column } from '../../core/columns.js';
import type { Dictionary } from '../../core/dictionary.js';
import type { CheckInColumn, InputTables, Table } from '../../model/tables.js';
import { hashText } from '../people-file.js';
import { HAS_EXTRA, PARTS } from '../segments/segment-format.js';
import { SpillFile } from '../files/spill.js';

const ROW_WORDS = 5;
const EXTRA_WORDS = 4;

interface Piece {
  readonly at: number;
  readonly people: number;
  readonly rows: number;
  readonly extras: number;
  readonly textBytes: number;
}

export class CheckInSpill {
  readonly #file: SpillFile;
  readonly #seed: number;
  readonly #pieces: Piece[][] = Array.from({ length: PARTS }, () => []);
  /** Check-ins by place, duplicates among them. */
  readonly ofPlace: number[] = [];
  rows = 0;

  constructor(path: string, seed: number) {
    this.#file = new SpillFile(path);
    this.#seed = seed;
  }

  get bytes(): number {
    return this.#file.bytes;
  }

  /** Puts down the rows of a table. */
  take({ checkIns, ids }: Pick<InputTables, 'checkIns' | 'ids'>): void {
    const rowCount = checkIns.rowCount;
    const [person, place, time, checkOut, run, carriage, seat] = checkIns.columns.map(({ data }) => data as Uint32Array) as [
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
    ];
    const file = checkIns.file.data;
    const line = checkIns.line.data;
    const people = partsOfPeople(ids.person, this.#seed);
    const hasExtra = (row: number): boolean => checkOut[row] !== 0 || run[row] !== 0 || carriage[row] !== 0 || seat[row] !== 0;

    // Places of rows and extras of each part.
    const rowEnds = new Uint32Array(PARTS + 1);
    const extraEnds = new Uint32Array(PARTS + 1);
    for (let row = 0; row < rowCount; row++) {
      const part = people.part[person[row]!]! + 1;
      rowEnds[part]!++;
      if (hasExtra(row)) extraEnds[part]!++;
      this.ofPlace[place[row]!] = (this.ofPlace[place[row]!] ?? 0) + 1;
    }
    for (let part = 0; part < PARTS; part++) {
      rowEnds[part + 1]! += rowEnds[part]!;
      extraEnds[part + 1]! += extraEnds[part]!;
    }
    const rows = new Uint32Array(rowCount * ROW_WORDS);
    const extras = new Uint32Array(extraEnds[PARTS]! * EXTRA_WORDS);
    const nextRow = rowEnds.slice(0, PARTS);
    const nextExtra = extraEnds.slice(0, PARTS);
    for (let row = 0; row < rowCount; row++) {
      const who = person[row]!;
      const part = people.part[who]!;
      const to = nextRow[part]!++ * ROW_WORDS;
      rows[to] = people.position[who]!;
      rows[to + 1] = place[row]!;
      rows[to + 2] = time[row]!;
      rows[to + 3] = file[row]!;
      rows[to + 4] = line[row]!;
      if (!hasExtra(row)) continue;
      rows[to + 3] = (file[row]! | HAS_EXTRA) >>> 0;
      const extra = nextExtra[part]!++ * EXTRA_WORDS;
      extras[extra] = checkOut[row]!;
      extras[extra + 1] = run[row]!;
      extras[extra + 2] = carriage[row]!;
      extras[extra + 3] = seat[row]!;
    }
    for (let part = 0; part < PARTS; part++) {
      const count = rowEnds[part + 1]! - rowEnds[part]!;
      if (count === 0) continue;
      const { ends, texts } = people.textsOf(part);
      const at = this.#file.append(ends);
      this.#file.append(rows.subarray(rowEnds[part]! * ROW_WORDS, rowEnds[part + 1]! * ROW_WORDS));
      this.#file.append(extras.subarray(extraEnds[part]! * EXTRA_WORDS, extraEnds[part + 1]! * EXTRA_WORDS));
      this.#file.append(texts);
      this.#pieces[part]!.push({ at, people: ends.length, rows: count, extras: extraEnds[part + 1]! - extraEnds[part]!, textBytes: texts.length });
    }
    this.rows += rowCount;
  }

  /** Rows of a part. */
  rowsOf(part: number): number {
    return this.#pieces[part]!.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** Appends all rows of a part to a table, its people to a dictionary of the part. */
  load(part: number, people: Dictionary, checkIns: Table<CheckInColumn>): void {
    const values = new Float64Array(checkIns.columns.length);
    for (const piece of this.#pieces[part]!) {
      const words = this.#file.words(piece.at, piece.people + piece.rows * ROW_WORDS + piece.extras * EXTRA_WORDS + piece.textBytes / 4);
      const texts = new Uint8Array(words.buffer, (words.length - piece.textBytes / 4) * 4);
      const numbers = new Uint32Array(piece.people);
      for (let i = 0; i < piece.people; i++) numbers[i] = people.internBytes(texts, i === 0 ? 0 : words[i - 1]!, words[i]!);
      let extra = piece.people + piece.rows * ROW_WORDS;
      for (let row = 0; row < piece.rows; row++) {
        const at = piece.people + row * ROW_WORDS;
        const file = words[at + 3]!;
        values[0] = numbers[words[at]!]!;
        values[1] = words[at + 1]!;
        values[2] = words[at + 2]!;
        if (file >= HAS_EXTRA) {
          for (let i = 0; i < EXTRA_WORDS; i++) values[3 + i] = words[extra + i]!;
          extra += EXTRA_WORDS;
          checkIns.push(values, file - HAS_EXTRA, words[at + 4]!);
          values.fill(0, 3);
        } else checkIns.push(values, file, words[at + 4]!);
      }
    }
  }

  remove(): void {
    this.#file.remove();
  }
}

/** In which part each person of a batch belongs, and where among those of the part. */
function partsOfPeople(
  people: Dictionary,
  seed: number,
): { part: Uint8Array; position: Uint32Array; textsOf: (part: number) => { ends: Uint32Array; texts: Uint8Array } } {
  const part = new Uint8Array(people.size);
  const position = new Uint32Array(people.size);
  const members = Array.from({ length: PARTS }, () => new U32Column());
  for (let id = 1; id < people.size; id++) {
    const own = hashText(people.bytes(id), seed) & (PARTS - 1);
    part[id] = own;
    position[id] = members[own]!.length;
    members[own]!.push(id);
  }
  return {
    part,
    position,
    textsOf: (wanted) => {
      const ids = members[wanted]!.trimmed();
      const ends = new Uint32Array(ids.length);
      let end = 0;
      ids.forEach((id, i) => (ends[i] = end += people.bytes(id).length));
      const texts = new Uint8Array((end + 3) & ~3);
      ids.forEach((id, i) => texts.set(people.bytes(id), i === 0 ? 0 : ends[i - 1]!));
      return { ends, texts };
    },
  };
}
