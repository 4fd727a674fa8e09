import { describe, expect, test } from 'vitest';
import { OptionError } from '../core/errors.js';
import { compileRule, type RuleJson } from './rule.js';

const CLAUSES = [{ measure: 'total', at_least: '15m' }];
const compile = (more: object): ReturnType<typeof compileRule> => compileRule({ id: 'r', clauses: CLAUSES, ...more } as RuleJson);

test('the least rule has the window, scope and lag of the default rule', () => {
  const json = { id: 'r', clauses: [{ measure: 'total', at_least: '15m' }] } as const;
  expect(compileRule(json)).toEqual({
    id: 'r',
    anchors: ['onset', 'sample', 'report'],
    daysBefore: 2,
    daysAfter: 10,
    scope: { name: 'place', metres: 0 },
    lagSec: 0,
    clauses: [{ measure: 'total', thresholdSec: 900, isStrict: false, kinds: undefined, categories: undefined, text: 'total>=900s' }],
    seats: [],
    residence: undefined,
    json,
  });
});

test('a rule with everything is compiled to seconds', () => {
  const rule = compile({
    version: '2',
    title: 't',
    source: 's',
    date: '2022',
    unseen: 'u',
    note: 'n',
    window: { anchors: ['report', 'onset'], days_before: 0, days_after: 0 },
    scope: 'near:12.5',
    lag: '2h',
    clauses: [
      { measure: 'day', more_than: 600, kinds: ['venue'], categories: ['food', 'karaoke'] },
      { measure: 'rolling24h', at_least: 0 },
      { measure: 'single', at_least: '1d' },
    ],
    seats: [{ rows: 3, vehicles: 'coach', ventilation: 'ventilated' }, {}],
    residence: { more_than: '30h', within_days: 14, who: 'either' },
  });
  expect(rule).toMatchObject({ anchors: ['report', 'onset'], daysBefore: 0, daysAfter: 0, scope: { name: 'near', metres: 12.5 }, lagSec: 7200 });
  expect(rule.clauses).toEqual([
    { measure: 'day', thresholdSec: 600, isStrict: true, kinds: ['venue'], categories: ['food', 'karaoke'], text: 'day>600s' },
    { measure: 'rolling24h', thresholdSec: 0, isStrict: false, kinds: undefined, categories: undefined, text: 'rolling24h>=0s' },
    { measure: 'single', thresholdSec: 86_400, isStrict: false, kinds: undefined, categories: undefined, text: 'single>=86400s' },
  ]);
  expect(rule.seats).toEqual([
    { rows: 3, vehicles: ['coach'], ventilation: ['ventilated'] },
    { rows: undefined, vehicles: undefined, ventilation: undefined },
  ]);
  expect(rule.residence).toEqual({ moreThanSec: 108_000, withinDays: 14, who: 'either' });
});

test('a window given in part takes the rest from the default', () => {
  expect(compile({ window: { days_before: 4 } })).toMatchObject({ anchors: ['onset', 'sample', 'report'], daysBefore: 4, daysAfter: 10 });
});

test('a compiled rule cannot be changed', () => {
  expect(Object.isFrozen(compile({}))).toBe(true);
});

