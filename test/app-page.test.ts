/** `app.html` in a browser: needs Debian's chromium (apt-get install chromium), or COPRESENCE_CHROMIUM with the path of another. */
import { existsSync, readFileSync } from 'node:fs';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MOST_EPISODES } from '../src/report/tab/tab-match.js';
import { runCli, runMatch, type World } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';
import { unzip } from './support/workbook.js';

const PATH = process.env['COPRESENCE_CHROMIUM'] ?? '/usr/bin/chromium';
const hasBrowser = existsSync(PATH);
if (!hasBrowser) process.stderr.write(`\n*** SKIPPED: app.html was not tried in a browser: there is no ${PATH} (apt-get install chromium) ***\n`);
const SLOW_MS = 240_000;
const VIEWS = ['people', 'timeline', 'clean', 'person', 'curve', 'map', 'graph', 'made'];

const EVIL = '<img src=x onerror="globalThis.broken=1">';
const FORMULA = '=HYPERLINK("http://x")';
const LONG = 'L'.repeat(10_000);
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const HOSTILE: World = {
  'checkins.csv': `person_id,place_id,time,check_out,${quoted(EVIL)}\ncase,hall,2022-03-01 08:00:00,2022-03-01 10:00:00,\n${[
    EVIL,
    FORMULA,
    'abc\u202Edef\u0007',
    LONG,
    '张三',
    'plain',
  ]
    .map((id, i) => `${quoted(id)},hall,2022-03-01 09:0${i}:00,2022-03-01 09:50:00,\n`)
    .join('')}`,
  'places.csv': `place_id,name,district,lat,lon\nhall,${quoted('</script><script>globalThis.broken=1</script>')},${quoted(EVIL)},31.2,121.5\n`,
  'cases.csv': 'person_id,onset_date\ncase,2022-03-02\n',
};

let browser: Browser;
const problems: string[] = [];

beforeAll(async () => {
  if (hasBrowser) browser = await chromium.launch({ executablePath: PATH, args: ['--no-sandbox', '--disable-gpu'], timeout: SLOW_MS });
}, SLOW_MS);
afterAll(async () => browser?.close(), SLOW_MS);

async function writeApp(): Promise<string> {
  const app = new TempFolder().at('app.html');
  expect(await runCli(['app', '-o', app])).toMatchObject({ code: 0, err: '' });
  return app;
}

/** An open page in a browser whose clock is elsewhere; what goes wrong on it, or leaves it, is in `problems`. */
async function open(timezoneId = 'Asia/Shanghai', locale = 'en-US'): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1400, height: 900 }, timezoneId, locale })).newPage();
  const app = await writeApp();
  problems.length = 0;
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== `file://${app}` && !request.url().startsWith('blob:')) problems.push(`request ${request.url()}`);
  });
  await page.goto(`file://${app}`);
  await page.waitForSelector('html[data-ready]', { timeout: SLOW_MS });
  return page;
}

async function give(page: Page, world: World): Promise<void> {
  await page.setInputFiles(
    '#files',
    Object.entries(world).map(([name, content]) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(content as string) })),
  );
  await page.waitForFunction((count) => (globalThis as unknown as Dom).document.querySelectorAll('.file').length >= count, Object.keys(world).length);
}

/** What is used of a page's world: these files have no types of it. */
interface Dom {
  readonly document: { querySelectorAll(query: string): { readonly length: number } };
  readonly broken?: number;
}

const match = async (page: Page): Promise<void> => {
  await page.locator('#zone-confirmed').check();
  await page.locator('#match').click();
};

async function saved(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.save', { hasText: name }).click()]);
  expect(download.suggestedFilename()).toBe(name);
  return readFileSync((await download.path())!, 'utf8');
}

async function expectLists(page: Page, world: World, flags: readonly string[]): Promise<void> {
  const run = await runMatch(world, ['--max-episodes', String(MOST_EPISODES), ...flags]);
  expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: '' });
  expect(run.lists.files).toHaveLength(8);
  for (const name of run.lists.files) expect({ name, text: await saved(page, name) }).toEqual({ name, text: run.lists.text(name) });
}

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');

