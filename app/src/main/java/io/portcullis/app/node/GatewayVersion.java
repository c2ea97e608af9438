package io.portcullis.app.node;

/** Which release this is, and which Admin API it speaks. */
public final class GatewayVersion {
  /** Our own version. */
  public static final String OWN = "0.1.0";

  /** The Kong version whose Admin API clients find here; they parse it. */
  public static final String ADMIN_API = "3.9.1";

  private GatewayVersion() {}
}
