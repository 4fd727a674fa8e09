/** Searching back from cases: as the command line gives it, from files and from an index, and against events that were planted. */
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildIndex, simulateCity } from '../src/index.js';
import { openIndex } from '../src/node.js';
import { csvRows } from './support/csv.js';
import { HEAD, indexWorlds } from './support/index-worlds.js';
import { runCli, type CliRun } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

const LISTS = ['sources.csv', 'source_people.csv'] as const;
const textsIn = (folder: string): Record<string, string> => Object.fromEntries(LISTS.map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]));

async function must(args: readonly string[]): Promise<CliRun> {
  const run = await runCli(args);
  if (run.code !== 0) throw new Error(`${args.join(' ')} ended with ${run.code}: ${run.err}`);
  return run;
}

describe('planted events', () => {
  test.each(Array.from({ length: 10 }, (_, seed) => seed + 1))(
    'a superspreading event ranks first, and who brought it is a candidate that could: city %i',
    (seed) => {
      const city = simulateCity({ people: 900, days: 14, seed, cases: 25, superspreading: 1 });
      const [event] = [...city.superspreading];
      const { windows, people } = buildIndex(city.checkIns, { places: city.places, runs: city.runs, tz: city.tz }).sources(city.cases);
      const [first] = windows;
      expect(first!.place_id).toBe(event!.place_id);
      expect(first!.start.slice(0, 19) < event!.end.replace(' ', 'T') && first!.end.slice(0, 19) > event!.start.replace(' ', 'T')).toBe(true);
      expect(first!.q_value).toBeLessThan(0.01);
      for (const { q_value } of windows.filter(({ place_id }) => place_id.startsWith('M'))) expect(q_value).toBeGreaterThan(0.05);
      // The source may have been there unscanned or with another's code.
      for (const { status } of people.filter(({ rank, person_id }) => rank === 1 && person_id === event!.source_id)) expect(status).toBe('infectious');
    },
  );

  test('without an event nothing stands out', () => {
    // 40 people of a city without gatherings fall ill by lot.
    const city = simulateCity({ people: 900, days: 14, seed: 3, cases: 0 });
    const index = buildIndex(city.checkIns, { places: city.places, runs: city.runs, tz: city.tz });
    const everyone = [...new Set([...city.checkIns].map(({ person_id }) => person_id))];
    const cases = everyone.filter((_, i) => i % 23 === 5).map((person_id, i) => ({ person_id, onset_date: `2022-03-${String(8 + (i % 6)).padStart(2, '0')}` }));
    const { windows } = index.sources(cases);
    expect(windows.length).toBeGreaterThan(20);
    expect(Math.min(...windows.map(({ q_value }) => q_value!))).toBeGreaterThan(0.05);
  });
});

describe('an index on disk', () => {
  const onset = fc.constantFrom('2022-03-13', '2022-03-14', '2022-03-16', '2022-03-20');
  const cases = fc.uniqueArray(fc.tuple(fc.constantFrom('p10', 'p2', 'P3', '0042', '\uff5e5', 'nobody'), onset), {
    minLength: 2,
    maxLength: 5,
    selector: ([person]) => person,
  });

  test('gives the lists of the files, byte for byte, however it was built', async () => {
    await fc.assert(
      fc.asyncProperty(
        indexWorlds(),
        cases,
        fc.array(fc.nat(2), { minLength: 1, maxLength: 7 }),
        fc.constantFrom([], ['--scope', 'parent', '--lengths', '2h,24h'], ['--min-cases', '1', '--earliest-days', '3', '--step', '30m', '--lengths', '30m,3h']),
        async (world, ill, deal, flags) => {
          const folder = new TempFolder();
          const caseFile = folder.write(
            'cases.csv',
            `person_id,case_id,onset_date\n${ill.map(([person, date], i) => `${person},c${i + 1},${date}\n`).join('')}`,
          );
          const asked = [
            '--cases',
            caseFile,
            '--tz',
            world.tz,
            '--quiet',
            ...flags,
            ...(world.visits === null ? [] : ['--visits', folder.write('visits.csv', world.visits)]),
          ];
          const tables = [
            '--places',
            folder.write('places.csv', world.places),
            ...(world.runs === null ? [] : ['--runs', folder.write('runs.csv', world.runs)]),
          ];
          const lines = (chosen: readonly string[]): string => HEAD + chosen.map((line) => `${line}\n`).join('');
          await must(['sources', '--checkins', folder.write('checkins.csv', lines(world.lines)), ...tables, ...asked, '--out', folder.at('from-files')]);
          for (let update = 0; update < 3; update++) {
            const part = world.lines.filter((_, i) => deal[i % deal.length] === update);
            const file = folder.write(`part-${update}.csv`, lines(part));
            await must(['index', file, ...(update === 0 ? tables : []), '-o', folder.at('index'), '--tz', world.tz, '--quiet']);
          }
          await must(['sources', '--index', folder.at('index'), ...asked, '--out', folder.at('from-index')]);
          expect(textsIn(folder.at('from-index'))).toEqual(textsIn(folder.at('from-files')));
          rmSync(folder.at('index'), { recursive: true });
        },
      ),
      { numRuns: Number(process.env['INDEX_RUNS'] ?? 8), endOnFailure: true },
    );
  });

  test('gives them to a program too', async () => {
    const folder = new TempFolder();
    const city = simulateCity({ people: 400, days: 9, seed: 2, cases: 12, superspreading: 1 });
    const lines = [...city.checkIns].map((row) => `${row.person_id},${row.place_id},${row.time},${row.check_out},${row.run_id},,${row.seat}\n`).join('');
    const places = [...city.places].map(({ place_id, category, parent_id }) => `${place_id},${category},${parent_id}\n`).join('');
    const files = [folder.write('scans.csv', HEAD + lines), '--places', folder.write('places.csv', `place_id,category,parent_id\n${places}`)];
    await must(['index', ...files, '-o', folder.at('index'), '--tz', city.tz, '--quiet']);
    await using index = await openIndex(folder.at('index'));
    const inMemory = buildIndex(city.checkIns, {
      places: [...city.places].map(({ place_id, category, parent_id }) => ({ place_id, category, parent_id })),
      tz: city.tz,
    });
    expect(index.sources(city.cases).toJSON()).toEqual(inMemory.sources(city.cases).toJSON());
  });
});

