/** People who keep coming together: worked out by hand, against groups planted in simulated cities, and by the command line. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildIndex, simulateCity, type CheckInInput, type CompanionOptions } from '../src/index.js';
import { openIndex } from '../src/node.js';
import { runCli } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

const scan = (person_id: string, place_id: string, time: string): CheckInInput => ({ person_id, place_id, time: `2022-03-${time}` });
const found = (rows: readonly CheckInInput[], options: CompanionOptions = {}) => buildIndex(rows, { tz: 'UTC' }).companions(options);

describe('by hand', () => {
  const TWO = [scan('b', 'X', '01 10:00'), scan('a', 'X', '01 10:04'), scan('a', 'Y', '02 12:00'), scan('b', 'Y', '02 12:01')];
  const ALL = { minMeetings: 2, maxQ: 0.999_999 };

  test('expected are pairs of arrivals, by the share of the others who were close', () => {
    // X: c at 15:00 and d at 15:02 are close, of 6 pairs 1 is a with b: C = (1 + 2 - 1) / (1 + 6 - 1) = 1/3. Y: one pair of c with a and with b: C = (1 + 1 - 1) / (1 + 3 - 1) = 1/3.
    const rows = [...TWO, scan('c', 'X', '01 15:00'), scan('d', 'X', '01 15:02'), scan('c', 'Y', '02 18:00')];
    const { pairs, groups, counts } = found(rows, ALL);
    const mean = 2 / 3;
    const p = 1 - Math.exp(-mean) * (1 + mean);
    // 6 pairs of people in all; X alone makes 6 and Y 3.
    expect(pairs).toEqual([
      {
        group_id: 'G00001',
        person_a: 'a',
        person_b: 'b',
        meetings: 2,
        places: 2,
        days: 2,
        expected: 0.6667,
        p_value: Number(p.toPrecision(4)),
        q_value: Number((p * 6).toPrecision(4)),
        first_time: '2022-03-01T10:00:00+00:00',
        last_time: '2022-03-02T12:01:00+00:00',
      },
    ]);
    expect({ ...counts, pairs: 0, groups: 0 }).toEqual({ judged: 1, tests: 6, pairs: 0, groups: 0, arrivals: 7, crowded: 0 });
    expect(groups).toEqual([{ group_id: 'G00001', people: 2, pairs: 1, density: 1, person_ids: 'a|b' }]);
  });

  test('where nobody else comes, meetings say nothing', () => {
    // C is 1 at both places: what is expected is what was seen, and p is P(X >= 2) of mean 2.
    expect(found(TWO, ALL).pairs).toMatchObject([{ meetings: 2, expected: 2, p_value: Number((1 - 3 * Math.exp(-2)).toPrecision(4)) }]);
  });

  test('one place alone, or too long between, is not judged', () => {
    expect(found([...TWO.slice(0, 2), scan('a', 'X', '02 10:00'), scan('b', 'X', '02 10:01')], ALL).counts.judged).toBe(0);
    expect(found(TWO, { ...ALL, within: '3m' }).counts.judged).toBe(0);
    expect(found(TWO, { ...ALL, within: '4m' }).counts.judged).toBe(1);
  });

  test('a crowd is left out and counted', () => {
    const crowd = ['c', 'd', 'e'].map((id) => scan(id, 'X', '01 10:02'));
    expect(found([...TWO, ...crowd], { ...ALL, crowd: 4 }).counts).toMatchObject({ judged: 1, crowded: 0 });
    const cut = found([...TWO, ...crowd], { ...ALL, crowd: 3 });
    expect(cut.counts).toMatchObject({ judged: 0, crowded: 1 });
    expect(cut.warnings[0]).toContain('1 of 7 arrivals');
  });

  test('wrong options are refused by name', () => {
    expect(() => found(TWO, { maxQ: 1 })).toThrow('max-q');
    expect(() => found(TWO, { minPlaces: 0 })).toThrow('min-places');
    expect(() => found(TWO, { within: '2h' })).toThrow('within');
  });
});

/** A city in which nobody goes out together, and families of 2 to 5 invented people who follow one of its people on three of four ways, 0 to 3 minutes behind. */
function plantedCity(seed: number) {
  const city = simulateCity({ people: 600, days: 14, seed, cases: 0, missed: 0.1 });
  const rows = [...city.checkIns];
  const leaders = [...new Set(rows.map(({ person_id }) => person_id))].filter((_, i) => i % 40 === seed % 40);
  let state = seed * 7919;
  const random = (): number => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const truth = new Set<string>();
  const added: CheckInInput[] = [];
  for (const [g, leader] of leaders.entries()) {
    const followers = Array.from({ length: 1 + (g % 4) }, (_, i) => `t${g}-${i}`);
    const group = [leader, ...followers].sort();
    for (const a of group) for (const b of group) if (a < b) truth.add(`${a} ${b}`);
    for (const row of rows.filter(({ person_id }) => person_id === leader)) {
      for (const person_id of followers) {
        if (random() < 0.25) continue;
        const time = new Date(
          Date.UTC(2022, 0, 1) + (new Date(`${row.time.replace(' ', 'T')}Z`).getTime() - Date.UTC(2022, 0, 1)) + Math.floor(random() * 180) * 1000,
        );
        added.push({ person_id, place_id: row.place_id, time: time.toISOString().slice(0, 19), run_id: row.run_id });
      }
    }
  }
  return { city, rows: [...rows, ...added], truth };
}

