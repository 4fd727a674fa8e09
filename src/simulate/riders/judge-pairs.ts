/**
 * Who was together on a vehicle, by inferred rides and by three plain ways to read the same scans, held against the truth. What is counted are two
 * people and a day: true if both were aboard one run at once for at least a second on it, listed if a method says so.
 */
import { DAY_SEC, type Zone } from '../../core/zone.js';
import type { Places } from '../../model/place.js';
import { BOARDING_SEC } from '../../stays/segment-runs.js';
import type { JudgedRides } from './judge-rides.js';
import { PairSet, addMeetings, type Span } from './pair-set.js';

export interface PairScore {
  readonly method: string;
  listed: number;
  /** Listed and true. */
  right: number;
  /** Listed and true, with both boardings of a ride together scanned. */
  found: number;
  /** True pairs; and those whose boardings were scanned. */
  truePairs: number;
  scannedPairs: number;
}

/** Shares from 0 to 1; `recall` is of the pairs whose boardings were scanned, `recallOfAll` of all true ones. `f1` joins precision and `recall`. */
export function sharesOf({ listed, right, found, truePairs, scannedPairs }: PairScore): Record<'precision' | 'recall' | 'recallOfAll' | 'f1', number> {
  const precision = listed === 0 ? 0 : right / listed;
  const recall = scannedPairs === 0 ? 0 : found / scannedPairs;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, recallOfAll: truePairs === 0 ? 0 : right / truePairs, f1 };
}

const MINUTES_60 = 3600;
const DAY_BEGINS_SEC = 3 * 3600;

/** Ours at each grade, then "run end", "fixed 60 min" and "whole vehicle-day". */
export function judgePairs(judged: JudgedRides, places: Places, zone: Zone): PairScore[] {
  const { inputs, stays } = judged;
  const people = inputs.ids.person.size;
  const dayOf = (sec: number): number => Math.floor((sec + zone.offsetAt(sec) - DAY_BEGINS_SEC) / DAY_SEC);
  const scans = vehicleScans(judged, places);
  const ours = (ends: Uint32Array): Span[] =>
    Array.from({ length: stays.count }, (_, stay) => stay)
      .filter((stay) => stays.run[stay] !== 0)
      .map((stay) => ({ room: stays.run[stay]!, person: stays.person[stay]!, startSec: stays.start[stay]!, endSec: ends[stay]! }));
  const methods: readonly (readonly [string, readonly Span[]])[] = [
    ['ours: certain', ours(stays.certain)],
    ['ours: likely or surer', ours(stays.likely)],
    ['ours: possible or surer', ours(stays.possible)],
    ['run end', toRunEnd(judged, places, scans)],
    ['fixed 60 min', scans.map((scan) => ({ ...scan, endSec: scan.startSec + MINUTES_60 }))],
    ['whole vehicle-day', scans.map((scan) => ({ ...scan, startSec: 0, endSec: 1, day: dayOf(scan.startSec) }))],
  ];
  const [all, scanned] = trueSpans(judged);
  const scores = methods.map(([method]): PairScore => ({ method, listed: 0, right: 0, found: 0, truePairs: 0, scannedPairs: 0 }));
  const [truth, within, listed] = [new PairSet(people), new PairSet(people), new PairSet(people)];
  const spansOf = (spans: readonly Span[]): Map<number, Span[]> => byDay(spans, dayOf);
  const trueByDay = spansOf(all);
  const scannedByDay = spansOf(scanned);
  const listedByDay = methods.map(([, spans]) => spansOf(spans));
  for (const day of new Set([trueByDay, ...listedByDay].flatMap((each) => [...each.keys()]))) {
    for (const set of [truth, within]) set.clear();
    addMeetings(truth, trueByDay.get(day) ?? []);
    addMeetings(within, scannedByDay.get(day) ?? []);
    for (const [i, score] of scores.entries()) {
      listed.clear();
      addMeetings(listed, listedByDay[i]!.get(day) ?? []);
      score.listed += listed.count;
      score.right += listed.sharedWith(truth);
      score.found += listed.sharedWith(within);
      score.truePairs += truth.count;
      score.scannedPairs += within.count;
    }
  }
  return scores;
}

function byDay(spans: readonly (Span & { readonly day?: number })[], dayOf: (sec: number) => number): Map<number, Span[]> {
  const days = new Map<number, Span[]>();
  for (const span of spans) {
    const day = span.day ?? dayOf(span.startSec);
    const known = days.get(day);
    if (known) known.push(span);
    else days.set(day, [span]);
  }
  return days;
}

/** All true rides, and those whose boarding was scanned; staying aboard while a vehicle goes on counts as the boarding before it. */
function trueSpans({ inputs, rides, timetable, ids }: JudgedRides): readonly [Span[], Span[]] {
  const all: Span[] = [];
  const scanned: Span[] = [];
  const { base, callArrival, callDeparture } = timetable;
  let wasScanned = false;
  for (const ride of rides) {
    const run = timetable.runOf(ids.run.find(ride.run_id));
    const first = timetable.firstCall(run) - 1;
    const span = {
      room: ride.run_id,
      person: inputs.ids.person.find(ride.person_id),
      startSec: base.data[run]! + callDeparture.data[first + ride.board_call]!,
      endSec: base.data[run]! + callArrival.data[first + ride.alight_call]!,
    };
    if (ride.scan !== 'aboard') wasScanned = ride.scan === 'scanned';
    if (span.person < 0) continue; // never scanned at all
    all.push(span);
    if (wasScanned) scanned.push(span);
  }
  return [all, scanned];
}

/** Every scan in a vehicle, by code. */
function vehicleScans({ inputs }: JudgedRides, places: Places): Span[] {
  const { checkIns } = inputs;
  const [person, place, time] = [checkIns.column('person_id'), checkIns.column('place_id'), checkIns.column('time')];
  const scans: Span[] = [];
  for (let row = 0; row < checkIns.rowCount; row++) {
    if (places.isVehicle(place[row]!)) scans.push({ room: place[row]!, person: person[row]!, startSec: time[row]!, endSec: time[row]! });
  }
  return scans;
}

/** From the scan to the end of the run of that vehicle, or of that line, whose start is nearest among those on their way. */
function toRunEnd({ inputs }: JudgedRides, places: Places, scans: readonly Span[]): Span[] {
  const { runs } = inputs;
  const [vehicle, start, end, line] = [runs.column('vehicle_id'), runs.column('start'), runs.column('end'), runs.column('line_id')];
  const rowsOf = new Map<string, number[]>();
  const keep = (key: string, row: number): void => void (rowsOf.get(key)?.push(row) ?? rowsOf.set(key, [row]));
  for (let row = 0; row < runs.rowCount; row++) {
    keep(`vehicle ${vehicle[row]}`, row);
    keep(`line ${line[row]}`, row);
  }
  return scans.flatMap((scan) => {
    let best = -1;
    for (const row of rowsOf.get(`vehicle ${scan.room}`) ?? rowsOf.get(`line ${places.get(scan.room as number).line}`) ?? []) {
      if (start[row]! - BOARDING_SEC > scan.startSec || end[row]! <= scan.startSec) continue;
      if (best < 0 || Math.abs(scan.startSec - start[row]!) < Math.abs(scan.startSec - start[best]!)) best = row;
    }
    return best < 0 ? [] : [{ ...scan, room: best, endSec: end[best]! }];
  });
}
