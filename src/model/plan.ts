/** Options, checked once and frozen: everything later stages ask about what the caller wants. */
import { parseDuration } from '../core/duration.js';
import { OptionError } from '../core/errors.js';
import { compareBytewise } from '../core/bytewise.js';
import type { Rule } from './rule.js';
import { parseScope, scopeText, type Scope } from './scope.js';

/** Columns that lists have only where they are asked for. */
export const EXTRAS = ['crowd', 'probability'] as const;
export type Extra = (typeof EXTRAS)[number];
/** What lists can be sorted by, the greatest first, in place of their own order. */
export const SORT_KEYS = ['dilution', 'probability'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** How many of the people at a place someone comes close to: `least` to `most`, the more the more there are; `people` is how many bring it two thirds of the way. */
export interface Dilution {
  readonly least: number;
  readonly most: number;
  readonly people: number;
}
const LOIMOS: Dilution = { least: 5, most: 40, people: 1000 };

/** How cases are matched with stays. Every field is also a flag of `copresence match`. */
export interface PlanOptions {
  /** Overrides the rules' scope: `place`, `parent`, `grid:M` or `near:M`. */
  readonly scope?: string;
  /** Overrides the rules' lag: how long after a case left someone may still come into contact with the place. */
  readonly lag?: string | number;
  /** Whether stays that only touch are together. @defaultValue 'half-open' */
  readonly bounds?: 'half-open' | 'closed';
  /** Drops `together` episodes that could not have lasted this long. @defaultValue '0s' */
  readonly minOverlap?: string | number;
  /** Generations: 1 for the contacts of the cases, 2 for contacts of contacts … @defaultValue 1 */
  readonly depth?: number;
  /** `all`: a case without dates has no bounds. @defaultValue 'dated': it is refused */
  readonly window?: 'dated' | 'all';
  /** Refuses to list more episodes than this, per run. @defaultValue 50,000,000 */
  readonly maxEpisodes?: number;
  /** Whether the episodes are listed. Without them `maxEpisodes` does not apply. @defaultValue true */
  readonly episodes?: boolean;
  /** Leaves out stays of people who were at two unrelated places at once. @defaultValue false: they are flagged `conflict` */
  readonly excludeConflicts?: boolean;
  /** How stays are searched, which changes nothing of what is found: `stream` them past the visits, or build an `index`. @defaultValue 'auto': the cheaper one */
  readonly plan?: 'auto' | 'stream' | 'index';
  /** Further columns at the end: `crowd` adds `crowd` and `dilution` to contacts, people and places, `probability` its own to episodes, contacts and people. */
  readonly extra?: readonly Extra[];
  /** Sorts the lists that have this column by it, the greatest first: contacts, people and places. Episodes keep their order. Such a list is held in memory as numbers. */
  readonly sort?: SortKey;
  /** @defaultValue { least: 5, most: 40, people: 1000 } */
  readonly dilution?: Dilution;
}

export interface Plan {
  /** Sorted by id, bytewise. */
  readonly rules: readonly Rule[];
  readonly scope: Scope | undefined;
  readonly lagSec: number | undefined;
  readonly isClosed: boolean;
  readonly minOverlapSec: number;
  readonly depth: number;
  readonly isWindowAll: boolean;
  readonly maxEpisodes: number;
  readonly hasEpisodes: boolean;
  readonly excludeConflicts: boolean;
  readonly way: 'auto' | 'stream' | 'index';
  readonly extra: readonly Extra[];
  readonly sort: SortKey | undefined;
  readonly dilution: Dilution;
  /** Settings that are allowed but seldom meant, for the summary and the manifest. */
  readonly warnings: readonly string[];
}

/** Most generations: a chain of contacts of contacts soon holds a whole city. */
const MOST_DEPTH = 10;
const MOST_LAG_SEC = 366 * 86_400;

/** @throws OptionError naming the option. */
export function makePlan(rules: readonly Rule[], options: PlanOptions = {}): Plan {
  const ids = new Set(rules.map((rule) => rule.id));
  if (rules.length === 0) throw new OptionError('E_RULE', 'rule: expected at least one');
  if (ids.size < rules.length) throw new OptionError('E_RULE', 'rule: expected rules with different ids, got two with one id');
  const bounds = options.bounds ?? 'half-open';
  if (bounds !== 'half-open' && bounds !== 'closed') throw new OptionError('E_BOUNDS', `bounds: expected half-open or closed, got '${String(bounds)}'`);
  const window = options.window ?? 'dated';
  if (window !== 'dated' && window !== 'all') throw new OptionError('E_WINDOW', `window: expected all or dated, got '${String(window)}'`);
  const way = options.plan ?? 'auto';
  if (way !== 'auto' && way !== 'stream' && way !== 'index') throw new OptionError('E_PLAN', `plan: expected auto, stream or index, got '${String(way)}'`);
  const lagSec = options.lag === undefined ? undefined : parseDuration(options.lag, 'lag');
  for (const sec of [lagSec ?? 0, ...rules.map((rule) => rule.lagSec)]) {
    if (sec > MOST_LAG_SEC) throw new OptionError('E_LAG', 'lag: expected at most 366d');
  }
  const minOverlapSec = parseDuration(options.minOverlap ?? 0, 'min-overlap');
  const warnings: string[] = [];
  const longest = Math.max(lagSec ?? 0, ...rules.map((rule) => (lagSec === undefined ? rule.lagSec : 0)));
  if (longest > 7 * 86_400) warnings.push('the lag is longer than 7 days: most `after` episodes will mean little');
  if (minOverlapSec > 86_400) warnings.push('min-overlap is longer than a day: a stay without joined scans cannot reach it');
  return Object.freeze({
    rules: Object.freeze([...rules].sort((a, b) => compareBytewise(a.id, b.id))),
    scope: options.scope === undefined ? undefined : parseScope(options.scope),
    lagSec,
    isClosed: bounds === 'closed',
    minOverlapSec,
    depth: wholeNumber(options.depth ?? 1, 1, MOST_DEPTH, 'depth'),
    isWindowAll: window === 'all',
    maxEpisodes: wholeNumber(options.maxEpisodes ?? 50_000_000, 0, 4e9, 'max-episodes'),
    hasEpisodes: options.episodes ?? true,
    excludeConflicts: options.excludeConflicts ?? false,
    way,
    ...extrasOf(options),
    warnings: Object.freeze(warnings),
  });
}

/** The plan as the manifest shows it: every option with the value that was used. */
export function planText(plan: Plan): Record<string, string | number | boolean> {
  return {
    scope: plan.scope ? scopeText(plan.scope) : "the rule's",
    lag: plan.lagSec === undefined ? "the rule's" : `${plan.lagSec}s`,
    bounds: plan.isClosed ? 'closed' : 'half-open',
    min_overlap: `${plan.minOverlapSec}s`,
    depth: plan.depth,
    window: plan.isWindowAll ? 'all' : 'dated',
    episodes: plan.hasEpisodes,
    max_episodes: plan.maxEpisodes,
    exclude_conflicts: plan.excludeConflicts,
    plan: plan.way,
    ...(plan.extra.length > 0 && { extra: plan.extra.join() }),
    ...(plan.extra.includes('crowd') && { dilution: [plan.dilution.least, plan.dilution.most, plan.dilution.people].join() }),
    ...(plan.sort !== undefined && { sort: plan.sort }),
  };
}

/** `5,40,1000` as numbers. @throws OptionError `E_DILUTION`. */
export function parseDilution(parts: readonly string[]): Dilution {
  const [least = Number.NaN, most = Number.NaN, people = Number.NaN] = parts.map((part) => (/^\d+(\.\d+)?$/.test(part) ? Number(part) : Number.NaN));
  return checkDilution({ least, most, people: parts.length === 3 ? people : Number.NaN });
}

function checkDilution({ least, most, people }: Dilution): Dilution {
  if (least > 0 && most >= least && people > 0 && [most, people].every(Number.isFinite)) return { least, most, people };
  throw new OptionError('E_DILUTION', 'dilution: expected least, most and people as three numbers above 0, least not above most; 5,40,1000 is usual');
}

function extrasOf({ extra = [], sort, dilution = LOIMOS }: PlanOptions): Pick<Plan, 'extra' | 'sort' | 'dilution'> {
  const unknown = extra.find((each) => !EXTRAS.includes(each));
  if (unknown !== undefined) throw new OptionError('E_EXTRA', `extra: expected ${EXTRAS.join(' or ')}, got '${String(unknown)}'`);
  if (sort !== undefined && !SORT_KEYS.includes(sort)) throw new OptionError('E_SORT', `sort: expected ${SORT_KEYS.join(' or ')}, got '${String(sort)}'`);
  const needed = sort === 'dilution' ? 'crowd' : sort;
  if (needed !== undefined && !extra.includes(needed)) throw new OptionError('E_SORT', `sort: expected the column ${sort} to be there; add --extra ${needed}`);
  return { extra: EXTRAS.filter((each) => extra.includes(each)), sort, dilution: checkDilution(dilution) };
}

function wholeNumber(value: number, least: number, most: number, what: string): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new OptionError('E_NUMBER', `${what}: expected a whole number from ${least} to ${most}, got ${String(value)}`);
  }
  return value;
}
