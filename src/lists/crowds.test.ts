import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { match, stay, type Asked } from '../testing/small-match.js';
import type { CheckInInput } from '../engines/inputs/row-inputs.js';

const crowded = (rows: readonly CheckInInput[], asked: Asked = {}) => match(rows, { extra: ['crowd'], ...asked });

describe('the crowd of a place', () => {
  // Ada is at P from 0 to 100: Bob with her for 50 s, Cyd for 100 s; then at Q for 300 s, Bob for 30 s.
  const rows = [
    stay('ada', 'P', 0, 100),
    stay('bob', 'P', 50, 200),
    stay('cyd', 'P', 0, 400),
    stay('dan', 'P', 100, 200),
    stay('ada', 'Q', 1000, 1300),
    stay('bob', 'Q', 1270, 1400),
  ];

  test('is the mean number of people there while the case was, the case among them', () => {
    expect(crowded(rows).places.map(({ place_id, crowd, dilution }) => [place_id, crowd, dilution])).toEqual([
      ['P', 2.5, 1], // 1 + 50/100 + 100/100
      ['Q', 1.1, 1], // 1 + 30/300
    ]);
  });

  test('of several visits weighs each by its length', () => {
    const twice = [...rows, stay('ada', 'P', 10_000, 10_300)]; // 300 s alone
    expect(crowded(twice).places.find(({ place_id }) => place_id === 'P')?.crowd).toBe(1.4); // (2.5 × 100 + 1 × 300) / 400 = 1.375
  });

  test('of a contact is that of the least crowded place where they met', () => {
    const { contacts, people } = crowded(rows);
    expect(contacts.map(({ contact_id, crowd }) => [contact_id, crowd])).toEqual([
      ['bob', 1.1],
      ['cyd', 2.5],
    ]);
    expect(people.map(({ contact_id, crowd }) => [contact_id, crowd])).toEqual([
      ['bob', 1.1],
      ['cyd', 2.5],
    ]);
  });

  test('counts a person once who is in two places that are one, and the case of an itinerary though she did not scan', () => {
    const places = [{ place_id: 'mall' }, { place_id: 'shop', parent_id: 'mall' }];
    const both = [stay('ada', 'mall', 0, 100), stay('bob', 'mall', 0, 100), stay('bob', 'shop', 20, 60), stay('ada', 'shop', 10, 90)];
    expect(crowded(both, { places, scope: 'parent' }).places.map(({ place_id, crowd }) => [place_id, crowd])).toEqual([
      ['mall', 2],
      ['shop', 2],
    ]);
    const told = { cases: [], visits: [{ case_id: 'c', place_id: 'P', start: '2022-03-01T00:00:00Z', end: '2022-03-01T00:01:00Z' }] };
    const start = Date.UTC(2022, 2, 1) / 1000;
    const seen = { person_id: 'bob', place_id: 'P', time: start + 30, check_out: start + 90 };
    expect(crowded([seen], told).places.map(({ crowd }) => crowd)).toEqual([1.5]);
  });

  test('of a visit of no length is that of its second', () => {
    expect(crowded([stay('ada', 'P', 50, 50), stay('bob', 'P', 0, 100)]).places.map(({ crowd }) => crowd)).toEqual([2]);
  });

  test('is what counting second by second gives', () => {
    const scan = fc.record({
      person: fc.constantFrom('ada', 'bob', 'cyd', 'dan'),
      place: fc.constantFrom('a', 'b', 'c'),
      at: fc.nat({ max: 60 }),
      sec: fc.nat({ max: 40 }),
    });
    const places = [{ place_id: 'a' }, { place_id: 'b', parent_id: 'a' }, { place_id: 'c' }];
    fc.assert(
      fc.property(fc.array(scan, { maxLength: 20 }), fc.constantFrom('place', 'parent'), (scans, scope) => {
        const checkIns = scans.map(({ person, place, at, sec }) => stay(person, place, at, at + sec));
        const keyOf = (place: string): string => (scope === 'parent' && place === 'b' ? 'a' : place);
        const isThere = (person: string, place: string, t: number): boolean =>
          scans.some((each) => each.person === person && keyOf(each.place) === keyOf(place) && each.at <= t && t < each.at + each.sec);
        const { places: rows } = crowded(checkIns, { places, scope });
        for (const { place_id, crowd } of rows) {
          // Each place is weighed by the seconds of Ada's stays just there.
          const seconds = Array.from({ length: 120 }, (_, t) => t).filter((t) =>
            scans.some((each) => each.person === 'ada' && each.place === place_id && each.at <= t && t < each.at + each.sec),
          );
          if (seconds.length === 0) continue;
          const sum = seconds.reduce((all, t) => all + ['bob', 'cyd', 'dan'].filter((person) => isThere(person, place_id, t)).length + 1, 0);
          // A stay of no length weighs as much as a second.
          if (scans.some((each) => each.person === 'ada' && each.sec === 0)) continue;
          expect(crowd).toBe(Math.round((sum / seconds.length) * 10) / 10);
        }
      }),
    );
  });
});

