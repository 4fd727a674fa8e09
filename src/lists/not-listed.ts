/** Why a rule does not list a pair of case and contact whom another rule lists. */
import { TOGETHER, overlapSec } from '../match/episodes.js';
import type { PairRange } from '../match/pairs.js';
import { NO_STAY, type Visits } from '../match/visits.js';
import type { Clause } from '../model/rule.js';
import { scopeText } from '../model/scope.js';
import { whyExcluded, type Exclusion } from '../rules/excluded.js';
import { measuredAt } from '../rules/grade.js';
import type { Seat } from '../rules/seats.js';
import type { Found } from './found.js';

export interface NotListed {
  /**
   * What keeps the pair from the rule's list, joined with `|`; empty where it is on it. Of the episodes that count for some rule that lists the pair:
   * `window` one lies outside the case's window under this rule, or is cut by it · `scope` the two places do not meet under this rule's · `seats`, `residence` one
   * does not count because of these. Of those that count under this rule: `kind` its clauses speak of other kinds or categories of places · `clause` they are too short.
   */
  readonly why: string;
  /** Of the clauses, the one whose threshold is nearest: its value at the grade `possible`, the largest there is, and what it asks for. */
  readonly nearest_clause: string;
  readonly measured_s: number | null;
  readonly threshold_s: number | null;
  /** How many seconds more would do. */
  readonly lacking_s: number | null;
  /** The same for a person: how many episodes, and the values compared. */
  readonly detail: string;
}

/** A pair under a rule; `position` is -1 if the two did not meet under it. */
export interface PairUnderRule {
  readonly found: Found;
  readonly range: PairRange;
  readonly position: number;
}

/** An episode that counts for a rule that lists the pair. */
interface CountingEpisode {
  readonly visit: number;
  readonly visits: Visits;
  readonly stay: number;
  readonly possibleSec: number;
}

/** `at` is the position of the case; `listing` the same pair under the rules that list it. */
export function whyNotListed(pair: PairUnderRule, listing: readonly PairUnderRule[], at: number): NotListed {
  const { found, range, position } = pair;
  const { visits, cases } = found.generations[0]!;
  const { episodes, first } = range.pairs;
  const [lo, hi] = position < 0 ? [0, 0] : [first.data[position]!, first.data[position + 1]!];
  const visitOf = visitsByOrigin(visits, at);
  const outside: CountingEpisode[] = [];
  let cut = 0;
  const apart: CountingEpisode[] = [];
  const excluded: Exclusion[] = [];
  const expected = countingEpisodes(listing);
  for (const [origin, episode] of expected) {
    const v = visitOf.get(origin.slice(0, origin.indexOf('|')));
    let row = lo;
    while (row < hi && !(episodes.visit.data[row] === v && episodes.stay.data[row] === episode.stay && episodes.kind.data[row] === TOGETHER)) row++;
    if (v === undefined) outside.push(episode);
    else if (row === hi) {
      if (found.neighbours.meet(visits.place[v]!, found.tables.stays.place[episode.stay]!)) outside.push(episode);
      else apart.push(episode);
    } else if (episodes.counts.data[row] === 0) excluded.push(whyExcluded(found.rule, found.tables, found.neighbours, episodes, row, visits, cases[at]!));
    else if (overlapSec(visits, v, episodes.times, row, 2) < episode.possibleSec) cut++;
  }
  const of = `of ${expected.size}`;
  const why: string[] = [];
  const details: string[] = [];
  if (outside.length + cut > 0) {
    why.push('window');
    const { fromSec, toSec } = cases[at]!;
    const text = (sec: number): string => (Number.isFinite(sec) ? found.zone.text(sec) : '..');
    details.push(`window ${text(fromSec)}/${text(toSec)}: ${outside.length} ${of} episodes outside, ${cut} cut`);
  }
  if (apart.length > 0) {
    why.push('scope');
    details.push(`scope ${scopeText(found.scope)}: ${apart.length} ${of} episodes at places that do not meet`);
  }
  const bySeats = excluded.filter(({ by }) => by === 'seats');
  if (bySeats.length > 0) {
    why.push('seats');
    details.push(`seats: ${bySeats.length} ${of} episodes, such as ${exclusionText(bySeats[0]!)}`);
  }
  const byResidence = excluded.filter(({ by }) => by === 'residence');
  if (byResidence.length > 0) {
    why.push('residence');
    details.push(`residence: ${byResidence.length} ${of} episodes, such as ${exclusionText(byResidence[0]!)}`);
  }
  const measures = found.rule.clauses.map((clause) => ({ clause, sec: measuredAt(2, clause, found.tables, found.zone, episodes, lo, hi, visits) }));
  const nearest = measures.reduce<Measured | undefined>((best, { clause, sec }) => {
    if (sec === null || (best && share(best) >= share({ clause, sec }))) return best;
    return { clause, sec };
  }, undefined);
  let counting = 0;
  for (let row = lo; row < hi; row++) counting += episodes.counts.data[row]!;
  if (nearest) {
    why.push('clause');
    details.push(measures.map(({ clause, sec }) => (sec === null ? `${clause.text}: other places` : `${clause.text}: ${sec} s`)).join(', '));
  } else if (counting > 0) {
    why.push('kind');
    details.push(`clauses: ${counting} episodes, none at a place of the kinds and categories that they speak of`);
  }
  return {
    why: why.join('|'),
    nearest_clause: nearest?.clause.text ?? '',
    measured_s: nearest?.sec ?? null,
    threshold_s: nearest?.clause.thresholdSec ?? null,
    lacking_s: nearest ? nearest.clause.thresholdSec - nearest.sec + (nearest.clause.isStrict ? 1 : 0) : null,
    detail: details.join('; '),
  };
}

