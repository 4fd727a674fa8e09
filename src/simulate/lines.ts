/** Lines of buses and coaches: stops, timetable, and which vehicle makes which run. All of it is arithmetic on a few numbers of each line. */
import { Random } from './random.js';

/** Numbers of a vehicle within its line; a line uses the first few. */
export const VEHICLES_PER_LINE = 32;
/** Runs of a line on one day are fewer than this. */
export const RUNS_PER_DAY = 1024;
const FIRST_SEC = 5.5 * 3600;
const LAST_DEPARTURE_SEC = 22.5 * 3600;
const LAST_ARRIVAL_SEC = 23.75 * 3600;
/** Between two runs of one vehicle at the least. */
const TURN_SEC = 240;

/**
 * Run k of a line leaves `headwaySec` after run k - 1, even ones outward and odd ones back, and is made by vehicle k mod `vehicles`.
 * Invariants: `vehicles` is odd, so a vehicle goes out and back in turn; its next run begins at least `TURN_SEC` after its last one ended.
 */
export interface Line {
  readonly stops: number;
  readonly stopSec: number;
  readonly headwaySec: number;
  readonly vehicles: number;
  /** Runs of one day. */
  readonly runs: number;
  /** From the first to the last stop. */
  readonly lengthSec: number;
}

/** How the lines of one kind are drawn: each pair is least and most. */
export interface LineShape {
  readonly stops: readonly [number, number];
  readonly stopSec: readonly [number, number];
  readonly headwaySec: readonly [number, number];
}

export const BUS_LINE: LineShape = { stops: [12, 20], stopSec: [120, 180], headwaySec: [240, 480] };
/** Coaches ride from end to end. */
export const COACH_LINE: LineShape = { stops: [2, 2], stopSec: [4200, 7200], headwaySec: [1800, 1800] };

export class Lines {
  readonly count: number;
  readonly #lines: readonly Line[];

  constructor(seed: number, stream: number, count: number, shape: LineShape) {
    const random = new Random(seed);
    this.count = count;
    this.#lines = Array.from({ length: count }, (_, line) => {
      random.begin(stream, line);
      const stops = random.between(...shape.stops);
      const stopSec = random.between(...shape.stopSec);
      const headwaySec = random.between(...shape.headwaySec);
      const lengthSec = (stops - 1) * stopSec;
      const needed = Math.ceil((lengthSec + TURN_SEC) / headwaySec);
      const lastSec = Math.min(LAST_DEPARTURE_SEC, LAST_ARRIVAL_SEC - lengthSec);
      return {
        stops,
        stopSec,
        headwaySec,
        vehicles: needed % 2 === 0 ? needed + 1 : needed,
        runs: Math.floor((lastSec - FIRST_SEC) / headwaySec) + 1,
        lengthSec,
      };
    });
  }

  get(line: number): Line {
    return this.#lines[line]!;
  }

  /** Number of the vehicle of a run, among the vehicles of all lines of this kind. */
  vehicleOf(line: number, run: number): number {
    return line * VEHICLES_PER_LINE + (run % this.get(line).vehicles);
  }

  /** When a run leaves its first stop, in seconds of the day. */
  departureSec(line: number, run: number): number {
    return FIRST_SEC + run * this.get(line).headwaySec;
  }

  /** The first run in a direction (0 or 1) that leaves stop number `stop` at `sec` of the day or later; -1 if there is none. */
  nextRun(line: number, direction: number, stop: number, sec: number): number {
    const { headwaySec, stopSec, runs } = this.get(line);
    let run = Math.max(0, Math.ceil((sec - FIRST_SEC - stop * stopSec) / headwaySec));
    if (run % 2 !== direction) run++;
    return run < runs ? run : -1;
  }
}
