/** A day is written and read again: every question gets the answer of a loop over all its stays. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHECKINS, Table } from '../../model/tables.js';
import type { Stays } from '../../model/stay.js';
import { TempFolder } from '../../../test/support/temp-folder.js';
import { DayBuilder } from './day-builder.js';
import { rangesOfPlaces } from './room-records.js';
import { LoadedStays } from './loaded-stays.js';
import { StaySet } from './stay-set.js';
import { EXTRA_WORDS, MOST_LENGTH_SEC, PARTS, RANGES, ROW_WORDS, STAY_WORDS, numberOf, partOf, personId } from './segment-format.js';
import { Segment, SegmentHits } from './segment.js';
import { SpillFile } from '../files/spill.js';

const BASE_SEC = 1_647_043_200;
const DAY_SEC = 86_400;
const PLACE_COUNT = 90;

interface PlainRow {
  readonly time: number;
  readonly extra: readonly [checkOut: number, run: number, carriage: number, seat: number];
  readonly file: number;
  readonly line: number;
}
interface PlainStay {
  readonly part: number;
  readonly number: number;
  readonly place: number;
  readonly run: number;
  readonly start: number;
  readonly certain: number;
  readonly likely: number;
  readonly possible: number;
  readonly method: number;
  readonly flags: number;
  readonly rows: readonly PlainRow[];
}

const columnOf = (stays: readonly PlainStay[], value: (stay: PlainStay) => number): Uint32Array => Uint32Array.from(stays, value);

/** Writes the stays of a day and opens it. Stays must be grouped by part, then number, in time order. */
function segmentOf(folder: TempFolder, stays: readonly PlainStay[], removedOf: (parts: Segment['parts']) => StaySet | null = () => null): Segment {
  const spill = new SpillFile(folder.at('staging'));
  const path = folder.at('day.cpx');
  const builder = new DayBuilder(path, '2022-03-12', BASE_SEC, spill, 1 << 16);
  const scans = new Uint32Array(PLACE_COUNT);
  for (const { place } of stays) scans[place]!++;
  const rangeOf = rangesOfPlaces(scans, PLACE_COUNT);
  for (let part = 0; part < PARTS; part++) {
    const here = stays.filter((stay) => stay.part === part);
    if (here.length === 0) continue;
    const table = new Table(CHECKINS);
    const firstRow = [0];
    for (const { number, place, rows } of here) {
      for (const { time, extra, file, line } of rows) table.push([number, place, time, ...extra], file, line);
      firstRow.push(table.rowCount);
    }
    const columns: Stays = {
      count: here.length,
      person: columnOf(here, (stay) => stay.number),
      place: columnOf(here, (stay) => stay.place),
      run: columnOf(here, (stay) => stay.run),
      start: columnOf(here, (stay) => stay.start),
      certain: columnOf(here, (stay) => stay.certain),
      likely: columnOf(here, (stay) => stay.likely),
      possible: columnOf(here, (stay) => stay.possible),
      method: Uint8Array.from(here, (stay) => stay.method),
      flags: Uint8Array.from(here, (stay) => stay.flags),
      carriage: new Uint32Array(here.length),
      seat: new Uint32Array(here.length),
      ofPerson: new Uint32Array(0),
      firstRow: Uint32Array.from(firstRow),
      rows: Uint32Array.from({ length: table.rowCount }, (_, row) => row),
    };
    builder.addPart(
      part,
      columns,
      Uint32Array.from(here, (_, i) => i),
      table,
      rangeOf,
    );
  }
  const steps = builder.finish(PARTS, rangeOf);
  while (!steps.next().done);
  spill.remove();
  const parts = new Segment(path, null);
  const removed = removedOf(parts.parts);
  parts.close();
  return new Segment(path, removed);
}

