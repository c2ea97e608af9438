package io.portcullis.proxy.sync;

/**
 * How the credentials of one entity are found.
 *
 * @param keyField the field whose value is the credential's key
 * @param byConsumer whether they are looked up by the consumer that has them, and keys are unique
 *     below a consumer only; otherwise a key names one credential
 */
public record CredentialKind(String keyField, boolean byConsumer) {
  /** One that is looked up by a key that no two have. */
  public static CredentialKind byKey(String keyField) {
    return new CredentialKind(keyField, false);
  }
}
