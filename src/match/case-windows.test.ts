import { describe, expect, test } from 'vitest';
import { OptionError } from '../core/errors.js';
import { Zone } from '../core/zone.js';
import type { CaseInput, ItineraryInput } from '../engines/inputs/row-inputs.js';
import { ANCHORS } from '../model/rule.js';
import { tablesOf } from '../testing/tables.js';
import { indexCases } from './case-windows.js';

const RULE = { anchors: ANCHORS, daysBefore: 2, daysAfter: 10 };

interface Shown {
  readonly case: string;
  readonly person: string;
  readonly from: string;
  readonly to: string;
  readonly itinerary: readonly number[];
  readonly hasStays: boolean;
}

/** The cases in words, instants with the zone's offset, `-` and `+` where a side has no bound. */
function cases(
  rows: readonly CaseInput[],
  {
    visits = [],
    tz = 'Asia/Shanghai',
    rule = RULE,
    isWindowAll = false,
  }: { visits?: readonly ItineraryInput[]; tz?: string; rule?: typeof RULE; isWindowAll?: boolean } = {},
): Shown[] {
  const inputs = tablesOf({ cases: rows, visits }, tz);
  const zone = new Zone(tz);
  return indexCases(inputs, rule, zone, isWindowAll).map(({ caseId, person, fromSec, toSec, itinerary, hasStays }) => ({
    case: inputs.ids.case.text(caseId),
    person: inputs.ids.person.text(person),
    from: fromSec === -Infinity ? '-' : zone.text(fromSec),
    to: toSec === Infinity ? '+' : zone.text(toSec),
    itinerary,
    hasStays,
  }));
}
const window = (row: Partial<CaseInput>, more: Parameters<typeof cases>[1] = {}): [from: string, to: string] => {
  const [only] = cases([{ person_id: 'p', ...row }], more);
  return [only!.from, only!.to];
};
const told = (case_id: string, more: Partial<ItineraryInput> = {}): ItineraryInput => ({
  case_id,
  place_id: 'P',
  start: '2022-03-01 10:00',
  end: '2022-03-01 11:00',
  ...more,
});
const usage = (code: string, message: string): unknown =>
  expect.objectContaining({ name: OptionError.name, code, message: expect.stringContaining(message) as unknown });

describe('the window', () => {
  test('goes from the start of the day so many days before the anchor to the end of the day so many after', () => {
    expect(window({ onset_date: '2022-03-10' })).toEqual(['2022-03-08T00:00:00+08:00', '2022-03-21T00:00:00+08:00']);
    expect(window({ onset_date: '2022-03-10' }, { rule: { ...RULE, daysBefore: 0, daysAfter: 0 } })).toEqual([
      '2022-03-10T00:00:00+08:00',
      '2022-03-11T00:00:00+08:00',
    ]);
  });

  test('local days may be an hour short or long, or begin at one', () => {
    expect(window({ onset_date: '2021-03-14' }, { tz: 'America/New_York', rule: { ...RULE, daysBefore: 0, daysAfter: 0 } })).toEqual([
      '2021-03-14T00:00:00-05:00',
      '2021-03-15T00:00:00-04:00',
    ]);
    expect(window({ onset_date: '2022-03-29' }, { tz: 'Asia/Beirut', rule: { ...RULE, daysAfter: 0 } })).toEqual([
      '2022-03-27T01:00:00+03:00',
      '2022-03-30T00:00:00+03:00',
    ]);
  });

  test('the anchor is the first date given of the order of the rule', () => {
    const dates = { onset_date: '2022-03-10', sample_date: '2022-03-15', report_date: '2022-03-20' };
    const from = (row: Partial<CaseInput>, anchors = ANCHORS as readonly (typeof ANCHORS)[number][]): string =>
      window(row, { rule: { ...RULE, anchors: anchors as typeof ANCHORS } })[0].slice(5, 10);
    expect(from(dates)).toBe('03-08');
    expect(from({ ...dates, onset_date: '' })).toBe('03-13');
    expect(from({ report_date: dates.report_date })).toBe('03-18');
    expect(from(dates, ['report', 'onset'])).toBe('03-18');
    expect(from(dates, ['sample'])).toBe('03-13');
  });

  test('infectious_from and infectious_to go before the anchor, isolated_at ends it where no infectious_to is given', () => {
    expect(window({ onset_date: '2022-03-10', infectious_from: '2022-03-01 12:00' })).toEqual(['2022-03-01T12:00:00+08:00', '2022-03-21T00:00:00+08:00']);
    expect(window({ onset_date: '2022-03-10', isolated_at: '2022-03-11 09:30' })).toEqual(['2022-03-08T00:00:00+08:00', '2022-03-11T09:30:00+08:00']);
    expect(window({ onset_date: '2022-03-10', isolated_at: '2022-03-11 09:30', infectious_to: '2022-03-12 00:00' })[1]).toBe('2022-03-12T00:00:00+08:00');
    expect(window({ infectious_from: '2022-03-01 12:00', isolated_at: '2022-03-02 12:00' })).toEqual([
      '2022-03-01T12:00:00+08:00',
      '2022-03-02T12:00:00+08:00',
    ]);
  });

  test('of a repeated hour it takes the earlier start and the later end', () => {
    const hour = '2021-11-07 01:30';
    expect(window({ infectious_from: hour, infectious_to: hour }, { tz: 'America/New_York' })).toEqual([
      '2021-11-07T01:30:00-04:00',
      '2021-11-07T01:30:00-05:00',
    ]);
  });

  test('a side that no date tells is a usage error naming the line, or unbounded with window all, each side by itself', () => {
    expect(() => cases([{ person_id: 'a', onset_date: '2022-03-10' }, { person_id: 'b' }])).toThrow(
      usage('E_CASE_WINDOW', 'cases:2 E_CASE_WINDOW expected a date that tells from which day'),
    );
    expect(() => cases([{ person_id: 'a', infectious_from: '2022-03-01 12:00' }])).toThrow(usage('E_CASE_WINDOW', 'until which day'));
    expect(() => window({ sample_date: '2022-03-10' }, { rule: { ...RULE, anchors: ['onset'] as never } })).toThrow(usage('E_CASE_WINDOW', 'onset_date'));
    expect(window({}, { isWindowAll: true })).toEqual(['-', '+']);
    expect(window({ isolated_at: '2022-03-11 09:30' }, { isWindowAll: true })).toEqual(['-', '2022-03-11T09:30:00+08:00']);
    expect(window({ onset_date: '2022-03-10' }, { isWindowAll: true })).toEqual(['2022-03-08T00:00:00+08:00', '2022-03-21T00:00:00+08:00']);
  });
});

