package io.portcullis.proxy.testkit;

import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC server of grpc-java. What a call does stands in its first message: {@code echo …}, {@code
 * fail CODE text}, {@code size N}, {@code hang}; without such a word it echoes.
 */
public final class GrpcTarget implements AutoCloseable {
  public static final MethodDescriptor<byte[], byte[]> UNARY = method(MethodType.UNARY, "Unary");
  public static final MethodDescriptor<byte[], byte[]> MANY =
      method(MethodType.SERVER_STREAMING, "Many");
  public static final MethodDescriptor<byte[], byte[]> JOIN =
      method(MethodType.CLIENT_STREAMING, "Join");
  public static final MethodDescriptor<byte[], byte[]> CHAT =
      method(MethodType.BIDI_STREAMING, "Chat");

  public static final Metadata.Key<String> ASK =
      Metadata.Key.of("x-ask", Metadata.ASCII_STRING_MARSHALLER);
  public static final Metadata.Key<byte[]> OCTETS =
      Metadata.Key.of("x-octets-bin", Metadata.BINARY_BYTE_MARSHALLER);
  public static final Metadata.Key<String> HEAD =
      Metadata.Key.of("x-head", Metadata.ASCII_STRING_MARSHALLER);
  public static final Metadata.Key<String> TAIL =
      Metadata.Key.of("x-tail", Metadata.ASCII_STRING_MARSHALLER);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger received = new AtomicInteger();
  private final BlockingQueue<Long> cancelled = new LinkedBlockingQueue<>();
  private final BlockingQueue<Metadata> asked = new LinkedBlockingQueue<>();
  private final Server server;
  private volatile @Nullable Long deadlineMillis;

  private GrpcTarget(UnaryOperator<NettyServerBuilder> more) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .executor(threads)
            .maxInboundMessageSize(64 * 1024 * 1024)
            .addService(ServerInterceptors.intercept(service(), new Watching()));
    server = more.apply(builder).build();
    try {
      server.start();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** Listens on a new port. */
  public static GrpcTarget start() {
    return new GrpcTarget(builder -> builder);
  }

  public static GrpcTarget start(UnaryOperator<NettyServerBuilder> more) {
    return new GrpcTarget(more);
  }

  public int port() {
    return server.getPort();
  }

  /** Calls that are running. */
  public int open() {
    return open.get();
  }

  /** Calls that ever came. */
  public int begun() {
    return begun.get();
  }

  /** Messages that the bidirectional method took. */
  public int received() {
    return received.get();
  }

  /** When the next cancelled call was cancelled, as {@link System#nanoTime}. */
  public long awaitCancelled() throws InterruptedException {
    Long at = cancelled.poll(10, TimeUnit.SECONDS);
    if (at == null) {
      throw new AssertionError("no call was cancelled");
    }
    return at;
  }

  /** Metadata of the next call that came. */
  public Metadata awaitAsked() throws InterruptedException {
    Metadata metadata = asked.poll(10, TimeUnit.SECONDS);
    if (metadata == null) {
      throw new AssertionError("no call came");
    }
    return metadata;
  }

  /** What the last call had left when it came; null when it had no deadline. */
  public @Nullable Long deadlineMillis() {
    return deadlineMillis;
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
  }

  private static MethodDescriptor<byte[], byte[]> method(MethodType type, String name) {
    return method(type, "test.Echo", name);
  }

  /** A method whose messages are octets. */
  public static MethodDescriptor<byte[], byte[]> method(
      MethodType type, String service, String name) {
    return MethodDescriptor.newBuilder(new Octets(), new Octets())
        .setType(type)
        .setFullMethodName(service + '/' + name)
        .build();
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("test.Echo")
        .addMethod(UNARY, ServerCalls.asyncUnaryCall(this::unary))
        .addMethod(MANY, ServerCalls.asyncServerStreamingCall(this::many))
        .addMethod(JOIN, ServerCalls.asyncClientStreamingCall(this::join))
        .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(this::chat))
        .build();
  }

  private static String text(byte[] message) {
    return new String(message, StandardCharsets.UTF_8);
  }

