/** Sets what was measured side by side: rows { work, ours_ms, rival, rival_ms, ratio, target, note } and a table of them as text. */

/**
 * What is compared: a work of ours with a work of the rivals, and what is to be reached against one of them at full size. `isCost`: the ratio is what
 * ours takes in times of the other's, not the other way round. `eachWay`: ours has several ways, each with rows of its own.
 */
const DUCKDB = { rival: 'duckdb', threads: 2 };
const COMPARISONS = [
  { ours: 'index', rival: 'index', title: 'case join, index ready', target: { ...DUCKDB, ratio: 30 } },
  { ours: 'index', rival: 'log', title: 'case join, index ready; rival in log order', target: { ...DUCKDB, ratio: 100 }, onlyUncapped: true },
  { ours: 'log', rival: 'log', title: 'one-shot, nothing prepared', target: { ...DUCKDB, ratio: 2 } },
  { ours: 'self', rival: 'self', title: 'self-join, one day', target: { ...DUCKDB, ratio: 80 } },
  { ours: 'build', rival: 'build', title: 'index build, rows in log order', target: { ...DUCKDB, ratio: 6 } },
  { ours: 'buildShuffled', rival: 'buildShuffled', title: 'index build, rows in any order', target: { ...DUCKDB, ratio: 6 } },
  { ours: 'long', rival: 'long', title: 'case join with 0.1 % multi-day stays', target: { rival: 'ourselves', ratio: 1.3 }, isCost: true },
  { ours: 'csv', rival: 'csv', title: 'CSV to CSV', target: { ...DUCKDB, ratio: 1.5 }, eachWay: true },
  { ours: 'scan', rival: 'scan', title: 'CSV scan', target: { rival: 'fast-csv', threads: 1, ratio: 40 }, eachWay: true },
  { ours: 'disk-warm', rival: 'disk-warm', title: 'index on disk, warm: open and match' },
  { ours: 'disk-cold', rival: 'disk-cold', title: 'index on disk, cold: open and match' },
];
/** What an index on disk is to reach by itself, from so many check-ins on. */
const DISK_TARGETS = [
  { stays: 1e9, work: 'disk-warm', ms: 500 },
  { stays: 1e9, work: 'disk-cold', ms: 1500 },
  { stays: 250e6, work: 'disk-warm', ms: 100, peakMB: 128, bytes: 10 },
];
const TARGET_BYTES = 12;
/** Targets are for so many stays: fewer only try the bench out. */
const FULL_STAYS = { self: 1_000_000, csv: 5_000_000, scan: 5_000_000, otherwise: 50_000_000 };

export function compare(measured, about) {
  const rows = [];
  for (const comparison of COMPARISONS) {
    const owns = measured.filter((one) => one.isOurs && one.work === comparison.ours && !one.failed);
    for (const way of comparison.eachWay ? new Set(owns.map((one) => one.way)) : [undefined]) {
      for (const rival of measured.filter((one) => !one.isOurs && one.work === comparison.rival)) {
        const own = owns
          .filter((one) => (way === undefined || one.way === way) && (comparison.isCost || one.world === rival.world) && one.threads <= rival.threads)
          .sort((a, b) => b.threads - a.threads)[0];
        if (own && !(comparison.onlyUncapped && rival.isCapped)) rows.push(rowOf(comparison, own, rival));
      }
    }
  }
  const disk = measured.filter((one) => one.isOurs && one.work.startsWith('disk')).map(diskOf);
  const ownIndex = measured.filter((one) => one.isOurs && one.work === 'index' && one.bytes).sort((a, b) => b.stays - a.stays)[0];
  const bytesPerStay = ownIndex && {
    stays: ownIndex.stays,
    ours: round(ownIndex.bytes / ownIndex.stays),
    target: `≤ ${TARGET_BYTES}`,
    met: ownIndex.bytes / ownIndex.stays <= TARGET_BYTES,
  };
  const memory = measured
    .filter((one) => !one.failed && !one.isExtra)
    .map((one) => ({
      who: one.label,
      work: one.work === 'csv' || one.work === 'scan' ? `${one.work}, ${one.way}` : one.work,
      stays: one.stays,
      threads: one.threads,
      peak_MB: one.peakMB ?? null,
      bytes_per_stay: one.bytes ? round(one.bytes / one.stays) : null,
    }));
  return { rows, disk, bytesPerStay, memory, ...about };
}

function rowOf({ title, target, isCost, eachWay }, own, rival) {
  const [ours, theirs] = [spreadOf(own.times), rival.failed ? undefined : spreadOf(rival.times)];
  const ratio = theirs && round(isCost ? ours.median / theirs.median : theirs.median / ours.median);
  const isTarget =
    target !== undefined &&
    rival.rival === target.rival &&
    (target.threads ?? rival.threads) === rival.threads &&
    (!rival.isExtra || rival.isAlwaysShown === true);
  const isFull = rival.stays >= (FULL_STAYS[rival.work] ?? FULL_STAYS.otherwise);
  const notes = [rival.failed ?? rival.way];
  if (rival.isExtra) notes.push('not its fastest way');
  if (rival.remark) notes.push(rival.remark);
  if (own.threads < rival.threads) notes.push(`ours on ${own.threads} thread${own.threads > 1 ? 's' : ''}`);
  if (!isCost && ratio < 1) notes.push('WE LOSE');
  return {
    work: `${title}${eachWay ? `, ${own.way}` : ''}: ${sizeOf(own)}`,
    title,
    stays: rival.stays,
    ours_way: own.way,
    ours_ms: ours.median,
    rival: rival.rival === 'ourselves' ? rival.label : `${rival.label}, ${rival.threads} thread${rival.threads > 1 ? 's' : ''}`,
    rival_ms: theirs?.median ?? null,
    ratio: ratio ?? null,
    target: isTarget ? `${isCost ? '≤' : '≥'} ${target.ratio}×` : null,
    met: isTarget && isFull && ratio !== undefined ? (isCost ? ratio <= target.ratio : ratio >= target.ratio) : null,
    note: notes.join('; '),
    ours_range: [ours.least, ours.most],
    ours_threads: own.threads,
    ours_runs: own.times.length,
    rival_range: theirs ? [theirs.least, theirs.most] : null,
    rival_runs: rival.times?.length ?? 0,
    tried_ms: rival.tried && Object.fromEntries(Object.entries(rival.tried).map(([way, ms]) => [way, ms === null ? null : round(ms)])),
  };
}

