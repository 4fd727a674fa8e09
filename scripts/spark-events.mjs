// What an event log of Spark says of a script: time, shuffled and spilled bytes by statement, and how uneven the tasks of the join were.

/** `text` is a log of JSON lines. Statements go by the table that they make. */
export function readEvents(text) {
  const statements = new Map();
  const executionOfStage = new Map();
  const tasks = new Map();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const event = JSON.parse(line);
    if (event.Event.endsWith('SparkListenerSQLExecutionStart')) {
      const own = statements.get(event.rootExecutionId) ?? {
        name: nameOf(event.description),
        start: event.time,
        end: event.time,
        shuffle: 0,
        spill: 0,
        cpu: 0,
        stages: [],
      };
      statements.set(event.executionId, own);
    } else if (event.Event.endsWith('SparkListenerSQLExecutionEnd')) {
      const own = statements.get(event.executionId);
      own.end = Math.max(own.end, event.time);
    } else if (event.Event === 'SparkListenerJobStart') {
      const id = event.Properties?.['spark.sql.execution.id'];
      if (id !== undefined) for (const stage of event['Stage IDs']) executionOfStage.set(stage, statements.get(Number(id)));
    } else if (event.Event === 'SparkListenerTaskEnd') {
      const own = executionOfStage.get(event['Stage ID']);
      const { 'Task Info': info, 'Task Metrics': metrics } = event;
      if (!own || !metrics) continue;
      own.shuffle += metrics['Shuffle Write Metrics']['Shuffle Bytes Written'];
      own.spill += metrics['Disk Bytes Spilled'];
      own.cpu += metrics['Executor CPU Time'] / 1e6;
      const stage = tasks.get(event['Stage ID']) ?? [];
      stage.push({ ms: info['Finish Time'] - info['Launch Time'], cpu: metrics['Executor CPU Time'] / 1e6 });
      tasks.set(event['Stage ID'], stage);
    }
  }
  for (const [stage, list] of tasks) executionOfStage.get(stage).stages.push(list);
  const all = [...new Set(statements.values())];
  const joins = all.filter(({ name }) => /^episodes(_\d+)?$/.test(name));
  const longest = longestOf(joins);
  return {
    seconds: seconds(Math.max(...all.map(({ end }) => end)) - Math.min(...all.map(({ start }) => start))),
    cpuSeconds: cpuOf(all),
    shuffleMB: mega(all, 'shuffle'),
    spillMB: mega(all, 'spill'),
    join: {
      seconds: seconds(joins.reduce((sum, { start, end }) => sum + end - start, 0)),
      cpuSeconds: cpuOf(joins),
      shuffleMB: mega(joins, 'shuffle'),
      skew: skewOf(longest),
      tasks: longest.length,
    },
    statements: all
      .map((one) => ({
        name: one.name,
        seconds: seconds(one.end - one.start),
        cpuSeconds: cpuOf([one]),
        shuffleMB: mega([one], 'shuffle'),
        spillMB: mega([one], 'spill'),
        skew: skewOf(longestOf([one])),
      }))
      .filter((one) => one.seconds >= 1 || one.shuffleMB >= 1),
  };
}

const longestOf = (statements) => statements.flatMap(({ stages }) => stages).sort((a, b) => total(b) - total(a))[0] ?? [];
const total = (tasks) => tasks.reduce((sum, { ms }) => sum + ms, 0);
const seconds = (ms) => Math.round(ms / 100) / 10;
const mega = (statements, name) => Math.round(statements.reduce((sum, one) => sum + one[name], 0) / 1e5) / 10;
/** Processor time of all tasks: what others do on the machine changes it little. */
const cpuOf = (statements) => seconds(statements.reduce((sum, { cpu }) => sum + cpu, 0));
const nameOf = (sql) => /(?:create table|insert into) `copresence_(\w+)`/.exec(sql)?.[1] ?? sql.trim().split(/\s+/).slice(0, 3).join(' ');

/** The longest task against the median one, by processor time. */
function skewOf(tasks) {
  const times = tasks.map(({ cpu }) => Math.round(cpu)).sort((a, b) => a - b);
  if (times.length === 0) return null;
  return `${times.at(-1)} / ${times[Math.floor((times.length - 1) / 2)]} ms of ${times.length}`;
}
