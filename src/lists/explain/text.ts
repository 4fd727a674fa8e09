/** An explanation in plain sentences, with every number that the grade rests on. */
import { visible } from '../../core/visible.js';
import { GRADES, type Grade } from '../../model/stay.js';
import type {
  ClauseArithmetic,
  ExplainedMeeting,
  ExplainedSpan,
  ExplainedStay,
  ExplainedWindow,
  Explanation,
  GradeArithmetic,
  ResidenceArithmetic,
} from './explanation.js';
import { missText } from './miss-text.js';
import { MEASURE_WORDS, METHOD_WORDS, amount, inWords, placeText, plural, seatsText } from './words.js';

/** Shared stays whose ends are named where the grade could be surer. */
const MOST_ENDS = 5;

/** One explanation as lines of text, ended by a line feed. */
export function explanationText(explained: Explanation): string {
  const { meetings, clauses, nearest, rule_id, case_id, case_person_id, contact_id } = explained;
  const caseName = case_person_id === case_id ? visible(case_id) : `${visible(case_id)} (person ${visible(case_person_id)})`;
  const person = visible(contact_id);
  const parts = [
    `Rule ${visible(rule_id)}: was ${person} co-present with case ${caseName}?`,
    verdictText(explained),
    settingsText(explained),
    ...meetings.map((meeting) => meetingText(meeting, visible(case_id), person)),
    ...(meetings.length === 0 ? ['They share no stay.'] : clauses.map(clauseText)),
    ...(explained.grade === 'likely' || explained.grade === 'possible' ? [noSurerText(explained)] : []),
    ...(explained.grade === 'below' && nearest.length === 0 ? ['Nothing came close there.'] : []),
    ...(nearest.length > 0 ? [`What came closest:\n${nearest.map((miss, i) => `  ${i + 1}. ${missText(miss)}`).join('\n')}`] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function verdictText({ grade, reasons, contact_id, case_id, rule_id }: Explanation): string {
  const [person, aCase] = [visible(contact_id), visible(case_id)];
  if (grade === 'below') return `${person} is NOT on the list of ${aCase} under ${visible(rule_id)}: no clause holds, not even for the longest stays possible.`;
  return `${person} is on the list: co-present with ${aCase}, grade ${grade}, since ${reasons.split('|').join(' and ')} ${reasons.includes('|') ? 'hold' : 'holds'}.`;
}

function settingsText({ settings, window, case_visits, contact_stays, case_id, contact_id }: Explanation): string {
  const { tz, scope, lag_s, bounds, min_overlap_s, skew_s, exclude_conflicts } = settings;
  return [
    `Visits of ${visible(case_id)} count ${windowText(window)}: ${plural(case_visits, 'visit')}. ${visible(contact_id)} has ${plural(contact_stays, 'stay')} in all.`,
    `Scope ${scope}; bounds ${bounds}; lag ${lag_s} s; shortest overlap ${min_overlap_s} s; clocks differ by at most ${skew_s} s${exclude_conflicts ? '; stays in conflict are left out' : ''}.`,
    tz === null
      ? 'No zone was given: times are in UTC.'
      : `Times without an offset were read by the clock of ${tz}: of an hour that the clock shows twice a start is the earlier and an end the later.`,
  ].join('\n');
}

function windowText({ from, to, from_source, to_source, anchor_date, days_before, days_after }: ExplainedWindow): string {
  if (from_source === 'itinerary') return 'as the interview tells them';
  const why = (source: string | null, days: string): string =>
    source === null ? '' : source === 'onset' || source === 'sample' || source === 'report' ? ` (${source} ${anchor_date}${days})` : ` (${source})`;
  const start = from === null ? 'from the beginning' : `from ${from}${why(from_source, ` less ${plural(days_before, 'day')}`)}`;
  const end = to === null ? 'without an end' : `until ${to}${why(to_source, ` and ${plural(days_after, 'day')} more`)}`;
  return `${start} ${end}`;
}

function meetingText(meeting: ExplainedMeeting, aCase: string, person: string): string {
  const { number, kind, counts, excluded_by, case: ofCase, contact, distance_m, flags, ended_by } = meeting;
  const where = ofCase.place_id === contact.place_id ? '' : `; ${person} at ${placeText(contact)}${distance_m === null ? '' : `, ${distance_m} m away`}`;
  const verdict = counts ? 'counts' : `does not count (${excluded_by === 'after' ? 'one after the other' : excluded_by})`;
  const overlaps = GRADES.map((grade) => `${grade} ${amount(meeting[`overlap_${grade}_s`])}, ended by ${nameOf(ended_by[grade], aCase, person)}`);
  return [
    `Shared stay ${number}, ${kind}, at ${placeText(ofCase)}${where}: ${verdict}; grade ${meeting.grade}${flags === '' ? '' : `; flags ${flags}`}`,
    stayText(aCase, ofCase),
    stayText(person, contact),
    kind === 'together'
      ? `  together from ${meeting.start}: ${overlaps.join('; ')}`
      : `  ${person} came ${amount(meeting.gap_s!)} after ${aCase} had left at the latest, and was there for ${amount(meeting.after_s)} of the lag`,
    ...meeting.seats.map((verdictOfRule) => `  seats: ${seatsText(verdictOfRule, ofCase, contact)}`),
    ...(meeting.residence ? [`  residence: ${residenceText(meeting.residence, aCase, person)}`] : []),
  ].join('\n');
}

const nameOf = (side: 'case' | 'contact' | 'both', aCase: string, person: string): string => (side === 'both' ? 'both' : side === 'case' ? aCase : person);

function stayText(name: string, stay: ExplainedStay): string {
  const { uncut, method, dwell, ride, scans, category } = stay;
  const lines = [
    `  ${name}: from ${stay.start}; ends certain ${stay.end_certain}, likely ${stay.end_likely}, possible ${stay.end_possible}`,
    `    method ${method}: ${METHOD_WORDS[method]}`,
  ];
  if (uncut)
    lines.push(
      `    cut to the window of the case; whole: from ${uncut.start}; ends certain ${uncut.end_certain}, likely ${uncut.end_likely}, possible ${uncut.end_possible}`,
    );
  for (const { row, time, check_out, run_end, next_elsewhere, is_staff } of scans) {
    const more = [
      check_out === null ? '' : `${method === 'itinerary' ? 'until' : 'check-out'} ${check_out}`,
      run_end === null ? '' : `run ends ${run_end}`,
      next_elsewhere === null ? '' : `next scan elsewhere ${next_elsewhere.time} (${visible(next_elsewhere.row)})`,
      is_staff ? 'staff, on this run as on all of the duty' : '',
    ].filter((text) => text !== '');
    lines.push(`    ${visible(row)}: ${[time, ...more].join('; ')}`);
  }
  if (dwell) {
    lines.push(`    usual times of ${visible(category)}: least ${amount(dwell.least_s)}, typical ${amount(dwell.typical_s)}, most ${amount(dwell.most_s)}`);
  } else if (stay.ends_from === 'other') lines.push('    the ends rest on scans that are not at hand any more');
  if (ride) {
    const stop = (id: string): string => (id === '' ? 'an unknown stop' : visible(id));
    lines.push(
      `    ride from ${stop(ride.from_stop)} to ${stop(ride.to_stop)}, ${Math.round(ride.confidence * 100)} % sure; by the timetable: certain to the next stop, likely to that one, possible to the last in reach`,
    );
  }
  return lines.join('\n');
}

function residenceText(residence: ResidenceArithmetic, aCase: string, person: string): string {
  const { who, from, to, more_than_s, case_s, contact_s, case_spans, contact_spans, holds } = residence;
  const asked = who === 'case' ? aCase : who === 'contact' ? person : who;
  const stayed = (spans: readonly ExplainedSpan[], sum: number): string =>
    spans.length < 2 && sum === 0 ? amount(0) : `${spans.map(({ start, end, sec }) => `${start} to ${end} = ${sec} s`).join(' + ')}: ${amount(sum)}`;
  return [
    `${holds ? 'counts' : 'does not count'}: between ${from} and ${to} more than ${amount(more_than_s)} there is asked of ${asked}`,
    `    ${aCase}: ${stayed(case_spans, case_s)}`,
    `    ${person}: ${stayed(contact_spans, contact_s)}`,
  ].join('\n');
}

function clauseText({ clause, measure, threshold_s, is_strict, kinds, categories, grades }: ClauseArithmetic): string {
  const places = [...(kinds ?? []), ...(categories ?? [])].map((word) => visible(word));
  const where = places.length === 0 ? '' : `, at places of ${places.join(', ')}`;
  return [
    `Clause ${clause}: ${MEASURE_WORDS[measure]}${where}, ${is_strict ? 'more than' : 'at least'} ${amount(threshold_s)}`,
    ...grades.map((each) => `  ${each.grade}: ${gradeText(each, threshold_s, is_strict)}`),
  ].join('\n');
}

function gradeText({ spans, united, within, measured_s, holds, lacks_s }: GradeArithmetic, thresholdSec: number, isStrict: boolean): string {
  if (measured_s === null) return 'no shared stay counts at this grade: does not hold';
  const parts = spans.map(({ meeting, start, end, sec }) => `stay ${meeting} ${start} to ${end} = ${sec} s`);
  const merged =
    united.length === spans.length
      ? ''
      : `; without counting twice: ${united.map(({ start, end, sec }) => `${start} to ${end} = ${sec} s`).join(' + ') || '0 s'}`;
  const cut = within === null ? '' : `; of that within ${within.from} to ${within.to}`;
  const verdict = holds ? 'holds' : `does not hold, ${amount(lacks_s)} short`;
  return `${parts.join(' + ')}${merged}${cut}: ${amount(measured_s)} ${holds ? '' : 'not '}${isStrict ? '>' : '>='} ${thresholdSec} s, ${verdict}`;
}

/** Why the grade is not a surer one: what is missing there. */
function noSurerText({ grade, clauses, meetings, case_id, contact_id }: Explanation): string {
  const surer = GRADES.slice(0, GRADES.indexOf(grade as Grade));
  const lines = surer.map((name) => {
    const nearest = clauses
      .map(({ clause, grades }) => ({ clause, ...grades[GRADES.indexOf(name)]! }))
      .reduce((best, each) => (each.lacks_s < best.lacks_s ? each : best));
    const sure = nearest.measured_s === null ? `no shared stay overlaps by the ${name} ends` : `${inWords(nearest.measured_s)} together by the ${name} ends`;
    const counting = meetings.filter(({ counts }) => counts);
    const ends = counting.slice(0, MOST_ENDS).map(({ number, ended_by, case: ofCase, contact }) => {
      const side = ended_by[name] === 'contact' ? contact : ofCase;
      const whose = ended_by[name] === 'both' ? 'both of them' : visible(ended_by[name] === 'contact' ? contact_id : case_id);
      return `stay ${number} by ${side[`end_${name}`]} of ${whose} (${side.method})`;
    });
    const more = counting.length > MOST_ENDS ? `, and ${counting.length - MOST_ENDS} more` : '';
    return `  ${name}: ${sure}; ${nearest.clause} is ${inWords(nearest.lacks_s)} short. Time together ends: ${ends.join(', ')}${more}`;
  });
  return `Why ${grade} and no surer:\n${lines.join('\n')}`;
}
