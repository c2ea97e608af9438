package io.portcullis.e2e.upstream;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.portcullis.proxy.testkit.GrpcCaller;
import io.portcullis.proxy.testkit.GrpcTarget;

/** The tutorial's gRPC service, with texts for messages: answers each reading at once. */
public final class SensorService {
  private static final String NAME = "sensor.DataService";

  public static final MethodDescriptor<byte[], byte[]> STREAM =
      GrpcTarget.method(MethodType.BIDI_STREAMING, NAME, "StreamSensorData");

  private SensorService() {}

  /** Starts a server that has it. */
  public static GrpcTarget start() {
    ServerServiceDefinition service =
        ServerServiceDefinition.builder(NAME)
            .addMethod(STREAM, ServerCalls.asyncBidiStreamingCall(Answering::new))
            .build();
    return GrpcTarget.start(server -> server.addService(service));
  }

  private record Answering(StreamObserver<byte[]> out) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] reading) {
      out.onNext(GrpcCaller.octets("seen " + GrpcCaller.text(reading)));
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
}
