package io.portcullis.e2e.upstream;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The tutorial's gRPC service, with texts for messages: answers each reading at once. */
public final class SensorService implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;
  private static final MethodDescriptor<String, String> STREAM =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodType.BIDI_STREAMING)
          .setFullMethodName("sensor.DataService/StreamSensorData")
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();

  private final Server server;

  private SensorService(Server server) {
    this.server = server;
  }

  /** Starts one on a free port of loopback. */
  public static SensorService start() throws IOException {
    ServerServiceDefinition service =
        ServerServiceDefinition.builder("sensor.DataService")
            .addMethod(STREAM, ServerCalls.asyncBidiStreamingCall(Answering::new))
            .build();
    return new SensorService(
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(service)
            .build()
            .start());
  }

  public int port() {
    return server.getPort();
  }

  /** Sends readings through a gateway, each after the answer to the one before. */
  public static List<String> talk(int gatewayPort, List<String> readings)
      throws InterruptedException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", gatewayPort).usePlaintext().build();
    try {
      BlockingQueue<String> answers = new LinkedBlockingQueue<>();
      StreamObserver<String> out =
          ClientCalls.asyncBidiStreamingCall(
              channel.newCall(STREAM, CallOptions.DEFAULT), new Collecting(answers));
      List<String> heard = new ArrayList<>();
      for (String reading : readings) {
        out.onNext(reading);
        heard.add(answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
      }
      out.onCompleted();
      return heard;
    } finally {
      channel.shutdownNow().awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private record Answering(StreamObserver<String> out) implements StreamObserver<String> {
    @Override
    public void onNext(String reading) {
      out.onNext("seen " + reading);
    }

    @Override
    public void onError(Throwable gone) {
      // The call is over for the server, too.
    }

    @Override
    public void onCompleted() {
      out.onCompleted();
    }
  }

  private record Collecting(BlockingQueue<String> answers) implements StreamObserver<String> {
    @Override
    public void onNext(String answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable problem) {
      answers.add(problem.toString());
    }

    @Override
    public void onCompleted() {
      // What was heard counts.
    }
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String text) {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream octets) {
      try (octets) {
        return new String(octets.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
  }
}
