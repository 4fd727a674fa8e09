import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EARLIEST_SEC, LATEST_SEC, Zone } from '../core/zone.js';
import { TimeBytes } from './time-bytes.js';

test('the bytes are those of the text of the zone, in any order of times and where the clock changes', () => {
  const zone = fc.constantFrom(undefined, 'UTC', 'Asia/Shanghai', 'Europe/Berlin', 'Australia/Lord_Howe', 'Pacific/Apia', 'America/St_Johns', 'Asia/Kathmandu');
  const changes = [1_648_342_800, 1_667_091_600, 1_325_239_200, 1_664_640_000]; // Berlin twice, Samoa's missing day, Lord Howe's half hour
  const sec = fc.oneof(
    fc.integer({ min: EARLIEST_SEC, max: LATEST_SEC - 1 }),
    fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -200_000, max: 200_000 })).map(([at, by]) => at + by),
  );
  fc.assert(
    fc.property(zone, fc.array(sec, { maxLength: 60 }), (name, secs) => {
      const times = new TimeBytes(new Zone(name));
      const bytes = new Uint8Array(64);
      const written = secs.map((each) => Buffer.from(bytes.subarray(3, times.put(each, bytes, 3))).toString());
      expect(written).toEqual(secs.map((each) => new Zone(name).text(each)));
    }),
    { numRuns: 60 },
  );
});
