// Where a download may go: the list is of the kinds of addresses that a hostile hub would like to send one to.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { AddressPolicy, addressKind } from './address-policy.ts'
import { Network } from './network.ts'

const public_ = (): AddressPolicy => new AddressPolicy(() => ['https://huggingface.co'], {})
const mine = (): AddressPolicy => new AddressPolicy(() => ['http://127.0.0.1:9000'], {})

describe('addresses', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'never'],
    ['10.1.2.3', 'local'],
    ['172.31.255.255', 'local'],
    ['172.32.0.1', 'public'],
    ['192.168.0.1', 'local'],
    ['fd00::1', 'local'],
    ['169.254.169.254', 'never'],
    ['0.0.0.0', 'never'],
    ['fe80::1', 'never'],
    ['64:ff9b::7f00:1', 'never'],
    ['255.255.255.255', 'never'],
    ['8.8.8.8', 'public'],
    ['2606:4700::1', 'public'],
  ])('%s is %s', (ip, kind) => expect(addressKind(ip)).toBe(kind))

  it.each([
    'http://huggingface.example/file',
    'https://127.0.0.1/file',
    'https://localhost/file',
    'https://[::1]/file',
    'https://192.168.0.1/file',
    'https://169.254.169.254/latest/meta-data',
    'https://0x7f000001/file',
    'https://2130706433/file',
    'https://name:word@huggingface.co/file',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'nonsense',
  ])('refuses %s', (address) => {
    expect(() => public_().check(address)).toThrow('address_refused')
  })

  it('takes https on the internet, and what a person set', () => {
    expect(public_().check('https://cdn.example/file').hostname).toBe('cdn.example')
    expect(mine().check('http://127.0.0.1:9001/file').port).toBe('9001')
    expect(() => mine().check('http://192.168.0.1/file')).toThrow('address_refused')
  })

  it('refuses a name that resolves to this machine', async () => {
    const policy = public_()
    const found = await new Promise((resolve) => {
      policy.lookup('localhost', { all: true }, (error, addresses) => resolve(error ?? addresses))
    })
    expect(found).toMatchObject({ code: 'address_refused' })
  })
})

describe('the network', () => {
  it('goes through the proxy of the environment, but not to hosts that are left out', async () => {
    const seen: string[] = []
    const server = createServer((request, response) => {
      seen.push(request.url ?? '')
      response.end('ok')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const environment = { HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '127.0.0.1' }
    const endpoints = ['http://hub.example', `http://127.0.0.1:${port}`]
    const policy = new AddressPolicy(() => endpoints, environment)
    const network = new Network({
      policy,
      environment,
      authorization: () => null,
      userAgent: 'test',
      connectMs: 2000,
      answerMs: 2000,
    })
    try {
      const signal = AbortSignal.timeout(5000)
      const answer = await network.get('http://hub.example/file', { signal })
      expect(answer.status).toBe(200)
      answer.discard()
      expect(seen).toEqual(['http://hub.example/file'])
      const direct = await network.get(`http://127.0.0.1:${port}/file`, { signal })
      direct.discard()
      expect(seen).toEqual(['http://hub.example/file', '/file'])
    } finally {
      network.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  })
})
