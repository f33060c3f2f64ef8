// Families of Chinese documents on which settings were chosen.
import type { Family } from './family.ts'

const manual: Family = {
  name: '说明书',
  half: 'tuning',
  language: 'zh',
  kind: 'markdown',
  file: '{device}{model}说明书.md',
  slots: {
    device: 'each: 豆浆机 | 除湿机 | 缝纫机 | 鱼塘增氧泵',
    model: 'code: AA-###',
    weight: 'number: 6..58',
    fuse: 'code: BX-####',
    filter: 'code: LW##-###',
    gap: 'number: 8..45',
    power: 'number: 150..1900/10',
    warm: 'number: 3..28',
    clean: 'number: 5..60/5',
    warranty: 'number: 12..48/6',
    service: 'place',
    error: 'code: E##',
    other: 'code: F##',
    noise: 'number: 38..72',
    belt: 'code: PD-##A',
  },
  text: `# {device}{model}使用说明书

使用前请仔细阅读本说明书，并妥善保管。图片仅供参考，外观以实物为准。

## 开箱

打开包装后请检查配件是否齐全。«weight|{device}{model}的重量为{weight}公斤，不含配件。» 搬运时请两个人一起抬，不要拉扯电线。

## 安装

机器应放在平整干燥的地面上。«gap|机身与墙壁之间至少留出{gap}厘米，以便散热。» 不要在机器上堆放杂物。

## 通电

插座必须接地。«power|{device}{model}的额定功率是{power}瓦。» «fuse|保险管的型号为{fuse}，装在后盖里面。» 保险管烧断后不得用铜丝代替。

## 使用

按下开关，绿灯亮起后即可操作。«warm|开机后需要预热{warm}分钟。» «noise|正常工作时的噪声为{noise}分贝。» 初次使用时略有气味，属于正常现象。

## 保养

保养前必须拔掉插头。«clean|{device}{model}每使用{clean}小时要清洗一次。» «filter|滤网的订货号是{filter}。» «belt|皮带老化时更换{belt}型皮带。» 外壳用软布擦拭即可。

## 故障代码

«error|屏幕显示{error}表示水位传感器没有接好。» «other|显示{other}说明电压过低。» 如果代码反复出现，请联系维修点。

## 保修

«warranty|{device}{model}自购买之日起保修{warranty}个月。» «service|维修点设在{service}。» 人为损坏不在保修范围之内。
`,
  questions: [
    { kind: 'fact', about: 'weight', text: '{device}{model}的重量是多少？' },
    { kind: 'fact', about: 'warranty', text: '{device}{model}保修多少个月？' },
    { kind: 'term', about: 'filter', text: '{filter}是什么？' },
    { kind: 'paraphrase', about: 'noise', text: '{device}{model}运转起来声音有多大？' },
    {
      kind: 'follow-up',
      about: 'service',
      text: '那它的维修点在哪里？',
      before: ['{device}{model}有多重？', '{weight}公斤。'],
    },
    { kind: 'term', about: 'belt', text: '什么时候要换{belt}？' },
    { kind: 'fact', about: 'power', text: '{device}{model}的额定功率是多少瓦？' },
    { kind: 'term', about: 'error', text: '{device}{model}显示{error}是什么意思？' },
    { kind: 'paraphrase', about: 'clean', text: '{device}{model}隔多久洗一回？' },
    {
      kind: 'follow-up',
      about: 'warm',
      text: '开机以后它要预热几分钟？',
      before: ['{device}{model}的额定功率是多少？', '{power}瓦。'],
    },
    { kind: 'paraphrase', about: 'gap', text: '{device}{model}要离墙多远？' },
  ],
  unanswerable: [
    '{device}{model}是谁发明的？',
    '{device}{model}的售价是多少？',
    '{device}{model}能连接手机吗？',
    '{device}{model}一共卖出了多少台？',
  ],
}