describe('dilution', () => {
  const hall = (people: number): CheckInInput[] => [stay('ada', 'P', 0, 100), ...Array.from({ length: people - 1 }, (_, i) => stay(`p${i}`, 'P', 0, 100))];

  test('is min(1, (5 + 35(1 − e^(−N/1000))) / (N − 1))', () => {
    // N = 101: 5 + 35 × (1 − e^−0.101) = 5 + 35 × 0.096067 = 8.36235; over 100 people: 0.0836.
    expect(crowded(hall(101)).places[0]).toMatchObject({ crowd: 101, dilution: 0.0836 });
    expect(crowded(hall(6)).places[0]).toMatchObject({ crowd: 6, dilution: 1 });
    // With 2, 10 and 50 people: 2 + 8 × (1 − e^−2.02) = 2 + 8 × 0.867345 = 8.93876.
    expect(crowded(hall(101), { dilution: { least: 2, most: 10, people: 50 } }).places[0]).toMatchObject({ dilution: 0.0894 });
  });

  test('sorts the lists that have it, the greatest first, and leaves nobody out', () => {
    const rows = [...hall(101), stay('ada', 'Q', 1000, 1100), stay('z', 'Q', 1000, 1100), stay('ada', 'A', 2000, 2100)];
    const plain = crowded(rows);
    const sorted = crowded(rows, { sort: 'dilution' });
    expect(sorted.places.map(({ place_id }) => place_id)).toEqual(['A', 'Q', 'P']);
    expect(sorted.contacts.slice(0, 2).map(({ contact_id }) => contact_id)).toEqual(['z', 'p0']);
    expect(sorted.people[0]).toMatchObject({ contact_id: 'z', case_ids: 'ada', dilution: 1 });
    expect([...sorted.contacts].sort((a, b) => (a.contact_id < b.contact_id ? -1 : 1))).toEqual(plain.contacts);
    expect(sorted.episodes).toEqual(plain.episodes);
  });
});

test('lists of many rows keep their districts and case_ids when they are sorted', () => {
  const rows = Array.from({ length: 2500 }, (_, i) => stay(`p${i}`, i % 2 === 0 ? 'P' : 'Q', 0, 100));
  const places = [
    { place_id: 'P', district: 'north' },
    { place_id: 'Q', district: 'south' },
  ];
  const all = match([stay('ada', 'P', 0, 50), stay('eve', 'Q', 0, 50), stay('eve', 'Q', 20, 60), ...rows, stay('x', 'Q', 200, 300)], {
    places,
    cases: [{ person_id: 'ada' }, { person_id: 'eve' }],
    extra: ['crowd', 'probability'],
    sort: 'dilution',
  });
  const told = [...all.rowsWithDistricts('people')];
  expect(told.length).toBe(2500);
  for (const [{ contact_id, case_ids }, districts] of told) {
    const isNorth = Number(contact_id.slice(1)) % 2 === 0;
    expect([case_ids, districts]).toEqual([isNorth ? 'ada' : 'eve', [isNorth ? 'north' : 'south']]);
  }
});
