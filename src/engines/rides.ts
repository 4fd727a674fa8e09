/** Options and tables → what infers rides, or nothing where that was not asked for. */
import { parseDuration } from '../core/duration.js';
import { OptionError } from '../core/errors.js';
import type { Zone } from '../core/zone.js';
import type { Places } from '../model/place.js';
import type { InputTables } from '../model/tables.js';
import { Timetable } from '../model/timetable.js';
import type { Dwell } from '../stays/dwell.js';
import type { Runs } from '../stays/segment-runs.js';
import { Rides } from '../stays/transit/rides.js';
import { addTables } from '../stays/transit/table-timetable.js';
import type { StayOptions } from './stay-options.js';

/** @throws OptionError. */
export function ridesOf(inputs: InputTables, places: Places, runs: Runs, dwell: Dwell, zone: Zone, options: StayOptions): Rides | undefined {
  if (!options.rides) return undefined;
  const walkM = options.walkM ?? 1000;
  const walkSec = parseDuration(options.walkTime ?? '12m', 'walk-time');
  if (!(walkM > 0 && walkM <= 100_000)) throw new OptionError('E_WALK', 'walk-m: expected metres above 0, at most 100,000');
  if (walkSec === 0) throw new OptionError('E_WALK', 'walk-time: expected more than 0');
  const timetable = new Timetable();
  addTables(timetable, inputs);
  return new Rides(timetable, runs, inputs, places, dwell, zone, { walkM, walkSec });
}
