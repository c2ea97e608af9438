package io.portcullis.app.logging;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A socket of Linux that takes datagrams, as a syslog has it. */
@SuppressWarnings("restricted") // tests are allowed native access
final class UnixReceiver implements AutoCloseable {
  private final int socket;

  private UnixReceiver(int socket) {
    this.socket = socket;
  }

  static UnixReceiver bound(Path path) throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      byte[] octets = path.toString().getBytes(StandardCharsets.UTF_8);
      MemorySegment address = arena.allocate(2 + octets.length + 1, 2);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
      MemorySegment.copy(octets, 0, address, ValueLayout.JAVA_BYTE, 2, octets.length);
      int socket =
          call(
              "socket",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT),
              1,
              2,
              0);
      int bound =
          call(
              "bind",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT),
              socket,
              address,
              (int) address.byteSize());
      if (bound != 0) {
        throw new IllegalStateException("bind " + path);
      }
      return new UnixReceiver(socket);
    }
  }

  /** Waits for a datagram. */
  String received() throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(9000);
      long length =
          call(
              "recv",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_INT),
              socket,
              text,
              text.byteSize(),
              0);
      return new String(
          text.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() throws Exception {
    call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), socket);
  }

  private static int call(String name, FunctionDescriptor descriptor, Object... arguments)
      throws Exception {
    Linker linker = Linker.nativeLinker();
    MethodHandle handle =
        linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    try {
      return ((Number) handle.invokeWithArguments(arguments)).intValue();
    } catch (Throwable e) {
      throw new IllegalStateException(name, e);
    }
  }
}
