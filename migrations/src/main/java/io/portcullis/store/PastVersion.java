package io.portcullis.store;

import java.util.Optional;

/**
 * A version of the configuration in its history.
 *
 * @param author empty when an older release, or something other than an API call, wrote it
 * @param changes how many rows it changed
 */
public record PastVersion(long version, Optional<Author> author, int changes) {}
