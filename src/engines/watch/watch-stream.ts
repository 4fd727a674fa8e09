/** A stream of check-ins as NDJSON → the events of a watch: its clock, its books, and the rows that come too late for it. */
import { parseDuration } from '../../core/duration.js';
import type { HeaderMapping } from '../../ingest/rows/header.js';
import { JsonLines } from '../../ingest/json-lines.js';
import type { LedgerEntry, Reject } from '../../ingest/rows/ledger.js';
import type { TimeReader } from '../../ingest/text/time-text.js';
import type { WatchEvent } from '../../lists/live/live-episodes.js';
import { meantPlaces } from '../../model/aliases.js';
import { STAFF, type InputTables } from '../../model/tables.js';
import { Dictionary } from '../../core/dictionary.js';
import type { Watch } from './watch.js';

export interface ClockOptions {
  /**
   * How much later than another a check-in may come that was made before it: the clock of the stream is the latest time read so far less this. What is
   * before the clock is refused. @defaultValue '5m'
   */
  readonly lateness?: string | number;
  /** Refuses check-ins so much later than all before them: a device whose clock is years ahead would close everything. @defaultValue none is refused */
  readonly ahead?: string | number;
}

/** @throws OptionError. */
export function clockOf({ lateness = '5m', ahead }: ClockOptions): { readonly latenessSec: number; readonly aheadSec: number } {
  return { latenessSec: parseDuration(lateness, 'lateness'), aheadSec: ahead === undefined ? Number.POSITIVE_INFINITY : parseDuration(ahead, 'ahead') };
}

export class WatchStream {
  /** Rows refused because the clock had passed them; they are among the rejected ones. */
  late = 0;
  readonly #watch: Watch;
  readonly #lines: JsonLines;
  readonly #people: Dictionary;
  readonly #meant: ReadonlyMap<number, number>;
  readonly #file: number;
  readonly #latenessSec: number;
  readonly #aheadSec: number;
  #latestSec = Number.NEGATIVE_INFINITY;

  /** `name` stands in evidence and messages; it is added to the names of the inputs. */
  constructor(watch: Watch, inputs: InputTables, name: string, times: TimeReader, clock: ClockOptions = {}, mappings: readonly HeaderMapping[] = []) {
    const { latenessSec, aheadSec } = clockOf(clock);
    this.#watch = watch;
    this.#latenessSec = latenessSec;
    this.#aheadSec = aheadSec;
    this.#file = inputs.fileNames.push(name) - 1;
    this.#people = new Dictionary();
    this.#lines = new JsonLines(name, this.#file, { ...inputs.ids, person: this.#people }, times, mappings);
    this.#meant = meantPlaces(inputs);
  }

  get ledger(): LedgerEntry {
    return this.#lines.ledger;
  }

  /** Whatever time was read last but the lateness; -Infinity before the first check-in. */
  get clockSec(): number {
    return this.#latestSec - this.#latenessSec;
  }

  takeRejects(): Reject[] {
    return this.#lines.takeRejects();
  }

  /** The events of a chunk of bytes. The same stream gives the same events in the same order, however it is cut into chunks. */
  push(chunk: Uint8Array): Iterable<WatchEvent> {
    this.#lines.push(chunk, this.#take);
    return this.#step(this.clockSec);
  }

  /** The events of the end: no check-in comes any more, and all is closed. */
  *end(): Generator<WatchEvent> {
    this.#lines.finish(this.#take);
    yield* this.#step(this.clockSec);
    yield* this.#watch.step(Number.POSITIVE_INFINITY);
  }

  #step(clockSec: number): Iterable<WatchEvent> {
    const { ledger } = this.#lines;
    if (this.#lines.table.rowCount === 0) return [];
    this.#lines.clear();
    const before = this.#watch.duplicates;
    const events = this.#watch.step(clockSec);
    const again = this.#watch.duplicates - before;
    ledger.accepted -= again;
    ledger.duplicate += again;
    return events;
  }

  readonly #take = (row: number, line: number): void => {
    const { columns } = this.#lines.table;
    const value = (column: number): number => columns[column]!.data[row]!;
    const time = value(2);
    if (time < this.clockSec) {
      this.late++;
      const fault = {
        code: 'E_LATE',
        expected: 'a time not before the clock of the stream, which is the latest so far less --lateness',
        advice: 'sort the stream, or allow more --lateness',
      };
      return this.#lines.reject(line, 'time', fault, `one ${this.clockSec - time} s before it`);
    }
    if (time - this.#latestSec > this.#aheadSec && this.#latestSec > Number.NEGATIVE_INFINITY) {
      const fault = {
        code: 'E_AHEAD',
        expected: 'a time at most --ahead later than all before it',
        advice: 'set the clock of the device, or allow more --ahead',
      };
      return this.#lines.reject(line, 'time', fault, `one ${time - this.#latestSec} s later`);
    }
    if (value(7) === STAFF) {
      const fault = { code: 'E_ROLE', expected: 'a passenger', advice: 'duties of staff are known only in the end: match for them' };
      return this.#lines.reject(line, 'role', fault, 'staff');
    }
    if (time > this.#latestSec) this.#latestSec = time;
    const place = value(1);
    this.#watch.add(this.#people.text(value(0)), {
      place: this.#meant.get(place) ?? place,
      time,
      checkOut: value(3),
      run: value(4),
      carriage: value(5),
      seat: value(6),
      file: this.#file,
      line,
    });
  };
}
