// Where a search looks. Apart from the schemas: the window may not load what checks them.
export const searchPlaces = ['everything', 'titles', 'messages'] as const
