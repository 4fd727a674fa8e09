/** Files that the tab made, given to whoever wants to keep them. */
import { h, saveBlob } from '../page/dom.js';
import type { TabList } from '../tab/messages.js';
import { zipBlob } from '../tab/zip-blob.js';
import { a } from './words.js';

export function saveButton({ name, blob }: TabList, label: string): HTMLElement {
  return h('button', { type: 'button', class: 'save', onclick: () => saveBlob(name, blob) }, label);
}

export function saveAllButton(lists: readonly TabList[]): HTMLElement {
  return h('button', { type: 'button', class: 'save-all primary', onclick: () => void zipBlob(lists).then((zip) => saveBlob('lists.zip', zip)) }, a('saveAll'));
}
