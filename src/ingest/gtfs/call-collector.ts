/**
 * Takes calls at stops away in compact columns while stop_times is read: 16 bytes a row. Rows of a trip that lie together, in order, stay where they
 * are: trips get their numbers in the order of the file, so there is nothing to sort and no trip per row. All else is mended and counted.
 */
import { U32Column, lowerBound } from '../../core/columns.js';
import { NO_TIME, type FeedCalls } from '../../model/feed.js';
import type { Table } from '../../model/tables.js';
import type { StopTimeColumn } from './feed-tables.js';

/** A row that was accepted as it came, and that the other rows of its trip refuse. */
export interface RefusedCall {
  readonly line: number;
  readonly why: 'sequence' | 'back';
}

export interface CollectedCalls {
  readonly calls: FeedCalls;
  /** The rows of trips.txt in the order of their numbers; those without a call are last. */
  readonly tripRows: Uint32Array;
  readonly refused: readonly RefusedCall[];
  readonly duplicates: number;
  /** Trips whose calls did not lie together. */
  readonly scatteredTrips: number;
  /** Trips whose calls were not in the order of stop_sequence. */
  readonly unorderedTrips: number;
}

export class CallCollector {
  readonly #stop = new U32Column();
  readonly #sequence = new U32Column();
  readonly #arrival = new U32Column();
  readonly #departure = new U32Column();
  // Stretches of rows of one trip: the row of trips.txt, and the first row of calls.
  readonly #stretchTrip = new U32Column();
  readonly #stretchRow = new U32Column();
  // Lines of rows, run by run: from row `lineRow[i]` on, the line is the row + `lineShift[i]`.
  readonly #lineRow = new U32Column();
  readonly #lineShift = new U32Column();
  #lastTrip = -1;

