package io.portcullis.store;

import java.io.Serial;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Why the store did not do as it was told. The transaction it happened in changed nothing. */
public abstract sealed class StoreException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Another row has these values already. */
  public static final class UniqueViolation extends StoreException {
    @Serial private static final long serialVersionUID = 1;

    private final String entity;
    private final transient ObjectNode fields;

    UniqueViolation(String entity, ObjectNode fields, @Nullable Throwable cause) {
      super("another row of " + entity + " has " + fields, cause);
      this.entity = entity;
      this.fields = fields;
    }

    public String entity() {
      return entity;
    }

    /** The fields of the broken constraint with the refused values, references as {@code {id}}. */
    public ObjectNode fields() {
      return fields;
    }
  }

  /** A row with this id exists already. */
  public static final class PrimaryKeyViolation extends StoreException {
    @Serial private static final long serialVersionUID = 1;

    private final String entity;
    private final UUID id;

    PrimaryKeyViolation(String entity, UUID id, @Nullable Throwable cause) {
      super("a row of " + entity + " with id " + id + " exists", cause);
      this.entity = entity;
      this.id = id;
    }

    public String entity() {
      return entity;
    }

    public UUID id() {
      return id;
    }
  }

  /** A reference leads nowhere. */
  public static final class ForeignKeyViolation extends StoreException {
    @Serial private static final long serialVersionUID = 1;

    private final String field;
    private final String target;
    private final UUID id;

    ForeignKeyViolation(String field, String target, UUID id, @Nullable Throwable cause) {
      super(field + " refers to " + id + ", which is not in " + target, cause);
      this.field = field;
      this.target = target;
      this.id = id;
    }

    /** The referring field, {@code service} for example. */
    public String field() {
      return field;
    }

    /** The entity it refers to, {@code services} for example. */
    public String target() {
      return target;
    }

    public UUID id() {
      return id;
    }
  }

  /** A row cannot be deleted while another entity refers to it. */
  public static final class StillReferenced extends StoreException {
    @Serial private static final long serialVersionUID = 1;

    private final String entity;
    private final String by;

    StillReferenced(String entity, String by, @Nullable Throwable cause) {
      super("rows of " + by + " refer to this row of " + entity, cause);
      this.entity = entity;
      this.by = by;
    }

    public String entity() {
      return entity;
    }

    /** The referring entity, {@code routes} for example. */
    public String by() {
      return by;
    }
  }

  /** The history does not hold what is needed to go back to a version. */
  public static final class HistoryLost extends StoreException {
    @Serial private static final long serialVersionUID = 1;

    HistoryLost(String message) {
      super(message, null);
    }
  }

  /** All connections, or the write lock, stayed taken for too long. Worth another try. */
  public static final class Busy extends StoreException {
    @Serial private static final long serialVersionUID = 1;

    Busy(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The database cannot be reached. Whether a transaction lost in its commit was kept is unknown.
   */
  public static final class Unavailable extends StoreException {
    @Serial private static final long serialVersionUID = 1;

    Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The database refused a statement for a reason that no other kind names. */
  public static final class Unexpected extends StoreException {
    @Serial private static final long serialVersionUID = 1;

    Unexpected(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
