/** Stays and cases → what every rule finds: the same for every way to the stays. */
import { alone, type Crew } from '../../core/crew.js';
import type { Steps } from '../../core/steps.js';
import type { Zone } from '../../core/zone.js';
import { findUnder } from '../../lists/find.js';
import type { Found } from '../../lists/found.js';
import { indexCases } from '../../match/case-windows.js';
import { excludedFlags, type MatchTables } from '../../match/generations.js';
import { Planner, type Choice } from '../../match/planner.js';
import type { Places } from '../../model/place.js';
import type { Plan } from '../../model/plan.js';
import { scopeText, type Scope } from '../../model/scope.js';
import { PlaceNeighbours } from '../../stay-index/place-neighbours.js';
import type { StayIndex } from '../../stay-index/stay-index.js';

/** Which places meet, scope by scope, worked out when first asked for. */
export class ScopeNeighbours {
  readonly #places: Places;
  readonly #known = new Map<string, PlaceNeighbours>();

  constructor(places: Places) {
    this.#places = places;
  }

  under(scope: Scope): PlaceNeighbours {
    const key = scopeText(scope);
    let neighbours = this.#known.get(key);
    if (!neighbours) this.#known.set(key, (neighbours = new PlaceNeighbours(this.#places, scope)));
    return neighbours;
  }
}

/** How the stays of a match are searched: it changes nothing of what is found. */
export interface SearchOptions {
  readonly crew?: Crew;
  /** Takes each choice between stream and index. */
  readonly onChoice?: (choice: Choice) => void;
}

/** Finds what each rule of a plan finds. @throws OptionError, StateError `E_LIMIT`. */
export function* findAll(
  tables: MatchTables,
  plan: Plan,
  zone: Zone,
  neighboursOf: ScopeNeighbours,
  { crew = alone, onChoice }: SearchOptions = {},
): Steps<Found[]> {
  const found: Found[] = [];
  const planner = new Planner({ way: plan.way, stays: tables.stays.count, rules: plan.rules.length, depth: plan.depth });
  let listed = 0;
  for (const rule of plan.rules) {
    if (rule.clauses.some((clause) => clause.measure === 'day')) zone.require('the measure day');
    const lagSec = plan.lagSec ?? rule.lagSec;
    const settings = {
      lagSec,
      isClosed: plan.isClosed,
      minOverlapSec: plan.minOverlapSec,
      excludedFlags: excludedFlags(plan.excludeConflicts),
      depth: plan.depth,
      maxEpisodes: plan.hasEpisodes ? plan.maxEpisodes : Number.POSITIVE_INFINITY,
      listedBefore: listed,
      crew,
      chooseWay: (generation: number, visits: number, index: StayIndex) => planner.choose(rule.id, generation, visits, index),
    };
    const neighbours = neighboursOf.under(plan.scope ?? rule.scope);
    const cases = indexCases(tables.inputs, rule, zone, plan.isWindowAll);
    const one = yield* findUnder(rule, cases, tables, neighbours, zone, settings, plan.rules.length > 1, plan);
    for (const { episodeCount } of one.generations) listed += episodeCount;
    found.push(one);
  }
  for (const choice of planner.choices) onChoice?.(choice);
  return found;
}
