package io.portcullis.e2e.upstream;

import io.portcullis.e2e.wire.WebSocketFrame;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A WebSocket server on loopback that does what a test wants: one virtual thread per connection,
 * which ends when its conversation returns.
 */
public final class SocketServer implements AutoCloseable {
  private final ServerSocket server;
  private final Conversation conversation;
  private final Set<Peer> peers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** What a server does with one client. */
  public interface Conversation {
    void with(Peer peer) throws IOException;
  }

  private SocketServer(ServerSocket server, Conversation conversation) {
    this.server = server;
    this.conversation = conversation;
  }

  /** Serves on a free port. */
  public static SocketServer start(Conversation conversation) {
    try {
      ServerSocket server = new ServerSocket();
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
      SocketServer started = new SocketServer(server, conversation);
      started.threads.execute(started::accept);
      return started;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Sends each frame back as it came; a ping comes back as pong. */
  public static SocketServer echo() {
    return start(SocketServer::echo);
  }

  /** Sends each frame back as it came, until the peer closes. */
  public static void echo(Peer peer) throws IOException {
    WebSocketFrame frame;
    do {
      frame = peer.read();
      int opcode = frame.opcode() == WebSocketFrame.PING ? WebSocketFrame.PONG : frame.opcode();
      peer.send(new WebSocketFrame(frame.flags(), opcode, frame.payload()));
    } while (frame.opcode() != WebSocketFrame.CLOSE);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Connections that are WebSockets now. */
  public Set<Peer> peers() {
    return Set.copyOf(peers);
  }

  /** WebSockets there ever were. */
  public int accepted() {
    return accepted.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        threads.execute(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
      ReceivedRequest request = ReceivedRequest.readHead(in).orElseThrow(EOFException::new);
      Peer peer = new Peer(request, client, in);
      peers.add(peer);
      try {
        peer.accept();
        accepted.incrementAndGet();
        conversation.with(peer);
      } finally {
        peers.remove(peer);
      }
    } catch (IOException | RuntimeException gone) {
      // The peer went away; its conversation is over.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Peer peer : peers) {
      peer.close();
    }
    threads.shutdownNow();
  }

  /** One client. Any thread may send, the conversation's own one reads. */
  public static final class Peer implements AutoCloseable {
    private final ReceivedRequest request;
    private final Socket socket;
    private final DataInputStream in;

    private Peer(ReceivedRequest request, Socket socket, DataInputStream in) {
      this.request = request;
      this.socket = socket;
      this.in = in;
    }

    private void accept() throws IOException {
      StringBuilder head =
          new StringBuilder("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n")
              .append("Connection: Upgrade\r\nSec-WebSocket-Accept: ")
              .append(FrameEcho.acceptKey(header("sec-websocket-key")))
              .append("\r\n");
      if (header("sec-websocket-extensions").contains("permessage-deflate")) {
        head.append("Sec-WebSocket-Extensions: permessage-deflate; ")
            .append("client_no_context_takeover; server_no_context_takeover\r\n");
      }
      socket
          .getOutputStream()
          .write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Path and query of the handshake, as they came. */
    public String target() {
      return request.target();
    }

    /** The first value of a header of the handshake, whose name is in lower case; or nothing. */
    public String header(String name) {
      return request.header(name);
    }

    /** The next frame; {@link EOFException} when the client is gone. */
    public WebSocketFrame read() throws IOException {
      return WebSocketFrame.read(in);
    }

    public void send(WebSocketFrame frame) throws IOException {
      OutputStream out = socket.getOutputStream();
      synchronized (out) {
        frame.write(out);
      }
    }

    public void send(String text) throws IOException {
      send(WebSocketFrame.text(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Closes the connection without a word. */
    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
