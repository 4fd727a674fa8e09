/** Stays that were brought from an engine, and the columns that matching works on. */
import { U32Column, countingSort } from '../../core/columns.js';
import type { Stays } from '../../model/stay.js';
import type { Dictionaries } from '../../model/tables.js';

export interface LoadedStay {
  readonly person: number;
  readonly place: number;
  readonly run: number;
  /** Start, certain, likely and possible end. */
  readonly times: readonly [number, number, number, number];
  readonly method: number;
  readonly flags: number;
  readonly carriage: number;
  readonly seat: number;
  readonly rows: number[];
}

/** Grouped by person and sorted by start, then place and run. */
export function staysOf(loaded: Iterable<LoadedStay>, ids: Dictionaries): Stays {
  const all = [...loaded].sort(
    (a, b) => a.person - b.person || a.times[0] - b.times[0] || ids.place.compare(a.place, b.place) || ids.run.compare(a.run, b.run),
  );
  const of = (valueOf: (stay: LoadedStay) => number): Uint32Array => Uint32Array.from(all, valueOf);
  const rows = new U32Column();
  const firstRow = new U32Column();
  for (const stay of all) {
    firstRow.push(rows.length);
    for (const row of stay.rows) rows.push(row);
  }
  firstRow.push(rows.length);
  return {
    count: all.length,
    person: of(({ person }) => person),
    place: of(({ place }) => place),
    run: of(({ run }) => run),
    start: of(({ times }) => times[0]),
    certain: of(({ times }) => times[1]),
    likely: of(({ times }) => times[2]),
    possible: of(({ times }) => times[3]),
    method: Uint8Array.from(all, ({ method }) => method),
    flags: Uint8Array.from(all, ({ flags }) => flags),
    carriage: of(({ carriage }) => carriage),
    seat: of(({ seat }) => seat),
    ofPerson: countingSort(all.length, ids.person.size, (stay) => all[stay]!.person).offsets,
    firstRow: firstRow.trimmed(),
    rows: rows.trimmed(),
  };
}
