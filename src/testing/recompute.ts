/**
 * The grade worked out again from the printed numbers of an explanation alone, by SPEC sections 4, 6, 7 and 8: what an official would do with paper.
 * Nothing of the engine is used here, nor any of the sums that the explanation prints: they are what is checked.
 */
import { measured, type PlainMeasure } from './brute-force.js';

/** An explanation after `JSON.parse`, as far as it is looked at. */
export interface Printed {
  readonly grade: string;
  readonly settings: { readonly bounds: string; readonly skew_s: number; readonly lag_s: number };
  readonly window: { readonly from: string | null; readonly to: string | null };
  readonly meetings: readonly PrintedMeeting[];
  readonly clauses: readonly PrintedClause[];
}
interface PrintedClause {
  readonly clause: string;
  readonly measure: string;
  readonly threshold_s: number;
  readonly is_strict: boolean;
  readonly kinds: readonly string[] | null;
  readonly categories: readonly string[] | null;
  readonly grades: readonly {
    readonly measured_s: number | null;
    readonly lacks_s: number;
    readonly united: readonly Span[];
    readonly within: { readonly from: string; readonly to: string } | null;
  }[];
}
interface Span {
  readonly start: string;
  readonly end: string;
}
interface PrintedMeeting {
  readonly counts: boolean;
  readonly kind: string;
  readonly seats: readonly {
    readonly verdict: string;
    readonly because: string | null;
    readonly case_row: string | null;
    readonly contact_row: string | null;
    readonly rows_allowed: number | null;
  }[];
  readonly residence: {
    readonly who: 'either' | 'both' | 'case' | 'contact';
    readonly more_than_s: number;
    readonly case_spans: readonly Span[];
    readonly contact_spans: readonly Span[];
  } | null;
  readonly case: PrintedStay;
  readonly contact: PrintedStay;
}
type Ends = { readonly start: string; readonly end_certain: string; readonly end_likely: string; readonly end_possible: string };
interface PrintedStay extends Ends {
  readonly place_kind: string;
  readonly category: string;
  readonly carriage: string;
  readonly ends_from: string;
  readonly uncut: Ends | null;
  readonly dwell: { readonly least_s: number; readonly typical_s: number; readonly most_s: number } | null;
  readonly scans: readonly {
    readonly time: string;
    readonly check_out: string | null;
    readonly run_end: string | null;
    readonly next_elsewhere: { readonly time: string } | null;
  }[];
}

const GRADES = ['certain', 'likely', 'possible'] as const;
const sec = (text: string): number => new Date(text).getTime() / 1000;
type Bounds = readonly [start: number, certain: number, likely: number, possible: number];
const printed = ({ start, end_certain, end_likely, end_possible }: Ends): Bounds => [sec(start), sec(end_certain), sec(end_likely), sec(end_possible)];

/** Start and ends of a whole stay, from its scans. */
export function boundsFromScans(stay: PrintedStay, skewSec: number): Bounds {
  const scans = stay.scans.map(({ time, check_out, run_end, next_elsewhere }): Bounds => {
    const t = sec(time);
    if (check_out !== null) {
      const out = stay.ends_from === 'itinerary' ? sec(check_out) : Math.min(sec(check_out), t + 86_400);
      return [t, out, out, out];
    }
    const { least_s, typical_s, most_s } = stay.dwell!;
    const possible = Math.max(t, Math.min(t + most_s, run_end === null ? Infinity : sec(run_end), next_elsewhere ? sec(next_elsewhere.time) : Infinity));
    return [t, Math.min(t + least_s, possible), Math.min(t + typical_s, possible), possible];
  });
  const most = (i: 1 | 2 | 3): number => Math.max(...scans.map((scan) => scan[i]));
  if (stay.ends_from === 'itinerary') return [scans[0]![0], most(1), most(2), most(3)];
  const start = Math.min(...scans.map(([t]) => t)) - skewSec;
  return [start, Math.max(start, most(1) - 2 * skewSec), Math.max(start, most(2) - skewSec), most(3) + skewSec];
}

