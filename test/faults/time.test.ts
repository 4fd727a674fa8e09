/** FAULTS 2c: times. Each comparison of intervals says its rule: half-open, [start, end), unless --bounds closed. */
import { describe, expect, test } from 'vitest';
import { start } from '../support/child.js';
import { Lists, expectBalanced, expectRefused, matchArgs, rejectedAt, runCli, runMatch, type MatchRun, type World } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

const HEAD = 'person_id,place_id,time,check_out\n';
const CASES = 'person_id\nP1\n';
const lax = (zone: string, ...flags: readonly string[]): string[] => ['--tz', zone, '--max-rejects', '100%', ...flags];
const matchCheckIns = (checkIns: string, flags: readonly string[] = lax('UTC')): Promise<MatchRun> =>
  runMatch({ 'checkins.csv': checkIns, 'cases.csv': CASES }, flags);

/** How times were read: one person per time, told by the start of the stay, among a case that is there all the time. */
async function readTimes(times: readonly string[], flags: readonly string[]): Promise<{ run: MatchRun; starts: (string | undefined)[] }> {
  const run = await runMatch(
    {
      'checkins.csv': `person_id;place_id;time\n${times.map((time, i) => `Q${i};S1;${time}\n`).join('')}`,
      'cases.csv': 'person_id\nnobody\n',
      'visits.csv': 'case_id,place_id,start,end\nC,S1,2000-01-01T00:00:00Z,2099-12-31T23:59:59Z\n',
    },
    flags,
  );
  const startOf = new Map(run.code === 0 ? run.lists.rows('episodes').map((row) => [row['contact_id'], row['contact_start']]) : []);
  return { run, starts: times.map((_, i) => startOf.get(`Q${i}`)) };
}

/** Asserts that every time is rejected with the code at its own line and column, and is in no list. */
async function expectTimesRejected(code: string, times: readonly string[], flags: readonly string[] = lax('UTC')): Promise<void> {
  const { run, starts } = await readTimes(times, flags);
  expect(run.code).toBe(0);
  expect(rejectedAt(run)).toEqual(times.map((_, i) => `checkins.csv:${i + 2}:time ${code}`));
  expect(starts).toEqual(times.map(() => undefined));
  expectBalanced(run);
}

describe('row 25: times that Date.parse would take', () => {
  test('are rejected, since the calendar and the shape are checked', async () => {
    await expectTimesRejected('E_TIME', [
      '2021-02-30 10:00',
      '2021-02-29 10:00',
      '2022-04-31 10:00',
      '2100-02-29 10:00',
      '2022-13-01 10:00',
      '2022-00-10 10:00',
      '2022-03-00 10:00',
      '44652.5',
      '44652',
      '1/2/2022 08:00',
      '01/02/2022 08:00',
      '2022-3-1 10:00',
      '22-03-01 10:00',
      '2022-03-01',
      '2022-03-01T',
      '2022-03-01 10',
      '2022-03-01 1:00',
      '2022-03-01  10:00',
      'Mar 1 2022 10:00',
      '2022-03-01 10:60',
      '2022-03-01 25:00',
      '2022-03-01 10:00:00.',
      '2022-03-01 10:00+',
      '2022-03-01 10:00+8',
      '2022-03-01 10:00+18:01',
      '2022-03-01 10:00+08:60',
      '2022-03-01 10:00z',
      '2022-03-01 10:00 +08:00',
      '2022.03.01 10:00',
      '2022-03/01 10:00',
      '20220301',
      '202203011000',
      '20220301T100000',
      'yesterday',
      '２０２２-03-01 10:00',
      '-1646092800',
      '1646092800.5',
      '1.646E+9',
    ]);
  });

  test('as SPEC 3 lists them are read to the second', async () => {
    const { run, starts } = await readTimes(
      [
        '2022-03-01 08:15',
        '2022-03-01T08:15:30',
        '2022/3/1 8:05',
        '2022/03/01T08:15:30.999999',
        '20220301081530',
        '1646122530',
        '1646122530',
        '2022-03-01T00:15:30Z',
        '2022-03-01T08:15:30+08',
        '2022-03-01T08:15:30+0800',
        '2022-03-01T08:15:30+08:00',
        '2022-02-28T14:15:30-10:00',
        '2020-02-29 00:00',
        '2000-02-29 00:00',
        '  2022-03-01 08:15  ',
      ],
      lax('Asia/Shanghai'),
    );
    expect(rejectedAt(run)).toEqual([]);
    const day = '2022-03-01T';
    expect(starts).toEqual([
      `${day}08:15:00+08:00`,
      `${day}08:15:30+08:00`,
      `${day}08:05:00+08:00`,
      `${day}08:15:30+08:00`,
      `${day}08:15:30+08:00`,
      `${day}16:15:30+08:00`,
      `${day}16:15:30+08:00`,
      `${day}08:15:30+08:00`,
      `${day}08:15:30+08:00`,
      `${day}08:15:30+08:00`,
      `${day}08:15:30+08:00`,
      `${day}08:15:30+08:00`,
      '2020-02-29T00:00:00+08:00',
      '2000-02-29T00:00:00+08:00',
      `${day}08:15:00+08:00`,
    ]);
  });
});