interface Measured {
  readonly clause: Clause;
  readonly sec: number;
}

/** How much of what a clause asks for there is. A clause that asks for more than nothing and has nothing is at 0. */
const share = ({ clause, sec }: Measured): number => sec / (clause.thresholdSec + (clause.isStrict ? 1 : 0));

/** Visits of a case by what they come from: a stay, or an itinerary row on a run. Those are the same under all rules; windows cut them differently. */
function visitsByOrigin(visits: Visits, at: number): Map<string, number> {
  const found = new Map<string, number>();
  for (let v = visits.ofCase[at]!; v < visits.ofCase[at + 1]!; v++) found.set(originOf(visits, v), v);
  return found;
}

const originOf = (visits: Visits, v: number): string =>
  visits.stay[v] === NO_STAY ? `told ${visits.itineraryRow[v]} ${visits.run[v]}` : String(visits.stay[v]);

/** The episodes that count for some rule that lists the pair, each once, at its longest. */
function countingEpisodes(listing: readonly PairUnderRule[]): Map<string, CountingEpisode> {
  const all = new Map<string, CountingEpisode>();
  for (const { found, range, position } of listing) {
    const { visits } = found.generations[0]!;
    const { episodes, first } = range.pairs;
    for (let row = first.data[position]!; row < first.data[position + 1]!; row++) {
      if (episodes.counts.data[row] === 0) continue;
      const visit = episodes.visit.data[row]!;
      const stay = episodes.stay.data[row]!;
      const possibleSec = overlapSec(visits, visit, episodes.times, row, 2);
      const key = `${originOf(visits, visit)}|${stay}`;
      if (possibleSec > (all.get(key)?.possibleSec ?? -1)) all.set(key, { visit, visits, stay, possibleSec });
    }
  }
  return all;
}

function exclusionText(exclusion: Exclusion): string {
  if (exclusion.by === 'residence')
    return `case ${exclusion.caseSec} s and contact ${exclusion.contactSec} s there, more than ${exclusion.moreThanSec} s asked for`;
  const text = ({ carriage, seat }: Seat): string => `${carriage === '' ? '' : `carriage ${carriage} `}seat ${seat === '' ? 'unknown' : seat}`;
  return `case ${text(exclusion.ofCase)}, contact ${text(exclusion.ofContact)}`;
}
