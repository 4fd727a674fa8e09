/** The page that needs no server: files are dropped, matched in a worker of this tab, and shown as a report shows them. */
import { h, replace } from '../page/dom.js';
import { setDocument, showReport } from '../page/show-report.js';
import { count, langNow, setLang, t } from '../page/words.js';
import type { TabAnswer, TabList } from '../tab/messages.js';
import { newChoices } from './choices.js';
import { filesSection } from './files-section.js';
import { questionSection } from './question-section.js';
import { runSection } from './run-section.js';
import { saveAllButton, saveButton } from './save.js';
import { a } from './words.js';

const page = document.getElementById('page')!;
const choices = newChoices();
let addFiles: ((files: Iterable<File>) => Promise<void>) | undefined;

function showStart(): void {
  setDocument(a('title'));
  const files = filesSection(choices);
  addFiles = files.add;
  const switchLang = (): void => {
    setLang(langNow() === 'en' ? 'zh' : 'en');
    showStart();
    document.getElementById('lang')?.focus();
  };
  const language = h('button', { type: 'button', id: 'lang', lang: langNow() === 'en' ? 'zh' : 'en', onclick: switchLang }, t('language'));
  replace(
    page,
    h(
      'header',
      {},
      h('div', { class: 'bar' }, h('h1', {}, a('title')), language),
      h('p', { class: 'promise' }, a('promise')),
      h('p', { class: 'nature' }, t('nature')),
    ),
    h('main', { class: 'start' }, files.element, questionSection(choices), runSection(choices, showAnswer)),
  );
}

function showAnswer({ page: data, lists }: TabAnswer): void {
  addFiles = undefined;
  const back = (): void => {
    showStart();
    document.getElementById('match')?.focus();
  };
  const top = (): HTMLElement =>
    h('div', { class: 'bar' }, h('button', { type: 'button', id: 'back', onclick: back }, a('back')), h('p', { class: 'promise' }, a('promise')));
  const lead = (): HTMLElement =>
    h(
      'section',
      { id: 'lists', 'aria-labelledby': 'lists-title' },
      h('h2', { id: 'lists-title' }, a('lists')),
      h('p', { class: 'dim' }, a('listsHelp')),
      h('p', { class: 'saves' }, saveAllButton(lists), ...lists.map((list) => saveButton(list, labelOf(list)))),
    );
  showReport(page, data, { top, lead });
  scrollTo(0, 0);
}

const labelOf = ({ name, rows }: TabList): string => (name.endsWith('.json') ? name : a(rows === 1 ? 'saveOne' : 'saveList', name, count(rows)));

addEventListener('dragover', (event) => {
  event.preventDefault();
  document.documentElement.classList.toggle('dragging', addFiles !== undefined);
});
addEventListener('dragleave', () => document.documentElement.classList.remove('dragging'));
addEventListener('drop', (event) => {
  event.preventDefault(); // a file that is dropped beside the box must not replace the page
  document.documentElement.classList.remove('dragging');
  void addFiles?.([...(event.dataTransfer?.files ?? [])]);
});
setLang(navigator.language.startsWith('zh') ? 'zh' : 'en');
showStart();
document.documentElement.dataset['ready'] = 'true';
