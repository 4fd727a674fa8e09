import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EIGHT, FOUR_STOPS, pingsFrom, runTexts, timetableWith, type PlannedPing, type PlannedRun } from '../../../testing/observed-bus.js';
import { observeRuns } from './observe-runs.js';
import type { ObserveOptions, Observed } from './observed.js';

async function observe(runs: readonly PlannedRun[], pings: readonly PlannedPing[], options: ObserveOptions = {}): Promise<Observed & { texts: string[] }> {
  const world = timetableWith(runs);
  const observed = observeRuns(await pingsFrom(pings, world.ids), world.timetable, world.ids, options);
  return { ...observed, texts: runTexts(observed, world) };
}

const RUN: PlannedRun = { runId: 'T@20220301', at: 0, calls: FOUR_STOPS };
/** 60 s late at first, then 80 s and 90 s. */
const LATE: readonly PlannedPing[] = [
  { at: 110, metres: 500 },
  { at: 230, metres: 1500 },
  { at: 340, metres: 2500 },
];
const named = (trip: string, pings: readonly PlannedPing[]): PlannedPing[] => pings.map((ping) => ({ ...ping, trip }));

test('a delay changes evenly between pings, holds back to the first stop and on to the last', async () => {
  // B lies halfway between the pings at 110 s and 230 s, C halfway between those at 230 s and 340 s.
  const { texts, runs, pings } = await observe([RUN], named('T', LATE));
  expect(texts).toEqual(['bus T@20220301: 60 170 285 390']);
  expect(runs[0]).toMatchObject({ pings: 3, medianDelaySec: 80, firstSeenSec: EIGHT + 110, lastSeenSec: EIGHT + 340 });
  expect(pings).toEqual({ read: 3, duplicates: 0, jumps: 0, used: 3, offRoute: 0, idle: 0, unscheduled: 0 });
});

test('a vehicle that names no trip is on the run of its line that fits best', async () => {
  const runs = [0, 600, 1200].map((at) => ({ ...RUN, runId: `T${at}`, at }));
  const { texts } = await observe(
    runs,
    LATE.map((ping) => ({ ...ping, at: ping.at + 600, line: 'L' })),
  );
  expect(texts).toEqual(['bus T600: 660 770 885 990']);
});

test('a vehicle that names neither trip nor line is looked for on all lines, by where it is and the way it goes', async () => {
  const back: PlannedRun = { ...RUN, runId: 'back', calls: FOUR_STOPS.toReversed().map(([stop, metres], i) => [stop, metres, i * 100]) };
  const elsewhere: PlannedRun = { ...RUN, runId: 'far', line: 'M', calls: FOUR_STOPS.map(([, metres, sec], i) => [`far ${i}`, metres + 50_000, sec]) };
  const { texts } = await observe([elsewhere, back, RUN], LATE);
  expect(texts).toEqual(['bus T@20220301: 60 170 285 390']);
  const westward = await observe(
    [elsewhere, RUN, back],
    LATE.map((ping) => ({ ...ping, metres: 3000 - ping.metres })),
  );
  expect(westward.texts).toEqual(['bus back: 60 170 285 390']);
});

test('a vehicle seen standing arrived at the first ping at the stop at the latest, and left at the last at the earliest', async () => {
  // On time to B, 60 s there in place of none, then on at the timetable's speed.
  const { texts } = await observe(
    [RUN],
    named('T', [
      { at: 50, metres: 500 },
      { at: 110, metres: 1000 },
      { at: 160, metres: 1000 },
      { at: 210, metres: 1500 },
    ]),
  );
  expect(texts).toEqual(['bus T@20220301: 0 100-160 260 360']);
});

test('a vehicle that waits at its first stop leaves when the timetable says, not early; waiting counts as being there', async () => {
  const { texts } = await observe(
    [{ ...RUN, at: 900 }],
    named('T', [
      { at: 300, metres: 0 },
      { at: 800, metres: 0 },
      { at: 950, metres: 500 },
    ]),
  );
  expect(texts).toEqual(['bus T@20220301: 300-900 1000 1100 1200']);
});

