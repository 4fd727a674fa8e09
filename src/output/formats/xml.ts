/** Text in XML 1.0. */
import { cannotHold, type Field } from './held.js';

export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** What no XML 1.0 can hold, escaped or not: control characters, halves of surrogate pairs, U+FFFE and U+FFFF. */
// eslint-disable-next-line no-control-regex
const UNHELD = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // White space that a reader would make a space of in an attribute, or a line feed of in text.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Text for an attribute in double quotes or between tags; reads back equal. */
export const xmlText = (text: string): string => text.replaceAll(/[&<>"\t\n\r]/g, (char) => ENTITIES[char]!);

/** The same, of a field of a list. @throws OptionError `E_FORMAT_HOLD`. */
export function xmlField(text: string, format: string, field: Field): string {
  const unheld = UNHELD.exec(text);
  if (unheld) {
    const code = `U+${unheld[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    throw cannotHold(format, field, `the character ${code}, which XML cannot write`, 'use xlsx, parquet or arrow, or mend the id');
  }
  return xmlText(text);
}