describe('row 26: the zone', () => {
  const LOCAL = `${HEAD}P1,S1,2022-03-01 08:00,\nP2,S1,2022-03-01 08:10,\n`;

  test('is needed for local times: without --tz the run is a usage error that says which flag', async () => {
    expectRefused(await matchCheckIns(LOCAL, []), 2, 'a local time needs a time zone: give --tz with an IANA name, such as --tz Asia/Shanghai');
  });

  test('is not needed where every time has its offset; output is then in UTC', async () => {
    const run = await matchCheckIns(`${HEAD}P1,S1,2022-03-01T08:00+08:00,\nP2,S1,1646093400,\n`, []);
    expect(run.lists.rows('episodes')[0]).toMatchObject({ start: '2022-03-01T00:10:00Z', contact_id: 'P2' });
  });

  test('is needed for dates and for rules by calendar day', async () => {
    const utc = LOCAL.replaceAll('08:00', '08:00Z').replaceAll('08:10', '08:10Z');
    expectRefused(await runMatch({ 'checkins.csv': utc, 'cases.csv': 'person_id,onset_date\nP1,2022-03-01\n' }, []), 2, 'a date needs a time zone');
    expectRefused(
      await matchCheckIns(utc, [
        '--rule',
        'us-cdc-2020',
        '--rule',
        new TempFolder().write('r.json', '{"id":"d","clauses":[{"measure":"day","at_least":"1s"}]}'),
      ]),
      2,
      'the measure day needs a time zone',
    );
  });

  // CST is China Standard Time to one reader and Chicago to an engine.
  test.each(['CST', 'bst', 'Asia/Nowhere', '+08:00', 'GMT+8', '8', ''])('must be an IANA name: %j is refused', async (zone) => {
    expectRefused(await matchCheckIns(LOCAL, ['--tz', zone]), 2, `tz: expected an IANA zone such as Asia/Shanghai or UTC, got '${zone}'`);
  });

  test('of the machine plays no part: the same bytes under five zones', async () => {
    const world: World = {
      'checkins.csv': `${HEAD}P1,S1,2022-03-13 08:00,\nP2,S1,2022-03-13 08:10,2022/3/14 9:00\nP3,S1,1647158400,\nP4,S1,20220313083000,\nP5,S1,"13/03/2022, 8:40 AM",\n`,
      'cases.csv': 'person_id,onset_date\nP1,2022-03-13\n',
    };
    const seen = await Promise.all(
      ['UTC', 'Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia'].map(async (zone) => {
        const folder = new TempFolder();
        for (const [name, content] of Object.entries(world)) folder.write(name, content);
        const { code, err } = await start(matchArgs(folder, world, ['--tz', 'America/New_York', '--time-format', 'dd/MM/yyyy, h:mm a', '--rule', 'who-2020']), {
          env: { ...process.env, TZ: zone },
        }).ended;
        expect([zone, code, err]).toEqual([zone, 0, '']);
        const lists = new Lists(folder.at('lists'));
        return { ...lists.bytes, 'manifest.json': lists.text('manifest.json') } as Record<string, string>;
      }),
    );
    for (const other of seen) expect(other).toEqual(seen[0]);
    expect(seen[0]!['episodes.csv']).toContain('2022-03-13T08:10:00-04:00');
  });
});

