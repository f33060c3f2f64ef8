// Families of Chinese documents that are held out: nothing was chosen by looking at them.
import type { Family } from './family.ts'

const stock: Family = {
  name: '库存',
  half: 'held',
  language: 'zh',
  kind: 'csv',
  file: '{firm}库存.csv',
  slots: {
    firm: 'each: 恒远五金 | 启明灯具 | 长河阀门 | 聚源轴承',
    a: 'code: HJ.####-#',
    b: 'code: AA##/###',
    c: 'code: ###-AAA-#',
    d: 'code: ZX####',
    e: 'code: #A#A-##',
    pa: 'number: 11..590',
    pb: 'number: 11..590',
    pc: 'number: 11..590',
    pd: 'number: 11..590',
    pe: 'number: 11..590',
    qa: 'number: 4..960',
    qb: 'number: 4..960',
    qc: 'number: 4..960',
    qd: 'number: 4..960',
    qe: 'number: 4..960',
    sa: 'code: A##',
    sb: 'code: A##',
    sc: 'code: A##',
    sd: 'code: A##',
    se: 'code: A##',
    na: 'of: 镀锌支架 | 盖板 | 长轴 | 定位销',
    nb: 'of: 黄铜衬套 | 紫铜垫片 | 锥形垫圈 | 毛毡圈',
    nc: 'of: 合页 | 灯座 | 蝶形螺母 | 内六角套筒',
    nd: 'of: 左旋弹簧 | 止动环 | 导轨 | 端盖',
    ne: 'of: 线夹 | 放水堵头 | 压力盘 | 楔块',
  },
  text: `公司,货号,名称,单价,库存,货架
«a|{firm},{a},{na},{pa}元,{qa}件,{sa}»
«b|{firm},{b},{nb},{pb}元,{qb}件,{sb}»
«c|{firm},{c},{nc},{pc}元,{qc}件,{sc}»
«d|{firm},{d},{nd},{pd}元,{qd}件,{sd}»
«e|{firm},{e},{ne},{pe}元,{qe}件,{se}»
`,
  questions: [
    { kind: 'term', about: 'a', text: '货号{a}的单价是多少？' },
    { kind: 'term', about: 'b', text: '{b}在哪个货架上？' },
    { kind: 'term', about: 'c', text: '{c}还有多少件？' },
    { kind: 'fact', about: 'd', text: '{firm}的{nd}单价是多少？' },
    { kind: 'term', about: 'e', text: '{e}' },
    {
      kind: 'follow-up',
      about: 'a',
      text: '放在哪个货架上？',
      before: ['货号{a}的单价是多少？', '{pa}元。'],
    },
    {
      kind: 'follow-up',
      about: 'b',
      text: '库存还有多少件？',
      before: ['{b}是什么？', '是{nb}。'],
    },
  ],
  unanswerable: ['{firm}的总经理是谁？', '{a}一件有多重？', '{b}是哪个国家生产的？', '{firm}给学校打几折？'],
}

