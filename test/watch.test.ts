/** `copresence watch`, by hand: when an episode closes, what a pair is worth then, and what becomes of rows that cannot count. */
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ContactEvent, EpisodeEvent } from '../src/lists/live/live-episodes.js';
import { watchFiles } from '../src/engines/files/watch-files.js';
import { csvRows } from './support/csv.js';
import { start, until, untilListening } from './support/child.js';
import { runCli } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';
import { contactsOf, episodesOf, eventsOf, watchText } from './support/watch-worlds.js';

const at = (clock: string): string => `2022-03-01T${clock}:00Z`;
const row = (person_id: string, place_id: string, clock: string, more: object = {}): string =>
  `${JSON.stringify({ person_id, place_id, time: at(clock), ...more })}\n`;

/** Ada is the case. Of places nothing is known: stays last 5, 30 and at most 120 minutes. */
function world(more: Record<string, string> = {}): { folder: TempFolder; files: Record<string, string[]> } {
  const folder = new TempFolder();
  const files: Record<string, string[]> = { cases: [folder.write('cases.csv', 'person_id,onset_date\nada,2022-03-01\n')] };
  for (const [name, content] of Object.entries(more)) files[name.replace('.csv', '')] = [folder.write(name, content)];
  return { folder, files };
}
const watch = (text: string, options: object = {}, { files } = world()): ReturnType<typeof watchText> =>
  watchText(text, { files, tz: 'UTC', lateness: 0, ...options });

/** What each chunk of a text made the watch say: `contact_id` of episodes, `case→contact grade` of contacts. */
async function saidBy(chunks: readonly string[], options: object = {}, { files } = world()): Promise<string[]> {
  const said: string[] = [];
  let text = '';
  await watchFiles({
    files,
    tz: 'UTC',
    lateness: 0,
    ...options,
    input: (async function* () {
      for (const chunk of chunks) {
        yield new TextEncoder().encode(chunk);
        said.push(text);
        text = '';
      }
    })(),
    out: async (block) => {
      text += new TextDecoder().decode(block);
      return true;
    },
  });
  return [...said, text].map((each) =>
    eventsOf(each)
      .map((event) => (event.event === 'episode' ? `${event.contact_id} ${event.grade}` : `${event.case_id}→${event.contact_id} ${event.grade}`))
      .join(', '),
  );
}

