/**
 * The matching said slowly, over plain objects, from the SPEC alone (sections 4 to 9, scope `place`, one generation, times in UTC): the
 * definition that the engine is held against. Nothing of the engine is used here.
 */

export interface PlainCheckIn {
  readonly person_id: string;
  readonly place_id: string;
  readonly time: number;
  readonly check_out?: number;
  readonly run_id?: string;
}
export interface PlainPlace {
  readonly place_id: string;
  readonly category?: string;
  readonly parent_id?: string;
}
export interface PlainRun {
  readonly vehicle_id: string;
  readonly run_id: string;
  readonly start: number;
  readonly end: number;
}
export interface PlainCase {
  readonly person_id: string;
  readonly case_id?: string;
  readonly infectious_from?: number;
  readonly infectious_to?: number;
}
/** All times are seconds since 1970. */
export interface World {
  readonly checkIns: readonly PlainCheckIn[];
  readonly places: readonly PlainPlace[];
  readonly runs: readonly PlainRun[];
  readonly cases: readonly PlainCase[];
}

export type PlainMeasure = 'single' | 'total' | 'rolling24h';
export interface PlainClause {
  readonly measure: PlainMeasure;
  readonly at_least?: number;
  readonly more_than?: number;
}
export interface BruteOptions {
  /** Minutes by category; must have `default`. */
  readonly dwell: Readonly<Record<string, { readonly least: number; readonly typical: number; readonly most: number }>>;
  readonly runGapSec: number;
  readonly ruleId: string;
  readonly clauses: readonly PlainClause[];
  readonly lagSec: number;
  readonly isClosed: boolean;
  readonly minOverlapSec: number;
}

export interface PlainStay {
  readonly person: string;
  readonly place: string;
  readonly run: string;
  start: number;
  certain: number;
  likely: number;
  possible: number;
  method: string;
  flags: string[];
  /** Positions in the world's check-ins, in time order. */
  readonly rows: number[];
}

export const GRADES = ['certain', 'likely', 'possible'] as const;
type Grade = (typeof GRADES)[number];
type Span = readonly [from: number, to: number];
export type Row = Readonly<Record<string, string | number | boolean | null>>;

const VEHICLES = ['bus', 'metro', 'taxi', 'ferry', 'coach', 'train', 'aircraft'];
const DAY = 86_400;

export const bytewise = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
export const iso = (sec: number): string => new Date(sec * 1000).toISOString().replace('.000Z', 'Z');

/** Whole episode and contact lists, in the SPEC's order. A case without dates is unbounded. */
export function bruteMatch(world: World, options: BruteOptions): { episodes: Row[]; contacts: Row[] } {
  const stays = bruteStays(world, options);
  const episodes: { readonly row: Row; readonly order: readonly (string | number)[] }[] = [];
  const contacts: Row[] = [];
  const people = [...new Set(stays.map((stay) => stay.person))];
  const casePeople = new Set(world.cases.map((each) => each.person_id));
  for (const { person_id, case_id, infectious_from, infectious_to } of world.cases) {
    const visits = cutToWindow(
      stays.filter((stay) => stay.person === person_id),
      infectious_from ?? -Infinity,
      infectious_to ?? Infinity,
    );
    for (const contact of people.filter((each) => each !== person_id)) {
      const met = visits.flatMap((visit) => stays.filter((stay) => stay.person === contact).flatMap((stay) => meet(visit, stay, options)));
      const grade = pairGrade(met, options.clauses);
      const ids = { rule_id: options.ruleId, case_id: case_id || person_id, contact_id: contact, generation: 1 };
      for (const one of met) episodes.push(episodeRow(ids, one, grade));
      if (grade !== 'below') contacts.push(contactRow(ids, met, grade, casePeople.has(contact), options.clauses));
    }
  }
  return {
    episodes: episodes.sort((a, b) => compareKeys(a.order, b.order)).map(({ row }) => row),
    contacts: contacts.sort((a, b) => compareKeys([a['case_id'] as string, a['contact_id'] as string], [b['case_id'] as string, b['contact_id'] as string])),
  };
}