/** What does not follow from the printed numbers; empty if all does. */
export function contradictions(explained: Printed): string[] {
  const { settings, window, meetings, clauses, grade } = explained;
  const faults: string[] = [];
  const expectSame = (what: string, got: unknown, wanted: unknown): void => {
    if (JSON.stringify(got) !== JSON.stringify(wanted)) faults.push(`${what}: printed ${JSON.stringify(wanted)}, works out as ${JSON.stringify(got)}`);
  };
  const clamp = (at: number): number =>
    Math.min(Math.max(at, window.from === null ? -Infinity : sec(window.from)), window.to === null ? Infinity : sec(window.to));
  for (const [i, { case: ofCase, contact }] of meetings.entries()) {
    const isPiece = ofCase.ends_from === 'itinerary'; // of a run: shorter than the row
    const whole = printed(ofCase.uncut ?? ofCase);
    if (ofCase.ends_from !== 'timetable' && !isPiece) expectSame(`ends of the case in ${i + 1}`, boundsFromScans(ofCase, settings.skew_s), whole);
    if (contact.ends_from !== 'timetable') expectSame(`ends of the contact in ${i + 1}`, boundsFromScans(contact, settings.skew_s), printed(contact));
    expectSame(`visit ${i + 1}`, whole.map(clamp), printed(ofCase));
  }
  for (const [i, meeting] of meetings.entries()) expectSame(`whether ${i + 1} counts`, countsFor(meeting), meeting.counts);
  const spansAt = (g: 1 | 2 | 3, { kinds, categories }: PrintedClause): [number, number][] =>
    meetings.flatMap((meeting): [number, number][] => {
      const { case: ofCase, contact } = meeting;
      if ((kinds && !kinds.includes(ofCase.place_kind)) || (categories && !categories.includes(ofCase.category))) return [];
      const [a, b] = [printed(ofCase), printed(contact)];
      const start = Math.max(a[0], b[0]);
      const end = Math.min(a[g], b[g]);
      return countsFor(meeting) && (end > start || (settings.bounds === 'closed' && end === start)) ? [[start, end]] : [];
    });
  const held = GRADES.map((name, rank) => {
    let holds = false;
    for (const clause of clauses) {
      const { clause: text, measure, threshold_s, is_strict, grades } = clause;
      const { measured_s, lacks_s, united, within } = grades[rank]!;
      const spans = spansAt((rank + 1) as 1 | 2 | 3, clause);
      // Within the best local day the zone decides: what is printed of it is taken, and the rest worked out.
      const inDay = united.reduce(
        (sum, { start, end }) => sum + Math.max(0, Math.min(sec(end), sec(within?.to ?? end)) - Math.max(sec(start), sec(within?.from ?? start))),
        0,
      );
      const had = spans.length === 0 ? null : measure === 'day' ? inDay : measured(measure as PlainMeasure, spans);
      expectSame(`${text} at ${name}`, had, measured_s);
      if (measured_s !== null && measure !== 'total') expectSame(`${text} at ${name} within its stretch`, inDay, measured_s);
      const isHeld = had !== null && (is_strict ? had > threshold_s : had >= threshold_s);
      expectSame(`what ${text} lacks at ${name}`, isHeld ? 0 : threshold_s + (is_strict ? 1 : 0) - (had ?? 0), lacks_s);
      holds ||= isHeld;
    }
    return holds;
  });
  expectSame('grade', GRADES.find((_, rank) => held[rank]) ?? 'below', grade);
  return faults;
}

/** Whether a meeting counts, from its rows and carriages, and from how long the two were there. */
function countsFor({ kind, seats, residence, case: ofCase, contact }: PrintedMeeting): boolean {
  if (kind !== 'together') return false;
  for (const { case_row, contact_row, rows_allowed, because, verdict } of seats) {
    if (ofCase.carriage !== '' && contact.carriage !== '' && ofCase.carriage !== contact.carriage) return false;
    if (rows_allowed !== null && case_row !== null && contact_row !== null && Math.abs(Number(case_row) - Number(contact_row)) > rows_allowed) return false;
    if (verdict === 'excluded' && (because === 'deck' || because === 'side')) return false;
  }
  if (residence === null) return true;
  const long = (spans: readonly Span[]): boolean => spans.reduce((sum, { start, end }) => sum + sec(end) - sec(start), 0) > residence.more_than_s;
  const [ofCaseLong, ofContactLong] = [long(residence.case_spans), long(residence.contact_spans)];
  return { either: ofCaseLong || ofContactLong, both: ofCaseLong && ofContactLong, case: ofCaseLong, contact: ofContactLong }[residence.who];
}
