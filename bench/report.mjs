/**
 * The report of a run of a million check-ins, in a browser: how long the page takes to make, until its first view is there, and until each view is drawn; that nothing
 * goes wrong on it and nothing leaves it. Needs chromium (COPRESENCE_CHROMIUM with its path). Run by `npm run bench report [ROWS] [CASES]`.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { matchFiles, reportFiles, simulateFiles } from '../dist/node.js';

const PATH = process.env.COPRESENCE_CHROMIUM ?? '/usr/bin/chromium';
const VIEWS = ['short', 'people', 'timeline', 'clean', 'person', 'curve', 'map', 'graph', 'made'];
const SLOW_MS = 120_000;
const [checkIns = 1_000_000, cases = 100] = process.argv.slice(2).map(Number);
if (!existsSync(PATH)) {
  console.error(`report: there is no ${PATH}; install chromium or name another with COPRESENCE_CHROMIUM`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'copresence-bench-'));
const rows = [];
const timed = async (work, run) => {
  const began = performance.now();
  const result = await run();
  rows.push({ work, ours_ms: Math.round(performance.now() - began) });
  return result;
};
try {
  const city = join(folder, 'city');
  await simulateFiles({ out: city, rows: checkIns, days: 7, seed: 1, cases });
  const [checkins, places, runs, caseFile] = ['checkins', 'places', 'runs', 'cases'].map((name) => join(city, `${name}.csv`));
  const files = { checkins: [checkins], places: [places], runs: [runs], cases: [caseFile] };
  const { counts } = await matchFiles({ files, tz: 'Asia/Shanghai', out: join(folder, 'lists') });
  const out = join(folder, 'report.html');
  const report = await timed('make the page', () => reportFiles({ folder: join(folder, 'lists'), out, places: [places], cases: [caseFile] }));
  rows.push(...(await inBrowser(`file://${out}`)));
  const { episodes, people } = counts[0];
  const shown = report.left.map(({ list, rows: all, kept }) => `${kept} of ${all} ${list}`).join(', ') || 'all rows';
  console.log(
    JSON.stringify({
      rows,
      episodes,
      people,
      pageMB: Math.round(statSync(out).size / 1e5) / 10,
      shown,
      browser: rows.at(-1).browser,
      text: textOf(rows, shown),
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Opens the page and goes through its views. @throws Error if a view is empty, the page complains, or anything is asked of a network. */
async function inBrowser(url) {
  const browser = await chromium.launch({ executablePath: PATH, args: ['--no-sandbox', '--disable-gpu'], timeout: SLOW_MS });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const problems = [];
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => /^(file|blob|data):/.test(request.url()) || problems.push(`request ${request.url()}`));
    const measured = [];
    const took = async (work, run) => {
      const began = performance.now();
      await run();
      measured.push({ work, ours_ms: Math.round(performance.now() - began), browser: `chromium ${browser.version()}` });
    };
    await took('open until the first view', async () => {
      await page.goto(url, { timeout: SLOW_MS });
      await page.waitForSelector('html[data-ready]', { timeout: SLOW_MS });
    });
    await took('choose the first person', async () => {
      await page.locator('.grid-people [role=row]').nth(1).click();
      await page.locator('.why .episode').first().waitFor({ timeout: SLOW_MS });
    });
    for (const view of VIEWS) {
      await took(`draw ${view}`, async () => {
        const section = page.locator(`#${view}`);
        await section.scrollIntoViewIfNeeded({ timeout: SLOW_MS });
        if (view === 'graph') await page.locator('.graph').waitFor({ timeout: SLOW_MS });
        const picture = await section.screenshot({ timeout: SLOW_MS });
        const shapes = await section.locator('svg *, [role=row], li, td').count();
        if (picture.length < 5000 || shapes < 5) problems.push(`the view ${view} is empty`);
      });
    }
    await took('search', async () => {
      const first = await page.locator('.grid-people [role=row] bdi').first().innerText();
      await page.locator('#search').fill(first);
      await page.waitForFunction(() => document.querySelectorAll('.grid-people [role=row]').length === 2, undefined, { timeout: SLOW_MS });
    });
    await took('the other language', async () => {
      await page.locator('#lang').click();
      await page.waitForFunction(() => document.documentElement.lang === 'zh-CN', undefined, { timeout: SLOW_MS });
    });
    if (problems.length > 0) throw new Error(`the page is not well: ${problems.slice(0, 5).join('; ')}`);
    return measured;
  } finally {
    await browser.close();
  }
}

function textOf(measured, shown) {
  const width = Math.max(...measured.map(({ work }) => work.length));
  return [...measured.map(({ work, ours_ms }) => `${work.padEnd(width)}  ${String(ours_ms).padStart(7)} ms`), `the page holds ${shown}`].join('\n');
}
