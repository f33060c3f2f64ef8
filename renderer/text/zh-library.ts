// 模型页面、性能测试、硬件报告和首次使用的中文文字。 The same keys as en-library.ts, held equal by type.
import type { Fit } from '../../electron/contract/library-entities.ts'
import type { ErrorDetail } from '../../electron/contract/errors.ts'
import type {
  libraryErrors as englishErrors,
  libraryNotices as englishNotices,
  libraryWords as englishWords,
} from './en-library.ts'
import type { Format } from './format.ts'
import { deviceName } from './hardware-names.ts'

const file = (d: ErrorDetail): string =>
  typeof d['file'] === 'string' && d['file'] !== '' ? `“${d['file']}”` : '该文件'

export const libraryErrors: typeof englishErrors = {
  content_changed: (d) => ({
    title: '文件与原来不同',
    body:
      d['published'] === true
        ? `${file(d)} 与发布者公布的内容不一致：它在磁盘上被更改或损坏了，请重新获取。`
        : `${file(d)} 与 Roost 第一次读取时不同：它被替换或在磁盘上损坏了。`,
  }),
}

export const libraryNotices: typeof englishNotices = {
  kernels_rejected: (d) => ({
    title: 'Roost 不信任这台处理器的部分内核',
    body: `${String(d['rejected'])} 的内核在自检中算出了错误的数字，改用 ${String(d['instead'])}；回答仍然正确，只是更慢。详见模型页面的“硬件”。`,
  }),
  device_fallback: (d) => ({
    title: d['instead'] === 'cpu' ? 'Roost 改用处理器继续' : 'Roost 改用另一台设备继续',
    body: `未使用 ${deviceName(String(d['device']), libraryWords)}：${String(d['reason'])} 您的聊天没有任何丢失。详见设置中的“设备”。`,
  }),
}

const free = (fit: Fit, f: Format): string =>
  fit.freeMemoryBytes === null ? '' : f.bytes(fit.freeMemoryBytes)

