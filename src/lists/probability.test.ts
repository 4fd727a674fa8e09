import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildIndex } from '../engines/in-memory/memory.js';
import type { CheckInInput } from '../engines/inputs/row-inputs.js';
import type { ClauseJson, RuleJson } from '../model/rule.js';
import { sumReaching } from '../rules/chances.js';
import { DwellCurve } from '../stays/dwell-curve.js';
import { match, stay, type Asked } from '../testing/small-match.js';
import { BASE_SEC } from '../testing/worlds.js';

const matched = (rows: readonly CheckInInput[], asked: Asked = {}) => match(rows, { extra: ['probability'], ...asked });
const probabilities = (rows: readonly CheckInInput[], asked: Asked = {}): (number | undefined)[] =>
  matched(rows, asked).contacts.map(({ probability }) => probability);
const rounded = (share: number): number => Math.round(share * 1e4) / 1e4;
/** The built-in times of a place without a category. */
const usual = new DwellCurve({ leastSec: 300, typicalSec: 1800, mostSec: 7200 });
const rule = (clauses: readonly ClauseJson[]): RuleJson => ({ id: 'r', clauses });

describe('the probability of one episode', () => {
  test('is S_A(b − a + m) · S_B(m)', () => {
    // Bob came when a half of all people who came with Ada would have left; a second later the other curve has hardly begun to fall.
    const rows = [stay('ada', 'P', 0), stay('bob', 'P', 1799)];
    expect(probabilities(rows)).toEqual([0.5]);
    expect(matched(rows).episodes.map(({ probability }) => probability)).toEqual([0.5]);
    expect(matched(rows).people.map(({ probability }) => probability)).toEqual([0.5]);
    const both = probabilities(rows, { rule: rule([{ measure: 'single', at_least: 600 }]) });
    expect(both).toEqual([rounded(usual.share(2399) * usual.share(600))]);
    expect(probabilities(rows, { rule: rule([{ measure: 'single', more_than: 600 }]) })).toEqual([rounded(usual.share(2400) * usual.share(601))]);
  });

  test('is 1 or 0 between people who checked out', () => {
    const rows = [stay('ada', 'P', 0, 100), stay('bob', 'P', 50, 200)];
    expect(probabilities(rows)).toEqual([1]);
    expect(matched(rows, { rule: rule([{ measure: 'total', at_least: 60 }]) }).episodes.map(({ grade, probability }) => [grade, probability])).toEqual([
      ['below', 1],
    ]);
  });

  test('is cut by what is known: the next scan, the window, an itinerary', () => {
    const rows = [stay('ada', 'P', 0), stay('ada', 'Q', 1000), stay('bob', 'P', 500, 4000)];
    const asked = { rule: rule([{ measure: 'single', at_least: 500 }]) };
    expect(probabilities(rows, asked)).toEqual([rounded(usual.share(1000))]);
    expect(probabilities(rows, { rule: rule([{ measure: 'single', at_least: 501 }]) })).toEqual([]);
    // More than ten minutes before the next scan a half is there for sure.
    const later = [stay('ada', 'P', 0), stay('ada', 'Q', 6000), stay('bob', 'P', 4000, 9000)];
    const lasting = (sec: number) => probabilities(later, { rule: rule([{ measure: 'single', at_least: sec }]) });
    expect([lasting(1400), lasting(1401)]).toEqual([[rounded(0.5 + usual.share(5400) / 2)], [rounded(usual.share(5401))]]);
    const told = (end: number) => ({ cases: [], visits: [{ case_id: 'c', person_id: 'ada', place_id: 'R', start: BASE_SEC, end: BASE_SEC + end }] });
    const bob = [stay('bob', 'R', 1000, 5000)];
    expect([1600, 1601].map((end) => probabilities(bob, { ...asked, ...told(end) }))).toEqual([[1], [1]]);
    expect(probabilities(bob, { ...asked, ...told(1499) })).toEqual([]);
    // The window of the case ends 600 s after Bob came, whatever her curve says.
    const until = (sec: number): Asked => ({ cases: [{ person_id: 'ada', infectious_from: BASE_SEC, infectious_to: BASE_SEC + sec }] });
    const together = [stay('ada', 'P', 0), stay('bob', 'P', 1000, 5000)];
    expect(probabilities(together, { ...asked, ...until(1600) })).toEqual([rounded(usual.share(1500))]);
    expect(matched(together, { ...asked, ...until(1400) }).episodes.map(({ probability }) => probability)).toEqual([rounded(usual.share(1001))]);
    expect(probabilities(together, { ...asked, ...until(1400) })).toEqual([]);
  });

  test('counts from the last scan of a stay', () => {
    // Ada was scanned again at 1500: until then she was there.
    const rows = [stay('ada', 'P', 0), stay('ada', 'P', 1500), stay('bob', 'P', 1400, 3600)];
    expect(probabilities(rows, { rule: rule([{ measure: 'single', at_least: 1900 }]) })).toEqual([0.5]);
  });

  test('is 1 as long as the check-out of a later scan proves', () => {
    // Ada's first scan says that she may have stayed for two hours; her second that she was there until 3000.
    const rows = [stay('ada', 'P', 0), stay('ada', 'P', 1000, 3000), stay('bob', 'P', 1100, 5000)];
    const lasting = (sec: number) =>
      matched(rows, { rule: rule([{ measure: 'single', at_least: sec }]) }).contacts.map(({ grade, probability }) => [grade, probability]);
    expect(matched(rows).episodes.map(({ case_method }) => case_method)).toEqual(['cap']);
    expect(lasting(1900)).toEqual([['certain', 1]]);
    expect(lasting(1901)).toEqual([['possible', rounded(usual.share(2001))]]);
  });

  test('goes by the times that the stays were inferred with', () => {
    const dwell = { default: { least: 1, typical: 10, most: 100 } };
    const own = new DwellCurve({ leastSec: 60, typicalSec: 600, mostSec: 6000 });
    const rows = [stay('ada', 'P', 0), stay('bob', 'P', 299)];
    expect(own.share(300)).not.toBe(usual.share(300));
    const { contacts } = buildIndex(rows, { dwell }).match([{ person_id: 'ada' }], { window: 'all', extra: ['probability'] });
    expect(contacts.map(({ probability }) => probability)).toEqual([rounded(own.share(300) * own.share(1))]);
  });
});