const reference: Family = {
  name: '参考',
  half: 'held',
  language: 'zh',
  kind: 'code',
  file: '{module}.md',
  slots: {
    module: 'each: chaoxi | yanzi_queue | shulinfs | mohecache',
    limit: 'number: 16..900',
    wait: 'number: 150..9500/50',
    retry: 'number: 2..14',
    port: 'number: 2100..9800',
    flag: 'each: --yange-moshi | --buchaoche | --dongshen | --moliang',
    env: 'each: CHAOXI_GEN | YZ_MULU | SHULIN_KU | MOHE_JI',
    code: 'code: CW_####',
    other: 'code: JG-####',
    version: 'of: 2.4.1 | 0.19.3 | 5.0.12 | 3.7.0',
    author: 'person',
    format: 'of: 小端帧 | 制表符分隔的行 | 带长度前缀的记录 | 以零结尾的字符串',
    lock: 'of: suoding_gongxiang() | qude_zuyue() | guding_quyu() | chiyou_suo()',
  },
  text: `# {module}

这是一个供长期运行的程序使用的小型程序库。本页列出可以设置的选项和可能出现的错误。

## 选项

\`max_entries\`：«limit|{module}最多保留{limit}个条目，超过后删除最旧的。» 数值越大，占用内存越多。

\`timeout_ms\`：«wait|{module}的调用在{wait}毫秒后放弃。» 不接受零。

\`retries\`：«retry|写入失败时{module}会重试{retry}次，每次间隔更长。»

\`{flag}\`：«flag|开关{flag}让{module}拒绝本来会自动修正的输入。» 默认关闭。

## 环境变量

«env|变量{env}指定{module}存放文件的目录。» 没有设置时使用当前目录。

## 格式

«format|{module}写出的是{format}。» 读取方不能假定顺序。«port|状态页监听{port}端口。»

## 函数

\`{lock}\`：«lock|第一次读取{module}之前要调用{lock}。» 可以重复调用。

## 错误

«code|{code}：{module}的索引是由更新的版本写的。» 请升级，或者删除索引，它会自动重建。

«other|{other}：时钟倒退，{module}暂停过期处理。» 之后会自动恢复。

## 历史

«version|从{version}版起，{module}在磁盘写满时不会损坏数据。» «author|{module}由{author}维护。» 欢迎提交能够重现的问题报告。
`,
  questions: [
    { kind: 'term', about: 'env', text: '{env}有什么用？' },
    { kind: 'term', about: 'code', text: '{code}是什么意思？' },
    { kind: 'fact', about: 'limit', text: '{module}最多保留多少个条目？' },
    { kind: 'paraphrase', about: 'wait', text: '{module}等多久没有回应就不再等了？' },
    {
      kind: 'follow-up',
      about: 'port',
      text: '它的状态页监听哪个端口？',
      before: ['{module}由谁维护？', '由{author}维护。'],
    },
    { kind: 'term', about: 'flag', text: '解释一下{flag}。' },
    { kind: 'term', about: 'other', text: '日志里出现{other}，怎么回事？' },
    { kind: 'fact', about: 'author', text: '{module}由谁维护？' },
    { kind: 'paraphrase', about: 'version', text: '{module}从哪个版本开始能应付没有剩余空间的情况？' },
    { kind: 'term', about: 'lock', text: '什么时候要调用{lock}？用的是{module}。' },
    {
      kind: 'follow-up',
      about: 'retry',
      text: '写入失败时会重试几次？',
      before: ['{module}写出的是什么格式？', '{format}。'],
    },
  ],
  unanswerable: [
    '{module}是用哪种编程语言写的？',
    '{module}采用什么许可证？',
    '有多少人下载过{module}？',
    '{module}能在电话上运行吗？',
  ],
}

const life: Family = {
  name: '生平',
  half: 'held',
  language: 'zh',
  kind: 'text',
  file: '{person}生平.txt',
  slots: {
    person: 'person',
    born: 'number: 1851..1889',
    birthplace: 'place',
    father: 'of: 船夫 | 磨坊主 | 修表匠 | 蜡烛商',
    school: 'place',
    teacher: 'person',
    trade: 'of: 测量员 | 玻璃画师 | 磨镜匠 | 引水员',
    work: 'each: 盐路图志 | 风的语法 | 四十座小桥 | 论缓慢的河流',
    workyear: 'number: 1890..1919',
    ship: 'each: 乌鸦号 | 蓝莲号 | 忍耐号 | 老百年号',
    lands: 'place',
    wife: 'person',
    house: 'place',
    pupils: 'number: 11..74',
    box: 'code: SG-###/A',
    died: 'number: 1921..1949',
    rest: 'place',
  },
  text: `{person}生平

关于这个人的记载很少，以下内容根据书信和族谱整理而成。

«born|{person}于{born}年出生在{birthplace}。» «father|父亲是{father}，不识字。» 家里有七个孩子，挤在两间屋里。冬天大家围着炉子，读邻居借来的书。

«school|十二岁时，{person}被送到{school}上学。» «teacher|在那里，{teacher}发现了这个孩子的绘画天赋，免费教课。» 当年的画稿大多毁于一场洪水。

«trade|后来{person}当了{trade}，靠这门手艺过了十年。» 信里说手总是冰凉的，房租总是交得很晚。«ship|第一次远行乘的是{ship}。» «lands|航程在{lands}结束，那里没有人听得懂他说的话。» 留下来的只有两本笔记。

«work|《{work}》出版于{workyear}年。» 这本书卖得不好，称赞它的人大多没有读过。«pupils|晚年的{person}教过{pupils}个学生，大多不收学费。»

«wife|{person}很晚才与{wife}结婚。» «house|两人在{house}有一所房子，花园一直没有修完。»

«died|{person}于{died}年秋天去世。» «rest|墓地在{rest}的一棵核桃树下。» «box|书信存放在县档案馆的{box}号盒子里。» 至今没有人整理。
`,
  questions: [
    { kind: 'fact', about: 'born', text: '{person}是哪一年出生的？' },
    { kind: 'fact', about: 'work', text: '《{work}》是哪一年出版的？' },
    { kind: 'term', about: 'box', text: '{box}号盒子里是什么？' },
    { kind: 'paraphrase', about: 'trade', text: '{person}早年靠什么谋生？' },
    {
      kind: 'follow-up',
      about: 'rest',
      text: '墓地在哪里？',
      before: ['{person}是什么时候去世的？', '{died}年秋天。'],
    },
    { kind: 'fact', about: 'teacher', text: '{teacher}发现了什么？' },
    { kind: 'fact', about: 'wife', text: '{person}与谁结婚？' },
    { kind: 'paraphrase', about: 'pupils', text: '有多少年轻人听过{person}的课？' },
    {
      kind: 'follow-up',
      about: 'lands',
      text: '那次航程在哪里结束？',
      before: ['{person}第一次远行乘的是什么船？', '是{ship}。'],
    },
    { kind: 'fact', about: 'school', text: '{person}在哪里上学？' },
  ],
  unanswerable: [
    '{person}身高多少？',
    '哪所大学给{person}颁过奖？',
    '{wife}的大女儿叫什么名字？',
    '《{work}》的手稿拍卖了多少钱？',
  ],
}

