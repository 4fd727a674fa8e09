/** One part of an index: its new check-ins, and those that must be looked at again → stays, day by day. */
import { Dictionary } from '../../core/dictionary.js';
import { RowSet } from '../../core/row-set.js';
import { runSync } from '../../core/steps.js';
import type { Zone } from '../../core/zone.js';
import type { Places } from '../../model/place.js';
import type { Stays } from '../../model/stay.js';
import { CHECKINS, Table, type CheckInColumn, type InputTables } from '../../model/tables.js';
import type { Dwell } from '../../stays/dwell.js';
import { inferStays } from '../../stays/infer-stays.js';
import type { Runs } from '../../stays/segment-runs.js';
import type { CheckInSpill } from './check-in-spill.js';
import { LoadedStays } from '../segments/loaded-stays.js';
import type { People } from '../people-file.js';
import type { Segment } from '../segments/segment.js';
import { loadChanged, type OldStay } from '../segments/touched.js';

/** What an update works on, the same for all parts. */
export interface UpdateTables {
  readonly inputs: InputTables;
  readonly places: Places;
  readonly runs: Runs;
  readonly dwell: Dwell;
  readonly zone: Zone;
  readonly spill: CheckInSpill;
  /** The index as it was: its people and its segments in the order of their days. */
  readonly people: People | null;
  readonly segments: readonly Segment[];
  /** People, by number, of each part whom a change of runs concerns, from an instant on. */
  readonly concerned: readonly ReadonlyMap<number, number>[];
}

export interface InferredPart {
  readonly people: Dictionary;
  /** Number of the first person that the index did not have. */
  readonly firstNew: number;
  readonly checkIns: Table<CheckInColumn>;
  readonly stays: Stays;
  /** Stays of the index that are among these now. */
  readonly old: readonly OldStay[];
  /** Equal rows left out, by number of the file. */
  readonly duplicates: ReadonlyMap<number, number>;
}

/** Tables that are used again from part to part: fresh memory is costly, and old memory is given back late. */
export class PartTables {
  readonly people: Dictionary = new Dictionary();
  readonly fresh: Table<CheckInColumn> = new Table(CHECKINS);
  readonly checkIns: Table<CheckInColumn> = new Table(CHECKINS);

  clear(): void {
    this.people.clear();
    this.fresh.clear();
    this.checkIns.clear();
  }
}

/** Infers the stays of one part. What it returns is good until the tables are used again. */
export function inferPart(part: number, tables: UpdateTables, used: PartTables): InferredPart {
  const { inputs, spill } = tables;
  used.clear();
  const { people, fresh, checkIns } = used;
  tables.people?.addTo(people, part);
  const firstNew = people.size;
  spill.load(part, people, fresh);

  const seen = new RowSet(checkIns.columns);
  const duplicates = new Map<number, number>();
  let old: OldStay[] = [];
  if (tables.segments.length > 0) {
    const since = new Map(tables.concerned[part]);
    const person = fresh.column('person_id');
    const time = fresh.column('time');
    for (let row = 0; row < fresh.rowCount; row++) {
      const begin = since.get(person[row]!);
      if (begin === undefined || time[row]! < begin) since.set(person[row]!, time[row]!);
    }
    const loaded = new LoadedStays();
    old = loadChanged(tables.segments, part, since, loaded);
    for (const each of old) loaded.pushRows(each.loaded, loaded.stays.person.data[each.loaded]!, checkIns);
    for (let row = 0; row < checkIns.rowCount; row++) seen.add(row);
  }
  const values = new Float64Array(fresh.columns.length);
  for (let row = 0; row < fresh.rowCount; row++) {
    for (let i = 0; i < values.length; i++) values[i] = fresh.columns[i]!.data[row]!;
    checkIns.push(values, fresh.file.data[row]!, fresh.line.data[row]!);
    if (seen.add(checkIns.rowCount - 1)) continue;
    checkIns.pop();
    duplicates.set(fresh.file.data[row]!, (duplicates.get(fresh.file.data[row]!) ?? 0) + 1);
  }
  const { stays } = runSync(inferStays({ ...inputs, ids: { ...inputs.ids, person: people }, checkIns }, tables.places, tables.runs, tables.dwell));
  return { people, firstNew, checkIns, stays, old, duplicates };
}

/** The local days, in days since 1970-01-01, on which stays begin, and those that begin on each, in their order. */
export function byDay(stays: Pick<Stays, 'start' | 'count'>, zone: Zone): Map<number, Uint32Array> {
  const counts = new Map<number, number>();
  const days = new Int32Array(stays.count);
  let day = 0;
  let lo = 1;
  let hi = 0;
  for (let stay = 0; stay < stays.count; stay++) {
    const sec = stays.start[stay]!;
    if (sec < lo || sec >= hi) {
      day = dayOf(sec, zone);
      lo = zone.dayStart(day);
      hi = zone.dayStart(day + 1);
    }
    days[stay] = day;
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  const lists = new Map([...counts].map(([each, count]) => [each, { list: new Uint32Array(count), size: 0 }]));
  for (let stay = 0; stay < stays.count; stay++) {
    const entry = lists.get(days[stay]!)!;
    entry.list[entry.size++] = stay;
  }
  return new Map([...lists].sort(([a], [b]) => a - b).map(([each, { list }]) => [each, list]));
}

/** The local day of an instant: it begins at the first instant whose local date is that day or later. */
function dayOf(sec: number, zone: Zone): number {
  let day = zone.dayAt(sec);
  while (sec < zone.dayStart(day)) day--;
  while (sec >= zone.dayStart(day + 1)) day++;
  return day;
}
