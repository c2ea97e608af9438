package io.portcullis.app.declarative;

import io.portcullis.core.entity.StoredEntity;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What became of a declarative file. */
public sealed interface DeclarativeResult {
  /**
   * Every entity passed.
   *
   * @param entities parents before their children
   * @param hash MD5 of the text in hexadecimal, as {@code GET /status} shows it
   */
  record Loaded(List<StoredEntity> entities, String hash) implements DeclarativeResult {}

  /**
   * Something did not.
   *
   * @param problems all of them, in the file's order
   * @param fields the same as a tree that mirrors the file, as code 14 answers it
   */
  record Refused(List<Problem> problems, ObjectNode fields) implements DeclarativeResult {}
}
