// "owner/name" as a hub writes it; no part begins with a dot. Apart from the schemas: the window may not load what checks
// them.
export const REPOSITORY_NAME = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/
