import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compareBytewise } from '../core/bytewise.js';
import { VEHICLE_CATEGORIES } from '../model/place.js';
import { compileRule, type Measure, type Rule, type RuleJson } from '../model/rule.js';
import { PRESETS } from './presets.js';

const FOLDER = new URL('./presets/', import.meta.url);
const FILES = readdirSync(FOLDER).sort();
const JSON_BY_FILE = new Map(FILES.map((name) => [name, JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as RuleJson]));
const MADE = [...JSON_BY_FILE.values()].sort((a, b) => compareBytewise(a.id, b.id));

/** SPEC section 4's dwell table. */
const CATEGORIES = [
  'default',
  'retail',
  'market',
  'food',
  'entertainment',
  'culture',
  'sports',
  'worship',
  'workplace',
  'education',
  'healthcare',
  'public_building',
  'station',
  'residence',
  'lodging',
  ...VEHICLE_CATEGORIES,
];

/** A rule as a reader of the source would write it down: seconds, and `>` where exactly the threshold is not enough. */
interface Row {
  readonly days: readonly [before: number, after: number];
  readonly scope: string;
  readonly clauses: readonly {
    readonly measure: Measure;
    readonly is: '>=' | '>';
    readonly sec: number;
    readonly kinds?: readonly string[];
    readonly categories?: readonly string[];
  }[];
  readonly seats?: readonly { readonly rows?: number; readonly vehicles: readonly string[]; readonly ventilation?: readonly string[] }[];
  readonly residence?: { readonly moreThanSec: number; readonly withinDays: number; readonly who: string };
}

const CN_CLOSE: Pick<Row, 'scope' | 'clauses' | 'seats'> = {
  scope: 'place',
  clauses: [
    {
      measure: 'total',
      is: '>=',
      sec: 1,
      kinds: ['venue'],
      categories: ['food', 'entertainment', 'workplace', 'education', 'residence', 'lodging', 'healthcare'],
    },
    { measure: 'total', is: '>=', sec: 1, kinds: ['vehicle'] },
  ],
  seats: [{ rows: 3, vehicles: ['aircraft'] }, { rows: 3, vehicles: ['coach'], ventilation: ['ventilated'] }, { vehicles: ['train'] }, { vehicles: ['ferry'] }],
};

const TABLE: Readonly<Record<string, Row>> = {
  any: { days: [2, 10], scope: 'place', clauses: [{ measure: 'total', is: '>=', sec: 1 }] },
  'who-2020': { days: [2, 10], scope: 'place', clauses: [{ measure: 'total', is: '>=', sec: 900 }] },
  'us-cdc-2020': { days: [2, 10], scope: 'place', clauses: [{ measure: 'rolling24h', is: '>=', sec: 900 }] },
  'uk-2021': { days: [2, 10], scope: 'place', clauses: [{ measure: 'day', is: '>=', sec: 900 }] },
  'sg-2020': { days: [2, 14], scope: 'place', clauses: [{ measure: 'total', is: '>=', sec: 1800 }] },
  'sg-2021': { days: [2, 14], scope: 'place', clauses: [{ measure: 'total', is: '>=', sec: 900 }] },
  'au-nsw-2020': { days: [2, 10], scope: 'place', clauses: [{ measure: 'single', is: '>=', sec: 7200 }], seats: [{ rows: 2, vehicles: ['aircraft'] }] },
  'nz-2020': { days: [2, 10], scope: 'place', clauses: [{ measure: 'total', is: '>=', sec: 900 }], seats: [{ rows: 2, vehicles: ['aircraft'] }] },
  'cn-close-2021': { days: [4, 0], ...CN_CLOSE },
  'cn-close-2022': { days: [2, 0], ...CN_CLOSE },
  'cn-general': {
    days: [2, 0],
    scope: 'place',
    clauses: [
      {
        measure: 'total',
        is: '>=',
        sec: 1,
        categories: ['retail', 'market', 'station', 'metro', 'bus', 'culture', 'sports', 'worship', 'public_building', 'default'],
      },
    ],
  },
  'cn-companion': {
    days: [14, 0],
    scope: 'grid:800',
    clauses: [{ measure: 'total', is: '>', sec: 600 }],
    residence: { moreThanSec: 108_000, withinDays: 14, who: 'either' },
  },
  'cn-companion-short': { days: [14, 0], scope: 'grid:800', clauses: [{ measure: 'total', is: '>=', sec: 600 }] },
  'cwa-day': { days: [10, 10], scope: 'place', clauses: [{ measure: 'day', is: '>=', sec: 600 }] },
};

