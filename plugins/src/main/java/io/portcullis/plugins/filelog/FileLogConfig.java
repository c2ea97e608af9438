package io.portcullis.plugins.filelog;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code file-log}.
 *
 * @param path file that entries are appended to; a relative one is below the working directory
 * @param reopen whether the file is opened for every entry; makes no difference, because a file
 *     that was moved away is noticed in any case
 * @param customFieldsByLua key in the entry to expression
 */
public record FileLogConfig(
    String path, boolean reopen, @Nullable Map<String, String> customFieldsByLua) {}
