/** All lists by name, as blocks of numbers or as rows. */
import { Cells } from './cells.js';
import { contactRows } from './contacts.js';
import { disinfectionRows } from './disinfection.js';
import { episodeRows } from './episodes.js';
import type { Found } from './found.js';
import { linkRows } from './links.js';
import { personRows } from './people.js';
import { placeRows } from './places.js';
import { pickColumns } from './pick-columns.js';
import { RowBlock, type RowSource } from './row-block.js';
import { sortedBlocks } from './sorted-blocks.js';
import { columnsOf, type ListName, type ListRows } from './rows.js';

const SOURCES: { readonly [Name in ListName]: (found: Found, block: RowBlock) => RowSource } = {
  episodes: episodeRows,
  contacts: contactRows,
  people: personRows,
  places: placeRows,
  disinfection: disinfectionRows,
  links: linkRows,
};

/** Blocks of a list of one rule; each is good until the next is asked for. */
export function* listBlocks(name: ListName, found: Found): Generator<RowBlock, void, void> {
  const columns = columnsOf(name, found);
  const block = new RowBlock(columns.length);
  const key = name === 'episodes' || found.sort === undefined ? -1 : columns.findIndex((column) => column.name === found.sort);
  if (key >= 0) return yield* sortedBlocks(SOURCES[name](found, block), block, columns, key);
  for (const full of SOURCES[name](found, block)) {
    yield full;
    full.clear();
  }
  if (block.count > 0) yield block;
}

/** Rows of a list over all rules, one at a time; of the columns that are named, or of all. @throws OptionError `E_COLUMNS`. */
export function* listRows<Name extends ListName>(name: Name, allFound: readonly Found[], names?: readonly string[]): Generator<ListRows[Name], void, void> {
  for (const found of allFound) {
    const columns = pickColumns(name, columnsOf(name, found), names);
    const cells = new Cells(found);
    for (const block of listBlocks(name, found)) {
      for (let row = 0; row < block.count; row++) yield cells.row<Name>(columns, block, row);
    }
  }
}
