import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildIndex, type CopresenceIndex } from '../index.js';
import { staysFrom } from '../testing/presence.js';
import { StayIndex } from '../stay-index/stay-index.js';
import { BASE_SEC, DWELL, worlds } from '../testing/worlds.js';
import { Planner, choiceText, type PlannerSettings } from './planner.js';

const MILLION: PlannerSettings = { way: 'auto', stays: 1_000_000, rules: 1, depth: 1 };
const fresh = (): StayIndex => new StayIndex(staysFrom([{ person: 0, place: 0, run: 0, start: 1, certain: 2, likely: 3, possible: 4 }], 1), 1);

describe('the planner', () => {
  test('streams for a single question to stays that are not indexed, and says what either would take', () => {
    const planner = new Planner(MILLION);
    expect(planner.choose('any', 1, 1000, fresh())).toBe('stream');
    expect(planner.choices).toEqual([
      {
        rule_id: 'any',
        generation: 1,
        way: 'stream',
        why: 'building the index would cost more than it saves',
        stays: 1_000_000,
        visits: 1000,
        questions: 1,
        stream_ms: 12,
        index_ms: 77.5,
      },
    ]);
    expect(choiceText(planner.choices[0]!)).toBe(
      'plan: any, generation 1: stream, since building the index would cost more than it saves (1000000 stays, 1000 visits, 1 question; expected 12 ms by stream, 77.5 ms by index)',
    );
  });

  test('builds the index for many rules, for contacts of contacts, and where it is there already', () => {
    expect(new Planner({ ...MILLION, rules: 8 }).choose('any', 1, 1000, fresh())).toBe('index');
    expect(new Planner({ ...MILLION, depth: 2 }).choose('any', 1, 1000, fresh())).toBe('index');
    const built = fresh();
    expect(built.packed.rows).toHaveLength(1);
    expect(new Planner(MILLION).choose('any', 1, 1000, built)).toBe('index');
  });

  test('builds the index once the questions to it have cost as much', () => {
    const index = fresh();
    const ways = Array.from({ length: 8 }, () => new Planner(MILLION).choose('any', 1, 100, index));
    expect(ways).toEqual(['stream', 'stream', 'stream', 'stream', 'stream', 'stream', 'index', 'index']);
  });

  test('does as it is told', () => {
    expect(new Planner({ ...MILLION, way: 'index' }).choose('any', 1, 1, fresh())).toBe('index');
    expect(new Planner({ ...MILLION, depth: 3, way: 'stream' }).choose('any', 2, 1, fresh())).toBe('stream');
  });
});

test('stream and index find the same in random worlds, under every scope, with lag, closed bounds and generations', () => {
  let rows = 0;
  fc.assert(
    fc.property(
      worlds(),
      fc.record({
        scope: fc.constantFrom('place', 'parent', 'grid:100', 'near:200'),
        lag: fc.constantFrom(0, 120),
        bounds: fc.constantFrom('half-open' as const, 'closed' as const),
        minOverlap: fc.constantFrom(0, 60),
        depth: fc.constantFrom(1, 2),
        excludeConflicts: fc.boolean(),
      }),
      (world, options) => {
        const places = world.places.map((place, i) => ({ ...place, lat: 31, lon: 121 + i / 1000 }));
        const index = (): CopresenceIndex => buildIndex(world.checkIns, { places, runs: world.runs, dwell: DWELL, runGap: 300, tz: 'UTC' });
        const [wanted, got] = (['index', 'stream'] as const).map((plan) => {
          const result = index().match(world.cases, {
            ...options,
            plan,
            window: 'all',
            rule: ['any', 'who-2020'],
            visits: [{ case_id: 'told', place_id: 'mall', start: BASE_SEC + 60, end: BASE_SEC + 600 }],
          });
          const { episodes, contacts, people, places: placeRows, disinfection, links } = result;
          return { episodes, contacts, people, placeRows, disinfection, links };
        });
        rows += wanted!.episodes.length;
        expect(got).toEqual(wanted);
      },
    ),
    { numRuns: 250 },
  );
  expect(rows).toBeGreaterThan(1000);
});
