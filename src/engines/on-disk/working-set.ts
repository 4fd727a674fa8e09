/**
 * The stays of an index on disk that matter for a question, in memory: those of the cases, and those that come near them. Matching then goes on as if
 * these were all: it cannot tell the difference, since whatever it would find is among them.
 */
import { U32Column, countingSort } from '../../core/columns.js';
import { NumberMap } from '../../core/number-map.js';
import type { OpenIndex } from '../../disk-index/open-index.js';
import { LoadedStays } from '../../disk-index/segments/loaded-stays.js';
import { StaySet } from '../../disk-index/segments/stay-set.js';
import { SegmentHits, type RoomQueries } from '../../disk-index/segments/segment.js';
import { PARTS, numberOf, partOf, personId } from '../../disk-index/segments/segment-format.js';
import type { MatchTables } from '../../match/generations.js';
import type { Places } from '../../model/place.js';
import type { Presence, Stays } from '../../model/stay.js';
import { CHECKINS, Table, type InputTables } from '../../model/tables.js';
import { StayIndex } from '../../stay-index/stay-index.js';
import type { PlaceNeighbours } from '../../stay-index/place-neighbours.js';
import { allowForSkew } from '../../stays/infer-stays.js';
import type { Runs } from '../../stays/segment-runs.js';
import { Dwell } from '../../stays/dwell.js';

/** Visits, as far as is needed to find who came near. */
type WhereWhen = Pick<Presence, 'person' | 'place' | 'run' | 'start' | 'possible'> & { readonly count: number };

export class WorkingSet {
  readonly #index: OpenIndex;
  readonly #inputs: InputTables;
  readonly #skewSec: number;
  readonly #loaded = new LoadedStays();
  /** Which stays of each segment are here. */
  readonly #have: readonly StaySet[];
  /** People of the index who have stays here. */
  readonly #people = new NumberMap();
  /** By position in `#people`: id in the inputs. */
  readonly #inputIds = new U32Column();
  readonly #whole = new Set<number>();
  /** Loaded stays whose people have ids in the inputs. */
  #named = 0;

  /** `inputs` holds the shared tables of the index; people who are found get ids there. */
  constructor(index: OpenIndex, inputs: InputTables, skewSec: number) {
    this.#index = index;
    this.#inputs = inputs;
    this.#skewSec = skewSec;
    this.#have = index.segments.map((segment) => new StaySet(segment.parts));
  }

  get stays(): number {
    return this.#loaded.count;
  }

