/** How near two places must be for people at them to meet. */
import { OptionError } from '../core/errors.js';

export interface Scope {
  readonly name: 'place' | 'parent' | 'grid' | 'near';
  /** Cell size or greatest distance in metres; 0 for `place` and `parent`. */
  readonly metres: number;
}

/** @throws OptionError `E_SCOPE`. */
export function parseScope(text: string): Scope {
  const match = /^(?:(place|parent)|(grid|near):(\d{1,7}(?:\.\d{1,6})?))$/.exec(text);
  const metres = Number(match?.[3] ?? 0);
  if (!match || (match[2] && metres === 0)) {
    throw new OptionError('E_SCOPE', `scope: expected place, parent, grid:M or near:M with M metres above 0, got '${text}'`);
  }
  return { name: (match[1] ?? match[2]) as Scope['name'], metres };
}

export const scopeText = (scope: Scope): string => (scope.metres > 0 ? `${scope.name}:${scope.metres}` : scope.name);
