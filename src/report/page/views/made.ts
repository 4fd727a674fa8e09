/** How the lists were made: parameters, inputs with their digests, the ledger, rejected rows, notes. */
import { h, named, shown } from '../dom.js';
import type { State } from '../state.js';
import { count, t } from '../words.js';
import { section } from './parts.js';

const MOST_REJECTS = 200;

export function madeSection(state: State): HTMLElement {
  const { run, rejects, rejectTotal } = state.lists.data;
  const table = (label: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): HTMLElement =>
    h(
      'div',
      { class: 'wide', tabindex: 0, role: 'region', 'aria-label': label },
      h(
        'table',
        {},
        h('caption', {}, label),
        h('thead', {}, h('tr', {}, ...head.map((name) => h('th', { scope: 'col' }, name)))),
        h(
          'tbody',
          {},
          ...rows.map((cells) =>
            h(
              'tr',
              {},
              ...cells.map((cell) => h('td', { class: typeof cell === 'number' ? 'number' : '' }, typeof cell === 'number' ? count(cell) : named(cell, 200))),
            ),
          ),
        ),
      ),
    );
  const options = [
    ['tz', run.tz ?? 'UTC'],
    ...Object.entries(run.options).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  ] as [string, string][];
  return section(
    'made',
    'sectionMade',
    h('p', {}, `${t('tool')}: copresence ${shown(run.version, 40)}`),
    table(t('parameters'), ['', ''], options),
    table(
      t('inputs'),
      [t('file'), t('table'), t('rows'), t('bytes'), t('digest')],
      run.inputs.map(({ name, table: kind, rows, bytes, sha256 }) => [name, kind, rows, bytes, sha256 ?? '–']),
    ),
    table(
      t('ledger'),
      [t('file'), t('read'), t('accepted'), t('rejectedCol'), t('duplicate'), t('blank')],
      run.ledger.map(({ file, read, accepted, rejected, duplicate, blank }) => [file, read, accepted, rejected, duplicate, blank]),
    ),
    rejectTotal === 0
      ? null
      : table(
          `${t('rejects')}: ${t('rowsOf', count(Math.min(rejects.length, MOST_REJECTS)), count(rejectTotal))}`,
          [t('where'), t('code'), t('reason')],
          rejects.slice(0, MOST_REJECTS).map(({ at, code, message }) => [at, code, message]),
        ),
    run.warnings.length === 0 ? null : h('div', {}, h('h3', {}, t('notes')), h('ul', {}, ...run.warnings.map((warning) => h('li', {}, shown(warning, 2000))))),
  );
}