const minutes: Family = {
  name: '会议记录',
  half: 'tuning',
  language: 'zh',
  kind: 'text',
  file: '{club}会议记录.txt',
  slots: {
    club: 'each: 书法协会 | 龙舟队 | 茶农合作社 | 象棋社',
    date: 'date',
    chair: 'person',
    treasurer: 'person',
    writer: 'person',
    present: 'number: 12..88',
    balance: 'number: 2300..98000/10',
    fee: 'number: 30..260/10',
    repair: 'number: 1500..8800/50',
    builder: 'person',
    file: 'code: HT-####-##',
    trip: 'place',
    tripday: 'date',
    prize: 'person',
    key: 'code: YS##',
    next: 'date',
  },
  text: `{club}全体会议记录

一、开场

«chair|{date}，{club}全体会议由{chair}主持。» «present|到会会员共{present}人，符合人数要求。» «writer|会议记录由{writer}负责。» 上次会议的记录宣读后一致通过。

二、财务报告

«balance|{treasurer}报告，{club}年末结余{balance}元。» 账本当场传阅，审计没有发现问题。有人提议增加茶水费，大家讨论后决定暂缓。

三、会费

物价问题讨论了很久。«fee|{club}每年的会费定为{fee}元。» 学生仍然免交会费。

四、活动室维修

入夏以来活动室漏雨三次。«repair|维修费用不得超过{repair}元。» «builder|维修工作委托{builder}在入冬前完成。» «file|合同编号为{file}，存放在办公室。»

五、出游

«trip|{club}今年的出游地点是{trip}。» «tripday|出发日期定在{tripday}。» 午餐由大家自带。

六、表彰

«prize|会议把“热心会员”奖杯颁给{prize}，感谢多年来的帮助。» 全场鼓掌。

七、其他

«key|备用钥匙{key}夏天以来一直没有找到，请拿走的人归还。» «next|下一次全体会议定于{next}召开。» 会议在傍晚结束。
`,
  questions: [
    { kind: 'fact', about: 'chair', text: '{club}的全体会议由谁主持？' },
    { kind: 'fact', about: 'balance', text: '{treasurer}报告的年末结余是多少？' },
    { kind: 'term', about: 'file', text: '编号{file}是什么？' },
    { kind: 'paraphrase', about: 'fee', text: '加入{club}一年要交多少钱？' },
    {
      kind: 'follow-up',
      about: 'tripday',
      text: '哪一天出发？',
      before: ['{club}今年的出游地点是哪里？', '是{trip}。'],
    },
    { kind: 'fact', about: 'trip', text: '{club}今年的出游地点是哪里？' },
    { kind: 'term', about: 'key', text: '钥匙{key}在哪里？' },
    { kind: 'paraphrase', about: 'prize', text: '{prize}为什么得到奖杯？' },
    { kind: 'fact', about: 'builder', text: '{builder}受委托做什么？' },
    {
      kind: 'follow-up',
      about: 'writer',
      text: '会议记录是谁负责的？',
      before: ['{club}的全体会议由谁主持？', '由{chair}主持。'],
    },
  ],
  unanswerable: [
    '{club}的会歌是谁写的？',
    '{treasurer}的电话号码是多少？',
    '{chair}结婚多少年了？',
    '{club}的会旗是什么颜色？',
  ],
}

const recipe: Family = {
  name: '工艺',
  half: 'tuning',
  language: 'zh',
  kind: 'markdown',
  file: '{goods}工艺.md',
  slots: {
    goods: 'each: 桂花酱 | 竹编茶盘 | 蓝印花布 | 松烟墨',
    batch: 'code: PC##-A-###',
    main: 'number: 2..38',
    salt: 'number: 15..190/5',
    heat: 'number: 48..135',
    soak: 'number: 3..29',
    stir: 'number: 4..18',
    rounds: 'number: 3..11',
    pot: 'of: 陶缸 | 铜锅 | 木桶 | 石臼',
    store: 'number: 5..36',
    author: 'person',
    card: 'code: SK-###',
    supplier: 'person',
    village: 'place',
  },
  text: `# {goods}制作工艺

本文由{author}根据多年经验整理。以下用量均为一批的用量，做半批时全部减半。

## 原料

«main|一批{goods}需要主料{main}公斤。» «salt|每批另加食盐{salt}克。» «supplier|原料由{village}的{supplier}供应。» 用水以山泉水为最好。

## 器具

«pot|制作{goods}只用{pot}，不用铁器。» 铁器会使颜色发暗。

## 浸泡

«soak|主料要先浸泡{soak}小时，中间翻动一次。» 捞出后沥干，不要晒。

## 加热

«heat|加热时把温度控制在{heat}度，不可烧开。» «stir|每隔{stir}分钟搅动一次。» 离开时一定要熄火。

## 整理

«rounds|这道工序要反复做{rounds}遍，一遍比一遍轻。» 最后放在阴凉通风的地方。

## 记录

«batch|{goods}的标准批号是{batch}。» «card|样品卡{card}放在抽屉里。» «store|成品在阴凉处可以保存{store}个月。» 失败的情况也要写下来。
`,
  questions: [
    { kind: 'fact', about: 'main', text: '一批{goods}需要多少公斤主料？' },
    { kind: 'term', about: 'batch', text: '{batch}是什么？' },
    { kind: 'paraphrase', about: 'pot', text: '{goods}要放在什么容器里做？' },
    {
      kind: 'follow-up',
      about: 'stir',
      text: '隔几分钟搅动一次？',
      before: ['制作{goods}用什么器具？', '只用{pot}。'],
    },
    { kind: 'term', about: 'card', text: '样品卡{card}放在哪里？' },
    { kind: 'fact', about: 'supplier', text: '{supplier}供应什么？' },
    { kind: 'paraphrase', about: 'store', text: '做好的{goods}能放多久？' },
    { kind: 'fact', about: 'soak', text: '做{goods}时主料要浸泡几个小时？' },
    {
      kind: 'follow-up',
      about: 'heat',
      text: '加热时温度控制在多少度？',
      before: ['一批{goods}需要多少主料？', '{main}公斤。'],
    },
  ],
  unanswerable: [
    '{goods}出口到哪些国家？',
    '{goods}的包装盒是谁画的？',
    '{author}今年多大年纪？',
    '哪座博物馆收藏了最早的{goods}？',
  ],
}

