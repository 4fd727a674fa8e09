/** What the manifest of a match with an index on disk says, and what such a match refuses. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { indexFiles } from '../src/engines/on-disk/index-files.js';
import { matchFiles } from '../src/engines/files/match-files.js';
import { TempFolder } from './support/temp-folder.js';

test('a match says how the stays of its index were inferred, and does not judge the rejects of the index again', async () => {
  const folder = new TempFolder();
  writeFileSync(folder.at('scans.csv'), 'person_id,place_id,time\nA,X,2022-03-01 08:00:00\nB,X,2022-03-01 08:05:00\nB,X,yesterday\n');
  writeFileSync(folder.at('cases.csv'), 'person_id\nA\n');
  const dwell = { default: { least: 1, typical: 2, most: 3 } };
  await indexFiles({ index: folder.at('i'), files: { checkins: [folder.at('scans.csv')] }, tz: 'Asia/Shanghai', runGap: '20m', dwell, maxRejects: '50%' });
  const files = { cases: [folder.at('cases.csv')] };
  await matchFiles({ index: folder.at('i'), files, out: folder.at('lists'), window: 'all' });
  const { options, ledger } = JSON.parse(readFileSync(folder.at('lists/manifest.json'), 'utf8')) as {
    options: { tz: string; run_gap: string; dwell: { default: object } };
    ledger: { rejected: number }[];
  };
  expect(options).toMatchObject({ tz: 'Asia/Shanghai', run_gap: '1200s', dwell });
  expect(ledger[0]!.rejected).toBe(1);
  await expect(matchFiles({ index: folder.at('i'), files, out: folder.at('i'), window: 'all' })).rejects.toThrow('another folder');
});
