/** What check-ins look like before anyone is matched: how many of what, from when to when, and what looks damaged. */
import type { Zone } from '../core/zone.js';
import { DAY_SEC } from '../core/zone.js';
import { CONFLICT, type Stays } from '../model/stay.js';
import type { InputTables } from '../model/tables.js';

export interface CheckInProfile {
  readonly check_ins: number;
  readonly people: number;
  readonly places: number;
  readonly runs: number;
  /** ISO 8601; empty without check-ins. */
  readonly first: string;
  readonly last: string;
  readonly without_check_out: number;
  /** Check-outs more than 24 h after the check-in. */
  readonly longer_than_24h: number;
  readonly of_no_length: number;
  readonly median_stay_s: number | null;
  /** People with stays at two unrelated places at once. */
  readonly people_in_two_places: number;
  /** 18-digit ids that end in 000, as spreadsheets round them, among all 18-digit ids. */
  readonly ids_of_18_digits: number;
  readonly ids_of_18_digits_ending_000: number;
  /** Ids that would become equal to another if full-width forms, letter case and inner spaces did not count. Nothing is merged. */
  readonly ids_alike: number;
  readonly busiest_places: readonly { readonly place_id: string; readonly check_ins: number; readonly people: number }[];
  /** Check-ins of the people with most, without their ids: a shared placeholder stands out. */
  readonly most_check_ins_of_one_person: readonly number[];
}

const TOP = 10;

export function profileCheckIns(inputs: InputTables, stays: Stays, zone: Zone): CheckInProfile {
  const { ids, checkIns } = inputs;
  const person = checkIns.column('person_id');
  const place = checkIns.column('place_id');
  const time = checkIns.column('time');
  const checkOut = checkIns.column('check_out');
  const run = checkIns.column('run_id');
  const scansOfPerson = new Uint32Array(ids.person.size);
  const scansOfPlace = new Uint32Array(ids.place.size);
  const runs = new Set<number>();
  const lengths: number[] = [];
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  let without = 0;
  let over = 0;
  let empty = 0;
  for (let row = 0; row < checkIns.rowCount; row++) {
    scansOfPerson[person[row]!]!++;
    scansOfPlace[place[row]!]!++;
    if (run[row] !== 0) runs.add(run[row]!);
    first = Math.min(first, time[row]!);
    last = Math.max(last, time[row]!);
    const length = checkOut[row]! - time[row]!;
    if (checkOut[row] === 0) without++;
    else {
      lengths.push(length);
      if (length > DAY_SEC) over++;
      if (length === 0) empty++;
    }
  }
  const busiest = topOf(scansOfPlace);
  const peopleAt = new Map(busiest.map((id) => [id, new Set<number>()]));
  const inTwoPlaces = new Set<number>();
  for (let s = 0; s < stays.count; s++) {
    peopleAt.get(stays.place[s]!)?.add(stays.person[s]!);
    if (stays.flags[s]! & CONFLICT) inTwoPlaces.add(stays.person[s]!);
  }
  const median = Float64Array.from(lengths).sort()[lengths.length >> 1];
  return {
    check_ins: checkIns.rowCount,
    people: scansOfPerson.reduce((sum, scans) => sum + (scans > 0 ? 1 : 0), 0),
    places: scansOfPlace.reduce((sum, scans) => sum + (scans > 0 ? 1 : 0), 0),
    runs: runs.size,
    first: checkIns.rowCount > 0 ? zone.text(first) : '',
    last: checkIns.rowCount > 0 ? zone.text(last) : '',
    without_check_out: without,
    longer_than_24h: over,
    of_no_length: empty,
    median_stay_s: median ?? null,
    people_in_two_places: inTwoPlaces.size,
    ...idCounts(inputs, scansOfPerson),
    busiest_places: busiest.map((id) => ({ place_id: ids.place.text(id), check_ins: scansOfPlace[id]!, people: peopleAt.get(id)!.size })),
    most_check_ins_of_one_person: topOf(scansOfPerson)
      .slice(0, 3)
      .map((id) => scansOfPerson[id]!),
  };
}

/** Positions of the largest counts above 0, largest first. */
function topOf(counts: Uint32Array): number[] {
  const top: number[] = [];
  for (let id = 0; id < counts.length; id++) {
    if (counts[id] === 0 || (top.length === TOP && counts[top[TOP - 1]!]! >= counts[id]!)) continue;
    let at = top.length;
    while (at > 0 && counts[top[at - 1]!]! < counts[id]!) at--;
    top.splice(at, 0, id);
    if (top.length > TOP) top.pop();
  }
  return top;
}

function idCounts({ ids }: InputTables, scansOfPerson: Uint32Array): Pick<CheckInProfile, 'ids_of_18_digits' | 'ids_of_18_digits_ending_000' | 'ids_alike'> {
  let long = 0;
  let rounded = 0;
  const folded = new Set<string>();
  let people = 0;
  for (let id = 1; id < ids.person.size; id++) {
    if (scansOfPerson[id] === 0) continue;
    const text = ids.person.text(id);
    people++;
    if (/^\d{18}$/.test(text)) {
      long++;
      if (text.endsWith('000')) rounded++;
    }
    folded.add(
      text
        .normalize('NFKC')
        .toLowerCase()
        .replaceAll(/[\s\p{Cf}'-]/gu, ''),
    );
  }
  return { ids_of_18_digits: long, ids_of_18_digits_ending_000: rounded, ids_alike: people - folded.size };
}
