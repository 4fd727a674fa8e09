/** Elements, made without a word of HTML: what comes from data can only become text. */
import { visible } from '../../core/visible.js';

type Child = Node | string | null | undefined | false;
type Props = Readonly<Record<string, string | number | boolean | ((event: Event) => void) | undefined>>;

const SVG = 'http://www.w3.org/2000/svg';
const LONGEST = 120;

/** An element with attributes (`onclick` and the like: listeners) and children. */
export function h<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, props: Props = {}, ...children: readonly Child[]): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), props, children);
}

export function svg<Tag extends keyof SVGElementTagNameMap>(tag: Tag, props: Props = {}, ...children: readonly Child[]): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill<Made extends Element>(element: Made, props: Props, children: readonly Child[]): Made {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return element;
}

/** Text from data as a page may show it: marks that turn or hide text are spelled out, long text is cut. */
export function shown(text: string, most: number = LONGEST): string {
  const safe = visible(text.length > most * 4 ? text.slice(0, most * 4) : text);
  const chars = [...safe];
  return chars.length > most || text.length > most * 4 ? `${chars.slice(0, most - 1).join('')}…` : safe;
}

/** An id or a name, set apart from the direction of the text around it. */
export function named(text: string, most?: number): HTMLElement {
  const cut = shown(text, most);
  return h('bdi', cut.endsWith('…') ? { title: shown(text, 1000) } : {}, cut);
}

export function replace(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
}

/** Gives a text as a file of this browser; nothing leaves it. */
export function download(name: string, text: string, type: string): void {
  saveBlob(name, new Blob([text], { type }));
}

export function saveBlob(name: string, blob: Blob): void {
  const link = h('a', { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
