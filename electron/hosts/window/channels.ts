// The channels between the preload and main. The page can name none.
export const CALL_CHANNEL = 'roost:call'
export const EVENT_CHANNEL = 'roost:event'
/** A path that the preload has taken from a File of the page. */
export const GIVE_CHANNEL = 'roost:give'
