// Words for keeping order: folders, tags, search, deletion with a way back, export and import, backups, shortcuts.
import type { ErrorDetail } from '../../electron/contract/errors.ts'
import type { Format } from './format.ts'

const chats = (count: number | string): string => (String(count) === '1' ? '1 chat' : `${count} chats`)
const number = (detail: ErrorDetail, key: string): number => {
  const value = detail[key]
  return typeof value === 'number' ? value : 0
}
const word = (detail: ErrorDetail, key: string): string => {
  const value = detail[key]
  return typeof value === 'string' ? value : ''
}

export const keepingWords = {
  folderActions: 'Folder actions',
  folderName: 'Folder name',
  newFolder: 'New folder',
  newFolderMenu: 'New folder…',
  renameFolder: 'Rename folder',
  deleteFolder: 'Delete folder',
  deleteFolderTitle: (name: string) => `Delete the folder “${name}”?`,
  deleteFolderBody: 'The chats in it stay; they are listed by day again.',
  moveTo: 'Move to folder',
  noFolder: 'No folder',
  tags: 'Tags',
  tagsOfChat: 'Tags of this chat',
  tagsOfChats: (count: number) => `Tags of ${count} chats`,
  noTags: 'No tags yet.',
  newTag: 'New tag',
  newTagPlaceholder: 'Add a tag',
  addTag: 'Add',
  removeTag: (tag: string) => `Remove tag ${tag}`,
  tagOnSome: 'On some of the chats; click to put it on all',
  otherTags: 'Tags in use',
  filterByTag: 'Show only chats with a tag',
  done: 'Done',
  unread: 'New answer',
  selectChats: 'Select chats',
  selectAll: 'Select all',
  endSelecting: 'End selecting',
  chosenChats: 'Selected chats',
  chosenChat: (title: string) => `${title}, selected`,
  chosenCount: (count: string) => `${count} selected`,
  exportChat: 'Export…',
  exportChats: 'Export',
  undo: 'Undo',

  clearSearch: 'Clear search',
  searchFilters: 'Search filters',
  searchIn: 'Search in',
  inEverything: 'Everywhere',
  inTitles: 'Titles only',
  inMessages: 'Messages only',
  searchWhen: 'Time',
  anyTime: 'Any time',
  lastDays: (days: number) => (days === 1 ? 'Today' : days === 365 ? 'Last 12 months' : `Last ${days} days`),
  searchFolder: 'Folder',
  anyFolder: 'Any folder',
  searchTag: 'Tag',
  anyTag: 'Any tag',
  hitTitles: 'Titles',
  hitMessages: 'Messages',
  hitCount: (count: number) => (count === 1 ? '1 result' : `${count} results`),
  moreHits: 'Older messages hold these words, too. Add a word to narrow it down.',

  exportTitle: (count: string) => `Export ${chats(count)}`,
  exportAll: 'Export all chats',
  exportFormat: 'Format',
  exportMarkdown: 'Markdown',
  exportMarkdownHint: 'Plain text to read and edit anywhere',
  exportMarkdownManyHint: 'One file for each chat, in a zip',
  exportJson: 'JSON',
  exportJsonHint: 'Everything, all versions included; Roost can import it again',
  exportHtml: 'Web page',
  exportHtmlHint: 'One file to look at in any browser; nothing in it loads or runs',
  exportThinking: 'With the model’s thinking',
  exportNow: 'Export',
  exporting: 'Writing the file…',
  importChats: 'Import chats…',
  importHint: 'A file that Roost exported (JSON), or the archive of ChatGPT (zip or conversations.json).',
  importButton: 'Choose a file…',
  importing: 'Reading the file…',
  exportButton: 'Export all…',

  backups: 'Backups',
  backupsHint: 'Made every day and before an update, without kept states. Five are kept.',
  backUpNow: 'Back up now',
  backingUp: 'Backing up…',
  noBackups: 'There is no backup yet.',
  backupOf: (date: string) => `Backup of ${date}`,
  backupFacts: (conversations: string, messages: string, size: string) =>
    `${conversations} chats, ${messages} messages, ${size}`,
  restore: 'Restore',
  restoreTitle: 'Go back to this backup?',
  restoreBody: (date: string) =>
    `Chats and settings will be as they were on ${date}. What is there now is set aside as a file, not deleted. Roost starts anew.`,
  restoring: 'Restoring…',
  openDataFolder: 'Open data folder',
  dataFolderMove: 'Move…',
  dataFolderMoveTitle: 'Move the data folder',
  dataFolderMoveBody: (place: string, needed: string, free: string) =>
    `Chats, models, documents and backups are copied to ${place} and compared there; then Roost goes on from that folder. It takes ${needed}; ${free} are free there. The old folder stays until you delete it.`,
  dataFolderMoveConfirm: 'Move',
  dataFolderBrowseTitle: 'Where should the data folder be?',
  dataFolderBrowseHint: 'In a folder that holds other things, Roost makes one of its own.',
  dataFolderBrowseChoose: 'Choose this folder',
  dataFolderCopying: 'Copying the data folder',
  dataFolderVerifying: 'Comparing the copies',
  dataFolderSwitching: 'Moving over; everything waits for a moment',
  dataFolderDone: (done: string, total: string) => `${done} of ${total}`,
  dataFolderOld: (place: string, bytes: string) => `The old folder ${place} still holds ${bytes}.`,
  dataFolderDeleteOld: 'Delete the old folder',
  dataFolderDeleteOldBody: (place: string) =>
    `Everything in ${place} is deleted. What you use now lies in the new folder and stays.`,
  diskSpace: 'Disk space',
  diskDatabase: (size: string) => `Database: ${size}`,
  diskStates: (count: string, size: string) => `Kept states: ${count}, ${size}`,
  diskBackups: (count: string, size: string) => `Backups: ${count}, ${size}`,
  diskSetAside: (count: string, size: string) => `Databases set aside: ${count}, ${size}`,
  diskFree: (size: string) => `Free on this disk: ${size}`,
  freeSpace: 'Free space',
  freeSpaceTitle: 'Free disk space?',
  freeSpaceBody:
    'States that no chat needs to go on are dropped; going back to an older branch then reads it once more. No text is removed.',
  freeSetAside: (size: string) => `Also delete databases that were set aside (${size})`,
  settingsChats: 'Chats and backups',

  searchSettings: 'Search settings',
  noSetting: (query: string) => `No setting fits “${query}”.`,
  resetSection: (section: string) => `Reset ${section}`,
  shortcutsOn: 'Use keyboard shortcuts',
  shortcutsOnHint: 'Off: only Enter, Esc and Tab keep their meaning.',
  shortcutChange: (name: string) => `Change keys for ${name}`,
  shortcutPress: 'Press the keys…',
  shortcutNone: 'none',
  shortcutRemove: (name: string) => `Remove keys for ${name}`,
  shortcutConflict: (keys: string, name: string) =>
    `${keys} already means “${name}”. Enter takes it from there, Esc leaves it.`,
  shortcutTaken: (keys: string) => `${keys} is needed by the system or for typing. Choose other keys.`,
  shortcutReset: (name: string) => `Reset keys for ${name}`,
  shortcutList: 'Keyboard shortcuts',
  paletteRecent: 'Recent',
  paletteMessages: 'Messages',
  paletteModels: 'Models',
  paletteSettings: 'Settings',
  paletteHint: 'A word or its first letters',
  commandSearch: 'Search in all chats',
  commandNextChat: 'Next chat',
  commandPreviousChat: 'Previous chat',
  commandRenameChat: 'Rename this chat',
  commandPinChat: 'Pin or unpin this chat',
  commandDeleteChat: 'Delete this chat',
  commandExportChat: 'Export this chat',
  commandTagChat: 'Tags of this chat',
  commandRegenerate: 'Regenerate the last answer',
  commandContinue: 'Continue the last answer',
  commandCopyAnswer: 'Copy the last answer',
  commandFocusMessage: 'Write a message',
  commandUnload: 'Unload the model',
  commandLanguage: (name: string) => `Language: ${name}`,
  commandMarkAllRead: 'Mark all chats as read',
  commandOpenFolders: 'Open all folders',
  commandCloseFolders: 'Close all folders',
  commandGoTo: (page: string) => `Go to ${page}`,
  loadModel: (name: string) => `Load ${name}`,
}

