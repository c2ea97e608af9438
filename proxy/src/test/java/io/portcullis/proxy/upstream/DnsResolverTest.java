package io.portcullis.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.proxy.upstream.AddressResolver.Resolution;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsResolverTest {
  private final NameServer server = new NameServer();
  private final ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
  private final DnsResolver resolver = new DnsResolver(List.of(server.address()), virtualThreads);

  @AfterEach
  void stop() {
    server.close();
    virtualThreads.shutdownNow();
  }

  @Test
  void knows_literal_addresses_without_asking() {
    assertThat(resolver.known("10.1.2.3")).isEqualTo(addresses("10.1.2.3"));
    assertThat(resolver.known("[::1]")).isEqualTo(addresses("::1"));
    assertThat(resolver.known("1.2.3")).isNull();
    assertThat(server.questions).hasValue(0);
  }

  @Test
  void knows_localhost_without_asking() {
    assertThat(resolve("localhost")).isInstanceOf(Resolution.Addresses.class);
    assertThat(server.questions).hasValue(0);
  }

  @Test
  void asks_once_and_keeps_the_answer() {
    server.put("one.test.", "10.0.0.1", 60);
    assertThat(resolver.known("one.test")).isNull();
    assertThat(resolve("one.test")).isEqualTo(addresses("10.0.0.1"));
    assertThat(resolver.known("ONE.test")).isEqualTo(addresses("10.0.0.1"));
    assertThat(resolve("one.test")).isEqualTo(addresses("10.0.0.1"));
    assertThat(server.questions).hasValue(1);
  }

  @Test
  void asks_once_for_all_who_wait() {
    server.put("many.test.", "10.0.0.1", 60);
    List<CompletableFuture<Resolution>> all =
        java.util.stream.IntStream.range(0, 20).mapToObj(_ -> ask("many.test")).toList();
    all.forEach(future -> assertThat(future.join()).isEqualTo(addresses("10.0.0.1")));
    assertThat(server.questions.get()).isLessThan(20);
  }

  @Test
  void takes_an_ipv6_address_when_there_is_no_other() {
    server.put("six.test.", "fd00::6", 60);
    assertThat(resolve("six.test")).isEqualTo(addresses("fd00::6"));
  }

  @Test
  void tells_a_missing_name_from_a_failing_server() {
    assertThat(resolve("none.test")).isEqualTo(new Resolution.NotFound());
    server.failing = true;
    assertThat(resolve("failing.test")).isInstanceOf(Resolution.Failed.class);
  }

  @Test
  void serves_the_old_answer_while_it_asks_for_a_new_one() {
    server.put("moving.test.", "10.0.0.1", 1);
    assertThat(resolve("moving.test")).isEqualTo(addresses("10.0.0.1"));
    server.put("moving.test.", "10.0.0.2", 1);
    await()
        .atMost(5, TimeUnit.SECONDS)
        .until(
            () -> {
              Resolution known = resolver.known("moving.test");
              assertThat(known).isNotNull();
              return known.equals(addresses("10.0.0.2"));
            });
    // A server that fails takes nothing away.
    server.failing = true;
    await()
        .during(1500, TimeUnit.MILLISECONDS)
        .atMost(5, TimeUnit.SECONDS)
        .until(() -> addresses("10.0.0.2").equals(resolver.known("moving.test")));
  }

  @Test
  void finds_where_a_service_is_offered() throws IOException {
    Name name = Name.fromString("_api._tcp.test.");
    server.records.put(
        "_api._tcp.test.",
        new SRVRecord(name, DClass.IN, 60, 1, 5, 8080, Name.fromString("one.test.")));

    for (int i = 0; i < 2; i++) {
      assertThat(services("_api._tcp.test"))
          .containsExactly(new AddressResolver.ServiceTarget("one.test", 8080, 1, 5));
    }
    assertThat(server.questions).hasValue(1);
    assertThat(services("_none._tcp.test")).isEmpty();
  }

  @Test
  void the_old_places_of_a_service_serve_until_there_are_new_ones() throws IOException {
    Name name = Name.fromString("_api._tcp.test.");
    server.records.put(
        "_api._tcp.test.",
        new SRVRecord(name, DClass.IN, 1, 0, 0, 80, Name.fromString("one.test.")));
    AddressResolver.ServiceTarget one = new AddressResolver.ServiceTarget("one.test", 80, 0, 0);
    assertThat(services("_api._tcp.test")).containsExactly(one);
    server.failing = true;
    int before = server.questions.get();
    await()
        .atMost(20, TimeUnit.SECONDS)
        .until(
            () -> {
              assertThat(services("_api._tcp.test")).containsExactly(one);
              return server.questions.get() > before;
            });
    assertThat(services("_api._tcp.test")).containsExactly(one);
  }

  private List<AddressResolver.ServiceTarget> services(String name) {
    CompletableFuture<List<AddressResolver.ServiceTarget>> answer = new CompletableFuture<>();
    resolver.services(name, answer::complete);
    return answer.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private CompletableFuture<Resolution> ask(String host) {
    CompletableFuture<Resolution> answer = new CompletableFuture<>();
    resolver.resolve(host, answer::complete);
    return answer;
  }

  private Resolution resolve(String host) {
    return ask(host).orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static Resolution addresses(String address) {
    return new Resolution.Addresses(List.of(InetAddress.ofLiteral(address)));
  }

  /** A name server on a free port. */
  private static final class NameServer {
    final AtomicInteger questions = new AtomicInteger();
    volatile boolean failing;
    private final DatagramSocket socket;
    private final Map<String, Record> records = new ConcurrentHashMap<>();

    NameServer() {
      try {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
      } catch (IOException problem) {
        throw new java.io.UncheckedIOException(problem);
      }
      Thread.ofVirtual().start(this::serve);
    }

    InetSocketAddress address() {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    void put(String name, String address, long ttl) {
      try {
        InetAddress literal = InetAddress.ofLiteral(address);
        Name absolute = Name.fromString(name);
        records.put(
            name,
            literal.getAddress().length == 4
                ? new ARecord(absolute, DClass.IN, ttl, literal)
                : new AAAARecord(absolute, DClass.IN, ttl, literal));
      } catch (IOException problem) {
        throw new java.io.UncheckedIOException(problem);
      }
    }

    void close() {
      socket.close();
    }

    private void serve() {
      byte[] buffer = new byte[4096];
      try {
        while (true) {
          DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
          socket.receive(packet);
          Message question = new Message(java.util.Arrays.copyOf(buffer, packet.getLength()));
          byte[] answer = answer(question).toWire();
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException closed) {
        // The end of the test.
      }
    }

    private Message answer(Message question) {
      questions.incrementAndGet();
      Message answer = new Message(question.getHeader().getID());
      answer.getHeader().setFlag(Flags.QR);
      answer.getHeader().setFlag(Flags.RA);
      Record asked = question.getQuestion();
      answer.addRecord(asked, Section.QUESTION);
      Record known = records.get(asked.getName().toString().toLowerCase(java.util.Locale.ROOT));
      if (failing) {
        answer.getHeader().setRcode(Rcode.SERVFAIL);
      } else if (known == null) {
        answer.getHeader().setRcode(Rcode.NXDOMAIN);
      } else if (known.getType() == asked.getType()) {
        answer.addRecord(known, Section.ANSWER);
      } else if (asked.getType() != Type.A && asked.getType() != Type.AAAA) {
        answer.getHeader().setRcode(Rcode.NOTIMP);
      }
      return answer;
    }
  }
}
