package io.portcullis.core.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All entities of this node: the core's and those that its plugins bring. Immutable. */
public final class EntitySpecs {
  /** An entity as it hangs below another. */
  public record Child(EntitySpec spec, FieldSpec foreign) {}

  private final PluginCatalog plugins;
  private final Map<String, EntitySpec> byName = new LinkedHashMap<>();

  /**
   * @throws IllegalStateException when two entities share a name
   */
  public EntitySpecs(PluginCatalog plugins) {
    this.plugins = plugins;
    List<EntitySpec> all = new ArrayList<>();
    all.add(VaultSpec.create());
    all.add(KeySpecs.sets());
    all.add(KeySpecs.keys());
    all.add(CertificateSpecs.certificates());
    all.add(CertificateSpecs.snis());
    all.add(CertificateSpecs.authorities());
    all.add(UpstreamSpec.create());
    all.add(TargetSpec.create());
    all.add(ServiceSpec.create());
    all.add(RouteSpec.create());
    all.add(ConsumerSpec.create());
    all.add(PluginEntitySpec.create(plugins));
    plugins.all().forEach(plugin -> all.addAll(plugin.credentials()));
    for (EntitySpec spec : all) {
      if (byName.put(spec.name(), spec) != null) {
        throw new IllegalStateException("two entities are called " + spec.name());
      }
    }
  }

  /** Parents before those that refer to them. */
  public List<EntitySpec> all() {
    return List.copyOf(byName.values());
  }

  /** Those that the Admin API and declarative files know, in the order of {@link #all}. */
  public List<EntitySpec> shown() {
    return byName.values().stream().filter(spec -> !spec.isInternal()).toList();
  }

  /** By schema name. */
  public Optional<EntitySpec> byName(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** By the first segment of the collection's path. */
  public Optional<EntitySpec> byPath(String path) {
    return byName.values().stream().filter(spec -> spec.path().equals(path)).findFirst();
  }

  /** Entities with paths of their own that refer to {@code parent}, with the field by which. */
  public List<Child> childrenOf(EntitySpec parent) {
    List<Child> children = new ArrayList<>();
    for (EntitySpec spec : shown()) {
      for (FieldSpec field : spec.foreigns()) {
        if (field.reference().equals(Optional.of(parent.name()))) {
          children.add(new Child(spec, field));
        }
      }
    }
    return children;
  }

  /** The plugins whose configurations are accepted. */
  public PluginCatalog plugins() {
    return plugins;
  }
}
