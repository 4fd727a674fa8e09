/** Which stays may change: against a search that looks at all stays of all segments at once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LoadedStays } from './loaded-stays.js';
import type { Segment } from './segment.js';
import { loadChanged } from './touched.js';

interface OneStay {
  readonly segment: number;
  readonly person: number;
  readonly start: number;
  readonly possible: number;
}

/** Segments that know no more than this search asks of them. */
function segmentsOf(stays: readonly OneStay[], count: number): Segment[] {
  return Array.from({ length: count }, (_, s) => {
    const own = stays.filter(({ segment }) => segment === s).toSorted((a, b) => a.person - b.person || a.start - b.start);
    return {
      about: { lastSec: Math.max(0, ...own.map(({ possible }) => possible)) },
      byPerson: {
        loadPeople: (_part: number, people: ArrayLike<number>, _ownerOf: unknown, into: LoadedStays, each: (stay: number) => boolean) => {
          own.forEach(({ person, start, possible }, stay) => {
            if (!Array.from(people).includes(person) || !each(stay)) return;
            into.stays.person.push(person);
            into.stays.start.push(start);
            into.stays.possible.push(possible);
          });
        },
      },
    } as unknown as Segment;
  });
}

/** Begins move back to the start of every stay that reaches them, until none does; what starts from there on may change. */
function expectedOf(stays: readonly OneStay[], since: ReadonlyMap<number, number>): string[] {
  return stays
    .filter(({ person, start }) => {
      let begin = since.get(person);
      if (begin === undefined) return false;
      for (;;) {
        const reaching = stays.filter((stay) => stay.person === person && stay.start < begin! && stay.possible >= begin!).map((stay) => stay.start);
        if (reaching.length === 0) return start >= begin;
        begin = Math.min(...reaching);
      }
    })
    .map(({ segment, person, start, possible }) => `${segment} ${person} ${start} ${possible}`);
}

test('new check-ins change a stay that they fall into or that follows, and whatever reaches one of these', () => {
  const DAY = 24;
  const stay = fc
    .record({
      day: fc.nat({ max: 4 }),
      update: fc.nat({ max: 1 }),
      person: fc.integer({ min: 1, max: 3 }),
      hour: fc.nat({ max: DAY - 1 }),
      length: fc.oneof(fc.nat({ max: 8 }), fc.constantFrom(0, 30, 80)),
    })
    .map(({ day, update, person, hour, length }): OneStay => ({
      segment: day * 2 + update,
      person,
      start: 1 + day * DAY + hour,
      possible: 1 + day * DAY + hour + length,
    }));
  fc.assert(
    fc.property(
      fc.array(stay, { maxLength: 25 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat({ max: 6 * DAY })), { minLength: 1, maxLength: 3 }),
      (stays, changes) => {
        const since = new Map(changes);
        const loaded = new LoadedStays();
        const changed = loadChanged(segmentsOf(stays, 10), 0, since, loaded);
        const { person, start, possible } = loaded.stays;
        const found = changed.map((old) => `${old.segment} ${person.data[old.loaded]} ${start.data[old.loaded]} ${possible.data[old.loaded]}`);
        expect(found.sort()).toEqual(expectedOf(stays, since).sort());
        expect(since).toEqual(new Map(changes));
      },
    ),
    { numRuns: 2000 },
  );
});
