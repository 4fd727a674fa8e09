/** Files that the tab made, given to whoever wants to keep them. */
import { h, saveBlob } from '../page/dom.js';
import type { TabList } from '../tab/messages.js';

export function saveButton({ name, blob }: TabList, label: string): HTMLElement {
  return h('button', { type: 'button', class: 'save', onclick: () => saveBlob(name, blob) }, label);
}