  /** Adds all stays of some people, given by their ids in the inputs. */
  addPeople(inputIds: Iterable<number>): void {
    const wanted: number[] = [];
    for (const id of inputIds) {
      if (this.#whole.has(id)) continue;
      this.#whole.add(id);
      const person = this.#index.people.find(this.#inputs.ids.person.text(id));
      if (person !== 0) wanted.push(person);
    }
    const byPart = groupByPart(Uint32Array.from(wanted));
    for (const [s, segment] of this.#index.segments.entries()) {
      const have = this.#have[s]!;
      for (const [part, people] of byPart) {
        const numbers = Uint32Array.from(people, numberOf).sort();
        segment.byPerson.loadPeople(
          part,
          numbers,
          (number) => personId(number, part),
          this.#loaded,
          (stay) => !have.has(part, stay) && have.add(part, stay),
        );
      }
    }
    this.#name();
  }

  /** Adds all stays of others that visits may meet, `lagSec` after them too. */
  addNear(visits: WhereWhen, neighbours: PlaceNeighbours, lagSec: number): void {
    // A second on each side: stays that only touch count under closed bounds.
    const queries = this.#queries(visits, neighbours, lagSec, 1);
    for (const [s, segment] of this.#index.segments.entries()) {
      const hits = new SegmentHits();
      segment.near(queries, hits);
      const count = hits.query.length;
      const { offsets, rows } = countingSort(count, PARTS, (i) => partOf(hits.person.data[i]!));
      for (let part = 0; part < PARTS; part++) {
        const here = rows.subarray(offsets[part]!, offsets[part + 1]!).sort((a, b) => hits.stay.data[a]! - hits.stay.data[b]!);
        const numbers = Array.from(here, (i) => hits.stay.data[i]!);
        const owners = Array.from(here, (i) => hits.person.data[i]!);
        this.#load(s, part, numbers, owners);
      }
    }
  }

  /**
   * How many stays of others meet visits, or follow them within `lagSec`, by visit: just as many episodes there are, where no shortest overlap is asked
   * for and no stay is left out.
   */
  countNear(visits: WhereWhen, neighbours: PlaceNeighbours, lagSec: number, isClosed: boolean): Float64Array {
    const queries = this.#queries(visits, neighbours, lagSec, isClosed ? 1 : 0);
    const counts = new Float64Array(queries.count);
    for (const segment of this.#index.segments) segment.near(queries, null, counts);
    const byVisit = new Float64Array(visits.count);
    queries.visit.forEach((v, q) => (byVisit[v]! += counts[q]!));
    return byVisit;
  }

  /** The people of the index who are here and are not loaded as a whole, as ids of the inputs. */
  *others(): Generator<number> {
    for (let i = 0; i < this.#people.size; i++) if (!this.#whole.has(this.#inputIds.data[i]!)) yield this.#inputIds.data[i]!;
  }

  /** All that is here as tables to match on. */
  tables(places: Places, runs: Runs): MatchTables {
    // A table of its own: what was found earlier goes on speaking of the rows it was found with.
    const inputs = { ...this.#inputs, checkIns: new Table(CHECKINS) };
    const stays = this.#sorted(inputs);
    if (this.#skewSec > 0) allowForSkew(this.#skewSec, stays.count, stays.start, stays.certain, stays.likely, stays.possible);
    const index = new StayIndex(stays, inputs.ids.place.size);
    return { inputs, places, runs, stays, index, checkInsSince: (place, sec) => this.#checkInsSince(place, sec), dwell: new Dwell(this.#index.manifest.dwell) };
  }

  /** Answers are kept: lists may be made again when the index is closed. */
  #checkInsSince(place: number, sec: number): number {
    const key = `${place}|${sec}`;
    let count = this.#counted.get(key);
    if (count === undefined) this.#counted.set(key, (count = this.#index.segments.reduce((sum, segment) => sum + segment.checkInsSince(place, sec), 0)));
    return count;
  }
  readonly #counted = new Map<string, number>();

  #queries(visits: WhereWhen, neighbours: PlaceNeighbours, lagSec: number, touchSec: number): RoomQueries & { readonly visit: Float64Array } {
    const found = { place: [] as number[], run: [] as number[], start: [] as number[], end: [] as number[], person: [] as number[], visit: [] as number[] };
    const known = new Map<number, number>();
    const personOf = (inputId: number): number => {
      let person = known.get(inputId);
      if (person === undefined) known.set(inputId, (person = this.#index.people.find(this.#inputs.ids.person.text(inputId))));
      return person;
    };
    for (let v = 0; v < visits.count; v++) {
      if (touchSec + lagSec === 0 && visits.start[v] === visits.possible[v]) continue; // meets nobody
      const person = personOf(visits.person[v]!);
      const start = visits.start[v]! - touchSec - this.#skewSec;
      const end = visits.possible[v]! + Math.max(lagSec, touchSec) + this.#skewSec;
      for (const { place } of neighbours.of(visits.place[v]!)) {
        found.place.push(place);
        found.run.push(visits.run[v]!);
        found.start.push(start);
        found.end.push(end);
        found.person.push(person);
        found.visit.push(v);
      }
    }
    // In the order of the rooms, so that neighbouring blocks are read one after another.
    const { place, run } = found;
    const order = Uint32Array.from(place.keys()).sort((a, b) => place[a]! - place[b]! || run[a]! - run[b]! || found.start[a]! - found.start[b]!);
    const column = (name: keyof typeof found): Float64Array => Float64Array.from(order, (query) => found[name][query]!);
    return {
      count: order.length,
      place: column('place'),
      run: column('run'),
      start: column('start'),
      end: column('end'),
      person: column('person'),
      visit: column('visit'),
      skipsEmpty: touchSec === 0,
    };
  }

  #load(segment: number, part: number, stays: readonly number[], owners: readonly number[]): void {
    const have = this.#have[segment]!;
    const numbers: number[] = [];
    const people: number[] = [];
    stays.forEach((stay, i) => {
      if (have.has(part, stay)) return;
      have.add(part, stay);
      numbers.push(stay);
      people.push(owners[i]!);
    });
    if (numbers.length === 0) return;
    this.#index.segments[segment]!.byPerson.load(part, numbers, people, this.#loaded);
    this.#name();
  }

  /** Gives ids in the inputs to people whose stays were loaded since the last call. */
  #name(): void {
    const { person } = this.#loaded.stays;
    for (; this.#named < person.length; this.#named++) {
      if (this.#people.add(person.data[this.#named]!) < this.#inputIds.length) continue;
      const bytes = this.#index.people.textBytes(person.data[this.#named]!);
      this.#inputIds.push(this.#inputs.ids.person.internBytes(bytes, 0, bytes.length));
    }
  }

  /** The loaded stays grouped by person and sorted by start, their check-ins as rows of the table. */
  #sorted({ ids, checkIns }: InputTables): Stays {
    const { stays, rows } = this.#loaded;
    const count = this.#loaded.count;
    const owner = new Uint32Array(count);
    for (let stay = 0; stay < count; stay++) owner[stay] = this.#inputIds.data[this.#people.find(stays.person.data[stay]!)]!;
    const { offsets, rows: order } = countingSort(count, ids.person.size, (stay) => owner[stay]!);
    const start = stays.start.data;
    for (let person = 0; person < ids.person.size; person++) {
      const [lo, hi] = [offsets[person]!, offsets[person + 1]!];
      if (hi - lo > 1)
        order
          .subarray(lo, hi)
          .sort(
            (a, b) =>
              start[a]! - start[b]! || ids.place.compare(stays.place.data[a]!, stays.place.data[b]!) || ids.run.compare(stays.run.data[a]!, stays.run.data[b]!),
          );
    }
    const of = (column: U32Column): Uint32Array => order.map((stay) => column.data[stay]!);
    const carriage = new Uint32Array(count);
    const seat = new Uint32Array(count);
    const firstRow = new Uint32Array(count + 1);
    order.forEach((stay, i) => {
      firstRow[i] = checkIns.rowCount;
      for (let row = stays.firstRow.data[stay]!; row < this.#loaded.endRow(stay); row++) {
        if (carriage[i] === 0) carriage[i] = rows.carriage.data[row]!;
        if (seat[i] === 0) seat[i] = rows.seat.data[row]!;
      }
      this.#loaded.pushRows(stay, owner[stay]!, checkIns);
    });
    firstRow[count] = checkIns.rowCount;
    return {
      count,
      person: order.map((stay) => owner[stay]!),
      place: of(stays.place),
      run: of(stays.run),
      start: of(stays.start),
      certain: of(stays.certain),
      likely: of(stays.likely),
      possible: of(stays.possible),
      method: Uint8Array.from(of(stays.method)),
      flags: Uint8Array.from(of(stays.flags)),
      carriage,
      seat,
      ofPerson: offsets,
      firstRow,
      rows: Uint32Array.from({ length: checkIns.rowCount }, (_, row) => row),
    };
  }
}

/** People by part. */
function groupByPart(people: Uint32Array): [number, Uint32Array][] {
  const { offsets, rows } = countingSort(people.length, PARTS, (i) => partOf(people[i]!));
  const groups: [number, Uint32Array][] = [];
  for (let part = 0; part < PARTS; part++) {
    const here = rows.subarray(offsets[part]!, offsets[part + 1]!);
    if (here.length > 0) groups.push([part, here.map((i) => people[i]!)]);
  }
  return groups;
}
