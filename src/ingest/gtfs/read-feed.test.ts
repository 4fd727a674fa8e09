import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../core/errors.js';
import { NO_SERVICE, NO_TIME } from '../../model/feed.js';
import { SMALL_FEED, openTexts, readFixture, readSmall, type FeedTexts } from '../../testing/small-feed.js';
import { expandFeed } from '../../stays/transit/feeds/expand-feed.js';
import { readFeed, type FeedReading } from './read-feed.js';

const STOP_TIMES = 'trip_id,arrival_time,departure_time,stop_id,stop_sequence\n';
const TRIPS = 'route_id,service_id,trip_id\nR,work,T\nR,work,U\nR,work,V\n';
const told = ({ rejects }: FeedReading): string[] => rejects.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);
const booksOf = ({ ledger }: FeedReading, file: string): number[] => {
  const { read, accepted, rejected, duplicate, blank } = ledger.find((entry) => entry.file === `feed/${file}.txt`)!;
  expect(read).toBe(accepted + rejected + duplicate + blank);
  return [read, accepted, rejected, duplicate, blank];
};
/** Calls of each trip: stop, sequence, arrival, departure. */
const callsOf = ({ feed: { trips, calls, stops } }: FeedReading): Record<string, string[]> =>
  Object.fromEntries(
    trips.ids.map((id, trip) => [
      id,
      Array.from({ length: calls.offsets[trip + 1]! - calls.offsets[trip]! }, (_, i) => {
        const row = calls.offsets[trip]! + i;
        return `${stops.ids[calls.stop[row]!]} ${calls.sequence[row]} ${calls.arrival[row]} ${calls.departure[row]}`;
      }),
    ]),
  );

describe('a feed that is whole', () => {
  test('becomes columns', async () => {
    const { feed, notes, rejects } = await readSmall({
      trips: 'trip_id,route_id,service_id,direction_id,block_id\nT,R,work,1,7\nU,R,work,0,\nV,R,work,,7\n',
      calendar_dates: 'service_id,date,exception_type\nwork,20220305,1\nwork,20220308,2\nextra,20220306,1\n',
      frequencies: 'trip_id,start_time,end_time,headway_secs,exact_times\nT,8:00:00,9:00:00,600,1\n',
      stop_times: `${STOP_TIMES}V,,24:05:00,C,0\nV,100:00:00,,A,7\nT,8:00:00,8:00:00,A,1\nT,8:10:00,8:10:00,B,2\nU,8:00:00,8:00:00,A,1\nU,8:10:00,8:10:00,B,2\n`,
    });
    expect(rejects).toEqual([]);
    expect(notes).toEqual([]);
    expect(feed).toMatchObject({
      zone: 'Asia/Shanghai',
      stops: { ids: ['A', 'B', 'C'], names: ['First', 'Second', 'Third'], lat: Float64Array.of(31.1, 31.2, 31.3), lon: Float64Array.of(121.1, 121.2, 121.3) },
      routes: { ids: ['R'], names: ['7'], types: Uint16Array.of(3) },
      // Trips are numbered in the order of stop_times.
      trips: { ids: ['V', 'T', 'U'], direction: Uint8Array.of(2, 1, 0), blocks: ['', '7'], block: Uint32Array.of(1, 1, 0), service: Uint32Array.of(0, 0, 0) },
      services: [
        { id: 'work', weekdays: 0b11111, firstDay: 19_052, lastDay: 19_082, added: new Set([19_056]), removed: new Set([19_059]) },
        { id: 'extra', weekdays: 0, added: new Set([19_057]) },
      ],
      frequencies: [{ trip: 1, startSec: 28_800, endSec: 32_400, headwaySec: 600, isExact: true }],
    });
    expect(feed.calls.offsets).toEqual(Uint32Array.of(0, 2, 4, 6));
    expect(feed.calls.arrival).toEqual(Int32Array.of(NO_TIME, 360_000, 28_800, 29_400, 28_800, 29_400));
    expect(feed.calls.departure).toEqual(Int32Array.of(86_700, NO_TIME, 28_800, 29_400, 28_800, 29_400));
  });

  test('has every row of the real feeds in its books', async () => {
    for (const name of ['caltrain-2017', 'israel-2126', 'trimet-vermont', 'berlin-sample', 'sao-paulo.zip', 'bull-runner.zip']) {
      const { feed, ledger, rejects, texts } = await readFixture(name);
      expect(rejects).toEqual([]);
      for (const entry of ledger) expect(entry.read).toBe(entry.accepted + entry.duplicate);
      const rows = texts['stop_times']!.split('\n').filter((line) => line.trim() !== '').length - 1;
      expect(feed.calls.stop.length).toBe(rows);
    }
  });

  test('is read the same wherever chunks end, and with a byte order mark and CRLF', async () => {
    const whole = await readSmall({ trips: TRIPS });
    const texts = Object.fromEntries(Object.entries({ ...SMALL_FEED, trips: TRIPS }).map(([name, text]) => [name, `\uFEFF${text.replaceAll('\n', '\r\n')}`]));
    for (const bytes of [1, 7, 64]) expect((await readFeed(openTexts(texts, bytes))).feed).toEqual(whole.feed);
  });
});