const rules: Family = {
  name: '公约',
  half: 'held',
  language: 'zh',
  kind: 'markdown',
  file: '{house}住户公约.md',
  slots: {
    house: 'each: 菩提苑 | 水堰里 | 老粮仓 | 信号楼',
    quiet: 'time',
    deposit: 'number: 300..2900/50',
    notice: 'number: 3..11',
    bins: 'of: 星期一 | 星期二 | 星期三 | 星期四',
    caretaker: 'person',
    phone: 'code: ####-##',
    bikes: 'number: 9..41',
    laundry: 'number: 2..6',
    coin: 'number: 2..9',
    room: 'code: B#-##',
    form: 'code: TZ-##-A',
    guests: 'number: 4..21',
    meter: 'code: DB######',
    heating: 'date',
    fine: 'number: 20..200/10',
  },
  text: `# {house}住户公约

本公约适用于{house}的全体住户和来访者，由大家共同商定，也可以按同样的办法修改。

## 安静

«quiet|{house}从{quiet}起保持安静。» 音乐只能在自己屋里听。装修钻孔只能在工作日进行。

## 押金与退租

«deposit|押金为{deposit}元，验房后退还。» «notice|搬走的住户要提前{notice}个星期通知。» «form|通知请使用{form}表。» 墙壁可以刷任何颜色，退租时必须是白色。

## 垃圾

«bins|{house}的垃圾桶在{bins}清空。» «fine|在院子里乱丢垃圾的，罚款{fine}元。» 废纸要捆好。

## 管理员

«caretaker|{house}的管理员是{caretaker}。» «phone|紧急情况请拨打{phone}。» 水龙头漏水写张条子放进信箱就行。

## 公共房间

«laundry|洗衣房有{laundry}台洗衣机，洗一次{coin}元。» «bikes|地下室可以停{bikes}辆自行车。» «room|活动室{room}的钥匙挂在办公室。» 用完请打扫。

## 客人

«guests|客人最多连续住{guests}晚。» 超过的算作住户，要轮流打扫楼梯。

## 暖气与电表

«heating|{house}最迟从{heating}起供暖。» «meter|总电表的编号是{meter}。» 每年抄表一次。
`,
  questions: [
    { kind: 'fact', about: 'quiet', text: '{house}从几点起保持安静？' },
    { kind: 'fact', about: 'caretaker', text: '{house}的管理员是谁？' },
    { kind: 'term', about: 'meter', text: '编号{meter}是什么？' },
    { kind: 'paraphrase', about: 'guests', text: '朋友来{house}可以住多久？' },
    {
      kind: 'follow-up',
      about: 'phone',
      text: '紧急情况打哪个电话？',
      before: ['{house}的管理员是谁？', '是{caretaker}。'],
    },
    { kind: 'term', about: 'form', text: '{form}表是做什么用的？' },
    { kind: 'fact', about: 'heating', text: '{house}从什么时候起供暖？' },
    { kind: 'paraphrase', about: 'bins', text: '{house}星期几收垃圾？' },
    { kind: 'term', about: 'room', text: '{room}的钥匙挂在哪里？' },
    {
      kind: 'follow-up',
      about: 'laundry',
      text: '那里洗一次衣服多少钱？',
      before: ['{house}的管理员是谁？', '{caretaker}。'],
    },
  ],
  unanswerable: [
    '{house}的产权人是谁？',
    '{house}里可以养鹦鹉吗？',
    '{house}的网速有多快？',
    '{caretaker}假期去哪里？',
  ],
}

export const chineseHeld: readonly Family[] = [stock, reference, life, rules]