describe('rows 27 and 28: summer time', () => {
  test('a local time that the clock skipped is rejected at its line and column', async () => {
    await expectTimesRejected('E_TIME_GAP', ['2022-03-13 02:00', '2022-03-13 02:30:00', '20220313025959'], lax('America/New_York'));
    await expectTimesRejected('E_TIME_GAP', ['2011-12-30 12:00'], lax('Pacific/Apia')); // a whole day was skipped
    const { starts } = await readTimes(['2022-03-13 01:59:59', '2022-03-13 03:00', '2022-03-13 02:30-05:00'], lax('America/New_York'));
    expect(starts).toEqual(['2022-03-13T01:59:59-05:00', '2022-03-13T03:00:00-04:00', '2022-03-13T03:30:00-04:00']);
  });

  test('a check-out that the clock skipped is rejected as check_out', async () => {
    const run = await matchCheckIns(`${HEAD}P1,S1,2022-03-13 01:30,2022-03-13 02:30\n`, lax('America/New_York'));
    expect(rejectedAt(run)).toEqual(['checkins.csv:2:check_out E_TIME_GAP']);
    expect(run.lists.rows('rejects')[0]!['message']).toContain('the clock skipped it for summer time: check --tz, or give an offset in the cell');
    expectBalanced(run);
  });

  test('a local time that the clock showed twice is the earlier one for a start, the later one for an end, and is counted', async () => {
    const run = await runMatch(
      {
        'checkins.csv': `${HEAD}P1,S1,2022-11-06 01:30,2022-11-06 01:30\nP2,S1,2022-11-06T01:00:00-05:00,2022-11-06T01:10:00-05:00\n`,
        'cases.csv': CASES,
      },
      lax('America/New_York'),
    );
    expect(run.lists.rows('episodes')).toMatchObject([
      {
        case_start: '2022-11-06T01:30:00-04:00',
        case_end_possible: '2022-11-06T01:30:00-05:00',
        start: '2022-11-06T01:00:00-05:00',
        overlap_certain_s: '600',
        flags: '',
      },
    ]);
    expect(run.lists.manifest.warnings).toContain(
      'checkins.csv: 2 local times that the clock showed twice: the earlier reading for a start, the later for an end',
    );
    expectBalanced(run);
  });
});

describe('row 29: seconds, milliseconds, microseconds', () => {
  test('seconds and milliseconds in one column of a file make it unusable, at the line where the unit changes', async () => {
    expectRefused(
      await matchCheckIns(`${HEAD}P1,S1,1646092800,\nP2,S1,1646092800000,\n`),
      3,
      'checkins.csv:3:time E_TIME_UNIT expected one unit for the whole column, got seconds (10 digits) and milliseconds (13 digits)',
    );
    expectRefused(await matchCheckIns(`${HEAD}P1,S1,1646092800000,1646092900000\nP2,S1,1646092800000,1646092900\n`), 3, 'checkins.csv:3:check_out E_TIME_UNIT');
  });

  test('each column and each file may have its own unit', async () => {
    const run = await runMatch(
      { 'checkins.csv': `${HEAD}P1,S1,1646092800,1646096400000\n`, 'checkins-b.csv': `${HEAD}P2,S1,1646092800999,\n`, 'cases.csv': CASES },
      lax('UTC'),
    );
    expect(run.lists.rows('episodes')).toMatchObject([{ case_end_likely: '2022-03-01T01:00:00+00:00', contact_start: '2022-03-01T00:00:00+00:00' }]);
  });

  test('microseconds and nanoseconds are rejected with what to do', async () => {
    await expectTimesRejected('E_TIME_UNIT', ['1646092800000000', '1646092800000000000']);
    const { run } = await readTimes(['1646092800000000'], lax('UTC'));
    expect(run.lists.rows('rejects')[0]!['message']).toContain('divide micro- or nanoseconds before the export');
  });
});

