/** `copresence diff` through the command line: corrected and withdrawn cases, new days, rules, and what is no difference. */
import { copyFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { csvRows } from './support/csv.js';
import { BOTH_CASES, DiffBench, FIRST, HEAD } from './support/diff-bench.js';
import { runCli } from './support/run-cli.js';

describe('what changed, and why', () => {
  test('a case that was withdrawn', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    bench.folder.write('cases.csv', 'person_id,onset_date\nada,2022-03-03\n');
    await bench.match('new');
    const { code, rows, out } = await bench.diff('old', 'new');
    expect(code).toBe(0);
    // Zoe is no case any more, so that Ada is no contact of hers, and Zoe's own row says so.
    expect(rows('contacts')).toEqual([
      ['changed', 'ada', 'zoe', 'certain', 'certain', 'North', 'is-case'],
      ['removed', 'zoe', 'ada', 'certain', '', 'North', 'case-withdrawn'],
      ['removed', 'zoe', 'bob', 'certain', '', 'North', 'case-withdrawn'],
      ['removed', 'zoe', 'eve', 'likely', '', 'North', 'case-withdrawn'],
    ]);
    expect(rows('people')).toEqual([
      ['removed', 'ada', 'certain', '', 'North', 'case-withdrawn'],
      ['changed', 'bob', 'certain', 'certain', 'North', 'case-withdrawn'],
      ['changed', 'eve', 'likely', 'likely', 'North', 'case-withdrawn'],
      ['changed', 'zoe', 'certain', 'certain', 'North', 'is-case'],
    ]);
    expect(rows('places')).toEqual([['changed', 'hall', 'North', 'case-withdrawn|is-case']]);
    expect(out).toContain('cases cases.csv                changed\n');
    expect(out).toMatch(/people +0 +1 +0 +3\nplaces +0 +0 +0 +1\ncontacts +0 +3 +0 +1\n/);
    expect(out).toMatch(/\nNorth +0 +1 +0 +3 +0 +0 +1\n/);
    // The other way round the same rows are new.
    const back = await bench.diff('new', 'old');
    expect(back.rows('contacts').filter(([change]) => change === 'added')).toEqual(
      ['ada', 'bob', 'eve'].map((id) => ['added', 'zoe', id, '', id === 'eve' ? 'likely' : 'certain', 'North', 'case-new']),
    );
  });

  test('lists that were sorted by something else than ids are refused, and it says why', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    await bench.match('new', { flags: ['--extra', 'crowd', '--sort', 'dilution'] });
    const { code, err } = await bench.diff('old', 'new');
    expect(code).toBe(3);
    expect(err).toContain('new/manifest.json E_LIST_ORDER expected lists in the order of their ids, got them sorted by dilution; match again without --sort');
  });

  test('a case whose onset was corrected', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    bench.folder.write('cases.csv', 'person_id,onset_date\nada,2022-03-05\nzoe,2022-03-03\n'); // from the 3rd on: the hall is out
    await bench.match('new');
    const { rows } = await bench.diff('old', 'new');
    expect(rows('contacts')).toEqual([
      ['removed', 'ada', 'bob', 'certain', '', 'North', 'case-window'],
      ['removed', 'ada', 'eve', 'likely', '', 'North', 'case-window'],
      ['removed', 'ada', 'zoe', 'certain', '', 'North', 'case-window'],
    ]);
    expect(rows('people')).toEqual([
      ['changed', 'bob', 'certain', 'certain', 'North', 'case-window'],
      ['changed', 'eve', 'likely', 'likely', 'North', 'case-window'],
      ['removed', 'zoe', 'certain', '', 'North', 'case-window'],
    ]);
  });

  test('a new day of scans', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    await bench.match('new', { checkIns: ['day1.csv', 'day2.csv'] });
    const { rows, lists } = await bench.diff('old', 'new');
    expect([rows('contacts'), rows('people'), rows('places')]).toEqual([
      [['added', 'ada', 'lou', '', 'certain', 'North', 'check-ins-new']],
      [['added', 'lou', '', 'certain', 'North', 'check-ins-new']],
      [['changed', 'hall', 'North', 'check-ins-new']],
    ]);
    expect(lists.text('people_diff.csv')).toBe(
      'change,rule_id,contact_id,old_grade,new_grade,old_case_ids,new_case_ids,old_total_likely_s,new_total_likely_s,old_total_possible_s,new_total_possible_s,changed_columns,districts,why\n' +
        'added,any,lou,,certain,,ada,,1740,,7140,,North,check-ins-new\n',
    );
    expect(csvRows(lists.text('places_diff.csv'))[0]).toMatchObject({
      changed_columns: 'visits|last_case_end|people_certain|people_likely|people_possible',
      old_people_likely: '4',
      new_people_likely: '5',
    });
    expect((await bench.diff('new', 'old')).rows('contacts')).toEqual([['removed', 'ada', 'lou', 'certain', '', 'North', 'check-ins-gone']]);
  });

  test('both at once: what only the new scans can have made is certain, what either may have made is said with a question mark', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    bench.folder.write('cases.csv', 'person_id,onset_date\nada,2022-03-05\nzoe,2022-03-03\n');
    await bench.match('new', { checkIns: ['day1.csv', 'day2.csv'] });
    const { rows } = await bench.diff('old', 'new');
    expect(rows('contacts')).toEqual([
      ['removed', 'ada', 'bob', 'certain', '', 'North', 'case-window?|check-ins-new?'],
      ['removed', 'ada', 'eve', 'likely', '', 'North', 'case-window?|check-ins-new?'],
      ['added', 'ada', 'lou', '', 'certain', 'North', 'check-ins-new'],
      ['removed', 'ada', 'zoe', 'certain', '', 'North', 'case-window?|check-ins-new?'],
    ]);
  });

  test('a withdrawn case cannot be told from one who met nobody while some case is named in no list', async () => {
    const bench = new DiffBench();
    bench.folder.write('day1.csv', `${FIRST}gus,attic,2022-03-01 08:00\n`); // a case whom nobody met: no list names him
    bench.folder.write('cases.csv', `${BOTH_CASES}gus,2022-03-03\n`);
    await bench.match('old');
    bench.folder.write('cases.csv', 'person_id,onset_date\nada,2022-03-03\ngus,2022-03-03\n');
    await bench.match('new');
    expect((await bench.diff('old', 'new')).rows('contacts').map((row) => row.at(-1))).toEqual([
      'is-case',
      ...Array.from({ length: 3 }, () => 'case-withdrawn?|case-window?'),
    ]);
  });

  test('a stay that ends sooner, since its person is now known to have scanned elsewhere, grades a contact otherwise', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    bench.folder.write('day2.csv', `${HEAD}ada,cafe,2022-03-01 08:10\n`); // before Eve came
    await bench.match('new', { checkIns: ['day1.csv', 'day2.csv'] });
    const { rows } = await bench.diff('old', 'new');
    expect(rows('contacts')).toEqual([
      ['changed', 'ada', 'bob', 'certain', 'certain', 'North', 'check-ins-new'],
      ['removed', 'ada', 'eve', 'likely', '', 'North', 'check-ins-new'],
      ['changed', 'ada', 'zoe', 'certain', 'certain', 'North', 'check-ins-new'],
      ['changed', 'zoe', 'ada', 'certain', 'certain', 'North', 'check-ins-new'],
    ]);
  });

  test('another text of a rule, another option, another rule', async () => {
    const bench = new DiffBench();
    const rule = (minutes: number): string =>
      bench.folder.write(
        'mine.json',
        JSON.stringify({
          id: 'mine',
          clauses: [{ measure: 'total', at_least: `${minutes}m` }],
          window: { anchors: ['onset'], days_before: 2, days_after: 10 },
        }),
      );
    await bench.match('old', { flags: ['--rule', rule(1)] });
    await bench.match('new', { flags: ['--rule', rule(20)] });
    const stricter = await bench.diff('old', 'new');
    expect(new Set(stricter.rows('contacts').map(([change, , , old, now, , why]) => [change, old, now, why].join()))).toEqual(
      new Set(['regraded,certain,likely,rule-changed', 'regraded,likely,possible,rule-changed', 'regraded,certain,likely,rule-changed']),
    );
    await bench.match('parent', { flags: ['--rule', rule(20), '--min-overlap', '118m'] });
    expect(new Set((await bench.diff('new', 'parent')).rows('contacts').map((row) => row.at(-1)))).toEqual(new Set(['options-changed']));
    await bench.match('other', { flags: ['--rule', 'any'] });
    const other = await bench.diff('new', 'other');
    expect(new Set(other.rows('contacts').map((row) => `${row[0]} ${row.at(-1)}`))).toEqual(new Set(['added rule-new', 'removed rule-gone']));
    expect(new Set(other.rows('places').map((row) => `${row[0]} ${row.at(-1)}`))).toEqual(new Set(['added rule-new', 'removed rule-gone']));
    // One rule more: its rows are new, those of the other are as they were, though places name the rule now.
    await bench.match('two', { flags: ['--rule', 'any', '--rule', 'who-2020'] });
    const more = await bench.diff('other', 'two');
    expect(new Set([...more.rows('places'), ...more.rows('people')].map((row) => `${row[0]} ${row.at(-1)}`))).toEqual(new Set(['added rule-new']));
  });

  test('a second generation that hangs on a contact who is none any more', async () => {
    const bench = new DiffBench();
    bench.folder.write('day1.csv', `${FIRST}bob,yard,2022-03-02 08:00\nmax,yard,2022-03-02 08:01\n`);
    await bench.match('old', { flags: ['--depth', '2'] });
    bench.folder.write('cases.csv', 'person_id,onset_date\nada,2022-03-05\n');
    await bench.match('new', { flags: ['--depth', '2'] });
    const { rows } = await bench.diff('old', 'new');
    expect(rows('contacts').find((row) => row[2] === 'max')).toEqual(['removed', 'bob', 'max', 'certain', '', '_unknown', 'chain']);
  });

  test('without lists of episodes the only thing that changed is still the cause, and districts are not known', async () => {
    const bench = new DiffBench();
    await bench.match('old', { flags: ['--no-episodes'] });
    await bench.match('new', { flags: ['--no-episodes'], checkIns: ['day1.csv', 'day2.csv'] });
    const { rows, out } = await bench.diff('old', 'new');
    expect(rows('people')).toEqual([['added', 'lou', '', 'certain', '', 'check-ins-new']]);
    expect(out).toMatch(/\(not known without episodes\) +1 +0 +0 +0 +0 +0 +0/);
  });
});

