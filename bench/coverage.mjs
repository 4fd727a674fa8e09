/**
 * Whether the estimates of `coverage` keep their word in cities that nothing was chosen on: `npm run bench -- coverage [CITIES] [PEOPLE] [FIRST_SEED]`, by default 30 cities
 * of 1,500 people and 14 days, seeds 1001 to 1030. (The tests, and whoever chose the numbers in the code, use seeds below 1000.)
 *
 * Each city is simulated with every visit scanned; then visits are taken away, so that it is known by place and hour who came and did not scan:
 * - `alike`: each visit with the same probability, 5, 10, 20, 30 or 50 % in turn from city to city: what the estimate assumes
 * - `by person`: each person skips a share of their own, Beta with these means (a = mean × 2, so that many skip almost nothing and some almost all)
 * - `by place`: each place has a share of its own, Beta likewise
 * `bias` is estimated − true over the visitors of those hours (scanned and not), in per cent of the true visitors; `held` is the share of the 95 % intervals that contain the truth.
 */
import { buildIndex } from '../dist/index.js';
import { simulateCity } from '../dist/simulate/simulate-city.js';
import { random } from './data.mjs';

const [cities = 30, people = 1500, firstSeed = 1001] = process.argv.slice(2).map(Number);
const SHARES = [0.05, 0.1, 0.2, 0.3, 0.5];
const PATTERNS = ['alike', 'by person', 'by place'];
const METHODS = ['inside', 'routine'];
const sum = (list) => list.reduce((all, each) => all + each, 0);
const percent = (part, whole) => Number(((100 * part) / whole).toFixed(1));
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

/** Which visits are not scanned. */
function skips(pattern, share, next) {
  const shares = new Map();
  const shareOf = (key) => {
    let own = shares.get(key);
    if (own === undefined) shares.set(key, (own = beta(share, next)));
    return own;
  };
  if (pattern === 'alike') return () => next() < share;
  return pattern === 'by person' ? ({ person_id }) => next() < shareOf(person_id) : ({ place_id }) => next() < shareOf(place_id);
}

