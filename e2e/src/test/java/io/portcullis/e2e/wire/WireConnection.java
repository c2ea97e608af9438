package io.portcullis.e2e.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** One HTTP/1.1 connection to a port of loopback. Not for use by several threads. */
public final class WireConnection implements AutoCloseable {
  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  private WireConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.out = socket.getOutputStream();
  }

  /** Connects in clear text; {@code timeout} bounds the connect and each read. */
  public static WireConnection open(int port, Duration timeout) throws IOException {
    return new WireConnection(connect(port, timeout));
  }

  /** Connects with TLS, trusting any certificate; without {@code serverName} no SNI is sent. */
  public static WireConnection openTls(int port, @Nullable String serverName, Duration timeout)
      throws IOException {
    Socket plain = connect(port, timeout);
    try {
      SSLSocket secured =
          (SSLSocket)
              trustingContext().getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setServerNames(
          serverName == null ? List.of() : List.of(new SNIHostName(serverName)));
      secured.setSSLParameters(parameters);
      secured.startHandshake();
      return new WireConnection(secured);
    } catch (IOException failure) {
      plain.close();
      throw failure;
    }
  }

  private static Socket connect(int port, Duration timeout) throws IOException {
    Socket socket = new Socket();
    int millis = Math.toIntExact(timeout.toMillis());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(millis);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), millis);
    return socket;
  }

  private static SSLContext trustingContext() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustsAnyone()}, null);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new IOException(impossible);
    }
  }

  /** What the server showed in the handshake of a TLS connection. */
  public Certificate peerCertificate() throws IOException {
    return ((SSLSocket) socket).getSession().getPeerCertificates()[0];
  }

  /** Sends {@code request} and reads the final answer to it; interim ones are passed over. */
  public WireAnswer exchange(WireRequest request) throws IOException {
    out.write(request.head());
    try {
      out.write(request.body());
      out.flush();
    } catch (IOException refusedEarly) {
      // For example 413: the answer may already be there, and reading tells.
    }
    while (true) {
      WireAnswer head = readHead();
      if (head.status() == 101 || head.status() >= 200) {
        return new WireAnswer(head.status(), head.headers(), readBody(request.method(), head));
      }
    }
  }

  public void sendText(String text) throws IOException {
    WebSocketFrame.text(text.getBytes(StandardCharsets.UTF_8)).writeMasked(out);
  }

  public WebSocketFrame readFrame() throws IOException {
    return WebSocketFrame.read(in);
  }

  /** Sends a frame as a client does. */
  public void send(WebSocketFrame frame) throws IOException {
    frame.writeMasked(out);
  }

  /** Whether the peer closes, cleanly or not, without sending anything more. */
  public boolean isClosedByPeer() {
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  /** Whether nothing comes, not even the end, for that long. */
  public boolean isSilentFor(Duration time) throws IOException {
    int before = socket.getSoTimeout();
    socket.setSoTimeout(Math.toIntExact(time.toMillis()));
    in.mark(1);
    try {
      in.read();
      in.reset();
      return false;
    } catch (SocketTimeoutException silent) {
      return true;
    } finally {
      socket.setSoTimeout(before);
    }
  }

  /** Sends a request without reading what is answered. */
  public void send(WireRequest request) throws IOException {
    out.write(request.head());
    out.write(request.body());
    out.flush();
  }

  /** Reads the next head, an interim one or the answer's; its body stays where it is. */
  public WireAnswer readHead() throws IOException {
    String line = readLine();
    String[] parts = line.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/")) {
      throw new IOException("not a status line: " + line);
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (String field = readLine(); !field.isEmpty(); field = readLine()) {
      int colon = field.indexOf(':');
      if (colon < 0) {
        throw new IOException("not a header: " + field);
      }
      headers.add(Map.entry(field.substring(0, colon), field.substring(colon + 1).strip()));
    }
    return new WireAnswer(Integer.parseInt(parts[1]), headers, new byte[0]);
  }

  private byte[] readBody(String method, WireAnswer head) throws IOException {
    int status = head.status();
    if (method.equals("HEAD") || status == 101 || status == 204 || status == 304) {
      return new byte[0];
    }
    if (head.header("Transfer-Encoding").stream().anyMatch(coding -> coding.contains("chunked"))) {
      return readChunks();
    }
    Optional<String> length = head.header("Content-Length").stream().findFirst();
    if (length.isEmpty()) {
      return in.readAllBytes();
    }
    byte[] body = in.readNBytes(Integer.parseInt(length.get()));
    if (body.length < Integer.parseInt(length.get())) {
      throw new EOFException(
          "the body ends after " + body.length + " of " + length.get() + " bytes");
    }
    return body;
  }

  /** Reads a body of any size after {@link #readHead} and keeps nothing but its length. */
  public long skipBody(WireAnswer head) throws IOException {
    if (head.header("Transfer-Encoding").contains("chunked")) {
      long length = 0;
      for (byte[] chunk = readChunk(); chunk.length > 0; chunk = readChunk()) {
        length += chunk.length;
      }
      return length;
    }
    long length = Long.parseLong(head.header("Content-Length").getFirst());
    in.skipNBytes(length);
    return length;
  }

  private byte[] readChunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] chunk = readChunk(); chunk.length > 0; chunk = readChunk()) {
      body.write(chunk);
    }
    return body.toByteArray();
  }

  /** Reads one chunk of a body; the last one, with the trailers behind it, is empty. */
  public byte[] readChunk() throws IOException {
    byte[] chunk = new byte[Integer.parseInt(readLine().split(";", 2)[0].strip(), 16)];
    in.readFully(chunk);
    if (chunk.length > 0) {
      readLine();
    } else {
      while (!readLine().isEmpty()) {
        // trailers
      }
    }
    return chunk;
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /**
   * Accepts every certificate, without the name check that a plain trust manager would be wrapped
   * in.
   */
  private static final class TrustsAnyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
