import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CopresenceError,
  InputError,
  OptionError,
  RULE_IDS,
  StateError,
  buildIndex,
  findRule,
  type CheckInInput,
  type ContactRow,
  type EpisodeRow,
} from '../src/index.js';
import { readCases, readCheckIns, readPlaces, readRuns, readVisits } from '../src/node.js';

const TZ = 'Asia/Shanghai';
/** A food hall of an evening: Wang came while Li was there, Zhao came after both had left. */
const CHECK_INS: readonly CheckInInput[] = [
  { person_id: '007', place_id: 'hall', time: '2022-03-01 18:00:00' },
  { person_id: 'wang', place_id: 'hall', time: '2022-03-01 18:20:00', check_out: '2022-03-01 18:50:00' },
  { person_id: 'zhao', place_id: 'hall', time: '2022-03-01 21:10:00' },
  { person_id: '007', place_id: 'shop', time: '2022-03-01 19:00:00' },
];
const PLACES = [{ place_id: 'hall', name: 'Food hall', category: 'food', district: 'North' }];
const CASES = [{ person_id: '007', onset_date: '2022-03-01' }];

const EPISODE: EpisodeRow = {
  rule_id: 'any',
  case_id: '007',
  contact_id: 'wang',
  generation: 1,
  grade: 'likely',
  kind: 'together',
  place_id: 'hall',
  place_name: 'Food hall',
  contact_place_id: 'hall',
  run_id: '',
  district: 'North',
  start: '2022-03-01T18:20:00+08:00',
  end: '2022-03-01T18:50:00+08:00',
  overlap_certain_s: 0,
  overlap_likely_s: 1500,
  overlap_possible_s: 1800,
  after_s: 0,
  gap_s: null,
  distance_m: null,
  case_start: '2022-03-01T18:00:00+08:00',
  case_end_certain: '2022-03-01T18:10:00+08:00',
  case_end_likely: '2022-03-01T18:45:00+08:00',
  case_end_possible: '2022-03-01T19:00:00+08:00',
  case_method: 'next-scan',
  contact_start: '2022-03-01T18:20:00+08:00',
  contact_end_certain: '2022-03-01T18:50:00+08:00',
  contact_end_likely: '2022-03-01T18:50:00+08:00',
  contact_end_possible: '2022-03-01T18:50:00+08:00',
  contact_method: 'checkout',
  flags: '',
  case_rows: 'checkins:1',
  contact_rows: 'checkins:2',
};
const CONTACT: ContactRow = {
  rule_id: 'any',
  case_id: '007',
  contact_id: 'wang',
  generation: 1,
  grade: 'likely',
  episodes: 1,
  places: 1,
  total_certain_s: 0,
  total_likely_s: 1500,
  total_possible_s: 1800,
  longest_likely_s: 1500,
  first_start: '2022-03-01T18:20:00+08:00',
  last_end: '2022-03-01T18:50:00+08:00',
  contact_is_case: false,
  reasons: 'total>=1s',
};

