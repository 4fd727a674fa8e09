/**
 * The scanners: { name, label, threads, ways, isOurs, version(), open({ way, threads }) }. `open` gives { scan(file), each(file, visit), close }: `scan` is timed
 * and gives the rows and cells it took out; `each` hands every row over as texts, or instants as seconds.
 *
 * Each rival gets its texts in the way that was fastest for it: pieces of 4 MB that end with a line, or a stream.
 */
import { createReadStream } from 'node:fs';
import { piecesOf } from '../city-files.mjs';
import { importPeer, packageVersion } from '../rivals/npm-peer.mjs';
import { scannerOfOurs } from './ours.mjs';

export const SCANNERS = [
  scannerOfOurs,
  { name: 'duckdb', version: () => packageVersion('@duckdb/node-api'), label: 'DuckDB, to a table', threads: [1, 2], ways: ['read_csv'], open: openDuckdb },
  { name: 'udsv', version: () => packageVersion('udsv'), label: 'uDSV', threads: [1], ways: ['pieces'], open: async () => inPieces(await rowsOfUdsv()) },
  {
    name: 'papaparse',
    version: () => packageVersion('papaparse'),
    label: 'papaparse',
    threads: [1],
    ways: ['pieces'],
    open: async () => inPieces(await rowsOfPapaparse()),
  },
  {
    name: 'csv-parse',
    label: 'csv-parse',
    threads: [1],
    ways: ['pieces', 'stream'],
    open: async ({ way }) => (way === 'pieces' ? inPieces(await rowsOfCsvParse()) : openCsvParse()),
  },
  { name: 'fast-csv', version: () => packageVersion('fast-csv'), label: 'fast-csv', threads: [1], ways: ['stream'], open: openFastCsv },
];

/** A parser of a text to rows, over the pieces of a file. The header is a row of the first. */
function inPieces(rowsOf) {
  const pieces = function* (file) {
    let isFirst = true;
    for (const piece of piecesOf(file)) {
      const rows = rowsOf(piece.toString('utf8'));
      yield isFirst ? rows.slice(1) : rows;
      isFirst = false;
    }
  };
  return {
    scan: (file) => {
      const counter = newCounter();
      for (const rows of pieces(file)) for (const row of rows) counter.add(row);
      return counter;
    },
    each: (file, visit) => {
      for (const rows of pieces(file)) for (const row of rows) visit(...row);
    },
  };
}

/** A parser that is a stream, or gives one: the header was skipped by it. */
function inStream(open) {
  const run = (file, onRow) => new Promise((resolve, reject) => open(file).on('error', reject).on('data', onRow).on('end', resolve));
  return {
    scan: async (file) => {
      const counter = newCounter();
      await run(file, (row) => counter.add(row));
      return counter;
    },
    each: (file, visit) => run(file, (row) => visit(...row)),
  };
}

function newCounter() {
  return {
    rows: 0,
    cells: 0,
    add(row) {
      this.rows++;
      this.cells += row.length;
    },
  };
}

async function rowsOfUdsv() {
  const { inferSchema, initParser } = await importPeer('udsv');
  let parser;
  return (text) => {
    parser ??= initParser({ ...inferSchema(text), skip: 0 }); // the header is a row here
    return parser.stringArrs(text);
  };
}

async function rowsOfPapaparse() {
  const { default: papaparse } = await importPeer('papaparse');
  return (text) => papaparse.parse(text.endsWith('\n') ? text.slice(0, -1) : text).data;
}

async function rowsOfCsvParse() {
  const { parse } = await importPeer('csv-parse/sync');
  return (text) => parse(text);
}

async function openCsvParse() {
  const { parse } = await importPeer('csv-parse');
  return inStream((file) => createReadStream(file, { highWaterMark: 1 << 20 }).pipe(parse({ from: 2 })));
}

async function openFastCsv() {
  const { parse } = await importPeer('fast-csv');
  return inStream((file) => createReadStream(file, { highWaterMark: 1 << 20 }).pipe(parse({ skipLines: 1 })));
}

async function openDuckdb({ threads }) {
  const { DuckDBInstance } = await importPeer('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads), preserve_insertion_order: 'false' });
  const connection = await instance.connect();
  const load = (file) =>
    connection.run(`
      create or replace table scans as
      from read_csv('${file}', header = true, columns = { 'person_id': 'VARCHAR', 'place_id': 'VARCHAR', 'time': 'TIMESTAMP', 'check_out': 'TIMESTAMP' })`);
  return {
    scan: async (file) => {
      await load(file);
      const [[rows]] = (await connection.runAndReadAll('select count(*) from scans')).getRows();
      return { rows: Number(rows), cells: 4 * Number(rows) };
    },
    each: async (file, visit) => {
      await load(file);
      const found = await connection.run('select person_id, place_id, "time"::varchar, check_out::varchar from scans');
      for (let chunk = await found.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await found.fetchChunk()) {
        for (const row of chunk.getRows()) visit(...row);
      }
    },
    close: () => connection.closeSync(),
  };
}
