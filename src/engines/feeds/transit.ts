/** Options, tables and timetable feeds → what infers rides, or nothing where that was not asked for. */
import { parseDuration } from '../../core/duration.js';
import { OptionError } from '../../core/errors.js';
import { Zone } from '../../core/zone.js';
import { visible } from '../../core/visible.js';
import type { Feed } from '../../model/feed.js';
import type { Pings } from '../../model/pings.js';
import type { Places } from '../../model/place.js';
import type { InputTables } from '../../model/tables.js';
import { Timetable } from '../../model/timetable.js';
import type { Dwell } from '../../stays/dwell.js';
import type { Runs } from '../../stays/segment-runs.js';
import type { AlightingOptions } from '../../stays/transit/rides/alighting.js';
import { assignRuns } from '../../stays/transit/assign-runs.js';
import { applyOffsets, clockOffsets, type ClockOffset } from '../../stays/transit/clock-offset.js';
import { addFeed } from '../../stays/transit/feeds/feed-runs.js';
import { listRuns } from '../../stays/transit/list-runs.js';
import { observeInto } from '../../stays/transit/observed/observe-into.js';
import type { ObservedRun } from '../../stays/transit/observed/observed.js';
import { Rides, type RideCounts } from '../../stays/transit/rides/rides.js';
import { addTables } from '../../stays/transit/table-timetable.js';
import type { StayOptions } from '../inputs/stay-options.js';

/** Vehicles with moved clocks that are named. */
const MOST_CLOCKS = 10;

/** A feed with the name that messages give it. */
export interface NamedFeed {
  readonly name: string;
  readonly feed: Feed;
}

/** How rides were found, and what a reader of the lists should know of it. */
export interface RideSummary extends RideCounts {
  readonly notes: readonly string[];
}

/** What is known of runs beside the tables. */
export interface TransitInputs {
  readonly feeds?: readonly NamedFeed[] | undefined;
  /** Where vehicles were seen. */
  readonly pings?: Pings | undefined;
}

/** The runs that are known by stop, made ready in steps: what tables, feeds and pings say, before places are looked at; then what scans say; then rides. */
export class Transit {
  /** What a reader of the lists should know. */
  readonly notes: string[] = [];
  readonly #timetable = new Timetable();
  readonly #inputs: InputTables;
  readonly #zone: Zone;
  readonly #walk: AlightingOptions;

  /** Completes the tables of runs and places. @throws OptionError. */
  constructor(inputs: InputTables, zone: Zone, { feeds = [], pings }: TransitInputs, options: StayOptions) {
    this.#walk = walkOf(options);
    this.#inputs = inputs;
    this.#zone = zone.name === undefined && feeds[0] ? new Zone(feeds[0].feed.zone) : zone;
    const { runsUnknown, runsWithoutStops, backwards } = addTables(this.#timetable, inputs);
    this.#note(runsUnknown, 'runs of the run stops that the runs table does not have: nobody can be on them');
    this.#note(runsWithoutStops, 'runs without two stops: rides on them end as any stay does');
    this.#note(backwards, 'stops that a run reaches before it left the one before: taken as left at once');
    const fromTables = this.#timetable.runCount;
    const added = feeds.map(({ feed, name }) => addFeed(this.#timetable, inputs, feed, name));
    this.notes.push(...added.flatMap(({ notes }) => notes));
    const seen = pings ? this.#observe(pings) : [];
    const offsets = this.#setClocks();
    listRuns(this.#timetable, inputs, {
      fromTables,
      seen: new Set(seen.map(({ run }) => run)),
      moved: new Map(offsets.map(({ vehicle, offsetSec }) => [vehicle, offsetSec])),
      categories: new Map(added.flatMap(({ categories }) => [...categories])),
    });
  }

  /** Puts what vehicles were seen to do in the place of what the timetable expected. */
  #observe(pings: Pings): readonly ObservedRun[] {
    const { ids, places, runs } = this.#inputs;
    const known = new Set(Array.prototype.slice.call(places.column('place_id'), 0, places.rowCount) as number[]);
    const observed = observeInto(this.#timetable, pings, ids, { zone: this.#zone, isKnownVehicle: (vehicle) => known.has(vehicle) });
    for (const { vehicle, runId, line, startSec, endSec } of observed.unscheduled) runs.push([vehicle, runId, startSec, endSec, line], 0, 0);
    this.notes.push(...observed.notes);
    return observed.runs;
  }

  /** Moves the runs of vehicles whose clock is not that of the phones. */
  #setClocks(): readonly ClockOffset[] {
    const { ids, checkIns } = this.#inputs;
    const offsets = clockOffsets({ count: checkIns.rowCount, place: checkIns.column('place_id'), sec: checkIns.column('time') }, this.#timetable);
    applyOffsets(this.#timetable, offsets);
    for (const { vehicle, offsetSec, explained, explainedBefore } of offsets.slice(0, MOST_CLOCKS)) {
      const [seconds, way] = [Math.abs(offsetSec), offsetSec > 0 ? 'later' : 'earlier'];
      const name = visible(ids.place.text(vehicle));
      this.notes.push(
        `the runs of ${name} were moved ${seconds} s ${way}, to the clock of the phones: its scans fit ${explained} stops, not ${explainedBefore}`,
      );
    }
    this.#note(Math.max(0, offsets.length - MOST_CLOCKS), 'further vehicles whose runs were moved to the clock of the phones');
    return offsets;
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
