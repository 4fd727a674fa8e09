/**
 * How right the lists are: a simulated city is matched, and every list is held against the truth. `npm run bench accuracy [ROWS] [SEED]`.
 *
 * What is counted, of pairs (case, contact) under the rule `any` (at least a second together):
 * - A pair is *true* if both really were at one place, on one run, for at least a second within the case's window. Scans play no part in that.
 * - A true pair is *within reach* if at least one of its meetings was scanned on both sides with the people's own codes. A meeting with a missed
 *   scan or a lent code on either side can be found by nobody, so pairs that have no other are left out of `found`; `found of all` counts them.
 * - `right` asks every listed pair, whatever it rests on: one that rests on a lent code names someone who was not there, and counts as wrong.
 * - A list holds the pairs of its grade or surer.
 * A meeting (episode) is right if the two really overlapped at that very place, on that run, within the overlap of its surest grade.
 * Each row below the first is the same city with one thing changed.
 */
import { buildIndex } from '../dist/index.js';
import { simulateCity } from '../dist/simulate/simulate-city.js';

const [rows = 300_000, seed = 1] = process.argv.slice(2).map(Number);
const GRADES = ['certain', 'likely', 'possible'];
const TARGET = 99;
const percent = (part, whole) => (whole === 0 ? null : Number(((100 * part) / whole).toFixed(2)));
/** Milliseconds of the wall clock shown by `2022-03-01 08:15:30` or `2022-03-01T08:15:30+08:00`: both sides tell the city's time. */
const wall = (text) => new Date(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`).getTime();

/** Simulates, matches and judges one city. */
function judge(options = {}, indexOptions = {}, matchOptions = {}) {
  const city = simulateCity({ rows, seed, ...options });
  const index = buildIndex(city.checkIns, { places: city.places, runs: city.runs, tz: city.tz, ...indexOptions });
  if (index.rejects.length > 0) throw new Error('the project cannot read its own rows: no figures');
  const result = index.match(city.cases, { rule: 'any', ...matchOptions });
  const truth = truePairs(city);
  const gradeOf = new Map(result.contacts.map((row) => [`${row.case_id} ${row.contact_id}`, GRADES.indexOf(row.grade)]));
  if (gradeOf.size === 0 || truth.size === 0) throw new Error('nobody met a case: no figures');
  const reachable = [...truth.values()].filter((pair) => pair.isWithinReach).length;
  const lists = GRADES.map((grade, rank) => {
    const listed = [...gradeOf.keys()].filter((key) => gradeOf.get(key) <= rank);
    const right = listed.filter((key) => truth.has(key)).length;
    const found = listed.filter((key) => truth.get(key)?.isWithinReach).length;
    return { grade, listed: listed.length, right: percent(right, listed.length), found: percent(found, reachable), foundOfAll: percent(right, truth.size) };
  });
  return { city, lists, meetings: judgeMeetings(result, truth), truePairs: truth.size, withinReach: reachable };
}

/** By `case contact`: whether the pair is within reach, and its meetings by `place run`. */
function truePairs(city) {
  const pairs = new Map();
  for (const { case_id, contact_id, place_id, run_id, start, end, case_scan, contact_scan } of city.truth) {
    const key = `${case_id} ${contact_id}`;
    let pair = pairs.get(key);
    if (!pair) pairs.set(key, (pair = { isWithinReach: false, at: new Map() }));
    pair.isWithinReach ||= case_scan === 'own' && contact_scan === 'own';
    const there = pair.at.get(`${place_id} ${run_id}`) ?? [];
    pair.at.set(`${place_id} ${run_id}`, [...there, [wall(start), wall(end)]]);
  }
  return pairs;
}

function judgeMeetings(result, truth) {
  const counts = GRADES.map((grade) => ({ grade, listed: 0, right: 0 }));
  for (const row of result.episodes) {
    const rank = GRADES.findIndex((grade) => row[`overlap_${grade}_s`] > 0);
    const from = wall(row.start);
    const to = from + 1000 * row[`overlap_${GRADES[rank]}_s`];
    counts[rank].listed++;
    const there = truth.get(`${row.case_id} ${row.contact_id}`)?.at.get(`${row.place_id} ${row.run_id}`) ?? [];
    if (there.some(([start, end]) => Math.max(start, from) < Math.min(end, to))) counts[rank].right++;
  }
  return counts.map(({ grade, listed, right }) => ({ grade, listed, right: percent(right, listed) }));
}

const main = judge();
const [certain, likely, possible] = main.lists;
const table = [
  { work: 'certain: listed pairs that are true, %', ours: certain.right, target: TARGET },
  { work: 'possible or surer: true pairs within reach that are listed, %', ours: possible.found, target: TARGET },
  { work: 'likely or surer: listed pairs that are true, %', ours: likely.right },
  { work: 'possible or surer: listed pairs that are true, %', ours: possible.right },
  { work: 'certain: true pairs within reach that are listed, %', ours: certain.found },
  { work: 'likely or surer: true pairs within reach that are listed, %', ours: likely.found },
  { work: 'possible or surer: all true pairs, scanned or not, that are listed, %', ours: possible.foundOfAll },
  ...main.meetings.map(({ grade, right }) => ({ work: `meetings ${grade}: true at that place and time, %`, ours: right })),
];
const variants = [
  ['no lent codes', { lent: 0 }],
  ['lent codes 1 %', { lent: 0.01 }],
  ['lent codes 1 %, --exclude-conflicts', { lent: 0.01 }, {}, { excludeConflicts: true }],
  ['no odd visits', { odd: 0 }],
  ['odd visits 2 %', { odd: 0.02 }],
  ['odd visits 5 %', { odd: 0.05 }],
  ['missed scans 20 %', { missed: 0.2 }],
  ['no check-outs', { checkOut: 0 }],
  ['check-outs always', { checkOut: 1 }],
  ['clocks off by up to 60 s', { clockSkewSec: 60 }],
  ['clocks off by up to 60 s, --skew 60s', { clockSkewSec: 60 }, { skew: '60s' }],
];
for (const [what, ...settings] of variants) {
  const { lists } = judge(...settings);
  table.push({ work: `${what}: certain true, %`, ours: lists[0].right }, { work: `${what}: within reach and listed, %`, ours: lists[2].found });
}
const { city, lists, meetings, truePairs: pairs, withinReach } = main;
console.log(
  JSON.stringify({
    rows: table,
    checkIns: rows,
    seed,
    people: city.people,
    cases: city.options.cases,
    truePairs: pairs,
    withinReach,
    lists,
    meetings,
    options: city.options,
  }),
);