describe('buildIndex and match', () => {
  test('arrays of rows give plain rows of every list', () => {
    const result = buildIndex(CHECK_INS, { places: PLACES, tz: TZ }).match(CASES);
    expect(result.episodes).toEqual([EPISODE]);
    expect(result.contacts).toEqual([CONTACT]);
    const { case_id: _, longest_likely_s: __, contact_is_case: ___, reasons: ____, ...sums } = CONTACT;
    expect(result.people).toEqual([{ ...sums, cases: 1, case_ids: '007', is_case: false }]);
    const hall = { place_id: 'hall', place_name: 'Food hall', kind: 'venue', run_id: '', district: 'North' };
    const shop = { place_id: 'shop', place_name: '', kind: 'venue', run_id: '', district: '' };
    expect(result.places).toEqual([
      {
        ...hall,
        cases: 1,
        visits: 1,
        first_case_start: '2022-03-01T18:00:00+08:00',
        last_case_end: '2022-03-01T19:00:00+08:00',
        people_certain: 0,
        people_likely: 1,
        people_possible: 1,
      },
      {
        ...shop,
        cases: 1,
        visits: 1,
        first_case_start: '2022-03-01T19:00:00+08:00',
        last_case_end: '2022-03-01T21:00:00+08:00',
        people_certain: 0,
        people_likely: 0,
        people_possible: 0,
      },
    ]);
    expect(result.disinfection).toEqual([
      { ...hall, from: '2022-03-01T18:00:00+08:00', to: '2022-03-01T19:00:00+08:00', cases: 1, check_ins_since: 1 },
      { ...shop, from: '2022-03-01T19:00:00+08:00', to: '2022-03-01T21:00:00+08:00', cases: 1, check_ins_since: 0 },
    ]);
    expect(result.links).toEqual([]);
    expect(result.counts).toEqual([
      {
        rule_id: 'any',
        cases: 1,
        visits: 2,
        episodes: 1,
        contacts: 1,
        people: 1,
        people_certain: 0,
        people_likely: 1,
        people_possible: 0,
        cases_without_visit: [],
      },
    ]);
  });

  test('a column of a list is in every row, under the name and in the order of the list', () => {
    const result = buildIndex(CHECK_INS, { places: PLACES, tz: TZ }).match(CASES);
    for (const name of ['episodes', 'contacts', 'people', 'places', 'disinfection'] as const)
      expect(Object.keys(result[name][0]!), name).toEqual(result.columns(name));
  });

  test('times may be texts, Dates or seconds since 1970', () => {
    const instant = (text: unknown): number => new Date(`${String(text).replace(' ', 'T')}+08:00`).getTime();
    const asDates = CHECK_INS.map(({ time, check_out, ...row }) => ({
      ...row,
      time: new Date(instant(time)),
      ...(check_out && { check_out: new Date(instant(check_out)) }),
    }));
    const asSeconds = CHECK_INS.map(({ time, check_out, ...row }) => ({
      ...row,
      time: instant(time) / 1000,
      check_out: check_out ? instant(check_out) / 1000 : null,
    }));
    for (const rows of [asDates, asSeconds]) expect(buildIndex(rows, { places: PLACES, tz: TZ }).match(CASES).episodes).toEqual([EPISODE]);
  });

  test('an async iterable gives the same as an array', async () => {
    async function* rows(): AsyncGenerator<CheckInInput> {
      for (const row of CHECK_INS) yield await Promise.resolve(row);
    }
    const index = await buildIndex(rows(), { places: PLACES, tz: TZ });
    expect(index.match(CASES).episodes).toEqual([EPISODE]);
  });

  test('one index answers any number of questions, and none changes the next', () => {
    const index = buildIndex(CHECK_INS, { places: PLACES, tz: TZ });
    const first = index.match(CASES).episodes;
    expect(index.match([{ person_id: 'nobody knows', onset_date: '2022-03-01' }]).counts[0]).toMatchObject({
      visits: 0,
      episodes: 0,
      cases_without_visit: ['nobody knows'],
    });
    expect(index.match([{ person_id: 'wang', onset_date: '2022-03-01' }]).contacts.map((row) => row.contact_id)).toEqual(['007']);
    expect(index.match(CASES).episodes).toEqual(first);
  });

  test('a lag adds who came after, and makes no contact of them', () => {
    const index = buildIndex(CHECK_INS, { places: PLACES, tz: TZ });
    const { episodes, contacts } = index.match(CASES, { lag: '3h' });
    expect(contacts).toEqual([CONTACT]);
    expect(episodes.map(({ contact_id, kind, grade, after_s, gap_s }) => ({ contact_id, kind, grade, after_s, gap_s }))).toEqual([
      { contact_id: 'wang', kind: 'together', grade: 'likely', after_s: 0, gap_s: null },
      { contact_id: 'zhao', kind: 'after', grade: 'below', after_s: 3000, gap_s: 7800 },
    ]);
  });

  test('an itinerary stands in for check-ins that are not there', () => {
    const visits = [{ case_id: 'C1', place_id: 'hall', start: '2022-03-01 18:30:00', end: '2022-03-01 18:40:00' }];
    const { contacts } = buildIndex(CHECK_INS, { places: PLACES, tz: TZ }).match([], { visits });
    expect(
      contacts.map(({ case_id, contact_id, grade, total_certain_s, total_possible_s }) => [case_id, contact_id, grade, total_certain_s, total_possible_s]),
    ).toEqual([
      ['C1', '007', 'likely', 0, 600],
      ['C1', 'wang', 'certain', 600, 600],
    ]);
  });
});

