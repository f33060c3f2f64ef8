export const client = 'bridge'
