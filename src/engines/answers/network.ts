/** Everyone with everyone, as rows that are made one at a time. */
import { parseDuration } from '../../core/duration.js';
import { runSync, type Steps } from '../../core/steps.js';
import type { Zone } from '../../core/zone.js';
import { PAIR_COLUMNS, meetingColumns, meetingRows, pairRows, type MeetingRow, type PairRow } from '../../lists/network.js';
import { Everyone } from '../../match/everyone.js';
import type { MatchTables } from '../../match/generations.js';
import { OverlapJoin } from '../../match/overlap-join.js';
import { parseScope, type Scope } from '../../model/scope.js';
import type { ScopeNeighbours } from './find-all.js';

export interface NetworkOptions {
  /** `place`, `parent`, `grid:M` or `near:M`. @defaultValue 'place' */
  readonly scope?: string;
  /** Leaves out meetings that could not have lasted this long. @defaultValue '0s': they last a second at the least */
  readonly minOverlap?: string | number;
}

/** What the options of a network say, checked. @throws OptionError. */
export function networkSettings(options: NetworkOptions): { readonly scope: Scope; readonly minOverlapSec: number } {
  return { scope: parseScope(options.scope ?? 'place'), minOverlapSec: parseDuration(options.minOverlap ?? 0, 'min-overlap') };
}

/** The meetings of everyone with everyone. Each walk over it finds them anew: nothing is held but the index. */
export class Network implements Iterable<MeetingRow> {
  readonly #tables: MatchTables;
  readonly #neighbours: ScopeNeighbours;
  readonly #zone: Zone;
  readonly #scope: Scope;
  readonly #minOverlapSec: number;

  /** @internal */
  constructor(tables: MatchTables, neighbours: ScopeNeighbours, zone: Zone, options: NetworkOptions) {
    this.#tables = tables;
    this.#neighbours = neighbours;
    this.#zone = zone;
    const { scope, minOverlapSec } = networkSettings(options);
    this.#scope = scope;
    this.#minOverlapSec = minOverlapSec;
  }

  /** Columns of the meetings, in order: `place_id_b` where places meet others, `distance_m` under `near`. */
  get meetingColumns(): readonly string[] {
    return meetingColumns(this.#scope.name);
  }
  /** Columns of the pairs, in order. */
  get pairColumns(): readonly string[] {
    return PAIR_COLUMNS;
  }

  /**
   * One row for each two stays that overlap. By place, or by the two places with the bytewise lesser in front; then run_id; then by the stay that
   * began first (start, place, person) and the other (start, person). Memory does not grow with their number.
   */
  [Symbol.iterator](): Generator<MeetingRow> {
    const { stays, inputs } = this.#tables;
    return meetingRows(this.#everyone().meetings(), stays, inputs.ids, this.#zone);
  }

  /** One row for each two people who met, by person_a and person_b. What is held at a time are the meetings of one person. */
  pairs(): Generator<PairRow> {
    const { stays, index, inputs } = this.#tables;
    const none = new Uint32Array(0);
    const visits = { ...stays, ofCase: stays.ofPerson, case: stays.person, stay: none, itineraryRow: none };
    const settings = { lagSec: 0, isClosed: false, minOverlapSec: this.#minOverlapSec, excludedFlags: 0 };
    const join = new OverlapJoin(visits, stays, index, this.#neighbours.under(this.#scope), settings);
    return pairRows(join, stays, inputs.ids, this.#zone);
  }

  /** How many meetings there are, counted without a look at each. */
  countMeetings(): number {
    return runSync(this.countSteps());
  }

  /** @internal */
  countSteps(): Steps<number> {
    return this.#everyone().count();
  }

  #everyone(): Everyone {
    const { index, inputs } = this.#tables;
    return new Everyone(index, this.#neighbours.under(this.#scope), inputs.ids, this.#minOverlapSec);
  }
}
