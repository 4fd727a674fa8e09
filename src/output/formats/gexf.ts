/** GEXF 1.3, dynamic: a node for each person or case, an edge for each case and contact, a spell for each time together. */
import type { LineRow } from '../../lists/formats/line-list.js';
import type { ContactRow } from '../../lists/rows.js';
import { EDGE_ATTRIBUTES, NODE_ATTRIBUTES, type Attribute, type GraphEdge } from './graph.js';
import { XML_HEAD, xmlField } from './xml.js';

const attributes = <Row>(of: string, all: readonly Attribute<Row>[]): string =>
  `<attributes class="${of}">\n${all.map(({ name, type }, i) => `<attribute id="${i}" title="${name}" type="${type}"/>\n`).join('')}</attributes>\n`;

function values<Row>(all: readonly Attribute<Row>[], row: Row, list: string): string {
  const cells = all.map(({ name, value }, i) => {
    const cell = value(row);
    return cell === null ? '' : `<attvalue for="${i}" value="${xmlField(String(cell), 'GEXF', { list, column: name })}"/>`;
  });
  return `<attvalues>${cells.join('')}</attvalues>`;
}

/** @throws OptionError `E_FORMAT_HOLD`; whatever the rows throw. */
export async function* gexfText(nodes: AsyncIterable<LineRow>, edges: AsyncIterable<GraphEdge>): AsyncGenerator<string> {
  yield `${XML_HEAD}<gexf xmlns="http://gexf.net/1.3" version="1.3">\n<meta><creator>copresence</creator><description>People at one place at one time, as far as scans show it. An edge leads from a case to whoever shared a place with it, and says nothing of who infected whom.</description></meta>\n`;
  yield '<graph defaultedgetype="directed" mode="dynamic" timeformat="dateTime" timerepresentation="interval">\n';
  yield `${attributes('node', NODE_ATTRIBUTES)}${attributes('edge', EDGE_ATTRIBUTES)}<nodes>\n`;
  for await (const node of nodes) {
    const id = xmlField(node.id, 'GEXF', { list: 'people', column: 'contact_id' });
    yield `<node id="${id}" label="${id}">${values<LineRow>(NODE_ATTRIBUTES, node, 'people')}</node>\n`;
  }
  yield '</nodes>\n<edges>\n';
  let number = 0;
  for await (const { source, target, row, spells } of edges) {
    const from = xmlField(source, 'GEXF', { list: 'contacts', column: 'case_id' });
    const to = xmlField(target, 'GEXF', { list: 'contacts', column: 'contact_id' });
    const times = spells.map(({ start, end }) => `<spell start="${start}" end="${end}"/>`).join('');
    yield `<edge id="${number++}" source="${from}" target="${to}">${values<ContactRow>(EDGE_ATTRIBUTES, row, 'contacts')}${times === '' ? '' : `<spells>${times}</spells>`}</edge>\n`;
  }
  yield '</edges>\n</graph>\n</gexf>\n';
}