describe('rows of stop_times', () => {
  test('that lie apart or in another order are brought together and in order, and counted', async () => {
    const rows = [
      'U,9:10:00,9:10:00,B,20',
      'T,8:00:00,8:00:00,A,1',
      'T,8:10:00,8:10:00,B,2',
      'U,9:00:00,9:00:00,A,10',
      'V,7:20:00,7:20:00,C,3',
      'V,7:00:00,7:00:00,A,1',
      'V,7:10:00,7:10:00,B,2',
    ];
    const reading = await readSmall({ trips: TRIPS, stop_times: STOP_TIMES + rows.join('\n') });
    expect(callsOf(reading)).toEqual({
      U: ['A 10 32400 32400', 'B 20 33000 33000'],
      T: ['A 1 28800 28800', 'B 2 29400 29400'],
      V: ['A 1 25200 25200', 'B 2 25800 25800', 'C 3 26400 26400'],
    });
    expect(reading.notes).toEqual([
      '1 trips whose rows in feed/stop_times.txt do not lie together: they were brought together',
      '2 trips whose rows in feed/stop_times.txt are not in the order of stop_sequence: they were put in order',
    ]);
    expect(booksOf(reading, 'stop_times')).toEqual([7, 7, 0, 0, 0]);
  });

  test('of trips or stops that are not there, that leave before they come, or that cannot be read are rejected with their line', async () => {
    const rows = [
      'X,8:00:00,8:00:00,A,1',
      'T,8:00:00,8:00:00,A,1',
      'T,8:05:00,8:05:00,Z,2',
      'T,8:07:00,8:06:59,C,3',
      'T,8:7:00,8:07:00,C,4',
      'T,8:09:00,8:09:00,C,x',
      'T,8:10:00,8:10:00,B,6',
      '',
      'T,8:11:00',
    ];
    const reading = await readSmall({ stop_times: STOP_TIMES + rows.join('\n') });
    expect(told(reading)).toEqual([
      'feed/stop_times.txt:2:trip_id E_REFERENCE',
      'feed/stop_times.txt:4:stop_id E_REFERENCE',
      'feed/stop_times.txt:5:departure_time E_CHECKOUT',
      'feed/stop_times.txt:6:arrival_time E_TIME',
      'feed/stop_times.txt:7:stop_sequence E_VALUE',
      'feed/stop_times.txt:10: E_CSV_CELLS',
    ]);
    expect(reading.rejects[1]).toMatchObject({
      message: 'expected a stop of stops.txt, got one that is not there or was rejected; mend the row, or bring the row that it names',
      raw: 'T,8:05:00,8:05:00,Z,2',
    });
    expect(callsOf(reading)).toEqual({ T: ['A 1 28800 28800', 'B 6 29400 29400'] });
    expect(booksOf(reading, 'stop_times')).toEqual([9, 2, 6, 0, 1]);
  });

  test('that go back in time are rejected, also where the rows were in another order', async () => {
    const rows = [
      'T,8:00:00,8:05:00,A,1',
      'T,8:04:00,8:06:00,B,2',
      'T,,,B,3',
      'T,8:10:00,8:10:00,C,4',
      'U,8:00:00,8:00:00,A,1',
      'U,7:50:00,7:50:00,C,3',
      '',
      'U,8:05:00,8:05:00,B,2',
    ];
    const reading = await readSmall({ trips: TRIPS, stop_times: STOP_TIMES + rows.join('\n') });
    expect(told(reading)).toEqual(['feed/stop_times.txt:3:arrival_time E_TIME_BACK', 'feed/stop_times.txt:7:arrival_time E_TIME_BACK']);
    expect(callsOf(reading)).toEqual({
      T: ['A 1 28800 29100', 'B 3 -1 -1', 'C 4 29400 29400'],
      U: ['A 1 28800 28800', 'B 2 29100 29100'],
      V: [],
    });
    expect(booksOf(reading, 'stop_times')).toEqual([8, 5, 2, 0, 1]);
  });

  test('that stand twice count once; two of one sequence and other content contradict each other', async () => {
    const rows = [
      'T,8:00:00,8:00:00,A,1',
      'T,8:10:00,8:10:00,B,2',
      'T,8:10:00,8:10:00,B,2',
      'U,9:00:00,9:00:00,A,1',
      'T,8:10:00,8:10:00,C,2',
      'T,8:00:00,8:00:00,A,1',
    ];
    const reading = await readSmall({ trips: TRIPS, stop_times: STOP_TIMES + rows.join('\n') });
    expect(told(reading)).toEqual(['feed/stop_times.txt:6:stop_sequence E_ID_TWICE']);
    expect(callsOf(reading)['T']).toEqual(['A 1 28800 28800', 'B 2 29400 29400']);
    expect(booksOf(reading, 'stop_times')).toEqual([6, 3, 1, 2, 0]);
  });

  test('are right however many blocks they come in', async () => {
    const trips = Array.from({ length: 30_000 }, (_, i) => `T${i}`);
    const rows = trips.flatMap((id, i) => ['A', 'B', 'C'].map((stop, n) => `${id},${8 + n}:00:00,${8 + n}:00:${String(i % 60).padStart(2, '0')},${stop},${n}`));
    const texts = { trips: `route_id,service_id,trip_id\n${trips.map((id) => `R,work,${id}\n`).join('')}`, stop_times: STOP_TIMES + rows.join('\n') };
    const { feed } = await readFeed(openTexts({ ...SMALL_FEED, ...texts }, 1 << 16));
    expect(feed.calls.offsets).toEqual(Uint32Array.from({ length: trips.length + 1 }, (_, i) => i * 3));
    expect(feed.calls.departure[3 * 29_999 + 2]).toBe(10 * 3600 + (29_999 % 60));
  });
});

