/**
 * A seeded city for demonstrations, benches and tests: any number of check-ins, the tables that go with them, planted cases, and the truth of who
 * really met them. Everybody in it is invented.
 */
import { OptionError } from '../core/errors.js';
import { Dwell } from '../stays/dwell.js';
import { City } from './city.js';
import { csvTable, type CsvTable } from './csv-tables.js';
import { DayPlanner, type CalendarDays, type EventsOf } from './day.js';
import { MOST_PEOPLE, planCity, type CityPlan, type SimulateOptions } from './options.js';
import { plantOutbreak, type Outbreak } from './outbreak.js';
import { Pass } from './pass.js';
import {
  COLUMNS,
  caseRows,
  checkInRows,
  eventRows,
  meetingRows,
  placeRows,
  runRows,
  type SimulatedCase,
  type SimulatedCheckIn,
  type SimulatedEvent,
  type SimulatedMeeting,
  type SimulatedPlace,
  type SimulatedRun,
} from './rows.js';
import { Scanner } from './scans.js';
import { Truth } from './truth.js';

/** A file of a simulated city. */
export interface SimulatedFile extends CsvTable {
  readonly name: keyof typeof COLUMNS;
}

const BLOCK_BYTES = 1 << 18;
const DEFAULT_CASES = 50;
/** Person-days looked at to learn how many check-ins they give. */
const SAMPLE = 150_000;
const MOST_ROUNDS = 12;
const PEOPLE_PER_GATHERING = 200;

/**
 * @example
 * const city = simulateCity({ rows: 100_000, seed: 1 });
 * const index = buildIndex(city.checkIns, { places: city.places, runs: city.runs, tz: city.tz });
 * const { contacts } = index.match(city.cases);
 * @throws OptionError naming the option.
 */
export function simulateCity(options: SimulateOptions): SimulatedCity {
  return new SimulatedCity(options);
}

/**
 * A city that can be passed through any number of times: each pass makes the same rows anew and keeps none of them.
 *
 * Check-ins come day by day (a day begins when someone leaves home), within a day by person, within a person by arrival; shops of a mall follow
 * their mall, and a code that was lent stands among the rows of who borrowed it.
 */
export class SimulatedCity {
  readonly people: number;
  /** Zone in which the local times of all tables are meant. */
  readonly tz: string;
  /** All options with the values that are used. */
  readonly options: Readonly<CityPlan>;
  readonly #city: City;
  readonly #calendar: CalendarDays;
  readonly #outbreak: Outbreak;

  /** @internal */
  constructor(options: SimulateOptions) {
    const { plan, calendar } = planCity(options);
    this.people = plan.people ?? peopleFor(plan.rows!, plan, calendar);
    const cases = plan.cases ?? defaultCases(this.people);
    if (cases > this.people) throw new OptionError('E_NUMBER', `cases: expected at most one for each of ${this.people} people, got ${cases}`);
    if (this.people < PEOPLE_PER_GATHERING * (plan.superspreading ?? 0))
      throw new OptionError('E_NUMBER', `superspreading: expected at least ${PEOPLE_PER_GATHERING} people for each event, got ${this.people} in all`);
    this.tz = plan.tz;
    this.options = Object.freeze({ ...plan, people: this.people, cases });
    this.#calendar = calendar;
    this.#city = new City(plan.seed, this.people);
    this.#outbreak = plantOutbreak(this.#city, calendar, cases, plan.superspreading);
  }