describe('presets', () => {
  test('there are fourteen, and each matches', () => {
    const index = buildIndex(CHECK_INS, { places: PLACES, tz: TZ });
    const contacts = Object.fromEntries(
      RULE_IDS.map((rule) => [rule, index.match(CASES, { rule }).contacts.map(({ contact_id, grade, reasons }) => `${contact_id} ${grade} ${reasons}`)]),
    );
    expect(contacts).toEqual({
      any: ['wang likely total>=1s'],
      'au-nsw-2020': [],
      'cn-close-2021': ['wang likely total>=1s'],
      'cn-close-2022': ['wang likely total>=1s'],
      'cn-companion': [],
      'cn-companion-short': ['wang likely total>=600s'],
      'cn-general': [],
      'cwa-day': ['wang likely day>=600s'],
      'nz-2020': ['wang likely total>=900s'],
      'sg-2020': ['wang possible total>=1800s'],
      'sg-2021': ['wang likely total>=900s'],
      'uk-2021': ['wang likely day>=900s'],
      'us-cdc-2020': ['wang likely rolling24h>=900s'],
      'who-2020': ['wang likely total>=900s'],
    });
  });

  test('several rules run over one index, sorted by id, and every list then names the rule', () => {
    const result = buildIndex(CHECK_INS, { places: PLACES, tz: TZ }).match(CASES, { rule: ['who-2020', { ...findRule('au-nsw-2020'), id: 'B' }] });
    expect(result.contacts.map(({ rule_id }) => rule_id)).toEqual(['who-2020']);
    expect(result.places.map(({ rule_id, place_id }) => [rule_id, place_id])).toEqual([
      ['B', 'hall'],
      ['B', 'shop'],
      ['who-2020', 'hall'],
      ['who-2020', 'shop'],
    ]);
    expect(result.columns('links')[0]).toBe('rule_id');
    expect(result.episodes.map(({ rule_id, grade }) => [rule_id, grade])).toEqual([
      ['B', 'below'],
      ['who-2020', 'likely'],
    ]);
  });
});

describe('explain', () => {
  const index = buildIndex(CHECK_INS, { places: PLACES, tz: TZ });

  test('someone on the list: the clause, its arithmetic and the shared episodes', () => {
    expect(index.explain('007', 'wang', { rule: 'who-2020', cases: CASES })).toMatchObject({
      rule_id: 'who-2020',
      case_id: '007',
      contact_id: 'wang',
      grade: 'likely',
      reasons: 'total>=900s',
      case_visits: 2,
      clauses: [{ clause: 'total>=900s', certain_s: null, likely_s: 1500, possible_s: 1800, holds: 'likely' }],
      episodes: [{ ...EPISODE, rule_id: 'who-2020' }],
    });
  });

  test('someone met, but not for long enough', () => {
    expect(index.explain('007', 'wang', { rule: 'au-nsw-2020' })).toMatchObject({
      rule_id: 'au-nsw-2020',
      case_id: '007',
      contact_id: 'wang',
      grade: 'below',
      reasons: '',
      case_visits: 2,
      clauses: [{ clause: 'single>=7200s', certain_s: null, likely_s: 1500, possible_s: 1800, holds: 'below' }],
      episodes: [{ ...EPISODE, rule_id: 'au-nsw-2020', grade: 'below' }],
    });
  });

  test('someone never met', () => {
    expect(index.explain('007', 'zhao')).toMatchObject({
      rule_id: 'any',
      case_id: '007',
      contact_id: 'zhao',
      grade: 'below',
      reasons: '',
      case_visits: 2,
      clauses: [{ clause: 'total>=1s', certain_s: null, likely_s: null, possible_s: null, holds: 'below' }],
      episodes: [],
    });
  });

  test('an id that nobody has is refused rather than explained away', () => {
    expect(() => index.explain('008', 'wang')).toThrow(coded(OptionError, 'E_UNKNOWN_ID'));
    expect(() => index.explain('007', 'wong')).toThrow(coded(OptionError, 'E_UNKNOWN_ID'));
    expect(() => index.explain('wang', '007', { cases: CASES })).toThrow(coded(OptionError, 'E_UNKNOWN_ID'));
  });
});

