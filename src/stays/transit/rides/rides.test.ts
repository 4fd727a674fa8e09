import { describe, expect, test } from 'vitest';
import { runSync } from '../../../core/steps.js';
import { Zone } from '../../../core/zone.js';
import type { CheckInInput, PlaceInput, RunInput, RunStopInput } from '../../../engines/inputs/row-inputs.js';
import { Places } from '../../../model/place.js';
import { METHODS } from '../../../model/stay.js';
import { Timetable } from '../../../model/timetable.js';
import { sec, tablesOf } from '../../../testing/tables.js';
import { Dwell } from '../../dwell.js';
import { inferStays } from '../../infer-stays.js';
import { Runs } from '../../segment-runs.js';
import { addTables } from '../table-timetable.js';
import { Rides } from './rides.js';

/** 8:00 on a Tuesday, UTC: all times of these tests count from it, in minutes. */
const EIGHT = sec('2022-03-01T08:00:00Z');
const at = (minutes: number): number => EIGHT + Math.round(minutes * 60);
/** A straight road to the north: stop s lies so many kilometres along it. */
const north = (km: number): { lat: number; lon: number } => ({ lat: 23 + km / 111.195, lon: 113 });

/** A run that calls at stops `A`, `B` … a kilometre apart, every 3 minutes, half a minute each. */
function stopsOf(run_id: string, startMin: number, stops: string, minutesApart = 3): RunStopInput[] {
  return [...stops].map((stop, i) => ({
    run_id,
    stop_sequence: i + 1,
    arrival: at(startMin + minutesApart * i),
    departure: at(startMin + minutesApart * i + 0.5),
    stop_id: stop,
    ...north(stop.codePointAt(0)! - 65),
  }));
}
const runOf = (vehicle_id: string, stops: readonly RunStopInput[], line_id = ''): RunInput => ({
  vehicle_id,
  run_id: stops[0]!.run_id,
  start: stops[0]!.arrival,
  end: stops.at(-1)!.departure,
  line_id,
});

const out = stopsOf('out', 0, 'ABCDEFGH');
const back = stopsOf('back', 60, 'HGFEDCBA');
const BUS: PlaceInput = { place_id: 'bus', category: 'bus', line_id: '5' };
const venue = (place_id: string, km: number): PlaceInput => ({ place_id, category: 'retail', ...north(km) });

interface Rows {
  readonly checkIns: readonly CheckInInput[];
  readonly places?: readonly PlaceInput[];
  readonly runs?: readonly RunInput[];
  readonly runStops?: readonly RunStopInput[];
}

/** Stays of one person in words, minutes after eight. */
function ride({ checkIns, places = [BUS], runs = [runOf('bus', out, '5'), runOf('bus', back, '5')], runStops = [...out, ...back] }: Rows) {
  const inputs = tablesOf({ checkIns, places, runs, runStops });
  const all = new Places(inputs);
  const dwell = new Dwell();
  const known = Runs.of(inputs, all, dwell, 2700);
  const timetable = new Timetable();
  addTables(timetable, inputs);
  const rides = new Rides(timetable, known, inputs, all, dwell, new Zone('UTC'));
  const { stays } = runSync(inferStays(inputs, all, known, dwell, { rides }));
  const minutes = (instant: number): number => (instant - EIGHT) / 60;
  return Array.from({ length: stays.count }, (_, s) => ({
    place: inputs.ids.place.text(stays.place[s]!),
    run: inputs.ids.run.text(stays.run[s]!),
    start: minutes(stays.start[s]!),
    ends: [stays.certain[s]!, stays.likely[s]!, stays.possible[s]!].map(minutes),
    method: METHODS[stays.method[s]!],
    stops: [stays.ridden!.from[s]!, stays.ridden!.to[s]!].map((text) => inputs.ids.text.text(text)).join('-'),
    confidence: stays.ridden!.confidence[s]!,
    rows: Array.from(stays.rows.subarray(stays.firstRow[s]!, stays.firstRow[s + 1]!), (row) => inputs.checkIns.line.data[row]!),
  }));
}
const scan = (place_id: string, minutes: number, more: Partial<CheckInInput> = {}): CheckInInput => ({ person_id: 'p', place_id, time: at(minutes), ...more });

