/**
 * Whether a probability of 0.7 comes true seven times in ten: simulated cities are matched with `extra: ['probability']`, and every probability is held
 * against the truth. `npm run bench calibration [ROWS] [CITIES] [FIRST_SEED]`, by default 10 cities of 60,000 scans, seeds 2001 to 2010. Whoever chose numbers of the
 * code on simulated cities took seeds below 1000: these are held out. Without arguments it draws docs/reliability.svg.
 *
 * Pairs and episodes are those that are listed; a pair is true if the two were really together as long as the rule asks, whatever was scanned of it.
 * - `Brier`: the mean square of probability − truth; `always the share`: what it would be if every probability were the share that is true
 * - a decile: how many have such a probability, their mean, and the share of them that is true
 * - `off`: mean of |mean − share that is true| over the deciles, each as heavy as it is full; `off in cities`: least and most of it in one city
 * The simulated stays are drawn from the same least, typical and most minutes, but otherwise: cut at both ends, with other deviations; nights, working
 * days and rides follow the day's plan, and people go straight from one place to the next. So this is no proof that they fit a real city: `usual times a
 * third too short` and `a half too long` say what becomes of them where the table of usual times is wrong by as much, for all categories alike.
 */
import { writeFileSync } from 'node:fs';
import { buildIndex } from '../dist/index.js';
import { simulateCity } from '../dist/simulate/simulate-city.js';
import { Dwell } from '../dist/stays/dwell.js';
import { reliabilitySvg } from './calibration/picture.mjs';

