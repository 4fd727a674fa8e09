/**
 * People who keep coming to places within minutes of each other, more often than chance would have it.
 *
 * Chance: everyone keeps how often they came to each place, but when they came is drawn from the place's traffic. Two arrivals of different people at
 * place p are then close (within the time, on the same run) with the probability
 *   C(p) = (1 + close pairs of arrivals at p) / (1 + all pairs of arrivals at p),
 * both counted without those of the two in question, so that they are not compared with themselves; where nobody else came C is 1 and says nothing.
 * Expected are Σ n_a(p) n_b(p) C(p) over the places of both; the number of meetings is taken for Poisson. Observed are distinct places and days.
 * It is on the careful side: several meetings at one place on one day count once in what is observed, and each in what is expected.
 */
import { lnFalseDiscovery } from '../../core/statistics/false-discovery.js';
import { lnPoissonTail } from '../../core/statistics/poisson.js';
import type { Steps } from '../../core/steps.js';
import type { Zone } from '../../core/zone.js';
import type { CompanionPlan } from '../../model/companion-plan.js';
import type { Arrivals } from './arrivals.js';

export interface Companions {
  /** Dense ids; `a` is the lesser. */
  readonly a: number;
  readonly b: number;
  /** Distinct places and days on which they came together, and distinct ones of each. */
  readonly meetings: number;
  readonly places: number;
  readonly days: number;
  readonly expected: number;
  readonly lnP: number;
  readonly lnQ: number;
  readonly firstSec: number;
  readonly lastSec: number;
}

export interface CompanionsFound {
  /** Pairs whose q is low enough, in no order that means anything. */
  readonly pairs: readonly Companions[];
  /** Pairs that met often enough to be judged, and pairs in all that chance could have brought together. */
  readonly judged: number;
  readonly tests: number;
  /** Arrivals after which more people came than are looked at. */
  readonly crowded: number;
}

type Met = Map<number, number[]>;
/** People looked at between two pauses. */
const PEOPLE = 512;

export function* findCompanions(arrivals: Arrivals, zone: Zone, plan: CompanionPlan): Steps<CompanionsFound> {
  const near = new NearArrivals(arrivals, plan);
  const seenAt = traffic(arrivals, near);
  const people = arrivals.offsetsOfPerson.length - 1;
  const judged: Omit<Companions, 'lnQ'>[] = [];
  for (let a = 0; a < people; a++) {
    if (a % PEOPLE === 0) yield { done: a, of: people };
    const met: Met = new Map();
    for (const i of arrivals.ofPerson(a)) {
      near.each(i, (j) => {
        const b = arrivals.person[j]!;
        if (b <= a) return;
        const list = met.get(b);
        if (list) list.push(i, j);
        else met.set(b, [i, j]);
      });
    }
    for (const [b, list] of met) {
      const pair = judge(a, b, list, arrivals, seenAt, zone, plan);
      if (pair) judged.push(pair);
    }
  }
  judged.sort((x, y) => x.lnP - y.lnP || x.a - y.a || x.b - y.b);
  const seen = arrivals.offsetsOfPerson.reduce((sum, offset, p, all) => sum + (p > 0 && offset > all[p - 1]! ? 1 : 0), 0);
  const tests = Math.max(judged.length, Math.min((seen * (seen - 1)) / 2, seenAt.pairsOfVisitors));
  const lnQ = lnFalseDiscovery(
    judged.map(({ lnP }) => lnP),
    tests,
  );
  const pairs = judged.map((pair, i) => ({ ...pair, lnQ: lnQ[i]! })).filter((pair) => pair.lnQ <= Math.log(plan.maxQ));
  return { pairs, judged: judged.length, tests, crowded: near.crowded };
}

function judge(
  a: number,
  b: number,
  list: readonly number[],
  arrivals: Arrivals,
  traffic: Traffic,
  zone: Zone,
  plan: CompanionPlan,
): Omit<Companions, 'lnQ'> | null {
  const { place, sec } = arrivals;
  const occasions = new Set<string>();
  const [places, days] = [new Set<number>(), new Set<number>()];
  const close = new Map<number, number>();
  let [firstSec, lastSec] = [Number.POSITIVE_INFINITY, 0];
  for (let k = 0; k < list.length; k += 2) {
    const [i, j] = [list[k]!, list[k + 1]!];
    const earlier = Math.min(sec[i]!, sec[j]!);
    const day = zone.dayAt(earlier);
    occasions.add(`${place[i]!}|${day}`);
    places.add(place[i]!);
    days.add(day);
    close.set(place[i]!, (close.get(place[i]!) ?? 0) + 1);
    firstSec = Math.min(firstSec, earlier);
    lastSec = Math.max(lastSec, sec[i]!, sec[j]!);
  }
  if (occasions.size < plan.minMeetings || places.size < plan.minPlaces) return null;
  const visitsOfB = visitsBy(arrivals, b);
  let expected = 0;
  for (const [p, na] of visitsBy(arrivals, a)) {
    const own = na * (visitsOfB.get(p) ?? 0);
    if (own > 0) expected += (own * (1 + traffic.close[p]! - (close.get(p) ?? 0))) / (1 + traffic.all[p]! - own);
  }
  return { a, b, meetings: occasions.size, places: places.size, days: days.size, expected, lnP: lnPoissonTail(occasions.size, expected), firstSec, lastSec };
}

