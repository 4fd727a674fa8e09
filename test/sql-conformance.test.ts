/** The table of scripts/sql-conformance.mjs can say that answers differ, and in which worlds. */
import { expect, test } from 'vitest';

type Texts = Readonly<Record<string, string>>;
interface Answers {
  readonly differences: (wanted: Texts, got: Texts) => readonly { name: string; missing: number; more: number; worlds: readonly string[] }[];
  readonly scriptEpisodes: (jsonl: string, rule?: string) => readonly string[];
}
const { differences, scriptEpisodes } = (await import(new URL('../scripts/sql-conformance/answers.mjs', import.meta.url).href)) as Answers;

test('equal bytes are no difference; anything else is one', () => {
  const wanted = { a: '1\n2\n2\n', b: '' };
  expect(differences(wanted, { ...wanted })).toEqual([]);
  // Another order, one line less often, a list less, a list more, an end of line less.
  expect(differences(wanted, { ...wanted, a: '2\n1\n2\n' })).toEqual([{ name: 'a', missing: 0, more: 0, worlds: [] }]);
  expect(differences(wanted, { ...wanted, a: '1\n2\n' })).toEqual([{ name: 'a', missing: 1, more: 0, worlds: [] }]);
  expect(differences(wanted, { a: wanted.a })).toEqual([{ name: 'b', missing: 0, more: 0, worlds: [] }]);
  expect(differences(wanted, { ...wanted, c: '3\n' })).toEqual([{ name: 'c', missing: 0, more: 1, worlds: [] }]);
  expect(differences(wanted, { ...wanted, a: '1\n2\n2' })).toHaveLength(1);
});

test('worlds are named by the prefix of their ids, in the order of numbers', () => {
  const same = '{"case_id":"w3.case of w4","place_id":"w3.mall"}\n';
  const wanted = { episodes: `${same}{"case_id":"w10.p2","contact_id":"w10.\uff5e5"}\n` };
  const got = { episodes: `${same}w2.p10\tw2.\u{1d4b3}6\ttogether\t10.5\n` };
  expect(differences(wanted, got)).toEqual([{ name: 'episodes', missing: 1, more: 1, worlds: ['w2', 'w10'] }]);
});

test('a script is held against episodes of its rule and of the first generation, with times as seconds', () => {
  const row = { rule_id: 'any', generation: 1, case_id: 'c', contact_id: 'p', overlap_likely_s: 60, contact_start: '2022-03-01T08:00:00+08:00' };
  const jsonl = [row, { ...row, generation: 2 }, { ...row, rule_id: 'who-2020', case_id: 'd' }].map((each) => `${JSON.stringify(each)}\n`).join('');
  const cells = scriptEpisodes(jsonl).map((line) => line.split('\t').filter(Boolean));
  expect(cells).toEqual([['c', 'p', '60', '1646092800']]);
  expect(scriptEpisodes(jsonl, 'who-2020').map((line) => line.split('\t')[0])).toEqual(['d']);
});