describe('files', () => {
  let folder: string;
  const write = (name: string, ...lines: readonly string[]): string => {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
    return join(folder, name);
  };
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'copresence-api-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('readCheckIns: evidence names file and line, and ids keep their leading zeros', async () => {
    const monday = write(
      'monday.csv',
      '人员编号,场所码,扫码时间,离开时间',
      '007,hall,2022-03-01 18:00:00,',
      '',
      'wang,hall,2022-03-01 18:20:00,2022-03-01 18:50:00',
    );
    const later = write('later.csv', 'user_id;venue_id;timestamp', '007;shop;2022-03-01 19:00:00', '007;shop;2022-03-01 19:00:00');
    const places = write('places.csv', 'place_id,name,category,district', 'hall,Food hall,food,North');
    const cases = write('cases.csv', 'person_id,onset_date', '007,2022-03-01');
    const reader = readCheckIns([monday, later], { tz: TZ });
    const index = await buildIndex(reader, { places: await readPlaces(places), tz: TZ });
    const { episodes } = index.match(await readCases(cases, { tz: TZ }));
    expect(episodes).toEqual([{ ...EPISODE, case_rows: 'monday.csv:2', contact_rows: 'monday.csv:4' }]);
    expect(reader.ledger).toEqual([
      { file: 'monday.csv', read: 3, accepted: 2, rejected: 0, duplicate: 0, blank: 1 },
      { file: 'later.csv', read: 2, accepted: 1, rejected: 0, duplicate: 1, blank: 0 },
    ]);
  });

  test('a reader that is iterated gives rows, with times as seconds and empty cells left out', async () => {
    const file = write(
      'rows.csv',
      'person_id,place_id,time,check_out,seat',
      '007,hall,2022-03-01T10:00:00Z,,3A',
      'wang,hall,2022-03-01T10:00:00Z,2022-03-01T11:00:00Z,',
    );
    const rows: CheckInInput[] = [];
    for await (const row of readCheckIns(file)) rows.push(row);
    expect(rows).toEqual([
      { person_id: '007', place_id: 'hall', time: 1646128800, seat: '3A' },
      { person_id: 'wang', place_id: 'hall', time: 1646128800, check_out: 1646132400 },
    ]);
  });

  test('itineraries and runs are read as rows too', async () => {
    const visits = write('visits.csv', 'case_id,place_id,start,end,run_id', 'C1,hall,2022-03-01T10:00Z,2022-03-01T11:00Z,');
    const runs = write('runs.csv', 'vehicle_id,run_id,start,end', 'bus,r1,2022-03-01T10:00Z,2022-03-01T11:00Z');
    expect(await readVisits(visits)).toEqual([{ case_id: 'C1', place_id: 'hall', start: 1646128800, end: 1646132400 }]);
    expect(await readRuns(runs)).toEqual([{ vehicle_id: 'bus', run_id: 'r1', start: 1646128800, end: 1646132400 }]);
  });

  test('a file that is not there is an InputError', async () => {
    await expect(buildIndex(readCheckIns(join(folder, 'none.csv')))).rejects.toThrow(coded(InputError, 'E_READ'));
  });

  test('a reader gives up where its signal is aborted', async () => {
    const file = write('long.csv', 'person_id,place_id,time', '007,hall,2022-03-01T10:00:00Z');
    await expect(buildIndex(readCheckIns(file, { signal: AbortSignal.abort(new Error('enough')) }))).rejects.toThrow('enough');
  });
});

