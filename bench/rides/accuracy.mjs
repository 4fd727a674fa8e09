/**
 * Simulates riders on a timetable, infers their rides from what they scanned, and holds them against the truth. `judgeFeed(FEED, START, OPTIONS)` gives
 * the figures of each scenario.
 */
import { runSync } from '../../dist/core/steps.js';
import { openFeedWorld } from '../../dist/engines/feeds/feed-world.js';
import { Transit } from '../../dist/engines/feeds/transit.js';
import { InputReader } from '../../dist/ingest/read-inputs.js';
import { Places } from '../../dist/model/place.js';
import { judgePairs, sharesOf } from '../../dist/simulate/riders/judge-pairs.js';
import { judgeRides } from '../../dist/simulate/riders/judge-rides.js';
import { simulateRiders } from '../../dist/simulate/riders/simulate-riders.js';
import { Dwell } from '../../dist/stays/dwell.js';
import { inferStays } from '../../dist/stays/infer-stays.js';
import { Runs } from '../../dist/stays/segment-runs.js';

const noFaults = { missedPlace: 0, homeScanned: 1, missedBoarding: 0, secondTap: 0, wrongVehicle: 0, asleep: 0, otherMeans: 0, clockSkewSec: 0 };
export const SCENARIOS = {
  clean: noFaults,
  usual: {},
  heavy: { missedPlace: 0.3, homeScanned: 0.2, missedBoarding: 0.2, secondTap: 0.05, wrongVehicle: 0.02, asleep: 0.02, otherMeans: 0.1, clockSkewSec: 45 },
};

const RUN_GAP_SEC = 2700;
export const SKEW_SEC = 30;

/** Stays of simulated riders, and everything they were inferred from. */
export function inferRides(world, options, skewSec = 0) {
  const riders = simulateRiders(world, options);
  const reader = new InputReader(world.zone);
  reader.readRows('checkins', riders.checkIns);
  reader.readRows('places', riders.places);
  reader.readRows('runs', riders.runs);
  reader.readRows('run-stops', riders.runStops);
  if (reader.rejects.length > 0) throw new Error(`the project cannot read its own rows: ${JSON.stringify(reader.rejects[0])}`);
  const inputs = reader.tables;
  const transit = new Transit(inputs, world.zone, {}, {});
  const places = new Places(inputs);
  transit.assign(places);
  const dwell = new Dwell();
  const runs = Runs.of(inputs, places, dwell, RUN_GAP_SEC);
  const rides = transit.rides(places, runs, dwell);
  const begun = performance.now();
  const { stays } = runSync(inferStays(inputs, places, runs, dwell, { rides, skewSec }));
  const ms = performance.now() - begun;
  return { riders, places, counts: rides.counts, ms, judged: { inputs, stays, rides: riders.rides, timetable: world.timetable, ids: world.ids } };
}

/**
 * Clocks and timetables are not exact to the second: who gets off where another is scanned seconds before the vehicle is due would be together for these
 * seconds. `--skew` allows for it; the share of pairs called certain that are true, with it.
 */
function certainWithSkew(world, options) {
  const { places, judged } = inferRides(world, options, SKEW_SEC);
  return percent(sharesOf(judgePairs(judged, places, world.zone)[0]).precision);
}

const share = (part, whole) => (whole === 0 ? null : Number(((100 * part) / whole).toFixed(2)));
const percent = (value) => Number((100 * value).toFixed(2));

/** The figures of one scenario. */
export function judgeScenario(world, options) {
  const { riders, places, counts, judged } = inferRides(world, options);
  const score = judgeRides(judged);
  const isLine = (ride) => ride.place_id.startsWith('line:');
  const byCode = { vehicle: judgeRides(judged, (ride) => !isLine(ride)), line: judgeRides(judged, isLine) };
  const pairs = judgePairs(judged, places, world.zone);
  return {
    riders: riders.options.riders,
    checkIns: judged.inputs.checkIns.rowCount,
    ...figures(score),
    ofVehicleCodes: figures(byCode.vehicle),
    ofLineCodes: figures(byCode.line),
    methods: counts.methods,
    calibration: score.calibration.flatMap(({ rides, said, right }, i) =>
      rides === 0
        ? []
        : [{ confidence: `${i * 10}–${i === 9 ? 100 : i * 10 + 9}`, rides, said: Number((said / rides).toFixed(1)), right: share(right, rides) }],
    ),
    pairs: pairs.map((each) => {
      const { precision, recall, recallOfAll, f1 } = sharesOf(each);
      return {
        method: each.method,
        listed: each.listed,
        precision: percent(precision),
        recall: percent(recall),
        recallOfAll: percent(recallOfAll),
        f1: percent(f1),
      };
    }),
    certainWithSkew: certainWithSkew(world, options),
    truePairs: pairs[0].truePairs,
    scannedPairs: pairs[0].scannedPairs,
  };
}

const figures = (score) => ({
  rides: score.rides,
  scanned: score.scanned,
  followed: score.followed,
  chained: share(score.chained, score.followed),
  exactOfChained: share(score.chainedExact, score.chained),
  nearOfChained: share(score.chainedNear, score.chained),
  located: share(score.located, score.scanned),
  exactOfAll: share(score.exact, score.scanned),
  nearOfAll: share(score.near, score.scanned),
  runRight: share(score.runRight, score.scanned),
  inside: share(score.inside, score.runRight),
  insideOfAll: share(score.inside, score.scanned),
  tooSoon: share(score.tooSoon, score.runRight),
  tooLate: share(score.tooLate, score.runRight),
});

export async function judgeFeed({ feed, start, days, riders, seed }) {
  const { world } = await openFeedWorld(feed, start, days);
  return Object.fromEntries(Object.entries(SCENARIOS).map(([name, options]) => [name, judgeScenario(world, { riders, seed, ...options })]));
}
