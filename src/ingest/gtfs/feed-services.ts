/** calendar.txt and calendar_dates.txt: the days on which services run. At least one of the two must be there. */
import { InputError } from '../../core/errors.js';
import type { FeedService } from '../../model/feed.js';
import { ADDED, CALENDAR, CALENDAR_DATES, standsOnce, weekdaysOf } from './feed-tables.js';
import type { FeedBooks } from './feed-books.js';

/** Services in the order of the files; `numberOf` by the id of the text. @throws InputError `E_FEED_FILE`. */
export async function readServices(files: FeedBooks): Promise<{ services: FeedService[]; numberOf: Map<number, number> }> {
  if (!files.has(CALENDAR) && !files.has(CALENDAR_DATES)) {
    throw new InputError(
      'E_FEED_FILE',
      `${files.name} E_FEED_FILE expected calendar.txt or calendar_dates.txt in the timetable feed, got neither; without them no trip has a day: fetch the whole feed again`,
    );
  }
  const numberOf = new Map<number, number>();
  const services: (FeedService & { readonly added: Set<number>; readonly removed: Set<number> })[] = [];
  const calendar = await files.read(CALENDAR, (table) => [standsOnce(['service_id'], () => table)], true);
  for (let row = 0; row < calendar.rowCount; row++) {
    const value = (name: Parameters<typeof calendar.column>[0]): number => calendar.column(name)[row]!;
    numberOf.set(value('service_id'), services.length);
    services.push({
      id: files.ids.text.text(value('service_id')),
      weekdays: weekdaysOf(value),
      firstDay: value('start_date'),
      lastDay: value('end_date'),
      added: new Set(),
      removed: new Set(),
    });
  }
  const dates = await files.read(CALENDAR_DATES, (table) => [standsOnce(['service_id', 'date'], () => table)], true);
  for (let row = 0; row < dates.rowCount; row++) {
    const id = dates.column('service_id')[row]!;
    let number = numberOf.get(id);
    if (number === undefined) {
      numberOf.set(id, (number = services.length));
      services.push({ id: files.ids.text.text(id), weekdays: 0, firstDay: 1, lastDay: 0, added: new Set(), removed: new Set() });
    }
    const { added, removed } = services[number]!;
    (dates.column('exception_type')[row] === ADDED ? added : removed).add(dates.column('date')[row]!);
  }
  return { services, numberOf };
}