describe('what is refused', () => {
  const bad = { person_id: 'x', place_id: 'hall', time: '2022-02-30 10:00:00' };

  test('a number as an id: it would have lost its leading zeros', () => {
    const row = { person_id: 7, place_id: 'hall', time: '2022-03-01 18:00:00' };
    expect(() => buildIndex([row as never], { tz: TZ })).toThrow(coded(OptionError, 'E_ROW', 'person_id: expected a text, got number'));
    expect(() => buildIndex(CHECK_INS, { tz: TZ }).match([{ person_id: 7 as never }])).toThrow(coded(OptionError, 'E_ROW'));
  });

  test('more rejected rows than allowed; within the limit they are told with their reasons', () => {
    expect(() => buildIndex([...CHECK_INS, bad], { tz: TZ })).toThrow(coded(InputError, 'E_REJECTS'));
    const index = buildIndex([...CHECK_INS, bad, {} as never, CHECK_INS[0]!], { tz: TZ, maxRejects: 1 });
    expect(index.ledger[0]).toEqual({ file: 'checkins', read: 7, accepted: 4, rejected: 1, duplicate: 1, blank: 1 });
    expect(index.rejects).toEqual([
      {
        file: 'checkins',
        line: 5,
        column: 'time',
        code: 'E_TIME',
        message:
          'expected a time such as 2022-03-01 08:15:30, got the shape 9999-99-99 99:99:99; give --time-format with the pattern of this column, or mend the value',
        raw: JSON.stringify(bad),
      },
    ]);
  });

  test.each([
    ['a local time without a zone', () => buildIndex(CHECK_INS), OptionError, 'E_ZONE_MISSING'],
    ['a date without a zone', () => buildIndex([]).match(CASES), OptionError, 'E_ZONE_MISSING'],
    ['a zone that is none', () => buildIndex([], { tz: 'GMT+8:00' }), OptionError, 'E_ZONE'],
    ['the measure day without a zone', () => buildIndex([]).match([], { rule: 'uk-2021' }), OptionError, 'E_ZONE_MISSING'],
    ['an unknown rule', () => buildIndex([]).match([], { rule: 'who' }), OptionError, 'E_RULE'],
    ['two rules with one id', () => buildIndex([]).match([], { rule: ['any', 'any'] }), OptionError, 'E_RULE'],
    ['an unknown scope', () => buildIndex([]).match([], { scope: 'room' }), OptionError, 'E_SCOPE'],
    ['a lag without a unit that there is', () => buildIndex([]).match([], { lag: '30min' }), OptionError, 'E_DURATION'],
    ['a case without a date', () => buildIndex(CHECK_INS, { tz: TZ }).match([{ person_id: '007' }]), OptionError, 'E_CASE_WINDOW'],
    ['two cases with one id', () => buildIndex(CHECK_INS, { tz: TZ }).match([...CASES, { person_id: 'wang', case_id: '007' }]), OptionError, 'E_CASE_TWICE'],
    ['a case whose row is bad', () => buildIndex(CHECK_INS, { tz: TZ }).match([{ person_id: '007', onset_date: '2022-02-30' }]), InputError, 'E_REJECTS'],
    ['more episodes than asked for', () => buildIndex(CHECK_INS, { tz: TZ }).match(CASES, { maxEpisodes: 0 }), StateError, 'E_LIMIT'],
    ['a place with two contents', () => buildIndex([], { places: [...PLACES, { place_id: 'hall' }] }), InputError, 'E_PLACE_TWICE'],
    ['a dwell that shrinks', () => buildIndex([], { dwell: { food: { least: 5, typical: 4, most: 9 } } }), OptionError, 'E_DWELL'],
    ['a run gap of nothing', () => buildIndex([], { runGap: 0 }), OptionError, 'E_RUN_GAP'],
  ] as const)('%s', (_, attempt, kind, code) => {
    expect(attempt).toThrow(coded(kind, code));
  });
});

/** What an error must be: its class, its code, and what its message must hold. */
function coded(kind: new (...args: never[]) => CopresenceError, code: string, message = ''): object {
  return expect.objectContaining({ name: kind.name, code, message: expect.stringContaining(message) as unknown });
}

test('rows that name no column are refused, not counted as blank', () => {
  const refused = expect.objectContaining({ code: 'E_ROW' });
  expect(() => buildIndex([{ personId: 'A', placeId: 'P', checkIn: 1_646_092_800 }] as never)).toThrow(refused);
  const index = buildIndex([{ person_id: 'A', place_id: 'P', time: 1_646_092_800 }]);
  for (const cases of [[{ personId: 'A' }], ['A'], 'A', [null]]) expect(() => index.match(cases as never, { window: 'all' })).toThrow(refused);
});

test('what an itinerary says of its person counts when it alone is explained', () => {
  const index = buildIndex([{ person_id: 'B', place_id: 'P', time: 1_646_092_800 }]);
  const visits = [{ case_id: 'C1', person_id: 'A', place_id: 'P', start: 1_646_092_000, end: 1_646_094_000 }];
  expect(index.explain('C1', 'B', { visits })).toMatchObject({ case_id: 'C1', contact_id: 'B', grade: 'certain' });
});

test('files opened in a zone are indexed in it, and two zones are refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'api-zone-'));
  try {
    const file = join(folder, 'scans.csv');
    writeFileSync(file, 'person_id,place_id,time\nA,P,2022-03-01 08:10\n');
    const index = await buildIndex(readCheckIns(file, { tz: 'Asia/Shanghai' }));
    const [visit] = index.match([{ person_id: 'A' }], { window: 'all' }).places;
    expect(visit!.first_case_start).toBe('2022-03-01T08:10:00+08:00');
    expect(() => buildIndex(readCheckIns(file, { tz: 'Asia/Shanghai' }), { tz: 'UTC' })).toThrow(expect.objectContaining({ code: 'E_READER' }));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