describe('the command line', () => {
  const CHECKINS = [
    'person_id,place_id,time,check_out',
    ...Array.from({ length: 30 }, (_, i) => `p${i},home ${i},2022-03-01 07:00,2022-03-01 08:00`),
    ...Array.from({ length: 6 }, (_, i) => `p${i},=dinner,2022-03-01 19:0${i},2022-03-01 21:00`),
  ].join('\n');
  const CASES = `person_id,case_id,onset_date\n${[0, 1, 2, 3].map((i) => `p${i},c${i},2022-03-0${4 + i}`).join('\n')}\np4,=c4,2022-03-01\nghost,c9,2022-03-04\n`;
  const shop = (): { folder: TempFolder; args: string[] } => {
    const folder = new TempFolder();
    const args = [
      'sources',
      '--checkins',
      folder.write('checkins.csv', CHECKINS),
      '--cases',
      folder.write('cases.csv', CASES),
      '--tz',
      'Asia/Shanghai',
      '--out',
      folder.at('out'),
    ];
    return { folder, args };
  };

  test('writes the windows, the people, the rejected rows and a manifest that says what p means', async () => {
    const { folder, args } = shop();
    const { out, err } = await must(args);
    expect(err).toBe('');
    expect(readdirSync(folder.at('out')).sort()).toEqual(['manifest.json', 'rejects.csv', 'source_people.csv', 'sources.csv']);
    for (const name of readdirSync(folder.at('out'))) expect(statSync(folder.at('out', name)).mode & 0o777).toBe(0o600);
    // 4 of the 4 who could have been there, among 6 of 30: C(6,4) / C(30,4) = 15 / 27405.
    expect(csvRows(textsIn(folder.at('out'))['sources.csv']!)).toMatchObject([
      {
        rank: '1',
        place_id: "'=dinner",
        start: '2022-03-01T19:00:00+08:00',
        end: '2022-03-01T20:00:00+08:00',
        observed: '4',
        expected: '0.8',
        ratio: '5',
        p_value: '0.0005473',
        visitors: '6',
        population: '30',
        case_ids: 'c0|c1|c2|c3',
        first_comer: 'p0',
        first_comer_is_case: 'true',
        candidates: '6',
      },
    ]);
    const people = csvRows(textsIn(folder.at('out'))['source_people.csv']!);
    expect(people.map(({ person_id, status, case_ids, together }) => [person_id, status, case_ids, together])).toEqual([
      ['p4', 'infectious', "'=c4", '4'],
      ['p5', 'no-case', '', '4'],
      ['p0', 'incubating', 'c0', '3'],
      ['p1', 'incubating', 'c1', '3'],
      ['p2', 'incubating', 'c2', '3'],
      ['p3', 'incubating', 'c3', '3'],
    ]);
    const manifest = JSON.parse(readFileSync(folder.at('out', 'manifest.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      tool: 'copresence',
      command: 'sources',
      options: { earliest_days: 14, latest_days: 1, lengths: ['3600s', '7200s', '14400s', '28800s'], tz: 'Asia/Shanghai' },
      null_hypothesis: expect.stringContaining('hypergeometric'),
      counts: { cases: 6, cases_with_visits: 4, cases_without_visit: ['=c4', 'c9'], windows: 1 },
      outputs: [
        { name: 'sources.csv', rows: 1 },
        { name: 'source_people.csv', rows: 6 },
        { name: 'rejects.csv', rows: 0 },
      ],
    });
    expect(out).toContain('4 of 6 cases with visits in their incubation periods');
    expect(out).toContain('note: 2 cases without a visit in their incubation period: =c4, c9');
    expect(out).toContain('no proof that anyone fell ill there');
    expect(out).not.toMatch(/\bp\d\b/); // people are in the files alone
  });

  test('JSON lines hold the same rows, numbers as numbers, cells as they came', async () => {
    const { folder, args } = shop();
    await must([...args, '--format', 'jsonl']);
    const rows = readFileSync(folder.at('out', 'sources.jsonl'), 'utf8').trimEnd().split('\n');
    expect(rows.map((row) => JSON.parse(row) as object)).toMatchObject([
      { rank: 1, place_id: '=dinner', expected: 0.8, p_value: 0.0005473, first_comer_is_case: true },
    ]);
  });

  test('two runs give the same bytes; an earlier run is replaced only by force', async () => {
    const { folder, args } = shop();
    await must(args);
    const before = textsIn(folder.at('out'));
    expect(await runCli(args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('outputs of an earlier run') });
    await must([...args, '--force']);
    expect(textsIn(folder.at('out'))).toEqual(before);
    await must([...args, '--force', '--format', 'jsonl', '--quiet']);
    expect(readdirSync(folder.at('out')).sort()).toEqual(['manifest.json', 'rejects.csv', 'source_people.jsonl', 'sources.jsonl']);
  });

  test('the summary as JSON; how many windows and people are listed can be bounded, and it is said', async () => {
    const { folder, args } = shop();
    const { out } = await must([...args, '--json', '--top', '0']);
    expect(JSON.parse(out)).toMatchObject({
      counts: { windows: 1, listed: 0 },
      warnings: expect.arrayContaining([expect.stringContaining('1 windows that cases shared are not listed')]),
    });
    await must([...args, '--force', '--people', '2']);
    expect(csvRows(textsIn(folder.at('out'))['source_people.csv']!).map(({ person_id }) => person_id)).toEqual(['p4', 'p5']);
    expect(csvRows(textsIn(folder.at('out'))['sources.csv']!)[0]!['candidates']).toBe('6');
  });

  test.each<[string, number, string, readonly string[]]>([
    ['no cases', 2, 'expected --cases', ['--cases']],
    ['no check-ins', 2, 'expected at least one file of check-ins', ['--checkins']],
  ])('%s', async (_, code, message, missing) => {
    const { folder, args } = shop();
    const run = await runCli(args.filter((each, i) => !missing.includes(each) && !missing.includes(args[i - 1]!)));
    expect(run).toMatchObject({ code, out: '' });
    expect(run.err).toContain(message);
    expect(readdirSync(folder.path).includes('out')).toBe(false);
  });

  test.each([
    ['--anchor', 'birthday', 'anchor: expected some of'],
    ['--lengths', '1h,,2h', 'expected durations with commas'],
    ['--scope', 'grid:100', 'scope: expected place or parent'],
    ['--format', 'xlsx', 'format: expected csv or jsonl'],
    ['--index', 'nowhere', 'expected cases and visits alone'],
  ])('%s %s is refused', async (flag, value, message) => {
    const { folder, args } = shop();
    const run = await runCli([...args, flag, value]);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toContain(message);
    expect(readdirSync(folder.path).includes('out')).toBe(false);
  });

  test('too many rejected rows: none of the lists, all reasons', async () => {
    const { folder, args } = shop();
    folder.write('checkins.csv', `${CHECKINS}\np1,x,yesterday,\n`);
    const run = await runCli(args);
    expect(run.code).toBe(3);
    expect(readdirSync(folder.at('out'))).toEqual(['rejects.csv']);
    expect(csvRows(readFileSync(folder.at('out', 'rejects.csv'), 'utf8'))).toMatchObject([{ file: 'checkins.csv', line: '38', code: 'E_TIME' }]);
  });

  test('an interrupted run leaves nothing', async () => {
    const { folder, args } = shop();
    const stop = new AbortController();
    stop.abort('SIGINT');
    expect(await runCli(args, { signal: stop.signal })).toMatchObject({ code: 130 });
    expect(readdirSync(folder.path).includes('out')).toBe(false);
  });
});
