import { revalidatePath } from 'next/cache'
import { connection } from 'next/server'
import { call } from './api'

async function order(form) {
  'use server'
  const body = JSON.stringify({ item: form.get('item'), quantity: Number(form.get('quantity')) })
  const headers = { 'Content-Type': 'application/json' }
  await call('/api/orders', { method: 'POST', headers, body })
  revalidatePath('/')
}

export default async function Page() {
  await connection()
  const { orders } = await call('/api/orders')
  return (
    <main>
      <h1>Shop</h1>
      <form action={order}>
        <input name="item" placeholder="What" required />
        <input name="quantity" type="number" min="1" max="999" defaultValue="1" />
        <button>Order</button>
      </form>
      <ul>
        {orders.map(({ id, item, quantity }) => (
          <li key={id}>{quantity} × {item} <small>{id}</small></li>
        ))}
      </ul>
    </main>
  )
}
