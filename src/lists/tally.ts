/** What can be said only after all people were looked at: who is a contact, how many there are by grade and place, which cases met. */
import { countingSort } from '../core/columns.js';
import { inTextOrder, ranksIn } from '../core/text-order.js';
import type { Generation } from '../match/generations.js';
import { Pairs, isContact, type PairRange } from '../match/pairs.js';
import type { Visits } from '../match/visits.js';
import { BELOW, type Stays } from '../model/stay.js';
import type { Dictionaries } from '../model/tables.js';

const NOT_MET = 255;

/** Visits of generation 1 grouped by (place, run), in the order of their texts. */
export interface Rooms {
  readonly groups: readonly (readonly number[])[];
  readonly ofVisit: Uint32Array;
}

/** Counts people one by one; needs a few bytes for each person, and nothing for each pair but those of two cases. */
export class Tally {
  /** Contact rows. */
  contacts = 0;
  /** People of generation 1. */
  firstPeople = 0;
  /** People by the rank of their surest grade. */
  readonly people: [certain: number, likely: number, possible: number];
  /** Pairs of generation 1 in which the contact is a case too. */
  readonly linked: Pairs;
  readonly #ids: Dictionaries;
  readonly #stays: Stays;
  /** By person: rank of the surest grade, `BELOW` for people met who are no contacts, `NOT_MET` for the others. */
  readonly #grades: Uint8Array;
  /** By person: position of the generation in which a contact is listed. Nobody is a contact in two. */
  readonly #listedIn: Uint8Array;
  #casePersons: Set<number> | undefined;
  #rooms: Rooms | undefined;
  /** Contacts by room and rank, those at the rank or surer. */
  #peopleOfRoom: Uint32Array = new Uint32Array(0);
  #bestOfRoom = new Uint8Array(0);
  /** Contacts by room who count at no other room. */
  #aloneOfRoom: Uint32Array = new Uint32Array(0);
  #contactOrder: Uint32Array | undefined;

  /** @param counted - a finished tally whose counts this one shares. */
  constructor(ids: Dictionaries, stays: Stays, counted?: Tally) {
    this.#ids = ids;
    this.#stays = stays;
    this.people = counted?.people ?? [0, 0, 0];
    this.linked = counted?.linked ?? new Pairs();
    this.#grades = counted ? counted.#grades : new Uint8Array(ids.person.size).fill(NOT_MET);
    this.#listedIn = counted ? counted.#listedIn : new Uint8Array(ids.person.size);
    if (!counted) return;
    this.contacts = counted.contacts;
    this.#peopleOfRoom = counted.#peopleOfRoom;
  }

