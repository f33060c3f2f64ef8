// 模型目录、下载及其错误的中文文字。 The same keys as en-downloads.ts, held equal by type.
import type { ErrorDetail } from '../../electron/contract/errors.ts'
import type {
  downloadErrors as english,
  downloadNotices as englishNotices,
  downloadWords as englishWords,
} from './en-downloads.ts'

const host = (d: ErrorDetail): string =>
  typeof d['host'] === 'string' && d['host'] !== '' ? d['host'] : '该网站'

function reason(d: ErrorDetail): string {
  const value = d['reason']
  return typeof value === 'string' && value !== '' ? `（${value}）` : ''
}

export const downloadErrors: typeof english = {
  network_unavailable: (d) => ({
    title: '网络不通',
    body: `无法连接 ${host(d)}，或连接一再中断${reason(d)}。已下载的部分会保留。`,
  }),
  source_busy: (d) => ({
    title: '网站要求稍候',
    body: `${host(d)} 目前繁忙${reason(d)}。已下载的部分会保留。`,
  }),
  access_denied: (d) => ({
    title: '该文件不对所有人开放',
    body: `${host(d)} 需要访问令牌，或需要另一个令牌${reason(d)}。可在“设置”的“下载”中填写令牌。`,
  }),
  source_missing: (d) => ({
    title: '找不到',
    body: `${host(d)} 上没有这个仓库或文件${reason(d)}。请检查名称，或刷新目录。`,
  }),
  source_unusable: (d) => ({
    title: '得到的不是模型文件',
    body: `${host(d)} 返回了别的内容，可能是网络的登录页面${reason(d)}。没有安装任何内容。`,
  }),
  source_changed: (d) => ({
    title: '来源处的文件已经改变',
    body: `${host(d)} 提供的文件与公布的校验值不符${reason(d)}。没有安装任何内容。请刷新目录，或换一个来源。`,
  }),
  size_changed: (d, f) => ({
    title: '文件大小与预期不同',
    body:
      typeof d['expectedBytes'] === 'number' && typeof d['foundBytes'] === 'number'
        ? `应为 ${f.bytes(d['expectedBytes'])}（${f.count(d['expectedBytes'])} 字节），而 ${host(d)} 提供的是 ${f.bytes(d['foundBytes'])}（${f.count(d['foundBytes'])} 字节）。没有下载任何内容。`
        : `${host(d)} 提供的大小与您同意的不同。没有下载任何内容。`,
  }),
  address_refused: (d) => ({
    title: '不能使用这个地址',
    body: `只能从互联网上的 https 地址，或您自己设置的站点下载${reason(d)}。`,
  }),
  download_damaged: (d) => ({
    title: '下载到的文件已损坏',
    body: `文件已全部下载，部分内容下载了两次，但仍与公布的校验值不符${reason(d)}。没有安装。请重试，或换一个来源。`,
  }),
  disk_space: (d, f) => ({
    title: '磁盘空间不足',
    body:
      typeof d['neededBytes'] === 'number' && typeof d['freeBytes'] === 'number'
        ? `此下载还需要 ${f.bytes(d['neededBytes'])}，目前可用 ${f.bytes(d['freeBytes'])}，还差 ${f.bytes(Math.max(1, d['neededBytes'] - d['freeBytes']))}。已下载的部分会保留。`
        : '磁盘放不下其余部分。已下载的部分会保留。',
  }),
}

export const downloadNotices: typeof englishNotices = {
  download_finished: (d) => ({
    title: '下载完成',
    body: `${typeof d['name'] === 'string' ? d['name'] : '模型'} 已通过校验，可以使用。`,
  }),
}

