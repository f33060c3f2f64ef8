// The two channels between the preload and main. The page can name neither.
export const CALL_CHANNEL = 'roost:call'
export const EVENT_CHANNEL = 'roost:event'
