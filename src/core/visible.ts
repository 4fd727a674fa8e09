/** Text from files may hold control characters and direction marks: here they are shown, as `\u{1b}`, so that no terminal obeys them. */
export const visible = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
