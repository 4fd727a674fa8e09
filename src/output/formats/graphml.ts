/** GraphML: a node for each person or case, an edge for each case and contact, without times of their own. */
import type { LineRow } from '../../lists/formats/line-list.js';
import type { ContactRow } from '../../lists/rows.js';
import { EDGE_ATTRIBUTES, NODE_ATTRIBUTES, type Attribute, type AttributeType, type GraphEdge } from './graph.js';
import { XML_HEAD, xmlField } from './xml.js';

const TYPES: Readonly<Record<AttributeType, string>> = { string: 'string', boolean: 'boolean', integer: 'int', long: 'long' };

const keys = <Row>(of: 'node' | 'edge', all: readonly Attribute<Row>[]): string =>
  all.map(({ name, type }) => `<key id="${of}-${name}" for="${of}" attr.name="${name}" attr.type="${TYPES[type]}"/>\n`).join('');

function data<Row>(of: 'node' | 'edge', all: readonly Attribute<Row>[], row: Row, list: string): string {
  const cells = all.map(({ name, value }) => {
    const cell = value(row);
    return cell === null ? '' : `<data key="${of}-${name}">${xmlField(String(cell), 'GraphML', { list, column: name })}</data>`;
  });
  return cells.join('');
}

/** @throws OptionError `E_FORMAT_HOLD`; whatever the rows throw. */
export async function* graphmlText(nodes: AsyncIterable<LineRow>, edges: AsyncIterable<Omit<GraphEdge, 'spells'>>): AsyncGenerator<string> {
  yield `${XML_HEAD}<!-- copresence -->\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n${keys('node', NODE_ATTRIBUTES)}${keys('edge', EDGE_ATTRIBUTES)}<graph id="contacts" edgedefault="directed">\n`;
  for await (const node of nodes) {
    const id = xmlField(node.id, 'GraphML', { list: 'people', column: 'contact_id' });
    yield `<node id="${id}">${data<LineRow>('node', NODE_ATTRIBUTES, node, 'people')}</node>\n`;
  }
  for await (const { source, target, row } of edges) {
    const from = xmlField(source, 'GraphML', { list: 'contacts', column: 'case_id' });
    const to = xmlField(target, 'GraphML', { list: 'contacts', column: 'contact_id' });
    yield `<edge source="${from}" target="${to}">${data<ContactRow>('edge', EDGE_ATTRIBUTES, row, 'contacts')}</edge>\n`;
  }
  yield '</graph>\n</graphml>\n';
}