describe('an episode closes', () => {
  test('when both stays are over by the clock: by a later scan elsewhere, or after the longest time', async () => {
    const chunks = [
      row('ada', 'cafe', '08:00'),
      row('bob', 'cafe', '08:10'),
      row('bob', 'shop', '08:20'), // bob left the cafe; ada may be there until 10:00
      row('ada', 'home', '08:40'), // ada left too, but the clock has only reached that instant
      row('eve', 'park', '08:41'),
      row('cyd', 'home', '08:50'),
      row('eve', 'park', '10:40'), // ada may still be at home
      row('eve', 'park', '10:41'), // ada was at home until 10:40 at the latest; cyd may be there until 10:50
      row('eve', 'park', '10:51'),
    ];
    expect(await saidBy(chunks)).toEqual(['', '', '', '', 'bob likely, ada→bob likely', '', '', '', 'cyd likely, ada→cyd likely', '']);
  });

  test('later by the lateness that is allowed', async () => {
    const chunks = [row('ada', 'cafe', '08:00'), row('bob', 'cafe', '08:10'), row('bob', 'x', '08:20'), row('ada', 'y', '08:30'), row('eve', 'z', '08:40')];
    const more = [row('eve', 'z', '08:41')];
    expect(await saidBy([...chunks, ...more], { lateness: '10m' })).toEqual(['', '', '', '', '', 'bob likely, ada→bob likely', '']);
  });

  test('at the end of the stream at the latest', async () => {
    expect(await saidBy([row('ada', 'cafe', '08:00') + row('bob', 'cafe', '08:10')])).toEqual(['', 'bob likely, ada→bob likely']);
  });

  test('on a bus without a timetable when no scan can lengthen the run any more', async () => {
    // Both are off at 08:20 and 08:21. The run of 08:00 goes on until 45 minutes after its last scan, 08:10: before 08:55 it could still be lengthened.
    const places = 'place_id,category\nbus,bus\n';
    const chunks = [
      row('ada', 'bus', '08:00') + row('bob', 'bus', '08:10') + row('ada', 'a', '08:20') + row('bob', 'b', '08:21'),
      row('eve', 'c', '08:54'),
      row('eve', 'c', '08:55'),
    ];
    expect(await saidBy(chunks, {}, world({ 'places.csv': places }))).toEqual(['', '', 'bob likely, ada→bob likely', '']);
  });

  test('when it can no longer turn out that someone was at two places at once', async () => {
    // Bob's stay in the park is over at 12:00. Of the shop his scan of 11:00 proves no second; that of 12:30 proves him there from 11:00 on.
    const dwell = { retail: { least: 0, typical: 60, most: 120 } };
    const chunks = [
      row('ada', 'park', '10:00', { check_out: at('12:00') }) + row('bob', 'park', '10:00', { check_out: at('12:00') }) + row('bob', 'shop', '11:00'),
      row('eve', 'x', '12:10'),
      row('bob', 'shop', '12:30'),
      row('eve', 'x', '14:31'),
    ];
    const places = world({ 'places.csv': 'place_id,category\nshop,retail\n' });
    expect(await saidBy(chunks, { dwell }, places)).toEqual(['', '', '', 'bob certain, ada→bob certain', '']);
    const { events } = await watch(chunks.join(''), { dwell }, places);
    expect((episodesOf(events) as unknown as EpisodeEvent[]).map(({ flags }) => flags)).toEqual(['conflict']);
  });

  test('as others make it who ride on: a later scan lengthens the run of a rider who never comes again', async () => {
    const known = `person_id,place_id,time\nada,bus,${at('08:00')}\nbob,bus,${at('08:10')}\n`;
    const { files } = world({ 'checkins.csv': known, 'places.csv': 'place_id,category\nbus,bus\n' });
    const methodOf = async (text: string): Promise<unknown[]> =>
      episodesOf((await watch(text, {}, { folder: new TempFolder(), files })).events).map((episode) => [episode['contact_id'], episode['contact_method']]);
    // Bob's was the last scan of the run: it ends when his longest ride does. With a later one it does not.
    expect(await methodOf('')).toEqual([['bob', 'run-end']]);
    expect(await methodOf(row('eve', 'bus', '08:20') + row('eve', 'x', '08:22') + row('eve', 'y', '12:00'))).toEqual([
      ['eve', 'next-scan'],
      ['bob', 'cap'],
    ]);
  });

  test('of an itinerary on a bus when it is known on which run that was', async () => {
    // Bob had a check-out. Of the run of 10:40 only the scan of 11:50 tells that it went on until then.
    const visits = `case_id,place_id,start,end\nc1,bus,${at('11:00')},${at('11:30')}\n`;
    const told = world({ 'places.csv': 'place_id,category\nbus,bus\n', 'visits.csv': visits });
    const options = { dwell: { bus: { least: 1, typical: 5, most: 10 } }, runGap: '2h' };
    const chunks = [row('bob', 'bus', '10:40', { check_out: at('11:20') }), row('eve', 'x', '11:36'), row('dan', 'bus', '11:50'), row('eve', 'x', '13:50')];
    expect(await saidBy(chunks, options, told)).toEqual(['', '', '', 'bob certain, c1→bob certain', '']);
    expect(await saidBy(chunks.toSpliced(2, 1), options, told)).toEqual(['', '', '', '']);
  });

  test('with the stays that were known before', async () => {
    const known = `person_id,place_id,time\nbob,cafe,${at('07:50')}\nada,cafe,${at('08:00')}\ndan,cafe,${at('07:30')}\ndan,elsewhere,${at('08:15')}\n`;
    const { events } = await watch(row('bob', 'shop', '08:30') + row('ada', 'home', '08:40'), {}, world({ 'checkins.csv': known }));
    const rows = episodesOf(events) as unknown as EpisodeEvent[];
    expect(
      rows.map(({ contact_id, start, end, case_rows, contact_rows }) => [contact_id, start.slice(11, 16), end.slice(11, 16), case_rows, contact_rows]),
    ).toEqual([
      // Both close when ada's visit does: then they come in the order of the list.
      ['bob', '08:00', '08:30', 'checkins.csv:3', 'checkins.csv:2'],
      ['dan', '08:00', '08:15', 'checkins.csv:3', 'checkins.csv:4'],
    ]);
  });
});

