package io.portcullis.core.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The single description of an entity: its fields, checks, paths and keys. Endpoints, store, schema
 * documents and declarative files all follow from it. Immutable; made with {@link #named}.
 */
public final class EntitySpec {
  static final FieldSpec ID = Fields.string("id").uuid().auto().doc("Primary key.");

  /** The fields and checks that one row has. */
  public sealed interface Variant {
    /**
     * Those that the row's own values choose.
     *
     * @param fields all fields, in order
     * @param checks all checks
     */
    record Chosen(List<FieldSpec> fields, List<Check> checks) implements Variant {}

    /** The value that chooses is missing or unknown: nothing else is looked at. */
    record Unknown(String field, String message) implements Variant {}
  }

  private final String name;
  private final String path;
  private final String nestedPath;
  private final @Nullable String lookupKey;
  private final @Nullable String keyBelowParent;
  private final boolean expiring;
  private final List<FieldSpec> fields;
  private final List<Check> checks;
  private final List<Shorthand> shorthands;
  private final List<List<String>> uniqueTogether;
  private final Function<ObjectNode, Variant> variants;
  private final UnaryOperator<ObjectNode> formCompletion;
  private final @Nullable Derivation derivation;
  private final @Nullable Seal seal;
  private final Consumer<ObjectNode> settlement;
  private final Set<String> ignoredWhenValidated;
  private final boolean internal;

  private EntitySpec(Builder builder) {
    name = builder.name;
    path = builder.path;
    nestedPath = builder.nestedPath == null ? builder.path : builder.nestedPath;
    lookupKey = builder.lookupKey;
    keyBelowParent = builder.keyBelowParent;
    expiring = builder.expiring;
    fields = List.copyOf(builder.fields);
    checks = List.copyOf(builder.checks);
    shorthands = List.copyOf(builder.shorthands);
    uniqueTogether = List.copyOf(builder.uniqueTogether);
    variants =
        builder.variants == null
            ? input -> new Variant.Chosen(fields, checks)
            : builder.variants.apply(fields, checks);
    formCompletion = builder.formCompletion;
    derivation = builder.derivation;
    seal = builder.seal;
    settlement = builder.settlement;
    ignoredWhenValidated = Set.copyOf(builder.ignoredWhenValidated);
    internal = builder.internal;
  }

  /** Starts a description. {@code name} is the schema name, {@code jwt_secrets} for example. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** Schema name. */
  public String name() {
    return name;
  }

  /** First segment of the collection's path: {@code jwts}. */
  public String path() {
    return path;
  }

  /** Segment under a parent's row: {@code jwt}. */
  public String nestedPath() {
    return nestedPath;
  }

  /** The unique field by which paths may name a row besides the id. */
  public Optional<String> lookupKey() {
    return Optional.ofNullable(lookupKey);
  }

  /**
   * The field by which paths below a parent may name a row besides the id, for entities without a
   * lookup key: it is unique among the parent's rows only.
   */
  public Optional<String> keyBelowParent() {
    return Optional.ofNullable(keyBelowParent);
  }

  /** Whether rows may be given a time after which they are gone; see {@link TimeToLive}. */
  public boolean isExpiring() {
    return expiring;
  }

  /** Whether it has neither paths in the Admin API nor a place in declarative files. */
  public boolean isInternal() {
    return internal;
  }

  /** What clients give besides the fields when they only ask whether an entity is valid. */
  Set<String> ignoredWhenValidated() {
    return ignoredWhenValidated;
  }

  /** All fields, in order. */
  public List<FieldSpec> fields() {
    return fields;
  }

  /** The field of that name. */
  public Optional<FieldSpec> field(String fieldName) {
    for (FieldSpec field : fields) {
      if (field.name().equals(fieldName)) {
        return Optional.of(field);
      }
    }
    return Optional.empty();
  }

  public List<Check> checks() {
    return checks;
  }

  /** Write-only spellings, such as a service's url. */
  public List<Shorthand> shorthands() {
    return shorthands;
  }

  /** Names of the fields that are unique each by itself. */
  public List<String> uniqueFields() {
    return fields.stream().filter(FieldSpec::isUnique).map(FieldSpec::name).toList();
  }

  /** Groups of fields that are unique together; null counts as a value. */
  public List<List<String>> uniqueTogether() {
    return uniqueTogether;
  }

  /** Fields that refer to other entities. */
  public List<FieldSpec> foreigns() {
    return fields.stream().filter(field -> field.type() == FieldType.FOREIGN).toList();
  }

  /** Whether rows say when they were last written. */
  public boolean hasUpdatedAt() {
    return field("updated_at").isPresent();
  }

  /** The fields and checks for a row with these values. */
  public Variant variant(ObjectNode values) {
    return variants.apply(values);
  }

  /** Fields for a row with these values; the entity's own when no variant is chosen. */
  List<FieldSpec> fieldsFor(ObjectNode values) {
    return switch (variant(values)) {
      case Variant.Chosen chosen -> chosen.fields();
      case Variant.Unknown unknown -> fields;
    };
  }

  /** What a form that creates a row is completed with; JSON bodies are not. */
  UnaryOperator<ObjectNode> formCompletion() {
    return formCompletion;
  }

  /** The field that follows from another one, if there is one. */
  Optional<Derivation> derivation() {
    return Optional.ofNullable(derivation);
  }

  /** The field that is not kept as it is given, if there is one. */
  Optional<Seal> seal() {
    return Optional.ofNullable(seal);
  }

  /**
   * Brings values into the form in which they are kept. Given a whole entity, or what a PATCH
   * gives, where fields may be absent.
   */
  void settle(ObjectNode values) {
    settlement.accept(values);
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * A text field that is set whenever another one is given.
   *
   * @param text null where nothing follows from the source, which then is refused by its own rules
   */
  record Derivation(String source, String derived, Function<String, @Nullable String> text) {}

  /** Makes the function that picks a variant. */
  interface Variants {
    Function<ObjectNode, Variant> apply(List<FieldSpec> fields, List<Check> checks);
  }

  /** Collects a description. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private String path;
    private @Nullable String nestedPath;
    private @Nullable String lookupKey;
    private @Nullable String keyBelowParent;
    private boolean expiring;
    private final List<FieldSpec> fields = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private final List<Shorthand> shorthands = new ArrayList<>();
    private final List<List<String>> uniqueTogether = new ArrayList<>();
    private @Nullable Variants variants;
    private UnaryOperator<ObjectNode> formCompletion = UnaryOperator.identity();
    private @Nullable Derivation derivation;
    private @Nullable Seal seal;
    private Consumer<ObjectNode> settlement = values -> {};
    private final Set<String> ignoredWhenValidated = new HashSet<>();
    private boolean internal;

    private Builder(String name) {
      this.name = name;
      this.path = name;
    }

    /** Path of the collection; the schema name by default. */
    public Builder path(String segment) {
      path = segment;
      return this;
    }

    /** Path under a parent; the collection's path by default. */
    public Builder nestedPath(String segment) {
      nestedPath = segment;
      return this;
    }

    public Builder lookupKey(String field) {
      lookupKey = field;
      return this;
    }

    /** Lets paths below a parent name rows by a field that is unique there only. */
    public Builder keyBelowParent(String field) {
      keyBelowParent = field;
      return this;
    }

    /** Lets rows be given a time after which they are gone. */
    public Builder expiring() {
      expiring = true;
      return this;
    }

    /** Keeps it out of the Admin API and of declarative files. */
    public Builder internal() {
      internal = true;
      return this;
    }

    /** Adds the primary key. */
    public Builder id() {
      return field(ID);
    }

    /** Adds when the row was made, in seconds. */
    public Builder createdAt() {
      return field(
          Fields.integer("created_at").timestamp().auto().doc("When it was made, in seconds."));
    }

    /** Adds when the row was last written, in seconds. */
    public Builder updatedAt() {
      return field(
          Fields.integer("updated_at")
              .timestamp()
              .auto()
              .doc("When it was last written, in seconds."));
    }

    /** Adds free labels. */
    public Builder tags() {
      return field(
          Fields.set("tags", Types.TAG.required())
              .listText(ListText.NEVER)
              .doc("Labels to filter listings by."));
    }

    public Builder field(FieldSpec field) {
      fields.add(field);
      return this;
    }

    public Builder check(Check check) {
      checks.add(check);
      return this;
    }

    public Builder shorthand(Shorthand shorthand) {
      shorthands.add(shorthand);
      return this;
    }

    public Builder uniqueTogether(String... names) {
      uniqueTogether.add(List.of(names));
      return this;
    }

    Builder variants(Variants choice) {
      variants = choice;
      return this;
    }

    Builder formCompletion(UnaryOperator<ObjectNode> completion) {
      formCompletion = completion;
      return this;
    }

    /** Sets {@code derived} from {@code source} whenever a write gives that. */
    Builder derived(String derived, String source, Function<String, @Nullable String> text) {
      derivation = new Derivation(source, derived, text);
      return this;
    }

    /**
     * Keeps a text field as something made of it and of the id of the row's owner.
     *
     * @param owner a foreign field
     * @param make makes what is kept of the given text and the owner's id
     */
    public Builder sealed(String field, String owner, BinaryOperator<String> make) {
      seal =
          new Seal(
              field,
              owner,
              owner + ".id",
              row -> {
                String id = row.get(owner).get("id").stringValue();
                row.put(field, make.apply(row.get(field).stringValue(), id));
              });
      return this;
    }

    /**
     * Keeps a text field as something made of it when a boolean field of the same write is true.
     *
     * @param make makes what is kept of the given text
     */
    public Builder sealedOnRequest(String flag, String field, UnaryOperator<String> make) {
      seal =
          new Seal(
              flag,
              field,
              field,
              row -> {
                if (row.path(flag).booleanValue() && row.path(field).isString()) {
                  row.put(field, make.apply(row.get(field).stringValue()));
                }
              });
      return this;
    }

    /**
     * Lets clients give a member that is no field when they only ask whether an entity is valid.
     */
    public Builder ignoredWhenValidated(String member) {
      ignoredWhenValidated.add(member);
      return this;
    }

    /**
     * Brings values into the form in which they are kept, before they are checked: what is legal
     * but has a shorter spelling, and fields that must agree.
     *
     * @param change changes whole entities, and what a PATCH gives, where fields may be absent
     */
    Builder settled(Consumer<ObjectNode> change) {
      settlement = change;
      return this;
    }

    public EntitySpec build() {
      return new EntitySpec(this);
    }
  }
}