export type KeepingWords = typeof keepingWords

export const keepingNotices = {
  chats_deleted: (d: ErrorDetail) => ({
    title: number(d, 'count') === 1 ? 'Chat deleted' : `${chats(number(d, 'count'))} deleted`,
    body: 'It is gone for good in half a minute.',
  }),
  messages_deleted: (d: ErrorDetail, f: Format) => ({
    title: number(d, 'count') === 1 ? 'Message deleted' : `${f.count(number(d, 'count'))} messages deleted`,
    body:
      number(d, 'count') === 1
        ? 'It is gone for good in half a minute.'
        : 'The message and all that followed it are gone for good in half a minute.',
  }),
  chats_exported: (d: ErrorDetail, f: Format) => ({
    title: 'Exported',
    body: `${chats(number(d, 'count'))} in “${word(d, 'name')}” (${f.bytes(number(d, 'bytes'))}).`,
  }),
  chats_imported: (d: ErrorDetail, f: Format) => ({
    title: `${chats(f.count(number(d, 'count')))} imported`,
    body:
      `${f.count(number(d, 'messages'))} messages are here now.` +
      (number(d, 'leftOut') > 0
        ? ` ${f.count(number(d, 'leftOut'))} parts that are no text were left out.`
        : ''),
  }),
  backup_restore_done: () => ({
    title: 'The backup was restored',
    body: 'What was there before lies among the databases set aside.',
  }),
  backup_restore_failed: () => ({
    title: 'The backup can’t be read',
    body: 'Nothing was changed. Choose another backup.',
  }),
  backup_made: () => ({ title: 'Backup made', body: 'All chats and settings are in it.' }),
  old_data_deleted: () => ({ title: 'Old folder deleted', body: 'Its disk space is free again.' }),
  space_freed: (d: ErrorDetail, f: Format) => ({
    title: 'Space freed',
    body: `${f.bytes(number(d, 'bytes'))} less are used.`,
  }),
}

