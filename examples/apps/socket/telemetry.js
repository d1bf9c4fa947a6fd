// What the service tells of itself: log lines in JSON, and metrics.
import { createServer } from 'node:http'
import { Counter, Gauge, collectDefaultMetrics, register } from 'prom-client'

export const connections = new Gauge({
  name: 'websocket_connections',
  help: 'Websockets that are open.',
})
export const handshakes = new Counter({
  name: 'websocket_handshakes_total',
  help: 'Handshakes: accepted, refused for what was asked, or failed by a fault of the service.',
  labelNames: ['outcome'],
})
collectDefaultMetrics()

export function log(level, msg, fields = {}) {
  console.log(JSON.stringify({ time: new Date().toISOString(), level, msg, ...fields }))
}

export function expose(port) {
  createServer(async (request, response) => {
    response.setHeader('Content-Type', register.contentType)
    response.end(await register.metrics())
  }).listen(port)
}

process.on('uncaughtException', ({ message, stack }) => {
  log('fatal', message, { stack })
  process.exit(1)
})
