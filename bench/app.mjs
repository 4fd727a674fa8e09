/**
 * The page that needs no server, in Chromium: from the click to the views on the screen, and how soon cancel is heard. The lists' digests are held against
 * those of a match in Node: other lists, no figures. Needs /usr/bin/chromium, or COPRESENCE_CHROMIUM with the path of another; without it nothing is
 * measured, loudly. `npm run bench app [CHECK-INS] [RULE]`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { matchFiles, simulateFiles } from '../dist/node.js';

const PATH = process.env.COPRESENCE_CHROMIUM ?? '/usr/bin/chromium';
const APP = fileURLToPath(new URL('../dist/report/app.html', import.meta.url));
const TZ = 'Asia/Shanghai';
const TARGET_MS = 15_000;
const RUNS = 3;
const [checkIns = '1000000', rule = 'who-2020'] = process.argv.slice(2);

if (!existsSync(PATH)) {
  console.error(`\n*** SKIPPED: the page was not measured: there is no ${PATH} (apt-get install chromium) ***\n`);
  console.log(JSON.stringify({ rows: [], skipped: 'no chromium' }));
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'copresence-bench-'));
let browser;
try {
  await simulateFiles({ out: join(folder, 'city'), rows: Number(checkIns), seed: 1, tz: TZ });
  const file = (name) => join(folder, 'city', `${name}.csv`);
  const files = { checkins: [file('checkins')], places: [file('places')], runs: [file('runs')], cases: [file('cases')] };
  const { outputs } = await matchFiles({ files, rules: [rule], tz: TZ, out: join(folder, 'lists'), maxEpisodes: 1_000_000 });
  const wanted = outputs.map(({ name, sha256 }) => `${name} ${sha256}`);

  browser = await chromium.launch({ executablePath: PATH, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await (await browser.newContext({ timezoneId: TZ })).newPage();
  await page.goto(`file://${APP}`);
  await page.waitForSelector('html[data-ready]');
  await page.setInputFiles('#files', Object.values(files).flat());
  await page.waitForFunction(() => document.querySelectorAll('.file').length === 4);
  await page.locator('#rule-choice').selectOption(rule);
  await page.locator('#zone-confirmed').check();

  // How long the page itself says: a clock outside would also measure the way to it.
  const click = (selector, until) =>
    page.evaluate(
      async ([button, wanted]) => {
        const began = performance.now();
        const steps = [];
        let longestGap = 0;
        let last = began;
        const watch = new MutationObserver(() => {
          const text = document.querySelector('.run [role=status]')?.textContent ?? '';
          const step = text.replace(/[:：].*$/, '').replace(/[\d,]+/g, '');
          if (step !== '' && steps.at(-1)?.step !== step) steps.push({ step, at: performance.now() - began });
          longestGap = Math.max(longestGap, performance.now() - last);
          last = performance.now();
        });
        watch.observe(document.body, { childList: true, subtree: true, characterData: true });
        document.querySelector(button).click();
        while (!document.querySelector(wanted)) {
          const trouble = document.querySelector('.trouble');
          if (trouble) throw new Error(trouble.textContent);
          await new Promise((resume) => requestAnimationFrame(resume));
        }
        watch.disconnect();
        return { ms: performance.now() - began, steps, longestGap };
      },
      [selector, until],
    );
  const runs = [];
  for (let run = 0; run < RUNS; run++) {
    runs.push(await click('#match', '#lists'));
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.save', { hasText: 'manifest.json' }).click()]);
    const { outputs: own } = JSON.parse(readFileSync(await download.path(), 'utf8'));
    const got = own.map(({ name, sha256 }) => `${name} ${sha256}`);
    if (got.join() !== wanted.join()) throw new Error('the page made other lists than the command line');
    await page.locator('#back').click();
  }
  const cancelMs = [];
  for (const afterMs of [300, 1000, 2000]) {
    await page.locator('#match').click();
    await page.waitForTimeout(afterMs);
    cancelMs.push(
      await page.evaluate(async () => {
        const began = performance.now();
        document.querySelector('#cancel').click();
        while (document.querySelector('#match').hidden) await new Promise((resume) => requestAnimationFrame(resume));
        return performance.now() - began;
      }),
    );
  }
  const times = runs.map(({ ms }) => ms).sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  const { steps, longestGap } = runs.find(({ ms }) => ms === median);
  const round = Math.round;
  console.log(
    JSON.stringify({
      rows: [
        {
          work: `app.html, ${checkIns} check-ins (${round(statSync(file('checkins')).size / 1e6)} MB), ${rule}, ${browser.version()}`,
          ours_ms: round(median),
          slowest_ms: round(times.at(-1)),
          target: `≤ ${TARGET_MS} ms`,
          met: median <= TARGET_MS,
          longest_silence_ms: round(longestGap),
          cancel_ms: round(Math.max(...cancelMs)),
          load: round(loadavg()[0]),
          page_kB: round(statSync(APP).size / 1000),
        },
      ],
      steps: steps.map(({ step, at }) => ({ step, at_ms: round(at) })),
      lists: outputs.map(({ name, rows, bytes }) => ({ name, rows, bytes })),
    }),
  );
} finally {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
}
