/** Searching back from cases: the answer as rows, the same whether the check-ins are in memory or in an index on disk. */
import { OptionError } from '../../core/errors.js';
import type { Steps } from '../../core/steps.js';
import type { Zone } from '../../core/zone.js';
import { sourcePersonRows, sourceRows, type SourcePersonRow, type SourceRow } from '../../lists/sources.js';
import { findSources, type SourcesFound, type SourceTables } from '../../match/sources/find-sources.js';
import { incubationsOf, type Incubations } from '../../match/sources/incubation.js';
import type { Traffic } from '../../match/traffic/traffic.js';
import type { SourcePlan } from '../../model/source-plan.js';
import type { InputTables } from '../../model/tables.js';
import type { PlaceNeighbours } from '../../stay-index/place-neighbours.js';

/** How much was looked at and found. */
export interface SourceCounts {
  /** Cases with a date, and those of them with a visit in their incubation period. */
  readonly cases: number;
  readonly cases_with_visits: number;
  /** By case_id: no date to count from; no visit in the period. They have no part in the answer. */
  readonly cases_without_date: readonly string[];
  readonly cases_without_visit: readonly string[];
  /** The incubation periods lie between these. */
  readonly from: string;
  readonly to: string;
  /** Windows that enough cases shared, and how many of them are listed. */
  readonly windows: number;
  readonly listed: number;
  /** Windows there were in all: false discoveries are counted by them. */
  readonly tests: number;
}

/** The windows that cases shared, best first, and the people who could have brought it there. */
export class Sources {
  readonly windows: readonly SourceRow[];
  readonly people: readonly SourcePersonRow[];
  readonly counts: SourceCounts;
  /** What a reader should know. */
  readonly warnings: readonly string[];

  /** @internal */
  constructor(found: SourcesFound, tables: SourceTables, traffic: Traffic, plan: SourcePlan, zone: Zone) {
    const { ids } = tables.inputs;
    const textsOf = (cases: readonly number[]): string[] => [...cases].sort((a, b) => ids.case.compare(a, b)).map((id) => ids.case.text(id));
    const { cases, undated, fromSec, toSec, byOtherDate } = found.incubations;
    this.windows = sourceRows(found, tables, traffic, zone);
    this.people = sourcePersonRows(found, tables, zone);
    this.counts = {
      cases: cases.length,
      cases_with_visits: cases.length - found.silent.length,
      cases_without_date: textsOf(undated),
      cases_without_visit: textsOf(found.silent.map((c) => cases[c]!.caseId)),
      from: zone.text(fromSec),
      to: zone.text(toSec),
      windows: found.windowCount,
      listed: this.windows.length,
      tests: found.tests,
    };
    const count = (number: number, text: string): string[] => (number > 0 ? [`${number} ${text}`] : []);
    const unknown = found.windows.filter(({ lnP }) => Number.isNaN(lnP)).length;
    this.warnings = [
      ...count(byOtherDate, `cases without a date of ${plan.anchors[0]}: their incubation period is counted from the next date they have`),
      ...count(undated.length, `cases without a date to count back from, so without a part in this: ${shorten(this.counts.cases_without_date)}`),
      ...count(found.silent.length, `cases without a visit in their incubation period: ${shorten(this.counts.cases_without_visit)}`),
      ...count(unknown, 'windows where nobody checked in, known from interviews alone: nothing says how many people were there, so they have no p'),
      ...count(found.windowCount - this.windows.length, `windows that cases shared are not listed: they rank behind the first ${plan.top} (--top lists more)`),
    ];
  }

  /** Both lists and the counts, for `JSON.stringify`. */
  toJSON(): { readonly counts: SourceCounts; readonly windows: readonly SourceRow[]; readonly people: readonly SourcePersonRow[] } {
    const { counts, windows, people } = this;
    return { counts, windows, people };
  }
}

const shorten = (ids: readonly string[]): string => ids.slice(0, 20).join(', ') + (ids.length > 20 ? ', …' : '');

/** The incubation periods of the cases. @throws OptionError `E_CASE_WINDOW` if no case has a date. */
export function incubationsFor(inputs: InputTables, plan: SourcePlan, zone: Zone): Incubations {
  const incubations = incubationsOf(inputs, plan, zone);
  if (incubations.cases.length === 0)
    throw new OptionError(
      'E_CASE_WINDOW',
      `cases E_CASE_WINDOW expected at least one case with ${plan.anchors.map((name) => `${name}_date`).join(', ')} to count its incubation period from, got none; fill the dates in`,
    );
  return incubations;
}

/** Finds the windows and makes the rows, while the traffic can still be asked. */
export function* sourcesOf(
  incubations: Incubations,
  tables: SourceTables,
  traffic: Traffic,
  parents: PlaceNeighbours,
  plan: SourcePlan,
  zone: Zone,
): Steps<Sources> {
  const found = yield* findSources(incubations, tables, traffic, parents, plan, zone);
  return new Sources(found, tables, traffic, plan, zone);
}