describe('row 30: times out of range', () => {
  test('are rejected, not clamped', async () => {
    await expectTimesRejected('E_TIME_RANGE', [
      '1970-01-01 00:00',
      '1900-01-01 00:00:00',
      '1999-12-31 23:59:59',
      '2100-01-01 00:00',
      '9999-12-31 23:59',
      '0000000000',
      '9999999999',
      '1999-12-31T23:30:00-00:00',
      '19000101000000',
      '2099-12-31 24:00',
    ]);
    await expectTimesRejected('E_TIME_RANGE', ['0000000000000', '4102444800000', '0000-01-01 00:00']);
    await expectTimesRejected('E_TIME', ['0000-00-00 00:00:00']);
    const { starts } = await readTimes(['2000-01-01 00:00', '2099-12-31 23:59:58', '1999-12-31T23:30:00-01:00'], lax('UTC'));
    expect(starts).toEqual(['2000-01-01T00:00:00+00:00', '2099-12-31T23:59:58+00:00', '2000-01-01T00:30:00+00:00']);
  });

  test('dates of cases are rejected likewise', async () => {
    const run = await runMatch(
      {
        'checkins.csv': `${HEAD}P1,S1,2022-03-01 08:00,\n`,
        'cases.csv': 'person_id,onset_date\nP1,1900-01-01\nP2,2022-02-30\nP3,9999-12-31\nP4,20220301\nP5,2022-03-01 08:00\n',
      },
      lax('UTC'),
    );
    expect(rejectedAt(run)).toEqual([
      'cases.csv:2:onset_date E_TIME_RANGE',
      'cases.csv:3:onset_date E_TIME',
      'cases.csv:4:onset_date E_TIME_RANGE',
      'cases.csv:6:onset_date E_TIME',
    ]);
    expectBalanced(run);
  });

  test.each(['9999-12-31 23:59:59', '9999-12-31', '9999/12/31', '99991231235959', '9999-12-31T00:00:00Z'])(
    'a check-out of %s is none, and is counted',
    async (never) => {
      const run = await matchCheckIns(`${HEAD}P1,S1,2022-03-01 08:00,${never}\nP2,S1,2022-03-01 09:00,\n`);
      expect(rejectedAt(run)).toEqual([]);
      expect(run.lists.rows('episodes')).toMatchObject([{ case_method: 'cap', case_end_possible: '2022-03-01T10:00:00+00:00' }]);
      expect(run.lists.manifest.warnings).toContain('checkins.csv: 1 check-outs in the year 9999 read as no check-out');
      expectBalanced(run);
    },
  );
});

describe('row 31: clocks written otherwise', () => {
  test('24:00 is the start of the next day; a leap second, 12:00 AM, 上午 and CJK dates are rejected unless declared', async () => {
    const { starts } = await readTimes(['2022-02-28 24:00', '2020-02-28T24:00:00', '2022-12-31 24:00:00.000', '20220301240000'], lax('UTC'));
    expect(starts).toEqual(['2022-03-01T00:00:00+00:00', '2020-02-29T00:00:00+00:00', '2023-01-01T00:00:00+00:00', '2022-03-02T00:00:00+00:00']);
    await expectTimesRejected('E_TIME', [
      '2022-03-01 24:01',
      '2022-03-01 24:00:01',
      '2022-03-01 24:00:00.5',
      '2016-12-31 23:59:60',
      '2022-03-01 12:00 AM',
      '2022-03-01 上午8:15',
      '2022年3月1日 08:15',
      '2022-03-01 下午 3:15',
    ]);
  });

  test('each is read once --time-format declares it', async () => {
    const { run, starts } = await readTimes(
      ['2022-03-01 12:05 AM', '2022-03-01 12:05 PM', '2022年3月1日 08:15', '2022-03-01 上午8:15', '2022-03-01 下午3:15', '22/3/1 08:15', '2022-03-01 09:00'],
      lax(
        'Asia/Shanghai',
        ...['yyyy-MM-dd hh:mm a', 'yyyy年M月d日 HH:mm', 'yyyy-MM-dd ah:mm', 'yy/M/d HH:mm'].flatMap((pattern) => ['--time-format', pattern]),
      ),
    );
    expect(rejectedAt(run)).toEqual([]);
    expect(starts).toEqual(['00:05', '12:05', '08:15', '08:15', '15:15', '08:15', '09:00'].map((clock) => `2022-03-01T${clock}:00+08:00`));
  });

  test.each([
    ['YYYY-MM-dd HH:mm', 'D or Y'],
    ['HH:mm DD.MM.yyyy', 'D or Y'],
    ['DDD yyyy HH:mm', 'D or Y'],
    ['HH:mm yyyy-MM-dd foo', 'unescaped latin alphabet character `f`'],
    ['HH:mm', 'tells year, month, day'],
    ['dd/MM hh:mm a', 'tells year, month, day'],
    ['dd/MM/yyyy hh:mm', 'which half of the day'],
    ['', 'tells year, month, day'],
  ])('the pattern %j is refused before anything is read', async (pattern, message) => {
    const run = await matchCheckIns(`${HEAD}P1,S1,2022-03-01 08:00,\nP2,S1,08:00 01.03.2022,\n`, lax('UTC', '--time-format', pattern));
    expectRefused(run, 2, `time-format '${pattern}'`);
    expect(run.err).toContain(message);
  });
});

