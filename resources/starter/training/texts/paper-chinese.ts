// What made-up documents in Chinese consist of; see paper-types.ts.

import { CHINESE_MATTERS } from './paper-chinese-matters.ts'
import type { PaperMaterial } from './paper-types.ts'

const words = (text: string): string[] => text.split(' ')

export const CHINESE_PAPER: PaperMaterial = {
  language: 'zh',
  marker: '问题：',
  absent: '抱歉，文中没有提到。',
  read: '我读完了。',
  it: '它',
  lists: {
    noun: words(
      '水泵 滤网 锅炉 发动机 阀门 电缆 开关 马达 梯子 烤箱 冰箱 锯子 打印机 灯 水箱 电池 拖车 卡车 公交车 渡船 电梯 水壶 织机 窑 磨坊 面包房 果园 温室 池塘 水井 喷泉 围栏 大门 屋顶 舞台 厨房 车间 实验室 档案室 食堂 操场 泳池 车库 仓库 钟楼 风琴 话筒 音箱 屏幕 键盘 服务器 表格 文件夹 钥匙 徽章 车票 合同 发票 许可证 章程 预算 报告 地图 海报 简报 日历 登记簿 手册 食谱 样品 包裹 信 箱子 木桶 瓶子 麻袋 绳子 渔网 帐篷 皮划艇 自行车 头盔 手套 围裙 毯子 床垫 椅子 长凳 桌子 架子 柜子 窗帘 地毯 镜子 收音机 相机 镜头 显微镜 望远镜 秤 温度计 保险丝 插头 水管 龙头 水桶 扫帚 铲子 草坪 小路 桥 水坝 运河 港口 码头 灯塔 凉亭 营地 停车场 路口 隧道 站台 信号灯 风车 变压器 离合器 刹车 轮子 轮胎 轴承 垫圈 螺栓 弹簧 把手 盖子 托盘 挂钩 刀片 皮带 链条 喷嘴 烟囱 瓷砖 木板 窗户 百叶窗 楼梯 栏杆 课程 考试 讲座 音乐会 比赛 集市 展览 游行 会议 选举 茶园 鱼塘 稻田 菜地 书架 琴房 花坛 雨伞 风筝 油罐 水表 电表 门锁 告示牌',
    ),
    quality: words(
      '小 大 旧 新 主 备用 上层 下层 左侧 右侧 前 后 内 外 宽 窄 长 短 重 轻 绿色 红色 蓝色 白色 黑色 灰色 黄色 圆形 方形 平 深 公共 活动 固定 电动 手动 自动 木制 金属 塑料 玻璃 石头 地方 每年的 每月的 夏季 冬季 早上的 晚间 北 南 东 西',
    ),
    measure: words(
      '重量 长度 宽度 高度 深度 直径 厚度 容量 体积 功率 电压 压力 温度 速度 范围 精度 面积 距离 坡度 密度 湿度 强度 流量 亮度 噪声 用量 负载 库存 价格 费用 租金 押金 罚款 份额 余额 年龄 分数 等级 层数 数量 尺寸 剂量 产量',
    ),
    measured: words('最大 最小 平均 通常 总 额定 正常 每日 全年 允许的 建议的'),
    unit: words(
      '千克 克 吨 升 毫升 米 厘米 毫米 公里 度 瓦 千瓦 伏 小时 分钟 秒 分 页 间 个 张 股 件 包 公顷 亩 斤 箱 人',
    ),
    span: words('分钟 小时 天 周 个月 年 秒'),
    lasting: words(
      '保修 会员 课程 培训 休息 试用 通知 维修 行程 租约 合同 展览 假期 测试 冷却 晾干 浸泡 烘烤 充电 清洗 存放 等待 排练 发酵 审核',
    ),
    few: words('两 三 四 五 六 七 八 九 十 十二 十五 二十 三十 六十 九十'),
    money: words('元 块 万元'),
    role: words(
      '会长 会计 秘书 主任 经理 看守 教练 指挥 编辑 馆长 检查员 协调员 主管 队长 导游 文员 主持人 副会长 审计 管理员 组长 船长',
    ),
    team: words(
      '委员会 理事会 俱乐部 合唱团 小组 协会 部门 办公室 合作社 公司 工会 学校 图书馆 乐团 村委会 评审团 车队',
    ),
    field: words(
      '园艺 体育 音乐 阅读 帆船 象棋 文物 骑行 登山 戏剧 水务 建筑 财务 青年 厨房 安全 交通 科研 历史 电影 丰收 乡村 港口 能源 茶艺 书法 摄影',
    ),
    room: words(
      '地下室 阁楼 办公室 厨房 大厅 储藏室 车间 车库 档案室 图书室 走廊 院子 棚子 门口 前台 实验室 更衣室 会议室 教室',
    ),
    beside: words('后面 旁边 上面 下面 附近 对面 前面 左边 右边'),
    stuff: words(
      '橡木 松木 钢 铜 黄铜 羊毛 棉 麻 丝绸 皮革 陶土 花岗岩 大理石 玻璃 橡胶 塑料 混凝土 纸 毛毡 青铜 石板 竹子 软木 蜡 稻草 铝',
    ),
    verb: words(
      '清洗 检查 修理 更换 打开 关闭 锁上 清空 装满 上油 粉刷 晾干 测量 称重 测试 调整 搬走 存放 盖住 清点 订购 归还 打印 复印 签署 登记 取消 延长 磨利 拧紧 松开 拆下 安装 连接 加热 冷却 冲洗 排空 抬起 装载 卸下 出售 购买 出租 借用 展示 翻修 扩建 重建 拆除 通知 移动',
    ),
    worked: words(
      '清洗 检查 修理 更换 打开 关闭 锁上 清空 装满 上油 粉刷 晾干 测量 称重 测试 调整 搬走 存放 盖住 清点 订购 归还 打印 签署 登记 取消 延长 磨利 拧紧 拆下 安装 加热 冷却 冲洗 出售 购买 出租 翻修 扩建 重建 拆除 送到 批准 拒绝 推迟 公布',
    ),
    crowd: words(
      '游客 会员 学生 客人 孩子 员工 租户 司机 选手 歌手 读者 志愿者 居民 狗 汽车 船 自行车 登山者 顾客 用户 病人',
    ),
    state: words(
      '湿了 干了 坏了 空了 满了 松了 磨损了 脏了 堵了 冻住了 被水淹了 生锈了 裂了 来晚了 不见了 太小 太吵 太旧 太贵 停用了',
    ),
    month: words('1 2 3 4 5 6 7 8 9 10 11 12 一 三 五 六 九 十'),
    day: words('星期一 星期二 星期三 星期四 星期五 星期六 星期日 周一 周三 周五'),
    key: words(
      'timeout limit retries port cache delay width margin language theme level interval attempts lines columns threads folder mode rate depth',
    ),
    character: [
      ...'的一是在有人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严',
    ],
  },
  fillings: {
    thing: [
      '{noun}|{noun}|{quality}{noun}|{quality}{noun}|{odd}{noun}|{odd}{noun}|{noun} {code}|{code} 号{noun}|{odd}|{n} 号{noun}|{field}{noun}|{team}的{noun}|{place}的{noun}',
    ],
    things: ['{noun}|{quality}{noun}|{odd}{noun}|{odd}|{field}{noun}|{noun}和{noun}'],
    attribute: [
      '{measure}|{measure}|{measured}{measure}|{measured}{measure}|{noun}{measure}|{odd}{measure}|{odd}|{odd}度|{noun}的{measure}',
    ],
    stretch: [
      '{lasting}|{lasting}期|{lasting}时间|{quality}{lasting}|{odd}{lasting}|{odd}期|{noun}{lasting}时间',
    ],
    quantity: [
      '{n} {unit}|{n}{unit}|{n}.{1} {unit}|{n} {odd}|{n}|{few}{unit}|{n} 到 {n} {unit}|{few}{unit}半|百分之{few}',
    ],
    duration: [
      '{few}{span}|{n} {span}|{few}{span}|半年|一年|一周|一刻钟|一个月|{few}{span}半|{few}到{few}{span}',
    ],
    amount: [
      '{n} {money}|{n}{money}|{n}.{2} {money}|{few}{money}|每{noun} {n} {money}|每月 {n} {money}|每年 {n} {money}',
    ],
    number: ['{n}|{few}|{n}|{N}'],
    code: ['{code}'],
    role: ['{role}|{role}|{field}{role}|{odd}{role}|{noun}{role}'],
    group: [
      '{team}|{field}{team}|{field}{team}|{odd}{team}|{quality}{team}|{place}{team}|{odd}{field}{team}',
    ],
    spot: [
      '在{room}里|在{quality}{room}里|在{room}|在{noun}{beside}|在{quality}{noun}{beside}|在 {n} 号{noun}里|在 {n} 号房间|在{few}楼|在{odd}{room}|在{room}{beside}的架子上|在{place}的{noun}{beside}',
    ],
    day: [
      '{month}月{d}日|{year}年{month}月{d}日|{month}月{d}日（{day}）|{year}年{month}月|{month}月底|{day}|{month} 月 {d} 日|{month}月初',
    ],
    time: ['{h}:{2}|{h} 点|上午{few}点|下午{few}点|中午|晚上{few}点半'],
    year: ['{year} 年|{year}年'],
    material: ['{stuff}|{stuff}|{quality}{stuff}|{stuff}和{stuff}|{odd}|{odd}{stuff}'],
    deed: ['{verb}{thing}|{verb}{things}|{verb}{thing}|{verb}{noun}和{noun}|{odd}{thing}'],
    done: ['{worked}|{worked}|{worked}|{odd}'],
    reason: [
      '{noun}{state}|{quality}{noun}{state}|没有{noun}|{team}的{noun}{state}|没有人{worked}{noun}|{odd}{state}|{crowd}希望这样',
    ],
    name: ['{odd}|{odd}|{code}|{odd} {N}'],
    maker: ['{odd}公司|{odd}{team}|{odd}厂|{place}|{odd}和{odd}'],
    event: ['{field}{noun}|{quality}{lasting}|{odd}{lasting}|{month}月的{lasting}|{field}{lasting}|{odd}会'],
    setting: ['{key}|max_{key}|{key}_{key}|{KEY}|最大{key}'],
    word: ['{odd}|{odd}|{odd}{noun}'],
  },
  matters: CHINESE_MATTERS,
  prose: [
    '{thing}大家都很熟悉。',
    '{crowd}喜欢{thing}。',
    '{person}谈到了{thing}。',
    '关于{things}，没有人有话要说。',
    '关于{thing}的更多内容见(下一章|别处|下文|告示牌)。',
    '那是{quality}的一天，{noun}{state}。',
    '{noun}还在老地方。',
    '大家对{thing}都很满意。',
    '{things}也是这样。',
    '其余的靠{odd}和耐心。',
    '{thing}(很久以前|去年|当时|又)被{done}了。',
    '多数{crowd}是在{place}知道{thing}的。',
    '{group}感谢所有帮忙的人。',
    '{quality}{noun}和{quality}{noun}不一样。',
    '请爱护{thing}。',
    '{thing}方面没有新消息。',
    '{person}(笑了|同意了|不在|来晚了|做了记录)。',
    '从那以后{noun}常常{state}。',
    '欢迎随时提问。',
    '旧的{things}保持原样。',
    '{place}的做法(不同|一样)。',
    '另见{odd}、{odd}和{odd}。',
  ],
  joins: ['，', '；', '，而', '，并且', '，但'],
  leads: [
    '{month}月，',
    '一般来说，',
    '根据{quality}{noun}，',
    '{lasting}时，',
    '{day}，',
    '（{n}）',
    '{n}. ',
    '注意：',
    '据{person}说，',
    '在{place}，',
    '{few}{span}后，',
  ],
  tails: [
    '，和往年一样',
    '，这是没有想到的',
    '，以免出错',
    '（见{thing}）',
    '，不只是{month}月',
    '，{role}这样解释',
    '，即使{noun}{state}也一样',
    '，{things}也在内',
    '，这样很好',
    '，大家都知道',
  ],
  titles: [
    '{odd} {n}',
    '{thing}',
    '关于{thing}',
    '{n}. {thing}',
    '{group}会议记录',
    '{crowd}须知',
    '说明',
    '保养',
    '价目表',
    '安全',
    '第{n}章',
    '# {thing}',
    '## {field}',
  ],
}
