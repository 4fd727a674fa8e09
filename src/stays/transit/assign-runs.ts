/**
 * Which runs of its line a vehicle ran, told by when its code was scanned: people get on while it stands at a stop. A vehicle runs one run after the
 * other, so of all chains of runs that do not overlap the one is taken whose stops fit most scans. All scans of a vehicle are judged together, so that
 * people who were on one bus are on one run.
 */
import type { Places } from '../../model/place.js';
import type { InputTables } from '../../model/tables.js';
import type { Timetable } from '../../model/timetable.js';
import { BOARDING_SEC } from '../segment-runs.js';
import { HALF_LIFE_SEC, callAt, offTime } from './rides/boarding.js';

/** A run is worth taking if it fits more than half a scan. */
const COST_OF_RUN = 0.5;
/** A vehicle leaves for its next run from where the last one ended: worth a scan. */
const SAME_PLACE = 1;
const SAME_PLACE_M = 300;
/** A chain must fit its scans at least so well on the average; else nothing is known of when the vehicle stopped. */
const LEAST_FIT = 0.5;
/**
 * … and so well beside all runs of the line: where scans fit other runs better, the code is on several vehicles. On simulated days codes of lines are
 * at 0.48 to 0.85, those of single vehicles mostly above 0.9; a vehicle taken for a line loses little, since each of its scans is then given a run by itself.
 */
const LEAST_OF_LINE = 0.9;
/** Scans further off any departure do not belong to the run. */
const FAR_SEC = 300;

interface Candidate {
  readonly run: number;
  readonly startSec: number;
  readonly endSec: number;
  readonly fit: number;
}

/**
 * Assigns runs to vehicles that have a line and no runs, and adds them to the table of runs and the timetable. A place whose id is that of its line is the
 * code of the line. Returns how many vehicles got runs, and how many codes fit no single vehicle.
 */
export function assignRuns(timetable: Timetable, inputs: InputTables, places: Places): { vehicles: number; lineCodes: number } {
  const { checkIns, runs } = inputs;
  const scansOf = scansOfVehicles(timetable, inputs, places);
  const runsOfLine = new Map<number, number[]>();
  for (let run = 0; run < timetable.runCount; run++) {
    const line = timetable.line.data[run]!;
    const list = runsOfLine.get(line);
    if (list) list.push(run);
    else runsOfLine.set(line, [run]);
  }
  for (const list of runsOfLine.values()) list.sort((a, b) => timetable.endSec(a) - timetable.endSec(b) || a - b);
  const found = { vehicles: 0, lineCodes: 0 };
  for (const [vehicle, rows] of scansOf) {
    const { line } = places.get(vehicle);
    const times = Float64Array.from(rows, (row) => checkIns.column('time')[row]!).sort();
    const { chain, fit, fitOfLine } = bestChain(timetable, runsOfLine.get(line) ?? [], times);
    if (chain.length === 0) continue;
    if (fit < LEAST_FIT * times.length || fit < LEAST_OF_LINE * fitOfLine) {
      found.lineCodes++;
      continue;
    }
    found.vehicles++;
    for (const run of chain) {
      const [runId, journey, base, direction] = [timetable.runId, timetable.journey, timetable.base, timetable.direction].map(({ data }) => data[run]!);
      timetable.addRun({ vehicle, runId: runId!, line, journey: journey!, baseSec: base!, direction: direction! });
      runs.push([vehicle, runId!, timetable.startSec(run), timetable.endSec(run), line], 0, 0);
    }
  }
  return found;
}

/** Rows of check-ins that name no run, by vehicle of a known line without runs of its own. */
function scansOfVehicles(timetable: Timetable, { ids, checkIns, runs }: InputTables, places: Places): Map<number, number[]> {
  const lines = new Set(timetable.line.data.subarray(0, timetable.runCount));
  const listed = new Set(Array.prototype.slice.call(runs.column('vehicle_id'), 0, runs.rowCount) as number[]);
  const wanted = new Set<number>();
  for (const place of places.listedIds()) {
    const { line } = places.get(place);
    if (line !== 0 && lines.has(line) && places.isVehicle(place) && !listed.has(place) && ids.place.text(place) !== ids.text.text(line)) wanted.add(place);
  }
  const scansOf = new Map<number, number[]>();
  if (wanted.size === 0) return scansOf;
  const place = checkIns.column('place_id');
  const named = checkIns.column('run_id');
  for (let row = 0; row < checkIns.rowCount; row++) {
    if (named[row] !== 0 || !wanted.has(place[row]!)) continue;
    const rows = scansOf.get(place[row]!);
    if (rows) rows.push(row);
    else scansOf.set(place[row]!, [row]);
  }
  return scansOf;
}

