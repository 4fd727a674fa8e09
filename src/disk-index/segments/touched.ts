/** What new check-ins change of the stays that an index has: which of them have to be inferred again. */
import type { LoadedStays } from './loaded-stays.js';
import type { Segment } from './segment.js';

/** A stay of a segment that must be inferred again. */
export interface OldStay {
  readonly segment: number;
  readonly stay: number;
  /** Position among the loaded stays. */
  readonly loaded: number;
}

/**
 * Finds the stays that may change when people have new check-ins, each from an instant on, and loads them with their check-ins.
 *
 * A stay is changed only by a check-in within it: it joins the stay, or cuts it, or the two stays collide. So a person's stays from some instant on can
 * be inferred again without those before, if all of those end before that instant. The instant is the first new check-in, moved back to the begin of
 * each stay that reaches it.
 * @param segments - in the order of their days; several may be of one day.
 * @param since - the number of each person within the part, and the first instant at which something changed.
 */
export function loadChanged(segments: readonly Segment[], part: number, since: ReadonlyMap<number, number>, into: LoadedStays): OldStay[] {
  const begins = new Map(since); // moved back as stays are found that reach it
  const found = new Map<number, OldStay[]>();
  // Largest end of all stays of the segments before each one.
  const lastBefore = segments.map(() => 0);
  for (let i = 1; i < segments.length; i++) lastBefore[i] = Math.max(lastBefore[i - 1]!, segments[i - 1]!.about.lastSec);
  const { start, possible } = into.stays;
  for (let s = segments.length - 1; s >= 0; s--) {
    const segment = segments[s]!;
    const open: number[] = [];
    for (const [person, begin] of begins) if (Math.max(lastBefore[s]!, segment.about.lastSec) >= begin) open.push(person);
    if (open.length === 0) break;
    const wanted = Uint32Array.from(open).sort();
    const first = into.count;
    const loaded: number[] = [];
    segment.byPerson.loadPeople(
      part,
      wanted,
      (number) => number,
      into,
      (stay) => {
        loaded.push(stay);
        return true;
      },
    );
    const people = into.stays.person.data.subarray(first, into.count);
    loaded.forEach((stay, i) => {
      const list = found.get(people[i]!);
      const old = { segment: s, stay, loaded: first + i };
      if (list) list.push(old);
      else found.set(people[i]!, [old]);
    });
    // A segment of an earlier day may hold a stay that reaches one found just now, and that one a stay of this segment: all are looked at together.
    for (const person of new Set(people)) {
      let begin = begins.get(person)!;
      for (let moved = true; moved;) {
        moved = false;
        for (const { loaded } of found.get(person)!) {
          if (start.data[loaded]! < begin && possible.data[loaded]! >= begin) {
            begin = start.data[loaded]!;
            moved = true;
          }
        }
      }
      begins.set(person, begin);
    }
  }
  const changed: OldStay[] = [];
  for (const [person, list] of found) for (const old of list) if (start.data[old.loaded]! >= begins.get(person)!) changed.push(old);
  return changed;
}