  /** Makes room for so many rows, and for as many stretches: of memory reserved in vain none is ever touched. */
  reserve(rows: number): void {
    for (const column of [this.#stop, this.#sequence, this.#arrival, this.#departure, this.#stretchTrip, this.#stretchRow]) column.reserve(rows);
  }

  get rowCount(): number {
    return this.#stop.length;
  }

  /** Takes all rows of the table. `tripOf` and `stopOf` turn ids of dictionaries into rows of trips.txt and numbers of stops. */
  take(table: Table<StopTimeColumn>, tripOf: Int32Array, stopOf: Int32Array): void {
    const trip = table.column('trip_id');
    const stop = table.column('stop_id');
    const sequence = table.column('stop_sequence');
    const arrival = table.column('arrival_time');
    const departure = table.column('departure_time');
    const line = table.line.data;
    let shift = this.#lineShift.length === 0 ? -1 : this.#lineShift.data[this.#lineShift.length - 1]!;
    for (let i = 0; i < table.rowCount; i++) {
      const row = this.#stop.length;
      const tripRow = tripOf[trip[i]!]!;
      if (tripRow !== this.#lastTrip) {
        this.#lastTrip = tripRow;
        this.#stretchTrip.push(tripRow);
        this.#stretchRow.push(row);
      }
      if (line[i]! - row !== shift) {
        shift = line[i]! - row;
        this.#lineRow.push(row);
        this.#lineShift.push(shift);
      }
      this.#stop.push(stopOf[stop[i]!]!);
      this.#sequence.push(sequence[i]! - 1);
      this.#arrival.push((arrival[i]! - 1) >>> 0); // absent: all bits set, which is NO_TIME to an Int32Array
      this.#departure.push((departure[i]! - 1) >>> 0);
    }
    table.clear();
  }

  /** Puts the calls of each trip together and in order, and refuses those that contradict each other. */
  finish(tripCount: number): CollectedCalls {
    const { tripRows, offsets, scatteredTrips, linesOf } = this.#group(tripCount);
    const calls = {
      offsets,
      stop: this.#stop.trimmed(),
      sequence: this.#sequence.trimmed(),
      arrival: asSigned(this.#arrival.trimmed()),
      departure: asSigned(this.#departure.trimmed()),
    };
    // Rows that are refused, as they lay once the rows of each trip were together, and why.
    const refused = new Map<number, RefusedCall['why']>();
    let duplicates = 0;
    let unorderedTrips = 0;
    let kept = 0; // rows kept so far: those behind are moved up
    for (let trip = 0; trip < tripCount; trip++) {
      const [lo, hi] = [offsets[trip]!, offsets[trip + 1]!];
      offsets[trip] = kept;
      const order = orderOf(calls.sequence, lo, hi);
      if (order) unorderedTrips++;
      if (order) sortRows(calls, lo, order);
      let last = NO_TIME;
      for (let row = lo; row < hi; row++) {
        if (kept > offsets[trip]! && calls.sequence[row] === calls.sequence[kept - 1]) {
          if (isSameCall(calls, row, kept - 1)) duplicates++;
          else refused.set(order ? order[row - lo]! : row, 'sequence');
          continue;
        }
        const [arrival, departure] = [calls.arrival[row]!, calls.departure[row]!];
        const first = arrival === NO_TIME ? departure : arrival;
        if (first !== NO_TIME && first < last) {
          refused.set(order ? order[row - lo]! : row, 'back');
          continue;
        }
        last = Math.max(last, arrival, departure);
        if (kept !== row) copyCall(calls, row, kept);
        kept++;
      }
    }
    offsets[tripCount] = kept;
    const { stop, sequence, arrival, departure } = calls;
    const trimmed = {
      offsets,
      stop: stop.subarray(0, kept),
      sequence: sequence.subarray(0, kept),
      arrival: arrival.subarray(0, kept),
      departure: departure.subarray(0, kept),
    };
    return { calls: trimmed, tripRows, refused: linesOf(refused), duplicates, scatteredTrips, unorderedTrips };
  }

  /** Numbers the trips in the order of the file and, where the rows of one are scattered, moves all rows to where they belong. */
  #group(tripCount: number): {
    tripRows: Uint32Array;
    offsets: Uint32Array;
    scatteredTrips: number;
    linesOf: (rows: ReadonlyMap<number, RefusedCall['why']>) => RefusedCall[];
  } {
    const rowCount = this.rowCount;
    const stretchCount = this.#stretchTrip.length;
    const stretchEnd = (i: number): number => (i + 1 < stretchCount ? this.#stretchRow.data[i + 1]! : rowCount);
    const numberOf = new Int32Array(tripCount).fill(-1);
    const isScattered = new Uint8Array(tripCount);
    const tripRows = new Uint32Array(tripCount);
    const offsets = new Uint32Array(tripCount + 1);
    let seen = 0;
    let scatteredTrips = 0;
    for (let i = 0; i < stretchCount; i++) {
      const tripRow = this.#stretchTrip.data[i]!;
      if (numberOf[tripRow] === -1) {
        tripRows[seen] = tripRow;
        numberOf[tripRow] = seen++;
      } else if (isScattered[tripRow] === 0) {
        isScattered[tripRow] = 1;
        scatteredTrips++;
      }
      offsets[numberOf[tripRow]! + 1]! += stretchEnd(i) - this.#stretchRow.data[i]!;
    }
    for (let tripRow = 0; tripRow < tripCount; tripRow++) if (numberOf[tripRow] === -1) tripRows[seen++] = tripRow;
    for (let trip = 0; trip < tripCount; trip++) offsets[trip + 1]! += offsets[trip]!;
    if (scatteredTrips === 0) {
      return { tripRows, offsets, scatteredTrips, linesOf: (rows) => Array.from(rows, ([row, why]) => ({ line: this.#lineOf(row), why })) };
    }
    const starts = offsets.slice(0, tripCount);
    /** Every row with the place that it moves to. */
    const forEachRow = (move: (row: number, to: number) => void): void => {
      const next = starts.slice();
      for (let i = 0; i < stretchCount; i++) {
        const trip = numberOf[this.#stretchTrip.data[i]!]!;
        for (let row = this.#stretchRow.data[i]!, end = stretchEnd(i); row < end; row++) move(row, next[trip]!++);
      }
    };
    // Each column moves to where the one before it lay: there is memory for one more than there are. Lines are not moved, since few are ever asked for.
    let free: Uint32Array = new Uint32Array(rowCount);
    for (const column of [this.#stop, this.#sequence, this.#arrival, this.#departure]) {
      const { data } = column;
      const moved = free;
      forEachRow((row, to) => (moved[to] = data[row]!));
      column.data = moved;
      free = data;
    }
    const linesOf = (rows: ReadonlyMap<number, RefusedCall['why']>): RefusedCall[] => {
      const found: RefusedCall[] = [];
      if (rows.size === 0) return found;
      forEachRow((row, to) => {
        const why = rows.get(to);
        if (why !== undefined) found.push({ line: this.#lineOf(row), why });
      });
      return found;
    };
    return { tripRows, offsets, scatteredTrips, linesOf };
  }

  #lineOf(row: number): number {
    const run = lowerBound(this.#lineRow.data, 0, this.#lineRow.length, row + 1) - 1;
    return row + this.#lineShift.data[run]!;
  }
}

type Calls = Omit<FeedCalls, 'offsets'>;

const asSigned = (data: Uint32Array): Int32Array => new Int32Array(data.buffer, data.byteOffset, data.length);

/** The rows in the order of their sequence, those that came first before others of the same; null if they lie so already. */
function orderOf(sequence: Uint32Array, lo: number, hi: number): Uint32Array | null {
  let isOrdered = true;
  for (let row = lo + 1; row < hi && isOrdered; row++) isOrdered = sequence[row - 1]! <= sequence[row]!;
  return isOrdered ? null : Uint32Array.from({ length: hi - lo }, (_, i) => lo + i).sort((a, b) => sequence[a]! - sequence[b]! || a - b);
}

function sortRows(calls: Calls, lo: number, order: Uint32Array): void {
  for (const column of [calls.stop, calls.sequence, calls.arrival, calls.departure]) {
    column.set(
      Array.from(order, (row) => column[row]!),
      lo,
    );
  }
}

function copyCall({ stop, sequence, arrival, departure }: Calls, from: number, to: number): void {
  stop[to] = stop[from]!;
  sequence[to] = sequence[from]!;
  arrival[to] = arrival[from]!;
  departure[to] = departure[from]!;
}

const isSameCall = ({ stop, arrival, departure }: Calls, a: number, b: number): boolean =>
  stop[a] === stop[b] && arrival[a] === arrival[b] && departure[a] === departure[b];