describe('the probability of a pair', () => {
  const twice = [stay('ada', 'P', 0), stay('bob', 'P', 1799), stay('ada', 'P', 100_000), stay('bob', 'P', 101_799)];

  test('is 1 − Π(1 − p) where a second is enough', () => {
    expect(probabilities(twice)).toEqual([0.75]);
  });

  test('with several clauses is that of the most probable one', () => {
    const clauses = [
      { measure: 'single', at_least: 900 },
      { measure: 'single', at_least: 1 },
    ] as const;
    expect(probabilities(twice, { rule: rule([...clauses]) })).toEqual([0.75]);
  });

  test('of a sum is near what many draws give, and never below that of the single episodes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ mean: fc.integer({ min: 60, max: 2000 }), shift: fc.integer({ min: 0, max: 600 }) }), { minLength: 2, maxLength: 4 }),
        fc.integer({ min: 300, max: 1500 }),
        fc.integer({ min: 1, max: 1e6 }),
        (episodes, threshold, seed) => {
          // Exponential times together, after a fixed part.
          const lasting = (row: number, sec: number): number =>
            sec <= episodes[row]!.shift ? 1 : Math.exp(-(sec - episodes[row]!.shift) / episodes[row]!.mean);
          const rows = episodes.map((_, i) => i);
          const share = sumReaching(rows, threshold, lasting);
          let state = seed;
          const draw = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
          let reached = 0;
          const draws = 4000;
          for (let i = 0; i < draws; i++) {
            const sum = episodes.reduce((all, { mean, shift }) => all + shift - mean * Math.log(draw()), 0);
            if (sum >= threshold) reached++;
          }
          // Four deviations of the draws, and what the steps round.
          expect(Math.abs(share - reached / draws)).toBeLessThan(0.5 * 4 * Math.sqrt(1 / draws) + 0.02);
          const none = rows.reduce((product, row) => product * (1 - lasting(row, threshold)), 1);
          expect(share).toBeGreaterThanOrEqual(1 - none - 1e-6);
          expect(share).toBeLessThanOrEqual(1 + 1e-12);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('adds up within 24 h or a day only where the rule does', () => {
    const asked = (measure: 'total' | 'rolling24h') => ({ rule: rule([{ measure, at_least: 150 }]) });
    const rows = [stay('ada', 'P', 0, 100), stay('bob', 'P', 0, 100), stay('ada', 'P', 90_000, 90_100), stay('bob', 'P', 90_000, 90_100)];
    expect(probabilities(rows, asked('total'))).toEqual([1]);
    expect(probabilities(rows, asked('rolling24h'))).toEqual([]);
  });
});
