/**
 * What a redacted page leaves out. Ids of people and cases become pseudonyms; file lines, digests of inputs, notes and the times of the lists by person go;
 * places with fewer than eleven people go, with their episodes and windows, and other counts of people that are small are held back.
 * Pseudonyms are not anonymity: who knows when someone was at a large place may still find them.
 */
import { keyIdOf, pseudonymsOf } from './pseudonyms.js';
import { PAGE_COLUMNS, SUPPRESSED, type PageList } from './page-data.js';
import { HELD_BACK } from './page-encoder.js';
import type { Row, RunLists } from './run-lists.js';
import { SMALL, guarded, guardedLevels } from './small-counts.js';

const PERSON_COLUMNS = new Set(['contact_id', 'case_id', 'case_a', 'case_b']);
const WITHOUT: Partial<Record<PageList, ReadonlySet<string>>> = {
  people: new Set(['first_start', 'last_end']),
  contacts: new Set(['first_start', 'last_end']),
  episodes: new Set(['case_rows', 'contact_rows']),
  links: new Set(['first_start']),
};
const LEVELS = ['people_certain', 'people_likely', 'people_possible'];

const keyOfPlace = (place: string, run: string): string => `${place}\0${run}`;

export class Redaction {
  /** Tells which key made the pseudonyms; null if they were drawn for this page alone. */
  readonly keyId: string | null;
  readonly #pseudonyms: ReadonlyMap<string, string>;
  readonly #large: ReadonlySet<string>;
  readonly #largePlaces: ReadonlySet<string>;

  private constructor(pseudonyms: ReadonlyMap<string, string>, large: ReadonlySet<string>, largePlaces: ReadonlySet<string>, keyId: string | null) {
    this.#pseudonyms = pseudonyms;
    this.#large = large;
    this.#largePlaces = largePlaces;
    this.keyId = keyId;
  }

  /** Reads who and what is in the lists. */
  static async of(run: RunLists, key?: Buffer, signal?: AbortSignal): Promise<Redaction> {
    const ids = new Set<string>();
    for (const list of ['people', 'contacts', 'episodes', 'links'] as const) {
      const columns = Object.keys(PAGE_COLUMNS[list]).filter((name) => PERSON_COLUMNS.has(name));
      for await (const row of run.rows(list, signal)) for (const column of columns) ids.add(row(column));
    }
    const large = new Set<string>();
    const largePlaces = new Set<string>();
    for await (const row of run.rows('places', signal)) {
      if (Number(row('people_possible')) < SMALL) continue;
      large.add(keyOfPlace(row('place_id'), row('run_id')));
      largePlaces.add(row('place_id'));
    }
    return new Redaction(pseudonymsOf(ids, key), large, largePlaces, key ? keyIdOf(key) : null);
  }

  withholds(list: PageList, row: Row): boolean {
    if (list !== 'episodes' && list !== 'places' && list !== 'disinfection') return false;
    if (!this.#large.has(keyOfPlace(row('place_id'), row('run_id')))) return true;
    // Under a wider scope the contact was elsewhere: that place must be a large one too.
    return list === 'episodes' && row('contact_place_id') !== row('place_id') && !this.#largePlaces.has(row('contact_place_id'));
  }

  cells(list: PageList, columns: readonly string[], row: Row): string[] {
    const levels = list === 'places' ? guardedLevels(LEVELS.map((level) => Number(row(level)))) : [];
    return columns.map((column) => {
      if (WITHOUT[list]?.has(column)) return '';
      if (PERSON_COLUMNS.has(column)) return this.#pseudonyms.get(row(column)) ?? '';
      const level = LEVELS.indexOf(column);
      if (list === 'places' && level >= 0) return told(levels[level]!);
      return column === 'check_ins_since' && row(column) !== '' ? told(guarded(Number(row(column)))) : row(column);
    });
  }
}

const told = (count: number): string => (count === SUPPRESSED ? HELD_BACK : String(count));