  /** Whether the message asked for something other than an echo. */
  private static boolean obeyed(byte[] message, StreamObserver<byte[]> answer) {
    if (message.length > 100) {
      return false;
    }
    String text = text(message);
    if (text.startsWith("fail ")) {
      String[] words = text.split(" ", 3);
      answer.onError(
          Status.fromCode(Status.Code.valueOf(words[1])).withDescription(words[2]).asException());
      return true;
    }
    if (text.startsWith("size ")) {
      answer.onNext(new byte[Integer.parseInt(text.substring(5))]);
      answer.onCompleted();
      return true;
    }
    return text.equals("hang");
  }

  private void unary(byte[] message, StreamObserver<byte[]> answer) {
    ((ServerCallStreamObserver<byte[]>) answer).setOnCancelHandler(() -> {});
    if (!obeyed(message, answer)) {
      answer.onNext(message);
      answer.onCompleted();
    }
  }

  /** As many messages as asked for; then the end, or silence after {@code N hang}. */
  private void many(byte[] message, StreamObserver<byte[]> answer) {
    ServerCallStreamObserver<byte[]> call = (ServerCallStreamObserver<byte[]>) answer;
    call.setOnCancelHandler(() -> {});
    if (obeyed(message, answer)) {
      return;
    }
    String[] words = text(message).split(" ", 2);
    int count = Integer.parseInt(words[0]);
    for (int i = 0; i < count; i++) {
      answer.onNext(("message " + i).getBytes(StandardCharsets.UTF_8));
    }
    if (words.length == 1) {
      answer.onCompleted();
    } else if (words[1].startsWith("fail")) {
      answer.onError(Status.DATA_LOSS.withDescription("lost").asException());
    }
  }

  private StreamObserver<byte[]> join(StreamObserver<byte[]> answer) {
    ((ServerCallStreamObserver<byte[]>) answer).setOnCancelHandler(() -> {});
    StringBuilder all = new StringBuilder();
    return new Messages() {
      private boolean over;

      @Override
      public void onNext(byte[] message) {
        over = over || obeyed(message, answer);
        all.append(text(message)).append(';');
      }

      @Override
      public void onCompleted() {
        if (!over) {
          answer.onNext(all.toString().getBytes(StandardCharsets.UTF_8));
          answer.onCompleted();
        }
      }
    };
  }

  private StreamObserver<byte[]> chat(StreamObserver<byte[]> answer) {
    ServerCallStreamObserver<byte[]> call = (ServerCallStreamObserver<byte[]>) answer;
    call.setOnCancelHandler(() -> {});
    // Asked for one by one, so that a client that does not read holds the whole way up.
    call.disableAutoRequest();
    call.setOnReadyHandler(() -> {});
    call.request(1);
    return new Messages() {
      private boolean over;

      @Override
      public void onNext(byte[] message) {
        received.incrementAndGet();
        over = over || obeyed(message, answer);
        if (!over) {
          answer.onNext(message);
          call.request(1);
        }
      }

      @Override
      public void onCompleted() {
        if (!over) {
          answer.onCompleted();
        }
      }
    };
  }

  private abstract static class Messages implements StreamObserver<byte[]> {
    @Override
    public void onError(Throwable problem) {
      // The watching interceptor has heard of it.
    }
  }

  /** Takes note of calls, and echoes their metadata. */
  private final class Watching implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
      open.incrementAndGet();
      begun.incrementAndGet();
      asked.add(metadata);
      var deadline = Context.current().getDeadline();
      deadlineMillis = deadline == null ? null : deadline.timeRemaining(TimeUnit.MILLISECONDS);
      String ask = metadata.get(ASK);
      ServerCall<Q, A> echoing =
          new SimpleForwardingServerCall<>(call) {
            @Override
            public void sendHeaders(Metadata headers) {
              if (ask != null) {
                headers.put(HEAD, ask);
                byte[] octets = metadata.get(OCTETS);
                if (octets != null) {
                  headers.put(OCTETS, octets);
                }
              }
              super.sendHeaders(headers);
            }

            @Override
            public void close(Status status, Metadata trailers) {
              if (ask != null) {
                trailers.put(TAIL, ask);
              }
              super.close(status, trailers);
            }
          };
      return new io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
          next.startCall(echoing, metadata)) {
        @Override
        public void onCancel() {
          open.decrementAndGet();
          cancelled.add(System.nanoTime());
          super.onCancel();
        }

        @Override
        public void onComplete() {
          open.decrementAndGet();
          super.onComplete();
        }
      };
    }
  }

  /** Messages are what they are. */
  private static final class Octets implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException problem) {
        throw new UncheckedIOException(problem);
      }
    }
  }
}
