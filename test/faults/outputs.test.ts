/** FAULTS 2e and 2f, of what is written: nothing of others is replaced, no cell is a formula, no name leads out, nobody else reads it. */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, openSync, closeSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { OutputFolder } from '../../src/output/output-folder.js';
import { start } from '../support/child.js';
import { csvRecords, csvRows, quoted } from '../support/csv.js';
import { Lists, expectBalanced, expectRefused, matchArgs, runCli, runMatch, type MatchRun, type World } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

const HEAD = 'person_id,place_id,time,check_out\n';
const P1 = 'P1,S1,2022-03-01 08:00,2022-03-01 09:00\n';
const P2 = 'P2,S1,2022-03-01 08:30,2022-03-01 09:30\n';
const CASES = 'person_id\nP1\n';
const PLACES = 'place_id,name\nS1,Shop\n';
const UTC = ['--tz', 'UTC'];
const WORLD: World = { 'checkins.csv': HEAD + P1 + P2, 'cases.csv': CASES };
const LIST_NAMES = ['episodes', 'contacts', 'people', 'places', 'disinfection', 'links'];
const TOP_FILES = ['contacts.csv', 'disinfection.csv', 'episodes.csv', 'links.csv', 'manifest.json', 'people.csv', 'places.csv', 'rejects.csv'];

