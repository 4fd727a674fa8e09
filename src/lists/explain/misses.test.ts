import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildIndex, type CopresenceIndex, type ExplainOptions } from '../../engines/in-memory/memory.js';
import type { RuleJson } from '../../model/rule.js';
import { DWELL, RUN_GAP_SEC, matchings, worlds } from '../../testing/worlds.js';
import type { Miss } from './explanation.js';

/** The other question that a miss claims would put the person on the list; undefined where it claims none. */
function remedyOf(miss: Miss, options: ExplainOptions, rule: RuleJson): ExplainOptions | undefined {
  const anyTime = { ...rule, clauses: [{ measure: 'total' as const, at_least: 0 }] };
  const unbounded = {
    ...options,
    rule: anyTime,
    minOverlap: 0,
    cases: [...options.cases!].map(({ person_id, case_id }) => ({ person_id, case_id: case_id ?? null })),
  };
  switch (miss.kind) {
    case 'too-short':
      return { ...options, rule: { ...rule, clauses: rule.clauses.map(({ measure }) => ({ measure, at_least: miss.had_s! })) } };
    case 'min-overlap':
      return { ...options, rule: anyTime, minOverlap: 0 };
    case 'touching':
      return { ...options, rule: anyTime, bounds: 'closed', minOverlap: 0 };
    case 'outside-window':
      return { ...unbounded, bounds: 'closed' };
    case 'other-place':
      return miss.overlap_s! > 0 ? { ...unbounded, scope: miss.scope! } : undefined;
    case 'came-after':
      // A lag one second longer than what was between them reaches a stay of some length: an episode, though never a contact.
      return miss.contact!.start < miss.contact!.end_possible ? { ...unbounded, lag: miss.gap_s! + 1 } : undefined;
    default:
      return undefined;
  }
}

test('what a miss says was lacking is all that was lacking: asked without it, the pair is listed', () => {
  const seen: Record<string, number> = {};
  fc.assert(
    fc.property(worlds(), matchings(), ({ checkIns, places, runs, cases }, { clauses, isClosed, minOverlapSec }) => {
      const index: CopresenceIndex = buildIndex(checkIns, { places, runs, dwell: DWELL, runGap: RUN_GAP_SEC });
      const rule: RuleJson = { id: 'rule', clauses: clauses as RuleJson['clauses'] };
      const options: ExplainOptions = { rule, window: 'all', bounds: isClosed ? 'closed' : 'half-open', minOverlap: minOverlapSec, cases };
      for (const { person_id, case_id = person_id } of cases) {
        for (const contact of new Set(checkIns.map((scan) => scan.person_id))) {
          const explained = index.explain(case_id, contact, options);
          for (const miss of explained.nearest) {
            const remedy = remedyOf(miss, options, rule);
            if (!remedy) continue;
            seen[miss.kind] = (seen[miss.kind] ?? 0) + 1;
            const again = index.explain(case_id, contact, remedy);
            const isRemedied =
              miss.kind === 'came-after' ? again.meetings.some(({ kind, gap_s }) => kind === 'after' && gap_s === miss.gap_s) : again.grade !== 'below';
            expect({ miss: miss.kind, isRemedied }).toEqual({ miss: miss.kind, isRemedied: true });
          }
        }
      }
    }),
    { numRuns: 150 },
  );
  expect(Object.keys(seen).sort()).toEqual(['came-after', 'min-overlap', 'other-place', 'outside-window', 'too-short', 'touching']);
});

test('no pair of stays that is nearer of its kind is left out', () => {
  fc.assert(
    fc.property(worlds({ vehicles: false }), ({ checkIns, places, cases }) => {
      const index = buildIndex(checkIns, { places, dwell: DWELL });
      const options: ExplainOptions = { rule: 'any', window: 'all', cases: cases.map(({ person_id }) => ({ person_id })) };
      for (const { person_id } of cases) {
        for (const contact of new Set(checkIns.map((scan) => scan.person_id))) {
          const { nearest } = index.explain(person_id, contact, options);
          const gap = nearest.find(({ kind }) => kind === 'came-after')?.gap_s ?? 0;
          // A lag as long as the gap reaches no stay that came later than the moment when the case left.
          const { meetings } = index.explain(person_id, contact, { ...options, lag: gap });
          expect(meetings.filter(({ gap_s }) => gap_s !== null && gap_s > 0)).toEqual([]);
        }
      }
    }),
    { numRuns: 60 },
  );
});
