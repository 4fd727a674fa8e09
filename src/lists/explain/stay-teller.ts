/** Stays and visits in words: bounds, method, and the scans, usual times and runs that they rest on (SPEC section 4). */
import { DAY_SEC, type Zone } from '../../core/zone.js';
import type { MatchTables } from '../../match/generations.js';
import { NO_STAY, itineraryPresence, type ToldPresence, type Visits } from '../../match/visits.js';
import { METHODS, evidence, flagsText } from '../../model/stay.js';
import { STAFF } from '../../model/tables.js';
import type { Dwell } from '../../stays/dwell.js';
import { allowForSkew } from '../../stays/infer-stays.js';
import type { ExplainedScan, ExplainedStay } from './explanation.js';

/** How the stays were inferred, as far as the tables do not say it. */
export interface Inference {
  readonly dwell: Dwell;
  readonly skewSec: number;
}

interface Bounds {
  start: number;
  certain: number;
  likely: number;
  possible: number;
}

/** A scan with the ends that the rules of inference give it. */
interface ScanEnds extends Bounds {
  readonly scan: ExplainedScan;
}

export class StayTeller {
  readonly #tables: MatchTables;
  readonly #zone: Zone;
  readonly #inference: Inference;

  constructor(tables: MatchTables, zone: Zone, inference: Inference) {
    this.#tables = tables;
    this.#zone = zone;
    this.#inference = inference;
  }

  /** A stay as it is, before any window cuts it. */
  stay(s: number): ExplainedStay {
    const { stays, places, inputs } = this.#tables;
    const { ids } = inputs;
    const scans = this.#scansOf(s);
    const ride = this.#rideOf(s);
    const isByScans = ride === null && this.#gives(scans, s);
    const category = places.get(stays.place[s]!).category;
    const { leastSec, typicalSec, mostSec } = this.#inference.dwell.of(category);
    return {
      place_id: ids.place.text(stays.place[s]!),
      place_name: places.get(stays.place[s]!).name,
      place_kind: places.get(stays.place[s]!).kind,
      category,
      run_id: ids.run.text(stays.run[s]!),
      carriage: ids.text.text(stays.carriage[s]!),
      seat: ids.text.text(stays.seat[s]!),
      ...this.#bounds({ start: stays.start[s]!, certain: stays.certain[s]!, likely: stays.likely[s]!, possible: stays.possible[s]! }),
      method: METHODS[stays.method[s]!]!,
      flags: flagsText(stays.flags[s]!),
      uncut: null,
      ends_from: isByScans ? 'scans' : stays.ridden ? 'timetable' : 'other',
      dwell: isByScans && scans.some(({ scan }) => scan.check_out === null) ? { least_s: leastSec, typical_s: typicalSec, most_s: mostSec } : null,
      ride,
      scans: scans.map(({ scan }) => scan),
    };
  }

  /** A visit as it counts, cut to the case's window. */
  visit(visits: Visits, v: number): ExplainedStay {
    const whole = visits.stay[v] === NO_STAY ? this.told(this.#pieceOf(visits, v)) : this.stay(visits.stay[v]!);
    const cut = this.#bounds({ start: visits.start[v]!, certain: visits.certain[v]!, likely: visits.likely[v]!, possible: visits.possible[v]! });
    const { start, end_certain, end_likely, end_possible } = whole;
    const isCut = start !== cut.start || end_certain !== cut.end_certain || end_likely !== cut.end_likely || end_possible !== cut.end_possible;
    return { ...whole, ...cut, uncut: isCut ? { start, end_certain, end_likely, end_possible } : null };
  }

  /** What an itinerary tells, before any window cuts it. */
  told({ place, run, row, startSec, endSec }: ToldPresence): ExplainedStay {
    const { places, inputs } = this.#tables;
    const { ids, visits, fileNames } = inputs;
    return {
      place_id: ids.place.text(place),
      place_name: places.get(place).name,
      place_kind: places.get(place).kind,
      category: places.get(place).category,
      run_id: ids.run.text(run),
      carriage: ids.text.text(visits.column('carriage')[row]!),
      seat: ids.text.text(visits.column('seat')[row]!),
      ...this.#bounds({ start: startSec, certain: endSec, likely: endSec, possible: endSec }),
      method: 'itinerary',
      flags: '',
      uncut: null,
      ends_from: 'itinerary',
      dwell: null,
      ride: null,
      scans: [
        {
          row: evidence(visits, fileNames, [row]),
          time: this.#zone.text(visits.column('start')[row]!),
          check_out: this.#zone.text(visits.column('end')[row]!),
          is_staff: false,
          run_end: null,
          next_elsewhere: null,
        },
      ],
    };
  }

  /** The piece of an itinerary row that a visit was cut from. */
  #pieceOf({ itineraryRow, run, start, possible }: Visits, v: number): ToldPresence {
    const { inputs, places, runs } = this.#tables;
    const pieces = itineraryPresence(itineraryRow[v]!, inputs, places, runs);
    return pieces.find((piece) => piece.run === run[v] && piece.startSec <= start[v]! && possible[v]! <= piece.endSec)!;
  }

