/** What a page takes from the inputs, which the lists do not hold: where places are, and the dates of cases. */
import type { CaseInput, PlaceInput } from '../engines/inputs/row-inputs.js';
import type { PagePoint } from './page-data.js';

export function pointsOf(places: readonly PlaceInput[]): PagePoint[] {
  return places.flatMap(({ place_id, lat, lon }) => (typeof lat === 'number' && typeof lon === 'number' ? [{ place_id, lat, lon }] : []));
}

/** First known date of each case that has one. Null: none has. */
export function datesOf(cases: readonly CaseInput[]): string[] | null {
  const dates = cases.flatMap(({ onset_date, sample_date, report_date }) => {
    const date = onset_date ?? sample_date ?? report_date;
    return typeof date === 'string' && date !== '' ? [date] : [];
  });
  return dates.length > 0 ? dates : null;
}
