/** CSV to lists: rows a second by phase and the largest resident memory. Run by `npm run bench`, which reads the figures of a fresh process. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { matchFiles } from '../dist/node.js';
import { writeCity } from './data.mjs';

const [checkIns = 1_000_000, cases = 100] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'copresence-bench-'));
try {
  const files = await writeCity(join(folder, 'city'), { checkIns, cases });
  const began = performance.now();
  const phases = new Map();
  const seen = { at: began, phase: '' };
  const mark = (phase) => {
    const now = performance.now();
    if (seen.phase) phases.set(seen.phase, (phases.get(seen.phase) ?? 0) + now - seen.at);
    Object.assign(seen, { at: now, phase });
  };
  mark('read');
  const report = await matchFiles(
    { files: { checkins: [files.checkins], places: [files.places], cases: [files.cases] }, tz: 'Asia/Shanghai', out: join(folder, 'lists') },
    { onProgress: ({ phase }) => phase !== seen.phase && mark(phase) },
  );
  mark('');
  const [counts] = report.counts;
  if (report.ledger[0].accepted + report.ledger[0].duplicate !== checkIns || counts.episodes === 0)
    throw new Error('the run lost rows or found nothing: no figures');
  const rows = [...phases].map(([phase, ms]) => ({
    work: `${phase}, ${checkIns} check-ins`,
    ours_ms: Math.round(ms),
    rows_per_s: Math.round(checkIns / (ms / 1000)),
  }));
  rows.push({
    work: `CSV to lists, ${checkIns} check-ins, ${cases} cases`,
    ours_ms: Math.round(performance.now() - began),
    rows_per_s: Math.round(checkIns / ((performance.now() - began) / 1000)),
  });
  const peakMB = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ rows, peakMB, episodes: counts.episodes, people: counts.people, inputMB: Math.round(statSync(files.checkins).size / 1e6) }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
