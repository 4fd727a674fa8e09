/** Pairs of a case's and another person's stays that did not meet: how far apart they were in time, place, run and window. */
import { haversineM } from '../../core/geo.js';
import { itineraryPresence, type ToldPresence } from '../../match/visits.js';
import { CONFLICT } from '../../model/stay.js';
import type { Found } from '../found.js';
import type { ExplainedStay, Miss, MissKind } from './explanation.js';
import type { Asked } from './question.js';
import type { StayTeller } from './stay-teller.js';

/** Places further apart than this are not said to be near each other. */
const NEARBY_M = 1000;

/** What a miss says where it has nothing to say. */
export const BARE: Omit<Miss, 'kind'> = {
  clause: null,
  had_s: null,
  needed_s: null,
  meeting: null,
  seats: null,
  residence: null,
  case: null,
  contact: null,
  overlap_s: null,
  gap_s: null,
  case_run_start: null,
  contact_run_start: null,
  window_s: null,
  window_side: null,
  distance_m: null,
  scope: null,
  candidates: 0,
};

/** Presence, uncut, as far as is needed to compare it. */
interface Somewhere {
  readonly place: number;
  readonly run: number;
  readonly startSec: number;
  readonly endSec: number;
  readonly flags: number;
  /** A stay, or what an itinerary tells. */
  readonly stay: number | ToldPresence;
}

/** How two places relate. */
interface Relation {
  readonly isSamePlace: boolean;
  /** Whether they meet under the scope. */
  readonly meets: boolean;
  readonly scope: string | null;
  readonly distanceM: number | null;
}

interface Candidate extends Relation {
  readonly kind: MissKind;
  readonly ofCase: Somewhere;
  readonly contact: Somewhere;
  /** Positive if they overlap, negative if there is time between them. */
  readonly overlapSec: number;
  /** Below 0: before the window; above: after it; NaN: inside. */
  readonly windowSec: number;
  readonly isBeforeWindow: boolean;
}

/** Met at one place or in one room, then another run, then another place: within a rank what lacks the least seconds is the nearest. */
const RANKS: Partial<Record<MissKind, number>> = { 'min-overlap': 0, conflict: 0, 'other-run': 2, 'other-place': 3, elsewhere: 4 };
const rankOf = (kind: MissKind): number => RANKS[kind] ?? 1;

export class PairMisses {
  readonly #found: Found;
  readonly #asked: Asked;
  readonly #teller: StayTeller;
  readonly #ofCase: readonly Somewhere[];
  readonly #ofContact: readonly Somewhere[];

  constructor(found: Found, person: number, asked: Asked, teller: StayTeller) {
    const { tables, generations } = found;
    const aCase = generations[0]!.cases[0]!;
    this.#found = found;
    this.#asked = asked;
    this.#teller = teller;
    const told = aCase.itinerary.flatMap((row) => itineraryPresence(row, tables.inputs, tables.places, tables.runs));
    this.#ofCase = [...(aCase.hasStays ? this.#staysOf(aCase.person) : []), ...told.map((piece) => ({ ...piece, flags: 0, stay: piece }))];
    this.#ofContact = this.#staysOf(person);
  }

  get hasCasePresence(): boolean {
    return this.#ofCase.length > 0;
  }