test.runIf(hasBrowser)(
  'files of the fixtures give every view, and lists that are those of the command line, byte for byte',
  async () => {
    const page = await open('Asia/Shanghai');
    const bus: World = { 'checkins.csv': fixture('bus-1/checkins.csv'), 'places.csv': fixture('bus-1/places.csv'), 'cases.csv': fixture('bus-1/cases.csv') };
    await give(page, bus);
    expect(await page.locator('#zone').inputValue()).toBe('Asia/Shanghai'); // the browser's, which is wrong here
    await page.locator('#zone').fill('America/Los_Angeles');
    await page.locator('#rule-choice').selectOption('any');
    await match(page);
    await page.waitForSelector('#lists', { timeout: SLOW_MS });
    await expectLists(page, bus, ['--tz', 'America/Los_Angeles', '--rule', 'any', '--window', 'dated']);

    await page.locator('#back').click();
    for (let left = 3; left > 0; left--) await page.locator('.remove').first().click();
    const venues: World = {
      'checkins.csv': fixture('nz-loi/checkins.csv'),
      'places.csv': fixture('nz-loi/places.csv'),
      'visits.csv': fixture('nz-loi/locations-of-interest.csv'),
    };
    await give(page, venues);
    await page.locator('select.kind').nth(2).selectOption('visits');
    const columns = page.locator('.file').nth(2).locator('.column');
    await columns.filter({ hasText: 'case_id' }).locator('select').selectOption('id');
    expect(await page.locator('.file').nth(2).innerText()).toContain('No header found for: place_id.');
    await columns.filter({ hasText: 'place_id' }).locator('select').selectOption('Location');
    await page.locator('#zone').fill('Pacific/Auckland');
    await page.locator('#rule-choice').selectOption('nz-2020');
    await page.locator('#window-choice').selectOption('all');
    await page.locator('.more-settings summary').click();
    await page.locator('#pattern').fill('dd/MM/yyyy, h:mm a');
    await match(page);
    // One published row ends before it starts: it is said, can be saved, and may be left out.
    await page.waitForSelector('.trouble', { timeout: SLOW_MS });
    expect(await page.locator('.trouble').innerText()).toContain('visits.csv E_REJECTS expected at most 0.1% rejected rows, got 1 of 504');
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.trouble .save').click()]);
    expect(readFileSync((await download.path())!, 'utf8')).toContain('\nvisits.csv,479,end,E_CHECKOUT,');
    await page.locator('#max-rejects').fill('1');
    await page.locator('#match').click();
    await page.waitForSelector('#lists', { timeout: SLOW_MS });
    await expectLists(page, venues, [
      '--tz',
      'Pacific/Auckland',
      '--rule',
      'nz-2020',
      '--max-rejects',
      '1',
      '--time-format',
      'dd/MM/yyyy, h:mm a',
      '--map',
      'visits.case_id=id',
      '--map',
      'visits.place_id=Location',
    ]);
    expect(await page.locator('.tiles').innerText()).toContain('3,111');
    for (const view of VIEWS) {
      await page.locator(`#${view}`).scrollIntoViewIfNeeded();
      expect({ view, length: (await page.locator(`#${view}`).innerText()).length }).toMatchObject({
        length: expect.toSatisfy((length: number) => length > 60),
      });
    }
    expect(await page.locator('#map circle').count()).toBeGreaterThan(10);
    expect(problems).toEqual([]);
    await page.context().close();
  },
  SLOW_MS,
);

