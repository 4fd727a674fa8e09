/**
 * Planted cases: some who are ill from the start, and some who were at a gathering with a case and have their onset days after it. Whether
 * anything passed between two people is not in scans, so it is not in here: a later case is *associated* with the event it attended.
 */
import { DAY_SEC } from '../core/zone.js';
import { KIND, newResident, type City } from './city.js';
import type { CalendarDays, EventsOf, PlannedEvent } from './day.js';
import { Random, STREAM } from './random.js';

const HOUR = 3600;
/** A case's window begins this many days before the onset, as in the rule `any`. */
const DAYS_BEFORE = 2;

export interface PlannedCase {
  readonly person: number;
  /** Number of the day of onset, from 0. */
  readonly onset: number;
  /** The window [fromSec, toSec) in wall seconds: from the start of the second day before the onset until the isolation. */
  readonly fromSec: number;
  readonly toSec: number;
  /** The event that this case attended before its onset; 0 if none is known. */
  readonly event: number;
}

/** A gathering from which many cases come. */
export interface Superspreading extends PlannedEvent {
  readonly kind: number;
  /** The case that was infectious there. */
  readonly source: number;
  /** Everyone there, the source too. */
  readonly people: number;
  /** Cases whose onset follows it. */
  readonly cases: number;
}

export interface Outbreak {
  /** At most one for each person. */
  readonly cases: readonly PlannedCase[];
  readonly eventsOf: EventsOf;
  readonly events: number;
  readonly superspreading: readonly Superspreading[];
}

const LONGEST_INCUBATION_DAYS = 10;
/** From so many on one speaks of superspreading: the 99th percentile where one case infects three on average (Lloyd-Smith et al. 2005). */
const LEAST_SUPERSPREAD = 8;
/** Where many meet for an evening. */
const GATHERINGS: readonly number[] = [KIND.restaurant, KIND.restaurant, KIND.cinema, KIND.gym, KIND.temple, KIND.hall];

/** As many cases as asked for. Everything is drawn from one stream of the seed: the number of cases asked for moves none of the first ones. */
export function plantOutbreak(city: City, calendar: CalendarDays, count: number, superspreading = 0): Outbreak {
  const random = new Random(city.seed);
  random.begin(STREAM.outbreak, 0);
  const resident = newResident();
  const cases: PlannedCase[] = [];
  const persons = new Set<number>();
  const attending = new Map<number, PlannedEvent[]>();
  let events = 0;
  /** Nobody is a case before the onset, and the check-ins end with the last day. */
  const lastDay = calendar.days - 1;

  const addCaseUntil = (person: number, onset: number, event: number, toSec: number): void => {
    persons.add(person);
    cases.push({ person, onset, fromSec: (calendar.firstDay + onset - DAYS_BEFORE) * DAY_SEC, toSec, event });
  };
  const addCase = (person: number, onset: number, event: number): void =>
    addCaseUntil(person, onset, event, (calendar.firstDay + onset) * DAY_SEC + random.between(1, 3) * DAY_SEC + random.between(8, 20) * HOUR);
  /** A dinner in the case's district; returns the guests. */
  const plantEvent = ({ person, onset }: PlannedCase): { guests: number[]; day: number; event: number } | undefined => {
    const day = onset - random.below(2);
    city.meet(person, resident);
    const [lo, hi] = city.peopleOf(resident.district);
    const startSec = (calendar.firstDay + day) * DAY_SEC + 18.5 * HOUR + random.below(HOUR);
    const event = {
      event: events + 1,
      day,
      place: city.pick(KIND.restaurant, resident.district, random),
      startSec,
      endSec: startSec + random.between(1.5 * HOUR, 2.5 * HOUR),
    };
    const wanted = random.between(6, 20);
    const guests: number[] = [];
    for (let i = 0; i < wanted; i++) {
      const guest = lo + random.below(hi - lo);
      const isFree = guest !== person && !guests.includes(guest) && !attending.get(guest)?.some((other) => other.day === day);
      if (isFree) guests.push(guest);
    }
    if (day < 0 || attending.get(person)?.some((other) => other.day === day)) return undefined;
    events++;
    for (const each of [person, ...guests]) attending.set(each, [...(attending.get(each) ?? []), event]);
    return { guests, day, event: event.event };
  };

  /** An evening of 20 to 40 people of one district with someone infectious; a third to two thirds of them, 8 at least, have their onset 2 to 10 days after it, or before the last day. */
  const plantGathering = (): Superspreading => {
    const kind = GATHERINGS[apart.below(GATHERINGS.length)]!;
    const day = apart.between(1, Math.max(1, lastDay - LONGEST_INCUBATION_DAYS));
    const district = apart.below(city.districts);
    const [lo, hi] = city.peopleOf(district);
    const startSec = (calendar.firstDay + day) * DAY_SEC + 18.5 * HOUR + apart.below(HOUR);
    const place = city.pick(kind, district, apart);
    const event = { event: ++events, day, kind, place, startSec, endSec: startSec + apart.between(1.5 * HOUR, 2.5 * HOUR) };
    const guests: number[] = [];
    for (let tries = apart.between(20, 40); tries > 0; tries--) {
      const guest = lo + apart.below(hi - lo);
      if (!guests.includes(guest) && !persons.has(guest) && !attending.get(guest)?.some((other) => other.day === day)) guests.push(guest);
    }
    for (const guest of guests) attending.set(guest, [...(attending.get(guest) ?? []), event]);
    const before = cases.length;
    const ill = Math.max(LEAST_SUPERSPREAD, Math.round(guests.length * (0.35 + 0.35 * apart.unit())));
    // The first is who was ill already: guests were drawn by lot.
    for (const [i, guest] of guests.slice(0, 1 + ill).entries()) {
      const onset = day + (i === 0 ? apart.below(2) : apart.between(2, Math.min(LONGEST_INCUBATION_DAYS, lastDay - day)));
      const toSec = (calendar.firstDay + onset) * DAY_SEC + apart.between(1, 3) * DAY_SEC + apart.between(8, 20) * HOUR;
      if (cases.length < count) addCaseUntil(guest, onset, i === 0 ? 0 : event.event, toSec);
    }
    return { ...event, source: guests[0]!, people: guests.length, cases: Math.max(0, cases.length - before - 1) };
  };

  const gatherings: Superspreading[] = [];
  const apart = new Random(city.seed);
  apart.begin(STREAM.superspreading, 0);
  while (gatherings.length < superspreading) gatherings.push(plantGathering());

  for (let next = cases.length; cases.length < count; next++) {
    if (next === cases.length) {
      let person = random.below(city.people);
      while (persons.has(person)) person = (person + 1) % city.people;
      addCase(person, random.between(Math.min(DAYS_BEFORE, lastDay), lastDay), 0);
    }
    const planted = plantEvent(cases[next]!);
    const later = random.between(1, 4);
    for (const guest of planted?.guests.filter((each) => !persons.has(each)).slice(0, later) ?? []) {
      const onset = planted!.day + random.between(2, 5);
      if (onset <= lastDay && cases.length < count) addCase(guest, onset, planted!.event);
    }
  }
  return { cases, eventsOf: (person) => attending.get(person), events, superspreading: gatherings };
}
