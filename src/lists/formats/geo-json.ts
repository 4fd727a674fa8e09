/** Places of cases as GeoJSON (RFC 7946): a feature for each row of the places list, its columns as properties. */
import type { PlaceRow } from '../rows.js';

/** Where a place is, and what; both or neither of the coordinates. */
export interface Located {
  readonly lat?: number | undefined;
  readonly lon?: number | undefined;
  readonly category?: string | undefined;
}

/** A place without coordinates is a feature without a geometry, as the format has it: none is left out. Longitude comes first. */
export function placeFeature(row: PlaceRow, { lat, lon, category }: Located): object {
  return {
    type: 'Feature',
    geometry: lat === undefined || lon === undefined ? null : { type: 'Point', coordinates: [lon, lat] },
    properties: { ...row, ...(category !== undefined && { category }) },
  };
}
