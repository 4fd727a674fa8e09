/** Days on which people were first together with a case, by grade, beside the cases by date: over all rows of the run, whatever the page holds of them. */
import { compareBytewise } from '../core/bytewise.js';
import { SUPPRESSED, type PageDay } from './page-data.js';
import type { RunLists } from './run-lists.js';
import { guarded, isSmall } from './small-counts.js';

const GRADES = ['certain', 'likely', 'possible'] as const;
type Day = { -readonly [Key in keyof PageDay]: PageDay[Key] };

/** By rule, ascending by date; days without anything are left out. */
export async function exposureCurve(
  run: RunLists,
  caseDates: readonly string[] | null,
  isRedacted: boolean,
  signal?: AbortSignal,
): Promise<Record<string, readonly PageDay[]>> {
  const rules = new Map<string, Map<string, Day>>();
  const dayOf = (rule: string, date: string): Day => {
    let days = rules.get(rule);
    if (!days) rules.set(rule, (days = new Map()));
    let day = days.get(date);
    if (!day) days.set(date, (day = { date, certain: 0, likely: 0, possible: 0, cases: caseDates ? 0 : null }));
    return day;
  };
  for (const { id } of run.manifest.rules ?? []) rules.set(id, new Map());
  for await (const row of run.rows('people', signal)) {
    const grade = GRADES.find((each) => each === row('grade'));
    if (grade) dayOf(row('rule_id'), row('first_start').slice(0, 10))[grade]++;
  }
  for (const date of caseDates ?? []) for (const rule of rules.keys()) dayOf(rule, date).cases!++;
  const curves = [...rules]
    .sort(([a], [b]) => compareBytewise(a, b))
    .map(([rule, days]) => [rule, [...days.values()].sort((a, b) => compareBytewise(a.date, b.date))] as const);
  if (isRedacted) for (const [, days] of curves) holdBack(days);
  return Object.fromEntries(curves);
}

/** Holds small counts back; where that is one of a column, also the least other one, which the total would tell it by. */
function holdBack(days: readonly Day[]): void {
  for (const column of [...GRADES, 'cases'] as const) {
    const small = days.filter((day) => isSmall(day[column] ?? 0));
    if (small.length === 1) {
      const rest = days.filter((day) => (day[column] ?? 0) > 0 && day !== small[0]).sort((a, b) => a[column]! - b[column]!);
      if (rest[0]) rest[0][column] = SUPPRESSED;
    }
    for (const day of small) day[column] = guarded(day[column]!);
  }
}