describe('row 32: spreadsheet serial numbers and ambiguous dates', () => {
  test('serial numbers are read only with --time-format excel, as local times', async () => {
    await expectTimesRejected('E_TIME', ['44652.333', '44652', '44652,5']);
    const { starts } = await readTimes(['44652.333333333', '44652', '44652.5'], lax('Asia/Shanghai', '--time-format', 'excel'));
    expect(starts).toEqual(['2022-04-01T08:00:00+08:00', '2022-04-01T00:00:00+08:00', '2022-04-01T12:00:00+08:00']);
    const { run } = await readTimes(['44652.5'], ['--time-format', 'excel', '--max-rejects', '100%']);
    expectRefused(run, 2, 'a local time needs a time zone');
    await expectTimesRejected('E_TIME_RANGE', ['36525.99', '73051'], lax('UTC', '--time-format', 'excel')); // 1999-12-31 and 2100-01-01
  });

  test('20220301 is a date where a date stands and no time where a time stands', async () => {
    const run = await runMatch(
      { 'checkins.csv': `${HEAD}P1,S1,2022-03-01 08:00,\nP2,S1,20220301,\n`, 'cases.csv': 'person_id,onset_date\nP1,20220301\n' },
      lax('UTC'),
    );
    expect(rejectedAt(run)).toEqual(['checkins.csv:3:time E_TIME']);
    expect(run.lists.manifest.counts[0]).toMatchObject({ cases: 1, cases_without_visit: [] });
    expectBalanced(run);
  });

  test('a day and a month that two patterns read differently are rejected, never guessed', async () => {
    const both = lax('UTC', '--time-format', 'dd/MM/yyyy HH:mm', '--time-format', 'MM/dd/yyyy HH:mm');
    const { run, starts } = await readTimes(['01/02/2022 08:00', '13/02/2022 08:00', '02/02/2022 08:00'], both);
    expect(rejectedAt(run)).toEqual(['checkins.csv:2:time E_TIME']);
    expect(run.lists.rows('rejects')[0]!['message']).toContain('two patterns read it differently: give only the right one');
    expect(starts).toEqual([undefined, '2022-02-13T08:00:00+00:00', '2022-02-02T08:00:00+00:00']);
  });
});

