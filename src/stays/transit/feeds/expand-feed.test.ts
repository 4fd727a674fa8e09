import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFeed } from '../../../ingest/gtfs/read-feed.js';
import { newDictionaries } from '../../../model/tables.js';
import { watchTexts, watchTimetable } from '../../../testing/plain-feed.js';
import { SMALL_FEED, openTexts, readFixture, readSmall, type FeedTexts } from '../../../testing/small-feed.js';
import { expandFeed, timetableOf, type FeedRun } from './expand-feed.js';

const DAY = 86_400;
/** An instant with its offset, in seconds since 1970. */
const at = (iso: string): number => new Date(iso).getTime() / 1000;
const day = (date: string): number => at(`${date}T00:00:00Z`) / DAY;

const runsOf = async (changes: FeedTexts, from: string, to: string = from): Promise<FeedRun[]> => [
  ...expandFeed((await readSmall(changes)).feed, day(from), day(to)),
];
const zoned = (zone: string): FeedTexts => ({ agency: SMALL_FEED['agency']!.replace('Asia/Shanghai', zone) });
const calls = (...rows: readonly string[]): FeedTexts => ({ stop_times: `trip_id,arrival_time,departure_time,stop_id,stop_sequence\n${rows.join('\n')}\n` });

describe('runs of a feed', () => {
  test('begin and end at the times of their service day', async () => {
    // 1 March 2022 begins in Shanghai at 1646064000, 28 February 16:00 UTC.
    expect(await runsOf({}, '2022-03-01')).toEqual([
      { trip: 0, serviceDay: 19_052, baseSec: 1_646_064_000, runId: 'T@20220301', vehicleId: 'T', startSec: 1_646_092_800, endSec: 1_646_093_400 },
    ]);
  });

  test('last past 24:00 and for several days', async () => {
    const rows = calls('T,23:50:00,23:50:00,A,1', 'T,24:10:00,24:15:00,B,2', 'T,49:30:00,49:30:00,C,3');
    const [run] = await runsOf(rows, '2022-03-01');
    expect(run).toMatchObject({ startSec: 1_646_064_000 + 85_800, endSec: 1_646_064_000 + 178_200 });
    expect([at('2022-03-01T23:50:00+08:00'), at('2022-03-03T01:30:00+08:00')]).toEqual([run!.startSec, run!.endSec]);
  });

  test('count from noon minus 12 h on days on which the clock changes', async () => {
    const rows = {
      ...zoned('Europe/Berlin'),
      ...calls('T,0:30:00,0:30:00,A,1', 'T,8:00:00,8:00:00,B,2'),
      calendar: SMALL_FEED['calendar']!.replace('1,1,1,1,1,0,0,20220301,20220331', '0,0,0,0,0,0,1,20190101,20191231'),
    };
    // In spring the service day begins at 23:00 of the day before, in autumn at 1:00: eight o'clock is eight o'clock on both.
    const [spring] = await runsOf(rows, '2019-03-31');
    expect(spring).toMatchObject({ baseSec: 1_553_983_200, startSec: at('2019-03-30T23:30:00+01:00'), endSec: 1_554_012_000 });
    expect(at('2019-03-31T08:00:00+02:00')).toBe(1_554_012_000);
    const [autumn] = await runsOf(rows, '2019-10-27');
    expect(autumn).toMatchObject({ baseSec: at('2019-10-27T01:00:00+02:00'), endSec: at('2019-10-27T08:00:00+01:00') });
  });

  test('are on the weekdays of their service between its days, and where an exception adds one, and not where one removes it', async () => {
    const dates = 'service_id,date,exception_type\nwork,20220305,1\nwork,20220308,2\nwork,20220402,1\n';
    const days = (await runsOf({ calendar_dates: dates }, '2022-02-27', '2022-04-05')).map(({ runId }) => runId.slice(2));
    // Weekdays of March 2022 but the 8th, and two Saturdays.
    const march = [1, 2, 3, 4, 5, 7, 9, 10, 11, 14, 15, 16, 17, 18, 21, 22, 23, 24, 25, 28, 29, 30, 31];
    expect(days).toEqual([...march.map((date) => `202203${String(date).padStart(2, '0')}`), '20220402']);
  });

  test('need no calendar where dates alone say when', async () => {
    const runs = await runsOf({ calendar: null, calendar_dates: 'service_id,date,exception_type\nwork,20220306,1\n' }, '2022-03-01', '2022-03-31');
    expect(runs.map(({ runId }) => runId)).toEqual(['T@20220306']);
  });

  test('of a trip by frequency leave every headway, before the end, each as a vehicle of its own', async () => {
    const trips = 'route_id,service_id,trip_id,block_id\nR,work,T,7\n';
    const changes = {
      trips,
      ...calls('T,13:13:00,13:14:00,A,1', 'T,13:30:00,13:31:00,B,2'),
      frequencies: 'trip_id,start_time,end_time,headway_secs,exact_times\nT,08:00:00,08:30:00,600,1\nT,25:00:00,25:00:01,60,0\n',
    };
    const { feed } = await readSmall(changes);
    const runs = expandFeed(feed, day('2022-03-01'), day('2022-03-01'));
    // Departure is at the time of the frequency, arrival a minute before, as in stop_times.
    expect([...runs].map(({ runId, vehicleId, startSec, endSec }) => [runId, vehicleId, startSec, endSec])).toEqual(
      [
        ['08:00:00', 1_646_064_000 + 8 * 3600],
        ['08:10:00', 1_646_064_000 + 8 * 3600 + 600],
        ['08:20:00', 1_646_064_000 + 8 * 3600 + 1200],
        ['25:00:00', 1_646_064_000 + 25 * 3600],
      ].map(([clock, leave]) => [`T@20220301@${clock}`, `T@${clock}`, (leave as number) - 60, (leave as number) + 17 * 60]),
    );
    expect(runs.notes).toEqual([
      '1 runs by frequency without exact_times: the feed says only how often something comes, so their times may be off by a headway',
    ]);
  });

  test('by frequency that two rows name count once', async () => {
    const frequencies = 'trip_id,start_time,end_time,headway_secs\nT,08:00:00,09:00:00,1200\nT,08:20:00,09:20:00,1200\n';
    const runs = expandFeed((await readSmall({ frequencies })).feed, day('2022-03-01'), day('2022-03-01'));
    expect([...runs].map(({ runId }) => runId.slice(-8))).toEqual(['08:00:00', '08:20:00', '08:40:00', '09:00:00']);
    expect(runs.notes).toContain('2 departures that two rows of frequencies.txt give: each counts once');
  });

  test('of one block are runs of one vehicle; those that overlap are counted and kept', async () => {
    const trips = 'route_id,service_id,trip_id,block_id\nR,work,T,7\nR,work,U,7\nR,work,V,7\n';
    const rows = calls(
      'T,8:00:00,8:00:00,A,1',
      'T,8:10:00,8:10:00,B,2',
      'U,8:10:00,8:10:00,B,1',
      'U,8:30:00,8:30:00,A,2',
      'V,8:29:00,8:29:00,A,1',
      'V,8:40:00,8:40:00,B,2',
    );
    const runs = expandFeed((await readSmall({ trips, ...rows })).feed, day('2022-03-01'), day('2022-03-02'));
    expect([...runs].map(({ runId, vehicleId }) => `${vehicleId} ${runId}`)).toEqual(
      ['20220301', '20220302'].flatMap((date) => ['T', 'U', 'V'].map((trip) => `7 ${trip}@${date}`)),
    );
    expect(runs.notes).toEqual(['2 runs overlap another run of the same vehicle: the feed gives one block_id to trips of one time']);
  });

  test('overlap the next day where they take longer than a day', async () => {
    const runs = expandFeed((await readSmall(calls('T,8:00:00,8:00:00,A,1', 'T,32:00:01,32:00:01,B,2'))).feed, day('2022-03-01'), day('2022-03-03'));
    expect([...runs].length).toBe(3);
    expect(runs.notes[0]).toMatch(/^2 runs overlap/);
  });

  test('have calls without a time evenly between those with one, and none before the first or after the last', async () => {
    const rows = calls('T,,,C,1', 'T,,8:00:00,A,2', 'T,,,B,3', 'T,,,C,4', 'T,8:10:00,,A,5', 'T,,,B,6');
    const { feed } = await readSmall(rows);
    const runs = expandFeed(feed, day('2022-03-01'), day('2022-03-01'));
    const ids = newDictionaries();
    const timetable = timetableOf(feed, runs, ids);
    const stops = Array.from(timetable.callStop.trimmed(), (stop) => ids.text.text(timetable.stopText.data[stop]!));
    expect([stops, [...timetable.callArrival.trimmed()], [...timetable.callDeparture.trimmed()]]).toEqual([
      ['A', 'B', 'C', 'A'],
      [0, 200, 400, 600],
      [0, 200, 400, 600],
    ]);
    expect([timetable.startSec(0), timetable.endSec(0)]).toEqual([1_646_092_800, 1_646_093_400]);
    expect(runs.notes).toEqual([
      '2 calls without a time: it was put evenly between the timed calls around them',
      '2 calls before the first or after the last time of their trip: they were left out',
    ]);
  });
});

