/** `copresence serve`: who may ask, what is answered, and how it ends. Requests are sent by node:http, which lets each header be what it likes. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { SLOW_MS, hasChromium, launch } from './support/browser.js';
import { start, until } from './support/child.js';
import { IndexShop } from './support/index-shop.js';
import { column, pageData } from './support/report-data.js';
import { runCli, runMatch, type CliRun } from './support/run-cli.js';
import { serve } from '../src/report/serve/serve.js';

/** Carl is at the hall from 8 to 10; Ana is an hour with him there, Ben comes after he left. */
const SCANS =
  'person_id,place_id,time,check_out\ncarl,hall,2022-03-01T08:00:00Z,2022-03-01T10:00:00Z\nana,hall,2022-03-01T09:00:00Z,2022-03-01T10:30:00Z\n' +
  'ben,hall,2022-03-01T11:00:00Z,2022-03-01T12:00:00Z\n';
const CASES = 'person_id,onset_date\ncarl,2022-03-02\n';

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

class Visitor {
  readonly port: number;
  readonly link: string;
  cookie = '';
  base = '';
  constructor(link: string) {
    this.link = link;
    this.port = Number(new URL(link).port);
  }
  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  ask(
    path: string,
    { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port: this.port, path, method, headers: { ...(this.cookie && { cookie: this.cookie }), ...headers } },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => void (text += part));
          response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }
  /** Opens the link and keeps its cookie, as a browser does. */
  async enter(): Promise<Reply> {
    const reply = await this.ask(new URL(this.link).pathname + new URL(this.link).search);
    this.cookie = String(reply.headers['set-cookie']?.[0]).split(';')[0]!;
    this.base = String(reply.headers['location']);
    return reply;
  }
  async post(fields: Readonly<Record<string, string | Uint8Array>>, headers: Record<string, string> = {}): Promise<Reply> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields))
      if (typeof value === 'string') form.append(name, value);
      else form.append(name, new Blob([Buffer.from(value)]), 'some.csv');
    const made = new Response(form);
    const body = Buffer.from(await made.arrayBuffer());
    return this.ask(`${this.base}match`, {
      method: 'POST',
      body,
      headers: { origin: this.origin, 'content-type': made.headers.get('content-type')!, ...headers },
    });
  }
}

/** Asks and follows to the answer. */
async function expectAnswer(visitor: Visitor, fields: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const { status, headers, text } = await visitor.post(fields);
  expect({ status, text }).toEqual({ status: 303, text: '' });
  const page = await visitor.ask(visitor.base + String(headers['location']));
  expect(page.status).toBe(200);
  return page.text;
}

async function served(args: readonly string[]): Promise<{ visitor: Visitor; stop: AbortController; ended: Promise<CliRun> }> {
  const stop = new AbortController();
  onTestFinished(() => stop.abort('SIGINT'));
  let out = '';
  const ended = runCli(['serve', ...args], { signal: stop.signal, out: (text) => void (out += text) });
  await Promise.race([until(() => out.endsWith('\n'), 'the link'), ended.then(({ err }) => Promise.reject(new Error(err)))]);
  return { visitor: new Visitor(out.trim()), stop, ended };
}

async function servedIndex(flags: readonly string[] = []) {
  const shop = new IndexShop();
  await shop.mustIndex('scans.csv', SCANS);
  return { shop, ...(await served(['--index', shop.path, ...flags])) };
}

const ASKED = { cases: CASES, rule: 'any', window: 'dated', encoding: 'utf-8' };