describe('row 33: ends', () => {
  test('before their starts are rejected and never swapped, in check-ins, itineraries, runs and stops', async () => {
    const run = await runMatch(
      {
        'checkins.csv': `${HEAD}P1,S1,2022-03-01 08:00,2022-03-01 07:59:59\nP2,S1,2022-03-01 08:00,2022-03-01 08:00\n`,
        'cases.csv': CASES,
        'visits.csv': 'case_id,place_id,start,end\nC,S1,2022-03-01 08:00,2022-03-01 07:00\n',
        'runs.csv': 'vehicle_id,run_id,start,end\nB,R,2022-03-01 08:00,2022-03-01 07:00\n',
        'run-stops.csv': 'run_id,stop_sequence,arrival,departure\nR,1,2022-03-01 08:00,2022-03-01 07:00\n',
      },
      lax('UTC'),
    );
    expect(run.code).toBe(0);
    expect(rejectedAt(run)).toEqual([
      'checkins.csv:2:check_out E_CHECKOUT',
      'visits.csv:2:end E_CHECKOUT',
      'runs.csv:2:end E_CHECKOUT',
      'run-stops.csv:2:departure E_CHECKOUT',
    ]);
    expect(run.lists.rows('rejects')[0]!['message']).toBe(
      'expected a check-out at or after the check-in, got the opposite; mend the row: values are never swapped',
    );
    expectBalanced(run);
  });

  test('equal to their starts make an instant, which meets nobody half-open, meets closed, and is counted', async () => {
    const text = `${HEAD}P1,S1,2022-03-01 08:00,2022-03-01 08:00\nP2,S1,2022-03-01 08:00,2022-03-01 08:00\nP3,S1,2022-03-01 07:00,2022-03-01 09:00\nP4,S1,2022-03-01 08:00,2022-03-01 09:00\n`;
    const halfOpen = await matchCheckIns(text);
    expect(halfOpen.lists.rows('episodes')).toEqual([]);
    expect(halfOpen.lists.manifest.warnings).toContain('2 stays of no length: they meet nobody unless --bounds closed');
    const closed = await matchCheckIns(text, lax('UTC', '--bounds', 'closed'));
    expect(closed.lists.rows('episodes').map(({ contact_id, overlap_possible_s }) => [contact_id, overlap_possible_s])).toEqual([
      ['P2', '0'],
      ['P3', '0'],
      ['P4', '0'],
    ]);
    expectBalanced(halfOpen);
  });

  test('that are missing are bounded by the dwell of the place, and the method says so', async () => {
    const run = await matchCheckIns(`${HEAD}P1,S1,2022-03-01 08:00,\nP2,S1,2022-03-01 08:00,\n`);
    expect(run.lists.rows('episodes')).toMatchObject([{ case_method: 'cap', overlap_certain_s: '300', overlap_likely_s: '1800', overlap_possible_s: '7200' }]);
  });
});

describe('row 34: stays of days', () => {
  test('are cut at 24 hours, flagged and counted, never silently', async () => {
    const run = await matchCheckIns(
      `${HEAD}P1,S1,2022-03-01 08:00,2022-04-10 08:00\nP2,S1,2022-03-02 07:59:59,2022-03-03 07:59:59\nP3,S1,2022-03-02 08:00,2022-03-02 09:00\n`,
    );
    expect(run.lists.rows('episodes')).toMatchObject([
      { contact_id: 'P2', case_end_certain: '2022-03-02T08:00:00+00:00', overlap_possible_s: '1', flags: 'capped' },
    ]);
    expect(run.lists.manifest.warnings).toContain('1 stays cut at 24 h after the check-in (flag capped)');
    expect(run.lists.manifest.stays).toMatchObject({ capped: 1 });
    expectBalanced(run);
  });
});

describe('row 35: clocks that differ', () => {
  const APART = `${HEAD}P1,S1,2022-03-01 08:00,2022-03-01 09:00\nP2,S1,2022-03-01 09:04:59,2022-03-01 09:30\n`;

  test('--skew widens each stay on both sides, and the manifest keeps it', async () => {
    const met = async (...flags: string[]): Promise<string[]> =>
      (await matchCheckIns(APART, lax('UTC', ...flags))).lists.rows('episodes').map((row) => row['overlap_possible_s']!);
    expect([await met(), await met('--skew', '149'), await met('--skew', '150s'), await met('--skew', '5m')]).toEqual([[], [], ['1'], ['301']]);
    expect((await matchCheckIns(APART, lax('UTC', '--skew', '5m'))).lists.manifest.options['skew']).toBe('5m');
  });

  test('--skew of more than a day, or none that can be read, is a usage error', async () => {
    expectRefused(await matchCheckIns(APART, lax('UTC', '--skew', '25h')), 2, 'skew: expected at most a day');
    expectRefused(await matchCheckIns(APART, lax('UTC', '--skew', '-5m')), 2, "skew: expected a whole number and s, m, h or d (30s, 15m, 2h, 1d), got '-5m'");
  });
});

