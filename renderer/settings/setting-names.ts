// Every setting by its name: the search of the settings page and the palette find it.
import type { Text } from '../text/en.ts'

export type SectionId =
  | 'appearance'
  | 'model'
  | 'device'
  | 'sampling'
  | 'documents'
  | 'downloads'
  | 'storage'
  | 'chats'
  | 'shortcuts'
  | 'about'

export interface SettingName {
  readonly id: string
  readonly sectionId: SectionId
  readonly section: string
  readonly name: string
}

export function settingNames(text: Text): SettingName[] {
  const of = (sectionId: SectionId, section: string, names: Record<string, string>): SettingName[] =>
    Object.entries(names).map(([id, name]) => ({ id, sectionId, section, name }))
  return [
    ...of('appearance', text.settingsAppearance, { theme: text.theme, language: text.language }),
    ...of('model', text.settingsModel, { loadLastModel: text.loadLastModel, threads: text.threads }),
    ...of('device', text.settingsDevice, { device: text.deviceChoice }),
    ...of('sampling', text.settingsSampling, {
      temperature: text.temperature,
      topP: text.topP,
      topK: text.topK,
      minP: text.minP,
      presencePenalty: text.presencePenalty,
      frequencyPenalty: text.frequencyPenalty,
      penaltyDecay: text.penaltyDecay,
      seed: text.seed,
      maximumTokens: text.maximumTokens,
    }),
    ...of('documents', text.documents, {
      sourceUse: text.settingSourceUse,
      strictByDefault: text.settingStrict,
      pasteCharacters: text.settingPaste,
    }),
    ...of('storage', text.settingsStorage, {
      dataFolder: text.dataFolder,
      snapshotBudget: text.snapshotBudget,
      backgroundReading: text.backgroundReading,
    }),
    ...of('chats', text.settingsChats, {
      exportAll: text.exportAll,
      importChats: text.importChats,
      backups: text.backups,
      diskSpace: text.diskSpace,
    }),
    ...of('shortcuts', text.shortcuts, { shortcuts: text.shortcutList, shortcutsOn: text.shortcutsOn }),
  ]
}
