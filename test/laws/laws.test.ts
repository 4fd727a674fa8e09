import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Zone } from '../../src/core/zone.js';
import { CopresenceIndex } from '../../src/engines/in-memory/memory.js';
import { buildIndex, type EpisodeRow, type ListName, type MatchOptions, type MatchResult, type RuleJson } from '../../src/index.js';
import { PlaceNeighbours } from '../../src/stay-index/place-neighbours.js';
import { StayIndex } from '../../src/stay-index/stay-index.js';
import { InputReader } from '../../src/ingest/read-inputs.js';
import { findUnder } from '../../src/lists/find.js';
import { listRows } from '../../src/lists/lists.js';
import { indexCases } from '../../src/match/case-windows.js';
import { compileRule } from '../../src/model/rule.js';
import type { Stays } from '../../src/model/stay.js';
import { runSync } from '../../src/core/steps.js';
import {
  bruteMatch,
  bruteStays,
  bytewise,
  type BruteOptions,
  type PlainCase,
  type PlainCheckIn,
  type PlainStay,
  type World,
} from '../../src/testing/brute-force.js';
import { sec, staysOf } from '../../src/testing/tables.js';
import { BASE_SEC, DWELL, RUN_GAP_SEC, STEP_SEC, matchings, worlds } from '../../src/testing/worlds.js';

const RUNS = { numRuns: 200 };
const LISTS: readonly ListName[] = ['episodes', 'contacts', 'people', 'places', 'disinfection', 'links'];
type Row = Record<string, string | number | boolean | null>;
type Lists = Readonly<Record<ListName, readonly Row[]>>;
type Matching = Pick<BruteOptions, 'clauses' | 'lagSec' | 'isClosed' | 'minOverlapSec'>;

const ANY: Matching = { clauses: [{ measure: 'total', at_least: 1 }], lagSec: 0, isClosed: false, minOverlapSec: 0 };

describe('what the laws are tried on', () => {
  test('most worlds have contacts, and between them every kind, grade, method and flag', () => {
    const results = fc.sample(fc.tuple(worlds(), matchings()), { numRuns: 250, seed: 11 }).map(([world, matching]) => matched(world, matching));
    expect(results.filter(({ contacts }) => contacts.length > 0).length).toBeGreaterThan(200);
    const seen = (column: string): unknown[] => [...new Set(results.flatMap(({ episodes }) => episodes.map((row) => row[column])))].sort();
    expect(seen('kind')).toEqual(['after', 'together']);
    expect(seen('grade')).toEqual(['below', 'certain', 'likely', 'possible']);
    expect(seen('case_method')).toEqual(['cap', 'checkout', 'next-scan', 'run-end']);
    expect(seen('flags')).toEqual(['', 'conflict']);
    expect(results.filter(({ links }) => links.length > 0).length).toBeGreaterThan(50);
  });
});

