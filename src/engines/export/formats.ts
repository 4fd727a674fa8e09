/** How each format is made of the lists: which files there are, and the pieces of each. */
import { Dictionary } from '../../core/dictionary.js';
import { OptionError } from '../../core/errors.js';
import { inTextOrder, ranksIn } from '../../core/text-order.js';
import { LINELIST, epicontactsContacts } from '../../lists/formats/epicontacts.js';
import { placeFeature } from '../../lists/formats/geo-json.js';
import { goDataContacts, goDataRelationships } from '../../lists/formats/go-data.js';
import { instantSec } from '../../lists/formats/instant.js';
import { Presence } from '../../lists/formats/presence.js';
import { SORMAS_PARTICIPANTS, participations, sormasContacts, type SormasDate } from '../../lists/formats/sormas.js';
import { tableOf, type Table } from '../../lists/formats/table.js';
import type { ContactRow, ListName } from '../../lists/rows.js';
import { arrowBytes, loadArrow } from '../../output/formats/arrow.js';
import { csvTable, type CsvTableOptions } from '../../output/formats/csv-table.js';
import { gexfText } from '../../output/formats/gexf.js';
import { graphmlText } from '../../output/formats/graphml.js';
import { loadParquetWriter, parquetBytes } from '../../output/formats/parquet.js';
import type { ColumnFile } from '../../output/formats/typed-columns.js';
import { workbookBytes, type Sheet, type WorkbookCounts } from '../../output/formats/xlsx.js';
import type { ExportSource, KnownPlace } from './export-source.js';

export interface FormatOptions {
  /** The lists that go into a workbook or into Parquet or Arrow files. */
  readonly lists: readonly ListName[];
  readonly assertsProximity: boolean;
  readonly isRaw: boolean;
  readonly dateFormat?: SormasDate;
  readonly disease?: string;
  /** For SORMAS: the one place whose participants are wanted. */
  readonly place?: string;
}

/** What was written of one file, filled on the way. */
export interface PieceCounts {
  rows: number;
  neutralised: number;
  sheets?: readonly Sheet[];
}

/** A file to be written. */
export interface ExportFile {
  readonly name: string;
  pieces(counts: PieceCounts): AsyncIterable<Uint8Array | string>;
}

export interface ExportFormat {
  /** Whether the output is one file and not a folder; then `isOurs` tells one that was written before by the text it begins with. */
  readonly isOurs?: (head: string) => boolean;
  /** Whether it holds the lists of one rule. */
  readonly needsOneRule: boolean;
  /** Lists that must be there. */
  readonly needs: readonly ListName[];
  files(source: ExportSource, options: FormatOptions): Promise<readonly ExportFile[]> | readonly ExportFile[];
}

const epicontacts: ExportFormat = {
  needsOneRule: true,
  needs: ['people', 'contacts'],
  files: (source, options) => [
    csvFile('linelist.csv', LINELIST, () => source.lines(), { isRaw: options.isRaw, list: 'people' }),
    csvFile('contacts.csv', epicontactsContacts(source.cases), () => source.contacts(), { isRaw: options.isRaw, list: 'contacts' }),
  ],
};

const goData: ExportFormat = {
  needsOneRule: true,
  needs: ['contacts'],
  files: (source, { isRaw, assertsProximity }) => {
    const pairs = (isFirst: boolean) => firstPairs(source.contacts(), isFirst);
    return [
      csvFile('contacts.csv', goDataContacts(assertsProximity), () => pairs(true), { isRaw, list: 'contacts' }),
      csvFile('relationships.csv', goDataRelationships(source.cases, assertsProximity), () => pairs(false), { isRaw, list: 'contacts' }),
    ];
  },
};

/** Rows of people who are no case and were not seen before; or all others. */
async function* firstPairs(rows: AsyncIterable<ContactRow>, isFirst: boolean): AsyncGenerator<ContactRow> {
  const seen = new Dictionary();
  let count = 0;
  for await (const row of rows) {
    const isNew = !row.contact_is_case && seen.intern(row.contact_id) > count;
    if (isNew) count++;
    if (isNew === isFirst) yield row;
  }
}

const sormas: ExportFormat = {
  needsOneRule: true,
  needs: ['contacts', 'episodes'],
  files: (source, options) => {
    const file = <Row>(name: string, entity: string, table: Table<Row>, rows: () => AsyncIterable<Row>, list: ListName): ExportFile =>
      csvFile(name, table, rows, { isRaw: options.isRaw, list, above: [table.columns.map(() => entity)], remarkSign: '##' });
    const episodes = () => participations(source.folder.list('episodes').rows(source.rule), options.place);
    return [
      file('contacts.csv', 'Contact', sormasContacts(options), () => source.contacts(), 'contacts'),
      file('participants.csv', 'EventParticipant', SORMAS_PARTICIPANTS, episodes, 'episodes'),
    ];
  },
};

const geojson: ExportFormat = {
  isOurs: (head) => head.startsWith(GEOJSON_HEAD),
  needsOneRule: false,
  needs: ['places'],
  files: (source) => [
    {
      name: 'places.geojson',
      async *pieces(counts) {
        if (source.places.size === 0) throw new OptionError('E_NO_PLACES', 'places: expected --places, since the lists do not say where places are');
        yield GEOJSON_HEAD;
        let unlocated = 0;
        for await (const row of source.folder.list('places').rows(source.rule)) {
          const where: Partial<KnownPlace> = source.places.get(row.place_id) ?? {};
          if (where.lat === undefined) unlocated++;
          yield `${counts.rows++ === 0 ? '' : ','}\n${JSON.stringify(placeFeature(row, where))}`;
        }
        if (unlocated > 0) source.notes.push(`${unlocated} places without coordinates are features without a geometry`);
        yield '\n]}\n';
      },
    },
  ],
};
const GEOJSON_HEAD = '{"type":"FeatureCollection","generator":"copresence","features":[';

