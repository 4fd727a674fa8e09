/** A match as SQL: a plan and a dialect → the statements to run, in order. Pure: the same in, the same out. */
import { dialectOf, type DialectName } from './dialect.js';
import { addEpisodes, addVisits, type QuestionSettings } from './question.js';
import { Script, type Statement } from './script.js';
import type { StaySettings } from './source.js';
import { addStays } from './stays.js';

/** Which places share a key, or meet, where a scope needs coordinates: worked out before, so that no engine rounds otherwise than another. */
export interface PlaceTables {
  /** place → key, for the scope `keys`. */
  readonly keys?: Iterable<readonly [place: string, key: string]>;
  /** place of a case, place that meets it, for the scope `meets`; a place meets itself without saying. */
  readonly meets?: Iterable<readonly [place: string, other: string]>;
}

export interface SqlPlan {
  readonly stays: StaySettings;
  readonly question: QuestionSettings;
  readonly places?: PlaceTables;
  /** Stands before the name of each table that is made. @defaultValue 'copresence_' */
  readonly prefix?: string;
}

const EPISODE_ORDER = ['case_id', 'contact_id', 'case_start', 'contact_start', 'place_id', 'contact_place_id', 'run_id'];
export const DEFAULT_PREFIX = 'copresence_';

/**
 * All statements from check-ins to episodes. The last makes `episodes`; statements of kind `check` give one number, which must be 0.
 * @throws OptionError, EngineError.
 */
export function compile(plan: SqlPlan, dialect: DialectName): Statement[] {
  const script = new Script(dialectOf(dialect), plan.prefix ?? DEFAULT_PREFIX);
  script.read('answer', `select * from ${script.name('episodes')} e order by ${EPISODE_ORDER.map((name) => `e.${name}`).join(', ')}`);
  return [...compileStays(plan, dialect), ...compileVisits(plan, dialect), ...compileEpisodes(plan, dialect), ...script.statements];
}

/** Check-ins → stays: the same for all questions. */
export function compileStays({ stays, prefix }: Pick<SqlPlan, 'stays' | 'prefix'>, dialect: DialectName): Statement[] {
  const script = new Script(dialectOf(dialect), prefix ?? DEFAULT_PREFIX);
  for (const [i, sql] of script.dialect.setup.entries()) script.statements.push({ label: `setting ${i + 1}`, kind: 'setup', sql });
  addStays(script, stays);
  return script.statements;
}

/** Cases → visits. Needs the stays. */
export function compileVisits({ question, prefix }: Pick<SqlPlan, 'question' | 'prefix'>, dialect: DialectName): Statement[] {
  const script = new Script(dialectOf(dialect), prefix ?? DEFAULT_PREFIX);
  addVisits(script, question);
  return script.statements;
}

/** Visits → episodes. Needs the stays and the visits. */
export function compileEpisodes(
  { stays, question, places, prefix }: Omit<SqlPlan, 'stays'> & { readonly stays: Pick<StaySettings, 'places'> },
  dialect: DialectName,
): Statement[] {
  const script = new Script(dialectOf(dialect), prefix ?? DEFAULT_PREFIX);
  const text = (name: string) => ({ name, type: 'text' as const });
  if (question.scope === 'keys') script.makeRows('keys', [text('place_id'), text('key_id')], places?.keys ?? []);
  // A place with neighbours meets itself too.
  if (question.scope === 'meets') {
    const pairs = [...(places?.meets ?? [])];
    const own = new Set(pairs.map(([place]) => place));
    script.makeRows(
      'meets',
      [text('case_place'), text('place_id')],
      [...pairs.filter(([a, b]) => a !== b), ...[...own].map((place) => [place, place] as const)],
    );
  }
  addEpisodes(script, question, stays);
  return script.statements;
}
