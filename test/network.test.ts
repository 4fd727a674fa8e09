/** Everyone with everyone, against a match in which everyone is a case, and as the command line gives it. */
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareBytewise } from '../src/core/bytewise.js';
import { buildIndex, type EpisodeRow, type MeetingRow, type PairRow } from '../src/index.js';
import { BASE_SEC, DWELL, worlds } from '../src/testing/worlds.js';
import { csvRows } from './support/csv.js';
import { start } from './support/child.js';
import { runCli } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

const seconds = (text: string): number => new Date(text).getTime() / 1000;
const first = (...orders: number[]): number => orders.find((order) => order !== 0) ?? 0;

/** A meeting with what its order hangs on. */
interface Wanted {
  readonly row: MeetingRow;
  readonly places: readonly [string, string];
  /** The stay that began first, then the other. */
  readonly stays: readonly [Stay, Stay];
}
interface Stay {
  readonly start: number;
  readonly place: string;
  readonly person: string;
}

function wantedOf(episode: EpisodeRow): Wanted {
  const { case_id, contact_id, place_id, contact_place_id, run_id, start: from, end, overlap_certain_s, overlap_likely_s, overlap_possible_s } = episode;
  const stays: Stay[] = [
    { start: seconds(episode.case_start), place: place_id, person: case_id },
    { start: seconds(episode.contact_start), place: contact_place_id, person: contact_id },
  ];
  stays.sort((s, t) => first(s.start - t.start, compareBytewise(s.place, t.place), compareBytewise(s.person, t.person)));
  return {
    row: {
      person_a: case_id,
      person_b: contact_id,
      place_id,
      run_id,
      start: from,
      end,
      overlap_certain_s,
      overlap_likely_s,
      overlap_possible_s,
      grade: overlap_certain_s > 0 ? 'certain' : overlap_likely_s > 0 ? 'likely' : 'possible',
      place_id_b: contact_place_id,
      distance_m: episode.distance_m,
    },
    places: [place_id, contact_place_id].sort(compareBytewise) as [string, string],
    stays: stays as [Stay, Stay],
  };
}

const inOrder = (a: Wanted, b: Wanted): number =>
  first(
    compareBytewise(a.places[0], b.places[0]),
    compareBytewise(a.places[1], b.places[1]),
    compareBytewise(a.row.run_id, b.row.run_id),
    a.stays[0].start - b.stays[0].start,
    compareBytewise(a.stays[0].place, b.stays[0].place),
    compareBytewise(a.stays[0].person, b.stays[0].person),
    a.stays[1].start - b.stays[1].start,
    compareBytewise(a.stays[1].person, b.stays[1].person),
  );

