package io.portcullis.core.plugin;

import java.util.UUID;

/**
 * The process that answers.
 *
 * @param nodeId the same for the life of the process
 * @param workspaceId id of the one workspace, {@code default}; stored log consumers expect it
 * @param serverToken what stands in {@code Server} and {@code Via}, {@code kong/3.9.1}
 */
public record NodeInformation(
    UUID nodeId, String hostname, long processId, UUID workspaceId, String serverToken) {}
