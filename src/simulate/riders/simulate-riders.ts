/**
 * Seeded riders on the runs of a timetable, for benches and tests of how rides are inferred: what they scan, and on which runs they really were, from
 * which stop to which. Everybody is invented; the runs are those given.
 */
import { OptionError } from '../../core/errors.js';
import { DAY_SEC, type Zone } from '../../core/zone.js';
import type { Dictionaries } from '../../model/tables.js';
import type { Timetable } from '../../model/timetable.js';
import { Random } from '../random.js';
import { fleetOf, type Fleet } from './fleet.js';
import { planRiders, type RiderOptions, type RiderPlan } from './rider-options.js';
import { RiderDays } from './rider-day.js';
import { RiderPeople } from './rider-people.js';
import { RIDER_PLACES, RIDER_STREAM, RiderPlaces, type RiderPlace } from './rider-places.js';
import { RiderScanner } from './rider-scans.js';
import type { RiderCase, RiderCheckIn, RiderPlaceRow, RiderRide, RiderRun, RiderRunStop } from './rider-rows.js';
import { degreesOf, WayFinder } from './way-finder.js';

/** The runs that people ride, and what things are called. */
export interface RiderWorld {
  readonly timetable: Timetable;
  readonly ids: Pick<Dictionaries, 'place' | 'run' | 'text'>;
  readonly zone: Zone;
  /** Days since 1970-01-01. */
  readonly firstDay: number;
  readonly days: number;
  /** Category of the vehicles of a line, by the dense id of its text. @defaultValue 'bus' for all */
  readonly categoryOf?: (line: number) => string;
}

/** A scan so much later than a boarding is no second tap of it. */
const LATER_SEC = 60;
/** Cases are isolated at nine in the morning. */
const ISOLATED_SEC = 9 * 3600;

/** @throws OptionError naming the option, or if there is no run to ride. */
export function simulateRiders(world: RiderWorld, options: RiderOptions = {}): SimulatedRiders {
  return new SimulatedRiders(world, planRiders(options));
}

/** Riders of some days: each walk over check-ins or rides makes the same rows anew, person by person, and keeps none. */
export class SimulatedRiders {
  readonly options: RiderPlan;
  readonly fleet: Fleet;
  readonly #world: RiderWorld;
  readonly #finder: WayFinder;
  readonly #places: RiderPlaces;
  readonly #people: RiderPeople;
  /** By run of the timetable: the place whose code its riders scan. */
  readonly #code: readonly string[];
  readonly #lineCodes = new Map<number, string>();

  /** @internal */
  constructor(world: RiderWorld, plan: RiderPlan) {
    const { timetable, ids } = world;
    if (!someRunIsLocated(timetable)) throw new OptionError('E_FEED_EMPTY', 'expected runs with stops whose coordinates are known, got none on these days');
    this.options = plan;
    this.#world = world;
    this.fleet = fleetOf(timetable);
    this.#finder = new WayFinder(timetable, this.fleet.nextRun);
    this.#places = new RiderPlaces(this.#finder, plan.seed);
    this.#people = new RiderPeople(this.#finder, this.#places, plan);
    const random = new Random(plan.seed);
    for (const line of new Set(timetable.line.data.subarray(0, timetable.runCount))) {
      random.begin(RIDER_STREAM.line, line);
      if (line !== 0 && random.chance(plan.lineCodes)) this.#lineCodes.set(line, `line:${ids.text.text(line)}`);
    }
    this.#code = Array.from({ length: timetable.runCount }, (_, run) => this.#lineCodes.get(timetable.line.data[run]!) ?? this.vehicleId(run));
  }

  /** Id of the vehicle of a run: that of the timetable, or the line and a number. */
  vehicleId(run: number): string {
    const { place, text } = this.#world.ids;
    const { isNamed, vehicleOf, line, number } = this.fleet;
    const vehicle = vehicleOf[run]!;
    return isNamed ? place.text(number[vehicle]!) : `${text.text(line[vehicle]!)}/${number[vehicle]!}`;
  }

