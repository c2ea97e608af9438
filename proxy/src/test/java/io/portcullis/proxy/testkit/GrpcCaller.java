package io.portcullis.proxy.testkit;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.grpc.stub.ClientCalls;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** A gRPC client of grpc-java. */
public final class GrpcCaller implements AutoCloseable {
  private final ManagedChannel channel;

  private GrpcCaller(ManagedChannel channel) {
    this.channel = channel;
  }

  /** Over cleartext, by prior knowledge. */
  public static GrpcCaller plain(int port) {
    return new GrpcCaller(
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .maxInboundMessageSize(64 * 1024 * 1024)
            .build());
  }

  /** Over TLS, whatever the certificate. */
  public static GrpcCaller secure(int port, String authority) {
    try {
      return new GrpcCaller(
          NettyChannelBuilder.forAddress("127.0.0.1", port)
              .overrideAuthority(authority)
              .sslContext(
                  GrpcSslContexts.forClient()
                      .trustManager(InsecureTrustManagerFactory.INSTANCE)
                      .build())
              .build());
    } catch (SSLException problem) {
      throw new IllegalStateException(problem);
    }
  }

  public Channel channel() {
    return channel;
  }

  public static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static String text(byte[] octets) {
    return new String(octets, StandardCharsets.UTF_8);
  }

  /** Calls the unary method. */
  public String unary(String message) {
    return unary(message, CallOptions.DEFAULT);
  }

  public String unary(String message, CallOptions options) {
    return text(ClientCalls.blockingUnaryCall(channel, GrpcTarget.UNARY, options, octets(message)));
  }

  /** Calls the method that answers with many messages. */
  public Iterator<byte[]> many(String message) {
    return ClientCalls.blockingServerStreamingCall(
        channel, GrpcTarget.MANY, CallOptions.DEFAULT, octets(message));
  }

  /** Begins a call that is driven by hand. */
  public Call call(MethodDescriptor<byte[], byte[]> method) {
    return call(method, new Metadata(), CallOptions.DEFAULT);
  }

  public Call call(
      MethodDescriptor<byte[], byte[]> method, Metadata metadata, CallOptions options) {
    return new Call(channel.newCall(method, options), metadata);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A call that is driven by hand. */
  public static final class Call extends ClientCall.Listener<byte[]> {
    private final ClientCall<byte[], byte[]> call;
    private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Metadata> headers = new CompletableFuture<>();
    private final CompletableFuture<Status> status = new CompletableFuture<>();
    private final CompletableFuture<Metadata> trailers = new CompletableFuture<>();

    private Call(ClientCall<byte[], byte[]> call, Metadata metadata) {
      this.call = call;
      call.start(this, metadata);
    }

    public Call request(int count) {
      call.request(count);
      return this;
    }

    public Call send(String message) {
      return send(octets(message));
    }

    public Call send(byte[] message) {
      call.sendMessage(message);
      return this;
    }

    public boolean isReady() {
      return call.isReady();
    }

    public Call halfClose() {
      call.halfClose();
      return this;
    }

    public void cancel() {
      call.cancel("the test gives up", null);
    }

    public byte[] next() throws InterruptedException {
      byte[] message = messages.poll(10, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no message; the status is " + status.getNow(null));
      }
      return message;
    }

    /** Messages that came and were not taken. */
    public int waiting() {
      return messages.size();
    }

    public boolean isOver() {
      return status.isDone();
    }

    public Metadata headers() {
      return headers.orTimeout(10, TimeUnit.SECONDS).join();
    }

    public Status status() {
      return status.orTimeout(30, TimeUnit.SECONDS).join();
    }

    public Metadata trailers() {
      return trailers.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void onHeaders(Metadata received) {
      headers.complete(received);
    }

    @Override
    public void onMessage(byte[] message) {
      messages.add(message);
    }

    @Override
    public void onClose(Status end, Metadata received) {
      trailers.complete(received);
      status.complete(end);
    }
  }
}
