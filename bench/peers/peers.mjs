/**
 * `npm run bench -- peers [--stays N] [--cases N] [--only duckdb,rbush] [--works index,csv] [--runs N] [--cap N] [--rows N]`: this project against
 * what a user would take instead, on the same seeded data. Works on columns of stays (joins.mjs) have `--stays` of them; rivals that hold an object
 * or a line of text for each stay get no more than `--cap`, 5 million unless said, and ours is measured on as many. Works on files (csv/, scan/, disk/)
 * have `--rows`, 5 million unless said; `--disk FOLDER` takes an index that is there. An answer that is not the plain one shows no time. Prints JSON for bench/run.mjs; progress goes to stderr.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureCsv } from './csv/csv.mjs';
import { measureDisk } from './disk/disk.mjs';
import { measureJoins } from './joins.mjs';
import { measureLong } from './long.mjs';
import { readOptions } from './options.mjs';
import { ours } from './ours.mjs';
import { compare, textOf } from './report.mjs';
import { RIVALS } from './rivals/all.mjs';
import { installPeers } from './rivals/npm-peer.mjs';
import { measureScan } from './scan/scan.mjs';
import { SCANNERS } from './scan/scanners.mjs';

const options = readOptions();
installPeers();
const { rivals, skipped } = await sortOut(RIVALS.filter(({ name }) => options.only.includes(name)));
const load = loadavg()[0].toFixed(1);
const folder = mkdtempSync(join(tmpdir(), 'copresence-peers-'));
try {
  const wants = (work) => options.works.includes(work);
  const steps = [
    () => measureJoins(rivals, folder, options),
    ...(wants('long') ? [() => measureLong(folder, options)] : []),
    ...(wants('csv') ? [() => measureCsv(rivals, folder, options)] : []),
    ...(wants('scan') ? [() => measureScan(folder, options)] : []),
    ...(wants('disk') ? [() => measureDisk(rivals, folder, options)] : []),
  ];
  const versions = Object.fromEntries(
    [ours, ...rivals, ...(wants('scan') ? SCANNERS : [])].filter(({ version }) => version).map((one) => [one.label, one.version()]),
  );
  const parts = [];
  for (const step of steps) {
    parts.push(await step());
    const measured = parts.flatMap((part) => part.measured);
    const worlds = parts.flatMap((part) => part.worlds);
    const report = compare(measured, { options, load, versions, skipped: [...skipped, ...parts.flatMap((part) => part.skipped ?? [])], worlds });
    // What was measured so far is on the screen, should the rest not come to an end.
    if (parts.length < steps.length) console.error(`\n${textOf(report)}\n`);
    else console.log(JSON.stringify({ ...report, text: textOf(report), failed: measured.filter((one) => one.failed).length }));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Splits the rivals into those that can run here and those that cannot, and says so loudly. */
async function sortOut(wanted) {
  const found = { rivals: [], skipped: [] };
  for (const rival of wanted) {
    const install = await rival.missing();
    if (install === undefined) found.rivals.push(rival);
    else {
      found.skipped.push({ rival: rival.label, install });
      console.error(`************ SKIPPED: ${rival.label}: ${install} ************`);
    }
  }
  return found;
}
