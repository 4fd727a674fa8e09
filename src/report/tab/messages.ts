/** What the page and its worker tell each other. */
import type { Encoding } from '../../ingest/text/encoding.js';
import type { TableName } from '../../model/tables.js';
import type { RunProgress } from '../../engines/inputs/read-files.js';
import type { PageData } from '../page-data.js';

/** A file as it was dropped, and how it is read. */
export interface TabFile {
  readonly name: string;
  readonly blob: Blob;
  readonly table: TableName;
  readonly encoding: Encoding;
  /** `table.column=header` for headers that are no known name of the column. */
  readonly mappings: readonly string[];
}

/** The question, in the words of the command line. */
export interface TabOptions {
  readonly rule: string;
  readonly tz: string;
  readonly window: 'dated' | 'all';
  /** Undefined: the rule's own. */
  readonly scope?: string;
  readonly maxRejects?: string;
  readonly timeFormats?: readonly string[];
  readonly episodes?: boolean;
}

/** A list as the command line would have written it. */
export interface TabList {
  readonly name: string;
  readonly rows: number;
  readonly blob: Blob;
}

export interface TabAnswer {
  readonly page: PageData;
  readonly lists: readonly TabList[];
}

export type TabProgress = Omit<RunProgress, 'phase'> & { readonly phase: RunProgress['phase'] | 'show' };

export interface ToTab {
  readonly files: readonly TabFile[];
  readonly options: TabOptions;
}

export type FromTab =
  | { readonly progress: TabProgress }
  | { readonly answer: TabAnswer }
  /** `isBug`: no error of the library's own. `rejects`: the rows that were too many. */
  | { readonly fault: { readonly message: string; readonly isBug: boolean; readonly rejects: TabList | null } };
