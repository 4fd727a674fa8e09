import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../core/errors.js';
import { feedBytes, protoBytes } from '../../testing/proto-bytes.js';
import { decodeFeedMessage, type FeedMessage } from './feed-message.js';

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../../fixtures/gtfs-rt/${name}`, import.meta.url)));
const bullRunner = fixture('bullrunner-vehicle-positions');

test('the positions of the shuttle are those of its bytes, with the time of the feed', () => {
  const { version, sec, positions, entities } = decodeFeedMessage(bullRunner, 'feed');
  expect([version, sec, entities]).toEqual(['1.0', 1_505_314_375, 10]);
  expect(positions.map(({ vehicle, route }) => `${vehicle} ${route}`)).toEqual([
    '1536 F',
    '1537 F',
    '1331 B',
    '2252 C',
    '3004 C',
    '1538 C',
    '3001 A',
    '3002 D',
    '1124 D',
    '9012 E',
  ]);
  // 9f 87 e0 41 and dc d5 a4 c2, as single precision, the lowest byte first.
  expect(positions[0]).toEqual({
    vehicle: '1536',
    isNamedByLabel: false,
    lat: 28.066221237182617,
    lon: -82.41769409179688,
    sec: 1_505_314_375,
    trip: '',
    route: 'F',
    startDate: '',
    startTime: '',
    entity: 1,
  });
  expect(positions[9]).toMatchObject({ lat: 28.057300567626953, lon: -82.41371154785156, entity: 10 });
});

test('the smallest feed has one vehicle and no time', () => {
  expect(decodeFeedMessage(fixture('google-vehicle_position.pb'), 'feed')).toEqual({
    version: '1.0',
    sec: 0,
    entities: 1,
    deleted: 0,
    positions: [{ vehicle: '1', isNamedByLabel: false, lat: 47, lon: -122, sec: 0, trip: 't0', route: '', startDate: '', startTime: '', entity: 1 }],
  });
});

test('all that a position says of its trip is read; other entities and extensions are walked over', () => {
  const bytes = feedBytes(
    1_646_092_800,
    [
      { trip: '线路7', startTime: '25:10:00', startDate: '20220301', route: 'R', at: [31.5, 121.25], sec: 1_646_092_799, vehicle: '沪A·12345' },
      { at: [0, 0], label: '7' },
      { at: [0, 0], plate: 'ABC 123', sec: 0 },
      {},
    ],
    [
      [
        2,
        [
          [1, 'gone'],
          [2, true],
          [4, []],
        ],
      ],
      [
        2,
        [
          [1, 'update'],
          [3, [[1, [[1, 'T']]]]],
        ],
      ],
      [1000, 'an extension'],
    ],
  );
  const { positions, entities, deleted } = decodeFeedMessage(bytes, 'feed');
  expect([entities, deleted]).toEqual([6, 1]);
  expect(positions[0]).toEqual({
    vehicle: '沪A·12345',
    isNamedByLabel: false,
    lat: 31.5,
    lon: 121.25,
    sec: 1_646_092_799,
    trip: '线路7',
    route: 'R',
    startDate: '20220301',
    startTime: '25:10:00',
    entity: 1,
  });
  expect(positions.slice(1).map(({ vehicle, isNamedByLabel, sec, lat }) => [vehicle, isNamedByLabel, sec, lat])).toEqual([
    ['7', true, 1_646_092_800, 0],
    ['ABC 123', true, 1_646_092_800, 0],
    ['', false, 1_646_092_800, Number.NaN],
  ]);
});

const outcome = (bytes: Uint8Array): FeedMessage | InputError => {
  try {
    return decodeFeedMessage(bytes, 'feed');
  } catch (error) {
    if (error instanceof InputError && error.code === 'E_PROTOBUF') return error;
    throw error;
  }
};

test.each([
  ['nothing', ''],
  ['text', 'vehicle_id,time,lat,lon\n1,2,3,4\n'],
  ['a web page', '<!doctype html><html><body>404</body></html>'],
  ['JSON', '{"header":{"gtfs_realtime_version":"2.0"}}'],
])('%s is no feed', (_, text) => {
  expect(() => decodeFeedMessage(new TextEncoder().encode(text), 'a.pb')).toThrow(
    'a.pb E_PROTOBUF expected a GTFS-Realtime feed (protobuf), got other bytes, or damaged ones; fetch the file again, or give it as pings if it is CSV',
  );
});

test('a feed without a header, and fields of another type, are none', () => {
  expect(outcome(protoBytes([[2, [[1, 'x']]]]))).toBeInstanceOf(InputError);
  expect(outcome(protoBytes([[1, [[1, 'two']]]]))).toBeInstanceOf(InputError);
  expect(
    outcome(
      protoBytes([
        [1, [[1, '2.0']]],
        [2, 5],
      ]),
    ),
  ).toBeInstanceOf(InputError);
  // An empty text where the time stands: its length would read as the time 0.
  expect(
    outcome(
      protoBytes([
        [
          1,
          [
            [1, '2.0'],
            [3, ''],
          ],
        ],
      ]),
    ),
  ).toBeInstanceOf(InputError);
  expect(outcome(protoBytes([[1, [[1, '2.0']]]]))).toMatchObject({ positions: [] });
});

test('a feed cut anywhere but between two entities is an error, never a part', () => {
  // The header takes 24 bytes, the first nine entities 39 each.
  const read: unknown[] = [];
  for (let length = 0; length < bullRunner.length; length++) {
    const result = outcome(bullRunner.subarray(0, length));
    if (!(result instanceof InputError)) read.push([length, result.entities]);
  }
  expect(read).toEqual(Array.from({ length: 10 }, (_, entities) => [24 + 39 * entities, entities]));
});

test('damaged bytes are an error or a feed, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bullRunner.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (changes) => {
      const bytes = bullRunner.slice();
      for (const [at, byte] of changes) bytes[at] = byte;
      const result = outcome(bytes);
      if (result instanceof InputError) return;
      expect(result.entities).toBeGreaterThanOrEqual(result.positions.length);
    }),
    { numRuns: 3000 },
  );
});

test('any bytes are an error or a feed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      outcome(bytes);
      outcome(Uint8Array.of(...protoBytes([[1, [[1, '2.0']]]]), ...bytes));
    }),
    { numRuns: 3000 },
  );
});

test('groups nested without end do not exhaust the stack', () => {
  expect(outcome(new Uint8Array(1_000_000).fill(0x4b))).toBeInstanceOf(InputError);
});
