package io.portcullis.app.node;

import java.util.List;

/**
 * What plugins from outside see of the gateway: the JDK, the SPI, and what the SPI's signatures
 * show. Everything else they bring themselves, also in another version than the gateway's.
 */
final class SharedClasses extends ClassLoader {
  private static final List<String> SHARED =
      List.of(
          "io.portcullis.core.",
          "io.micrometer.",
          "tools.jackson.",
          "com.fasterxml.jackson.annotation.",
          "org.jspecify.annotations.",
          "org.slf4j.");

  private final ClassLoader gateway;

  SharedClasses(ClassLoader gateway) {
    super("shared", ClassLoader.getPlatformClassLoader());
    this.gateway = gateway;
  }

  /** Asked for what the JDK does not have. Resources are never shared. */
  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    for (String prefix : SHARED) {
      if (name.startsWith(prefix)) {
        return gateway.loadClass(name);
      }
    }
    throw new ClassNotFoundException(name);
  }
}