  /** The same once all people are counted, for lists whose ids have other texts: what goes by them is put in order anew. */
  under(ids: Dictionaries): Tally {
    return new Tally(ids, this.#stays, this);
  }

  /** Adds all pairs of a person in a generation. */
  add(generation: Generation, person: number, { pairs, positions, lo, hi }: PairRange): void {
    let surest = BELOW;
    const isFirst = generation.generation === 1;
    const isCase = isFirst && this.casePersons(generation).has(person);
    for (let i = lo; i < hi; i++) {
      const position = positions[i]!;
      if (!isContact(pairs, position)) continue;
      this.contacts++;
      surest = Math.min(surest, pairs.grade.data[position]!);
      if (isCase) copyPair(pairs, position, this.linked, this.#stays);
    }
    this.#grades[person] = Math.min(this.#grades[person]!, surest);
    if (surest === BELOW) return;
    this.people[surest as 0 | 1 | 2]++;
    this.#listedIn[person] = generation.generation - 1;
    if (isFirst) this.#addRooms(generation, { pairs, positions, lo, hi });
  }

  /** Rank of the surest grade of a contact. */
  gradeOf(person: number): number {
    return this.#grades[person]!;
  }

  /** Position of the generation in which a contact is listed. */
  listedIn(person: number): number {
    return this.#listedIn[person]!;
  }

  /** The contacts by contact_id. */
  contactOrder(): Uint32Array {
    return (this.#contactOrder ??= this.#inOrder((grade) => grade < BELOW));
  }

  /** Ranks of all people met, or of the contacts alone, by their ids; the others have the rank 0. */
  ranks(ofAllMet: boolean): Uint32Array {
    return ranksIn(ofAllMet ? this.#inOrder((grade) => grade !== NOT_MET) : this.contactOrder(), this.#ids.person.size);
  }

  /** The persons who are cases of generation 1. */
  casePersons(first: Generation): ReadonlySet<number> {
    return (this.#casePersons ??= new Set(first.cases.map(({ person }) => person)));
  }

  /** Places and runs that cases of generation 1 visited. */
  rooms(first: Generation): Rooms {
    return (this.#rooms ??= groupByRoom(first.visits, this.#ids));
  }

  /** Distinct contacts with a counting episode in a room, at a rank or surer. */
  peopleOfRoom(room: number, rank: number): number {
    return this.#peopleOfRoom[room * BELOW + rank] ?? 0;
  }

  /** Distinct contacts who have a counting episode in a room and in no other: those that it alone brings. */
  aloneOfRoom(room: number): number {
    return this.#aloneOfRoom[room] ?? 0;
  }

  #addRooms(first: Generation, { pairs, positions, lo, hi }: PairRange): void {
    const { ofVisit, groups } = this.rooms(first);
    if (this.#bestOfRoom.length < groups.length) {
      this.#peopleOfRoom = new Uint32Array(groups.length * BELOW);
      this.#bestOfRoom = new Uint8Array(groups.length).fill(BELOW);
      this.#aloneOfRoom = new Uint32Array(groups.length);
    }
    const { episodes } = pairs;
    const touched: number[] = [];
    for (let i = lo; i < hi; i++) {
      if (!isContact(pairs, positions[i]!)) continue;
      for (let row = pairs.first.data[positions[i]!]!; row < pairs.first.data[positions[i]! + 1]!; row++) {
        if (episodes.counts.data[row] === 0) continue;
        const room = ofVisit[episodes.visit.data[row]!]!;
        const rank = episodes.own.data[row]!;
        if (this.#bestOfRoom[room] === BELOW) touched.push(room);
        if (rank < this.#bestOfRoom[room]!) this.#bestOfRoom[room] = rank;
      }
    }
    this.firstPeople++;
    if (touched.length === 1) this.#aloneOfRoom[touched[0]!]!++;
    for (const room of touched) {
      for (let rank = this.#bestOfRoom[room]!; rank < BELOW; rank++) this.#peopleOfRoom[room * BELOW + rank]!++;
      this.#bestOfRoom[room] = BELOW;
    }
  }

  #inOrder(isWanted: (grade: number) => boolean): Uint32Array {
    let count = 0;
    for (const grade of this.#grades) if (isWanted(grade)) count++;
    const wanted = new Uint32Array(count);
    count = 0;
    this.#grades.forEach((grade, person) => {
      if (isWanted(grade)) wanted[count++] = person;
    });
    return inTextOrder(wanted, this.#ids.person);
  }
}

/** Appends a graded pair with its episodes. */
function copyPair(from: Pairs, position: number, to: Pairs, stays: Stays): void {
  for (const name of ['case', 'contact', 'grade', 'clauses'] as const) to[name].push(from[name].data[position]!);
  for (let row = from.first.data[position]!; row < from.first.data[position + 1]!; row++) {
    for (const name of ['visit', 'stay', 'distanceM', 'kind', 'own', 'grade', 'counts', 'flags'] as const)
      to.episodes[name].push(from.episodes[name].data[row]!);
  }
  const lo = to.first.data[to.count - 1]!;
  to.first.push(to.episodes.count);
  to.episodes.copyStays(lo, stays);
}

function groupByRoom({ place, run, count }: Visits, ids: Dictionaries): Rooms {
  const numbers = new Map<string, number>();
  const numberOf = new Uint32Array(count);
  for (let v = 0; v < count; v++) {
    const key = `${place[v]}|${run[v]}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    numberOf[v] = number;
  }
  const { offsets, rows } = countingSort(count, numbers.size, (v) => numberOf[v]!);
  const groups = [...numbers.values()]
    .map((number) => [...rows.subarray(offsets[number], offsets[number + 1])])
    .sort(([a], [b]) => ids.place.compare(place[a!]!, place[b!]!) || ids.run.compare(run[a!]!, run[b!]!));
  const ofVisit = new Uint32Array(count);
  groups.forEach((group, room) => group.forEach((v) => (ofVisit[v] = room)));
  return { groups, ofVisit };
}