test('a bus that goes to and fro all day without naming trips is on one run after the other', async () => {
  const there = [0, 800].map((at) => ({ ...RUN, runId: `there ${at}`, at }));
  const back = [400, 1200].map((at): PlannedRun => ({
    ...RUN,
    runId: `back ${at}`,
    at,
    calls: FOUR_STOPS.toReversed().map(([stop, metres], i) => [stop, metres, i * 100]),
  }));
  const pings = Array.from({ length: 76 }, (_, i) => i * 20).map((at): PlannedPing => {
    const inTurn = at % 800; // 300 s there, 100 s standing, 300 s back, 100 s standing
    return { at, metres: inTurn < 300 ? inTurn * 10 : inTurn < 400 ? 3000 : inTurn < 700 ? 3000 - (inTurn - 400) * 10 : 0, line: 'L' };
  });
  const { texts, unscheduled, pings: counts } = await observe([...there, ...back], pings);
  expect(texts).toEqual([
    'bus there 0: 0 100 200 300',
    'bus back 400: 400 500 600 700',
    'bus there 800: 800 900 1000 1100',
    'bus back 1200: 1200 1300 1400 1500',
  ]);
  expect(unscheduled).toEqual([]);
  expect(counts.used + counts.idle).toBe(76);
});

test('a trip that a vehicle names is that of the day it names, else of the nearest day', async () => {
  const days = [0, 86_400, 172_800].map((at, i) => ({ ...RUN, runId: `T@2022030${i + 1}`, at }));
  const late = (pings: readonly PlannedPing[]): PlannedPing[] => pings.map((ping) => ({ ...ping, at: ping.at + 86_400 }));
  expect((await observe(days, late(named('T', LATE)))).texts).toEqual(['bus T@20220302: 86460 86570 86685 86790']);
  expect((await observe(days, late(named('T@20220302', LATE)))).texts).toEqual(['bus T@20220302: 86460 86570 86685 86790']);
  // An hour late past midnight of the day before, as it were: the day counts, not the nearest time.
  const shifted = [0, 7200].map((at, i) => ({ ...RUN, runId: `T@2022030${i + 1}`, at }));
  const dated = named('T', LATE).map((ping) => ({ ...ping, at: ping.at + 7000, day: '20220301' }));
  expect((await observe(shifted, dated)).texts).toEqual(['bus T@20220301: 7060 7170 7285 7390']);
});

test('of a trip that leaves again and again, the departure that a vehicle names is its run, else that which fits', async () => {
  const runs = [0, 600].map((at) => ({ ...RUN, runId: `T@20220301@08:${at / 60 || '00'}:00`, at }));
  const at600 = LATE.map((ping) => ({ ...ping, at: ping.at + 600, trip: 'T' }));
  expect((await observe(runs, at600)).texts).toEqual(['bus T@20220301@08:10:00: 660 770 885 990']);
  const first = at600.map((ping) => ({ ...ping, clock: '8:00:00' }));
  expect((await observe(runs, first)).texts).toEqual(['bus T@20220301@08:00:00: 660 770 885 990']);
});

test('a ping that no vehicle can have been at is left out and counted, the first one too', async () => {
  const jump = { at: 170, metres: 500_000, trip: 'T' };
  const { texts, pings } = await observe([RUN], [...named('T', LATE), jump, { ...jump, at: 0 }]);
  expect(texts).toEqual(['bus T@20220301: 60 170 285 390']);
  expect(pings).toMatchObject({ read: 5, jumps: 2, used: 3 });
});

test('a ping given twice counts once', async () => {
  const { pings } = await observe([RUN], [...named('T', LATE), ...named('T', LATE)]);
  // The reader finds them first.
  expect(pings).toMatchObject({ read: 3, duplicates: 0, used: 3 });
});

test('pings far from the way of the run named say nothing of its times', async () => {
  const { texts, pings } = await observe([RUN], named('T', [...LATE, { at: 300, metres: 2000, north: 900 }]));
  expect(texts).toEqual(['bus T@20220301: 60 170 285 390']);
  expect(pings).toMatchObject({ used: 3, offRoute: 1 });
});

test('a vehicle that is on no run has an unscheduled one, from its first to its last ping', async () => {
  const pings = LATE.map((ping) => ({ ...ping, north: 5000 }));
  const { runs, unscheduled, pings: counts, notes } = await observe([RUN], [...pings, { at: 4000, metres: 0, north: 5000 }]);
  expect(runs).toEqual([]);
  expect(unscheduled.map(({ startSec, endSec, pings: count }) => [startSec - EIGHT, endSec - EIGHT, count])).toEqual([
    [110, 340, 3],
    [4000, 4000, 1], // silent for 45 minutes: another one
  ]);
  expect(counts).toMatchObject({ unscheduled: 4, used: 0 });
  expect(notes).toContain('2 unscheduled runs, of 4 pings: their start and end are known, and no stops');
});