describe('row 58: what is there already', () => {
  /** A finished run in `lists`. */
  async function earlierRun(flags: readonly string[] = UTC): Promise<MatchRun> {
    const run = await runMatch({ ...WORLD, 'places.csv': PLACES }, flags);
    expect(run.code).toBe(0);
    return run;
  }
  const again = (run: MatchRun, flags: readonly string[], world: World = WORLD): Promise<MatchRun> => runMatch(world, [...UTC, ...flags], {}, run.folder);
  const snapshot = (path: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
    );

  test('an input is never overwritten: not by its name, through a symlink, a hard link, or a link in the place of the output', async () => {
    for (const link of ['none', 'symbolic', 'hard', 'output']) {
      const folder = new TempFolder();
      mkdirSync(folder.at('lists'), { mode: 0o700 });
      const output = folder.at('lists', 'places.csv');
      let input = output;
      if (link === 'output') {
        input = folder.write('places-in.csv', PLACES);
        symlinkSync(input, output);
      } else {
        writeFileSync(output, PLACES);
        if (link !== 'none') {
          input = folder.at('places-in.csv');
          (link === 'hard' ? linkSync : symlinkSync)(output, input);
        }
      }
      const run = await runMatch(WORLD, [...UTC, '--force', '--places', input], {}, folder);
      expect([link, run.code]).toEqual([link, 2]);
      expect(run.err).toContain(
        link === 'output' ? 'out: places.csv exists and is not a regular file' : 'out: places.csv is also an input; inputs are never overwritten',
      );
      expect(readFileSync(input, 'utf8')).toBe(PLACES);
      expect(readdirSync(folder.at('lists'))).toEqual(['places.csv']);
    }
  });

  test.skipIf(process.platform === 'win32')('an input on standard input is not overwritten either', async () => {
    const run = await earlierRun();
    const places = run.folder.at('lists', 'places.csv');
    const before = snapshot(run.folder.at('lists'));
    const fd = openSync(places, 'r');
    onTestFinished(() => closeSync(fd));
    const { code, err } = await start([...matchArgs(run.folder, WORLD, [...UTC, '--force', '--places', '-'])], { stdio: [fd, 'pipe', 'pipe'] }).ended;
    expect(code).toBe(2);
    expect(err).toContain('out: places.csv is also an input');
    expect(snapshot(run.folder.at('lists'))).toEqual(before);
  });

  test('an output of an earlier run that is now an input is not removed by a run in another format', async () => {
    const run = await earlierRun();
    const refused = await runMatch(WORLD, [...UTC, '--force', '--format', 'jsonl', '--places', run.folder.at('lists', 'places.csv')], {}, run.folder);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('out: places.csv is also an input');
    expect(readdirSync(run.folder.at('lists')).sort()).toEqual(TOP_FILES);
  });

  test('lists of an earlier run stay as they are without --force and are replaced with it', async () => {
    const run = await earlierRun();
    const before = snapshot(run.folder.at('lists'));
    const other: World = { 'checkins.csv': `${HEAD}${P1}P3,S1,2022-03-01 08:30,\n`, 'cases.csv': CASES };
    const refused = await again(run, [], other);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('out: expected an empty or new folder, got the outputs of an earlier run');
    expect(snapshot(run.folder.at('lists'))).toEqual(before);
    const forced = await again(run, ['--force'], other);
    expect(forced.code).toBe(0);
    expect(forced.lists.rows('contacts').map((row) => row['contact_id'])).toEqual(['P3']);
    expect(forced.lists.files).toEqual(TOP_FILES);
  });

  test('--force takes away what the earlier run wrote and this one does not, and nothing of others', async () => {
    const run = await earlierRun();
    writeFileSync(run.folder.at('lists', 'notes.txt'), 'mine');
    const forced = await again(run, ['--force', '--format', 'jsonl']);
    expect(forced.code).toBe(0);
    expect(forced.lists.files).toEqual(
      [...TOP_FILES.map((name) => (LIST_NAMES.includes(name.slice(0, -4)) ? name.replace('.csv', '.jsonl') : name)), 'notes.txt'].sort(),
    );
    expect(forced.lists.text('notes.txt')).toBe('mine');
  });

  test('a file of someone else under a name of ours is not replaced, with --force or without', async () => {
    for (const flags of [[], ['--force']]) {
      const folder = new TempFolder();
      mkdirSync(folder.at('lists'), { mode: 0o700 });
      writeFileSync(folder.at('lists', 'contacts.csv'), 'mine');
      const run = await runMatch(WORLD, [...UTC, ...flags], {}, folder);
      expect(run.code).toBe(2);
      expect(run.err).toContain('out: contacts.csv exists and no manifest says that an earlier run made it');
      expect(readdirSync(folder.at('lists'))).toEqual(['contacts.csv']);
      expect(readFileSync(folder.at('lists', 'contacts.csv'), 'utf8')).toBe('mine');
    }
  });

  test('a manifest of another tool is not replaced', async () => {
    for (const manifest of ['{"name":"web app"}', '[]', 'null', 'no json', '{"tool":"copresence","outputs":{"name":"x"}}']) {
      const folder = new TempFolder();
      mkdirSync(folder.at('lists'), { mode: 0o700 });
      writeFileSync(folder.at('lists', 'manifest.json'), manifest);
      const run = await runMatch(WORLD, [...UTC, '--force'], {}, folder);
      expect([manifest, run.code]).toEqual([manifest, 2]);
      expect(run.err).toContain('is not one of ours');
      expect(readFileSync(folder.at('lists', 'manifest.json'), 'utf8')).toBe(manifest);
    }
  });

  test('a manifest that names files elsewhere, folders or files of no list removes none of them', async () => {
    const run = await earlierRun();
    const [outside, inside] = [run.folder.write('victim.csv', 'mine'), run.folder.at('lists', 'thesis.txt')];
    writeFileSync(inside, 'mine');
    mkdirSync(run.folder.at('lists', 'sub'));
    const names = ['../victim.csv', outside, 'sub/../../victim.csv', '.', '', 'sub', 'thesis.txt', '..\\victim.csv'];
    writeFileSync(
      run.folder.at('lists', 'manifest.json'),
      JSON.stringify({ ...run.lists.manifest, outputs: [...run.lists.manifest.outputs, ...names.map((name) => ({ name }))] }),
    );
    const forced = await again(run, ['--force']);
    expect(forced.code).toBe(0);
    expect([outside, inside].map((path) => readFileSync(path, 'utf8'))).toEqual(['mine', 'mine']);
    expect(forced.lists.files).toEqual([...TOP_FILES, 'sub', 'thesis.txt'].sort());
  });

  test('--out must be a folder, not a file or a link to one', async () => {
    const folder = new TempFolder();
    folder.write('lists', 'mine');
    const onFile = await runMatch(WORLD, [...UTC, '--force'], {}, folder);
    expect(onFile.code).toBe(2);
    expect(onFile.err).toContain('out: expected a folder or a new name, got a file');
    expect(readFileSync(folder.at('lists'), 'utf8')).toBe('mine');
    const other = new TempFolder();
    mkdirSync(other.at('real'), { mode: 0o700 });
    symlinkSync(other.at('real'), other.at('lists'));
    expect((await runMatch(WORLD, UTC, {}, other)).code).toBe(2);
    expect(readdirSync(other.at('real'))).toEqual([]);
  });

  test('a link in the place of a district folder is refused', async () => {
    const world: World = { ...WORLD, 'places.csv': 'place_id,district\nS1,North\n' };
    const first = await runMatch(world, [...UTC, '--split', 'district']);
    const name = first.lists.manifest.districts![0]!.folder;
    const folder = new TempFolder();
    mkdirSync(folder.at('elsewhere'));
    mkdirSync(folder.at('lists'), { mode: 0o700 });
    symlinkSync(folder.at('elsewhere'), folder.at('lists', name));
    const run = await runMatch(world, [...UTC, '--split', 'district'], {}, folder);
    expect(run.code).toBe(2);
    expect(run.err).toContain(`out: ${name} exists and is not a folder`);
    expect([readdirSync(folder.at('elsewhere')), readdirSync(folder.at('lists'))]).toEqual([[], [name]]);
  });

  test('the rejects.csv of a run without lists is replaced by the next run; with earlier lists there, nothing changes', async () => {
    const bad: World = { 'checkins.csv': `${HEAD}${P1}P2,S1,never,\n`, 'cases.csv': CASES };
    const refused = await runMatch(bad);
    expect([refused.code, refused.lists.files]).toEqual([3, ['rejects.csv']]);
    const done = await again(refused, []);
    expect([done.code, done.lists.files, done.lists.rows('rejects')]).toEqual([0, TOP_FILES, []]);
    const before = snapshot(done.folder.at('lists'));
    expect((await again(done, ['--force'], bad)).code).toBe(3);
    expect(snapshot(done.folder.at('lists'))).toEqual(before);
  });
});

