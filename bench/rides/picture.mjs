/** F1 by method as bars, one group for each timetable: an SVG without a library, readable on light and on dark ground. */
const METHODS = [
  ['ours: likely or surer', 'inferred rides', 'ours'],
  ['run end', 'to the end of the run', 'plain'],
  ['fixed 60 min', '60 min after the scan', 'plain'],
  ['whole vehicle-day', 'all on the vehicle that day', 'plain'],
];
const SCENARIO = 'usual';
const [WIDTH, LEFT, BAR, GAP] = [720, 190, 22, 8];
const SCALE = (WIDTH - LEFT - 150) / 100;

/** `feeds`: figures by timetable and scenario, as bench/rides.mjs has them. */
export function barsSvg(feeds) {
  const parts = [];
  let y = 64;
  for (const [feed, scenarios] of Object.entries(feeds)) {
    parts.push(`<text class="head" x="0" y="${y}">${feed}</text>`);
    y += 12;
    for (const [method, label, kind] of METHODS) {
      const { f1, precision, recall } = scenarios[SCENARIO].pairs.find((each) => each.method === method);
      const middle = y + BAR / 2 + 4;
      parts.push(
        `<text x="${LEFT - 10}" y="${middle}" text-anchor="end">${label}</text>`,
        `<rect class="${kind}" x="${LEFT}" y="${y}" width="${(f1 * SCALE).toFixed(1)}" height="${BAR}" rx="3"/>`,
        `<text class="value" x="${(LEFT + f1 * SCALE + 8).toFixed(1)}" y="${middle}">${f1.toFixed(0)} <tspan class="small">right ${precision.toFixed(0)} %, found ${recall.toFixed(0)} %</tspan></text>`,
      );
      y += BAR + GAP;
    }
    y += 28;
  }
  const height = y - 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title">
<title id="title">Who was together on a vehicle: F1 of inferred rides and of three plain readings of the same scans, on two real timetables with simulated riders</title>
<style>
text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f }
.title, .head { font-weight: 600 } .title { font-size: 16px } .small { font-size: 12px; fill: #57606a }
.ours { fill: #1a7f37 } .plain { fill: #8c959f }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .small { fill: #9da7b3 } .ours { fill: #3fb950 } .plain { fill: #6e7681 } }
</style>
<text class="title" x="0" y="18">Who was together on a vehicle, F1 of 100</text>
<text class="small" x="0" y="38">simulated riders with the usual faults on real timetables; right: of the pairs listed, found: of the pairs scanned</text>
${parts.join('\n')}
</svg>
`;
}
