// Next.js calls this once, before it answers anybody.
export async function register() {
  if (process.env.NEXT_RUNTIME === 'nodejs') await import('./metrics.js')
}
