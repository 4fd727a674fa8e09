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
  readonly #scope: Scope;
  /** Listed places by their key (topmost ancestor, cell), for `parent` and `grid`. */
  readonly #groups = new Map<number | string, number[]>();
  readonly #tree = new PointTree();
  readonly #known = new Map<number, readonly Neighbour[]>();
  /** Venues that keep their own key because they have no coordinates; only under `grid` and `near`, and only listed ones. */
  unlocated = 0;

  constructor(places: Places, scope: Scope) {
    this.#places = places;
    this.#scope = scope;
    if (scope.name === 'place') return;
    const points: Point[] = [];
    for (const place of places.listedIds()) {
      if (scope.name === 'parent') this.#group(places.topmost(place), place);
      else if (places.isLocated(place)) {
        const { lat, lon } = places.get(place);
        if (scope.name === 'grid') this.#group(gridCell(lat, lon, scope.metres), place);
        else points.push({ place, lat, lon });
      } else if (!places.isVehicle(place)) this.unlocated++;
    }
    this.#tree.load(points);
  }

  /** The places that meet a place, itself among them, in no particular order. */
  of(place: number): readonly Neighbour[] {
    let found = this.#known.get(place);
    if (!found) this.#known.set(place, (found = this.#find(place)));
    return found;
  }

  /** Whether two places meet. */
  meet(a: number, b: number): boolean {
    return a === b || this.of(a).some((neighbour) => neighbour.place === b);
  }

  #find(place: number): readonly Neighbour[] {
    const { name, metres } = this.#scope;
    const self = { place, distanceM: name === 'near' ? 0 : -1 };
    if (name === 'place') return [self];
    if (name === 'parent') {
      const top = this.#places.topmost(place);
      const group = new Set(this.#groups.get(top)).add(top).add(place); // an unlisted ancestor is a place too
      return [...group].map((other) => ({ place: other, distanceM: -1 }));
    }
    if (!this.#places.isLocated(place)) return [self];
    const { lat, lon } = this.#places.get(place);
    if (name === 'grid') return this.#groups.get(gridCell(lat, lon, metres))!.map((other) => ({ place: other, distanceM: -1 }));
    const near: Neighbour[] = [self];
    for (const point of this.#box(lat, lon, metres)) {
      if (point.place === place) continue;
      const distanceM = haversineM(lat, lon, point.lat, point.lon);
      if (distanceM <= metres) near.push({ place: point.place, distanceM: Math.floor(distanceM + 0.5) });
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

  #group(key: number | string, place: number): void {
    const group = this.#groups.get(key);
    if (group) group.push(place);
    else this.#groups.set(key, [place]);
  }
}
