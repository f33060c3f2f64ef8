// Chromium cannot be taught a scheme from outside: inside it the window's scheme is an https origin of its own.
const OUTSIDE = 'roost://app'
const INSIDE = 'https://app.roost.double'

export function inside(address: string): string {
  return address === OUTSIDE || address.startsWith(`${OUTSIDE}/`)
    ? INSIDE + address.slice(OUTSIDE.length)
    : address
}

export function outside(address: string): string {
  return address === INSIDE || address.startsWith(`${INSIDE}/`)
    ? OUTSIDE + address.slice(INSIDE.length)
    : address
}