  #bounds({ start, certain, likely, possible }: Bounds): Pick<ExplainedStay, 'start' | 'end_certain' | 'end_likely' | 'end_possible'> {
    const zone = this.#zone;
    return { start: zone.text(start), end_certain: zone.text(certain), end_likely: zone.text(likely), end_possible: zone.text(possible) };
  }

  #rideOf(s: number): ExplainedStay['ride'] {
    const { ridden } = this.#tables.stays;
    if (!ridden || (ridden.from[s] === 0 && ridden.to[s] === 0 && ridden.confidence[s] === 0)) return null;
    const { text } = this.#tables.inputs.ids;
    return { from_stop: text.text(ridden.from[s]!), to_stop: text.text(ridden.to[s]!), confidence: ridden.confidence[s]! / 100 };
  }

  /** Whether the scans, by the rules of inference alone, give the bounds that a stay has. */
  #gives(scans: readonly ScanEnds[], s: number): boolean {
    const { stays } = this.#tables;
    const most = (name: 'certain' | 'likely' | 'possible'): Uint32Array => Uint32Array.of(Math.max(...scans.map((ends) => ends[name])));
    const start = Uint32Array.of(scans[0]!.start);
    const [certain, likely, possible] = [most('certain'), most('likely'), most('possible')];
    allowForSkew(this.#inference.skewSec, 1, start, certain, likely, possible);
    return start[0] === stays.start[s] && certain[0] === stays.certain[s] && likely[0] === stays.likely[s] && possible[0] === stays.possible[s];
  }

  #scansOf(s: number): ScanEnds[] {
    const { stays } = this.#tables;
    return Array.from(stays.rows.subarray(stays.firstRow[s], stays.firstRow[s + 1]), (row) => this.#scan(row, stays.person[s]!, stays.place[s]!));
  }

  #scan(row: number, person: number, place: number): ScanEnds {
    const { inputs, places, runs } = this.#tables;
    const { checkIns, ids, fileNames } = inputs;
    const t = checkIns.column('time')[row]!;
    const checkOut = checkIns.column('check_out')[row]!;
    const where = evidence(checkIns, fileNames, [row]);
    runs.find(place, t, checkIns.column('run_id')[row]!);
    const runEnd = runs.foundEndSec;
    const { leastSec, typicalSec, mostSec } = this.#inference.dwell.of(places.get(place).category);
    const end = Math.min(checkOut === 0 ? Math.max(t, Math.min(t + mostSec, runEnd)) : checkOut, t + (checkOut === 0 ? Number.POSITIVE_INFINITY : DAY_SEC));
    const next = checkOut === 0 ? this.#nextElsewhere(person, t, place, Math.min(t + mostSec, runEnd)) : undefined;
    const nextSec = next === undefined ? end : checkIns.column('time')[next]!;
    const possible = Math.min(end, nextSec);
    return {
      start: t,
      certain: checkOut === 0 ? Math.min(t + leastSec, possible) : possible,
      likely: checkOut === 0 ? Math.min(t + typicalSec, possible) : possible,
      possible,
      scan: {
        row: where,
        time: this.#zone.text(t),
        check_out: checkOut === 0 ? null : this.#zone.text(checkOut),
        is_staff: checkIns.column('role')[row]! >= STAFF,
        run_end: Number.isFinite(runEnd) ? this.#zone.text(runEnd) : null,
        next_elsewhere:
          next === undefined
            ? null
            : { row: evidence(checkIns, fileNames, [next]), time: this.#zone.text(nextSec), place_id: ids.place.text(checkIns.column('place_id')[next]!) },
      },
    };
  }

  /** The person's first scan after `sec`, up to `untilSec`, at a place unrelated to one; of several at once that at the bytewise least place. */
  #nextElsewhere(person: number, sec: number, place: number, untilSec: number): number | undefined {
    const { stays, inputs, places } = this.#tables;
    const time = inputs.checkIns.column('time');
    const placeOf = inputs.checkIns.column('place_id');
    let best: number | undefined;
    for (let i = stays.firstRow[stays.ofPerson[person]!]!; i < stays.firstRow[stays.ofPerson[person + 1]!]!; i++) {
      const row = stays.rows[i]!;
      if (time[row]! <= sec || time[row]! > untilSec || places.related(placeOf[row]!, place)) continue;
      const isNearer =
        best === undefined || time[row]! < time[best]! || (time[row] === time[best] && inputs.ids.place.compare(placeOf[row]!, placeOf[best]!) < 0);
      if (isNearer) best = row;
    }
    return best;
  }
}