describe('refusals name the part that is wrong', () => {
  test.each([
    ['no object', null, 'expected the rule to be an object'],
    ['a list', [], 'expected the rule to be an object'],
    ['no id', { clauses: CLAUSES }, '(without id): expected an id'],
    ['an empty id', { id: '', clauses: CLAUSES }, 'expected an id'],
    ['an id with space around it', { id: ' r', clauses: CLAUSES }, 'expected an id'],
    ['an id that is a number', { id: 7, clauses: CLAUSES }, 'expected an id'],
    ['no clauses', { id: 'r' }, 'rule r: expected clauses'],
    ['an empty list of clauses', { id: 'r', clauses: [] }, 'rule r: expected clauses'],
    ['one clause not in a list', { id: 'r', clauses: CLAUSES[0] }, 'rule r: expected clauses'],
    ['an unknown key', { id: 'r', clauses: CLAUSES, clause: 1 }, "rule r: unknown key 'clause'"],
    ['a key of objects', JSON.parse('{"id":"r","clauses":[{"measure":"total","at_least":1}],"__proto__":1}'), "rule r: unknown key '__proto__'"],
  ])('%s', (_, json, message) => {
    expect(() => compileRule(json as RuleJson)).toThrow(
      expect.objectContaining({ name: OptionError.name, code: 'E_RULE', message: expect.stringContaining(message) as unknown }),
    );
  });

  const clause = (more: object): object => ({ clauses: [{ measure: 'total', at_least: 1, ...more }] });
  test.each([
    ['a version that is a number', { version: 1 }, 'expected version to be a text'],
    ['a window that is none', { window: 14 }, 'expected window to be an object'],
    ['an unknown key in the window', { window: { days: 2 } }, "unknown key 'days' in window"],
    ['an unknown anchor', { window: { anchors: ['birth'] } }, 'expected window.anchors from onset, sample, report'],
    ['no anchor', { window: { anchors: [] } }, 'expected window.anchors'],
    ['half a day', { window: { days_before: 1.5 } }, 'expected window.days_before, whole days from 0 to 3650'],
    ['days as a text', { window: { days_after: '10' } }, 'expected window.days_after'],
    ['negative days', { window: { days_after: -1 } }, 'expected window.days_after'],
    ['eleven years', { window: { days_before: 4000 } }, 'expected window.days_before'],
    ['an unknown measure', clause({ measure: 'sum' }), 'clauses[0]: expected a measure, one of single, total, rolling24h, day'],
    ['two thresholds', clause({ more_than: 1 }), 'clauses[0]: expected at_least or more_than'],
    ['no threshold', { clauses: [{ measure: 'total' }] }, 'clauses[0]: expected at_least or more_than'],
    ['the second clause wrong', { clauses: [...CLAUSES, { measure: 'total' }] }, 'clauses[1]'],
    ['a clause that is none', { clauses: [null] }, 'clauses[0]: expected a clause to be an object'],
    ['an unknown key in a clause', clause({ kind: 'venue' }), "clauses[0]: unknown key 'kind'"],
    ['an unknown kind', clause({ kinds: ['shop'] }), 'clauses[0]: expected kinds, a list of venue, vehicle'],
    ['a kind not in a list', clause({ kinds: 'venue' }), 'expected kinds'],
    ['categories not in a list', clause({ categories: 'food' }), 'expected categories, a list of texts'],
    ['a category that is a number', clause({ categories: [7] }), 'expected categories'],
    ['half a row', { seats: { rows: 2.5 } }, 'seats[0]: expected rows, a whole number'],
    ['negative rows', { seats: [{}, { rows: -1 }] }, 'seats[1]: expected rows'],
    ['an unknown ventilation', { seats: { ventilation: 'open' } }, 'seats[0]: expected ventilation, one or a list of sealed, ventilated'],
    ['vehicles that are numbers', { seats: { vehicles: [1] } }, 'seats[0]: expected vehicles'],
    ['an unknown key in seats', { seats: { row: 3 } }, "seats[0]: unknown key 'row'"],
    ['residence without who', { residence: { more_than: '30h', within_days: 14 } }, 'residence: expected who'],
    ['residence of nobody', { residence: { more_than: '30h', within_days: 14, who: 'none' } }, 'residence: expected who: either, both, case or contact'],
    ['residence within no days', { residence: { more_than: '30h', within_days: 0, who: 'case' } }, 'residence: expected within_days'],
    ['an unknown key in residence', { residence: { more_than: '30h', within_days: 14, who: 'case', at: 'home' } }, "residence: unknown key 'at'"],
    ['a scope that is a number', { scope: 800 }, 'scope'],
  ])('%s', (_, more, message) => {
    expect(() => compile(more)).toThrow(
      expect.objectContaining({ name: OptionError.name, code: 'E_RULE', message: expect.stringContaining(message) as unknown }),
    );
  });

  test.each([
    ['a threshold without a unit that there is', clause({ at_least: '15min' }), 'E_DURATION', 'rule r: clauses[0]'],
    ['half a second', clause({ at_least: 0.5 }), 'E_DURATION', 'rule r: clauses[0]'],
    ['a lag that is none', { lag: 'long' }, 'E_DURATION', 'rule r: lag'],
    ['a residence time that is none', { residence: { more_than: 'long', within_days: 14, who: 'case' } }, 'E_DURATION', 'rule r: residence.more_than'],
    ['an unknown scope', { scope: 'room' }, 'E_SCOPE', "got 'room'"],
  ])('%s', (_, more, code, message) => {
    expect(() => compile(more)).toThrow(expect.objectContaining({ name: OptionError.name, code, message: expect.stringContaining(message) as unknown }));
  });
});