describe('what does not count as a difference', () => {
  test('nothing in a run and itself: empty lists, exit 0, also with --exit-code', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    await bench.match('new');
    const { code, out, lists, rows } = await bench.diff('old', 'new', ['--exit-code']);
    expect([code, rows('people'), rows('places'), rows('contacts')]).toEqual([0, [], [], []]);
    expect(out).toContain('nothing differs: the same people, places and contacts');
    expect(lists.text('contacts_diff.csv').split('\n')).toHaveLength(2);
  });

  test.each([[['--format', 'jsonl']], [['--raw']], [['--excel']], [['--split', 'district']], [['--threads', '2', '--plan', 'index']], [['--no-episodes']]])(
    'the form of the lists: %j',
    async (flags) => {
      const bench = new DiffBench();
      bench.folder.write('day1.csv', `${FIRST}=eve,hall,2022-03-01 08:03\n'0,hall,2022-03-01 08:03\n"a,""b",hall,2022-03-01 08:04\n`);
      await bench.match('old');
      await bench.match('new', { flags });
      const { code, lists } = await bench.diff('old', 'new', ['--exit-code', '--json']);
      expect([code, lists.manifest.outputs.map(({ rows }) => rows)]).toEqual([0, [0, 0, 0]]);
    },
  );

  test('the name of a file of the same content', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    copyFileSync(bench.folder.at('cases.csv'), bench.folder.at('renamed.csv'));
    await bench.match('new', { cases: 'renamed.csv' });
    const report = JSON.parse((await bench.diff('old', 'new', ['--json'])).out) as { changes: unknown[]; is_empty: boolean };
    expect([report.changes, report.is_empty]).toEqual([[], true]);
  });
});

