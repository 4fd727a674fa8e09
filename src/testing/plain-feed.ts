/**
 * A timetable watched minute by minute, from the raw texts of a feed: the definition that the expansion is held against. Each minute is turned into a
 * time of every service day that may still be under way, and every trip of that day is looked up in its rows. Cells are split at commas.
 */
import type { FeedReading } from '../ingest/gtfs/read-feed.js';
import { expandFeed, timetableOf } from '../stays/transit/feeds/expand-feed.js';
import { newDictionaries } from '../model/tables.js';

/** By minute (seconds since 1970): what is where, as `run: STOP` at a stop, `run: STOP>STOP` between two; sorted. */
export type Minutes = Map<number, string[]>;

const DAY = 86_400;

/** The minutes from `fromSec`, a whole one, up to but not including `toSec`. Every file may be missing but trips and stop_times. */
export function watchTexts(texts: Readonly<Record<string, string | null>>, zone: string, fromSec: number, toSec: number): Minutes {
  const calls = grouped(rowsOf(texts['stop_times']), (row) => row['trip_id']!);
  const departures = grouped(rowsOf(texts['frequencies']), (row) => row['trip_id']!);
  const trips = rowsOf(texts['trips']).map((row): Trip => ({
    trip_id: row['trip_id']!,
    service_id: row['service_id']!,
    plan: planOf(calls.get(row['trip_id']!) ?? []),
  }));
  const runsOn = calendarOf(texts);
  const minutes: Minutes = new Map();
  for (let minute = fromSec; minute < toSec; minute += 60) minutes.set(minute, []);
  const latest = Math.max(0, ...trips.flatMap(({ plan }) => plan.map(({ departure }) => departure))) + 2 * DAY;
  for (let day = Math.floor((fromSec - latest) / DAY) - 1; day * DAY < toSec + DAY; day++) {
    const date = new Date(day * DAY * 1000).toISOString().slice(0, 10).replaceAll('-', '');
    const begin = localNoon(day, zone) - DAY / 2;
    for (const { trip_id, service_id, plan } of trips) {
      if (plan.length < 2 || !runsOn(service_id, day, date)) continue;
      const repeats = departures.get(trip_id);
      for (const leave of repeats ? new Set(repeats.flatMap(leavesOf)) : [undefined]) {
        const run = `${trip_id}@${date}${leave === undefined ? '' : `@${textOf(leave)}`}`;
        const shift = leave === undefined ? 0 : leave - plan[0]!.departure;
        for (const [minute, seen] of minutes) {
          const where = whereAt(plan, minute - begin - shift);
          if (where) seen.push(`${run}: ${where}`);
        }
      }
    }
  }
  for (const seen of minutes.values()) seen.sort();
  return minutes;
}

/** The same minutes of the timetable that the expansion gives of a feed. */
export function watchTimetable({ feed }: Pick<FeedReading, 'feed'>, firstDay: number, lastDay: number, fromSec: number, toSec: number): Minutes {
  const ids = newDictionaries();
  const timetable = timetableOf(feed, expandFeed(feed, firstDay, lastDay), ids);
  const minutes: Minutes = new Map();
  for (let minute = fromSec; minute < toSec; minute += 60) minutes.set(minute, []);
  const stopAt = (call: number): string => ids.text.text(timetable.stopText.data[timetable.callStop.data[call]!]!);
  for (let run = 0; run < timetable.runCount; run++) {
    const journey = timetable.journey.data[run]!;
    const base = timetable.base.data[run]!;
    let call = timetable.offsets.data[journey]!;
    const last = timetable.offsets.data[journey + 1]! - 1;
    for (let minute = Math.ceil(timetable.startSec(run) / 60) * 60; minute <= timetable.endSec(run); minute += 60) {
      while (call < last && base + timetable.callArrival.data[call + 1]! <= minute) call++;
      const isThere = minute <= base + timetable.callDeparture.data[call]!;
      minutes.get(minute)?.push(`${ids.run.text(timetable.runId.data[run]!)}: ${isThere ? stopAt(call) : `${stopAt(call)}>${stopAt(call + 1)}`}`);
    }
  }
  for (const seen of minutes.values()) seen.sort();
  return minutes;
}

