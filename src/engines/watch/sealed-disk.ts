/** The stays of an index on disk, for a watch: read as they are asked for. */
import { countingSort } from '../../core/columns.js';
import { LoadedStays } from '../../disk-index/segments/loaded-stays.js';
import type { OpenIndex } from '../../disk-index/open-index.js';
import { SegmentHits, type RoomQueries } from '../../disk-index/segments/segment.js';
import { PARTS, numberOf, partOf, personId } from '../../disk-index/segments/segment-format.js';
import type { RoomQuery, SealedStay, SealedStays } from '../../match/live/sealed-stays.js';
import type { OpenRow } from '../../stays/open-stays.js';

export class DiskSealed implements SealedStays {
  readonly lastSec: number;
  readonly #index: OpenIndex;
  readonly #loaded = new LoadedStays();

  constructor(index: OpenIndex) {
    this.#index = index;
    this.lastSec = index.segments.reduce((last, { about }) => Math.max(last, about.lastSec), 0);
  }

  near(queries: readonly RoomQuery[], each: (query: number, stay: SealedStay) => void): void {
    // In the order of the rooms, so that neighbouring blocks are read one after another.
    const order = Uint32Array.from(queries.keys()).sort((a, b) => queries[a]!.place - queries[b]!.place || queries[a]!.run - queries[b]!.run);
    const column = (of: (query: RoomQuery) => number): Float64Array => Float64Array.from(order, (query) => of(queries[query]!));
    const asked: RoomQueries = {
      count: order.length,
      place: column(({ place }) => place),
      run: column(({ run }) => run),
      start: column(({ startSec }) => startSec),
      end: column(({ endSec }) => endSec),
      person: column(() => 0),
      skipsEmpty: false,
    };
    for (const segment of this.#index.segments) {
      const hits = new SegmentHits();
      const count = segment.near(asked, hits);
      const { offsets, rows } = countingSort(count, PARTS, (i) => partOf(hits.person.data[i]!));
      for (let part = 0; part < PARTS; part++) {
        const here = rows.subarray(offsets[part]!, offsets[part + 1]!).sort((a, b) => hits.stay.data[a]! - hits.stay.data[b]!);
        if (here.length === 0) continue;
        const loaded = new LoadedStays();
        const stays = Array.from(here, (i) => hits.stay.data[i]!);
        segment.byPerson.load(
          part,
          stays,
          Array.from(here, (i) => hits.person.data[i]!),
          loaded,
        );
        for (let i = 0; i < here.length; i++) each(order[hits.query.data[here[i]!]!]!, this.#stay(loaded, i));
      }
    }
  }

  ofPerson(key: string, sinceSec: number): SealedStay[] {
    const segments = this.#index.segments.filter(({ about }) => about.lastSec >= sinceSec);
    if (segments.length === 0) return [];
    const person = this.#index.people.find(key);
    if (person === 0) return [];
    const part = partOf(person);
    const loaded = this.#loaded;
    loaded.clear();
    for (const segment of segments) segment.byPerson.loadPeople(part, [numberOf(person)], (number) => personId(number, part), loaded);
    const stays = Array.from({ length: loaded.count }, (_, i) => this.#stay(loaded, i, key));
    return stays.sort((a, b) => a.start - b.start);
  }

  *peopleSince(place: number, sec: number): Generator<string> {
    for (const segment of this.#index.segments) {
      if (segment.about.lastSec < sec) continue;
      for (const person of segment.peopleSince(place, sec)) yield this.#text(person);
    }
  }

  #text(person: number): string {
    return decoder.decode(this.#index.people.textBytes(person));
  }

  #stay(loaded: LoadedStays, i: number, key: string = this.#text(loaded.stays.person.data[i]!)): SealedStay {
    const { stays, rows } = loaded;
    const place = stays.place.data[i]!;
    const own: OpenRow[] = [];
    let [carriage, seat] = [0, 0];
    for (let row = stays.firstRow.data[i]!; row < loaded.endRow(i); row++) {
      if (carriage === 0) carriage = rows.carriage.data[row]!;
      if (seat === 0) seat = rows.seat.data[row]!;
      own.push({
        place,
        time: rows.time.data[row]!,
        checkOut: rows.checkOut.data[row]!,
        run: rows.namedRun.data[row]!,
        carriage: rows.carriage.data[row]!,
        seat: rows.seat.data[row]!,
        file: rows.file.data[row]!,
        line: rows.line.data[row]!,
      });
    }
    return {
      key,
      place,
      run: stays.run.data[i]!,
      start: stays.start.data[i]!,
      certain: stays.certain.data[i]!,
      likely: stays.likely.data[i]!,
      possible: stays.possible.data[i]!,
      method: stays.method.data[i]!,
      flags: stays.flags.data[i]!,
      carriage,
      seat,
      rows: own,
    };
  }
}

const decoder = new TextDecoder();
