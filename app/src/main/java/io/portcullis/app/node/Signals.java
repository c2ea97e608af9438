package io.portcullis.app.node;

import java.lang.reflect.Proxy;

/**
 * The signals that a gateway answers to, as process supervisors and Kong's tools send them.
 *
 * <p>Only {@code sun.misc.Signal} can do this. It is part of the supported module {@code
 * jdk.unsupported}, yet javac warns of it in a way that cannot be silenced; hence the reflection.
 */
final class Signals {
  private Signals() {}

  /**
   * Runs {@code action} on a thread of its own whenever the signal comes; {@code name} without SIG.
   */
  static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object starter =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                Thread.ofPlatform().name("signal-" + name).start(action);
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), starter);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java cannot handle signal " + name, e);
    }
  }
}
