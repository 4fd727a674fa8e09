/** What was dropped and chosen so far: kept while the page shows something else. */
import type { Encoding } from '../../ingest/text/encoding.js';
import type { TableName } from '../../model/tables.js';
import type { TabFile, TabOptions } from '../tab/messages.js';
import { columnsOfTable, headersOf, type Recognised } from '../tab/recognise.js';

export interface ChosenFile {
  readonly file: File;
  readonly recognised: Recognised;
  table: TableName | null;
  encoding: Encoding;
  /** Headers that were chosen for columns. */
  readonly headers: Map<string, string>;
}

export interface Choices {
  readonly files: ChosenFile[];
  rule: string;
  tz: string;
  /** The zone that was confirmed. */
  confirmedTz: string | null;
  window: 'dated' | 'all';
  scope: '' | 'place' | 'parent' | 'near' | 'grid';
  metres: string;
  maxRejects: string;
  pattern: string;
  hasEpisodes: boolean;
}

export const newChoices = (): Choices => ({
  files: [],
  rule: 'who-2020',
  tz: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  confirmedTz: null,
  window: 'dated',
  scope: '',
  metres: '50',
  maxRejects: '0.1%',
  pattern: '',
  hasEpisodes: true,
});

/** The header that stands for a column: the chosen one, else the first that is named so. */
export function headerFor({ recognised, headers }: ChosenFile, column: ReturnType<typeof columnsOfTable>[number]): string | undefined {
  return headers.get(column.name) ?? headersOf(column, recognised.header)[0];
}

/** Required columns without a header. */
export function missingColumns(chosen: ChosenFile): string[] {
  if (!chosen.table) return [];
  const columns = columnsOfTable(chosen.table);
  return columns.filter((column) => column.required && headerFor(chosen, column) === undefined).map(({ name }) => name);
}

export function tabFiles({ files }: Choices): TabFile[] {
  return files.flatMap(({ file, table, encoding, headers }) =>
    table ? [{ name: file.name, blob: file, table, encoding, mappings: [...headers].map(([column, header]) => `${table}.${column}=${header}`) }] : [],
  );
}

export function tabOptions({ rule, tz, window, scope, metres, maxRejects, pattern, hasEpisodes }: Choices): TabOptions {
  const needsMetres = scope === 'near' || scope === 'grid';
  return {
    rule,
    tz,
    window,
    ...(scope !== '' && { scope: needsMetres ? `${scope}:${metres}` : scope }),
    ...(maxRejects.trim() !== '' && { maxRejects: maxRejects.trim() }),
    ...(pattern.trim() !== '' && { timeFormats: [pattern.trim()] }),
    ...(!hasEpisodes && { episodes: false }),
  };
}
