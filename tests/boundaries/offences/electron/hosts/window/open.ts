export const opened = 'window'
