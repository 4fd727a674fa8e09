import { expect, test } from 'vitest';
import { LIST_NAMES, columnsOf, type ListName } from './rows.js';

/** SPEC section 9, word for word. */
const SPEC = {
  episodes:
    'rule_id, case_id, contact_id, generation, grade, kind, place_id, place_name, contact_place_id, run_id, district, start, end, overlap_certain_s, overlap_likely_s, overlap_possible_s, after_s, gap_s, distance_m, case_start, case_end_certain, case_end_likely, case_end_possible, case_method, contact_start, contact_end_certain, contact_end_likely, contact_end_possible, contact_method, flags, case_rows, contact_rows',
  contacts:
    'rule_id, case_id, contact_id, generation, grade, episodes, places, total_certain_s, total_likely_s, total_possible_s, longest_likely_s, first_start, last_end, contact_is_case, reasons',
  people:
    'rule_id, contact_id, grade, generation, cases, case_ids, episodes, places, total_certain_s, total_likely_s, total_possible_s, first_start, last_end, is_case',
  places: 'place_id, place_name, kind, run_id, district, cases, visits, first_case_start, last_case_end, people_certain, people_likely, people_possible',
  disinfection: 'place_id, place_name, kind, run_id, district, from, to, cases, check_ins_since',
  links: 'case_a, case_b, places, first_start, total_likely_s',
};

const namesOf = (name: ListName, hasSeveralRules: boolean): string[] => columnsOf(name, { hasSeveralRules, hasRides: false }).map((column) => column.name);

test('the lists are those of the SPEC, with its columns in its order', () => {
  expect(Object.fromEntries(LIST_NAMES.map((name) => [name, namesOf(name, false).join(', ')]))).toEqual(SPEC);
});

test('with several rules every list begins with rule_id, once', () => {
  for (const name of LIST_NAMES)
    expect(
      namesOf(name, true).filter((column, i) => column === 'rule_id' && i === 0),
      name,
    ).toEqual(['rule_id']);
  for (const name of LIST_NAMES) expect(namesOf(name, true).indexOf('rule_id', 1), name).toBe(-1);
});
