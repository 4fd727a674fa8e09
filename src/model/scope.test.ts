import { expect, test } from 'vitest';
import { OptionError } from '../core/errors.js';
import { parseScope, scopeText } from './scope.js';

test.each([
  ['place', { name: 'place', metres: 0 }],
  ['parent', { name: 'parent', metres: 0 }],
  ['grid:800', { name: 'grid', metres: 800 }],
  ['near:12.5', { name: 'near', metres: 12.5 }],
  ['near:0.000001', { name: 'near', metres: 0.000001 }],
  ['grid:9999999', { name: 'grid', metres: 9_999_999 }],
])('%s', (text, scope) => {
  expect(parseScope(text)).toEqual(scope);
});

test('a scope is shown as it is written', () => {
  expect(['place', 'parent', 'grid:800', 'near:12.5'].map((text) => scopeText(parseScope(text)))).toEqual(['place', 'parent', 'grid:800', 'near:12.5']);
});

test.each(['', 'room', 'Place', 'place:5', 'grid', 'grid:', 'grid:0', 'near:0.0', 'near:-5', 'near:5m', 'near:1e3', ' near:5', 'near:12345678', 'near:.5'])(
  "'%s' is no scope",
  (text) => {
    expect(() => parseScope(text)).toThrow(
      expect.objectContaining({ name: OptionError.name, code: 'E_SCOPE', message: expect.stringContaining(`got '${text}'`) as unknown }),
    );
  },
);
