import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { buildIndex } from '../engines/in-memory/memory.js';
import { Dwell } from '../stays/dwell.js';
import { CheckInText } from './check-in-text.js';
import { City } from './city.js';
import { DayPlanner } from './day.js';
import type { SimulateOptions } from './options.js';
import { Pass } from './pass.js';
import { Scanner } from './scans.js';
import { simulateCity, type SimulatedCity } from './simulate-city.js';

const SMALL: SimulateOptions = { rows: 5000, days: 3, seed: 4 };

function texts(city: SimulatedCity): Record<string, string> {
  return Object.fromEntries([...city.files()].map(({ name, bytes }) => [name, Buffer.concat([...bytes]).toString()]));
}

/** Rows of a text whose cells hold no comma and no quote. */
function plainRows(text: string): Record<string, string>[] {
  const [head, ...lines] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((cells) => Object.fromEntries(head!.map((name, i) => [name, cells[i]!])));
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

describe('simulateCity', () => {
  test('the same seed gives the same bytes, today and on every machine', () => {
    const digests = Object.fromEntries(Object.entries(texts(simulateCity(SMALL))).map(([name, text]) => [name, digest(text)]));
    expect(digests).toEqual(Object.fromEntries(Object.entries(texts(simulateCity({ ...SMALL }))).map(([name, text]) => [name, digest(text)])));
    expect(digests).toMatchInlineSnapshot(`
      {
        "cases": "6800575f4d88fc67",
        "checkins": "7d2b043f8bd1366f",
        "places": "c3eef0b4d86f60ae",
        "runs": "dcdff78c64a6bcbc",
        "truth": "a31460452f2341f0",
      }
    `);
  });

  test('another seed gives another city', () => {
    expect(texts(simulateCity({ ...SMALL, seed: 5 }))['checkins']).not.toBe(texts(simulateCity(SMALL))['checkins']);
  });

  test('text and rows say the same, and a table can be passed through again', () => {
    const city = simulateCity(SMALL);
    const text = texts(city);
    for (const [name, rows] of [
      ['checkins', city.checkIns],
      ['places', city.places],
      ['runs', city.runs],
      ['cases', city.cases],
      ['truth', city.truth],
    ] as const) {
      const expected = plainRows(text[name]!);
      const asText = (table: Iterable<object>): object[] =>
        [...table].map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value)])));
      expect(asText(rows)).toEqual(expected);
      expect(asText(rows)).toEqual(expected);
    }
  });

  test('the length of the blocks changes nothing', () => {
    const calendar = { firstDay: 19_052, days: 2 };
    const city = new City(3, 500);
    const textIn = (blockBytes: number): string => {
      const scanner = new Scanner(city, { checkOut: 0.5, missed: 0, duplicate: 0.2, lent: 0.1 }, 0);
      const pass = new Pass(city, calendar, 3000, new DayPlanner(city, calendar, new Dwell(), 0, () => undefined), scanner, null);
      return Buffer.concat([...pass.checkInText(blockBytes)]).toString();
    };
    expect(new CheckInText(calendar.firstDay, 10).isFull).toBe(true);
    const whole = textIn(1 << 20);
    expect(whole.split('\n').length).toBe(3002);
    for (const blockBytes of [1, 100, 4096]) expect(textIn(blockBytes)).toBe(whole);
  });

  test.each([1, 17, 1000, 20_000])('exactly %i rows, and the city is hardly larger than they need', (rows) => {
    const city = simulateCity({ rows, days: 2 });
    expect([...city.checkIns].length).toBe(rows);
    const uncut = [...simulateCity({ people: city.people, days: 2 }).checkIns].length;
    expect(uncut).toBeGreaterThanOrEqual(rows);
    expect(uncut).toBeLessThan(rows * 1.02 + 60);
  });

  test('when the rows are out nobody scans any more, people go on meeting, and the truth says so', () => {
    const options = { days: 3, seed: 4, missed: 0, lent: 0, cases: 20 };
    const city = simulateCity({ ...options, rows: 2500 });
    const uncut = simulateCity({ ...options, people: city.people });
    expect([...uncut.checkIns].slice(0, 2500)).toEqual([...city.checkIns]);
    const withoutScans = (truth: Iterable<object>): object[] => [...truth].map((row) => ({ ...row, case_scan: '', contact_scan: '' }));
    expect(withoutScans(city.truth)).toEqual(withoutScans(uncut.truth));

    const scanned = new Set([...city.checkIns].map((row) => `${row.person_id} ${row.place_id} ${row.time}`));
    const cases = new Map([...city.cases].map((row) => [row.case_id, row]));
    // The start of a meeting is the arrival of one of the two, unless the window cut it.
    const meetings = [...city.truth]
      .filter(({ case_id, start }) => start !== cases.get(case_id)!.infectious_from)
      .map((row) => ({
        ...row,
        hasScan: [cases.get(row.case_id)!.person_id, row.contact_id].map((person) => scanned.has(`${person} ${row.place_id} ${row.start}`)),
      }));
    expect(meetings.filter(({ hasScan, case_scan }) => hasScan[0] && case_scan === 'missed')).toEqual([]);
    expect(meetings.filter(({ hasScan, contact_scan }) => hasScan[1] && contact_scan === 'missed')).toEqual([]);
    expect(meetings.filter(({ hasScan, case_scan, contact_scan }) => case_scan === 'own' && contact_scan === 'own' && !hasScan.includes(true))).toEqual([]);
    expect(meetings.filter(({ contact_scan }) => contact_scan === 'missed').length).toBeGreaterThan(0);
  });

  test('every row reads back through the project without a reject', () => {
    const city = simulateCity({ rows: 20_000, duplicate: 0.1, lent: 0.05, clockSkewSec: 30 });
    const index = buildIndex(city.checkIns, { places: city.places, runs: city.runs, tz: city.tz, maxRejects: 0 });
    expect(index.rejects).toEqual([]);
    expect(index.unknownCategories).toEqual([]);
    const [checkIns] = index.ledger;
    expect(checkIns).toMatchObject({ read: 20_000, rejected: 0, blank: 0 });
    expect(checkIns!.duplicate / 20_000).toBeCloseTo(0.05, 1);
    const { counts, episodes } = index.match(city.cases, { rule: 'any' });
    expect(counts[0]!.cases).toBe(city.options.cases);
    expect(episodes.some((row) => row.run_id !== '')).toBe(true);
    expect(counts[0]!.people).toBeGreaterThan(100);
  });

  test('without faults of scanning and with all check-outs the certain list is the truth', () => {
    const city = simulateCity({ people: 1500, days: 4, checkOut: 1, missed: 0, duplicate: 0, lent: 0, odd: 0, cases: 20 });
    const index = buildIndex(city.checkIns, { places: city.places, runs: city.runs, tz: city.tz });
    const listed = index.match(city.cases, { rule: 'any' }).contacts.filter(({ grade }) => grade === 'certain');
    const truth = [...city.truth];
    const pairs = (rows: Iterable<{ case_id: string; contact_id: string }>): string[] =>
      [...new Set([...rows].map((row) => `${row.case_id} ${row.contact_id}`))].sort();
    const isTrue = new Set(pairs(truth));
    expect(pairs(listed).filter((pair) => !isTrue.has(pair))).toEqual([]);
    // A stay is cut 24 h after the check-in: who stays at home for longer is not seen there after that.
    const within = truth.filter((row) => row.case_scan === 'own' && row.contact_scan === 'own' && !row.place_id.startsWith('H'));
    const isListed = new Set(pairs(listed));
    expect(pairs(within).filter((pair) => !isListed.has(pair))).toEqual([]);
  });

  test('a superspreading event brings its cases together, in the truth too', () => {
    const options = { people: 1500, days: 14, seed: 4, cases: 40, missed: 0, lent: 0 };
    const city = simulateCity({ ...options, superspreading: 2 });
    const events = [...city.superspreading];
    expect(events.map(({ event_id }) => event_id)).toEqual(['G00001', 'G00002']);
    const cases = [...city.cases];
    const truth = [...city.truth];
    for (const { event_id, source_id, place_id, people, cases: ill, start, end } of events) {
      const own = cases.filter((row) => row.event_id === event_id);
      expect(own.length).toBe(ill);
      expect(ill).toBeGreaterThanOrEqual(8);
      expect(people).toBeGreaterThan(ill);
      for (const { onset_date } of own) expect(onset_date > start.slice(0, 10)).toBe(true);
      // Who brought it is a case who met them all there.
      const source = cases.find(({ person_id }) => person_id === source_id)!;
      const met = truth.filter((row) => row.case_id === source.case_id && row.event_id === event_id);
      const contacts = new Set(met.map((row) => row.contact_id)); // and who happened to be there
      expect(contacts.size).toBeGreaterThanOrEqual(people - 1);
      for (const { person_id } of own) expect(contacts).toContain(person_id);
      for (const row of met) expect(row.place_id === place_id && row.start < end && row.end > start).toBe(true);
    }
    // One more file, and only where it was asked for.
    expect(Object.keys(texts(city))).toEqual(['checkins', 'places', 'runs', 'cases', 'truth', 'events']);
    expect(Object.keys(texts(simulateCity(options)))).toEqual(['checkins', 'places', 'runs', 'cases', 'truth']);
    expect(simulateCity(options).options).not.toHaveProperty('superspreading');
  });

  test('a meeting happens within its case’s window and lasts as long as it says', () => {
    const city = simulateCity(SMALL);
    const windows = new Map([...city.cases].map((row) => [row.case_id, row]));
    for (const { case_id, start, end, overlap_s } of city.truth) {
      expect(start >= windows.get(case_id)!.infectious_from && end <= windows.get(case_id)!.isolated_at).toBe(true);
      expect((new Date(`${end.replace(' ', 'T')}Z`).getTime() - new Date(`${start.replace(' ', 'T')}Z`).getTime()) / 1000).toBe(overlap_s);
    }
  });

  test.each<[string, SimulateOptions]>([
    ['either rows or people', {}],
    ['either rows or people', { rows: 1, people: 1 }],
    ['rows: expected a whole number', { rows: 0.5 }],
    ['days: expected a whole number', { rows: 1, days: 0 }],
    ['seed: expected a whole number', { rows: 1, seed: -1 }],
    ['missed: expected a share', { rows: 1, missed: 1.5 }],
    ['check-out: expected a share', { rows: 1, checkOut: Number.NaN }],
    ['some visits to be scanned', { rows: 1, missed: 1 }],
    ['cases: expected at most one', { people: 5, cases: 6 }],
    ["got '2022-02-30'", { rows: 1, startDate: '2022-02-30' }],
    ["got '1999-12-31'", { rows: 1, startDate: '1999-12-31' }],
    ['expected an IANA zone', { rows: 1, tz: 'Nowhere/City' }],
    ['clock does not change', { rows: 1, tz: 'Europe/Berlin', startDate: '2022-03-25' }],
    ['superspreading: expected at least 8 days', { people: 500, days: 7, superspreading: 1 }],
    ['superspreading: expected at least 200 people for each', { people: 500, days: 9, superspreading: 3 }],
    ['clock-skew: expected', { rows: 1, clockSkewSec: 4000 }],
  ])('refuses options with the message %s', (message, options) => {
    expect(() => simulateCity(options)).toThrow(message);
  });

  test('works in a zone with a steady clock, in winter and summer', () => {
    const city = simulateCity({ rows: 500, tz: 'Europe/Berlin', startDate: '2022-07-01' });
    expect(city.tz).toBe('Europe/Berlin');
    expect([...city.checkIns][0]!.time).toMatch(/^2022-07-01 \d\d:\d\d:\d\d$/);
  });
});
