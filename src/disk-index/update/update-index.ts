/** Builds an index on disk, or adds check-ins to one: the new files are written beside the old ones, and the manifest, last, makes them the index. */
import { join } from 'node:path';
import type { Steps } from '../../core/steps.js';
import type { Zone } from '../../core/zone.js';
import { Places } from '../../model/place.js';
import type { InputTables } from '../../model/tables.js';
import type { Dwell } from '../../stays/dwell.js';
import { Runs } from '../../stays/segment-runs.js';
import type { VehicleSpans } from '../../stays/vehicle-spans.js';
import type { CheckInSpill } from './check-in-spill.js';
import { DayBuilder } from '../segments/day-builder.js';
import { rangesOfPlaces } from '../segments/room-records.js';
import { PartTables, byDay, inferPart, type UpdateTables } from './infer-part.js';
import { type DayEntry, type IndexManifest, type StaySums } from '../manifest.js';
import type { MemoryBudget } from './memory-budget.js';
import type { OpenIndex } from '../open-index.js';
import { PeopleWriter } from '../people-file.js';
import { writeReference, type Reference } from '../reference-file.js';
import { StaySet } from '../segments/stay-set.js';
import { CAPPED, CONFLICT } from '../../model/stay.js';
import { PARTS, numberOf, partOf } from '../segments/segment-format.js';
import { LoadedStays } from '../segments/loaded-stays.js';
import { SpillFile } from '../files/spill.js';

/** What is gathered for a day before it is written: hundreds of days may be under way. */
const DAY_PIECE_BYTES = 1 << 14;

/** A day of so many stays is looked at for memory range by range, others once. */
const LARGE_DAY = 1_000_000;

/** What an update has gathered before the parts are inferred. */
export interface UpdateInputs {
  readonly inputs: InputTables;
  readonly spill: CheckInSpill;
  readonly spans: VehicleSpans;
  readonly dwell: Dwell;
  readonly runGapSec: number;
  readonly zone: Zone;
  readonly seed: number;
  readonly budget: MemoryBudget;
  /** Whether places, runs or stops are others than those of the index, so that every stay has to be inferred again. */
  readonly isAllConcerned: boolean;
}

export interface Updated {
  readonly days: readonly DayEntry[];
  readonly people: IndexManifest['people'];
  readonly reference: IndexManifest['reference'];
  /** Equal rows left out, by number of the file. */
  readonly duplicates: ReadonlyMap<number, number>;
}

/**
 * Infers the stays of all parts and writes the files of the update into `building`. Yields between small portions of work.
 * @param before - the index as it is, or null for a new one.
 */