/** Stays of all people, by person and start. */
export function bruteStays(world: World, options: Pick<BruteOptions, 'dwell' | 'runGapSec'>): PlainStay[] {
  const related = relation(world.places);
  const stays: PlainStay[] = [];
  const scans = withoutDuplicates(world.checkIns);
  for (const person of new Set(scans.map((scan) => scan.person_id))) {
    const own = scans
      .filter((scan) => scan.person_id === person)
      .sort(
        (a, b) => a.time - b.time || bytewise(a.place_id, b.place_id) || bytewise(a.run_id ?? '', b.run_id ?? '') || (a.check_out ?? 0) - (b.check_out ?? 0),
      );
    const mine: PlainStay[] = [];
    for (const scan of own) {
      const { run, end: runEnd } = runOf(scan, world, options);
      const { least, typical, most } = dwellOf(scan.place_id, world, options.dwell);
      const t = scan.time;
      let ends: readonly [certain: number, likely: number, possible: number];
      let method = 'checkout';
      let flags: string[] = [];
      if (scan.check_out !== undefined) {
        const end = Math.min(scan.check_out, t + DAY);
        ends = [end, end, end];
        if (scan.check_out > t + DAY) flags = ['capped'];
      } else {
        const next = own.filter((later) => later.time > t && !related(later.place_id, scan.place_id)).map((later) => later.time);
        const ways: [string, number][] = [
          ['cap', t + most * 60],
          ['run-end', runEnd],
          ['next-scan', Math.min(...next)],
        ];
        const end = Math.min(...ways.map(([, sec]) => sec));
        method = ways.filter(([, sec]) => sec === end).at(-1)![0];
        const possible = Math.max(t, end);
        ends = [Math.min(t + least * 60, possible), Math.min(t + typical * 60, possible), possible];
      }
      const before = mine.findLast((stay) => stay.place === scan.place_id && stay.run === run);
      if (before && t <= before.possible) {
        if (ends[2] >= before.possible) before.method = method;
        before.certain = Math.max(before.certain, ends[0]);
        before.likely = Math.max(before.likely, ends[1]);
        before.possible = Math.max(before.possible, ends[2]);
        before.flags = [...new Set([...before.flags, ...flags])];
        before.rows.push(scan.row);
      } else mine.push({ person, place: scan.place_id, run, start: t, certain: ends[0], likely: ends[1], possible: ends[2], method, flags, rows: [scan.row] });
    }
    for (const a of mine) {
      const isTwice = mine.some((b) => !related(a.place, b.place) && Math.max(a.start, b.start) < Math.min(a.certain, b.certain));
      if (isTwice) a.flags.push('conflict');
    }
    stays.push(...mine);
  }
  return stays;
}

/** The run of a check-in and its end (SPEC section 4, "Runs"); no run is ''. */
export function runOf(
  scan: PlainCheckIn,
  world: Pick<World, 'checkIns' | 'places' | 'runs'>,
  options: Pick<BruteOptions, 'dwell' | 'runGapSec'>,
): { run: string; end: number } {
  const { place_id: vehicle, time: t } = scan;
  const listed = world.runs.filter((run) => run.vehicle_id === vehicle);
  const nearest = (runs: readonly PlainRun[]): PlainRun | undefined =>
    runs.toSorted((a, b) => Math.abs(t - a.start) - Math.abs(t - b.start) || b.start - a.start || bytewise(a.run_id, b.run_id) || b.end - a.end)[0];
  if (scan.run_id) {
    return { run: scan.run_id, end: nearest(listed.filter((run) => run.run_id === scan.run_id))?.end ?? Infinity };
  }
  if (!isVehicle(vehicle, world.places)) return { run: '', end: Infinity };
  const runs = listed.length > 0 ? listed : cutRuns(vehicle, world, options);
  const found = nearest(runs.filter((run) => run.start - 300 <= t && t < run.end));
  return { run: found?.run_id ?? '', end: found?.end ?? Infinity };
}

/** Runs cut from the scans of a vehicle that name none. */
export function cutRuns(
  vehicle: string,
  world: Pick<World, 'checkIns' | 'places'>,
  { dwell, runGapSec }: Pick<BruteOptions, 'dwell' | 'runGapSec'>,
): PlainRun[] {
  const times = world.checkIns
    .filter((scan) => scan.place_id === vehicle && !scan.run_id)
    .map((scan) => scan.time)
    .sort((a, b) => a - b);
  const firsts = times.filter((t, i) => i === 0 || t - times[i - 1]! >= runGapSec);
  return firsts.map((start, i) => {
    const nextStart = firsts[i + 1] ?? Infinity;
    const last = times.filter((t) => t < nextStart).at(-1)!;
    return {
      vehicle_id: vehicle,
      run_id: `${vehicle}#${i + 1}`,
      start,
      end: Math.min(last + dwellOf(vehicle, { places: world.places }, dwell).most * 60, nextStart),
    };
  });
}

