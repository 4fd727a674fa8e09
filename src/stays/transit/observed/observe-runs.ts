/**
 * Pings of vehicles → the runs that they were on, with the times at which they called at their stops.
 *
 * 1. Pings of a vehicle are put in order, and those left out that no vehicle can have been at.
 * 2. They are cut where the vehicle is silent for long, or says that it is on another trip.
 * 3. Where it names a trip that the timetable has on that day, that is the run. Else, and for trips that leave again and again, those runs are taken that
 *    explain most pings, best first, each by one vehicle as long as that is possible: of those the timetable gives to the vehicle, else of its line, else of all.
 * 4. What fits no run, but moves, is an unscheduled run: it has a start and an end, and no stops.
 */
import { Zone } from '../../../core/zone.js';
import type { Pings } from '../../../model/pings.js';
import type { Dictionaries } from '../../../model/tables.js';
import type { Call, Timetable } from '../../../model/timetable.js';
import { LEAST_PINGS, MOVED_M, explain, type Found } from './explain-segment.js';
import { NO_FIT, delayOf, fitRun, placesOn, type Fit, type Fix } from './fit-run.js';
import type { ObserveOptions, Observed, ObservedRun, PingCounts, UnscheduledRun } from './observed.js';
import { separateRuns } from './overlaps.js';
import { OTHER_DAY_SEC, ScheduledRuns, gapSec } from './scheduled-runs.js';
import { segmentOf, segmentsOf, type Segment } from './segments.js';
import { observedCalls } from './stop-times.js';
import { vehicleTracks, type Track } from './vehicle-tracks.js';

/** Finds the runs of all vehicles. The timetable stays as it is; see `observeInto`. */
export function observeRuns(pings: Pings, timetable: Timetable, ids: Pick<Dictionaries, 'place' | 'run' | 'text'>, options: ObserveOptions = {}): Observed {
  return new Observer(pings, timetable, ids, options).observe();
}

class Observer {
  readonly #pings: Pings;
  readonly #timetable: Timetable;
  readonly #ids: Pick<Dictionaries, 'place' | 'run' | 'text'>;
  readonly #options: ObserveOptions;
  readonly #scheduled: ScheduledRuns;
  readonly #zone: Zone;
  /** Runs that some vehicle is on. */
  readonly #isTaken: Uint8Array;
  readonly #runs: ObservedRun[] = [];
  readonly #unscheduled: UnscheduledRun[] = [];
  readonly #tripsUnknown = new Set<number>();
  readonly #tripsOtherDay = new Set<number>();
  readonly #counts: PingCounts;
  #byFit = 0;
  #withoutWay = 0;

  constructor(pings: Pings, timetable: Timetable, ids: Pick<Dictionaries, 'place' | 'run' | 'text'>, options: ObserveOptions) {
    this.#pings = pings;
    this.#timetable = timetable;
    this.#ids = ids;
    this.#options = options;
    this.#zone = options.zone ?? new Zone();
    this.#scheduled = new ScheduledRuns(timetable, ids);
    this.#isTaken = new Uint8Array(timetable.runCount);
    this.#counts = { read: pings.count, duplicates: 0, jumps: 0, used: 0, offRoute: 0, idle: 0, unscheduled: 0 };
  }