describe('other rows', () => {
  test('that contradict each other or name what is not there are rejected, with a line for each', async () => {
    const reading = await readSmall({
      stops: `${SMALL_FEED['stops']}A,Other,31.1,121.1\nB,Second,31.2,121.2\nD,North,91,0\n`,
      routes: `${SMALL_FEED['routes']}S,1,,70000\nQ,1,,bus\n`,
      trips: `${TRIPS}N,work,W\nR,work,T\nR,other,U\n`,
      calendar: `${SMALL_FEED['calendar']}back,1,1,1,1,1,1,1,20220331,20220301\nodd,1,1,1,2,1,1,1,20220301,20220331\nday,1,1,1,1,1,1,1,20220230,20220331\n`,
      calendar_dates: 'service_id,date,exception_type\nwork,20220305,1\nwork,20220305,2\nwork,20220306,3\nwork,2022-03-06,1\n',
      frequencies: 'trip_id,start_time,end_time,headway_secs\nX,8:00:00,9:00:00,600\nT,8:00:00,7:59:00,600\nT,8:00:00,9:00:00,0\n',
    });
    expect(told(reading)).toEqual([
      'feed/stops.txt:5:stop_id E_ID_TWICE',
      'feed/stops.txt:7:stop_lat E_VALUE',
      'feed/routes.txt:3:route_type E_VALUE',
      'feed/routes.txt:4:route_type E_VALUE',
      'feed/calendar.txt:3:end_date E_VALUE',
      'feed/calendar.txt:4:thursday E_VALUE',
      'feed/calendar.txt:5:start_date E_TIME',
      'feed/calendar_dates.txt:3:service_id E_ID_TWICE',
      'feed/calendar_dates.txt:4:exception_type E_VALUE',
      'feed/calendar_dates.txt:5:date E_TIME',
      'feed/trips.txt:5:route_id E_REFERENCE',
      'feed/trips.txt:7:trip_id E_ID_TWICE',
      'feed/frequencies.txt:2:trip_id E_REFERENCE',
      'feed/frequencies.txt:3:end_time E_VALUE',
      'feed/frequencies.txt:4:headway_secs E_VALUE',
    ]);
    expect(booksOf(reading, 'stops')).toEqual([6, 3, 2, 1, 0]);
    expect(booksOf(reading, 'trips')).toEqual([6, 3, 2, 1, 0]);
  });

  test('of trips without a service, and of trips with fewer than two calls, are kept and counted', async () => {
    const reading = await readSmall({
      trips: 'route_id,service_id,trip_id\nR,work,T\nR,none,U\nR,work,V\nR,work,W\n',
      stop_times: `${SMALL_FEED['stop_times']}U,8:00:00,8:00:00,A,1\nU,9:00:00,9:00:00,B,2\nV,8:00:00,8:00:00,A,1\n`,
    });
    expect([reading.feed.trips.ids, ...reading.feed.trips.service]).toEqual([['T', 'U', 'V', 'W'], 0, NO_SERVICE, 0, 0]);
    expect(reading.notes).toEqual([
      '1 trips whose service neither calendar.txt nor calendar_dates.txt has: they never run',
      '2 trips with fewer than two calls: they never run',
    ]);
  });

  test('of stops without coordinates take those of their station', async () => {
    const stops = 'stop_id,stop_name,stop_lat,stop_lon,parent_station\nA,One,,,B\nB,Two,31.2,121.2,\nC,Three,31.3,,\nD,Four,,,D\nE,Five,,,A\nF,Six,,,X\n';
    const { feed, notes } = await readSmall({ stops });
    expect([...feed.stops.lat]).toEqual([31.2, 31.2, Number.NaN, Number.NaN, 31.2, Number.NaN]);
    expect([...feed.stops.lon]).toEqual([121.2, 121.2, Number.NaN, Number.NaN, 121.2, Number.NaN]);
    expect(notes).toEqual([
      '1 stops with only one of stop_lat and stop_lon: it was left out',
      '2 stops without coordinates: they take those of their parent station',
      '3 stops without coordinates, of their own or of a parent station',
      '1 stops whose parent_station is no stop of the feed',
    ]);
  });

  test('of agencies in two zones are told: the first counts', async () => {
    const { feed, notes } = await readSmall({ agency: `${SMALL_FEED['agency']}2,Tram,Asia/Tokyo\n` });
    expect([feed.zone, notes]).toEqual([
      'Asia/Shanghai',
      ['agencies have 2 time zones, where GTFS wants one: all times are read in that of the first, Asia/Shanghai'],
    ]);
  });
});

