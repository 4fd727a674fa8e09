/** The stays of one part of a day, person by person, as section `people` holds them. */
import { StateError } from '../../core/errors.js';
import type { Stays } from '../../model/stay.js';
import type { CheckInColumn, Table } from '../../model/tables.js';
import { EXTRA_WORDS, FLAGS_SHIFT, HAS_EXTRA, MOST_ROWS, ROWS_SHIFT, ROW_WORDS, STAY_WORDS } from './segment-format.js';

export interface PeopleBlob {
  readonly people: Uint32Array;
  readonly words: Uint32Array;
  /** Where each stay begins in the words. */
  readonly wordOf: Uint32Array;
  readonly rowCount: number;
}

/** The stays of a part as a blob of section `people`. */
export function blobOf(stays: Stays, chosen: Uint32Array, checkIns: Table<CheckInColumn>): PeopleBlob {
  const [, , time, checkOut, runId, carriage, seat] = checkIns.columns.map(({ data }) => data as Uint32Array) as Uint32Array[];
  const file = checkIns.file.data;
  const line = checkIns.line.data;
  const { firstRow, rows } = stays;
  const hasExtra = (row: number): boolean => checkOut![row] !== 0 || runId![row] !== 0 || carriage![row] !== 0 || seat![row] !== 0;
  let rowCount = 0;
  let extras = 0;
  for (const stay of chosen) {
    rowCount += firstRow[stay + 1]! - firstRow[stay]!;
    for (let at = firstRow[stay]!; at < firstRow[stay + 1]!; at++) if (hasExtra(rows[at]!)) extras++;
  }
  const people: number[] = [];
  const words = new Uint32Array(chosen.length * STAY_WORDS + rowCount * ROW_WORDS + extras * EXTRA_WORDS);
  const wordOf = new Uint32Array(chosen.length);
  let to = 0;
  let last = -1;
  for (let i = 0; i < chosen.length; i++) {
    const stay = chosen[i]!;
    if (stays.person[stay] !== last) people.push((last = stays.person[stay]!), to);
    wordOf[i] = to;
    const count = firstRow[stay + 1]! - firstRow[stay]!;
    if (count > MOST_ROWS) throw new StateError('E_LIMIT', `index E_LIMIT expected at most ${MOST_ROWS} check-ins in one stay, got more`);
    words[to++] = stays.place[stay]!;
    words[to++] = stays.run[stay]!;
    words[to++] = stays.start[stay]!;
    words[to++] = stays.possible[stay]!;
    words[to++] = stays.certain[stay]!;
    words[to++] = stays.likely[stay]!;
    words[to++] = stays.method[stay]! | (stays.flags[stay]! << FLAGS_SHIFT) | (count << ROWS_SHIFT);
    for (let at = firstRow[stay]!; at < firstRow[stay + 1]!; at++) {
      const row = rows[at]!;
      words[to++] = time![row]!;
      words[to++] = line[row]!;
      words[to++] = file[row]!;
      if (!hasExtra(row)) continue;
      words[to - 1]! += HAS_EXTRA;
      words[to++] = checkOut![row]!;
      words[to++] = runId![row]!;
      words[to++] = carriage![row]!;
      words[to++] = seat![row]!;
    }
  }
  return { people: Uint32Array.from(people), words, wordOf, rowCount };
}
