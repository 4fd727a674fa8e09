/** What a match found under one rule, and in which order its lists go through it. */
import { textOrder } from '../core/text-order.js';
import type { Zone } from '../core/zone.js';
import type { Generation, MatchTables } from '../match/generations.js';
import type { Grader } from '../match/pairs.js';
import type { Rule } from '../model/rule.js';
import type { Scope } from '../model/scope.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import type { SortKey } from '../model/plan.js';
import type { Chances } from '../rules/chances.js';
import type { Crowds } from './crowds.js';
import type { RowBlock } from './row-block.js';
import type { Shown } from './rows.js';
import type { Tally } from './tally.js';

export interface Found extends Shown {
  readonly rule: Rule;
  readonly grader: Grader;
  readonly generations: readonly Generation[];
  readonly tally: Tally;
  readonly tables: MatchTables;
  readonly zone: Zone;
  readonly lagSec: number;
  readonly scope: Scope;
  readonly neighbours: PlaceNeighbours;
  /** There where `hasCrowd`. */
  readonly crowds?: Crowds | undefined;
  /** There where `hasProbability`. */
  readonly chances?: Chances | undefined;
  readonly sort?: SortKey | undefined;
}

/** A case of some generation, by its position there. */
export interface CaseOfGeneration {
  readonly generation: Generation;
  readonly position: number;
}

/** The cases of all generations by case_id; those of one case_id come together, by generation. */
export function* casesInOrder({ generations, tables }: Found): Generator<readonly CaseOfGeneration[]> {
  const offsets = [0];
  for (const { cases } of generations) offsets.push(offsets[offsets.length - 1]! + cases.length);
  const caseIds = new Uint32Array(offsets[offsets.length - 1]!);
  generations.forEach(({ cases }, g) => cases.forEach(({ caseId }, i) => (caseIds[offsets[g]! + i] = caseId)));
  const order = textOrder(caseIds, tables.inputs.ids.case);
  for (let lo = 0; lo < order.length;) {
    let hi = lo + 1;
    while (hi < order.length && caseIds[order[hi]!] === caseIds[order[lo]!]) hi++;
    yield Array.from(order.subarray(lo, hi), (at) => {
      const g = offsets.findLastIndex((offset) => offset <= at);
      return { generation: generations[g]!, position: at - offsets[g]! };
    });
    lo = hi;
  }
}

/** Puts the cells that say which place or run a row speaks of. */
export function putPlace({ hasSeveralRules }: Pick<Found, 'hasSeveralRules'>, block: RowBlock, place: number, run: number): void {
  if (hasSeveralRules) block.put(0);
  block.put(place);
  block.put(place);
  block.put(place);
  block.put(run);
  block.put(place);
}

/** Puts the line and the number plate at the end of such a row, where rides were inferred. */
export function putVehicle({ hasRides, tables: { places, runs } }: Pick<Found, 'hasRides' | 'tables'>, block: RowBlock, place: number, run: number): void {
  if (!hasRides) return;
  block.put(runs.lineOf(run) || places.get(place).line);
  block.put(place);
}

/** Puts how crowded it was, where that was asked for. */
export function putCrowd({ crowds }: Pick<Found, 'crowds'>, block: RowBlock, crowdOf: (crowds: Crowds) => number): void {
  if (!crowds) return;
  const crowd = crowdOf(crowds);
  block.put(rounded(crowd, 10));
  block.put(rounded(crowds.dilutionOf(crowd), SHARE_STEPS));
}

/** Puts a probability, where that was asked for. */
export function putChance({ chances }: Pick<Found, 'chances'>, block: RowBlock, chanceOf: (chances: Chances) => number): void {
  if (chances) block.put(rounded(chanceOf(chances), SHARE_STEPS));
}

const SHARE_STEPS = 10_000;
const rounded = (value: number, steps: number): number => Math.round(value * steps) / steps;