describe('planted groups', () => {
  test.each([1, 2, 3])('are found among strangers, neighbours and colleagues: city %i', (seed) => {
    const { city, rows, truth } = plantedCity(seed);
    const { pairs, groups, counts } = buildIndex(rows, { places: city.places, runs: city.runs, tz: city.tz }).companions();
    const right = pairs.filter(({ person_a, person_b }) => truth.has(`${person_a} ${person_b}`)).length;
    const [precision, recall] = [right / pairs.length, right / truth.size];
    process.stdout.write(
      `companions, city ${seed}: precision ${precision.toFixed(3)} recall ${recall.toFixed(3)} of ${truth.size} pairs, ${groups.length} groups; judged ${counts.judged}\n`,
    );
    const strangers = buildIndex(city.checkIns, { places: city.places, runs: city.runs, tz: city.tz }).companions();
    expect(strangers.counts.judged).toBeGreaterThan(100);
    expect(strangers.pairs.length).toBeLessThanOrEqual(2);
    expect(precision).toBeGreaterThanOrEqual(0.95);
    expect(recall).toBeGreaterThanOrEqual(0.95);
  });
});

test('companions and coverage write the same from files and from an index, whatever the order of the rows', async () => {
  const { city, rows } = plantedCity(5);
  const folder = new TempFolder();
  const csv = (list: readonly CheckInInput[]): string =>
    `person_id,place_id,time,run_id\n${list.map(({ person_id, place_id, time, run_id }) => `${person_id},${place_id},${String(time)},${run_id ?? ''}\n`).join('')}`;
  folder.write('scans.csv', csv(rows));
  folder.write('turned.csv', csv(rows.toReversed()));
  const listed = [...city.places].map(({ place_id, category }, i) => ({ place_id, category, capacity: i % 3 === 0 ? 5 + (i % 40) : '' }));
  folder.write('places.csv', `place_id,category,capacity\n${listed.map((row) => `${Object.values(row).join(',')}\n`).join('')}`);
  const places = ['--places', folder.at('places.csv'), '--tz', city.tz];
  const built = await runCli(['index', folder.at('scans.csv'), ...places, '-o', folder.at('week.cpx'), '--quiet']);
  expect(built.err + built.code).toBe('0');
  const made: string[] = [];
  for (const name of ['scans', 'turned', 'index']) {
    const files = ['--checkins', folder.at(`${name}.csv`), '--places', folder.at('places.csv')];
    const run = await runCli(['companions', ...(name === 'index' ? ['--index', folder.at('week.cpx')] : files), '--tz', city.tz, '--out', folder.at(name)]);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toContain('pairs of companions');
    const from = name === 'index' ? ['--index', folder.at('week.cpx')] : [...files, '--tz', city.tz];
    const coverage = await runCli(['coverage', ...from, '--out', folder.at(`${name}-coverage`), '--quiet']);
    expect(coverage).toEqual({ code: 0, err: '', out: '' });
    made.push(
      ['companions.csv', 'groups.csv'].map((file) => readFileSync(`${folder.at(name)}/${file}`, 'utf8')).join('\n') +
        readFileSync(`${folder.at(`${name}-coverage`)}/coverage.csv`, 'utf8'),
    );
  }
  expect(made[0]!.split('\n').length).toBeGreaterThan(20);
  expect(made[1]).toBe(made[0]);
  expect(made[2]).toBe(made[0]);
  // The same columns as the file has: check-outs would make other stays.
  const scans = rows.map(({ person_id, place_id, time, run_id }) => ({ person_id, place_id, time, ...(run_id !== undefined && { run_id }) }));
  const memory = buildIndex(scans, { places: listed, tz: city.tz });
  await using disk = await openIndex(folder.at('week.cpx'));
  expect(memory.companions().pairs.length).toBeGreaterThan(20);
  expect(disk.companions()).toEqual(memory.companions());
  expect(disk.companions({ minMeetings: 5, crowd: 20 })).toEqual(memory.companions({ minMeetings: 5, crowd: 20 }));
  expect(memory.coverage().rows.filter(({ missed }) => missed !== null).length).toBeGreaterThan(20);
  expect(disk.coverage()).toEqual(memory.coverage());
  expect(memory.coverage().rows.some(({ method }) => method === 'capacity')).toBe(true);
  const counts = [{ place_id: listed[0]!.place_id, from: '2022-03-02 08:00', to: '2022-03-02 20:00', count: 500 }];
  expect(disk.coverage({ minKnown: 5, counts })).toEqual(memory.coverage({ minKnown: 5, counts }));
});
