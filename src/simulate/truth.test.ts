import { describe, expect, test } from 'vitest';
import { dayNumber } from '../core/zone.js';
import { Dwell } from '../stays/dwell.js';
import { trueVisits, type TrueVisit } from '../testing/true-visits.js';
import { City } from './city.js';
import { DayPlanner } from './day.js';
import { caseId, eventId, personId, placeId, runId, wallText } from './ids.js';
import { plantOutbreak } from './outbreak.js';
import { SCANS, Scanner } from './scans.js';
import { simulateCity } from './simulate-city.js';

const OPTIONS = { people: 300, days: 5, seed: 11, cases: 12, odd: 0.05, missed: 0.2, lent: 0.05 };
const calendar = { firstDay: dayNumber(2022, 3, 1), days: OPTIONS.days };

/** The definition: everybody's visits against every case's, pair by pair. */
function bruteForce(): string[] {
  const city = new City(OPTIONS.seed, OPTIONS.people);
  const { cases, eventsOf } = plantOutbreak(city, calendar, OPTIONS.cases);
  const planner = new DayPlanner(city, calendar, new Dwell(), OPTIONS.odd, eventsOf);
  const scanner = new Scanner(city, { ...OPTIONS, checkOut: 0.2, duplicate: 0 }, 0);
  const all: TrueVisit[] = [];
  for (let person = 0; person < OPTIONS.people; person++) {
    for (let day = 0; day < OPTIONS.days; day++) {
      planner.plan(person, day);
      scanner.scan(person, day, planner.visits);
      all.push(...trueVisits(person, day, planner.visits, scanner.scans));
    }
  }
  const meetings: string[] = [];
  cases.forEach((aCase, position) => {
    for (const theirs of all.filter(({ person }) => person === aCase.person)) {
      for (const visit of all) {
        if (visit.person === aCase.person || visit.kind !== theirs.kind || visit.place !== theirs.place || visit.run !== theirs.run) continue;
        const start = Math.max(visit.startSec, theirs.startSec, aCase.fromSec);
        const end = Math.min(visit.endSec, theirs.endSec, aCase.toSec);
        if (start >= end) continue;
        const run = runId(visit.kind, visit.place, visit.run, calendar.firstDay);
        meetings.push(
          [
            caseId(position),
            personId(visit.person),
            placeId(visit.kind, visit.place),
            run,
            wallText(start),
            wallText(end),
            end - start,
            SCANS[theirs.scan],
            SCANS[visit.scan],
            eventId(theirs.event),
          ].join(),
        );
      }
    }
  });
  return meetings.sort();
}

describe('truth', () => {
  const city = simulateCity(OPTIONS);
  const truth = [...city.truth];

  test('is what a comparison of all true visits with each other finds, with how both were scanned', () => {
    const found = truth.map((row) =>
      [row.case_id, row.contact_id, row.place_id, row.run_id, row.start, row.end, row.overlap_s, row.case_scan, row.contact_scan, row.event_id].join(),
    );
    expect(found.length).toBeGreaterThan(1000);
    expect(found.sort()).toEqual(bruteForce());
  });

  test('guests of an event met the case that was there, and later cases of it are among them', () => {
    const associated = [...city.cases].filter(({ type }) => type === 'associated');
    expect(associated.length).toBeGreaterThan(2);
    const atEvents = truth.filter(({ event_id }) => event_id !== '');
    for (const { person_id, event_id } of associated) {
      expect(event_id).not.toBe('');
      expect(atEvents.some((row) => row.event_id === event_id && row.contact_id === person_id)).toBe(true);
    }
  });
});
