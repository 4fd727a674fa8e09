/** Which cell of a header holds which column: by name or alias, without case, or as the caller maps it. */
import { InputError, OptionError } from '../../core/errors.js';
import { TABLES, TABLE_NAMES, type AnyTableSpec, type TableName } from '../../model/tables.js';

/** `column=header` or `table.column=header`: a header that means a column, whatever its name. */
export interface HeaderMapping {
  readonly table?: TableName;
  readonly column: string;
  readonly header: string;
}

/** @throws OptionError `E_MAP`. */
export function parseMapping(text: string): HeaderMapping {
  const match = /^(?:([a-z-]+)\.)?([a-z_]+)=(.+)$/s.exec(text);
  const table = TABLE_NAMES.find((name) => name === match?.[1]);
  if (!match || (match[1] !== undefined && !table)) {
    throw new OptionError('E_MAP', `map: expected column=header or table.column=header (tables: ${TABLE_NAMES.join(', ')}), got '${text}'`);
  }
  const columns = new Set(TABLES.filter(({ name }) => table === undefined || name === table).flatMap((spec) => spec.columns.map(({ name }) => name)));
  if (!columns.has(match[2]!))
    throw new OptionError('E_MAP', `map: ${table ?? 'no table'} has ${table ? 'no' : 'a'} column '${match[2]}'; there are ${[...columns].join(', ')}`);
  return { ...(table && { table }), column: match[2]!, header: match[3]! };
}

/** The cell of each column, -1 where the header has none. */
export interface HeaderMap {
  readonly cells: readonly number[];
  /** The header's own word for each column, empty where there is none. */
  readonly headers: readonly string[];
  readonly cellCount: number;
}

/**
 * Finds the columns of a table in a header. A mapping takes the place of the column's own names in every file that has the mapped header.
 * @throws OptionError `E_COLUMN_TWICE` naming both headers, `E_COLUMN_MISSING` naming the column and what the header has; a first line without
 * any known header may be a row, which names people: it is shown only with `showValues`. Under a standard both are an InputError: no flag helps.
 */
export function locateColumns(
  spec: AnyTableSpec,
  header: readonly string[],
  file: string,
  mappings: readonly HeaderMapping[] = [],
  showValues = false,
): HeaderMap {
  const lower = header.map((text) => text.toLowerCase());
  const mapped = new Map<string, string>();
  for (const mapping of mappings) {
    if (mapping.table !== undefined && mapping.table !== spec.name) continue;
    const isColumn = spec.columns.some((column) => column.name === mapping.column);
    if (isColumn && (mapping.table !== undefined || lower.includes(mapping.header.toLowerCase()))) mapped.set(mapping.column, mapping.header);
  }
  const taken = new Set([...mapped.values()].map((text) => text.toLowerCase()));
  const cells = spec.columns.map((column) => {
    const own = mapped.get(column.name);
    const names =
      own === undefined ? [column.name, ...column.aliases].map((name) => name.toLowerCase()).filter((name) => !taken.has(name)) : [own.toLowerCase()];
    const found = lower.flatMap((text, cell) => (names.includes(text) ? [cell] : []));
    if (spec.standard !== undefined && (found.length > 1 || (found.length === 0 && column.required))) {
      const [code, expected] = found.length > 1 ? ['E_COLUMN_TWICE', 'one column'] : ['E_COLUMN_MISSING', 'a column'];
      const got = found.length > 1 ? 'two of this name' : describe(spec, header, showValues);
      throw new InputError(code, `${file}:1 ${code} expected ${expected} ${column.name}, as ${spec.standard} has it, got ${got}; mend the file`);
    }
    if (found.length > 1) {
      throw new OptionError(
        'E_COLUMN_TWICE',
        `${file}:1 E_COLUMN_TWICE expected one header for ${column.name}, got '${header[found[0]!]}' and '${header[found[1]!]}'; choose with --map ${column.name}=HEADER`,
      );
    }
    if (found.length === 0 && (column.required || own !== undefined)) {
      throw new OptionError(
        'E_COLUMN_MISSING',
        `${file}:1 E_COLUMN_MISSING expected a column ${own ?? column.name} in the ${spec.name} file, got ${describe(spec, header, showValues)}; name it with --map ${column.name}=HEADER`,
      );
    }
    return found[0] ?? -1;
  });
  return { cells, headers: cells.map((cell) => header[cell] ?? ''), cellCount: header.length };
}

/** Whether a record is the header again. */
export function isSameHeader(cells: readonly string[], known: HeaderMap): boolean {
  return known.cells.every((cell, i) => cell < 0 || cells[cell]!.toLowerCase() === known.headers[i]!.toLowerCase());
}

/** Whether a record is a header of this table: every required column is named. Finds headers repeated inside a file. */
export function looksLikeHeader(spec: AnyTableSpec, cells: readonly string[], known: HeaderMap): boolean {
  const lower = new Set(cells.map((text) => text.toLowerCase()));
  return spec.columns.every((column, i) => {
    if (!column.required) return true;
    return [column.name, ...column.aliases, known.headers[i] || column.name].some((name) => lower.has(name.toLowerCase()));
  });
}

function describe(spec: AnyTableSpec, header: readonly string[], showValues: boolean): string {
  const known = spec.columns.flatMap(({ name, aliases }) => [name, ...aliases]).map((name) => name.toLowerCase());
  // Full-width commas leave one cell: its parts tell whether it is a header.
  const isHeader = header.flatMap((text) => text.toLowerCase().split('，')).some((text) => known.includes(text));
  if (!isHeader && !showValues) return 'a first line without any known header: if it is a row, put the header above it; --show-values shows it';
  const shown = header
    .slice(0, 12)
    .map((text) => text.slice(0, 40))
    .join(' | ');
  const hint = header.length === 1 && header[0]!.includes('，') ? " (the header has full-width commas '，': replace them with ',')" : '';
  return `the headers ${shown}${header.length > 12 ? ' …' : ''}${hint}`;
}
