// Counts, measures and logs what the server answers, but for probes, and exposes it.
import { subscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import { Counter, Gauge, Histogram, collectDefaultMetrics, register } from 'prom-client'

const { METRICS_PORT } = process.env
const PROBES = new Set(['/healthz', '/readyz'])

const requests = new Counter({
  name: 'http_requests_total',
  help: 'Requests, by the code of the answer; 499 where nobody waited for it.',
  labelNames: ['code'],
})
const duration = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'How long requests took.',
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
})
const inFlight = new Gauge({ name: 'http_requests_in_flight', help: 'Requests at this moment.' })
collectDefaultMetrics()

const exposed = createServer(async (request, response) => {
  response.setHeader('Content-Type', register.contentType)
  response.end(await register.metrics())
}).listen(METRICS_PORT)

subscribe('http.server.request.start', ({ request, response, server }) => {
  if (server === exposed || PROBES.has(request.url)) return
  const end = duration.startTimer()
  inFlight.inc()
  // Next.js changes the request as it works on it.
  const { method, url: path } = request
  const request_id = requestId()
  response.once('close', () => {
    const status = response.writableFinished ? response.statusCode : 499
    inFlight.dec()
    requests.inc({ code: status })
    log('info', 'answered', { method, path, status, seconds: end(), request_id })
  })
})
