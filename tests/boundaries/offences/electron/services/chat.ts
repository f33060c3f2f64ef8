export const chat = 'service'
