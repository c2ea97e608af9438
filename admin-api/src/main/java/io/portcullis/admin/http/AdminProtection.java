package io.portcullis.admin.http;

import java.time.InstantSource;

/**
 * What stands between a listener and the Admin API.
 *
 * @param maxBody octets of a request body; a longer one is 413
 * @param callsPerSecond of one client address, twice as many at once; 0 for any number
 */
public record AdminProtection(
    AccessRules access, int maxBody, int callsPerSecond, AuditLog audit, InstantSource clock) {
  private static final int DEFAULT_MAX_BODY = 10 * 1024 * 1024;

  /** These rules with the usual limit for bodies and nothing else. */
  public static AdminProtection of(AccessRules access) {
    return new AdminProtection(
        access, DEFAULT_MAX_BODY, 0, AuditLog.none(), InstantSource.system());
  }

  public AdminProtection withMaxBody(int octets) {
    return new AdminProtection(access, octets, callsPerSecond, audit, clock);
  }

  public AdminProtection withCallsPerSecond(int calls) {
    return new AdminProtection(access, maxBody, calls, audit, clock);
  }

  public AdminProtection withAudit(AuditLog log) {
    return new AdminProtection(access, maxBody, callsPerSecond, log, clock);
  }
}
