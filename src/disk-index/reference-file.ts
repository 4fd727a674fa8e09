/**
 * What all days of an index share: places, runs and stops as tables, the texts of places, runs and cells, and when vehicles without a timetable were
 * scanned. Small beside the days; written anew with each update and read as a whole.
 */
import { F64Column, U32Column } from '../core/columns.js';
import type { Reject } from '../ingest/rows/ledger.js';
import type { InputTables, Table } from '../model/tables.js';
import { VehicleSpans } from '../stays/vehicle-spans.js';
import type { BlockFile } from './files/block-file.js';
import type { WrittenFile } from './files/block-format.js';
import { BlockFileWriter } from './files/block-writer.js';
import { damaged } from './files/reading.js';

export interface ReferenceAbout {
  readonly kind: 'reference';
  readonly rows: Readonly<Record<string, number>>;
  readonly texts: Readonly<Record<string, number>>;
}

const TABLES = ['places', 'runs', 'runStops'] as const;
const TEXTS = ['place', 'run', 'text'] as const;
const SPAN_WORDS = 3;
const PURGED_WORDS = 2;

export interface Reference {
  readonly spans: VehicleSpans;
  /** Runs of vehicles that were cut from days that are purged, by vehicle: names go on behind them. */
  readonly purgedRuns: ReadonlyMap<number, number>;
  readonly rejects: readonly Reject[];
  /** Check-ins by place, as read: duplicates and days that are purged by now count too. */
  readonly scansOfPlace: ArrayLike<number>;
}

/** Writes the tables and dictionaries of some inputs, and the rejected rows of the check-ins. */
export function writeReference(path: string, inputs: InputTables, { spans, purgedRuns, rejects, scansOfPlace }: Reference): WrittenFile {
  const file = new BlockFileWriter(path);
  const add = (name: string, array: ArrayBufferView): void => file.section(name, array.byteLength).add(array);
  const rows: Record<string, number> = {};
  for (const name of TABLES) {
    const table: Table = inputs[name];
    rows[name] = table.rowCount;
    for (const [i, column] of table.columns.entries()) add(`${name}.${table.spec.columns[i]!.name}`, column.data.subarray(0, table.rowCount));
    add(`${name}.file`, table.file.trimmed());
    add(`${name}.line`, table.line.trimmed());
  }
  const texts: Record<string, number> = {};
  for (const name of TEXTS) {
    const dictionary = inputs.ids[name];
    texts[name] = dictionary.size;
    const ends = new Uint32Array(dictionary.size);
    let end = 0;
    for (let id = 0; id < dictionary.size; id++) ends[id] = end += dictionary.bytes(id).length;
    add(`${name}.ends`, ends);
    const section = file.section(`${name}.texts`, end);
    for (let id = 0; id < dictionary.size; id++) section.add(dictionary.bytes(id));
  }
  const words: number[] = [];
  for (const vehicle of spans.vehicles()) for (const { startSec, lastSec } of spans.of(vehicle)) words.push(vehicle, startSec, lastSec);
  add('spans', Uint32Array.from(words));
  add('purged-runs', Uint32Array.from([...purgedRuns].flat()));
  add(
    'scans',
    Uint32Array.from({ length: inputs.ids.place.size }, (_, place) => scansOfPlace[place] ?? 0),
  );
  add('rejects', Buffer.from(JSON.stringify(rejects)));
  return file.finish({ kind: 'reference', rows, texts } satisfies ReferenceAbout);
}

/** Reads a reference file into empty inputs: ids are again those of the index. @throws InputError `E_INDEX`. */
export function readReference(file: BlockFile<ReferenceAbout>, inputs: InputTables, gapSec: number): Reference {
  const { path } = file;
  if (file.about.kind !== 'reference') throw damaged(path, 'it is no reference file');
  const bytesOf = (name: string): Uint8Array<ArrayBuffer> => {
    const section = file.section(name);
    return file.view(section, 0, section.bytes).slice();
  };
  const wordsOf = (name: string): Uint32Array => {
    const bytes = bytesOf(name);
    return new Uint32Array(bytes.buffer, 0, bytes.length >>> 2);
  };
  for (const name of TEXTS) {
    const ends = wordsOf(`${name}.ends`);
    const texts = bytesOf(`${name}.texts`);
    for (let i = 1; i < ends.length; i++) if (ends[i]! < ends[i - 1]!) throw damaged(path, 'the ends of texts do not ascend');
    if (ends.length > 0 && ends[ends.length - 1]! > texts.length) throw damaged(path, 'a text is out of range');
    inputs.ids[name].appendDistinct(texts, ends, inputs.ids[name].size);
  }
  for (const name of TABLES) {
    const table: Table = inputs[name];
    const rowCount = file.about.rows[name]!;
    for (const [i, column] of table.columns.entries()) {
      const section = `${name}.${table.spec.columns[i]!.name}`;
      // A column that came later is empty in an index that was written before.
      const bytes = file.hasSection(section) ? bytesOf(section) : new Uint8Array(rowCount * column.data.BYTES_PER_ELEMENT);
      if (column instanceof F64Column) column.data = new Float64Array(bytes.buffer, 0, rowCount);
      else column.data = new Uint32Array(bytes.buffer, 0, rowCount);
      column.length = rowCount;
    }
    for (const side of ['file', 'line'] as const) {
      const column: U32Column = table[side];
      column.data = wordsOf(`${name}.${side}`);
      column.length = rowCount;
    }
  }
  const spans = new VehicleSpans(gapSec);
  const words = wordsOf('spans');
  for (let lo = 0; lo < words.length;) {
    let hi = lo;
    const found = [];
    for (; hi < words.length && words[hi] === words[lo]; hi += SPAN_WORDS) found.push({ startSec: words[hi + 1]!, lastSec: words[hi + 2]! });
    spans.addSpans(words[lo]!, found);
    lo = hi;
  }
  const purged = wordsOf('purged-runs');
  const purgedRuns = new Map<number, number>();
  for (let i = 0; i < purged.length; i += PURGED_WORDS) purgedRuns.set(purged[i]!, purged[i + 1]!);
  return { spans, purgedRuns, scansOfPlace: wordsOf('scans'), rejects: JSON.parse(Buffer.from(bytesOf('rejects')).toString('utf8')) as Reject[] };
}
