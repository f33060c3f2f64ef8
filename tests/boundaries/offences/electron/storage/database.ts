export const database = 'open'
