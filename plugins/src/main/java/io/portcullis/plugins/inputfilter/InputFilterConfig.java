package io.portcullis.plugins.inputfilter;

import java.util.List;

/**
 * Configuration of {@code input-filter}.
 *
 * @param headers names of the lines that upstreams get, without regard to case; {@code *} is all
 * @param queryStrings names of the arguments that upstreams get, as they are; {@code *} is all
 */
public record InputFilterConfig(List<String> headers, List<String> queryStrings) {}
