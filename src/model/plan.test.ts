import { describe, expect, test } from 'vitest';
import { OptionError } from '../core/errors.js';
import { makePlan, planText, type PlanOptions } from './plan.js';
import { compileRule, type Rule, type RuleJson } from './rule.js';

const rule = (id: string, more: Partial<RuleJson> = {}): Rule => compileRule({ id, clauses: [{ measure: 'total', at_least: 1 }], ...more });

test('a plan without options has the values of the SPEC', () => {
  const any = rule('any');
  expect(makePlan([any])).toEqual({
    rules: [any],
    extra: [],
    sort: undefined,
    dilution: { least: 5, most: 40, people: 1000 },
    scope: undefined,
    lagSec: undefined,
    isClosed: false,
    minOverlapSec: 0,
    depth: 1,
    isWindowAll: false,
    maxEpisodes: 50_000_000,
    hasEpisodes: true,
    excludeConflicts: false,
    warnings: [],
    way: 'auto',
  });
});

test('every option is in the plan, and in the text that the manifest shows', () => {
  const plan = makePlan([rule('any')], {
    scope: 'grid:800',
    lag: '30m',
    bounds: 'closed',
    minOverlap: '5m',
    depth: 2,
    window: 'all',
    maxEpisodes: 10,
    episodes: false,
    excludeConflicts: true,
  });
  expect(plan).toMatchObject({
    scope: { name: 'grid', metres: 800 },
    lagSec: 1800,
    isClosed: true,
    minOverlapSec: 300,
    depth: 2,
    isWindowAll: true,
    maxEpisodes: 10,
    excludeConflicts: true,
  });
  expect(planText(plan)).toEqual({
    scope: 'grid:800',
    lag: '1800s',
    bounds: 'closed',
    min_overlap: '300s',
    depth: 2,
    window: 'all',
    episodes: false,
    max_episodes: 10,
    plan: 'auto',
    exclude_conflicts: true,
  });
  expect(planText(makePlan([rule('any')]))).toMatchObject({ scope: "the rule's", lag: "the rule's", bounds: 'half-open', window: 'dated' });
});

test('rules are sorted by the bytes of their ids', () => {
  const ids = ['z', 'B', 'a', '\u{1d4b3}', '\uff5e', 'any-2', 'any'];
  expect(makePlan(ids.map((id) => rule(id))).rules.map(({ id }) => id)).toEqual(['B', 'a', 'any', 'any-2', 'z', '\uff5e', '\u{1d4b3}']);
});

test('a plan and its lists cannot be changed', () => {
  const plan = makePlan([rule('any')]);
  expect([plan, plan.rules, plan.warnings].every((each) => Object.isFrozen(each))).toBe(true);
});

describe('refusals', () => {
  test.each<[string, PlanOptions, string, string]>([
    ['an unknown scope', { scope: 'room' }, 'E_SCOPE', 'scope'],
    ['a lag that is none', { lag: 'long' }, 'E_DURATION', 'lag'],
    ['a lag of more than a year', { lag: '367d' }, 'E_LAG', 'lag'],
    ['an unknown bound', { bounds: 'open' as never }, 'E_BOUNDS', "bounds: expected half-open or closed, got 'open'"],
    ['an unknown window', { window: 'none' as never }, 'E_WINDOW', "window: expected all or dated, got 'none'"],
    ['a least overlap that is none', { minOverlap: '-1s' }, 'E_DURATION', 'min-overlap'],
    ['no generation', { depth: 0 }, 'E_NUMBER', 'depth: expected a whole number from 1 to 10, got 0'],
    ['too many generations', { depth: 11 }, 'E_NUMBER', 'depth'],
    ['half a generation', { depth: 1.5 }, 'E_NUMBER', 'depth'],
    ['less than no episodes', { maxEpisodes: -1 }, 'E_NUMBER', 'max-episodes'],
    ['more episodes than can be counted', { maxEpisodes: 5e9 }, 'E_NUMBER', 'max-episodes'],
    ['episodes that are no number', { maxEpisodes: Number.NaN }, 'E_NUMBER', 'max-episodes'],
  ])('%s', (_, options, code, message) => {
    expect(() => makePlan([rule('any')], options)).toThrow(
      expect.objectContaining({ name: OptionError.name, code, message: expect.stringContaining(message) as unknown }),
    );
  });

  test('no rule, two rules with one id, and a rule whose lag is too long', () => {
    expect(() => makePlan([])).toThrow(expect.objectContaining({ code: 'E_RULE' }));
    expect(() => makePlan([rule('any'), rule('any', { version: '2' })])).toThrow(
      expect.objectContaining({ code: 'E_RULE', message: expect.stringContaining('different ids') as unknown }),
    );
    expect(() => makePlan([rule('any', { lag: '367d' })])).toThrow(expect.objectContaining({ code: 'E_LAG' }));
    expect(() => makePlan([rule('any', { lag: '366d' })])).not.toThrow();
  });
});

describe('warnings', () => {
  const warned = (options: PlanOptions, ...rules: readonly Rule[]): number => makePlan(rules.length > 0 ? rules : [rule('any')], options).warnings.length;

  test('a lag of more than a week and a least overlap of more than a day are allowed, and told', () => {
    expect([
      warned({ lag: '7d' }),
      warned({ lag: '604801s' }),
      warned({ minOverlap: '1d' }),
      warned({ minOverlap: '86401s' }),
      warned({ lag: '8d', minOverlap: '2d' }),
    ]).toEqual([0, 1, 0, 1, 2]);
  });

  test('the lag of a rule counts unless another one overrides it', () => {
    expect([warned({}, rule('r', { lag: '8d' })), warned({ lag: '1h' }, rule('r', { lag: '8d' }))]).toEqual([1, 0]);
  });
});
