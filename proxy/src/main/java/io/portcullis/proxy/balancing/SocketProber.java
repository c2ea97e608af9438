package io.portcullis.proxy.balancing;

import io.portcullis.proxy.tls.AnyCertificate;
import io.portcullis.proxy.upstream.LiteralAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Probes over a connection of its own for each, which closes when the answer's status is known. */
public final class SocketProber implements Prober {
  private static final int LONGEST_LINE = 1024;
  private static final int STATUS_AT = "HTTP/1.1 ".length();
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private final Timers timers;
  private final SSLContext verified;
  private final SSLContext unverified;

  /**
   * @param timers end probes that take too long
   * @param trusted for addresses whose certificate is verified
   */
  public SocketProber(Timers timers, SSLContext trusted) throws GeneralSecurityException {
    this.timers = timers;
    this.verified = trusted;
    this.unverified = SSLContext.getInstance("TLS");
    unverified.init(null, AnyCertificate.only(), null);
  }

  @Override
  public Outcome probe(Question question) {
    Duration timeout = question.timeout().compareTo(SHORTEST) < 0 ? SHORTEST : question.timeout();
    AtomicBoolean late = new AtomicBoolean();
    try (Socket socket = new Socket()) {
      // Bounds everything together, however slowly octets drip.
      Timers.Running clock =
          timers.after(
              timeout,
              () -> {
                late.set(true);
                close(socket);
              });
      try {
        socket.connect(question.address(), Math.toIntExact(timeout.toMillis()));
        return question.kind().isSecure() ? overTls(socket, question) : ask(socket, question);
      } finally {
        clock.cancel();
      }
    } catch (SocketTimeoutException slow) {
      return new Outcome.TimedOut();
    } catch (IOException | RuntimeException problem) {
      return late.get() ? new Outcome.TimedOut() : new Outcome.Broken(String.valueOf(problem));
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private Outcome overTls(Socket socket, Question question) throws IOException {
    SSLContext context = question.verify() ? verified : unverified;
    String name = question.serverName();
    try (SSLSocket secure =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(socket, name, question.address().getPort(), true)) {
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setServerNames(serverNames(name));
      if (question.verify()) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
      }
      secure.setSSLParameters(parameters);
      secure.startHandshake();
      return ask(secure, question);
    }
  }

  /** None for an address, nor for a name that TLS does not know, such as one with underscores. */
  private static List<SNIServerName> serverNames(String name) {
    if (LiteralAddress.parse(name) != null) {
      return List.of();
    }
    try {
      return List.of(new SNIHostName(name));
    } catch (IllegalArgumentException unfit) {
      return List.of();
    }
  }

  private static Outcome ask(Socket socket, Question question) throws IOException {
    if (!question.kind().asks()) {
      return new Outcome.Connected();
    }
    StringBuilder request = new StringBuilder(128);
    request.append("GET ").append(question.path()).append(" HTTP/1.0\r\n");
    request.append("Host: ").append(question.host()).append("\r\n");
    question.headers().forEach(line -> request.append(line).append("\r\n"));
    request.append("\r\n");
    socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
    return new Outcome.Answered(status(socket.getInputStream()));
  }

  /** 0 when what comes is no HTTP. */
  private static int status(InputStream answer) throws IOException {
    byte[] line = new byte[LONGEST_LINE];
    int length = 0;
    while (length < line.length) {
      int octet = answer.read();
      if (octet < 0) {
        if (length == 0) {
          throw new IOException("closed without an answer");
        }
        break;
      }
      if (octet == '\n') {
        break;
      }
      line[length++] = (byte) octet;
    }
    String text = new String(line, 0, length, StandardCharsets.ISO_8859_1);
    if (!text.startsWith("HTTP/") || text.length() < STATUS_AT + 3) {
      return 0;
    }
    int status = 0;
    for (int i = STATUS_AT; i < STATUS_AT + 3; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      status = status * 10 + digit;
    }
    return status;
  }
}