test('every preset file compiles and is named for its id', () => {
  for (const [file, json] of JSON_BY_FILE) expect(`${compileRule(json).id}.json`).toBe(file);
});

test('the embedded presets are the files, key for key, in bytewise order of their ids', () => {
  expect(JSON.stringify(PRESETS, null, 1)).toBe(JSON.stringify(MADE, null, 1));
});

test('there is a preset for every rule of the table and no other', () => {
  expect(PRESETS.map(({ id }) => id).sort()).toEqual(Object.keys(TABLE).sort());
});

test.each(Object.entries(TABLE))('%s asks what its source asks', (id, row) => {
  const rule = preset(id);
  expect(rowOf(rule)).toEqual(row);
  expect(rule.anchors).toEqual(['onset', 'sample', 'report']);
  expect(rule.lagSec).toBe(0);
});

test('a preset writes out its window and scope rather than leaning on the defaults', () => {
  for (const { id, window, scope } of PRESETS) {
    expect(Object.keys(window ?? {}), id).toEqual(['anchors', 'days_before', 'days_after']);
    expect(scope, id).toBeTruthy();
  }
});

test('a preset says where it comes from and what an interviewer must still ask', () => {
  for (const { id, version, title, source, unseen } of PRESETS) {
    expect(version, id).toBe('1');
    for (const text of [title, source, unseen]) expect(text?.trim(), id).toBeTruthy();
  }
  expect(preset('any').json.source).toBe('our own');
});

test('a preset carries the date of its source where one is known', () => {
  expect(Object.fromEntries(PRESETS.flatMap(({ id, date }) => (date === undefined ? [] : [[id, date]])))).toEqual({
    'who-2020': '2020-12-16',
    'us-cdc-2020': '2020-10-21',
    'uk-2021': '2021-01',
    'sg-2020': '2020-03',
    'sg-2021': '2021-06-21',
    'au-nsw-2020': '2020',
    'nz-2020': '2020-21',
    'cn-close-2021': '2021',
    'cn-close-2022': '2022-06',
    'cn-companion': '2021-11',
  });
});

test('no preset claims that anyone was infected by another', () => {
  for (const json of PRESETS) expect(JSON.stringify(json)).not.toMatch(/infected\s+by/i);
});

test('every built-in category is a close or a general contact in China, and only bus and metro are both', () => {
  const close = preset('cn-close-2022').clauses.flatMap(({ categories }) => categories ?? VEHICLE_CATEGORIES);
  const general = preset('cn-general').clauses.flatMap(({ categories }) => categories ?? []);
  expect([...new Set([...close, ...general])].sort()).toEqual([...CATEGORIES].sort());
  expect(general.filter((category) => close.includes(category)).sort()).toEqual(['bus', 'metro']);
});

function preset(id: string): Rule {
  const json = PRESETS.find((each) => each.id === id);
  if (!json) throw new Error(`no preset '${id}'`);
  return compileRule(json);
}

/** The compiled rule in the words of the table. */
function rowOf({ daysBefore, daysAfter, scope, clauses, seats, residence }: Rule): Row {
  return {
    days: [daysBefore, daysAfter],
    scope: scope.metres > 0 ? `${scope.name}:${scope.metres}` : scope.name,
    clauses: clauses.map(({ measure, isStrict, thresholdSec, kinds, categories }) => ({
      measure,
      is: isStrict ? '>' : '>=',
      sec: thresholdSec,
      ...(kinds && { kinds }),
      ...(categories && { categories }),
    })),
    ...(seats.length > 0 && {
      seats: seats.map(({ rows, vehicles, ventilation }) => ({
        ...(rows !== undefined && { rows }),
        vehicles: vehicles ?? [],
        ...(ventilation && { ventilation }),
      })),
    }),
    ...(residence && { residence }),
  };
}
