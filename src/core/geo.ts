/** Mean Earth radius in metres (IUGG), as the SPEC fixes it. */
export const EARTH_RADIUS_M = 6_371_008.8;
/** Metres of a degree of latitude in the SPEC's grid. */
export const DEGREE_M = 111_320;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance in metres of two points given in degrees, by the haversine formula. */
export function haversineM(latA: number, lonA: number, latB: number, lonB: number): number {
  const h = Math.sin(radians(latB - latA) / 2) ** 2 + Math.cos(radians(latA)) * Math.cos(radians(latB)) * Math.sin(radians(lonB - lonA) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The cell of a point in a grid of `sizeM` metres, as `x,y`; cells of one row are equally wide, at the row's middle latitude. */
export function gridCell(lat: number, lon: number, sizeM: number): string {
  const y = Math.floor((lat * DEGREE_M) / sizeM);
  const middle = radians(((y + 0.5) * sizeM) / DEGREE_M);
  const x = Math.floor((lon * DEGREE_M * Math.cos(middle)) / sizeM);
  return `${x},${y}`;
}
