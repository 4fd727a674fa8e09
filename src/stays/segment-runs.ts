/** Runs: which journey of a vehicle someone was on, and when it ended. From the runs table, or cut from the vehicle's own scans. */
import type { Dictionaries, InputTables } from '../model/tables.js';
import type { Places } from '../model/place.js';
import type { Dwell } from './dwell.js';
import { VehicleSpans, addScans, type ScanSpan } from './vehicle-spans.js';

/** People board before departure. */
export const BOARDING_SEC = 300;

/** Runs of one vehicle, sorted by start, then run_id bytewise, then the later end first. `latestEnd[i]` is the latest end of runs 0..i. */
export interface VehicleRuns {
  readonly runIds: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly latestEnd: readonly number[];
}

interface Run {
  readonly runId: number;
  readonly startSec: number;
  readonly endSec: number;
}

const NONE: VehicleRuns = { runIds: [], starts: [], ends: [], latestEnd: [] };

export class Runs {
  readonly #listed = new Map<number, VehicleRuns>();
  readonly #cut = new Map<number, VehicleRuns>();
  readonly #lines = new Map<number, number>();
  /** Set by `find`: the run's id (0: none) and its end in seconds (Infinity: unknown). */
  foundRunId = 0;
  foundEndSec: number = Number.POSITIVE_INFINITY;
  readonly #places: Places;

  /** With the runs of the table; `cut` adds those of the vehicles that have no row there. */
  constructor(inputs: Pick<InputTables, 'ids' | 'runs'>, places: Places) {
    this.#places = places;
    const { ids, runs } = inputs;
    const byVehicle = new Map<number, Run[]>();
    const [vehicleId, runId, start, end, line] = runs.columns.map((column) => column.data);
    for (let row = 0; row < runs.rowCount; row++) {
      if (line![row] !== 0) this.#lines.set(runId![row]!, line![row]!);
      const list = byVehicle.get(vehicleId![row]!);
      const run = { runId: runId![row]!, startSec: start![row]!, endSec: end![row]! };
      if (list) list.push(run);
      else byVehicle.set(vehicleId![row]!, [run]);
    }
    for (const [vehicle, list] of byVehicle) this.#listed.set(vehicle, sorted(list, ids));
  }

  /** Runs of the table, and those cut from check-ins. */
  static of(inputs: Pick<InputTables, 'ids' | 'runs' | 'checkIns'>, places: Places, dwell: Dwell, gapSec: number): Runs {
    const runs = new Runs(inputs, places);
    const spans = new VehicleSpans(gapSec);
    addScans(spans, inputs, places, (vehicle) => runs.isListed(vehicle));
    runs.cut(spans, dwell, inputs.ids);
    return runs;
  }

  /** Cuts runs from spans of scans, for vehicles without a row in the table. `purged` counts runs of a vehicle that are known no more: names go on behind them. */
  cut(spans: VehicleSpans, dwell: Dwell, ids: Dictionaries, purged: ReadonlyMap<number, number> = new Map()): void {
    for (const vehicle of spans.vehicles()) {
      const { mostSec } = dwell.of(this.#places.get(vehicle).category);
      this.#cut.set(vehicle, cutRuns(vehicle, spans.of(vehicle), mostSec, ids, purged.get(vehicle) ?? 0));
    }
  }

  /** Takes runs of a vehicle that were cut elsewhere. They may go on changing, as scans come in. */
  setCut(vehicle: number, runs: VehicleRuns): void {
    this.#cut.set(vehicle, runs);
  }

  /** Whether the table has runs of a vehicle. */
  isListed(vehicle: number): boolean {
    return this.#listed.has(vehicle);
  }

  /** All runs of a vehicle: those of the table, else those cut from its scans. */
  of(vehicle: number): VehicleRuns {
    return this.#listed.get(vehicle) ?? this.#cut.get(vehicle) ?? NONE;
  }

  /** The line of a run, as the dense id of a text; 0 if the table names none. */
  lineOf(runId: number): number {
    return this.#lines.get(runId) ?? 0;
  }

  /** Vehicles whose runs were cut from scans. */
  get cutVehicles(): number {
    return this.#cut.size;
  }

  /** Finds the run of someone on a place at an instant; `namedRunId` is 0 if the check-in names none. Leaves it in `foundRunId` and `foundEndSec`. */
  find(place: number, sec: number, namedRunId: number): void {
    this.foundEndSec = Number.POSITIVE_INFINITY;
    this.foundRunId = namedRunId;
    const isNamed = namedRunId !== 0;
    if (!isNamed && !this.#places.isVehicle(place)) return;
    const runs = isNamed ? this.#listed.get(place) : this.of(place);
    if (runs === undefined) return;
    const { starts, ends, runIds, latestEnd } = runs;
    const isCandidate = isNamed ? (i: number): boolean => runIds[i] === namedRunId : (i: number): boolean => ends[i]! > sec && starts[i]! - BOARDING_SEC <= sec;
    // The nearest start wins; a tie goes to the later start, then to the earlier in the order of the list.
    const after = firstAfter(starts, sec);
    let best = -1;
    for (let i = after - 1; i >= 0; i--) {
      if (!isNamed && latestEnd[i]! <= sec) break; // all earlier runs are over
      if (best >= 0 && starts[i] !== starts[best]) break;
      if (isCandidate(i)) best = i; // of equal starts the first in the list stays
    }
    for (let i = after; i < starts.length; i++) {
      if (!isNamed && starts[i]! - BOARDING_SEC > sec) break;
      if (best >= 0 && starts[i]! - sec > sec - starts[best]!) break;
      if (isCandidate(i)) {
        best = i;
        break;
      }
    }
    if (best < 0) return;
    this.foundRunId = runIds[best]!;
    this.foundEndSec = ends[best]!;
  }
}

/** Position of the first start later than `sec`. */
function firstAfter(starts: readonly number[], sec: number): number {
  let lo = 0;
  let hi = starts.length;
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (starts[middle]! <= sec) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}

function sorted(runs: Run[], ids: Dictionaries): VehicleRuns {
  runs.sort((a, b) => a.startSec - b.startSec || ids.run.compare(a.runId, b.runId) || b.endSec - a.endSec);
  let latest = 0;
  return {
    runIds: runs.map((run) => run.runId),
    starts: runs.map((run) => run.startSec),
    ends: runs.map((run) => run.endSec),
    latestEnd: runs.map((run) => (latest = Math.max(latest, run.endSec))),
  };
}

/** Runs of a vehicle, one for each span of scans, named `vehicle#1`, `#2` … in time order. */
function cutRuns(vehicle: number, spans: readonly ScanSpan[], mostSec: number, ids: Dictionaries, purged: number): VehicleRuns {
  const name = ids.place.text(vehicle);
  const runs = spans.map((span, i) => ({
    runId: ids.run.intern(`${name}#${purged + i + 1}`),
    startSec: span.startSec,
    endSec: Math.min(span.lastSec + mostSec, spans[i + 1]?.startSec ?? Number.POSITIVE_INFINITY),
  }));
  return sorted(runs, ids);
}