/** A share drawn from Beta(2m, 2(1 − m)), by Jöhnk's way, which needs no more than uniform numbers. */
function beta(mean, next) {
  for (;;) {
    const x = next() ** (1 / (2 * mean));
    const y = next() ** (1 / (2 * (1 - mean)));
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
}

/** Rows with an estimate, beside the truth. */
function judge(seed, pattern, share) {
  const city = simulateCity({ people, days: 14, seed, cases: 0, missed: 0, duplicate: 0, lent: 0 });
  const whole = [...city.checkIns];
  const isSkipped = skips(pattern, share, random(seed * 10 + PATTERNS.indexOf(pattern)));
  const scanned = whole.filter((row) => !isSkipped(row));
  // Who came, by place and hour of the wall clock, counted here and not by the program.
  const came = new Map();
  const missedAt = (place, hour) => came.get(`${place} ${hour}`)?.size ?? 0;
  for (const { person_id, place_id, time } of whole) {
    const key = `${place_id} ${time.slice(0, 13).replace('T', ' ')}`;
    if (!came.has(key)) came.set(key, new Set());
    came.get(key).add(person_id);
  }
  const index = buildIndex(scanned, { places: city.places, runs: city.runs, tz: city.tz });
  if (index.rejects.length > 0) throw new Error('the project cannot read its own rows: no figures');
  const { rows } = index.coverage();
  const judged = rows
    .filter(({ missed }) => missed !== null)
    .map((row) => ({ ...row, truth: missedAt(row.place_id, row.from.slice(0, 13).replace('T', ' ')) - row.scanned }));
  return { seed, share, judged, missedInAll: sum([...came.values()].map((who) => who.size)) - sum(rows.map((row) => row.scanned)) };
}

function summary(results, method) {
  const ofCity = results.map(({ seed, share, judged, missedInAll }) => {
    const rows = judged.filter((row) => method === undefined || row.method === method);
    const truth = sum(rows.map((row) => row.truth));
    return {
      seed,
      share,
      hours: rows.length,
      truth,
      estimated: sum(rows.map((row) => row.missed)),
      scanned: sum(rows.map((row) => row.scanned)),
      held: rows.filter((row) => row.missed_low <= row.truth && row.truth <= row.missed_high).length,
      over: rows.filter((row) => row.truth < row.missed_low).length,
      missedInAll,
    };
  });
  const bias = ({ estimated, truth, scanned }) => percent(estimated - truth, scanned + truth);
  const all = Object.fromEntries(
    ['hours', 'truth', 'estimated', 'scanned', 'held', 'over', 'missedInAll'].map((name) => [name, sum(ofCity.map((city) => city[name]))]),
  );
  const biases = ofCity
    .filter(({ hours }) => hours > 0)
    .map(bias)
    .sort((a, b) => a - b);
  const held = ofCity
    .filter(({ hours }) => hours > 0)
    .map((city) => percent(city.held, city.hours))
    .sort((a, b) => a - b);
  return {
    cities: biases.length,
    hours: all.hours,
    truth: all.truth,
    estimated: Math.round(all.estimated),
    scanned: all.scanned,
    biasPercent: bias(all),
    biasOfCities: [biases[0], at(biases, 0.5), biases.at(-1)],
    heldPercent: percent(all.held, all.hours),
    tooHighPercent: percent(all.over, all.hours),
    heldOfCities: [held[0], at(held, 0.5), held.at(-1)],
    // Of all who did not scan, so many are in hours for which there is an estimate.
    reachedPercent: percent(all.truth, all.missedInAll),
    byShare: SHARES.map((share) => {
      const some = ofCity.filter((city) => city.share === share);
      const total = Object.fromEntries(['hours', 'truth', 'estimated', 'scanned', 'held'].map((name) => [name, sum(some.map((city) => city[name]))]));
      return {
        share,
        hours: total.hours,
        truth: total.truth,
        estimated: Math.round(total.estimated),
        biasPercent: bias(total),
        heldPercent: percent(total.held, total.hours),
      };
    }),
  };
}

const began = performance.now();
const tables = {};
for (const pattern of PATTERNS) {
  const results = Array.from({ length: cities }, (_, i) => judge(firstSeed + i, pattern, SHARES[i % SHARES.length]));
  for (const method of METHODS) tables[`${pattern}, ${method}`] = summary(results, method);
}
if (tables['alike, routine'].hours === 0 || !(tables['alike, routine'].truth > 0)) throw new Error('no hour has an estimate: no figures');
const sign = (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
const text = Object.entries(tables)
  .map(
    ([what, { hours, truth, estimated, biasPercent, biasOfCities, heldPercent, tooHighPercent, heldOfCities, reachedPercent, byShare }]) =>
      `${what}: ${hours} hours; ${estimated} estimated of ${truth} who did not scan, bias ${sign(biasPercent)} % of the visitors (cities ${biasOfCities.map(sign).join(', ')}); ` +
      `intervals held ${heldPercent} % (cities ${heldOfCities.join(', ')}), began too high ${tooHighPercent} %; these are ${reachedPercent} % of all who did not scan\n` +
      byShare
        .map(
          (row) =>
            `  ${String(100 * row.share).padStart(3)} % not scanned: ${String(row.hours).padStart(6)} hours, ${row.estimated} of ${row.truth}, bias ${sign(row.biasPercent)} %, held ${row.heldPercent} %`,
        )
        .join('\n'),
  )
  .join('\n\n');
console.log(
  JSON.stringify({
    rows: Object.entries(tables).flatMap(([what, { biasPercent, heldPercent }]) => [
      { work: `${what}: bias, % of the visitors`, ours: biasPercent },
      { work: `${what}: 95 % intervals that held, %`, ours: heldPercent, ...(what.startsWith('alike') && { target: 95 }) },
    ]),
    text,
    cities,
    people,
    firstSeed,
    seconds: Math.round((performance.now() - began) / 1000),
    tables,
  }),
);
