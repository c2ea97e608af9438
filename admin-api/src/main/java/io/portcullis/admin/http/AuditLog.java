package io.portcullis.admin.http;

/** Is told of every write, done or refused, and of every call without the right to it. */
public interface AuditLog {
  /** Takes an entry; must not block. */
  void record(AuditEntry entry);

  /** Forgets everything. */
  static AuditLog none() {
    return entry -> {};
  }
}
