/**
 * The report's views as pictures, held against those in test/golden/report. To make them anew, and then to look at them:
 *   COPRESENCE_GOLDEN=write npx vitest run test/report-golden.test.ts
 * Skipped, and said, without chromium, or with another version or other fonts than the pictures were made with: they would differ everywhere.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SLOW_MS, differingPixels, fingerprint, hasChromium, launch } from './support/browser.js';
import { runCli } from './support/run-cli.js';

const GOLDEN = fileURLToPath(new URL('golden/report', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const MADE_WITH = join(GOLDEN, 'made-with.txt');
const isWriting = process.env['COPRESENCE_GOLDEN'] === 'write';
/** Parts of views, where the whole would be a large picture. */
const PARTS: Readonly<Record<string, string>> = { list: '.grid-people', rooms: '.grid-clean' };
/** A letter that moves by a pixel changes more. */
const MOST_PIXELS = 12;

const pages = mkdtempSync(join(tmpdir(), 'copresence-golden-'));
let browser: Browser;
let blank: Page;
let madeWith = '';

beforeAll(async () => {
  if (!hasChromium) return process.stderr.write('\n*** SKIPPED: the pictures of the report were not compared: there is no chromium ***\n');
  browser = await launch();
  madeWith = `${await fingerprint(browser)}\n`;
  blank = await browser.newPage();
  await makePages();
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  rmSync(pages, { recursive: true, force: true });
}, SLOW_MS);

async function makePages(): Promise<void> {
  const at = (name: string): string => join(pages, name);
  const of = (name: string): string => join(FIXTURES, name);
  const must = async (...args: string[]): Promise<void> => {
    const { code, err } = await runCli([...args, '--quiet']);
    if (code !== 0) throw new Error(err);
  };
  const feed = ['--gtfs', of('gtfs/trimet-vermont')];
  const bus = ['--places', of('bus-1/places.csv'), '--cases', of('bus-1/cases.csv')];
  await must('match', '--checkins', of('bus-1/checkins.csv'), ...bus, ...feed, '--tz', 'America/Los_Angeles', '--out', at('bus'));
  await must('runs', ...feed, '--from', '2018-06-01', '--to', '2018-06-01', '-o', at('runs.csv'), '--stops', at('stops.csv'));
  await must('report', at('bus'), ...bus, '--run-stops', at('stops.csv'), '-o', at('bus.html'));
  const nz = ['--places', of('nz-loi/places.csv')];
  const maps = ['case_id=id', 'place_id=Location', 'start=Start', 'end=End'].flatMap((map) => ['--map', `visits.${map}`]);
  const visits = ['--visits', of('nz-loi/locations-of-interest.csv'), ...maps, '--time-format', 'dd/MM/yyyy, h:mm a', '--tz', 'Pacific/Auckland'];
  await must('match', '--checkins', of('nz-loi/checkins.csv'), ...nz, ...visits, '--rule', 'nz-2020', '--max-rejects', '1', '--out', at('nz'));
  await must('report', at('nz'), ...nz, '--lang', 'zh', '-o', at('nz.html'));
}

/** Whether pictures of this browser can be held against the kept ones. */
function isComparable(): boolean {
  if (!hasChromium) return false;
  const kept = existsSync(MADE_WITH) ? readFileSync(MADE_WITH, 'utf8') : '';
  if (isWriting || kept === madeWith) return true;
  process.stderr.write(
    `\n*** SKIPPED: the pictures of the report were not compared: they were made with\n    ${kept.trim()}\n    and this is\n    ${madeWith.trim()} ***\n`,
  );
  return false;
}

async function open(name: string, colorScheme: 'light' | 'dark'): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 800 }, colorScheme });
  await page.goto(`file://${join(pages, name)}.html`);
  await page.waitForSelector('html[data-ready]', { timeout: SLOW_MS });
  await page.locator('.grid-people [role=row]').nth(1).click();
  await page.mouse.move(0, 0);
  return page;
}

async function pictureOf(page: Page, view: string): Promise<Buffer> {
  const element: Locator = page.locator(PARTS[view] ?? `#${view}`);
  await element.scrollIntoViewIfNeeded();
  if (view === 'graph') await page.locator('.graph').waitFor();
  const how = { animations: 'disabled', caret: 'hide', timeout: SLOW_MS } as const;
  if (view !== 'list') return element.screenshot(how);
  const box = (await element.boundingBox())!;
  return page.screenshot({ ...how, clip: { ...box, height: 240 } });
}

test.skipIf(!hasChromium).for([
  ['bus', 'light', ['short', 'people', 'timeline', 'rooms', 'person', 'curve', 'map', 'graph']],
  ['nz', 'dark', ['short', 'list', 'map']],
] as const)('the views of %s, %s, look as they did', { timeout: SLOW_MS }, async ([name, scheme, views], { skip }) => {
  skip(!isComparable(), 'the pictures were made with another browser or other fonts');
  const page = await open(name, scheme);
  const found: Record<string, number | string | null> = {};
  for (const view of views) {
    const path = join(GOLDEN, `${name}-${view}.png`);
    const picture = await pictureOf(page, view);
    if (isWriting) {
      mkdirSync(GOLDEN, { recursive: true });
      writeFileSync(path, picture);
    }
    const pixels = await differingPixels(blank, readFileSync(path), picture);
    if (pixels !== null && pixels <= MOST_PIXELS) continue;
    const seen = join(tmpdir(), `copresence-seen-${name}-${view}.png`);
    writeFileSync(seen, picture);
    found[view] = `${pixels ?? 'another size'}: see ${seen}`;
  }
  if (isWriting) writeFileSync(MADE_WITH, madeWith);
  await page.close();
  expect(found).toEqual({});
});

test.skipIf(!hasChromium)(
  'a label that moves by two pixels, a letter that changes and a colour that fades are seen',
  async () => {
    const page = await open('bus', 'light');
    const kept = { map: await pictureOf(page, 'map'), people: await pictureOf(page, 'people') };
    expect(await differingPixels(blank, kept.map, await pictureOf(page, 'map'))).toBe(0);
    const planted = async (view: 'map' | 'people', change: string): Promise<number> => {
      await page.evaluate(change);
      return (await differingPixels(blank, kept[view], await pictureOf(page, view))) ?? Number.POSITIVE_INFINITY;
    };
    const label = `document.querySelector('#map text.halo')`;
    expect(await planted('map', `${label}.setAttribute('x', Number(${label}.getAttribute('x')) + 2)`)).toBeGreaterThan(MOST_PIXELS);
    await page.evaluate(`${label}.setAttribute('x', Number(${label}.getAttribute('x')) - 2)`);
    expect(await planted('map', '0')).toBe(0);
    expect(await planted('map', `document.querySelector('.way-met').style.opacity = 0.7`)).toBeGreaterThan(MOST_PIXELS);
    expect(await planted('people', `document.querySelector('.why strong bdi').textContent = 'driver-1'`)).toBeGreaterThan(MOST_PIXELS);
    await page.close();
  },
  SLOW_MS,
);