test.runIf(hasBrowser)(
  'hostile names and headers are shown as text, and nothing leaves the page',
  async () => {
    const page = await open();
    await give(page, HOSTILE);
    await page.locator('#rule-choice').selectOption('any');
    await page.locator('.file summary').first().click();
    await match(page);
    await page.waitForSelector('#lists', { timeout: SLOW_MS });
    const cells = await page.locator('.grid-people [role=gridcell] bdi').allTextContents();
    expect(cells).toContain(EVIL);
    expect(cells).toContain('张三');
    expect(cells).toContain('abc\\u{202e}def\\u{7}');
    expect(cells.filter((cell) => cell.startsWith('LLL')).map((cell) => cell.length)).toEqual([60]);
    expect(await saved(page, 'people.csv')).toContain(quoted(`'${FORMULA}`));
    await page.locator('#back').click();
    await page.setInputFiles('#files', [{ name: `${EVIL}.csv`, mimeType: 'text/csv', buffer: Buffer.from('person_id,place_id,time\n') }]);
    await page.waitForFunction(() => (globalThis as unknown as Dom).document.querySelectorAll('.file').length === 4);
    expect(await page.locator('img, #page script, iframe, object').count()).toBe(0);
    expect(await page.evaluate(() => (globalThis as unknown as Dom).broken)).toBeUndefined();
    expect(problems).toEqual([]);
    await page.context().close();
  },
  SLOW_MS,
);

test.runIf(hasBrowser)(
  'the keyboard alone leads from files to reasons; the zone has to be confirmed, and again when it is changed',
  async () => {
    const page = await open('Europe/Berlin', 'zh-CN');
    expect(await page.locator('h1').innerText()).toBe('谁与病例同时空');
    expect(await page.locator('.promise').innerText()).toContain('您的文件不会离开此标签页');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter'); // the language
    expect(await page.locator('.promise').innerText()).toContain('Your file never leaves this tab.');
    await page.keyboard.press('Tab');
    expect(await page.locator('#files:focus').count()).toBe(1);
    const choosing = page.waitForEvent('filechooser', { timeout: SLOW_MS });
    await page.title(); // the browser has heard by now that choosing is waited for
    await page.keyboard.press('Enter');
    const chooser = await choosing;
    const folder = new TempFolder();
    for (const [name, content] of Object.entries(HOSTILE)) folder.write(name, content);
    await chooser.setFiles(Object.keys(HOSTILE).map((name) => folder.at(name)));
    await page.waitForSelector('.file >> nth=2');
    const press = async (): Promise<void> => {
      await page.locator('#match').focus();
      await page.keyboard.press('Enter');
    };
    await press();
    expect(await page.locator('.run').innerText()).toContain('Confirm the time zone.');
    await page.keyboard.press('Space'); // the focus is on the box
    expect(await page.locator('#zone-confirmed').isChecked()).toBe(true);
    await page.locator('#zone').focus();
    await page.keyboard.press('End');
    await page.keyboard.type('x');
    expect(await page.locator('#zone-confirmed').isChecked()).toBe(false);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await press();
    await page.waitForSelector('.trouble');
    expect(await page.locator('.trouble').innerText()).toContain('Europe/Berlinx');
    await page.locator('#zone').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await press();
    await page.waitForSelector('#lists', { timeout: SLOW_MS });
    await page.locator('.grid-people .grid-scroll').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    expect(await page.locator('.why').innerText()).toContain('checkins.csv:2 · checkins.csv:8');
    await page.locator('#back').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('.file').count()).toBe(3); // what was chosen is still there
    expect(await page.locator('#zone-confirmed').isChecked()).toBe(true);
    expect(problems).toEqual([]);
    await page.context().close();
  },
  SLOW_MS,
);

