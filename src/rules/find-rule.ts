/** The built-in rules by id. */
import { OptionError } from '../core/errors.js';
import type { RuleJson } from '../model/rule.js';
import { PRESETS } from './presets.js';

/** Ids of the built-in rules. */
export const RULE_IDS: readonly string[] = PRESETS.map((rule) => rule.id);

/** @throws OptionError `E_RULE` naming the rules that there are. */
export function findRule(id: string): RuleJson {
  const found = PRESETS.find((rule) => rule.id === id);
  if (!found) throw new OptionError('E_RULE', `rule '${id}': expected a built-in rule (${RULE_IDS.join(', ')}) or a JSON file`);
  return found;
}
