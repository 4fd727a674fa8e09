/** An index of any size without check-ins to infer it from: seeded stays of a city, day by day, written by the builder of the days. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Dictionary } from '../../dist/core/dictionary.js';
import { Zone } from '../../dist/core/zone.js';
import { DayBuilder } from '../../dist/disk-index/segments/day-builder.js';
import { rangesOfPlaces } from '../../dist/disk-index/segments/room-records.js';
import { OpenIndex } from '../../dist/disk-index/open-index.js';
import { FORMAT_VERSION } from '../../dist/disk-index/files/block-format.js';
import { writeManifest } from '../../dist/disk-index/manifest.js';
import { PeopleWriter, hashText } from '../../dist/disk-index/people-file.js';
import { writeReference } from '../../dist/disk-index/reference-file.js';
import { PARTS } from '../../dist/disk-index/segments/segment-format.js';
import { SpillFile } from '../../dist/disk-index/files/spill.js';
import { CHECKINS, Table, newInputTables } from '../../dist/model/tables.js';
import { Dwell } from '../../dist/stays/dwell.js';
import { VehicleSpans } from '../../dist/stays/vehicle-spans.js';
import { random } from '../data.mjs';

const SEED = 12_345;
const FIRST_DAY = Date.UTC(2022, 2, 1) / 1000;
const STAYS_PER_PERSON = 10;
const STAYS_PER_PLACE = 1250;
const HEAD = 2.25e-4;

/** How many people and places a world has. */
export function sizeOf({ stays }) {
  return { people: Math.max(300, Math.round(stays / STAYS_PER_PERSON)), places: Math.max(20, Math.round(stays / STAYS_PER_PLACE)) };
}

/** Stays of one day as columns: person, place, start, end. The same seed and size give the same. */
export function staysOfDay(world, day) {
  const { people, places } = sizeOf(world);
  const next = random(world.seed * 1000 + day);
  const count = Math.floor(world.stays / world.days);
  const [person, place, start, end] = Array.from({ length: 4 }, () => new Uint32Array(count));
  for (let i = 0; i < count; i++) {
    const rank = Math.min(places - 1, Math.floor(places * HEAD * ((1 + 1 / HEAD) ** next() - 1)));
    const usual = 480 * 20 ** ((rank * 0.618_033_988_749_895) % 1);
    person[i] = Math.floor(next() * people);
    place[i] = 1 + ((rank * 7919) % places);
    start[i] = FIRST_DAY + day * 86_400 + 21_600 + Math.floor(next() * 57_600);
    end[i] = start[i] + Math.floor(usual * (0.5 + next()));
  }
  return { count, person, place, start, end };
}

export const personText = (person) => `P${String(person).padStart(9, '0')}`;

/** Writes the index. */
export function makeIndex(folder, world, onDay) {
  const { people, places } = sizeOf(world);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { people: peopleWritten, ...numbers } = writePeople(join(folder, 'people.1.cpx'), people);
  const zone = new Zone('UTC');
  const rangeOf = rangesOfPlaces(new Uint32Array(places + 1).fill(1), places + 1);
  const days = [];
  for (let day = 0; day < world.days; day++) {
    const name = new Date((FIRST_DAY + day * 86_400) * 1000).toISOString().slice(0, 10);
    const staging = new SpillFile(join(folder, `staging-${day}`));
    const file = `day-${name}.1.cpx`;
    const builder = new DayBuilder(join(folder, file), name, zone.dayStart(FIRST_DAY / 86_400 + day), staging, 1 << 18);
    const all = staysOfDay(world, day);
    for (const [part, stays, table, chosen] of byPart(all, numbers)) builder.addPart(part, stays, chosen, table, rangeOf);
    const steps = builder.finish(PARTS, rangeOf);
    let step = steps.next();
    while (!step.done) step = steps.next();
    staging.remove();
    const { bytes, sum, about } = step.value;
    days.push({
      day: name,
      file,
      bytes,
      sum,
      baseSec: about.baseSec,
      lastSec: about.lastSec,
      stays: about.stays,
      checkIns: about.checkIns,
      capped: 0,
      conflicts: 0,
      zeroLength: 0,
    });
    onDay(day + 1);
  }
  const inputs = newInputTables();
  for (let place = 1; place <= places; place++) inputs.ids.place.intern(`V${place}`);
  const referenceWritten = writeReference(join(folder, 'reference.1.cpx'), inputs, {
    spans: new VehicleSpans(2700),
    purgedRuns: new Map(),
    rejects: [],
    scansOfPlace: [],
  });
  const manifest = {
    tool: 'copresence',
    kind: 'index',
    version: 'bench',
    format: FORMAT_VERSION,
    update: 1,
    seed: SEED,
    tz: 'UTC',
    runGapSec: 2700,
    dwell: new Dwell().toJSON(),
    days,
    people: [{ file: 'people.1.cpx', count: people, ...peopleWritten }],
    reference: { file: 'reference.1.cpx', ...referenceWritten },
    unknownCategories: [],
    fileNames: ['made'],
    inputs: [],
    ledger: [],
  };
  writeManifest(folder, join(folder, 'index.json.tmp-1'), manifest);
}

