import { expect, test } from 'vitest';
import { runAsync, runSync, type Progress, type Steps } from './steps.js';

function* countTo(last: number, busyMs = 0): Steps<string> {
  for (let done = 1; done <= last; done++) {
    const until = performance.now() + busyMs;
    while (performance.now() < until);
    yield { done, of: last };
  }
  return `counted to ${last}`;
}

test('the same steps give the same result in one go and with pauses', async () => {
  expect(runSync(countTo(100))).toBe('counted to 100');
  expect(await runAsync(countTo(100))).toBe('counted to 100');
});

test('long work pauses, tells how far it is, and stops where its signal is aborted', async () => {
  const told: Progress[] = [];
  const abort = new AbortController();
  const work = runAsync(countTo(1000, 5), {
    signal: abort.signal,
    onProgress: (progress) => {
      told.push(progress);
      if (told.length === 2) abort.abort(new Error('that will do'));
    },
  });
  await expect(work).rejects.toThrow('that will do');
  expect(told).toHaveLength(2);
  expect(told[1]!.done).toBeGreaterThan(told[0]!.done);
  expect(told[1]!.of).toBe(1000);
});