const route: Family = {
  name: '路线',
  half: 'tuning',
  language: 'zh',
  kind: 'html',
  file: '{name}.html',
  slots: {
    name: 'each: 白鹭古道 | 采石小径 | 灯笼山路 | 野枣环线',
    start: 'place',
    middle: 'place',
    end: 'place',
    km: 'number: 7..39',
    climb: 'number: 160..980/10',
    sign: 'of: 蓝底白鸟 | 红色箭头 | 黄色灯笼 | 绿色树枝',
    hut: 'place',
    keeper: 'person',
    beds: 'number: 6..44',
    open: 'time',
    line: 'code: ###路',
    ferry: 'number: 2..9',
    year: 'number: 1612..1898',
    map: 'code: DT-##-###',
    bridge: 'number: 24..96',
  },
  text: `<!doctype html>
<html><head><title>{name}</title></head><body>
<h1>{name}</h1>
<p>这条路适合穿好鞋、不赶时间的人。山里天气多变，七月也要带外套。</p>
<h2>走向</h2>
<p>«course|{name}从{start}出发，经过{middle}，到{end}结束。» «length|{name}全长{km}公里。» «climb|累计爬升{climb}米。» 早些出发，中午以前就能走完上坡路。</p>
<h2>标记</h2>
<p>«sign|{name}的路标是{sign}。» «map|地图{map}画出了全部路线。» 山谷里没有手机信号。</p>
<h2>景点</h2>
<p>«bridge|{middle}后面有一座长{bridge}米的索桥。» 每次只能过一个人。«year|{end}附近的小庙建于{year}年。» 庙门傍晚关闭。</p>
<h2>食宿</h2>
<p>«hut|半路上有{hut}客栈，由{keeper}照看。» «beds|客栈有{beds}张床。» «open|每天{open}开始供应热汤。» 请准备零钱。</p>
<h2>交通</h2>
<p>«line|{line}公交车停在{name}的入口。» «ferry|从{end}返回的渡船每天有{ferry}班。» 节假日班次减少。</p>
</body></html>
`,
  questions: [
    { kind: 'fact', about: 'length', text: '{name}全长多少公里？' },
    { kind: 'fact', about: 'hut', text: '{hut}客栈由谁照看？' },
    { kind: 'term', about: 'map', text: '地图{map}上有什么？' },
    { kind: 'paraphrase', about: 'beds', text: '{hut}客栈能住多少人？' },
    {
      kind: 'follow-up',
      about: 'sign',
      text: '那里的路标是什么样的？',
      before: ['{name}从哪里出发？', '从{start}出发。'],
    },
    { kind: 'term', about: 'line', text: '{line}公交车停在哪里？' },
    { kind: 'fact', about: 'year', text: '{end}附近的小庙建于哪一年？' },
    { kind: 'paraphrase', about: 'bridge', text: '{middle}的索桥有多长？' },
    {
      kind: 'follow-up',
      about: 'open',
      text: '几点开始供应热汤？',
      before: ['{hut}客栈由谁照看？', '由{keeper}照看。'],
    },
    { kind: 'fact', about: 'course', text: '{name}经过哪里？' },
  ],
  unanswerable: [
    '{name}上可以带狗吗？',
    '{name}沿途有哪些鸟？',
    '从{end}返回的渡船票价多少？',
    '谁第一个在冬天走完{name}？',
  ],
}

export const chineseTuning: readonly Family[] = [manual, minutes, recipe, route]