function withoutDuplicates(checkIns: readonly PlainCheckIn[]): (PlainCheckIn & { readonly row: number })[] {
  const key = ({ person_id, place_id, time, check_out, run_id }: PlainCheckIn): string =>
    JSON.stringify([person_id, place_id, time, check_out ?? '', run_id ?? '']);
  return checkIns.map((scan, row) => ({ ...scan, row })).filter((scan, i) => checkIns.findIndex((other) => key(other) === key(scan)) === i);
}

const categoryOf = (place: string, places: readonly PlainPlace[]): string => places.find((each) => each.place_id === place)?.category || 'default';
const isVehicle = (place: string, places: readonly PlainPlace[]): boolean => VEHICLES.includes(categoryOf(place, places));

function dwellOf(place: string, { places }: Pick<World, 'places'>, dwell: BruteOptions['dwell']): { least: number; typical: number; most: number } {
  return dwell[categoryOf(place, places)] ?? dwell['default']!;
}

/** Same place, or one an ancestor of the other. */
function relation(places: readonly PlainPlace[]): (a: string, b: string) => boolean {
  const ancestors = (place: string): string[] => {
    const parent = places.find((each) => each.place_id === place)?.parent_id;
    return parent ? [parent, ...ancestors(parent)] : [];
  };
  return (a, b) => a === b || ancestors(a).includes(b) || ancestors(b).includes(a);
}

function cutToWindow(stays: readonly PlainStay[], from: number, to: number): PlainStay[] {
  const clamp = (sec: number): number => Math.min(Math.max(sec, from), to);
  return stays
    .filter(({ start, possible }) => (start === possible ? from <= start && start < to : Math.max(start, from) < Math.min(possible, to)))
    .map((stay) => ({ ...stay, start: clamp(stay.start), certain: clamp(stay.certain), likely: clamp(stay.likely), possible: clamp(stay.possible) }));
}

interface Met {
  readonly visit: PlainStay;
  readonly stay: PlainStay;
  readonly kind: 'together' | 'after';
  readonly own: Grade;
  readonly start: number;
  readonly end: number;
  readonly overlap: Readonly<Record<Grade, number>>;
  readonly after: number;
  readonly gap: number | null;
}

/** The episode of a visit and a stay, in a list of one or none. */
function meet(visit: PlainStay, stay: PlainStay, { lagSec, isClosed, minOverlapSec }: BruteOptions): Met[] {
  if (visit.place !== stay.place || visit.run !== stay.run) return [];
  const start = Math.max(visit.start, stay.start);
  const shared = (g: Grade): number => Math.min(visit[g], stay[g]) - start;
  const overlap = { certain: Math.max(0, shared('certain')), likely: Math.max(0, shared('likely')), possible: Math.max(0, shared('possible')) };
  const left = visit.possible;
  const after = Math.max(0, Math.min(stay.possible, left + lagSec) - Math.max(stay.start, left));
  const own = GRADES.find((g) => shared(g) > 0 || (isClosed && shared(g) === 0));
  if (own) {
    return overlap.possible < minOverlapSec ? [] : [{ visit, stay, kind: 'together', own, start, end: start + overlap.possible, overlap, after, gap: null }];
  }
  if (after === 0) return [];
  // Someone already there when a case came and went in the same second arrived "after" by 0 s, not by less.
  const arrival = Math.max(stay.start, left);
  return [{ visit, stay, kind: 'after', own: 'possible', start: arrival, end: arrival + after, overlap, after, gap: arrival - left }];
}

const meetsAt = (g: Grade, { kind, own }: Met): boolean => kind === 'together' && GRADES.indexOf(own) <= GRADES.indexOf(g);

const spansAt = (g: Grade, met: readonly Met[]): Span[] => met.filter((one) => meetsAt(g, one)).map(({ start, overlap }) => [start, start + overlap[g]]);

