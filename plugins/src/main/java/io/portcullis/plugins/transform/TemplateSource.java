package io.portcullis.plugins.transform;

import org.jspecify.annotations.Nullable;

/** What templates may read of a request. Values are {@linkplain OctetText octets}. */
public interface TemplateSource {
  /** For texts that are known to be no templates. */
  TemplateSource NOTHING =
      new TemplateSource() {
        @Override
        public @Nullable String header(String lowerCaseName) {
          return null;
        }

        @Override
        public @Nullable Object argument(String name) {
          return null;
        }

        @Override
        public @Nullable String capture(String name) {
          return null;
        }
      };

  /** The first line of that name, or null. */
  @Nullable String header(String lowerCaseName);

  /** The first query argument of that name: a string, true for a bare name, or null. */
  @Nullable Object argument(String name);

  /** What the route's regex captured under that name or number, or null. */
  @Nullable String capture(String name);
}
