package io.portcullis.admin.http;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.store.PageQuery;
import io.portcullis.store.PastChange;
import io.portcullis.store.PastVersion;
import io.portcullis.store.StoredPage;
import io.portcullis.store.TagPage;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What is stored, as of one moment, in the shape that the Admin API shows. For one thread. */
public interface EntityReader {
  /** The version of the configuration that all answers of this reader belong to. */
  long version();

  StoredPage page(EntitySpec spec, PageQuery query);

  Optional<ObjectNode> find(EntitySpec spec, UUID id);

  /** The row whose unique text field has that value. */
  Optional<ObjectNode> findBy(EntitySpec spec, String uniqueField, String value);

  /** All rows whose foreign field refers to one of {@code parents}, in no particular order. */
  List<ObjectNode> under(EntitySpec spec, String field, Collection<UUID> parents);

  /**
   * A piece of the list of tags.
   *
   * @param tag only this one; null for all
   */
  TagPage tags(@Nullable String tag, int size, TagPage.@Nullable Row after);

  /** Versions from {@code newest} downwards, as far as they are known; none without a database. */
  List<PastVersion> versions(long newest, int size);

  /** The first {@code size} changes of a version, in its order. */
  List<PastChange> changesOf(long version, int size);

  /** Names of all plugins that are configured anywhere. */
  Set<String> pluginNamesInUse();
}
