// Two people write one document at two replicas: says what the second read, and how the first was left.
import { HocuspocusProvider, HocuspocusProviderWebsocket } from "@hocuspocus/provider";

const [first, second] = process.argv.slice(2).map((url) => {
  const socket = new HocuspocusProviderWebsocket({ url });
  const provider = new HocuspocusProvider({ websocketProvider: socket, name: "notes" });
  provider.attach();
  return { socket, text: provider.document.getText("body"), synced: new Promise((done) => provider.on("synced", done)) };
});
const say = (event) => console.log(JSON.stringify(event));

await Promise.all([first.synced, second.synced]);
say({ synced: true });
second.text.observe(() => say({ read: second.text.toString() }));
first.text.insert(0, "kept");
first.socket.on("close", ({ event }) => say({ closed: event.code }));