test('two pings are too few to guess a run, and enough where the vehicle names it', async () => {
  expect((await observe([RUN], LATE.slice(0, 2))).runs).toEqual([]);
  expect((await observe([RUN], named('T', LATE.slice(0, 2)))).texts).toEqual(['bus T@20220301: 60 170 280 380']);
});

test('a trip that the timetable lacks, or has on other days, is told and looked for by place and time', async () => {
  const { texts, notes } = await observe([RUN], named('?', LATE));
  expect(texts).toEqual(['bus T@20220301: 60 170 285 390']);
  expect(notes).toContain('1 trips named by vehicles are not in the timetable: their runs were looked for by place and time');
  const other = await observe([{ ...RUN, runId: 'T@20220310', at: 9 * 86_400 }], named('T', LATE));
  expect(other.runs).toEqual([]);
  expect(other.notes).toContain('1 trips named by vehicles do not run within 12 h of their pings: their runs were looked for by place and time');
});

test('a run whose stops are nowhere keeps its times, on the vehicle that names it', async () => {
  const nowhere: PlannedRun = { ...RUN, calls: FOUR_STOPS.map(([stop, , sec]) => [stop, Number.NaN, sec]) };
  expect((await observe([nowhere], named('T', LATE))).texts).toEqual(['bus T@20220301: 0 100 200 300']);
});

test('two vehicles that name no trip are on two runs, two that name one trip both on it', async () => {
  const runs = [0, 300].map((at) => ({ ...RUN, runId: `T${at}`, at }));
  const bunched = ['a', 'b'].flatMap((vehicle, i) => LATE.map((ping) => ({ ...ping, vehicle, at: ping.at + i * 30, line: 'L' })));
  const guessed = await observe(runs, bunched);
  expect(guessed.texts).toEqual(['a T0: 60 170 285 390', 'b T300: 90 200 315 420']);
  const both = await observe(runs, named('T0', bunched));
  expect(both.texts).toEqual(['a T0: 60 170 285 390', 'b T0: 90 200 315 420']);
  expect(both.notes).toContain('1 runs that several vehicles were on: each has it with its own times');
});

test('a run on which the vehicle named the next before the end is cut where the next begins, and both say so', async () => {
  const next: PlannedRun = {
    runId: 'N',
    at: 200,
    calls: [
      ['B', 1000, 0],
      ['C', 2000, 100],
      ['D', 3000, 200],
    ],
  };
  const { texts, notes } = await observe(
    [RUN, next],
    [
      { at: 50, metres: 500, trip: 'T' },
      { at: 250, metres: 1500, trip: 'N' },
    ],
  );
  // T would have been at C at 200 s and at D at 300 s, N began at B at 200 s.
  expect(texts).toEqual(['bus T@20220301: 0 100 200 200 overlaps', 'bus N: 200 300 400 overlaps']);
  expect(notes).toContain('1 runs overlap another run of the same vehicle: their times were cut where one becomes the other');
});

test('vehicles that are no places are counted', async () => {
  const { notes } = await observe([RUN], named('T', LATE), { isKnownVehicle: () => false });
  expect(notes).toContain('1 vehicles with pings are not among the places: nobody can have scanned there');
});

/** A line of stops some way apart, and a bus that is late by a growing, shrinking, never impossible delay. */
const trip = fc
  .array(
    fc.record({
      metres: fc.integer({ min: 250, max: 2500 }),
      dwell: fc.integer({ min: 0, max: 40 }),
      stood: fc.integer({ min: 0, max: 90 }),
      pace: fc.double({ min: 0.8, max: 1.6, noNaN: true }),
    }),
    { minLength: 3, maxLength: 12 },
  )
  .chain((legs) =>
    fc.record({
      legs: fc.constant(legs),
      late: fc.integer({ min: 0, max: 900 }),
      noise: fc.array(fc.integer({ min: -12, max: 12 }), { minLength: 50, maxLength: 50 }),
      every: fc.integer({ min: 5, max: 20 }),
    }),
  );