/** How often a person came to each place, by place. */
function visitsBy({ place, ...rest }: Arrivals, person: number): Map<number, number> {
  const visits = new Map<number, number>();
  const { positions, offsetsOfPerson } = rest;
  for (let k = offsetsOfPerson[person]!; k < offsetsOfPerson[person + 1]!; k++) {
    const p = place[positions[k]!]!;
    visits.set(p, (visits.get(p) ?? 0) + 1);
  }
  return visits;
}

/** By place: pairs of arrivals of different people that are close, and all. */
interface Traffic {
  readonly close: Float64Array;
  readonly all: Float64Array;
  /** Pairs of people who came to one place, each counted for every place. */
  readonly pairsOfVisitors: number;
}

function traffic(arrivals: Arrivals, near: NearArrivals): Traffic {
  const { offsets, person, place } = arrivals;
  const places = offsets.length - 1;
  const [close, all] = [new Float64Array(places), new Float64Array(places)];
  let pairsOfVisitors = 0;
  for (let i = 0; i < arrivals.count; i++) near.after(i, () => close[place[i]!]!++);
  for (let p = 0; p < places; p++) {
    const visits = new Map<number, number>();
    for (let i = offsets[p]!; i < offsets[p + 1]!; i++) visits.set(person[i]!, (visits.get(person[i]!) ?? 0) + 1);
    const arrived = offsets[p + 1]! - offsets[p]!;
    let own = 0;
    for (const n of visits.values()) own += n * n;
    all[p] = (arrived * arrived - own) / 2;
    pairsOfVisitors += (visits.size * (visits.size - 1)) / 2;
  }
  return { close, all, pairsOfVisitors };
}

/** Arrivals of others within the time, without those in crowds. */
class NearArrivals {
  readonly crowded: number;
  readonly #arrivals: Arrivals;
  readonly #withinSec: number;
  readonly #crowd: number;
  /** 1: so many came within the time after this arrival that nobody can be told to belong to it. */
  readonly #isCrowded: Uint8Array;

  constructor(arrivals: Arrivals, { withinSec, crowd }: CompanionPlan) {
    const { count, place, sec } = arrivals;
    this.#arrivals = arrivals;
    this.#withinSec = withinSec;
    this.#crowd = crowd;
    this.#isCrowded = new Uint8Array(count);
    let crowded = 0;
    // Of arrivals at one second the first counts them all; so do the others, since they share lo.
    for (let i = 0, lo = 0, hi = 0; i < count; i++) {
      if (i === 0 || place[i] !== place[lo] || sec[i] !== sec[lo]) lo = i;
      if (hi < i) hi = i;
      while (hi < count && place[hi] === place[i] && sec[hi]! - sec[i]! <= withinSec) hi++;
      if (hi - lo - 1 > crowd) crowded += this.#isCrowded[i] = 1;
    }
    this.crowded = crowded;
  }

  /** Takes each arrival of somebody else that is close to arrival `i`, on the same run. An arrival is close to at most 2 × `crowd` others. */
  each(i: number, take: (j: number) => void): void {
    this.after(i, take);
    const { person, place, run, sec } = this.#arrivals;
    // One before it that is not crowded has at most `crowd` others behind it: this far back is enough.
    for (let j = i - 1; j >= 0 && j >= i - this.#crowd && place[j] === place[i] && sec[i]! - sec[j]! <= this.#withinSec; j--) {
      if (this.#isCrowded[j] === 0 && person[j] !== person[i] && run[j] === run[i]) take(j);
    }
  }

  /** The same of those that come behind `i` in the order of the arrivals. */
  after(i: number, take: (j: number) => void): void {
    if (this.#isCrowded[i] === 1) return;
    const { count, person, place, run, sec } = this.#arrivals;
    for (let j = i + 1; j < count && place[j] === place[i] && sec[j]! - sec[i]! <= this.#withinSec; j++) {
      if (person[j] !== person[i] && run[j] === run[i]) take(j);
    }
  }
}