export const downloadWords: typeof englishWords = {
  catalogue: '模型目录',
  catalogueIntro: 'RWKV 官方模型。所示大小即下载量；文件在使用前都会校验。',
  searchModels: '搜索模型',
  refreshCatalogue: '刷新',
  refreshedAt: (time) => `刷新于 ${time}`,
  addFromHub: '从 Hugging Face 添加',
  filterGeneration: '代',
  filterSize: '规模',
  filterLanguage: '语言',
  filterAny: '不限',
  filterGenerationOf: (generation) => `RWKV-${generation}`,
  filterSizeUpTo: (size) => `参数不超过 ${size}`,
  filterSizeAbove: (size) => `参数超过 ${size}`,
  languageNames: { en: '英文', zh: '中文', ja: '日文', many: '多种语言' },
  showAllModels: (count) => `显示全部 ${count} 个模型`,
  showCurated: '只显示推荐的模型',
  noModelsMatch: '没有符合的模型。请换一个词，或去掉一个筛选条件。',
  recommendedModel: '推荐',
  addedModel: '由您添加',
  removeFromCatalogue: '从目录中移除',
  purposes: {
    chat: '适合各类对话的通用模型。',
    small: '小而快：适合较旧的机器，也适合试用。',
    strong: '能力最强，需要大量内存。',
    novel: '擅长写故事。',
    base: '续写文字；未针对对话训练。',
    older: '较早的一代。',
    experimental: '实验性模型。',
    unknown: '',
  },
  contextOf: (tokens) => `训练长度达 ${tokens} 个词元`,
  releasedOn: (day) => `${day} 发布`,
  chooseModelFileOf: (title) => `${title} 的文件`,
  sixteenBit: '16 位',
  downloadSize: (size) => `下载 ${size}`,
  askForSize: '查询大小',
  alreadyInstalled: '已安装',
  inQueue: '已在队列中',

  downloads: '下载',
  downloadingName: (name) => `正在下载 ${name}`,
  pauseDownload: '暂停',
  resumeDownload: '继续',
  cancelDownload: '取消',
  downloadEarlier: '上移',
  doneOf: (done, total) => `${done} / ${total}`,
  perSecond: (rate) => `${rate}/秒`,
  secondsLeft: (seconds) => {
    if (seconds < 60) return `剩余 ${Math.max(1, Math.round(seconds))} 秒`
    const minutes = Math.round(seconds / 60)
    return minutes < 60
      ? `剩余 ${minutes} 分钟`
      : `剩余 ${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分钟`
  },
  fromHost: (host) => `来自 ${host}`,
  stateQueued: '等待轮到它',
  statePaused: '已暂停',
  stateVerifying: '正在校验文件…',
  stateConnecting: '正在连接…',
  stateWaiting: (title, time) => `${title}。将在 ${time} 再次尝试。`,
  stateFinished: '已完成并通过校验',
  stateFinishedOwn: '已完成。没有公布的校验值可供比较。',
  dismissDownload: '从列表中移除',
  cancelDownloadTitle: '取消这个下载？',
  cancelDownloadBody: (name, done) => `“${name}”已下载的 ${done} 将被删除。`,
  cancelDownloadConfirm: '取消下载',
  cancelDownloadKeep: '继续下载',
  tryAgain: '重试',

  hubRepository: 'Hugging Face 上的仓库',
  hubRepositoryHint: '所有者和名称，例如“BlinkDL/rwkv7-g1”。只会读取文件列表。',
  hubLookUp: '显示文件',
  hubFilesOf: (repository) => `${repository} 中的文件`,
  hubLicence: (licence) => `许可：${licence}`,
  hubNoLicence: '没有注明许可。',
  hubKeep: '保留在目录中',
  hubKept: '已保留在目录中',
  hubAddress: '直接地址',
  hubAddressHint: '模型文件的 https 地址。',
  hubExamine: '查看',
  hubAddressFacts: (name, size, host) => `${name}，${size}，来自 ${host}`,
  notANameOfRepository: '这不是“所有者/名称”的形式。',

  settingsDownloads: '下载',
  hubOrder: '首先询问',
  hubOrderHint: '测速会在您开始下载时，从每个站点读取四分之一兆字节。',
  hubOrderOfficial: '官方站点',
  hubOrderMeasured: '实测最快的站点',
  hubOfficial: '官方站点',
  hubMirrors: '镜像',
  hubMirrorsHint: '无法连接官方站点时使用。镜像不会得到您的访问令牌，其内容要与公布的校验值相符。',
  hubMirrorUse: (address) => `使用 ${address}`,
  hubMirrorRemove: (address) => `移除 ${address}`,
  hubMirrorAdd: '添加镜像',
  hubMirrorAddress: '镜像的地址',
  hubToken: '访问令牌',
  hubTokenHint: '用于不对所有人开放的文件。只发送给官方站点。',
  hubTokenSave: '保存令牌',
  hubTokenForget: '删除令牌',
  hubTokenKeyStore: '令牌保存在本系统的密钥库中。',
  hubTokenFile: '令牌保存在只有您能读取的文件中：本系统没有可供 Roost 使用的密钥库。',
}
