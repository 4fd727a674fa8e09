/** The question: rule, zone, window and scope. */
import { RULE_IDS, findRule } from '../../rules/find-rule.js';
import { h, replace, shown } from '../page/dom.js';
import type { Choices } from './choices.js';
import { select } from './files-section.js';
import { a } from './words.js';

export function questionSection(choices: Choices): HTMLElement {
  const about = h('p', { class: 'dim', id: 'rule-about' });
  const drawRule = (): void => {
    const { title, source, unseen } = findRule(choices.rule) as { readonly title?: string; readonly source?: string; readonly unseen?: string };
    replace(
      about,
      [title, source, unseen]
        .filter(Boolean)
        .map((text) => shown(text!, 600))
        .join(' · '),
    );
  };
  drawRule();
  const rules = RULE_IDS.map((id) => ({ value: id, label: id }));
  const rule = select(
    '',
    rules,
    choices.rule,
    (value) => {
      choices.rule = value;
      drawRule();
    },
    'rule-choice',
  );
  const windows = (['dated', 'all'] as const).map((value) => ({ value, label: a(`window.${value}`) }));
  const window = select('', windows, choices.window, (value) => void (choices.window = value as Choices['window']), 'window-choice');
  const metres = h('input', { id: 'metres', type: 'text', inputmode: 'decimal', size: 6, value: choices.metres, 'aria-label': a('metres') });
  metres.addEventListener('input', () => void (choices.metres = metres.value.trim()));
  const showMetres = (): void => void (metres.hidden = choices.scope !== 'near' && choices.scope !== 'grid');
  showMetres();
  const scopes = (['', 'place', 'parent', 'near', 'grid'] as const).map((value) => ({ value, label: a(`scope.${value}`) }));
  const scope = select(
    '',
    scopes,
    choices.scope,
    (value) => {
      choices.scope = value as Choices['scope'];
      showMetres();
    },
    'scope-choice',
  );
  return h(
    'section',
    { 'aria-labelledby': 'question-title' },
    h('h2', { id: 'question-title' }, a('question')),
    h('div', { class: 'field' }, h('label', { for: 'rule-choice' }, a('rule')), h('div', {}, rule, about)),
    zoneField(choices),
    h('div', { class: 'field' }, h('label', { for: 'window-choice' }, a('window')), h('div', {}, window)),
    h('div', { class: 'field' }, h('label', { for: 'scope-choice' }, a('scope')), h('div', {}, scope, ' ', metres)),
    moreBox(choices),
  );
}

/** The zone is never taken without being looked at: files without one are the rule, and the computer's may be another than the city's. */
function zoneField(choices: Choices): HTMLElement {
  const input = h('input', {
    id: 'zone',
    type: 'text',
    list: 'zones',
    autocomplete: 'off',
    spellcheck: 'false',
    value: choices.tz,
    'aria-describedby': 'zone-help',
  });
  const zones = h('datalist', { id: 'zones' }, ...Intl.supportedValuesOf('timeZone').map((value) => h('option', { value })));
  const box = h('input', { type: 'checkbox', id: 'zone-confirmed', checked: choices.confirmedTz === choices.tz });
  const text = h('span', {}, a('confirm', shown(choices.tz, 60)));
  input.addEventListener('input', () => {
    choices.tz = input.value.trim();
    choices.confirmedTz = null;
    box.checked = false;
    text.textContent = a('confirm', shown(choices.tz, 60));
  });
  box.addEventListener('change', () => void (choices.confirmedTz = box.checked ? choices.tz : null));
  return h(
    'div',
    { class: 'field' },
    h('label', { for: 'zone' }, a('zone')),
    h(
      'div',
      {},
      input,
      zones,
      h('p', { class: 'dim', id: 'zone-help' }, a('zoneHelp', new Intl.DateTimeFormat().resolvedOptions().timeZone)),
      h('label', { class: 'check' }, box, text),
    ),
  );
}

function moreBox(choices: Choices): HTMLElement {
  const rejects = h('input', { id: 'max-rejects', type: 'text', size: 8, value: choices.maxRejects });
  rejects.addEventListener('input', () => void (choices.maxRejects = rejects.value));
  const pattern = h('input', { id: 'pattern', type: 'text', size: 28, value: choices.pattern });
  pattern.addEventListener('input', () => void (choices.pattern = pattern.value));
  const episodes = h('input', { id: 'episodes', type: 'checkbox', checked: choices.hasEpisodes });
  episodes.addEventListener('change', () => void (choices.hasEpisodes = episodes.checked));
  const isOpen = choices.maxRejects !== '0.1%' || choices.pattern !== '' || !choices.hasEpisodes;
  return h(
    'details',
    { class: 'more-settings', open: isOpen },
    h('summary', {}, a('more')),
    h('div', { class: 'field' }, h('label', { for: 'max-rejects' }, a('rejects')), h('div', {}, rejects)),
    h('div', { class: 'field' }, h('label', { for: 'pattern' }, a('patterns')), h('div', {}, pattern)),
    h('label', { class: 'check' }, episodes, a('episodes')),
  );
}
