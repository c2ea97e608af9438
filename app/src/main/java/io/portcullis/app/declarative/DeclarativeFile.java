package io.portcullis.app.declarative;

import io.portcullis.admin.http.DeclarativeFormat;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.ForeignLookup;
import io.portcullis.core.schema.Outcome;
import io.portcullis.core.schema.RandomValues;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads Kong's declarative format, YAML or JSON: children inside their parents or beside them,
 * references by id or name, ids made from names. Checks everything before it answers, and reports
 * all problems at once. Thread-safe.
 *
 * <p>A text becomes a tree ({@link DocumentText}), whose head says how to read the rest ({@link
 * FileHead}); its entities are taken out of it ({@link FileItems}), refer to each other by id
 * ({@link KnownEntities}), are checked as the Admin API checks them, and against each other ({@link
 * Uniqueness}).
 */
public final class DeclarativeFile {
  private final EntitySpecs specs;
  private final EntityEditor editor;
  private final RandomValues random;

  public DeclarativeFile(EntitySpecs specs, InstantSource clock, RandomValues random) {
    this.specs = specs;
    this.editor = new EntityEditor(specs, clock, random);
    this.random = random;
  }

  EntitySpecs specs() {
    return specs;
  }

  /**
   * Reads a file.
   *
   * @param previous what the last reading answered: entities that the file still holds keep the ids
   *     and timestamps that were made up for them
   */
  public DeclarativeResult read(String text, List<StoredEntity> previous) {
    return switch (parsed(text)) {
      case Parsed.Tree(ObjectNode tree) -> read(tree, Md5.of(text), previous);
      case Parsed.Broken(String why) -> refused(why);
    };
  }

  /**
   * Reads a tree, which is used up.
   *
   * @param hash what {@code GET /status} shows of it
   */
  DeclarativeResult read(ObjectNode tree, String hash, List<StoredEntity> previous) {
    return read(tree, hash, new PreviousRows(specs, previous, false), List.of());
  }

  /**
   * Reads a file that goes into what is stored, row by row, and leaves other rows alone.
   *
   * @param stored every row there is
   */
  DeclarativeResult readInto(String text, List<StoredEntity> stored) {
    return switch (parsed(text)) {
      case Parsed.Tree(ObjectNode tree) ->
          read(tree, Md5.of(text), new PreviousRows(specs, stored, true), stored);
      case Parsed.Broken(String why) -> refused(why);
    };
  }

  /** What is wrong with a text, in Kong's forms. */
  DeclarativeFormat.Problems problems(DeclarativeResult.Refused refused, String text) {
    return new DeclarativeFormat.Problems(
        refused.fields(),
        () -> {
          // Reading used the tree up; few clients ask for this, and only when something is wrong.
          ObjectNode input =
              parsed(text) instanceof Parsed.Tree(ObjectNode tree)
                  ? tree
                  : JsonNodeFactory.instance.objectNode();
          FlattenedProblems flattened = new FlattenedProblems(specs, input, refused.fields());
          return new DeclarativeFormat.Flattened(flattened.flattened(), flattened.rest());
        });
  }

  /** The tree of a text. */
  sealed interface Parsed {
    record Tree(ObjectNode tree) implements Parsed {}

    record Broken(String why) implements Parsed {}
  }

  static Parsed parsed(String text) {
    try {
      return DocumentText.parse(text) instanceof ObjectNode tree
          ? new Parsed.Tree(tree)
          : new Parsed.Broken("expected an object");
    } catch (UnreadableFileException broken) {
      return new Parsed.Broken(String.valueOf(broken.getMessage()));
    }
  }

  /** A text that holds no configuration at all. */
  static DeclarativeResult.Refused refused(String why) {
    ProblemTree problems = new ProblemTree();
    problems.add(Place.TOP.then("error"), "failed parsing declarative configuration: " + why);
    return new DeclarativeResult.Refused(problems.problems(), problems.fields());
  }

  private DeclarativeResult read(
      ObjectNode tree, String hash, PreviousRows previous, List<StoredEntity> beside) {
    ProblemTree problems = new ProblemTree();
    FileHead head = FileHead.read(tree, problems);
    FileItems items = new FileItems(specs, head, previous, random, problems);
    items.collect(tree);
    List<StoredEntity> entities = new ArrayList<>();
    for (EntitySpec spec : specs.shown()) {
      Kind kind = new Kind(spec, items, head, previous, problems);
      kind.check(beside, entities);
    }
    return problems.isEmpty()
        ? new DeclarativeResult.Loaded(List.copyOf(entities), hash)
        : new DeclarativeResult.Refused(problems.problems(), problems.fields());
  }

  /** The entities of one kind. */
  private final class Kind {
    private final EntitySpec spec;
    private final FileItems items;
    private final FileHead head;
    private final PreviousRows previous;
    private final ProblemTree problems;

    Kind(
        EntitySpec spec,
        FileItems items,
        FileHead head,
        PreviousRows previous,
        ProblemTree problems) {
      this.spec = spec;
      this.items = items;
      this.head = head;
      this.previous = previous;
      this.problems = problems;
    }

    void check(List<StoredEntity> beside, List<StoredEntity> entities) {
      List<FileItem> all = items.of(spec);
      Uniqueness uniqueness = new Uniqueness(spec, problems);
      Set<UUID> own = new HashSet<>();
      all.forEach(item -> own.add(item.id()));
      for (StoredEntity row : beside) {
        if (row.entity().equals(spec.name()) && !own.contains(row.id())) {
          uniqueness.add(row);
        }
      }
      for (FileItem item : all) {
        boolean resolved = items.known().resolve(item, problems);
        Outcome outcome =
            head.transform()
                ? editor.insert(spec, item.input(), ForeignLookup.NONE)
                : editor.insertStored(spec, item.input(), ForeignLookup.NONE);
        switch (outcome) {
          case Outcome.Rejected rejected -> {
            ObjectNode fields = rejected.error().fields();
            if (fields != null) {
              problems.add(item.place(), fields);
            }
          }
          case Outcome.Accepted(ObjectNode entity) -> {
            if (resolved) {
              uniqueness.check(item, entity);
            }
            FileTimes.keep(spec, item.input(), entity);
            entities.add(
                new StoredEntity(
                    spec.name(),
                    item.id(),
                    previous.unchanged(item.input(), spec, item.id(), entity)));
          }
        }
      }
      uniqueness.finish();
    }
  }
}
