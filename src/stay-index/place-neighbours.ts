/** Which places meet which under a scope, and how far apart they are. */
import RBush from 'rbush';
import { gridCell, haversineM, DEGREE_M } from '../core/geo.js';
import type { Places } from '../model/place.js';
import type { Scope } from '../model/scope.js';

/** A place that meets another. */
export interface Neighbour {
  readonly place: number;
  /** Whole metres under `near`; -1 under the other scopes, which know no distance. */
  readonly distanceM: number;
}

/** Stands where the scope knows no distance. */
const NO_DISTANCE = -1;

interface Point {
  readonly place: number;
  readonly lat: number;
  readonly lon: number;
}

class PointTree extends RBush<Point> {
  override toBBox({ lat, lon }: Point): { minX: number; minY: number; maxX: number; maxY: number } {
    return { minX: lon, minY: lat, maxX: lon, maxY: lat };
  }
  override compareMinX(a: Point, b: Point): number {
    return a.lon - b.lon;
  }
  override compareMinY(a: Point, b: Point): number {
    return a.lat - b.lat;
  }
}

export class PlaceNeighbours {
  readonly #places: Places;
  readonly scope: Scope;
  /** Places of one key (topmost ancestor, cell), for `parent` and `grid`: one list for all places of the key. */
  readonly #groups = new Map<number | string, Neighbour[]>();
  readonly #tree = new PointTree();
  readonly #near = new Map<number, readonly Neighbour[]>();

  constructor(places: Places, scope: Scope) {
    this.#places = places;
    this.scope = scope;
    if (scope.name === 'place') return;
    const points: Point[] = [];
    for (const place of places.listedIds()) {
      const key = this.#keyOf(place);
      if (key !== undefined) {
        const group = this.#groups.get(key);
        if (group) group.push({ place, distanceM: NO_DISTANCE });
        else this.#groups.set(key, [{ place, distanceM: NO_DISTANCE }]);
      } else if (scope.name === 'near' && places.isLocated(place)) {
        const { lat, lon } = places.get(place);
        points.push({ place, lat, lon });
      }
    }
    // An unlisted ancestor is a place too.
    for (const [key, group] of this.#groups) if (typeof key === 'number' && !places.isListed(key)) group.push({ place: key, distanceM: NO_DISTANCE });
    this.#tree.load(points);
  }

  /** The places that meet a place, itself among them, in no particular order. */
  of(place: number): readonly Neighbour[] {
    if (this.scope.name === 'near') {
      let found = this.#near.get(place);
      if (!found) this.#near.set(place, (found = this.#findNear(place)));
      return found;
    }
    const key = this.#keyOf(place);
    return (key === undefined ? undefined : this.#groups.get(key)) ?? [{ place, distanceM: NO_DISTANCE }];
  }

  /** How many of some places keep their own key because they have no coordinates: venues, under `grid` and `near`. */
  countUnlocated(places: Iterable<number>): number {
    if (this.scope.metres === 0) return 0;
    let count = 0;
    for (const place of places) if (!this.#places.isVehicle(place) && !this.#places.isLocated(place)) count++;
    return count;
  }

  /** Whether two places meet. */
  meet(a: number, b: number): boolean {
    if (a === b) return true;
    if (this.scope.name === 'near') {
      if (!this.#places.isLocated(a) || !this.#places.isLocated(b)) return false;
      const [p, q] = [this.#places.get(a), this.#places.get(b)];
      return haversineM(p.lat, p.lon, q.lat, q.lon) <= this.scope.metres;
    }
    const key = this.#keyOf(a);
    return key !== undefined && key === this.#keyOf(b);
  }

  /** What the places of a group share under `parent` and `grid`; undefined if a place meets only itself, or under `near`. */
  #keyOf(place: number): number | string | undefined {
    if (this.scope.name === 'parent') return this.#places.topmost(place);
    if (this.scope.name !== 'grid' || !this.#places.isLocated(place)) return undefined;
    const { lat, lon } = this.#places.get(place);
    return gridCell(lat, lon, this.scope.metres);
  }

  #findNear(place: number): readonly Neighbour[] {
    const near: Neighbour[] = [{ place, distanceM: 0 }];
    if (!this.#places.isLocated(place)) return near;
    const { lat, lon } = this.#places.get(place);
    for (const point of this.#box(lat, lon, this.scope.metres)) {
      if (point.place === place) continue;
      const distanceM = haversineM(lat, lon, point.lat, point.lon);
      if (distanceM <= this.scope.metres) near.push({ place: point.place, distanceM: Math.floor(distanceM + 0.5) });
    }
    return near;
  }

  /** Points in a box that surely holds every point within `metres`, over the date line and round the poles. */
  #box(lat: number, lon: number, metres: number): Point[] {
    const reachLat = (metres / DEGREE_M) * 1.01 + 1e-9;
    const minY = lat - reachLat;
    const maxY = lat + reachLat;
    const widest = Math.cos((Math.min(90, Math.max(Math.abs(minY), Math.abs(maxY))) * Math.PI) / 180);
    const reachLon = widest < 1e-6 ? 360 : Math.min(360, reachLat / widest);
    const found = new Set<Point>();
    for (const turn of [-360, 0, 360]) {
      for (const point of this.#tree.search({ minX: lon - reachLon + turn, maxX: lon + reachLon + turn, minY, maxY })) found.add(point);
    }
    return [...found];
  }
}
