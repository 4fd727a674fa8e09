/** The rows of an estimate of who did not scan: by place and hour, and by what a counter counted. */
import type { Dictionary } from '../core/dictionary.js';
import { inTextOrder } from '../core/text-order.js';
import { DAY_SEC, type Zone } from '../core/zone.js';
import { KNOWN_BY, type KnownBy, type KnownVisitor } from '../match/traffic/known-visitors.js';
import { missedVisitors } from '../match/traffic/missed-visitors.js';
import type { CoveragePlan } from '../model/coverage-plan.js';
import type { Places } from '../model/place.js';
import type { Stays } from '../model/stay.js';
import type { Dwell } from '../stays/dwell.js';

export interface CoverageRow {
  readonly place_id: string;
  readonly place_name: string;
  readonly category: string;
  readonly from: string;
  readonly to: string;
  /** People who scanned in that time. */
  readonly scanned: number;
  /** Who else is known to have been there; or a counter, or no more than how many fit in. Empty where nothing tells. */
  readonly method: KnownBy | 'counter' | 'capacity' | '';
  /** Whether the share is that of the hour, or of all hours of the place. */
  readonly share_of: 'hour' | 'place' | '';
  /** People known to have been there whether they scanned or not (by a counter: whom it counted), and of them who scanned. */
  readonly known: number | null;
  readonly known_scanned: number | null;
  /** How many came and did not scan, with its 95 % interval; null where it cannot be told. A capacity alone gives the ends and no estimate. */
  readonly missed: number | null;
  readonly missed_low: number | null;
  readonly missed_high: number | null;
  /** Why there is no estimate. */
  readonly reason: string;
}

export const COVERAGE_COLUMNS: readonly (keyof CoverageRow)[] = [
  'place_id',
  'place_name',
  'category',
  'from',
  'to',
  'scanned',
  'method',
  'share_of',
  'known',
  'known_scanned',
  'missed',
  'missed_low',
  'missed_high',
  'reason',
];

/** What a counter at a place counted. */
export interface Count {
  readonly place: number;
  readonly fromSec: number;
  readonly toSec: number;
  readonly count: number;
}

/** [known, scanned] by position in `KNOWN_BY`. */
type Tally = [number, number][];
interface Cell {
  readonly people: Set<number>;
  readonly known: Tally;
}
const newTally = (): Tally => KNOWN_BY.map(() => [0, 0]);

/** Gathers arrivals and known visitors, then makes the rows. */
export class CoverageTally {
  readonly #zone: Zone;
  /** By place, then by the instant at which the local hour begins. */
  readonly #cells = new Map<number, Map<number, Cell>>();
  readonly #places = new Map<number, Tally>();

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  scanned(place: number, sec: number, person: number): void {
    this.#cell(place, sec).people.add(person);
  }

