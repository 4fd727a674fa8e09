/** The tables of a simulated city as rows: texts as a file has them. */
import { DAY_SEC } from '../core/zone.js';
import { KIND, KINDS, type City } from './city.js';
import type { CalendarDays, DayVisits } from './day.js';
import { caseId, dateText, districtName, eventId, lineId, personId, placeId, runId, seatText, wallText } from './ids.js';
import { RUNS_PER_DAY } from './lines.js';
import type { PlannedCase, Superspreading } from './outbreak.js';
import { SCANS, type DayScans } from './scans.js';
import type { Truth } from './truth.js';

export interface SimulatedCheckIn {
  readonly person_id: string;
  readonly place_id: string;
  readonly time: string;
  readonly check_out: string;
  readonly run_id: string;
  readonly seat: string;
}

export interface SimulatedPlace {
  readonly place_id: string;
  readonly name: string;
  readonly category: string;
  /** Degrees; empty for vehicles. */
  readonly lat: number | '';
  readonly lon: number | '';
  readonly parent_id: string;
  readonly district: string;
  readonly line_id: string;
}

export interface SimulatedRun {
  readonly vehicle_id: string;
  readonly run_id: string;
  readonly start: string;
  readonly end: string;
  readonly line_id: string;
}

export interface SimulatedCase {
  readonly person_id: string;
  readonly case_id: string;
  /** `associated`: was at a planted event with another case before the onset. */
  readonly type: 'first' | 'associated';
  readonly onset_date: string;
  readonly infectious_from: string;
  readonly isolated_at: string;
  /** The event that the case is associated with. */
  readonly event_id: string;
}

/** How a visit was scanned: with the person's own code, not at all, or with the code of someone else. */
export type ScanWord = (typeof SCANS)[number];

/** A meeting that really took place: case and contact were co-present at a place, on a run, within the case's window. */
export interface SimulatedMeeting {
  readonly case_id: string;
  readonly contact_id: string;
  readonly place_id: string;
  readonly run_id: string;
  readonly start: string;
  readonly end: string;
  readonly overlap_s: number;
  readonly case_scan: ScanWord;
  readonly contact_scan: ScanWord;
  /** The planted event at which they met. */
  readonly event_id: string;
}

/** A planted gathering from which many cases come. */
export interface SimulatedEvent {
  readonly event_id: string;
  readonly place_id: string;
  readonly start: string;
  readonly end: string;
  /** The person who was infectious there. */
  readonly source_id: string;
  /** Everyone there, and how many of them have their onset after it. */
  readonly people: number;
  readonly cases: number;
}

export interface SimulatedRows {
  readonly checkins: SimulatedCheckIn;
  readonly places: SimulatedPlace;
  readonly runs: SimulatedRun;
  readonly cases: SimulatedCase;
  readonly truth: SimulatedMeeting;
  readonly events: SimulatedEvent;
}

/** Columns of each table, in the order of its file. */
export const COLUMNS: { readonly [Name in keyof SimulatedRows]: readonly (keyof SimulatedRows[Name])[] } = {
  checkins: ['person_id', 'place_id', 'time', 'check_out', 'run_id', 'seat'],
  places: ['place_id', 'name', 'category', 'lat', 'lon', 'parent_id', 'district', 'line_id'],
  runs: ['vehicle_id', 'run_id', 'start', 'end', 'line_id'],
  cases: ['person_id', 'case_id', 'type', 'onset_date', 'infectious_from', 'isolated_at', 'event_id'],
  truth: ['case_id', 'contact_id', 'place_id', 'run_id', 'start', 'end', 'overlap_s', 'case_scan', 'contact_scan', 'event_id'],
  events: ['event_id', 'place_id', 'start', 'end', 'source_id', 'people', 'cases'],
};

