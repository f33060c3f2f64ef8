// Imported before everything else by the process that reads documents: from here on it can reach no network, whatever a
// document makes a reader do. No reader has any use for one; this is the second wall.
import dgram from 'node:dgram'
import dns from 'node:dns'
import net from 'node:net'

function refuse(): never {
  throw new Error('documents are read without a network')
}

net.Socket.prototype.connect = refuse
net.Server.prototype.listen = refuse
dgram.Socket.prototype.bind = refuse
dgram.Socket.prototype.connect = refuse
dgram.Socket.prototype.send = refuse
Object.assign(dns, { lookup: refuse, resolve: refuse, lookupService: refuse })

const place = globalThis as unknown as Record<string, unknown>
for (const name of ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']) place[name] = refuse
