package io.portcullis.benchmarks;

import io.portcullis.core.plugin.Headers;
import io.portcullis.proxy.wire.HeadBuffer;
import io.portcullis.proxy.wire.HeadWriter;
import io.portcullis.proxy.wire.RequestHead;
import io.portcullis.proxy.wire.ResponseHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to read a head from the socket's buffer, and to pass its lines on. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {
  private static final int LIMIT = 32 * 1024;

  private final ByteBuffer request =
      octets(
          """
          GET /teams/7/services/12/orders?page=2&size=50 HTTP/1.1
          Host: gw.test
          User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
          Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
          Accept-Language: en-GB,en;q=0.5
          Accept-Encoding: gzip, deflate, br, zstd
          Cookie: session=0193f2a47c1b7e539d425a6b7c8d9e0f; theme=dark
          Connection: keep-alive

          """);
  private final ByteBuffer response =
      octets(
          """
          HTTP/1.1 200 OK
          Server: nginx
          Date: Sat, 21 Nov 2026 12:00:00 GMT
          Content-Type: application/json
          Content-Length: 200
          Connection: keep-alive

          """);
  private final HeadBuffer buffer = new HeadBuffer();
  private final RequestHead requestHead = new RequestHead();
  private final ResponseHead responseHead = new ResponseHead();
  private final HeadWriter writer = new HeadWriter();

  /** A browser's request. */
  @Benchmark
  public int request_head() {
    return buffer.take(request.rewind(), requestHead, LIMIT);
  }

  /** The answer of a usual server. */
  @Benchmark
  public int response_head() {
    return buffer.take(response.rewind(), responseHead, LIMIT);
  }

  /** The same request, its lines written once more. */
  @Benchmark
  public int request_head_passed_on() {
    buffer.take(request.rewind(), requestHead, LIMIT);
    Headers headers = requestHead.headers();
    writer.reset();
    writer.put("GET /orders HTTP/1.1\r\n");
    for (int i = 0; i < headers.size(); i++) {
      writer.put(headers, i);
    }
    return writer.endLine().length();
  }

  private static ByteBuffer octets(String head) {
    return ByteBuffer.wrap(head.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }
}
