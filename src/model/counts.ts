/** What counters at doors counted: a table of its own, which only the estimate of coverage reads. */
import type { TableSpec } from './tables.js';

export const COUNTS: TableSpec<'place_id' | 'from' | 'to' | 'count', 'counts'> = {
  name: 'counts',
  columns: [
    { name: 'place_id', kind: 'id', dictionary: 'place', required: true, aliases: [] },
    { name: 'from', kind: 'start', required: true, aliases: [] },
    { name: 'to', kind: 'end', required: true, aliases: [] },
    { name: 'count', kind: 'count', required: true, aliases: [] },
  ],
  check: [
    { column: 'to', code: 'E_CHECKOUT', expected: 'a time after from', holds: (value) => value('to') > value('from') },
    { column: 'count', code: 'E_VALUE', expected: 'a whole number', got: 'none', advice: 'mend the row', holds: (value) => value('count') > 0 },
  ],
};
