// Loaded before Next.js: what it writes becomes one line of JSON each.
const { format } = require('node:util')

const LEVELS = { debug: 'debug', info: 'info', log: 'info', warn: 'warn', error: 'error' }
for (const [method, level] of Object.entries(LEVELS)) {
  console[method] = (...values) => {
    const line = { time: new Date().toISOString(), level, msg: format(...values) }
    process.stdout.write(`${JSON.stringify(line)}\n`)
  }
}
