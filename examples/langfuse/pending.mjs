// Exits with 1 while a migration of this image is pending, and with 0 otherwise.
import { readdirSync } from 'node:fs'
import { PrismaClient } from '@prisma/client'

const ours = readdirSync('/app/packages/shared/prisma/migrations', { withFileTypes: true })
  .filter((each) => each.isDirectory())
  .map((each) => each.name)
const client = new PrismaClient()
const applied = await client
  .$queryRawUnsafe('SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL')
  .then((rows) => new Set(rows.map((row) => row.migration_name)))
  // On an empty database there is no such table yet.
  .catch(() => new Set())
process.exit(ours.every((name) => applied.has(name)) ? 0 : 1)
