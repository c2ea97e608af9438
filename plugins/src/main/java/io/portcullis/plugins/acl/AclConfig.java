package io.portcullis.plugins.acl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code acl}. One of the two lists holds something.
 *
 * @param allow groups that may pass
 * @param deny groups that may not
 * @param hideGroupsHeader whether the upstream is not told the groups
 * @param alwaysUseAuthenticatedGroups whether groups that an authentication plugin found come
 *     before those of the consumer
 */
public record AclConfig(
    @Nullable List<String> allow,
    @Nullable List<String> deny,
    boolean hideGroupsHeader,
    boolean alwaysUseAuthenticatedGroups) {}
