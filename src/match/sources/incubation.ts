/** When each case may have caught it, and when it may have passed it on: what the search for sources asks of the cases. */
import type { Zone } from '../../core/zone.js';
import type { Case } from '../../model/case.js';
import { ANCHORS } from '../../model/rule.js';
import type { SourcePlan } from '../../model/source-plan.js';
import type { InputTables } from '../../model/tables.js';
import { indexCases } from '../case-windows.js';

/** The window in which a case counts as infectious, where it has no dates of its own: that of the default rule. */
const INFECTIOUS = { anchors: ANCHORS, daysBefore: 2, daysAfter: 10 };

/** A person who is one case or several. */
export interface CasePerson {
  /** Id in the `person` dictionary. */
  readonly person: number;
  /** Positions in `Incubations.cases`. */
  readonly cases: readonly number[];
}

export interface Incubations {
  /** Cases with a date, in the order of their rows; their windows are the incubation periods. */
  readonly cases: readonly Case[];
  /** By case: when it may have infected others. */
  readonly infectious: readonly Pick<Case, 'fromSec' | 'toSec'>[];
  /** By case: the date of onset in days since 1970; 0 if it is unknown. */
  readonly onsetDay: readonly number[];
  readonly people: readonly CasePerson[];
  /** Ids in the `case` dictionary of cases without a date: they have no incubation period. */
  readonly undated: readonly number[];
  /** Cases whose period is counted from another date than the first that was asked for. */
  readonly byOtherDate: number;
  /** All periods lie in [fromSec, toSec); both 0 if there is none. */
  readonly fromSec: number;
  readonly toSec: number;
}

/** @throws OptionError as `indexCases`. */
export function incubationsOf(inputs: InputTables, plan: Pick<SourcePlan, 'anchors' | 'earliestDays' | 'latestDays'>, zone: Zone): Incubations {
  const { cases: table } = inputs;
  const days = {
    onset: table.column('onset_date'),
    sample: table.column('sample_date'),
    report: table.column('report_date'),
  };
  const cases: Case[] = [];
  const infectious: Case[] = [];
  const onsetDay: number[] = [];
  const undated: number[] = [];
  const byPerson = new Map<number, number[]>();
  let byOtherDate = 0;
  // Cases that only an itinerary names come behind those of the table, and have no dates.
  indexCases(inputs, INFECTIOUS, zone, true).forEach((each, row) => {
    const anchor = row < table.rowCount ? plan.anchors.find((name) => days[name][row] !== 0) : undefined;
    if (anchor === undefined) {
      undated.push(each.caseId);
      return;
    }
    if (anchor !== plan.anchors[0]) byOtherDate++;
    const day = days[anchor][row]!;
    const own = byPerson.get(each.person);
    if (own) own.push(cases.length);
    else byPerson.set(each.person, [cases.length]);
    cases.push({ ...each, fromSec: zone.dayStart(day - plan.earliestDays), toSec: zone.dayStart(day - plan.latestDays + 1) });
    infectious.push(each);
    onsetDay.push(days.onset[row]!);
  });
  return {
    cases,
    infectious,
    onsetDay,
    people: [...byPerson].map(([person, own]) => ({ person, cases: own })),
    undated,
    byOtherDate,
    fromSec: cases.reduce((least, { fromSec }) => Math.min(least, fromSec), cases.length > 0 ? Number.POSITIVE_INFINITY : 0),
    toSec: cases.reduce((most, { toSec }) => Math.max(most, toSec), 0),
  };
}
