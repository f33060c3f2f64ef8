// Offence: contract-knows-nothing
import { chat } from '../services/chat.ts'
export const known = chat
