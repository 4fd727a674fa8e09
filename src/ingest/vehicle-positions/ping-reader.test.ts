import { expect, test } from 'vitest';
import { InputError } from '../../core/errors.js';
import { Zone } from '../../core/zone.js';
import { newDictionaries } from '../../model/tables.js';
import { feedBytes } from '../../testing/proto-bytes.js';
import type { ByteSource } from '../read-table.js';
import { TimeReader } from '../text/time-text.js';
import { PingReader } from './ping-reader.js';

const source = (name: string, text: string): ByteSource => ({ name, chunks: () => [new TextEncoder().encode(text)] });

test('pings are read from several files, by the names that their columns may have', async () => {
  const ids = newDictionaries();
  const reader = new PingReader(ids, new TimeReader(new Zone('Asia/Shanghai')));
  await reader.readCsv(source('a.csv', 'vehicle_id,time,lat,lon\n粤B12345,2022-03-01 08:00:00,22.5,114.1\n'));
  await reader.readCsv(
    source('b.csv', '车牌号;gps_time;latitude;lng;trip_id;route_id;start_date;start_time\n粤B12345;1646092860;22.6;114.2;T1;M7;20220301;8:00:00\n'),
  );
  const { count, vehicle, sec, lat, lon, trip, line, startDay, startClock } = reader.pings;
  const rows = Array.from({ length: count }, (_, i) => [
    ids.place.text(vehicle[i]!),
    sec[i],
    lat[i],
    lon[i],
    ids.run.text(trip[i]!),
    ids.text.text(line[i]!),
    startDay[i],
    startClock[i],
  ]);
  // 2022-03-01 is day 19,052; 8:00 is second 28,800, stored one higher.
  expect(rows).toEqual([
    ['粤B12345', 1_646_092_800, 22.5, 114.1, '', '', 0, 0],
    ['粤B12345', 1_646_092_860, 22.6, 114.2, 'T1', 'M7', 19_052, 28_801],
  ]);
});

test('rows that are no pings are rejected with their line, and what comes twice is a duplicate, across files', async () => {
  const reader = new PingReader(newDictionaries(), new TimeReader(new Zone()));
  const rows = ['v,1646092800,91,0', 'v,1646092800,1,', ',1646092800,1,2', 'v,never,1,2', 'v,1646092800,1,2'];
  await reader.readCsv(source('a.csv', `vehicle_id,time,lat,lon\n${rows.join('\n')}\n`));
  await reader.readCsv(source('b.csv', 'vehicle_id,time,lat,lon\nv,1646092800,1,2\n\n'));
  expect(reader.rejects.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`)).toEqual([
    'a.csv:2:lat E_VALUE',
    'a.csv:3:lon E_EMPTY',
    'a.csv:4:vehicle_id E_EMPTY',
    'a.csv:5:time E_TIME',
  ]);
  expect(reader.ledger).toEqual([
    { file: 'a.csv', read: 5, accepted: 1, rejected: 4, duplicate: 0, blank: 0 },
    { file: 'b.csv', read: 2, accepted: 0, rejected: 0, duplicate: 1, blank: 1 },
  ]);
  expect(reader.pings.count).toBe(1);
});

test('positions of realtime feeds and of CSV lie in one table; a vehicle that comes again unchanged is a duplicate', async () => {
  const ids = newDictionaries();
  const reader = new PingReader(ids, new TimeReader(new Zone()));
  const bus = { trip: 'T', startTime: '8:05:00', startDate: '20220301', route: 'R', at: [31.5, 121.25], sec: 1_646_092_799, vehicle: 'bus' } as const;
  reader.readPositions('1.pb', feedBytes(1_646_092_800, [bus, { vehicle: 'tram', at: [1.5, 2.5] }]));
  reader.readPositions('2.pb', feedBytes(1_646_092_830, [bus, { vehicle: 'tram', at: [1.5, 2.5] }]));
  await reader.readCsv(source('a.csv', 'vehicle_id,time,lat,lon,trip_id,line_id,start_date,start_time\nbus,1646092799,31.5,121.25,T,R,20220301,8:05:00\n'));
  const { count, vehicle, sec } = reader.pings;
  expect(Array.from({ length: count }, (_, i) => `${ids.place.text(vehicle[i]!)} ${sec[i]}`)).toEqual(['bus 1646092799', 'tram 1646092800', 'tram 1646092830']);
  expect(reader.ledger.map(({ file, accepted, duplicate }) => [file, accepted, duplicate])).toEqual([
    ['1.pb', 2, 0],
    ['2.pb', 1, 1],
    ['a.csv', 0, 1],
  ]);
  const { startDay, startClock } = reader.pings;
  expect([startDay[0], startClock[0], startDay[1], startClock[1]]).toEqual([19_052, 29_101, 0, 0]);
});

test('entities without a vehicle, a place or a time are rejected with their number; what is no position is noted', () => {
  const reader = new PingReader(newDictionaries(), new TimeReader(new Zone()));
  const at = [1, 2] as const;
  reader.readPositions(
    'a.pb',
    feedBytes(
      0,
      [
        { at, sec: 1_646_092_800 },
        { vehicle: 'v', sec: 1_646_092_800 },
        { vehicle: 'v', at },
        { vehicle: 'v', at: [91, 2], sec: 1_646_092_800 },
        { vehicle: 'v', at: [Number.POSITIVE_INFINITY, 2], sec: 1_646_092_800 },
        { vehicle: 'v', at, sec: 1_646_092_800_000 },
        { label: 'v', at, sec: 1_646_092_800 },
      ],
      [
        [
          2,
          [
            [1, 'alert'],
            [5, []],
          ],
        ],
      ],
    ),
  );
  expect(reader.rejects.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`)).toEqual([
    'a.pb:1:vehicle_id E_EMPTY',
    'a.pb:2:lat E_EMPTY',
    'a.pb:3:time E_EMPTY',
    'a.pb:4:lat E_VALUE',
    'a.pb:5:lat E_VALUE',
    'a.pb:6:time E_TIME_RANGE',
  ]);
  expect(reader.pings.count).toBe(1);
  expect(reader.snapshots).toEqual([
    {
      file: 'a.pb',
      version: '2.0',
      sec: 0,
      notes: ['1 entities are no vehicle positions', '1 vehicles have no id: their label, or else number plate, stands for it'],
    },
  ]);
});

test('a damaged feed leaves nothing behind', () => {
  const reader = new PingReader(newDictionaries(), new TimeReader(new Zone()));
  const bytes = feedBytes(1_646_092_800, [
    { vehicle: 'v', at: [1, 2] },
    { vehicle: 'w', at: [1, 2] },
  ]);
  expect(() => reader.readPositions('a.pb', bytes.subarray(0, -1))).toThrow(InputError);
  expect([reader.pings.count, reader.ledger.length]).toEqual([0, 0]);
});
