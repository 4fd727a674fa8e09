import { expect, test } from 'vitest';
import { Zone } from '../../core/zone.js';
import { newDictionaries } from '../../model/tables.js';
import type { ByteSource } from '../read-table.js';
import { TimeReader } from '../time-text.js';
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