test.runIf(hasBrowser)(
  'files that are none, or lack something, are told of in words; a match can be cancelled and begun again',
  async () => {
    const page = await open();
    await page.locator('#match').click();
    expect(await page.locator('.run').innerText()).toContain('Add a file of check-ins.');
    await give(page, { 'scans.xlsx': 'PK\u0003\u0004', 'cases.csv': HOSTILE['cases.csv']! });
    expect(await page.locator('.file').first().innerText()).toContain('got a ZIP or XLSX file; save the sheet as CSV UTF-8');
    await page.locator('#match').click();
    expect(await page.locator('.run').innerText()).toContain('Say what scans.xlsx is, or remove it.');
    await page.locator('select.kind').first().selectOption('checkins');
    await match(page);
    await page.waitForSelector('.trouble');
    expect(await page.locator('.trouble').innerText()).toContain('E_FORMAT expected CSV text, got a ZIP or XLSX file');
    await page.locator('.remove').first().click();

    // A dropped file is taken as a chosen one; 1,000,000 rows take longer than the way to the button.
    const rows = Array.from({ length: 1_000_000 }, (_, i) => `p${i % 50_000},place-${i % 997},2022-03-0${1 + (i % 7)} ${10 + (i % 12)}:${10 + (i % 50)}:00\n`);
    const checkins = `person_id,place_id,time\ncase,place-1,2022-03-01 09:00:00\n${rows.join('')}`;
    const transfer = await page.evaluateHandle((text) => {
      const world = globalThis as unknown as {
        DataTransfer: new () => { items: { add(file: unknown): void } };
        File: new (parts: string[], name: string) => unknown;
      };
      const data = new world.DataTransfer();
      data.items.add(new world.File([text], 'checkins.csv'));
      return data;
    }, checkins);
    await page.dispatchEvent('.drop', 'drop', { dataTransfer: transfer });
    await page.waitForFunction(() => (globalThis as unknown as Dom).document.querySelectorAll('.file').length === 2);
    await page.locator('#match').click();
    await page.waitForFunction(
      () => (globalThis as unknown as { document: { querySelector(query: string): { value: number } } }).document.querySelector('progress').value > 0.02,
    );
    // Another language does not lose the match that runs.
    await page.locator('#lang').click();
    expect(await page.locator('#cancel').innerText()).toBe('取消');
    await page.locator('#lang').click();
    await page.locator('#cancel').click();
    expect(await page.locator('.run').innerText()).toContain('Cancelled. Nothing was kept.');
    await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(0);
    expect(await page.locator('#lists').count()).toBe(0);
    await page.locator('#match').click();
    await page.waitForSelector('#lists', { timeout: SLOW_MS });
    const [zip] = await Promise.all([page.waitForEvent('download'), page.locator('.save-all').click()]);
    expect(zip.suggestedFilename()).toBe('lists.zip');
    expect((await unzip(readFileSync((await zip.path())!))).get('people.csv')).toBe(await saved(page, 'people.csv'));
    const world = { 'checkins.csv': checkins, 'cases.csv': HOSTILE['cases.csv']! };
    await expectLists(page, world, ['--tz', 'Asia/Shanghai', '--rule', 'who-2020', '--window', 'dated']);
    expect(problems).toEqual([]);
    await page.context().close();
  },
  SLOW_MS,
);

test.runIf(hasBrowser)(
  'axe-core finds nothing serious before and after a match, in light and in dark',
  async () => {
    const page = await open();
    const expectSound = async (where: string): Promise<void> => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const found = (await page.evaluate(`(() => { ${axe.source}; return axe.run(document, { resultTypes: ['violations'] }); })()`)) as {
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        };
        const serious = found.violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        expect({ where, colorScheme, serious }).toEqual({ where, colorScheme, serious: [] });
      }
    };
    await expectSound('empty');
    await give(page, { ...HOSTILE, 'odd.csv': 'a,b\n1,2\n' });
    await page.locator('.file summary').first().click();
    await page.locator('.more-settings summary').click();
    await page.locator('#match').click();
    await expectSound('files');
    await page.locator('.remove').last().click();
    await match(page);
    await page.waitForSelector('#lists', { timeout: SLOW_MS });
    await expectSound('lists');
    await page.context().close();
  },
  SLOW_MS,
);

test('nothing but its own script, style and worker may run, and the page is small', async () => {
  const html = readFileSync(await writeApp(), 'utf8');
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
  expect(policy.replaceAll(/sha256-[\w+/]{43}=/g, 'HASH')).toBe(
    "default-src 'none'; script-src 'HASH'; style-src 'HASH'; worker-src blob:; base-uri 'none'; form-action 'none'",
  );
  expect(html).not.toMatch(/\s(?:src|href)="/);
  expect(html).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|\beval\(/);
  expect(Buffer.byteLength(html)).toBeLessThan(400_000);
});
