/** Whether bytes are UTF-8, told in place: a decoder would make a text of them that nobody wants. */

/**
 * True for whole, well-formed characters only: no overlong form, no surrogate, nothing above U+10FFFF. Runs of ASCII, which most exports are made
 * of, are told four bytes at a time.
 */
export function isUtf8(bytes: Uint8Array): boolean {
  const length = bytes.length;
  const head = Math.min(-bytes.byteOffset & 3, length);
  const words = length - head < 4 ? NO_WORDS : new Uint32Array(bytes.buffer, bytes.byteOffset + head, (length - head) >>> 2);
  let at = 0;
  while (at < length) {
    if (at >= head && ((at - head) & 3) === 0) {
      let word = (at - head) >>> 2;
      while (word < words.length && (words[word]! & 0x80808080) === 0) word++;
      at = head + word * 4;
      if (at >= length) return true;
    }
    const lead = bytes[at]!;
    if (lead < 0x80) {
      at++;
      continue;
    }
    const size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (size === 0 || at + size > length) return false;
    const second = bytes[at + 1]!;
    const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return false;
    if (size > 2 && (bytes[at + 2]! & 0xc0) !== 0x80) return false;
    if (size > 3 && (bytes[at + 3]! & 0xc0) !== 0x80) return false;
    at += size;
  }
  return true;
}

const NO_WORDS = new Uint32Array(0);
