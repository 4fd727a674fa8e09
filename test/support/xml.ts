/** An XML reader of its own for the tests: strict, plain, and no relative of what writes. Knows elements, attributes, text, comments and the five entities. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Of the element itself, without that of its children. */
  readonly text: string;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What XML 1.0 calls a character. */
// eslint-disable-next-line no-control-regex
const NO_CHAR = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function unescaped(raw: string, isAttribute: boolean): string {
  if (raw.includes('<')) throw new Error('a < that is not escaped');
  // What a reader does to line ends, and to white space in attributes, before it looks at entities.
  const read = isAttribute ? raw.replaceAll(/\r\n|[\r\n\t]/g, ' ') : raw.replaceAll(/\r\n?/g, '\n');
  return read.replaceAll(/&([^;&]*);?/g, (_, entity: string) => {
    const number = /^#x([0-9A-Fa-f]+)$/.exec(entity)?.[1];
    const char = number
      ? String.fromCodePoint(Number.parseInt(number, 16))
      : entity.startsWith('#')
        ? String.fromCodePoint(Number(entity.slice(1)))
        : NAMED[entity];
    if (char === undefined || NO_CHAR.test(char)) throw new Error(`no such entity: ${entity}`);
    return char;
  });
}

/** The root element. Throws for anything that is not well formed. */
export function parseXml(text: string): XmlElement {
  if (NO_CHAR.test(text)) throw new Error('a character that XML cannot hold');
  const tokens = /<\?xml[^>]*\?>|<!--[\s\S]*?-->|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+="[^"]*")*)\s*(\/?)>|([^<]+)/gy;
  const top = { name: '', attributes: {}, children: [] as XmlElement[], text: '' };
  const open = [top];
  while (tokens.lastIndex < text.length) {
    const at = tokens.lastIndex;
    const match = tokens.exec(text);
    if (!match) throw new Error(`not well formed at ${text.slice(at, at + 60)}`);
    const [, ends, begins, attributes = '', isEmpty, content] = match;
    const inside = open.at(-1)!;
    if (content !== undefined) inside.text += unescaped(content, false);
    else if (ends !== undefined) {
      if (inside.name !== ends) throw new Error(`</${ends}> ends <${inside.name}>`);
      open.pop();
    } else if (begins !== undefined) {
      const pairs = [...attributes.matchAll(/([\w:.-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, unescaped(value!, true)] as const);
      if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new Error('an attribute twice');
      const element = { name: begins, attributes: Object.fromEntries(pairs), children: [], text: '' };
      inside.children.push(element);
      if (isEmpty === '') open.push(element);
    }
  }
  if (open.length !== 1 || top.children.length !== 1 || top.text.trim() !== '') throw new Error('expected one root');
  return top.children[0]!;
}

export const childrenOf = (element: XmlElement, name: string): XmlElement[] => element.children.filter((child) => child.name === name);

/** The one child of that name. */
export function childOf(element: XmlElement, name: string): XmlElement {
  const [child, ...others] = childrenOf(element, name);
  if (!child || others.length > 0) throw new Error(`expected one <${name}> in <${element.name}>, got ${others.length + (child ? 1 : 0)}`);
  return child;
}
