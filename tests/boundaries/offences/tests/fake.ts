export const forTests = true