test('a feed whose stops are an empty file has all its calls among the rejects', async () => {
  const reading = await readSmall({ stops: '' });
  expect(told(reading)).toEqual(['feed/stop_times.txt:2:stop_id E_REFERENCE', 'feed/stop_times.txt:3:stop_id E_REFERENCE']);
  expect(reading.readings.find(({ file }) => file === 'feed/stops.txt')?.notes).toEqual(['the file is empty: 0 rows']);
});

describe('a feed that cannot be used', () => {
  const failure = async (changes: FeedTexts): Promise<string> =>
    readSmall(changes, { name: 'city.zip' }).then(
      () => 'no error',
      (error: unknown) => (error instanceof InputError ? error.message : String(error)),
    );

  test('lacks a file that every feed needs', async () => {
    for (const name of ['agency', 'stops', 'routes', 'trips', 'stop_times']) {
      expect(await failure({ [name]: null })).toBe(`city.zip E_FEED_FILE expected ${name}.txt in the timetable feed, got none; fetch the whole feed again`);
    }
    expect(await failure({ calendar: null })).toMatch(/^city.zip E_FEED_FILE expected calendar.txt or calendar_dates.txt in the timetable feed, got neither/);
  });

  test('lacks a column, or has one twice', async () => {
    expect(await failure({ stop_times: 'trip_id,stop_id\nT,A\n' })).toBe(
      'feed/stop_times.txt:1 E_COLUMN_MISSING expected a column stop_sequence, as GTFS has it, got the headers trip_id | stop_id; mend the file',
    );
    expect(await failure({ trips: 'route_id,service_id,trip_id,trip_id\nR,work,T,T\n' })).toMatch(
      /^feed\/trips.txt:1 E_COLUMN_TWICE expected one column trip_id/,
    );
  });

  test('has no agency, or no zone of that name', async () => {
    expect(await failure({ agency: 'agency_id,agency_timezone\n' })).toMatch(/^feed\/agency.txt E_FEED_EMPTY expected an agency with its time zone/);
    expect(await failure({ agency: 'agency_id,agency_timezone\n1,Mars/Olympus\n' })).toBe(
      "feed/agency.txt:2:agency_timezone E_ZONE expected an IANA zone such as Europe/Berlin, got 'Mars/Olympus'; mend the file",
    );
  });

  test('has an open quote', async () => {
    expect(await failure({ stops: 'stop_id,stop_name\nA,"First\n' })).toMatch(/^feed\/stops.txt:2 E_CSV_UNCLOSED/);
  });
});

