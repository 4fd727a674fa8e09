import { describe, expect, test } from 'vitest';
import { buildIndex } from '../engines/in-memory/memory.js';
import type { CheckInInput } from '../engines/inputs/row-inputs.js';
import type { RuleJson } from '../model/rule.js';
import { allowsResidence } from './residence.js';

const DAY = 86_400;

describe('who', () => {
  const ask = (who: 'either' | 'both' | 'case' | 'contact', caseSec: number, contactSec: number): boolean =>
    allowsResidence(
      { moreThanSec: 100, withinDays: 14, who },
      20 * DAY,
      () => caseSec,
      () => contactSec,
    );

  test.each([
    ['either', [false, true, true, true]],
    ['both', [false, false, false, true]],
    ['case', [false, true, false, true]],
    ['contact', [false, false, true, true]],
  ] as const)('%s: with nobody, the case, the contact, both resident', (who, wanted) => {
    expect([ask(who, 100, 100), ask(who, 101, 100), ask(who, 100, 101), ask(who, 101, 101)]).toEqual(wanted);
  });

  test('both are asked from the same instant on, so many times 24 hours before the end of the episode', () => {
    const asked: number[] = [];
    const answer = (from: number): number => asked.push(from);
    allowsResidence({ moreThanSec: 1e9, withinDays: 14, who: 'either' }, 20 * DAY, answer, answer);
    expect(asked).toEqual([6 * DAY, 6 * DAY]);
  });
});

describe('time at the place', () => {
  const BASE = 1_646_092_800;
  const stay = (person_id: string, place_id: string, from: number, to: number): CheckInInput => ({
    person_id,
    place_id,
    time: BASE + from,
    check_out: BASE + to,
  });
  const MEETING = [stay('ada', 'flat', 2 * DAY, 2 * DAY + 100), stay('bob', 'flat', 2 * DAY + 50, 2 * DAY + 200)]; // ends at 2 d + 100
  const rule = (more_than: string, more: Partial<RuleJson> & { who?: 'either' | 'both' | 'case' | 'contact'; within_days?: number } = {}): RuleJson => {
    const { who = 'case', within_days = 1, ...rest } = more;
    return { id: 'r', clauses: [{ measure: 'total', at_least: 1 }], residence: { more_than, within_days, who }, ...rest };
  };
  const isContact = (checkIns: readonly CheckInInput[], how: RuleJson, more: object = {}): boolean =>
    buildIndex([...MEETING, ...checkIns], {
      places: [
        { place_id: 'flat', parent_id: 'house' },
        { place_id: 'cellar', parent_id: 'house' },
      ],
    }).match([{ person_id: 'ada' }], { window: 'all', rule: how, ...more }).contacts.length > 0;

  test('is what lies within the days up to the end of the episode, and must be more than the rule says', () => {
    expect([isContact([], rule('99s')), isContact([], rule('100s'))]).toEqual([true, false]);
    // From a day before the end of the episode, 1 d + 100, on.
    const before = [stay('ada', 'flat', DAY, DAY + 400)];
    expect([isContact(before, rule('399s')), isContact(before, rule('400s'))]).toEqual([true, false]);
    const later = [stay('ada', 'flat', 2 * DAY + 500, 2 * DAY + 900)];
    expect([isContact(later, rule('99s')), isContact(later, rule('100s'))]).toEqual([true, false]);
  });

  test('is a union: an hour scanned twice is one hour', () => {
    const twice = [stay('ada', 'flat', 2 * DAY - 400, 2 * DAY - 100), stay('ada', 'cellar', 2 * DAY - 300, 2 * DAY)];
    expect([isContact(twice, rule('499s', { scope: 'parent' })), isContact(twice, rule('500s', { scope: 'parent' }))]).toEqual([true, false]);
  });

  test('counts the likely end of a scan without check-out', () => {
    const scan = [{ person_id: 'ada', place_id: 'flat', time: BASE + 2 * DAY - 8000 }]; // likely half an hour, and over before the meeting
    expect([isContact(scan, rule('1899s')), isContact(scan, rule('1900s'))]).toEqual([true, false]);
  });

  test('is judged on whole stays, even where the window of the case cuts the visit', () => {
    const cases = [{ person_id: 'ada', infectious_from: BASE + 2 * DAY + 60, infectious_to: BASE + 3 * DAY }];
    const result = buildIndex(MEETING).match(cases, { rule: rule('99s') });
    expect(result.contacts.map(({ total_certain_s }) => total_certain_s)).toEqual([40]);
  });

  test('at places that meet theirs under the scope', () => {
    const cellar = [stay('ada', 'cellar', 2 * DAY - 400, 2 * DAY - 100)];
    expect([
      isContact(cellar, rule('399s')),
      isContact(cellar, rule('399s', { scope: 'parent' })),
      isContact(cellar, rule('399s'), { scope: 'parent' }),
      isContact(cellar, rule('400s', { scope: 'parent' })),
    ]).toEqual([false, true, true, false]);
  });

  test('of the contact is their own, 50 s here', () => {
    expect([
      isContact([], rule('49s', { who: 'contact' })),
      isContact([], rule('50s', { who: 'contact' })),
      isContact([], rule('50s', { who: 'either' })),
      isContact([], rule('50s', { who: 'both' })),
    ]).toEqual([true, false, true, false]);
  });

  test('of the case includes what an itinerary tells; it leaves episodes in the list as below', () => {
    const index = buildIndex(MEETING.slice(1));
    const visits = [{ case_id: 'C1', place_id: 'flat', start: BASE + 2 * DAY, end: BASE + 2 * DAY + 100 }];
    const grades = (more_than: string): string[] => index.match([], { visits, rule: rule(more_than) }).episodes.map(({ grade }) => grade);
    expect([grades('99s'), grades('100s')]).toEqual([['certain'], ['below']]);
  });
});
