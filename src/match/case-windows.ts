/** The cases of generation 1 under a rule: who they are and when their visits count (SPEC section 6). */
import { OptionError } from '../core/errors.js';
import type { Zone } from '../core/zone.js';
import type { Case } from '../model/case.js';
import type { Anchor, Rule } from '../model/rule.js';
import type { InputTables } from '../model/tables.js';

/**
 * Cases in the order of their rows, then those that only an itinerary names.
 * @throws OptionError `E_CASE_TWICE`, `E_CASE_PERSON` or `E_CASE_WINDOW`, naming the line.
 */
export function indexCases(inputs: InputTables, rule: Pick<Rule, 'anchors' | 'daysBefore' | 'daysAfter'>, zone: Zone, isWindowAll: boolean): Case[] {
  const { ids, cases, visits, fileNames } = inputs;
  const [person, caseId] = cases.columns.map((column) => column.data);
  const where = (table: typeof cases | typeof visits, row: number): string => `${fileNames[table.file.data[row]!]}:${table.line.data[row]}`;
  const byId = new Map<number, { rows: number[]; row: number }>();
  for (let row = 0; row < cases.rowCount; row++) {
    const id = caseId![row] === 0 ? ids.case.intern(ids.person.text(person![row]!)) : caseId![row]!;
    if (byId.has(id)) {
      throw new OptionError(
        'E_CASE_TWICE',
        `${where(cases, row)}:case_id E_CASE_TWICE expected one row for one case_id, got another at ${where(cases, byId.get(id)!.row)}; give the rows different case_ids or keep one`,
      );
    }
    byId.set(id, { rows: [], row });
  }
  const visitCase = visits.column('case_id');
  const visitPerson = visits.column('person_id');
  const toldPerson = new Map<number, number>();
  for (let row = 0; row < visits.rowCount; row++) {
    const id = visitCase[row]!;
    const found = byId.get(id);
    if (found) found.rows.push(row);
    else byId.set(id, { rows: [row], row: -1 });
    const told = visitPerson[row]!;
    if (told === 0) continue;
    const expected = found && found.row >= 0 ? person![found.row]! : (toldPerson.get(id) ?? told);
    toldPerson.set(id, told);
    if (told !== expected) {
      throw new OptionError(
        'E_CASE_PERSON',
        `${where(visits, row)}:person_id E_CASE_PERSON expected the person of this case, got another; mend person_id or case_id`,
      );
    }
  }

  return [...byId].map(([id, { rows, row }]) => {
    if (row < 0) {
      const someone = toldPerson.get(id) ?? ids.person.intern(ids.case.text(id));
      return {
        caseId: id,
        person: someone,
        fromSec: Number.NEGATIVE_INFINITY,
        toSec: Number.POSITIVE_INFINITY,
        generation: 1,
        itinerary: rows,
        hasStays: false,
      };
    }
    const { fromSec: from, toSec: to } = windowOf(inputs, row, rule, zone);
    if ((from === 0 || to === 0) && !isWindowAll) {
      const side = from === 0 ? 'from which day' : 'until which day';
      throw new OptionError(
        'E_CASE_WINDOW',
        `${where(cases, row)} E_CASE_WINDOW expected a date that tells ${side} the case's visits count (${rule.anchors.map((name) => `${name}_date`).join(', ')}, ${from === 0 ? 'infectious_from' : 'infectious_to, isolated_at'}), got none; fill one in, or give --window all`,
      );
    }
    return {
      caseId: id,
      person: person![row]!,
      fromSec: from || Number.NEGATIVE_INFINITY,
      toSec: to || Number.POSITIVE_INFINITY,
      generation: 1,
      itinerary: rows,
      hasStays: true,
    };
  });
}

/** The window that a row of the cases gives under a rule, and which columns say so. */
export interface WindowSource {
  /** 0 where nothing tells it. */
  readonly fromSec: number;
  readonly toSec: number;
  readonly from: 'infectious_from' | Anchor | null;
  readonly to: 'infectious_to' | 'isolated_at' | Anchor | null;
  /** Days since 1970 of the first anchor that the row has. */
  readonly anchorDay: number | undefined;
}

/** Each side by itself: a time of the row, else so many days around its anchor. */
export function windowOf({ cases }: InputTables, row: number, rule: Pick<Rule, 'anchors' | 'daysBefore' | 'daysAfter'>, zone: Zone): WindowSource {
  const dayOf = (anchor: Anchor): number => cases.column(`${anchor}_date`)[row]!;
  const anchor = rule.anchors.find((name) => dayOf(name) !== 0);
  const anchorDay = anchor && dayOf(anchor);
  const infectiousFrom = cases.column('infectious_from')[row]!;
  const infectiousTo = cases.column('infectious_to')[row]!;
  const isolatedAt = cases.column('isolated_at')[row]!;
  return {
    fromSec: infectiousFrom || (anchorDay === undefined ? 0 : zone.dayStart(anchorDay - rule.daysBefore)),
    toSec: infectiousTo || isolatedAt || (anchorDay === undefined ? 0 : zone.dayStart(anchorDay + rule.daysAfter + 1)),
    from: infectiousFrom !== 0 ? 'infectious_from' : (anchor ?? null),
    to: infectiousTo !== 0 ? 'infectious_to' : isolatedAt !== 0 ? 'isolated_at' : (anchor ?? null),
    anchorDay,
  };
}
