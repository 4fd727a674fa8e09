/**
 * This project's ways to read check-ins in the form of a scanner: the only file of scan/ that knows how they are called.
 *
 * `read and check`: to typed columns, with everything a match needs done: ids verified, times with their zone, ledger, duplicates found.
 * `cells and times`: the cells as ranges of bytes and the two instants; ids are left as they are.
 */
import { piecesOf, ZONE } from '../city-files.mjs';

/** Records that `CleanRows` finds at once. */
const BATCH_ROWS = 512;

const modules = (...names) => Promise.all(names.map((name) => import(`../../../dist/${name}.js`)));

export const scannerOfOurs = {
  name: 'copresence',
  label: 'copresence',
  isOurs: true,
  threads: [1],
  ways: ['cells and times', 'read and check'],
  open: ({ way }) => (way === 'read and check' ? openReader() : openScanner()),
};

async function openReader() {
  const [{ InputReader }, { FileSource }, { Zone }] = await modules('ingest/read-inputs', 'ingest/file-source', 'core/zone');
  const read = async (file) => {
    const reader = new InputReader(new Zone(ZONE));
    await reader.readFile('checkins', new FileSource(file), { encoding: 'utf-8', mappings: [] });
    if (reader.rejects.length > 0) throw new Error('rows were rejected');
    return reader.tables;
  };
  return {
    scan: async (file) => {
      const { checkIns } = await read(file);
      return { rows: checkIns.rowCount, cells: 4 * checkIns.rowCount };
    },
    each: async (file, visit) => {
      const { checkIns, ids } = await read(file);
      const columns = ['person_id', 'place_id', 'time', 'check_out'].map((name) => checkIns.column(name));
      for (let row = 0; row < checkIns.rowCount; row++) {
        const [person, place, time, checkOut] = columns.map((column) => column[row]);
        visit(ids.person.text(person), ids.place.text(place), time, checkOut);
      }
    },
  };
}

async function openScanner() {
  const [{ CsvScanner }, { TimeReader }, { CleanRows }, { Zone }, { CHECKINS, Table, newDictionaries }] = await modules(
    'ingest/rows/csv-scanner',
    'ingest/text/time-text',
    'ingest/rows/clean-rows',
    'core/zone',
    'model/tables',
  );
  /** The records one batch after the other, as the reader goes through them: clean ones in bulk, others one by one. */
  const run = (file, onBatch, onRow) => {
    const scanner = new CsvScanner('checkins.csv');
    const times = new TimeReader(new Zone(ZONE));
    const table = new Table(CHECKINS);
    const clean = new CleanRows(table, newDictionaries(), times, new Uint8Array(CHECKINS.columns.length));
    const [starts, ends] = [table.columns[2], table.columns[3]];
    let isHeader = true;
    const drain = () => {
      for (;;) {
        if (!isHeader) {
          const count = clean.locate(scanner);
          if (count > 0) onBatch(count, scanner.bytes, clean, starts.data, ends.data);
          if (count === BATCH_ROWS) continue;
        }
        if (!scanner.next()) return;
        if (isHeader) {
          isHeader = false;
          clean.open({ cells: [0, 1, 2, 3, -1, -1, -1, -1], headers: [], cellCount: scanner.cellCount }, scanner.delimiter);
        } else onRow(scanner, times.time(scanner.bytes, scanner.lo[2], scanner.hi[2], 'start'), times.time(scanner.bytes, scanner.lo[3], scanner.hi[3], 'end'));
      }
    };
    for (const piece of piecesOf(file, 1 << 20)) {
      scanner.push(piece, false);
      drain();
    }
    scanner.push(new Uint8Array(0), true);
    drain();
  };
  return {
    scan: (file) => {
      let rows = 0;
      let cells = 0;
      let faults = 0;
      run(
        file,
        (count) => {
          rows += count;
          cells += 4 * count;
        },
        (scanner, start, end) => {
          rows++;
          cells += scanner.cellCount;
          if (start < 0 || end < 0) faults++;
        },
      );
      if (faults > 0) throw new Error('times that are none');
      return { rows, cells };
    },
    each: (file, visit) => {
      const decoder = new TextDecoder();
      run(
        file,
        (count, bytes, { lo, hi }, starts, ends) => {
          const text = (column, row) => decoder.decode(bytes.subarray(lo[column][row], hi[column][row]));
          for (let row = 0; row < count; row++) visit(text(0, row), text(1, row), starts[row], ends[row]);
        },
        (scanner, start, end) => visit(scanner.text(0), scanner.text(1), start, end),
      );
    },
  };
}