/** Bytes of the segments without what lies by person and the numbers of stays: what the join reads. */
export function joinBytesOf(folder) {
  const index = OpenIndex.open(folder);
  const bytes = index.segments.map(
    ({ about, parts }, i) => index.manifest.days[i].bytes - parts.reduce((sum, { people, words }) => sum + people * 8 + words * 4, 0) - about.stays * 4,
  );
  index.close();
  return bytes.reduce((a, b) => a + b, 0);
}

/** The persons who are cases: spread over all. */
export function casesOf(world, count) {
  const { people } = sizeOf(world);
  return Array.from({ length: count }, (_, i) => Math.floor((i * people) / world.cases));
}

/** How many stays of others overlap the stays of the first cases, by a pass over all stays. */
export function pairsByScan(world, count) {
  const { places } = sizeOf(world);
  const isCase = new Set(casesOf(world, count));
  let pairs = 0;
  for (let day = 0; day < world.days; day++) {
    const { count: rows, person, place, start, end } = staysOfDay(world, day);
    const visits = Array.from({ length: places + 1 }, () => []);
    for (let i = 0; i < rows; i++) if (isCase.has(person[i])) visits[place[i]].push(i);
    for (let i = 0; i < rows; i++) for (const v of visits[place[i]]) if (start[i] < end[v] && end[i] > start[v] && person[i] !== person[v]) pairs++;
  }
  return pairs;
}

/** Writes the texts of all people; gives part and number of each. */
function writePeople(path, people) {
  const writer = new PeopleWriter(path, SEED);
  const part = new Uint8Array(people);
  const number = new Uint32Array(people);
  const encoder = new TextEncoder();
  const members = new Uint32Array(PARTS);
  for (let person = 0; person < people; person++) {
    part[person] = hashText(encoder.encode(personText(person)), SEED) & 255;
    number[person] = ++members[part[person]];
  }
  const order = new Uint32Array(people);
  const offsets = new Uint32Array(PARTS + 1);
  for (let p = 0; p < PARTS; p++) offsets[p + 1] = offsets[p] + members[p];
  for (let person = 0; person < people; person++) order[offsets[part[person]] + number[person] - 1] = person;
  for (let p = 0; p < PARTS; p++) {
    const dictionary = new Dictionary();
    for (let i = offsets[p]; i < offsets[p + 1]; i++) dictionary.intern(personText(order[i]));
    writer.addPart(dictionary, 1);
  }
  return { part, number, people: writer.finish() };
}

/** The stays of a day by part, as inference gives them, each resting on one check-in. */
function* byPart({ count, person, place, start, end }, { part, number }) {
  const ends = new Uint32Array(PARTS + 1);
  for (let i = 0; i < count; i++) ends[part[person[i]] + 1]++;
  for (let p = 0; p < PARTS; p++) ends[p + 1] += ends[p];
  const next = ends.slice(0, PARTS);
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[next[part[person[i]]]++] = i;
  for (let p = 0; p < PARTS; p++) {
    const keys = Float64Array.from(order.subarray(ends[p], ends[p + 1]), (i) => number[person[i]] * 2 ** 28 + i).sort();
    const own = Uint32Array.from(keys, (key) => key % 2 ** 28);
    const of = (column) => own.map((i) => column[i]);
    const table = new Table(CHECKINS);
    const starts = of(start);
    const ends2 = of(end);
    for (let i = 0; i < own.length; i++) table.push([number[person[own[i]]], place[own[i]], starts[i], 0, 0, 0, 0], 0, own[i]);
    const zeros = new Uint32Array(own.length);
    const rows = Uint32Array.from(own.keys());
    const stays = {
      count: own.length,
      person: Uint32Array.from(own, (i) => number[person[i]]),
      place: of(place),
      run: zeros,
      start: starts,
      certain: starts,
      likely: ends2,
      possible: ends2,
      method: new Uint8Array(own.length),
      flags: new Uint8Array(own.length),
      carriage: zeros,
      seat: zeros,
      firstRow: Uint32Array.from({ length: own.length + 1 }, (_, i) => i),
      rows,
      ofPerson: new Uint32Array(1),
    };
    yield [p, stays, table, rows];
  }
}