function diskOf(one) {
  const { median, least, most } = spreadOf(one.times);
  const target = DISK_TARGETS.find(({ stays, work }) => one.work === work && one.stays >= stays) ?? {};
  const about = { work: one.way, stays: one.stays, visits: one.visits, pairs: one.pairs, ours_ms: median, ours_range: [least, most], runs: one.times.length };
  return {
    ...about,
    open_ms: spreadOf(one.openTimes).median,
    target_ms: target.ms ?? null,
    peak_MB: one.peakMB,
    start_MB: one.startMB,
    target_MB: target.peakMB ?? null,
    bytes_per_stay: round(one.bytes / one.stays),
    target_bytes: target.bytes ?? null,
    build_ms: one.buildMs && round(one.buildMs),
  };
}

function sizeOf({ work, stays, visits, pairs, inputMB }) {
  if (work === 'scan') return `${stays} check-ins, ${inputMB} MB`;
  if (work === 'csv') return `${stays} check-ins, ${inputMB} MB, ${visits} visits, ${pairs} episodes`;
  return `${stays} stays, ${work === 'self' ? '' : `${visits} visits, `}${pairs} pairs`;
}

function spreadOf(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median: round(median), least: round(sorted[0]), most: round(sorted.at(-1)) };
}

/** Three digits, or whole numbers. */
function round(number) {
  return number >= 100 ? Math.round(number) : Number(number.toPrecision(3));
}

export function textOf({ rows, disk, bytesPerStay, memory, options, load, versions, skipped, worlds }) {
  const lines = [
    `${options.stays} stays, ${options.cases} cases, seed ${options.seed}; medians of at least ${options.runs} runs (least–most); load average ${load} at the start`,
    ...worlds.map(
      ({ name, stays, places, visits, pairs }) =>
        `${name}: ${stays} stays at ${places} places${visits === null ? '' : `, ${visits} visits`}${pairs === null ? '' : `, ${pairs} pairs`}`,
    ),
    `versions: ${Object.entries(versions)
      .map((pair) => pair.join(' '))
      .join(', ')}`,
    'a time is shown only where the answer was the plain one: pairs, sum of overlaps, hash',
  ];
  for (const work of new Set(rows.map((row) => row.work))) {
    lines.push('', work);
    const table = rows.filter((row) => row.work === work);
    lines.push(
      ...columnsOf([
        ['ours ms', 'rival', 'rival ms', 'ratio', 'target', 'note'],
        ...table.map((row) => [
          withRange(row.ours_ms, row.ours_range),
          row.rival,
          row.rival_ms === null ? '-' : withRange(row.rival_ms, row.rival_range),
          row.ratio === null ? '-' : `${row.ratio}×`,
          row.target === null ? '' : `${row.target} ${row.met === null ? 'at full size' : row.met ? 'met' : 'MISSED'}`,
          row.note,
        ]),
      ]),
    );
  }
  for (const one of disk) {
    const reach = (value, most) => (most === null ? String(value) : `${value} (target ≤ ${most}: ${value <= most ? 'met' : 'MISSED'})`);
    lines.push(
      '',
      `${one.work}, ${one.stays} stays: open and match ${one.visits} visits, ${one.pairs} episodes, in ${reach(one.ours_ms, one.target_ms)} ms (${one.ours_range.join('–')}), of them ${one.open_ms} to open`,
      `  resident ${reach(one.peak_MB, one.target_MB)} MB, ${one.start_MB} of them before opening; ${reach(one.bytes_per_stay, one.target_bytes)} bytes a stay on disk${one.build_ms ? `; built in ${one.build_ms} ms` : ''}`,
    );
  }
  lines.push('', 'memory: the whole process with its columns, and what stays take when prepared');
  lines.push(
    ...columnsOf([
      ['who', 'work', 'stays', 'threads', 'peak MB', 'bytes a stay'],
      ...memory.map((row) => Object.values(row).map((value) => String(value ?? '-'))),
    ]),
  );
  if (bytesPerStay) lines.push('', `bytes a stay: ours ${bytesPerStay.ours}, target ${bytesPerStay.target} ${bytesPerStay.met ? 'met' : 'MISSED'}`);
  for (const { rival, install } of skipped) lines.push(`************ SKIPPED: ${rival}: ${install} ************`);
  return lines.join('\n');
}

function withRange(ms, [least, most]) {
  return `${ms} (${least}–${most})`;
}

function columnsOf(cells) {
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`.trimEnd());
}
