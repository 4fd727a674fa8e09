/** The files: dropped or chosen, what each was taken for, and ways to say otherwise. */
import { ENCODINGS, type Encoding } from '../../ingest/text/encoding.js';
import { TABLE_NAMES, type TableName } from '../../model/tables.js';
import { h, named, replace, shown } from '../page/dom.js';
import { columnsOfTable, recognise } from '../tab/recognise.js';
import { headerFor, missingColumns, type ChosenFile, type Choices } from './choices.js';
import { a, type AppWord } from './words.js';

export function filesSection(choices: Choices): { readonly element: HTMLElement; readonly add: (files: Iterable<File>) => Promise<void> } {
  const input = h('input', { id: 'files', class: 'sr', type: 'file', multiple: true, 'aria-describedby': 'files-help' });
  const list = h('div', { class: 'chosen' });
  const status = h('p', { class: 'sr', role: 'status', 'aria-live': 'polite' });
  const draw = (): void => {
    replace(list, ...(choices.files.length === 0 ? [h('p', { class: 'dim' }, a('noFiles'))] : choices.files.map((chosen, i) => fileRow(chosen, i))));
  };
  const fileRow = (chosen: ChosenFile, i: number): HTMLElement => {
    const name = shown(chosen.file.name, 80);
    const kind = select(
      a('whatOf', name),
      ['', ...TABLE_NAMES].map((table) => ({ value: table, label: a(`table.${table}` as AppWord) })),
      chosen.table ?? '',
      (value) => {
        chosen.table = value === '' ? null : (value as TableName);
        chosen.headers.clear();
        draw();
        list.querySelectorAll<HTMLElement>('select.kind')[i]?.focus();
      },
    );
    kind.classList.add('kind');
    const encodings = ENCODINGS.map((encoding) => ({ value: encoding, label: encoding.toUpperCase() }));
    const encoding = select(a('encodingOf', name), encodings, chosen.encoding, (value) => void (chosen.encoding = value as Encoding));
    const remove = (): void => {
      choices.files.splice(i, 1);
      draw();
      (list.querySelectorAll<HTMLElement>('button.remove')[Math.min(i, choices.files.length - 1)] ?? input).focus();
    };
    const note = h('p', { class: 'flag' });
    const tell = (): void => {
      const missing = missingColumns(chosen);
      const text = chosen.recognised.fault || (chosen.table ? (missing.length > 0 ? a('missing', missing.join(', ')) : '') : a('unknown'));
      note.textContent = shown(text, 1000);
      note.hidden = text === '';
    };
    tell();
    return h(
      'div',
      { class: 'file' },
      h(
        'div',
        { class: 'file-line' },
        named(chosen.file.name, 80),
        h('span', { class: 'dim' }, sizeText(chosen.file.size)),
        kind,
        encoding,
        h('button', { type: 'button', class: 'remove', 'aria-label': a('removeOf', name), onclick: remove }, a('remove')),
      ),
      note,
      chosen.table !== null && chosen.recognised.header.length > 0 && columnsBox(chosen, tell),
    );
  };
  const add = async (files: Iterable<File>): Promise<void> => {
    for (const file of files) {
      const recognised = await recognise(file.name, file);
      const chosen: ChosenFile = { file, recognised, table: recognised.table, encoding: recognised.encoding, headers: new Map() };
      const at = choices.files.findIndex((each) => each.file.name === file.name);
      // A file of the same name takes the place of the first: it was mended, or dropped twice.
      if (at >= 0) choices.files[at] = chosen;
      else choices.files.push(chosen);
      status.textContent = `${shown(file.name, 80)}: ${a(`table.${chosen.table ?? ''}` as AppWord)}`;
      draw();
    }
  };
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    input.value = '';
    void add(files);
  });
  draw();
  const element = h(
    'section',
    { 'aria-labelledby': 'files-title' },
    h('h2', { id: 'files-title' }, a('files')),
    h(
      'div',
      { class: 'drop' },
      h('p', {}, a('drop')),
      h('p', {}, input, h('label', { for: 'files', class: 'button' }, a('choose'))),
      h('p', { class: 'dim', id: 'files-help' }, a('headers')),
    ),
    list,
    status,
  );
  return { element, add };
}

function columnsBox(chosen: ChosenFile, tell: () => void): HTMLElement {
  const headers = chosen.recognised.header;
  const rows = columnsOfTable(chosen.table!).map((column) => {
    const at = headerFor(chosen, column);
    const choose = (value: string): void => {
      if (value === '') chosen.headers.delete(column.name);
      else chosen.headers.set(column.name, value);
      tell();
    };
    const choice = select(
      column.name,
      ['', ...new Set(headers)].map((header) => ({ value: header, label: header === '' ? a('notFound') : shown(header, 60) })),
      at ?? '',
      choose,
    );
    return h('label', { class: 'column' }, `${column.name}${column.required ? ' *' : ''} `, choice);
  });
  return h(
    'details',
    { open: missingColumns(chosen).length > 0 || chosen.headers.size > 0 },
    h('summary', {}, a('columnsOf', shown(chosen.file.name, 80))),
    h('div', { class: 'column-list' }, ...rows),
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
}

export function select(label: string, options: readonly Option[], value: string, onChoose: (value: string) => void, id?: string): HTMLSelectElement {
  const element = h(
    'select',
    id === undefined ? { 'aria-label': label } : { id },
    ...options.map((each) => h('option', { value: each.value, selected: each.value === value }, each.label)),
  );
  element.addEventListener('change', () => onChoose(element.value));
  return element;
}

function sizeText(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1000).toLocaleString('en-US')} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
