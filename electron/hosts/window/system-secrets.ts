// Secrets by the key store of the system. On a Linux desktop without one, Electron would only scramble them with a key
// that everybody knows: that counts as none.
import { safeStorage } from 'electron'
import type { SecretKeeper } from '../../services/downloads/hub-settings.ts'

export const systemSecrets: SecretKeeper = {
  async available() {
    if (!(await safeStorage.isAsyncEncryptionAvailable())) return false
    return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'
  },
  encrypt: (text) => safeStorage.encryptStringAsync(text),
  decrypt: async (bytes) => (await safeStorage.decryptStringAsync(Buffer.from(bytes))).result,
}
