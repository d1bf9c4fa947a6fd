// The API, which keeps the orders. Browsers do not call it from these pages; this server does.

// Longer than the API itself tries, shorter than the proxy in front waits.
const SECONDS = 50

export async function call(path, { headers, ...options } = {}) {
  const answer = await fetch(`${process.env.API_URL}${path}`, {
    cache: 'no-store',
    signal: AbortSignal.timeout(SECONDS * 1000),
    headers: { 'X-Request-ID': requestId(), ...headers },
    ...options,
  })
  if (!answer.ok) throw new Error(`the API answers ${answer.status} to ${path}`)
  return answer.json()
}
