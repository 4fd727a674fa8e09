import { beforeAll, describe, expect, test } from 'vitest';
import { runSync } from '../../core/steps.js';
import { Places } from '../../model/place.js';
import { Timetable } from '../../model/timetable.js';
import { Dwell } from '../../stays/dwell.js';
import { inferStays } from '../../stays/infer-stays.js';
import { Runs } from '../../stays/segment-runs.js';
import { Rides } from '../../stays/transit/rides/rides.js';
import { addTables } from '../../stays/transit/table-timetable.js';
import { smallCity } from '../../testing/small-city.js';
import { sec, tablesOf } from '../../testing/tables.js';
import { judgePairs, sharesOf } from './judge-pairs.js';
import { judgeRides, type JudgedRides } from './judge-rides.js';
import type { RiderOptions } from './rider-options.js';
import type { RiderRide } from './rider-rows.js';
import { simulateRiders, type SimulatedRiders } from './simulate-riders.js';

const world = smallCity(2);
const all = (riders: SimulatedRiders): unknown[] =>
  [riders.checkIns, riders.places, riders.runs, riders.runStops, riders.cases, riders.rides].map((rows) => [...rows]);

describe('simulated riders', () => {
  test('are the same for one seed, whenever they are asked for, and others for another', () => {
    const riders = simulateRiders(world, { riders: 60, seed: 5 });
    const once = all(riders);
    expect(all(riders)).toEqual(once);
    expect(all(simulateRiders(smallCity(2), { riders: 60, seed: 5 }))).toEqual(once);
    expect([...simulateRiders(world, { riders: 60, seed: 6 }).rides]).not.toEqual(once[5]);
  });

  test('do not ride otherwise because more of them are missed, or more people ride', () => {
    const way = ({ person_id, run_id, board_stop, alight_stop }: RiderRide): unknown => [person_id, run_id, board_stop, alight_stop];
    const usual = [...simulateRiders(world, { riders: 40 }).rides].map(way);
    const options: RiderOptions = { riders: 40, missedPlace: 0.8, missedBoarding: 0.4, secondTap: 0.5, wrongVehicle: 0.5, clockSkewSec: 600, lineCodes: 1 };
    expect([...simulateRiders(world, options).rides].map(way)).toEqual(usual);
    expect([...simulateRiders(world, { riders: 80 }).rides].map(way).slice(0, usual.length)).toEqual(usual);
  });

  test('get on before they get off, at calls of runs that are listed, when these call there', () => {
    const riders = simulateRiders(world, { riders: 300, asleep: 0.2 });
    const stopsOf = new Map<string, unknown[]>();
    for (const stop of riders.runStops) stopsOf.set(stop.run_id, [...(stopsOf.get(stop.run_id) ?? []), [stop.stop_id, stop.arrival, stop.departure]]);
    const vehicleOf = new Map([...riders.runs].map(({ run_id, vehicle_id }) => [run_id, vehicle_id]));
    let lastEnd = '';
    let lastPerson = '';
    const rides = [...riders.rides];
    expect(rides.length).toBeGreaterThan(800);
    for (const ride of rides) {
      const stops = stopsOf.get(ride.run_id) as [string, string, string][];
      expect(ride.board_call).toBeLessThan(ride.alight_call);
      expect([stops[ride.board_call - 1]![0], stops[ride.board_call - 1]![2]]).toEqual([ride.board_stop, ride.board_time]);
      expect(stops[ride.alight_call - 1]!.slice(0, 2)).toEqual([ride.alight_stop, ride.alight_time]);
      expect(vehicleOf.get(ride.run_id)).toBe(ride.vehicle_id);
      expect(sec(ride.board_time)).toBeGreaterThanOrEqual(ride.person_id === lastPerson ? sec(lastEnd) : 0);
      [lastPerson, lastEnd] = [ride.person_id, ride.alight_time];
    }
    expect(new Set(rides.map(({ scan }) => scan))).toEqual(new Set(['scanned', 'missed', 'aboard', 'wrong vehicle']));
    expect(rides.some(({ run_id, alight_call, board_call }) => run_id.startsWith('O') && alight_call - board_call > 20)).toBe(true);
  });

  test('scan about when they get on, on that vehicle; of vehicles none is in two places at once', () => {
    const riders = simulateRiders(world, { riders: 300, clockSkewSec: 0 });
    const checkIns = [...riders.checkIns];
    for (const ride of riders.rides) {
      if (ride.check_in === '') continue;
      const scan = checkIns[ride.check_in - 1]!;
      expect([scan.person_id, scan.place_id]).toEqual([ride.person_id, ride.place_id]);
      const offSec = sec(scan.time) - sec(ride.board_time);
      expect(offSec).toBeGreaterThanOrEqual(ride.board_call === 1 ? -260 : -40);
      expect(offSec).toBeLessThanOrEqual(60);
    }
    const endOf = new Map<string, number>();
    for (const { vehicle_id, start, end } of [...riders.runs].sort((a, b) => sec(a.start) - sec(b.start))) {
      expect(sec(start)).toBeGreaterThanOrEqual(endOf.get(vehicle_id) ?? 0);
      endOf.set(vehicle_id, sec(end));
    }
    expect(endOf.size).toBeLessThan([...riders.runs].length / 5);
  });
});

/** Stays inferred from what riders of the small city scan. */
function infer(options: RiderOptions): { judged: JudgedRides; places: Places } {
  const riders = simulateRiders(world, options);
  const inputs = tablesOf({ checkIns: [...riders.checkIns], places: [...riders.places], runs: [...riders.runs], runStops: [...riders.runStops] });
  const places = new Places(inputs);
  const dwell = new Dwell();
  const runs = Runs.of(inputs, places, dwell, 2700);
  const timetable = new Timetable();
  addTables(timetable, inputs);
  const rides = new Rides(timetable, runs, inputs, places, dwell, world.zone);
  const { stays } = runSync(inferStays(inputs, places, runs, dwell, { rides }));
  return { places, judged: { inputs, stays, rides: riders.rides, timetable: world.timetable, ids: world.ids } };
}

describe('rides inferred in a small city, with the usual faults', () => {
  let usual: ReturnType<typeof infer>;
  beforeAll(() => {
    usual = infer({ riders: 2500, seed: 3 });
  });

  test('are chained, end at most a stop off, and within their bounds', () => {
    const { scanned, followed, chained, chainedNear, near, runRight, inside } = judgeRides(usual.judged);
    expect(followed).toBeGreaterThan(5000);
    expect(chained / followed).toBeGreaterThan(0.9);
    expect(chainedNear / chained).toBeGreaterThan(0.9);
    expect(near / scanned).toBeGreaterThan(0.85);
    expect(runRight / scanned).toBeGreaterThan(0.9);
    expect(inside / runRight).toBeGreaterThan(0.99);
  });

  test('tell who was together far better than a plain span after the scan', () => {
    const scores = new Map(judgePairs(usual.judged, usual.places, world.zone).map((score) => [score.method, sharesOf(score)]));
    const ours = scores.get('ours: likely or surer')!;
    expect(ours.precision).toBeGreaterThan(0.8);
    expect(ours.recall).toBeGreaterThan(0.85);
    expect(scores.get('ours: certain')!.precision).toBeGreaterThan(0.9);
    for (const plain of ['run end', 'fixed 60 min', 'whole vehicle-day']) expect(ours.f1).toBeGreaterThan(scores.get(plain)!.f1 + 0.15);
  });
});
