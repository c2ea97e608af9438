package io.portcullis.plugins.iprestriction;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code ip-restriction}.
 *
 * @param allow addresses and ranges let through; null or empty for all
 * @param deny addresses and ranges refused; looked at first
 * @param status HTTP status of a refusal; null means 403
 * @param message text of a refusal; null names the address
 */
public record IpRestrictionConfig(
    @Nullable List<String> allow,
    @Nullable List<String> deny,
    @Nullable Double status,
    @Nullable String message) {}
