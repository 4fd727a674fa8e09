import { expect, test } from 'vitest';
import { StateError } from '../../core/errors.js';
import { match, stay } from '../../testing/small-match.js';

const ROWS = [stay('ada', 'P', 0, 100), stay('bob', 'P', 50, 150)];

test('a match without episodes has every other list and the count, and says so when it is asked for them', () => {
  const whole = match(ROWS);
  const result = match(ROWS, { episodes: false, maxEpisodes: 0 });
  expect(result.names).toEqual(whole.names.filter((name) => name !== 'episodes'));
  const { episodes, ...others } = whole.toJSON();
  expect(result.toJSON()).toEqual(others);
  expect(episodes).toHaveLength(1);
  expect(result.counts).toEqual(whole.counts);
  const refused = expect.objectContaining({ name: StateError.name, code: 'E_NO_EPISODES' }) as unknown;
  expect(() => result.episodes).toThrow(refused);
  expect(() => [...result.rows('episodes')]).toThrow(refused);
  expect(() => [...result.rowsWithDistricts('episodes')]).toThrow(refused);
});

test('rows made one at a time are those of the list', () => {
  const result = match(ROWS, { rule: ['any', 'who-2020'] });
  for (const name of result.names) {
    expect([...result.rows(name)], name).toEqual(result[name]);
    expect(
      result[name].every((row) => Object.keys(row).join() === result.columns(name).join()),
      name,
    ).toBe(true);
  }
});
