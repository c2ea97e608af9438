package io.portcullis.admin.http;

import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Whole configurations as one text, in Kong's declarative format. Thread-safe. */
public interface DeclarativeFormat {
  /**
   * Writes everything that a reader sees, as YAML.
   *
   * @param nulls whether fields without a value are told too
   */
  void write(EntityReader reader, boolean nulls, Appendable out);

  /** The same as one text. */
  default String text(EntityReader reader, boolean nulls) {
    StringBuilder text = new StringBuilder();
    write(reader, nulls, text);
    return text.toString();
  }

  /** Adds what a text holds to what is stored, or puts it in place of rows with the same ids. */
  Imported into(EntityWriter writer, String text);

  /** What became of a text. */
  sealed interface Imported {
    /**
     * Everything in it is stored now.
     *
     * @param written how many rows are new or changed
     */
    record Done(int written) implements Imported {}

    /** Nothing was written. */
    record Failed(Problems problems) implements Imported {}
  }

  /**
   * What is wrong with a configuration.
   *
   * @param fields a tree that mirrors it, with a text where something is wrong
   * @param byEntity the same for each broken entity, made when it is asked for
   */
  record Problems(ObjectNode fields, Supplier<Flattened> byEntity) {}

  /**
   * Problems by entity.
   *
   * @param entities one element for each broken entity
   * @param rest what belongs to none
   */
  record Flattened(ArrayNode entities, ObjectNode rest) {}
}
