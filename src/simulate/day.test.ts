import { describe, expect, test } from 'vitest';
import { dayNumber } from '../core/zone.js';
import { Dwell } from '../stays/dwell.js';
import { City, KIND } from './city.js';
import { DayPlanner, type CalendarDays } from './day.js';
import { plantOutbreak } from './outbreak.js';
import { trueVisits, type TrueVisit } from '../testing/true-visits.js';

const PEOPLE = 3000;
const DAYS = 9;
const calendar: CalendarDays = { firstDay: dayNumber(2022, 3, 1), days: DAYS };
const city = new City(5, PEOPLE);
const outbreak = plantOutbreak(city, calendar, 40);
const planner = new DayPlanner(city, calendar, new Dwell(), 0.02, outbreak.eventsOf);

const ofDay = (person: number, day: number): TrueVisit[] => {
  planner.plan(person, day);
  return trueVisits(person, day, planner.visits);
};

describe('DayPlanner', () => {
  test('a day depends on the person and the day alone, in whatever order they are planned', () => {
    const forward = Array.from({ length: 200 }, (_, i) => ofDay(i * 7, i % DAYS));
    const backward = Array.from({ length: 200 }, (_, i) => ofDay((199 - i) * 7, (199 - i) % DAYS)).reverse();
    expect(backward).toEqual(forward);
  });

  test('nobody is at two places at once, from the first midnight on', () => {
    for (let person = 0; person < PEOPLE; person += 3) {
      const visits = Array.from({ length: DAYS }, (_, day) => ofDay(person, day))
        .flat()
        .filter(({ kind }) => kind !== KIND.mallShop);
      const turns = visits.flatMap(({ startSec, endSec }) => [startSec, endSec]);
      expect(turns[0]).toBe(calendar.firstDay * 86_400);
      expect(turns).toEqual([...new Set(turns)].sort((a, b) => a - b));
    }
  });

  test('who is in a shop of a mall is in the mall', () => {
    let shops = 0;
    for (let person = 0; person < PEOPLE; person++) {
      const visits = ofDay(person, 4);
      for (const shop of visits.filter(({ kind }) => kind === KIND.mallShop)) {
        const mall = visits.find(({ kind, startSec, endSec }) => kind === KIND.mall && startSec < shop.startSec && endSec > shop.endSec);
        expect(mall?.place).toBe(Math.floor(shop.place / 30));
        shops++;
      }
    }
    expect(shops).toBeGreaterThan(50);
  });

  test('guests of a planted event are there in the evening, each for an hour at the least', () => {
    const guests = Array.from({ length: PEOPLE }, (_, person) => person).filter((person) => outbreak.eventsOf(person));
    expect(guests.length).toBeGreaterThan(50);
    for (const guest of guests) {
      for (const event of outbreak.eventsOf(guest)!) {
        const [there, ...more] = ofDay(guest, event.day).filter((visit) => visit.event === event.event);
        expect(more).toEqual([]);
        expect(there).toMatchObject({ kind: KIND.restaurant, place: event.place });
        expect(there!.startSec).toBeGreaterThanOrEqual(event.startSec);
        expect(there!.endSec).toBeLessThanOrEqual(event.endSec);
        expect(there!.endSec - there!.startSec).toBeGreaterThanOrEqual(3600);
      }
    }
  });

  test('most workers work on weekdays and few on weekends', () => {
    const atWork = (day: number): number =>
      Array.from({ length: PEOPLE }, (_, person) => ofDay(person, day)).filter((visits) => visits.some((visit) => visit.kind === KIND.office)).length;
    expect(atWork(0) / PEOPLE).toBeGreaterThan(0.45); // 2022-03-01 was a Tuesday
    expect(atWork(4)).toBe(0);
  });

  test('a rider is on a run of the timetable from stop to stop, boarding three minutes early at most', () => {
    let rides = 0;
    for (let person = 0; person < PEOPLE; person++) {
      for (const ride of ofDay(person, 1).filter(({ kind }) => kind === KIND.bus)) {
        const line = Math.floor(ride.place / 32);
        const run = (ride.run - 1) % 1024;
        const departure = (calendar.firstDay + 1) * 86_400 + city.buses.departureSec(line, run);
        expect(city.buses.vehicleOf(line, run)).toBe(ride.place);
        expect(ride.startSec).toBeGreaterThanOrEqual(departure - 180);
        expect(ride.endSec).toBeLessThanOrEqual(departure + city.buses.get(line).lengthSec);
        rides++;
      }
    }
    expect(rides).toBeGreaterThan(1000);
  });
});
