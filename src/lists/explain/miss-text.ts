/** A near miss in a sentence. */
import { visible } from '../../core/visible.js';
import type { Miss } from './explanation.js';
import { amount, inWords, placeText, rowsText, seatsText, shareInWords } from './words.js';

export function missText(miss: Miss): string {
  const more = miss.candidates > 1 && miss.kind !== 'too-short' ? ` This is the nearest of ${miss.candidates} such pairs of stays.` : '';
  return `${sentence(miss)}${outsideToo(miss)}.${more}`;
}

/** The sentence, without its full stop. */
function sentence(miss: Miss): string {
  const { case: ofCase, contact, gap_s, overlap_s, meeting } = miss;
  switch (miss.kind) {
    case 'same-person':
      return 'The case is this person: nobody is a contact of their own case';
    case 'no-check-ins':
      return 'There are no check-ins of this person at all: who does not scan is on no list, which proves nothing';
    case 'no-case-presence':
      return 'There are no check-ins of the case, nor an itinerary: nobody can have met it';
    case 'too-short':
      return `Together ${shareInWords(miss.had_s!, miss.needed_s!, miss.clause!.includes('>') && !miss.clause!.includes('>='))}, even for the longest stays possible: ${miss.had_s} s of ${miss.needed_s} s for ${miss.clause}`;
    case 'seats':
      return `Too far apart in shared stay ${meeting}${rowOf(miss)}: ${seatsText(miss.seats!, ofCase!, contact!)}`;
    case 'residence': {
      const { case_s, contact_s, more_than_s, who } = miss.residence!;
      return `Did not stay there enough before shared stay ${meeting}: the case ${amount(case_s)}, the person ${amount(contact_s)}; more than ${amount(more_than_s)} asked of ${who}`;
    }
    case 'place-kind':
      return `Together ${amount(overlap_s!)} in shared stay ${meeting}, but no clause of the rule speaks of places such as ${placeText(ofCase!)} (${visible(ofCase!.category)})`;
    case 'min-overlap':
      return `Together ${amount(overlap_s!)} at ${where(miss)}: less than the shortest overlap asked for, ${amount(miss.needed_s!)}`;
    case 'conflict':
      return `Together ${amount(overlap_s!)} at ${where(miss)}, but a stay is left out as asked: its code was at two places at once`;
    case 'touching':
      if (ofCase!.start === ofCase!.end_possible || contact!.start === contact!.end_possible)
        return `There at once, but one of them for no time at all by the scans, at ${where(miss)}: counts under --bounds closed alone`;
      return `One left at the very moment when the other came, at ${where(miss)}: counts under --bounds closed alone`;
    case 'outside-window':
      return `Together ${amount(overlap_s!)} at ${where(miss)}, but outside the case's window by ${inWords(miss.window_s!)}, ${miss.window_side} it`;
    case 'left-before':
      return `Left ${inWords(gap_s!)} (${gap_s} s) before the case came, at ${where(miss)}: there until ${contact!.end_possible} at the latest, the case from ${ofCase!.start}`;
    case 'came-after':
      return `Came ${inWords(gap_s!)} (${gap_s} s) after the case had left, at ${where(miss)}: there from ${contact!.start}, the case until ${ofCase!.end_possible} at the latest`;
    case 'other-run':
      return `On another run of ${visible(ofCase!.place_id)}: the case on ${runText(ofCase!.run_id, miss.case_run_start, ofCase!.start)}, the person on ${runText(contact!.run_id, miss.contact_run_start, contact!.start)}; ${rows(miss)}`;
    case 'other-place':
      return `${miss.scope === 'parent' ? 'Under one parent, other place' : 'Near by, other place'}: the case at ${placeText(ofCase!)}, the person at ${placeText(contact!)}${distance(miss)}; ${inTime(miss)}; would meet under --scope ${miss.scope}; ${rows(miss)}`;
    case 'elsewhere':
      return `Never at a place of the case; near in ${miss.gap_s === 0 ? 'time' : 'time or space'}: the case at ${placeText(ofCase!)}, the person at ${placeText(contact!)}${distance(miss)}; ${inTime(miss)}; ${rows(miss)}`;
  }
}

/** ` (row 4 of 3)`. */
const rowOf = ({ seats }: Miss): string => (seats?.because === 'rows' ? ` (row ${seats.rows_apart} of ${seats.rows_allowed})` : '');

const rows = ({ case: ofCase, contact }: Miss): string => `scans ${rowsText(ofCase!.scans)} and ${rowsText(contact!.scans)}`;

const where = (miss: Miss): string => `${placeText(miss.case!)} (${rows(miss)})`;

const distance = ({ distance_m }: Miss): string => (distance_m === null ? '' : `, ${distance_m} m away`);

const inTime = ({ overlap_s, gap_s }: Miss): string => (gap_s === 0 && overlap_s! > 0 ? `${inWords(overlap_s!)} at one time` : `${inWords(gap_s!)} apart`);

function runText(runId: string, runStart: string | null, scanned: string): string {
  return runId === '' ? `no known run (scanned ${scanned})` : `${visible(runId)} (${runStart === null ? `scanned ${scanned}` : `from ${runStart}`})`;
}

/** What lacks besides. */
function outsideToo({ kind, window_s, window_side }: Miss): string {
  return window_s === null || kind === 'outside-window' ? '' : `; besides, outside the case's window by ${inWords(window_s)}, ${window_side} it`;
}