test('runs of one trip share a journey in the timetable, with dense ids and the way they go', async () => {
  const trips = 'route_id,service_id,trip_id,direction_id,block_id\nR,work,T,1,7\n';
  const { feed } = await readSmall({ trips });
  const ids = newDictionaries();
  const timetable = timetableOf(feed, expandFeed(feed, day('2022-03-01'), day('2022-03-04')), ids);
  expect([timetable.runCount, timetable.offsets.length, timetable.stopCount]).toEqual([4, 2, 2]);
  expect(Array.from(timetable.vehicle.trimmed(), (id) => ids.place.text(id))).toEqual(['7', '7', '7', '7']);
  const run = timetable.runOf(ids.run.find('T@20220303'));
  expect([timetable.startSec(run), ids.text.text(timetable.line.data[run]!), timetable.direction.data[run]]).toEqual([at('2022-03-03T08:00:00+08:00'), 'R', 1]);
  // A and B are 0.1 degrees apart each way: 11.12 km north, 9.52 km east.
  expect(timetable.stopAt.distanceM(0, 1)).toBeCloseTo(14_640, -2);
});

describe('the minutes of a day that the raw texts give are those of the timetable', () => {
  test.each([
    ['caltrain-2017', 'America/Los_Angeles', '2018-01-01', 2],
    ['caltrain-2017', 'America/Los_Angeles', '2018-03-10', 3], // a change to summer time, on the 11th
    ['israel-2126', 'Asia/Jerusalem', '2018-02-25', 5],
    ['israel-2126', 'Asia/Jerusalem', '2018-03-22', 3], // the clock changes on Friday the 23rd
    ['trimet-vermont', 'America/Los_Angeles', '2018-03-09', 4],
    ['berlin-sample', 'Europe/Berlin', '2019-03-29', 4],
    ['berlin-sample', 'Europe/Berlin', '2019-07-19', 4],
    ['sao-paulo.zip', 'America/Sao_Paulo', '2019-10-05', 1],
    ['bull-runner.zip', 'America/New_York', '2016-03-12', 2],
  ])('%s in %s from %s, %i days', async (name, zone, first, count) => {
    const read = await readFixture(name);
    const fromSec = day(first) * DAY + 6 * 3600;
    const toSec = fromSec + count * DAY;
    const found = watchTimetable(read, day(first) - 4, day(first) + count + 1, fromSec, toSec);
    const wanted = watchTexts(read.texts, zone, fromSec, toSec);
    expect([...wanted.values()].reduce((sum, seen) => sum + seen.length, 0)).toBeGreaterThan(15);
    const different = [...wanted].find(([minute, seen]) => seen.join('\n') !== found.get(minute)!.join('\n'));
    expect(different && [different, found.get(different[0])]).toBeUndefined();
  });

  const clock = (sec: number): string => `${Math.floor(sec / 3600)}:${String(Math.floor(sec / 60) % 60).padStart(2, '0')}:${String(sec % 60).padStart(2, '0')}`;
  const zones = [
    { zone: 'Europe/Berlin', first: '2019-03-30' },
    { zone: 'Europe/Berlin', first: '2019-10-26' },
    { zone: 'America/Sao_Paulo', first: '2018-11-03' }, // clocks change at midnight
    { zone: 'Australia/Lord_Howe', first: '2019-04-06' }, // by half an hour
    { zone: 'Asia/Kolkata', first: '2022-02-27' },
  ];
  const trip = fc.record({
    service: fc.constantFrom('a', 'b'),
    gaps: fc.array(fc.tuple(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 3 })), {
      minLength: 2,
      maxLength: 6,
    }),
    repeats: fc.option(fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 900, max: 5000 })), {
      nil: undefined,
      freq: 3,
    }),
  });
  const random = fc.record({
    place: fc.constantFrom(...zones),
    trips: fc.array(trip, { minLength: 1, maxLength: 4 }),
    weekdays: fc.integer({ min: 0, max: 127 }),
    dates: fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 4 }), fc.constantFrom(1, 2)), {
      selector: ([service, i]) => `${service}${i}`,
      maxLength: 6,
    }),
    order: fc.infiniteStream(fc.nat()),
    chunkBytes: fc.integer({ min: 1, max: 200 }),
  });

  test('of random feeds, with their rows in any order', async () => {
    await fc.assert(
      fc.asyncProperty(random, async ({ place: { zone, first }, trips, weekdays, dates, order, chunkBytes }) => {
        const dateOf = (i: number): string => new Date((day(first) + i) * DAY * 1000).toISOString().slice(0, 10).replaceAll('-', '');
        const rows = trips.flatMap(({ gaps }, n) => {
          let sec = 0;
          return gaps.map(([gap, wait, hole], i) => {
            const isTimed = i === 0 || i === gaps.length - 1 || hole > 0;
            const [arrival, departure] = [sec + gap, sec + gap + wait];
            if (isTimed) sec = departure;
            return {
              key: order.next().value as number,
              text: `t${n},${isTimed && hole !== 1 ? clock(arrival) : ''},${isTimed && hole !== 2 ? clock(hole === 1 ? arrival : departure) : ''},${'ABC'[i % 3]},${i * 2}`,
            };
          });
        });
        const texts = {
          ...SMALL_FEED,
          ...zoned(zone),
          trips: `route_id,service_id,trip_id\n${trips.map(({ service }, n) => `R,${service},t${n}\n`).join('')}`,
          stop_times: calls(...rows.toSorted((a, b) => a.key - b.key).map(({ text }) => text))['stop_times']!,
          calendar: `service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\na,${[...weekdays.toString(2).padStart(7, '0')].join(',')},${dateOf(0)},${dateOf(3)}\n`,
          calendar_dates: `service_id,date,exception_type\n${dates.map(([service, i, type]) => `${service},${dateOf(i)},${type}\n`).join('')}`,
          frequencies: `trip_id,start_time,end_time,headway_secs\n${trips.flatMap(({ repeats }, n) => (repeats ? [`t${n},${clock(repeats[0])},${clock(repeats[0] + repeats[1])},${repeats[2]}\n`] : [])).join('')}`,
        };
        const read = await readFeed(openTexts(texts, chunkBytes));
        expect(read.rejects).toEqual([]);
        const [fromSec, toSec] = [day(first) * DAY, (day(first) + 4) * DAY];
        expect(watchTimetable(read, day(first) - 1, day(first) + 6, fromSec, toSec)).toEqual(watchTexts(texts, zone, fromSec, toSec));
      }),
      { numRuns: 60 },
    );
  });
});