/** Texts of the stays as they were loaded. */
function loadedTexts(loaded: LoadedStays): string[] {
  const { stays, rows } = loaded;
  return Array.from({ length: loaded.count }, (_, s) =>
    JSON.stringify([
      ...(['person', 'place', 'run', 'start', 'certain', 'likely', 'possible', 'method', 'flags'] as const).map((name) => stays[name].data[s]),
      Array.from({ length: loaded.endRow(s) - stays.firstRow.data[s]! }, (_i, i) =>
        (['time', 'checkOut', 'namedRun', 'carriage', 'seat', 'file', 'line'] as const).map((name) => rows[name].data[stays.firstRow.data[s]! + i]),
      ),
    ]),
  );
}
const textOf = ({ number, place, run, start, certain, likely, possible, method, flags, rows }: PlainStay): string =>
  JSON.stringify([
    number,
    place,
    run,
    start,
    certain,
    likely,
    possible,
    method,
    flags,
    rows.map(({ time, extra, file, line }) => [time, ...extra, file, line]),
  ]);

const lengthSec = fc.oneof(
  { weight: 10, arbitrary: fc.nat({ max: 7200 }) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: DAY_SEC, max: 20 * DAY_SEC }) },
  { weight: 1, arbitrary: fc.constantFrom(32_767, 32_768, MOST_LENGTH_SEC - 1, MOST_LENGTH_SEC, MOST_LENGTH_SEC + 1, MOST_LENGTH_SEC + 40 * DAY_SEC) },
);
/** Hot rooms, runs of one place, and rooms with one stay. */
const room = fc.oneof(
  { weight: 4, arbitrary: fc.constant<[number, number]>([7, 0]) },
  { weight: 3, arbitrary: fc.tuple(fc.constant(8), fc.nat({ max: 4 })) },
  { weight: 2, arbitrary: fc.tuple(fc.integer({ min: 1, max: PLACE_COUNT - 1 }), fc.constantFrom(0, 0, 3)) },
);
const rare = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 ** 32 - 1 }) });

const plainStay: fc.Arbitrary<PlainStay> = fc
  .record({
    part: fc.constantFrom(0, 1, 77, 255),
    number: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2 ** 24 - 1 })),
    room,
    offset: fc.oneof(fc.nat({ max: DAY_SEC - 1 }), fc.constantFrom(0, DAY_SEC + 3599, 43_200)),
    lengthSec,
    share: fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 })),
    method: fc.nat({ max: 3 }),
    flags: fc.nat({ max: 3 }),
    joins: fc.array(fc.nat({ max: 1000 }), { maxLength: 3 }),
    extra: fc.tuple(rare, rare, rare, rare),
    file: fc.nat({ max: 3 }),
    line: fc.integer({ min: 2, max: 2 ** 32 - 1 }),
  })
  .map(({ room: [place, run], offset, lengthSec: length, share: [a, b], joins, extra, file, line, ...stay }) => {
    const start = BASE_SEC + offset;
    const times = [start, ...joins.map((share) => start + Math.floor((length * share) / 1000))].sort((x, y) => x - y);
    return {
      ...stay,
      place,
      run,
      start,
      certain: start + Math.floor((length * Math.min(a, b)) / 8),
      likely: start + Math.floor((length * Math.max(a, b)) / 8),
      possible: start + length,
      rows: times.map((time, i) => ({ time, extra: i % 2 === 0 ? extra : ([0, 0, 0, 0] as const), file, line: line - i > 1 ? line - i : line })),
    };
  });

const grouped = (stays: readonly PlainStay[]): PlainStay[] => stays.toSorted((a, b) => a.part - b.part || a.number - b.number || a.start - b.start);
/** First word of each stay within its part. */
function wordsOf(stays: readonly PlainStay[]): number[] {
  const next = new Map<number, number>();
  return stays.map(({ part, rows }) => {
    const word = next.get(part) ?? 0;
    const extras = rows.filter(({ extra }) => extra.some((value) => value !== 0)).length;
    next.set(part, word + STAY_WORDS + rows.length * ROW_WORDS + extras * EXTRA_WORDS);
    return word;
  });
}

