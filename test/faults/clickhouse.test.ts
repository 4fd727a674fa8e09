/** What is said when ClickHouse is not there, is too old, or fails: never data; and what its answers are read as. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectClickHouse } from '../../src/engines/drivers/clickhouse.js';
import { closeAfter, runStatements } from '../../src/engines/sql/connection.js';
import { runCli } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

interface Asked {
  readonly sql: string;
  readonly params: URLSearchParams;
  readonly user: string | undefined;
}

/** A server that answers as `answer` says: a text, or a status with a text. Gives its URL, and what it was asked. */
async function serve(answer: (sql: string) => string | readonly [number, string] | 'hang up' | 'go away'): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const sql = Buffer.concat(parts).toString('utf8');
      asked.push({ sql, params: new URL(request.url!, 'http://x').searchParams, user: request.headers['x-clickhouse-user'] as string | undefined });
      const said = answer(sql);
      if (said === 'go away') {
        server.close();
        server.closeAllConnections();
        return;
      }
      if (said === 'hang up') {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('["half"]\n');
        setTimeout(() => response.destroy(), 20);
        return;
      }
      const [status, text] = typeof said === 'string' ? [200, said] : said;
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const version = (sql: string): string => (sql === 'select version()' ? '["24.8.1.1"]\n' : '');

describe('clickhouse', () => {
  test('that is not there, or of which the URL is none, is named', async () => {
    await expect(connectClickHouse('http://127.0.0.1:1')).rejects.toMatchObject({
      code: 'E_ENGINE_CONNECT',
      message: expect.stringContaining('(ECONNREFUSED); see --engine-url') as string,
    });
    for (const url of ['127.0.0.1:8123', 'tcp://127.0.0.1:9000', '']) await expect(connectClickHouse(url)).rejects.toMatchObject({ code: 'E_ENGINE' });
  });

  test('that is too old is refused before anything is made there', async () => {
    const { url, asked } = await serve(() => '["18.16.1"]\n');
    await expect(connectClickHouse(url)).rejects.toMatchObject({
      code: 'E_ENGINE_VERSION',
      message: expect.stringContaining('expected ClickHouse 22.3 or later, got 18.16;') as string,
    });
    expect(asked.map(({ sql }) => sql)).toEqual(['select version()']);
  });

  test('that lets nobody make a database says what to look at', async () => {
    const denied = 'Code: 497. DB::Exception: default: Not enough privileges. (ACCESS_DENIED) (version 24.8.1.1 (official build))\n';
    const { url, asked } = await serve((sql) => (sql.startsWith('create') ? [403, denied] : version(sql)));
    await expect(connectClickHouse(url.replace('//', '//P0192:geheim@'))).rejects.toMatchObject({
      code: 'E_ENGINE_CONNECT',
      message: expect.stringMatching(/\(ACCESS_DENIED\); see CLICKHOUSE_USER and CLICKHOUSE_PASSWORD$/) as string,
    });
    expect(asked[1]!.user).toBe('P0192');
  });

  test('that fails names the statement and the kind of error, and shows no data; its database is dropped', async () => {
    const { url, asked } = await serve((sql) =>
      sql.includes('P0192') ? [500, "Code: 6. DB::Exception: Cannot parse 'P0192' (CANNOT_PARSE_TEXT) (version 24.8.1.1)"] : version(sql),
    );
    const connection = await connectClickHouse(url);
    const failed = runStatements(connection, [{ label: 'stays', kind: 'make', sql: "select 'P0192'" }]);
    await expect(failed).rejects.toMatchObject({
      code: 'E_ENGINE_FAILED',
      message:
        "ClickHouse 24.8.1.1: statement 'stays' E_ENGINE_FAILED expected it to run, got an error of the engine (CANNOT_PARSE_TEXT); see its log, or match without --engine",
    });
    await connection.close();
    const made = asked[1]!.sql.replace('create database ', '');
    expect(made).toMatch(/^copresence_[0-9a-f]{12}$/);
    expect(asked.at(-1)!.sql).toBe(`drop database if exists ${made}`);
    expect(asked[2]!.params.get('database')).toBe(made);
  });

  test('that goes away in mid-run ends the match with the statement, and names the database that may be left', async () => {
    const { url, asked } = await serve((sql) => (sql.startsWith('create table') ? 'go away' : version(sql)));
    const temp = new TempFolder();
    const scans = temp.write('scans.csv', 'person_id,place_id,time\nP0192,mall,1646092800\nben,mall,1646093400\n');
    const cases = temp.write('cases.csv', 'person_id\nP0192\n');
    const flags = ['--window', 'all', '--engine', 'clickhouse', '--engine-url', url, '--out', temp.at('out'), '--quiet'];
    const { code, err } = await runCli(['match', '--checkins', scans, '--cases', cases, ...flags]);
    const [failed, left] = err.split('\n');
    expect(code).toBe(2);
    expect(failed).toBe(
      "copresence: ClickHouse 24.8.1.1: statement 'check_ins' E_ENGINE_FAILED expected it to run, got an error of the engine (ECONNRESET); see its log, or match without --engine",
    );
    expect(left).toBe(
      `ClickHouse 24.8.1.1: E_ENGINE_LEFT expected to drop its ${asked[1]!.sql.replace('create ', '')}, got an error (ECONNREFUSED); it may be left behind with the check-ins in it: drop it yourself`,
    );
  });

  test('that keeps its database gives a warning when the work is done', async () => {
    const { url } = await serve((sql) => (sql.startsWith('drop') ? [500, 'Code: 497. (ACCESS_DENIED) (version 24.8.1.1)'] : version(sql)));
    const warnings = await closeAfter(await connectClickHouse(url), async () => {});
    expect(warnings).toEqual([expect.stringMatching(/E_ENGINE_LEFT expected to drop its database copresence_[0-9a-f]{12}, got an error \(ACCESS_DENIED\)/)]);
  });

  test('never gives half of an answer', async () => {
    const { url, asked } = await serve((sql) => (sql === 'select 1' ? 'hang up' : version(sql)));
    const connection = await connectClickHouse(url);
    await expect(connection.rows('select 1', ['text'])).rejects.toMatchObject({ message: 'aborted' });
    expect(asked.at(-1)!.params.get('wait_end_of_query')).toBe('1');
  });

  test('is sent rows of JSON, and read so', async () => {
    const { url, asked } = await serve((sql) => (sql.startsWith('select a') ? '["tab\\t\\"and\\" line\\n",12]\n[null,null]\n' : version(sql)));
    const connection = await connectClickHouse(url);
    await connection.load(
      't',
      [
        { name: 'a', textOf: (row) => ['tab\t"and" line\n', '粤'][row]! },
        { name: 'b', numbers: [12, 0] },
      ],
      2,
    );
    expect(asked.slice(2).map(({ sql }) => sql)).toEqual([
      'create table `t` (`a` String, `b` Int64) engine = MergeTree order by tuple()',
      'insert into `t` format JSONCompactEachRow\n["tab\\t\\"and\\" line\\n",12]\n["粤",0]\n',
    ]);
    expect(await connection.rows('select a, b from t', ['text', 'int'])).toEqual([
      ['tab\t"and" line\n', 12],
      ['', 0],
    ]);
    await expect(connection.load('t', [{ name: 'a', textOf: () => 'P0192\0' }], 1)).rejects.toMatchObject({
      code: 'E_ENGINE_TEXT',
      message: expect.not.stringContaining('P0192') as string,
    });
  });
});
