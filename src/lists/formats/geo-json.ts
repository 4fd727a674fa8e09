/** Places of cases as GeoJSON (RFC 7946): a feature for each row of the places list, its columns as properties. */
import type { PlaceRow } from '../rows.js';

/** Where a place is. */
export interface Located {
  readonly lat: number;
  readonly lon: number;
  readonly category?: string | undefined;
}

/** A place without coordinates is a feature without a geometry, as the format has it: none is left out. Longitude comes first. */
export function placeFeature(row: PlaceRow, where: Located | undefined): object {
  return {
    type: 'Feature',
    geometry: (where && { type: 'Point', coordinates: [where.lon, where.lat] }) || null,
    properties: { ...row, ...(where?.category !== undefined && { category: where.category }) },
  };
}
