/** When a vehicle was scanned: spans of scans that follow each other without a long gap, however the scans come in. */
import type { InputTables } from '../model/tables.js';
import type { Places } from '../model/place.js';

export interface ScanSpan {
  readonly startSec: number;
  readonly lastSec: number;
}

/** Scans kept one by one before they are joined to spans. */
const LOOSE = 1024;

/**
 * Spans of scans of each vehicle; two scans less than the gap apart are in one span. Scans may come in any order and in any number of portions: joining
 * spans of portions gives the spans of the whole, so that a city's scans need not be kept.
 */
export class VehicleSpans {
  readonly gapSec: number;
  readonly #spans = new Map<number, ScanSpan[]>();
  readonly #loose = new Map<number, number[]>();

  constructor(gapSec: number) {
    this.gapSec = gapSec;
  }

  /** Adds a scan of a vehicle. */
  add(vehicle: number, sec: number): void {
    const loose = this.#loose.get(vehicle);
    if (loose === undefined) this.#loose.set(vehicle, [sec]);
    else if (loose.push(sec) >= LOOSE) this.#join(vehicle);
  }

  /** Adds spans found earlier. */
  addSpans(vehicle: number, spans: readonly ScanSpan[]): void {
    this.#spans.set(vehicle, joined([...(this.#spans.get(vehicle) ?? []), ...spans], this.gapSec));
  }

  /** Vehicles with scans. */
  vehicles(): number[] {
    return [...new Set([...this.#spans.keys(), ...this.#loose.keys()])];
  }

  /** Spans of a vehicle in time order, at least the gap apart. */
  of(vehicle: number): readonly ScanSpan[] {
    this.#join(vehicle);
    return this.#spans.get(vehicle) ?? [];
  }

  #join(vehicle: number): void {
    const loose = this.#loose.get(vehicle);
    if (loose === undefined) return;
    this.#loose.delete(vehicle);
    this.addSpans(
      vehicle,
      loose.map((sec) => ({ startSec: sec, lastSec: sec })),
    );
  }
}

function joined(spans: ScanSpan[], gapSec: number): ScanSpan[] {
  spans.sort((a, b) => a.startSec - b.startSec);
  const result: { startSec: number; lastSec: number }[] = [];
  for (const { startSec, lastSec } of spans) {
    const last = result[result.length - 1];
    if (last && startSec - last.lastSec < gapSec) last.lastSec = Math.max(last.lastSec, lastSec);
    else result.push({ startSec, lastSec });
  }
  return result;
}

/** Adds the check-ins on vehicles that name no run and whose vehicle has no row in the runs table: runs are cut from these. */
export function addScans(spans: VehicleSpans, { checkIns }: Pick<InputTables, 'checkIns'>, places: Places, isListed: (vehicle: number) => boolean): void {
  const needsCut = new Set<number>();
  for (const id of places.listedIds()) if (places.isVehicle(id) && !isListed(id)) needsCut.add(id);
  if (needsCut.size === 0) return;
  const place = checkIns.column('place_id');
  const time = checkIns.column('time');
  const named = checkIns.column('run_id');
  for (let row = 0; row < checkIns.rowCount; row++) if (named[row] === 0 && needsCut.has(place[row]!)) spans.add(place[row]!, time[row]!);
}
