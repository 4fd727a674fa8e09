/** Every word of the page, in both languages; `{0}` and so on take values. */
export type Lang = 'en' | 'zh';

const WORDS = {
  title: ['Co-presence report', '同时空报告'],
  nature: [
    'Co-present means: at one place at one time, as far as scans show it. It is a reason to ask, not a finding.',
    '“同时空”指在扫码记录所及范围内，同一时间处于同一场所。这是询问的理由，不是结论。',
  ],
  language: ['中文', 'English'],
  skip: ['Skip to the list', '跳到名单'],
  nav: ['Sections', '章节'],
  rule: ['Rule', '规则'],
  source: ['Source', '来源'],
  unseen: ['What scans cannot show — ask', '扫码看不到、需询问'],
  cases: ['cases', '病例'],
  visits: ['visits', '到访'],
  people: ['co-present people', '同时空人员'],
  pairs: ['contact pairs', '接触对'],
  meetings: ['meetings', '相遇'],
  certain: ['certain', '确定'],
  likely: ['likely', '很可能'],
  possible: ['possible', '可能'],
  below: ['below the rule', '未达规则'],
  certainHelp: ['even the shortest stays overlap enough', '即使按最短停留也足够重叠'],
  likelyHelp: ['usual stays overlap enough', '按通常停留足够重叠'],
  possibleHelp: ['only the longest stays overlap enough', '仅按最长停留才足够重叠'],
  caveats: ['To know before using this', '使用前须知'],
  caveatScans: [
    'Who did not scan is on no list: absence here proves nothing. A lent code puts a person where they never were (flag “conflict”).',
    '未扫码者不在任何名单中：不在名单上不能证明什么。借用的码会把人放到从未去过的地方（标记 conflict）。',
  ],
  caveatEnds: [
    'Most codes are scanned on entry only: when people left is known within bounds. Every time here has a least, a likely and a most.',
    '多数码仅在进入时扫描：离开时间只知其范围。此处每个时长都有最短、可能和最长。',
  ],
  rejected: ['{0} of {1} rows read could not be used; they are listed under “How this was made”.', '读取的 {1} 行中有 {0} 行无法使用，列于“生成过程”。'],
  silent: ['{0} cases have no visit in their window and so no contacts: {1}', '{0} 个病例在其窗口期内没有到访，因此没有接触者：{1}'],
  leftOut: [
    'This page holds {0} of the {1} rows of “{2}”: the surest and longest. All are in the list that the run wrote.',
    '本页含“{2}”的 {1} 行中的 {0} 行：最确定、时间最长者。全部行见运行写出的名单。',
  ],
  withheld: ['{0} rows of “{1}” are held back: places with fewer than 11 people.', '“{1}”的 {0} 行未列出：人数少于 11 的场所。'],
  changed: ['{0} is not as the run wrote it: someone changed it afterwards.', '{0} 与运行写出时不同：之后被改动过。'],
  redacted: [
    'Redacted: ids are pseudonyms; file lines, input digests and notes are left out; places with fewer than 11 people and small counts (1–10) are held back. Pseudonyms are not anonymity: who knows when someone was at a place may still find them.',
    '已脱敏：编号为化名；文件行号、输入摘要和备注已去除；人数少于 11 的场所及小计数（1–10）未列出。化名不等于匿名：知道某人何时在某处者仍可能认出其人。',
  ],
  keyId: ['Key of the pseudonyms: {0}', '化名密钥标识：{0}'],
  noEpisodes: [
    'The run wrote no episodes (--no-episodes): there are no timelines and no evidence here.',
    '本次运行未写出相遇明细（--no-episodes）：此处没有时间线和证据。',
  ],
  short: ['In short', '要点'],
  shortCall: ['Call first', '先联系'],
  shortClean: ['Clean first', '先消毒'],
  shortWhy: ['with {1} for about {0}', '与 {1} 共处约 {0}'],
  shortMostly: [', most of it at ', '，主要在 '],
  shortPartly: [', part of it at ', '，部分在 '],
  nobody: ['Nobody was found at one place with a case at one time. Who did not scan is on no list.', '未发现与病例同时空者。未扫码者不在任何名单中。'],
  shortAt: [' at ', '，在 '],
  shortOnce: ['a case was there {0}', '病例到场 {0}'],
  shortTimes: ['a case was there {0} times, last {1}', '病例到场 {0} 次，最近 {1}'],
  shortPeople: ['All {0}, and why', '全部 {0} 人及原因'],
  shortRooms: ['All rooms and times, and notices', '全部场所、时间与公告'],
  sectionPeople: ['Whom to call first, and why', '先联系谁，为什么'],
  orderHelp: [
    'In the order to call: the surest grade first, of these the longest likely time together, of these the latest. Choose a row to see why.',
    '按联系顺序：先按确定程度，再按可能的共处时长，再按最近时间。选择一行查看原因。',
  ],
  sectionTimeline: ['Who was there when', '谁在何时在场'],
  sectionClean: ['Rooms to clean, and notices', '需消毒的场所与公告'],
  sectionPerson: ['A person, day by day', '逐日看一个人'],
  sectionCurve: ['Day by day', '逐日曲线'],
  sectionMap: ['Map', '地图'],
  sectionGraph: ['Who with whom, by generation', '按代次的接触图'],
  sectionMade: ['How this was made', '生成过程'],
  search: ['Search people, cases, places', '搜索人员、病例、场所'],
  grades: ['Grades', '确定程度'],
  filters: ['Filters', '筛选'],
  onlyCase: ['case {0}', '病例 {0}'],
  onlyPlace: ['place {0}', '场所 {0}'],
  clear: ['Remove filter: {0}', '取消筛选：{0}'],
  rowsOf: ['{0} of {1}', '{1} 中的 {0}'],
  export: ['Save these {0} rows as CSV', '将这 {0} 行存为 CSV'],
  exported: ['{0} rows saved', '已保存 {0} 行'],
  empty: ['Nothing to show with these filters.', '按当前筛选没有内容。'],
  none: ['None.', '无。'],
  'col.rank': ['#', '序'],
  'col.contact_id': ['person', '人员'],
  'col.grade': ['grade', '确定程度'],
  'col.generation': ['gen.', '代次'],
  'col.total_likely_s': ['likely time', '可能时长'],
  'col.range': ['at least – at most', '最短 – 最长'],
  'col.cases': ['cases', '病例数'],
  'col.places': ['places', '场所数'],
  'col.first_start': ['first', '首次'],
  'col.last_end': ['last', '末次'],
  'col.is_case': ['is a case', '本人为病例'],
  'col.place': ['place', '场所'],
  'col.district': ['district', '区县'],
  'col.from': ['case there from', '病例到达'],
  'col.to': ['to', '至'],
  'col.check_ins_since': ['check-ins since', '之后扫码数'],
  'col.visits': ['visits', '到访'],
  sortedUp: ['ascending', '升序'],
  sortedDown: ['descending', '降序'],
  gridHelp: ['Arrow keys move, Enter chooses.', '方向键移动，回车选择。'],
  printed: ['The first {0} rows; all are on the page and in the lists.', '前 {0} 行；全部见页面与名单。'],
  whyTitle: ['Why', '原因'],
  whyEmpty: ['Choose a person in the list to see every meeting, its bounds and its evidence.', '在名单中选择一人，查看每次相遇、其范围和证据。'],
  whySum: ['{0}: together with {1} at {2}: at least {3}, likely {4}, at most {5}.', '{0}：与 {1} 在 {2} 同时空：最短 {3}，可能 {4}，最长 {5}。'],
  'n.cases': ['{0} case|{0} cases', '{0} 个病例'],
  'n.places': ['{0} place|{0} places', '{0} 个场所'],
  'n.visits': ['{0} visit|{0} visits', '{0} 次到访'],
  'n.meetings': ['{0} meeting|{0} meetings', '{0} 次相遇'],
  'n.people': ['{0} co-present person|{0} co-present people', '{0} 名同时空人员'],
  'n.pairs': ['{0} contact pair|{0} contact pairs', '{0} 个接触对'],
  'n.since': ['{0} check-in since|{0} check-ins since', '之后扫码 {0} 次'],
  'n.rides': ['{0} run|{0} runs', '{0} 个班次'],
  withCase: ['With case {0}', '与病例 {0}'],
  holds: ['holds', '成立'],
  becauseAt: ['Rule: {0}; this holds {1}.', '规则：{0}；{1}成立。'],
  'holds.certain': ['even with the shortest stays', '按最短停留也'],
  'holds.likely': ['with usual stays', '按通常停留'],
  'holds.possible': ['only with the longest stays', '仅按最长停留'],
  'measure.single': ['longest time together at a stretch', '单次最长共处'],
  'measure.total': ['total time together', '共处总时长'],
  'measure.rolling24h': ['most time together within 24 h', '任意 24 小时内共处'],
  'measure.day': ['most time together within a day', '一日内共处'],
  atLeast: ['{0} of at least {1}', '{0}不少于 {1}'],
  moreThan: ['{0} of more than {1}', '{0}超过 {1}'],
  together: ['together: at least {0}, likely {1}, at most {2}', '共处：最短 {0}，可能 {1}，最长 {2}'],
  after: ['came {0} after the case had left; never counted as time together', '病例离开 {0} 后到达；不计入共处'],
  caseThere: ['case there {0}', '病例在场 {0}'],
  personThere: ['person there {0}', '本人在场 {0}'],
  bounds: ['from {0}; left at the earliest {1}, likely {2}, at the latest {3}', '{0} 起；离开最早 {1}，可能 {2}，最晚 {3}'],
  exactly: ['{0} to {1}', '{0} 至 {1}'],
  'method.checkout': ['checked out', '已签退'],
  'method.cap': ['no later scan: the longest usual stay', '之后无扫码：按最长通常停留'],
  'method.next-scan': ['until the next scan elsewhere', '至在别处的下一次扫码'],
  'method.run-end': ['until the end of the run', '至班次结束'],
  'method.itinerary': ['from an interview', '来自流调'],
  'method.chained': ['got off near the next scan', '在下一次扫码附近下车'],
  'method.returned': ['got off near the first scan of the day', '在当日首次扫码附近下车'],
  'method.habit': ['got off where they mostly do', '在惯常站点下车'],
  'flag.conflict': ['at two unrelated places at once: a lent or copied code?', '同时在两个不相关的场所：是否借码？'],
  'flag.capped': ['check-out later than 24 h: cut', '签退超过 24 小时：已截断'],
  'flag.seat-unknown': ['a seat is not known', '座位未知'],
  evidence: ['Evidence: {0}', '证据：{0}'],
  stops: ['between stops {0} and {1}', '站点 {0} 至 {1} 之间'],
  someEpisodes: ['{0} of {1} meetings are on this page; all are in the list of episodes.', '本页有 {1} 次相遇中的 {0} 次；全部见 episodes 名单。'],
  somePairs: ['{0} of the {1} cases are on this page; all are in the list of contacts.', '本页有 {1} 个病例中的 {0} 个；全部见 contacts 名单。'],
  moreRows: ['Show {0} more', '再显示 {0} 项'],
  showTimeline: ['Timeline', '时间线'],
  showPerson: ['Day by day', '逐日'],
  ask: ['Ask: {0}', '询问：{0}'],
  pickPlace: ['Place or run', '场所或班次'],
  pickWindow: ['Time', '时段'],
  timelineHelp: [
    'Solid: surely there. Lighter: likely, then possibly still there. The strong bars inside are the time together with a case, by grade.',
    '实色：确定在场；较浅：可能仍在；最浅：最长或许仍在。内部粗条为与病例共处的时间，按确定程度。',
  ],
  occupancy: ['people at once', '同时在场人数'],
  occupancyHelp: ['Only people who met a case are counted, not everyone who was there.', '只计与病例相遇者，并非在场所有人。'],
  laneCase: ['case', '病例'],
  noPlaceEpisodes: ['No meetings of this rule are on this page for this place.', '本页没有该场所在此规则下的相遇。'],
  cleanHelp: [
    'Places where a case was, with the time. Most check-ins since come first: these rooms were used most afterwards.',
    '病例到过的场所及时间。之后扫码最多者在前：这些场所之后使用最多。',
  ],
  notices: ['Notices, ready to publish', '可直接发布的公告'],
  noticesHelp: ['For the places that the filters leave. They name no person. Read before publishing.', '针对筛选后的场所。不含任何人名。发布前请审阅。'],
  copy: ['Copy', '复制'],
  copied: ['Copied', '已复制'],
  save: ['Save as text', '存为文本'],
  kindVenue: ['Notice to visitors', '致到访者公告'],
  kindClean: ['Cleaning list', '消毒清单'],
  noticeHead: ['Public notice: places visited by a confirmed case', '公告：确诊病例到访场所'],
  notice: [
    '• {0}{1}: {2}. If you were there at that time, you were at the same place as a confirmed case. Watch for symptoms and contact the health service.',
    '• {0}{1}：{2}。如您当时在场，即与确诊病例处于同一场所。请留意症状并联系卫生部门。',
  ],
  cleanHead: ['Cleaning and disinfection list', '清洁消毒清单'],
  cleanLine: ['• {0}{1}: case present {2}; {3} check-ins since.', '• {0}{1}：病例在场 {2}；之后扫码 {3} 次。'],
  pickPerson: ['Person or case', '人员或病例'],
  personHelp: ['Each row is a day of 24 hours. Blue: the person; orange: cases at the same place.', '每行为一天 24 小时。蓝色：本人；橙色：同场所病例。'],
  curveHelp: ['People by the day on which they were first together with a case, by grade.', '按首次与病例同时空的日期统计人数，按确定程度。'],
  curveCases: ['Cases by the first date known', '病例（按首个已知日期）'],
  caseDatesHow: [
    'Dates of cases are not in the lists: copresence report DIR --cases cases.csv adds them.',
    '名单中没有病例日期：copresence report DIR --cases cases.csv 可添加。',
  ],
  redactedTimes: ['Held back: fewer than 11', '未列出：少于 11'],
  mapHelp: ['Circle area: person-hours likely together with a case. Choose a circle to filter.', '圆面积：可能与病例共处的人时。选择圆圈可筛选。'],
  mapWays: ['Lines: runs of vehicles, thick where people met aboard.', '线：车辆班次，粗处为车上相遇路段。'],
  mapWaysHow: [
    'Stops are not in the lists: copresence report DIR --run-stops stops.csv draws the runs of vehicles as lines.',
    '名单中没有站点：copresence report DIR --run-stops stops.csv 可将车辆班次绘为线。',
  ],
  mapHow: [
    'Coordinates are not in the lists: copresence report DIR --places places.csv draws the map.',
    '名单中没有坐标：copresence report DIR --places places.csv 可绘制地图。',
  ],
  mapNone: ['No place of these filters has coordinates.', '筛选后的场所没有坐标。'],
  personHours: ['{0} person-hours', '{0} 人时'],
  mapAll: ['Show all places', '显示全部场所'],
  mapMost: ['Show where most time together was', '显示共处时间集中处'],
  mapOutside: ['{0} places outside this part of the map', '{0} 个场所在此图范围之外'],
  graphHelp: [
    'Cases left, whom they met to the right, generation by generation: time runs from left to right. Choose a point to see why.',
    '病例在左，其接触者在右，逐代排列：时间由左至右。选择圆点查看原因。',
  ],
  graphSome: ['The {0} surest of {1} people are drawn.', '绘出 {1} 人中最确定的 {0} 人。'],
  graphDraw: ['Draw the graph', '绘制接触图'],
  generation: ['generation {0}', '第 {0} 代'],
  zone: ['Time zone', '时区'],
  tool: ['Tool', '工具'],
  parameters: ['Parameters', '参数'],
  inputs: ['Inputs', '输入'],
  file: ['file', '文件'],
  table: ['table', '表'],
  rows: ['rows', '行'],
  ledger: ['Rows of each file', '各文件的行'],
  bytes: ['bytes', '字节'],
  digest: ['SHA-256', 'SHA-256'],
  read: ['read', '读取'],
  accepted: ['accepted', '接受'],
  rejectedCol: ['rejected', '拒绝'],
  duplicate: ['duplicate', '重复'],
  blank: ['blank', '空行'],
  rejects: ['Rejected rows', '被拒绝的行'],
  where: ['where', '位置'],
  code: ['code', '代码'],
  reason: ['reason', '原因'],
  notes: ['Notes of the run', '运行备注'],
  heldBack: ['<11', '<11'],
  h: ['{0} h', '{0}小时'],
  min: ['{0} min', '{0}分'],
  hmin: ['{0} h {1} min', '{0}小时{1}分'],
  sec: ['{0} s', '{0}秒'],
  more: ['{0} more not drawn', '另有 {0} 项未绘出'],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;

let lang: Lang = 'en';
export const setLang = (next: Lang): void => void (lang = next);
export const langNow = (): Lang => lang;

/** Gives texts of a table of words in the language of the page. */
export const translator =
  <Words extends Readonly<Record<string, readonly [en: string, zh: string]>>>(words: Words) =>
  (word: keyof Words, ...values: readonly (string | number)[]): string => {
    const text = words[word]![lang === 'zh' ? 1 : 0];
    return text.replaceAll(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)] ?? ''));
  };

/** A text of the page in its language. */
export const t = translator(WORDS);

/** A word made of a value, such as `method.cap`; the value itself where there is none. */
export const wordOf = (kind: string, value: string): string => (`${kind}.${value}` in WORDS ? t(`${kind}.${value}` as Word) : value);

export const count = (value: number): string => (value === -2 ? t('heldBack') : value < 0 ? '' : value.toLocaleString('en-US'));

/** `1 case`, `2 cases`; a small count that is held back is more than one. */
export function counted(what: 'cases' | 'places' | 'visits' | 'meetings' | 'people' | 'pairs' | 'since' | 'rides', value: number): string {
  const [one, many = one] = t(`n.${what}`, count(value)).split('|');
  return (value === 1 ? one : many)!;
}

/** `1 h 5 min` */
export function duration(sec: number): string {
  if (sec < 0) return '';
  if (sec < 60) return t('sec', sec);
  const minutes = Math.floor(sec / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return t('min', rest);
  return rest === 0 ? t('h', count(hours)) : t('hmin', count(hours), rest);
}
