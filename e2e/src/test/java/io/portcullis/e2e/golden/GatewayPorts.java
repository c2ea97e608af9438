package io.portcullis.e2e.golden;

/** Where the gateway under test listens on loopback. */
record GatewayPorts(int admin, int proxy, int proxyTls) {
  int of(Scenario.Step step) {
    if (step.https()) {
      return proxyTls;
    }
    return switch (step.via()) {
      case "admin" -> admin;
      case "proxy" -> proxy;
      case "up1" -> TestUpstreams.FIRST_PORT;
      case "up2" -> TestUpstreams.FIRST_PORT + 1;
      case "up3" -> TestUpstreams.FIRST_PORT + 2;
      default -> throw new IllegalStateException("unknown target " + step.via());
    };
  }
}
