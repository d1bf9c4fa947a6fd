// Hocuspocus as its documentation configures it, with what the pod is told.
import { readFileSync } from "node:fs";
import { Redis } from "@hocuspocus/extension-redis";
import { Server } from "@hocuspocus/server";

const { env } = process;
const password = readFileSync(env.REDIS_PASSWORD_FILE, "utf8").trim();
const redis = new Redis({ host: env.REDIS_HOST, port: Number(env.REDIS_PORT), options: { password } });
const server = new Server({ address: env.ADDRESS, port: Number(env.PORT), quiet: true, extensions: [redis] });
await server.listen();
console.log("listening");
