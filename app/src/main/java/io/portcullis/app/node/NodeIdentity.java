package io.portcullis.app.node;

import io.portcullis.core.plugin.NodeInformation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;

/** Who this node is; its id lives as long as its prefix. */
final class NodeIdentity {
  /** Kong's id of the workspace {@code default} in declarative mode; ours everywhere. */
  private static final UUID WORKSPACE = UUID.fromString("0dc6f45b-8f8d-40d2-a504-473544ee190b");

  private NodeIdentity() {}

  static NodeInformation in(Path prefix) throws IOException {
    return new NodeInformation(
        id(prefix.resolve("node.id")),
        hostname(),
        ProcessHandle.current().pid(),
        WORKSPACE,
        "kong/" + GatewayVersion.ADMIN_API);
  }

  private static UUID id(Path file) throws IOException {
    try {
      return UUID.fromString(Files.readString(file).strip());
    } catch (NoSuchFileException | IllegalArgumentException e) {
      UUID id = UUID.randomUUID();
      Files.writeString(file, id + "\n");
      return id;
    }
  }

  /** The name of this machine. */
  static String hostname() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
