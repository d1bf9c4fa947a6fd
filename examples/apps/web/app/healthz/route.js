// The process works; nobody else is asked.
export const dynamic = 'force-dynamic'

export const GET = () => new Response('ok')
