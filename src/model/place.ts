/** Places as the matching sees them: kind, category, coordinates and parents, asked by dense place id. */
import type { InputTables } from './tables.js';
import { KINDS, VENTILATIONS } from './tables.js';
import { InputError } from '../core/errors.js';

export type PlaceKind = (typeof KINDS)[number];
export type Ventilation = (typeof VENTILATIONS)[number] | '';

/** An empty kind is `vehicle` for these categories. */
export const VEHICLE_CATEGORIES: readonly string[] = ['bus', 'metro', 'taxi', 'ferry', 'coach', 'train', 'aircraft'];

export interface Place {
  readonly name: string;
  readonly kind: PlaceKind;
  readonly category: string;
  /** Degrees; NaN if unknown. */
  readonly lat: number;
  readonly lon: number;
  /** Dense id of the parent; 0 if there is none. */
  readonly parentId: number;
  readonly district: string;
  readonly ventilation: Ventilation;
  /** Dense id of the text of the line; 0 if there is none. */
  readonly line: number;
  /** Number plate; '' if unknown. */
  readonly plate: string;
}

/** A place that the places file does not list is a venue of category `default`. */
const UNLISTED: Place = {
  name: '',
  kind: 'venue',
  category: 'default',
  lat: Number.NaN,
  lon: Number.NaN,
  parentId: 0,
  district: '',
  ventilation: '',
  line: 0,
  plate: '',
};

/**
 * The listed places by dense id. Invariants: no place is its own ancestor; `topmost(p)` is p itself where p has no parent;
 * an unlisted parent is an ancestor without parents.
 */
export class Places {
  readonly #places = new Map<number, Place>();
  readonly #capacities = new Map<number, number>();

  /** @throws InputError `E_PLACE_TWICE` for one place_id with two contents, `E_PLACE_CYCLE` for a place that is its own ancestor. */
  constructor(inputs: Pick<InputTables, 'ids' | 'places' | 'fileNames'>) {
    const { ids, places, fileNames } = inputs;
    const [placeId, name, kind, category, lat, lon, parentId, district, line, ventilation, , plate, capacity] = places.columns.map((column) => column.data);
    const where = (row: number): string => `${fileNames[places.file.data[row]!]}:${places.line.data[row]}`;
    const rowOf = new Map<number, number>();
    for (let row = 0; row < places.rowCount; row++) {
      const id = placeId![row]!;
      const twin = rowOf.get(id);
      if (twin !== undefined) {
        throw new InputError(
          'E_PLACE_TWICE',
          `${where(row)}:place_id E_PLACE_TWICE expected one content for one place_id, got another than at ${where(twin)}; keep one of the two rows`,
        );
      }
      rowOf.set(id, row);
      const categoryText = ids.text.text(category![row]!);
      const kindWord = kind![row]!;
      this.#places.set(id, {
        name: ids.text.text(name![row]!),
        kind: kindWord > 0 ? KINDS[kindWord - 1]! : VEHICLE_CATEGORIES.includes(categoryText) ? 'vehicle' : 'venue',
        category: categoryText || 'default',
        lat: lat![row]!,
        lon: lon![row]!,
        parentId: parentId![row]!,
        district: ids.text.text(district![row]!),
        ventilation: ventilation![row]! > 0 ? VENTILATIONS[ventilation![row]! - 1]! : '',
        line: line![row]!,
        plate: ids.text.text(plate![row]!),
      });
      const most = ids.text.text(capacity![row]!);
      if (most !== '') this.#capacities.set(id, /^[1-9]\d{0,8}$/.test(most) ? Number(most) : Number.NaN);
    }
    for (const [id, row] of rowOf) {
      const seen = new Set([id]);
      for (let up = this.parentOf(id); up !== 0; up = this.parentOf(up)) {
        if (seen.has(up))
          throw new InputError(
            'E_PLACE_CYCLE',
            `${where(row)}:parent_id E_PLACE_CYCLE expected parents that end, got a place that is its own ancestor; mend parent_id`,
          );
        seen.add(up);
      }
    }
  }

  get(id: number): Place {
    return this.#places.get(id) ?? UNLISTED;
  }
  isListed(id: number): boolean {
    return this.#places.has(id);
  }
  /** Dense ids of the listed places. */
  listedIds(): IterableIterator<number> {
    return this.#places.keys();
  }
  /** The parent's id; 0 if there is none. */
  parentOf(id: number): number {
    return this.#places.get(id)?.parentId ?? 0;
  }
  /** How many people fit in at once; NaN where what is given is no whole number above 0, undefined where nothing is. */
  capacityOf(id: number): number | undefined {
    return this.#capacities.get(id);
  }
  topmost(id: number): number {
    let top = id;
    for (let up = this.parentOf(id); up !== 0; up = this.parentOf(up)) top = up;
    return top;
  }
  /** Same place, or one is an ancestor of the other. */
  related(a: number, b: number): boolean {
    if (a === b) return true;
    for (let up = this.parentOf(a); up !== 0; up = this.parentOf(up)) if (up === b) return true;
    for (let up = this.parentOf(b); up !== 0; up = this.parentOf(up)) if (up === a) return true;
    return false;
  }
  isVehicle(id: number): boolean {
    return this.get(id).kind === 'vehicle';
  }
  /** Whether `grid` and `near` can tell where it is: vehicles and places without coordinates keep their own key. */
  isLocated(id: number): boolean {
    const place = this.get(id);
    return place.kind === 'venue' && !Number.isNaN(place.lat);
  }
  /** Categories that occur among the listed places. */
  categories(): Set<string> {
    return new Set([...this.#places.values()].map((place) => place.category));
  }
}
