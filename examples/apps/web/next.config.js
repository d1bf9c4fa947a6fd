/** @type {import('next').NextConfig} */
export default {
  output: 'standalone',
  // What a browser was loaded from. A pod is told the tag of its image, and an old tab reloads.
  deploymentId: process.env.NEXT_DEPLOYMENT_ID || undefined,
}