interface Trip {
  readonly run: PlannedRun;
  /** True arrival and departure at each stop, in seconds after eight. */
  readonly truth: readonly (readonly [number, number])[];
  readonly pings: readonly PlannedPing[];
}

function drive({ legs, late, noise, every }: typeof trip extends fc.Arbitrary<infer T> ? T : never): Trip {
  const calls: [string, number, number, number][] = [['0', 0, 0, 0]];
  const truth: [number, number][] = [[late, late]];
  for (const [i, { metres, dwell, stood, pace }] of legs.entries()) {
    const [, at, , left] = calls.at(-1)!;
    const scheduled = left + Math.round(metres / 9);
    const came = truth.at(-1)![1] + (metres / 9) * pace;
    const isLast = i === legs.length - 1;
    calls.push([String(i + 1), at + metres, scheduled, isLast ? scheduled : scheduled + dwell]);
    truth.push([came, isLast ? came : came + dwell + stood]);
  }
  const pings: PlannedPing[] = [];
  for (let at = late, k = 0; at <= truth.at(-1)![0]; at += every, k++) {
    const next = truth.findIndex(([came]) => came > at);
    const from = next < 0 ? truth.length - 1 : next - 1;
    const left = truth[from]![1];
    const share = next < 0 || at <= left ? 0 : (at - left) / (truth[next]![0] - left);
    const metres = calls[from]![1] + (next < 0 ? 0 : share * (calls[next]![1] - calls[from]![1]));
    pings.push({ at: Math.round(at), metres: metres + noise[k % 50]!, north: noise[(k * 7) % 50]!, trip: 'T' });
  }
  return { run: { runId: 'T', at: 0, calls }, truth, pings };
}

test('a bus that keeps no timetable is found at its stops within 30 s, whatever its delays', async () => {
  await fc.assert(
    fc.asyncProperty(trip, async (plan) => {
      const { run, truth, pings } = drive(plan);
      const { runs } = await observe([run], pings);
      const errors = runs[0]!.calls.flatMap(({ arrivalSec, departureSec }, i) => [arrivalSec - EIGHT - truth[i]![0], departureSec - EIGHT - truth[i]![1]]);
      expect(Math.max(...errors.map(Math.abs))).toBeLessThanOrEqual(30);
    }),
    { numRuns: 150 },
  );
});

test('pings in another order give the same runs', async () => {
  await fc.assert(
    fc.asyncProperty(trip, fc.infiniteStream(fc.nat()), async (plan, keys) => {
      const { run, pings } = drive(plan);
      const others = pings.map((ping, i): PlannedPing => ({ ...ping, vehicle: 'other', at: ping.at + 40, trip: i % 9 === 0 ? '?' : '' }));
      const all = [...pings, ...others];
      const shuffled = all.map((ping) => ({ ping, key: keys.next().value! })).toSorted((a, b) => a.key - b.key);
      const [a, b] = [
        await observe([run], all),
        await observe(
          [run],
          shuffled.map(({ ping }) => ping),
        ),
      ];
      expect(b.texts).toEqual(a.texts);
      expect(b.pings).toEqual(a.pings);
      expect(b.notes).toEqual(a.notes);
    }),
    { numRuns: 40 },
  );
});

test('with any pings missing or astray, times never go back and every ping is accounted for', async () => {
  const stray = fc.record({
    at: fc.integer({ min: -500, max: 4000 }),
    metres: fc.integer({ min: -3000, max: 20_000 }),
    north: fc.integer({ min: -900, max: 900 }),
  });
  await fc.assert(
    fc.asyncProperty(trip, fc.infiniteStream(fc.boolean()), fc.array(stray, { maxLength: 20 }), fc.constantFrom('T', ''), async (plan, keeps, strays, id) => {
      const { run, pings } = drive(plan);
      const kept = [...pings.filter(() => keeps.next().value), ...strays].map((ping) => ({ ...ping, trip: id }));
      const { runs, pings: counts } = await observe([run, { ...run, runId: 'U', at: 400 }], kept);
      for (const { calls } of runs) {
        const times = calls.flatMap(({ arrivalSec, departureSec }) => [arrivalSec, departureSec]);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }
      const { read, ...rest } = counts;
      expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).toBe(read);
    }),
    { numRuns: 150 },
  );
});
