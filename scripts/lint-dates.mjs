// A lint rule of our own: no Date from a text without a zone, from local parts, or from the clock. `new Date(epochMs)` stays.
const ZONED = /(?:Z|[+-]\d\d:?\d\d)$/;

/** The end of a text, '' if unknown, or undefined if `node` is no text. */
function endOfText(node) {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateLiteral') return node.quasis.at(-1).value.cooked ?? '';
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const right = endOfText(node.right);
  return right ?? (endOfText(node.left) === undefined ? undefined : '');
}

const noLocalDate = {
  create: (context) => ({
    NewExpression(node) {
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'Date') return;
      const [first, second] = node.arguments;
      if (!first) return context.report({ node, message: '`new Date()` reads the clock: take the time as an argument.' });
      if (second) return context.report({ node, message: '`new Date(year, month, …)` is in the zone of the machine: use core/zone.ts.' });
      const end = endOfText(first);
      if (end === undefined || ZONED.test(end)) return;
      context.report({ node, message: '`new Date(text)` without an offset is in the zone of the machine: use ingest/text/time-text.ts.' });
    },
  }),
};

export const meta = { name: 'dates' };
export const rules = { 'no-local-date': noLocalDate };
export default { meta, rules };
