/** Goes through a list of episodes along with the list of contacts, which has the same order: each pair's episodes are at hand when they are asked for. */
import type { Cursor } from './cursor.js';
import { RowKey, compareKeys } from './merge.js';
import { KEYS } from './rows.js';
import type { EpisodeText } from './why.js';

/** The episodes of a pair. */
export interface PairEpisodes {
  readonly episodes: EpisodeText[];
  /** Of the episodes that count. */
  readonly districts: Set<string>;
  /** Places where the pair met, each as `place_id` and `run_id` joined with a NUL. */
  readonly places: Set<string>;
}

/** Takes the district of an episode that counts. */
export type OnCounting = (ruleId: string, contactId: string, district: string) => void;

const CASE_ENDS = ['case_end_certain', 'case_end_likely', 'case_end_possible'] as const;
const CONTACT_ENDS = ['contact_end_certain', 'contact_end_likely', 'contact_end_possible'] as const;

export class EpisodeFollower {
  readonly #cursor: Cursor;
  readonly #key: RowKey;
  readonly #onCounting: OnCounting | undefined;
  readonly #at: (column: string) => string;
  #isAtRow = false;
  #isKeyRead = false;
  #isOver = false;

  constructor(cursor: Cursor, onCounting: OnCounting | undefined) {
    this.#cursor = cursor;
    this.#key = new RowKey(cursor, KEYS.episodes, 'episodes');
    this.#onCounting = onCounting;
    const columns = new Map(cursor.columns.map((column) => [column, cursor.at(column)]));
    this.#at = (column) => cursor.text(columns.get(column) ?? -1);
  }

  /**
   * Goes past the rows that two lists have alike, as far as they come before the episodes of a pair (all of them without one): each is looked at once, and
   * its district is told once.
   */
  static *skipSame(one: EpisodeFollower, other: EpisodeFollower, key?: readonly string[]): Generator<undefined, void, void> {
    for (let rows = 1; one.#step() && other.#step() && one.#cursor.isSame(other.#cursor); rows++) {
      if (rows % PAUSE_ROWS === 0) yield undefined;
      if (key && compareKeys(one.#texts, key) >= 0) return;
      one.#take();
      one.#isAtRow = other.#isAtRow = false;
    }
  }

  /** Goes on to the episodes of a pair; keys must come in order. Calls `pause` now and then. */
  *of(key: readonly string[]): Generator<undefined, PairEpisodes, void> {
    const found: PairEpisodes = { episodes: [], districts: new Set(), places: new Set() };
    let order = -1;
    for (let rows = 1; this.#step(); rows++) {
      if (rows % PAUSE_ROWS === 0) yield undefined;
      order = compareKeys(this.#texts, key);
      if (order > 0) break;
      const counts = this.#take();
      if (order === 0) this.#addTo(found, counts);
      this.#isAtRow = false;
    }
    return found;
  }

  /** Goes through what is left. */
  *finish(): Generator<undefined, void, void> {
    for (let rows = 1; this.#step(); rows++) {
      if (rows % PAUSE_ROWS === 0) yield undefined;
      this.#take();
      this.#isAtRow = false;
    }
  }

  /** Makes sure that there is a row that was not taken yet. */
  #step(): boolean {
    if (this.#isAtRow) return true;
    if (this.#isOver) return false;
    this.#isOver = !this.#cursor.next();
    this.#isKeyRead = false;
    return (this.#isAtRow = !this.#isOver);
  }

  /** The key of the row. */
  get #texts(): readonly string[] {
    if (!this.#isKeyRead) this.#key.read();
    this.#isKeyRead = true;
    return this.#key.texts;
  }

  /** Whether the episode makes its pair a contact; tells its district if so. */
  #take(): boolean {
    const counts = this.#at('grade') !== 'below' && this.#at('kind') === 'together';
    if (counts && this.#onCounting) this.#onCounting(this.#texts[0]!, this.#texts[2]!, this.#at('district'));
    return counts;
  }

  #addTo({ episodes, districts, places }: PairEpisodes, counts: boolean): void {
    const at = this.#at;
    const joined = (columns: readonly string[]): string => columns.map(at).join('\0');
    episodes.push({
      id: joined(['place_id', 'contact_place_id', 'run_id', 'kind', 'case_rows', 'contact_rows']),
      caseRows: at('case_rows'),
      contactRows: at('contact_rows'),
      caseStart: at('case_start'),
      caseEnds: joined(CASE_ENDS),
      contactStart: at('contact_start'),
      contactEnds: joined(CONTACT_ENDS),
    });
    if (!counts) return;
    districts.add(at('district'));
    places.add(joined(['place_id', 'run_id']));
  }
}

const PAUSE_ROWS = 1 << 12;
