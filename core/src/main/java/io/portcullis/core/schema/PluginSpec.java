package io.portcullis.core.schema;

/** Placeholder until the schema engine lands. */
public final class PluginSpec<C> {
  private final Class<C> configType;

  private PluginSpec(Class<C> configType) {
    this.configType = configType;
  }

  public Class<C> configType() {
    return configType;
  }

  public static <C> PluginSpec<C> of(String name, Class<C> configType) {
    return new PluginSpec<>(configType);
  }
}