export function* writeUpdate(
  building: string,
  gathered: UpdateInputs,
  before: OpenIndex | null,
  reference: Omit<Reference, 'spans' | 'scansOfPlace'> & { readonly scansBefore: ArrayLike<number> },
): Steps<Updated> {
  const { inputs, spill, spans, dwell, zone } = gathered;
  const places = new Places(inputs);
  const runs = new Runs(inputs, places);
  runs.cut(spans, dwell, inputs.ids, reference.purgedRuns);
  const segments = before?.segments ?? [];
  const tables: UpdateTables = {
    inputs,
    places,
    runs,
    dwell,
    zone,
    spill,
    people: before?.people ?? null,
    segments,
    concerned: gathered.isAllConcerned ? everyone(segments) : concernedPeople(before, runs),
  };
  const update = (before?.manifest.update ?? 0) + 1;
  const scansOfPlace = Array.from({ length: inputs.ids.place.size }, (_, place) => (reference.scansBefore[place] ?? 0) + (spill.ofPlace[place] ?? 0));
  const rangeOf = rangesOfPlaces(scansOfPlace, inputs.ids.place.size); // those of before too: their stays may be inferred again
  const peopleFile = `people.${update}.cpx`;
  const days = new Map<number, DayBuilder>();
  const duplicates = new Map<number, number>();
  const removed = segments.map((segment, s) => before!.removedOf(s) ?? new StaySet(segment.parts));
  const removedSums = segments.map(() => ({ stays: 0, checkIns: 0, capped: 0, conflicts: 0, zeroLength: 0 }));
  const staging = new SpillFile(join(building, 'staging'));
  try {
    const people = new PeopleWriter(join(building, peopleFile), gathered.seed);
    let used: PartTables | null = new PartTables();
    for (let part = 0; part < PARTS; part++) {
      const inferred = inferPart(part, tables, used);
      people.addPart(inferred.people, inferred.firstNew);
      for (const [file, count] of inferred.duplicates) duplicates.set(file, (duplicates.get(file) ?? 0) + count);
      for (const { segment, stay } of inferred.old) removed[segment]!.add(part, stay);
      countRemoved(segments, part, inferred.old, removedSums);
      for (const [day, chosen] of byDay(inferred.stays, zone)) {
        let builder = days.get(day);
        if (!builder) {
          const name = dateText(day);
          days.set(day, (builder = new DayBuilder(join(building, `day-${name}.${update}.cpx`), name, zone.dayStart(day), staging, DAY_PIECE_BYTES)));
        }
        builder.addPart(part, inferred.stays, chosen, inferred.checkIns, rangeOf);
      }
      gathered.budget.keep();
      yield { done: part + 1, of: PARTS * 2 };
    }
    used = null;
    spill.remove();
    const peopleWritten = people.finish();
    const entries: DayEntry[] = [];
    const sorted = [...days].sort(([a], [b]) => a - b);
    for (const [i, [day, builder]] of sorted.entries()) {
      const steps = builder.finish(PARTS, rangeOf);
      let step = steps.next();
      for (; !step.done; step = steps.next()) {
        if (builder.stays >= LARGE_DAY) gathered.budget.keep();
        yield { done: PARTS + (PARTS * (i + step.value)) / sorted.length, of: PARTS * 2 };
      }
      gathered.budget.keep();
      const { bytes, sum, about } = step.value;
      const { stays, checkIns, capped, conflicts, zeroLength, baseSec, lastSec } = about;
      entries.push({
        day: about.day,
        file: `day-${dateText(day)}.${update}.cpx`,
        bytes,
        sum,
        baseSec,
        lastSec,
        stays,
        checkIns,
        capped,
        conflicts,
        zeroLength,
      });
    }
    const old = segments.map((segment, s): DayEntry => {
      const entry = before!.manifest.days[s]!;
      const sums = removedSums[s]!;
      if (sums.stays === 0) return entry;
      const file = `removed-day-${segment.about.day}.${s}.${update}.cpx`;
      const written = removed[s]!.write(join(building, file));
      const add = (name: keyof StaySums): number => sums[name] + (entry.removed?.[name] ?? 0);
      return {
        ...entry,
        removed: {
          file,
          ...written,
          stays: add('stays'),
          checkIns: add('checkIns'),
          capped: add('capped'),
          conflicts: add('conflicts'),
          zeroLength: add('zeroLength'),
        },
      };
    });
    const referenceFile = `reference.${update}.cpx`;
    const referenceWritten = writeReference(join(building, referenceFile), inputs, { ...reference, spans, scansOfPlace });
    // A segment of which every stay went elsewhere is of no use.
    const all = [...old.filter((day) => day.stays > (day.removed?.stays ?? 0)), ...entries].sort((a, b) => a.baseSec - b.baseSec);
    return {
      days: all,
      people: [...(before?.manifest.people ?? []), { file: peopleFile, count: people.count, ...peopleWritten }],
      reference: { file: referenceFile, ...referenceWritten },
      duplicates,
    };
  } finally {
    staging.remove();
  }
}

/** Everybody, from the first instant on. */
function everyone(segments: UpdateTables['segments']): Map<number, number>[] {
  return Array.from(
    { length: PARTS },
    (_, part) => new Map(segments.flatMap((segment) => Array.from(segment.byPerson.peopleOf(part), (number): [number, number] => [number, 0]))),
  );
}

/** People with check-ins on vehicles whose runs are others now, by part and number, from the instant on at which they differ. */
function concernedPeople(before: OpenIndex | null, runs: Runs): Map<number, number>[] {
  const concerned = Array.from({ length: PARTS }, () => new Map<number, number>());
  if (before === null) return concerned;
  for (const [vehicle, sec] of before.changedRuns(runs)) {
    for (const segment of before.segments) {
      if (segment.about.lastSec < sec) continue;
      for (const person of segment.peopleSince(vehicle, sec)) {
        const list = concerned[partOf(person)]!;
        list.set(numberOf(person), Math.min(sec, list.get(numberOf(person)) ?? sec));
      }
    }
  }
  return concerned;
}

function countRemoved(
  segments: UpdateTables['segments'],
  part: number,
  old: readonly { segment: number; stay: number }[],
  sums: Record<keyof StaySums, number>[],
): void {
  const loaded = new LoadedStays();
  const bySegment = new Map<number, number[]>();
  for (const { segment, stay } of old) {
    const list = bySegment.get(segment);
    if (list) list.push(stay);
    else bySegment.set(segment, [stay]);
  }
  for (const [segment, stays] of bySegment) {
    loaded.clear();
    stays.sort((a, b) => a - b);
    segments[segment]!.byPerson.load(part, stays, stays, loaded);
    const { flags, start, possible } = loaded.stays;
    const sum = sums[segment]!;
    sum.stays += loaded.count;
    sum.checkIns += loaded.rowCount;
    for (let i = 0; i < loaded.count; i++) {
      if (flags.data[i]! & CAPPED) sum.capped++;
      if (flags.data[i]! & CONFLICT) sum.conflicts++;
      if (start.data[i] === possible.data[i]) sum.zeroLength++;
    }
  }
}

const dateText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
