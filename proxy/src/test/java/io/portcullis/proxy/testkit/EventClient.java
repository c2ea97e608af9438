package io.portcullis.proxy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Reads one answer as it comes, over each of the wires that a gateway speaks. */
public interface EventClient extends AutoCloseable {
  /** What is spoken. */
  enum Wire {
    HTTP_1,
    HTTP_1_OVER_TLS,
    HTTP_2,
    HTTP_2_OVER_TLS
  }

  /** Connects to the gateway's listener for that wire. */
  static EventClient connect(Wire wire, GatewayFixture gateway) {
    return switch (wire) {
      case HTTP_1 -> new Http1(gateway.connect());
      case HTTP_1_OVER_TLS -> new Http1(RawClient.over(secure(gateway.tlsPort(), "http/1.1")));
      case HTTP_2 -> new Http2(Http2Client.connect(gateway.port()));
      case HTTP_2_OVER_TLS -> new Http2(Http2Client.over(secure(gateway.tlsPort(), "h2")).greet());
    };
  }

  /** Asks; names are in lower case, each followed by its value. */
  void get(String path, String... lines);

  /** Waits for the head. */
  int status();

  @Nullable String header(String name);

  /** Waits for that many further octets of the body. */
  String text(int octets);

  /** Waits for the proper end of the answer, with nothing before it. */
  boolean isEnded();

  /** Waits for an end that cannot be taken for a proper one, with nothing before it. */
  boolean isBrokenOff();

  /** Gives the answer up as the protocol has it. */
  void cancel();

  @Override
  void close();

  private static SSLSocket secure(int port, String protocol) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustsAnyone()}, new SecureRandom());
      SSLSocket socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {protocol});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    } catch (GeneralSecurityException problem) {
      throw new IllegalStateException(problem);
    }
  }

  /** HTTP/1.1, an answer in chunks. */
  final class Http1 implements EventClient {
    private final RawClient client;
    private final Map<String, String> headers = new HashMap<>();
    private int chunkLeft;

    private Http1(RawClient client) {
      this.client = client;
    }

    @Override
    public void get(String path, String... lines) {
      StringBuilder head =
          new StringBuilder("GET ").append(path).append(" HTTP/1.1\r\nHost: a\r\n");
      for (int i = 0; i < lines.length; i += 2) {
        head.append(lines[i]).append(": ").append(lines[i + 1]).append("\r\n");
      }
      client.send(head.append("\r\n").toString());
    }

    @Override
    public int status() {
      try {
        List<String> lines = new ArrayList<>();
        for (String line = client.readLine(); !line.isEmpty(); line = client.readLine()) {
          lines.add(line);
        }
        for (String line : lines.subList(1, lines.size())) {
          int colon = line.indexOf(':');
          headers.put(
              line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        return Integer.parseInt(lines.getFirst().substring(9, 12));
      } catch (IOException problem) {
        throw new UncheckedIOException(problem);
      }
    }

    @Override
    public @Nullable String header(String name) {
      return headers.get(name);
    }

    @Override
    public String text(int octets) {
      try {
        StringBuilder text = new StringBuilder();
        while (text.length() < octets) {
          if (chunkLeft == 0) {
            chunkLeft = Integer.parseInt(client.readLine(), 16);
          }
          int take = Math.min(chunkLeft, octets - text.length());
          text.append(new String(client.read(take), StandardCharsets.ISO_8859_1));
          chunkLeft -= take;
          if (chunkLeft == 0) {
            client.readLine();
          }
        }
        return text.toString();
      } catch (IOException problem) {
        throw new UncheckedIOException(problem);
      }
    }

    @Override
    public boolean isEnded() {
      try {
        return client.readLine().equals("0") && client.readLine().isEmpty();
      } catch (IOException problem) {
        return false;
      }
    }

    @Override
    public boolean isBrokenOff() {
      return client.isClosedByPeer();
    }

    @Override
    public void cancel() {
      client.close();
    }

    @Override
    public void close() {
      client.close();
    }
  }

  /** HTTP/2, stream 1. */
  final class Http2 implements EventClient {
    private static final int CANCEL = 8;
    private final Http2Client client;
    private int taken;

    private Http2(Http2Client client) {
      this.client = client;
    }

    @Override
    public void get(String path, String... lines) {
      client.get(1, path, lines);
    }

    @Override
    public int status() {
      while (client.partOf(1).status() == 0 && client.read() != null) {
        // Settings, for example.
      }
      return client.partOf(1).status();
    }

    @Override
    public @Nullable String header(String name) {
      return client.partOf(1).header(name);
    }

    @Override
    public String text(int octets) {
      while (client.partOf(1).body().length < taken + octets && client.read() != null) {
        // The octets come in frames of any size.
      }
      String text = client.partOf(1).text().substring(taken);
      taken += text.length();
      return text;
    }

    @Override
    public boolean isEnded() {
      Http2Client.Answer answer = client.answer(1);
      return answer.isEnded() && answer.reset() < 0 && answer.body().length == taken;
    }

    @Override
    public boolean isBrokenOff() {
      return client.awaitReset(1) > 0 && client.partOf(1).body().length == taken;
    }

    @Override
    public void cancel() {
      client.number(Http2Client.RST_STREAM, 1, CANCEL);
    }

    @Override
    public void close() {
      client.close();
    }
  }

  /** Whoever it is. */
  final class TrustsAnyone implements X509TrustManager {
    private TrustsAnyone() {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
