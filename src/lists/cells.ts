/** The numbers of a row as the values that a program sees. */
import type { Found } from './found.js';
import { flagsText, GRADES, METHODS, evidence } from '../model/stay.js';
import type { CellKind, Column, ListName, ListRows } from './rows.js';
import type { RowBlock } from './row-block.js';

/** Kinds of numbers that are not whole; they are rounded where they are put. */
export const DECIMALS: readonly CellKind[] = ['crowd', 'dilution', 'probability'];

export type CellValue = string | number | boolean | null;

const GRADE_WORDS = [...GRADES, 'below'] as const;
const KIND_WORDS = ['together', 'after'] as const;

/** Reads cells of what was found under one rule. */
export class Cells {
  readonly found: Found;
  constructor(found: Found) {
    this.found = found;
  }

  /** The value of a cell. */
  value(kind: CellKind, cell: number, block: RowBlock): CellValue {
    if (kind === 'count' || DECIMALS.includes(kind)) return cell;
    if (kind === 'count-or-none') return Number.isNaN(cell) ? null : cell;
    if (kind === 'claim') return cell === 1;
    return this.text(kind, cell, block);
  }

  /** The text of a cell whose value is text. */
  text(kind: CellKind, cell: number, block: RowBlock): string {
    const { rule, zone, tables } = this.found;
    const { ids } = tables.inputs;
    switch (kind) {
      case 'rule':
        return rule.id;
      case 'case':
      case 'person':
      case 'place':
      case 'run':
        return ids[kind].text(cell);
      case 'place-name':
        return tables.places.get(cell).name;
      case 'district':
        return tables.places.get(cell).district;
      case 'place-kind':
        return tables.places.get(cell).kind;
      case 'time':
        return zone.text(cell);
      case 'grade':
        return GRADE_WORDS[cell]!;
      case 'kind':
        return KIND_WORDS[cell]!;
      case 'method':
        return METHODS[cell]!;
      case 'flags':
        return flagsText(cell);
      case 'reasons':
        return this.reasons(cell);
      case 'stop':
      case 'line':
        return ids.text.text(cell);
      case 'plate':
        return tables.places.get(cell).plate;
      case 'rows':
        return evidenceText(this.found, cell);
      case 'cases': {
        const from = cell + 1;
        return Array.from(block.ids.data.subarray(from, from + block.ids.data[cell]!), (id) => ids.case.text(id)).join('|');
      }
      default:
        throw new Error(`a cell of kind ${kind} has no text`);
    }
  }

  /** The clauses of a set: `total>=900s`, joined with `|`. */
  reasons(set: number): string {
    const { rule, grader } = this.found;
    return [...new Set(grader.clauses(set).map((position) => rule.clauses[position]!.text))].join('|');
  }

  /** The distinct districts of a row: those of all places where a contact counts; '' stands for a place without one. */
  districts(block: RowBlock, row: number): readonly string[] {
    const at = block.places[row]!;
    const { data } = block.ids;
    const { places } = this.found.tables;
    if (data[at] === 1) return [places.get(data[at + 1]!).district];
    return [...new Set(Array.from(data.subarray(at + 1, at + 1 + data[at]!), (place) => places.get(place).district))];
  }

  /** A row as an object. */
  row<Name extends ListName>(columns: readonly Column[], block: RowBlock, row: number): ListRows[Name] {
    const values: Record<string, CellValue> = {};
    const from = row * block.width;
    for (const { name, kind, at } of columns) values[name] = this.value(kind, block.cells[from + at]!, block);
    return values as unknown as ListRows[Name];
  }
}

/** Evidence of a stay, its check-ins; below 0 that of the itinerary row -1 - number. */
export function evidenceText({ tables: { inputs, stays } }: Pick<Found, 'tables'>, cell: number): string {
  if (cell < 0) return evidence(inputs.visits, inputs.fileNames, [-1 - cell]);
  return evidence(inputs.checkIns, inputs.fileNames, stays.rows.subarray(stays.firstRow[cell]!, stays.firstRow[cell + 1]!));
}
