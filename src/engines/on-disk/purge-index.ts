/** Retention: deletes the days of an index before a date, and the people who are in none of the days that stay. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Dictionary } from '../../core/dictionary.js';
import { OptionError } from '../../core/errors.js';
import { Zone, dayNumber } from '../../core/zone.js';
import { LoadedStays } from '../../disk-index/segments/loaded-stays.js';
import type { WrittenFile } from '../../disk-index/files/block-format.js';
import { lockFolder, type Lock } from '../../disk-index/files/lock.js';
import { requireManifest, sumsOf, type IndexManifest, type StaySums } from '../../disk-index/manifest.js';
import { OpenIndex } from '../../disk-index/open-index.js';
import { PeopleWriter } from '../../disk-index/people-file.js';
import { writeReference } from '../../disk-index/reference-file.js';
import { PARTS } from '../../disk-index/segments/segment-format.js';
import { buildingFolder, commitUpdate, sweepFolder } from '../../disk-index/index-folder.js';
import { VehicleSpans } from '../../stays/vehicle-spans.js';

/** What a purge deleted, and what is left. */
export interface PurgeReport {
  readonly index: string;
  readonly before: string;
  readonly deleted: { readonly days: readonly string[]; readonly stays: number; readonly checkIns: number; readonly people: number };
  readonly left: StaySums & { readonly days: number; readonly people: number };
}

/**
 * Deletes all days before a date: their stays, the check-ins these rest on, rejected rows, and the texts of people who occur on no later day.
 * A stay belongs to the day on which it begins, even if it reaches into a later one.
 * @param before - `2022-03-01`: the first day that stays.
 * @throws OptionError, InputError, StateError.
 */
export function purgeIndex(folder: string, before: string): PurgeReport {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(before);
  const day = match ? dayNumber(Number(match[1]), Number(match[2]), Number(match[3])) : Number.NaN;
  if (Number.isNaN(day)) throw new OptionError('E_DATE', `before: expected a date such as 2022-03-01, got '${before}'`);
  requireManifest(folder);
  const lock = lockFolder(folder);
  try {
    const index = OpenIndex.open(folder);
    try {
      sweepFolder(folder, index.manifest);
      return purge(index, before, day, lock);
    } finally {
      index.close();
    }
  } finally {
    lock.release();
  }
}

function purge(index: OpenIndex, before: string, day: number, lock: Lock): PurgeReport {
  const { folder, manifest } = index;
  const all = sumsOf(manifest);
  const days = manifest.days.filter((entry) => entry.day >= before);
  const gone = manifest.days.filter((entry) => entry.day < before);
  const update = manifest.update + 1;
  const building = buildingFolder(folder);
  try {
    const people = writePeople(index, join(building, `people.${update}.cpx`), (entry) => entry >= before);
    const { inputs, reference } = index.readReference();
    const fromSec = new Zone(manifest.tz ?? undefined).dayStart(day);
    const spans = new VehicleSpans(manifest.runGapSec);
    const purgedRuns = new Map(reference.purgedRuns);
    for (const vehicle of reference.spans.vehicles()) {
      // A run that reaches into a day that stays is kept with its begin, and the names of later ones stay as they are.
      const own = reference.spans.of(vehicle);
      const kept = own.filter(({ lastSec }) => lastSec >= fromSec);
      if (kept.length > 0) spans.addSpans(vehicle, kept);
      if (kept.length < own.length) purgedRuns.set(vehicle, (purgedRuns.get(vehicle) ?? 0) + own.length - kept.length);
    }
    const file = `reference.${update}.cpx`;
    const written = writeReference(join(building, file), inputs, { ...reference, spans, purgedRuns, rejects: [] });
    const next: IndexManifest = {
      ...manifest,
      update,
      days,
      people: [{ file: `people.${update}.cpx`, count: people.count, bytes: people.bytes, sum: people.sum }],
      reference: { file, ...written },
      purgedBefore: manifest.purgedBefore !== undefined && manifest.purgedBefore > before ? manifest.purgedBefore : before,
    };
    lock.check();
    commitUpdate(folder, building, next);
    const left = sumsOf(next);
    return {
      index: folder,
      before,
      deleted: {
        days: [...new Set(gone.map((entry) => entry.day))],
        stays: all.stays - left.stays,
        checkIns: all.checkIns - left.checkIns,
        people: people.forgotten,
      },
      left: { ...left, days: new Set(days.map((entry) => entry.day)).size, people: people.count - people.blank },
    };
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** Writes the people of an index anew. Numbers stay; the text of whoever is on none of the days kept becomes one that no input can hold. */
function writePeople(
  index: OpenIndex,
  path: string,
  isKept: (day: string) => boolean,
): WrittenFile & { readonly count: number; readonly forgotten: number; readonly blank: number } {
  const writer = new PeopleWriter(path, index.manifest.seed);
  const kept = index.segments.filter((segment) => isKept(segment.about.day));
  const loaded = new LoadedStays();
  let forgotten = 0;
  let blank = 0;
  for (let part = 0; part < PARTS; part++) {
    const people = new Dictionary();
    index.people.addTo(people, part);
    const isPresent = new Uint8Array(people.size);
    for (const segment of kept) {
      loaded.clear();
      segment.byPerson.loadPart(part, loaded);
      for (const person of loaded.stays.person.trimmed()) isPresent[person] = 1;
    }
    const next = new Dictionary();
    for (let number = 1; number < people.size; number++) {
      const text = people.bytes(number);
      const isBlank = text[0] === 0;
      if (isPresent[number] === 1) next.internBytes(text, 0, text.length);
      else {
        blank++;
        if (!isBlank) forgotten++;
        next.intern(`\0${number.toString(36)}`); // NUL bytes are rejected in inputs
      }
    }
    writer.addPart(next, 1);
  }
  return { count: writer.count, ...writer.finish(), forgotten, blank };
}
