/** The stays of an index in memory, for a watch. */
import type { MatchTables } from '../../match/generations.js';
import type { RoomQuery, SealedStay, SealedStays } from '../../match/live/sealed-stays.js';
import { PackedPairs, joinInto } from '../../stay-index/packed-index.js';
import type { OpenRow } from '../../stays/open-stays.js';

/** Nobody: no person has so high a number. */
const NOBODY = 0xffff_ffff;

export class MemorySealed implements SealedStays {
  readonly lastSec: number;
  readonly #tables: MatchTables;
  readonly #pairs = new PackedPairs();

  /** The stays must be as inferred: not widened for the skew of clocks. */
  constructor(tables: MatchTables) {
    this.#tables = tables;
    this.lastSec = tables.stays.possible.reduce((last, sec) => Math.max(last, sec), 0);
  }

  near(queries: readonly RoomQuery[], each: (query: number, stay: SealedStay) => void): void {
    const { index } = this.#tables;
    if (this.#tables.stays.count === 0) return;
    const asked = queries.map(({ place, run }) => index.room(place, run));
    const known = asked.flatMap((room, query) => (room < 0 ? [] : [query]));
    const column = (of: (query: RoomQuery, i: number) => number): Uint32Array => Uint32Array.from(known, (query, i) => of(queries[query]!, i));
    const columns = {
      key: column((_, i) => asked[known[i]!]!),
      start: column(({ startSec }) => startSec),
      end: column(({ endSec }) => endSec),
      person: column(() => NOBODY),
    };
    const found = joinInto(index.packed, columns, this.#pairs, known.length);
    for (let i = 0; i < found; i++) each(known[this.#pairs.query[i]!]!, this.#stay(index.packed.rows[this.#pairs.record[i]!]!));
  }

  ofPerson(key: string): SealedStay[] {
    const { stays, inputs } = this.#tables;
    const person = inputs.ids.person.find(key);
    const lo = person < 0 ? 0 : (stays.ofPerson[person] ?? 0);
    const hi = person < 0 ? 0 : (stays.ofPerson[person + 1] ?? 0);
    return Array.from({ length: hi - lo }, (_, i) => this.#stay(lo + i));
  }

  *peopleSince(place: number, sec: number): Generator<string> {
    const { stays, inputs, places } = this.#tables;
    if (!this.#riders) {
      this.#riders = new Map();
      for (let stay = 0; stay < stays.count; stay++) {
        const vehicle = stays.place[stay]!;
        if (!places.isVehicle(vehicle)) continue;
        const list = this.#riders.get(vehicle);
        if (list) list.push(stay);
        else this.#riders.set(vehicle, [stay]);
      }
    }
    for (const stay of this.#riders.get(place) ?? []) if (stays.possible[stay]! >= sec) yield inputs.ids.person.text(stays.person[stay]!);
  }
  /** Stays by vehicle. */
  #riders: Map<number, number[]> | undefined;

  #stay(s: number): SealedStay {
    const { stays, inputs } = this.#tables;
    const rows: OpenRow[] = [];
    for (let at = stays.firstRow[s]!; at < stays.firstRow[s + 1]!; at++) rows.push(this.#row(stays.rows[at]!));
    return {
      key: inputs.ids.person.text(stays.person[s]!),
      place: stays.place[s]!,
      run: stays.run[s]!,
      start: stays.start[s]!,
      certain: stays.certain[s]!,
      likely: stays.likely[s]!,
      possible: stays.possible[s]!,
      method: stays.method[s]!,
      flags: stays.flags[s]!,
      carriage: stays.carriage[s]!,
      seat: stays.seat[s]!,
      rows,
    };
  }

  #row(row: number): OpenRow {
    const { checkIns } = this.#tables.inputs;
    const [, place, time, checkOut, run, carriage, seat] = checkIns.columns.map(({ data }) => data[row]!) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return { place, time, checkOut, run, carriage, seat, file: checkIns.file.data[row]!, line: checkIns.line.data[row]! };
  }
}