test('any damage to any file gives a feed whose books add up, or an error that names the file', async () => {
  const texts: Record<string, string> = {
    ...SMALL_FEED,
    trips: TRIPS,
    stop_times: `${STOP_TIMES}U,8:00:00,8:00:00,A,1\nT,8:00:00,8:00:00,A,1\nT,,,C,2\nT,8:10:00,8:10:00,B,3\nU,9:00:00,25:00:00,B,2\n`,
    calendar_dates: 'service_id,date,exception_type\nwork,20220305,1\n',
    frequencies: 'trip_id,start_time,end_time,headway_secs\nU,8:00:00,9:00:00,600\n',
  };
  const damage = fc.record({
    file: fc.constantFrom(...Object.keys(texts)),
    at: fc.nat(200),
    length: fc.nat(12),
    by: fc.oneof(fc.constantFrom('', ',', '"', '\n', 'T', '1', '-1', '99999999', '\u0000', ',,,,', 'A,8:00:00'), fc.string({ unit: 'binary', maxLength: 5 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
      const broken = { ...texts };
      for (const { file, at, length, by } of damages) broken[file] = broken[file]!.slice(0, at) + by + broken[file]!.slice(at + length);
      const reading = await readFeed(openTexts(broken)).catch((error: unknown) => {
        if (!(error instanceof InputError)) throw error;
        return error.message;
      });
      if (typeof reading === 'string') return reading.startsWith('feed/');
      const { feed, ledger, rejects } = reading;
      const runs = [...expandFeed(feed, 19_050, 19_060)];
      const rejected = ledger.reduce((sum, entry) => sum + entry.rejected, 0);
      const accepted = ledger.find(({ file }) => file === 'feed/stop_times.txt')!.accepted;
      return (
        ledger.every((entry) => entry.read === entry.accepted + entry.rejected + entry.duplicate + entry.blank) &&
        rejected === rejects.length &&
        accepted === feed.calls.stop.length &&
        accepted === feed.calls.offsets.at(-1) &&
        runs.every(({ startSec, endSec }) => startSec <= endSec)
      );
    }),
    { numRuns: 400 },
  );
});
