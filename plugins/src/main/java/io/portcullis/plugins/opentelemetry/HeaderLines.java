package io.portcullis.plugins.opentelemetry;

import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.portcullis.core.plugin.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows header lines to propagators. Stateless. */
final class HeaderLines implements TextMapGetter<Headers>, TextMapSetter<Headers> {
  @Override
  @SuppressWarnings("deprecation") // the interface asks for it all the same
  public Iterable<String> keys(Headers carrier) {
    List<String> names = new ArrayList<>(carrier.size());
    for (int i = 0; i < carrier.size(); i++) {
      names.add(carrier.name(i));
    }
    return names;
  }

  @Override
  public @Nullable String get(@Nullable Headers carrier, String key) {
    return carrier == null ? null : carrier.get(key.toLowerCase(Locale.ROOT));
  }

  @Override
  public void set(@Nullable Headers carrier, String key, String value) {
    if (carrier != null) {
      carrier.set(key.toLowerCase(Locale.ROOT), value);
    }
  }
}