/** Pairs of people from their meetings, second by second. */
function pairsOf(meetings: readonly MeetingRow[]): PairRow[] {
  const groups = grouped(meetings);
  const rows = [...groups.values()].map((group): PairRow => {
    const total = (grade: 'certain' | 'likely' | 'possible'): number => {
      const together = new Set<number>();
      for (const row of group) for (let i = 0; i < row[`overlap_${grade}_s`]; i++) together.add(seconds(row.start) + i);
      return together.size;
    };
    return {
      person_a: group[0]!.person_a,
      person_b: group[0]!.person_b,
      meetings: group.length,
      places: new Set(group.map((row) => row.place_id)).size,
      total_certain_s: total('certain'),
      total_likely_s: total('likely'),
      total_possible_s: total('possible'),
      first_start: group.map((row) => row.start).sort()[0]!,
      last_end: group
        .map((row) => row.end)
        .sort()
        .at(-1)!,
    };
  });
  return rows.sort((a, b) => first(compareBytewise(a.person_a, b.person_a), compareBytewise(a.person_b, b.person_b)));
}
const keyOf = ({ person_a, person_b }: MeetingRow): string => `${person_a}|${person_b}`;
function grouped(meetings: readonly MeetingRow[]): Map<string, MeetingRow[]> {
  const groups = new Map<string, MeetingRow[]>();
  for (const row of meetings) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

test.each(['place', 'parent', 'grid:150', 'near:150'])(
  'under %s the meetings are the episodes of a match with everyone as a case, in the order of the documentation',
  (scope) => {
    let rows = 0;
    fc.assert(
      fc.property(worlds(), fc.constantFrom(0, 60, 200), fc.constantFrom('0s', '90s'), (world, minOverlap, skew) => {
        const places = world.places.map((place, i) => ({
          ...place,
          ...(i !== 1 && { lat: 31, lon: 121 + i / 1000 }),
          ...(i === 1 && { lat: 31.0005, lon: 121 }),
        }));
        const index = buildIndex(world.checkIns, { places, runs: world.runs, dwell: DWELL, runGap: 300, skew, tz: 'UTC' });
        const everyone = [...new Set(world.checkIns.map(({ person_id }) => person_id))];
        const { episodes } = index.match(
          everyone.map((person_id) => ({ person_id })),
          { window: 'all', scope, minOverlap },
        );
        const wanted = episodes
          .filter(({ case_id, contact_id }) => compareBytewise(case_id, contact_id) < 0)
          .map(wantedOf)
          .sort(inOrder)
          .map(({ row }) => row);
        rows += wanted.length;
        const network = index.network({ scope, minOverlap });
        expect([...network]).toEqual(wanted);
        expect(network.countMeetings()).toBe(wanted.length);
        expect([...network.pairs()]).toEqual(pairsOf(wanted));
      }),
      { numRuns: 60 },
    );
    expect(rows).toBeGreaterThan(200);
  },
);

const HEAD = 'person_id,place_id,time,check_out\n';
const FILE = `${HEAD}B,S1,2022-03-01 08:00,2022-03-01 09:00\nA,S1,2022-03-01 08:10,2022-03-01 08:40\n=C,S1,2022-03-01 08:30,2022-03-01 10:00\nA,S1,2022-03-01 08:50,2022-03-01 09:30\n`;
const MEETINGS = [
  'person_a,person_b,place_id,run_id,start,end,overlap_certain_s,overlap_likely_s,overlap_possible_s,grade',
  'A,B,S1,,2022-03-01T08:10:00+00:00,2022-03-01T08:40:00+00:00,1800,1800,1800,certain',
  "'=C,B,S1,,2022-03-01T08:30:00+00:00,2022-03-01T09:00:00+00:00,1800,1800,1800,certain",
  'A,B,S1,,2022-03-01T08:50:00+00:00,2022-03-01T09:00:00+00:00,600,600,600,certain',
  "'=C,A,S1,,2022-03-01T08:30:00+00:00,2022-03-01T08:40:00+00:00,600,600,600,certain",
  "'=C,A,S1,,2022-03-01T08:50:00+00:00,2022-03-01T09:30:00+00:00,2400,2400,2400,certain",
];
const text = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

function world(content: string = FILE): { folder: TempFolder; args: string[] } {
  const folder = new TempFolder();
  return { folder, args: ['network', '--checkins', folder.write('scans.csv', content), '--tz', 'UTC'] };
}

describe('copresence network', () => {
  test('gives the meetings to standard output and all else to standard error', async () => {
    const { code, out, err } = await runCli(world().args);
    expect([code, out]).toEqual([0, text(...MEETINGS)]);
    expect(err).toContain('scans.csv     4         4         0          0      0');
    expect(err).toContain('5 meetings\n');
  });

  test('the order of the rows changes nothing', async () => {
    const [head, ...rows] = FILE.trim().split('\n');
    for (const order of [rows.toReversed(), [rows[2]!, rows[0]!, rows[3]!, rows[1]!]]) {
      expect((await runCli(world(text(head!, ...order)).args)).out).toBe(text(...MEETINGS));
    }
  });

  test('--aggregate gives pairs of people, an hour in two ways as one', async () => {
    const { out } = await runCli([...world().args, '--aggregate', '--raw', '--quiet']);
    expect(out).toBe(
      text(
        'person_a,person_b,meetings,places,total_certain_s,total_likely_s,total_possible_s,first_start,last_end',
        '=C,A,2,1,3000,3000,3000,2022-03-01T08:30:00+00:00,2022-03-01T09:30:00+00:00',
        '=C,B,1,1,1800,1800,1800,2022-03-01T08:30:00+00:00,2022-03-01T09:00:00+00:00',
        'A,B,2,1,2400,2400,2400,2022-03-01T08:10:00+00:00,2022-03-01T09:00:00+00:00',
      ),
    );
  });

  test('--limit stops, and says how many there are', async () => {
    expect(await runCli([...world().args, '--limit', '2', '--quiet'])).toEqual({
      code: 0,
      out: text(...MEETINGS.slice(0, 3)),
      err: 'limit: the first 2 rows of 5 meetings in all\n',
    });
    expect(await runCli([...world().args, '--limit', '5', '--quiet'])).toEqual({ code: 0, out: text(...MEETINGS), err: '' });
    const { err } = await runCli([...world().args, '--limit', '1', '--aggregate', '--min-overlap', '30m', '--quiet']);
    expect(err).toBe('limit: the first 1 pairs of people; there are more, with 3 meetings in all\n');
  });

  test('other scopes say where the other was', async () => {
    const { folder, args } = world(`${HEAD}B,S1,2022-03-01 08:00,2022-03-01 09:00\nA,S2,2022-03-01 08:10,2022-03-01 08:40\n`);
    const places = folder.write('places.csv', 'place_id,lat,lon\nS1,31,121\nS2,31.001,121\n');
    const { out } = await runCli([...args, '--places', places, '--scope', 'near:200', '--quiet']);
    expect(csvRows(out)).toEqual([expect.objectContaining({ person_a: 'A', place_id: 'S2', place_id_b: 'S1', distance_m: '111' })]);
    expect(await runCli([...args, '--scope', 'near'])).toMatchObject({ code: 2, out: '' });
  });

  test('--out writes a file that only its owner reads, and replaces only an earlier one of its own, with --force', async () => {
    const { folder, args } = world();
    const out = folder.at('net.csv');
    expect(await runCli([...args, '--out', out, '--quiet'])).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(out, 'utf8')).toBe(text(...MEETINGS));
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(await runCli([...args, '--out', out])).toMatchObject({ code: 2, err: 'copresence: out: net.csv exists; choose another file or give --force\n' });
    expect((await runCli([...args, '--out', out, '--force', '--format', 'jsonl', '--limit', '1'])).code).toBe(0);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ person_a: 'A', person_b: 'B', overlap_possible_s: 1800 });
    expect((await runCli([...args, '--out', out, '--force', '--excel'])).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe(`\uFEFF${text(...MEETINGS).replaceAll('\n', '\r\n')}`);
    writeFileSync(out, 'my own notes\n');
    expect(await runCli([...args, '--out', out, '--force'])).toMatchObject({ code: 2 });
    expect(await runCli([...args, '--out', folder.at('scans.csv'), '--force'])).toMatchObject({ code: 2 });
    expect(await runCli([...args, '--out', folder.at('none/net.csv')])).toMatchObject({ code: 2 });
    expect(readFileSync(folder.at('scans.csv'), 'utf8')).toBe(FILE);
    expect(readdirSync(folder.path).sort()).toEqual(['net.csv', 'scans.csv']);
  });

  test('too many rejected rows end it with 3; --rejects keeps them', async () => {
    const { folder, args } = world(`${FILE}D,S1,soon,\n`);
    const rejects = folder.at('rejects.csv');
    const run = await runCli([...args, '--out', folder.at('net.csv'), '--rejects', rejects]);
    expect([run.code, run.out]).toEqual([3, '']);
    expect(run.err).toContain('no row was written');
    expect(readdirSync(folder.path).sort()).toEqual(['rejects.csv', 'scans.csv']);
    expect(csvRows(readFileSync(rejects, 'utf8'))).toEqual([expect.objectContaining({ file: 'scans.csv', line: '6', column: 'time', code: 'E_TIME' })]);
    const allowed = await runCli([...args, '--max-rejects', '1']);
    expect([allowed.code, allowed.out]).toEqual([0, text(...MEETINGS)]);
    expect(allowed.err).toContain('1 rejected rows, --rejects FILE keeps them with their reasons');
  });

  test('a reader who has had enough ends it quietly', async () => {
    const crowd = Array.from({ length: 700 }, (_, i) => `P${i},S1,${BASE_SEC + i},${BASE_SEC + 5000}`);
    const { args } = world(text(HEAD.trim(), ...crowd));
    const child = start([...args, '--quiet']);
    child.process.stdout!.once('data', () => child.process.stdout!.destroy());
    expect(await child.ended).toMatchObject({ code: 0, err: '' });
  });

  test('an abort leaves no file', async () => {
    const { folder, args } = world();
    const abort = new AbortController();
    abort.abort('SIGINT');
    expect(await runCli([...args, '--out', folder.at('net.csv')], { signal: abort.signal })).toMatchObject({ code: 130, out: '' });
    expect(readdirSync(folder.path)).toEqual(['scans.csv']);
  });
});
