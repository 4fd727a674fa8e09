import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TempFolder } from '../../../test/support/temp-folder.js';
import { BlockFile } from '../files/block-file.js';
import { BlockFileWriter } from '../files/block-writer.js';
import { RoomFinder } from './room-finder.js';
import { ROOM_WORDS } from './segment-format.js';

/** Rooms of up to 2,000 places, evenly and in heaps, some places with hundreds of runs: up to some twenty blocks of the file. */
const rooms = fc
  .array(
    fc.record({
      from: fc.integer({ min: 1, max: 60_000 }),
      places: fc.integer({ min: 1, max: 200 }),
      gap: fc.constantFrom(1, 1, 2, 7, 400),
      runs: fc.constantFrom(1, 1, 1, 3, 200),
    }),
    { maxLength: 8 },
  )
  .map((heaps) => {
    const keys = new Set<number>();
    for (const { from, places, gap, runs } of heaps)
      for (let i = 0; i < (runs === 200 ? 2 : places); i++) for (let run = 0; run < runs; run++) keys.add((from + i * gap) * 1000 + run * 3);
    return [...keys].sort((a, b) => a - b).map((key) => [Math.floor(key / 1000), key % 1000] as const);
  });

test('a room is found where it is and nowhere else, by a search in the file and in memory', () => {
  let [large, found] = [0, 0];
  fc.assert(
    fc.property(rooms, fc.infiniteStream(fc.tuple(fc.integer({ min: 0, max: 150_000 }), fc.integer({ min: 0, max: 9 }))), (all, others) => {
      const folder = new TempFolder();
      const words = new Uint32Array((all.length + 1) * ROOM_WORDS);
      for (const [i, [place, run]] of all.entries()) words.set([place, run, i * 10, 0, 60, i * 2, 0], i * ROOM_WORDS);
      words.set([0xffff_ffff, 0, all.length * 10, 0, 0, all.length * 2, 0], all.length * ROOM_WORDS);
      const writer = new BlockFileWriter(folder.at('rooms.cpx'));
      writer.section('rooms', words.byteLength).add(words);
      writer.finish({});
      const file = new BlockFile(folder.at('rooms.cpx'));
      const position = new Map(all.map(([place, run], i) => [`${place} ${run}`, i]));
      const asked = [
        ...all.filter((_, i) => i % 17 === 0 || i > all.length - 3),
        ...others.take(30),
        ...all.slice(0, 20).map(([place, run]) => [place, run + 1]),
      ];
      const finder = new RoomFinder(file, file.section('rooms'));
      for (const queries of [0, 1_000_000]) {
        finder.expect(queries);
        for (const [place, run] of asked as [number, number][]) {
          const i = position.get(`${place} ${run}`);
          const room = finder.find(place, run);
          expect(room && [room.firstRecord, room.endRecord, room.firstLong, room.endLong]).toEqual(
            i === undefined ? null : [i * 10, i * 10 + 10, i * 2, i * 2 + 2],
          );
          if (room) found++;
        }
        for (const place of new Set(all.slice(-300).map(([each]) => each)))
          expect([...finder.ofPlace(place)].map(({ firstRecord }) => firstRecord / 10)).toEqual(all.flatMap(([each], i) => (each === place ? [i] : [])));
      }
      if (all.length > 1000) large++;
      file.close();
    }),
    { numRuns: 60 },
  );
  expect(large).toBeGreaterThan(2);
  expect(found).toBeGreaterThan(300);
});
