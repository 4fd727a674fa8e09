import { expect, test } from 'vitest';
import { Zone } from '../core/zone.js';
import type { CheckInInput } from '../engines/inputs/row-inputs.js';
import { staysOf } from '../testing/tables.js';
import { profileCheckIns } from './profile.js';

const BASE = 1_646_092_800;
const profile = (checkIns: readonly CheckInInput[]): ReturnType<typeof profileCheckIns> => {
  const { inputs, stays } = staysOf({ checkIns });
  return profileCheckIns(inputs, stays, new Zone('Asia/Shanghai'));
};

test('check-ins are counted, and what looks damaged is told', () => {
  const rows: CheckInInput[] = [
    { person_id: '110101199003070000', place_id: 'P', time: BASE },
    { person_id: '110101199003070011', place_id: 'P', time: BASE + 60, check_out: BASE + 120 },
    { person_id: 'Li-Wei', place_id: 'P', time: BASE + 100, check_out: BASE + 200_000, run_id: 'r1' },
    { person_id: 'li wei', place_id: 'Q', time: BASE + 100, check_out: BASE + 100 },
    { person_id: 'Li-Wei', place_id: 'Q', time: BASE + 200, check_out: BASE + 500 },
  ];
  expect(profile(rows)).toEqual({
    check_ins: 5,
    people: 4,
    places: 2,
    runs: 1,
    first: '2022-03-01T08:00:00+08:00',
    last: '2022-03-01T08:03:20+08:00',
    without_check_out: 1,
    longer_than_24h: 1,
    of_no_length: 1,
    median_stay_s: 300,
    people_in_two_places: 1,
    ids_of_18_digits: 2,
    ids_of_18_digits_ending_000: 1,
    ids_alike: 1,
    busiest_places: [
      { place_id: 'P', check_ins: 3, people: 3 },
      { place_id: 'Q', check_ins: 2, people: 2 },
    ],
    most_check_ins_of_one_person: [2, 1, 1],
  });
});

test('no check-ins give no dates', () => {
  expect(profile([])).toMatchObject({
    check_ins: 0,
    people: 0,
    first: '',
    last: '',
    median_stay_s: null,
    busiest_places: [],
    most_check_ins_of_one_person: [],
  });
});
