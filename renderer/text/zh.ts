// The window's words in Chinese. The type keeps this table and the English one equal, key by key.
import type { ErrorDetail } from '../../electron/contract/errors.ts'
import type { Sentence, Text } from './en.ts'
import { keepingErrorsZh, keepingNoticesZh, keepingWordsZh } from './zh-keeping.ts'
import { memoryErrorsZh, memoryNoticesZh, memoryWordsZh } from './zh-memory.ts'
import { documentErrors, documentNotices, documentWords } from './zh-documents.ts'
import { downloadErrors, downloadNotices, downloadWords } from './zh-downloads.ts'
import { templateErrorsZh, templateWordsZh } from './zh-templates.ts'
import { libraryErrors, libraryNotices, libraryWords } from './zh-library.ts'

function named(detail: ErrorDetail, key: string): string {
  const value = detail[key]
  return typeof value === 'string' && value !== '' ? `“${value}”` : ''
}

/** The layers below speak English; their sentence is added in brackets, since it is often the most exact one. */
function reason(detail: ErrorDetail): string {
  const value = detail['reason']
  return typeof value === 'string' && value !== '' ? `（${value}）` : ''
}

const errors: Text['errors'] = {
  cancelled: () => ({ title: '已停止', body: '已按您的要求停止。' }),
  invalid_argument: (d) => ({
    title: '有一项设置超出范围',
    body: `有一个数值不适用于引擎${reason(d)}。请在“设置”中重置采样参数后再试。`,
  }),
  tokens_invalid: (d) => ({
    title: '模型读不了这段文字',
    body: `模型的词表里没有对应的词元${reason(d)}。请换一种写法。`,
  }),
  file_missing: (d) => ({
    title: '文件已经不在了',
    body: `文件${named(d, 'file')}已被移动、改名或删除。请重新选择，或另选一个文件。`,
  }),
  file_unreadable: (d) => ({
    title: '无法打开文件',
    body: `Roost 没有读取${named(d, 'file') || '该文件'}的权限，或磁盘没有响应${reason(d)}。`,
  }),
  file_exists: (d) => ({ title: '同名文件已存在', body: `没有覆盖任何内容${reason(d)}。请换一个名字。` }),
  not_a_model: (d) => ({
    title: '这不是模型文件',
    body: `文件${named(d, 'file')}的内容不是模型${reason(d)}。Roost 可以打开 .pth、.safetensors 和 .gguf 格式的 RWKV 模型。`,
  }),
  model_unsafe: (d) => ({
    title: '已拒绝这个文件',
    body: `它要求在打开时运行代码，而任何模型都不需要这样做。Roost 没有运行它${reason(d)}。请从可信的来源获取模型。`,
  }),
  model_unsupported: (d) => ({
    title: 'Roost 暂不支持这个模型',
    body: `文件确实是模型，但这个版本还不认识它的类型${reason(d)}。`,
  }),
  model_truncated: (d) => ({
    title: '模型文件不完整',
    body: `文件在数据结束之前就中断了，可能是下载或复制没有完成${reason(d)}。请重新下载。`,
  }),
  model_damaged: (d) => ({ title: '模型文件已损坏', body: `文件的各部分互相矛盾${reason(d)}。请重新下载。` }),
  model_changed: () => ({
    title: '模型文件在使用中被改动',
    body: '您的对话是安全的。请重新加载模型以继续。',
  }),
  vocabulary_missing: (d) => ({
    title: '缺少模型的词表',
    body: `这个模型需要一个词表文件，但没有找到${reason(d)}。请把它放在模型文件旁边，再重新加载。`,
  }),
  vocabulary_damaged: (d) => ({
    title: '词表文件已损坏',
    body: `它的内容与声明不符${reason(d)}。请替换后重新加载模型。`,
  }),
  out_of_memory: (d, f) => ({
    title: '可用内存不足',
    body:
      typeof d['neededBytes'] === 'number'
        ? `需要 ${f.bytes(d['neededBytes'])} 内存，超过了目前的可用量。请关闭其他程序，或选择更小的模型。`
        : `本机的可用内存不够${reason(d)}。请关闭其他程序，或选择更小的模型。`,
  }),
  disk_full: (d, f) => ({
    title: '磁盘已满',
    body:
      typeof d['neededBytes'] === 'number'
        ? `还需要 ${f.bytes(d['neededBytes'])} 空间。之前保存的内容是安全的。请腾出空间后再试。`
        : '之前保存的内容是安全的。请腾出空间后再试。',
  }),
  device_unavailable: (d) => ({ title: '设备不可用', body: `设备不存在，或没有通过自检${reason(d)}。` }),
  device_failed: (d) => ({
    title: '设备停止工作',
    body: `您的对话是安全的${reason(d)}。请重新加载模型以继续。`,
  }),
  numeric_fault: (d) => ({
    title: '模型给出了无效的数值',
    body: `它的权重可能已损坏${reason(d)}。已写出的文字都保留着。如果再次出现，请重新下载模型。`,
  }),
  snapshot_damaged: () => ({
    title: '一份保存的状态已损坏',
    body: '它已被搁置。对话内容完整无缺，Roost 会重新读一遍再继续。',
  }),
  snapshot_mismatch: () => ({
    title: '保存的状态属于另一个模型',
    body: '没有使用它。对话内容完整无缺，Roost 会用当前模型读一遍。',
  }),
  busy: () => ({ title: '引擎正忙', body: '它正在处理其他事情，请稍后再试。' }),
  closed: () => ({ title: '引擎已关闭', body: '请重新加载模型以继续。' }),
  write_failed: (d) => ({
    title: '文件写入失败',
    body: `磁盘拒绝写入${reason(d)}。之前保存的内容是安全的。`,
  }),
  internal: () => ({
    title: 'Roost 内部出错',
    body: '很抱歉，这是我们的问题，不是您的。已保存的内容是安全的。如果再次出现，请告诉我们。',
  }),
  unknown_call: () => ({ title: '窗口与引擎的版本不一致', body: '请重新启动 Roost，使两者来自同一版本。' }),
  untrusted_sender: () => ({ title: '此页面不能与 Roost 通信', body: '请打开 Roost 启动时显示的地址。' }),
  bad_request: (d) => ({ title: '请求未被接受', body: `有一个值的格式不符合 Roost 的要求${reason(d)}。` }),
  not_found: () => ({ title: '它已经不在了', body: '可能刚刚被删除。' }),
  message_empty: () => ({ title: '消息是空的', body: '请先写点什么。' }),
  message_too_long: (d, f) => ({
    title: '消息太长',
    body:
      typeof d['limit'] === 'number'
        ? `一条消息最多 ${f.count(d['limit'])} 个字符。内容没有丢失，仍在下面的输入框里。`
        : '内容没有丢失，仍在下面的输入框里。请分成几条发送。',
  }),
  no_model: () => ({ title: '没有加载模型', body: '请先选择模型，再重新发送。' }),
  model_loading: () => ({ title: '模型还在加载', body: '请等它就绪后再发送一次。' }),
  addon_missing: (d) => ({ title: '引擎无法启动', body: `对话可以阅读，但不能继续${reason(d)}。` }),
  answer_running: () => ({ title: '这个对话还在回答', body: '请等待回答结束，或先停止它。' }),
  storage_damaged: (d, f) => ({
    title: '数据库已损坏',
    body:
      d['repairedAtNextStart'] === true
        ? '还能读的内容仍可阅读。它会在下次启动时修复：请退出 Roost 再重新启动。'
        : typeof d['conversations'] === 'number'
          ? `损坏的文件已被搁置，没有覆盖任何内容。已恢复 ${f.count(d['conversations'])} 个对话。`
          : `它已被搁置，没有覆盖任何内容${reason(d)}。`,
  }),
  storage_newer: () => ({ title: '数据来自更新版本的 Roost', body: '数据保持原样。请安装新版本来打开它。' }),
  storage_unavailable: (d) => ({
    title: '无法访问数据库',
    body: `它可能被其他程序锁定，或磁盘没有响应${reason(d)}。`,
  }),
  ...keepingErrorsZh,
  ...memoryErrorsZh,
  connection_lost: () => ({ title: 'Roost 没有响应', body: '与应用的连接断开了。已保存的内容都还在。' }),
  ...documentErrors,
  ...downloadErrors,
  ...templateErrorsZh,
  ...libraryErrors,
}