/** Check-ins of one person-day. */
export function* checkInRows(visits: DayVisits, scans: DayScans, { firstDay }: CalendarDays): Generator<SimulatedCheckIn> {
  for (let row = 0; row < scans.count; row++) {
    const visit = scans.visit[row]!;
    const [kind, place, seat] = [visits.kind[visit]!, visits.place[visit]!, visits.seat[visit]!];
    yield {
      person_id: personId(scans.person[row]!),
      place_id: placeId(kind, place),
      time: wallText(scans.timeSec[row]!),
      check_out: scans.outSec[row] === 0 ? '' : wallText(scans.outSec[row]!),
      // Only coaches print the run and the seat on the ticket that is scanned; the run of a bus follows from the timetable.
      run_id: seat === 0 ? '' : runId(kind, place, visits.run[visit]!, firstDay),
      seat: seatText(seat),
    };
  }
}

export function* placeRows(city: City): Generator<SimulatedPlace> {
  for (const { kind, place, district, latMicro, lonMicro, mall, line } of city.places()) {
    yield {
      place_id: placeId(kind, place),
      name: `${KINDS[kind]!.name} ${place + 1}`,
      category: KINDS[kind]!.category,
      lat: Number.isNaN(latMicro) ? '' : latMicro / 1e6,
      lon: Number.isNaN(lonMicro) ? '' : lonMicro / 1e6,
      parent_id: mall < 0 ? '' : placeId(KIND.mall, mall),
      district: districtName(district),
      line_id: line < 0 ? '' : lineId(kind, line),
    };
  }
}

export function* runRows(city: City, { firstDay, days }: CalendarDays): Generator<SimulatedRun> {
  const vehicles = [
    [KIND.bus, city.buses],
    [KIND.coach, city.coaches],
  ] as const;
  for (let day = 0; day < days; day++) {
    for (const [kind, lines] of vehicles) {
      for (let line = 0; line < lines.count; line++) {
        const { runs, lengthSec } = lines.get(line);
        for (let run = 0; run < runs; run++) {
          const vehicle = lines.vehicleOf(line, run);
          const start = (firstDay + day) * DAY_SEC + lines.departureSec(line, run);
          yield {
            vehicle_id: placeId(kind, vehicle),
            run_id: runId(kind, vehicle, 1 + day * RUNS_PER_DAY + run, firstDay),
            start: wallText(start),
            end: wallText(start + lengthSec),
            line_id: lineId(kind, line),
          };
        }
      }
    }
  }
}

export function* caseRows(cases: readonly PlannedCase[], { firstDay }: CalendarDays): Generator<SimulatedCase> {
  for (const [position, { person, onset, fromSec, toSec, event }] of cases.entries()) {
    yield {
      person_id: personId(person),
      case_id: caseId(position),
      type: event === 0 ? 'first' : 'associated',
      onset_date: dateText(firstDay + onset),
      infectious_from: wallText(fromSec),
      isolated_at: wallText(toSec),
      event_id: eventId(event),
    };
  }
}

export function* eventRows(events: readonly Superspreading[]): Generator<SimulatedEvent> {
  for (const { event, kind, place, startSec, endSec, source, people, cases } of events) {
    yield {
      event_id: eventId(event),
      place_id: placeId(kind, place),
      start: wallText(startSec),
      end: wallText(endSec),
      source_id: personId(source),
      people,
      cases,
    };
  }
}

export function* meetingRows(truth: Truth, { firstDay }: CalendarDays): Generator<SimulatedMeeting> {
  for (const { case: position, contact, kind, place, run, startSec, endSec, caseScan, contactScan, event } of truth.meetings()) {
    yield {
      case_id: caseId(position),
      contact_id: personId(contact),
      place_id: placeId(kind, place),
      run_id: runId(kind, place, run, firstDay),
      start: wallText(startSec),
      end: wallText(endSec),
      overlap_s: endSec - startSec,
      case_scan: SCANS[caseScan]!,
      contact_scan: SCANS[contactScan]!,
      event_id: eventId(event),
    };
  }
}