interface Query {
  readonly place: number;
  readonly run: number;
  readonly start: number;
  readonly end: number;
  readonly person: number;
}
const queries: fc.Arbitrary<Query[]> = fc
  .array(
    fc
      .tuple(
        room,
        fc.integer({ min: -DAY_SEC, max: 130 * DAY_SEC }),
        fc.oneof(fc.nat({ max: DAY_SEC }), fc.nat({ max: 30 })),
        fc.boolean(),
        fc.tuple(fc.constantFrom(0, 77), fc.integer({ min: 1, max: 12 })),
      )
      .map(([[place, run], offset, length, isNear, [part, number]]) => {
        const start = BASE_SEC + (isNear ? ((offset % DAY_SEC) + DAY_SEC) % DAY_SEC : offset);
        return { place, run, start, end: start + length, person: personId(number, part) };
      }),
    { maxLength: 12 },
  )
  .map((list) => list.sort((a, b) => a.place - b.place || a.run - b.run || a.start - b.start));

function expectAnswers(stays: readonly PlainStay[], asked: readonly Query[], isGone: (i: number) => boolean): void {
  const folder = new TempFolder();
  const numbers = wordsOf(stays);
  const hasGone = stays.some((_, i) => isGone(i));
  const segment = segmentOf(folder, stays, (parts) => {
    if (!hasGone) return null;
    const removed = new StaySet(parts);
    stays.forEach(({ part }, i) => void (isGone(i) && removed.add(part, numbers[i]!)));
    return removed;
  });
  const kept = stays.map((stay, i) => ({ stay, i, person: personId(stay.number, stay.part) })).filter(({ i }) => !isGone(i));
  const { about } = segment;
  expect(about).toMatchObject({
    stays: stays.length,
    checkIns: stays.reduce((sum, { rows }) => sum + rows.length, 0),
    lastSec: Math.max(0, ...stays.map(({ possible }) => possible)),
    longestSec: Math.max(0, ...stays.map(({ start, possible }) => possible - start)),
    zeroLength: stays.filter(({ start, possible }) => start === possible).length,
  });

  // Who was near.
  const hits = new SegmentHits();
  const column = (name: keyof Query): number[] => asked.map((query) => query[name]);
  const roomQueries = {
    count: asked.length,
    place: column('place'),
    run: column('run'),
    start: column('start'),
    end: column('end'),
    person: column('person'),
    skipsEmpty: false,
  };
  const found = segment.near(roomQueries, hits);
  const expected = asked.flatMap(({ place, run, start, end, person: self }, q) =>
    kept
      .filter(({ stay, person }) => stay.place === place && stay.run === run && stay.start < end && stay.possible > start && person !== self)
      .map(({ i, person }) => `${q} ${person} ${numbers[i]}`),
  );
  expect(Array.from({ length: found }, (_, h) => `${hits.query.data[h]} ${hits.person.data[h]} ${hits.stay.data[h]}`).sort()).toEqual(expected.sort());
  expect([hits.query.length, segment.near(roomQueries, null)]).toEqual([found, found]);

  // All about the stays of some people.
  for (const part of new Set(stays.map((stay) => stay.part))) {
    const own = kept.filter(({ stay }) => stay.part === part);
    const loaded = new LoadedStays();
    segment.byPerson.loadPart(part, loaded);
    expect(loadedTexts(loaded)).toEqual(own.map(({ stay }) => textOf(stay)));
    const all = [...new Set(stays.filter((stay) => stay.part === part).map(({ number }) => number))];
    expect([...segment.byPerson.peopleOf(part)]).toEqual(all);
    const wanted = [...new Set([...all.filter((_, i) => i % 2 === 0), 5, 2 ** 24 - 1])].sort((a, b) => a - b);
    const pairs: string[] = [];
    const some = new LoadedStays();
    segment.byPerson.loadPeople(
      part,
      wanted,
      (number) => number,
      some,
      (stay) => pairs.push(String(stay)) > 0,
    );
    expect(loadedTexts(some)).toEqual(own.filter(({ stay }) => wanted.includes(stay.number)).map(({ stay }) => textOf(stay)));
    expect(pairs).toEqual(own.filter(({ stay }) => wanted.includes(stay.number)).map(({ i }) => String(numbers[i])));
    const picked = own.filter((_, i) => i % 3 !== 1);
    const byWord = new LoadedStays();
    segment.byPerson.load(
      part,
      picked.map(({ i }) => numbers[i]!),
      picked.map(({ stay }) => stay.number),
      byWord,
    );
    expect(loadedTexts(byWord)).toEqual(picked.map(({ stay }) => textOf(stay)));
  }

  // Who came later.
  for (const { place, start } of asked) {
    const here = kept.filter(({ stay }) => stay.place === place);
    for (const sec of [start, BASE_SEC, BASE_SEC - 1, BASE_SEC + 43_200]) {
      expect(segment.checkInsSince(place, sec)).toBe(here.reduce((sum, { stay }) => sum + stay.rows.filter(({ time }) => time >= sec).length, 0));
      const since = segment.peopleSince(place, sec);
      expect(here.filter(({ stay, person }) => stay.rows.some(({ time }) => time >= sec) && !since.has(person))).toEqual([]);
      for (const person of since) expect(here.some(({ stay }) => stay.number === numberOf(person) && stay.part === partOf(person))).toBe(true);
    }
  }
  for (const block of segment.verify()) expect(block).toBeGreaterThan(0);
  segment.close();
}

