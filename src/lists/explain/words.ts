/** Amounts and places in words, for people. Texts from files are shown so that no terminal obeys them. */
import { visible } from '../../core/visible.js';
import type { Measure } from '../../model/rule.js';
import type { Method } from '../../model/stay.js';
import type { SeatVerdict } from '../../rules/seats.js';
import type { ExplainedScan, ExplainedStay } from './explanation.js';

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** `2 minutes`, `9.5 minutes`, `3 hours 20 minutes`, `45 seconds`. */
export function inWords(sec: number): string {
  if (sec < 60) return plural(sec, 'second');
  if (sec < 7200) return plural(hundredths(sec / 60), 'minute');
  const parts: string[] = [];
  let rest = sec;
  for (const [name, length] of UNITS) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(plural(count, name));
  }
  return [...parts, ...(rest > 0 ? [plural(rest, 'second')] : [])].join(' ');
}

/** `570 s (9.5 minutes)`; below a minute the seconds alone. */
export const amount = (sec: number): string => (sec < 60 ? `${sec} s` : `${sec} s (${inWords(sec)})`);

/** `9.5 of 10 minutes`; what was had is never rounded up. */
export function shareInWords(hadSec: number, neededSec: number, isStrict: boolean): string {
  const [name, length] = neededSec < 60 ? (['second', 1] as const) : neededSec < 7200 ? UNITS[2] : UNITS[1];
  return `${hundredths(hadSec / length)} of ${isStrict ? 'more than ' : ''}${plural(hundredths(neededSec / length), name)}`;
}

const hundredths = (value: number): number => Math.floor(value * 100 + 1e-9) / 100;

export const plural = (count: number, name: string): string => `${count} ${name}${count === 1 ? '' : 's'}`;

/** `S1 (Ada's Tea), run r1`. */
export function placeText({ place_id, place_name, run_id }: ExplainedStay): string {
  return visible(`${place_id}${place_name === '' ? '' : ` (${place_name})`}${run_id === '' ? '' : `, run ${run_id}`}`);
}

export const rowsText = (scans: readonly ExplainedScan[]): string => visible(scans.map(({ row }) => row).join(', '));

export const METHOD_WORDS: Readonly<Record<Method, string>> = {
  cap: 'scanned on entry only, so the ends are the usual times of such places',
  'run-end': 'scanned on entry only; left when the run ended at the latest',
  'next-scan': 'scanned on entry only; left before the next scan elsewhere',
  checkout: 'checked out',
  itinerary: 'told in an interview',
  chained: 'scanned on boarding only; got off where the next scan is near',
  returned: 'scanned on boarding only; got off near where the day had begun',
  habit: 'scanned on boarding only; got off where this rider mostly does',
};

export const MEASURE_WORDS: Readonly<Record<Measure, string>> = {
  total: 'all time together',
  single: 'the longest time together without a break',
  rolling24h: 'the most time together within any 24 hours',
  day: 'the most time together on one local day',
};

/** One verdict on seats; also for a near miss. */
export function seatsText(
  { verdict, because, rows_apart, rows_allowed, case_row, contact_row }: SeatVerdict,
  ofCase: ExplainedStay,
  contact: ExplainedStay,
): string {
  const rows = rows_apart === null ? '' : `rows ${case_row} and ${contact_row}: ${rows_apart} apart${rows_allowed === null ? '' : `, ${rows_allowed} count`}`;
  if (verdict === 'counts') return `counts${rows === '' ? '' : ` (${rows})`}`;
  if (verdict === 'unknown') return `counts, since the ${because === 'rows' ? 'row' : because} of someone is not known`;
  if (because === 'rows') return `does not count: ${rows}`;
  const seat = ({ carriage, seat: name }: ExplainedStay): string => visible(because === 'carriage' ? carriage : name);
  return `does not count: another ${because} (${seat(ofCase)} and ${seat(contact)})`;
}