describe('row 60: cells that a spreadsheet takes for formulas', () => {
  const STARTS = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
  const odd = (start: string): string => `${start}cmd|'/c calc'!A0,"x"\ny`;
  const world: World = {
    'checkins.csv': `person_id,place_id,run_id,time\nP1,S1,,2022-03-01 08:00\n${STARTS.map((start) => `${quoted(odd(start))},S1,,2022-03-01 08:10\n${quoted(odd(start))},${quoted(odd(start))},${quoted(odd(start))},2022-03-01 12:00\nP1,${quoted(odd(start))},${quoted(odd(start))},2022-03-01 12:00\n`).join('')}`,
    'cases.csv': `person_id,case_id\nP1,=1+1\n${quoted(odd('@'))},+C\n`,
    'places.csv': `place_id,name,district\n${STARTS.map((start) => `${quoted(odd(start))},${start}name,${start}district\n`).join('')}`,
    'rule.json': '{"id":"=rule","clauses":[{"measure":"total","at_least":"1s"}]}',
  };
  const run = async (...flags: string[]): Promise<MatchRun> => {
    const folder = new TempFolder();
    return runMatch(world, [...UTC, '--rule', folder.write('rule.json', world['rule.json']!), ...flags], {}, folder);
  };
  const IS_RISKY = /^[=+\-@\t\r\n＝＋－＠]/;

  test('are neutralised in every list, and in nothing else', async () => {
    const [safe, raw] = [await run(), await run('--raw')];
    expect([safe.code, raw.code]).toEqual([0, 0]);
    let risky = 0;
    for (const name of LIST_NAMES) {
      const [safeRecords, rawRecords] = [csvRecords(safe.lists.text(`${name}.csv`)), csvRecords(raw.lists.text(`${name}.csv`))];
      expect(safeRecords.length).toBeGreaterThan(1);
      expect(safeRecords).toEqual(rawRecords.map((record) => record.map((cell) => (IS_RISKY.test(cell) ? `'${cell}` : cell))));
      risky += rawRecords.flat().filter((cell) => IS_RISKY.test(cell)).length;
      expect(safeRecords.flat().filter((cell) => IS_RISKY.test(cell))).toEqual([]);
    }
    expect(risky).toBeGreaterThan(100);
  });

  test('with --raw read back equal, whatever they hold', async () => {
    const { lists } = await run('--raw');
    const utf8 = (texts: readonly string[]): string[] => [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const ofCase = lists.rows('contacts').filter((row) => row['case_id'] === '=1+1');
    expect(ofCase.map((row) => row['contact_id'])).toEqual(utf8(STARTS.map(odd)));
    expect(lists.rows('places').map((row) => row['place_id'])).toEqual(utf8([...STARTS.map(odd), 'S1']));
    expect(new Set(lists.rows('places').map((row) => row['district']))).toEqual(new Set(['', ...STARTS.map((start) => `${start}district`)]));
    expect(lists.rows('contacts')[0]!['rule_id']).toBe('=rule');
  });

  test('in rejects.csv are neutralised too, also behind a tab', async () => {
    const bad: World = { 'checkins.csv': `person_id,place_id,time\n=1+1,S1,never\n\tP2,S1,never\n`, 'cases.csv': CASES };
    const safe = await runMatch(bad, [...UTC, '--max-rejects', '100%']);
    expect(safe.lists.rows('rejects').map((row) => row['raw'])).toEqual(["'=1+1,S1,never", "'\tP2,S1,never"]);
    const raw = await runMatch(bad, [...UTC, '--max-rejects', '100%', '--raw']);
    expect(raw.lists.rows('rejects').map((row) => row['raw'])).toEqual(['=1+1,S1,never', '\tP2,S1,never']);
    expectBalanced(safe);
  });

  test('the names of inputs are cells too', async () => {
    const folder = new TempFolder();
    const args = [
      'match',
      '--checkins',
      folder.write('=1+1.csv', HEAD + P1 + P2),
      '--cases',
      folder.write('cases.csv', CASES),
      '--window',
      'all',
      ...UTC,
      '--out',
      folder.at('lists'),
    ];
    expect((await runCli(args)).code).toBe(0);
    expect(new Lists(folder.at('lists')).rows('episodes')).toMatchObject([{ case_rows: "'=1+1.csv:2", contact_rows: "'=1+1.csv:3" }]);
  });

  test('--excel adds a byte order mark and CRLF and changes no cell', async () => {
    const [plain, excel] = [await run(), await run('--excel')];
    for (const name of [...LIST_NAMES, 'rejects']) {
      const text = excel.lists.text(`${name}.csv`);
      expect(text.startsWith('\uFEFF')).toBe(true);
      expect(text.endsWith('\r\n')).toBe(true);
      expect(csvRecords(text.slice(1))).toEqual(csvRecords(plain.lists.text(`${name}.csv`)));
    }
  });

  test('JSON Lines hold every cell as it came', async () => {
    const { lists, code } = await run('--format', 'jsonl');
    expect(code).toBe(0);
    const rows = lists
      .text('contacts.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.filter((row) => row['case_id'] === '=1+1').map((row) => row['contact_id'])).toEqual(expect.arrayContaining(STARTS.map(odd)));
    expect(rows[0]).toMatchObject({ contact_is_case: expect.any(Boolean) as boolean, total_certain_s: expect.any(Number) as number });
  });
});

describe('row 64: districts as folders', () => {
  const DISTRICTS = [
    '../../etc/x',
    '..',
    '.',
    '/etc/passwd',
    '~',
    'CON',
    'con',
    'NUL.txt',
    'a/b',
    'a\\b',
    'ab',
    `${'x'.repeat(299)}y`,
    `${'x'.repeat(299)}z`,
    '東'.repeat(200),
    'North',
    'NORTH',
    'north',
    'north.',
    'north..',
    '_unknown',
    '__proto__',
    'é',
    'e\u0301',
    'a\nb',
    '\u202egnp',
    '=cmd',
    '-rf',
    '😀',
  ];
  const people = (i: number): string => `A${i},place${i},2022-03-01 ${String(6 + (i % 15)).padStart(2, '0')}:00,\n`;
  const world: World = {
    // Two cases go to every place; at each is another person, and one person is at two of them; the last place has no district, one is not listed.
    'checkins.csv': `${HEAD}${[...DISTRICTS.keys(), 100, 101].map((i) => `${people(i)}${people(i).replace('A', 'C').replace(`C${i}`, 'C1')}${people(i).replace(`A${i}`, 'C2')}`).join('')}${people(0).replace('A0', 'both')}${people(1).replace('A1', 'both')}`,
    'cases.csv': 'person_id\nC1\nC2\n',
    'places.csv': `place_id,name,district\n${DISTRICTS.map((district, i) => `place${i},,${quoted(district)}\n`).join('')}place100,,\n`,
  };
  const split = (...flags: string[]): Promise<MatchRun> => runMatch(world, [...UTC, '--raw', '--split', 'district', ...flags]);

  test('each have one, below the output folder, with a harmless name that differs also where letter case does not count', async () => {
    const run = await split();
    expect(run.code).toBe(0);
    const folders = readdirSync(run.lists.path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders).toHaveLength(DISTRICTS.length + 1);
    expect(new Set(folders.map((name) => name.toLowerCase().normalize('NFC'))).size).toBe(folders.length);
    for (const name of folders) {
      expect(name).toMatch(/^(?:[\p{L}\p{N}]+-[0-9a-f]{10}|_unknown)$/u);
      expect(Buffer.byteLength(name)).toBeLessThan(100);
    }
    expect(readdirSync(run.folder.path).sort()).toEqual(['cases.csv', 'checkins.csv', 'lists', 'places.csv']);
  });

  test('are told by the name map in the manifest, places without one and unlisted places under _unknown', async () => {
    const { lists } = await split();
    const map = new Map(lists.manifest.districts!.map(({ district, folder }) => [district, folder]));
    expect(new Set(map.keys())).toEqual(new Set([...DISTRICTS, '']));
    expect(map.get('')).toBe('_unknown');
    for (const [district, folder] of map) {
      expect(new Set(csvRows(lists.text(`${folder}/places.csv`)).map((row) => row['district']))).toEqual(new Set([district]));
    }
    expect(csvRows(lists.text('_unknown/places.csv')).map((row) => row['place_id'])).toEqual(['place100', 'place101']);
  });

  test.each([[[]], [['--rule', 'any', '--rule', 'cn-close-2022', '--depth', '2', '--lag', '1h']]])(
    'together are the whole, in every list: %j',
    async (flags) => {
      const { lists, code } = await split('--include-case-identity', ...flags);
      expect(code).toBe(0);
      const folders = lists.manifest.districts!.map(({ folder }) => folder);
      for (const name of LIST_NAMES) {
        const [head, ...whole] = csvRecords(lists.text(`${name}.csv`)).map((record) => JSON.stringify(record));
        const parts = folders
          .filter((folder) => existsSync(join(lists.path, folder, `${name}.csv`)))
          .map((folder) => csvRecords(lists.text(`${folder}/${name}.csv`)).map((record) => JSON.stringify(record)));
        expect(whole.length).toBeGreaterThan(0);
        expect(new Set(parts.map((part) => part[0]))).toEqual(new Set([head]));
        expect(new Set(parts.flatMap((part) => part.slice(1)))).toEqual(new Set(whole));
        // Rows that belong to one place stand in one part only.
        const inParts = parts.reduce((sum, part) => sum + part.length - 1, 0);
        expect([name, inParts]).toEqual([name, ['episodes', 'places', 'disinfection'].includes(name) ? whole.length : inParts]);
      }
      const both = folders.filter((folder) => lists.text(`${folder}/people.csv`).includes('both'));
      expect(both).toHaveLength(2);
    },
  );

  test('are in the manifest file by file, with the digest of what lies there', async () => {
    const { lists } = await split();
    const { outputs } = lists.manifest;
    const files = lists.files.filter((name) => statSync(join(lists.path, name)).isFile() && name !== 'manifest.json');
    expect(outputs.map(({ name }) => name).sort()).toEqual(files);
    for (const { name, rows, sha256 } of outputs) {
      expect([
        name,
        createHash('sha256')
          .update(readFileSync(join(lists.path, name)))
          .digest('hex'),
      ]).toEqual([name, sha256]);
      expect([name, csvRecords(lists.text(name)).length - 1]).toEqual([name, rows]);
    }
  });

  test('that are too many are refused, and nothing is left', async () => {
    const many = Array.from({ length: 2001 }, (_, i) => i);
    const run = await runMatch(
      {
        'checkins.csv': `${HEAD}${many.map((i) => `P1,s${i},${1_646_092_800 + i * 10},${1_646_092_809 + i * 10}\n`).join('')}`,
        'cases.csv': CASES,
        'places.csv': `place_id,district\n${many.map((i) => `s${i},d${i}\n`).join('')}`,
      },
      [...UTC, '--split', 'district'],
    );
    expectRefused(run, 2, 'split: expected at most 2000 districts, got more; check that the district column holds districts');
  });
});

describe('row 67: personal data', () => {
  const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

  test.skipIf(process.platform === 'win32').each([0o000, 0o022, 0o077])('is in files of 0600 and folders of 0700, whatever the umask: %o', async (mask) => {
    const before = process.umask(mask);
    onTestFinished(() => void process.umask(before));
    const folder = new TempFolder();
    const out = folder.at('a', 'b', 'lists');
    const world: World = { ...WORLD, 'places.csv': 'place_id,district\nS1,North\n' };
    for (const [name, content] of Object.entries(world)) folder.write(name, content);
    expect((await runCli([...matchArgs(folder, world, [...UTC, '--split', 'district']), '--out', out])).code).toBe(0);
    const seen = readdirSync(out, { recursive: true, withFileTypes: true }).map((entry) =>
      [entry.isDirectory() ? 'folder' : 'file', modeOf(join(entry.parentPath, entry.name))].join(' '),
    );
    expect(seen.length).toBeGreaterThan(TOP_FILES.length);
    expect(new Set(seen)).toEqual(new Set(['file 600', 'folder 700']));
    expect([folder.at('a'), folder.at('a', 'b'), out].map(modeOf)).toEqual(['700', '700', '700']);
  });

  test.skipIf(process.platform === 'win32')('is in temporary files of 0600 while they are written', async () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const path = new TempFolder().at('lists');
    const folder = new OutputFolder(path, { force: false, inputs: [] });
    const seen: string[][] = [];
    await folder.write(
      'contacts.csv',
      (function* () {
        yield 'first';
        seen.push(...readdirSync(path).map((name) => [name.replace(/\.tmp-\d+-[0-9a-f]{8}$/, '.tmp'), modeOf(join(path, name))]));
      })(),
    );
    expect(seen).toEqual([['contacts.csv.tmp', '600']]);
    await folder.discard();
    expect(existsSync(path)).toBe(false);
  });

  test.skipIf(process.platform === 'win32').each([0o770, 0o702, 0o777, 0o1777])('is not written into a folder that others can write to: %o', async (mode) => {
    const folder = new TempFolder();
    mkdirSync(folder.at('lists'));
    chmodSync(folder.at('lists'), mode);
    const run = await runMatch(WORLD, UTC, {}, folder);
    expectRefused(run, 2, `out: expected a folder that only you can write to, got one that others can (mode ${(mode & 0o777).toString(8)})`);
  });

  test('is in no message without --show-values', async () => {
    const [phone, name, other] = ['13812345678', '李小明', '310101199001011234'];
    const row = (person: string, time = '2022-03-01 08:00'): string => `${person},S1,${time},\n`;
    const scenes: readonly (readonly [code: number, world: World, flags?: readonly string[]])[] = [
      [3, { 'checkins.csv': `${HEAD}${row(phone, 'never')}${row(name, phone)}${row(other, `${name} 2022-03-01`)}`, 'cases.csv': CASES }],
      [3, { 'checkins.csv': `${HEAD}"${phone}"${name},S1,2022-03-01 08:00,\n${phone},S1\n${other},S1,2022-03-01 08:00,,${name}\n`, 'cases.csv': CASES }],
      [3, { 'checkins.csv': `${HEAD}${row(phone)}"${name},S1,2022-03-01 08:00`, 'cases.csv': CASES }],
      [3, { 'checkins.csv': Buffer.concat([Buffer.from(HEAD + row(phone) + name), Buffer.from([0xff, 0xfe]), Buffer.from(row(other))]), 'cases.csv': CASES }],
      [2, { 'checkins.csv': row(phone) + row(name), 'cases.csv': CASES }],
      [2, { 'checkins.csv': HEAD + row(phone), 'cases.csv': `${phone}\n${name}\n` }],
      [2, { 'checkins.csv': HEAD + row(phone), 'cases.csv': `person_id,type\n${phone},a\n${phone},${name}\n` }],
      [
        2,
        {
          'checkins.csv': HEAD + row(phone),
          'visits.csv': `case_id,place_id,start,end,person_id\n${phone},S1,2022-03-01 08:00,2022-03-01 09:00,${name}\n${phone},S1,2022-03-01 08:00,2022-03-01 09:00,${other}\n`,
        },
      ],
      [3, { 'checkins.csv': HEAD + row(phone), 'cases.csv': CASES, 'places.csv': `place_id,name\n${name},a\n${name},b\n` }],
      [3, { 'checkins.csv': HEAD + row(phone), 'cases.csv': CASES, 'places.csv': `place_id,parent_id\n${name},${phone}\n${phone},${name}\n` }],
      [
        3,
        {
          'checkins.csv': HEAD + row(phone),
          'cases.csv': CASES,
          'places.csv': `place_id,name,kind,lat,lon\n${phone},${name},${name},,\n${phone},${name},,${other},\n${phone},${name},,1,\n`,
        },
      ],
      [3, { 'checkins.csv': `${HEAD}${row(phone, '1646092800')}${row(name, '1646092800000')}`, 'cases.csv': CASES }],
      [3, { 'checkins.csv': `${HEAD}${row(phone)}place_id,person_id,time,check_out\n`, 'cases.csv': CASES }, [...UTC, '--max-rejects', '100%']],
      [3, { 'checkins.csv': HEAD + row(phone), 'cases.csv': `person_id,onset_date\n${phone},${name}\n${name},${other}\n` }],
      [2, { 'checkins.csv': HEAD + row(phone), 'cases.csv': `person_id\n${phone}\n` }, []],
      [5, { 'checkins.csv': HEAD + row(phone) + row(name), 'cases.csv': `person_id\n${phone}\n` }, [...UTC, '--max-episodes', '0']],
    ];
    for (const [i, [code, world, flags]] of scenes.entries()) {
      const run = await runMatch(world, flags ?? UTC);
      expect([i, run.code]).toEqual([i, code]);
      expect(run.err).not.toBe('');
      for (const secret of [phone, name, other]) expect([i, run.err]).not.toEqual([i, expect.stringContaining(secret)]);
      const reasons = run.lists.files.includes('rejects.csv') ? run.lists.rows('rejects').map(({ message }) => message) : [];
      expect([i, reasons.filter((message) => [phone, name, other].some((secret) => message!.includes(secret)))]).toEqual([i, []]);
    }
  });

  test('is in messages with --show-values, control characters shown and not obeyed', async () => {
    const run = await runMatch({ 'checkins.csv': `${HEAD}P1,S1,\u001b[2Jnever,\n`, 'cases.csv': CASES }, [...UTC, '--show-values']);
    expect(run.code).toBe(3);
    expect(run.err).toContain("checkins.csv:2:time E_TIME expected a time such as 2022-03-01 08:15:30, got '\\u{1b}[2Jnever'");
    expect(run.lists.rows('rejects')[0]!['raw']).toBe('P1,S1,\u001b[2Jnever,');
  });

  test('a row-level fault is told in words, not as the shape of them', async () => {
    const run = await runMatch({ ...WORLD, 'places.csv': 'place_id,lat,lon\nS1,31.2,\n' }, [...UTC, '--max-rejects', '100%']);
    expect(run.lists.rows('rejects')).toMatchObject([
      {
        line: '2',
        column: 'lon',
        code: 'E_VALUE',
        message: 'expected lat and lon together or not at all, got the opposite; mend the row: values are never swapped',
      },
    ]);
  });
});