describe('the lists', () => {
  test('are the same bytes each time, 0600, with a manifest that no later diff takes for a match', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    await bench.match('new', { checkIns: ['day1.csv', 'day2.csv'] });
    const first = await bench.diff('old', 'new');
    const bytes = first.lists.bytes;
    const manifest = first.lists.text('manifest.json');
    expect(readdirSync(first.lists.path).sort()).toEqual(['contacts_diff.csv', 'manifest.json', 'people_diff.csv', 'places_diff.csv']);
    for (const name of readdirSync(first.lists.path)) expect([name, statSync(join(first.lists.path, name)).mode & 0o777]).toEqual([name, 0o600]);
    const again = await bench.diff('old', 'new');
    expect([again.lists.bytes, again.lists.text('manifest.json')]).toEqual([bytes, manifest]);
    const wrong = await runCli(['diff', bench.folder.at('old'), bench.folder.at('changes')]);
    expect([wrong.code, wrong.err]).toEqual([
      3,
      expect.stringContaining('changes/manifest.json E_RUN_FOLDER expected the manifest of a finished match, got that of another command'),
    ]);
  });

  test('are not written without --out, and the summary is the same as JSON', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    await bench.match('new', { checkIns: ['day1.csv', 'day2.csv'] });
    const run = await runCli(['diff', bench.folder.at('old'), bench.folder.at('new'), '--json', '--exit-code']);
    expect(run.code).toBe(4);
    expect(JSON.parse(run.out)).toEqual({
      old: bench.folder.at('old'),
      new: bench.folder.at('new'),
      out: null,
      is_empty: false,
      changes: [{ what: 'input', table: 'checkins', name: 'day2.csv', change: 'added', old: null, new: null }],
      counts: {
        people: { added: 1, removed: 0, regraded: 0, changed: 0 },
        places: { added: 0, removed: 0, regraded: 0, changed: 1 },
        contacts: { added: 1, removed: 0, regraded: 0, changed: 0 },
      },
      districts: [{ district: 'North', people: { added: 1, removed: 0, regraded: 0, changed: 0 }, places: { added: 0, removed: 0, regraded: 0, changed: 1 } }],
      outputs: [],
    });
  });

  test('stand as JSON Lines, and ids are neutralised in CSV', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    bench.folder.write('day2.csv', `${HEAD}ada,hall,2022-03-04 09:00\n=lou,hall,2022-03-04 09:01\n`);
    await bench.match('new', { checkIns: ['day1.csv', 'day2.csv'] });
    const csv = await bench.diff('old', 'new');
    expect(csv.lists.text('people_diff.csv')).toContain("\nadded,any,'=lou,");
    const { lists } = await bench.diff('old', 'new', ['--format', 'jsonl']);
    expect(JSON.parse(lists.text('people_diff.jsonl'))).toMatchObject({ change: 'added', contact_id: '=lou', why: 'check-ins-new' });
  });
});
