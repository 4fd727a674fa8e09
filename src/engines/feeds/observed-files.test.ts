import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Zone, dayNumber } from '../../core/zone.js';
import type { Feed } from '../../model/feed.js';
import { newDictionaries, type Dictionaries } from '../../model/tables.js';
import type { Timetable } from '../../model/timetable.js';
import { expandFeed, timetableOf } from '../../stays/transit/feeds/expand-feed.js';
import { observeInto } from '../../stays/transit/observed/observe-into.js';
import { feedBytes, type EntityFields } from '../../testing/proto-bytes.js';
import { readFixture } from '../../testing/small-feed.js';
import { readObservedFiles } from './observed-files.js';

let folder = '';
let feed: Feed;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'observed-'));
  ({ feed } = await readFixture('bull-runner.zip'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const bullRunner = new URL('../../../fixtures/gtfs-rt/bullrunner-vehicle-positions', import.meta.url).pathname;
const DAY = dayNumber(2017, 9, 13);
/** 2017-09-13 at midnight in Florida, four hours behind UTC. */
const MIDNIGHT = DAY * 86_400 + 4 * 3600;
const runsOfDay = (ids: Dictionaries): Timetable => timetableOf(feed, expandFeed(feed, DAY, DAY), ids);

test('snapshots, packed or not, and CSV are read into one table, each file with what the manifest says of it', async () => {
  const snapshot = feedBytes(1_646_092_800, [{ vehicle: 'a', at: [1, 2] }]);
  const paths = [
    write('1.pb', snapshot),
    write(
      '2.pb.gz',
      gzipSync(
        feedBytes(1_646_092_830, [
          { vehicle: 'a', at: [1, 2] },
          { vehicle: 'b', at: [1, 2] },
        ]),
      ),
    ),
  ];
  const csv = write('pings.csv', 'vehicle_id,time,lat,lon\na,2022-03-01 08:00:00,1,2\nb,2022-03-01 08:00:30,1,2\n');
  const { reader, inputs } = await readObservedFiles({ vehiclePositions: paths, pings: [csv] }, newDictionaries(), new Zone('Asia/Shanghai'));
  expect(reader.pings.count).toBe(3);
  expect(inputs.map(({ name, table, rows, bytes, sha256 }) => [name, table, rows, bytes > 0, sha256.length])).toEqual([
    ['1.pb', 'vehicle-positions', 1, true, 64],
    ['2.pb.gz', 'vehicle-positions', 2, true, 64],
    ['pings.csv', 'pings', 2, true, 64],
  ]);
  expect(reader.ledger.map(({ accepted, duplicate }) => [accepted, duplicate])).toEqual([
    [1, 0],
    [2, 0],
    [0, 2],
  ]);
});

test('a file that is no feed is refused by name, and so are two of one name', async () => {
  const read = (paths: readonly string[]): Promise<unknown> => readObservedFiles({ vehiclePositions: paths }, newDictionaries(), new Zone());
  await expect(read([write('pings.txt', 'vehicle_id,time,lat,lon\n')])).rejects.toThrow('pings.txt E_PROTOBUF expected a GTFS-Realtime feed');
  await expect(read([bullRunner, bullRunner])).rejects.toMatchObject({ code: 'E_FILE_NAME' });
});

test('one look at the shuttle is too little to tell its runs: ten buses, none of them lost', async () => {
  const ids = newDictionaries();
  const timetable = runsOfDay(ids);
  const runs = timetable.runCount;
  const { reader } = await readObservedFiles({ vehiclePositions: [bullRunner] }, ids, new Zone());
  const { unscheduled, pings, notes } = observeInto(timetable, reader.pings, ids, { zone: new Zone(feed.zone) });
  expect(
    unscheduled.map(({ vehicle, line, startSec, endSec }) => [ids.place.text(vehicle), ids.text.text(line), startSec - MIDNIGHT, endSec - startSec]),
  ).toEqual(['1124 D', '1331 B', '1536 F', '1537 F', '1538 C', '2252 C', '3001 A', '3002 D', '3004 C', '9012 E'].map((bus) => [...bus.split(' '), 39_175, 0]));
  expect(ids.run.text(unscheduled[0]!.runId)).toBe('1124@2017-09-13T10:52:55-04:00');
  expect(pings).toMatchObject({ read: 10, used: 0, unscheduled: 10 });
  expect(notes).toEqual(['10 pings of 10 vehicles: 0 on the way of a run', '10 unscheduled runs, of 10 pings: their start and end are known, and no stops']);
  expect(timetable.runCount).toBe(runs);
});

test('a shuttle that is two minutes late is found among departures ten minutes apart, on a loop, by its line alone', async () => {
  // Trip 1 is line A from Monday to Thursday: driven straight from stop to stop, 120 s late, by the rows of the feed.
  const { stop, arrival, departure, offsets } = feed.calls;
  const trip = feed.trips.ids.indexOf('1');
  const calls = Array.from({ length: offsets[trip + 1]! - offsets[trip]! }, (_, i) => offsets[trip]! + i);
  const at = (sec: number): EntityFields['at'] => {
    const next = Math.max(
      1,
      calls.findIndex((call) => arrival[call]! >= sec),
    );
    const [from, to] = [calls[next - 1]!, calls[next]!];
    const share = Math.max(0, (sec - departure[from]!) / (arrival[to]! - departure[from]!));
    const between = (degrees: Float64Array): number => degrees[stop[from]!]! * (1 - share) + degrees[stop[to]!]! * share;
    return [between(feed.stops.lat), between(feed.stops.lon)];
  };
  const first = departure[calls[0]!]!;
  const took = arrival[calls.at(-1)!]! - first;
  const leftSec = MIDNIGHT + 10 * 3600 + 120;
  const paths = Array.from({ length: Math.floor(took / 15) }, (_, i) =>
    write(`snapshot-${i}.pb`, feedBytes(leftSec + i * 15, [{ route: 'A', vehicle: '3001', at: at(first + i * 15)! }])),
  );
  const ids = newDictionaries();
  const timetable = runsOfDay(ids);
  const { reader } = await readObservedFiles({ vehiclePositions: paths.toReversed() }, ids, new Zone());
  const { runs, unscheduled } = observeInto(timetable, reader.pings, ids);
  expect(unscheduled).toEqual([]);
  expect(runs.map(({ run }) => ids.run.text(timetable.runId.data[run]!))).toEqual(['1@20170913@10:00:00']);
  const run = timetable.runOf(ids.run.find('1@20170913@10:00:00'));
  expect(ids.place.text(timetable.vehicle.data[run]!)).toBe('3001');
  const off = calls.map(
    (call, i) => timetable.base.data[run]! + timetable.callArrival.data[timetable.firstCall(run) + i]! - (leftSec + arrival[call]! - first),
  );
  expect(Math.max(...off.map(Math.abs))).toBeLessThanOrEqual(15);
});
