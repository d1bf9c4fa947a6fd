// Loaded before Next.js: what it writes becomes one line of JSON each, with the id of the request.
const { AsyncLocalStorage } = require('node:async_hooks')
const { randomUUID } = require('node:crypto')
const { subscribe } = require('node:diagnostics_channel')
const { format } = require('node:util')

const LEVELS = { debug: 'debug', info: 'info', log: 'info', warn: 'warn', error: 'error' }
const requests = new AsyncLocalStorage()

// What whoever is in front calls the request, for what is done because of it.
subscribe('http.server.request.start', ({ request }) => {
  const given = request.headers['x-request-id']
  requests.enterWith(/^[\w-]{8,36}$/.test(given) ? given : randomUUID())
})

// Next.js bundles the rest of the application, which has no other way to what is loaded here.
globalThis.requestId = () => requests.getStore()
globalThis.log = (level, msg, fields = {}) => {
  const line = { time: new Date().toISOString(), level, msg, request_id: requestId(), ...fields }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
for (const [method, level] of Object.entries(LEVELS)) {
  console[method] = (...values) => log(level, format(...values))
}
