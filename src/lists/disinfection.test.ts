import { expect, test } from 'vitest';
import type { CaseInput } from '../engines/inputs/row-inputs.js';
import { iso, match, stay } from '../testing/small-match.js';
import { BASE_SEC } from '../testing/worlds.js';
import type { DisinfectionRow } from './rows.js';

test('windows that overlap or touch are one, and scans since are those from its end on, of any run', () => {
  const rows = [
    stay('ada', 'P', 0, 100),
    stay('eve', 'P', 100, 200),
    stay('eve', 'P', 150, 160, { run_id: 'x' }),
    stay('bob', 'P', 50, 60),
    stay('ada', 'P', 300, 400),
    stay('bob', 'P', 200, 210),
    stay('cyd', 'P', 400, 410),
    stay('cyd', 'P', 399, 405, { run_id: 'y' }),
  ];
  const row = (more: Partial<DisinfectionRow>): unknown => ({
    place_id: 'P',
    place_name: '',
    kind: 'venue',
    run_id: '',
    district: '',
    from: '',
    to: '',
    cases: 1,
    check_ins_since: 0,
    ...more,
  });
  expect(match(rows, { cases: [{ person_id: 'ada' }, { person_id: 'eve' }, { person_id: 'ada', case_id: 'again' }] }).disinfection).toEqual([
    row({ from: iso(0), to: iso(200), cases: 3, check_ins_since: 4 }),
    row({ from: iso(300), to: iso(400), cases: 2, check_ins_since: 1 }),
    row({ run_id: 'x', from: iso(150), to: iso(160), cases: 1, check_ins_since: 4 }),
  ]);
});

test('the end is the possible one, cut to the window of the case', () => {
  const windows = (cases: readonly CaseInput[]): unknown => match([stay('ada', 'P', 0)], { cases }).disinfection.map(({ from, to }) => [from, to]);
  expect(windows([{ person_id: 'ada' }])).toEqual([[iso(0), iso(7200)]]);
  expect(windows([{ person_id: 'ada', infectious_from: BASE_SEC + 60, infectious_to: BASE_SEC + 600 }])).toEqual([[iso(60), iso(600)]]);
});
