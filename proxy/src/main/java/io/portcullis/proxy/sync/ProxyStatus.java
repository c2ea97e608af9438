package io.portcullis.proxy.sync;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy node serves.
 *
 * @param loaded whether any configuration has been loaded
 * @param servedVersion version of the live table
 * @param fromLastGood whether that table comes from the last good snapshot, since the source has
 *     not answered yet
 * @param sourceReachable whether the last poll succeeded
 * @param lastFailure why it did not; null when it did
 * @param quarantined entities that cannot serve
 */
public record ProxyStatus(
    boolean loaded,
    long servedVersion,
    boolean fromLastGood,
    boolean sourceReachable,
    @Nullable String lastFailure,
    List<Quarantined> quarantined) {}
