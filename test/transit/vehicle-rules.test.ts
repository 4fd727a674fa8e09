import { describe, expect, test } from 'vitest';
import { buildIndex, type CheckInInput, type PlaceInput } from '../../src/index.js';

const START = 1646121600; // 2022-03-01T08:00:00Z
const on = (person_id: string, place_id: string, seat = '', carriage = ''): CheckInInput => ({ person_id, place_id, time: START, seat, carriage });

/** Who counts as a close contact under `cn-close-2022`, and with which flags. */
function contacts(vehicle: PlaceInput, passengers: readonly CheckInInput[]): Record<string, string> {
  const index = buildIndex(passengers, {
    places: [vehicle],
    runs: [{ vehicle_id: vehicle.place_id, run_id: 'r', start: START, end: START + 7200 }],
    tz: 'Asia/Shanghai',
  });
  const { contacts: pairs, episodes } = index.match([{ person_id: 'case', onset_date: '2022-03-01' }], { rule: 'cn-close-2022' });
  return Object.fromEntries(pairs.map(({ contact_id }) => [contact_id, episodes.find((episode) => episode.contact_id === contact_id)!.flags]));
}

describe('the table of close contacts on vehicles', () => {
  test('aircraft: three rows each way; an unknown seat counts and says so', () => {
    const at = (person: string, seat: string): CheckInInput => on(person, 'CZ3101', seat);
    const found = contacts({ place_id: 'CZ3101', category: 'aircraft' }, [
      at('case', '12C'),
      at('same', '12F'),
      at('nine', '9A'),
      at('fifteen', '15K'),
      at('eight', '8A'),
      at('sixteen', '16A'),
      at('unknown', ''),
    ]);
    expect(found).toEqual({ same: '', nine: '', fifteen: '', unknown: 'seat-unknown' });
  });

  test('coach: with open windows three rows each way; sealed, and where nobody knows, everyone', () => {
    const people = [on('case', 'coach', '3A'), on('row 6', 'coach', '6A'), on('row 7', 'coach', '7A')];
    expect(contacts({ place_id: 'coach', category: 'coach', ventilation: 'ventilated' }, people)).toEqual({ 'row 6': '' });
    expect(contacts({ place_id: 'coach', category: 'coach', ventilation: 'sealed' }, people)).toEqual({ 'row 6': '', 'row 7': '' });
    expect(contacts({ place_id: 'coach', category: 'coach' }, people)).toEqual({ 'row 6': '', 'row 7': '' });
  });

  test('train: the same carriage, wherever one sits in it', () => {
    const people = [on('case', 'G1', '1A', '05'), on('same', 'G1', '17F', '05'), on('next', 'G1', '1A', '06'), on('unknown', 'G1')];
    expect(contacts({ place_id: 'G1', category: 'train' }, people)).toEqual({ same: '', unknown: 'seat-unknown' });
  });

  test('ferry: the same cabin; bus and metro: everyone on the run', () => {
    const people = [on('case', 'v', '', 'A'), on('same', 'v', '', 'A'), on('other', 'v', '', 'B')];
    expect(contacts({ place_id: 'v', category: 'ferry' }, people)).toEqual({ same: '' });
    for (const category of ['bus', 'metro']) expect(contacts({ place_id: 'v', category }, people)).toEqual({ same: '', other: '' });
  });
});

test('gate, platform and carriage of a metro are three rooms of one way, and nobody is there twice', () => {
  const places: PlaceInput[] = [
    { place_id: 'station', category: 'station' },
    { place_id: 'gate', category: 'station', parent_id: 'station' },
    { place_id: 'platform', category: 'station', parent_id: 'station' },
    { place_id: 'train 7', category: 'metro' },
  ];
  const way = (person_id: string, from: number): CheckInInput[] =>
    [
      ['gate', 0],
      ['platform', 2],
      ['train 7', 5],
    ].map(([place_id, minute]) => ({ person_id, place_id: place_id as string, time: START + (from + (minute as number)) * 60 }));
  const index = buildIndex([...way('a', 0), ...way('b', 1)], { places, tz: 'Asia/Shanghai' });
  const { episodes } = index.match([{ person_id: 'a' }], { window: 'all' });
  expect(episodes.map(({ place_id }) => place_id).sort()).toEqual(['gate', 'platform', 'train 7']);
  // A shop in its mall is no other place: stays at related places do not end each other, nor are they two places at once.
  expect(episodes.every(({ flags }) => flags === '')).toBe(true);
  // Boarding ends the wait on the platform.
  expect(episodes.find(({ place_id }) => place_id === 'platform')).toMatchObject({ case_method: 'next-scan', case_end_possible: '2022-03-01T16:05:00+08:00' });
});
