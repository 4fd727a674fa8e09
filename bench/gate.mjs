/**
 * `npm run bench gate`: small enough for every change, on counters that do not depend on the machine: how many rows the kernels test for each pair,
 * what an index holds for each stay, what a question allocates and keeps; and, against DuckDB in the same minute, a ratio with a wide margin. Ends
 * with exit code 1 if one is beyond its bound below. The kernels are those of dist/, handed arrays that count their reads.
 *
 * `node bench/gate.mjs --bites` plants a fault for each bound and demands that it is seen.
 */
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { allocationCounters } from './gate/allocations.mjs';
import { duckdbCounters } from './gate/duckdb-ratio.mjs';
import { readCounters } from './gate/reads.mjs';

/**
 * What each counter may be at most, or at least. Those of reads and bytes held are the same on every machine: bounds are what was measured and a
 * tenth more. Allocations differ a little by version of Node: twice or more. Ratios differ by machine and by load: a fifth of what was measured or less.
 * `fault` is the planted one that must break it.
 */
const BOUNDS = {
  'rows tested per pair, case join': { most: 1.7, fault: 'reach' },
  'rows tested per pair, case join, 0.1 % multi-day stays': { most: 2.1, fault: 'reach' },
  'rows tested per pair, self-join': { most: 1.2, fault: 'twice' },
  'reads per visit to find its first row': { most: 21, fault: 'twice' },
  'reads per stay, stream join': { most: 8.2, fault: 'twice' },
  'bytes held per stay': { most: 18, fault: 'bytes' },
  'bytes allocated per visit, case join': { most: 16, fault: 'garbage' },
  'bytes allocated per episode, match in a program': { most: 800, fault: 'garbage' },
  'bytes kept per match': { most: 64_000, fault: 'keep' },
  'ratio to DuckDB on 2 threads, case join': { least: 7, fault: 'slow' },
  'ratio to DuckDB on 2 threads, index build': { least: 0.5, fault: 'slow' },
};
const GROUPS = [
  { measure: readCounters, faults: ['reach', 'twice', 'bytes'] },
  { measure: allocationCounters, faults: ['garbage', 'keep'] },
  { measure: duckdbCounters, faults: ['slow'] },
];

if (process.argv.includes('--bites')) process.exitCode = bites();
else {
  const fault = process.env.COPRESENCE_GATE_FAULT ?? '';
  const found = {};
  const skipped = [];
  for (const { measure } of GROUPS.filter(({ faults }) => fault === '' || faults.includes(fault))) {
    const { counters, missing } = await measure(fault);
    Object.assign(found, counters);
    if (missing) skipped.push(missing);
  }
  const rows = Object.entries(BOUNDS)
    .filter(([work]) => work in found)
    .map(([work, bound]) => judge(work, found[work], bound));
  const unknown = Object.keys(found).filter((work) => !(work in BOUNDS));
  if (unknown.length > 0) throw new Error(`no bound for ${unknown}`);
  const failed = rows.filter(({ met }) => !met).length;
  const text = textOf(rows, skipped);
  if (rows.length === 0) throw new Error('nothing was measured');
  console.log(JSON.stringify({ rows, skipped, failed, text }));
  if (failed > 0) process.exitCode = 1;
}

function judge(work, value, { most, least }) {
  const ours = value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  return { work, ours, bound: most === undefined ? `≥ ${least}` : `≤ ${most}`, met: most === undefined ? value >= least : value <= most };
}

function textOf(rows, skipped) {
  const width = Math.max(...rows.map(({ work }) => work.length));
  const lines = rows.map(
    ({ work, ours, bound, met }) => `  ${work.padEnd(width)}  ${String(ours).padStart(8)}  ${bound.padEnd(8)} ${met ? 'holds' : '******** BROKEN ********'}`,
  );
  for (const what of skipped) lines.push(`************ SKIPPED: ${what} ************`);
  return lines.join('\n');
}

/** Runs this file with each fault and looks whether every bound that it should break is told as broken. */
function bites() {
  let missed = 0;
  for (const fault of new Set(Object.values(BOUNDS).map((bound) => bound.fault))) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], {
      encoding: 'utf8',
      env: { ...process.env, COPRESENCE_GATE_FAULT: fault },
    });
    let report;
    try {
      report = JSON.parse(stdout.trim().split('\n').at(-1));
    } catch {
      console.error(`fault '${fault}': the gate gave no report\n${stderr}`);
      missed++;
      continue;
    }
    for (const [work, bound] of Object.entries(BOUNDS)) {
      if (bound.fault !== fault) continue;
      const row = report.rows.find((one) => one.work === work);
      const verdict = row === undefined ? 'not measured' : row.met || status !== 1 ? 'NOT SEEN' : 'seen';
      if (verdict === 'NOT SEEN' || (row === undefined && report.skipped.length === 0)) missed++;
      console.error(`fault '${fault}': ${work}: ${row?.ours ?? '-'} (${row?.bound ?? '-'}): ${verdict}`);
    }
  }
  console.log(missed === 0 ? 'every planted fault was seen' : `${missed} planted faults were not seen`);
  return missed === 0 ? 0 : 1;
}