  get checkIns(): Iterable<RiderCheckIn> {
    return again(() => this.#checkIns());
  }
  /** True rides: person by person, in the order of time. */
  get rides(): Iterable<RiderRide> {
    return again(() => this.#rides());
  }
  /** Vehicles, codes of lines, and where riders live, work and shop. */
  get places(): Iterable<RiderPlaceRow> {
    return again(() => this.#placeRows());
  }
  get runs(): Iterable<RiderRun> {
    return again(() => this.#runRows());
  }
  get runStops(): Iterable<RiderRunStop> {
    return again(() => this.#runStopRows());
  }
  get cases(): Iterable<RiderCase> {
    return again(() => this.#cases());
  }

  *#checkIns(): Generator<RiderCheckIn> {
    for (const { person_id, scanner } of this.#personDays()) {
      for (const { run, place, sec } of scanner.scans) {
        yield { person_id, place_id: place === null ? this.#code[run]! : place.id, time: this.#world.zone.text(sec) };
      }
    }
  }

  *#rides(): Generator<RiderRide> {
    const { timetable, ids, zone } = this.#world;
    const { base, callArrival, callDeparture, callStop, stopText } = timetable;
    let rowsBefore = 0;
    let ride = 0;
    for (const { person_id, scanner } of this.#personDays()) {
      const lastSec = Math.max(...scanner.scans.map(({ sec }) => sec));
      for (const { run, from, to, scan, scanAt } of scanner.rides) {
        const [boardSec, alightSec] = [base.data[run]! + callDeparture.data[from]!, base.data[run]! + callArrival.data[to]!];
        yield {
          ride: ++ride,
          person_id,
          run_id: ids.run.text(timetable.runId.data[run]!),
          vehicle_id: this.vehicleId(run),
          place_id: this.#code[run]!,
          board_stop: ids.text.text(stopText.data[callStop.data[from]!]!),
          board_call: from - timetable.firstCall(run) + 1,
          board_time: zone.text(boardSec),
          alight_stop: ids.text.text(stopText.data[callStop.data[to]!]!),
          alight_call: to - timetable.firstCall(run) + 1,
          alight_time: zone.text(alightSec),
          scan,
          check_in: scanAt < 0 ? '' : rowsBefore + scanAt + 1,
          later_scan: lastSec > (scanAt < 0 ? boardSec : scanner.scans[scanAt]!.sec) + LATER_SEC ? 'yes' : 'no',
        };
      }
      rowsBefore += scanner.scans.length;
    }
  }

  /** The days of each person, one after the other; the scanner holds what was scanned on the day in hand. */
  *#personDays(): Generator<{ readonly person_id: string; readonly scanner: RiderScanner }> {
    const { zone, firstDay, days } = this.#world;
    const day = new RiderDays(this.#finder, zone, this.options);
    const scanner = new RiderScanner(this.#finder, this.fleet.vehicleOf, this.options);
    for (let person = 0; person < this.options.riders; person++) {
      const rider = this.#people.get(person);
      const person_id = riderId(person);
      for (let number = 0; number < days; number++) {
        scanner.scan(person, number, day.of(person, rider, firstDay + number));
        yield { person_id, scanner };
      }
    }
  }

  *#placeRows(): Generator<RiderPlaceRow> {
    const { timetable, ids, categoryOf = () => 'bus' } = this.#world;
    const vehicle = (place_id: string, line: number): RiderPlaceRow => {
      const line_id = ids.text.text(line);
      return { place_id, name: line === 0 ? place_id : `Line ${line_id}`, category: categoryOf(line), lat: '', lon: '', line_id };
    };
    const seen = new Set<number>();
    for (let run = 0; run < timetable.runCount; run++) {
      const number = this.fleet.vehicleOf[run]!;
      if (!seen.has(number)) yield vehicle(this.vehicleId(run), timetable.line.data[run]!);
      seen.add(number);
    }
    for (const [line, code] of this.#lineCodes) yield vehicle(code, line);
    const known = new Set<string>();
    for (let person = 0; person < this.options.riders; person++) {
      const { home, work, shops } = this.#people.get(person);
      for (const place of [home, work, ...shops]) {
        if (known.has(place.id)) continue;
        known.add(place.id);
        yield placeRow(place);
      }
    }
  }

  *#runRows(): Generator<RiderRun> {
    const { timetable, ids, zone } = this.#world;
    for (let run = 0; run < timetable.runCount; run++) {
      yield {
        vehicle_id: this.vehicleId(run),
        run_id: ids.run.text(timetable.runId.data[run]!),
        start: zone.text(timetable.startSec(run)),
        end: zone.text(timetable.endSec(run)),
        line_id: ids.text.text(timetable.line.data[run]!),
      };
    }
  }

  *#runStopRows(): Generator<RiderRunStop> {
    const { timetable, ids, zone } = this.#world;
    const { base, callArrival, callDeparture, callStop, stopText, stopAt } = timetable;
    for (let run = 0; run < timetable.runCount; run++) {
      const first = timetable.firstCall(run);
      for (let call = first; call <= timetable.lastCall(run); call++) {
        const stop = callStop.data[call]!;
        const { lat, lon } = degreesOf(stopAt, stop);
        yield {
          run_id: ids.run.text(timetable.runId.data[run]!),
          stop_sequence: call - first + 1,
          arrival: zone.text(base.data[run]! + callArrival.data[call]!),
          departure: zone.text(base.data[run]! + callDeparture.data[call]!),
          stop_id: ids.text.text(stopText.data[stop]!),
          lat: Number.isNaN(lat) ? '' : Math.round(lat * 1e6) / 1e6,
          lon: Number.isNaN(lon) ? '' : Math.round(lon * 1e6) / 1e6,
        };
      }
    }
  }

  /** Riders drawn as cases, with windows that end on one of the days. */
  *#cases(): Generator<RiderCase> {
    const { zone, firstDay, days } = this.#world;
    const { seed, cases, riders } = this.options;
    const random = new Random(seed);
    random.begin(RIDER_STREAM.cases, 0);
    const persons = new Set<number>();
    while (persons.size < cases) {
      const person = random.below(riders);
      const onset = firstDay + random.below(days);
      if (persons.has(person)) continue;
      persons.add(person);
      yield {
        person_id: riderId(person),
        case_id: `C${String(persons.size).padStart(5, '0')}`,
        onset_date: new Date(onset * DAY_SEC * 1000).toISOString().slice(0, 10),
        infectious_from: zone.text(zone.dayStart(onset - 2)),
        isolated_at: zone.text(zone.dayStart(onset + 2) + ISOLATED_SEC),
      };
    }
  }
}

/** No id can be anyone's: no identity number begins with 99. */
const riderId = (person: number): string => `9900${String(person).padStart(8, '0')}`;

const again = <Row>(rows: () => Iterator<Row>): Iterable<Row> => ({ [Symbol.iterator]: rows });

const placeRow = ({ id, kind, lat, lon }: RiderPlace): RiderPlaceRow => {
  const { name, category } = RIDER_PLACES[kind]!;
  return { place_id: id, name: `${name} ${id.slice(1)}`, category, lat, lon, line_id: '' };
};

function someRunIsLocated(timetable: Timetable): boolean {
  for (let run = 0; run < timetable.runCount; run++) {
    for (let call = timetable.firstCall(run); call < timetable.lastCall(run); call++) if (timetable.stopAt.isKnown(timetable.callStop.data[call]!)) return true;
  }
  return false;
}
