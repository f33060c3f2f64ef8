// Where a download may go. Addresses come from a hub's answers, from redirects, and from what a person types, so each one
// is checked, and the socket connects to an address that was checked:
//   https anywhere on the public internet;
//   the hosts of the endpoints that the person set (the official hub, mirrors), whatever they resolve to, and by plain
//   http too where they are of this machine or the local network (nobody has certificates there);
//   other hosts of the same kind (this machine, the local network) only where an endpoint is of that kind.
import { lookup } from 'node:dns'
import type { LookupAddress, LookupOptions } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import { RoostError } from '../../contract/errors.ts'

export type AddressKind = 'public' | 'local' | 'loopback' | 'never'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const local = new BlockList()
local.addSubnet('10.0.0.0', 8, 'ipv4')
local.addSubnet('172.16.0.0', 12, 'ipv4')
local.addSubnet('192.168.0.0', 16, 'ipv4')
local.addSubnet('100.64.0.0', 10, 'ipv4')
local.addSubnet('fc00::', 7, 'ipv6')

const never = new BlockList()
never.addSubnet('0.0.0.0', 8, 'ipv4')
never.addSubnet('169.254.0.0', 16, 'ipv4') // link-local; also where clouds keep their secrets
never.addSubnet('192.0.0.0', 24, 'ipv4')
never.addSubnet('224.0.0.0', 3, 'ipv4') // multicast, reserved, broadcast
never.addAddress('::', 'ipv6')
never.addSubnet('fe80::', 10, 'ipv6')
never.addSubnet('ff00::', 8, 'ipv6')
never.addSubnet('64:ff9b::', 96, 'ipv6') // IPv4 in disguise
never.addSubnet('2002::', 16, 'ipv6')

/** `ip` is a literal, without brackets. */
export function addressKind(ip: string): AddressKind {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped !== undefined) return addressKind(mapped)
  const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(ip) === 0 || never.check(ip, family)) return 'never'
  if (/^::ffff:/i.test(ip)) return 'never' // the same written in hexadecimal
  if (loopback.check(ip, family)) return 'loopback'
  return local.check(ip, family) ? 'local' : 'public'
}

function literal(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/** Kind of a host without asking anybody; null: only its name's resolution can tell. */
function kindOfHost(hostname: string): AddressKind | null {
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return 'loopback'
  const ip = literal(hostname)
  return isIP(ip) === 0 ? null : addressKind(ip)
}

type LookupDone = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void

export class AddressPolicy {
  readonly #endpoints: () => readonly string[]
  readonly #proxies: ReadonlySet<string>

  /** `endpoints`: addresses of the hubs that the person set, asked for at every check. */
  constructor(endpoints: () => readonly string[], environment: Readonly<Record<string, string | undefined>>) {
    this.#endpoints = endpoints
    this.#proxies = new Set(
      ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'].flatMap((name) => {
        const value = environment[name]
        return value !== undefined && URL.canParse(value) ? [literal(new URL(value).hostname)] : []
      }),
    )
  }

  #hosts(): URL[] {
    return this.#endpoints().flatMap((address) => (URL.canParse(address) ? [new URL(address)] : []))
  }

  #kinds(): Set<AddressKind> {
    const kinds = new Set<AddressKind>(['public'])
    for (const { hostname } of this.#hosts()) {
      const kind = kindOfHost(hostname)
      if (kind === 'loopback' || kind === 'local') kinds.add(kind)
    }
    return kinds
  }

  /** Errors: address_refused. */
  check(address: string | URL): URL {
    if (!URL.canParse(String(address))) throw refusal('it is not an address', '')
    const url = new URL(address)
    const { hostname, protocol } = url
    if (protocol !== 'https:' && protocol !== 'http:')
      throw refusal(`it is not https but ${protocol}`, hostname)
    if (url.username !== '' || url.password !== '') throw refusal('it holds a name or password', hostname)
    const kind = kindOfHost(hostname)
    const own = this.#hosts().some((endpoint) => endpoint.hostname === hostname)
    if (kind !== null && !this.#kinds().has(kind)) {
      throw refusal('it leads into this machine or its network', hostname)
    }
    if (protocol === 'http:' && !own && (kind === null || kind === 'public')) {
      throw refusal('it is not encrypted (http instead of https)', hostname)
    }
    return url
  }

  /** For sockets: resolves a name and gives only addresses that a download may connect to. */
  readonly lookup = (hostname: string, options: LookupOptions, done: LookupDone): void => {
    const trusted =
      this.#proxies.has(hostname) || this.#hosts().some((endpoint) => literal(endpoint.hostname) === hostname)
    const kinds = this.#kinds()
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        done(error, [])
        return
      }
      const usable = found.filter(({ address }) => trusted || kinds.has(addressKind(address)))
      const [first] = usable
      if (first === undefined) done(refusal('it leads into this machine or its network', hostname), [])
      else if (options.all === true) done(null, usable)
      else done(null, first.address, first.family)
    })
  }
}

function refusal(reason: string, host: string): RoostError {
  return new RoostError('address_refused', { reason, host })
}
