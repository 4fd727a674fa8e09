/** How people, places, runs and cases of a simulated city are called. No id can be anyone's: no identity number begins with 99. */
import { DAY_SEC } from '../core/zone.js';
import { KIND, KINDS } from './city.js';
import { RUNS_PER_DAY, VEHICLES_PER_LINE } from './lines.js';

/** Places have this many digits, so that all of 1e9 people's houses have a name. */
export const PLACE_DIGITS = 8;
export const PERSON_HEAD = '99000000';
export const PERSON_DIGITS = 10;

const HALF = 100_000;
/** Odd and no multiple of 5: multiplying by it permutes the numbers below 10^10. */
const SCRAMBLE = 3_141_592_653;
const OFFSET = 2_718_281_828;

/** The number in someone's id: neighbours do not have neighbouring ones, as in real registers. Below 10^10. */
export function personNumber(person: number): number {
  const high = Math.floor(person / HALF);
  const low = person - high * HALF;
  return (((high * SCRAMBLE) % HALF) * HALF + low * SCRAMBLE + OFFSET) % (HALF * HALF);
}

export const personId = (person: number): string => PERSON_HEAD + digits(personNumber(person), PERSON_DIGITS);
export const placeId = (kind: number, place: number): string => KINDS[kind]!.letter + digits(place, PLACE_DIGITS);
export const caseId = (position: number): string => `C${digits(position + 1, 5)}`;
export const eventId = (event: number): string => (event === 0 ? '' : `G${digits(event, 5)}`);
export const districtName = (district: number): string => `D${digits(district + 1, 4)}`;
export const lineId = (kind: number, line: number): string => `${kind === KIND.coach ? 'K' : 'L'}${digits(line, 5)}`;
/** `run` as in a visit: 1 + day * `RUNS_PER_DAY` + number on the day. Empty for 0. */
export const runId = (kind: number, vehicle: number, run: number, firstDay: number): string =>
  run === 0
    ? ''
    : [
        lineId(kind, Math.floor(vehicle / VEHICLES_PER_LINE)),
        dateText(firstDay + Math.floor((run - 1) / RUNS_PER_DAY)).replaceAll('-', ''),
        digits((run - 1) % RUNS_PER_DAY, 3),
      ].join('-');
/** `12C` */
export const seatText = (seat: number): string => (seat === 0 ? '' : `${((seat - 1) >> 2) + 1}${'ABCD'[(seat - 1) & 3]}`);

/** `2022-03-01` of days since 1970-01-01. */
export const dateText = (day: number): string => new Date(day * DAY_SEC * 1000).toISOString().slice(0, 10);
/** `2022-03-01 08:15:30` of wall seconds. */
export const wallText = (sec: number): string => new Date(sec * 1000).toISOString().slice(0, 19).replace('T', ' ');

const digits = (value: number, count: number): string => String(value).padStart(count, '0');
