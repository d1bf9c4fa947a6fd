// The stream in Redis that every replica appends to and follows.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'redis'
import { log } from './telemetry.js'

const { BROKER_HOST, BROKER_PORT, BROKER_PASSWORD_FILE, BROKER_TLS, BROKER_CA_FILE } = process.env
const STREAM = 'messages'
// Who was away for longer than these is told so.
const KEPT_MESSAGES = 100_000
const PAGE = 500
const WAIT_MS = 5000
// Longer than a failover of the broker: a replica that leaves for that would only come back later.
const PATIENCE_MS = 60_000

// One waits for messages, so that the other need not.
const [writer, reader] = [client(), client()]
let last = null
let heard = -Infinity

function client() {
  const made = createClient({
    socket: {
      host: BROKER_HOST,
      port: Number(BROKER_PORT),
      ...(BROKER_TLS && { tls: true, ca: BROKER_CA_FILE && readFileSync(BROKER_CA_FILE) }),
      socketTimeout: 3 * WAIT_MS,
      reconnectStrategy: (retries) => Math.min(100 * 2 ** retries, 2000) + 200 * Math.random(),
    },
    pingInterval: WAIT_MS,
    // What cannot be sent fails now, and not at some time.
    disableOfflineQueue: true,
    credentialsProvider: {
      type: 'async-credentials-provider',
      // Read for each connection: the password may be a new one.
      credentials: async () =>
        BROKER_PASSWORD_FILE ? { password: (await readFile(BROKER_PASSWORD_FILE, 'utf8')).trim() } : {},
    },
  })
  made.on('error', (error) => log('warn', 'no connection to the broker', { error: error.message }))
  return made
}

/** Whether the broker answered a short while ago. */
export const answers = () => Date.now() - heard < PATIENCE_MS

/** The id of the newest message that was seen. */
export const position = () => last

/** Append a message; once its id is told, the broker has it. */
export const append = (text) =>
  writer.xAdd(STREAM, '*', { text }, {
    TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: KEPT_MESSAGES },
  })

/** Give what came after a message. {"missed": true} comes first where not all of it is kept. */
export async function* history(after) {
  const known = await writer.xRange(STREAM, after, after)
  if (known.length === 0 && after !== '0-0') yield { missed: true }
  for (let page = null; page?.length !== 0; ) {
    page = await writer.xRange(STREAM, `(${after}`, '+', { COUNT: PAGE })
    for (const entry of page) yield read(entry)
    after = page.at(-1)?.id
  }
}

/** Hand each message over as it arrives, for ever. */
export async function follow(deliver) {
  await Promise.all([writer.connect(), reader.connect()])
  for (;;) {
    try {
      if (last === null) {
        last = (await reader.xRevRange(STREAM, '+', '-', { COUNT: 1 }))[0]?.id ?? '0-0'
        heard = Date.now()
      }
      const streams = await reader.xRead({ key: STREAM, id: last }, { BLOCK: WAIT_MS, COUNT: PAGE })
      heard = Date.now()
      for (const entry of streams?.[0].messages ?? []) {
        last = entry.id
        deliver(read(entry))
      }
    } catch (error) {
      log('warn', 'the broker does not answer', { error: error.message })
      await sleep(1000)
    }
  }
}

/** Whether a message is newer than another. */
export function isAfter(id, other) {
  const [[time, number], [otherTime, otherNumber]] = [id, other].map((each) => each.split('-').map(Number))
  return time === otherTime ? number > otherNumber : time > otherTime
}

const read = ({ id, message }) => ({ id, text: message.text })