describe('a pair becomes a contact', () => {
  test('when its first clause is reached: what was below is graded then', async () => {
    // Ten minutes in the cafe are too few for 15 of who-2020; with ten more in the shop they are enough. Check-outs make all of it certain.
    const met = (place: string, from: string, to: string): string =>
      row('ada', place, from, { check_out: at(to) }) + row('bob', place, from, { check_out: at(to) });
    const { events } = await watch(met('cafe', '08:00', '08:10') + met('shop', '09:00', '09:10') + met('park', '10:00', '10:10'), {
      rules: [
        {
          id: 'fifteen',
          version: '1',
          title: 't',
          source: 's',
          clauses: [
            { measure: 'total', at_least: '15m' },
            { measure: 'single', more_than: '10m' },
          ],
        },
      ],
    });
    const said = events.map((event) =>
      event.event === 'episode' ? [event.episode, event.place_id, event.grade] : [event.grade, event.reasons, event.regraded],
    );
    expect(said).toEqual([
      [1, 'cafe', 'below'],
      [2, 'shop', 'certain'],
      ['certain', 'total>=900s', [{ episode: 1, grade: 'certain' }]],
      [3, 'park', 'certain'],
    ]);
    expect(contactsOf(events)).toEqual({ 'fifteen|ada|bob': 'certain total>=900s' });
  });

  test('again when it is a surer one, and under each rule by itself', async () => {
    // At first 20 likely minutes, then 10 certain ones.
    const text =
      row('ada', 'cafe', '08:00') +
      row('bob', 'cafe', '08:10') +
      row('ada', 'park', '13:00', { check_out: at('13:10') }) +
      row('bob', 'park', '13:00', { check_out: at('13:10') });
    const { events } = await watch(text, { rules: ['who-2020', 'any'] });
    const contacts = events.filter((event): event is ContactEvent => event.event === 'contact');
    expect(contacts.map(({ rule_id, grade, reasons }) => [rule_id, grade, reasons])).toEqual([
      ['any', 'likely', 'total>=1s'],
      ['who-2020', 'likely', 'total>=900s'],
      ['any', 'certain', 'total>=1s'],
    ]);
  });

  test('of a case whose window is open to the one side', async () => {
    const cases = 'person_id,infectious_from\nada,2022-03-01T09:00:00Z\n';
    const { files } = world();
    const open = { files: { ...files, cases: [new TempFolder().write('open.csv', cases)] } };
    const { events } = await watch(row('ada', 'cafe', '08:30') + row('bob', 'cafe', '08:40') + row('ada', 'x', '09:30') + row('bob', 'x', '11:00'), {
      ...open,
      window: 'all',
    });
    const [episode] = episodesOf(events) as unknown as EpisodeEvent[];
    expect([episode!.case_start, episode!.start, episode!.end].map((time) => time.slice(11, 16))).toEqual(['09:00', '09:00', '09:30']);
  });
});

