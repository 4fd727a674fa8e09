import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tablesOf } from '../testing/tables.js';
import { Places } from '../model/place.js';
import type { InputTables } from '../model/tables.js';
import { Dwell } from './dwell.js';
import { LONGER, LiveRuns, NOTHING, OTHER_RUNS } from './live-runs.js';
import { Runs } from './segment-runs.js';
import { VehicleSpans } from './vehicle-spans.js';

const GAP_SEC = 600;
const dwell = new Dwell({ bus: { least: 1, typical: 5, most: 8 } });
const tables = (): InputTables => tablesOf({ places: [{ place_id: 'bus', category: 'bus' }] });

interface Bus {
  readonly inputs: InputTables;
  readonly runs: Runs;
  readonly live: LiveRuns;
  readonly bus: number;
}
function busWith(scans: readonly number[]): Bus {
  const inputs = tables();
  const places = new Places(inputs);
  const runs = new Runs(inputs, places);
  const spans = new VehicleSpans(GAP_SEC);
  const bus = inputs.ids.place.find('bus');
  for (const sec of scans) spans.add(bus, sec);
  return { inputs, runs, live: new LiveRuns(runs, places, dwell, inputs.ids, spans), bus };
}
const shown = ({ inputs, runs, bus }: Bus): unknown[] => {
  const { runIds, starts, ends, latestEnd } = runs.of(bus);
  return runIds.map((run, i) => [inputs.ids.run.text(run), starts[i], ends[i], latestEnd[i]]);
};

/** The runs of all scans at once. */
function atOnce(scans: readonly number[]): unknown[] {
  const inputs = tables();
  const places = new Places(inputs);
  const runs = new Runs(inputs, places);
  const bus = inputs.ids.place.find('bus');
  const spans = new VehicleSpans(GAP_SEC);
  for (const sec of scans) spans.add(bus, sec);
  if (scans.length > 0) runs.cut(spans, dwell, inputs.ids);
  return shown({ inputs, runs, bus } as Bus);
}

const instants = fc.array(
  fc.nat({ max: 80 }).map((step) => step * 100),
  { maxLength: 12 },
);

describe('runs cut from scans one by one', () => {
  test('are those cut from all of them at once, in whatever order they come', () => {
    fc.assert(
      fc.property(instants, instants, (known, coming) => {
        const bus = busWith(known);
        for (const [i, sec] of coming.entries()) {
          bus.live.add(bus.bus, sec);
          expect(shown(bus)).toEqual(atOnce([...known, ...coming.slice(0, i + 1)]));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('change only from the instant on that is told', () => {
    fc.assert(
      fc.property(instants, fc.nat({ max: 80 }), (known, step) => {
        const bus = busWith(known);
        const before = known.length > 0 ? atOnce(known) : [];
        const { change, sinceSec } = bus.live.add(bus.bus, step * 100);
        const after = shown(bus);
        const starts = (runs: unknown[]): number[] => runs.map((run) => (run as number[])[1]!);
        const first = Math.max(
          0,
          [...after, []].findIndex((run, i) => JSON.stringify(run) !== JSON.stringify(before[i])),
        );
        const changedSec = Math.min(starts(after)[first] ?? Infinity, starts(before)[first] ?? Infinity);
        expect(after).toEqual(change === NOTHING ? before : after);
        expect(starts(after)).toEqual(change === LONGER ? starts(before) : starts(after));
        expect(change === NOTHING || sinceSec <= changedSec).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('are settled once no scan at or after the clock can change the run of a scan, by hand', () => {
    const { live, bus } = busWith([1000, 1400]);
    // Another scan before 2000 would lengthen the run; a scan at 1000 could go to a run that begins until 1300.
    expect(live.settledSec(bus, 1000)).toBe(1999);
    expect(live.add(bus, 1999).change).toBe(LONGER);
    expect(live.settledSec(bus, 1000)).toBe(2598);
    expect(live.add(bus, 2599).change).toBe(OTHER_RUNS);
    expect([live.settledSec(bus, 1000), live.settledSec(bus, 2299)]).toEqual([2598, 3198]);
  });

  test('a scan that was settled keeps its run and end, whatever comes at or after the clock', () => {
    fc.assert(
      fc.property(instants, instants, fc.nat({ max: 80 }), (known, coming, step) => {
        if (known.length === 0) return;
        const sec = known[0]!;
        const bus = busWith(known);
        const clock = bus.live.settledSec(bus.bus, sec) + 1;
        bus.runs.find(bus.bus, sec, 0);
        // What ends at or after the clock is not settled by this alone.
        const [run, end] = [bus.runs.foundRunId, Math.min(bus.runs.foundEndSec, clock)];
        for (const each of [...coming, step * 100]) if (each >= clock) bus.live.add(bus.bus, each);
        bus.runs.find(bus.bus, sec, 0);
        expect([bus.runs.foundRunId, Math.min(bus.runs.foundEndSec, clock)]).toEqual([run, end]);
      }),
      { numRuns: 500 },
    );
  });
});
