/** The head of the page: what was found by grade, the rule, what to know before using it. */
import type { PageRule } from '../../page-data.js';
import { h, named, shown } from '../dom.js';
import { GRADES, gradeRank } from '../lists.js';
import type { State } from '../state.js';
import { type Word, count, counted, langNow, t } from '../words.js';

export function header(state: State, short: HTMLElement, switchLang: () => void): HTMLElement {
  const { data } = state.lists;
  const { run } = data;
  const counts = run.counts.find((each) => each['rule_id'] === state.choice.rule) ?? {};
  const rule = run.rules.find(({ id }) => id === state.choice.rule);
  const number = (name: string): string => (typeof counts[name] === 'number' ? count(counts[name]) : '–');
  const told = (what: 'cases' | 'visits' | 'meetings', name: string): string =>
    typeof counts[name] === 'number' ? counted(what, counts[name]) : `– ${t(what)}`;
  const tile = (value: string, label: string, mark: string, help = ''): HTMLElement =>
    h('div', { class: `tile ${mark}` }, h('strong', {}, value), h('span', {}, label), help !== '' && h('small', {}, help));
  return h(
    'header',
    {},
    h('a', { class: 'skip', href: '#people' }, t('skip')),
    h(
      'div',
      { class: 'bar' },
      h('h1', {}, t('title')),
      ruleSwitch(state),
      h('button', { type: 'button', id: 'lang', lang: langNow() === 'en' ? 'zh' : 'en', onclick: switchLang }, t('language')),
    ),
    h('p', { class: 'nature' }, t('nature')),
    h(
      'div',
      { class: 'tiles' },
      tile(number('people'), t('people'), 'all', [told('cases', 'cases'), told('visits', 'visits'), told('meetings', 'episodes')].join(' · ')),
      ...GRADES.map((grade) => tile(number(`people_${grade}`), `${['●', '◐', '○'][gradeRank(grade)]} ${t(grade)}`, `tile-${grade}`, t(`${grade}Help` as Word))),
    ),
    short,
    rule ? ruleBox(rule) : null,
    caveats(state),
    h(
      'nav',
      { 'aria-label': t('nav') },
      ...(['People', 'Timeline', 'Clean', 'Person', 'Curve', 'Map', 'Graph', 'Made'] as const).map((name) =>
        h('a', { href: `#${name.toLowerCase()}` }, t(`section${name}`)),
      ),
    ),
  );
}

function ruleSwitch(state: State): HTMLElement | null {
  const { rules } = state.lists.data.run;
  if (rules.length < 2) return null;
  const select = h('select', { id: 'rule' }, ...rules.map(({ id }) => h('option', { value: id, selected: id === state.choice.rule }, shown(id, 60))));
  select.addEventListener('change', () => state.set({ rule: select.value, caseId: null, room: null, person: null }));
  return h('span', {}, h('label', { for: 'rule' }, `${t('rule')} `), select);
}

function ruleBox({ id, title, source, date, unseen, note }: PageRule): HTMLElement {
  return h(
    'div',
    { class: 'box' },
    h('p', {}, h('strong', {}, `${t('rule')}: `), named(id), title === undefined ? null : ` — ${shown(title, 300)}`),
    source === undefined ? null : h('p', { class: 'dim' }, `${t('source')}: ${shown([source, date].filter(Boolean).join(', '), 400)}`),
    unseen === undefined ? null : h('p', {}, h('strong', {}, `${t('unseen')}: `), shown(unseen, 1000)),
    note === undefined ? null : h('p', { class: 'dim' }, shown(note, 1000)),
  );
}

function caveats(state: State): HTMLElement {
  const { data } = state.lists;
  const { run, lists } = data;
  const notes = [t('caveatScans'), t('caveatEnds')];
  const urgent: string[] = [];
  if (data.isRedacted) urgent.push(t('redacted') + (data.keyId === null ? '' : ` ${t('keyId', data.keyId)}`));
  for (const name of run.changed) urgent.push(t('changed', shown(name)));
  for (const [name, { count: kept, total, withheld }] of Object.entries(lists)) {
    if (withheld > 0) urgent.push(t('withheld', count(withheld), name));
    if (kept + withheld < total) urgent.push(t('leftOut', count(kept), count(total), name));
  }
  if (run.options['episodes'] === false || (lists.episodes.total === 0 && lists.contacts.total > 0)) urgent.push(t('noEpisodes'));
  const read = run.ledger.reduce((sum, entry) => sum + entry.read, 0);
  const rejected = run.ledger.reduce((sum, entry) => sum + entry.rejected, 0);
  if (rejected > 0) urgent.push(t('rejected', count(rejected), count(read)));
  for (const each of run.counts) {
    const silent = each['cases_without_visit'];
    if (typeof silent === 'number' && silent > 0) urgent.push(t('silent', count(silent), '–'));
    if (Array.isArray(silent) && silent.length > 0)
      urgent.push(
        t(
          'silent',
          count(silent.length),
          silent
            .slice(0, 20)
            .map((id) => shown(String(id), 40))
            .join(', ') + (silent.length > 20 ? ' …' : ''),
        ),
      );
  }
  return h('div', { class: 'box caveats' }, h('h2', {}, t('caveats')), h('ul', {}, ...[...urgent, ...notes].map((note) => h('li', {}, note))));
}
