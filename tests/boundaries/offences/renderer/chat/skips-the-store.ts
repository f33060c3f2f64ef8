// Offence: one-bridge
import { client } from '../bridge/client.ts'
export const direct = client
