/**
 * The figures of bench/results/peers.json as Markdown, for README: `node bench/peers/table.mjs [FILE]`. First what has something to be reached, then
 * every rival: times as long as ours takes, and its own time.
 */
import { readFileSync } from 'node:fs';

const file = process.argv[2] ?? new URL('../results/peers.json', import.meta.url);
const { machine, versions, rows, bytesPerStay, options, skipped, load } = JSON.parse(readFileSync(file, 'utf8'));

const { cpu, cores, memoryGB, node } = machine;
console.log(`\`npm run bench -- peers\`, ${cpu}, ${cores} cores, ${memoryGB} GB, Node ${node}, load ${load} at the start; ${count(options.stays)} stays, ${count(options.cases)} cases; medians of ${runsOf(rows)}.
${Object.entries(versions)
  .map((pair) => pair.join(' '))
  .join(', ')}.
`);
console.log(
  table(
    ['measured', 'copresence', 'rival', 'ratio', 'reach'],
    [
      ...rows.filter(({ target }) => target !== null).map(targetRow),
      ...(bytesPerStay
        ? [[`bytes per stay in memory, row numbers too, ${count(bytesPerStay.stays)} stays`, String(bytesPerStay.ours), '', '', reached(bytesPerStay)]]
        : []),
    ],
  ),
);
console.log();
console.log(everyRival());
for (const { rival, install } of skipped) console.log(`\nNot measured: ${rival} (${install}).`);

function targetRow({ title, stays, ours_way, ours_ms, ours_threads, rival, rival_ms, ratio, target, met, note }) {
  const isWhole = title.startsWith('CSV');
  const how = note.split('; ').filter((part) => !part.startsWith('ours on') && part !== 'WE LOSE');
  return [
    `${title}${isWhole ? ` (${ours_way})` : ''}, ${count(stays)} ${isWhole ? 'rows' : 'stays'}`,
    `${time(ours_ms)}, ${threads(ours_threads)}`,
    `${rival}, ${how.join(', ')}: ${rival_ms === null ? '-' : time(rival_ms)}`,
    ratio === null ? '-' : `${ratio}×`,
    reached({ target, met }),
  ];
}

/** One row for each rival, one column for each work: its fastest way only. */
function everyRival() {
  const main = rows.filter(({ note }) => !note.includes('not its fastest way'));
  const titles = [...new Set(main.filter(({ title }) => !title.startsWith('CSV') && !title.includes('multi-day')).map(({ title }) => title))];
  const names = [...new Set(main.filter(({ title }) => titles.includes(title)).map(({ rival }) => rival))];
  return table(
    ['rival', ...titles],
    names.map((name) => [
      name,
      ...titles.map((title) => {
        const row = main.find((one) => one.rival === name && one.title === title);
        if (!row) return '';
        return row.ratio === null ? 'failed' : `${row.ratio}× (${time(row.rival_ms)}, ${count(row.stays)})`;
      }),
    ]),
  );
}

function table(head, body) {
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function reached({ target, met }) {
  return `${target}${met === null ? ' (at full size)' : met ? '' : ' **missed**'}`;
}

function runsOf(all) {
  const runs = all.flatMap(({ ours_runs, rival_runs }) => [ours_runs, rival_runs]).filter((number) => number > 0);
  return `${Math.min(...runs)} to ${Math.max(...runs)} runs`;
}

function time(ms) {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms} ms`;
}

function threads(number) {
  return `${number} thread${number > 1 ? 's' : ''}`;
}

function count(number) {
  return number >= 1e6 ? `${number / 1e6} M` : number.toLocaleString('en-US');
}
