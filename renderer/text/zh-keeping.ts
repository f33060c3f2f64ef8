// The Chinese words for keeping order.
import type { ErrorDetail } from '../../electron/contract/errors.ts'
import type { KeepingWords, keepingErrors, keepingNotices } from './en-keeping.ts'

const number = (detail: ErrorDetail, key: string): number => {
  const value = detail[key]
  return typeof value === 'number' ? value : 0
}
const word = (detail: ErrorDetail, key: string): string => {
  const value = detail[key]
  return typeof value === 'string' ? value : ''
}

export const keepingWordsZh: KeepingWords = {
  folderActions: '文件夹操作',
  folderName: '文件夹名称',
  newFolder: '新建文件夹',
  newFolderMenu: '新建文件夹…',
  renameFolder: '重命名文件夹',
  deleteFolder: '删除文件夹',
  deleteFolderTitle: (name) => `删除文件夹“${name}”？`,
  deleteFolderBody: '其中的对话会保留，并重新按日期列出。',
  moveTo: '移到文件夹',
  noFolder: '不放在文件夹中',
  tags: '标签',
  tagsOfChat: '此对话的标签',
  tagsOfChats: (count) => `${count} 个对话的标签`,
  noTags: '还没有标签。',
  newTag: '新标签',
  newTagPlaceholder: '添加标签',
  addTag: '添加',
  removeTag: (tag) => `移除标签 ${tag}`,
  tagOnSome: '只在部分对话上；点击后加到全部对话',
  otherTags: '已有的标签',
  filterByTag: '只显示带某个标签的对话',
  done: '完成',
  unread: '有新回答',
  selectChats: '选择对话',
  selectAll: '全选',
  endSelecting: '结束选择',
  chosenChats: '已选的对话',
  chosenChat: (title) => `${title}，已选`,
  chosenCount: (count) => `已选 ${count} 个`,
  exportChat: '导出…',
  exportChats: '导出',
  undo: '撤销',

  clearSearch: '清除搜索',
  searchFilters: '搜索范围',
  searchIn: '搜索内容',
  inEverything: '所有内容',
  inTitles: '仅标题',
  inMessages: '仅消息',
  searchWhen: '时间',
  anyTime: '不限时间',
  lastDays: (days) => (days === 1 ? '今天' : days === 365 ? '最近 12 个月' : `最近 ${days} 天`),
  searchFolder: '文件夹',
  anyFolder: '所有文件夹',
  searchTag: '标签',
  anyTag: '所有标签',
  hitTitles: '标题',
  hitMessages: '消息',
  hitCount: (count) => `${count} 个结果`,
  moreHits: '更早的消息中也有这些词。多加一个词可以缩小范围。',

  exportTitle: (count) => `导出 ${count} 个对话`,
  exportAll: '导出全部对话',
  exportFormat: '格式',
  exportMarkdown: 'Markdown',
  exportMarkdownHint: '纯文本，在哪里都能阅读和编辑',
  exportMarkdownManyHint: '每个对话一个文件，打包为 zip',
  exportJson: 'JSON',
  exportJsonHint: '包含全部内容和所有版本；Roost 可以再次导入',
  exportHtml: '网页',
  exportHtmlHint: '一个文件，用任何浏览器查看；不加载、不运行任何东西',
  exportThinking: '包含模型的思考过程',
  exportNow: '导出',
  exporting: '正在写入文件…',
  importChats: '导入对话…',
  importHint: 'Roost 导出的文件（JSON），或 ChatGPT 的存档（zip 或 conversations.json）。',
  importButton: '选择文件…',
  importing: '正在读取文件…',
  exportButton: '全部导出…',

  backups: '备份',
  backupsHint: '每天一次，更新前也会备份，不含保留的状态。最多保留五份。',
  backUpNow: '立即备份',
  backingUp: '正在备份…',
  noBackups: '还没有备份。',
  backupOf: (date) => `${date} 的备份`,
  backupFacts: (conversations, messages, size) => `${conversations} 个对话，${messages} 条消息，${size}`,
  restore: '恢复',
  restoreTitle: '恢复到这份备份？',
  restoreBody: (date) =>
    `对话和设置将回到 ${date} 的样子。现在的数据会另存为一个文件，不会删除。Roost 会重新开始。`,
  restoring: '正在恢复…',
  openDataFolder: '打开数据文件夹',
  dataFolderMove: '移动…',
  dataFolderMoveTitle: '移动数据文件夹',
  dataFolderMoveBody: (place: string, needed: string, free: string) =>
    `对话、模型、文档和备份会复制到 ${place} 并逐一核对，然后 Roost 从那个文件夹继续。需要 ${needed}，那里有 ${free} 可用。旧文件夹会保留，直到你删除它。`,
  dataFolderMoveConfirm: '移动',
  dataFolderBrowseTitle: '数据文件夹放在哪里？',
  dataFolderBrowseHint: '如果所选文件夹里有别的内容，Roost 会在其中新建自己的文件夹。',
  dataFolderBrowseChoose: '选择此文件夹',
  dataFolderCopying: '正在复制数据文件夹',
  dataFolderVerifying: '正在核对副本',
  dataFolderSwitching: '正在切换，请稍候',
  dataFolderDone: (done: string, total: string) => `${done} / ${total}`,
  dataFolderOld: (place: string, bytes: string) => `旧文件夹 ${place} 仍占用 ${bytes}。`,
  dataFolderDeleteOld: '删除旧文件夹',
  dataFolderDeleteOldBody: (place: string) =>
    `将删除 ${place} 中的全部内容。正在使用的数据在新文件夹里，不受影响。`,
  diskSpace: '磁盘空间',
  diskDatabase: (size) => `数据库：${size}`,
  diskStates: (count, size) => `保留的状态：${count} 个，${size}`,
  diskBackups: (count, size) => `备份：${count} 份，${size}`,
  diskSetAside: (count, size) => `另存的数据库：${count} 个，${size}`,
  diskFree: (size) => `此磁盘剩余：${size}`,
  freeSpace: '释放空间',
  freeSpaceTitle: '释放磁盘空间？',
  freeSpaceBody: '会丢弃继续对话时不需要的状态；之后回到较早的分支时要重新读一遍。任何文字都不会删除。',
  freeSetAside: (size) => `同时删除另存的数据库（${size}）`,
  settingsChats: '对话与备份',

  searchSettings: '搜索设置',
  noSetting: (query) => `没有与“${query}”相符的设置。`,
  resetSection: (section) => `重置“${section}”`,
  shortcutsOn: '使用键盘快捷键',
  shortcutsOnHint: '关闭后，只有回车、Esc 和 Tab 保留原义。',
  shortcutChange: (name) => `更改“${name}”的按键`,
  shortcutPress: '请按下按键…',
  shortcutNone: '无',
  shortcutRemove: (name) => `移除“${name}”的按键`,
  shortcutConflict: (keys, name) => `${keys} 已用于“${name}”。按回车改用到这里，按 Esc 保持不变。`,
  shortcutTaken: (keys) => `${keys} 由系统或输入使用。请选择其他按键。`,
  shortcutReset: (name) => `重置“${name}”的按键`,
  shortcutList: '键盘快捷键',
  paletteRecent: '最近',
  paletteMessages: '消息',
  paletteModels: '模型',
  paletteSettings: '设置',
  paletteHint: '输入词语或其首字母',
  commandSearch: '在所有对话中搜索',
  commandNextChat: '下一个对话',
  commandPreviousChat: '上一个对话',
  commandRenameChat: '重命名此对话',
  commandPinChat: '置顶或取消置顶此对话',
  commandDeleteChat: '删除此对话',
  commandExportChat: '导出此对话',
  commandTagChat: '此对话的标签',
  commandRegenerate: '重新生成上一个回答',
  commandContinue: '继续上一个回答',
  commandCopyAnswer: '复制上一个回答',
  commandFocusMessage: '写消息',
  commandUnload: '卸载模型',
  commandLanguage: (name) => `语言：${name}`,
  commandMarkAllRead: '全部标为已读',
  commandOpenFolders: '展开所有文件夹',
  commandCloseFolders: '收起所有文件夹',
  commandGoTo: (page) => `转到${page}`,
  loadModel: (name) => `加载 ${name}`,
}