export const libraryWords: typeof englishWords = {
  modelsTabs: '模型页面',
  tabLibrary: '模型库',
  tabBenchmark: '性能测试',
  tabHardware: '硬件',

  fitFits: '可运行',
  fitSlow: '可能较慢',
  fitWontFit: '无法运行',
  fitReason: (fit: Fit, f: Format): string => {
    const needs = `需要 ${f.bytes(fit.memoryBytes)} 内存`
    switch (fit.reason) {
      case 'roomy':
        return fit.freeMemoryBytes === null ? `${needs}。` : `${needs}，目前空闲 ${free(fit, f)}。`
      case 'memoryTight':
        return `${needs}，目前空闲 ${free(fit, f)}：留给其他程序的不多。`
      case 'memoryShort':
        return `${needs}，目前只有 ${free(fit, f)} 空闲。请关闭其他程序，或选择更低的位数。`
      case 'memorySmall':
        return `${needs}，而这台电脑共有 ${f.bytes(fit.totalMemoryBytes ?? 0)}。`
      case 'diskShort':
        return `需要 ${f.bytes(fit.diskBytes ?? 0)} 磁盘空间，目前空闲 ${f.bytes(fit.freeDiskBytes ?? 0)}。`
      case 'slow':
        return `${needs}；每秒约写 ${f.rate(fit.tokensPerSecond ?? 0)} 个词元，比多数人阅读慢。`
    }
  },
  speedPredicted: (rate) => `预计约 ${rate} 词元/秒`,
  speedMeasured: (rate) => `实测 ${rate} 词元/秒`,
  speedUnknown: '速度尚未测量',

  badgeLoaded: '已加载',
  modelDetails: '详情',
  modelActions: (name) => `${name} 的更多操作`,
  verify: '校验',
  convert: '转换',
  deleteModel: '删除',
  removeModel: '从列表移除',
  addFolder: '添加文件夹',
  factGeneration: '代',
  factParameters: '参数量',
  factFormat: '格式',
  factSize: '文件大小',
  factState: '每个对话的状态',
  factShape: '结构',
  shapeOf: (layers, width, vocabulary) => `${layers} 层，宽度 ${width}，词表 ${vocabulary}`,
  factContext: '训练文本最长',
  contextNote: '更长的内容也能读，只是久远的部分会淡去。',
  factTemplate: '对话格式',
  factTokenizer: '分词器',
  tokenizerNames: { embedded: '包含在文件中', world: 'World', neox: 'GPT-NeoX 20B' },
  factSpeed: '本机速度',
  speedFacts: (decode, isa, threads) => `书写 ${decode} 词元/秒（${isa}，${threads} 线程）`,
  speedPrefillFacts: (prefill) => `阅读 ${prefill} 词元/秒`,
  factMemory: '内存',
  factContent: '内容',
  contentUnknown: '尚未完整读取',
  contentRecorded: '与 Roost 第一次读取时相同',
  contentPublished: '与发布者公布的一致',
  contentChanged: '与原来不同',
  contentChecked: (when) => `校验于 ${when}`,
  factPlaces: (n) => (n === 1 ? '位置' : `${n} 个位置，内容相同`),
  placeAbsent: '目前不在',
  factWeights: '内存中的权重',
  weightsHint: '位数越少，占用内存越少、书写越快，精度略低。下次加载时生效。',
  weightsNames: {
    file: '与文件相同',
    f32: '32 位',
    f16: '16 位（f16）',
    bf16: '16 位（bf16）',
    q8: '8 位',
    q4: '4 位',
  },
  absentModel: '不在：文件或其所在磁盘目前不可用',
  changedModel: '该文件与原来不同。在信任它的回答之前，请重新获取。',

  deleteModelTitle: (name) => `删除 ${name}？`,
  deleteModelBody: (size) => `文件将从 Roost 的模型文件夹中删除，释放 ${size}。此操作无法撤销。`,
  deleteModelElsewhere: '同一模型在其他位置的文件只会从列表移除，文件本身保留。',
  deleteModelConfirm: (size) => `删除 ${size}`,
  removeModelTitle: '从列表移除这个模型？',
  removeModelBody: '文件位于 Roost 的文件夹之外，会保留在原处。',
  removeModelConfirm: '移除',

  convertTitle: (name) => `转换 ${name}`,
  convertBody:
    '在 Roost 的模型文件夹中写出一个新的 GGUF 文件，原文件保持不变。写完后会把它的回答与原模型比较。',
  convertTarget: '数字格式',
  targetNames: { f16: '16 位（F16）', q8_0: '8 位（Q8_0）', q4_0: '4 位（Q4_0）' },
  targetHints: {
    f16: '与多数原始模型同样精确。',
    q8_0: '大小减半，几乎没有差别。',
    q4_0: '大小为四分之一，精度明显降低。',
  },
  convertSize: (size) => `约 ${size}`,
  convertConfirm: '转换',

  jobVerifying: (name) => `正在校验 ${name}`,
  jobConverting: (name) => `正在转换 ${name}`,
  jobChecking: (name) => `正在检查转换后的 ${name}`,
  jobVerified: '文件与原来相同。',
  jobVerifiedPublished: '文件与发布者公布的一致。',
  jobConverted: (fileName, size) => `已写出 ${fileName}，${size}。`,
  jobAgreement: (percent) => `在所比较的位置中，有 ${percent} 与原模型预期的下一个词相同。`,
  jobNotCompared: '未与原模型比较回答：内存不足以同时容纳两者。',
  jobCancelled: '已取消，没有改动任何内容。',

  folders: '文件夹',
  foldersHint: '模型在原处使用，不会复制。',
  folderOwn: 'Roost 自己的文件夹：下载和转换的模型放在这里',
  folderAbsent: '目前不在。磁盘接上后，其中的模型会重新出现。',
  folderModels: (n) => (n === 0 ? '没有模型' : `${n} 个模型`),
  removeFolder: '移除文件夹',
  removeFolderTitle: '从列表移除这个文件夹？',
  removeFolderBody: (label) => `${label} 中的模型会从列表消失，文件不受影响。`,
  browseFolderTitle: '添加模型文件夹',
  browseFolderHint: '其中的子文件夹也会查找。',
  browseFolderAdd: '添加此文件夹',
  emptyLibrary: '除随 Roost 附带的模型外还没有其他模型。可以从目录获取，或添加文件、文件夹。',

  engineResting: '休眠',

  pickerLoaded: '已加载',
  pickerAvailable: '可用',
  pickerResting: (name) => `${name} 因长时间未使用已释放内存，您的下一条消息会重新加载它。`,
  pickerMemory: (weights, state) => `权重 ${weights}，每个对话 ${state}`,

  benchmarkIntro: '用与命令行相同的程序测量已加载的模型。请先关闭其他繁忙的程序，否则数字会偏低。',
  benchmarkNeedsModel: '请先加载一个模型。',
  benchmarkRun: '开始测试',
  benchmarkCancel: '取消',
  benchmarkProgress: '正在测量',
  benchmarkTable: '测试结果',
  columnBatch: '同时对话数',
  columnPrefill: '阅读，词元/秒',
  columnDecode: '书写，词元/秒',
  columnSpread: '最低至最高',
  columnBandwidth: '内存带宽利用',
  benchmarkCopy: '复制报告',
  benchmarkSettings: (prompt, gen, repeat) => `阅读 ${prompt} 词元，书写 ${gen} 词元，${repeat} 次取中位数`,
  benchmarkMachine: (rate) => `内存 ${rate} GB/s`,
  benchmarkCancelled: '测量已取消，之前测得的结果保留。',
  benchmarkLength: '时长',
  benchmarkShort: '短',
  benchmarkStandard: '标准',

  hardwareIntro: 'Roost 在这台电脑上找到了什么、用什么计算，以及为什么不用其他的。',
  hardwareProcessor: '处理器',
  hardwareCores: '核心',
  coresOf: (physical, logical) => `${physical} 核，${logical} 线程`,
  hardwareMemory: '内存',
  memoryOf: (freeBytes, total) => `共 ${total}，空闲 ${freeBytes}`,
  hardwareDisk: '模型所在磁盘',
  diskOf: (freeBytes) => `空闲 ${freeBytes}`,
  hardwareSystem: '系统',
  hardwareBandwidth: '内存带宽',
  bandwidthOf: (rate, when) => `${rate} GB/s，测于 ${when}`,
  bandwidthUnknown: '尚未测量',
  hardwareChosen: '用于计算模型',
  chosenNothing: '无：引擎未能启动。',
  hardwareBackends: '后端',
  backendNames: { cpu: '处理器', cuda: 'CUDA（NVIDIA）', metal: 'Metal（Apple）', emulated: '模拟设备' },
  backendUsable: '可用',
  backendNot: '不可用',
  deviceUntested: '可用，尚未测试',
  deviceFailed: '出过故障，暂不使用',
  hardwareSets: '指令集',
  setUntested: '未测试：已使用更好的指令集',
  setTrusted: '通过自检',
  setReference: '其他指令集的对照基准',
  setRejected: '未通过自检，已弃用',
  setUnusable: '不可用',
  hardwareCopy: '复制报告',
  hardwareTest: '重新测试与测量',

  settingsDevice: '设备',
  deviceChoice: '用于计算模型的设备',
  deviceChoiceHint: '设备在首次使用前会先接受测试。如果不能用，Roost 会改用处理器继续，并说明原因。',
  deviceAutomatic: '自动',
  deviceAutomaticHint: '通过自检、内存最大的设备；没有则用处理器。',
  deviceFallback: (wanted, instead, reason) => `未使用 ${wanted}，改用 ${instead}：${reason}`,
  idleUnload: '闲置多久后释放内存',
  idleUnloadHint: '您的下一条消息会重新加载模型。',
  idleNever: '从不',
  idleMinutes: (n) => (n < 60 ? `${n} 分钟` : `${n / 60} 小时`),

  firstRun: '初次设置',
  firstRunSkip: '跳过',
  firstRunHardwareTitle: '您的电脑',
  firstRunHardwareFine: '可以很好地运行语言模型。',
  firstRunHardwareSmall: '可以运行小型模型。',
  firstRunModelTitle: '适合它的模型',
  firstRunStarterReady: (name) => `${name} 已就绪，现在就可以对话。它很小，知道的不多。`,
  firstRunNoneFits: '目录中没有模型能放入目前空闲的内存。入门模型已就绪。',
}