const because = (detail: ErrorDetail): string =>
  word(detail, 'reason') === '' ? '' : ` ${word(detail, 'reason')}`

export const keepingErrors = {
  folder_unusable: (d: ErrorDetail) => ({
    title: 'The data folder cannot move there',
    body:
      word(d, 'problem') === 'not_empty'
        ? 'That folder holds other things. Choose an empty one.'
        : word(d, 'problem') === 'inside'
          ? 'That folder lies inside the present data folder, or around it.'
          : word(d, 'problem') === 'no_room'
            ? 'There is not enough free space on that disk.'
            : 'Roost may not write there.',
  }),
  not_an_archive: (d: ErrorDetail) => ({
    title: 'There are no chats to import in this file',
    body: `Nothing was changed.${because(d)} Choose a JSON file that Roost exported, or the archive of ChatGPT.`,
  }),
  archive_damaged: (d: ErrorDetail) => ({
    title: 'The file is incomplete or damaged',
    body: `Nothing was changed.${because(d)} Export or download it again.`,
  }),
  archive_newer: () => ({
    title: 'The file comes from a newer Roost',
    body: 'Nothing was changed. Install the newer version to import it.',
  }),
  file_too_large: (d: ErrorDetail, f: Format) => ({
    title: 'The file is too large',
    body: `Roost takes files of up to ${f.bytes(number(d, 'limitBytes'))}. Nothing was changed.`,
  }),
}
