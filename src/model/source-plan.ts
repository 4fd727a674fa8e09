/** Options of the search for sources, checked once and frozen. */
import { parseDuration } from '../core/duration.js';
import { OptionError } from '../core/errors.js';
import { ANCHORS, type Anchor } from './rule.js';
import { parseScope, scopeText } from './scope.js';

/** How sources are searched for. Every field is also a flag of `copresence sources`. */
export interface SourceOptions {
  /** Where a case's incubation period begins, in days before its date. @defaultValue 14 */
  readonly earliestDays?: number;
  /** Its last day, in days before the date. @defaultValue 1 */
  readonly latestDays?: number;
  /** The dates that count, the first that a case has. @defaultValue onset, sample, report */
  readonly anchors?: readonly Anchor[];
  /** Lengths of the windows at places: whole steps, a day at the most. A run of a vehicle is one window. @defaultValue 1h, 2h, 4h, 8h */
  readonly lengths?: readonly (string | number)[];
  /** How far apart windows begin; counted from local midnight. @defaultValue '1h' */
  readonly step?: string | number;
  /** Fewest cases that make a window worth a line. @defaultValue 2 */
  readonly minCases?: number;
  /** `place`, or `parent`: all shops of a mall are one place. @defaultValue 'place' */
  readonly scope?: string;
  /** Categories of places that are left out, such as `residence`. */
  readonly excludeCategories?: readonly string[];
  /** Most windows that are listed. @defaultValue 100 */
  readonly top?: number;
  /** Most people listed for a window. @defaultValue 20 */
  readonly people?: number;
}

export interface SourcePlan {
  readonly earliestDays: number;
  readonly latestDays: number;
  readonly anchors: readonly Anchor[];
  /** In steps, ascending. */
  readonly lengths: readonly number[];
  readonly stepSec: number;
  readonly minCases: number;
  readonly isByParent: boolean;
  readonly excludeCategories: readonly string[];
  readonly top: number;
  readonly people: number;
}

const MOST_DAYS = 366;
const DAY_SEC = 86_400;
const LEAST_STEP_SEC = 300;
const DEFAULT_LENGTHS = ['1h', '2h', '4h', '8h'];

/** @throws OptionError naming the option. */
export function makeSourcePlan(options: SourceOptions = {}): SourcePlan {
  const earliestDays = wholeNumber(options.earliestDays ?? 14, 0, MOST_DAYS, 'earliest-days');
  const latestDays = wholeNumber(options.latestDays ?? 1, 0, MOST_DAYS, 'latest-days');
  if (latestDays > earliestDays)
    throw new OptionError('E_NUMBER', `latest-days: expected at most earliest-days (${earliestDays}): both count back from the onset, got ${latestDays}`);
  const anchors = options.anchors ?? ANCHORS;
  if (!Array.isArray(anchors) || anchors.length === 0 || anchors.some((each) => !ANCHORS.includes(each)))
    throw new OptionError('E_ANCHOR', `anchor: expected some of ${ANCHORS.join(', ')}`);
  const stepSec = parseDuration(options.step ?? '1h', 'step');
  if (stepSec < LEAST_STEP_SEC || stepSec > DAY_SEC || DAY_SEC % stepSec !== 0)
    throw new OptionError('E_DURATION', 'step: expected a part of a day of at least 5 minutes, such as 30m, 1h or 6h');
  const lengths = (options.lengths ?? DEFAULT_LENGTHS).map((length) => parseDuration(length, 'lengths'));
  if (lengths.length === 0 || lengths.some((sec) => sec === 0 || sec > DAY_SEC || sec % stepSec !== 0))
    throw new OptionError('E_DURATION', `lengths: expected whole steps of ${stepSec} s, each a day at the most`);
  const scope = parseScope(options.scope ?? 'place');
  if (scope.name !== 'place' && scope.name !== 'parent')
    throw new OptionError('E_SCOPE', `scope: expected place or parent, got '${scopeText(scope)}': a window is at a place that has visitors of its own`);
  return Object.freeze({
    earliestDays,
    latestDays,
    anchors: Object.freeze([...anchors]),
    lengths: Object.freeze([...new Set(lengths.map((sec) => sec / stepSec))].sort((a, b) => a - b)),
    stepSec,
    minCases: wholeNumber(options.minCases ?? 2, 1, 1_000_000, 'min-cases'),
    isByParent: scope.name === 'parent',
    excludeCategories: Object.freeze([...(options.excludeCategories ?? [])]),
    top: wholeNumber(options.top ?? 100, 0, 1_000_000, 'top'),
    people: wholeNumber(options.people ?? 20, 0, 1_000_000, 'people'),
  });
}

/** The plan as the manifest shows it. */
export function sourcePlanText(plan: SourcePlan): Record<string, unknown> {
  return {
    earliest_days: plan.earliestDays,
    latest_days: plan.latestDays,
    anchors: plan.anchors,
    lengths: plan.lengths.map((steps) => `${steps * plan.stepSec}s`),
    step: `${plan.stepSec}s`,
    min_cases: plan.minCases,
    scope: plan.isByParent ? 'parent' : 'place',
    exclude_categories: plan.excludeCategories,
    top: plan.top,
    people: plan.people,
  };
}

function wholeNumber(value: number, least: number, most: number, what: string): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new OptionError('E_NUMBER', `${what}: expected a whole number from ${least} to ${most}, got ${String(value)}`);
  return value;
}