const gexf: ExportFormat = {
  isOurs: (head) => head.includes('<gexf ') && head.includes('<creator>copresence</creator>'),
  needsOneRule: true,
  needs: ['people', 'contacts', 'episodes'],
  files: (source) => [{ name: 'contacts.gexf', pieces: (counts) => gexfText(source.lines(), counted(source.edges(true), counts)) }],
};

const graphml: ExportFormat = {
  isOurs: (head) => head.includes('<!-- copresence -->\n<graphml '),
  needsOneRule: true,
  needs: ['people', 'contacts'],
  files: (source) => [{ name: 'contacts.graphml', pieces: (counts) => graphmlText(source.lines(), counted(source.edges(false), counts)) }],
};

const xlsx: ExportFormat = {
  isOurs: (head) => head.startsWith('PK') && head.includes('xl/worksheets/sheet1.xml'),
  needsOneRule: false,
  needs: [],
  files: (source, { lists }) => [
    {
      name: 'lists.xlsx',
      async *pieces(counts) {
        const book: WorkbookCounts = { sheets: [], longCells: 0 };
        const sources = lists.map(async (name) => ({
          name,
          columns: (await source.folder.list(name).columns()).map((column) => column.name),
          rows: () => source.cells(name),
        }));
        yield* workbookBytes(await Promise.all(sources), book);
        counts.sheets = book.sheets;
        counts.rows = book.sheets.reduce((sum, { list, rows }) => sum + (lists.includes(list as ListName) ? rows : 0), 0);
        if (book.longCells > 0) source.notes.push(`${book.longCells} texts are longer than a cell can be: the sheet long-cells has them in parts`);
      },
    },
  ],
};

const columnar = (ending: string, load: () => Promise<(file: ColumnFile) => AsyncIterable<Uint8Array>>): ExportFormat => ({
  needsOneRule: false,
  needs: [],
  async files(source, { lists }) {
    const bytesOf = await load();
    return lists.map((name) => ({
      name: `${name}.${ending}`,
      async *pieces(counts) {
        const columns = await source.folder.list(name).columns();
        yield* bytesOf({ columns, zone: source.folder.tz, rows: counted(source.cells(name), counts) });
      },
    }));
  },
});
const parquet = columnar('parquet', async () => {
  const peer = await loadParquetWriter();
  return (file) => parquetBytes(peer, file);
});
const arrow = columnar('arrow', async () => {
  const peer = await loadArrow();
  return (file) => arrowBytes(peer, file);
});

const tij: ExportFormat = {
  needsOneRule: true,
  needs: ['episodes'],
  async files(source, { assertsProximity, isRaw }) {
    const ids = new Dictionary();
    const presence = new Presence();
    let size = 1;
    const numberOf = (id: string): number => {
      const number = ids.intern(id);
      size = Math.max(size, number + 1);
      return number;
    };
    const unknown = new Set<string>();
    const contacts = new Set<string>();
    for await (const { case_id, contact_id, generation, start, end } of source.meetings()) {
      const caseId = source.cases.idOf(case_id, generation);
      if (caseId !== case_id) unknown.add(caseId);
      if (contact_id.startsWith('case:')) contacts.add(contact_id);
      presence.add(numberOf(caseId), numberOf(contact_id), instantSec(start), instantSec(end));
    }
    for (const id of contacts)
      if (unknown.has(id)) throw new OptionError('E_ID_CLASH', "the id of a contact reads as that of an unknown case ('case:…'): give --cases");
    const order = inTextOrder(
      Uint32Array.from({ length: size - 1 }, (_, i) => i + 1),
      ids,
    );
    const people: Table<number> = tableOf<number>({ i: (at) => at + 1, id: (at) => ids.text(order[at]!) });
    return [
      {
        // Co-presence is not proximity: SocioPatterns keeps the two apart by name as well.
        name: assertsProximity ? 'tij.dat' : 'tij_pres.dat',
        async *pieces(counts) {
          let text = '';
          for (const line of presence.lines(ranksIn(order, size))) {
            counts.rows++;
            text += `${line.join('\t')}\n`;
            if (text.length < PIECE) continue;
            yield text;
            text = '';
          }
          yield text;
        },
      },
      csvFile('ids.csv', people, () => numbersTo(order.length), { isRaw, list: 'episodes' }),
    ];
  },
};
/** Characters handed over at a time. */
const PIECE = 1 << 16;

async function* numbersTo(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) yield i;
}

export type ExportFormatName = 'epicontacts' | 'godata' | 'sormas' | 'geojson' | 'gexf' | 'graphml' | 'xlsx' | 'parquet' | 'arrow' | 'tij';
export const EXPORT_FORMATS: Readonly<Record<ExportFormatName, ExportFormat>> = {
  epicontacts,
  godata: goData,
  sormas,
  geojson,
  gexf,
  graphml,
  xlsx,
  parquet,
  arrow,
  tij,
};

const csvFile = <Row>(name: string, table: Table<Row>, rows: () => AsyncIterable<Row>, options: CsvTableOptions): ExportFile => ({
  name,
  pieces: (counts) => csvTable(table, rows(), options, counts),
});

async function* counted<Row>(rows: AsyncIterable<Row>, counts: PieceCounts): AsyncGenerator<Row> {
  for await (const row of rows) {
    counts.rows++;
    yield row;
  }
}
