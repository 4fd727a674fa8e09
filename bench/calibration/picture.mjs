/** Reliability diagrams: what was said against what came true, a panel for each table. An SVG without a library, readable on light and on dark ground. */
const PANELS = [
  ['pairs, any (a second)', 'a pair, for a second'],
  ['pairs, total >= 15 min', 'a pair, 15 minutes in all'],
  ['pairs, rolling24h >= 2 h', 'a pair, 2 hours within 24'],
  ['episodes elsewhere', 'an episode, not at home'],
];
const [SIDE, GAP, LEFT, TOP] = [176, 36, 44, 84];
/** So much wider is the dot of the fullest decile than that of an empty one. */
const AREA = 7;

/** `tables`: as bench/calibration.mjs has them. */
export function reliabilitySvg(tables) {
  const width = LEFT + PANELS.length * (SIDE + GAP);
  const height = TOP + SIDE + 56;
  const panels = PANELS.map(([what, title], i) => {
    const { deciles, count } = tables[what];
    const x0 = LEFT + i * (SIDE + GAP);
    const x = (value) => (x0 + value * SIDE).toFixed(1);
    const y = (value) => (TOP + SIDE - value * SIDE).toFixed(1);
    const points = deciles.filter((decile) => decile.count > 0);
    const most = Math.max(...points.map((decile) => decile.count));
    const line = points.map((decile) => `${x(decile.mean)},${y(decile.true)}`).join(' ');
    return [
      `<text class="head" x="${x0}" y="${TOP - 24}">${title}</text>`,
      `<text class="small" x="${x0}" y="${TOP - 8}">${count.toLocaleString('en-US')} of them</text>`,
      `<rect class="frame" x="${x0}" y="${TOP}" width="${SIDE}" height="${SIDE}"/>`,
      `<line class="ideal" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>`,
      `<polyline class="line" points="${line}"/>`,
      ...points.map(
        (decile) =>
          `<circle class="dot" cx="${x(decile.mean)}" cy="${y(decile.true)}" r="${(2 + AREA * Math.sqrt(decile.count / most)).toFixed(1)}"><title>${decile.count} with ${decile.mean} in the mean: ${decile.true} true</title></circle>`,
      ),
      ...[0, 0.5, 1].map((tick) => `<text class="small" x="${x(tick)}" y="${TOP + SIDE + 18}" text-anchor="middle">${tick}</text>`),
      ...(i === 0 ? [0, 0.5, 1].map((tick) => `<text class="small" x="${x0 - 8}" y="${Number(y(tick)) + 4}" text-anchor="end">${tick}</text>`) : []),
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">Reliability of the probabilities: for each decile the share that was true against the mean that was said, in simulated cities that nothing was chosen on</title>
<style>
text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f }
.title, .head { font-weight: 600 } .title { font-size: 16px } .small { font-size: 12px; fill: #57606a }
.frame { fill: none; stroke: #d0d7de } .ideal { stroke: #8c959f; stroke-dasharray: 4 4 } .line { fill: none; stroke: #1a7f37; stroke-width: 1.5 } .dot { fill: #1a7f37; fill-opacity: 0.75 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .small { fill: #9da7b3 } .frame { stroke: #30363d } .ideal { stroke: #6e7681 } .line { stroke: #3fb950 } .dot { fill: #3fb950 } }
</style>
<text class="title" x="0" y="18">Probability said (across) and share that was true (up)</text>
<text class="small" x="0" y="38">above the broken line: said too little; dots as large as their decile is full</text>
${panels.join('\n')}
<text class="small" x="0" y="${height - 8}">simulated cities with seeds on which nothing was chosen</text>
</svg>
`;
}
