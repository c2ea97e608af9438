package io.portcullis.app.logging;

import io.portcullis.core.queue.BatchQueues;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sends entries to the socket of this machine's syslog. It takes datagrams, which Java's own
 * channels do not send to such sockets, so the system is called.
 */
final class UnixSyslog implements BatchQueues.Sender {
  private static final int UNIX = 1;
  private static final int DATAGRAM = 2;
  private static final int PATH_AT = 2;
  private static final int LONGEST_PATH = 104;
  private static final int LARGEST = 8192;

  private final String path;
  private final boolean bsd;

  UnixSyslog(String path) {
    this.path = path;
    this.bsd = System.getProperty("os.name", "").startsWith("Mac");
  }

  @Override
  public CompletionStage<?> send(List<byte[]> batch) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = address(arena);
      MemorySegment text = arena.allocate(LARGEST);
      int socket = SystemCalls.socket(UNIX, DATAGRAM, 0);
      if (socket < 0) {
        throw new IOException("no socket can be opened");
      }
      try {
        for (byte[] entry : batch) {
          int length = Math.min(LARGEST, entry.length);
          MemorySegment.copy(entry, 0, text, ValueLayout.JAVA_BYTE, 0, length);
          // Not waiting: a syslog that is busy gets the batch again later.
          int notWaiting = bsd ? 0x80 : 0x40;
          if (SystemCalls.sendTo(socket, text, length, notWaiting, address) < 0) {
            throw new IOException(path + " takes nothing");
          }
        }
      } finally {
        SystemCalls.close(socket);
      }
      return CompletableFuture.completedFuture(null);
    } catch (IOException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /** A {@code sockaddr_un}. */
  private MemorySegment address(Arena arena) throws IOException {
    byte[] octets = path.getBytes(StandardCharsets.UTF_8);
    if (octets.length >= LONGEST_PATH) {
      throw new IOException("the path is too long: " + path);
    }
    MemorySegment address = arena.allocate(PATH_AT + LONGEST_PATH, 2);
    if (bsd) {
      address.set(ValueLayout.JAVA_BYTE, 1, (byte) UNIX);
    } else {
      address.set(ValueLayout.JAVA_SHORT, 0, (short) UNIX);
    }
    MemorySegment.copy(octets, 0, address, ValueLayout.JAVA_BYTE, PATH_AT, octets.length);
    return address;
  }

  /** Functions of the C library. */
  @SuppressWarnings("restricted") // the launcher allows native access
  private static final class SystemCalls {
    private static final MethodHandle SOCKET =
        handle(
            "socket",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
    private static final MethodHandle SEND_TO =
        handle(
            "sendto",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
        handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    static int socket(int family, int type, int protocol) {
      try {
        return (int) SOCKET.invokeExact(family, type, protocol);
      } catch (Throwable e) {
        throw new IllegalStateException("socket(2) cannot be called", e);
      }
    }

    static long sendTo(
        int socket, MemorySegment text, long length, int flags, MemorySegment address) {
      try {
        return (long)
            SEND_TO.invokeExact(
                socket, text, length, flags, address, Math.toIntExact(address.byteSize()));
      } catch (Throwable e) {
        throw new IllegalStateException("sendto(2) cannot be called", e);
      }
    }

    static void close(int socket) {
      try {
        int _ = (int) CLOSE.invokeExact(socket);
      } catch (Throwable e) {
        throw new IllegalStateException("close(2) cannot be called", e);
      }
    }
  }
}