describe('the segment of a day', () => {
  test('answers as a loop over all its stays does: rooms with runs, long stays and stays beyond 97 days, removed ones', () => {
    fc.assert(
      fc.property(fc.array(plainStay, { maxLength: 150 }), queries, fc.constantFrom(0, 0, 2, 3), (stays, asked, each) =>
        expectAnswers(grouped(stays), asked, (i) => each > 0 && i % each === 0),
      ),
      { numRuns: 150 },
    );
  });

  test('answers for rooms with thousands of stays, which are searched on the disk', () => {
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 3000 }), fc.infiniteStream(plainStay), queries, fc.boolean(), (count, stream, asked, hasGone) => {
        const seeds = [...stream.take(200)];
        const stays = Array.from({ length: count }, (_, i): PlainStay => {
          const like = seeds[i % 200]!;
          const shift = BASE_SEC + ((i * 7919) % DAY_SEC) - like.start;
          const moved = (sec: number): number => sec + shift;
          const ends = { start: moved(like.start), certain: moved(like.certain), likely: moved(like.likely), possible: moved(like.possible) };
          return {
            ...like,
            ...ends,
            number: 1 + (i % 300),
            place: i % 5 === 0 ? 8 : 7,
            run: i % 5 === 0 ? i % 3 : 0,
            rows: like.rows.map((row) => ({ ...row, time: moved(row.time) })),
          };
        });
        const hot = asked
          .map((query, i) => ({ ...query, place: i % 3 === 0 ? 8 : 7, run: i % 3 === 0 ? query.run : 0 }))
          .sort((a, b) => a.place - b.place || a.run - b.run || a.start - b.start);
        expectAnswers(grouped(stays), hot, (i) => hasGone && i % 7 === 0);
      }),
      { numRuns: 15 },
    );
  });

  test('of nobody is empty', () => expectAnswers([], [{ place: 1, run: 0, start: BASE_SEC, end: BASE_SEC + 1, person: 0 }], () => false));
});

test('ranges hold neighbouring places and about as many check-ins each', () => {
  const scans = Array.from({ length: 10_000 }, (_, place) => (place * 7919) % 100);
  const rangeOf = rangesOfPlaces(scans, scans.length);
  const sums = new Float64Array(RANGES);
  rangeOf.forEach((range, place) => (sums[range]! += scans[place]!));
  expect([...rangeOf]).toEqual([...rangeOf].sort((a, b) => a - b));
  expect(Math.max(...sums) / Math.min(...sums)).toBeLessThan(1.1);
  expect([...rangesOfPlaces([], 3)]).toEqual([0, 0, 0]);
});
