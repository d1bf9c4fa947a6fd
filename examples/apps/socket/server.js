// Messages to all: a websocket service whose replicas share nothing but a stream in Redis.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocketServer } from 'ws'
import { answers, append, follow, history, isAfter, position } from './stream.js'
import { connections, expose, handshakes, log } from './telemetry.js'

const { PORT, METRICS_PORT, DRAIN_SECONDS, KEEP_ALIVE_TIMEOUT } = process.env
const PING_SECONDS = 30
// A client that reads too slowly is let go; it comes back and resumes.
const MOST_UNREAD_BYTES = 1024 * 1024

const clients = new Set()
const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 })
let leaving = false

const server = createServer((request, response) => {
  const answer = (status, text) => response.writeHead(status).end(text)
  if (request.url === '/healthz') answer(200, 'ok')
  else if (request.url !== '/readyz') answer(404, 'open a websocket at /ws')
  else if (leaving) answer(503, 'leaving')
  else if (!answers()) answer(503, 'the broker does not answer')
  else answer(200, 'ok')
})
// Longer than the proxy in front keeps an idle connection.
server.keepAliveTimeout = Number(KEEP_ALIVE_TIMEOUT)

server.on('upgrade', (request, stream, head) => {
  const refuse = (status, outcome) => {
    handshakes.inc({ outcome })
    stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
  }
  const { pathname, searchParams } = new URL(request.url, 'http://here')
  const after = searchParams.get('after')
  if (pathname !== '/ws') return refuse('404 Not Found', 'refused')
  if (after !== null && !/^\d+-\d+$/.test(after)) return refuse('400 Bad Request', 'refused')
  if (!answers()) return refuse('503 Service Unavailable', 'failed')
  // What whoever is in front calls the handshake.
  const request_id = request.headers['x-request-id']
  sockets.handleUpgrade(request, stream, head, (socket) => welcome(socket, after, request_id))
})

function welcome(socket, after, request_id) {
  const client = { socket, isAlive: true, waiting: null, seen: '0-0' }
  handshakes.inc({ outcome: 'accepted' })
  connections.inc()
  clients.add(client)
  socket.on('error', (error) => log('warn', 'a connection broke', { error: error.message, request_id }))
  socket.on('pong', () => { client.isAlive = true })
  socket.on('message', (data) => publish(socket, data))
  socket.on('close', (code) => {
    connections.dec()
    clients.delete(client)
    log('info', 'disconnected', { code, request_id })
  })
  log('info', 'connected', { after, request_id })
  if (leaving) socket.close(1012, 'restarting')
  else if (after === null) tell(socket, { at: position() })
  else resume(client, after)
}

// A client that says what it got last gets all that came after it, and then what arrives.
async function resume(client, after) {
  client.waiting = []
  try {
    for await (const message of history(after)) {
      await new Promise((sent) => client.socket.send(JSON.stringify(message), sent))
      after = message.id ?? after
    }
  } catch (error) {
    log('warn', 'a client cannot resume', { error: error.message })
    return client.socket.close(1013, 'try again')
  }
  const { waiting } = client
  Object.assign(client, { waiting: null, seen: after })
  for (const message of waiting) deliverTo(client, message)
}

// {"publish": text, "ref": any} is answered with {"accepted": id, "ref": any} once the broker has it.
async function publish(socket, data) {
  let request
  try {
    request = JSON.parse(data)
  } catch {
    request = null
  }
  if (typeof request?.publish !== 'string') return tell(socket, { error: 'send {"publish": text}' })
  const { ref } = request
  try {
    tell(socket, { accepted: await append(request.publish), ref })
  } catch (error) {
    log('error', 'the broker took no message', { error: error.message })
    tell(socket, { error: 'the broker does not answer', ref })
  }
}

function tell(socket, value) {
  if (socket.bufferedAmount > MOST_UNREAD_BYTES) socket.terminate()
  else socket.send(JSON.stringify(value))
}

function deliver(message) {
  for (const client of clients) deliverTo(client, message)
}

// What a client that came back was told may arrive here only afterwards.
function deliverTo({ socket, waiting, seen }, message) {
  if (waiting) waiting.push(message)
  else if (isAfter(message.id, seen)) tell(socket, message)
}

setInterval(() => {
  for (const client of clients) {
    if (!client.isAlive) client.socket.terminate()
    client.isAlive = false
    client.socket.ping()
  }
}, PING_SECONDS * 1000)

process.once('SIGTERM', async () => {
  const seconds = Number(DRAIN_SECONDS)
  log('info', 'leaving', { connections: clients.size, seconds })
  leaving = true
  server.close()
  // One after the other, so that not all clients come back at once.
  const pause = (seconds * 1000) / clients.size
  const close = ({ socket }, n) => setTimeout(() => socket.close(1012, 'restarting'), n * pause)
  ;[...clients].forEach(close)
  await Promise.race([once(server, 'close'), sleep(seconds * 1000)])
  log('info', 'gone', { connections: clients.size })
  process.exit(0)
})

follow(deliver)
expose(METRICS_PORT)
server.listen(PORT, () => log('info', 'listening', { port: PORT }))
