/** Stays and visits as columns, from plain intervals: for tests of the index and the join alone. */
import { NO_STAY, type Visits } from '../match/visits.js';
import type { Presence, Stays } from '../model/stay.js';

export interface PlainPresence {
  readonly person: number;
  readonly place: number;
  readonly run: number;
  readonly start: number;
  readonly certain: number;
  readonly likely: number;
  readonly possible: number;
  readonly flags?: number;
}

function columnsOf(rows: readonly PlainPresence[]): Presence {
  const column = (name: keyof PlainPresence): Uint32Array => Uint32Array.from(rows, (row) => row[name] ?? 0);
  return {
    person: column('person'),
    place: column('place'),
    run: column('run'),
    start: column('start'),
    certain: column('certain'),
    likely: column('likely'),
    possible: column('possible'),
    method: new Uint8Array(rows.length),
    flags: Uint8Array.from(column('flags')),
    carriage: new Uint32Array(rows.length),
    seat: new Uint32Array(rows.length),
  };
}

/** Stays; `rows` must be in the order of their persons. Each rests on one check-in, its own number. */
export function staysFrom(rows: readonly PlainPresence[], personCount: number): Stays {
  return {
    ...columnsOf(rows),
    count: rows.length,
    ofPerson: Uint32Array.from({ length: personCount + 1 }, (_, person) => rows.filter((row) => row.person < person).length),
    firstRow: Uint32Array.from({ length: rows.length + 1 }, (_, stay) => stay),
    rows: Uint32Array.from(rows.keys()),
  };
}

/** Visits of one case. */
export function visitsFrom(rows: readonly PlainPresence[]): Visits {
  return {
    ...columnsOf(rows),
    count: rows.length,
    ofCase: Uint32Array.of(0, rows.length),
    case: new Uint32Array(rows.length),
    stay: new Uint32Array(rows.length).fill(NO_STAY),
    itineraryRow: new Uint32Array(rows.length).fill(NO_STAY),
  };
}