test('the link is of 127.0.0.1, works once, and its cookie goes to its own path alone, out of reach of scripts and other sites', async () => {
  const { visitor, ended, stop } = await servedIndex();
  expect(visitor.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
  const first = await visitor.enter();
  expect(first.status).toBe(303);
  expect(first.headers['set-cookie']).toEqual([`${visitor.cookie}; Path=${visitor.base}; HttpOnly; SameSite=Strict`]);
  expect(visitor.base).toMatch(/^\/[\w-]{16}\/$/);
  expect((await visitor.ask(visitor.base)).status).toBe(200);
  const other = new Visitor(visitor.link);
  const second = await other.enter();
  expect({ status: second.status, cookie: second.headers['set-cookie'] }).toEqual({ status: 403, cookie: undefined });
  expect(second.text).toContain('It works once');
  stop.abort('SIGINT');
  expect(await ended).toMatchObject({ code: 130, err: 'Open the link in a browser at this machine; it works once. Ctrl-C ends.\nended\n' });
});

test('without the cookie, with a wrong one or a wrong token there is nothing', async () => {
  const { visitor } = await servedIndex();
  expect((await visitor.ask('/?token=wrong')).status).toBe(403);
  expect((await visitor.ask('/')).status).toBe(403);
  await visitor.enter();
  const { base, cookie } = visitor;
  visitor.cookie = '';
  expect((await visitor.ask(base)).status).toBe(403);
  visitor.cookie = `${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`;
  expect((await visitor.ask(base)).status).toBe(403);
  expect((await visitor.post(ASKED)).status).toBe(403);
  visitor.cookie = `other=1; ${cookie}`;
  expect((await visitor.ask(base)).status).toBe(200);
  expect((await visitor.ask(`${base}nothing`)).status).toBe(404);
  expect((await visitor.ask(`${base}report-1`)).status).toBe(404);
  expect((await visitor.ask(`${base}../`)).status).toBe(404);
});

test('a Host that is not the address itself, another method and another origin are refused', async () => {
  const { visitor } = await servedIndex();
  await visitor.enter();
  const { base, port, origin } = visitor;
  for (const host of [`localhost:${port}`, 'rebound.example', `rebound.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`])
    expect({ host, status: (await visitor.ask(base, { headers: { host } })).status }).toEqual({ host, status: 421 });
  for (const method of ['PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH']) {
    const { status, headers } = await visitor.ask(base, { method });
    expect({ method, status, allow: headers['allow'] }).toEqual({ method, status: 405, allow: 'GET, POST' });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
  expect((await visitor.ask(base, { method: 'POST', headers: { origin } })).status).toBe(405);
  for (const other of ['http://evil.example', 'null', `http://localhost:${port}`, `http://127.0.0.1:${port + 1}`])
    expect((await visitor.post(ASKED, { origin: other })).status).toBe(403);
  expect((await visitor.post(ASKED, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await visitor.post(ASKED, { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  expect((await visitor.post(ASKED)).headers['access-control-allow-origin']).toBeUndefined();
});

test('every answer forbids the browser all that it does not need', async () => {
  const { visitor } = await servedIndex();
  await visitor.enter();
  const form = await visitor.ask(visitor.base);
  expect(form.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin' });
  expect(form.headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
  );
  const { headers } = await visitor.post(ASKED);
  const page = await visitor.ask(visitor.base + String(headers['location']));
  const own = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page.text)![1]!;
  expect(page.headers['content-security-policy']).toBe(`${own}; frame-ancestors 'none'`);
});

test.each([
  ['pasted', (text: string) => ({ ...ASKED, cases: text })],
  ['from a file', (text: string) => ({ ...ASKED, cases: '', file: new TextEncoder().encode(text) })],
])('cases %s get the page that match --index and report give', async (_, fieldsOf) => {
  const { shop, visitor } = await servedIndex();
  await visitor.enter();
  const page = pageData(await expectAnswer(visitor, { ...fieldsOf(CASES), rule: 'who-2020' }));
  const cases = shop.folder.write('cases.csv', CASES);
  const lists = shop.folder.at('lists');
  expect(await runCli(['match', '--index', shop.path, '--cases', cases, '--rule', 'who-2020', '--out', lists])).toMatchObject({ code: 0 });
  const out = shop.folder.at('report.html');
  expect(await runCli(['report', lists, '--cases', cases, '-o', out])).toMatchObject({ code: 0 });
  const wanted = pageData(readFileSync(out, 'utf8'));
  expect(page).toEqual(wanted);
  expect(column(page, 'people', 'contact_id')).toEqual(['ana']);
  expect(column(page, 'people', 'total_likely_s')).toEqual([3600]);
  expect(page.curve['who-2020']).toEqual([
    { date: '2022-03-01', certain: 1, likely: 0, possible: 0, cases: 0 },
    { date: '2022-03-02', certain: 0, likely: 0, possible: 0, cases: 1 },
  ]);
});

test('the map and its lines come out of the index', async () => {
  const shop = new IndexShop();
  const places = shop.folder.write('places.csv', 'place_id,category,lat,lon\nhall,default,52.5,13.4\nbus,bus,,\n');
  const runs = shop.folder.write('runs.csv', 'vehicle_id,run_id,start,end\nbus,r1,2022-03-01T06:00:00Z,2022-03-01T06:30:00Z\n');
  const stops = shop.folder.write(
    'stops.csv',
    'run_id,stop_sequence,arrival,departure,stop_id,lat,lon\nr1,1,2022-03-01T06:00:00Z,2022-03-01T06:00:00Z,A,52.5,13.4\nr1,2,2022-03-01T06:30:00Z,2022-03-01T06:30:00Z,B,52.6,13.5\n',
  );
  const scans = `${SCANS}carl,bus,2022-03-01T06:05:00Z,\nben,bus,2022-03-01T06:05:00Z,\n`;
  await shop.mustIndex('scans.csv', scans, ['--places', places, '--runs', runs, '--run-stops', stops]);
  const { visitor } = await served(['--index', shop.path]);
  await visitor.enter();
  const data = pageData(await expectAnswer(visitor, ASKED));
  expect(data.points).toEqual([{ place_id: 'hall', lat: 52.5, lon: 13.4 }]);
  expect(data.rides).toEqual({
    ways: [
      {
        stops: ['A', 'B'],
        path: [
          [13.4, 52.5],
          [13.5, 52.6],
        ],
      },
    ],
    runs: [['r1', 0]],
  });
});

test('a file of cases in GB18030 is read as such, and days added to the index meanwhile count', async () => {
  const { shop, visitor } = await servedIndex();
  await visitor.enter();
  const chinese = Buffer.concat([Buffer.from([0xc8, 0xcb, 0xd4, 0xb1, 0x49, 0x44]), Buffer.from('\ncarl\n')]); // 人员ID
  const asked = { ...ASKED, cases: '', file: chinese, encoding: 'gb18030', window: 'all' };
  expect(column(pageData(await expectAnswer(visitor, asked)), 'people', 'contact_id')).toEqual(['ana']);
  await shop.mustIndex(
    'later.csv',
    'person_id,place_id,time,check_out\ncarl,shop,2022-03-02T08:00:00Z,2022-03-02T10:00:00Z\ndora,shop,2022-03-02T09:00:00Z,2022-03-02T10:00:00Z\n',
  );
  expect(column(pageData(await expectAnswer(visitor, asked)), 'people', 'contact_id')).toEqual(['ana', 'dora']);
});

test('cases that cannot be used are answered with the reason and the form as it was filled', async () => {
  const { visitor } = await servedIndex();
  await visitor.enter();
  const said = async (fields: Record<string, string | Uint8Array>): Promise<string> => {
    const { status, text } = await visitor.post({ ...ASKED, ...fields });
    const error = /<div class="error" role="alert"><h2>No answer<\/h2>([\s\S]*?)<\/div>/.exec(text)?.[1] ?? '';
    return `${status} ${error}`;
  };
  expect(await said({ cases: '' })).toBe('400 expected cases: paste them or choose a file');
  expect(await said({ file: new TextEncoder().encode(CASES) })).toContain('expected cases once');
  expect(await said({ cases: 'name\ncarl\n' })).toContain('400 cases.csv');
  const rejected = await said({ cases: 'person_id,onset_date\ncarl,2022-02-30\n' });
  expect(rejected).toContain('got 1 of 1');
  expect(rejected).toContain('cases.csv:2:onset_date');
  expect(rejected).not.toContain(tmpdir());
  expect(await said({ rule: 'no-such' })).toContain('400 rule &#39;no-such&#39;');
  expect(await said({ window: 'sometimes' })).toContain('400 window');
  const { text } = await visitor.post({ ...ASKED, cases: '<script>x</script>\ncarl', window: 'all', rule: 'who-2020' });
  expect(text).not.toContain('<script>');
  expect(text).toContain('&lt;script&gt;x&lt;/script&gt;\ncarl</textarea>');
  expect(text).toContain('<option value="who-2020" selected>');
  expect(text).toContain('<option value="all" selected>');
  expect(
    (await visitor.ask(`${visitor.base}match`, { method: 'POST', headers: { origin: visitor.origin, 'content-type': 'text/plain' }, body: 'x' })).status,
  ).toBe(415);
  const broken = { origin: visitor.origin, 'content-type': 'multipart/form-data; boundary=x' };
  expect((await visitor.ask(`${visitor.base}match`, { method: 'POST', headers: broken, body: '--x\r\nnonsense' })).status).toBe(400);
});

test('a body that is too large is refused, told beforehand or not, and the next question is answered', async () => {
  const shop = new IndexShop();
  await shop.mustIndex('scans.csv', SCANS);
  const stop = new AbortController();
  let link = '';
  const ended = serve({ index: shop.path, maxBytes: 10_000 }, { signal: stop.signal, onLink: (text) => void (link = text) });
  await until(() => link !== '', 'the link');
  const visitor = new Visitor(link);
  await visitor.enter();
  const large = { ...ASKED, cases: CASES + 'x\n'.repeat(500_000) };
  const refused = await visitor.post(large);
  expect(refused.status).toBe(413);
  expect(refused.text).toContain('expected at most 0.01 MB of cases');
  expect((await visitor.post(large, { 'transfer-encoding': 'chunked' })).status).toBe(413);
  expect((await visitor.post(ASKED)).status).toBe(303);
  stop.abort();
  await ended;
});

test('only the last three answers are kept, and nothing of them on the disk', async () => {
  const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('copresence-serve-'));
  const before = leftovers();
  const { visitor } = await servedIndex();
  await visitor.enter();
  for (let i = 0; i < 4; i++) await expectAnswer(visitor, ASKED);
  const statuses = await Promise.all([1, 2, 3, 4].map(async (number) => (await visitor.ask(`${visitor.base}report-${number}`)).status));
  expect(statuses).toEqual([404, 200, 200, 200]);
  expect(leftovers()).toEqual(before);
});

test('the folder of a finished match is shown as its report, and asks for nothing', async () => {
  const run = await runMatch({ 'checkins.csv': SCANS, 'cases.csv': CASES });
  const { visitor } = await served([run.lists.path, '--lang', 'zh']);
  await visitor.enter();
  const page = await visitor.ask(visitor.base);
  const data = pageData(page.text);
  expect({ lang: data.lang, people: column(data, 'people', 'contact_id') }).toEqual({ lang: 'zh', people: ['ana'] });
  expect((await visitor.post(ASKED)).status).toBe(404);
});

test('what cannot be served is refused', async () => {
  const refused = async (...args: string[]) => {
    const { code, err } = await runCli(['serve', ...args]);
    return `${code} ${err}`;
  };
  expect(await refused()).toContain('2 copresence: expected --index INDEX to ask');
  expect(await refused('--index', '/nowhere')).toContain("2 copresence: index: expected a folder that 'copresence index' made");
  expect(await refused('/nowhere')).toContain('2 copresence: expected the folder of a finished match');
  const { shop, visitor } = await servedIndex();
  expect(await refused('--index', shop.path, '--port', String(visitor.port))).toContain('74 copresence: port: expected one that is free, got EADDRINUSE');
  expect(await refused('--index', shop.path, '--port', '70000')).toContain('2 copresence: port: expected');
  expect(await refused('--index', shop.path, '--host', '0.0.0.0')).toContain("unknown option '--host'");
});

test.skipIf(process.platform === 'win32')('it listens at 127.0.0.1 alone; Ctrl-C ends the process with 130, also while somebody is connected', async () => {
  const shop = new IndexShop();
  await shop.mustIndex('scans.csv', SCANS);
  const child = start(['serve', '--index', shop.path]);
  let out = '';
  child.process.stdout!.on('data', (text: string) => void (out += text));
  await until(() => out.endsWith('\n'), 'the link');
  const visitor = new Visitor(out.trim());
  const socket = connect(visitor.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  // Another loopback address reaches whoever listens at all addresses, not who listens at 127.0.0.1.
  const elsewhere = await new Promise((resolve) =>
    connect(visitor.port, '127.0.0.2')
      .once('connect', () => resolve('connected'))
      .once('error', (error) => resolve((error as NodeJS.ErrnoException).code)),
  );
  expect(elsewhere).toBe('ECONNREFUSED');
  expect(statSync(shop.path).isDirectory()).toBe(true);
  child.process.kill('SIGINT');
  const ended = await child.ended;
  expect({ code: ended.code, err: ended.err }).toEqual({ code: 130, err: 'Open the link in a browser at this machine; it works once. Ctrl-C ends.\nended\n' });
});

if (!hasChromium) process.stderr.write('\n*** SKIPPED: serve was not tried in a browser: there is no chromium (apt-get install chromium) ***\n');
test.runIf(hasChromium)(
  'in a browser the link leads to the form, a mistake to its reason, cases to their report; nothing else is asked for',
  async () => {
    const { visitor } = await servedIndex();
    const browser = await launch();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const asked: string[] = [];
    const faults: string[] = [];
    page.on('request', (request) => void asked.push(`${request.method()} ${new URL(request.url()).origin === visitor.origin ? '' : request.url()}`));
    page.on('pageerror', (error) => void faults.push(error.message));
    page.on('console', (message) => void (message.text().includes('Content Security Policy') && faults.push(message.text())));
    await page.goto(visitor.link);
    expect(page.url()).not.toContain('token');
    await page.fill('#cases', 'nobody\n1\n');
    await page.click('button');
    expect(await page.locator('[role=alert]').innerText()).toContain('E_COLUMN_MISSING');
    expect(await page.inputValue('#cases')).toBe('nobody\n1');
    await page.fill('#cases', CASES);
    await page.selectOption('#rule', 'who-2020');
    await page.click('button');
    await page.waitForSelector('html[data-ready]', { timeout: SLOW_MS });
    expect(await page.locator('#short').innerText()).toContain('ana ● certain — with 1 case for about 1 h at hall');
    expect(await page.evaluate('document.cookie')).toBe('');
    expect({ faults, asked }).toEqual({ faults: [], asked: ['GET ', 'GET ', 'POST ', 'POST ', 'GET '] });
  },
  SLOW_MS,
);
