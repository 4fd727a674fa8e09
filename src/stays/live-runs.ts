/** Runs of vehicles without a timetable while scans come in: cut from the scans so far, and from when on nothing can change them. */
import type { Places } from '../model/place.js';
import type { Dictionaries } from '../model/tables.js';
import type { Dwell } from './dwell.js';
import { BOARDING_SEC, type Runs } from './segment-runs.js';
import type { VehicleSpans } from './vehicle-spans.js';

/** What a scan changed. */
export const NOTHING = 0;
/** The latest run lasts longer. */
export const LONGER = 1;
/** A run is new, or others than before. */
export const OTHER_RUNS = 2;

/** Runs of one vehicle, one for each span of scans, in time order; the same arrays as in `Runs`. */
interface Vehicle {
  readonly lasts: number[];
  readonly runIds: number[];
  readonly starts: number[];
  readonly ends: number[];
  readonly latestEnd: number[];
}

export class LiveRuns {
  readonly gapSec: number;
  /** Longest time from the first to the last scan of a run that was known at first. */
  readonly longestRunSec: number;
  readonly #runs: Runs;
  readonly #places: Places;
  readonly #dwell: Dwell;
  readonly #ids: Dictionaries;
  readonly #known: VehicleSpans;
  readonly #purged: ReadonlyMap<number, number>;
  readonly #vehicles = new Map<number, Vehicle>();

  /** `known` are the spans of the scans so far, `purged` counts runs that are known no more: names go on behind them. `runs` is kept up to date. */
  constructor(runs: Runs, places: Places, dwell: Dwell, ids: Dictionaries, known: VehicleSpans, purged: ReadonlyMap<number, number> = new Map()) {
    this.gapSec = known.gapSec;
    let longest = 0;
    for (const vehicle of known.vehicles()) for (const { startSec, lastSec } of known.of(vehicle)) longest = Math.max(longest, lastSec - startSec);
    this.longestRunSec = longest;
    this.#runs = runs;
    this.#places = places;
    this.#dwell = dwell;
    this.#ids = ids;
    this.#known = known;
    this.#purged = purged;
  }

  /** Whether the runs of a place are cut from its scans. */
  isCut(place: number): boolean {
    return this.#places.isVehicle(place) && !this.#runs.isListed(place);
  }

  /** Takes a scan that names no run. Says what it changed, and from which instant on. */
  add(place: number, sec: number): { readonly change: number; readonly sinceSec: number } {
    const vehicle = this.#vehicle(place);
    const { lasts, starts } = vehicle;
    const last = lasts.length - 1;
    const mostSec = this.#mostSec(place);
    if (last >= 0 && sec >= starts[last]! && sec - lasts[last]! < this.gapSec) {
      if (sec <= lasts[last]!) return { change: NOTHING, sinceSec: sec };
      lasts[last] = sec;
      this.#end(vehicle, last, sec + mostSec);
      return { change: LONGER, sinceSec: starts[last]! };
    }
    // Anywhere else: it may stand alone, lengthen a span at either end, or join two.
    let at = 0;
    while (at < starts.length && starts[at]! <= sec) at++;
    const joinsBefore = at > 0 && sec - lasts[at - 1]! < this.gapSec;
    const joinsAfter = at < starts.length && starts[at]! - sec < this.gapSec;
    if (joinsBefore && sec <= lasts[at - 1]!) return { change: NOTHING, sinceSec: sec };
    const first = joinsBefore ? at - 1 : at;
    const sinceSec = Math.min(sec, starts[first] ?? sec);
    if (joinsBefore && joinsAfter) {
      lasts.splice(at - 1, 1);
      starts.splice(at, 1);
    } else if (joinsBefore) lasts[at - 1] = sec;
    else if (joinsAfter) starts[at] = sec;
    else {
      starts.splice(at, 0, sec);
      lasts.splice(at, 0, sec);
    }
    this.#name(place, vehicle, Math.max(0, first - 1));
    // The end of the run before may be another now, too.
    return { change: OTHER_RUNS, sinceSec: Math.min(sinceSec, starts[Math.max(0, first - 1)]!) };
  }

  /** From which instant of the stream's clock on the run of a scan that names none is settled, and with it its end as far as it cuts the scan's stay. */
  settledSec(place: number, sec: number): number {
    const { starts, lasts } = this.#vehicle(place);
    // A run that begins within the boarding time takes the scan; scans less than the gap apart are in one run.
    let at = starts.length;
    while (at > 0 && starts[at - 1]! > sec + BOARDING_SEC) at--;
    return Math.max(sec + BOARDING_SEC, at === 0 ? 0 : lasts[at - 1]! + this.gapSec - 1);
  }

  /** The same for the part of a run between two instants, of which an itinerary tells: it ends with the run or at `untilSec`. */
  pieceSettledSec(place: number, run: number, untilSec: number): number {
    const { runIds, lasts, ends } = this.#vehicle(place);
    const at = runIds.indexOf(run);
    return at < 0 ? untilSec : Math.max(lasts[at]! + this.gapSec - 1, Math.min(untilSec, ends[at]!));
  }

  #vehicle(place: number): Vehicle {
    let vehicle = this.#vehicles.get(place);
    if (vehicle === undefined) {
      const spans = this.#known.of(place);
      vehicle = { lasts: spans.map(({ lastSec }) => lastSec), starts: spans.map(({ startSec }) => startSec), runIds: [], ends: [], latestEnd: [] };
      this.#vehicles.set(place, vehicle);
      this.#name(place, vehicle, 0);
    }
    return vehicle;
  }

  /** Names and ends the runs from one on anew. */
  #name(place: number, vehicle: Vehicle, from: number): void {
    const { lasts, starts, runIds } = vehicle;
    const name = this.#ids.place.text(place);
    const before = this.#purged.get(place) ?? 0;
    const mostSec = this.#mostSec(place);
    for (const column of [runIds, vehicle.ends, vehicle.latestEnd]) column.length = starts.length;
    for (let i = from; i < starts.length; i++) {
      runIds[i] = this.#ids.run.intern(`${name}#${before + i + 1}`);
      this.#end(vehicle, i, Math.min(lasts[i]! + mostSec, starts[i + 1] ?? Number.POSITIVE_INFINITY));
    }
    this.#runs.setCut(place, vehicle);
  }

  #end({ ends, latestEnd }: Vehicle, at: number, sec: number): void {
    ends[at] = sec;
    latestEnd[at] = Math.max(sec, at === 0 ? 0 : latestEnd[at - 1]!);
  }

  #mostSec(place: number): number {
    return this.#dwell.of(this.#places.get(place).category).mostSec;
  }
}
