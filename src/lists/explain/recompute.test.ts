import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildIndex } from '../../engines/in-memory/memory.js';
import { contradictions, type Printed } from '../../testing/recompute.js';
import { DWELL, RUN_GAP_SEC, matchings, worlds } from '../../testing/worlds.js';

test('the grade of every pair follows from the printed numbers alone, and is that of the lists', () => {
  let pairs = 0;
  fc.assert(
    fc.property(worlds(), matchings(), fc.constantFrom(0, 0, 60), ({ checkIns, places, runs, cases }, { clauses, lagSec, isClosed, minOverlapSec }, skew) => {
      const index = buildIndex(checkIns, { places, runs, dwell: DWELL, runGap: RUN_GAP_SEC, skew });
      const options = {
        rule: { id: 'rule', clauses } as never,
        window: 'all',
        lag: lagSec,
        bounds: isClosed ? 'closed' : 'half-open',
        minOverlap: minOverlapSec,
      } as const;
      const { contacts, episodes } = index.match(cases, options);
      for (const { person_id, case_id = person_id } of cases) {
        for (const contact of new Set(checkIns.map((scan) => scan.person_id))) {
          const explained = index.explain(case_id, contact, { ...options, cases });
          const printed = JSON.parse(JSON.stringify(explained)) as Printed;
          expect(contradictions(printed)).toEqual([]);
          const row = contacts.find((each) => each.case_id === case_id && each.contact_id === contact);
          expect([explained.grade, explained.reasons]).toEqual([row?.grade ?? 'below', row?.reasons ?? '']);
          expect(explained.episodes).toEqual(episodes.filter((each) => each.case_id === case_id && each.contact_id === contact));
          expect(explained.nearest.length > 0).toBe(row === undefined);
          pairs++;
        }
      }
    }),
    { numRuns: 150 },
  );
  expect(pairs).toBeGreaterThan(500);
});