interface Call {
  readonly stop: string;
  readonly arrival: number;
  readonly departure: number;
}
interface Trip {
  readonly trip_id: string;
  readonly service_id: string;
  readonly plan: readonly Call[];
}
type Row = Readonly<Record<string, string>>;

function rowsOf(text: string | null | undefined): Row[] {
  const [head = [], ...rows] = (text ?? '')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.split(',').map((cell) => cell.replaceAll('"', '').trim()));
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])));
}

function grouped(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

/** Seconds of `H:MM:SS`. */
const secOf = (text: string): number => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
const textOf = (sec: number): string => [sec / 3600, (sec / 60) % 60, sec % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');

/** Calls in order, from the first to the last that has a time; those between without one are spread evenly. */
function planOf(rows: readonly Row[]): Call[] {
  const sorted = rows.toSorted((a, b) => Number(a['stop_sequence']) - Number(b['stop_sequence']));
  const timed = sorted.map((row) =>
    [row['arrival_time'] || row['departure_time'], row['departure_time'] || row['arrival_time']].map((text) => text && secOf(text)),
  );
  const known = [...timed.keys()].filter((i) => typeof timed[i]![0] === 'number');
  return sorted.flatMap((row, i) => {
    const [before, after] = [known.findLast((k) => k <= i), known.find((k) => k >= i)];
    if (before === undefined || after === undefined) return [];
    const [from, to] = [timed[before]![1] as number, timed[after]![0] as number];
    const even = from + Math.floor(((to - from) * (i - before)) / (after - before));
    return [
      { stop: row['stop_id']!, arrival: before === after ? (timed[i]![0] as number) : even, departure: before === after ? (timed[i]![1] as number) : even },
    ];
  });
}

/** The last call that was reached counts. */
function whereAt(plan: readonly Call[], sec: number): string | undefined {
  if (sec < plan[0]!.arrival || sec > plan.at(-1)!.departure) return undefined;
  const reached = plan.findLastIndex(({ arrival }) => arrival <= sec);
  return sec <= plan[reached]!.departure ? plan[reached]!.stop : `${plan[reached]!.stop}>${plan[reached + 1]!.stop}`;
}

function leavesOf(row: Row): number[] {
  const [begin, end, step] = [secOf(row['start_time']!), secOf(row['end_time']!), Number(row['headway_secs'])];
  return Array.from({ length: Math.ceil((end - begin) / step) }, (_, i) => begin + i * step);
}

function calendarOf(texts: Readonly<Record<string, string | null>>): (service: string, day: number, date: string) => boolean {
  const weekly = new Map(rowsOf(texts['calendar']).map((row) => [row['service_id'], row]));
  const exceptions = new Map(rowsOf(texts['calendar_dates']).map((row) => [`${row['service_id']} ${row['date']}`, row['exception_type']]));
  return (service, day, date) => {
    const exception = exceptions.get(`${service} ${date}`);
    if (exception !== undefined) return exception === '1';
    const row = weekly.get(service);
    const weekday = new Date(day * DAY * 1000).toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' }).toLowerCase();
    return row !== undefined && row[weekday] === '1' && date >= row['start_date']! && date <= row['end_date']!;
  };
}

/** When clocks of a zone show 12:00 on a day, asked of the engine's own calendar. */
function localNoon(day: number, zone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const wanted = new Date((day * DAY + DAY / 2) * 1000).toISOString().slice(0, 16);
  for (let quarters = -60; quarters <= 60; quarters++) {
    const sec = day * DAY + DAY / 2 + quarters * 900;
    const part = Object.fromEntries(clock.formatToParts(sec * 1000).map(({ type, value }) => [type, value]));
    if (`${part['year']}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}` === wanted) return sec;
  }
  throw new Error(`no noon in ${zone} on day ${day}`);
}
