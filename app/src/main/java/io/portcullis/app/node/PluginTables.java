package io.portcullis.app.node;

import io.portcullis.core.plugin.PluginRows;
import io.portcullis.core.plugin.RowsUnavailableException;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.ForeignLookup;
import io.portcullis.core.schema.Outcome;
import io.portcullis.core.schema.SecureRandomValues;
import io.portcullis.proxy.sync.SnapshotPoller;
import io.portcullis.store.Author;
import io.portcullis.store.EntityStore;
import io.portcullis.store.StoreException;
import io.portcullis.store.Writing;
import io.portcullis.store.Written;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The database as plugins may use it: each has the entities that its own spec describes. */
final class PluginTables {
  private static final System.Logger LOG = System.getLogger(PluginTables.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final @Nullable EntityStore store;
  private final EntitySpecs specs;
  private final EntityEditor editor;
  private final InstantSource clock;
  private volatile @Nullable SnapshotPoller poller;

  /**
   * @param store null on nodes without a database
   */
  PluginTables(@Nullable EntityStore store, EntitySpecs specs, InstantSource clock) {
    this.store = store;
    this.specs = specs;
    this.editor = new EntityEditor(specs, clock, new SecureRandomValues());
    this.clock = clock;
  }

  /** Names what tells when a write is live; it starts plugins, and so is made later than this. */
  void follow(SnapshotPoller live) {
    poller = live;
  }

  /** Empty without a database, and for plugins that keep nothing. */
  Optional<PluginRows> of(String plugin) {
    EntityStore kept = store;
    Map<String, EntitySpec> own = new HashMap<>();
    specs
        .plugins()
        .byName(plugin)
        .ifPresent(spec -> spec.credentials().forEach(entity -> own.put(entity.name(), entity)));
    return kept == null || own.isEmpty()
        ? Optional.empty()
        : Optional.of(new Rows(kept, plugin, own));
  }

  private void awaitLive(long version) {
    SnapshotPoller live = poller;
    if (live == null) {
      return;
    }
    try {
      if (!live.awaitVersion(version, PATIENCE)) {
        LOG.log(System.Logger.Level.WARNING, "version {0} is written and not live yet", version);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T answered(Supplier<T> work) {
    try {
      return work.get();
    } catch (StoreException.Unavailable | StoreException.Busy away) {
      throw new RowsUnavailableException(OneLine.of(away), away);
    }
  }

  /** The rows of one plugin. */
  private final class Rows implements PluginRows {
    private final EntityStore kept;
    private final String plugin;
    private final Map<String, EntitySpec> own;

    Rows(EntityStore kept, String plugin, Map<String, EntitySpec> own) {
      this.kept = kept;
      this.plugin = plugin;
      this.own = own;
    }

    @Override
    public @Nullable ObjectNode find(String entity, String uniqueField, String value) {
      return answered(() -> kept.findBy(spec(entity), uniqueField, value)).orElse(null);
    }

    @Override
    public <T> T change(String purpose, Function<Edits, T> work) {
      Written<T> written =
          answered(
              () ->
                  kept.write(
                      writing -> {
                        writing.sign(new Author(clock.instant(), "plugin " + plugin, purpose));
                        return work.apply(new Transaction(this, writing));
                      }));
      awaitLive(written.version());
      return written.value();
    }

    EntitySpec spec(String entity) {
      EntitySpec spec = own.get(entity);
      if (spec == null) {
        throw new IllegalArgumentException(plugin + " does not keep " + entity);
      }
      return spec;
    }
  }

  /** One run of {@link Rows#change}. */
  private final class Transaction implements PluginRows.Edits {
    private final Rows rows;
    private final Writing writing;

    Transaction(Rows rows, Writing writing) {
      this.rows = rows;
      this.writing = writing;
    }

    @Override
    public @Nullable ObjectNode find(String entity, String uniqueField, String value) {
      return writing.findBy(rows.spec(entity), uniqueField, value).orElse(null);
    }

    @Override
    public ObjectNode insert(String entity, ObjectNode values) {
      EntitySpec spec = rows.spec(entity);
      ObjectNode row = accepted(spec, editor.insert(spec, values, ForeignLookup.NONE));
      writing.insert(spec, row);
      return row;
    }

    @Override
    public ObjectNode update(String entity, ObjectNode stored, ObjectNode changes) {
      EntitySpec spec = rows.spec(entity);
      ObjectNode row = accepted(spec, editor.update(spec, stored, changes, ForeignLookup.NONE));
      writing.update(spec, row);
      return row;
    }

    @Override
    public boolean delete(String entity, UUID id) {
      return writing.delete(rows.spec(entity), id);
    }

    /** Without what was refused, which may be secret. */
    private static ObjectNode accepted(EntitySpec spec, Outcome outcome) {
      return switch (outcome) {
        case Outcome.Accepted(ObjectNode row) -> row;
        case Outcome.Rejected _ ->
            throw new IllegalArgumentException("no legal row of " + spec.name());
      };
    }
  }
}