describe('ids', () => {
  test('a case is named for its person unless it has a name; a person may be several cases', () => {
    const rows = [{ person_id: 'p' }, { person_id: 'p', case_id: 'again' }, { person_id: 'q', case_id: '0042' }];
    expect(cases(rows, { isWindowAll: true }).map((each) => [each.case, each.person])).toEqual([
      ['p', 'p'],
      ['again', 'p'],
      ['0042', 'q'],
    ]);
  });

  test('one case_id on two different rows is a usage error naming both lines', () => {
    expect(() => cases([{ person_id: 'p' }, { person_id: 'q', case_id: 'p' }], { isWindowAll: true })).toThrow(
      usage('E_CASE_TWICE', 'cases:2:case_id E_CASE_TWICE expected one row for one case_id, got another at cases:1'),
    );
    expect(() =>
      cases([
        { person_id: 'p', onset_date: '2022-03-10' },
        { person_id: 'p', onset_date: '2022-03-11' },
      ]),
    ).toThrow(usage('E_CASE_TWICE', 'cases:2'));
  });

  test('the same row twice is one case', () => {
    expect(cases([{ person_id: 'p' }, { person_id: 'p' }], { isWindowAll: true })).toHaveLength(1);
  });
});

describe('itineraries', () => {
  test('rows go to their case; those of no case make one without bounds, whose own check-ins do not count', () => {
    expect(cases([{ person_id: 'p', case_id: 'C1' }], { visits: [told('C2'), told('C1'), told('C2', { place_id: 'Q' })], isWindowAll: true })).toEqual([
      { case: 'C1', person: 'p', from: '-', to: '+', itinerary: [1], hasStays: true },
      { case: 'C2', person: 'C2', from: '-', to: '+', itinerary: [0, 2], hasStays: false },
    ]);
  });

  test('the person of an itinerary is that of the cases, else of the row, else the case_id', () => {
    const person = (rows: readonly CaseInput[], visits: readonly ItineraryInput[]): string[] =>
      cases(rows, { visits, isWindowAll: true }).map((each) => each.person);
    expect(person([{ person_id: 'p', case_id: 'C1' }], [told('C1')])).toEqual(['p']);
    expect(person([{ person_id: 'p', case_id: 'C1' }], [told('C1', { person_id: 'p' })])).toEqual(['p']);
    expect(person([], [told('C1', { person_id: 'q' }), told('C1', { place_id: 'Q' })])).toEqual(['q']);
    expect(person([], [told('C1'), told('C1', { person_id: 'q' })])).toEqual(['q']);
    expect(person([], [told('C1')])).toEqual(['C1']);
  });

  test('a contradiction about the person is a usage error', () => {
    expect(() => cases([{ person_id: 'p', case_id: 'C1' }], { visits: [told('C1', { person_id: 'q' })], isWindowAll: true })).toThrow(
      usage('E_CASE_PERSON', 'visits:1:person_id E_CASE_PERSON'),
    );
    expect(() => cases([], { visits: [told('C1', { person_id: 'p' }), told('C1', { person_id: 'q' })] })).toThrow(usage('E_CASE_PERSON', 'visits:2'));
  });
});