describe('where a rider got off', () => {
  test('is the stop nearest to the next scan; until the next stop is certain, and as far as one could still walk back in time is possible', () => {
    // The shop lies 0.2 km beyond D (3 km). E is 0.8 km from it, 9.6 min on foot: arriving there at minute 12, one is at the shop at 21.6, within the slack of 5 min.
    const [onBus] = ride({ checkIns: [scan('bus', 0.2), scan('shop', 20)], places: [BUS, venue('shop', 3.2)] });
    expect(onBus).toMatchObject({ run: 'out', start: 0.2, ends: [3, 9, 12], method: 'chained', stops: 'A-D' });
  });

  test('is no stop that leaves too little time to walk', () => {
    // The shop is at F (15 min), but the rider is there at minute 8: only C (6 min) and the walk of 3 km is too long. Nothing fits within a kilometre.
    const [onBus] = ride({ checkIns: [scan('bus', 0.2), scan('shop', 8)], places: [BUS, venue('shop', 5)] });
    expect(onBus).toMatchObject({ method: 'next-scan', stops: 'A-' });
    expect(onBus!.ends[2]).toBeLessThanOrEqual(8);
  });

  test('may be told by the place where the next ride begins', () => {
    const [first, second] = ride({ checkIns: [scan('bus', 0.2), scan('bus', 69.2)] });
    // Back at 69.2 from E (4 stops after H): the first ride ended at E.
    expect(first).toMatchObject({ run: 'out', method: 'chained', stops: 'A-E', ends: [3, 12, 21] });
    expect(second).toMatchObject({ run: 'back', method: 'returned', stops: 'E-A', ends: [72, 81, 81] });
  });

  test('on the last ride of a day is where the first scan of the day was', () => {
    const stays = ride({ checkIns: [scan('home', -30), scan('bus', 0.2), scan('bus', 60.1)], places: [BUS, venue('home', 1.1)] });
    expect(stays.at(-1)).toMatchObject({ run: 'back', method: 'returned', stops: 'H-B', ends: [63, 78, 81] });
  });

  test('is the usual stop where nothing else tells', () => {
    const day = 24 * 60;
    const days = [0, 1, 2].map((d) => stopsOf(`day ${d}`, d * day, 'ABCDEFGH'));
    const stays = ride({
      checkIns: [scan('bus', 0.2), scan('shop', 15), scan('bus', day + 0.2), scan('shop', day + 15), scan('bus', 2 * day + 0.2)],
      places: [BUS, venue('shop', 3.1)],
      runs: days.map((stops) => runOf('bus', stops, '5')),
      runStops: days.flat(),
    });
    expect(stays.at(-1)).toMatchObject({ run: 'day 2', method: 'habit', stops: 'A-D', confidence: 67 });
    expect(stays.at(-1)!.ends.map((minutes) => minutes - 2 * day)).toEqual([3, 9, 21]);
  });

  test('is unknown on the only ride of a lonely scan: possibly to the end of the run, likely as long as rides are', () => {
    expect(ride({ checkIns: [scan('bus', 6.2)] })).toMatchObject([{ run: 'out', ends: [9, 21, 21], method: 'run-end', stops: 'C-' }]);
    const slow = stopsOf('slow', 0, 'ABCDEFGH', 10);
    const [onBus] = ride({ checkIns: [scan('bus', 0)], runs: [runOf('bus', slow)], runStops: slow });
    expect(onBus).toMatchObject({ ends: [10, 20, 70], method: 'run-end' });
  });

  test('is later than a second scan on the same run', () => {
    const [onBus, ...others] = ride({ checkIns: [scan('bus', 0.2), scan('bus', 6.3), scan('shop', 25)], places: [BUS, venue('shop', 4)] });
    expect(onBus).toMatchObject({ start: 0.2, ends: [9, 12, 15], stops: 'A-E', method: 'chained', rows: [1, 2] });
    expect(others).toHaveLength(1);
  });

  test('of a round trip is found within one lap', () => {
    const laps = stopsOf('laps', 0, 'ABCBABCBA');
    const [onBus] = ride({ checkIns: [scan('bus', 3.2), scan('shop', 60)], places: [BUS, venue('shop', 2)], runs: [runOf('bus', laps)], runStops: laps });
    // From B: C is reached at 6 and, a lap later, at 18; whoever comes back to B has gone round.
    expect(onBus).toMatchObject({ ends: [6, 6, 9], stops: 'B-C' });
  });

  test('may be on the run as which the vehicle goes on: a stay on each, resting on the one scan', () => {
    const first = stopsOf('first', 0, 'ABC');
    const then = stopsOf('then', 8, 'CDE');
    const stays = ride({
      checkIns: [scan('bus', 0.2), scan('shop', 30)],
      places: [BUS, venue('shop', 4)],
      runs: [runOf('bus', first), runOf('bus', then)],
      runStops: [...first, ...then],
    });
    expect(stays.slice(0, 2)).toMatchObject([
      { run: 'first', start: 0.2, ends: [3, 6, 6], stops: 'A-C', rows: [1] },
      { run: 'then', start: 8, ends: [8, 14, 14], stops: 'C-E', rows: [1] },
    ]);
    expect(stays).toHaveLength(3);
  });
});