interface Chain {
  readonly chain: number[];
  /** How many of the scans fit the chain, each by the run that it fits best. */
  readonly fit: number;
  /** How many fit any run of the line. */
  readonly fitOfLine: number;
}

/** The chain of runs, one after the other, that fits the scans best. `runs` are sorted by end. */
function bestChain(timetable: Timetable, runs: readonly number[], times: Float64Array): Chain {
  const candidates: Candidate[] = [];
  const inLine = new Float64Array(times.length);
  for (const run of runs) {
    const fit = fitOf(timetable, run, times, inLine);
    if (fit > COST_OF_RUN) candidates.push({ run, startSec: timetable.startSec(run), endSec: timetable.endSec(run), fit });
  }
  // best[i]: the best chain that ends with candidate i. A run may begin when the one before it ends; many end before, so the best of those is kept too.
  const best: number[] = [];
  const before: number[] = [];
  let top = -1;
  const topBefore: number[] = []; // by candidate: the best chain among those that end no later
  for (const [i, { run, startSec, fit }] of candidates.entries()) {
    let from = -1;
    let value = 0;
    const last = lastEndingBy(candidates, i, startSec);
    if (last >= 0) [from, value] = [topBefore[last]!, best[topBefore[last]!]!];
    // Of the few that ended here last, one that ended where this begins is better.
    for (let j = last; j >= 0 && j > last - 4; j--) {
      if (endsWhereBegins(timetable, candidates[j]!.run, run) && best[j]! + SAME_PLACE > value) [from, value] = [j, best[j]! + SAME_PLACE];
    }
    best.push(value + fit - COST_OF_RUN);
    before.push(from);
    if (top < 0 || best[i]! > best[top]!) top = i;
    topBefore.push(top);
  }
  const chain: number[] = [];
  const inChain = new Float64Array(times.length);
  for (let i = top; i >= 0; i = before[i]!) {
    chain.push(candidates[i]!.run);
    fitOf(timetable, candidates[i]!.run, times, inChain);
  }
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  return { chain: chain.reverse(), fit: sum(inChain), fitOfLine: sum(inLine) };
}

/** How many of the scans fit the stops of a run: one that is off by the half-life counts half. `best` keeps for each scan the best fit so far. */
function fitOf(timetable: Timetable, run: number, times: Float64Array, best: Float64Array): number {
  const endSec = timetable.endSec(run);
  let fit = 0;
  for (let i = firstFrom(times, timetable.startSec(run) - BOARDING_SEC); i < times.length && times[i]! < endSec; i++) {
    const off = offTime(timetable, run, callAt(timetable, run, times[i]!), times[i]!);
    if (off >= FAR_SEC) continue;
    const part = 2 ** (-off / HALF_LIFE_SEC);
    fit += part;
    if (part > best[i]!) best[i] = part;
  }
  return fit;
}

/** The last of `candidates[0..count)` that ends by an instant; negative if none does. They are sorted by end. */
function lastEndingBy(candidates: readonly Candidate[], count: number, sec: number): number {
  let lo = 0;
  let hi = count;
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (candidates[middle]!.endSec <= sec) lo = middle + 1;
    else hi = middle;
  }
  return lo - 1;
}

function endsWhereBegins(timetable: Timetable, run: number, next: number): boolean {
  const last = timetable.callStop.data[timetable.lastCall(run)]!;
  const first = timetable.callStop.data[timetable.firstCall(next)]!;
  return last === first || timetable.stopAt.distanceM(last, first) <= SAME_PLACE_M;
}

/** Position of the first value at or above `sec`. */
function firstFrom(values: Float64Array, sec: number): number {
  let lo = 0;
  let hi = values.length;
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (values[middle]! < sec) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}
