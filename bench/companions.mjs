/**
 * Whether people who go about together are found, and strangers left alone, in cities that nothing was chosen on; and how fast:
 * `npm run bench -- companions [CITIES] [PEOPLE] [FIRST_SEED] [CHECK_INS]`, by default 20 cities of 600 people and 14 days, seeds 3001 to 3020, and 1,000,000 check-ins.
 *
 * In the simulated city everyone goes out alone (but dinners of cases), though neighbours and colleagues share places and hours. Planted are groups of 2 to 5: a resident and
 * invented people who come along on a share of the ways, 0 to 3 minutes behind. `found` is the share of the planted pairs, `right` that of the pairs found that
 * were planted; `strangers` are the pairs found where nobody was planted.
 */
import { buildIndex } from '../dist/index.js';
import { simulateCity } from '../dist/simulate/simulate-city.js';
import { random } from './data.mjs';

const [cities = 20, people = 600, firstSeed = 3001, checkIns = 1_000_000] = process.argv.slice(2).map(Number);
const TOGETHER = [0.75, 0.5, 0.3];
/** One in so many residents leads a group. */
const LEADERS = 40;
const percent = (part, whole) => (whole === 0 ? null : Number(((100 * part) / whole).toFixed(1)));
const sum = (list) => list.reduce((all, each) => all + each, 0);
const DAY = 86_400;
const secOf = (time) => new Date(`${time.slice(0, 10)}T${time.slice(11, 19)}Z`).getTime() / 1000;
const textOf = (sec) => new Date(sec * 1000).toISOString().slice(0, 19);

function planted(city, seed, share) {
  const next = random(seed * 7 + Math.round(share * 100));
  const rows = [...city.checkIns];
  const leaders = [...new Set(rows.map(({ person_id }) => person_id))].filter((_, i) => i % LEADERS === seed % LEADERS);
  const truth = new Set();
  const added = [];
  for (const [g, leader] of leaders.entries()) {
    const followers = Array.from({ length: 1 + (g % 4) }, (_, i) => `t${g}-${i}`);
    const group = [leader, ...followers].sort();
    for (const a of group) for (const b of group) if (a < b) truth.add(`${a} ${b}`);
    for (const row of rows) {
      if (row.person_id !== leader) continue;
      for (const person_id of followers)
        if (next() < share) added.push({ person_id, place_id: row.place_id, time: textOf(secOf(row.time) + Math.floor(next() * 180)), run_id: row.run_id });
    }
  }
  return { rows: [...rows, ...added], truth };
}

function judge(seed) {
  const city = simulateCity({ people, days: 14, seed, cases: 0, missed: 0.1 });
  const found = (rows) => {
    const index = buildIndex(rows, { places: city.places, runs: city.runs, tz: city.tz });
    if (index.rejects.length > 0) throw new Error('the project cannot read its own rows: no figures');
    return index.companions();
  };
  const alone = found(city.checkIns);
  const groups = TOGETHER.map((share) => {
    const { rows, truth } = planted(city, seed, share);
    const { pairs } = found(rows);
    return { found: pairs.length, right: pairs.filter(({ person_a, person_b }) => truth.has(`${person_a} ${person_b}`)).length, truth: truth.size };
  });
  return { seed, strangers: alone.pairs.length, judged: alone.counts.judged, tests: alone.counts.tests, groups };
}

/** Check-ins of two weeks at places visited by Zipf's law, everyone alone. */
function speed() {
  const next = random(11);
  const [persons, places] = [Math.round(checkIns / 40), Math.round(checkIns / 500)];
  const firstSec = 1_646_092_800; // 2022-03-01T00:00:00Z
  const rows = function* () {
    for (let i = 0; i < checkIns; i++) {
      const place = Math.min(places - 1, Math.floor(places ** next()) - 1 + Math.floor(next() * 50));
      yield {
        person_id: `P${Math.floor(next() * persons)}`,
        place_id: `V${place}`,
        time: firstSec + Math.floor(next() * 14) * DAY + 21_600 + Math.floor(next() * 57_600),
      };
    }
  };
  const index = buildIndex(rows(), { tz: 'UTC' });
  const timed = (ask) => {
    const cpu = process.cpuUsage();
    const began = performance.now();
    const answer = ask();
    const { user, system } = process.cpuUsage(cpu);
    return { ms: Math.round(performance.now() - began), cpuMs: Math.round((user + system) / 1000), answer };
  };
  return { companions: timed(() => index.companions()), coverage: timed(() => index.coverage()) };
}

const results = Array.from({ length: cities }, (_, i) => judge(firstSeed + i));
if (sum(results.map(({ judged }) => judged)) === 0) throw new Error('no pair met often enough to be judged: no figures');
const table = TOGETHER.map((share, i) => {
  const of = results.map(({ groups }) => groups[i]);
  const worst = of.map(({ right, truth }) => percent(right, truth)).sort((a, b) => a - b)[0];
  return {
    share,
    truth: sum(of.map(({ truth }) => truth)),
    foundPercent: percent(sum(of.map(({ right }) => right)), sum(of.map(({ truth }) => truth))),
    worstFoundPercent: worst,
    rightPercent: percent(sum(of.map(({ right }) => right)), sum(of.map(({ found }) => found))),
  };
});
const strangers = results.map((city) => city.strangers).sort((a, b) => a - b);
const { companions, coverage } = speed();
const rows = [
  ...table.flatMap(({ share, foundPercent, rightPercent }) => [
    { work: `together on ${100 * share} % of the ways: planted pairs found, %`, ours: foundPercent },
    { work: `together on ${100 * share} % of the ways: pairs found that were planted, %`, ours: rightPercent },
  ]),
  { work: `pairs of strangers found in a city of ${people}, in the mean`, ours: Number((sum(strangers) / cities).toFixed(2)) },
  { work: `pairs of strangers found, most in one city`, ours: strangers.at(-1) },
  { work: `companions of ${checkIns.toLocaleString('en-US')} check-ins (processor s)`, ours: companions.cpuMs / 1000 },
  { work: `coverage of ${checkIns.toLocaleString('en-US')} check-ins (processor s)`, ours: coverage.cpuMs / 1000 },
];
const text = rows.map(({ work, ours }) => `  ${work.padEnd(76)} ${ours}`).join('\n');
console.log(
  JSON.stringify({
    rows,
    text,
    cities,
    people,
    firstSeed,
    table,
    strangers,
    judged: sum(results.map(({ judged }) => judged)),
    speed: {
      companions: { ms: companions.ms, cpuMs: companions.cpuMs, ...companions.answer.counts },
      coverage: { ms: coverage.ms, cpuMs: coverage.cpuMs, ...coverage.answer.counts },
    },
  }),
);