function holds({ measure, at_least, more_than }: PlainClause, g: Grade, met: readonly Met[]): boolean {
  const spans = spansAt(g, met);
  if (spans.length === 0) return false;
  const sec = measured(measure, spans);
  return at_least !== undefined ? sec >= at_least : sec > more_than!;
}

const pairGrade = (met: readonly Met[], clauses: readonly PlainClause[]): Grade | 'below' =>
  GRADES.find((g) => clauses.some((clause) => holds(clause, g, met))) ?? 'below';

/** The seconds between two neighbouring ends of spans are covered as a whole or not at all: measures count such pieces. */
export function measured(measure: PlainMeasure, spans: readonly Span[]): number {
  const cuts = [...new Set(spans.flat())].sort((a, b) => a - b);
  const pieces = cuts
    .slice(1)
    .map((to, i): Span => [cuts[i]!, to])
    .filter(([from, to]) => spans.some(([a, b]) => a <= from && to <= b));
  const within = (from: number, to: number): number => pieces.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0);
  if (measure === 'total') return within(-Infinity, Infinity);
  if (measure === 'rolling24h') return Math.max(0, ...cuts.flatMap((cut) => [within(cut, cut + DAY), within(cut - DAY, cut)]));
  let longest = 0;
  let length = 0;
  pieces.forEach(([from, to], i) => {
    length = (i > 0 && pieces[i - 1]![1] === from ? length : 0) + to - from;
    longest = Math.max(longest, length);
  });
  return longest;
}

const evidence = (rows: readonly number[]): string => rows.map((row) => `checkins:${row + 1}`).join('|');

function episodeRow(ids: Row, met: Met, pair: Grade | 'below'): { row: Row; order: (string | number)[] } {
  const { visit, stay, kind, own, start, end, overlap, after, gap } = met;
  const case_rows = evidence(visit.rows);
  const contact_rows = evidence(stay.rows);
  const row = {
    ...ids,
    grade: pair === 'below' ? 'below' : own,
    kind,
    place_id: visit.place,
    place_name: '',
    contact_place_id: stay.place,
    run_id: visit.run,
    district: '',
    start: iso(start),
    end: iso(end),
    overlap_certain_s: overlap.certain,
    overlap_likely_s: overlap.likely,
    overlap_possible_s: overlap.possible,
    after_s: after,
    gap_s: gap,
    distance_m: null,
    case_start: iso(visit.start),
    case_end_certain: iso(visit.certain),
    case_end_likely: iso(visit.likely),
    case_end_possible: iso(visit.possible),
    case_method: visit.method,
    contact_start: iso(stay.start),
    contact_end_certain: iso(stay.certain),
    contact_end_likely: iso(stay.likely),
    contact_end_possible: iso(stay.possible),
    contact_method: stay.method,
    flags: [...new Set([...visit.flags, ...stay.flags])].sort().join('|'),
    case_rows,
    contact_rows,
  };
  return { row, order: [ids['case_id'] as string, ids['contact_id'] as string, start, visit.place, visit.run, kind, end, case_rows, contact_rows] };
}

function contactRow(ids: Row, met: readonly Met[], grade: Grade, isCase: boolean, clauses: readonly PlainClause[]): Row {
  const together = met.filter((one) => one.kind === 'together');
  const sure = together.filter((one) => meetsAt(grade, one));
  return {
    ...ids,
    grade,
    episodes: together.length,
    places: new Set(together.map((one) => one.visit.place)).size,
    total_certain_s: measured('total', spansAt('certain', together)),
    total_likely_s: measured('total', spansAt('likely', together)),
    total_possible_s: measured('total', spansAt('possible', together)),
    longest_likely_s: measured('single', spansAt('likely', together)),
    first_start: iso(Math.min(...sure.map((one) => one.start))),
    last_end: iso(Math.max(...sure.map((one) => one.end))),
    contact_is_case: isCase,
    reasons: [...new Set(clauses.filter((clause) => holds(clause, grade, met)).map(clauseText))].join('|'),
  };
}

const clauseText = ({ measure, at_least, more_than }: PlainClause): string =>
  at_least !== undefined ? `${measure}>=${at_least}s` : `${measure}>${more_than}s`;

function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (let i = 0; i < a.length; i++) {
    const order = typeof a[i] === 'number' ? (a[i] as number) - (b[i] as number) : bytewise(a[i] as string, b[i] as string);
    if (order !== 0) return order;
  }
  return 0;
}
