/** When people came to places: stays by place and start. */
import { countingSort } from '../../core/columns.js';
import type { Stays } from '../../model/stay.js';

/** Arrivals sorted by place, then start: place p has `offsets[p]..offsets[p + 1]`. */
export class Arrivals {
  readonly count: number;
  readonly offsets: Uint32Array;
  readonly person: Uint32Array;
  readonly place: Uint32Array;
  readonly run: Uint32Array;
  readonly sec: Uint32Array;
  /** Positions by person: person p has `positions[offsetsOfPerson[p]..offsetsOfPerson[p + 1])`, ascending. */
  readonly positions: Uint32Array;
  readonly offsetsOfPerson: Uint32Array;

  constructor(stays: Pick<Stays, 'count' | 'person' | 'place' | 'run' | 'start'>, placeCount: number, personCount: number) {
    const { count, start } = stays;
    const { offsets, rows } = countingSort(count, placeCount, (stay) => stays.place[stay]!);
    for (let place = 0; place < placeCount; place++) {
      const here = rows.subarray(offsets[place]!, offsets[place + 1]!);
      if (here.length > 1) here.sort((a, b) => start[a]! - start[b]!);
    }
    const of = (column: Uint32Array): Uint32Array => rows.map((stay) => column[stay]!);
    this.count = count;
    this.offsets = offsets;
    this.person = of(stays.person);
    this.place = of(stays.place);
    this.run = of(stays.run);
    this.sec = of(start);
    const byPerson = countingSort(count, personCount, (i) => this.person[i]!);
    this.positions = byPerson.rows;
    this.offsetsOfPerson = byPerson.offsets;
  }

  /** Positions of a person's arrivals. */
  ofPerson(person: number): Uint32Array {
    return this.positions.subarray(this.offsetsOfPerson[person]!, this.offsetsOfPerson[person + 1]!);
  }
}