  known({ by, place, sec, hasScanned }: KnownVisitor): void {
    let whole = this.#places.get(place);
    if (!whole) this.#places.set(place, (whole = newTally()));
    for (const tally of [whole, this.#cell(place, sec).known]) {
      const pair = tally[KNOWN_BY.indexOf(by)]!;
      pair[0]++;
      if (hasScanned) pair[1]++;
    }
  }

  /** Rows of counters first within a place, then by hour; places by the bytes of their ids. */
  rows(ids: Dictionary, places: Places, plan: CoveragePlan, counts: readonly Count[], stays: Stays, dwell: Dwell): CoverageRow[] {
    const counted = new Map<number, Count[]>();
    for (const count of counts) counted.set(count.place, [...(counted.get(count.place) ?? []), count]);
    const all = inTextOrder(Uint32Array.from(new Set([...this.#cells.keys(), ...counted.keys()])), ids);
    const rows: CoverageRow[] = [];
    const arrivals = arrivalsAt(stays, new Set(counted.keys()));
    for (const place of all) {
      const { name, category } = places.get(place);
      const about = (from: number, to: number) => ({
        place_id: ids.text(place),
        place_name: name,
        category,
        from: this.#zone.text(from),
        to: this.#zone.text(to),
      });
      const byTime = (counted.get(place) ?? []).sort((a, b) => a.fromSec - b.fromSec || a.toSec - b.toSec || a.count - b.count);
      for (const { fromSec, toSec, count } of byTime) {
        const here = (arrivals.get(place) ?? []).filter(([sec]) => sec >= fromSec && sec < toSec);
        const scanned = new Set(here.map(([, person]) => person)).size;
        const missed = count >= scanned ? count - scanned : null;
        rows.push({
          ...about(fromSec, toSec),
          scanned,
          method: 'counter',
          share_of: '',
          known: count,
          known_scanned: scanned,
          missed,
          missed_low: missed,
          missed_high: missed,
          reason: missed === null ? 'more people scanned than the counter counted' : '',
        });
      }
      const cells = [...(this.#cells.get(place) ?? [])].sort(([a], [b]) => a - b);
      const most = mostArrivals(places.capacityOf(place), dwell.of(category).typicalSec);
      for (const [from, cell] of cells)
        rows.push({ ...about(from, from + HOUR), ...within(most, estimate(cell, this.#places.get(place) ?? newTally(), plan)) });
    }
    return rows;
  }

  #cell(place: number, sec: number): Cell {
    const wall = sec + this.#zone.offsetAt(sec);
    const from = sec - (((wall % HOUR) + HOUR) % HOUR);
    let hours = this.#cells.get(place);
    if (!hours) this.#cells.set(place, (hours = new Map()));
    let cell = hours.get(from);
    if (!cell) hours.set(from, (cell = { people: new Set(), known: newTally() }));
    return cell;
  }
}

const HOUR = DAY_SEC / 24;

type Estimate = Omit<CoverageRow, 'place_id' | 'place_name' | 'category' | 'from' | 'to'>;

/**
 * Most people who come to a place in an hour, the usual time there taken for the mean: as many as fit in, and one for each who leaves,
 * capacity × (1 + hour / usual time). Infinite where no capacity is known.
 */
function mostArrivals(capacity: number | undefined, typicalSec: number): number {
  return capacity === undefined || Number.isNaN(capacity) ? Number.POSITIVE_INFINITY : capacity + Math.floor((capacity * HOUR) / Math.max(1, typicalSec));
}

/** An estimate that leaves no more room than there is. */
function within(most: number, row: Estimate): Estimate {
  if (most === Number.POSITIVE_INFINITY) return row;
  const room = most - row.scanned;
  // The capacity or the usual time is wrong: it bounds nothing.
  if (room < 0) return row.missed === null ? { ...row, reason: `${row.reason}; more people scanned than the capacity lets in` } : row;
  if (row.missed === null || row.missed_low === null || row.missed_high === null)
    return { ...row, method: 'capacity', share_of: '', known: null, known_scanned: null, missed_low: 0, missed_high: room };
  return { ...row, missed: Math.min(row.missed, room), missed_low: Math.min(row.missed_low, room), missed_high: Math.min(row.missed_high, room) };
}

function estimate({ people, known }: Cell, whole: Tally, { minKnown }: CoveragePlan): Estimate {
  const scanned = people.size;
  const none = { scanned, method: '', share_of: '', known: null, known_scanned: null, missed: null, missed_low: null, missed_high: null } as const;
  if (scanned === 0) return { ...none, reason: 'nobody scanned' };
  for (const [share_of, tally] of [
    ['hour', known],
    ['place', whole],
  ] as const) {
    for (const [i, method] of KNOWN_BY.entries()) {
      const [trials, caught] = tally[i]!;
      if (trials < minKnown) continue;
      if (caught === 0) return { ...none, method, share_of, known: trials, known_scanned: 0, reason: 'none of those known to have been there scanned' };
      const { missed, low, high } = missedVisitors(scanned, trials, caught);
      const [missed_low, missed_high] = [tenths(low), tenths(high)];
      return { scanned, method, share_of, known: trials, known_scanned: caught, missed: tenths(missed), missed_low, missed_high, reason: '' };
    }
  }
  return { ...none, reason: `fewer than ${minKnown} people are known to have been at the place otherwise` };
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

function arrivalsAt({ count, place, person, start }: Stays, wanted: ReadonlySet<number>): Map<number, [number, number][]> {
  const arrivals = new Map<number, [number, number][]>();
  for (let stay = 0; stay < count && wanted.size > 0; stay++) {
    if (!wanted.has(place[stay]!)) continue;
    const list = arrivals.get(place[stay]!);
    if (list) list.push([start[stay]!, person[stay]!]);
    else arrivals.set(place[stay]!, [[start[stay]!, person[stay]!]]);
  }
  return arrivals;
}
