/** Options, tables and timetable feeds → what infers rides, or nothing where that was not asked for. */
import { parseDuration } from '../core/duration.js';
import { OptionError } from '../core/errors.js';
import { Zone } from '../core/zone.js';
import type { Feed } from '../model/feed.js';
import type { Places } from '../model/place.js';
import type { InputTables } from '../model/tables.js';
import { Timetable } from '../model/timetable.js';
import type { Dwell } from '../stays/dwell.js';
import type { Runs } from '../stays/segment-runs.js';
import type { AlightingOptions } from '../stays/transit/alighting.js';
import { assignRuns } from '../stays/transit/assign-runs.js';
import { addFeed } from '../stays/transit/feed-runs.js';
import { Rides, type RideCounts } from '../stays/transit/rides.js';
import { addTables } from '../stays/transit/table-timetable.js';
import type { StayOptions } from './stay-options.js';

/** A feed with the name that messages give it. */
export interface NamedFeed {
  readonly name: string;
  readonly feed: Feed;
}

/** How rides were found, and what a reader of the lists should know of it. */
export interface RideSummary extends RideCounts {
  readonly notes: readonly string[];
}

/** The runs that are known by stop, made ready in steps: what the tables say, before places are looked at; then what scans say; then rides. */
export class Transit {
  /** What a reader of the lists should know. */
  readonly notes: string[] = [];
  readonly #timetable = new Timetable();
  readonly #inputs: InputTables;
  readonly #zone: Zone;
  readonly #walk: AlightingOptions;

  /** Adds the runs of feeds to the tables. @throws OptionError. */
  constructor(inputs: InputTables, zone: Zone, feeds: readonly NamedFeed[], options: StayOptions) {
    this.#walk = walkOf(options);
    this.#inputs = inputs;
    this.#zone = zone.name === undefined && feeds[0] ? new Zone(feeds[0].feed.zone) : zone;
    const { runsUnknown, runsWithoutStops, backwards } = addTables(this.#timetable, inputs);
    this.#note(runsUnknown, 'runs of the run stops that the runs table does not have: nobody can be on them');
    this.#note(runsWithoutStops, 'runs without two stops: rides on them end as any stay does');
    this.#note(backwards, 'stops that a run reaches before it left the one before: taken as left at once');
    for (const { feed, name } of feeds) this.notes.push(...addFeed(this.#timetable, inputs, feed, name));
  }

  /** Gives vehicles of known lines their runs. */
  assign(places: Places): void {
    const { vehicles, lineCodes } = assignRuns(this.#timetable, this.#inputs, places);
    this.#note(vehicles, 'vehicles whose runs were told by their line and the times of their scans');
    this.#note(lineCodes, 'codes of a line whose scans fit no single vehicle: each scan was given a run by itself');
  }

  rides(places: Places, runs: Runs, dwell: Dwell): Rides {
    return new Rides(this.#timetable, runs, this.#inputs, places, dwell, this.#zone, this.#walk);
  }

  #note(count: number, text: string): void {
    if (count > 0) this.notes.push(`${count} ${text}`);
  }
}

/** @throws OptionError `E_WALK`. */
export function walkOf({ walkM = 1000, walkTime = '12m' }: StayOptions): AlightingOptions {
  const walkSec = parseDuration(walkTime, 'walk-time');
  if (!(walkM > 0 && walkM <= 100_000)) throw new OptionError('E_WALK', 'walk-m: expected metres above 0, at most 100,000');
  if (walkSec === 0) throw new OptionError('E_WALK', 'walk-time: expected more than 0');
  return { walkM, walkSec };
}