  observe(): Observed {
    const { tracks, duplicates, jumps } = vehicleTracks(this.#pings, this.#ids);
    this.#counts.duplicates = duplicates;
    this.#counts.jumps = jumps;
    const guessed: Segment[] = [];
    // Runs that vehicles name are theirs before others are guessed to be on them.
    for (const track of tracks) guessed.push(...this.#takeNamed(segmentsOf(track, this.#pings, this.#options.silenceSec ?? 2700)));
    for (const segment of guessed) this.#guess(segment);
    const { place } = this.#ids;
    this.#runs.sort((a, b) => place.compare(a.vehicle, b.vehicle) || a.firstSeenSec - b.firstSeenSec || a.run - b.run);
    this.#unscheduled.sort((a, b) => place.compare(a.vehicle, b.vehicle) || a.startSec - b.startSec);
    const overlaps = separateRuns(this.#runs);
    return { runs: this.#runs, unscheduled: this.#unscheduled, pings: this.#counts, vehicles: tracks.length, notes: this.#notes(tracks, overlaps) };
  }

  /** Takes the runs that a vehicle names; returns the segments of which that says too little. */
  #takeNamed(segments: readonly Segment[]): Segment[] {
    const rest: Segment[] = [];
    const named = new Map<number, Segment>();
    for (const segment of segments) {
      const run = segment.trip === 0 ? -1 : this.#namedRun(segment);
      const before = named.get(run);
      // A run goes on after a silence, and after a ping that named another by mistake.
      if (run < 0) rest.push(segment);
      else named.set(run, before ? segmentOf(segment.track, before, [...before.pings, ...segment.pings]) : segment);
    }
    for (const [run, segment] of named) {
      const path = this.#scheduled.pathOf(run);
      if (!path.isKnown) {
        // Nobody knows where it goes: the vehicle is on it all the same.
        this.#withoutWay++;
        this.#isTaken[run] = 1;
        this.#counts.offRoute += segment.pings.length;
        this.#add(segment, run, NO_FIT);
        continue;
      }
      const fit = fitRun(placesOn(path, segment.track), this.#timetable.base.data[run]!, segment.track, segment.pings, { isNamed: true });
      if (fit.fixes.length === 0) this.#addUnscheduled(segment);
      else {
        this.#isTaken[run] = 1;
        this.#counts.used += fit.fixes.length;
        this.#counts.offRoute += segment.pings.length - fit.fixes.length;
        this.#add(segment, run, fit);
      }
    }
    return rest;
  }

  /** The one run that a segment's claim means; negative if it is none, or any of several departures. */
  #namedRun(segment: Segment): number {
    const [only, ...others] = this.#departures(segment);
    return others.length === 0 && only !== undefined ? only : -1;
  }

  /** Runs of the trip that a segment names: on the day and at the time that it says, else near to its time. */
  #departures({ trip, startDay, startClock, startSec, endSec }: Segment): number[] {
    const all = this.#scheduled.ofTrip(trip);
    if (all.length === 0) {
      this.#tripsUnknown.add(trip);
      return [];
    }
    const onDay = startDay === 0 ? all : all.filter(({ day }) => day === startDay);
    const ofDay = onDay.length > 0 ? onDay : all;
    const atClock = startClock === 0 ? ofDay : ofDay.filter(({ clock }) => clock === startClock - 1);
    const ofClock = atClock.length > 0 ? atClock : ofDay;
    const gap = (run: number): number => gapSec(startSec, endSec, this.#timetable.startSec(run), this.#timetable.endSec(run));
    const near = ofClock.filter(({ run }) => gap(run) <= OTHER_DAY_SEC);
    if (near.length === 0) {
      this.#tripsOtherDay.add(trip);
      return [];
    }
    if (near.some(({ clock }) => !Number.isNaN(clock))) {
      return near.length === 1
        ? [near[0]!.run]
        : this.#scheduled.active(
            near.map(({ run }) => run),
            startSec,
            endSec,
          );
    }
    const middleSec = (startSec + endSec) / 2;
    const off = (run: number): number => Math.abs((this.#timetable.startSec(run) + this.#timetable.endSec(run)) / 2 - middleSec);
    return [near.map(({ run }) => run).reduce((best, run) => ((gap(run) - gap(best) || off(run) - off(best) || run - best) < 0 ? run : best))];
  }

  /** Finds the runs that explain the pings of a segment. */
  #guess(segment: Segment): void {
    const { track, pings, line, startSec, endSec } = segment;
    const isUsed = new Set<number>();
    const sets = [
      () => (segment.trip === 0 ? [] : this.#departures(segment)),
      () => this.#scheduled.ofVehicle(track.vehicle, startSec, endSec),
      () => (line === 0 ? [] : this.#scheduled.ofLine(line, startSec, endSec)),
      () => this.#scheduled.near(track, pings),
    ];
    let found: Found[] = [];
    for (const candidates of sets) {
      const runs = candidates();
      const free = runs.filter((run) => this.#isTaken[run] === 0);
      found = explain(segment, free, this.#scheduled, isUsed);
      if (found.length === 0) found = explain(segment, runs, this.#scheduled, isUsed);
      if (found.length > 0) break;
    }
    this.#byFit += found.length;
    for (const { run, fit } of found) {
      this.#isTaken[run] = 1;
      this.#add(segment, run, fit);
    }
    this.#leftOver(segment, found, isUsed);
  }

  /** Counts the pings of a segment, and finds the unscheduled runs among those that no run explains. */
  #leftOver(segment: Segment, found: readonly Found[], isUsed: ReadonlySet<number>): void {
    if (found.length === 0) return this.#addUnscheduled(segment);
    const used = found.reduce((sum, { fit }) => sum + fit.fixes.length, 0);
    this.#counts.used += used;
    this.#counts.offRoute += isUsed.size - used;
    let stretch: number[] = [];
    const end = (): void => {
      if (stretch.length === 0) return;
      if (stretch.length >= LEAST_PINGS && hasMoved(segment.track, stretch)) this.#addUnscheduled(segmentOf(segment.track, segment, stretch));
      else this.#counts.idle += stretch.length;
      stretch = [];
    };
    for (const ping of segment.pings) {
      if (isUsed.has(ping)) end();
      else stretch.push(ping);
    }
    end();
  }

  #add(segment: Segment, run: number, { fixes }: Fit): void {
    const { base, journey } = this.#timetable;
    const baseSec = base.data[run]!;
    const seen: readonly Pick<Fix, 'sec'>[] = fixes.length > 0 ? fixes : [{ sec: segment.startSec - baseSec }, { sec: segment.endSec - baseSec }];
    const delays = fixes.map((fix) => delayOf(fix)).sort((a, b) => a - b);
    this.#runs.push({
      vehicle: segment.track.vehicle,
      run,
      calls: fixes.length > 0 ? observedCalls(this.#timetable, journey.data[run]!, baseSec, fixes) : scheduledCalls(this.#timetable, run),
      pings: fixes.length,
      firstSeenSec: baseSec + seen[0]!.sec,
      lastSeenSec: baseSec + seen.at(-1)!.sec,
      medianDelaySec: delays.length === 0 ? 0 : Math.round(delays[Math.floor((delays.length - 1) / 2)]!),
      overlaps: false,
    });
  }

  #addUnscheduled({ track, line, pings, startSec, endSec }: Segment): void {
    this.#counts.unscheduled += pings.length;
    const { place, run } = this.#ids;
    const runId = run.intern(`${place.text(track.vehicle)}@${this.#zone.text(startSec)}`);
    this.#unscheduled.push({ vehicle: track.vehicle, runId, line, startSec, endSec, pings: pings.length });
  }

  #notes(tracks: readonly Track[], overlaps: number): string[] {
    const { read, duplicates, jumps, used, offRoute, idle, unscheduled } = this.#counts;
    const note = (count: number, text: string): string[] => (count > 0 ? [text.replace('#', String(count))] : []);
    const unknown = tracks.filter(({ vehicle }) => this.#options.isKnownVehicle?.(vehicle) === false).length;
    const times = new Map<number, number>();
    for (const { run } of this.#runs) times.set(run, (times.get(run) ?? 0) + 1);
    return [
      ...note(read, `# pings of ${tracks.length} vehicles: ${used} on the way of a run`),
      ...note(duplicates, '# pings that say what another one says: they count once'),
      ...note(jumps, '# pings left out: the vehicle would have had to be faster than 60 m/s'),
      ...note(offRoute, '# pings of vehicles on a run, but away from its way: they say nothing of its times'),
      ...note(idle, '# pings of vehicles that stood between runs'),
      ...note(this.#runs.length, `# runs observed, ${this.#byFit} of them found by where and when the vehicle was`),
      ...note(this.#unscheduled.length, `# unscheduled runs, of ${unscheduled} pings: their start and end are known, and no stops`),
      ...note([...times.values()].filter((count) => count > 1).length, '# runs that several vehicles were on: each has it with its own times'),
      ...note(overlaps, '# runs overlap another run of the same vehicle: their times were cut where one becomes the other'),
      ...note(this.#withoutWay, '# runs whose stops have no coordinates: they keep the times of the timetable'),
      ...note(this.#tripsUnknown.size, '# trips named by vehicles are not in the timetable: their runs were looked for by place and time'),
      ...note(this.#tripsOtherDay.size, '# trips named by vehicles do not run within 12 h of their pings: their runs were looked for by place and time'),
      ...note(unknown, '# vehicles with pings are not among the places: nobody can have scanned there'),
    ];
  }
}

function hasMoved({ xyz }: Track, pings: readonly number[]): boolean {
  const at = (ping: number, axis: number): number => xyz[ping * 3 + axis]! - xyz[pings[0]! * 3 + axis]!;
  return pings.some((ping) => Math.hypot(at(ping, 0), at(ping, 1), at(ping, 2)) > MOVED_M);
}

function scheduledCalls(timetable: Timetable, run: number): Call[] {
  const { callStop, callArrival, callDeparture, base } = timetable;
  const [lo, hi] = [timetable.firstCall(run), timetable.lastCall(run) + 1];
  const baseSec = base.data[run]!;
  return Array.from({ length: hi - lo }, (_, i) => ({
    stop: callStop.data[lo + i]!,
    arrivalSec: baseSec + callArrival.data[lo + i]!,
    departureSec: baseSec + callDeparture.data[lo + i]!,
  }));
}