function unsaved(sentence: Sentence): Sentence {
  return (detail, format) => {
    const words = sentence(detail, format)
    if (detail['unsavedAnswer'] !== true) return words
    return { title: words.title, body: `有一个回答还没能保存，Roost 会继续尝试。${words.body}` }
  }
}

const notices: Record<string, Sentence> = {
  disk_full: unsaved(errors.disk_full),
  storage_unavailable: unsaved(errors.storage_unavailable),
  ...keepingNoticesZh,
  ...memoryNoticesZh,
  ...libraryNotices,
  ...documentNotices,
  ...downloadNotices,
}

export const zh: Text = {
  languageName: '简体中文',
  appName: 'Roost',

  sidebar: '侧边栏',
  newChat: '新对话',
  searchChats: '搜索对话',
  conversations: '对话列表',
  conversationActions: '对话操作',
  hideSidebar: '隐藏侧边栏',
  showSidebar: '显示侧边栏',
  pages: '页面',
  chat: '对话',
  documents: '文档',
  models: '模型',
  settings: '设置',
  pinned: '置顶',
  today: '今天',
  yesterday: '昨天',
  lastWeek: '最近 7 天',
  lastMonth: '最近 30 天',
  results: '搜索结果',
  noResults: (query) => `没有包含“${query}”的对话。`,
  noChatsYet: '您的对话会列在这里。',
  untitled: '新对话',
  generating: '正在回答',
  rename: '重命名',
  pin: '置顶',
  unpin: '取消置顶',
  delete: '删除',
  cancel: '取消',
  save: '保存',
  close: '关闭',
  title: '标题',
  renameTitle: '重命名对话',
  systemPrompt: '系统提示词',
  systemPromptHint: '在这个对话的第一条消息之前告诉模型的话。修改只影响之后的提问；之前的消息会重新读一遍。',

  modelButton: (name) => `模型：${name}`,
  chooseModel: '选择模型',
  engine: '引擎',
  engineNone: '无模型',
  engineReady: '就绪',
  engineBusy: '正在回答',
  engineFault: '故障',
  engineLoading: (percent) => `加载中 ${percent}`,
  loadingModel: (name) => `正在加载 ${name}`,
  onDevice: (device, isa, threads) => `${device}，${isa}，${threads} 线程`,
  openModelFile: '打开模型文件…',
  chooseFile: '选择文件…',
  addModelFile: '添加模型文件…',
  load: '加载',
  unload: '卸载',
  reload: '重新加载',
  noModelsYet: '还没有已知的模型。',
  manageModels: '全部模型',

  transcript: '对话内容',
  you: '您',
  assistant: '助手',
  proof: (resumed, reread, rate) => `续接 ${resumed} 词元，重读 ${reread}，${rate} 词元/秒`,
  resumed: (resumed, reread) => `续接 ${resumed} 词元，重读 ${reread}`,
  reading: (done, total) => `正在阅读 ${done} / ${total} 词元`,
  rebuilding: (done, total) => `正在重读之前的消息：${done} / ${total} 词元`,
  startingAnswer: '正在想第一个词…',
  copy: '复制',
  copied: '已复制',
  edit: '编辑',
  showAll: '全部显示',
  showLess: '收起',
  regenerate: '重新生成',
  branchFromHere: '从这里分支',
  continue: '继续写',
  details: '详情',
  previousVersion: '上一个版本',
  nextVersion: '下一个版本',
  versionOf: (i, n) => `${i} / ${n}`,
  interrupted: '已中断：写这段话时 Roost 退出了。之前的文字都保留着。',
  stopped: '已停止',
  reachedMaximum: '已达到长度上限',
  emptyAnswer: '模型没有写任何内容就结束了回答。',
  thinking: '正在思考…',
  thoughtFor: (seconds) => `思考了 ${seconds} 秒`,
  jumpToLatest: '回到最新',
  branchNote: '下一条消息会从这里开始新的分支。之后的内容仍然保留，用箭头即可回去。',
  branchEnd: '回到最新消息',
  editMessage: '编辑消息',
  editHint: '原来的版本会与新版本并存。',
  sendEdit: '发送',
  copyCode: '复制代码',
  wrapLines: '自动换行',
  plainText: '文本',
  imageNotLoaded: (alt, host) => `未加载图片：${alt || '无说明'}${host ? `（${host}）` : ''}`,
  openLinkTitle: '打开这个链接？',
  openLinkBody: '它会离开 Roost，在浏览器中打开：',
  openLink: '打开',
  detailModel: '模型',
  detailTime: '时间',
  detailResumed: '从保存的状态续接',
  detailReread: '重新阅读',
  detailPrompt: '本轮新增',
  detailAnswer: '写出',
  detailPrefill: '阅读速度',
  detailDecode: '书写速度',
  detailFirst: '首词用时',
  detailFinish: '结束于',
  detailSnapshot: '已保存状态',
  tokens: (n) => `${n} 词元`,
  tokensPerSecond: (n) => `${n} 词元/秒`,
  milliseconds: (n) => `${n} 毫秒`,
  yes: '是',
  no: '否',
  finishStopText: '停止序列',
  finishEndToken: '模型自己',
  finishMaxTokens: '长度上限',
  finishCancelled: '您',

  message: '消息',
  messagePlaceholder: (model) => `发消息给 ${model}`,
  messagePlaceholderPlain: '写一条消息',
  send: '发送',
  stop: '停止',
  composerHint: 'Enter 发送，Shift+Enter 换行',
  composerNoModel: '需要一个模型来回答。',
  composerLoading: '模型正在加载，您可以先写。',
  composerTooLong: (limit) => `超过 ${limit} 个字符，请缩短一些。`,

  greeting: (hour) => (hour < 5 ? '夜深了' : hour < 12 ? '早上好' : hour < 18 ? '下午好' : '晚上好'),
  greetingBody: '您说的一切都留在这台电脑上。随时可以关闭 Roost，对话会从原处继续。',
  firstRunTitle: '欢迎使用 Roost',
  firstRunBody: 'Roost 在这台电脑上运行 RWKV 语言模型。请选择一个模型开始。',
  firstRunStarter: (name) => `用 ${name} 开始`,
  suggestions: '建议',
  suggestionList: [
    { title: '打个招呼', text: '你好！你能做什么？' },
    { title: '了解原理', text: 'RWKV 是怎么工作的？' },
    { title: '就一段短文提问', text: '小梅住在白石镇。她的职业是老师。\n\n小梅住在哪里？' },
  ],
  uncleanTitle: '上次 Roost 没有正常退出',
  uncleanBody: '您的对话完整无缺。为谨慎起见，没有加载模型。',
  uncleanLoad: (name) => `加载 ${name}`,
  dismiss: '关闭',
  starting: '正在启动…',
  openingChat: '正在打开对话…',
  chatMissingTitle: '这个对话已经不在了',
  retry: '重试',
  tryAgainAnswer: '重试',
  connectionLost: '与 Roost 的连接断开了，正在重试…',
  connectionRefused: '此页面不能再与 Roost 通信。请打开它启动时显示的地址。',
  reconnect: '立即重试',
  notifications: '通知',

  palette: '命令面板',
  paletteSearch: '搜索对话和命令',
  paletteEmpty: '没有找到。',
  paletteCommands: '命令',
  paletteChats: '对话',
  commandStop: '停止回答',
  commandTheme: (theme) => `主题：${theme}`,

  browseTitle: '打开模型文件',
  browseUp: '上一级文件夹',
  browseHint: 'RWKV 模型：.pth、.safetensors 或 .gguf',
  browseEmpty: '这里没有文件夹，也没有模型文件。',
  browseOpen: '打开',
  browseEntries: '文件夹内容',

  installed: '已安装',
  modelsIntro: '模型在原处使用；添加时不复制任何文件。',
  parametersOf: (n) => `${n} 参数`,

  documentsTitle: '文档',

  settingsAppearance: '外观',
  theme: '主题',
  themeSystem: '跟随系统',
  themeLight: '浅色',
  themeDark: '深色',
  language: '语言',
  languageSystem: '跟随系统',
  settingsModel: '模型',
  loadLastModel: '启动时加载上次的模型',
  loadLastModelHint: '关闭后，Roost 启动时不加载模型。',
  threads: '处理器线程',
  threadsHint: '留空：每个物理核心一个。加载模型时生效。',
  settingsSampling: '采样',
  samplingHint: '用于所有回答。没有改动的项采用模型推荐的值。',
  temperature: '温度',
  temperatureHint: '低：稳妥；高：出人意料；0：总是选最可能的词。',
  topP: 'Top-p',
  topPHint: '在合计达到这个比例的最可能的词中选择。',
  topK: 'Top-k',
  topKHint: '0：不限。',
  minP: 'Min-p',
  minPHint: '舍去可能性低于最可能词这一比例的词。',
  presencePenalty: '存在惩罚',
  presencePenaltyHint: '避免重复出现过的词。',
  frequencyPenalty: '频率惩罚',
  frequencyPenaltyHint: '避免频繁使用同一个词。',
  penaltyDecay: '惩罚衰减',
  penaltyDecayHint: '惩罚消退的快慢。1：不消退。',
  seed: '随机种子',
  seedHint: '留空：每次回答都用新的。',
  maximumTokens: '最大词元数',
  maximumTokensHint: '回答最多到这里；之后可以让它继续写。',
  reset: '重置',
  recommended: '推荐值',
  random: '随机',
  automatic: '自动',
  settingsStorage: '存储',
  dataFolder: '数据文件夹',
  dataFolderHint: '对话、保存的状态和设置都在这里，别处没有。',
  copyPath: '复制路径',
  snapshotBudget: '保存状态的磁盘空间',
  snapshotBudgetHint:
    '保存的状态让对话无需重读即可继续。空间用完时先清理最旧的状态；对话文字永远不会被清理。',
  backgroundReading: '在后台预先阅读',
  backgroundReadingHint: '加载模型后，最近的对话会自动就绪。关闭后，只有继续对话时才会阅读。',
  tableMore: (shown, rows) => `显示更多行（${shown} / ${rows}）`,
  actionInstant: '立即',
  actionReads: (tokens) => `需重读 ${tokens} 个词元`,
  paletteStates: '保存的状态',
  settingsAbout: '关于',
  version: (v) => `版本 ${v}`,
  aboutBody: '一切都在这台电脑上运行。Roost 不会把任何内容发到任何地方。',
  shortcuts: '键盘快捷键',
  shortcutNewChat: '新对话',
  shortcutSearch: '搜索和命令',
  shortcutSidebar: '显示或隐藏侧边栏',
  shortcutSettings: '设置',
  shortcutStop: '停止回答',
  shortcutNewLine: '消息中换行',
  shortcutRecall: '找回上一条消息（输入框为空时）',
  notSaved: '这个值不能用，已保留原来的值。',

  ...keepingWordsZh,
  ...memoryWordsZh,
  ...libraryWords,
  ...templateWordsZh,
  ...documentWords,
  ...downloadWords,

  errors,
  notices,
}