export const keepingNoticesZh: typeof keepingNotices = {
  chats_deleted: (d) => ({
    title: `已删除 ${number(d, 'count')} 个对话`,
    body: '半分钟后将彻底删除。',
  }),
  messages_deleted: (d, f) => ({
    title: `已删除 ${f.count(number(d, 'count'))} 条消息`,
    body: number(d, 'count') === 1 ? '半分钟后将彻底删除。' : '这条消息及其后的内容将在半分钟后彻底删除。',
  }),
  chats_exported: (d, f) => ({
    title: '已导出',
    body: `${number(d, 'count')} 个对话已写入“${word(d, 'name')}”（${f.bytes(number(d, 'bytes'))}）。`,
  }),
  chats_imported: (d, f) => ({
    title: `已导入 ${f.count(number(d, 'count'))} 个对话`,
    body:
      `共 ${f.count(number(d, 'messages'))} 条消息。` +
      (number(d, 'leftOut') > 0 ? `有 ${f.count(number(d, 'leftOut'))} 处非文字内容未导入。` : ''),
  }),
  backup_restore_done: () => ({ title: '备份已恢复', body: '之前的数据在另存的数据库中。' }),
  backup_restore_failed: () => ({ title: '无法读取这份备份', body: '没有改变任何内容。请选择另一份备份。' }),
  backup_made: () => ({ title: '备份完成', body: '其中包含全部对话和设置。' }),
  old_data_deleted: () => ({ title: '旧文件夹已删除', body: '它占用的磁盘空间已释放。' }),
  space_freed: (d, f) => ({ title: '已释放空间', body: `占用减少了 ${f.bytes(number(d, 'bytes'))}。` }),
}

const because = (detail: ErrorDetail): string =>
  word(detail, 'reason') === '' ? '' : `（${word(detail, 'reason')}）`

export const keepingErrorsZh: typeof keepingErrors = {
  folder_unusable: (d) => ({
    title: '数据文件夹不能移到那里',
    body:
      d.problem === 'not_empty'
        ? '那个文件夹里有别的内容。请选择一个空文件夹。'
        : d.problem === 'inside'
          ? '那个文件夹在当前数据文件夹之内，或包含它。'
          : d.problem === 'no_room'
            ? '那个磁盘没有足够的可用空间。'
            : 'Roost 无权在那里写入。',
  }),
  not_an_archive: (d) => ({
    title: '这个文件里没有可以导入的对话',
    body: `没有改变任何内容${because(d)}。请选择 Roost 导出的 JSON 文件，或 ChatGPT 的存档。`,
  }),
  archive_damaged: (d) => ({
    title: '文件不完整或已损坏',
    body: `没有改变任何内容${because(d)}。请重新导出或下载。`,
  }),
  archive_newer: () => ({
    title: '文件来自更新版本的 Roost',
    body: '没有改变任何内容。请安装新版本后再导入。',
  }),
  file_too_large: (d, f) => ({
    title: '文件太大',
    body: `Roost 最多接受 ${f.bytes(number(d, 'limitBytes'))} 的文件。没有改变任何内容。`,
  }),
}
