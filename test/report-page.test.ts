/** The page in a browser: needs Debian's chromium (apt-get install chromium), or COPRESENCE_CHROMIUM with the path of another. */
import { readFileSync } from 'node:fs';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHROMIUM, SLOW_MS, hasChromium, launch } from './support/browser.js';
import { runCli, runMatch, type World } from './support/run-cli.js';

const hasBrowser = hasChromium;
if (!hasBrowser) process.stderr.write(`\n*** SKIPPED: the report page was not tried in a browser: there is no ${CHROMIUM} (apt-get install chromium) ***\n`);

const EVIL = '<img src=x onerror="window.broken=1">';
const FORMULA = '=HYPERLINK("http://x")';
const MARKS = 'abc\u202Edef\u0007';
const LONG = 'L'.repeat(10_000);
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const HOSTILE: World = {
  'checkins.csv': `person_id,place_id,time,check_out\ncase,hall,2022-03-01T08:00:00Z,2022-03-01T10:00:00Z\n${[EVIL, FORMULA, MARKS, LONG, '张三', 'plain']
    .map((id, i) => `${quoted(id)},hall,2022-03-01T09:0${i}:00Z,2022-03-01T09:50:00Z\n`)
    .join('')}`,
  'places.csv': `place_id,name,district,lat,lon\nhall,${quoted('</script><script>window.broken=1</script>')},${quoted(EVIL)},31.2,121.5\n`,
  'cases.csv': 'person_id,onset_date\ncase,2022-03-02\n',
};

let browser: Browser;
const problems: string[] = [];

beforeAll(async () => {
  if (hasBrowser) browser = await launch();
}, SLOW_MS);
afterAll(async () => browser?.close(), SLOW_MS);

async function open(world: World, flags: readonly string[] = []): Promise<{ page: Page; name: string }> {
  const run = await runMatch(world);
  const out = run.folder.at('report.html');
  const places = ['--places', run.folder.at('places.csv'), '--cases', run.folder.at('cases.csv')];
  expect(await runCli(['report', run.lists.path, '-o', out, ...places, ...flags])).toMatchObject({ code: 0 });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  problems.length = 0;
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:') && !request.url().startsWith('blob:')) problems.push(`request ${request.url()}`);
  });
  await page.goto(`file://${out}`);
  await page.waitForSelector('html[data-ready]', { timeout: SLOW_MS });
  return { page, name: out };
}

test.runIf(hasBrowser)(
  'hostile names are shown as text, nothing leaves the page and nothing goes wrong on it',
  async () => {
    const { page } = await open(HOSTILE);
    const cells = await page.locator('.grid-people [role=gridcell] bdi').allTextContents();
    expect(cells).toContain(EVIL);
    const short = await page.locator('#short').innerText();
    expect(short).toContain(`${EVIL} ● certain — with 1 case for about 50 min at </script><script>`); // from 9:00 to 9:50
    expect(short).toContain('a case was there 2022-03-01 08:00–10:00; ');
    expect(cells).toContain('张三');
    expect(cells).toContain('abc\\u{202e}def\\u{7}');
    expect(cells.filter((cell) => cell.startsWith('LLL')).map((cell) => cell.length)).toEqual([60]);
    for (const view of ['short', 'timeline', 'clean', 'person', 'curve', 'map', 'made']) expect(await page.locator(`#${view}`).innerText()).not.toBe('');
    await page.locator('#graph').scrollIntoViewIfNeeded();
    await page.locator('.graph').waitFor();
    expect(await page.locator('img, #page script, iframe, object').count()).toBe(0);
    expect(await page.evaluate(() => (globalThis as { broken?: number }).broken)).toBeUndefined();
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.export').click()]);
    const saved = readFileSync((await download.path())!, 'utf8');
    expect(saved).toContain(`"'${FORMULA.replaceAll('"', '""')}"`);
    expect(saved.split('\n')).toHaveLength(1 + 6 + 1);
    expect(problems).toEqual([]);
    await page.close();
  },
  SLOW_MS,
);

test.runIf(hasBrowser)(
  'the keyboard alone leads from the list to the reasons, and the language switch keeps all of it',
  async () => {
    const { page } = await open(HOSTILE);
    await page.locator('.grid-people .grid-scroll').focus();
    // The first in the list stayed from 9:00, the last, who is plain, from 9:05.
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    const why = page.locator('.why');
    expect(await why.innerText()).toContain('plain');
    expect(await why.innerText()).toContain('checkins.csv:2 · checkins.csv:8');
    expect(await why.innerText()).toContain('at least 45 min, likely 45 min, at most 45 min');
    await page.locator('#lang').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('h1').innerText()).toBe('同时空报告');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await page.locator('.why').innerText()).toContain('plain');
    await page.locator('#search').fill('张三');
    await page.waitForFunction(
      () =>
        (globalThis as unknown as { document: { querySelectorAll(query: string): { length: number } } }).document.querySelectorAll('.grid-people [role=row]')
          .length === 2,
    );
    expect(problems).toEqual([]);
    await page.close();
  },
  SLOW_MS,
);

test.runIf(hasBrowser)(
  'the lines on top say when nobody was found, and when not all meetings of a person are on the page',
  async () => {
    const head = 'person_id,place_id,time,check_out\ncase,hall,2022-03-01T08:00:00Z,2022-03-01T10:00:00Z\n';
    const cases = { 'cases.csv': 'person_id\ncase\n', 'places.csv': 'place_id,name\nhall,\n' };
    const nobody = await open({ ...cases, 'checkins.csv': head });
    expect(await nobody.page.locator('#short').innerText()).toContain('Nobody was found at one place with a case');
    await nobody.page.close();
    const meeting = 'ana,hall,2022-03-01T08:30:00Z,2022-03-01T09:00:00Z\nana,hall,2022-03-01T09:20:00Z,2022-03-01T09:30:00Z\n';
    const cut = await open({ ...cases, 'checkins.csv': head + meeting }, ['--max-rows', '1']);
    expect(await cut.page.locator('#short').innerText()).toContain('ana ● certain — with 1 case for about 40 min, part of it at hall');
    expect(problems).toEqual([]);
    await cut.page.close();
  },
  SLOW_MS,
);

test.runIf(hasBrowser)(
  'axe-core finds nothing serious, in light and in dark',
  async () => {
    const { page } = await open({ ...HOSTILE, 'places.csv': 'place_id,name,lat,lon\nhall,Town Hall,31.2,121.5\n' });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const found = (await page.evaluate(`(() => { ${axe.source}; return axe.run(document, { resultTypes: ['violations'] }); })()`)) as {
        violations: { id: string; impact: string; nodes: { html: string }[] }[];
      };
      const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      expect({ colorScheme, serious }).toEqual({ colorScheme, serious: [] });
    }
    await page.close();
  },
  SLOW_MS,
);
