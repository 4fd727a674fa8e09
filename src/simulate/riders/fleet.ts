/**
 * Which vehicle goes as which run, where a feed does not say it (GTFS without blocks gives every trip a vehicle of its own): a vehicle that ended where
 * a run of its line begins takes it, the one that has waited longest first. So codes hang in vehicles that come back all day, as they do.
 */
import type { Timetable } from '../../model/timetable.js';

export interface Fleet {
  /** By run: number of the vehicle. */
  readonly vehicleOf: Uint32Array;
  /** By run: the run as which the vehicle goes on within a quarter of an hour, from where this one ends; negative if none. */
  readonly nextRun: Int32Array;
  /** By vehicle: dense id of its line (0: none) and its number on it; of a vehicle that the timetable names, its dense id. */
  readonly line: Uint32Array;
  readonly number: Uint32Array;
  readonly isNamed: boolean;
}

const NONE = -1;
const SAME_PLACE_M = 300;
/** A vehicle waits no longer at the end of a line; after a longer pause it may begin anywhere. */
const MOST_WAIT_SEC = 2 * 3600;
const FROM_DEPOT_SEC = 3 * 3600;
const GOES_ON_SEC = 900;
const GOES_ON_M = 150;

interface Waiting {
  readonly vehicle: number;
  readonly run: number;
  readonly endSec: number;
}

/** Keeps the vehicles of the timetable if any of them goes twice within a day; else puts runs of a line together. */
export function fleetOf(timetable: Timetable): Fleet {
  const order = Uint32Array.from({ length: timetable.runCount }, (_, run) => run).sort((a, b) => timetable.startSec(a) - timetable.startSec(b) || a - b);
  return comesBack(timetable, order) ? namedFleet(timetable, order) : builtFleet(timetable, order);
}

function comesBack(timetable: Timetable, order: Uint32Array): boolean {
  const endOf = new Map<number, number>();
  for (const run of order) {
    const vehicle = timetable.vehicle.data[run]!;
    const before = endOf.get(vehicle);
    if (before !== undefined && timetable.startSec(run) - before < FROM_DEPOT_SEC) return true;
    endOf.set(vehicle, timetable.endSec(run));
  }
  return false;
}

function namedFleet(timetable: Timetable, order: Uint32Array): Fleet {
  const numberOf = new Map<number, number>();
  const vehicleOf = new Uint32Array(order.length);
  const line: number[] = [];
  const last: number[] = [];
  const nextRun = new Int32Array(order.length).fill(NONE);
  for (const run of order) {
    const id = timetable.vehicle.data[run]!;
    let vehicle = numberOf.get(id);
    if (vehicle === undefined) numberOf.set(id, (vehicle = line.push(timetable.line.data[run]!) - 1));
    vehicleOf[run] = vehicle;
    const before = last[vehicle];
    if (before !== undefined && goesOn(timetable, before, run)) nextRun[before] = run;
    last[vehicle] = run;
  }
  return { vehicleOf, nextRun, line: Uint32Array.from(line), number: Uint32Array.from(numberOf.keys()), isNamed: true };
}

function builtFleet(timetable: Timetable, order: Uint32Array): Fleet {
  const vehicleOf = new Uint32Array(order.length);
  const nextRun = new Int32Array(order.length).fill(NONE);
  const line: number[] = [];
  const number: number[] = [];
  const waiting = new Map<number, Waiting[]>();
  const vehiclesOf = new Map<number, number>();
  for (const run of order) {
    const of = timetable.line.data[run]!;
    let list = waiting.get(of);
    if (!list) waiting.set(of, (list = []));
    const startSec = timetable.startSec(run);
    let at = list.findIndex(
      (each) => each.endSec <= startSec && startSec - each.endSec <= MOST_WAIT_SEC && placesApart(timetable, each.run, run) <= SAME_PLACE_M,
    );
    if (at < 0) at = list.findIndex((each) => startSec - each.endSec >= FROM_DEPOT_SEC);
    let vehicle = line.length;
    if (at >= 0) {
      const [taken] = list.splice(at, 1);
      vehicle = taken!.vehicle;
      if (goesOn(timetable, taken!.run, run)) nextRun[taken!.run] = run;
    } else {
      line.push(of);
      const count = (vehiclesOf.get(of) ?? 0) + 1;
      vehiclesOf.set(of, count);
      number.push(count);
    }
    vehicleOf[run] = vehicle;
    const endSec = timetable.endSec(run);
    const behind = list.findLastIndex((each) => each.endSec <= endSec) + 1;
    list.splice(behind, 0, { vehicle, run, endSec });
  }
  return { vehicleOf, nextRun, line: Uint32Array.from(line), number: Uint32Array.from(number), isNamed: false };
}

/** Metres from where a run ends to where another begins. */
function placesApart(timetable: Timetable, before: number, run: number): number {
  const { callStop, stopAt } = timetable;
  const [last, first] = [callStop.data[timetable.lastCall(before)]!, callStop.data[timetable.firstCall(run)]!];
  return last === first ? 0 : stopAt.distanceM(last, first);
}

function goesOn(timetable: Timetable, before: number, run: number): boolean {
  const waitSec = timetable.startSec(run) - timetable.endSec(before);
  return waitSec >= 0 && waitSec <= GOES_ON_SEC && placesApart(timetable, before, run) <= GOES_ON_M;
}
