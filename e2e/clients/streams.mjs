// What people write with ws and eventsource: node streams.mjs ws://HOST:PORT/ws http://HOST:PORT/events
// Prints one line for each thing that happens.
import { EventSource } from "eventsource";
import WebSocket from "ws";

const [socketUrl, eventsUrl] = process.argv.slice(2);
const say = (line) => console.log(line);

await new Promise((resolve, reject) => {
  const socket = new WebSocket(socketUrl, { perMessageDeflate: true });
  socket.on("open", () => {
    say(`open ${socket.extensions}`);
    socket.send(JSON.stringify({ type: "join", username: "user123" }));
  });
  socket.on("message", (data, binary) => {
    say(`message ${binary ? data.length : data}`);
    if (binary) socket.ping("are you there");
    else socket.send(Buffer.alloc(100_000));
  });
  socket.on("pong", (data) => {
    say(`pong ${data}`);
    socket.close(4000, "enough");
  });
  socket.on("close", (code, reason) => {
    say(`close ${code} ${reason}`);
    resolve();
  });
  socket.on("error", reject);
});

await new Promise((resolve) => {
  const source = new EventSource(eventsUrl);
  source.addEventListener("open", () => say("events open"));
  source.addEventListener("stock-update", (event) => {
    say(`stock-update ${event.lastEventId} ${event.data}`);
    source.close();
    resolve();
  });
});