  /** The best of each kind; where nothing better is to be said, and the two never `met`, the nearest elsewhere. */
  nearest(met: boolean): Miss[] {
    const best = new Map<MissKind, { candidate: Candidate; count: number }>();
    const elsewhere: { inTime?: Candidate; inSpace?: Candidate; count: number } = { count: 0 };
    for (const candidate of this.#candidates()) {
      if (candidate.kind === 'elsewhere') {
        elsewhere.count++;
        if (!elsewhere.inTime || this.#compare(candidate, elsewhere.inTime) < 0) elsewhere.inTime = candidate;
        if (candidate.distanceM !== null && (!elsewhere.inSpace || this.#compareInSpace(candidate, elsewhere.inSpace) < 0)) elsewhere.inSpace = candidate;
        continue;
      }
      const known = best.get(candidate.kind);
      if (!known) best.set(candidate.kind, { candidate, count: 1 });
      else {
        known.count++;
        if (this.#compare(candidate, known.candidate) < 0) known.candidate = candidate;
      }
    }
    const chosen = [...best.values()].sort((a, b) => rankOf(a.candidate.kind) - rankOf(b.candidate.kind) || this.#compare(a.candidate, b.candidate));
    if (chosen.length === 0 && !met) {
      const { inTime, inSpace, count } = elsewhere;
      for (const candidate of new Set([inTime, inSpace])) if (candidate) chosen.push({ candidate, count });
    }
    return chosen.map(({ candidate, count }) => this.#tell(candidate, count));
  }

  *#candidates(): Generator<Candidate> {
    const { place } = this.#asked;
    const byPlace = groupByPlace(this.#ofContact);
    for (const [casePlace, visits] of groupByPlace(this.#ofCase)) {
      for (const [contactPlace, stays] of byPlace) {
        if (place !== undefined && casePlace !== place && contactPlace !== place) continue;
        const relation = this.#relate(casePlace, contactPlace);
        for (const ofCase of visits) {
          for (const contact of stays) {
            const candidate = this.#candidate(ofCase, contact, relation);
            if (candidate) yield candidate;
          }
        }
      }
    }
  }

  /** Undefined for a pair that met: it is among the meetings. */
  #candidate(ofCase: Somewhere, contact: Somewhere, relation: Relation): Candidate | undefined {
    const { plan } = this.#asked;
    const { fromSec, toSec } = this.#found.generations[0]!.cases[0]!;
    const startSec = Math.max(ofCase.startSec, contact.startSec);
    const endSec = Math.min(ofCase.endSec, contact.endSec);
    const overlapSec = endSec - startSec;
    // The visit as the window cuts it, and what of the time together is left then.
    const clamp = (sec: number): number => Math.min(Math.max(sec, fromSec), toSec);
    const isVisit =
      ofCase.startSec === ofCase.endSec
        ? fromSec <= ofCase.startSec && ofCase.startSec < toSec
        : Math.max(ofCase.startSec, fromSec) < Math.min(ofCase.endSec, toSec);
    const leftSec = Math.min(clamp(ofCase.endSec), contact.endSec) - Math.max(clamp(ofCase.startSec), contact.startSec);
    const isTouching = overlapSec === 0 || (leftSec === 0 && plan.isClosed);
    const isInside = isVisit && (overlapSec < 0 || (isTouching ? leftSec === 0 : leftSec > 0));
    // What is to be in the window: the time together, or, where there is none, the presence of the case.
    const [a, b] = overlapSec >= 0 ? [startSec, endSec] : [ofCase.startSec, ofCase.endSec];
    const isBeforeWindow = !isInside && b <= fromSec;
    const windowSec = isInside ? Number.NaN : isBeforeWindow ? fromSec - b : Math.max(0, a - toSec);
    const candidate = (kind: MissKind): Candidate => ({ ...relation, kind, ofCase, contact, overlapSec, windowSec, isBeforeWindow });
    if (relation.meets && ofCase.run === contact.run) {
      if (overlapSec < 0) return candidate(contact.endSec < ofCase.startSec ? 'left-before' : 'came-after');
      if (!isInside) return candidate('outside-window');
      if (overlapSec === 0 && !plan.isClosed) return candidate('touching');
      if (plan.excludeConflicts && ((ofCase.flags | contact.flags) & CONFLICT) !== 0) return candidate('conflict');
      return leftSec < plan.minOverlapSec ? candidate('min-overlap') : undefined;
    }
    if (relation.isSamePlace) return candidate('other-run');
    return candidate(relation.scope !== null && ofCase.run === contact.run ? 'other-place' : 'elsewhere');
  }

  #relate(a: number, b: number): Relation {
    const { places } = this.#found.tables;
    const isSamePlace = a === b;
    const isLocated = places.isLocated(a) && places.isLocated(b);
    const [p, q] = [places.get(a), places.get(b)];
    const metres = isLocated ? haversineM(p.lat, p.lon, q.lat, q.lon) : Number.NaN;
    const meets = this.#asked.neighbours.meet(a, b);
    const near = metres <= NEARBY_M ? `near:${Math.max(1, Math.ceil(metres))}` : null;
    const scope = meets ? null : places.topmost(a) === places.topmost(b) ? 'parent' : near;
    return { isSamePlace, meets, scope, distanceM: isLocated && !isSamePlace ? Math.floor(metres + 0.5) : null };
  }

  /** What lacks fewer seconds is nearer; then what overlaps longer, lies nearer, began earlier. */
  #compare(a: Candidate, b: Candidate): number {
    const lacks = ({ overlapSec, windowSec }: Candidate): number => Math.max(0, -overlapSec) + (windowSec || 0);
    const { place, run } = this.#found.tables.inputs.ids;
    return (
      lacks(a) - lacks(b) ||
      b.overlapSec - a.overlapSec ||
      (a.distanceM ?? 1e9) - (b.distanceM ?? 1e9) ||
      a.contact.startSec - b.contact.startSec ||
      a.ofCase.startSec - b.ofCase.startSec ||
      place.compare(a.contact.place, b.contact.place) ||
      place.compare(a.ofCase.place, b.ofCase.place) ||
      run.compare(a.contact.run, b.contact.run) ||
      run.compare(a.ofCase.run, b.ofCase.run)
    );
  }

  #compareInSpace(a: Candidate, b: Candidate): number {
    return a.distanceM! - b.distanceM! || this.#compare(a, b);
  }

  #tell({ kind, ofCase, contact, overlapSec, windowSec, isBeforeWindow, distanceM, scope }: Candidate, candidates: number): Miss {
    const { zone } = this.#found;
    const runStart = (somewhere: Somewhere): string | null => {
      const sec = kind === 'other-run' ? this.#runStart(somewhere) : undefined;
      return sec === undefined ? null : zone.text(sec);
    };
    return {
      ...BARE,
      kind,
      case: this.#describe(ofCase),
      contact: this.#describe(contact),
      overlap_s: Math.max(0, overlapSec),
      gap_s: Math.max(0, -overlapSec),
      needed_s: kind === 'min-overlap' ? this.#asked.plan.minOverlapSec : null,
      case_run_start: runStart(ofCase),
      contact_run_start: runStart(contact),
      window_s: Number.isNaN(windowSec) ? null : windowSec,
      window_side: Number.isNaN(windowSec) ? null : isBeforeWindow ? 'before' : 'after',
      distance_m: distanceM,
      scope: kind === 'other-place' ? scope : null,
      candidates,
    };
  }

  /** When the run of a stay began: of several of that name the one nearest to the stay. */
  #runStart({ place, run, startSec }: Somewhere): number | undefined {
    const { runIds, starts } = this.#found.tables.runs.of(place);
    let best: number | undefined;
    runIds.forEach((id, i) => {
      if (run !== 0 && id === run && (best === undefined || Math.abs(starts[i]! - startSec) < Math.abs(best - startSec))) best = starts[i]!;
    });
    return best;
  }

  #describe({ stay }: Somewhere): ExplainedStay {
    return typeof stay === 'number' ? this.#teller.stay(stay) : this.#teller.told(stay);
  }

  #staysOf(person: number): Somewhere[] {
    const { stays } = this.#found.tables;
    const found: Somewhere[] = [];
    for (let s = stays.ofPerson[person] ?? 0; s < (stays.ofPerson[person + 1] ?? 0); s++) {
      found.push({ place: stays.place[s]!, run: stays.run[s]!, startSec: stays.start[s]!, endSec: stays.possible[s]!, flags: stays.flags[s]!, stay: s });
    }
    return found;
  }
}

function groupByPlace(all: readonly Somewhere[]): Map<number, Somewhere[]> {
  const groups = new Map<number, Somewhere[]>();
  for (const each of all) {
    const group = groups.get(each.place);
    if (group) group.push(each);
    else groups.set(each.place, [each]);
  }
  return groups;
}