describe('row 36: order', () => {
  // Stays over midnight, joined scans, duplicates and ties, over two files.
  const rows = [
    'P1,S1,2022-03-01 23:30,',
    'P1,S1,2022-03-02 00:10,',
    'P2,S1,2022-03-01 23:50,2022-03-02 00:20',
    'P2,S2,2022-03-02 00:20,',
    'P1,S2,2022-03-02 00:25,',
    'P3,S2,2022-03-02 00:30,',
    'P3,S2,2022-03-02 00:30,2022-03-02 00:31',
    'P1,S1,2022-03-01 23:30,',
    'P4,S1,2022-02-28 24:00,',
    'P4,S1,2022-03-01 23:59:59,',
    'bad row',
  ];
  const world = (order: readonly number[], cut: number): World => {
    const text = (part: readonly number[]): string => `${HEAD}${part.map((i) => `${rows[i]}\n`).join('')}`;
    return { 'checkins.csv': text(order.slice(0, cut)), 'checkins-b.csv': text(order.slice(cut)), 'cases.csv': CASES };
  };
  const withoutEvidence = ({ lists }: MatchRun): unknown =>
    ['episodes', 'contacts', 'people', 'places', 'disinfection', 'links'].map((name) =>
      lists.rows(name).map(({ case_rows: _, contact_rows: __, ...row }) => row),
    );

  test('of rows within and between files changes nothing but the evidence', async () => {
    const inOrder = rows.map((_, i) => i);
    const first = await runMatch(world(inOrder, 5), lax('UTC'));
    expect(first.lists.rows('contacts').map((row) => row['contact_id'])).toEqual(['P2', 'P3', 'P4']);
    let seed = 7;
    for (let round = 0; round < 12; round++) {
      const order = inOrder
        .map((i) => ({ i, at: (seed = (seed * 48_271) % 2_147_483_647) }))
        .sort((a, b) => a.at - b.at)
        .map(({ i }) => i);
      const run = await runMatch(world(order, round % rows.length), lax('UTC'));
      expect(withoutEvidence(run)).toEqual(withoutEvidence(first));
      expectBalanced(run);
      expect(
        run.lists.manifest.ledger
          .slice(0, 2)
          .reduce((sum, { accepted, rejected, duplicate }) => [sum[0]! + accepted, sum[1]! + rejected, sum[2]! + duplicate], [0, 0, 0]),
      ).toEqual([9, 1, 1]);
    }
  });

  test('of the files on the command line changes not a byte of the lists, unless a duplicate lies in both', async () => {
    const folder = new TempFolder();
    const [a, b, cases] = [
      folder.write('a.csv', `${HEAD}${rows.slice(0, 5).join('\n')}\n`),
      folder.write('b.csv', `${HEAD}${rows.slice(8, 10).join('\n')}\n`),
      folder.write('cases.csv', CASES),
    ];
    const listsOf = async (out: string, ...files: readonly string[]): Promise<Record<string, string>> => {
      expect((await runCli(['match', '--checkins', ...files, '--cases', cases, '--tz', 'UTC', '--window', 'all', '--out', folder.at(out)])).code).toBe(0);
      return new Lists(folder.at(out)).bytes;
    };
    expect(await listsOf('one', a, b)).toEqual(await listsOf('two', b, a));
  });
});

describe('row 37: stays that touch', () => {
  const TOUCHING = `${HEAD}P1,S1,2022-03-01 08:00,2022-03-01 09:00\nP2,S1,2022-03-01 09:00,2022-03-01 10:00\nP3,S1,2022-03-01 07:00,2022-03-01 08:00\nP4,S1,2022-03-01 08:59:59,2022-03-01 10:00\n`;
  const met = ({ lists }: MatchRun): string[][] => lists.rows('episodes').map((row) => [row['contact_id']!, row['overlap_possible_s']!]);

  test('are not together half-open, the default', async () => {
    expect(met(await matchCheckIns(TOUCHING))).toEqual([['P4', '1']]);
  });

  test('are together closed', async () => {
    expect(met(await matchCheckIns(TOUCHING, lax('UTC', '--bounds', 'closed')))).toEqual([
      ['P2', '0'],
      ['P3', '0'],
      ['P4', '1'],
    ]);
  });

  test('any other word for --bounds is a usage error', async () => {
    expectRefused(await matchCheckIns(TOUCHING, lax('UTC', '--bounds', 'open')), 2, "bounds: expected half-open or closed, got 'open'");
  });
});
