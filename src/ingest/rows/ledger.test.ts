import { expect, test } from 'vitest';
import { InputError, OptionError } from '../../core/errors.js';
import { checkRejects, parseRejectLimit, type LedgerEntry, type Reject } from './ledger.js';

test.each([
  ['20', { count: 20 }],
  [0, { count: 0 }],
  ['0.1%', { percent: 0.1 }],
  ['100%', { percent: 100 }],
])('%s limits the rejected rows of a file', (text, limit) => {
  expect(parseRejectLimit(text)).toEqual(limit);
});

test.each(['', '1.5', '101%', '-1', '5 %', 'all', '1e3', 0.5])("'%s' is no limit", (text) => {
  expect(() => parseRejectLimit(text)).toThrow(expect.objectContaining({ name: OptionError.name, code: 'E_MAX_REJECTS' }));
});

const entry = (file: string, read: number, rejected: number): LedgerEntry => ({ file, read, accepted: read - rejected, rejected, duplicate: 0, blank: 0 });
const reject = (file: string, line: number): Reject => ({ file, line, column: 'time', code: 'E_TIME', message: 'expected a time', raw: '' });

test('reaching the limit is allowed, passing it is not', () => {
  expect(() => checkRejects([entry('a.csv', 100, 3)], { count: 3 }, [])).not.toThrow();
  expect(() => checkRejects([entry('a.csv', 100, 4)], { count: 3 }, [])).toThrow(expect.objectContaining({ name: InputError.name, code: 'E_REJECTS' }));
  expect(() => checkRejects([entry('a.csv', 1000, 1)], { percent: 0.1 }, [])).not.toThrow();
  expect(() => checkRejects([entry('a.csv', 999, 1)], { percent: 0.1 }, [])).toThrow('a.csv E_REJECTS expected at most 0.1% rejected rows, got 1 of 999');
});

test('each file is judged by itself: a good one does not make up for a bad one', () => {
  expect(() => checkRejects([entry('good.csv', 100_000, 0), entry('bad.csv', 10, 1)], { percent: 0.1 }, [])).toThrow('bad.csv E_REJECTS');
});

test('the first five rejected rows of the file are named', () => {
  const rejects = [reject('other.csv', 2), ...[2, 3, 5, 8, 13, 21].map((line) => reject('a.csv', line))];
  const lines = [2, 3, 5, 8, 13].map((line) => `  a.csv:${line}:time E_TIME expected a time`);
  expect(() => checkRejects([entry('a.csv', 30, 6)], { count: 0 }, rejects)).toThrow(`The first:\n${lines.join('\n')}`);
});