describe('rows that cannot count', () => {
  const GOOD = row('ada', 'cafe', '08:00');

  test('are rejected with their line, and the books add up', async () => {
    const { folder, files } = world();
    const text =
      '\uFEFF' +
      GOOD +
      GOOD + // twice
      '\n  \r\n{}\n' +
      '{"person_id":7,"place_id":"cafe","time":1646121600}\n' +
      '{"person_id":"bob","place_id":"cafe"}\n' +
      '{"person_id":"bob","place_id":"cafe","time":"2022-02-30T08:00:00Z"}\n' +
      '["bob"]\nnot json\n' +
      '{"name":"bob"}\n' +
      '{"person_id":"bob","uid":"bob","place_id":"cafe","time":1646121600}\n' +
      row('bob', 'cafe', '08:10', { check_out: at('08:00') }) +
      row('bob', 'cafe', '08:10', { role: 'staff' }) +
      `${JSON.stringify({ person_id: 'b'.repeat(1 << 20), place_id: 'x', time: at('08:10') })}\n` +
      row('bob', 'cafe', '08:10') +
      row('bob', 'cafe', '07:59') +
      '{"person_id":"bob","place_id":"cafe","time":1646125200}\n' +
      '{"person_id":"bob","place_id":"cafe","time":1646125200000}\n' +
      row('zoe', 'cafe', '23:00').trim();
    const rejects = folder.at('rejects.csv');
    for (const chunkBytes of [1 << 22, 1000]) {
      const { report, events } = await watchText(text, { files, tz: 'UTC', lateness: 0, ahead: '8h', maxRejects: '100%', rejects, force: true }, chunkBytes);
      expect(report.ledger.at(-1)).toEqual({ file: 'stream', read: 20, accepted: 3, rejected: 13, duplicate: 1, blank: 3 });
      expect([report.late, report.fault, episodesOf(events).length]).toEqual([1, null, 1]);
      expect(csvRows(readFileSync(rejects, 'utf8')).map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`)).toEqual([
        'stream:6:person_id E_ROW',
        'stream:7:time E_EMPTY',
        'stream:8:time E_TIME',
        'stream:9: E_JSON',
        'stream:10: E_JSON',
        'stream:11: E_ROW',
        'stream:12:person_id E_COLUMN_TWICE',
        'stream:13:check_out E_CHECKOUT',
        'stream:14:role E_ROLE',
        'stream:15: E_JSON',
        'stream:17:time E_LATE',
        'stream:19:time E_TIME_UNIT',
        'stream:20:time E_AHEAD',
      ]);
      expect(statSync(rejects).mode & 0o777).toBe(0o600);
    }
  });

  test('do not stop the stream, however many, but end it with a fault', async () => {
    const { report, events } = await watch(`${GOOD}${row('bob', 'cafe', '08:10')}rubbish\n`);
    expect(episodesOf(events)).toHaveLength(1);
    expect(report.fault?.code).toBe('E_REJECTS');
    expect(report.fault?.message).toContain('stream:3 E_JSON');
    expect(report.fault?.message).not.toContain('rubbish');
  });

  test('bytes that are no UTF-8 reject their line alone', async () => {
    const bytes = new TextEncoder().encode(`${GOOD}?\n${row('bob', 'cafe', '08:10')}`);
    bytes[bytes.indexOf(63)] = 0xff;
    const { files } = world();
    let out = '';
    const report = await watchFiles({
      files,
      tz: 'UTC',
      input: (async function* () {
        yield bytes;
      })(),
      out: async (block) => {
        out += new TextDecoder().decode(block);
        return true;
      },
      maxRejects: 1,
    });
    expect([report.ledger.at(-1)?.rejected, episodesOf(eventsOf(out)).length]).toEqual([1, 1]);
  });

  test('keys may have the names that headers have, or those of --map', async () => {
    const text = `{"UID":"ada","场所码":"cafe","timestamp":1646121600,"x":1}\n{"手机号":"bob","venue_id":"cafe","scan_time":"2022-03-01 08:10"}\n`;
    expect(episodesOf((await watch(text)).events)).toHaveLength(1);
    const mapped = '{"wer":"ada","wo":"cafe","wann":"1646121600"}\n{"wer":"bob","wo":"cafe","wann":"1646122200"}\n';
    const mappings = ['checkins.person_id=wer', 'checkins.place_id=wo', 'checkins.time=wann'];
    expect(episodesOf((await watch(mapped, { mappings })).events)).toHaveLength(1);
  });
});

describe('copresence watch', () => {
  const TEXT = row('ada', 'cafe', '08:00') + row('bob', 'cafe', '08:10') + row('bob', 'x', '08:20') + row('ada', 'y', '08:30');

  test('reads standard input and prints NDJSON; all else goes to standard error', async () => {
    const { files } = world();
    const child = start(['watch', '--cases', files['cases']![0]!, '--tz', 'UTC']);
    child.process.stdin!.end(TEXT);
    const { code, out, err } = await child.ended;
    expect(code).toBe(0);
    expect(eventsOf(out).map(({ event }) => event)).toEqual(['episode', 'contact']);
    expect(err).toMatch(/^stream +4 +4 +0 +0 +0$/m);
    expect(err).toContain('1 episodes, 1 contact pairs\n');
  });

  test('says at once what has closed while the stream goes on; SIGINT ends it with a summary', async () => {
    const { files } = world();
    const child = start(['watch', '--cases', files['cases']![0]!, '--tz', 'UTC', '--lateness', '0']);
    let out = '';
    child.process.stdout!.on('data', (text: string) => void (out += text));
    await untilListening(child);
    child.process.stdin!.write(TEXT + row('cyd', 'y', '08:31'));
    await until(() => out.includes('"contact_id":"bob"'), 'the episode');
    child.process.kill('SIGINT');
    const ended = await child.ended;
    expect(ended.code).toBe(130);
    expect(ended.err).toContain('1 episodes, 1 contact pairs; stopped with 3 stays open, of which nothing was said\n');
    expect(ended.err).toMatch(/^stream +5 +5 +0 +0 +0$/m);
  });

  test('ends quietly when its reader has gone', async () => {
    const { files } = world();
    const child = start(['watch', '--cases', files['cases']![0]!, '--tz', 'UTC', '--lateness', '0']);
    child.process.stdin!.on('error', () => {});
    child.process.stdout!.once('data', () => child.process.stdout!.destroy());
    // Bob comes back again and again: each time an episode.
    let text = row('ada', 'cafe', '00:00', { check_out: at('23:59') });
    for (let minute = 0; minute < 1200; minute++) {
      const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      text += row(`bob${minute}`, 'cafe', clock, { check_out: at(clock) }) + row('eve', 'park', clock);
    }
    text = text.replaceAll('"check_out":"2022-03-01T00:00:00Z"', '"check_out":"2022-03-01T00:00:30Z"');
    child.process.stdin!.end(text);
    expect(await child.ended).toMatchObject({ code: 0, err: expect.stringMatching(/^$|episodes/) as string });
  });

  test('refuses what a watch cannot do', async () => {
    const { folder, files } = world();
    const cases = ['--cases', files['cases']![0]!];
    expect(await runCli(['watch'])).toMatchObject({ code: 2, out: '' });
    expect(await runCli(['watch', ...cases, '--checkins', '-'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('standard input is the stream') as string,
    });
    expect(await runCli(['watch', ...cases, '--lateness', 'soon'])).toMatchObject({ code: 2 });
    expect(await runCli(['watch', ...cases, '--index', folder.at('none')])).toMatchObject({ code: 2 });
    const staff = folder.write('staff.csv', `person_id,place_id,time,role\ndan,bus,${at('08:00')},staff\n`);
    expect(await runCli(['watch', ...cases, '--checkins', staff, '--tz', 'UTC'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('staff.csv:2:role') as string,
    });
  });

  test('an empty stream tells of what was known before', async () => {
    const known = `person_id,place_id,time\nada,cafe,${at('08:00')}\nbob,cafe,${at('08:10')}\n`;
    const { events, report } = await watch('', {}, world({ 'checkins.csv': known }));
    expect([episodesOf(events).length, report.ledger.at(-1)?.read, report.ending]).toEqual([1, 0, 'end']);
  });
});
