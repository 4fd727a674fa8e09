/** Which versions of an engine the statements were written for. */
import { EngineError } from '../../core/errors.js';

/** @throws EngineError `E_ENGINE_VERSION` for a version before `least`, which is major, then minor. */
export function checkVersion(engine: string, product: string, version: string, [major, minor]: readonly [number, number]): void {
  const [, a, b] = /^v?(\d+)(?:\.(\d+))?/.exec(version.trim()) ?? [];
  if (Number(a) > major || (Number(a) === major && Number(b ?? 0) >= minor)) return;
  throw new EngineError(
    'E_ENGINE_VERSION',
    `engine ${engine} E_ENGINE_VERSION expected ${product} ${major}.${minor} or later, got ${a === undefined ? 'one that does not say which it is' : [a, b].filter(Boolean).join('.')}; install a later one, or match without --engine`,
  );
}