describe('the laws of SPEC section 11', () => {
  test('the episodes and contacts are those of the brute force', () => {
    fc.assert(
      fc.property(worlds(), matchings(), (world, matching) => {
        const { episodes, contacts } = engine(world, matching);
        expect({ episodes, contacts }).toEqual(brute(world, matching));
      }),
      { numRuns: 500 },
    );
  });

  test('overlap is symmetric: when everyone is a case with no bounds, each episode has its mirror image', () => {
    fc.assert(
      fc.property(worlds(), matchings(), (world, matching) => {
        const cases = [...new Set(world.checkIns.map((scan) => scan.person_id))].map((person_id) => ({ person_id }));
        const { episodes } = matched({ ...world, cases }, matching);
        const together = episodes.filter(({ kind }) => kind === 'together').map(({ after_s: _, ...row }) => row); // a lag looks forward only
        expect(sorted(together.map(mirrored))).toEqual(sorted(together));
      }),
      RUNS,
    );
  });

  test.each([
    { tz: 'Asia/Shanghai', days: { min: -3000, max: 3000 } },
    { tz: 'America/New_York', days: { min: -100, max: 10 } },
    { tz: undefined, days: { min: -3000, max: 3000 } },
  ])('shifting all times by whole days within one offset shifts the answer: $tz', ({ tz, days }) => {
    fc.assert(
      fc.property(worlds(), matchings(), fc.integer(days), fc.constantFrom(1, 2), (world, matching, by, depth) => {
        const shift = (each: number | undefined): number | undefined => each && each + by * 86_400;
        const shifted = mapTimes(world, shift);
        const asked = { ...matching, clauses: [...matching.clauses, ...(tz ? [{ measure: 'day', at_least: 120 } as never] : [])] };
        const before = engine(world, asked, { depth }, tz);
        expect(engine(shifted, asked, { depth }, tz)).toEqual(mapTexts(before, (text) => (/^\d{4}-\d\d-\d\dT/.test(text) ? shiftedText(text, by) : text)));
        matched(shifted, matching);
      }),
      { numRuns: 200 },
    );
  });

  test('a renaming that keeps the bytewise order of ids renames the answer', () => {
    // Code points from 'A' on go up, in steps and over the surrogates; '#', digits and spaces stay, so runs cut from scans are renamed alike.
    const renaming = fc.record({ times: fc.integer({ min: 1, max: 5 }), plus: fc.integer({ min: 0, max: 70_000 }) }).map(
      ({ times, plus }) =>
        (text: string) =>
          Array.from(text, (char) => {
            const point = char.codePointAt(0)!;
            const moved = point < 0x41 ? point : point * times + plus;
            return String.fromCodePoint(moved < 0xd800 ? moved : moved + 0x800);
          }).join(''),
    );
    const ids = ['case_id', 'contact_id', 'place_id', 'contact_place_id', 'run_id', 'case_a', 'case_b'];
    fc.assert(
      fc.property(worlds(), matchings(), renaming, fc.constantFrom(1, 2), (world, matching, rename, depth) => {
        const maybe = (id: string | undefined): string | undefined => id && rename(id);
        const renamed: World = {
          checkIns: world.checkIns.map((scan) =>
            defined({ ...scan, person_id: rename(scan.person_id), place_id: rename(scan.place_id), run_id: maybe(scan.run_id) }),
          ),
          places: world.places.map((place) => defined({ ...place, place_id: rename(place.place_id), parent_id: maybe(place.parent_id) })),
          runs: world.runs.map((run) => ({ ...run, vehicle_id: rename(run.vehicle_id), run_id: rename(run.run_id) })),
          cases: world.cases.map((each) => defined({ ...each, person_id: rename(each.person_id), case_id: maybe(each.case_id) })),
        };
        const wanted = mapRows(engine(world, matching, { depth }), (row) => {
          const cells = Object.entries(row).map(([column, value]) => [
            column,
            ids.includes(column) ? rename(value as string) : column === 'case_ids' ? (value as string).split('|').map(rename).join('|') : value,
          ]);
          return Object.fromEntries(cells) as Row;
        });
        expect(engine(renamed, matching, { depth })).toEqual(wanted);
        matched(renamed, matching);
      }),
      RUNS,
    );
  });

  test('the order of rows, files and chunks changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(), matchings(), fc.infiniteStream(fc.nat({ max: 1000 })), fc.constantFrom(1, 2), async (world, matching, dice, depth) => {
        const roll = (most: number): number => dice.next().value % most;
        const before = engine(world, matching, { depth });
        const { index, originOf } = await indexOfShuffledFiles(world, roll);
        const after = listsOf(index.match(shuffled(world.cases, roll), optionsOf(matching, { depth })));
        const wanted = withOrigins(before, (evidence) => Number(evidence.slice('checkins:'.length)) - 1);
        const got = withOrigins(after, originOf);
        expect(upToTies(got)).toEqual(upToTies(wanted));
      }),
      RUNS,
    );
  });

  test('a duplicated row changes nothing but the ledger and the evidence', () => {
    fc.assert(
      fc.property(
        worlds(),
        matchings(),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(1, 2),
        (world, matching, copies, depth) => {
          const rows = world.checkIns.map((scan, origin) => ({ scan, origin }));
          for (const [which, where] of copies) rows.splice(where % (rows.length + 1), 0, rows[which % rows.length]!);
          const doubled = { ...world, checkIns: rows.map(({ scan }) => scan) };
          const before = withOrigins(engine(world, matching, { depth }), rowOfEvidence);
          const after = withOrigins(engine(doubled, matching, { depth }), (evidence) => rows[rowOfEvidence(evidence)]!.origin);
          expect(upToTies(after)).toEqual(upToTies(before));
          expect(indexOf(doubled).ledger[0]).toEqual({
            file: 'checkins',
            read: rows.length,
            accepted: world.checkIns.length,
            rejected: 0,
            duplicate: copies.length,
            blank: 0,
          });
          matched(doubled, matching);
        },
      ),
      RUNS,
    );
  });

  test('certain ≤ likely ≤ possible, in every column that has the three', () => {
    fc.assert(
      fc.property(worlds(), matchings(), (world, matching) => {
        const { episodes, contacts, people, places } = matched(world, matching);
        const instant = (value: Row[string] | undefined): number => (typeof value === 'string' ? sec(value) : (value as number));
        const rising = (row: Row, ...columns: string[]): void => {
          const values = columns.map((column) => instant(row[column]));
          expect(values, columns.join(' ≤ ')).toEqual([...values].sort((a, b) => a - b));
        };
        for (const row of episodes) {
          rising(row, 'overlap_certain_s', 'overlap_likely_s', 'overlap_possible_s');
          rising(row, 'case_start', 'case_end_certain', 'case_end_likely', 'case_end_possible');
          rising(row, 'contact_start', 'contact_end_certain', 'contact_end_likely', 'contact_end_possible');
        }
        for (const row of [...contacts, ...people]) rising(row, 'total_certain_s', 'total_likely_s', 'total_possible_s');
        for (const row of contacts) rising(row, 'longest_likely_s', 'total_likely_s');
        for (const row of places) rising(row, 'people_certain', 'people_likely', 'people_possible');
      }),
      RUNS,
    );
  });

  test('a longer lag never loses a pair of case stay and contact stay', () => {
    fc.assert(
      fc.property(worlds(), matchings(), fc.constantFrom(1, 60, 240, 86_400), (world, matching, longer) => {
        const before = matched(world, matching);
        const after = matched(world, { ...matching, lagSec: matching.lagSec + longer });
        expect(lostPairs(before, after)).toEqual([]);
        const together = ({ episodes }: Lists): Row[] => episodes.filter(({ kind }) => kind === 'together').map(({ after_s: _, ...row }) => row);
        expect(together(after)).toEqual(together(before));
        expect(after.contacts).toEqual(before.contacts);
      }),
      RUNS,
    );
  });

  test('a wider window never loses a pair of case stay and contact stay', () => {
    fc.assert(
      fc.property(worlds(), matchings(), fc.nat({ max: 8 }), fc.nat({ max: 8 }), fc.boolean(), (world, matching, earlier, later, hasLag) => {
        // Together, a lag and a least overlap do lose pairs: those who came after are now together, and for too short a time.
        const asked = hasLag ? { ...matching, minOverlapSec: 0 } : { ...matching, lagSec: 0 };
        const wider = (each: PlainCase): PlainCase =>
          defined({
            ...each,
            infectious_from: each.infectious_from && each.infectious_from - earlier * STEP_SEC,
            infectious_to: each.infectious_to && each.infectious_to + later * STEP_SEC,
          });
        expect(lostPairs(matched(world, asked), matched({ ...world, cases: world.cases.map(wider) }, asked))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('a smaller threshold never loses a pair: of stays by the least overlap, of people by the rule', () => {
    fc.assert(
      fc.property(worlds(), matchings(), fc.nat({ max: 300 }), (world, matching, less) => {
        const before = matched(world, matching);
        const shorter = matched(world, { ...matching, minOverlapSec: Math.max(0, matching.minOverlapSec - less) });
        expect(lostPairs(before, shorter)).toEqual([]);
        const lower = (threshold: number | undefined): number | undefined => threshold && Math.max(0, threshold - less);
        const clauses = matching.clauses.map((clause) => defined({ ...clause, at_least: lower(clause.at_least), more_than: lower(clause.more_than) }));
        const easier = matched(world, { ...matching, clauses });
        expect(easier.episodes.map(({ grade: _, ...row }) => row)).toEqual(before.episodes.map(({ grade: _, ...row }) => row));
        const grades = new Map(easier.contacts.map((row) => [`${row['case_id']}|${row['contact_id']}`, row['grade'] as string]));
        for (const { case_id, contact_id, grade } of before.contacts) {
          // In alphabetical order: certain, likely, possible.
          expect((grades.get(`${case_id}|${contact_id}`) ?? 'lost') <= (grade as string)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('matching case sets apart and together gives the same episodes and contacts', () => {
    fc.assert(
      fc.property(worlds(), matchings(), (world, matching) => {
        const whole = matched(world, matching);
        const inOrder = [...world.cases].sort((a, b) => bytewise(a.case_id ?? a.person_id, b.case_id ?? b.person_id));
        const parts = inOrder.map((each) => matched({ ...world, cases: [each] }, matching));
        const aside = ({ contact_is_case: _, ...row }: Row): Row => row;
        expect(parts.flatMap(({ episodes }) => episodes)).toEqual(whole.episodes);
        expect(parts.flatMap(({ contacts }) => contacts.map(aside))).toEqual(whole.contacts.map(aside));
      }),
      RUNS,
    );
  });

  test('splitting stays by key and uniting the episodes gives the whole', () => {
    fc.assert(
      fc.property(worlds(), matchings(), (world, matching) => {
        // An episode's grade looks at the whole pair: it is the same under a rule by which every episode makes a contact.
        const aside = ({ grade: _, ...row }: Row): Row => row;
        expect(sorted(episodesByKey(world, matching).map(aside))).toEqual(sorted(matched(world, matching).episodes.map(aside)));
        expect(sorted(episodesByKey(world, ANY))).toEqual(sorted(matched(world, ANY).episodes));
      }),
      RUNS,
    );
  });

  test('adding a place scanned only by people with no other check-in changes nothing', () => {
    const scan = fc.record({
      person_id: fc.constantFrom('stranger', 'p', 'p100'),
      place_id: fc.constant('mal'),
      time: fc.nat({ max: 20 }).map((step) => BASE_SEC + step * STEP_SEC),
    });
    const isVehicle = fc.boolean();
    fc.assert(
      fc.property(
        worlds(),
        matchings(),
        fc.array(scan, { minLength: 1, maxLength: 6 }),
        isVehicle,
        fc.constantFrom(1, 2),
        (world, matching, strangers, isBus, depth) => {
          const more = {
            ...world,
            checkIns: [...world.checkIns, ...strangers],
            places: [...world.places, { place_id: 'mal', category: isBus ? 'bus' : 'retail' }],
          };
          expect(engine(more, matching, { depth })).toEqual(engine(world, matching, { depth }));
          matched(more, matching);
        },
      ),
      RUNS,
    );
  });

  test('every episode names rows from which it can be recomputed', () => {
    fc.assert(
      fc.property(worlds({ vehicles: false }), matchings(), (world, matching) => {
        const caseOf = new Map(world.cases.map((each) => [each.case_id ?? each.person_id, each]));
        for (const episode of matched(world, matching).episodes as unknown as EpisodeRow[]) {
          const { person_id, infectious_from = -Infinity, infectious_to = Infinity } = caseOf.get(episode.case_id)!;
          const visit = presenceOf(episode, 'case');
          const stay = presenceOf(episode, 'contact');
          expectRowsExplain(visit, person_id, episode.place_id, episode.run_id, world, [infectious_from, infectious_to]);
          expectRowsExplain(stay, episode.contact_id, episode.contact_place_id, episode.run_id, world, [-Infinity, Infinity]);
          // SPEC section 7, on the two intervals.
          const start = Math.max(visit.start, stay.start);
          const overlaps = ([0, 1, 2] as const).map((g) => Math.max(0, Math.min(visit.ends[g], stay.ends[g]) - start));
          const left = visit.ends[2];
          const after = Math.max(0, Math.min(stay.ends[2], left + matching.lagSec) - Math.max(stay.start, left));
          const arrival = Math.max(stay.start, left);
          expect([episode.overlap_certain_s, episode.overlap_likely_s, episode.overlap_possible_s, episode.after_s]).toEqual([...overlaps, after]);
          expect([sec(episode.start), sec(episode.end), episode.gap_s]).toEqual(
            episode.kind === 'together' ? [start, start + overlaps[2]!, null] : [arrival, arrival + after, arrival - left],
          );
        }
      }),
      RUNS,
    );
  });
});

/** The engine's lists, whose episodes and contacts must be those of the brute force. */
function matched(world: World, matching: Matching): Lists {
  const lists = engine(world, matching);
  expect({ episodes: lists.episodes, contacts: lists.contacts }).toEqual(brute(world, matching));
  return lists;
}

const brute = (world: World, matching: Matching): Pick<Lists, 'episodes' | 'contacts'> =>
  bruteMatch(world, { ...matching, dwell: DWELL, runGapSec: RUN_GAP_SEC, ruleId: 'law' });

function engine(world: World, matching: Matching, more: MatchOptions = {}, tz?: string): Lists {
  return listsOf(indexOf(world, tz).match(world.cases, optionsOf(matching, more)));
}

const indexOf = ({ checkIns, places, runs }: World, tz?: string): CopresenceIndex =>
  buildIndex(checkIns, { places, runs, dwell: DWELL, runGap: RUN_GAP_SEC, maxRejects: 0, ...(tz && { tz }) });

function optionsOf({ clauses, lagSec, isClosed, minOverlapSec }: Matching, more: MatchOptions): MatchOptions {
  const rule: RuleJson = { id: 'law', clauses };
  return { rule, window: 'all', lag: lagSec, bounds: isClosed ? 'closed' : 'half-open', minOverlap: minOverlapSec, ...more };
}

const listsOf = (result: MatchResult): Lists => Object.fromEntries(LISTS.map((name) => [name, result[name]])) as unknown as Lists;
const mapRows = (lists: Lists, map: (row: Row) => Row): Lists => Object.fromEntries(LISTS.map((name) => [name, lists[name].map(map)])) as unknown as Lists;
const mapTexts = (lists: Lists, map: (text: string) => string): Lists =>
  mapRows(lists, (row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, typeof value === 'string' ? map(value) : value])));
const defined = <T extends object>(row: T): never => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as never;
const sorted = (rows: readonly Row[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

/** The episode as it looks from the other side; ids of cases are the persons'. */
function mirrored(row: Row): Row {
  const other = (column: string): string =>
    ({ case_id: 'contact_id', contact_id: 'case_id', place_id: 'contact_place_id', contact_place_id: 'place_id' })[column] ??
    (column.startsWith('case_') ? column.replace('case_', 'contact_') : column.startsWith('contact_') ? column.replace('contact_', 'case_') : column);
  return Object.fromEntries(Object.keys(row).map((column) => [column, row[other(column)]!]));
}

function mapTimes(world: World, map: (sec: number | undefined) => number | undefined): World {
  return {
    places: world.places,
    checkIns: world.checkIns.map((scan) => defined({ ...scan, time: map(scan.time), check_out: map(scan.check_out) })),
    runs: world.runs.map((run) => defined({ ...run, start: map(run.start), end: map(run.end) })),
    cases: world.cases.map((each) => defined({ ...each, infectious_from: map(each.infectious_from), infectious_to: map(each.infectious_to) })),
  };
}

/** `2022-03-01T08:15:30+08:00` a number of days later, at the same time of day and offset. */
function shiftedText(text: string, days: number): string {
  const wall = new Date(`${text.slice(0, 19)}Z`).getTime() + days * 86_400_000;
  return new Date(wall).toISOString().slice(0, 19) + text.slice(19);
}

const rowOfEvidence = (evidence: string): number => Number(evidence.slice('checkins:'.length)) - 1;

/** Evidence as numbers of the rows of the first world, whatever files and lines they stood in. */
function withOrigins(lists: Lists, originOf: (evidence: string) => number): Lists {
  const rows = (evidence: string): string =>
    evidence
      .split('|')
      .map((each) => `row ${originOf(each)}`)
      .join('|');
  return {
    ...lists,
    episodes: lists.episodes.map((row) => ({ ...row, case_rows: rows(row['case_rows'] as string), contact_rows: rows(row['contact_rows'] as string) })),
  };
}

/** Lists to compare where evidence has other numbers: episodes that tie on everything the order looks at before the evidence may stand in another order. */
function upToTies(lists: Lists): object {
  const order = ['rule_id', 'case_id', 'contact_id', 'generation', 'start', 'place_id', 'contact_place_id', 'run_id', 'kind', 'end'];
  return { ...lists, episodes: sorted(lists.episodes), order: lists.episodes.map((row) => order.map((column) => row[column])) };
}

function shuffled<T>(values: readonly T[], roll: (most: number) => number): T[] {
  const left = [...values];
  return values.map(() => left.splice(roll(left.length), 1)[0]!);
}

/** The world's check-ins as one to three CSV files in any order, read in chunks of any size. */
async function indexOfShuffledFiles(world: World, roll: (most: number) => number): Promise<{ index: CopresenceIndex; originOf: (evidence: string) => number }> {
  const zone = new Zone();
  const reader = new InputReader(zone);
  const origins = new Map<string, number>();
  const columns = shuffled(['person_id', 'place_id', 'time', 'check_out', 'run_id'], roll);
  const files = Array.from({ length: 1 + roll(3) }, (_, i) => ({ name: `${'cab'[i]}.csv`, lines: [columns.join(',')] }));
  for (const [origin, scan] of shuffled([...world.checkIns.entries()], roll)) {
    const file = files[roll(files.length)]!;
    const cells: Record<string, string> = { ...scan, time: String(scan.time), check_out: String(scan.check_out ?? '') };
    file.lines.push(columns.map((column) => cells[column] ?? '').join(','));
    origins.set(`${file.name}:${file.lines.length}`, origin);
  }
  for (const { name, lines } of files) {
    const bytes = Buffer.from(lines.join('\n'));
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = at + 1 + roll(200);
      chunks.push(bytes.subarray(at, end));
      at = end;
    }
    await reader.readFile('checkins', { name, chunks: () => chunks }, {});
  }
  reader.readRows('places', shuffled(world.places, roll));
  reader.readRows('runs', shuffled(world.runs, roll));
  reader.checkRejects({ count: 0 });
  const index = runSync(CopresenceIndex.build(reader, zone, { dwell: DWELL, runGap: RUN_GAP_SEC }));
  return { index, originOf: (evidence) => origins.get(evidence)! };
}

/** The pairs of case stay and contact stay that are in the first lists and not in the second. */
function lostPairs(before: Lists, after: Lists): string[] {
  const pairs = ({ episodes }: Lists): string[] =>
    episodes.map(({ case_id, case_rows, contact_id, contact_rows }) => JSON.stringify([case_id, case_rows, contact_id, contact_rows]));
  const kept = new Set(pairs(after));
  return pairs(before).filter((pair) => !kept.has(pair));
}

/** The episodes of each (place, run) alone, put together. */
function episodesByKey(world: World, { clauses, lagSec, isClosed, minOverlapSec }: Matching): Row[] {
  const { inputs, places, runs, stays } = staysOf(world, { dwell: DWELL, runGapSec: RUN_GAP_SEC });
  const zone = new Zone();
  const rule = compileRule({ id: 'law', clauses });
  const neighbours = new PlaceNeighbours(places, rule.scope);
  const settings = { lagSec, isClosed, minOverlapSec, excludedFlags: 0, depth: 1, maxEpisodes: 1e6 };
  const keyOf = (stay: number): string => `${stays.place[stay]}|${stays.run[stay]}`;
  const keys = new Set(Array.from({ length: stays.count }, (_, stay) => keyOf(stay)));
  return [...keys].flatMap((key) => {
    const own = staysWith(stays, (stay) => keyOf(stay) === key);
    const tables = { inputs, places, runs, stays: own, index: new StayIndex(own, inputs.ids.place.size), checkInsSince: () => 0 };
    const cases = indexCases(inputs, rule, zone, true);
    const found = runSync(findUnder(rule, cases, tables, neighbours, zone, settings, false));
    return [...listRows('episodes', [found])] as unknown as Row[];
  });
}

/** Some of the stays, in the same layout. */
function staysWith(stays: Stays, isKept: (stay: number) => boolean): Stays {
  const kept = Array.from({ length: stays.count }, (_, stay) => stay).filter(isKept);
  const pick = <T extends Uint32Array | Uint8Array>(column: T): T => column.filter((_, stay) => isKept(stay)) as T;
  const rows = kept.map((stay) => stays.rows.subarray(stays.firstRow[stay], stays.firstRow[stay + 1]));
  const firstRow = new Uint32Array(kept.length + 1);
  rows.forEach((each, i) => (firstRow[i + 1] = firstRow[i]! + each.length));
  return {
    count: kept.length,
    person: pick(stays.person),
    place: pick(stays.place),
    run: pick(stays.run),
    start: pick(stays.start),
    certain: pick(stays.certain),
    likely: pick(stays.likely),
    possible: pick(stays.possible),
    method: pick(stays.method),
    flags: pick(stays.flags),
    carriage: pick(stays.carriage),
    seat: pick(stays.seat),
    ofPerson: stays.ofPerson.map((end) => kept.filter((stay) => stay < end).length),
    firstRow,
    rows: Uint32Array.from(rows.flatMap((each) => [...each])),
  };
}

interface PresenceInRow {
  readonly start: number;
  readonly ends: readonly [certain: number, likely: number, possible: number];
  readonly method: string;
  readonly rows: readonly number[];
}

function presenceOf(row: EpisodeRow, side: 'case' | 'contact'): PresenceInRow {
  return {
    start: sec(row[`${side}_start`]),
    ends: [sec(row[`${side}_end_certain`]), sec(row[`${side}_end_likely`]), sec(row[`${side}_end_possible`])],
    method: row[`${side}_method`],
    rows: row[`${side}_rows`].split('|').map(rowOfEvidence),
  };
}

/** The named rows are one stay of the person there; with the person's other scans, which may have ended it, they give its start and ends. */
function expectRowsExplain(
  { start, ends, method, rows }: PresenceInRow,
  person: string,
  place: string,
  run: string,
  world: World,
  [from, to]: readonly [number, number],
): void {
  const clamp = (each: number): number => Math.min(Math.max(each, from), to);
  const staysFrom = (checkIns: readonly PlainCheckIn[]): PlainStay[] => bruteStays({ ...world, checkIns }, { dwell: DWELL, runGapSec: RUN_GAP_SEC });
  const alone = staysFrom(rows.map((row) => world.checkIns[row]!));
  expect(alone.map((stay) => [stay.person, stay.place, stay.run])).toEqual([[person, place, run]]);
  const longest = [alone[0]!.certain, alone[0]!.likely, alone[0]!.possible].map(clamp);
  ends.forEach((end, g) => expect(end).toBeLessThanOrEqual(longest[g]!));
  const isExact = rows.length === 1 && method !== 'next-scan';
  expect(isExact ? ends : longest).toEqual(longest);

  const own = world.checkIns.flatMap((scan, row) => (scan.person_id === person ? [{ scan, row }] : []));
  const stay = staysFrom(own.map(({ scan }) => scan)).find((each) => each.rows.map((i) => own[i]!.row).join() === rows.join());
  expect([start, ...ends, method]).toEqual([clamp(stay!.start), clamp(stay!.certain), clamp(stay!.likely), clamp(stay!.possible), stay!.method]);
}