const given = process.argv.slice(2);
const [rows = 60_000, cities = 10, firstSeed = 2001] = given.map(Number);
const DECILES = 10;
const rounded = (value, places = 4) => Number(value.toFixed(places));
/** Seconds of the wall clock shown by `2022-03-01 08:15:30` or `2022-03-01T08:15:30+08:00`. */
const wallSec = (text) => new Date(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`).getTime() / 1000;

/** Forecasts as [probability, 0 or 1] → how good they are. */
function judge(forecasts) {
  const deciles = Array.from({ length: DECILES }, () => ({ count: 0, sum: 0, right: 0 }));
  let brier = 0;
  let right = 0;
  for (const [probability, isTrue] of forecasts) {
    const decile = deciles[Math.min(DECILES - 1, Math.floor(probability * DECILES))];
    decile.count++;
    decile.sum += probability;
    decile.right += isTrue;
    brier += (probability - isTrue) ** 2;
    right += isTrue;
  }
  const count = forecasts.length;
  const share = right / count;
  return {
    count,
    brier: rounded(brier / count),
    plain: rounded(share * (1 - share)),
    share: rounded(share),
    mean: rounded(deciles.reduce((sum, decile) => sum + decile.sum, 0) / count),
    off: rounded(deciles.reduce((sum, decile) => sum + Math.abs(decile.sum - decile.right), 0) / count),
    deciles: deciles.map((decile) => ({
      count: decile.count,
      mean: decile.count === 0 ? null : rounded(decile.sum / decile.count, 3),
      true: decile.count === 0 ? null : rounded(decile.right / decile.count, 3),
    })),
  };
}

function union(spans) {
  const merged = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** The usual times of all categories, longer or shorter than the city's. */
function scaledDwell(factor) {
  const scaled = (minutes) => Math.max(1, Math.round(minutes * factor));
  return Object.fromEntries(
    Object.entries(new Dwell().toJSON()).map(([category, { least, typical, most }]) => [
      category,
      { least: scaled(least), typical: scaled(typical), most: scaled(most) },
    ]),
  );
}

const rule = (id, clause) => ({ id, clauses: [clause] });
const QUARTER = rule('total-15m', { measure: 'total', at_least: '15m' });
const SINGLE = rule('single-15m', { measure: 'single', at_least: '15m' });
const ROLLING = rule('rolling-2h', { measure: 'rolling24h', at_least: '2h' });
const HOMES = ['residence', 'lodging'];

/** Forecasts of one city as [probability, 0 or 1], by table. */
function forecastsOf(seed) {
  const city = simulateCity({ rows, seed });
  const indexWith = (dwell) => {
    const index = buildIndex(city.checkIns, { places: city.places, runs: city.runs, tz: city.tz, ...(dwell && { dwell }) });
    if (index.rejects.length > 0) throw new Error('the project cannot read its own rows: no figures');
    return index;
  };
  const categoryOf = new Map([...city.places].map(({ place_id, category }) => [place_id, category]));
  /** By `case contact`: their true meetings. */
  const truth = new Map();
  for (const { case_id, contact_id, place_id, run_id, start, end } of city.truth) {
    const key = `${case_id} ${contact_id}`;
    truth.set(key, [...(truth.get(key) ?? []), { room: `${place_id} ${run_id}`, from: wallSec(start), to: wallSec(end) }]);
  }
  const meetings = (row) => truth.get(`${row.case_id} ${row.contact_id}`) ?? [];
  const totalSec = (row) => union(meetings(row)).reduce((sum, [from, to]) => sum + to - from, 0);
  const longestSec = (row) => Math.max(0, ...union(meetings(row)).map(([from, to]) => to - from));
  /** Most within 24 hours from the beginning of one of the meetings. */
  const mostInDay = (row) => {
    const spans = union(meetings(row));
    return Math.max(
      0,
      ...spans.map(([start]) => spans.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, start + 86_400) - Math.max(from, start)), 0)),
    );
  };
  const match = (index, asked) => index.match(city.cases, { rule: asked, extra: ['probability'] });
  const pairs = (result, isTrue) => result.contacts.map((row) => [row.probability, Number(isTrue(row))]);
  const together = (row) => totalSec(row) >= 1;
  const quarter = (row) => totalSec(row) >= 900;
  const index = indexWith();
  const any = match(index, 'any');
  const episodes = any.episodes.map((row) => {
    const isTrue = meetings(row).some(
      ({ room, from, to }) => room === `${row.place_id} ${row.run_id}` && Math.max(from, wallSec(row.start)) < Math.min(to, wallSec(row.end)),
    );
    return { forecast: [row.probability, Number(isTrue)], row };
  });
  const some = (isWanted) => episodes.filter(({ row }) => isWanted(row)).map(({ forecast }) => forecast);
  const [short, long] = [2 / 3, 1.5].map((factor) => indexWith(scaledDwell(factor)));
  return {
    'pairs, any (a second)': pairs(any, together),
    'pairs, total >= 15 min': pairs(match(index, QUARTER), quarter),
    'pairs, single >= 15 min': pairs(match(index, SINGLE), (row) => longestSec(row) >= 900),
    'pairs, rolling24h >= 2 h': pairs(match(index, ROLLING), (row) => mostInDay(row) >= 7200),
    'pairs, total >= 15 min, usual times a third too short': pairs(match(short, QUARTER), quarter),
    'pairs, total >= 15 min, usual times a half too long': pairs(match(long, QUARTER), quarter),
    episodes: some(() => true),
    'episodes at homes': some(({ place_id }) => HOMES.includes(categoryOf.get(place_id))),
    'episodes elsewhere': some(({ place_id }) => !HOMES.includes(categoryOf.get(place_id))),
    'episodes, both ends by the usual times alone': some(({ case_method, contact_method }) => case_method === 'cap' && contact_method === 'cap'),
    'episodes, an end by the next scan': some(({ case_method, contact_method }) => [case_method, contact_method].includes('next-scan')),
  };
}

const ofCities = Array.from({ length: cities }, (_, i) => forecastsOf(firstSeed + i));
const tables = Object.fromEntries(
  Object.keys(ofCities[0]).map((what) => {
    const off = ofCities.map((city) => judge(city[what]).off).sort((a, b) => a - b);
    return [what, { ...judge(ofCities.flatMap((city) => city[what])), offInCities: [off[0], off.at(-1)] }];
  }),
);
const main = tables['pairs, any (a second)'];
if (main.count === 0 || !(main.brier >= 0)) throw new Error('nobody met a case: no figures');
const text = Object.entries(tables)
  .map(
    ([what, { count, brier, plain, share, mean, off, offInCities, deciles }]) =>
      `${what}: ${count}; Brier ${brier}, always the share ${plain}; mean ${mean}, true ${share}; off by ${off} (cities ${offInCities.join(' to ')})\n` +
      deciles
        .map(
          (decile, i) =>
            `  ${(i / DECILES).toFixed(1)}–${((i + 1) / DECILES).toFixed(1)}  ${String(decile.count).padStart(7)}  mean ${(decile.mean ?? 0).toFixed(3)}  true ${decile.true === null ? '' : decile.true.toFixed(3)}`,
        )
        .join('\n'),
  )
  .join('\n\n');
if (given.length === 0) writeFileSync(new URL('../docs/reliability.svg', import.meta.url), reliabilitySvg(tables));
console.log(
  JSON.stringify({
    rows: Object.entries(tables).flatMap(([what, { brier, plain, off }]) => [
      { work: `${what}: Brier score`, ours: brier, rival: 'always the share that is true', rival_ours: plain },
      { work: `${what}: off by`, ours: off },
    ]),
    text,
    checkIns: rows,
    cities,
    firstSeed,
    tables,
  }),
);
