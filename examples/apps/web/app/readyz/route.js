// Ready once it listens: without the API, what needs it fails, and all replicas alike.
export const dynamic = 'force-dynamic'

export const GET = () => new Response('ok')