describe('which run was boarded', () => {
  test('is told by the time of the scan: before a departure, while the doors are open, or a little late', () => {
    const boarded = (minutes: number): string | undefined => ride({ checkIns: [scan('bus', minutes)] })[0]?.stops;
    expect(boarded(-4)).toBe('A-');
    expect(boarded(1)).toBe('A-');
    expect(boarded(2.5)).toBe('B-'); // half a minute before B is nearer than two after A
    expect(boarded(3.4)).toBe('B-');
    expect(boarded(22)).toBe('-'); // the run is over, the next one far: a stay as any other
  });

  test('is that of the first tap for a second one within 20 s', () => {
    expect(ride({ checkIns: [scan('bus', 1.5), scan('bus', 1.8)] })).toMatchObject([{ start: 1.5, stops: 'A-', rows: [1, 2] }]);
  });

  test('of a line without vehicles is the one that fits time and way: the ride is on its vehicle', () => {
    const up = stopsOf('up', 0, 'ABCDEFGH');
    const down = stopsOf('down', 0, 'HGFEDCBA');
    const runs = [runOf('north bus', up, '5'), runOf('south bus', down, '5')];
    const line: PlaceInput = { place_id: 'line 5', category: 'bus', line_id: '5' };
    const rows = { places: [line, venue('shop', 0.1), venue('mall', 7)], runs, runStops: [...up, ...down] };
    // At minute 9.2 both are near the middle of the road; only one of them goes to the mall.
    expect(ride({ ...rows, checkIns: [scan('line 5', 9.2), scan('mall', 40)] })[0]).toMatchObject({ place: 'north bus', run: 'up', stops: 'D-H' });
    expect(ride({ ...rows, checkIns: [scan('line 5', 9.2), scan('shop', 40)] })[0]).toMatchObject({ place: 'south bus', run: 'down', stops: 'E-A' });
    const [unsure] = ride({ ...rows, checkIns: [scan('line 5', 9.2)] });
    expect(unsure!.confidence).toBeLessThan(50);
  });

  test('of a line without vehicles leads back to where the day began, if it is the last of the day', () => {
    const up = stopsOf('up', 0, 'ABCDEFGH');
    const down = stopsOf('down', 0, 'HGFEDCBA');
    const line: PlaceInput = { place_id: 'line 5', category: 'bus', line_id: '5' };
    const boarded = (home: number): string =>
      ride({
        places: [line, venue('home', home)],
        runs: [runOf('north bus', up, '5'), runOf('south bus', down, '5')],
        runStops: [...up, ...down],
        checkIns: [scan('home', -240), scan('line 5', 10.9)],
      }).at(-1)!.run;
    // Near the middle of the road again, half a minute before both call; the scan at home was four hours ago.
    expect([boarded(7), boarded(0)]).toEqual(['up', 'down']);
  });

  test('of a line without vehicles arrives when the rider is scanned, rather than minutes before', () => {
    const runStops = [stopsOf('early', 0, 'ABCDEFGH'), stopsOf('late', 2, 'ABCDEFGH')];
    const line: PlaceInput = { place_id: 'line 5', category: 'bus', line_id: '5' };
    const boarded = (minutes: number): string =>
      ride({
        places: [line, venue('shop', 4)],
        runs: runStops.map((stops, i) => runOf(`bus ${i}`, stops, '5')),
        runStops: runStops.flat(),
        checkIns: [scan('line 5', 4.2), scan('shop', minutes)],
      })[0]!.run;
    // A scan between two buses: the one before is at E at minute 12, the other at 14.
    expect([boarded(12.3), boarded(14.3)]).toEqual(['early', 'late']);
  });

  test('makes nothing certain of the ride where it is unsure', () => {
    const runStops = [stopsOf('one', 0, 'ABCDEFGH'), stopsOf('other', 0, 'ABCDEFGH')];
    const line: PlaceInput = { place_id: 'line 5', category: 'bus', line_id: '5' };
    const runs = runStops.map((stops, i) => runOf(`bus ${i}`, stops, '5'));
    const [onBus] = ride({ places: [line, venue('shop', 4)], runs, runStops: runStops.flat(), checkIns: [scan('line 5', 3.2), scan('shop', 13)] });
    expect(onBus).toMatchObject({ ends: [3.2, 12, 12], stops: 'B-E', method: 'chained', confidence: 50 });
  });

  test('at a code that has only a position is the next to leave nearby', () => {
    const late = stopsOf('late', 4, 'ABCDEFGH');
    const post: PlaceInput = { place_id: 'post at B', category: 'bus', ...north(1.05) };
    const rows = { places: [post, venue('mall', 7)], runs: [runOf('bus 1', out), runOf('bus 2', late)], runStops: [...out, ...late] };
    expect(ride({ ...rows, checkIns: [scan('post at B', 5), scan('mall', 50)] })[0]).toMatchObject({ place: 'bus 2', run: 'late', stops: 'B-H' });
  });

  test('is the one that the scan names', () => {
    const [onBus] = ride({ checkIns: [scan('bus', 61, { run_id: 'back' }), scan('shop', 100)], places: [BUS, venue('shop', 6)] });
    expect(onBus).toMatchObject({ run: 'back', stops: 'H-G' });
  });
});

test('a check-out, a venue and a run without stops are what they are without timetables', () => {
  const other: PlaceInput = { place_id: 'other bus', category: 'bus' };
  const checkIns = [scan('bus', 0.2, { check_out: at(5) }), scan('shop', 30), scan('other bus', 40)];
  const runs = [runOf('bus', out), { vehicle_id: 'other bus', run_id: 'no stops', start: at(39), end: at(70) }];
  const stays = ride({ checkIns, places: [BUS, other, venue('shop', 3)], runs, runStops: out });
  expect(stays.map(({ method, stops }) => [method, stops])).toEqual([
    ['checkout', '-'],
    ['next-scan', '-'],
    ['run-end', '-'],
  ]);
});