  get checkIns(): Iterable<SimulatedCheckIn> {
    return again(() => this.#checkIns());
  }

  /** Kind by kind: houses, offices, schools, shops … vehicles. */
  get places(): Iterable<SimulatedPlace> {
    return again(() => placeRows(this.#city));
  }

  /** Of all vehicles: day by day, line by line, by start. They run as the timetable says. */
  get runs(): Iterable<SimulatedRun> {
    return again(() => runRows(this.#city, this.#calendar));
  }

  /** One for each person at the most; those associated with an event come after the case that was there. */
  get cases(): Iterable<SimulatedCase> {
    return again(() => caseRows(this.#outbreak.cases, this.#calendar));
  }

  /** Who really met a case: by the day on which the contact's visit began, contact, visit, case. Each pass goes through the whole city. */
  get truth(): Iterable<SimulatedMeeting> {
    return again(() => this.#meetings());
  }

  /** Gatherings planted: each brought a case and its guests to one table. */
  get events(): number {
    return this.#outbreak.events;
  }

  /** The superspreading events that were asked for: which cases were at which, and who was infectious there. */
  get superspreading(): Iterable<SimulatedEvent> {
    return again(() => eventRows(this.#outbreak.superspreading));
  }

  /** All tables as CSV bytes, in one pass through the city: take the files in their order, each to its end. */
  *files(): Generator<SimulatedFile> {
    const truth = this.#newTruth();
    const pass = this.#newPass(truth);
    yield { name: 'checkins', bytes: pass.checkInText(BLOCK_BYTES), rows: () => pass.rowCount };
    yield { name: 'places', ...csvTable(COLUMNS.places, this.places) };
    yield { name: 'runs', ...csvTable(COLUMNS.runs, this.runs) };
    yield { name: 'cases', ...csvTable(COLUMNS.cases, this.cases) };
    yield { name: 'truth', ...csvTable(COLUMNS.truth, meetingRows(truth, this.#calendar)) };
    if (this.options.superspreading) yield { name: 'events', ...csvTable(COLUMNS.events, this.superspreading) };
  }

  *#checkIns(): Generator<SimulatedCheckIn> {
    const pass = this.#newPass(null);
    while (pass.next()) yield* checkInRows(pass.visits, pass.scans, this.#calendar);
  }

  *#meetings(): Generator<SimulatedMeeting> {
    const truth = this.#newTruth();
    const pass = this.#newPass(truth);
    while (pass.next());
    yield* meetingRows(truth, this.#calendar);
  }

  #newPass(truth: Truth | null): Pass {
    const { planner, scanner } = newActors(this.#city, this.#calendar, this.options, this.#outbreak.eventsOf);
    return new Pass(this.#city, this.#calendar, this.options.rows ?? Number.POSITIVE_INFINITY, planner, scanner, truth);
  }

  #newTruth(): Truth {
    const { planner, scanner } = newActors(this.#city, this.#calendar, this.options, this.#outbreak.eventsOf);
    return new Truth(this.#city, this.#outbreak.cases, this.#calendar.days, planner, scanner);
  }
}

/** An iterable that begins anew for everyone who asks. */
const again = <Row>(rows: () => Iterator<Row>): Iterable<Row> => ({ [Symbol.iterator]: rows });

function newActors(city: City, calendar: CalendarDays, plan: CityPlan, eventsOf: EventsOf): { planner: DayPlanner; scanner: Scanner } {
  return { planner: new DayPlanner(city, calendar, new Dwell(), plan.odd, eventsOf), scanner: new Scanner(city, plan, plan.clockSkewSec) };
}

const defaultCases = (people: number): number => Math.min(DEFAULT_CASES, Math.ceil(people / 20));

/**
 * How many people give at least `rows` check-ins, and not many more: what is too much is cut from the last people of the last day. A small city is
 * tried out until it is large enough; of a large one a sample of person-days is, with a margin of four standard errors.
 */
function peopleFor(rows: number, plan: CityPlan, calendar: CalendarDays): number {
  const { days } = calendar;
  let people = Math.ceil(rows / days / 4);
  let enough = Number.POSITIVE_INFINITY;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (people > MOST_PEOPLE)
      throw new OptionError('E_NUMBER', `rows: expected what ${MOST_PEOPLE} people can scan in ${days} days, got ${rows}; ask for more days`);
    const city = new City(plan.seed, people);
    const { eventsOf } = plantOutbreak(city, calendar, Math.min(people, plan.cases ?? defaultCases(people)), plan.superspreading);
    const { planner, scanner } = newActors(city, calendar, plan, eventsOf);
    const sample = Math.min(SAMPLE, people * days);
    let found = 0;
    for (let i = 0; i < sample; i++) {
      const person = Math.floor((i * people) / sample);
      planner.plan(person, i % days);
      scanner.scan(person, i % days, planner.visits);
      found += scanner.scans.count;
    }
    const each = found / sample; // check-ins of a person-day
    const isAll = sample === people * days;
    if (isAll && found >= rows) enough = Math.min(enough, people);
    if (isAll && found >= rows && found < rows * 1.005 + days * 10) return people;
    people = isAll
      ? Math.max(1, people + Math.ceil((rows - found) / each / days)) + (found < rows ? round : 0)
      : Math.ceil((rows / days / each) * (1 + 2.5 / Math.sqrt(sample)));
    if (!isAll && round > 0) return people;
  }
  return Number.isFinite(enough) ? enough : people;
}
